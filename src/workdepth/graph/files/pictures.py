"""DOT and Mermaid, out: a graph for other people's drawing tools, its bodies as boxes.

A case of a branch is a box in the box of the branch; the base case of a recursion stands beside the rest.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from typing import Any

from workdepth.errors import FileError
from workdepth.graph.algorithm import Algorithm
from workdepth.graph.calling import base_of
from workdepth.graph.nodes import (
    CHOSEN,
    COMPOSITES,
    SOURCES,
    Apply,
    Block,
    Branch,
    Call,
    Choice,
    Constant,
    Fold,
    Index,
    Input,
    Literal,
    Map,
    Output,
    Port,
    Repeat,
    Scan,
    Scatter,
)
from workdepth.graph.plain import as_unit_graph
from workdepth.graph.wellformed import check_graph

MOST_NODES = 100_000


@dataclass(frozen=True)
class Box:
    """A node in a picture: its identifier, what is written on it, how it is drawn, and its body's nodes."""

    key: str
    label: str
    shape: str  # source, operation, composite or output
    inner: tuple[Box, ...] = ()


@dataclass(frozen=True)
class Arrow:
    """An edge in a picture; ``waits`` where it carries no value."""

    source: str
    target: str
    label: str
    waits: bool


def write_dot(graph: Any) -> str:
    """Return a graph in Graphviz's DOT language."""
    boxes, arrows = _picture(graph)
    lines = [f"digraph {_dot_text(_name(graph))} {{", "  compound=true;"]
    for box in boxes:
        lines += _dot_box(box, "  ")
    for arrow in arrows:
        style = [f"label={_dot_text(arrow.label)}"] if arrow.label else []
        style += ["style=dashed"] if arrow.waits else []
        drawn = f" [{', '.join(style)}]" if style else ""
        lines.append(f"  {arrow.source} -> {arrow.target}{drawn};")
    return "\n".join([*lines, "}", ""])


def write_mermaid(graph: Any) -> str:
    """Return a graph as a Mermaid flowchart."""
    boxes, arrows = _picture(graph)
    lines = ["flowchart TD"]
    for box in boxes:
        lines += _mermaid_box(box, "  ")
    for arrow in arrows:
        line = "-.->" if arrow.waits else "-->"
        label = f'|"{_mermaid_text(arrow.label)}"|' if arrow.label else ""
        lines.append(f"  {arrow.source} {line}{label} {arrow.target}")
    return "\n".join([*lines, ""])


_DOT = {"source": "box", "operation": "ellipse", "composite": "component", "output": "plaintext"}
_MERMAID = {
    "source": '["{}"]',
    "operation": '("{}")',
    "composite": '[["{}"]]',
    "output": '(["{}"])',
}


def _dot_box(box: Box, indent: str) -> Iterator[str]:
    own = f"{indent}{box.key} [label={_dot_text(box.label)}, shape={_DOT[box.shape]}];"
    if not box.inner:
        yield own
        return
    yield f"{indent}subgraph cluster_{box.key} {{"
    yield f"{own.replace(indent, indent + '  ', 1)}"
    for one in box.inner:
        yield from _dot_box(one, indent + "  ")
    yield f"{indent}}}"


def _mermaid_box(box: Box, indent: str) -> Iterator[str]:
    own = f"{box.key}{_MERMAID[box.shape].format(_mermaid_text(box.label))}"
    if not box.inner:
        yield f"{indent}{own}"
        return
    yield f'{indent}subgraph in_{box.key}[" "]'
    yield f"{indent}  {own}"
    for one in box.inner:
        yield from _mermaid_box(one, indent + "  ")
    yield f"{indent}end"


def _dot_text(text: str) -> str:
    clean = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ")
    return f'"{clean}"'


def _mermaid_text(text: str) -> str:
    """Return text with everything that Mermaid or HTML might read as its own spelled as a code."""
    return "".join(c if c.isalnum() or c in " .,:+-*/()[]=^_" else f"#{ord(c)};" for c in text)


def _name(graph: Any) -> str:
    return str(graph.graph.get("name") or "graph")


def _picture(graph: Any) -> tuple[list[Box], list[Arrow]]:
    if isinstance(graph, Algorithm):
        check_graph(graph)
        arrows: list[Arrow] = []
        fresh = map("n{}".format, count())
        boxes = _boxes(graph, arrows, fresh, {})
        return [*boxes, *_base_box(graph, arrows, fresh)], arrows
    as_unit_graph(graph)
    keys = {node: f"n{k}" for k, node in enumerate(graph)}
    boxes = [Box(keys[v], _dag_label(v, data), _dag_shape(data)) for v, data in graph.nodes(data=True)]
    return boxes, [Arrow(keys[u], keys[v], "", bool(d.get("order"))) for u, v, d in graph.edges(data=True)]


