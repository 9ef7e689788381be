"""What each kind of node has in a file: one row a kind, one writer and one reader a field.

A further kind of node is a further row.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from workdepth.errors import FileError
from workdepth.graph.files.fields import Part, spelled
from workdepth.graph.nodes import (
    COSTS,
    Apply,
    Base,
    Block,
    Branch,
    Call,
    Choice,
    Constant,
    Empty,
    Fold,
    Gather,
    Index,
    Input,
    Literal,
    Map,
    Output,
    Port,
    Position,
    Range,
    Repeat,
    Scan,
    Scatter,
    Shape,
)
from workdepth.graph.ops import Op
from workdepth.symbolic import Expr


@dataclass(frozen=True)
class Context:
    """What writing and reading a field may need beside the field: the ops met, and how bodies are done."""

    write_op: Callable[[Op], str]
    read_op: Callable[[Part], Op]
    write_body: Callable[[Any], dict[str, Any]]
    read_body: Callable[[Part], Any]
    write_callee: Callable[[Any], int | None]
    read_callee: Callable[[Part], Any]


@dataclass(frozen=True)
class Codec:
    """How one field is written, and read back."""

    write: Callable[[Any, Context], Any]
    read: Callable[[Part, Context], Any]


def write_expression(e: Expr) -> str:
    """Return an expression as text that is sure to be read back as the same expression."""
    text = str(e)
    if Part(text, "the expression").expression() != e:
        raise FileError(f"the expression {text} cannot be written exactly", next_step="simplify it")
    return text


def write_shape(shape: Position) -> list[str]:
    """Return a shape, position or index as a list of texts."""
    return [write_expression(e) for e in shape]


def read_shape(part: Part) -> Shape:
    """Return a shape, position or index."""
    return tuple(one.expression() for one in part.items())


def _write_range(r: Range) -> dict[str, str]:
    return {"index": r.index, "low": write_expression(r.low), "high": write_expression(r.high)}


def _read_range(part: Part) -> Range:
    found = part.fields(("index", "low", "high"))
    return Range(found["index"].text(), found["low"].expression(), found["high"].expression())


TEXT = Codec(lambda x, _: x, lambda part, _: part.text())
FLAG = Codec(lambda x, _: x, lambda part, _: part.flag())
NATURAL = Codec(lambda x, _: x, lambda part, _: part.natural())
OPTIONAL = Codec(lambda x, _: x, lambda part, _: None if part.value is None else part.natural())
NUMBER = Codec(lambda x, _: spelled(x), lambda part, _: part.number())
EXPRESSION = Codec(lambda x, _: write_expression(x), lambda part, _: part.expression())
SHAPE = Codec(lambda x, _: write_shape(x), lambda part, _: read_shape(part))
RANGE = Codec(lambda x, _: _write_range(x), lambda part, _: _read_range(part))
OP = Codec(lambda x, context: context.write_op(x), lambda part, context: context.read_op(part))
OP_OR_NONE = Codec(
    lambda x, context: None if x is None else context.write_op(x),
    lambda part, context: None if part.value is None else context.read_op(part),
)
BODY = Codec(lambda x, context: context.write_body(x), lambda part, context: context.read_body(part))
CALLEE = Codec(lambda x, context: context.write_callee(x), lambda part, context: context.read_callee(part))
SIZES = Codec(
    lambda x, _: {text: write_expression(e) for text, e in x},
    lambda part, _: tuple((text, one.expression()) for text, one in _object(part).items()),
)
LOOSE = Codec(lambda x, _: sorted(x), lambda part, _: frozenset(_cost(one) for one in part.items()))


def _object(part: Part) -> dict[str, Part]:
    return part.fields((), part.value if isinstance(part.value, dict) else ())


def _cost(part: Part) -> str:
    if part.text() not in COSTS:
        raise part.wrong(f"{part.value!r:.60} is no cost of a block", f"the costs are: {', '.join(COSTS)}")
    return part.text()


def _several(one: Codec) -> Codec:
    return Codec(
        lambda xs, context: [one.write(x, context) for x in xs],
        lambda part, context: tuple(one.read(p, context) for p in part.items()),
    )


KINDS: Mapping[type, Mapping[str, Codec]] = {
    Input: {"name": TEXT, "shape": SHAPE},
    Constant: {"name": TEXT, "shape": SHAPE},
    Literal: {"value": NUMBER},
    Index: {"expression": EXPRESSION},
    Empty: {"shape": SHAPE},
    Port: {"number": NATURAL},
    Apply: {"op": OP},
    Map: {"over": _several(RANGE), "into": OPTIONAL, "at": _several(SHAPE), "body": BODY},
    Fold: {"op": OP, "over": RANGE, "order": TEXT, "body": BODY},
    Scan: {"op": OP, "over": RANGE, "method": TEXT, "inclusive": FLAG, "body": BODY},
    Repeat: {"times": EXPRESSION, "index": TEXT, "carried": NATURAL, "body": BODY},
    Gather: {},
    Scatter: {"op": OP_OR_NONE, "conflicts": TEXT},
    Choice: {"over": RANGE, "uniform": FLAG, "body": BODY},
    Branch: {"cases": _several(BODY), "probabilities": SHAPE},
    Call: {"algorithm": CALLEE, "sizes": SIZES, "memoised": FLAG},
    Block: {"name": TEXT, **dict.fromkeys(COSTS, EXPRESSION), "loose": LOOSE},
    Output: {"name": TEXT},
}
BASE: Mapping[str, Codec] = {"size": TEXT, "until": NATURAL, "body": BODY}
NAMES: Mapping[str, type] = {kind.__name__.lower(): kind for kind in KINDS}


def write_kind(kind: Any, context: Context) -> dict[str, Any]:
    """Return the fields of a node, after the name of its kind."""
    rows = KINDS[type(kind)]
    fields = {name: codec.write(getattr(kind, name), context) for name, codec in rows.items()}
    return {"kind": type(kind).__name__.lower(), **fields}


def read_kind(part: Part, context: Context) -> Any:
    """Return the kind of a node from the object that holds its fields."""
    name = part.fields(("kind",), part.value if isinstance(part.value, dict) else ())["kind"].text()
    if name not in NAMES:
        raise part.wrong(f"unknown kind {name!r}", f"the kinds are: {', '.join(NAMES)}")
    rows = KINDS[NAMES[name]]
    fields = part.fields(("kind", *rows))
    return NAMES[name](**{key: codec.read(fields[key], context) for key, codec in rows.items()})


def write_base(base: Base, context: Context) -> dict[str, Any]:
    """Return the fields of the base case of a recursion."""
    return {key: codec.write(getattr(base, key), context) for key, codec in BASE.items()}


def read_base(part: Part, context: Context) -> Base:
    """Return the base case of a recursion."""
    fields = part.fields(BASE)
    return Base(**{key: codec.read(fields[key], context) for key, codec in BASE.items()})


def usual_shapes(kind: Any) -> tuple[Shape, ...] | None:
    """Return the shapes that follow from the kind alone, which a file leaves out; None where none do."""
    match kind:
        case Input() | Constant() | Empty():
            return (kind.shape,)
        case Literal() | Index():
            return ((),)
        case Apply() | Fold():
            return ((),) * kind.op.results
        case Output():
            return ()
    return None
