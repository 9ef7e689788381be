"""What a schedule may do, as plain numbers: jobs that wait for jobs, and values that live between them.

Note [Jobs].  A job is a node that is no source, or, under ``inputs="loaded"``, the load of one word.  A load is
waited for by its readers alone: a phase does not hold words back that the RAM, too, loads just before their first
reader.  A node that takes no step, reads no word and makes none only passes on what it waits for, and is left out.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

import numpy as np

from workdepth.errors import ModelError
from workdepth.graph.unit import CONSTANT, INPUT, UnitGraph
from workdepth.models.conventions import Conventions
from workdepth.schedule.witness import Witness

START = -1  # the producer of what is there at the start


@dataclass(frozen=True)
class Value:
    """Words that one job makes and that the same jobs read.

    Attributes
    ----------
    words : int
    producer : int
        The job that makes them; START for what is there at the start.
    readers : int
        The jobs that read them, as a set of bits.
    named : bool
        Whether an output names them.
    """

    words: int
    producer: int
    readers: int
    named: bool


@dataclass(frozen=True, eq=False)
class Problem:
    """The jobs of a unit graph under the switches.

    Attributes
    ----------
    unit : UnitGraph
        The graph that a witness speaks of.
    conventions : Conventions
    steps : tuple of int
        How many steps each job takes.
    busy : tuple of int
        1 where a job takes a thread, 0 where it takes none (no work, or a delay).
    before : tuple of int
        The jobs that each waits for, as a set of bits; those that another of them has waited for are left out.
    values : tuple of Value
    made : tuple of int
        Words of the results of each job, counted on top of what lives under ``cells="separate"``.
    nodes : tuple of int
        The node of each job; the source value for a load.
    loads : int
        How many of the jobs, the first ones, are loads.
    passed : tuple of pairs
        The nodes that are no jobs, each with the jobs that it waits for.
    waited : bool
        Whether a step has gone by already, so that what counts at the start alone does no longer.
    """

    unit: UnitGraph
    conventions: Conventions
    steps: tuple[int, ...]
    busy: tuple[int, ...]
    before: tuple[int, ...]
    values: tuple[Value, ...]
    made: tuple[int, ...]
    nodes: tuple[int, ...]
    loads: int
    passed: tuple[tuple[int, int], ...] = field(default=())
    waited: bool = False

    def __len__(self) -> int:
        return len(self.steps)

    @property
    def separate(self) -> bool:
        """Whether results take words of their own."""
        return self.conventions.cells == "separate"

    @property
    def kept(self) -> bool:
        """Whether outputs stay to the end."""
        return self.conventions.outputs == "kept"

    @property
    def everything(self) -> int:
        """All jobs, as a set of bits."""
        return (1 << len(self)) - 1

    def live(self, done: int) -> int:
        """Return the words that live once a set of jobs is done, streamed outputs that leave at once apart."""
        found = 0
        for v in self.values:
            there = v.producer == START or done >> v.producer & 1
            if there and (v.readers & ~done or (v.named and self.kept)):
                found += v.words
        return found

    def leaving(self, before: int, done: int) -> int:
        """Return the words of streamed outputs that are made now, that nobody reads later, and that leave."""
        if self.kept:
            return 0
        new = done & ~before
        made = (v for v in self.values if v.named and v.producer != START and new >> v.producer & 1)
        return sum(v.words for v in made if not v.readers & ~done)

    def at_start(self, done: int) -> int:
        """Return the words of streamed outputs that are inputs: they count at the start alone."""
        if self.kept or self.waited:
            return 0
        there = (v for v in self.values if v.named and v.producer == START)
        return sum(v.words for v in there if not v.readers & ~done)

    def witness(self, starts: Iterable[int]) -> Witness:
        """Return the schedule in which the jobs start at these boundaries, for every node of the graph."""
        begun = list(starts)
        start = np.zeros(len(self.unit), dtype=np.int64)
        for job in range(self.loads, len(self)):
            start[self.nodes[job]] = begun[job]
        for node, waits in self.passed:
            ends = [begun[job] + self.steps[job] for job in bits(waits)]
            start[node] = max(ends, default=0)
        loads = np.array(self.nodes[: self.loads], dtype=np.int64)
        return Witness(start, loads, np.array(begun[: self.loads], dtype=np.int64))


def bits(mask: int) -> Iterable[int]:
    """Yield the members of a set of bits.

    Examples
    --------
    >>> list(bits(0b1010))
    [1, 3]
    """
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low


def problem_of(unit: UnitGraph, conventions: Conventions) -> Problem:
    """Return the jobs and values of a unit graph.

    Parameters
    ----------
    unit : UnitGraph
    conventions : Conventions

    Returns
    -------
    Problem

    Raises
    ------
    ModelError
        For ``reads="exclusive"``: how long a step lasts would hang on what shares it.

    Examples
    --------
    >>> import networkx as nx, workdepth as wd
    >>> p = problem_of(wd.unroll(nx.DiGraph([("a", "c"), ("b", "c")])), wd.Conventions())
    >>> p.steps, [bin(mask) for mask in p.before], [v.words for v in p.values]
    ((1, 1, 1), ['0b0', '0b0', '0b11'], [1, 1, 1])
    """
    if conventions.reads == "exclusive":
        raise ModelError(
            "the frontier has no rule for reads=exclusive: how long a step lasts would hang on what shares it",
            where=unit.name,
            next_step="leave reads at concurrent",
        )
    if conventions.inputs == "loaded":
        unit = without_waits_for_sources(unit)
    return _Building(unit, conventions).problem()


def without_waits_for_sources(unit: UnitGraph) -> UnitGraph:
    """Return the graph without the order edges from its sources: a load is waited for by its readers alone."""
    kept = unit.order >= unit.sources
    so_far = np.concatenate([[0], np.cumsum(kept)])
    return replace(unit, order=unit.order[kept], order_start=so_far[unit.order_start])


class _Building:
    """The jobs of a graph while they are numbered."""

    def __init__(self, unit: UnitGraph, conventions: Conventions) -> None:
        self.unit, self.conventions = unit, conventions
        self.named = set(unit.output_values().tolist())
        self.producer = unit.producers().tolist()
        self.words = unit.value_words.tolist()
        self.first = unit.first_value.tolist()
        self.lasting = self._lasting()
        self.loads = self._loads()

    def _lasting(self) -> list[int]:
        lasting = self.unit.work.copy()
        if self.conventions.spawn == "fork-join" and len(self.unit.spawned):
            lasting += [max(k - 1, 0).bit_length() for k in self.unit.spawned.tolist()]
        return lasting.tolist()

    def _loads(self) -> list[int]:
        """Return the source values to load, one entry a word."""
        if self.conventions.inputs == "resident":
            return []
        used = {*self.unit.operands.tolist(), *self.named}
        data = (v for v in sorted(used) if v < self.unit.sources and self.unit.kind[v] in (INPUT, CONSTANT))
        return [v for v in data for _ in range(self.words[v])]

    def operands(self, v: int) -> list[int]:
        """Return the values of some words that a node reads."""
        start = self.unit.operand_start
        read = dict.fromkeys(self.unit.operands[start[v] : start[v + 1]].tolist())
        return [value for value in read if self.words[value]]

    def problem(self) -> Problem:
        unit, jobs = self.unit, len(self.loads)
        waits = dict.fromkeys(range(unit.sources), 0)
        for job, value in enumerate(self.loads):
            waits[value] |= 1 << job
        nodes, before, passed = list(self.loads), [0] * jobs, []
        readers = [0] * len(self.words)
        earlier = [0] * jobs  # all that each job waits for, however far back
        for v in range(unit.sources, len(unit)):
            needed = self._needed(v, waits)
            behind = 0
            for job in bits(needed):
                behind |= earlier[job]
            needed &= ~behind
            if self._passes(v):
                waits[v] = needed
                passed.append((v, needed))
                continue
            waits[v] = 1 << len(nodes)
            earlier.append(behind | needed)
            for value in self.operands(v):
                readers[value] |= waits[v]
            nodes.append(v)
            before.append(needed)
        return self._finished(nodes, before, passed, readers)

    def _needed(self, v: int, waits: dict[int, int]) -> int:
        unit, needed = self.unit, 0
        for value in unit.operands[unit.operand_start[v] : unit.operand_start[v + 1]].tolist():
            needed |= waits[self.producer[value]]
        for other in unit.order[unit.order_start[v] : unit.order_start[v + 1]].tolist():
            needed |= waits[other]
        return needed

    def _passes(self, v: int) -> bool:
        made = any(self.words[self.first[v] : self.first[v + 1]])
        return not self.lasting[v] and not made and not self.operands(v)

    def _finished(
        self, nodes: list[int], before: list[int], passed: list[tuple[int, int]], readers: list[int]
    ) -> Problem:
        loads, work = len(self.loads), self.unit.work.tolist()
        steps = [1] * loads + [self.lasting[v] for v in nodes[loads:]]
        busy = [1] * loads + [int(work[v] > 0) for v in nodes[loads:]]
        made = [1] * loads
        made += [sum(self.words[self.first[v] : self.first[v + 1]]) * (work[v] > 0) for v in nodes[loads:]]
        return Problem(
            unit=self.unit,
            conventions=self.conventions,
            steps=tuple(steps),
            busy=tuple(busy),
            before=tuple(before),
            values=tuple(self._values(nodes, readers)),
            made=tuple(made),
            nodes=tuple(nodes),
            loads=loads,
            passed=tuple(passed),
        )

    def _values(self, nodes: list[int], readers: list[int]) -> list[Value]:
        """Return what lives, words that live and die together in one entry."""
        found: dict[tuple[int, int, bool], int] = {}

        def add(producer: int, value: int, words: int) -> None:
            named = value in self.named
            if words and (readers[value] or named):
                key = producer, readers[value], named
                found[key] = found.get(key, 0) + words

        for job, value in enumerate(self.loads):
            add(job, value, 1)
        if not self.loads:
            for value in range(self.unit.sources):
                add(START, value, self.words[value])
        for job in range(len(self.loads), len(nodes)):
            for value in range(self.first[nodes[job]], self.first[nodes[job] + 1]):
                add(job, value, self.words[value])
        return [Value(words, p, r, named) for (p, r, named), words in found.items()]
