"""A plain networkx DAG as a unit graph: every node one operation, every sink an output."""

from __future__ import annotations

import heapq
from typing import Any

import numpy as np
from numpy.typing import NDArray

from workdepth.errors import GraphError
from workdepth.graph.plain_columns import MOST, Edges, Texts, keys_of, read_edges, whole_numbers
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
    names, told = list(dag), [data for _, data in dag.nodes(data=True)]
    known = keys_of(told)
    kind = _kinds(told, known, names, name)
    edges = read_edges(dag, names, name)
    order = _program_order(kind, edges, names, name)
    number = np.empty(len(names), dtype=np.int64)
    number[order] = np.arange(len(names), dtype=np.int64)
    work, words = (_counts(told, known, text, names, name) for text in ("work", "size"))
    work[kind != OP] = 0
    read = np.zeros(len(names), dtype=bool)
    read[edges.source[~edges.waits]] = True
    operand_start, operands = _rows(edges, number, ~edges.waits)
    order_start, waits = _rows(edges, number, edges.waits)
    nodes = names if np.all(order[1:] > order[:-1]) else [names[k] for k in order.tolist()]
    return UnitGraph(
        name=name,
        kind=kind[order],
        work=work[order],
        ops=(),
        op_code=np.full(len(nodes), -1, dtype=np.int32),
        operand_start=operand_start,
        operands=operands,
        order_start=order_start,
        order=waits,
        first_value=np.arange(len(nodes) + 1, dtype=np.int64),
        value_words=words[order],
        wave_start=np.zeros(1, dtype=np.int64),
        waves=np.zeros(0, dtype=np.int64),
        origin=np.arange(len(nodes), dtype=np.int32),
        paths=Texts(nodes),
        inputs=_named(np.flatnonzero(kind[order] != OP), nodes),
        outputs=_named(number[(kind == OP) & ~read], nodes),
    )


def _named(values: Ids, nodes: list[Any]) -> dict[str, Ids]:
    """Return values by the names of their nodes, told apart where two have the same text."""
    named = [nodes[v] for v in values.tolist()]
    found = dict(zip(map(str, named), values[:, None], strict=True))
    return found if len(found) == len(named) else dict(zip(map(repr, named), values[:, None], strict=True))


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


def _kinds(told: list[dict[str, Any]], known: set[str], names: list[Any], where: str) -> NDArray[np.uint8]:
    if "kind" not in known:
        return np.full(len(told), OP, dtype=np.uint8)
    kinds = [data.get("kind", "op") for data in told]
    for kind in kinds if set(map(type, kinds)) != {str} else set(kinds):
        if not isinstance(kind, str) or kind not in KINDS:
            node = next(n for n, k in zip(names, kinds, strict=True) if k is kind)
            raise GraphError(
                f"node {node!r} has the kind {kind!r}",
                where=where,
                next_step=f"use one of: {', '.join(KINDS)}",
            )
    return np.array([KINDS[kind] for kind in kinds], dtype=np.uint8)


def _counts(told: list[dict[str, Any]], known: set[str], attribute: str, names: list[Any], where: str) -> Ids:
    if attribute not in known:
        return np.ones(len(told), dtype=np.int64)
    given = [data.get(attribute, 1) for data in told]
    found = whole_numbers(given)
    if found is not None:
        return found
    return np.array(
        [_count(value, attribute, node, where) for value, node in zip(given, names, strict=True)],
        dtype=np.int64,
    )


def _count(value: Any, attribute: str, node: Any, where: str) -> int:
    if isinstance(value, bool) or not hasattr(value, "__index__") or not 0 <= int(value) < MOST:
        raise GraphError(
            f"node {node!r} has {attribute} {value!r}", where=where, next_step="give an integer of at least 0"
        )
    return int(value)


def _program_order(kind: NDArray[np.uint8], edges: Edges, names: list[Any], where: str) -> Ids:
    """Return sources first, then always the earliest-added node whose predecessors are done."""
    ids = np.arange(len(kind), dtype=np.int64)
    into_source = np.flatnonzero(kind[edges.target] != OP)
    if len(into_source):
        node = names[int(edges.target[into_source].min())]
        raise GraphError(
            f"node {node!r} is an input and has a predecessor", where=where, next_step='make its kind "op"'
        )
    sources, rest = ids[kind != OP], ids[kind == OP]
    if np.all((edges.source < edges.target) | (kind[edges.source] != OP)):
        return np.concatenate([sources, rest])
    done = _by_heap(kind, edges)
    if len(sources) + len(done) < len(names):
        left = np.ones(len(names), dtype=bool)
        left[done] = False
        waiting = [repr(names[v]) for v in np.flatnonzero(left & (kind == OP))[:5].tolist()]
        raise GraphError(
            f"the graph has a cycle among {', '.join(waiting)}",
            where=where,
            next_step="break it: a DAG has none",
        )
    return np.concatenate([sources, done])


def _by_heap(kind: NDArray[np.uint8], edges: Edges) -> Ids:
    """Return the operations in the order in which one thread does them, as far as it gets."""
    inner = kind[edges.source] == OP
    source, target = edges.source[inner], edges.target[inner]
    after = target[np.argsort(source, kind="stable")].tolist()
    first = np.concatenate([[0], np.cumsum(np.bincount(source, minlength=len(kind)))]).tolist()
    waiting = np.bincount(target, minlength=len(kind))
    heap = np.flatnonzero((kind == OP) & (waiting == 0)).tolist()
    left: list[int] = waiting.tolist()
    done = []
    while heap:
        v = heapq.heappop(heap)
        done.append(v)
        for w in after[first[v] : first[v + 1]]:
            left[w] -= 1
            if not left[w]:
                heapq.heappush(heap, w)
    return np.array(done, dtype=np.int64)


def _rows(edges: Edges, number: Ids, which: NDArray[np.bool_]) -> tuple[Ids, Ids]:
    """Return some edges as rows by target, in the order of their positions."""
    source, target = number[edges.source[which]], number[edges.target[which]]
    if edges.position is None:
        in_order = np.argsort(target, kind="stable")
    else:
        in_order = np.lexsort((edges.position[which], target))
    start = np.zeros(len(number) + 1, dtype=np.int64)
    np.cumsum(np.bincount(target, minlength=len(number)), out=start[1:])
    return start, source[in_order]
