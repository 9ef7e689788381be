"""Choices among a range: a number for each that is free in its range, until its worst or its mean is taken.

Note [Chosen].  With the number of its case known, a choice is a branch of one case.  So a graph is analysed with
that number as a name, as sizes are names; each figure is a formula in it, of which the worst is taken over the
range, or, of work where every number is equally likely, the mean.  The worst figures are exact only where one
end of the range is the worst for all of them: else no one case has them all.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

from workdepth.graph.algorithm import Algorithm
from workdepth.graph.nodes import COMPOSITES, Branch, Choice, Range
from workdepth.graph.rewriting import rewritten, with_values
from workdepth.models.bounded import Bounded
from workdepth.models.counts import inside, total
from workdepth.models.highest import highest
from workdepth.symbolic import Domain, Expr, simplify

MOST_TOGETHER = 4  # more choices than these are not tried at all their ends together


@dataclass(frozen=True)
class Chosen:
    """The choices of a graph, the outer ones first.

    Attributes
    ----------
    choices : tuple of Choice
    domain : Domain
        What is known around them.
    """

    choices: tuple[Choice, ...]
    domain: Domain

    @property
    def ranges(self) -> tuple[Range, ...]:
        """The numbers and their ranges."""
        return tuple(choice.over for choice in self.choices)

    @property
    def within(self) -> Domain:
        """What is known with the numbers free in their ranges."""
        return inside(self.domain, self.ranges)

    @property
    def expects(self) -> bool:
        """Whether some numbers are equally likely, so that work is an expectation."""
        return any(choice.uniform for choice in self.choices)

    def worst(self, quantity: Bounded) -> Bounded:
        """Return the largest value of a quantity over all numbers."""
        return self._over(quantity, frozenset())

    def mean(self, quantity: Bounded) -> Bounded:
        """Return the expected value of a quantity: its mean over what is equally likely, the largest of the rest."""
        return self._over(quantity, frozenset(c.over.index for c in self.choices if c.uniform))

    def _over(self, quantity: Bounded, uniform: frozenset[str]) -> Bounded:
        for k in range(len(self.ranges) - 1, -1, -1):
            r, around = self.ranges[k], inside(self.domain, self.ranges[:k])
            if r.index not in quantity.expr.names:
                continue
            if r.index in uniform:
                whole = total(quantity, (r,), around)
                quantity = Bounded(simplify(whole.expr / r.extent, around), whole.exact)
            else:
                quantity = highest(quantity, r, around)
        return quantity

    def together(self, quantities: Sequence[Bounded]) -> list[Bounded]:
        """Return the worst of each quantity, exact where the same ends of the ranges are the worst of all."""
        found = [self.worst(q) for q in quantities]
        wins = any(self._reached(quantities, found, ends) for ends in self._ends())
        return [q.loosened(wins) for q in found]

    def _ends(self) -> Iterator[Mapping[str, Expr]]:
        if len(self.ranges) <= MOST_TOGETHER:
            for ends in product(*((r.low, r.high - 1) for r in self.ranges)):
                yield dict(zip((r.index for r in self.ranges), ends, strict=True))

    def _reached(
        self, quantities: Sequence[Bounded], worst: Sequence[Bounded], ends: Mapping[str, Expr]
    ) -> bool:
        at = [q.expr for q in quantities]
        for r in reversed(self.ranges):  # an inner end may name an outer number
            at = [e.substitute({r.index: ends[r.index]}) for e in at]
        return all(
            e == w.expr or simplify(w.expr - e, self.domain) == 0 for e, w in zip(at, worst, strict=True)
        )


def fixed(algorithm: Algorithm, domain: Domain) -> tuple[Algorithm, Chosen]:
    """Return a graph in which each choice among a range is a branch of one case, and the numbers that are free.

    Examples
    --------
    >>> import workdepth as wd
    >>> g = wd.Algorithm("either")
    >>> x = g.input("x", wd.size("n"))
    >>> which = g.input("which")
    >>> g.output(g.choose(which, wd.size("n"), lambda k: g.fold(wd.ADD, x) * k, uniform=True))
    >>> graph, chosen = fixed(g, g.domain)
    >>> len(graph.nodes["choose1"]["kind"].cases), str(chosen.mean(Bounded(wd.size("k"))).expr)
    (1, 'n/2 - 1/2')
    """
    choices = tuple(choices_within(algorithm))
    if not choices:
        return algorithm, Chosen((), domain)

    def change(_: str, kind: object) -> object:
        return Branch((kind.body,)) if isinstance(kind, Choice) else kind

    return rewritten(algorithm, change), Chosen(choices, domain)


def at_ends(algorithm: Algorithm, last: bool) -> Algorithm:
    """Return a graph in which each choice among a range takes its first number, or its last."""

    def change(_: str, kind: object) -> object:
        if not isinstance(kind, Choice):
            return kind
        number = kind.over.high - 1 if last else kind.over.low
        return Branch((with_values(kind.body, {kind.over.index: number}),))

    return rewritten(algorithm, change)


def choices_within(graph: Algorithm) -> Iterator[Choice]:
    """Yield the choices of a graph and of its bodies, outer ones first; what it calls is not looked into."""
    for _, kind in graph.nodes(data="kind"):
        if isinstance(kind, Choice):
            yield kind
        if isinstance(kind, COMPOSITES):
            yield from choices_within(kind.body)
        elif isinstance(kind, Branch):
            for case in kind.cases:
                yield from choices_within(case)
