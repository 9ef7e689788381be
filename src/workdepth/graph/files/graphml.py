"""GraphML, in and out (Brandes et al., "GraphML progress report", Graph Drawing 2001)."""

from __future__ import annotations

import warnings
from typing import Any
from xml.etree.ElementTree import ParseError, fromstring

import networkx as nx

from workdepth.errors import FileError
from workdepth.graph.files.marks import flattened, restored


def write_graphml(graph: Any) -> str:
    """Return a graph as GraphML.

    Raises
    ------
    FileError
        Where a name or attribute holds a character that XML has no place for.
    """
    text = "\n".join(nx.generate_graphml(flattened(graph))) + "\n"
    try:
        fromstring(text)
    except ParseError as error:
        raise FileError(
            f"GraphML cannot hold a control character: {error}", next_step="rename it, or save as .json"
        ) from error
    return text


def read_graphml(text: str, where: str, ops: Any) -> Any:
    """Return the graph that GraphML describes.

    Raises
    ------
    FileError
        Where it is not GraphML, or declares entities: they may expand without end, and no graph needs them.
    """
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise FileError(
            "the file declares a document type or entities", where=where, next_step="remove the <!...> lines"
        )
    try:
        with warnings.catch_warnings():
            # networkx warns of an attribute whose type is undeclared, and guesses on.
            warnings.simplefilter("error", UserWarning)
            found = nx.parse_graphml(text, force_multigraph=True)
    except (
        UserWarning,
        nx.NetworkXError,
        ParseError,
        ValueError,
        KeyError,
        TypeError,
        AttributeError,
    ) as error:
        raise FileError(
            f"this is not GraphML: {error}", where=where, next_step="give a file as networkx writes it"
        ) from error
    if not found.is_directed():
        raise FileError("the graph is not directed", where=where, next_step='set edgedefault="directed"')
    found.graph.pop("node_default", None)
    found.graph.pop("edge_default", None)
    return restored(found, where, ops)
