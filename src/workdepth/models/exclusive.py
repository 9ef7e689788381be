"""Exclusive reads: how much longer the steps last in which many operations read one word.

A step in which k distinct operations read one word lasts ceil(log2 k) steps more: the word is copied by a tree
first (JaJa, An Introduction to Parallel Algorithms, 1992, section 1.3.2, EREW and CREW PRAM).  The whole machine
waits, so the delays of all steps add up to the time and change nothing else.

How many copies read one word is told by its index: each loop that stands in it picks other words, each that does
not makes as many readers as it has points.  What is not recognised counts as if all copies read one word.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations

from workdepth.graph.nodes import (
    Apply,
    Constant,
    Fold,
    Gather,
    Input,
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
from workdepth.models.moves import positions_of, words_of
from workdepth.models.moves import work_of as moving_work
from workdepth.models.origin import origin_of_output
from workdepth.models.prefix import shape_of
from workdepth.models.scope import Array, Scope, array_of
from workdepth.models.stages import Group, Timeline
from workdepth.symbolic import Domain, Expr, affine, as_expr, ceiling, log2, maximize, maximum_of, positive


@dataclass(frozen=True)
class Seen:
    """What a scope knows of a source: the loops in lockstep between its owner and here.

    ``plain`` says that different elements are different words: nothing was named twice.
    """

    loops: tuple[Range, ...] = ()
    plain: bool = True


class Exclusive:
    """The delays of one algorithm under exclusive reads."""

    def __init__(self, gpu: Gpu) -> None:
        self.gpu = gpu

    def delay(
        self, scope: Scope, sources: Mapping[str, Seen], scale: Expr, domain: Domain, ready: Expr
    ) -> Bounded:
        """Return the delays of all steps of ``scale`` copies of a scope in lockstep."""
        stages = {v: self.gpu.stage(scope, v, scale, domain) for v in scope.order}
        timeline = Timeline(scope, stages, domain, self.gpu.sequence, ready)
        seen = {**{v: Seen() for v in scope.kinds}, **sources}
        found = NOTHING
        for group in timeline.groups():
            found = found + self._group(scope, group, timeline, seen, scale, domain)
        return found

    def _group(
        self,
        scope: Scope,
        group: Group,
        timeline: Timeline,
        seen: Mapping[str, Seen],
        scale: Expr,
        domain: Domain,
    ) -> Bounded:
        kinds = [scope.kinds[v] for v in group.nodes]
        if len(group.nodes) == 1:
            return self._node(scope, group.nodes[0], seen, scale, domain)
        if group.offsets is not None and all(isinstance(k, Apply) for k in kinds):
            return self._steps(scope, group, seen, scale, domain)
        alone = sum((self._node(scope, v, seen, scale, domain) for v in group.nodes), NOTHING)
        # Two that read one word together double its readers at most, in each step that both last.
        lasting = sum((timeline.stages[v].duration.expr for v in group.nodes), ZERO)
        shared = len(group.nodes) - 1 if self._share(scope, group.nodes, seen, domain) else 0
        return (alone + lasting * shared).loosened(alone.expr == ZERO and shared == 0)

    def _share(self, scope: Scope, nodes: tuple[str, ...], seen: Mapping[str, Seen], domain: Domain) -> bool:
        """Say whether two nodes may read one word: the same array, or one that is named elsewhere too."""
        read = [{array_of(o) for o in scope.operands[v]} for v in nodes]
        if any(not self._known(scope, array, seen, domain).plain for arrays in read for array in arrays):
            return True
        return any(a & b for k, a in enumerate(read) for b in read[:k])

    def _known(self, scope: Scope, array: Array, seen: Mapping[str, Seen], domain: Domain) -> Seen:
        before = seen.get(array[0], Seen()) if isinstance(scope.kinds[array[0]], SOURCES) else Seen()
        return Seen(before.loops, before.plain and self._plain(scope, array, seen, domain))

    def _steps(
        self, scope: Scope, group: Group, seen: Mapping[str, Seen], scale: Expr, domain: Domain
    ) -> Bounded:
        """Add up the steps of a group of operations: each reads in its first."""
        assert group.offsets is not None
        found = NOTHING
        for begin in sorted({a for a, b in group.offsets.values() if b > a}):
            nodes = [v for v, (a, b) in group.offsets.items() if a == begin and b > a]
            found = found + self._reads(nodes, scope, seen, scale, domain)
        return found

    def _node(
        self, scope: Scope, node: str, seen: Mapping[str, Seen], scale: Expr, domain: Domain
    ) -> Bounded:
        match kind := scope.kinds[node]:
            case Apply():
                if kind.op.work == 0:
                    return NOTHING
                return self._reads([node], scope, seen, scale, domain)
            case Map():
                return self._body(
                    scope, node, kind, seen, scale * copies(kind.over, domain).expr, kind.over, domain
                )
            case Fold():
                leaves = self._body(scope, node, kind, seen, scale * kind.over.extent, (kind.over,), domain)
                return leaves + self._combines(scope, node, kind, seen, scale, domain)
            case Scan():
                leaves = self._body(scope, node, kind, seen, scale * kind.over.extent, (kind.over,), domain)
                if kind.op.work == 0:
                    return leaves
                shape = shape_of(kind, domain)
                each = ceiling(log2(maximum_of(1, scale * shape.width.expr)))
                return (leaves + shape.depth.times(each)).loosened(shape.depth.expr == ZERO)
            case Gather() | Scatter():
                steps = positions_of(scope, node) if getattr(kind, "conflicts", "") == "serial" else ONE
                readers = maximum_of(1, scale * words_of(scope, node))
                return Bounded(ceiling(log2(readers)) * steps * moving_work(kind), False)
            case Repeat():
                rounds = ranges_of(kind)
                one = self._body(scope, node, kind, seen, scale, (), inside(domain, rounds))
                return total(one, rounds, domain)
        return NOTHING

    def _body(
        self,
        scope: Scope,
        node: str,
        kind: Map | Fold | Scan | Repeat,
        seen: Mapping[str, Seen],
        scale: Expr,
        loops: tuple[Range, ...],
        domain: Domain,
    ) -> Bounded:
        inner, sources = Scope(kind.body), {}
        given = [array_of(o) for o in scope.operands[node]]
        for p, operand in enumerate(scope.operands[node]):
            before = self._known(scope, array_of(operand), seen, domain)
            plain = before.plain and given.count(array_of(operand)) == 1
            if isinstance(kind, Repeat) and p < kind.carried:
                sources[f"port{p}"] = Seen(
                    (), plain and not before.loops and self._stays_plain(inner, p, domain)
                )
            else:
                sources[f"port{p}"] = Seen(before.loops + loops, plain)
        within = inside(domain, loops)
        one = self.delay(inner, sources, scale, within, ZERO)
        for k in range(len(loops) - 1, -1, -1):
            r = loops[k]
            if r.index in one.expr.names:
                found = maximize(one.expr, r.index, r.low, r.high, inside(domain, loops[:k]))
                one = Bounded(found.value, False)
        some = indicator(copies(loops, domain).expr, 1, domain) if loops else ONE
        return one.times(some)

    def _combines(
        self, scope: Scope, node: str, kind: Fold, seen: Mapping[str, Seen], scale: Expr, domain: Domain
    ) -> Bounded:
        """Return the delays of the combines: only leaves that are names may have other readers."""
        inner = Scope(kind.body)
        found = NOTHING
        if kind.op.work == 0:
            return NOTHING
        for number in range(kind.op.results):
            made = origin_of_output(inner, number)
            if made.own and not made.ports:
                continue
            (leaf,) = inner.operands[inner.outputs[number]]
            source = inner.kinds[leaf.node]
            if not made.ports:
                continue
            if not isinstance(source, Port) or made.own:
                readers = Bounded(scale if kind.order == "left" else scale * kind.over.extent, False)
            else:
                outer = scope.operands[node][source.number]
                before = seen[outer.node] if isinstance(scope.kinds[outer.node], SOURCES) else Seen()
                plain = before.plain and self._plain(scope, array_of(outer), seen, domain)
                # The leaves of a tree are read together, those of a chain one after the other.
                chain = kind.order == "left"
                known = Seen(before.loops if chain else (*before.loops, kind.over), plain)
                readers = self._readers(
                    leaf.index, known, scale if chain else scale * kind.over.extent, domain
                )
            one = _delay(readers)
            if one.expr == ZERO:
                continue
            times = (
                kind.over.extent - 1 if kind.order == "left" else 2 * indicator(kind.over.extent, 2, domain)
            )
            found = most([found, one.times(times).loosened(kind.order == "left")], domain)
        return found

    # Readers of one word

    def _reads(
        self, nodes: list[str], scope: Scope, seen: Mapping[str, Seen], scale: Expr, domain: Domain
    ) -> Bounded:
        """Return the delay of one step in which these operations begin, ``scale`` copies of each."""
        by_array: dict[Array, dict[str, set[Position]]] = {}
        for v in nodes:
            for o in scope.operands[v]:
                by_array.setdefault(array_of(o), {}).setdefault(v, set()).add(o.index)
        delays, every, loose = [NOTHING], NOTHING, False
        for array, reads in by_array.items():
            if not self._has_words(scope, array):
                continue
            known = self._known(scope, array, seen, domain)
            loose = loose or not known.plain
            counts = [self._of_one(places, known, scale, domain) for places in reads.values()]
            # Different indices may pick one word in different copies, or never: only equal ones surely meet.
            alike = len({frozenset(places) for places in reads.values()}) == 1
            readers = sum(counts[1:], counts[0]).loosened(alike)
            delays.append(_delay(readers))
            every = every + readers
        # Where one array may name words of another, all that is read may be one word.
        return _delay(every.loosened()) if loose else most(delays, domain)

    def _of_one(self, places: set[Position], known: Seen, scale: Expr, domain: Domain) -> Bounded:
        """Return how many copies of one operation read one word, which it may read at several indices."""
        counts = [self._readers(index, known, scale, domain) for index in sorted(places, key=str)]
        if len(counts) == 1 or (known.plain and not known.loops):
            return most(counts, domain)
        if known.plain and all(apart(a, b, known.loops, domain) for a, b in combinations(places, 2)):
            return most(counts, domain)
        return sum(counts[1:], counts[0]).loosened()

    def _has_words(self, scope: Scope, array: Array) -> bool:
        return isinstance(
            scope.kinds[array[0]],
            Apply | Map | Fold | Scan | Gather | Scatter | Repeat | Port | Input | Constant,
        )

    def _readers(self, index: Position, known: Seen, scale: Expr, domain: Domain) -> Bounded:
        """Return how many copies read the most wanted word that ``index`` picks."""
        if not known.plain:
            return Bounded(scale, False)
        factor, exact = ONE, True
        picked: set[str] = set()
        for e in index:
            here = [r for r in known.loops if r.index in e.names]
            parts = affine(e, here[0].index) if len(here) == 1 else None
            if parts is not None and (positive(parts[0], domain) or positive(-parts[0], domain)):
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

    def _plain(self, scope: Scope, array: Array, seen: Mapping[str, Seen], domain: Domain) -> bool:
        """Say whether different elements of an array are surely different words."""
        node, out = array
        match kind := scope.kinds[node]:
            case Map(into=None):
                made = origin_of_output(Scope(kind.body), out)
                return not made.ports
            case Map(into=int(base)):
                named = [
                    m for m in (origin_of_output(Scope(kind.body), k) for k in range(len(kind.at))) if m.ports
                ]
                # A word of the base that is moved to another position, its own being overwritten, stays one word.
                moved = {m.index for m in named if m.ports == {base} and not m.own and m.index in kind.at}
                kept = self._handed_on(scope, node, base, seen, domain)
                return kept and len(moved) == len(named)
            case Scan():
                return not origin_of_output(Scope(kind.body), out).ports
            case Fold():
                made = origin_of_output(Scope(kind.body), out)
                return not made.ports or indicator(kind.over.extent, 2, domain) == ONE
            case Repeat():
                start = self._handed_on(scope, node, out, seen, domain)
                return start and self._stays_plain(Scope(kind.body), out, domain)
            case _:
                return seen[node].plain if node in seen else True

    def _handed_on(
        self, scope: Scope, node: str, operand: int, seen: Mapping[str, Seen], domain: Domain
    ) -> bool:
        """Say whether an array that a node renews is plain, and read by nothing else, under its old name."""
        array = array_of(scope.operands[node][operand])
        readers = sum(1 for v in scope.order for o in scope.operands[v] if array_of(o) == array)
        return readers == 1 and self._known(scope, array, seen, domain).plain

    def _stays_plain(self, body: Scope, state: int, domain: Domain) -> bool:
        """Say whether a round leaves different elements of a state different words, if they were."""
        (made,) = body.operands[body.outputs[state]]
        ports = origin_of_output(body, state).ports
        return ports <= {state} and not made.index and self._plain(body, array_of(made), {}, domain)


SOURCES = (Port, Input, Constant)


def _delay(readers: Bounded) -> Bounded:
    return Bounded(ceiling(log2(maximum_of(1, readers.expr))), readers.exact)


def exclusive_delay(gpu: Gpu, scope: Scope, domain: Domain, ready: Expr) -> Bounded:
    """Return how many steps all reads of one word by several operations cost, in the whole algorithm."""
    return Exclusive(gpu).delay(scope, {}, as_expr(1), domain, ready)
