"""The expected cost of a split, in closed form."""

from __future__ import annotations

from workdepth.errors import SymbolicError
from workdepth.symbolic.recurrences.history import Split, SplitSolution


def mean(of: Split) -> SplitSolution:
    """Find the expected cost of a split: the mean over the index, each value equally likely."""
    raise SymbolicError(f"no closed form for the mean of '{of}'", next_step="evaluate it with mean_at")
