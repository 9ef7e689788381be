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
from workdepth.models.guards import indicator
from workdepth.models.highest import highest
from workdepth.models.leaves import Leaves, leaf_names, max_with_zero, varies
from workdepth.models.lifetimes import Lifetimes
from workdepth.models.moves import positions_of, room_of, words_of
from workdepth.models.origin import origin_of_output
from workdepth.models.prefix import more_words
from workdepth.models.retained import Retained
from workdepth.models.rounds import Rounds
from workdepth.models.scope import Scope
from workdepth.models.sequence import Holding, run_of
from workdepth.models.storage import Deaths, Entry
from workdepth.symbolic import Domain, Expr, maximum_of

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
        leaf = Leaves(loop.extent, k, first, middle, last, domain, self.separate)
        if any(varies(h, loop) for h in (first, middle, last)):
            uneven = self._uneven(loop, middle, rest_loading, rest_dying, domain)
            run = Holding(uneven.peak + loop.extent * k + k, uneven.net + k)
        elif all(owners):
            run = leaf.left() if kind.order == "left" else leaf.tree()
        elif not any(owners) and middle == first == last and middle.net.expr == ZERO:
            run = leaf.left_of_names(alias) if kind.order == "left" else leaf.tree_of_names(alias)
        else:
            run = leaf.copied(owners.count(False))
        given = leaf_names(self._scope_of(kind.body), kind, dying)
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
            return run.loosened(not streamed and not leaf_names(self._scope_of(kind.body), kind, dying))
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
