"""Exclusive reads: how much longer the steps last in which many operations read one word.

A step in which k distinct operations read one word lasts ceil(log2 k) steps more: the word is copied by a tree
first (JaJa, An Introduction to Parallel Algorithms, 1992, section 1.3.2, EREW and CREW PRAM).  The whole machine
waits, so the delays of all steps add up to the time and change nothing else.

How many copies read one word is told by its index: each loop that stands in it picks other words, each that does
not makes as many readers as it has points.  What is not recognised counts as if all copies read one word.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import combinations

from workdepth.graph.nodes import (
    Apply,
    Constant,
    Empty,
    Fold,
    Gather,
    Index,
    Input,
    Literal,
    Map,
    Port,
    Position,
    Range,
    Repeat,
    Scan,
    Scatter,
    ranges_of,
)
from workdepth.models.bounded import NOTHING, ONE, ZERO, Bounded, most
from workdepth.models.counts import copies, inside, total
from workdepth.models.disjoint import apart
from workdepth.models.gpu import Gpu
from workdepth.models.guards import indicator
from workdepth.models.highest import highest
from workdepth.models.moves import positions_of, words_of
from workdepth.models.moves import work_of as moving_work
from workdepth.models.origin import may_name, origin_of_output
from workdepth.models.prefix import shape_of
from workdepth.models.scope import Array, Scope, array_of
from workdepth.models.stages import Group, Timeline
from workdepth.symbolic import (
    Domain,
    Expr,
    affine,
    as_expr,
    ceiling,
    log2,
    maximum_of,
    nonnegative,
    positive,
)


@dataclass(frozen=True)
class Seen:
    """What a scope knows of a source: the loops in lockstep between its owner and here.

    ``plain`` says that different elements are different words: nothing was named twice; ``wordy`` that all are
    words: none is a number, which has no readers to wait for.
    """

    loops: tuple[Range, ...] = ()
    plain: bool = True
    wordy: bool = True


@dataclass(frozen=True)
class Lockstep:
    """The loops whose copies run at once around a scope, each with what is known where it begins.

    ``drifting`` collects those whose copies may fall out of step: when something starts or ends depends on them.
    """

    loops: tuple[tuple[Range, Domain], ...] = ()
    drifting: set[str] = field(default_factory=set)

    def within(self, loops: tuple[Range, ...], domain: Domain) -> Lockstep:
        """Return the same with more loops inside."""
        added = tuple((r, inside(domain, loops[:k])) for k, r in enumerate(loops))
        return Lockstep(self.loops + added, self.drifting)

    def note(self, timeline: Timeline) -> None:
        """Note who falls out of step in a scope."""
        names = {r.index for r, _ in self.loops}
        for time in (*timeline.start.values(), *timeline.end.values()):
            self.drifting.update(names & time.expr.names if time.exact else names)

    def most(self, quantity: Bounded) -> Bounded:
        """Return the largest of a quantity over the copies: the step lasts as long as the slowest needs."""
        for r, domain in reversed(self.loops):
            if r.index in quantity.expr.names:
                quantity = highest(quantity, r, domain).loosened()
        return quantity


class Exclusive:
    """The delays of one algorithm under exclusive reads."""

    def __init__(self, gpu: Gpu) -> None:
        self.gpu = gpu

    def delay(
        self,
        scope: Scope,
        sources: Mapping[str, Seen],
        scale: Expr,
        domain: Domain,
        ready: Expr,
        around: Lockstep,
    ) -> Bounded:
        """Return the delays of all steps of ``scale`` copies of a scope in lockstep."""
        stages = {v: self.gpu.stage(scope, v, scale, domain) for v in scope.order}
        timeline = Timeline(scope, stages, domain, self.gpu.sequence, ready)
        around.note(timeline)
        here = _Here(self, scope, {**{v: Seen() for v in scope.kinds}, **sources}, scale, domain, around)
        found = NOTHING
        for group in timeline.groups():
            found = found + here.group(group, timeline)
        return found


@dataclass(frozen=True)
class _Here:
    """One scope: ``scale`` copies of it, what is seen of its sources, the loops in lockstep around it."""

    model: Exclusive
    scope: Scope
    seen: Mapping[str, Seen]
    scale: Expr
    domain: Domain
    around: Lockstep

    def group(self, group: Group, timeline: Timeline) -> Bounded:
        """Return the delays of nodes that overlap."""
        kinds = [self.scope.kinds[v] for v in group.nodes]
        if len(group.nodes) == 1:
            return self._node(group.nodes[0])
        if group.offsets is not None and all(isinstance(k, Apply) for k in kinds):
            return self._steps(group)
        alone = sum((self._node(v) for v in group.nodes), NOTHING)
        # Two that read one word together double its readers at most, in each step that both last.
        lasting = sum((timeline.stages[v].duration.expr for v in group.nodes), ZERO)
        shared = len(group.nodes) - 1 if self._share(group.nodes) else 0
        return (alone + lasting * shared).loosened(alone.expr == ZERO and shared == 0)

    def _share(self, nodes: tuple[str, ...]) -> bool:
        """Say whether two nodes may read one word: the same array, or one that is named elsewhere too."""
        read = [{array_of(o) for o in self.scope.operands[v]} for v in nodes]
        if any(not self._known(array).plain for arrays in read for array in arrays):
            return True
        return any(a & b for k, a in enumerate(read) for b in read[:k])

    def _known(self, array: Array) -> Seen:
        source = isinstance(self.scope.kinds[array[0]], SOURCES)
        before = self.seen.get(array[0], Seen()) if source else Seen()
        wordy = before.wordy and (source or self._wordy(self.scope, array))
        return Seen(before.loops, before.plain and self._plain(self.scope, array, self.seen), wordy)

    def _steps(self, group: Group) -> Bounded:
        """Add up the steps of a group of operations: each reads in its first."""
        assert group.offsets is not None
        found = NOTHING
        for begin in sorted({a for a, b in group.offsets.values() if b > a}):
            nodes = [v for v, (a, b) in group.offsets.items() if a == begin and b > a]
            found = found + self._reads(nodes)
        return found

    def _node(self, node: str) -> Bounded:
        match kind := self.scope.kinds[node]:
            case Apply():
                return self._reads([node]) if kind.op.works else NOTHING
            case Map():
                points = copies(kind.over, self.domain).expr
                return self._or_drifting(node, self._body(node, kind, self.scale * points, kind.over))
            case Fold():
                leaves = self._body(node, kind, self.scale * kind.over.extent, (kind.over,))
                return self._or_drifting(node, leaves, self._combines(node, kind))
            case Scan():
                leaves = self._body(node, kind, self.scale * kind.over.extent, (kind.over,))
                return self._or_drifting(node, leaves, self._prefixes(kind))
            case Gather() | Scatter():
                serial = getattr(kind, "conflicts", "") == "serial"
                steps = positions_of(self.scope, node) if serial else ONE
                readers = maximum_of(1, self.scale * words_of(self.scope, node))
                return self.around.most(Bounded(ceiling(log2(readers)) * steps * moving_work(kind), False))
            case Repeat():
                rounds = ranges_of(kind)
                one = self._body(node, kind, self.scale, ())
                assert one is not None
                return total(one, rounds, self.domain)
        return NOTHING

    def _or_drifting(self, node: str, leaves: Bounded | None, more: Bounded = NOTHING) -> Bounded:
        """Return the delays of a phase; of copies out of step, as if each step had all threads at one word."""
        if leaves is not None:
            return leaves + more
        stage = self.model.gpu.stage(self.scope, node, self.scale, self.domain)
        steps, width = self.around.most(stage.duration), self.around.most(stage.threads)
        return steps.times(ceiling(log2(maximum_of(1, width.expr)))).loosened()

    def _body(
        self, node: str, kind: Map | Fold | Scan | Repeat, scale: Expr, loops: tuple[Range, ...]
    ) -> Bounded | None:
        """Return the delays of a body, ``loops`` in lockstep; None where they do not stay so."""
        inner = self.scope.inner(kind.body)
        around = self.around.within(loops, self.domain)
        ranges = loops if loops else ranges_of(kind)
        one = self.model.delay(
            inner, self._handed(node, kind, loops), scale, inside(self.domain, ranges), ZERO, around
        )
        if around.drifting & {r.index for r in loops}:
            return None
        some = indicator(copies(loops, self.domain).expr, 1, self.domain) if loops else ONE
        return self.around.most(one.times(some))

    def _handed(
        self, node: str, kind: Map | Fold | Scan | Repeat, loops: tuple[Range, ...]
    ) -> dict[str, Seen]:
        """Return what a body knows of its ports."""
        given, found = [array_of(o) for o in self.scope.operands[node]], {}
        inner = self.scope.inner(kind.body)
        for p, array in enumerate(given):
            before = self._known(array)
            plain = before.plain and given.count(array) == 1
            if isinstance(kind, Repeat) and p < kind.carried:
                stays = plain and not before.loops and self._stays_plain(inner, p)
                found[f"port{p}"] = Seen((), stays, before.wordy)
            else:
                found[f"port{p}"] = Seen(before.loops + loops, plain, before.wordy)
        return found

    def _prefixes(self, kind: Scan) -> Bounded:
        """Return the delays of the combines of a scan: as if all of a level read one word."""
        if not kind.op.works:
            return NOTHING
        shape = shape_of(kind, self.domain)
        each = ceiling(log2(maximum_of(1, self.scale * shape.width.expr)))
        return self.around.most(shape.depth.times(each)).loosened(shape.depth.expr == ZERO)

    def _combines(self, node: str, kind: Fold) -> Bounded:
        """Return the delays of the combines: only leaves that are names may have other readers."""
        if not kind.op.works:
            return NOTHING
        found = NOTHING
        for number in range(kind.op.results):
            one = self.around.most(_delay(self._leaf_readers(node, kind, number)))
            if one.expr == ZERO:
                continue
            chain = kind.order == "left"
            times = kind.over.extent - 1 if chain else 2 * indicator(kind.over.extent, 2, self.domain)
            found = most([found, self.around.most(one.times(times)).loosened(chain)], self.domain)
        return found

    def _leaf_readers(self, node: str, kind: Fold, number: int) -> Bounded:
        """Return how many combines read one word together: more than one only if leaves are names."""
        inner = self.scope.inner(kind.body)
        if not may_name(inner, number, self.domain):
            return NOTHING
        # The leaves of a tree are read together, those of a chain one after the other.
        chain = kind.order == "left"
        scale = self.scale if chain else self.scale * kind.over.extent
        (leaf,) = inner.operands[inner.outputs[number]]
        source = inner.kinds[leaf.node]
        if not isinstance(source, Port):
            return Bounded(scale, False)
        outer = self.scope.operands[node][source.number]
        known = self._known(array_of(outer))
        if not chain:
            known = Seen((*known.loops, kind.over), known.plain, known.wordy)
        return self._readers(leaf.index, known, scale).loosened(known.wordy)

    # Readers of one word

    def _reads(self, nodes: list[str]) -> Bounded:
        """Return the delay of one step in which these operations begin, all their copies."""
        by_array: dict[Array, dict[str, set[Position]]] = {}
        for v in nodes:
            for o in self.scope.operands[v]:
                by_array.setdefault(array_of(o), {}).setdefault(v, set()).add(o.index)
        delays, every, loose = [NOTHING], NOTHING, False
        for array, reads in by_array.items():
            if not self._has_words(array):
                continue
            known = self._known(array)
            loose = loose or not known.plain
            counts = [self._of_one(places, known) for places in reads.values()]
            # Different indices may pick one word in different copies, or never: only equal ones surely meet.
            alike = len({frozenset(places) for places in reads.values()}) == 1
            readers = sum(counts[1:], counts[0]).loosened(alike and known.wordy)
            delays.append(self.around.most(_delay(readers)))
            every = every + readers
        if not loose:
            return most(delays, self.domain)
        # Where one array may name words of another, all that is read may be one word.
        return self.around.most(_delay(every.loosened()))

    def _of_one(self, places: set[Position], known: Seen) -> Bounded:
        """Return how many copies of one operation read one word, which it may read at several indices."""
        counts = [self._readers(index, known, self.scale) for index in sorted(places, key=str)]
        if len(counts) == 1 or (known.plain and not known.loops):
            return most(counts, self.domain)
        if known.plain and all(apart(a, b, known.loops, self.domain) for a, b in combinations(places, 2)):
            return most(counts, self.domain)
        return sum(counts[1:], counts[0]).loosened()

    def _has_words(self, array: Array) -> bool:
        kind = self.scope.kinds[array[0]]
        return not isinstance(kind, Literal | Index | Empty)

    def _readers(self, index: Position, known: Seen, scale: Expr) -> Bounded:
        """Return how many copies read the most wanted word that ``index`` picks."""
        if not known.plain:
            return Bounded(scale, False)
        factor, exact = ONE, True
        picked: set[str] = set()
        for e in index:
            here = [r for r in known.loops if r.index in e.names]
            parts = affine(e, here[0].index) if len(here) == 1 else None
            if parts is not None and (positive(parts[0], self.domain) or positive(-parts[0], self.domain)):
                picked.add(here[0].index)
            elif here:
                exact = False  # indices mixed in one dimension may meet: count them as if they did
        for r in known.loops:
            if r.index in picked:
                continue
            if r.extent.names & {other.index for other in known.loops}:
                return Bounded(scale, False)
            factor = factor * r.extent
        return Bounded(factor, exact)

    def _plain(self, scope: Scope, array: Array, seen: Mapping[str, Seen]) -> bool:
        """Say whether different elements of an array are surely different words."""
        node, out = array
        match kind := scope.kinds[node]:
            case Map(into=None):
                return not may_name(scope.inner(kind.body), out, self.domain)
            case Map(into=int(base)):
                inner = scope.inner(kind.body)
                outs = [k for k in range(len(kind.at)) if may_name(inner, k, self.domain)]
                named = [origin_of_output(inner, k) for k in outs]
                # A word of the base that is moved to another position, its own being overwritten, stays one word.
                moved = {m.index for m in named if m.ports == {base} and not m.own and m.index in kind.at}
                return self._handed_on(scope, node, base, seen) and len(moved) == len(named)
            case Scan():
                return not may_name(scope.inner(kind.body), out, self.domain)
            case Fold():
                named_at_one = may_name(scope.inner(kind.body), out, self.domain)
                return not named_at_one or nonnegative(kind.over.extent - 2, self.domain)
            case Repeat():
                start = self._handed_on(scope, node, out, seen)
                return start and self._stays_plain(scope.inner(kind.body), out)
            case _:
                return seen[node].plain if node in seen else True

    def _wordy(self, scope: Scope, array: Array) -> bool:
        """Say whether an array is surely all words, its ports being so."""
        node, out = array
        match kind := scope.kinds[node]:
            case Literal() | Index() | Empty():
                return False
            case Fold() if nonnegative(kind.over.extent - 2, self.domain):
                return True
            case Map() | Fold() | Scan() | Repeat():
                inner = scope.inner(kind.body)
                outs = range(len(kind.at)) if isinstance(kind, Map) and kind.into is not None else (out,)
                made = [array_of(inner.operands[inner.outputs[k]][0]) for k in outs]
                if not all(self._wordy(inner, each) for each in made):
                    return False
                named = {p for k in outs for p in may_name(inner, k, self.domain)}
                named |= {out} if isinstance(kind, Repeat) else set()
                return all(self._wordy(scope, array_of(scope.operands[node][p])) for p in named)
        return True

    def _handed_on(self, scope: Scope, node: str, operand: int, seen: Mapping[str, Seen]) -> bool:
        """Say whether an array that a node renews is plain, and read by nothing else, under its old name."""
        array = array_of(scope.operands[node][operand])
        readers = sum(1 for v in scope.order for o in scope.operands[v] if array_of(o) == array)
        before = seen.get(array[0], Seen()) if isinstance(scope.kinds[array[0]], SOURCES) else Seen()
        return readers == 1 and before.plain and self._plain(scope, array, seen)

    def _stays_plain(self, body: Scope, state: int) -> bool:
        """Say whether a round leaves different elements of a state different words, if they were."""
        (made,) = body.operands[body.outputs[state]]
        ports = may_name(body, state, self.domain)
        return ports <= {state} and not made.index and self._plain(body, array_of(made), {})


SOURCES = (Port, Input, Constant)


def _delay(readers: Bounded) -> Bounded:
    return Bounded(ceiling(log2(maximum_of(1, readers.expr))), readers.exact)


def exclusive_delay(gpu: Gpu, scope: Scope, domain: Domain, ready: Expr) -> Bounded:
    """Return how many steps all reads of one word by several operations cost, in the whole algorithm."""
    return Exclusive(gpu).delay(scope, {}, as_expr(1), domain, ready, Lockstep())
