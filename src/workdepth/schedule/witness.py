"""A schedule as evidence, and a simulator that shares no code with whoever found it.

The meanings are those of the note Boundaries in ``profile``; this file reads them from that text, not from the
code beside it, so that two ways of counting stand against each other.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from workdepth.errors import CheckError
from workdepth.graph.unit import CONSTANT, INPUT, UnitGraph
from workdepth.models.conventions import Conventions

Ids = NDArray[np.int64]


def _none() -> Ids:
    return np.zeros(0, dtype=np.int64)


@dataclass(frozen=True, eq=False)
class Witness:
    """When everything starts: enough to carry a schedule out again.

    Attributes
    ----------
    start : int64
        The boundary at which each node starts; it finishes ``work`` steps later.  Not read for sources.
    loads : int64
        Under ``inputs="loaded"`` the source values that are loaded, one entry a word; else empty.
    load_start : int64
        When each of these loads starts; it takes one step.
    """

    start: Ids
    loads: Ids = field(default_factory=_none)
    load_start: Ids = field(default_factory=_none)


@dataclass(frozen=True)
class Replay:
    """What a schedule costs when it is carried out: the most threads and words of any step."""

    time: int
    threads: int
    memory: int


@dataclass(frozen=True)
class Moment:
    """One boundary at which something happens.

    Attributes
    ----------
    boundary : int
    busy : int
        Operations and loads in progress in the step that follows.
    before : int
        Words that live at the boundary before it.
    live : int
        Words that live at it, streamed outputs that are made there included.
    results : int
        Words of the results of operations of some work, and of loads, that finish at it.
    """

    boundary: int
    busy: int
    before: int
    live: int
    results: int


def replay(
    unit: UnitGraph, witness: Witness, conventions: Conventions | None = None, machine: str = "GPU"
) -> Replay:
    """Carry a schedule out step by step, and count.

    Parameters
    ----------
    unit : UnitGraph
    witness : Witness
    conventions : Conventions, optional
        The switches; ``phases`` speaks of the graph and is not read.
    machine : {"GPU", "RAM"}
        The delays of fork-join and of exclusive reads are the GPU's alone.

    Returns
    -------
    Replay

    Raises
    ------
    CheckError
        Where a node starts before an operand or a node that it waits for is done, or a word is not loaded once.

    Examples
    --------
    >>> import networkx as nx, numpy as np, workdepth as wd
    >>> unit = wd.unroll(nx.DiGraph([("a", "c"), ("b", "c")]))
    >>> replay(unit, Witness(np.array([0, 0, 1])))
    Replay(time=2, threads=2, memory=2)
    >>> replay(unit, Witness(np.array([0, 0, 0])))
    Traceback (most recent call last):
        ...
    workdepth.errors.CheckError: c starts at 0, but a, which it reads, is done at 1 (at node 2 of plain DAG); \
