"""What machines make of one leading term: floors, waves, steps and caches.

- *floor*: a constant before a row, ``a*n`` from it on: ``max(floor, a*n)``;
- *waves*: ``ceil(n/width)``, with or without a constant: blocks that do not all fit at once;
- *step*: the price of the term rises at a row, or at two: levels of memory that are outgrown at once;
- *cache*: it rises with the part of the data that does not fit, ``1 - size/n``, in one level or two.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import TypeVar

from workdepth.measure.hypothesis import Column, Hypothesis
from workdepth.measure.terms import ONE, Term

T = TypeVar("T")


#: At how many places of a long sweep one change of regime, or a pair of them, is tried.
MOST_PLACES, MOST_PAIRED = 14, 11


def some(places: Sequence[T], most: int) -> list[T]:
    """Return all places, or so many of them evenly spread.

    Examples
    --------
    >>> some(range(9), 3)
    [0, 4, 8]
    """
    if len(places) <= most:
        return list(places)
    return [places[round(k * (len(places) - 1) / (most - 1))] for k in range(most)]


def regimes(lead: Term, sizes: Sequence[float], *, unusual: bool, several: bool) -> Iterator[Hypothesis]:
    """List floors, steps and caches of one leading term; with several sizes the simplest of them only."""
    rows = len(sizes)
    whole, constant = Column(lead, 0, rows), Column(ONE, 0, rows)

    def made(shape: str, *columns: Column) -> Hypothesis:
        return Hypothesis(columns, 0, shape, (lead,), unusual=unusual)

    steps = [Column(lead, at, rows, beyond=sizes[at - 1]) for at in some(range(2, rows - 1), MOST_PLACES)]
    for step in steps:
        yield made("step", whole, step)
        if lead != ONE:
            yield made("step", whole, step, constant)
            yield made("floor", Column(lead, step.low, rows), Column(ONE, 0, step.low))
    if several:
        return
    for pair in combinations(some(steps, MOST_PAIRED), 2):
        yield made("step", whole, *pair)
    fine, coarse = (_levels(lead, sizes, factor) for factor in (2**0.5, 2.0))
    for level in some(fine, 2 * MOST_PLACES):
        yield made("cache", whole, level)
        if lead != ONE:
            yield made("cache", whole, level, constant)
    for pair in combinations(some(coarse, MOST_PAIRED), 2):
        yield made("cache", whole, *pair)


def _levels(lead: Term, sizes: Sequence[float], factor: float) -> list[Column]:
    """Levels of memory between the smallest and the last but one size."""
    found, size = [], float(sizes[0])
    while size < sizes[-2]:
        found.append(Column(lead, 0, len(sizes), beyond=size, smooth=True))
        size *= factor
    return found


def waves(size: Term, sizes: Sequence[float]) -> Iterator[Hypothesis]:
    """List waves of a width between two of the sizes, in eight steps a doubling."""
    rows = len(sizes)
    doublings = math.log2(sizes[-2] / sizes[0])
    for step in some(range(max(0, math.ceil(8 * doublings))), 16 * MOST_PLACES):
        column = Column(size, 0, rows, sizes[0] * 2 ** (step / 8))
        yield Hypothesis((column,), 0, "waves", (size,))
        yield Hypothesis((column, Column(ONE, 0, rows)), 0, "waves", (size,))
