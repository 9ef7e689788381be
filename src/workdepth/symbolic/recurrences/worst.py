"""The worst cost of a split."""

from __future__ import annotations

from workdepth.errors import SymbolicError
from workdepth.symbolic.recurrences.history import Split, SplitSolution


def worst(of: Split) -> SplitSolution:
    """Find the worst cost of a split: the largest over the index."""
    raise SymbolicError(f"no closed form for the worst case of '{of}'", next_step="evaluate it with worst_at")
