"""A unit graph straight from arrays of edges: what a graph of ten million nodes is best given as."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from workdepth.errors import GraphError
from workdepth.graph.unit import OP, UnitGraph
from workdepth.schedule.sweeps.dependences import Dependences
from workdepth.schedule.sweeps.engine import compiles, kernel
from workdepth.schedule.sweeps.list_schedule import list_schedule
from workdepth.schedule.sweeps.room import check_room

Ids = NDArray[np.int64]
BYTES_A_NODE, BYTES_AN_EDGE = 90, 32
MOST = 1 << 40


def from_edges(
    source: Any, target: Any, *, nodes: int | None = None, work: Any = 1, size: Any = 1, name: str = "edges"
) -> UnitGraph:
    """Return the unit graph of a DAG given as arrays: node ``target[k]`` reads what ``source[k]`` yields.

    Every node is an operation; its outputs are all its sinks.  Program order takes the lowest node whose
    operands are done, as for a plain networkx DAG with its nodes added in the order of their numbers.

    Parameters
    ----------
    source, target : arrays of int
        Nodes are numbered from 0.  Operands stand in the order of the edges.
    nodes : int, optional
        How many there are; without it, one more than the highest number.
    work, size : int or array of int
        Steps of each node and words of its value, at least 0.
    name : str

    Returns
    -------
    UnitGraph
        Its ids are the node numbers where every edge leads to a higher number; else they are in program order,
        and ``paths[origin[id]]`` is the number of each.

    Raises
    ------
    GraphError
        When the arrays do not fit together, or the graph has a cycle.
    SizeError
        When it would not fit in memory.

    Examples
    --------
    >>> unit = from_edges([0, 1, 1], [1, 2, 3])
    >>> from workdepth.schedule.profile import profile
    >>> found = profile(unit)
    >>> found.time, found.threads, found.memory
    (3, 2, 2)
    """
    source, target = _whole(source, "source", name), _whole(target, "target", name)
    if len(source) != len(target):
        raise GraphError(
            f"{len(source)} sources and {len(target)} targets",
            where=name,
            next_step="give one of each an edge",
        )
    highest = max(int(source.max(initial=-1)), int(target.max(initial=-1)))
    count = highest + 1 if nodes is None else _whole_number(nodes, name)
    if min(int(source.min(initial=0)), int(target.min(initial=0))) < 0 or highest >= count or count < 1:
        raise GraphError(
            f"edges between nodes up to {highest} in a graph of {count}",
            where=name,
            next_step="number the nodes from 0, and give at least one",
        )
    check_room(f"a graph of {count} nodes", count * BYTES_A_NODE + len(source) * BYTES_AN_EDGE)
    columns = [_column(work, count, "work", name), _column(size, count, "size", name)]
    if np.all(source < target):
        return _unit(source, target, *columns, name, None)
    order = _program_order(source, target, count, name)
    number = np.empty(count, dtype=np.int64)
    number[order] = np.arange(count, dtype=np.int64)
    return _unit(number[source], number[target], *(c[order] for c in columns), name, order)


def _whole_number(nodes: Any, name: str) -> int:
    if isinstance(nodes, bool) or not hasattr(nodes, "__index__"):
        raise GraphError(f"the number of nodes is {nodes!r}", where=name, next_step="give an integer")
    return int(nodes)


def _whole(given: Any, what: str, name: str) -> Ids:
    found = np.asarray(given)
    if found.ndim != 1 or (found.dtype.kind not in "iu" and len(found)):
        raise GraphError(
            f"{what} is no row of integers: {found.dtype}, {found.ndim} axes",
            where=name,
            next_step="give a list or an array of node numbers",
        )
    return np.ascontiguousarray(found, dtype=np.int64)


def _column(given: Any, count: int, what: str, name: str) -> Ids:
    found = np.asarray(given)
    if (
        found.dtype.kind not in "iu"
        or found.shape not in ((), (count,))
        or np.any((found < 0) | (found >= MOST))
    ):
        raise GraphError(
            f"{what} is {found.dtype} of shape {found.shape} for {count} nodes, or out of range",
            where=name,
            next_step="give one integer of at least 0 and below 2**40, or one for each node",
        )
    return np.ascontiguousarray(np.broadcast_to(found, (count,)), dtype=np.int64)


def _rows(source: Ids, target: Ids, count: int) -> tuple[Ids, Ids]:
    start = np.zeros(count + 1, dtype=np.int64)
    if compiles(count + len(source)):
        row = np.empty(len(source), dtype=np.int64)
        kernel("rows", True)(target, source, start, row)
        return start, row
    np.cumsum(np.bincount(target, minlength=count), out=start[1:])
    return start, source[np.argsort(target, kind="stable")]


def _program_order(source: Ids, target: Ids, count: int, name: str) -> Ids:
    """Return always the lowest node whose predecessors are done: what one thread would do."""
    ones = np.ones(count, dtype=np.int64)
    begin = list_schedule(Dependences(ones, *_rows(source, target, count)), 1)
    if len(source) and np.any(begin[source] >= begin[target]):
        stuck = target[begin[source] >= begin[target]]
        raise GraphError(
            f"the graph has a cycle through node {int(stuck[0])} or before it",
            where=name,
            next_step="break it: a DAG has none",
        )
    return np.argsort(begin, kind="stable")


def _unit(source: Ids, target: Ids, work: Ids, size: Ids, name: str, order: Ids | None) -> UnitGraph:
    count = len(work)
    start, operands = _rows(source, target, count)
    zeros, none = np.zeros(count + 1, dtype=np.int64), np.zeros(0, dtype=np.int64)
    read = np.zeros(count, dtype=bool)
    read[operands] = True
    ids = np.arange(count + 1, dtype=np.int64)
    return UnitGraph(
        name=name,
        kind=np.full(count, OP, dtype=np.uint8),
        work=work,
        ops=(),
        op_code=np.full(count, -1, dtype=np.int32),
        operand_start=start,
        operands=operands,
        order_start=zeros,
        order=none,
        first_value=ids,
        value_words=size,
        wave_start=np.zeros(1, dtype=np.int64),
        waves=none,
        origin=np.zeros(count, dtype=np.int32) if order is None else ids[:-1].astype(np.int32),
        paths=("node",) if order is None else tuple(map(str, order.tolist())),
        outputs={"sinks": np.flatnonzero(~read)},
    )