def _boxes(graph: Algorithm, arrows: list[Arrow], fresh: Iterator[str], outside: dict[int, str]) -> list[Box]:
    """Return the boxes of a scope; a port is drawn as an arrow from what it names, outside."""
    keys: dict[Any, str] = {}
    found = []
    for node in graph:
        kind = graph.nodes[node]["kind"]
        if isinstance(kind, Port):
            keys[node] = outside[kind.number]
    for node in graph:
        kind = graph.nodes[node]["kind"]
        if isinstance(kind, Port):
            continue
        key = keys[node] = next(fresh)
        found.append((node, kind, key))
        if len(arrows) > MOST_NODES or int(key[1:]) > MOST_NODES:
            raise FileError(
                f"a picture of more than {MOST_NODES} nodes",
                where=_name(graph),
                next_step="draw a smaller graph",
            )
    return [_box(graph, node, kind, key, keys, arrows, fresh) for node, kind, key in found]


def _box(
    graph: Algorithm,
    node: Any,
    kind: Any,
    key: str,
    keys: dict[Any, str],
    arrows: list[Arrow],
    fresh: Iterator[str],
) -> Box:
    operands: dict[int, str] = {}
    for source, _, data in graph.in_edges(node, data=True):
        index = ", ".join(map(str, data.get("index", ())))
        waits = bool(data.get("order"))
        if not waits:
            operands[data["position"]] = keys[source]
        arrows.append(Arrow(keys[source], key, f"[{index}]" if index else "", waits))
    inner: list[Box] = []
    if isinstance(kind, COMPOSITES):
        inner = _boxes(kind.body, arrows, fresh, operands)
    elif isinstance(kind, Branch):
        inner = [_case_box(kind, k, arrows, fresh, operands) for k in range(len(kind.cases))]
    return Box(key, _label(str(node), kind), _shape(kind), tuple(inner))


def _case_box(
    kind: Branch, number: int, arrows: list[Arrow], fresh: Iterator[str], operands: dict[int, str]
) -> Box:
    key = next(fresh)
    chance = f", probability {kind.probabilities[number]}" if kind.probabilities else ""
    inner = _boxes(kind.cases[number], arrows, fresh, operands)
    return Box(key, f"case {number}{chance}", "composite", tuple(inner))


def _base_box(graph: Algorithm, arrows: list[Arrow], fresh: Iterator[str]) -> Iterator[Box]:
    """Yield the base case of a recursion as a box of its own, with its inputs; none where there is none."""
    base = base_of(graph)
    if base is not None:
        key = next(fresh)
        inner = _boxes(base.body, arrows, fresh, {})
        yield Box(key, f"base case {base.size} <= {base.until}", "composite", tuple(inner))


def _label(node: str, kind: Any) -> str:
    match kind:
        case Input() | Constant():
            shape = ", ".join(map(str, kind.shape))
            return f"{kind.name}[{shape}]" if shape else kind.name
        case Literal():
            return str(kind.value)
        case Index():
            return str(kind.expression)
        case Apply():
            return kind.op.name
        case Map():
            return f"map {', '.join(f'{r.low} <= {r.index} < {r.high}' for r in kind.over)}".strip()
        case Fold():
            r = kind.over
            return f"fold {kind.op.name} ({kind.order}) {r.low} <= {r.index} < {r.high}"
        case Scan():
            r, which = kind.over, "inclusive" if kind.inclusive else "exclusive"
            return f"scan {kind.op.name} ({kind.method}, {which}) {r.low} <= {r.index} < {r.high}"
        case Repeat():
            return f"repeat {kind.index} < {kind.times}"
        case Scatter():
            return f"{node}: {kind.op.name if kind.op else 'write'} ({kind.conflicts})"
        case Choice():
            r, chance = kind.over, ", equally likely" if kind.uniform else ""
            return f"{node}: one case, {r.low} <= {r.index} < {r.high}{chance}"
        case Branch():
            return f"{node}: {len(kind.cases)} cases"
        case Call():
            sizes = ", ".join(f"{text} = {e}" for text, e in kind.sizes)
            callee = kind.algorithm.name or "another" if kind.algorithm is not None else "itself"
            return f"call {callee}{f' at {sizes}' if sizes else ''}{', memoised' if kind.memoised else ''}"
        case Block():
            return f"{kind.name} (declared)"
        case Output():
            return kind.name
    return node


def _shape(kind: Any) -> str:
    if isinstance(kind, SOURCES):
        return "source"
    if isinstance(kind, (*COMPOSITES, *CHOSEN)):
        return "composite"
    return "output" if isinstance(kind, Output) else "operation"


def _dag_label(node: Any, data: dict[str, Any]) -> str:
    work = data.get("work", 1)
    return str(node) if work == 1 or data.get("kind", "op") != "op" else f"{node} (work {work})"


def _dag_shape(data: dict[str, Any]) -> str:
    return "operation" if data.get("kind", "op") == "op" else "source"
