"""Costs that trade: which of them no other beats."""

from __future__ import annotations

from collections.abc import Iterable

Cost = tuple[int, int, int]  # time, memory, threads


def beats(a: Cost, b: Cost) -> bool:
    """Whether ``a`` is nowhere more than ``b``.

    Examples
    --------
    >>> beats((4, 8, 8), (4, 8, 9)), beats((4, 8, 8), (5, 6, 5))
    (True, False)
    """
    return a[0] <= b[0] and a[1] <= b[1] and a[2] <= b[2]


def least(costs: Iterable[Cost]) -> list[Cost]:
    """Return the costs that no other beats, each once, in order.

    Examples
    --------
    >>> least([(5, 8, 4), (4, 8, 8), (6, 8, 4), (5, 6, 5)])
    [(4, 8, 8), (5, 6, 5), (5, 8, 4)]
    """
    found: list[Cost] = []
    for cost in sorted(set(costs)):
        # Sorted by time, so what comes later never beats what is there.
        if not any(m <= cost[1] and p <= cost[2] for _, m, p in found):
            found.append(cost)
    return found
