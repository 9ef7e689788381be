"""A plain networkx DAG as a unit graph: every node one operation, every sink an output."""

from __future__ import annotations

import heapq
from typing import Any

import numpy as np
from numpy.typing import NDArray

from workdepth.errors import GraphError
from workdepth.graph.unit import CONSTANT, INPUT, OP, UnitGraph
from workdepth.graph.waves import widest_waves

Ids = NDArray[np.int64]
KINDS = {"input": INPUT, "constant": CONSTANT, "op": OP}


def as_unit_graph(dag: Any, /, *, phases: str = "barrier", **sizes: int) -> UnitGraph:
    """Read a plain networkx DAG as a unit graph.

    Node attributes ``work`` (default 1; 0 for inputs and constants), ``size`` (words of its value, default 1)
    and ``kind`` ("op", "input", "constant"; default "op"), edge attribute ``order`` (default False): all
    optional.  Its outputs are all its sinks: the operations whose value nobody reads.  Its program order
    takes the earliest-added node whose predecessors are done.

    Parameters
    ----------
    dag : networkx.DiGraph or networkx.MultiDiGraph
    phases : str
        Without meaning here: a plain DAG has no composite nodes.
    **sizes : int
        None: a plain DAG has no sizes.

    Returns
    -------
    UnitGraph

    Raises
    ------
    GraphError
        When it is no directed graph, has a cycle, no node, or an attribute that is not understood.

    Examples
    --------
    >>> import networkx as nx
    >>> unit = as_unit_graph(nx.DiGraph([("a", "c"), ("b", "c")]))
    >>> unit.operations, unit.outputs["c"].tolist()
    (3, [2])
    """
    return widest_waves(read_plain(dag, phases=phases, **sizes))


def read_plain(dag: Any, /, *, phases: str = "barrier", **sizes: int) -> UnitGraph:
    """Do the same without grouping the nodes in waves: for what goes over single nodes.

    Raises
    ------
    GraphError
        As :func:`as_unit_graph` does.
    """
    name = _check(dag, sizes)
    nodes = _order(dag, name)
    number = {node: k for k, node in enumerate(nodes)}
    data = [dag.nodes[node] for node in nodes]
    kind = np.array([KINDS[_kind(d, n, name)] for n, d in zip(nodes, data, strict=True)], dtype=np.uint8)
    work = np.array(
        [_count(d, "work", int(k == OP), n, name) for n, d, k in zip(nodes, data, kind, strict=True)]
    )
    work[kind != OP] = 0
    words = np.array([_count(d, "size", 1, n, name) for n, d in zip(nodes, data, strict=True)])
    reads, waits = _edges(dag, number)
    operand_start, operands = _rows(reads)
    order_start, order = _rows(waits)
    read = set(operands.tolist())
    sinks = [v for v in map(number.__getitem__, dag) if v not in read and kind[v] == OP]
    return UnitGraph(
        name=name,
        kind=kind,
        work=work.astype(np.int64),
        ops=(),
        op_code=np.full(len(nodes), -1, dtype=np.int32),
        operand_start=operand_start,
        operands=operands,
        order_start=order_start,
        order=order,
        first_value=np.arange(len(nodes) + 1, dtype=np.int64),
        value_words=words.astype(np.int64),
        wave_start=np.zeros(1, dtype=np.int64),
        waves=np.zeros(0, dtype=np.int64),
        origin=np.arange(len(nodes), dtype=np.int32),
        paths=tuple(map(str, nodes)),
        inputs={str(nodes[v]): np.array([v]) for v in np.flatnonzero(kind != OP).tolist()},
        outputs={str(nodes[v]): np.array([v]) for v in sinks},
    )


def _check(dag: Any, sizes: dict[str, int]) -> str:
    if not getattr(dag, "is_directed", lambda: False)():
        raise GraphError(
            f"{type(dag).__name__} is not a directed networkx graph",
            next_step="give an Algorithm or a DiGraph",
        )
    name = str(dag.graph.get("name") or "plain DAG")
    if sizes:
        raise GraphError(
            f"a plain DAG has no sizes, but {', '.join(sizes)} is given", where=name, next_step="leave it out"
        )
    if not len(dag):
        raise GraphError("the graph has no nodes", where=name, next_step="add a node")
    return name


def _kind(data: dict[str, Any], node: Any, where: str) -> str:
    kind = data.get("kind", "op")
    if not isinstance(kind, str) or kind not in KINDS:
        raise GraphError(
            f"node {node!r} has the kind {kind!r}", where=where, next_step=f"use one of: {', '.join(KINDS)}"
        )
    return kind


def _count(data: dict[str, Any], attribute: str, default: int, node: Any, where: str) -> int:
    value = data.get(attribute, default)
    if isinstance(value, bool) or not hasattr(value, "__index__") or not 0 <= int(value) < 1 << 40:
        raise GraphError(
            f"node {node!r} has {attribute} {value!r}", where=where, next_step="give an integer of at least 0"
        )
    return int(value)


def _order(dag: Any, name: str) -> list[Any]:
    """Return sources first, then always the earliest-added node whose predecessors are done."""
    names = list(dag)
    rank = {node: k for k, node in enumerate(names)}
    waiting = {node: dag.in_degree(node) for node in names}
    sources = [n for n in names if dag.nodes[n].get("kind", "op") in ("input", "constant")]
    for node in sources:
        if waiting[node]:
            raise GraphError(
                f"node {node!r} is an input and has a predecessor", where=name, next_step='make its kind "op"'
            )
    done: list[Any] = []
    is_source = set(sources)
    heap = [rank[n] for n in names if not waiting[n] and n not in is_source]

    def finish(node: Any) -> None:
        done.append(node)
        for follower in dag.adj[node]:
            waiting[follower] -= dag.number_of_edges(node, follower)
            if not waiting[follower]:
                heapq.heappush(heap, rank[follower])

    for node in sources:
        finish(node)
    while heap:
        finish(names[heapq.heappop(heap)])
    if len(done) < len(names):
        left = [repr(n) for n in names if waiting[n] > 0]
        raise GraphError(
            f"the graph has a cycle among {', '.join(left[:5])}",
            where=name,
            next_step="break it: a DAG has none",
        )
    return done


def _edges(dag: Any, number: dict[Any, int]) -> tuple[list[list[int]], list[list[int]]]:
    """Return what each node reads, by position, and what it only waits for."""
    reads: list[list[tuple[float, int]]] = [[] for _ in number]
    waits: list[list[int]] = [[] for _ in number]
    for source, target, data in dag.edges(data=True):
        if data.get("order"):
            waits[number[target]].append(number[source])
        else:
            position = data.get("position", len(reads[number[target]]))
            reads[number[target]].append((position, number[source]))
    return [[v for _, v in sorted(pairs, key=lambda p: p[0])] for pairs in reads], waits


def _rows(lists: list[list[int]]) -> tuple[Ids, Ids]:
    start = np.cumsum([0, *map(len, lists)], dtype=np.int64)
    return start, np.array([v for row in lists for v in row], dtype=np.int64)
