"""Ready-made algorithms, one topic a file; each with an oracle, a citation and what it teaches."""

from importlib import import_module

from workdepth.library.entry import Entry, entries, entry_named

# The order in which they are taught, and listed.
TOPICS = (
    "reductions",
    "elementwise",
    "matrices",
    "polynomials",
    "scans",
    "sorting",
    "searching",
    "sparse",
    "graphs",
    "transforms",
    "dynamic",
    "attention",
    "recursive",
    "chance",
)

for _topic in TOPICS:
    import_module(f"workdepth.library.{_topic}")

__all__ = ["TOPICS", "Entry", "entries", "entry_named"]
