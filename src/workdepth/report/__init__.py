"""Tables and drawings: how results are shown; nothing is computed here."""
