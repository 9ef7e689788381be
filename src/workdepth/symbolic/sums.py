"""Sums over a loop, in closed form.

For each term a difference quotient is undone: a G with G(i + 1) - G(i) = term(i), so that the sum is
G(high) - G(low), which is 0 over an empty range. Polynomials times r**i: Graham, Knuth and Patashnik,
*Concrete Mathematics*, sections 2.6 and 6.5; sums of floor(i/D), ceiling(log2 i), floor(log2 i): the same
book, sections 3.4 and 3.5.
"""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache
from typing import Any

from workdepth.errors import SymbolicError
from workdepth.symbolic.atoms import Atom, Monomial, Number
from workdepth.symbolic.bounds import monomial_low
from workdepth.symbolic.domain import Domain
from workdepth.symbolic.expr import Expr, as_expr
from workdepth.symbolic.extremes import Closed, maximize
from workdepth.symbolic.functions import ceiling, floor, log2
from workdepth.symbolic.growth import growth
from workdepth.symbolic.making import name, term_expr
from workdepth.symbolic.signs import positive
from workdepth.symbolic.structure import affine
from workdepth.symbolic.terms import tidy

MOST_DEGREE = 40


def summation(expr: Any, index: str, low: Any, high: Any, domain: Domain) -> Closed | None:
    """Sum an expression for low <= index < high.

    Parameters
    ----------
    expr : Expr or int
    index : str
    low, high : Expr or int
        With high >= low; the caller sees to that.
    domain : Domain
        The domain around the loop.

    Returns
    -------
    Closed or None
        An exact closed form; None where none is known (then :func:`summation_bound`).

    Examples
    --------
    >>> from workdepth.symbolic import Domain, Size, parse, summation
    >>> summation(parse("i"), "i", 0, parse("n"), Domain((Size("n"),)))
    Closed(value=n**2/2 - n/2, exact=True)
    >>> summation(parse("d*2**d"), "d", 0, parse("k"), Domain((Size("k"),)))
    Closed(value=k*2**k - 2*2**k + 2, exact=True)
    """
    x, first, end = as_expr(expr), as_expr(low), as_expr(high)
    out = as_expr(0)
    for monomial, c in x.terms.items():
        part = _term_sum(monomial, index, first, end, domain)
        if part is None:
            return None
        out = out + part * c
    return Closed(out, True)


def summation_bound(expr: Any, index: str, low: Any, high: Any, domain: Domain) -> Closed:
    """Sum an expression for low <= index < high, by an upper bound where there is no closed form.

    Parameters
    ----------
    expr : Expr or int
        Terms without a closed form are replaced by their largest value times the number of rounds.
    index : str
    low, high : Expr or int
    domain : Domain

    Returns
    -------
    Closed
        An upper bound, exact where every term has a closed form.
    """
    first, end = as_expr(low), as_expr(high)
    known, rest = as_expr(0), as_expr(0)
    for monomial, c in as_expr(expr).terms.items():
        part = _term_sum(monomial, index, first, end, domain)
        if part is None:
            rest = rest + term_expr(monomial, c)
        else:
            known = known + part * c
    if not rest.terms:
        return Closed(known, True)
    return Closed(known + _rest_bound(rest, index, first, end, domain), False)


def _rest_bound(rest: Expr, index: str, low: Expr, high: Expr, domain: Domain) -> Expr:
    """Bound a sum: by the sum without rounding where that grows slower, else by the largest term, each round."""
    smooth = _unrounded_sum(rest, index, low, high, domain)
    try:
        coarse = (high - low) * maximize(rest, index, low, high, domain).value
    except SymbolicError:
        if smooth is None:
            raise
        return smooth
    return coarse if smooth is None or not growth(smooth) < growth(coarse) else smooth


def _unrounded_sum(rest: Expr, index: str, low: Expr, high: Expr, domain: Domain) -> Expr | None:
    """Sum what is at least the terms: floor(y) <= y, ceiling(y) < y + 1; the number of levels often grows slower."""
    inside = domain.with_index(index, low, high)
    out = as_expr(0)
    for monomial, c in rest.terms.items():
        smooth = as_expr(c)
        for atom, e in monomial:
            if atom.kind in ("floor", "ceiling") and index in atom.names:
                if c < 0 or e < 0 or monomial_low(monomial, inside) is None:
                    return None
                smooth = smooth * (atom.args[0] + (1 if atom.kind == "ceiling" else 0)) ** e
            else:
                smooth = smooth * term_expr(((atom, e),))
        found = summation(smooth, index, low, high, domain)
        if found is None:
            return None
        out = out + found.value
    return out


