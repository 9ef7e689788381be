"""What T is at least: a number at every size, and above the base what each case adds on its own."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from workdepth.symbolic.atoms import Number
from workdepth.symbolic.bounds import low_number
from workdepth.symbolic.expr import Expr, as_expr
from workdepth.symbolic.making import total
from workdepth.symbolic.recurrences.recurrence import Call, Case, Recurrence
from workdepth.symbolic.signs import nonnegative

#: A base of more sizes is not looked at one by one.
LONGEST_BASE = 64


@dataclass(frozen=True)
class Least:
    """Lower bounds of T at the sizes that calls above the base ask for.

    Parameters
    ----------
    size : str
    bounds : tuple of Expr
        In the size; each of them holds.
    """

    size: str
    bounds: tuple[Expr, ...]

    @property
    def ways(self) -> int:
        """How many bounds there are to choose from."""
        return len(self.bounds)

    def together(self, calls: Iterable[Call], way: int) -> Expr:
        """Return what some calls cost at least, by one of the bounds."""
        return total(c.count * self.bounds[way].substitute({self.size: c.argument}) for c in calls)


def least_of(of: Recurrence) -> Least:
    """Return the number that T never falls below, for a T that is never negative.

    Parameters
    ----------
    of : Recurrence

    Returns
    -------
    Least
    """
    return Least(of.size, (as_expr(_number(of)),))


def least_above(of: Recurrence) -> Least:
    """Return what T is at least above the base of a recurrence, for a T that is never negative.

    Parameters
    ----------
    of : Recurrence

    Returns
    -------
    Least
    """
    extras = dict.fromkeys(c.extra for c in of.cases if c.extra.terms)
    return Least(of.size, (as_expr(_number(of)), *extras))


def _number(of: Recurrence) -> Number:
    """Return a number >= 0 below the base that some case hands on: its calls cost that at least, or it adds it."""
    if of.upto - of.low > LONGEST_BASE:
        return 0
    lows = [low_number(of.base_at(m), of.domain) for m in range(of.low, of.upto + 1) if _asked(of, m)]
    least = min((low for low in lows if low is not None), default=0)
    if None in lows or least <= 0:
        return 0
    return least if any(_hands_on(c, least, of) for c in of.cases) else 0


def _asked(of: Recurrence, m: int) -> bool:
    base = of.declared.power_of
    while base is not None and m > 1 and m % base == 0:
        m //= base
    return base is None or m == 1


def _hands_on(case: Case, least: Number, of: Recurrence) -> bool:
    called = total(c.count for c in case.calls)
    return nonnegative(case.extra + (called - 1) * least, of.above) and nonnegative(called, of.domain)
