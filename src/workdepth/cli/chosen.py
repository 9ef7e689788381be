"""Which case of each branch and choice a command unrolls, where none is given: that of the longest time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from workdepth.cli.options import tell


def told_cases(graph: Any, given: Mapping[str, Any], sizes: Mapping[str, int]) -> dict[str, Any]:
    """Return a case for each branch and choice, and say those that were not given."""
    from workdepth.report.draw import chosen_cases
    from workdepth.schedule.longest import cases_text

    found = chosen_cases(graph, given, sizes)
    more = {path: k for path, k in found.items() if path not in given}
    if more:
        tell(f"workdepth: of the cases those of the longest time: {cases_text(more)}; others with --case")
    return found