this is no schedule: start it later
    """
    conventions = conventions or Conventions()
    finish = _finishes(unit, witness, conventions, machine)
    memory = threads = 0
    for moment in _moments(unit, witness, finish, conventions):
        threads = max(threads, moment.busy)
        memory = max(memory, moment.live)
        if conventions.cells == "separate":
            memory = max(memory, moment.before + moment.results)
    time = max(finish, default=0)
    if machine == "GPU" and conventions.reads == "exclusive":
        time += _read_delays(unit, witness)
    return Replay(time, threads, memory)


def moments(unit: UnitGraph, witness: Witness, conventions: Conventions | None = None) -> list[Moment]:
    """Return every boundary at which something happens, in order: what a chart of the schedule shows.

    Raises
    ------
    CheckError
        As `replay`.

    Examples
    --------
    >>> import networkx as nx, numpy as np, workdepth as wd
    >>> unit = wd.unroll(nx.DiGraph([("a", "c"), ("b", "c")]))
    >>> [(m.boundary, m.busy, m.live) for m in moments(unit, Witness(np.array([0, 1, 2])))]
    [(0, 1, 0), (1, 1, 1), (2, 1, 2), (3, 0, 1)]
    """
    conventions = conventions or Conventions()
    return list(_moments(unit, witness, _finishes(unit, witness, conventions, "GPU"), conventions))


def _finishes(unit: UnitGraph, witness: Witness, conventions: Conventions, machine: str) -> list[int]:
    """Return when each node is done, after looking that all it needs is done when it starts."""
    _check_lengths(unit, witness, conventions.inputs == "loaded")
    start, lasting = witness.start.tolist(), unit.work.tolist()
    if machine == "GPU" and conventions.spawn == "fork-join":
        for v in np.flatnonzero(unit.spawned > 1).tolist():
            lasting[v] += (int(unit.spawned[v]) - 1).bit_length()
    sources, producer = unit.sources, unit.producers().tolist()
    finish = [0] * sources + [start[v] + lasting[v] for v in range(sources, len(unit))]
    for value, begun in zip(witness.loads.tolist(), witness.load_start.tolist(), strict=True):
        finish[value] = max(finish[value], begun + 1)
    operands, offset = unit.operands.tolist(), unit.operand_start.tolist()
    order, waits = unit.order.tolist(), unit.order_start.tolist()
    for v in range(sources, len(unit)):
        needs = [(producer[x], "reads") for x in operands[offset[v] : offset[v + 1]]]
        # Who only waits for an input does not wait for its load: the RAM loads just before the first reader.
        needs += [(x, "waits for") for x in order[waits[v] : waits[v + 1]] if x >= sources]
        for before, why in needs:
            if start[v] < finish[before]:
                raise _too_early(unit, v, before, why, start[v], finish[before])
    return finish


def _too_early(unit: UnitGraph, v: int, before: int, why: str, start: int, done: int) -> CheckError:
    name, other = (unit.paths[unit.origin[k]] for k in (v, before))
    return CheckError(
        f"{name} starts at {start}, but {other}, which it {why}, is done at {done}",
        where=f"node {v} of {unit.name}",
        next_step="this is no schedule: start it later",
    )


def _check_lengths(unit: UnitGraph, witness: Witness, loaded: bool) -> None:
    if len(witness.start) != len(unit) or len(witness.loads) != len(witness.load_start):
        raise CheckError(
            f"a schedule of {len(witness.start)} nodes, where the graph has {len(unit)}",
            where=unit.name,
            next_step="give a start for every node, and one for every load",
        )
    begun = [*witness.start[unit.sources :].tolist(), *witness.load_start.tolist()]
    if min(begun, default=0) < 0:
        raise CheckError("a node starts before the start", where=unit.name, next_step="no start is negative")
    needed: Counter[int] = Counter()
    if loaded:
        used = {*unit.operands.tolist(), *unit.output_values().tolist()}
        for v in sorted(used):
            if v < unit.sources and unit.kind[v] in (INPUT, CONSTANT) and unit.value_words[v]:
                needed[v] = int(unit.value_words[v])
    if needed != Counter(witness.loads.tolist()):
        raise CheckError(
            f"{len(witness.loads)} words are loaded, where {needed.total()} are to be, each once",
            where=unit.name,
            next_step="load every word of every input that is read or named once, and none where they reside",
        )


@dataclass
class _Events:
    """What happens at each boundary: values that are made, results among them, nodes that read, busy threads."""

    made: dict[int, Counter[int]]
    results: Counter[int]
    done: dict[int, list[int]]
    busy: Counter[int]


def _events(unit: UnitGraph, witness: Witness, finish: list[int]) -> _Events:
    found = _Events(defaultdict(Counter), Counter(), defaultdict(list), Counter())
    words, first, loaded = unit.value_words.tolist(), unit.first_value.tolist(), set(witness.loads.tolist())
    started = witness.start.tolist()
    for v, (end, work) in enumerate(zip(finish, unit.work.tolist(), strict=True)):
        if v in loaded:
            continue
        found.done[end].append(v)
        for value in range(first[v], first[v + 1]):
            found.made[end][value] = words[value]
            found.results[end] += words[value] if work else 0
        if work:
            found.busy[started[v]] += 1
            found.busy[started[v] + work] -= 1
    for value, begun in zip(witness.loads.tolist(), witness.load_start.tolist(), strict=True):
        found.made[begun + 1][value] += 1
        found.results[begun + 1] += 1
        found.busy[begun] += 1
        found.busy[begun + 1] -= 1
    return found


def _moments(
    unit: UnitGraph, witness: Witness, finish: list[int], conventions: Conventions
) -> Iterator[Moment]:
    """Step from boundary to boundary: what is done yields, and what was read for the last time leaves."""
    events, kept = _events(unit, witness, finish), conventions.outputs == "kept"
    operands, offset = unit.operands.tolist(), unit.operand_start.tolist()
    readers, named = Counter(operands), set(unit.output_values().tolist())
    resident = set(range(unit.sources)) - set(witness.loads.tolist())
    held: Counter[int] = Counter()
    live = busy = at_start = 0
    for now in sorted({0, min(1, max(finish, default=0)), *events.made, *events.busy}):
        before, passing, made = live, 0, events.made.get(now, Counter())
        if now == 1:  # a streamed output that is an input's element counts in front of the first step alone
            live, at_start = live - at_start, 0
        touched = set(made)
        for v in events.done.get(now, ()):
            for value in operands[offset[v] : offset[v + 1]]:
                readers[value] -= 1
                touched.add(value)
        for value in touched:
            held[value] += made[value]
            live += made[value]
            if readers[value] or (kept and value in named):
                continue
            live -= held.pop(value)
            if value in named and value in resident:
                at_start += made[value]
            elif value in named:
                passing += made[value]
        live += at_start if now == 0 else 0
        busy += events.busy[now]
        yield Moment(now, busy, before, live + passing, events.results[now])


def _read_delays(unit: UnitGraph, witness: Witness) -> int:
    """Return how many steps k reads of one word in a step add: ceil(log2 k), the most over the words of a step."""
    reading: dict[int, Counter[int]] = defaultdict(Counter)
    for v in np.flatnonzero(unit.work > 0).tolist():
        read = set(unit.operands[unit.operand_start[v] : unit.operand_start[v + 1]].tolist())
        reading[int(witness.start[v])].update(value for value in read if unit.value_words[value])
    return sum((max(step.values(), default=1) - 1).bit_length() for step in reading.values())
