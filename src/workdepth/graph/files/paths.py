"""Files of graphs: the ending of the path chooses the format."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import networkx as nx

from workdepth.errors import FileError
from workdepth.graph.algorithm import Algorithm
from workdepth.graph.files.formats import READERS, WRITERS
from workdepth.graph.files.text import LARGEST_BYTES
from workdepth.graph.ops import Op


def save(graph: Algorithm | nx.DiGraph, path: str | os.PathLike[str]) -> None:
    """Write a graph to a file; the ending chooses the format.

    Parameters
    ----------
    graph : Algorithm or plain networkx DAG
    path : str or path
        ``.json``, ``.graphml``, ``.gml``; ``.dot``, ``.gv``, ``.mmd`` to draw only.

    Raises
    ------
    GraphError
        Where the graph is not well formed.
    FileError
        Where the ending is unknown, or the file cannot be written.
    """
    place = Path(path)
    text = _chosen(WRITERS, place, "written")(graph)
    try:
        place.write_bytes(text.encode())
    except UnicodeEncodeError as error:
        raise FileError(
            f"a name or attribute holds half a character: {error.reason}",
            where=str(place),
            next_step="rename it",
        ) from error
    except OSError as error:
        raise FileError(
            f"cannot write {place}: {error.strerror}", next_step="choose a folder that can be written to"
        ) from error


def load(path: str | os.PathLike[str], *, ops: Mapping[str, Op] | Iterable[Op] = ()) -> Any:
    """Read a graph from a file; nothing in it is run.

    Parameters
    ----------
    path : str or path
        ``.json``, ``.graphml``, ``.gml`` or ``.stg``.
    ops : mapping of str to Op, or iterable of Op
        Ops of one's own that the file names; registered ones need not be given.

    Returns
    -------
    Algorithm or networkx.MultiDiGraph
        A MultiDiGraph where the file holds a plain DAG.

    Raises
    ------
    FileError, SymbolicError, GraphError
        Where the file is no graph; each names file and place.
    """
    place = Path(path)
    reader = _chosen(READERS, place, "read")
    return reader(_text(place), str(place), ops)


def _chosen(table: Mapping[str, Any], place: Path, done: str) -> Any:
    ending = place.suffix.lower()
    if ending not in table:
        raise FileError(
            f"files ending in {ending or 'nothing'!r} are not {done}",
            where=str(place),
            next_step=f"use one of: {', '.join(table)}",
        )
    return table[ending]


def _text(place: Path) -> str:
    try:
        if not place.is_file():
            what = "a folder or device" if place.exists() else "no such file"
            raise FileError(f"cannot read {place}: {what}", next_step="give the path of a graph file")
        size = place.stat().st_size
        if size > LARGEST_BYTES:
            raise FileError(
                f"a file of {size} bytes is too large",
                where=str(place),
                next_step=f"stay below {LARGEST_BYTES}: save the graph with its sizes as symbols",
            )
        return place.read_text(encoding="utf-8-sig")
    except (OSError, ValueError) as error:
        raise FileError(
            f"cannot read {place}: {error}", next_step="give the path of a graph file in UTF-8"
        ) from error
