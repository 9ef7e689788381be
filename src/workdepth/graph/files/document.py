"""An Algorithm as plain data and back: schema ``workdepth.graph/1``.

Names of nodes are texts; expressions are texts, read by a whitelist; a body is a graph within its node.
What is called stands once in the list ``algorithms``, each after those that it calls; a call names it by its
number there, and itself by null.  The base case of a recursion is the field ``base`` of its graph.
What networkx or a person has added to nodes, edges and the graph stands under ``attributes``, where it is
plain: texts, numbers, true, false, null, lists and objects of these.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from workdepth.errors import FileError, GraphError, WorkdepthError
from workdepth.graph.algorithm import Algorithm
from workdepth.graph.files.callees import Read, Written
from workdepth.graph.files.fields import Part, placed
from workdepth.graph.files.kinds import (
    Context,
    read_base,
    read_kind,
    read_shape,
    usual_shapes,
    write_base,
    write_kind,
    write_shape,
)
from workdepth.graph.files.ops import noted, read_ops, write_ops
from workdepth.graph.ops import Op
from workdepth.graph.wellformed import DEEPEST, check_graph
from workdepth.symbolic import Size

FAMILY, VERSION = "workdepth.graph/", 1
SCHEMA = f"{FAMILY}{VERSION}"
_GRAPH = ("name", "sizes", "indices", "count", "base")
_EDGE = ("position", "out", "index", "order")
_SIZE = ("name", "low", "high", "power_of")


def write_document(graph: Algorithm) -> dict[str, Any]:
    """Return an Algorithm as plain data.

    Raises
    ------
    GraphError
        Where the graph is not well formed, or two ops share a name.
    FileError
        Where a node is not named by a text, or an attribute is not plain data.
    """
    check_graph(graph)
    ops: dict[str, Op] = {}
    callees = Written(lambda callee: _write_graph(callee, ops, callees))
    body = _write_graph(graph, ops, callees)
    listed = {"algorithms": callees.written} if callees.written else {}
    return {"schema": SCHEMA, **body, **listed, "ops": write_ops(ops.values())}


def read_document(part: Part, ops: Mapping[str, Op] | Iterable[Op] = ()) -> Algorithm:
    """Return the Algorithm that plain data describes, checked.

    Raises
    ------
    FileError
        Where a field is missing, unknown or of another type, or the schema is another.
    SymbolicError
        Where an expression is not one.
    GraphError
        Where an op is unknown or another, or the graph is not well formed.
    """
    _check_schema(part)
    rest = {key: value for key, value in part.value.items() if key not in ("schema", "ops", "algorithms")}
    if "ops" not in part.value:
        raise part.wrong("the field 'ops' is missing")
    table = read_ops(Part(part.value["ops"], f"{part.where}/ops"), ops)
    callees = Read()
    if "algorithms" in part.value:
        for one in Part(part.value["algorithms"], f"{part.where}/algorithms").items():
            callees.add(_read_graph(one, table, callees, 1))
    graph = _read_graph(Part(rest, part.where), table, callees, 1)
    try:
        check_graph(graph)
    except WorkdepthError as error:
        raise placed(error, part.where) from error
    callees.check_all_called(part.where)
    return graph


def _check_schema(part: Part) -> None:
    schema = part.value.get("schema")
    family, _, version = schema.rpartition("/") if isinstance(schema, str) else ("", "", "")
    if f"{family}/" != FAMILY or not version.isascii() or not version.isdecimal():
        raise part.wrong(f"the schema is {schema!r:.60}", f"this version reads {SCHEMA}")
    if version != str(VERSION):
        newer = len(version) > 3 or int(version) > VERSION
        raise part.wrong(
            f"the schema is {schema!r:.60}, {'newer than' if newer else 'not'} what this version reads",
            f"install a newer workdepth, or save the file as {SCHEMA}",
        )


# Writing


def _write_graph(graph: Algorithm, ops: dict[str, Op], callees: Written, depth: int = 1) -> dict[str, Any]:
    if depth > DEEPEST:
        raise GraphError(
            f"bodies are nested more than {DEEPEST} deep", next_step="a body may not contain itself"
        )
    context = Context(
        lambda op: noted(op, ops),
        _unused,
        lambda body: _write_graph(body, ops, callees, depth + 1),
        _unused,
        callees.number,
        _unused,
    )
    own = graph.graph
    found: dict[str, Any] = {}
    if own.get("name"):
        found["name"] = _text(own["name"], "the graph's name")
    if own.get("sizes"):
        found["sizes"] = [{key: getattr(size, key) for key in _SIZE} for size in own["sizes"]]
    if own.get("indices"):
        found["indices"] = list(own["indices"])
    if own.get("count"):
        found["count"] = own["count"]
    if own.get("base") is not None:
        found["base"] = write_base(own["base"], context)
    found |= _write_attributes(own, _GRAPH, "the graph")
    found["nodes"] = [_write_node(graph, node, context) for node in graph]
    found["edges"] = _write_edges(graph)
    return found


def _unused(_: Any) -> Any:
    raise AssertionError("writing does not read")


def _write_node(graph: Algorithm, node: Any, context: Context) -> dict[str, Any]:
    data = graph.nodes[node]
    kind, shapes = data["kind"], data.get("shapes", ())
    found = {"id": _text(node, "the name of a node"), **write_kind(kind, context)}
    if shapes != usual_shapes(kind):
        found["shapes"] = [write_shape(shape) for shape in shapes]
    return found | _write_attributes(data, ("kind", "shapes"), f"node {node!r}")


def _write_edges(graph: Algorithm) -> list[dict[str, Any]]:
    found, parallel = [], dict[tuple[str, str], int]()
    for source, target, key, data in graph.edges(keys=True, data=True):
        usual = parallel[source, target] = parallel.get((source, target), -1) + 1
        edge: dict[str, Any] = {"from": source, "to": target}
        if key != usual or isinstance(key, bool):
            edge["key"] = _key(key, source, target)
        if data.get("order"):
            edge["order"] = True
        else:
            edge |= {"position": data["position"], "out": data.get("out", 0)}
            if data.get("index"):
                edge["index"] = write_shape(data["index"])
        found.append(edge | _write_attributes(data, _EDGE, f"the edge from {source} to {target}"))
    return found


def _key(key: Any, source: str, target: str) -> Any:
    if isinstance(key, bool) or not isinstance(key, int | str):
        raise FileError(
            f"the key {key!r:.60} of an edge from {source} to {target} is no text or integer",
            next_step="give it such a key",
        )
    return key


def _write_attributes(data: Mapping[Any, Any], known: Iterable[str], what: str) -> dict[str, Any]:
    """Return what else stands at a node, an edge or the graph, as one field, or as none."""
    rest = {key: value for key, value in data.items() if key not in known}
    if not is_plain(rest):
        raise FileError(
            f"the attributes of {what} are not plain data: {', '.join(map(str, rest))}",
            next_step="keep texts, numbers, true, false, none, lists and dicts there",
        )
    return {"attributes": rest} if rest else {}


def is_plain(value: Any, depth: int = 0) -> bool:
    """Tell whether JSON gives a value back as it is."""
    if depth > DEEPEST:
        return False
    if isinstance(value, dict):
        return all(type(k) is str and is_plain(v, depth + 1) for k, v in value.items())
    if isinstance(value, list):
        return all(is_plain(v, depth + 1) for v in value)
    return value is None or type(value) in (str, bool, int, float)


def _text(name: Any, what: str) -> str:
    if not isinstance(name, str):
        raise FileError(f"{what} is {name!r:.60}, not a text", next_step="rename it with relabel_nodes")
    return name


# Reading


def _read_graph(part: Part, ops: Mapping[str, Op], callees: Read, depth: int) -> Algorithm:
    if depth > DEEPEST:
        raise part.wrong(f"bodies are nested more than {DEEPEST} deep")
    fields = part.fields(("nodes", "edges"), (*_GRAPH, "attributes"))
    graph = Algorithm(fields["name"].text() if "name" in fields else "")
    graph.graph["sizes"] = _read_sizes(fields["sizes"]) if "sizes" in fields else ()
    graph.graph["indices"] = tuple(p.text() for p in fields["indices"].items()) if "indices" in fields else ()
    if "count" in fields:
        graph.graph["count"] = fields["count"].natural()
    graph.graph.update(_read_attributes(fields, _GRAPH))
    context = Context(
        _unused,
        lambda p: _read_op(p, ops),
        _unused,
        lambda p: _read_graph(p, ops, callees, depth + 1),
        _unused,
        callees.numbered,
    )
    if "base" in fields:
        if depth > 1:
            raise fields["base"].wrong("a body has no base case of its own")
        graph.graph["base"] = read_base(fields["base"], context)
    for one in fields["nodes"].items():
        _read_node(graph, one, context)
    for one in fields["edges"].items():
        _read_edge(graph, one)
    return graph


def _read_op(part: Part, ops: Mapping[str, Op]) -> Op:
    name = part.text()
    if name not in ops:
        raise part.wrong(f"the op {name!r} is not in the file's list of ops", "add it there with its facts")
    return ops[name]


def _read_sizes(part: Part) -> tuple[Size, ...]:
    found: dict[str, Size] = {}
    for one in part.items():
        fields = one.fields(("name", "low"), ("high", "power_of"))
        name = fields["name"].text()
        if name in found:
            raise one.wrong(f"the size {name!r} is declared twice")
        low, high, power = (_limit(fields.get(key)) for key in _SIZE[1:])
        try:
            found[name] = Size(name, low or 0, high, power)
        except WorkdepthError as error:
            raise placed(error, one.where) from error
    return tuple(found.values())


def _limit(part: Part | None) -> int | None:
    return None if part is None or part.value is None else part.natural()


def _read_node(graph: Algorithm, part: Part, context: Context) -> None:
    fields = part.fields(("id", "kind"), part.value if isinstance(part.value, dict) else ())
    node = fields["id"].text()
    if node in graph:
        raise part.wrong(f"two nodes are called {node!r}", "give each node a name of its own")
    own = {k: v for k, v in part.value.items() if k not in ("id", "shapes", "attributes")}
    kind = read_kind(Part(own, f"{part.where} {node!r:.60}"), context)
    if "shapes" in fields:
        shapes = tuple(read_shape(p) for p in fields["shapes"].items())
    elif (usual := usual_shapes(kind)) is not None:
        shapes = usual
    else:
        raise part.wrong("the field 'shapes' is missing")
    graph.add_node(node, kind=kind, shapes=shapes)
    graph.nodes[node].update(_read_attributes(fields, ("kind", "shapes")))


def _read_edge(graph: Algorithm, part: Part) -> None:
    fields = part.fields(("from", "to"), ("key", *_EDGE, "attributes"))
    source, target = fields["from"].text(), fields["to"].text()
    for node in (source, target):
        if node not in graph:
            raise part.wrong(f"an edge names the node {node!r:.60}, which there is not")
    key = fields["key"].value if "key" in fields else graph.new_edge_key(source, target)
    if isinstance(key, bool) or not isinstance(key, int | str):
        raise part.wrong("the key of an edge is no text or integer")
    if graph.has_edge(source, target, key):
        raise part.wrong(f"two edges from {source!r} to {target!r} have the key {key!r:.60}")
    data = _read_order(fields, part) if "order" in fields else _read_value_edge(fields, part)
    graph.add_edge(source, target, key, **data)
    graph.edges[source, target, key].update(_read_attributes(fields, _EDGE))


def _read_order(fields: Mapping[str, Part], part: Part) -> dict[str, Any]:
    if not fields["order"].flag() or {"position", "out", "index"} & set(fields):
        raise part.wrong("an order edge carries nothing", 'write "order": true and nothing else')
    return {"order": True}


def _read_value_edge(fields: Mapping[str, Part], part: Part) -> dict[str, Any]:
    if "position" not in fields:
        raise part.wrong("the field 'position' is missing")
    return {
        "position": fields["position"].natural(),
        "out": fields["out"].natural() if "out" in fields else 0,
        "index": read_shape(fields["index"]) if "index" in fields else (),
    }


def _read_attributes(fields: Mapping[str, Part], known: Iterable[str]) -> dict[str, Any]:
    if "attributes" not in fields:
        return {}
    part = fields["attributes"]
    found = part.fields((), part.value if isinstance(part.value, dict) else ())
    hidden = set(found) & set(known)
    if hidden:
        raise part.wrong(f"an attribute is called {min(hidden)!r}, which is a field", "rename it")
    return dict(part.value)
