"""What each node waits for, as compressed rows: what a schedule on p threads needs to know of a unit graph."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from workdepth.graph.unit import UnitGraph, runs
from workdepth.schedule.sweeps.engine import compiles, kernel

Ids = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Dependences:
    """A DAG with ids in topological order.

    Attributes
    ----------
    work : int64
        Steps of each node.
    start, before : int64
        Node ``v`` waits for ``before[start[v]:start[v + 1]]``; one that is read twice stands there twice.
    """

    work: Ids
    start: Ids
    before: Ids

    def __len__(self) -> int:
        return len(self.work)

    @property
    def entries(self) -> int:
        """How many nodes and edges there are."""
        return len(self.work) + len(self.before)

    @cached_property
    def followers(self) -> tuple[Ids, Ids]:
        """Who waits for each node, as rows of the same form."""
        first, after = np.zeros(len(self) + 1, dtype=np.int64), np.empty(len(self.before), dtype=np.int64)
        if compiles(self.entries):
            kernel("followers", True)(self.start, self.before, first, after)
            return first, after
        waiting = np.repeat(np.arange(len(self), dtype=np.int64), np.diff(self.start))
        np.cumsum(np.bincount(self.before, minlength=len(self)), out=first[1:])
        return first, waiting[np.argsort(self.before, kind="stable")]


def dependences(unit: UnitGraph) -> Dependences:
    """Return what each node of a unit graph waits for: what makes its operands, and its order edges.

    Examples
    --------
    >>> import networkx as nx
    >>> from workdepth.graph.plain import as_unit_graph
    >>> found = dependences(as_unit_graph(nx.DiGraph([("a", "c"), ("b", "c")])))
    >>> found.start.tolist(), found.before.tolist()
    ([0, 0, 0, 2], [0, 1])
    """
    one_each = len(unit.value_words) == len(unit) and bool(np.all(np.diff(unit.first_value) == 1))
    before = unit.operands if one_each else unit.producers()[unit.operands]
    if not len(unit.order):
        return Dependences(unit.work, unit.operand_start, before)
    start = unit.operand_start + unit.order_start
    merged = np.empty(len(before) + len(unit.order), dtype=np.int64)
    reads, waits = np.diff(unit.operand_start), np.diff(unit.order_start)
    merged[runs(start[:-1], reads)] = before
    merged[runs(start[:-1] + reads, waits)] = unit.order
    return Dependences(unit.work, start, merged)


def earliest_finish(dag: Dependences, engine: str = "auto") -> Ids:
    """Return when each node finishes if each starts as early as it may.

    Examples
    --------
    >>> chain = Dependences(np.array([1, 2, 3]), np.array([0, 0, 1, 2]), np.array([0, 1]))
    >>> earliest_finish(chain).tolist()
    [1, 3, 6]
    """
    none, rows = np.zeros(0, dtype=np.int64), np.zeros(len(dag) + 1, dtype=np.int64)
    compiled = compiles(dag.entries, engine)
    columns = (dag.start, dag.before, rows, none, none, True, dag.work)
    return _run("earliest", compiled, (0, *columns), len(dag))


def generations(dag: Dependences, engine: str = "auto") -> Ids:
    """Return the level of each node: how many others stand before it on its longest path, whatever their work.

    Examples
    --------
    >>> generations(Dependences(np.array([1, 2, 3]), np.array([0, 0, 1, 2]), np.array([0, 1]))).tolist()
    [0, 1, 2]
    """
    if compiles(dag.entries, engine):
        level = np.empty(len(dag), dtype=np.int64)
        kernel("generations", True)(dag.start, dag.before, level)
        return level
    found = [0] * len(dag)
    kernel("generations", False)(dag.start.tolist(), dag.before.tolist(), found)
    return np.array(found, dtype=np.int64)


def latest_finish(dag: Dependences, end: int, engine: str = "auto") -> Ids:
    """Return when each node finishes if each finishes as late as it may, all by ``end``.

    Examples
    --------
    >>> fork = Dependences(np.array([1, 2, 3]), np.array([0, 0, 1, 2]), np.array([0, 0]))
    >>> latest_finish(fork, 4).tolist()
    [1, 4, 4]
    """
    compiled = compiles(dag.entries, engine)
    finish = np.zeros(len(dag), dtype=np.int64)
    first, after = dag.followers
    if compiled:
        kernel("latest", True)(first, after, dag.work, end, finish)
        return finish
    found = finish.tolist()
    kernel("latest", False)(first.tolist(), after.tolist(), dag.work.tolist(), end, found)
    return np.array(found, dtype=np.int64)


def _run(name: str, compiled: bool, columns: tuple[int | Ids, ...], count: int) -> Ids:
    """Run a kernel on arrays, or, as it stands, on lists: these are faster for Python."""
    if compiled:
        finish, death = np.zeros(count, dtype=np.int64), np.zeros(count, dtype=np.int64)
        kernel(name, True)(*columns, finish, finish, death)
        return finish
    found = [0] * count
    lists = [c if isinstance(c, int) else c.tolist() for c in columns]
    kernel(name, False)(*lists, found, found, [0] * count)
    return np.array(found, dtype=np.int64)
