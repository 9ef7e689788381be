"""Which endings are read and written, and by what."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from workdepth.graph.files.gml import read_gml, write_gml
from workdepth.graph.files.graphml import read_graphml, write_graphml
from workdepth.graph.files.pictures import write_dot, write_mermaid
from workdepth.graph.files.stg import read_stg
from workdepth.graph.files.text import dumps, loads
from workdepth.graph.ops import Op

Ops = Mapping[str, Op] | Iterable[Op]


def _json(text: str, where: str, ops: Ops) -> Any:
    return loads(text, ops=ops, where=where)


WRITERS: Mapping[str, Callable[[Any], str]] = {
    ".json": dumps,
    ".graphml": write_graphml,
    ".gml": write_gml,
    ".dot": write_dot,
    ".gv": write_dot,
    ".mmd": write_mermaid,
}
READERS: Mapping[str, Callable[[str, str, Ops], Any]] = {
    ".json": _json,
    ".graphml": read_graphml,
    ".gml": read_gml,
    ".stg": read_stg,
}
