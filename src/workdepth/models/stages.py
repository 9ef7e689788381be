"""Stages and the timeline of a scope: which nodes follow each other, which run at the same time.

Where nodes overlap, their figures are merged step by step if all their times are numbers apart; else the sum of
their peaks is a bound, exact where all start together, last equally long and have their peak in the first step.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from workdepth.graph.nodes import PHASES, Constant, Input, Port, Range
from workdepth.models.bounded import NOTHING, ONE, ZERO, Bounded, most
from workdepth.models.scope import Scope
from workdepth.symbolic import Domain, Expr, maximum_of, nonnegative


@dataclass(frozen=True)
class Stage:
    """What a node, or a whole scope, does on the GPU.

    Attributes
    ----------
    duration, threads : Bounded
        Its steps; the most operations at work in one of them.
    peak, net : Bounded
        The most words above those at its start (at least 0); the change when it has ended.
    front : bool
        The most threads and words are those of its first step.
    made : Expr or None
        Of what takes one step, or makes all its words in its last: how many it makes.
    transient : Expr
        Of these, how many leave at once: ``peak`` has them, ``net`` does not.
    beat : int, Expr or None
        Of a ``front`` stage, the work of its first operations, whose words come at the end of so many steps.
    early : bool
        The most threads are those of its first step, whatever its words do; see :attr:`wide`.
    summit : int, Expr or None
        After how many of its steps it surely holds the most words, nothing that it is given ending in it; see
        Note [Wordless].
    course : object
        What decides its course: of two with the same one, begun together, each step is as wide as the other's.
    """

    duration: Bounded
    threads: Bounded
    peak: Bounded
    net: Bounded
    front: bool
    made: Expr | None = None
    transient: Expr = ZERO
    beat: int | Expr | None = None
    early: bool = False
    summit: int | Expr | None = None
    course: object = None

    @property
    def wide(self) -> bool:
        """Whether the most threads are those of the first step."""
        return self.front or self.early

    def loosened(self, exact: bool = False) -> Stage:
        """Return the same stage, its words exact only where ``exact`` holds too."""
        if exact or not (self.peak.exact or self.net.exact):
            return self
        return replace(self, peak=self.peak.loosened(), net=self.net.loosened())

    def settled(self, told: bool) -> Stage:
        """Return the same stage, its peak exact only where it is told when in it words end; see Note [Doubts]."""
        return replace(self, peak=self.peak.loosened(told))

    def depends_on(self, loops: tuple[Range, ...]) -> bool:
        """Say whether a figure differs from copy to copy."""
        used = self.duration.expr.names | self.threads.expr.names | self.peak.expr.names | self.net.expr.names
        return any(r.index in used for r in loops)

    def unless_empty(self, some: Expr, exact: bool) -> Stage:
        """Return the stage of copies that may be none; ``some`` is 1 where there are any, else 0."""
        return replace(self, duration=self.duration.times(some)).loosened(exact)


@dataclass(frozen=True)
class Group:
    """Nodes that overlap in time, alone in a stretch of the timeline.

    ``offsets`` tells, where all is numbers, when each starts and ends within the group; ``starts`` and ``ends``
    when each does, where that is known exactly.
    """

    nodes: tuple[str, ...]
    offsets: Mapping[str, tuple[int, int]] | None
    aligned: bool
    told: bool
    ends: Mapping[str, Expr] = field(default_factory=dict)
    starts: Mapping[str, Expr] = field(default_factory=dict)


class Ancestors(Mapping[str, set[str]]):
    """Who is done before whom, by the edges: one bit for each node, so that thousands fit."""

    def __init__(self) -> None:
        self.bit: dict[str, int] = {}
        self.bits: dict[str, int] = {}

    def add(self, node: str, earlier: Iterable[str]) -> None:
        """Note a node, all that it waits for being noted or a source."""
        found = 0
        for u in earlier:
            if u in self.bit:
                found |= self.bits[u] | self.bit[u]
        self.bit[node], self.bits[node] = 1 << len(self.bit), found

    def holds(self, a: str, b: str) -> bool:
        """Say whether ``a`` is before ``b``."""
        return bool(self.bits[b] & self.bit[a])

    def __getitem__(self, node: str) -> set[str]:
        return {u for u, bit in self.bit.items() if self.bits[node] & bit}

    def __iter__(self) -> Iterator[str]:
        return iter(self.bit)

    def __len__(self) -> int:
        return len(self.bit)


class Timeline:
    """Start and end of every node of a scope."""

    def __init__(
        self, scope: Scope, stages: Mapping[str, Stage], domain: Domain, sequence: bool, ready: Expr
    ) -> None:
        self.scope, self.stages, self.domain = scope, stages, domain
        self.start: dict[str, Bounded] = {}
        words = (Input, Constant, Port)  # numbers are there without being loaded
        self.end: dict[str, Bounded] = {
            v: Bounded(ready if isinstance(scope.kinds[v], words) else ZERO) for v in scope.sources
        }
        self.before = Ancestors()
        #: Nodes that no other ends after, as told by the edges; exact ones count where the others are bounds.
        self._final: dict[str, None] = {}
        phase: str | None = None
        for v in scope.order:
            earlier = dict.fromkeys([*(o.node for o in scope.operands[v]), *scope.waits[v]])
            if sequence and isinstance(scope.kinds[v], PHASES):
                earlier |= {phase: None} if phase else {}
                phase = v
            self.start[v] = self._after([self.end[u] for u in self._latest(earlier)])
            self.end[v] = self.start[v] + stages[v].duration
            self.before.add(v, earlier)
            self._final[v] = None
            for u in earlier:
                if u in self._final and (self.end[v].exact or not self.end[u].exact):
                    del self._final[u]
        self.exact = all(e.exact for e in self.end.values())

    def _after(self, ends: Sequence[Bounded]) -> Bounded:
        """Return when what waits for these ends may start: the time begins at 0."""
        if len(ends) == 1 and nonnegative(ends[0].expr, self.domain):
            return Bounded(maximum_of(ends[0].expr), ends[0].exact)
        return most([NOTHING, *ends], self.domain)

    def _latest(self, nodes: Iterable[str]) -> list[str]:
        """Return some nodes without those that others of them surely end after, as told by the edges."""
        found = list(nodes)
        if len(found) < 2:
            return found
        return [u for u in found if not any(self._surely_after(w, u) for w in found)]

    def _surely_after(self, later: str, node: str) -> bool:
        known = node in self.before.bit and later in self.before.bit
        told = self.end[later].exact or not self.end[node].exact
        return known and told and self.before.holds(node, later)

    def span(self) -> Bounded:
        """Return the end of the last node."""
        return most([self.end[v] for v in self._final], self.domain)

    def after(self, group: Group, steps: int | Expr | None) -> Expr | None:
        """Return how many steps from the start of all some steps from the start of a group are, if that is told."""
        if steps is None or not self.exact or not group.aligned:
            return None
        return self.start[group.nodes[0]].expr + steps

    def groups(self) -> tuple[Group, ...]:
        """Return the nodes in groups that follow each other; each node of one is done before the next begins.

        So what is done before the last group is done before a node that begins after it.
        """
        found: list[list[str]] = []
        for v in self._by_time():
            group = [v]
            while found and not self._follows(found[-1], v):
                group = found.pop() + group
            found.append(group)
        return tuple(self._group(g) for g in found)

    def _follows(self, group: list[str], v: str) -> bool:
        """Say whether all of a group are surely done before ``v`` begins."""
        for u in reversed(group):
            if self.before.holds(u, v):
                continue
            if not self.exact or not nonnegative(self.start[v].expr - self.end[u].expr, self.domain):
                return False
        return True

    def _by_time(self) -> list[str]:
        """Return the nodes by start where the starts are numbers apart; else in program order."""
        order = list(self.scope.order)
        if not self.exact:
            return order
        if all(self.start[v].expr.is_number for v in order):
            return sorted(order, key=lambda v: self.start[v].expr.number)
        return self._insertion_sorted(order)

    def _insertion_sorted(self, order: list[str]) -> list[str]:
        placed: list[str] = []
        for v in order:
            k = len(placed)
            while k and not self.before.holds(placed[k - 1], v) and self._surely_later(placed[k - 1], v):
                k -= 1
            placed.insert(k, v)
        return placed

    def _surely_later(self, a: str, b: str) -> bool:
        difference = self.start[a].expr - self.end[b].expr
        return difference != ZERO and nonnegative(difference, self.domain)

    def _group(self, nodes: list[str]) -> Group:
        if len(nodes) == 1:
            return Group((nodes[0],), {nodes[0]: (0, 1)}, True, True)
        origin = self.start[nodes[0]].expr
        offsets: dict[str, tuple[int, int]] = {}
        for v in nodes:
            a, b = self.start[v].expr - origin, self.end[v].expr - origin
            simple = not isinstance(self.scope.kinds[v], PHASES) or self.stages[v].duration.expr == ONE
            whole = all(x.is_number and x.number.denominator == 1 for x in (a, b))
            if not (self.exact and whole and simple):
                return Group(tuple(nodes), None, self._aligned(nodes), self.exact, *self._times(nodes))
            offsets[v] = (int(a.number), int(b.number))
        return Group(tuple(nodes), offsets, self._aligned(nodes), True, *self._times(nodes))

    def _times(self, nodes: list[str]) -> tuple[Mapping[str, Expr], Mapping[str, Expr]]:
        """Return when each ends and starts, where that is known exactly."""
        if not self.exact:
            return {}, {}
        return {v: self.end[v].expr for v in nodes}, {v: self.start[v].expr for v in nodes}

    def _aligned(self, nodes: list[str]) -> bool:
        """Say whether all start together (and at once reach their peaks, if they are ``front`` stages)."""
        return self.exact and len({self.start[v].expr for v in nodes}) == 1


def together(group: Group, stages: Mapping[str, Stage], domain: Domain, separate: bool) -> Stage:
    """Return the stage of all nodes of a group."""
    parts = [stages[v] for v in group.nodes]
    if len(parts) == 1:
        return parts[0]
    moving = [p for p in parts if (p.peak, p.net) != (NOTHING, NOTHING)]
    summit = _summit(group, moving)
    if group.offsets is not None and all(p.made is not None or not separate for p in parts):
        steps = _stepwise(group.offsets, stages, domain, separate)
        told = steps.peak == sum((p.peak for p in parts), NOTHING)
        return replace(steps, summit=summit if told else None)
    front = group.aligned and all(p.front for p in parts)
    if group.offsets is not None:
        steps = _stepwise(group.offsets, stages, domain, separate)
        threads, early = steps.threads, steps.wide
    else:
        early = group.aligned and all(p.wide for p in parts if p.threads != NOTHING)
        threads = sum((p.threads for p in parts), NOTHING).loosened(
            _at_once(group, stages) or _alike(group, parts)
        )
    # A bound of what a node leaves behind may be above its peak; another may let go as much in this group.
    peak = sum((p.peak if p.net.exact else most([p.peak, p.net], domain) for p in parts), NOTHING)
    net = sum((p.net for p in parts), NOTHING)
    # Without reuse all make their words in the first step; with it, one may let go what another takes.
    beats = {p.beat for p in parts}
    beat = beats.pop() if len(beats) == 1 else None
    exact = front and (peak.expr == ZERO or (separate and beat is not None))
    # Of numbers and names no word comes or goes.
    exact = exact or len(moving) < 2 or summit is not None
    return Stage(NOTHING, threads, peak.loosened(exact), net, front, beat=beat, early=early, summit=summit)


def _summit(group: Group, moving: Sequence[Stage]) -> int | Expr | None:
    """Return after how many steps all nodes of a group hold the most words at once, if that is so."""
    summits = {p.summit for p in moving}
    return summits.pop() if group.aligned and len(summits) == 1 else None


def _at_once(group: Group, stages: Mapping[str, Stage]) -> bool:
    """Say whether the most threads of a group are surely the sum of those of its nodes."""
    working = [v for v in group.nodes if stages[v].threads != NOTHING]
    if len(working) < 2:
        return True
    alike = len({group.starts.get(v) for v in working}) == 1 and working[0] in group.starts
    return alike and all(stages[v].wide for v in working)


def _alike(group: Group, parts: Sequence[Stage]) -> bool:
    """Say whether all nodes of a group start together and go the same way."""
    courses = {p.course for p in parts}
    return group.aligned and len(courses) == 1 and None not in courses


def _stepwise(
    offsets: Mapping[str, tuple[int, int]], stages: Mapping[str, Stage], domain: Domain, separate: bool
) -> Stage:
    """Merge stages whose times are numbers apart; each makes its words in its last step.

    Nothing changes between the steps in which one begins or ends, so only these are looked at.
    """
    begin = min(a for a, _ in offsets.values())
    finish = max(b for _, b in offsets.values())
    starts, ends = _at_steps(offsets)
    at_once = [stages[v] for v in ends.get(begin, [])]
    current = sum((p.net for p in at_once), NOTHING)
    peaks, threads, running = [NOTHING, current, *_hidden(at_once, domain, separate)], [NOTHING], _Running()
    leaving = sum((p.transient for p in at_once), ZERO)
    for step in sorted({*starts, *ends}):
        ending = [stages[v] for v in ends.get(step, [])] if step > begin else []
        peaks += [current + leaving + h for h in _hidden(ending, domain, separate)]
        leaving = sum((p.transient for p in ending), ZERO)
        made = sum((p.made for p in ending if p.made is not None), ZERO)
        if separate:
            peaks.append(current + made)
        current = current + sum((p.net for p in ending), NOTHING)
        peaks.append(current + leaving)
        running.change([stages[v].threads for v in starts.get(step, []) if offsets[v][1] > step], 1)
        running.change([stages[v].threads for v in ends.get(step, []) if offsets[v][0] < step], -1)
        threads.append(running.total())
    front = finish - begin == 1
    left = sum((stages[v].transient for v in offsets), ZERO) if front else ZERO
    widest, first = most(threads, domain), threads[1:2]
    return Stage(
        NOTHING, widest, most(peaks, domain), current, front, transient=left, beat=1, early=first == [widest]
    )


def _hidden(ending: list[Stage], domain: Domain, separate: bool) -> list[Bounded]:
    """Return what nodes that end in one step hold at most, if one may hold more than before or after it.

    So does one with operations of no work in it: their results are there at once.
    """
    if all(_told_by_ends(p, domain, separate) for p in ending):
        return []
    return [sum((p.peak for p in ending), NOTHING).loosened()]


def _told_by_ends(stage: Stage, domain: Domain, separate: bool) -> bool:
    """Say whether a stage holds the most before its step or after it, results counted apart under ``separate``."""
    peak, after = stage.peak.expr, stage.net.expr + stage.transient
    known = [ZERO, after, maximum_of(ZERO, after)]
    if separate and stage.made is not None:
        known.append(stage.made)
    return any(peak == k for k in known) or any(nonnegative(k - peak, domain) for k in known)


def _at_steps(offsets: Mapping[str, tuple[int, int]]) -> tuple[dict[int, list[str]], dict[int, list[str]]]:
    """Return who begins and who ends at each step."""
    starts: dict[int, list[str]] = {}
    ends: dict[int, list[str]] = {}
    for v, (a, b) in offsets.items():
        starts.setdefault(a, []).append(v)
        ends.setdefault(b, []).append(v)
    return starts, ends


class _Running:
    """The threads of what runs, some of them only bounds."""

    def __init__(self) -> None:
        self.expr, self.loose = ZERO, 0

    def change(self, threads: Iterable[Bounded], sign: int) -> None:
        """Let some begin (1) or end (-1)."""
        for each in threads:
            self.expr = self.expr + each.expr * sign
            self.loose += 0 if each.exact else sign

    def total(self) -> Bounded:
        """Return how many there are."""
        return Bounded(self.expr, not self.loose)
