"""Sums of rounded logarithms times powers of the index, and over the levels of a halving loop.

ceiling(log2 i) counts the powers of two below i, so the order of summation can be turned around: one sum over the
exponents is left (Graham, Knuth and Patashnik, *Concrete Mathematics*, section 3.5, where it is done for the floor).
And ceiling(a/2) + floor(a/2) = a makes the pairs of each level of a tree telescope.
"""

from __future__ import annotations

from fractions import Fraction

from workdepth.symbolic.atoms import Atom, Monomial
from workdepth.symbolic.domain import Domain
from workdepth.symbolic.expr import Expr, as_expr
from workdepth.symbolic.functions import ceiling, floor, log2
from workdepth.symbolic.making import name, total
from workdepth.symbolic.signs import positive
from workdepth.symbolic.structure import affine, coefficients
from workdepth.symbolic.sums import antidifference, summation
from workdepth.symbolic.values import lone_logarithm

COUNTER = "_j"
MOST_POWER = 12


def logarithm_powers(varying: Monomial, index: str, low: Expr, high: Expr, domain: Domain) -> Expr | None:
    """Sum i**k * L**p for L = ceiling(log2(i + b)) or floor(log2(i + b)), low <= i < high.

    Parameters
    ----------
    varying : tuple
        The factors that depend on the index.
    index : str
    low, high : Expr
    domain : Domain

    Returns
    -------
    Expr or None
        None where the factors are others, or i + b may be below 1.
    """
    k, found = 0, None
    for atom, e in varying:
        if type(e) is not int or not 0 < e <= MOST_POWER or (found and atom.kind != "name"):
            return None
        if atom.kind == "name":
            k = e
        else:
            found = atom, e
    if found is None or found[0].kind not in ("floor", "ceiling"):
        return None
    (atom, p), y = found, lone_logarithm(found[0].args[0])
    line = affine(y, index) if y is not None else None
    if line is None or line[0] != 1 or not positive(low + line[1], domain):
        return None
    powers = coefficients((name(index) - line[1]) ** k, index) or {}
    ends = ((high + line[1], 1), (low + line[1], -1))
    return total(
        _below(atom.kind, t, p, end, domain) * (sign * c) for t, c in powers.items() for end, sign in ends
    )


def _below(kind: str, t: int, p: int, n: Expr, domain: Domain) -> Expr:
    """Sum i**t * L(i)**p over 1 <= i < n: L**p is a sum of (j + 1)**p - j**p over the powers 2**j below i."""
    j = name(COUNTER)
    if kind == "ceiling":
        most, step, first = ceiling(log2(n)), (j + 1) ** p - j**p, as_expr(2) ** j + 1
    else:
        most, step, first = floor(log2(n)), (j + 1) ** p - j**p, as_expr(2) ** (j + 1)
    left = summation(step * _powers(t, first), COUNTER, 0, most, domain)
    assert left is not None, "powers of 2**j have closed sums"
    return most**p * _powers(t, n) - left.value


def _powers(t: int, n: Expr) -> Expr:
    """Sum i**t over 1 <= i < n."""
    parts = antidifference(t, Fraction(1))
    return total((n**e - 1) * c for e, c in enumerate(parts))


# -- the levels of a tree --


def telescoped(atom: Atom, index: str, low: Expr, high: Expr) -> Expr | None:
    """Sum floor(ceiling(x/2**d)/2), ceiling(floor(x/2**d)/2) or floor(x/2**d + 1/2) over low <= d < high.

    Parameters
    ----------
    atom : Atom
    index : str
    low, high : Expr

    Returns
    -------
    Expr or None
    """
    if atom.kind not in ("floor", "ceiling"):
        return None
    (x,) = atom.args
    other = "ceiling" if atom.kind == "floor" else "floor"
    twice = 2 * x
    inner = _lone_rounding(twice, other)
    if inner is None and atom.kind == "floor" and x.constant == Fraction(1, 2):
        inner, other = 2 * (x - x.constant), "floor"
    if inner is None or inner.substitute({index: name(index) + 1}) * 2 != inner:
        return None
    rounded = ceiling if other == "ceiling" else floor
    return rounded(inner.substitute({index: low})) - rounded(inner.substitute({index: high}))


def _lone_rounding(x: Expr, kind: str) -> Expr | None:
    """Return y of x = floor(y) or ceiling(y), or None."""
    if len(x.terms) != 1:
        return None
    ((monomial, c),) = x.terms.items()
    if c != 1 or len(monomial) != 1 or monomial[0][1] != 1 or monomial[0][0].kind != kind:
        return None
    y: Expr = monomial[0][0].args[0]
    return y
