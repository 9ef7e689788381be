"""Ready-made algorithms, one topic a file; each with an oracle, a citation and what it teaches."""

from workdepth.library import elementwise, matrices, polynomials, reductions, scans
from workdepth.library.entry import Entry, entries, entry_named

__all__ = ["Entry", "elementwise", "entries", "entry_named", "matrices", "polynomials", "reductions", "scans"]
