"""Figures: what a model says of one quantity, with its relation to the truth.

Relations combine: an exact figure stays ``=``, an upper bound divided into something gives a lower bound, and what
is bounded from neither side alone is an estimate, ``~``.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any

from workdepth.errors import ModelError
from workdepth.models.bounded import ONE, Bounded
from workdepth.symbolic import Domain, Expr, Growth, growth, maxima_of, maximum_of, simplify, to_sympy

# Beyond so many arguments a flat maximum is not shorter, and pruning it takes time.
MOST_ARGUMENTS = 12
RELATIONS = ("=", "<=", ">=", "~")
_INVERSE = {"=": "=", "<=": ">=", ">=": "<=", "~": "~"}


def joined(*relations: str) -> str:
    """Return the relation of a sum, a product or a maximum of figures that are not negative.

    Examples
    --------
    >>> joined("=", "<="), joined("<=", ">=")
    ('<=', '~')
    """
    left = {r for r in relations if r != "="}
    if not left:
        return "="
    return left.pop() if len(left) == 1 else "~"


@dataclass(frozen=True)
class Figure:
    """One quantity: ``numerator / denominator``, and how it stands to the truth.

    Parameters
    ----------
    numerator, denominator : Expr
        The formula; the denominator is 1 but for ratios.  0/0 is 1.
    relation : {"=", "<=", ">=", "~"}
        Exact, an upper bound, a lower bound, an estimate: the truth stands left of it.
    domain : Domain
        The sizes it speaks of.
    above : bool
        Whether an estimate is an upper bound of an expectation; else it is the expectation, or nothing is known.

    Examples
    --------
    >>> from workdepth.symbolic import Size, parse
    >>> f = Figure(parse("n - 1"), "=", Domain((Size("n"),)))
    >>> f.exact, str(f.growth), f.at(n=8)
    (n - 1, 'n', 7)
    """

    numerator: Expr
    relation: str
    domain: Domain
    denominator: Expr = ONE
    above: bool = False

    @property
    def exact(self) -> Any:
        """The formula as a sympy expression."""
        return to_sympy(self.expression)

    @property
    def expression(self) -> Expr:
        """The formula in the package's own normal form."""
        if self.denominator == ONE:
            return self.numerator
        if self.numerator == self.denominator:
            return ONE
        return self.numerator / self.denominator

    @cached_property
    def growth(self) -> Growth:
        """The growth class, all sizes growing each at its own pace."""
        return growth(self.expression, self.domain)

    def at(self, **sizes: int) -> int | Fraction | float:
        """Return the value at given sizes; 0/0 is 1.

        Raises
        ------
        SizeError
            When a size is missing, unknown or outside its domain.
        """
        self.domain.check(sizes)
        below = self.denominator.at(sizes)
        above = self.numerator.at(sizes)
        if below == 0:
            if above != 0:
                raise ModelError(f"the ratio {self} has no value at {sizes}", next_step="choose larger sizes")
            return 1
        if below == 1:
            return above
        if isinstance(above, float) or isinstance(below, float):
            return above / below
        value = Fraction(above) / Fraction(below)
        return int(value) if value.denominator == 1 else value

    def __str__(self) -> str:
        return str(self.expression)

    # Arithmetic, relations included

    def plus(self, other: Figure) -> Figure:
        """Return the sum."""
        return figure(
            Bounded(self.numerator + other.numerator), self.domain, joined(self.relation, other.relation)
        )

    def times(self, other: Figure) -> Figure:
        """Return the product."""
        return figure(
            Bounded(self.numerator * other.numerator), self.domain, joined(self.relation, other.relation)
        )

    def over(self, other: Figure) -> Figure:
        """Return the ratio; 0/0 is 1."""
        relation = joined(self.relation, _INVERSE[other.relation])
        return Figure(self.numerator, relation, self.domain, other.numerator)


def figure(quantity: Bounded, domain: Domain, relation: str | None = None) -> Figure:
    """Return the figure of a quantity, simplified under the domain."""
    if relation is None:
        relation = "=" if quantity.exact else "<="
    return Figure(_shortest(simplify(quantity.expr, domain), domain), relation, domain)


def _shortest(e: Expr, domain: Domain) -> Expr:
    """Return ``x + max(a, b)`` or ``max(x + a, x + b)``, whichever is the shorter to read."""
    flat = _spread(e)
    if not 1 < len(flat) <= MOST_ARGUMENTS:
        return e
    spread = simplify(maximum_of(*flat), domain)
    return spread if len(str(spread)) < len(str(e)) else e


def _spread(e: Expr) -> list[Expr]:
    """Return the arguments of the one maximum that a sum with maxima in it is equal to; too many are left whole."""
    found, waiting = dict[Expr, None](), [e]
    while waiting:
        if len(found) + len(waiting) > MOST_ARGUMENTS:
            return [e]
        one = waiting.pop()
        split = next(iter(maxima_of(one)), None)
        if split is None:
            found[one] = None
        else:
            arguments, rest = split
            waiting += [a + rest for a in reversed(arguments)]
    return list(found)
