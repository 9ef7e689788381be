"""Costs that are a line s*n + t everywhere: guessed from two values, proved by putting the line in."""

from __future__ import annotations

from workdepth.symbolic.expr import Expr
from workdepth.symbolic.recurrences.evaluating import exactly
from workdepth.symbolic.recurrences.found import Found, fits, reaching_down
from workdepth.symbolic.recurrences.recurrence import Case, Recurrence
from workdepth.symbolic.recurrences.shapes import shape_of
from workdepth.symbolic.simplifying import simplify

#: So many sizes of the base are compared with the line.
MOST_COMPARED = 64


def solved(of: Recurrence) -> Found | None:
    """Return T where it is a line, or None.

    Parameters
    ----------
    of : Recurrence
        With one case and no powers as sizes.

    Returns
    -------
    Found or None
    """
    (case,) = of.cases
    shapes = [shape_of(c.argument, of.size, of.above) for c in case.calls]
    if of.declared.power_of is not None or not all(
        s is not None and (s.rounding or s.difference) for s in shapes
    ):
        return None
    first = of.upto + 1
    one, two = exactly(of, first), exactly(of, first + 1)
    slope = two - one
    line = slope * of.n + (one - slope * first)
    lowest = min(int(s.at(first)) for s in shapes if s is not None)
    if of.upto - lowest > MOST_COMPARED or not all(fits(of, line, m) for m in range(lowest, first)):
        return None
    if simplify(_step(of, case, line) - line, of.above).terms:
        return None
    return reaching_down(of, line, lowest)


def _step(of: Recurrence, case: Case, line: Expr) -> Expr:
    """Return what the case gives where the calls cost what the line says."""
    out = case.extra
    for call in case.calls:
        out = out + call.count * line.substitute({of.size: call.argument})
    return out
