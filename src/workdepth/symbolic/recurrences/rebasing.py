"""The same recurrence with a longer base: from some size on one case may lead that does not lead before.

max(1, 2*T(n/2)) with T(1) = 0 is 2*T(n/2) from n = 4 on, for every call costs 1 at least there.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice

from workdepth.symbolic.expr import Expr, as_expr
from workdepth.symbolic.recurrences import cases
from workdepth.symbolic.recurrences.evaluating import exactly
from workdepth.symbolic.recurrences.least import least_above
from workdepth.symbolic.recurrences.monotone import never_negative
from workdepth.symbolic.recurrences.recurrence import Recurrence
from workdepth.symbolic.recurrences.shapes import shape_of
from workdepth.symbolic.recurrences.shrinking import sizes
from workdepth.symbolic.simplifying import simplify
from workdepth.symbolic.structure import atoms_of

#: How often the base grows, and to how many sizes.
MOST_STAGES = 3
LONGEST_BASE = 48


def stages(of: Recurrence) -> Iterator[Recurrence]:
    """Yield the recurrence with longer and longer bases, each time without the cases that do not count above it.

    Parameters
    ----------
    of : Recurrence

    Yields
    ------
    Recurrence
        Of the same T.
    """
    if not _at_whole_sizes(of):
        return
    known = least_above(of) if never_negative(of) else None
    found, before = of, of.cases
    for _ in range(MOST_STAGES):
        upto = _calls_above(of, found.upto)
        if upto is None:
            return
        found = rebased(of, upto)
        if not all(_is_short(v) for _, v in found.apart):
            return
        less = cases.reduced(found, known)
        if len(less.cases) > 1 or less.cases != before:
            yield less
        before = less.cases


def rebased(of: Recurrence, upto: int) -> Recurrence:
    """Return a recurrence of the same T whose base reaches further.

    Parameters
    ----------
    of : Recurrence
    upto : int

    Returns
    -------
    Recurrence
    """
    base = _up_to(of, upto)
    values = tuple((m, simplify(exactly(of, m), of.domain)) for m in base)
    return replace(of, upto=upto, base=as_expr(0), apart=values)


def _is_short(value: Expr) -> bool:
    """Tell whether other sizes are in a base value as polynomials, or in one maximum of such."""
    if not value.names:
        return True
    atoms = atoms_of(value)
    maxima = [a for a in atoms if a.kind == "max"]
    inside = [b for a in maxima for x in a.args for b in atoms_of(x)]
    return len(maxima) < 2 and all(
        a.kind == "name" for a in (*inside, *(a for a in atoms if a.kind != "max"))
    )


def _at_whole_sizes(of: Recurrence) -> bool:
    """Tell whether every size above the base has a value: T(n/2) has none for odd n."""
    if of.declared.power_of is not None:
        return True
    shapes = [shape_of(call.argument, of.size, of.above) for case in of.cases for call in case.calls]
    return all(s is not None and (s.rounding or s.difference) for s in shapes)


def _up_to(of: Recurrence, upto: int) -> list[int]:
    found = []
    for m in sizes(of, of.low):
        if m > upto:
            break
        found.append(m)
    return found


def _calls_above(of: Recurrence, upto: int) -> int | None:
    """Return a size from which on all calls ask for sizes above another; None where that is far."""
    shapes = [shape_of(call.argument, of.size, of.above) for case in of.cases for call in case.calls]
    last = upto
    for n in islice(sizes(of, of.low), LONGEST_BASE):
        if n > upto and all(s is not None and s.ratio >= 0 and s.at(n) > upto for s in shapes):
            return last
        last = max(last, n)
    return None
