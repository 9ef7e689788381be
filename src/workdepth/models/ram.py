"""The RAM: one thread, one operation at a time, in program order.

TIME is the work, THREADS is 1; what has to be found is MEMORY.  Each method gives the holding of one kind of
node: the most words above those at its entry, and the net change at its exit, with the words of its operands
that die (or are loaded) in it.  Copies run one after the other, so their releases are told slice by slice.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping

from workdepth.errors import ModelError
from workdepth.graph.algorithm import Algorithm
from workdepth.graph.move_ops import unit_op
from workdepth.graph.nodes import (
    Apply,
    Block,
    Branch,
    Fold,
    Gather,
    Map,
    Range,
    Repeat,
    Scan,
    Scatter,
    Solved,
)
from workdepth.models.access import Slice
from workdepth.models.bounded import NOTHING, ONE, ZERO, Bounded, most
from workdepth.models.choices import as_maps, one_wins, own_results, results_of, taken_whole, yields_own
from workdepth.models.conventions import Conventions
from workdepth.models.counts import inside, total, work
from workdepth.models.cutting import cut
from workdepth.models.disjoint import replaced_positions
from workdepth.models.guards import guarded, indicator
from workdepth.models.highest import highest
from workdepth.models.lifetimes import Lifetimes
from workdepth.models.moves import positions_of, room_of, words_of
from workdepth.models.origin import origin_of_output
from workdepth.models.prefix import more_words
from workdepth.models.retained import Retained
from workdepth.models.rounds import Rounds
from workdepth.models.scope import Scope
from workdepth.models.sequence import Holding, run_of
from workdepth.models.storage import Deaths, Entry
from workdepth.symbolic import Domain, Expr, floor, log2, maximum_of, minimum_of, nonnegative

Parts = Mapping[int, Slice]
NONE: frozenset[int] = frozenset()

Memory = Retained[tuple[Holding, bool]]
RETAINED: Memory = Retained()


class Ram:
    """Words on one thread; an instance serves one domain and one setting of the switches."""

    def __init__(self, conventions: Conventions, retained: Memory | None = None) -> None:
        self.separate = conventions.cells == "separate"
        self._switches = "RAM", self.separate
        self._retained = RETAINED if retained is None else retained
        self._around: Scope | None = None
        #: Whether each branch so far has one case that is the worst in every figure.
        self.won = True

    # Scopes

    def scope(
        self,
        scope: Scope,
        entries: Mapping[str, Entry],
        domain: Domain,
        streamed: frozenset[int] = frozenset(),
    ) -> Holding:
        """Return the holding of one run of a scope, its sources being as ``entries`` says."""
        self._around = self._around or scope
        rank = {v: k for k, v in enumerate(scope.order)}
        lives = Lifetimes(scope, rank, entries, ONE, domain, streamed)
        current, peak = lives.unread().times(-1), [NOTHING]
        for k, node in enumerate(scope.order):
            deaths = lives.enter(k, (node,))
            current = current + deaths.gained
            part = self.node(scope, node, deaths, domain)
            if node in deaths.loading and not (part.peak.exact and part.net.exact):
                # Rounds that may be none load nothing, but something later does.
                part = Holding(most([part.peak, part.net], domain), part.net)
            peak.append(current + part.peak)
            current = current + part.net
            if deaths.late.expr != ZERO:
                current = current + deaths.late.times(-1)
        for key, stored in lives.storages.items():
            if stored.loads and not lives.readers(key):
                # Only outputs name it: it is loaded at the very end.
                current = (current + stored.words).loosened(not streamed)
                peak.append(current)
        peak = [p.loosened(lives.sure(k - 1)) for k, p in enumerate(peak)]
        return Holding(most(peak, domain), current.loosened(lives.sure_after()))

    def node(self, scope: Scope, node: str, deaths: Deaths, domain: Domain) -> Holding:
        """Return the holding of one node; a kind without a rule is an error, never zero."""
        self._around = self._around or scope
        dying, loading = deaths.dying.get(node, {}), deaths.loading.get(node, {})
        streamed = frozenset(out for v, out in deaths.transient | deaths.unread if v == node)
        unread = frozenset(out for v, out in deaths.unread if v == node)
        moved = frozenset(p for v, p in deaths.moved if v == node)
        match kind := scope.kinds[node]:
            case Apply():
                return self.apply(kind, dying, loading, streamed, len(unread))
            case Map() | Fold() | Scan():
                alias = deaths.alias.get(node)
                parts = tuple(dying.items()), tuple(loading.items())
                key = (self._around.alike.of(kind), parts, streamed, moved, domain, alias)
                return self._told(
                    key, lambda: self._copies(kind, dying, loading, streamed, moved, domain, alias)
                )
            case Gather():
                return self.gather(scope, node, dying, loading, domain).loosened(not streamed)
            case Scatter():
                return self.scatter(scope, node, kind, dying, loading, moved, domain).loosened(not streamed)
            case Repeat():
                return self.repeat(scope, node, kind, dying, loading, moved, domain, not deaths.partial)
            case Branch():
                return self.branch(scope, node, kind, dying, loading, domain).loosened(not streamed)
            case Block():
                return self.block(scope, node, kind, dying, loading, domain).loosened(not streamed)
        raise ModelError(f"the RAM has no rule for a {type(kind).__name__}", where=node)

    def _copies(
        self,
        kind: Map | Fold | Scan,
        dying: Parts,
        loading: Parts,
        streamed: frozenset[int],
        moved: frozenset[int],
        domain: Domain,
        alias: Expr | None,
    ) -> Holding:
        """Return the holding of copies of a body; it looks at nothing outside the node, so see Note [Alike]."""
        match kind:
            case Map():
                return self.map(kind, dying, loading, streamed, moved, domain)
            case Fold():
                return self.fold(kind, dying, loading, streamed, domain, ONE if alias is None else alias)
            case Scan():
                return self.scan(kind, dying, loading, streamed, domain, alias)

    # Kinds

    def apply(
        self, kind: Apply, dying: Parts, loading: Parts, streamed: frozenset[int], unread: int
    ) -> Holding:
        """Return the holding of one operation: its operands are loaded, then it runs."""
        loads = sum((s.words for s in loading.values()), ZERO)
        gone = sum((s.words for s in dying.values()), ZERO)
        made = kind.op.results
        if not kind.op.works:
            step = max_with_zero(made - unread - gone)
        else:
            step = ONE * made if self.separate else max_with_zero(made - unread - gone)
        # What takes no step settles with all that follows before the next: only then does it leave.
        left = len(streamed) if kind.op.works else unread
        net = Bounded(loads + made - left - gone)
        return Holding(Bounded(loads + step), net.loosened(left == len(streamed)))

    def map(
        self,
        kind: Map,
        dying: Parts,
        loading: Parts,
        streamed: frozenset[int],
        moved: frozenset[int],
        domain: Domain,
    ) -> Holding:
        """Return the holding of a map: its copies in sequence, outermost index first."""
        told = replaced_positions(kind, moved, domain, lockstep=False)
        base = {p: s for p, s in loading.items() if p == kind.into}
        loading = {p: s for p, s in loading.items() if p != kind.into}
        run = self._nest(kind, kind.over, dying, loading, streamed, told.entries, domain)
        if base:
            # What is written into counts as loaded at once: a bound.
            words = sum((s.words for s in base.values()), ZERO)
            run = Holding(run.peak + words, run.net + words).loosened()
        if told.late.expr != ZERO:
            run = Holding(run.peak, run.net + told.late.times(-1))
        return run.settled(told.when).loosened(told.exact)

    def _nest(
        self,
        kind: Map | Fold | Scan,
        loops: tuple[Range, ...],
        dying: Parts,
        loading: Parts,
        streamed: frozenset[int],
        extra: Mapping[int, Entry],
        domain: Domain,
    ) -> Holding:
        if not loops:
            return self._copy(kind, dying, loading, streamed, extra, domain)
        loop, inner = loops[0], loops[1:]
        within = inside(domain, (loop,))
        deaths = cut(kind, dying, loop, None if inner else domain, loading, numbers=True)
        loads = cut(kind, loading, loop)

        def copy(ends: bool, starts: bool) -> Holding:
            d = {**deaths.slices(starts), **(deaths.rest if ends else {})}
            i = {**loads.sliced, **loads.rest} if starts else loads.sliced
            return self._nest(kind, inner, d, i, streamed, {**extra, **deaths.entries(ends, starts)}, within)

        middle = copy(False, False)
        ending = {**deaths.rest, **{k: w.rest for k, w in deaths.windows.items()}}
        if varies(middle, loop):
            return self._uneven(loop, middle, loads.rest, ending, domain)
        last = copy(True, False) if ending else middle
        apart = bool(loads.rest) or deaths.first_apart
        first = copy(False, True) if apart else middle
        only = copy(True, True) if apart and ending else (first if apart else last)
        if any(varies(h, loop) for h in (first, last, only)):
            return self._uneven(loop, middle, loads.rest, ending, domain)
        run = run_of(loop.extent, first, middle, last, only, domain)
        return run.settled(deaths.told and loads.told)

    def _uneven(self, loop: Range, copy: Holding, before: Parts, after: Parts, domain: Domain) -> Holding:
        """Bound copies that differ in what they hold: as if none released before all have run."""
        loads = sum((s.words for s in before.values()), ZERO)
        gone = sum((s.words for s in after.values()), ZERO)
        peak = highest(copy.peak, loop, domain).expr
        everything = total(Bounded(maximum_of(0, copy.net.expr)), (loop,), domain).expr + loads
        return Holding(Bounded(peak + everything, False), Bounded(everything - gone, False))

    def _copy(
        self,
        kind: Map | Fold | Scan,
        dying: Parts,
        loading: Parts,
        streamed: frozenset[int],
        extra: Mapping[int, Entry],
        domain: Domain,
    ) -> Holding:
        entries = {f"port{p}": Entry(s, dies=True) for p, s in dying.items()}
        for p, s in loading.items():
            entries[f"port{p}"] = Entry(s, dies=p in dying, loads=True)
        entries |= {f"port{p}": e for p, e in extra.items()}
        return self._once(kind.body, entries, domain, streamed)

    def _once(
        self,
        body: Algorithm,
        entries: Mapping[str, Entry],
        domain: Domain,
        streamed: frozenset[int] = NONE,
    ) -> Holding:
        """Return the holding of a body, found once for all that ask the same of it."""
        inner = self._scope_of(body)
        key = (inner.alike.of_body(body), frozenset(entries.items()), streamed, domain)
        return self._told(key, lambda: self.scope(inner, entries, domain, streamed))

    def _told(self, key: Hashable, find: Callable[[], Holding]) -> Holding:
        """Return what follows from a key, found once; see Note [Retained]."""

        def found() -> tuple[Holding, bool]:
            before, self.won = self.won, True
            holding, won = find(), self.won
            self.won = before
            return holding, won

        holding, won = self._retained.of((self._switches, key), found)
        self.won = self.won and won
        return holding

    def _scope_of(self, body: Algorithm) -> Scope:
        assert self._around is not None
        return self._around.inner(body)

    def fold(
        self,
        kind: Fold,
        dying: Parts,
        loading: Parts,
        streamed: frozenset[int],
        domain: Domain,
        alias: Expr = ONE,
    ) -> Holding:
        """Return the holding of a fold: depth-first and left first, or a chain.

        ``alias`` is what it makes where its leaves are only names: 0 or 1 word, by their number.
        """
        loop, k = kind.over, kind.op.results
        within = inside(domain, (loop,))
        deaths, loads = cut(kind, dying, loop), cut(kind, loading, loop)
        cut_dying, rest_dying, told = deaths.sliced, deaths.rest, deaths.told
        cut_loading, rest_loading, also = loads.sliced, loads.rest, loads.told
        none: frozenset[int] = frozenset()
        middle = self._copy(kind, cut_dying, cut_loading, none, {}, within)
        last = (
            self._copy(kind, {**cut_dying, **rest_dying}, cut_loading, none, {}, within)
            if rest_dying
            else middle
        )
        first = (
            self._copy(kind, cut_dying, {**cut_loading, **rest_loading}, none, {}, within)
            if rest_loading
            else middle
        )
        owners = [self._owned(kind, out, cut_dying, cut_loading) for out in range(k)]
        leaf = _Leaves(loop.extent, k, first, middle, last, domain, self.separate)
        if any(varies(h, loop) for h in (first, middle, last)):
            uneven = self._uneven(loop, middle, rest_loading, rest_dying, domain)
            run = Holding(uneven.peak + loop.extent * k + k, uneven.net + k)
        elif all(owners):
            run = leaf.left() if kind.order == "left" else leaf.tree()
        elif not any(owners) and middle == first == last and middle.net.expr == ZERO:
            run = leaf.left_of_names(alias) if kind.order == "left" else leaf.tree_of_names(alias)
        else:
            run = leaf.copied(owners.count(False))
        given = _leaf_names(self._scope_of(kind.body), kind, dying)
        # Words that die here but that several leaves name are kept to the end.
        run = run.settled(told and also).loosened(all(owners) or not given)
        if streamed and not kind.op.works:
            return run.loosened()  # it settles with what follows before the next step, and leaves only then
        return Holding(run.peak, run.net + alias * -len(streamed))

    def scan(
        self,
        kind: Scan,
        dying: Parts,
        loading: Parts,
        streamed: frozenset[int],
        domain: Domain,
        alias: Expr | None = None,
    ) -> Holding:
        """Return the holding of a scan: its leaves in sequence, then the combines in place, level by level.

        ``alias`` is how many words it makes where its leaves are names, if that is told; then every combine makes
        a word or takes the place of one, so there are the most at the end.
        """
        loop, k = kind.over, kind.op.results
        cut_dying, cut_loading = cut(kind, dying, loop).sliced, cut(kind, loading, loop).sliced
        leaves = self._nest(kind, (loop,), dying, loading, frozenset(), {}, domain)
        more = more_words(kind, domain, self.separate).times(k)
        names = sum(1 for out in range(k) if not self._owned(kind, out, cut_dying, cut_loading))
        if alias is not None:
            made = Bounded(alias)
            return Holding(most([made, made + more], domain).loosened(not self.separate), made)
        if names:
            # Leaves that live on under their own names: the prefixes are words beside them.
            copied = leaves.net + loop.extent * names
            run = Holding(most([leaves.peak, copied + more], domain), copied).settled(False)
            return run.loosened(not streamed and not _leaf_names(self._scope_of(kind.body), kind, dying))
        run = Holding(most([leaves.peak, leaves.net + more], domain), leaves.net)
        return run.settled(kind.inclusive).loosened(not streamed)

    def gather(self, scope: Scope, node: str, dying: Parts, loading: Parts, domain: Domain) -> Holding:
        """Return the holding of a gather: one word after the other, the array held until the last.

        The words of the index go as they are read: each with the last of the ``width`` words at its position.
        """
        loads = sum((s.words for s in loading.values()), ZERO)
        gone = sum((s.words for s in dying.values()), ZERO)
        made, places, one = words_of(scope, node), positions_of(scope, node), ONE if self.separate else ZERO
        net = Bounded(loads + made - gone)
        some = indicator(made, 1, domain)
        told = not loading
        if 1 not in dying:
            peak = made if self.separate else maximum_of(0, made - 1, made - gone)
        elif dying[1].words == places:
            peak = (made - places + one) * some
        else:
            peak, told = made, False
        return Holding(Bounded(loads + peak, told), net)

    def scatter(
        self,
        scope: Scope,
        node: str,
        kind: Scatter,
        dying: Parts,
        loading: Parts,
        moved: frozenset[int],
        domain: Domain,
    ) -> Holding:
        """Return the holding of a scatter: the room of its array from the start on, then nothing but releases.

        What a step writes goes into that room; only ``separate`` holds it beside the rest.
        """
        loads = sum((s.words for s in loading.values()), ZERO)
        gone = sum((s.words for s in dying.values()), ZERO)
        made = ZERO if 0 in moved else room_of(scope, node)
        works = self.separate and unit_op(kind).works
        result = indicator(words_of(scope, node), 1, domain) if works else ZERO
        told = not loading and 0 not in dying
        return Holding(Bounded(loads + made + result, told), Bounded(loads + made - gone))

    def branch(
        self, scope: Scope, node: str, kind: Branch, dying: Parts, loading: Parts, domain: Domain
    ) -> Holding:
        """Return the holding of a branch: the most of its cases, in which operands go where they yield own words."""
        own = own_results(scope, kind)
        if len(kind.cases) == 1 and not loading and own:
            return self._only_case(as_maps(kind)[0], dying, domain)
        # The condition goes before the first step; counted as if it stayed, it makes the start no peak.
        ending = {p: s for p, s in dying.items() if p} if own and not loading else {}
        runs = [self._copy(case, ending, {}, NONE, {}, domain) for case in as_maps(kind)]
        words = results_of(scope, node)
        last = words - sum((s.words for s in ending.values()), ZERO)
        loads = sum((s.words for s in loading.values()), ZERO)
        gone = sum((s.words for s in dying.values()), ZERO)
        works = [work(scope.inner(case), domain).expr for case in kind.cases]
        wins = bool(kind.probabilities) or one_wins(
            [(w, r.peak.expr) for w, r in zip(works, runs, strict=True)], domain
        )
        self.won = self.won and wins
        exact = wins and not dying and not loading and own
        above = dying[0].words if ending and 0 in dying else ZERO
        peak = most([r.peak for r in runs] + [Bounded(last)], domain) + loads + above
        return Holding(peak.loosened(exact), Bounded(words + loads - gone).loosened(exact or not loading))

    def _only_case(self, case: Map, dying: Parts, domain: Domain) -> Holding:
        """Return the holding of a case that is chosen already: its operands go in it, the condition at its end."""
        run = self._copy(case, {p: s for p, s in dying.items() if p}, {}, NONE, {}, domain)
        if 0 not in dying:
            return run
        # The condition goes before the first step; counted as if it stayed, it makes the start no peak.
        return Holding((run.peak + dying[0].words).loosened(), run.net + dying[0].words * -1)

    def block(
        self, scope: Scope, node: str, kind: Block, dying: Parts, loading: Parts, domain: Domain
    ) -> Holding:
        """Return the holding of an opaque block: as declared, its operands going when it has ended."""
        words, made = results_of(scope, node), results_of(scope, node)
        loads = sum((s.words for s in loading.values()), ZERO)
        gone = sum((s.words for s in dying.values()), ZERO)
        own = yields_own(scope, node, kind, gone)
        held = Bounded(kind.on_one, kind.exact("on_one") and (not dying or type(kind) is Block))
        if isinstance(kind, Solved) and taken_whole(scope, node, gone):
            held = Bounded(kind.whole_on_one - gone, kind.exact("whole_on_one"))
            words = words - gone
        peak = most([held, Bounded(words, own)], domain)
        told = not loading or type(kind) is Block  # what a call loads it loads as it goes, or not at all
        return Holding(peak + loads, Bounded(made + loads - gone, own)).loosened(told)

    def _owned(self, kind: Fold | Scan, out: int, dying: Parts, loading: Parts) -> bool:
        """Say whether the words of a leaf belong to the fold: made in it, or dying in it."""
        made = origin_of_output(self._scope_of(kind.body), out)
        return (made.own and not made.ports) or (
            not made.own and bool(made.ports) and made.ports <= set(dying)
        )

    def repeat(
        self,
        scope: Scope,
        node: str,
        kind: Repeat,
        dying: Parts,
        loading: Parts,
        moved: frozenset[int],
        domain: Domain,
        all_named: bool = True,
    ) -> Holding:
        """Return the holding of rounds in sequence: the state dies in every round, and is made anew."""

        def body(entries: Mapping[str, Entry], within: Domain) -> Holding:
            return self._once(kind.body, entries, within)

        return Rounds(scope, node, kind, domain, ONE, all_named).run(body, dying, loading, moved)


class _Leaves:
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


def _leaf_names(body: Scope, kind: Fold | Scan, parts: Parts) -> bool:
    """Say whether a leaf may be a name of words in some parts."""
    outs = range(kind.op.results)
    return any(p in parts for out in outs for p in origin_of_output(body, out).ports)


def varies(h: Holding, loop: Range) -> bool:
    """Say whether a holding differs from copy to copy of a loop."""
    return loop.index in h.peak.expr.names | h.net.expr.names
