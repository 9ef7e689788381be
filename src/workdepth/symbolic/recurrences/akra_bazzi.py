"""The class of T(n) = sum of a_i*T(p_i*n) + f(n), whatever the rounding.

With p such that the a_i * p_i**p add up to 1, T is n**p times (1 + the integral of f(u)/u**(p+1) up to n): Akra and
Bazzi, "On the solution of linear recurrence equations", Computational Optimization and Applications 10 (1998);
Leighton, "Notes on better master theorems for divide-and-conquer recurrences" (1996), for the rounding. The integral
of u**q * log(u)**r is known: the three cases of the master theorem, with all powers of logarithms.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from workdepth.errors import SymbolicError
from workdepth.symbolic.expr import Expr
from workdepth.symbolic.functions import log2
from workdepth.symbolic.growth import Growth, antichain, growth
from workdepth.symbolic.growth_terms import Term, term
from workdepth.symbolic.recurrences.dividing import common_base
from workdepth.symbolic.recurrences.recurrence import Case, Recurrence
from workdepth.symbolic.recurrences.roots import exact_roots
from workdepth.symbolic.recurrences.shapes import shape_of

#: Exponents without a closed form are rounded to so many decimals.
DECIMALS = 3
CLOSE = 1e-11
MOST_WHOLE = 12


@dataclass(frozen=True)
class Exponent:
    """The p of the recurrence.

    Parameters
    ----------
    value : int, Fraction or Expr
        Rational, or a quotient of logarithms of numbers.
    note : str
        What is to say where it is rounded.
    """

    value: Any
    note: str = ""


def growth_of(of: Recurrence, case: Case) -> tuple[Growth, str] | None:
    """Find the class of a recurrence all of whose calls are at a fraction of the size.

    Parameters
    ----------
    of : Recurrence
    case : Case

    Returns
    -------
    (Growth, str) or None
        The class, and a note where its exponent is rounded; None where a call is another.
    """
    shares = _shares(of, case)
    if not shares:
        return None
    p = exponent(shares)
    alone = term([(("size", of.size), _plain(p.value))])
    base = of.base_at(of.upto)
    terms = [alone.times(t) for t in growth(base).terms] if base.names else [alone]
    if case.extra.terms:
        for t in growth(case.extra).terms:
            terms += _integrated(t, of.size, p.value, shares)
    found = antichain(terms)
    rounded = p.note if any(_keeps(t, of.size, p.value) for t in found.terms) else ""
    return found, rounded


def _keeps(t: Term, size: str, p: Any) -> bool:
    return any(f == ("size", size) and e == p for f, e in t.factors)


def _shares(of: Recurrence, case: Case) -> list[tuple[Fraction, Fraction]] | None:
    out = []
    for call in case.calls:
        shape = shape_of(call.argument, of.size, of.above)
        if shape is None or not 0 < shape.ratio < 1 or not call.count.is_number or call.count.number <= 0:
            return None
        out.append((Fraction(call.count.number), Fraction(shape.ratio)))
    return out


def exponent(shares: list[tuple[Fraction, Fraction]]) -> Exponent:
    """Solve sum of a * s**p = 1 for p.

    Parameters
    ----------
    shares : list of (a, s)
        With 0 < s < 1 < the sum of the a, or equal to it.

    Returns
    -------
    Exponent
        Exact where p is whole, or a quotient of logarithms; else rounded, with a note.
    """
    found = _by_one_share(shares)
    if found is None:
        found = _by_common_base(shares)
    if found is not None:
        return Exponent(found)
    for whole in range(-1, MOST_WHOLE):
        if sum(a * s**whole for a, s in shares) == 1:
            return Exponent(whole)
    p = Fraction(round(_number(shares), DECIMALS)).limit_denominator(10**DECIMALS)
    shown = " + ".join(f"{'' if a == 1 else f'{a}*'}({s})**p" for a, s in shares)
    return Exponent(p, f"exponent {float(p):.{DECIMALS}f}, rounded, of {shown} = 1")


def _by_one_share(shares: list[tuple[Fraction, Fraction]]) -> Any:
    """All shares are one s: a * s**p = 1."""
    ((share, *others)) = {s for _, s in shares}
    if others:
        return None
    return log2(sum(a for a, _ in shares)) / log2(1 / share)


def _by_common_base(shares: list[tuple[Fraction, Fraction]]) -> Any:
    """All shares are 1/c**e: then c**p is a root of a polynomial."""
    from workdepth.symbolic.domain import Size

    if any(s.numerator != 1 for _, s in shares):
        return None
    c = common_base([s.denominator for _, s in shares], Size("n"))
    if c is None:
        return None
    counts: dict[int, Fraction] = {}
    for a, s in shares:
        e, b = 0, s.denominator
        while b > 1:
            b, e = b // c, e + 1
        counts[e] = counts.get(e, Fraction(0)) + a
    roots = exact_roots(counts)
    if roots is None:
        return None
    largest = max(roots, key=float)
    return log2(largest.expr) / log2(c)


def _number(shares: list[tuple[Fraction, Fraction]]) -> float:
    low, high = -1.0, 1.0
    while _weight(shares, high) > 1:
        high *= 2
    while _weight(shares, low) < 1:
        low *= 2
    for _ in range(200):
        middle = (low + high) / 2
        low, high = (middle, high) if _weight(shares, middle) > 1 else (low, middle)
    return high


def _weight(shares: list[tuple[Fraction, Fraction]], p: float) -> float:
    return sum((float(a) * float(s) ** p for a, s in shares), 0.0)


def _integrated(t: Term, size: str, p: Any, shares: list[tuple[Fraction, Fraction]]) -> list[Term]:
    """Return the class of n**p times the integral of one term of f over n**(p + 1)."""
    own = {kind: e for (kind, what), e in t.factors if what == size}
    mixed = [f for (f, what), _ in t.factors if what != size and size in _names(what)]
    if mixed:
        raise SymbolicError(
            f"no class for a recursion that adds '{t}'", next_step=f"add products of {size} and its logarithm"
        )
    others = term((f, e) for f, e in t.factors if f[1] != size)
    rate, q = own.get("rate", 0), own.get("size", 0)
    if float(rate) > 0:
        return [t]
    side = -1 if float(rate) < 0 else _side(q, shares)
    alone = others.times(term([(("size", size), _plain(p))]))
    if side > 0:
        return [t]
    if side < 0:
        return [alone]
    return [alone.times(_logarithms(size, own.get("log", 0), own.get("loglog", 0)))]


def _names(what: Any) -> frozenset[str]:
    if isinstance(what, Expr):
        return what.names
    if isinstance(what, tuple):
        return frozenset().union(*(_names(w) for a in what[1] for (_, w), _ in a.factors))
    return frozenset([what])


def _side(q: Any, shares: list[tuple[Fraction, Fraction]]) -> int:
    """Return 1 where q is above p, -1 where it is below, 0 where they are equal."""
    if isinstance(q, int):
        weight: Fraction | float = sum((a * s**q for a, s in shares), Fraction(0))
    else:
        weight = _weight(shares, float(q))
        if abs(weight - 1) < CLOSE:
            return 0
    return -1 if weight > 1 else 1 if weight < 1 else 0


def _logarithms(size: str, r: Any, s: Any) -> Term:
    """Return the class of the integral of log(u)**r * loglog(u)**s / u."""
    if r == -1 and s != -1:
        return term([(("loglog", size), s + 1)]) if float(s) > -1 else Term()
    if float(r) > -1:
        return term([(("log", size), r + 1), (("loglog", size), s)])
    if r == -1:
        raise SymbolicError("no class for the logarithm of log(log(n))", next_step="bound what is added")
    return Term()


def _plain(p: Any) -> Any:
    return p.number if isinstance(p, Expr) and p.is_number else p
