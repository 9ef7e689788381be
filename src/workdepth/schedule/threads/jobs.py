"""What is to be put on threads: the operations and loads of a unit graph, and the words that they make and hold."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

import numpy as np

from workdepth.errors import ModelError
from workdepth.graph.unit import CONSTANT, INPUT, UnitGraph
from workdepth.models.conventions import Conventions
from workdepth.schedule.witness import Witness


@dataclass(frozen=True, eq=False)
class Jobs:
    """Jobs with what comes before them, by number; numbers are in topological order.

    First come the loads, one a word, then all nodes that are no sources.  A join is a job that takes no thread.

    Attributes
    ----------
    unit : UnitGraph
    conventions : Conventions
    length : list of int
        Steps of each job.
    busy : list of bool
        Whether it takes a thread while it runs.
    before, after : list of lists
        The jobs that it waits for, each once, and those that wait for it.
    words : list of int
        Words of each value; a loaded value is one entry a word.
    maker : list of int
        The job that makes each value, -1 where it is there from the start.
    readers : list of lists
        The jobs that read it, each once.
    named : list of bool
        Whether an output names it.
    loads : list of int
        The source value of each load.
    """

    unit: UnitGraph
    conventions: Conventions
    length: list[int]
    busy: list[bool]
    before: list[list[int]]
    after: list[list[int]]
    words: list[int]
    maker: list[int]
    readers: list[list[int]]
    named: list[bool]
    loads: list[int]

    def __len__(self) -> int:
        return len(self.length)

    @property
    def work(self) -> int:
        """All steps that take a thread."""
        return sum(length for length, busy in zip(self.length, self.busy, strict=True) if busy)

    def witness(self, start: list[int]) -> Witness:
        """Return the starts of all jobs as a witness of the unit graph."""
        count = len(self.loads)
        sources = np.zeros(self.unit.sources, dtype=np.int64)
        return Witness(
            np.concatenate([sources, np.array(start[count:], dtype=np.int64)]),
            np.array(self.loads, dtype=np.int64),
            np.array(start[:count], dtype=np.int64),
        )

    def makespan(self, start: list[int]) -> int:
        """Return when the last job is done."""
        return max((s + length for s, length in zip(start, self.length, strict=True)), default=0)


def jobs_of(unit: UnitGraph, conventions: Conventions | None = None) -> Jobs:
    """Return the jobs of a unit graph under the switches.

    Parameters
    ----------
    unit : UnitGraph
    conventions : Conventions, optional

    Returns
    -------
    Jobs

    Raises
    ------
    ModelError
        Under exclusive reads: there a step's length depends on who reads beside whom.

    Examples
    --------
    >>> import networkx as nx, workdepth as wd
    >>> jobs = jobs_of(wd.unroll(nx.DiGraph([("a", "c"), ("b", "c")])))
    >>> jobs.before, jobs.work
    ([[], [], [0, 1]], 3)
    """
    conventions = conventions or Conventions()
    if conventions.reads == "exclusive":
        raise ModelError(
            "reads=exclusive has no rule on p threads: a step's length depends on who reads beside whom",
            where=unit.name,
            next_step="leave reads at its default",
        )
    loads = _loads(unit) if conventions.inputs == "loaded" else []
    before = _before(unit, loads)
    after: list[list[int]] = [[] for _ in before]
    for job, needed in enumerate(before):
        for one in needed:
            after[one].append(job)
    length = [1] * len(loads) + unit.work[unit.sources :].tolist()
    busy = [x > 0 for x in length]
    if conventions.spawn == "fork-join":
        for v in np.flatnonzero(unit.spawned > 1).tolist():
            length[v - unit.sources + len(loads)] += (int(unit.spawned[v]) - 1).bit_length()
    return Jobs(unit, conventions, length, busy, before, after, *_values(unit, loads), loads)


def _loads(unit: UnitGraph) -> list[int]:
    """Return the source value of every word that is to be loaded."""
    used = {*unit.operands.tolist(), *unit.output_values().tolist()}
    kind, words = unit.kind.tolist(), unit.value_words.tolist()
    return [
        v for v in range(unit.sources) if v in used and kind[v] in (INPUT, CONSTANT) for _ in range(words[v])
    ]


def _before(unit: UnitGraph, loads: list[int]) -> list[list[int]]:
    """Return what each job waits for; who only waits for an input does not wait for its load."""
    sources, shift = unit.sources, len(loads) - unit.sources
    loading: dict[int, list[int]] = {}
    for job, value in enumerate(loads):
        loading.setdefault(value, []).append(job)
    producer, operands, order = unit.producers().tolist(), unit.operands.tolist(), unit.order.tolist()
    offset, waits = unit.operand_start.tolist(), unit.order_start.tolist()
    before: list[list[int]] = [[] for _ in loads]
    for v in range(sources, len(unit)):
        needed = dict.fromkeys(x + shift for x in order[waits[v] : waits[v + 1]] if x >= sources)
        for value in operands[offset[v] : offset[v + 1]]:
            made = producer[value]
            needed.update(dict.fromkeys([made + shift] if made >= sources else loading.get(value, ())))
        before.append(sorted(needed))
    return before


def _values(unit: UnitGraph, loads: list[int]) -> tuple[list[Any], ...]:
    """Return words, maker, readers and whether it is named, for each value that takes a word at some time."""
    shift = len(loads) - unit.sources
    readers: list[dict[int, None]] = [{} for _ in range(len(unit.value_words))]
    operands, offset = unit.operands.tolist(), unit.operand_start.tolist()
    for v in range(unit.sources, len(unit)):
        for value in operands[offset[v] : offset[v + 1]]:
            readers[value][v + shift] = None
    named, loaded = set(unit.output_values().tolist()), Counter(loads)
    producer, sources = unit.producers().tolist(), unit.sources
    rows = [(1, job, value) for job, value in enumerate(loads)]
    for value, words in enumerate(unit.value_words.tolist()):
        if words and value not in loaded:
            rows.append((words, producer[value] + shift if producer[value] >= sources else -1, value))
    return (
        [words for words, _, _ in rows],
        [maker for _, maker, _ in rows],
        [list(readers[value]) for _, _, value in rows],
        [value in named for _, _, value in rows],
    )
