"""The running peak of a fold on one thread, from its leaves."""

from __future__ import annotations

from collections.abc import Mapping

from workdepth.graph.nodes import Fold, Range, Scan
from workdepth.models.access import Slice
from workdepth.models.bounded import ZERO, Bounded, most
from workdepth.models.guards import guarded, indicator
from workdepth.models.origin import origin_of_output
from workdepth.models.scope import Scope
from workdepth.models.sequence import Holding
from workdepth.symbolic import Domain, Expr, floor, log2, maximum_of, minimum_of, nonnegative

Parts = Mapping[int, Slice]


class Leaves:
    """The running peak of a fold, from its leaves: ``k`` words a leaf, ``count`` leaves."""

    def __init__(
        self,
        count: Expr,
        k: int,
        first: Holding,
        middle: Holding,
        last: Holding,
        domain: Domain,
        separate: bool,
    ) -> None:
        self.count, self.k, self.domain, self.separate = count, k, domain, separate
        self.first, self.middle, self.last = first, middle, last
        self.even = first == middle == last
        self.released = k - middle.net.expr
        self.height = floor(log2(count))

    def _two(self) -> Expr:
        return indicator(self.count, 2, self.domain)

    def _end(self) -> Bounded:
        """Net change: all leaves, less the words that the combines take together."""
        nets = self.middle.net.times(self.count - 1) + self.last.net
        if self.first != self.middle:
            nets = nets + self.first.net + self.middle.net.times(-1)
        return nets + (1 - self.count) * self.k

    def _held(self) -> Expr:
        """Return the words that the first leaf loads and that stay for the others."""
        return (
            maximum_of(0, self.first.net.expr - self.middle.net.expr) if self.first != self.middle else ZERO
        )

    def _leaf(self, more: Expr) -> Bounded:
        """Return the most words of a leaf; one that is not the last is there only in a run of two."""
        others = most([self.first.peak, self.middle.peak + self._held()], self.domain)
        guarded_others = Bounded(guarded(others.expr + more, self.count, 2, self.domain), others.exact)
        last = self.last.peak + (self._held() + more)
        if self.first != self.middle:
            last = most([last, self.first.peak + more], self.domain)
        return last if self.even else most([last, guarded_others], self.domain)

    def tree(self) -> Holding:
        """Return the holding of a balanced tree of words that the fold owns.

        Before leaf c there are popcount(c) partial results.  Where a leaf releases nothing the most are
        floor(log2 n), at the largest 2**j - 1 below n; where it releases all its words the first leaf is worst.
        """
        k, end, domain, held = self.k, self._end(), self.domain, self._held()
        if self.released == ZERO:
            candidates = [self._leaf(self.height * k)]
            if self.separate:
                candidates.append((Bounded(self.height) + 2).times(self._two() * k) + held)
            return Holding(most(candidates, domain).loosened(self.even), end)
        if nonnegative(self.released - k, domain):
            candidates = [self._leaf(ZERO)]
            if self.separate:
                # The first combine: two leaves have run, their released words are gone, its results come.
                candidates.append(Bounded(max_with_zero(3 * k - 2 * self.released) * self._two()) + held)
            exact = self.even or (self.first == self.middle and not self.separate)
            return Holding(most(candidates, domain).loosened(exact), end)
        # Leaves may load words that they do not release: then all that they load may be there at the end.
        grown = maximum_of(0, self.middle.net.expr - k, self.first.net.expr - k) * self.count
        return Holding((self._leaf(self.height * k) + (2 * k + grown)).loosened(), end)

    def left(self) -> Holding:
        """Return the holding of a chain of words that the fold owns: an accumulator and one leaf at a time."""
        two, held = self._two(), self._held()
        m, k = self.middle, self.k
        kept = max_with_zero(-self.released)  # what each leaf leaves behind beside its results
        second = Bounded(m.net.expr + m.peak.expr + held, m.peak.exact) + kept * (self.count - 2)
        combine = Bounded(max_with_zero(2 * m.net.expr + held + (k if self.separate else 0)))
        combine = combine + kept * (self.count - 2)
        candidates = [self._leaf(ZERO), second.times(two), combine.times(two)]
        if not self.even:
            grown = maximum_of(0, m.net.expr - k, self.first.net.expr - k) * self.count
            candidates.append((self._leaf(ZERO) + (maximum_of(0, m.net.expr) + k + grown)).loosened())
        return Holding(most(candidates, self.domain).loosened(self.even), self._end())

    def tree_of_names(self, alias: Expr) -> Holding:
        """Return the holding of a balanced tree over words that live on: the leaves are only names of them.

        Pairs make the first words, so it is the tree of floor(n/2) words made at once.
        """
        peak = self.height * self.k
        if self.separate:
            peak = peak + minimum_of(1, maximum_of(0, self.count - 2)) * self.k
        return Holding(most([Bounded(peak), Bounded(alias * self.k)], self.domain), Bounded(alias * self.k))

    def left_of_names(self, alias: Expr) -> Holding:
        """Return the holding of a chain over words that live on."""
        peak = self._two() * self.k
        if self.separate:
            peak = peak + minimum_of(1, maximum_of(0, self.count - 2)) * self.k
        return Holding(most([Bounded(peak), Bounded(alias * self.k)], self.domain), Bounded(alias * self.k))

    def copied(self, names: int) -> Holding:
        """Bound a fold that is neither: as if each name were a copy, and all results stayed."""
        made = maximum_of(0, self.middle.net.expr, self.first.net.expr) + names
        peak = made * self.count + maximum_of(self.first.peak.expr, self.middle.peak.expr) + 2 * self.k
        return Holding(Bounded(peak, False), Bounded(made * self.count + self.k, False))


def max_with_zero(x: Expr | int) -> Expr:
    """Return the larger of 0 and ``x``."""
    return maximum_of(0, x)


def leaf_names(body: Scope, kind: Fold | Scan, parts: Parts) -> bool:
    """Say whether a leaf may be a name of words in some parts."""
    outs = range(kind.op.results)
    return any(p in parts for out in outs for p in origin_of_output(body, out).ports)


def varies(h: Holding, loop: Range) -> bool:
    """Say whether a holding differs from copy to copy of a loop."""
    return loop.index in h.peak.expr.names | h.net.expr.names
