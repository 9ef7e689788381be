"""What needs a concrete graph: levels, liveness, the profile of a schedule, and the check of the formulas."""
