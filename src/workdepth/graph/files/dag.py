"""Plain networkx DAGs as node-link data, as networkx itself writes and reads it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import networkx as nx

from workdepth.errors import FileError, WorkdepthError
from workdepth.graph.files.document import is_plain
from workdepth.graph.files.fields import Part, placed, shown
from workdepth.graph.plain import as_unit_graph


def write_dag(dag: nx.DiGraph) -> dict[str, Any]:
    """Return a plain DAG as node-link data.

    Raises
    ------
    GraphError
        Where it is no DAG, or an attribute is not understood.
    FileError
        Where a node is not named by a text or an integer, or an attribute is not plain data.
    """
    as_unit_graph(dag)
    nodes = [{**data, "id": node} for node, data in dag.nodes(data=True)]
    edges = [
        {**data, "source": u, "target": v, **({"key": key} if key is not None else {})}
        for u, v, key, data in _edges(dag)
    ]
    found = {
        "directed": True,
        "multigraph": dag.is_multigraph(),
        "graph": dict(dag.graph),
        "nodes": nodes,
        "edges": edges,
    }
    odd = next((node for node in dag if isinstance(node, bool) or not isinstance(node, int | str)), None)
    if odd is not None:
        raise FileError(
            f"the node {odd!r:.60} is named by neither a text nor an integer",
            next_step="rename it with networkx.relabel_nodes",
        )
    if not is_plain(found):
        raise FileError(
            "an attribute of the DAG is not plain data",
            next_step="keep texts, numbers, true, false, none, lists and dicts there",
        )
    return found


def _edges(dag: nx.DiGraph) -> list[tuple[Any, Any, Any, Mapping[str, Any]]]:
    if dag.is_multigraph():
        return list(dag.edges(keys=True, data=True))
    return [(u, v, None, data) for u, v, data in dag.edges(data=True)]


def read_dag(part: Part) -> nx.MultiDiGraph:
    """Return the plain DAG of node-link data, checked.

    Raises
    ------
    FileError
        Where it is no node-link data.
    GraphError
        Where it is no DAG, or an attribute is not understood.
    """
    value = part.value
    link = "links" if "links" in value else "edges"
    fields = part.fields(("nodes", link), ("directed", "multigraph", "graph"))
    if "directed" in fields and not fields["directed"].flag():
        raise part.wrong("the graph is not directed", "give a DiGraph or MultiDiGraph")
    dag = nx.MultiDiGraph()
    if "graph" in fields:
        dag.graph.update(_data(fields["graph"], ()))
    for one in fields["nodes"].items():
        node = _name(one, "id")
        if node in dag:
            raise one.wrong(f"two nodes are called {node!r:.60}")
        dag.add_node(node)
        dag.nodes[node].update(_data(one, ("id",)))
    for one in fields[link].items():
        _read_edge(dag, one)
    return checked(dag, part.where)


def checked(dag: nx.MultiDiGraph, where: str) -> nx.MultiDiGraph:
    """Return a DAG if it can be read as a unit graph; raise with the file's name if not."""
    try:
        as_unit_graph(dag)
    except WorkdepthError as error:
        raise placed(error, where) from error
    return dag


def _read_edge(dag: nx.MultiDiGraph, part: Part) -> None:
    source, target = _name(part, "source"), _name(part, "target")
    for node in (source, target):
        if node not in dag:
            raise part.wrong(f"an edge names the node {node!r:.60}, which there is not")
    key = _name(part, "key") if "key" in part.value else dag.new_edge_key(source, target)
    if dag.has_edge(source, target, key):
        raise part.wrong(f"two edges from {source!r:.60} to {target!r:.60} have the key {key!r:.60}")
    dag.add_edge(source, target, key)
    dag.edges[source, target, key].update(_data(part, ("source", "target", "key")))


def _name(part: Part, field: str) -> int | str:
    if not isinstance(part.value, dict) or field not in part.value:
        raise part.wrong(f"the field {field!r} is missing")
    name: Any = part.value[field]
    if isinstance(name, int | str) and not isinstance(name, bool):
        return name
    raise part.wrong(f"{shown(name)} stands where a text or an integer belongs")


def _data(part: Part, known: tuple[str, ...]) -> dict[str, Any]:
    if not isinstance(part.value, dict):
        raise part.wrong(f"{shown(part.value)} stands where an object with named fields belongs")
    return {key: value for key, value in part.value.items() if key not in known}
