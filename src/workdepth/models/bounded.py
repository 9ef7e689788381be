"""An expression that is either the exact value or an upper bound of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from workdepth.symbolic import Domain, Expr, as_expr, maximum

ZERO = as_expr(0)
ONE = as_expr(1)


@dataclass(frozen=True)
class Bounded:
    """A quantity that is at most ``expr``, and equal to it where ``exact``."""

    expr: Expr
    exact: bool = True

    def __add__(self, other: Bounded | Expr | int) -> Bounded:
        if isinstance(other, Bounded):
            return Bounded(self.expr + other.expr, self.exact and other.exact)
        return Bounded(self.expr + other, self.exact)

    def times(self, factor: Expr | int) -> Bounded:
        """Return the multiple by a factor that is not negative."""
        return Bounded(self.expr * factor, self.exact)

    def loosened(self, exact: bool = False) -> Bounded:
        """Return the same bound, exact only where ``exact`` holds too."""
        return self if exact or not self.exact else Bounded(self.expr, False)


NOTHING = Bounded(ZERO)


def most(quantities: Iterable[Bounded], domain: Domain) -> Bounded:
    """Return the largest of several quantities, 0 of none.

    It stays exact when one that is exact reaches the whole bound: then the loose ones are below it.
    """
    items = list(dict.fromkeys(quantities))
    if not items:
        return NOTHING
    if len(items) == 1:
        return items[0]
    if all(q.expr.is_number for q in items):
        return max(items, key=lambda q: (q.expr.number, q.exact))
    whole = maximum([q.expr for q in items], domain)
    firm = [q.expr for q in items if q.exact]
    exact = whole.exact and bool(firm) and (len(firm) == len(items) or maximum(firm, domain) == whole)
    return Bounded(whole.value, exact)


def expected(cases: Sequence[Bounded], probabilities: Sequence[Expr]) -> Bounded:
    """Return the sum of the cases, each times its probability."""
    found = Bounded(ZERO)
    for case, p in zip(cases, probabilities, strict=True):
        found = found + case.times(p)
    return found
