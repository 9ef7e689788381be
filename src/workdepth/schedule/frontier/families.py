"""Symmetric graphs as counts: of jobs that are alike only how many are done matters.

Note [Orbits].  In a forest (every value is read by one job at most) jobs are alike when what they stand on is alike
and so is what reads them: an orbit.  A schedule may do the jobs of an orbit in any order; let it do them in the
order of their readers.  Then the k-th reader may start once the first k times (children a reader) are done, and any
schedule at all becomes such a one with the same counts, so the same words, threads and time.  The counts of what is
done in each orbit are all there is to know.

Note [Any tree].  Where the association of a fold is free, partial results stand in a row and any two neighbours
may be combined: of k in the row k // 2 pairs at once, whichever they are.  The counts of the leaves, and one of
the combinations done, are all there is to know.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

from workdepth.schedule.frontier.problem import START, Problem, Value, bits

Counts = tuple[int, ...]


class Family(Protocol):
    """What a search over counts asks."""

    separate: bool
    totals: Counts

    def free(self, done: Counts) -> Counts:
        """Return how many jobs of each kind may start."""
        ...

    def live(self, done: Counts) -> int:
        """Return the words that live once these are done."""
        ...

    def leaving(self, before: Counts, after: Counts) -> int:
        """Return the words of streamed outputs that are made now and leave."""
        ...

    def made(self, started: Counts) -> int:
        """Return the words of the results of these."""
        ...


@dataclass(frozen=True)
class Orbit:
    """Jobs of a forest that are alike.

    Attributes
    ----------
    jobs : tuple of int
        In the order of their readers.
    reader : int
        The orbit that reads them; -1 for none.
    each : int
        How many of them a reader reads.
    words, made, resident : int
        Words that live once one is done, that its results take, and that are there from the start for it.
    stays, leaves : bool
        Whether its words stay to the end, or leave at once, being an output.
    """

    jobs: tuple[int, ...]
    reader: int
    each: int
    words: int
    made: int
    resident: int
    stays: bool
    leaves: bool


@dataclass(frozen=True)
class Forest:
    """A forest of jobs of one step each, orbit by orbit; a reader's orbit stands before what it reads."""

    orbits: tuple[Orbit, ...]
    separate: bool

    @property
    def totals(self) -> Counts:
        """How many jobs each orbit has."""
        return tuple(len(o.jobs) for o in self.orbits)

    def free(self, done: Counts) -> Counts:
        """Return how many jobs of each orbit may start."""
        found = list(self.totals)
        for k, o in enumerate(self.orbits):
            if o.reader >= 0:
                found[o.reader] = min(found[o.reader], done[k] // o.each)
        return tuple(f - d for f, d in zip(found, done, strict=True))

    def live(self, done: Counts) -> int:
        """Return the words that live."""
        words = 0
        for o, d in zip(self.orbits, done, strict=True):
            words += o.resident * (len(o.jobs) - d)
            if o.stays:
                words += o.words * d
            elif o.reader >= 0:
                words += o.words * (d - o.each * done[o.reader])
        return words

    def leaving(self, before: Counts, after: Counts) -> int:
        """Return the words of streamed outputs that are made now and leave."""
        return sum(words * (after[k] - before[k]) for k, words in self._leaving)

    @cached_property
    def _leaving(self) -> tuple[tuple[int, int], ...]:
        return tuple((k, o.words) for k, o in enumerate(self.orbits) if o.leaves)

    def made(self, started: Counts) -> int:
        """Return the words of results."""
        return sum(o.made * s for o, s in zip(self.orbits, started, strict=True))


def forest_of(problem: Problem) -> Forest | None:
    """Return a problem as a forest; None where it is none, or a job takes another time than one step.

    Examples
    --------
    >>> import workdepth as wd
    >>> from workdepth.schedule.frontier.problem import problem_of
    >>> g = wd.Algorithm("multiply-n")
    >>> g.output(g.fold(wd.MULTIPLY, g.input("x", wd.size("n"))))
    >>> forest_of(problem_of(wd.unroll(g, n=8), wd.Conventions(inputs="loaded"))).totals
    (1, 2, 4, 8)
    """
    shape = shape_of(problem)
    return None if shape is None else Forest(orbits_of(problem, shape), problem.separate)


@dataclass(frozen=True)
class Shape:
    """A forest: who reads each job, what it makes, what is there for it."""

    reader: tuple[int, ...]
    value: tuple[Value | None, ...]
    resident: tuple[int, ...]


def shape_of(problem: Problem) -> Shape | None:
    """Return who reads what in a forest of jobs of one step; None where it is no such forest."""
    jobs = len(problem)
    reader, resident = [-1] * jobs, [0] * jobs
    value: list[Value | None] = [None] * jobs
    for v in problem.values:
        readers = list(bits(v.readers))
        alone = v.producer == START or value[v.producer] is None
        if len(readers) > 1 or not alone or (v.producer == START and (v.named or not readers)):
            return None
        if v.producer == START:
            resident[readers[0]] += v.words
        else:
            value[v.producer] = v
            reader[v.producer] = readers[0] if readers else -1
    waits = [0] * jobs
    for job, reads in enumerate(reader):
        if reads >= 0:
            waits[reads] |= 1 << job
    one_step = all(s == 1 for s in problem.steps) and all(problem.busy)
    if not one_step or tuple(waits) != problem.before:
        return None
    return Shape(tuple(reader), tuple(value), tuple(resident))


def orbits_of(problem: Problem, shape: Shape) -> tuple[Orbit, ...]:
    """Return the orbits, from the roots down."""
    kinds = kinds_of(problem, shape)
    children: dict[int, list[int]] = {}
    for job, reads in enumerate(shape.reader):
        children.setdefault(reads, []).append(job)
    found: list[Orbit] = []
    todo: list[tuple[int, list[int]]] = [(-1, [-1])]
    while todo:
        reader, parents = todo.pop()
        for kind in sorted({kinds[c] for c in children.get(parents[0], [])}):
            jobs = [c for p in parents for c in children[p] if kinds[c] == kind]
            found.append(_orbit(problem, shape, jobs, reader, len(jobs) // len(parents)))
            todo.append((len(found) - 1, jobs))
    return tuple(found)


def _orbit(problem: Problem, shape: Shape, jobs: Sequence[int], reader: int, each: int) -> Orbit:
    value = shape.value[jobs[0]]
    named = value is not None and value.named
    return Orbit(
        jobs=tuple(jobs),
        reader=reader,
        each=each,
        words=0 if value is None else value.words,
        made=problem.made[jobs[0]],
        resident=shape.resident[jobs[0]],
        stays=named and problem.kept,
        leaves=named and not problem.kept and reader < 0,
    )


def kinds_of(problem: Problem, shape: Shape) -> list[int]:
    """Return a number for each job, the same for jobs that stand on the same; operands have lower ids."""
    numbers: dict[object, int] = {}
    below: list[list[int]] = [[] for _ in range(len(problem))]
    kinds = []
    for job in range(len(problem)):
        value = shape.value[job]
        own = None if value is None else (value.words, value.named)
        key = (problem.made[job], own, shape.resident[job], tuple(sorted(below[job])))
        kinds.append(numbers.setdefault(key, len(numbers)))
        if shape.reader[job] >= 0:
            below[shape.reader[job]].append(kinds[-1])
    return kinds


@dataclass(frozen=True)
class AnyTree:
    """A fold whose association is free, on leaves that are alike; the combinations are counted last.

    Attributes
    ----------
    leaves : Forest
        What makes the leaves, one tree for each; no orbits where they are there from the start.
    count : int
        How many leaves there are.
    words : int
        Words of a leaf, and of a partial result.
    separate : bool
    kept : bool
    """

    leaves: Forest
    count: int
    words: int
    separate: bool
    kept: bool

    @property
    def totals(self) -> Counts:
        """How many jobs each kind has."""
        return (*self.leaves.totals, self.count - 1)

    def _row(self, done: Counts) -> int:
        """Return how many partial results stand in the row."""
        return (done[0] if self.leaves.orbits else self.count) - done[-1]

    def free(self, done: Counts) -> Counts:
        """Return how many jobs of each kind may start."""
        return (*self.leaves.free(done[:-1]), self._row(done) // 2)

    def live(self, done: Counts) -> int:
        """Return the words that live."""
        finished = done == self.totals
        row = 0 if finished and not self.kept else self.words * self._row(done)
        return row + self.leaves.live(done[:-1])

    def leaving(self, before: Counts, after: Counts) -> int:
        """Return the words of the result where it is streamed."""
        return self.words if not self.kept and after == self.totals else 0

    def made(self, started: Counts) -> int:
        """Return the words of results."""
        return self.leaves.made(started[:-1]) + self.words * started[-1]
