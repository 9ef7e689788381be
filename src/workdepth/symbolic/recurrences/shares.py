"""Upper bounds where every call is at a share of the size, rounded in any way.

If every call is at most r*n, and the calls' sizes to the power q, each as often as it is called, add up to at most
w*n**q, and c*n**q*log2(n)**s is added: T is at most C*n**q*log2(n)**s with C = c/(1 - w) for w < 1, and for w = 1 at
most n**q*(C + c*log2(n)**s * the number of levels), where n*r**levels = 1. Both by induction on n; C is no less than
what the base needs.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from math import lcm

from workdepth.symbolic.atoms import Atom, Monomial, Number
from workdepth.symbolic.bounds import monomial_low
from workdepth.symbolic.expr import Expr, as_expr
from workdepth.symbolic.extremes import maximum
from workdepth.symbolic.functions import log2
from workdepth.symbolic.making import term_expr
from workdepth.symbolic.recurrences.found import Found
from workdepth.symbolic.recurrences.recurrence import Case, Recurrence
from workdepth.symbolic.recurrences.shapes import Shape, shape_of
from workdepth.symbolic.signs import nonnegative

#: Higher powers are not tried.
MOST_POWER = 12
#: A base of more sizes is not looked at; roundings with a longer period are not either.
LONGEST_BASE = 256
LONGEST_PERIOD = 2000


@dataclass(frozen=True)
class Shares:
    """How large calls are, for all sizes above the base.

    Parameters
    ----------
    parts : tuple of (Fraction, Fraction)
        Count, and what the call is at most, as a share of the size; below 1.
    together : Fraction
        What all calls add up to at most, as a share.
    lowest : int
        The smallest size that is asked for.
    """

    parts: tuple[tuple[Fraction, Fraction], ...]
    together: Fraction
    lowest: int

    @property
    def largest(self) -> Fraction:
        """The share of the largest call."""
        return max(share for _, share in self.parts)

    def weight(self, q: int) -> Fraction:
        """Return a w with sum of count * call**q <= w * n**q."""
        each = sum((a * share**q for a, share in self.parts), Fraction(0))
        return min(each, self.together * self.largest ** (q - 1)) if q else each


def bounded(of: Recurrence) -> Iterator[Found]:
    """Yield an upper bound of a recurrence with one case whose calls are all at shares of the size.

    Parameters
    ----------
    of : Recurrence
        With an extra without rounding.

    Yields
    ------
    Found
    """
    (case,) = of.cases
    shares = shares_of(of, case)
    added = _added(case.extra, of) if shares is not None else None
    if shares is None or added is None or of.upto - of.low > LONGEST_BASE:
        return
    c, least, logs = added
    c = c + _at_nothing(of, shares)
    for q in range(least, MOST_POWER):
        if shares.weight(q) <= 1:
            yield from _at_power(of, shares, q, c, logs)
            return


def shares_of(of: Recurrence, case: Case) -> Shares | None:
    """Return how large the calls of a case are, or None where one is not below a share of the size."""
    shapes: list[tuple[Fraction, Shape]] = []
    for call in case.calls:
        shape = shape_of(call.argument, of.size, of.above)
        if shape is None or not call.count.is_number or call.count.number < 0 or not 0 <= shape.ratio < 1:
            return None
        shapes.append((Fraction(call.count.number), shape))
    period = lcm(*(Fraction(x).denominator for _, s in shapes for x in (s.ratio, s.shift)))
    if not shapes or period > LONGEST_PERIOD:
        return None
    parts = tuple((a, _share(of, [(Fraction(1), s)], period)) for a, s in shapes)
    if max(share for _, share in parts) >= 1:
        return None
    lowest = min(int(s.at(of.upto + 1)) for _, s in shapes)
    return Shares(parts, _share(of, shapes, period), lowest)


def _share(of: Recurrence, shapes: list[tuple[Fraction, Shape]], period: int) -> Fraction:
    """Return a p with the sum of count * call <= p*n above the base: calls are linear but for a periodic part."""
    first = of.upto + 1
    slope = sum((a * Fraction(s.ratio) for a, s in shapes), Fraction(0))
    over = max(
        sum((a * Fraction(s.at(n)) for a, s in shapes), Fraction(0)) - slope * n
        for n in range(first, first + period)
    )
    return slope + max(over, Fraction(0)) / first


# -- what is added --


def _added(extra: Expr, of: Recurrence) -> tuple[Expr, int, int] | None:
    """Return (c, q, s) with extra <= c*n**q*log2(n)**s above the base, or None."""
    c, q, logs = as_expr(0), 0, 0
    for monomial, coefficient in extra.terms.items():
        if coefficient < 0 and monomial_low(monomial, of.above) is not None:
            continue
        found = _factors(monomial, of.size)
        if found is None or coefficient < 0:
            return None
        rest, power, logarithms = found
        if monomial_low(rest, of.domain) is None or (logarithms and of.upto < 1):
            return None
        c = c + term_expr(rest, coefficient)
        q, logs = max(q, -int(-power // 1)), max(logs, logarithms)
    # 1 <= log2(n) only from 2 on.
    return (c, q, logs) if not logs or of.upto >= 1 else None


def _factors(monomial: Monomial, size: str) -> tuple[Monomial, Number, int] | None:
    """Return a monomial as (rest, power of n, power of log2(n))."""
    rest: list[tuple[Atom, Number]] = []
    power: Number = 0
    logarithms = 0
    for atom, e in monomial:
        if size not in atom.names:
            rest.append((atom, e))
        elif atom.kind == "name" and e > 0:
            power = e
        elif (
            atom.kind == "log2"
            and type(e) is int
            and e > 0
            and atom.args[0].terms.keys() == {((Atom("name", (size,)), 1),)}
        ):
            logarithms = e
        else:
            return None
    return tuple(rest), power, logarithms


def _at_nothing(of: Recurrence, shares: Shares) -> Expr:
    """Return what calls at size 0 cost at most; the rest of the bound counts sizes from 1 on."""
    if shares.lowest > 0 or of.low > 0:
        return as_expr(0)
    count = sum((a for a, _ in shares.parts), Fraction(0))
    zero = of.base_at(0)
    return zero * as_expr(count) if nonnegative(zero, of.domain) else as_expr(0)


# -- the bound --


def _at_power(of: Recurrence, shares: Shares, q: int, c: Expr, logs: int) -> Iterator[Found]:
    start = _base_slope(of, q)
    if start is None or shares.largest == 0:
        return
    factor = of.n**q
    growing = log2(of.n) ** logs
    weight = shares.weight(q)
    if weight < 1 and not logs:
        value = maximum([start, c / (1 - weight)], of.domain).value * factor
    elif weight < 1:
        value = (start + c / (1 - weight) * growing) * factor
    else:
        levels = log2(of.n) / log2(1 / shares.largest) + (1 if shares.lowest < 1 else 0)
        value = (start + c * growing * levels) * factor
    yield Found(value, max(1, of.low), exact=False)


def _base_slope(of: Recurrence, q: int) -> Expr | None:
    """Return a C >= 0 with T(m) <= C*m**q at the base from 1 on."""
    values = [of.base_at(m) / m**q for m in range(max(1, of.low), of.upto + 1)]
    if not all(v.is_number or nonnegative(v, of.domain) for v in values):
        return None
    return maximum([as_expr(0), *values], of.domain).value
