"""Whether T never falls as the size grows, proved by induction on the size."""

from __future__ import annotations

from itertools import pairwise

from workdepth.symbolic.domain import Domain, Size
from workdepth.symbolic.expr import Expr
from workdepth.symbolic.monotone import direction
from workdepth.symbolic.recurrences.evaluating import exactly
from workdepth.symbolic.recurrences.recurrence import Recurrence
from workdepth.symbolic.recurrences.shapes import shape_of
from workdepth.symbolic.signs import nonnegative

MOST_COMPARED = 64


def never_negative(of: Recurrence) -> bool:
    """Tell whether T is proved to be at least 0."""
    base = of.domain.with_size(Size(of.size, of.low, max(of.upto, of.low)))
    values = [v for _, v in of.apart] or [of.base]
    if not all(nonnegative(v, base) for v in values):
        return False
    counts = (call.count for case in of.cases for call in case.calls)
    # In a maximum one case that is not negative is enough, if the others only take part.
    return all(nonnegative(c, of.domain) for c in counts) and any(
        nonnegative(case.extra, of.above) for case in of.cases
    )


def monotone(of: Recurrence) -> bool:
    """Tell whether T is proved never to fall, all whole sizes being asked.

    Parameters
    ----------
    of : Recurrence

    Returns
    -------
    bool
    """
    if of.declared.power_of is not None:
        return False
    for case in of.cases:
        for call in case.calls:
            shape = shape_of(call.argument, of.size, of.above)
            if shape is None or not (shape.rounding or shape.difference):
                return False
            if not nonnegative(call.count, of.domain):
                return False
        if not rises(case.extra, of.size, of.above):
            return False
    return _base_rises(of)


def _base_rises(of: Recurrence) -> bool:
    """Tell whether the base never falls, nor the step from it to the first size above."""
    first = max(of.low, of.upto - MOST_COMPARED)
    if first > of.low:
        inside = of.domain.with_size(Size(of.size, of.low, of.upto))
        if of.apart or not rises(of.base, of.size, inside):
            return False
    values = [exactly(of, m) for m in range(first, of.upto + 2)]
    return all(nonnegative(b - a, of.domain) for a, b in pairwise(values))


def rises(x: Expr, size: str, domain: Domain) -> bool:
    """Tell whether an expression is proved never to fall as a size grows.

    Parameters
    ----------
    x : Expr
    size : str
    domain : Domain

    Returns
    -------
    bool
    """
    if size not in x.names or direction(x, size, domain) == 1:
        return True
    from workdepth.symbolic.making import name

    return nonnegative(x.substitute({size: name(size) + 1}) - x, domain)