def _term_sum(monomial: Monomial, index: str, low: Expr, high: Expr, domain: Domain) -> Expr | None:
    fixed = tuple((a, e) for a, e in monomial if index not in a.names)
    varying = tuple((a, e) for a, e in monomial if index in a.names)
    factor = term_expr(fixed)
    if not varying:
        return factor * (high - low)
    undone = _geometric(varying, index)
    if undone is not None:
        return factor * (undone.substitute({index: high}) - undone.substitute({index: low}))
    from workdepth.symbolic.halving_sums import logarithm_powers, telescoped

    if len(varying) == 1 and varying[0][1] == 1:
        part = _rounded_sum(varying[0][0], index, low, high, domain)
        if part is None:
            part = telescoped(varying[0][0], index, low, high)
    else:
        part = logarithm_powers(varying, index, low, high, domain)
    return None if part is None else factor * part


# -- polynomials and powers --


def _geometric(varying: Monomial, index: str) -> Expr | None:
    """Return G of i**k * r**i, or None where the factors are others."""
    degree, ratio, constant = 0, Fraction(1), as_expr(1)
    for atom, e in varying:
        if atom.kind == "name" and type(e) is int and 0 < e <= MOST_DEGREE:
            degree = e
            continue
        line = affine(atom.args[1], index) if atom.kind == "power" else None
        if line is None or not line[0].is_number or not isinstance(atom.args[0], int):
            return None
        slope = line[0].number
        if type(slope) is not int or abs(slope) > 1000:
            return None
        ratio *= Fraction(atom.args[0]) ** slope
        constant = constant * as_expr(atom.args[0]) ** line[1]
    i = name(index)
    polynomial = sum((i**p * c for p, c in enumerate(antidifference(degree, ratio))), as_expr(0))
    return polynomial * as_expr(ratio) ** i * constant if ratio != 1 else polynomial * constant


@lru_cache(maxsize=256)
def antidifference(degree: int, ratio: Fraction) -> tuple[Number, ...]:
    """Return Q with Q(i + 1)*r - Q(i) = i**degree, the lowest power first.

    Parameters
    ----------
    degree : int
    ratio : Fraction

    Returns
    -------
    tuple
    """
    top = degree if ratio != 1 else degree + 1
    q: list[Fraction] = [Fraction(0)] * (top + 1)
    target = [Fraction(0)] * (top + 1)
    target[degree] = Fraction(1)
    for power in range(top, -1, -1):
        # The coefficient of i**power in Q(i+1)*r - Q(i), from the higher coefficients.
        known = ratio * sum((q[p] * _choose(p, power) for p in range(power + 1, top + 1)), Fraction(0))
        if ratio != 1:
            q[power] = (target[power] - known) / (ratio - 1)
        elif power < top:
            seen = sum((q[p] * _choose(p, power) for p in range(power + 2, top + 1)), Fraction(0))
            q[power + 1] = (target[power] - seen) / (power + 1)
    return tuple(tidy(c) for c in q)


def _choose(n: int, k: int) -> int:
    from math import comb

    return comb(n, k)


# -- rounded things --


def _rounded_sum(atom: Atom, index: str, low: Expr, high: Expr, domain: Domain) -> Expr | None:
    if atom.kind not in ("floor", "ceiling"):
        return None
    (x,) = atom.args
    if len(x.terms) == 1:
        ((monomial, c),) = x.terms.items()
        if c == 1 and len(monomial) == 1 and monomial[0][1] == 1 and monomial[0][0].kind == "log2":
            return _logarithm_sum(atom.kind, monomial[0][0].args[0], index, low, high, domain)
    line = affine(x, index)
    if line is None or not line[0].is_number:
        return None
    slope = Fraction(line[0].number)
    if slope.numerator != 1:
        return None
    return _quotient_sum(atom.kind, line[1], slope.denominator, low, high)


def _quotient_sum(kind: str, rest: Expr, divisor: int, low: Expr, high: Expr) -> Expr | None:
    """Sum floor((i + b)/D): with q = floor(N/D), the first N of floor(i/D) add up to q*N - D*q*(q + 1)/2."""
    from workdepth.symbolic.functions import is_integer_form

    shift = rest * divisor
    if not is_integer_form(shift):
        return None
    if kind == "ceiling":
        shift = shift + (divisor - 1)

    def first(count: Expr) -> Expr:
        q = floor(count / divisor)
        return q * count - q * (q + 1) * Fraction(divisor, 2)

    return first(high + shift) - first(low + shift)


def _logarithm_sum(kind: str, y: Expr, index: str, low: Expr, high: Expr, domain: Domain) -> Expr | None:
    """Sum a rounded log2(i + b) over i + b >= 1."""
    line = affine(y, index)
    if line is None or line[0] != 1:
        return None
    start, end = low + line[1], high + line[1]
    # high >= low is the caller's word, so the end is positive where the start is.
    if not positive(start, domain):
        return None

    def first(n: Expr) -> Expr:
        # The sum over 1 <= i < n, for n >= 1.
        if kind == "ceiling":
            up = ceiling(log2(n))
            return (n - 1) * up - as_expr(2) ** up + 1
        down = floor(log2(n))
        return n * down - 2 * as_expr(2) ** down + 2

    return first(end) - first(start)
