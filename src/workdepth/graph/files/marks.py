"""Graphs between JSON and the formats that know only flat nodes with simple attributes: GraphML and GML.

A plain DAG keeps its attributes.  A node of an Algorithm carries its fields as JSON text, so that other tools
see its name and kind and hand the rest through; so the way back is exact.
"""

from __future__ import annotations

import json
from typing import Any

import networkx as nx

from workdepth.errors import FileError
from workdepth.graph.algorithm import Algorithm
from workdepth.graph.files.dag import checked, write_dag
from workdepth.graph.files.document import read_document, write_document
from workdepth.graph.files.fields import Part
from workdepth.graph.files.text import parsed

MARK = "workdepth"  # the attribute that holds JSON text


def flattened(graph: Any) -> nx.MultiDiGraph:
    """Return a graph whose attributes are texts and numbers only."""
    if not isinstance(graph, Algorithm):
        return _flat_dag(graph)
    data = write_document(graph)
    flat = nx.MultiDiGraph(name=data.get("name", ""))
    flat.graph[MARK] = json.dumps({k: v for k, v in data.items() if k not in ("nodes", "edges", "name")})
    for node in data["nodes"]:
        flat.add_node(node["id"], kind=node["kind"], **{MARK: json.dumps(node)})
    for number, edge in enumerate(data["edges"]):
        flat.add_edge(edge["from"], edge["to"], number, **{MARK: json.dumps(edge)})
    return flat


def _flat_dag(dag: nx.DiGraph) -> nx.MultiDiGraph:
    """Return a plain DAG, if all its attributes are simple."""
    write_dag(dag)
    flat = nx.MultiDiGraph()
    flat.graph.update(dag.graph)
    flat.add_nodes_from(dag.nodes(data=True))
    flat.add_edges_from(dag.edges(data=True))
    rows = [flat.graph, *(d for _, d in flat.nodes(data=True)), *(d for _, _, d in flat.edges(data=True))]
    for row in rows:
        for key, value in row.items():
            if not isinstance(value, str | int | float):
                raise FileError(
                    f"the attribute {key!r} is a {type(value).__name__}",
                    next_step="this format holds texts and numbers only: save the graph as .json",
                )
    return flat


def restored(flat: nx.MultiDiGraph, where: str, ops: Any) -> Any:
    """Return the Algorithm or the plain DAG that a flat graph stands for, checked."""
    if MARK not in flat.graph:
        return checked(flat, where)
    head = _object(flat.graph[MARK], where)
    nodes = [_object(data.get(MARK), f"{where}: node {node}") for node, data in flat.nodes(data=True)]
    edges = [
        _object(data.get(MARK), f"{where}: edge from {u} to {v}") for u, v, data in flat.edges(data=True)
    ]
    name = {"name": flat.graph["name"]} if flat.graph.get("name") else {}
    whole = {**head, **name, "nodes": nodes, "edges": edges}
    return read_document(Part(whole, where), ops)


def _object(text: Any, where: str) -> dict[str, Any]:
    value = parsed(text, where) if isinstance(text, str) else None
    if not isinstance(value, dict):
        raise FileError(
            f"the attribute {MARK!r} holds no JSON object", where=where, next_step="save the graph again"
        )
    return value
