"""The GPU: as many threads as the graph can use, in synchronous steps.

Every operation starts as soon as its operands allow; composite nodes are phases.  Each method gives the stage of
one kind of node: how long it takes, the most threads at work in a step of it, and what it holds.  Copies run in
lockstep, so the words of a body are counted for all of them at once (``scale``).
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import replace

from workdepth.errors import ModelError
from workdepth.graph.algorithm import Algorithm
from workdepth.graph.move_ops import unit_op
from workdepth.graph.nodes import (
    Apply,
    Block,
    Branch,
    Composite,
    Fold,
    Gather,
    Map,
    Range,
    Repeat,
    Scan,
    Scatter,
    Solved,
)
from workdepth.models.access import Reference, Slice, covers
from workdepth.models.bounded import NOTHING, ONE, ZERO, Bounded, expected, most
from workdepth.models.called import Called
from workdepth.models.choices import (
    as_maps,
    one_wins,
    own_results,
    results_of,
    taken_whole,
    yields_own,
)
from workdepth.models.conventions import Conventions
from workdepth.models.counts import copies, inside, total, work
from workdepth.models.disjoint import replaced_positions
from workdepth.models.guards import guarded, indicator
from workdepth.models.highest import highest
from workdepth.models.leaves import leaf_names
from workdepth.models.lifetimes import Lifetimes
from workdepth.models.moves import positions_of, room_of, width_of, words_of
from workdepth.models.moves import work_of as moving_work
from workdepth.models.origin import origin_of_output
from workdepth.models.prefix import shape_of
from workdepth.models.retained import Retained
from workdepth.models.rounds import Rounds
from workdepth.models.scope import Scope
from workdepth.models.sequence import Holding
from workdepth.models.stages import Group, Stage, Timeline, together
from workdepth.models.storage import Deaths, Entry
from workdepth.models.working import does_work, surely_works
from workdepth.symbolic import Domain, Expr, ceiling, floor, log2, maximum_of, nonnegative, simplify

Parts = Mapping[int, Slice]
NONE: frozenset[int] = frozenset()
EMPTY = Stage(NOTHING, NOTHING, NOTHING, NOTHING, True)

Memory = Retained[tuple[Stage, bool]]
RETAINED: Memory = Retained()


class Gpu:
    """Steps, threads and words; an instance serves one setting of the switches."""

    def __init__(self, conventions: Conventions, retained: Memory | None = None) -> None:
        self.separate = conventions.cells == "separate"
        self.sequence = conventions.phases == "sequence"
        self.forked = conventions.spawn == "fork-join"
        self._switches = "GPU", self.separate, self.sequence, self.forked
        self._retained = RETAINED if retained is None else retained
        self._around: Scope | None = None
        #: Whether each branch so far has one case that is the worst in every figure.
        self.won = True

    def scope(
        self,
        scope: Scope,
        scale: Expr,
        entries: Mapping[str, Entry],
        domain: Domain,
        streamed: frozenset[int] = NONE,
        ready: Expr = ZERO,
    ) -> Stage:
        """Return the stage of ``scale`` copies of a scope in lockstep; its sources are ready at ``ready``."""
        self._around = self._around or scope
        plain = {v: self.stage(scope, v, scale, domain) for v in scope.order}
        timeline = Timeline(scope, plain, domain, self.sequence, ready)
        groups = timeline.groups()
        rank = {v: k for k, group in enumerate(groups) for v in group.nodes}
        lives = Lifetimes(scope, rank, entries, scale, domain, streamed)
        current, peaks, threads = lives.unread().times(-1), [NOTHING], [NOTHING]
        stage, summits = EMPTY, []
        for k, group in enumerate(groups):
            deaths = lives.enter(k, group.nodes, group.ends, group.offsets is not None)
            current = current + deaths.gained
            parts = {
                v: self.node(scope, v, scale, deaths, domain) if deaths.concern(v) else plain[v]
                for v in group.nodes
            }
            stage = together(group, parts, domain, self.separate)
            peaks.append(current + stage.peak)
            threads.append(stage.threads)
            summits.append(timeline.after(group, stage.summit))
            current = current + stage.net + deaths.late.times(-1)
        peaks = [p.loosened(lives.sure(k - 1)) for k, p in enumerate(peaks)]
        current = current.loosened(lives.sure_after())
        only = together(groups[0], plain, domain, self.separate) if len(groups) == 1 else EMPTY
        front = len(groups) == 1 and only.front
        span = timeline.span()
        early = self._early(groups, plain, domain, most(threads, domain))
        highest_of_all = most(peaks, domain)
        left = stage.transient if len(groups) == 1 else ZERO
        return Stage(
            span,
            most(threads, domain),
            highest_of_all,
            current,
            front,
            transient=left,
            beat=only.beat,
            early=early,
            summit=next((s for s, p in zip(summits, peaks[1:], strict=True) if p == highest_of_all), None),
        )

    def _early(
        self, groups: tuple[Group, ...], plain: Mapping[str, Stage], domain: Domain, widest: Bounded
    ) -> bool:
        """Say whether the first step of a scope has its most threads."""
        lasting = [g for g in groups if any(plain[v].duration.expr != ZERO for v in g.nodes)]
        if not lasting:
            return False
        first = together(lasting[0], plain, domain, self.separate)
        return first.wide and first.threads == widest

    def stage(self, scope: Scope, node: str, scale: Expr, domain: Domain) -> Stage:
        """Return the stage of a node in which nothing dies: its times and threads."""
        return self.node(scope, node, scale, Deaths(), domain)

    def node(self, scope: Scope, node: str, scale: Expr, deaths: Deaths, domain: Domain) -> Stage:
        """Return the stage of one node; a kind without a rule is an error, never zero."""
        self._around = self._around or scope
        dying = deaths.dying.get(node, {})
        streamed = frozenset(out for v, out in deaths.transient | deaths.unread if v == node)
        unread = frozenset(out for v, out in deaths.unread if v == node)
        moved = frozenset(p for v, p in deaths.moved if v == node)
        match kind := scope.kinds[node]:
            case Apply():
                return self.apply(kind, scale, dying, streamed, len(unread))
            case Map() | Fold() | Scan():
                alias = deaths.alias.get(node)
                key = (
                    self._around.alike.of(kind),
                    scale,
                    tuple(dying.items()),
                    streamed,
                    moved,
                    domain,
                    alias,
                )
                return self._told(
                    key, lambda: self._copies(kind, scale, dying, streamed, moved, domain, alias)
                )
            case Gather():
                return self.gather(scope, node, scale, dying, domain).loosened(not streamed)
            case Scatter():
                return self.scatter(scope, node, kind, scale, dying, moved, domain).loosened(not streamed)
            case Repeat():
                return self.repeat(scope, node, kind, scale, dying, moved, domain, not deaths.partial)
            case Branch():
                return self.branch(scope, node, kind, scale, dying, domain).loosened(not streamed)
            case Block():
                return self.block(scope, node, kind, scale, dying, domain).loosened(not streamed)
        raise ModelError(f"the GPU has no rule for a {type(kind).__name__}", where=node)

    def _copies(
        self,
        kind: Map | Fold | Scan,
        scale: Expr,
        dying: Parts,
        streamed: frozenset[int],
        moved: frozenset[int],
        domain: Domain,
        alias: Expr | None,
    ) -> Stage:
        """Return the stage of copies of a body; it looks at nothing outside the node, so see Note [Alike]."""
        match kind:
            case Map():
                return self.map(kind, scale, dying, streamed, moved, domain)
            case Fold():
                return self.fold(kind, scale, dying, streamed, domain, ONE if alias is None else alias)
            case Scan():
                return self.scan(kind, scale, dying, streamed, domain, alias)

    def apply(self, kind: Apply, scale: Expr, dying: Parts, streamed: frozenset[int], unread: int) -> Stage:
        """Return the stage of one operation in ``scale`` copies."""
        gone = sum((s.words for s in dying.values()), ZERO)
        made = scale * kind.op.results
        working = kind.op.works
        peak = made if self.separate and working else maximum_of(0, made - scale * unread - gone)
        net = scale * (kind.op.results - len(streamed)) - gone
        threads = scale if working else ZERO
        return Stage(
            Bounded(ONE * kind.op.work),
            Bounded(threads),
            Bounded(peak),
            Bounded(net),
            True,
            made if working else ZERO,
            scale * (len(streamed) - unread),
            kind.op.work,
            summit=kind.op.work if working and not dying and not streamed else None,
        )

    def map(
        self,
        kind: Map,
        scale: Expr,
        dying: Parts,
        streamed: frozenset[int],
        moved: frozenset[int],
        domain: Domain,
    ) -> Stage:
        """Return the stage of a map: all copies at once."""
        points = copies(kind.over, domain)
        within = inside(domain, kind.over)
        told = replaced_positions(kind, moved, domain, lockstep=True, scale=scale)
        replaced, late = told.entries, told.late
        entries = {
            p: Entry(replace(s, loops=s.loops + kind.over), dies=True) for p, s in dying.items()
        } | replaced
        stage = self._body(kind, scale * points.expr, entries, within, streamed)
        uneven = not points.exact or stage.depends_on(kind.over)
        if uneven:
            gone = sum((s.words for s in dying.values()), ZERO) + late.expr
            gone = gone + sum((e.part.words for e in replaced.values()), ZERO)
            stage = self._uneven(kind, kind.over, scale, gone, domain, streamed)
        elif not nonnegative(points.expr - 1, domain):
            stage = stage.unless_empty(indicator(points.expr, 1, domain), not dying)
        if late.expr != ZERO and not uneven:
            stage = replace(stage, net=stage.net + late.times(-1), made=None)
        stage = stage.settled(told.when).loosened(told.exact)
        return self._spawned(stage, points.expr, domain, kind) if self.forked and does_work(kind) else stage

    def _spawned(self, stage: Stage, points: Expr, domain: Domain, kind: Composite | None = None) -> Stage:
        """Return a stage that begins when its points have been started by a tree of forks: ceil(log2 n) steps."""
        count = simplify(maximum_of(1, points), domain)
        if any(c < 0 for c in count.terms.values()):
            count = maximum_of(1, points)  # it guards the logarithm at sizes that the domain leaves out
        wait = ceiling(log2(count))
        if wait == ZERO:
            return stage
        told = kind is None or surely_works(kind, domain)
        waiting = (stage.duration + wait).loosened(told)
        return replace(stage, duration=waiting, front=False, made=None, early=False, summit=None)

    def _body(
        self,
        kind: Map | Fold | Scan,
        scale: Expr,
        parts: Mapping[int, Entry],
        within: Domain,
        streamed: frozenset[int],
    ) -> Stage:
        entries = {f"port{p}": e for p, e in parts.items()}
        return self._once(kind.body, scale, entries, within, streamed)

    def _once(
        self,
        body: Algorithm,
        scale: Expr,
        entries: Mapping[str, Entry],
        within: Domain,
        streamed: frozenset[int] = NONE,
    ) -> Stage:
        """Return the stage of a body, found once for all that ask the same of it."""
        inner = self._scope_of(body)
        key = (inner.alike.of_body(body), scale, frozenset(entries.items()), streamed, within)
        return self._told(key, lambda: self.scope(inner, scale, entries, within, streamed))

    def _told(self, key: Hashable, find: Callable[[], Stage]) -> Stage:
        """Return what follows from a key, found once; see Note [Retained]."""

        def found() -> tuple[Stage, bool]:
            before, self.won = self.won, True
            stage, won = find(), self.won
            self.won = before
            return stage, won

        stage, won = self._retained.of((self._switches, key), found)
        self.won = self.won and won
        return stage

    def _scope_of(self, body: Algorithm) -> Scope:
        assert self._around is not None
        return self._around.inner(body)

    def _uneven(
        self,
        kind: Map | Fold | Scan,
        loops: tuple[Range, ...],
        scale: Expr,
        gone: Expr,
        domain: Domain,
        streamed: frozenset[int] = NONE,
    ) -> Stage:
        """Return the stage of copies that differ: the longest, and the sums of what each uses (rule R7)."""
        one = self._body(kind, ONE, {}, inside(domain, loops), streamed)
        duration = one.duration
        for k in range(len(loops) - 1, -1, -1):
            r = loops[k]
            if r.index in duration.expr.names:
                duration = highest(duration, r, inside(domain, loops[:k]))
        some = nonnegative(copies(loops, domain).expr - 1, domain)
        threads = total(one.threads, loops, domain).times(scale)
        peak = total(one.peak, loops, domain).times(scale).loosened()
        net = total(one.net, loops, domain).times(scale) + (ZERO - gone)
        return Stage(
            duration.loosened(some), threads.loosened(one.front), peak, net.loosened(gone == ZERO), one.front
        )

    def fold(
        self,
        kind: Fold,
        scale: Expr,
        dying: Parts,
        streamed: frozenset[int],
        domain: Domain,
        alias: Expr = ONE,
    ) -> Stage:
        """Return the stage of a fold: its leaves at once, then level by level, or one combine at a time."""
        n, k, w = kind.over.extent, kind.op.results, kind.op.work
        within = inside(domain, (kind.over,))
        entries = {p: Entry(replace(s, loops=(*s.loops, kind.over)), dies=True) for p, s in dying.items()}
        leaf = self._body(kind, scale * n, entries, within, NONE)
        even = not leaf.depends_on((kind.over,))
        if not even:
            gone = sum((s.words for s in dying.values()), ZERO)
            leaf = self._uneven(kind, (kind.over,), scale, gone, domain)
        owners = [self._owned(kind, out, dying, scale) for out in range(k)]
        tree = kind.order == "tree"
        depth = ceiling(log2(n)) if tree else n - 1
        width = floor(n / 2) if tree else indicator(n, 2, domain)
        held = self._combines(leaf, owners, scale * k, n, width, tree, domain, alias)
        threads = most([leaf.threads, Bounded(scale * width if kind.op.works else ZERO)], domain)
        duration = Bounded(leaf.duration.expr + depth * w, leaf.duration.exact and even)
        front = leaf.duration.expr == ZERO and all(owners)
        left = scale * alias * len(streamed)
        early = even and (leaf.threads == NOTHING if leaf.duration == NOTHING else leaf.wide)
        early = early and (leaf.duration == NOTHING or leaf.threads == threads)
        stage = Stage(
            duration, threads, held.peak, held.net + left * -1, front, transient=left, beat=w, early=early
        )
        given = leaf_names(self._scope_of(kind.body), kind, dying)
        if given and not all(owners):
            stage = stage.loosened()  # words that die here are kept, though their names are used up
        if not even:
            stage = replace(stage, peak=stage.peak.loosened(), threads=threads.loosened())
        return (
            self._spawned(stage, n, domain)
            if self.forked and tree and (kind.op.works or does_work(kind))
            else stage
        )

    def scan(
        self,
        kind: Scan,
        scale: Expr,
        dying: Parts,
        streamed: frozenset[int],
        domain: Domain,
        alias: Expr | None = None,
    ) -> Stage:
        """Return the stage of a scan: its leaves at once, then its combines as soon as their operands are there.

        ``alias`` is how many words it makes where its leaves are names, if that is told.
        """
        n, k, w = kind.over.extent, kind.op.results, kind.op.work
        within = inside(domain, (kind.over,))
        entries = {p: Entry(replace(s, loops=(*s.loops, kind.over)), dies=True) for p, s in dying.items()}
        leaf = self._body(kind, scale * n, entries, within, NONE)
        even = not leaf.depends_on((kind.over,))
        if not even:
            gone = sum((s.words for s in dying.values()), ZERO)
            leaf = self._uneven(kind, (kind.over,), scale, gone, domain)
        shape = shape_of(kind, domain)
        more = shape.width.times(scale * k) if self.separate else NOTHING
        names = sum(1 for out in range(k) if not self._owned(kind, out, dying, scale))
        held = leaf.net + scale * (n * names if alias is None else alias)
        peak = most([leaf.peak, held, held + more], domain)
        threads = most([leaf.threads, shape.width.times(scale if kind.op.works else 0)], domain)
        stage = Stage(leaf.duration + shape.depth.times(w), threads, peak, held, False)
        given = names and leaf_names(self._scope_of(kind.body), kind, dying)
        told = kind.inclusive and (not names or (alias is not None and not self.separate))
        stage = stage.settled(told).loosened(even and not streamed and not given)
        stage = replace(stage, threads=threads.loosened(even))
        stage = replace(stage, duration=stage.duration.loosened(even))
        forks = self.forked and kind.method != "sequential" and (kind.op.works or does_work(kind))
        return self._spawned(stage, n, domain, None if kind.op.works else kind) if forks else stage

    def gather(self, scope: Scope, node: str, scale: Expr, dying: Parts, domain: Domain) -> Stage:
        """Return the stage of a gather: all words in one step, at the end of which the array may go."""
        words = words_of(scope, node)
        made, gone = scale * words, sum((s.words for s in dying.values()), ZERO)
        peak = made if self.separate else maximum_of(0, made - gone)
        stage = Stage(Bounded(ONE), Bounded(made), Bounded(peak), Bounded(made - gone), True, made, beat=1)
        stage = replace(stage, summit=None if dying else 1)
        if not nonnegative(words - 1, domain):
            stage = stage.unless_empty(indicator(words, 1, domain), not dying)
        return self._spawned(stage, words, domain) if self.forked else stage

    def scatter(
        self,
        scope: Scope,
        node: str,
        kind: Scatter,
        scale: Expr,
        dying: Parts,
        moved: frozenset[int],
        domain: Domain,
    ) -> Stage:
        """Return the stage of a scatter: one step, or as many as there are positions, which may all be one.

        It has the room of its array from the start on; what it reads goes later, what it writes into no room of
        its own but under ``separate``.
        """
        words, serial, w = words_of(scope, node), kind.conflicts == "serial", moving_work(kind)
        gone = sum((s.words for s in dying.values()), ZERO)
        made = ZERO if 0 in moved else scale * room_of(scope, node)
        at_once = scale * (width_of(scope, node) if serial else words)
        steps = positions_of(scope, node) if serial else indicator(words, 1, domain)
        some = indicator(words, 1, domain)
        threads = Bounded(at_once * some if unit_op(kind).works else ZERO)
        result = threads.expr if self.separate else ZERO
        told = 0 not in dying
        stage = Stage(Bounded(steps * w), threads, Bounded(made + result, told), Bounded(made - gone), False)
        return (
            self._spawned(stage, words, domain)
            if self.forked and not serial and unit_op(kind).works
            else stage
        )

    def branch(
        self, scope: Scope, node: str, kind: Branch, scale: Expr, dying: Parts, domain: Domain
    ) -> Stage:
        """Return the stage of a branch: the most of its cases in each figure, or the expected time of one copy."""
        own = own_results(scope, kind)
        if len(kind.cases) == 1 and own:
            return self._only_case(as_maps(kind)[0], scale, dying, domain)
        # The condition goes before the first step; counted as if it stayed, it makes the start no peak.
        ending = {p: Entry(s, dies=True) for p, s in dying.items() if p} if own else {}
        cases = [self._body(case, scale, ending, domain, NONE) for case in as_maps(kind)]
        words = scale * results_of(scope, node)
        last = words - sum((e.part.words for e in ending.values()), ZERO)
        above = dying[0].words if ending and 0 in dying else ZERO
        gone = sum((s.words for s in dying.values()), ZERO)
        works = [work(scope.inner(case), domain).expr for case in kind.cases]
        figures = [(c.duration.expr, c.threads.expr, c.peak.expr) for c in cases]
        wins = bool(kind.probabilities) or one_wins(
            [(w, *f) for w, f in zip(works, figures, strict=True)], domain
        )
        self.won = self.won and wins
        exact = wins and not dying and own
        duration = most([c.duration for c in cases], domain)
        if kind.probabilities and scale == ONE:
            duration = expected([c.duration for c in cases], kind.probabilities)
        return Stage(
            duration.loosened(wins),
            most([c.threads for c in cases], domain).loosened(wins),
            (most([*(c.peak for c in cases), Bounded(last)], domain) + above).loosened(exact),
            Bounded(words - gone).loosened(exact or not dying),
            all(c.front for c in cases) and not dying,
        )

    def _only_case(self, case: Map, scale: Expr, dying: Parts, domain: Domain) -> Stage:
        """Return the stage of a case that is chosen already: its operands go in it, the condition at its end."""
        entries = {p: Entry(s, dies=True) for p, s in dying.items() if p}
        run = self._body(case, scale, entries, domain, NONE)
        if 0 not in dying:
            return run
        # The condition goes before the first step; counted as if it stayed, it makes the start no peak.
        gone = dying[0].words
        return replace(
            run, peak=(run.peak + gone).loosened(), net=run.net + gone * -1, front=False, made=None
        )

    def block(self, scope: Scope, node: str, kind: Block, scale: Expr, dying: Parts, domain: Domain) -> Stage:
        """Return the stage of an opaque block: as declared, its operands going when it has ended."""
        words = scale * results_of(scope, node)
        gone = sum((s.words for s in dying.values()), ZERO)
        own = yields_own(scope, node, kind, gone, scale)
        held = Bounded(scale * kind.memory, kind.exact("memory") and (not dying or type(kind) is Block))
        most_words = words
        if isinstance(kind, Solved) and taken_whole(scope, node, gone, scale):
            held = Bounded(scale * kind.whole - gone, kind.exact("whole"))
            most_words = words - gone
        peak = most([held, Bounded(most_words, own)], domain)
        threads = Bounded(scale * kind.threads, kind.exact("threads"))
        span, net = Bounded(kind.span, kind.exact("span")), Bounded(words - gone, own)
        stage = Stage(span, threads, peak, net, False, course=(kind, scale))
        if isinstance(kind, Called) and not dying:
            stage = replace(stage, summit=kind.summit, early=kind.early)
        return stage

    def _owned(self, kind: Fold | Scan, out: int, dying: Parts, scale: Expr) -> bool:
        """Say whether each leaf has a word of its own: made in it, or dying in it and named once."""
        made = origin_of_output(self._scope_of(kind.body), out)
        if made.own:
            return not made.ports
        if len(made.ports) != 1 or not made.ports <= set(dying) or made.index is None:
            return False
        part = dying[next(iter(made.ports))]
        once = part.words == scale * kind.over.extent
        return once and covers(part, Reference(made.index, (kind.over,)))

    def _combines(
        self,
        leaf: Stage,
        owners: list[bool],
        words: Expr,
        n: Expr,
        width: Expr,
        tree: bool,
        domain: Domain,
        alias: Expr | None,
    ) -> Holding:
        """Return what the combines hold: the first level is the widest, and only ``separate`` adds to the leaves."""
        if all(owners):
            more = [leaf.net + words * width] if self.separate else []
            return Holding(most([leaf.peak, leaf.net, *more], domain), leaf.net + words * (1 - n))
        if not any(owners) and leaf.net.expr == ZERO:
            second = floor((n + 1) / 4) if tree else indicator(n, 3, domain)
            peak = words * (width + second if self.separate else width)
            made = Bounded(words * alias)
            return Holding(most([leaf.peak, Bounded(peak), made], domain), made)
        bound = leaf.peak + words * n + words * width
        return Holding(bound.loosened(), (leaf.net + words * n).loosened())

    def repeat(
        self,
        scope: Scope,
        node: str,
        kind: Repeat,
        scale: Expr,
        dying: Parts,
        moved: frozenset[int],
        domain: Domain,
        all_named: bool = True,
    ) -> Stage:
        """Return the stage of rounds in sequence."""
        rounds = (Range(kind.index, ZERO, kind.times),)
        within = inside(domain, rounds)

        def body(entries: Mapping[str, Entry], around: Domain) -> Holding:
            stage = self._once(kind.body, scale, entries, around)
            return Holding(stage.peak, stage.net)

        one = self._once(kind.body, scale, {}, within)
        threads = highest(one.threads, rounds[0], domain)
        threads = Bounded(guarded(threads.expr, kind.times, 1, domain), threads.exact)
        held = Rounds(scope, node, kind, domain, scale, all_named).run(body, dying, {}, moved)
        return Stage(total(one.duration, rounds, domain), threads, held.peak, held.net, False)
