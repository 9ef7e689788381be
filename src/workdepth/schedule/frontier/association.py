"""Folds whose association is free: which fold it is, and the tree that a schedule chooses.

Any bracketing of the leaves is allowed, in their order; see the note Any tree in `families`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from workdepth.errors import ModelError
from workdepth.graph.unit import UnitGraph
from workdepth.schedule.frontier.families import AnyTree, Counts, Forest, kinds_of, orbits_of, shape_of
from workdepth.schedule.frontier.problem import Problem, problem_of
from workdepth.schedule.witness import Witness


@dataclass(frozen=True, eq=False)
class FreeFold:
    """A problem that is one fold, with its leaves.

    Attributes
    ----------
    problem : Problem
        With the association that the graph has.
    combining : frozenset of int
        The jobs that combine.
    leaves : tuple of int
        The jobs that make the leaves; where they are there from the start, their source values.
    family : AnyTree
    """

    problem: Problem
    combining: frozenset[int]
    leaves: tuple[int, ...]
    family: AnyTree

    def carried_out(self, schedule: list[Counts]) -> tuple[UnitGraph, Witness]:
        """Return the graph with the tree of a schedule (counts started in each step), and its witness."""
        return _Growing(self).grown(schedule)


def free_fold(problem: Problem) -> FreeFold:
    """Return the fold that a problem is.

    Raises
    ------
    ModelError
        Where it is not one fold of an associative op over leaves that are alike.
    """
    shape = shape_of(problem)
    roots = [] if shape is None else [job for job, reader in enumerate(shape.reader) if reader < 0]
    if shape is None or len(roots) != 1:
        raise _refused(problem, "it is more than one fold, or a value is read twice")
    combining = _combining(problem, shape.reader, roots[0])
    tops = [j for j, r in enumerate(shape.reader) if r in combining and j not in combining]
    present = sorted(_present(problem, combining))
    if bool(tops) == bool(present):
        raise _refused(problem, "some of its leaves are there from the start, and some are not")
    cut = [-2 if j in combining else -1 if j in tops else r for j, r in enumerate(shape.reader)]
    below = replace(shape, reader=tuple(cut))
    kinds = kinds_of(problem, below)
    if len({kinds[j] for j in tops}) > 1:
        raise _refused(problem, "its leaves are not alike")
    forest = Forest(orbits_of(problem, below), problem.separate)
    leaves = tuple(forest.orbits[0].jobs) if tops else tuple(present)
    family = AnyTree(forest, len(leaves), 1, problem.separate, problem.kept)
    return FreeFold(problem, combining, leaves, family)


def _refused(problem: Problem, why: str) -> ModelError:
    return ModelError(
        f"the association of {problem.unit.name} cannot be freed: {why}",
        where="any_tree",
        next_step="give one fold of an associative op over leaves that are alike, or leave any_tree out",
    )


def _combining(problem: Problem, reader: tuple[int, ...], root: int) -> frozenset[int]:
    """Return the jobs of the fold: the root and what it reads, as long as op and origin are its own."""
    unit = problem.unit

    def what(job: int) -> tuple[int, int]:
        node = problem.nodes[job]
        return int(unit.op_code[node]), int(unit.origin[node])

    code = what(root)[0] if root >= problem.loads else -1
    if code < 0 or not unit.ops[code].associative or unit.ops[code].arity != 2:
        raise _refused(problem, "its last operation is no associative one of two operands")
    found = {root}
    for job in range(len(problem) - 1, problem.loads - 1, -1):
        if reader[job] in found and what(job) == what(root):
            found.add(job)
    return frozenset(found)


def _present(problem: Problem, combining: frozenset[int]) -> list[int]:
    """Return the source values that the fold itself reads."""
    unit, found = problem.unit, []
    if problem.loads:
        return found
    for job in combining:
        node = problem.nodes[job]
        read = unit.operands[unit.operand_start[node] : unit.operand_start[node + 1]].tolist()
        found += [value for value in read if value < unit.sources]
    return found


class _Growing:
    """A plain graph that grows with the steps of a schedule, and when its nodes start."""

    def __init__(self, fold: FreeFold) -> None:
        import networkx as nx

        self.fold, self.problem = fold, fold.problem
        self.graph: Any = nx.MultiDiGraph(name=fold.problem.unit.name)
        self.start: list[int] = []
        self.number: dict[tuple[str, int], int] = {}  # a source value or a job, to its node
        self.load_start: dict[int, int] = {}
        self.row: list[int] = []

    def _add(self, kind: str, now: int, reads: list[int]) -> int:
        node = len(self.start)
        self.graph.add_node(node, kind=kind)
        self.start.append(now)
        for position, other in enumerate(reads):
            self.graph.add_edge(other, node, position=position)
        return node

    def grown(self, schedule: list[Counts]) -> tuple[UnitGraph, Witness]:
        """Add the sources, then step by step what starts, so that ids are in the order of starts."""
        from workdepth.graph.plain import as_unit_graph

        unit = self.problem.unit
        for value in range(unit.sources):
            self.number["source", value] = self._add("input", 0, [])
        if not self.problem.loads and not self.fold.family.leaves.orbits:
            self.row = [self.number["source", value] for value in self.fold.leaves]
        done = [0] * len(self.fold.family.totals)
        for now, counts in enumerate(schedule):
            made = self._combined(counts[-1], now)
            tops = self._started(counts, done, now)
            self.row = made + tops
        grown = as_unit_graph(self.graph)
        problem = problem_of(grown, self.problem.conventions)
        starts = [self.load_start[problem.nodes[job]] for job in range(problem.loads)]
        starts += [self.start[problem.nodes[job]] for job in range(problem.loads, len(problem))]
        return problem.unit, problem.witness(starts)

    def _combined(self, pairs: int, now: int) -> list[int]:
        """Combine the first neighbours of the row; return the row then."""
        row = self.row
        new = [self._add("op", now, row[2 * k : 2 * k + 2]) for k in range(pairs)]
        return new + row[2 * pairs :]

    def _started(self, counts: Counts, done: list[int], now: int) -> list[int]:
        """Start jobs below the leaves; return the leaves among them, in order."""
        tops: list[int] = []
        for k, orbit in enumerate(self.fold.family.leaves.orbits):
            for job in orbit.jobs[done[k] : done[k] + counts[k]]:
                node = self._job(job, now)
                if k == 0:
                    tops.append(node)
            done[k] += counts[k]
        return tops

    def _job(self, job: int, now: int) -> int:
        value = self.problem.nodes[job]
        if job < self.problem.loads:
            self.load_start[self.number["source", value]] = now
            self.number["job", job] = self.number["source", value]
        else:
            self.number["job", job] = self._add("op", now, self._read(value))
        return self.number["job", job]

    def _read(self, node: int) -> list[int]:
        unit, job_of = self.problem.unit, {v: j for j, v in enumerate(self.problem.nodes)}
        producer = unit.producers().tolist()
        read = unit.operands[unit.operand_start[node] : unit.operand_start[node + 1]].tolist()
        return [
            self.number["source", v] if v < unit.sources else self.number["job", job_of[producer[v]]]
            for v in read
        ]
