"""A term of a growth class: a product of powers, logarithms and exponentials of sizes, ready to evaluate.

A sum of terms in one or several sizes is what a sweep is fitted with.  The values are kept as logarithms, so
that ``2**n`` at n = 4096 is a number like any other.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

import numpy as np

from workdepth.errors import SymbolicError

_ZERO, _ONE = Fraction(0), Fraction(1)


@dataclass(frozen=True, order=True)
class Factor:
    """``base**size * size**power * log2(size)**logs``, ordered by growth for one size."""

    size: str
    base: Fraction = _ONE
    power: Fraction = _ZERO
    logs: Fraction = _ZERO

    @property
    def rank(self) -> tuple[Fraction, Fraction, Fraction]:
        """Sort key: of two factors of one size, the larger rank grows faster."""
        return (self.base, self.power, self.logs)

    def logarithm(self, values: np.ndarray) -> np.ndarray:
        """Natural logarithm of the factor; minus infinity where it is zero (log2 of 1)."""
        logs = np.log(values)
        total = float(self.power) * logs + values * float(np.log(float(self.base)))
        if self.logs:
            inner = np.log2(values)
            positive = inner > 0
            total = total + float(self.logs) * np.log(np.where(positive, inner, 1.0))
            total = np.where(positive, total, -np.inf)
        return total

    def __str__(self) -> str:
        parts = []
        if self.base != 1:
            parts.append(f"{_atom(self.base)}**{self.size}")
        if self.power:
            parts.append(_power(self.size, self.power))
        if self.logs:
            parts.append(_power(f"log({self.size})", self.logs))
        return "*".join(parts) or "1"


@dataclass(frozen=True)
class Term:
    """A product of factors, one a size; no factors: the constant 1.

    Examples
    --------
    >>> str(Term.of("n*log(n)")), Term.of("n") < Term.of("n*log(n)")
    ('n*log(n)', True)
    """

    factors: tuple[Factor, ...] = ()

    @staticmethod
    def of(text: str) -> Term:
        """Read one term, like ``n*log(n)``; a sum is refused."""
        found = terms_of(text)
        if len(found) != 1:
            raise SymbolicError(f"{text!r} is a sum of several terms", next_step="write one term")
        return found[0]

    @property
    def sizes(self) -> frozenset[str]:
        """The names of the sizes in it."""
        return frozenset(factor.size for factor in self.factors)

    def factor(self, size: str) -> Factor:
        """The factor of one size (1 where it does not occur)."""
        return next((f for f in self.factors if f.size == size), Factor(size))

    def logarithm(self, sizes: Mapping[str, np.ndarray]) -> np.ndarray:
        """Natural logarithm of the term at every point."""
        total = np.zeros(len(next(iter(sizes.values()))))
        for factor in self.factors:
            total = total + factor.logarithm(sizes[factor.size])
        return total

    def __le__(self, other: Term) -> bool:
        """Whether this term is bounded by a constant times the other."""
        names = self.sizes | other.sizes
        return all(self.factor(n).rank <= other.factor(n).rank for n in names)

    def __lt__(self, other: Term) -> bool:
        return self != other and self <= other

    def times(self, other: Term) -> Term | None:
        """The product, or None where a power would be negative."""
        factors = []
        for name in sorted(self.sizes | other.sizes):
            a, b = self.factor(name), other.factor(name)
            factors.append(Factor(name, a.base * b.base, a.power + b.power, a.logs + b.logs))
        if any(f.power < 0 or f.logs < 0 for f in factors):
            return None
        return Term(tuple(f for f in factors if f != Factor(f.size)))

    def __str__(self) -> str:
        return "*".join(str(f) for f in self.factors) or "1"


def leading(terms: Iterable[Term]) -> tuple[Term, ...]:
    """The terms that no other one dominates, in a stable order.

    Examples
    --------
    >>> [str(t) for t in leading(terms_of("n*m + n**2 + n + 7"))]
    ['m*n', 'n**2']
    """
    kept = set(terms)
    return tuple(sorted((t for t in kept if not any(t < u for u in kept)), key=str))


def growth_text(terms: Iterable[Term]) -> str:
    """A growth class as text: the leading terms, added up."""
    return " + ".join(str(t) for t in leading(terms))


def _power(text: str, exponent: Fraction) -> str:
    if exponent == 1:
        return text
    if exponent == Fraction(1, 2):
        return f"sqrt({text})"
    return f"{text}**{_atom(exponent)}"


def _atom(number: Fraction) -> str:
    return str(number) if number.denominator == 1 and number >= 0 else f"({number})"


@lru_cache(maxsize=512)
def terms_of(text: str) -> tuple[Term, ...]:
    """Read a sum of terms; constants in front are dropped."""
    import ast

    if len(text) > 1000 or not re.fullmatch(r"[\w\s()*+/.-]+", text):
        raise SymbolicError(f"{text[:60]!r} is not a growth class", next_step="write one like n*log(n)")
    try:
        tree = ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, RecursionError, MemoryError) as problem:
        raise SymbolicError(
            f"{text!r} is not a growth class", next_step="write one like n*log(n)"
        ) from problem
    return tuple(dict.fromkeys(_sum(tree, text)))


def _sum(node, text):
    import ast

    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Sub):
        return _sum(node.left, text) + _sum(node.right, text)
    return [_product(node, text)]


def _product(node, text):
    import ast

    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult):
        return _product(node.left, text).times(_product(node.right, text))
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div):
        return _product(node.left, text)
    if isinstance(node, ast.Constant) and isinstance(node.value, int | float):
        return Term()
    if isinstance(node, ast.Name):
        return Term((Factor(node.id, power=_ONE),))
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and len(node.args) == 1:
        if node.func.id in ("log", "log2") and isinstance(node.args[0], ast.Name):
            return Term((Factor(node.args[0].id, logs=_ONE),))
        if node.func.id in ("floor", "ceiling"):
            return _product(node.args[0], text)
        if node.func.id == "sqrt":
            return _raise(_product(node.args[0], text), Fraction(1, 2))
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Pow):
        if isinstance(node.left, ast.Constant) and isinstance(node.right, ast.Name):
            return Term((Factor(node.right.id, base=Fraction(node.left.value)),))
        return _raise(_product(node.left, text), _number(node.right, text))
    raise SymbolicError(f"{text!r} is not a growth class", next_step="write one like n*log(n)")


def _raise(term, power):
    return Term(tuple(Factor(f.size, f.base, f.power * power, f.logs * power) for f in term.factors))


def _number(node, text):
    import ast

    if isinstance(node, ast.Constant) and isinstance(node.value, int):
        return Fraction(node.value)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div):
        return _number(node.left, text) / _number(node.right, text)
    raise SymbolicError(f"{text!r} is not a growth class", next_step="write one like n*log(n)")
