"""JSON text of graphs: an Algorithm in the package's own schema, a plain DAG as networkx's node-link data."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

import networkx as nx

from workdepth.errors import FileError
from workdepth.graph.algorithm import Algorithm
from workdepth.graph.files.dag import read_dag, write_dag
from workdepth.graph.files.document import read_document, write_document
from workdepth.graph.files.fields import Part
from workdepth.graph.ops import Op

LARGEST_BYTES = 100_000_000


def dumps(graph: Algorithm | nx.DiGraph) -> str:
    """Return a graph as JSON text.

    Parameters
    ----------
    graph : Algorithm or plain networkx DAG

    Returns
    -------
    str
        ``loads`` gives the same graph back, nodes in the same order.

    Raises
    ------
    GraphError
        Where the graph is not well formed.
    FileError
        Where something in it has no place in a file: a node that is not named by a text, say.

    Examples
    --------
    >>> import workdepth as wd
    >>> g = wd.Algorithm("square")
    >>> x = g.input("x")
    >>> g.output(x * x)
    >>> same = loads(dumps(g))
    >>> list(same), same.name
    (['x', 'multiply1', 'out:result'], 'square')
    """
    try:
        data = write_document(graph) if isinstance(graph, Algorithm) else write_dag(graph)
        return json.dumps(data, indent=1, ensure_ascii=False, allow_nan=False) + "\n"
    except RecursionError as error:
        raise _too_deep(str(graph.graph.get("name") or "graph")) from error
    except ValueError as error:
        raise FileError(
            f"the graph holds a number that JSON cannot: {error}",
            where=str(graph.graph.get("name") or "graph"),
            next_step="keep attributes finite and integers below 4300 digits",
        ) from error


def loads(text: str, *, ops: Mapping[str, Op] | Iterable[Op] = (), where: str = "text") -> Any:
    """Return the graph that JSON text describes.

    Parameters
    ----------
    text : str
    ops : mapping of str to Op, or iterable of Op
        Ops of one's own that the text names; registered ones need not be given.
    where : str
        What the text is called in messages.

    Returns
    -------
    Algorithm or networkx.MultiDiGraph
        An Algorithm of schema ``workdepth.graph/1``; a MultiDiGraph where the text is networkx's node-link
        data of a plain DAG.

    Raises
    ------
    FileError, SymbolicError, GraphError
        Where the text is no graph; each names the place.
    """
    if len(text) > LARGEST_BYTES:
        raise FileError(
            f"{len(text)} characters are too many",
            where=where,
            next_step=f"stay below {LARGEST_BYTES}: save the graph with its sizes as symbols",
        )
    part = Part(parsed(text, where), where)
    if not isinstance(part.value, dict):
        raise part.wrong("this JSON is no graph", "give an object with schema, nodes and edges")
    try:
        return _read(part, ops)
    except RecursionError as error:
        raise _too_deep(where) from error


def _read(part: Part, ops: Mapping[str, Op] | Iterable[Op]) -> Any:
    if "schema" not in part.value and "nodes" in part.value:
        return read_dag(part)
    if "schema" not in part.value:
        raise part.wrong("the field 'schema' is missing", "give a file of workdepth or networkx")
    return read_document(part, ops)


def _too_deep(where: str) -> FileError:
    return FileError("the graph is nested too deep", where=where, next_step="nest fewer bodies")


def parsed(text: str, where: str) -> Any:
    """Return JSON text as data; a field that stands twice, NaN and numbers beyond all bounds are errors."""
    try:
        return json.loads(text, object_pairs_hook=_once, parse_constant=_no_constant, parse_float=_finite)
    except RecursionError as error:
        raise _too_deep(where) from error
    except ValueError as error:
        raise FileError(
            f"this is not JSON: {error}", where=where, next_step="give a file as it was saved"
        ) from error


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        seen: set[str] = set()
        for name, _ in pairs:
            if name in seen:
                break
            seen.add(name)
        raise ValueError(f"the field {name!r:.60} stands twice in one object")
    return found


def _no_constant(text: str) -> Any:
    raise ValueError(f'{text} is no JSON number; spell it "nan", "inf" or "-inf"')


def _finite(text: str) -> float:
    value = float(text)
    if value in (float("inf"), float("-inf")):
        raise ValueError(f"the number {text:.60} is too large")
    return value
