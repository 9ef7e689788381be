"""One measured run, whatever file it comes from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Run:
    """Samples of one benchmark at one setting of its numeric parameters, in one process."""

    benchmark: str
    parameters: Mapping[str, float]
    samples: Sequence[float]
    process: str = ""


def number(value: object) -> float | None:
    """Return a number, or a text that is one; None for anything else.

    Examples
    --------
    >>> number("1024"), number(8), number("fast"), number(True)
    (1024.0, 8.0, None, None)
    """
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        return float(value)
    except (ValueError, OverflowError):
        return None


def numeric(parameters: Mapping) -> dict[str, float]:
    """Those parameters that are numbers."""
    return {str(n): x for n, v in parameters.items() if (x := number(v)) is not None}
