"""T(n) from T(n - 1), T(n - 2), ...: closed forms."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from math import gcd

from workdepth.errors import SymbolicError
from workdepth.symbolic.functions import ceiling
from workdepth.symbolic.making import name
from workdepth.symbolic.recurrences import linear
from workdepth.symbolic.recurrences.evaluating import exactly
from workdepth.symbolic.recurrences.found import Found, reaching_down
from workdepth.symbolic.recurrences.recurrence import Case, Recurrence
from workdepth.symbolic.recurrences.shapes import shape_of
from workdepth.symbolic.sums import summation, summation_bound

#: The name of the counter inside; no size of a person begins so.
COUNTER = "_k"
LONGEST_BASE = 1024


def solved(of: Recurrence) -> Iterator[Found]:
    """Yield closed forms of a recurrence with one case, all of whose calls are at n - c.

    Parameters
    ----------
    of : Recurrence

    Yields
    ------
    Found
    """
    (case,) = of.cases
    counts = steps_of(of, case)
    if not counts:
        return
    for method in (_by_steps, _by_roots, _by_sum):
        found = method(of, case, counts)
        if found is not None:
            yield found


def steps_of(of: Recurrence, case: Case) -> dict[int, Fraction] | None:
    """Return {c: count} of calls at n - c; None where a call is another, or a count no number."""
    out: dict[int, Fraction] = {}
    for call in case.calls:
        shape = shape_of(call.argument, of.size, of.above)
        if shape is None or shape.difference is None or not call.count.is_number:
            return None
        out[shape.difference] = out.get(shape.difference, Fraction(0)) + Fraction(call.count.number)
    return out


def _by_steps(of: Recurrence, case: Case, counts: dict[int, Fraction]) -> Found | None:
    """Count the steps, where they have a common length g > 1 and the base is the same everywhere."""
    step = gcd(*counts)
    depth = max(counts) // step
    if (
        step == 1
        or step * depth > LONGEST_BASE
        or of.size in case.extra.names
        or of.upto - step * depth + 1 < of.low
    ):
        return None
    rows = [[of.base_at(of.upto - step * j - i) for i in range(step)] for j in range(depth)]
    if any(x != row[0] for row in rows for x in row):
        return None
    value = linear.Sequence(
        {c // step: a for c, a in counts.items()},
        case.extra,
        COUNTER,
        1 - depth,
        lambda k: exactly(of, of.upto + step * k),
    ).closed(ceiling((of.n - of.upto) / step))
    return None if value is None else reaching_down(of, value, of.upto + 1 - step * depth)


def _by_roots(of: Recurrence, case: Case, counts: dict[int, Fraction]) -> Found | None:
    start = of.upto + 1 - max(counts)
    forcing = case.extra.substitute({of.size: name(COUNTER)})
    value = linear.Sequence(counts, forcing, COUNTER, start, lambda k: exactly(of, k)).closed(of.n)
    return None if value is None else reaching_down(of, value, start)


def _by_sum(of: Recurrence, case: Case, counts: dict[int, Fraction]) -> Found | None:
    """T(n) = T(n - 1) + f(n) is a sum."""
    if counts != {1: 1}:
        return None
    term = case.extra.substitute({of.size: name(COUNTER)})
    start = of.base_at(of.upto)
    low, high = of.upto + 1, of.n + 1
    exact = summation(term, COUNTER, low, high, of.above)
    if exact is not None:
        return reaching_down(of, start + exact.value, of.upto)
    try:
        bound = summation_bound(term, COUNTER, low, high, of.above)
    except SymbolicError:
        return None
    return Found(start + bound.value, of.upto + 1, exact=False)
