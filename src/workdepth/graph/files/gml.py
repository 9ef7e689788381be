"""GML, in and out (Himsolt, "GML: a portable graph file format", University of Passau, 1997)."""

from __future__ import annotations

from typing import Any

import networkx as nx

from workdepth.errors import FileError
from workdepth.graph.files.marks import flattened, restored


def write_gml(graph: Any) -> str:
    """Return a graph as GML; nodes are named by texts there.

    Raises
    ------
    FileError
        Where an attribute has a name that GML cannot hold.
    """
    try:
        return "\n".join(nx.generate_gml(flattened(graph))) + "\n"
    except nx.NetworkXError as error:
        raise FileError(f"GML cannot hold the graph: {error}", next_step="save it as .json") from error


def read_gml(text: str, where: str, ops: Any) -> Any:
    """Return the graph that GML describes.

    Raises
    ------
    FileError
        Where it is not GML, or its graph is not directed.
    """
    try:
        found = nx.parse_gml(text)
    except RecursionError as error:
        raise FileError("the GML is nested too deep", where=where, next_step="nest less") from error
    except (nx.NetworkXError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise FileError(
            f"this is not GML: {error}", where=where, next_step="give a file as networkx writes it"
        ) from error
    if not found.is_directed():
        raise FileError("the graph is not directed", where=where, next_step="write 'directed 1' in it")
    return restored(nx.MultiDiGraph(found), where, ops)
