"""A scope walked once more, phase by phase, to see what the models do not tell: which phase holds the most.

The models answer with figures alone.  Here they are watched: each call that they make for a body is kept, so
that a figure can be followed from the graph down to the node that makes it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from workdepth.models.bounded import NOTHING, ONE, ZERO, Bounded
from workdepth.models.conventions import Conventions
from workdepth.models.gpu import Gpu
from workdepth.models.lifetimes import Lifetimes
from workdepth.models.ram import Ram
from workdepth.models.retained import Retained
from workdepth.models.scope import Scope
from workdepth.models.sequence import Holding
from workdepth.models.stages import Stage, Timeline, together
from workdepth.models.storage import Deaths, Entry, source_of
from workdepth.symbolic import Domain, Expr

NONE: frozenset[int] = frozenset()
NONE_GONE: Mapping[str, Expr] = {}


@dataclass(frozen=True)
class Call:
    """One run of a scope that a model was asked for, and what it found."""

    machine: str
    scope: Scope
    scale: Expr
    entries: Mapping[str, Entry]
    domain: Domain
    streamed: frozenset[int]
    ready: Expr
    peak: Bounded
    threads: Bounded


@dataclass(frozen=True)
class Phase:
    """Nodes that overlap in time, alone in a stretch of it.

    Attributes
    ----------
    nodes : tuple of str
    held : mapping
        The words of each storage that the scope accounts for and that lives when the phase begins, if asked for.
    gone : mapping
        The words of sources that have ended before it, if asked for.
    current : Bounded
        The words at its beginning, above those at the beginning of the scope.
    peak, threads : Bounded
        The most words above ``current``, and the most operations in a step, in it.
    deaths : Deaths
        What dies in it.
    stages : mapping
        The stage of each node; empty on the RAM.
    """

    nodes: tuple[str, ...]
    held: Mapping[object, Expr]
    gone: Mapping[str, Expr]
    current: Bounded
    peak: Bounded
    threads: Bounded
    deaths: Deaths
    stages: Mapping[str, Stage]


class WatchedGpu(Gpu):
    """The GPU, with the runs of bodies that it asks for directly; it remembers no earlier ones."""

    def __init__(self, conventions: Conventions) -> None:
        super().__init__(conventions, Retained())
        self.calls: list[Call] = []
        self._depth = 0

    def scope(
        self,
        scope: Scope,
        scale: Expr,
        entries: Mapping[str, Entry],
        domain: Domain,
        streamed: frozenset[int] = NONE,
        ready: Expr = ZERO,
    ) -> Stage:
        """Return the stage of a scope, and note the call."""
        self._depth += 1
        found = super().scope(scope, scale, entries, domain, streamed, ready)
        self._depth -= 1
        if not self._depth:
            self.calls.append(
                Call("GPU", scope, scale, entries, domain, streamed, ready, found.peak, found.threads)
            )
        return found


class WatchedRam(Ram):
    """The RAM, with the runs of bodies that it asks for directly; it remembers no earlier ones."""

    def __init__(self, conventions: Conventions) -> None:
        super().__init__(conventions, Retained())
        self.calls: list[Call] = []
        self._depth = 0

    def scope(
        self,
        scope: Scope,
        entries: Mapping[str, Entry],
        domain: Domain,
        streamed: frozenset[int] = NONE,
    ) -> Holding:
        """Return the holding of a scope, and note the call."""
        self._depth += 1
        found = super().scope(scope, entries, domain, streamed)
        self._depth -= 1
        if not self._depth:
            one = Bounded(ONE)
            self.calls.append(Call("RAM", scope, ONE, entries, domain, streamed, ZERO, found.peak, one))
        return found


def within(call: Call, node: str, deaths: Deaths, conventions: Conventions) -> list[Call]:
    """Return the runs of bodies that a model asks for to tell one node of a call."""
    if call.machine == "GPU":
        gpu = WatchedGpu(conventions)
        gpu.node(call.scope, node, call.scale, deaths, call.domain)
        return gpu.calls
    ram = WatchedRam(conventions)
    ram.node(call.scope, node, deaths, call.domain)
    return ram.calls


def phases(call: Call, conventions: Conventions, asked: int | None = None) -> list[Phase]:
    """Return the phases of a call in their order; of one, by number, also what lives when it begins."""
    if call.machine == "GPU":
        return _gpu_phases(call, conventions, asked)
    return _ram_phases(call, conventions, asked)


def _gpu_phases(call: Call, conventions: Conventions, asked: int | None) -> list[Phase]:
    gpu, scope, domain = Gpu(conventions), call.scope, call.domain
    plain = {v: gpu.node(scope, v, call.scale, Deaths(), domain) for v in scope.order}
    sequence = conventions.phases == "sequence"
    groups = Timeline(scope, plain, domain, sequence, call.ready).groups()
    rank = {v: k for k, group in enumerate(groups) for v in group.nodes}
    lives = Lifetimes(scope, rank, call.entries, call.scale, domain, call.streamed)
    mine = _own(lives)
    current, found = lives.unread().times(-1), []
    for k, group in enumerate(groups):
        held, gone = (_held(lives, k), _gone(lives, mine)) if k == asked else ({}, NONE_GONE)
        deaths = lives.enter(k, group.nodes, group.ends, group.offsets is not None)
        current = current + deaths.gained
        stages = {v: gpu.node(scope, v, call.scale, deaths, domain) for v in group.nodes}
        stage = together(group, stages, domain, gpu.separate)
        found.append(Phase(group.nodes, held, gone, current, stage.peak, stage.threads, deaths, stages))
        current = current + stage.net + deaths.late.times(-1)
    return found


def _ram_phases(call: Call, conventions: Conventions, asked: int | None) -> list[Phase]:
    ram, scope, domain = Ram(conventions), call.scope, call.domain
    rank = {v: k for k, v in enumerate(scope.order)}
    lives = Lifetimes(scope, rank, call.entries, ONE, domain, call.streamed)
    mine = _own(lives)
    current, found = lives.unread().times(-1), []
    for k, node in enumerate(scope.order):
        held, gone = (_held(lives, k), _gone(lives, mine)) if k == asked else ({}, NONE_GONE)
        deaths = lives.enter(k, (node,))
        current = current + deaths.gained
        part = ram.node(scope, node, deaths, domain)
        found.append(Phase((node,), held, gone, current, part.peak, Bounded(ONE), deaths, {}))
        current = current + part.net + deaths.late.times(-1)
    late = {k: s.words for k, s in lives.storages.items() if s.loads and not lives.readers(k)}
    if late:
        # What only outputs name is loaded at the very end.
        held = {**_held(lives, len(scope.order)), **late}
        last = current + sum(late.values(), ZERO)
        found.append(Phase((), held, _gone(lives, mine), last, NOTHING, NOTHING, Deaths(), {}))
    return found


def _own(lives: Lifetimes) -> Mapping[object, Expr]:
    """Return the storages of sources whose end the scope accounts for, with their words."""
    return {k: s.words for k, s in lives.storages.items() if s.ends}


def _held(lives: Lifetimes, group: int) -> dict[object, Expr]:
    return {
        key: s.words
        for key, s in lives.storages.items()
        if s.ends and s.words != ZERO and not (s.loads and _loaded_later(lives, key, group))
    }


def _loaded_later(lives: Lifetimes, key: object, group: int) -> bool:
    return not lives.readers(key) or lives.first(key) >= group


def _gone(lives: Lifetimes, mine: Mapping[object, Expr]) -> Mapping[str, Expr]:
    """Return how many of their words have ended, or been taken over, by source."""
    stored, found = lives.storages, dict[str, Expr]()
    for key, words in mine.items():
        if key not in stored or not stored[key].ends:
            source = source_of(str(key))
            found[source] = found.get(source, ZERO) + words
    return found
