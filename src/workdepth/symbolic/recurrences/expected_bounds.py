"""Upper bounds and classes of the expected cost where what is added is no polynomial, or the calls are no whole number.

T rises with what is added and with the number of calls, both being at least 0; so more of either bounds it.

The class: with f(n) in n**p * log(n)**q and c calls, T is in f for p > c - 1, in f*log(n) for p = c - 1 and q > -1, in
n**(c - 1) for p < c - 1: Roura, "Improved master theorems for divide-and-conquer recurrences", Journal of the ACM 48
(2001), for the weights w(z) = c.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from math import ceil
from typing import Any

from workdepth.errors import SymbolicError
from workdepth.symbolic.atoms import Number
from workdepth.symbolic.expr import Expr, as_expr
from workdepth.symbolic.growth import Growth, growth
from workdepth.symbolic.growth_terms import Term, term
from workdepth.symbolic.recurrences.history import Split, SplitSolution, solution
from workdepth.symbolic.recurrences.recurrence import Call, Case
from workdepth.symbolic.recurrences.slow import smoothed, with_cases
from workdepth.symbolic.terms import tidy


def bounded(of: Split, case: Case, count: Fraction, mean: Callable[[Split], SplitSolution]) -> SplitSolution:
    """Bound the expected cost of a split whose calls run once through all sizes below.

    Parameters
    ----------
    of : Split
    case : Case
        The only one.
    count : Fraction
        How many calls it makes.
    mean : callable
        Solves a split that adds a polynomial.

    Returns
    -------
    SplitSolution

    Raises
    ------
    SymbolicError
        When a cost may be negative, or holds what does not grow slowly.
    """
    more = smoothed(of)
    call = Call(case.calls[0].argument, as_expr(ceil(count)))
    (added,) = more.split.cases
    found = mean(with_cases(more.split, [Case((call,), added.extra)]))
    assert found.bound is not None
    value = more.restored(found.bound)
    low = defined_from(of, value, found.bound_low)
    told = ["with the number of calls rounded up"] if count.denominator > 1 else []
    told += ["with what grows slowly as it is at the top"] if more.held else []
    note = ", ".join(told) or "with more added, without rounding"
    known = class_of(of, case, count)
    relation = "<=" if known is None else "="
    return solution(
        of, None, of.smallest, known or growth(value), note, bound=(value, low), relation=relation
    )


def defined_from(of: Split, value: Expr, low: int) -> int:
    """Return the size from which on a bound exists: log2(0) does not."""
    for n in range(of.upto, low - 1, -1):
        try:
            value.substitute({of.size: n})
        except SymbolicError:
            return n + 1
    return low


def class_of(of: Split, case: Case, count: Fraction) -> Growth | None:
    """Return the class of the expected cost where what is added has one of one term; else None."""
    if of.index in case.extra.names or not case.extra.terms or of.base_names:
        return None
    found = growth(case.extra)
    if len(found.terms) != 1:
        return None
    (added,) = found.terms
    own = {kind: e for (kind, what), e in added.factors if what == of.size}
    mixed = any(kind not in ("size", "log") for (kind, _), _ in added.factors)
    p, q = own.get("size", 0), own.get("log", 0)
    if mixed or not isinstance(p, (int, Fraction)) or not isinstance(q, (int, Fraction)):
        return None
    if p > count - 1:
        return found
    if p < count - 1:
        return Growth(frozenset([_alone(of, added, tidy(count - 1))]))
    return Growth(frozenset([added.times(_factor("log", of.size, 1))])) if q > -1 else None


def _factor(kind: str, size: str, e: Any) -> Term:
    return term([((kind, size), e)])


def _alone(of: Split, added: Term, e: Number) -> Term:
    """Return n**e, times what is added in other sizes."""
    others = term((f, v) for f, v in added.factors if f[1] != of.size)
    return others.times(_factor("size", of.size, e))
