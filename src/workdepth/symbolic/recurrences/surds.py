"""Numbers a + b*sqrt(D), with rational a and b: the roots of quadratics, and exact linear algebra over them."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import isqrt, sqrt

from workdepth.symbolic.expr import Expr, as_expr
from workdepth.symbolic.power import factors, number_base
from workdepth.symbolic.terms import tidy


@dataclass(frozen=True)
class Surd:
    """a + b*sqrt(D).

    Parameters
    ----------
    a, b : Fraction
    d : int
        Free of squares, above 1; 1 where b is 0.

    Examples
    --------
    >>> golden = Surd(Fraction(1, 2), Fraction(1, 2), 5)
    >>> print(golden * golden - golden)
    1
    """

    a: Fraction
    b: Fraction = Fraction(0)
    d: int = 1

    def __str__(self) -> str:
        return str(self.expr)

    def __add__(self, other: Surd) -> Surd:
        return surd(self.a + other.a, self.b + other.b, max(self.d, other.d))

    def __neg__(self) -> Surd:
        return Surd(-self.a, -self.b, self.d)

    def __sub__(self, other: Surd) -> Surd:
        return self + -other

    def __mul__(self, other: Surd) -> Surd:
        d = max(self.d, other.d)
        return surd(self.a * other.a + self.b * other.b * d, self.a * other.b + self.b * other.a, d)

    @property
    def inverse(self) -> Surd:
        """1/self."""
        norm = self.a * self.a - self.b * self.b * self.d
        return surd(self.a / norm, -self.b / norm, self.d)

    def __pow__(self, e: int) -> Surd:
        base, out = (self, ONE) if e >= 0 else (self.inverse, ONE)
        for bit in bin(abs(e))[2:]:
            out = out * out
            if bit == "1":
                out = out * base
        return out

    @property
    def is_zero(self) -> bool:
        """Whether it is 0."""
        return not self.a and not self.b

    def __float__(self) -> float:
        return float(self.a) + float(self.b) * sqrt(self.d)

    @property
    def sign(self) -> int:
        """-1, 0 or 1, exactly."""
        a, b = (self.a > 0) - (self.a < 0), (self.b > 0) - (self.b < 0)
        if a * b >= 0:
            return a or b
        larger = self.a * self.a > self.b * self.b * self.d
        return a if larger else b

    @property
    def expr(self) -> Expr:
        """The number as an expression."""
        out = as_expr(tidy(self.a))
        if self.b:
            out = out + number_base(self.d, as_expr(Fraction(1, 2))) * tidy(self.b)
        return out

    def raised(self, exponent: Expr) -> Expr:
        """Return a positive number to the power of an expression."""
        if not self.b:
            return number_base(self.a, exponent)
        if not self.a:
            return number_base(self.b, exponent) * number_base(self.d, exponent / 2)
        out: Expr = self.expr**exponent
        return out


def surd(a: Fraction, b: Fraction, d: int) -> Surd:
    """Return a + b*sqrt(d) for a d free of squares."""
    return Surd(a, b, d) if b else Surd(a)


def square_root(x: Fraction) -> Surd:
    """Return the root of a rational that is at least 0."""
    whole, free = Fraction(1, x.denominator), 1
    for p, count in factors(x.numerator * x.denominator) if x else ():
        if p > 1 and isqrt(p) ** 2 == p:
            whole *= isqrt(p) ** count
            continue
        whole *= p ** (count // 2)
        free *= p ** (count % 2)
    if not x:
        return ZERO
    return Surd(whole) if free == 1 else Surd(Fraction(0), whole, free)


ZERO = Surd(Fraction(0))
ONE = Surd(Fraction(1))


def solved(rows: list[list[Surd]], right: list[Expr]) -> list[Expr]:
    """Solve a regular linear system with numbers on the left and expressions on the right.

    Parameters
    ----------
    rows : list of list of Surd
        All in one field: one D.
    right : list of Expr

    Returns
    -------
    list of Expr
    """
    size = len(rows)
    rows, right = [list(r) for r in rows], list(right)
    for column in range(size):
        pivot = next(r for r in range(column, size) if not rows[r][column].is_zero)
        rows[column], rows[pivot] = rows[pivot], rows[column]
        right[column], right[pivot] = right[pivot], right[column]
        scale = rows[column][column].inverse
        rows[column] = [x * scale for x in rows[column]]
        right[column] = right[column] * scale.expr
        for r in range(size):
            factor = rows[r][column]
            if r != column and not factor.is_zero:
                rows[r] = [x - factor * y for x, y in zip(rows[r], rows[column], strict=True)]
                right[r] = right[r] - right[column] * factor.expr
    return right
