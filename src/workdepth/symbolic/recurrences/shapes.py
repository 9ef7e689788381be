"""How an argument of a recursive call follows from the size: a quotient, a difference, rounded or not."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from math import lcm

from workdepth.symbolic.atoms import Number
from workdepth.symbolic.domain import Domain
from workdepth.symbolic.expr import Expr, as_expr
from workdepth.symbolic.making import name
from workdepth.symbolic.simplifying import simplify
from workdepth.symbolic.structure import affine


@dataclass(frozen=True)
class Shape:
    """rounding(ratio*n + shift) + step.

    Parameters
    ----------
    ratio, shift : int or Fraction
    rounding : str
        ``"floor"``, ``"ceiling"``, or ``""``.
    step : int
        0 where nothing is rounded.
    """

    ratio: Number
    shift: Number
    rounding: str = ""
    step: int = 0

    def at(self, n: int) -> Number:
        """Return the argument at one size."""
        if not self.rounding:
            return self.ratio * n + self.shift
        slope, rest, divisor = self._over_one_divisor
        if self.rounding == "floor":
            return (slope * n + rest) // divisor + self.step
        return -(-(slope * n + rest) // divisor) + self.step

    @cached_property
    def _over_one_divisor(self) -> tuple[int, int, int]:
        """The ratio and the shift as numerators over their common divisor, and the divisor."""
        ratio, shift = Fraction(self.ratio), Fraction(self.shift)
        divisor = lcm(ratio.denominator, shift.denominator)
        return int(ratio * divisor), int(shift * divisor), divisor

    @property
    def divisor(self) -> int | None:
        """The whole b of n/b, floor(n/b) or ceiling(n/b), or None."""
        fraction = Fraction(self.ratio)
        plain = fraction.numerator == 1 and fraction.denominator > 1 and not self.shift and not self.step
        return fraction.denominator if plain else None

    @property
    def difference(self) -> int | None:
        """The c of n - c, or None."""
        if self.ratio == 1 and not self.rounding and type(self.shift) is int:
            return -self.shift
        return None


def shape_of(argument: Expr, size: str, domain: Domain) -> Shape | None:
    """Read the shape of an argument, or None where it is another.

    Parameters
    ----------
    argument : Expr
    size : str
    domain : Domain
        The domain above the base, where max(1, floor(n/2)) is floor(n/2).

    Returns
    -------
    Shape or None
    """
    return _shape(argument, size) or _shape(simplify(argument, domain), size)


def _shape(argument: Expr, size: str) -> Shape | None:
    line = _numbers(argument, size)
    if line is not None:
        return Shape(*line)
    for monomial, c in argument.terms.items():
        if len(monomial) != 1 or monomial[0][1] != 1 or monomial[0][0].kind not in ("floor", "ceiling"):
            continue
        atom = monomial[0][0]
        inside, rest = _numbers(atom.args[0], size), argument - argument_term(argument, monomial)
        outside = _numbers(rest, size)
        if inside is None or outside is None or type(outside[1]) is not int:
            return None
        if c == 1 and type(outside[0]) is int:
            # Whole multiples of n go inside the rounding.
            return Shape(inside[0] + outside[0], inside[1], atom.kind, outside[1])
        if c == -1 and type(outside[0]) is int:
            other = "ceiling" if atom.kind == "floor" else "floor"
            return Shape(outside[0] - inside[0], -inside[1], other, outside[1])
        return None
    return None


def argument_term(argument: Expr, monomial: object) -> Expr:
    """Return one term of an argument."""
    from workdepth.symbolic.expr import from_terms

    return from_terms({m: c for m, c in argument.terms.items() if m == monomial})


def _numbers(x: Expr, size: str) -> tuple[Number, Number] | None:
    line = affine(x, size)
    if line is None or not line[0].is_number or not line[1].is_number:
        return None
    return line[0].number, line[1].number


def exponent_of(b: int, base: int) -> int:
    """Return e of b = base**e, 0 where there is none."""
    e = 0
    while b > 1 and base > 1 and b % base == 0:
        b, e = b // base, e + 1
    return e if b == 1 else 0


def written(shape: Shape, size: str) -> Expr:
    """Return the argument of a shape."""
    from workdepth.symbolic.functions import ceiling, floor

    inside = as_expr(shape.ratio) * name(size) + shape.shift
    rounded = {"floor": floor, "ceiling": ceiling, "": as_expr}[shape.rounding]
    out: Expr = rounded(inside) + shape.step
    return out
