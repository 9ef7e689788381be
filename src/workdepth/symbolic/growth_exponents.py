"""Exponents of growth terms: rational numbers, or expressions without names such as log2(7).

Their signs decide which of two terms grows faster.
"""

from __future__ import annotations

from math import log2 as number_log2
from typing import Any

from workdepth.symbolic.atoms import Atom, Number
from workdepth.symbolic.expr import Expr
from workdepth.symbolic.terms import tidy

#: Irrational exponents closer to 0 count as 0.
CLOSE = 1e-12
#: Sums of logarithms in double precision are not wrong by as much.
SURE = 1e-6


def exponent_sum(a: Any, b: Any) -> Any:
    """Return a + b, a plain number where it is one."""
    return tidied(a + b)


def exponent_product(a: Any, b: Any) -> Any:
    """Return a * b, a plain number where it is one."""
    return tidied(a * b)


def tidied(e: Any) -> Any:
    """Return an exponent as a number where it is rational, as an int where it is whole."""
    if isinstance(e, Expr):
        return e.number if e.is_number else e
    return tidy(e)


def sign_of(e: Any) -> int:
    """Return -1, 0 or 1."""
    if type(e) is int:
        return (e > 0) - (e < 0)
    value = _about(e)
    # Equal exponents may be written in several ways: log2(3 + sqrt(5)) - 1 is 2*log2(1 + sqrt(5)) - 2.
    if isinstance(e, Expr) and abs(value) < CLOSE:
        return 0
    return (value > 0) - (value < 0)


def _about(e: Any) -> float:
    """Return a number as a float: sums of logarithms of numbers directly, what is near 0 with many digits."""
    if isinstance(e, Expr):
        value = 0.0
        for monomial, c in e.terms.items():
            if len(monomial) > 1 or (monomial and not _is_whole_logarithm(monomial[0])):
                return float(e)
            value += float(c) * (number_log2(monomial[0][0].args[0].number) if monomial else 1.0)
        if abs(value) > SURE:
            return value
    return float(e)


def _is_whole_logarithm(factor: tuple[Atom, Number]) -> bool:
    atom, e = factor
    return e == 1 and atom.kind == "log2" and atom.args[0].is_number
