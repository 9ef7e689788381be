"""Growth terms of `workdepth.symbolic`, ready to be fitted: read from predictions, compared, evaluated.

Values are kept as logarithms, so that ``2**n`` at n = 4096 is a number like any other.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from functools import lru_cache
from typing import Any

import numpy as np

from workdepth.errors import SymbolicError
from workdepth.symbolic import Expr, Growth, as_expr, growth, parse
from workdepth.symbolic.expr import from_terms
from workdepth.symbolic.growth import antichain
from workdepth.symbolic.growth_terms import ONE, Term, term

__all__ = [
    "ONE",
    "Term",
    "below",
    "expression_of",
    "growth_text",
    "leading",
    "logarithm",
    "power_of",
    "terms_of",
]


def expression_of(prediction: Any) -> Expr:
    """Return a prediction as an expression: a text, a growth class, an expression or a sympy one.

    Examples
    --------
    >>> print(expression_of("n + log2(n)"))
    n + log2(n)
    """
    if isinstance(prediction, str):
        return parse(prediction)
    return prediction.expr if isinstance(prediction, Growth) else as_expr(prediction)


@lru_cache(maxsize=512)
def terms_of(prediction: Any) -> tuple[Term, ...]:
    """Return the growth terms of a sum, without coefficients: those of its growth class, then the lower ones.

    Examples
    --------
    >>> [str(t) for t in terms_of("5*n*log(n) + floor(n/2) + 7")]
    ['n*log(n)', 'n', '1']
    """
    expression = expression_of(prediction)
    found = sorted(growth(expression).terms, key=str)
    for monomial in expression.terms:
        parts = growth(from_terms({monomial: 1})).terms
        found += [t for t in sorted(parts, key=str) if any(below(t, lead) for lead in found)]
    return tuple(dict.fromkeys(found))


def size_names(terms: Iterable[Term]) -> frozenset[str]:
    """Return the names of all sizes in some terms."""
    return frozenset().union(*(Growth(frozenset([t])).names for t in terms))


def power_of(size: str, power: int | Fraction = 0, logs: int | Fraction = 0) -> Term:
    """Return the term ``size**power * log(size)**logs``."""
    return term([(("size", size), power), (("log", size), logs)])


@lru_cache(maxsize=65536)
def below(one: Term, other: Term) -> bool:
    """Whether a term grows strictly slower than another."""
    return one != other and one.dominated_by(other)


def leading(terms: Iterable[Term]) -> tuple[Term, ...]:
    """Return the terms that no other one dominates, in a stable order.

    Examples
    --------
    >>> [str(t) for t in leading(terms_of("n*m + n**2 + n + 7"))]
    ['m*n', 'n**2']
    """
    several = tuple(dict.fromkeys(terms))
    kept = [t for t in several if not any(below(t, u) for u in several)]
    return tuple(sorted(kept, key=_text))


@lru_cache(maxsize=4096)
def _text(one: Term) -> str:
    return str(one)


def growth_text(terms: Iterable[Term]) -> str:
    """Return a growth class as text: the leading terms, added up."""
    return str(antichain(terms))


def logarithm(one: Term, sizes: Mapping[str, np.ndarray]) -> np.ndarray:
    """Natural logarithm of a term at every point; minus infinity where it is zero, as log(n) is at n = 1.

    Parameters
    ----------
    one : Term
        A term in the given sizes.
    sizes : mapping of str to array
        The sizes at each point.

    Returns
    -------
    array

    Raises
    ------
    SymbolicError
        When the term has a size that was not measured.
    """
    total = np.zeros(len(next(iter(sizes.values()))))
    for (kind, what), exponent in one.factors:
        total = total + float(exponent) * _factor(kind, what, sizes)
    return total


def _factor(kind: str, what: Any, sizes: Mapping[str, np.ndarray]) -> np.ndarray:
    if kind == "closed":
        return np.min([logarithm(part, sizes) for part in what[1]], axis=0)
    missing = (what.names if isinstance(what, Expr) else {what}) - set(sizes)
    if missing:
        raise SymbolicError(
            f"the size {sorted(missing)[0]} of the prediction was not measured",
            next_step=f"use {', '.join(sizes)}, or give its values",
        )
    if kind == "rate":
        values = sizes[what] if isinstance(what, str) else _product(what, sizes)
        return float(np.log(2)) * values
    values = sizes[what]
    if kind == "size":
        return np.log(values)
    return _log(np.log2(values) if kind == "log" else _log(np.log2(values)) / float(np.log(2)))


def _product(exponent: Expr, sizes: Mapping[str, np.ndarray]) -> np.ndarray:
    """Return the value of an exponent that mixes sizes, as in 2**(n*m)."""
    rows = range(len(next(iter(sizes.values()))))
    return np.array([float(exponent.at({n: int(sizes[n][k]) for n in exponent.names})) for k in rows])


def _log(values: np.ndarray) -> np.ndarray:
    """Natural logarithm, minus infinity at and below zero, without a warning."""
    positive = values > 0
    return np.where(positive, np.log(np.where(positive, values, 1.0)), -np.inf)
