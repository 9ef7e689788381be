"""What may be wrong with a node: one function a rule, each returns the complaint or None."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from workdepth.graph.algorithm import Algorithm
from workdepth.graph.nodes import (
    COMPOSITES,
    COSTS,
    KINDS,
    MOVES,
    PHASES,
    SOURCES,
    Apply,
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
    Range,
    Repeat,
    Scan,
    Scatter,
    Shape,
    ranges_of,
)
from workdepth.graph.op_rules import wrong_scan, wrong_scatter
from workdepth.graph.ops import Op
from workdepth.graph.place import Place, ranges_within
from workdepth.symbolic import Expr


def unknown_kind(place: Place, node: str) -> str | None:
    """Check that every node carries a kind of the closed set."""
    kind = place.kind(node)
    if kind is None:
        return f"node {node!r} has no kind"
    if not isinstance(kind, KINDS):
        return f"node {node!r} is of the unknown kind {type(kind).__name__}"
    return None


def misplaced(place: Place, node: str) -> str | None:
    """Check that inputs stand at the top, ports in bodies."""
    kind = place.kind(node)
    if isinstance(kind, Input | Constant) and place.owner is not None:
        return f"{node} is declared inside a body"
    if isinstance(kind, Port) and place.owner is None:
        return f"{node} is a port, but no node owns the whole graph"
    return None


def unknown_op(place: Place, node: str) -> str | None:
    """Check that what an op costs is known from the op alone."""
    kind = place.kind(node)
    if isinstance(kind, Apply | Fold | Scan) and not isinstance(kind.op, Op):
        return f"unknown op {kind.op!r}"
    if isinstance(kind, Scatter) and not isinstance(kind.op, Op | None):
        return f"unknown op {kind.op!r}"
    return None


def bad_field(place: Place, node: str) -> str | None:
    """Check that fields hold what their kind says."""
    kind = place.kind(node)
    match kind:
        case Literal() if isinstance(kind.value, bool) or not isinstance(kind.value, int | float):
            return f"the literal {kind.value!r} is no number"
        case Port() if not _natural(kind.number):
            return f"the port number is {kind.number!r}"
        case Fold() if kind.order not in ("tree", "left"):
            return f"the order of a fold is {kind.order!r}, not tree or left"
        case Map() if kind.into is not None and not _natural(kind.into):
            return f"a map writes into operand {kind.into!r}"
        case Map() if kind.into is None and kind.at:
            return "a map has positions to write at, but nothing to write into"
        case Scatter() if wrong_scatter(kind.op, kind.conflicts) is not None:
            return (wrong_scatter(kind.op, kind.conflicts) or ("",))[0]
        case Repeat() if not _natural(kind.carried) or kind.carried == 0:
            return f"a repeat carries {kind.carried!r} values"
        case Choice() if not isinstance(kind.over, Range) or not isinstance(kind.uniform, bool):
            return f"a choice over {kind.over!r}, uniform {kind.uniform!r}"
        case Input() | Constant() | Output() if not isinstance(kind.name, str):
            return f"the name {kind.name!r} is not a text"
    if isinstance(kind, COMPOSITES) and not isinstance(kind.body, Algorithm):
        return f"the body is {type(kind.body).__name__}, not an Algorithm"
    return None


def _natural(x: Any) -> bool:
    return isinstance(x, int) and not isinstance(x, bool) and x >= 0


def expressions_of(place: Place, node: str) -> Iterator[tuple[Any, frozenset[str]]]:
    """Yield each expression that stands at a node, with the own indices of the node that it may use."""
    kind = place.kind(node)
    match kind:
        case Input() | Constant() | Empty():
            yield from ((e, frozenset()) for e in kind.shape)
        case Index():
            yield kind.expression, frozenset()
        case Call():
            yield from ((e, frozenset()) for _, e in kind.sizes)
        case Block():
            yield from ((getattr(kind, text), frozenset()) for text in COSTS)
        case Branch():
            yield from ((p, frozenset()) for p in kind.probabilities)
        case Map() | Fold() | Scan() | Repeat() | Choice():
            for r, before in ranges_within(kind):
                yield r.low, before
                yield r.high, before
    op = getattr(kind, "op", None)
    if isinstance(op, Op) and op.priced:
        yield op.work, frozenset()
    if isinstance(kind, Map):
        own = frozenset(r.index for r in kind.over)
        yield from ((e, own) for position in kind.at for e in position)
    for _, edge in place.reads(node):
        yield from ((e, frozenset()) for e in edge.get("index", ()))


def not_an_expression(place: Place, node: str) -> str | None:
    """Check that bounds, extents, positions and indices are expressions, never texts or plain numbers."""
    for e, _ in expressions_of(place, node):
        if not isinstance(e, Expr):
            return f"{e!r} is a plain {type(e).__name__} where an expression is expected"
    return None


def wrong_shapes(place: Place, node: str) -> str | None:
    """Check that every result has a shape, which fits its kind."""
    kind, shapes = place.kind(node), place.shapes(node)
    if not isinstance(shapes, tuple) or not all(isinstance(s, tuple) for s in shapes):
        return f"the shapes of {node} are {shapes!r}"
    for e in (e for s in shapes for e in s):
        if not isinstance(e, Expr):
            return f"the extent {e!r} of {node} is a plain {type(e).__name__} where an expression is expected"
    wanted = _results(kind)
    if wanted is not None and len(shapes) != wanted:
        return f"{node} has {wanted} results and {len(shapes)} shapes"
    if isinstance(kind, Input | Constant | Empty) and shapes != (kind.shape,):
        return f"the shape of {node} is ({_text(kind.shape)}) and ({_text(shapes[0])})"
    if isinstance(kind, Scan) and any(s != (kind.over.extent,) for s in shapes):
        return f"{node} yields prefixes over {kind.over.index}, not ({_text(next(iter(shapes), ()))})"
    if isinstance(kind, Apply | Fold | Literal | Index) and any(shapes):
        return f"{node} yields words, but has the shape ({_text(next(s for s in shapes if s))})"
    return None


def _results(kind: Any) -> int | None:
    match kind:
        case Output():
            return 0
        case Apply() | Fold() | Scan():
            return kind.op.results
        case Repeat():
            return kind.carried
        case Map():
            return 1 if kind.into is not None else None
        case Branch() | Choice() | Call() | Block():
            return None
    return 1


def _text(shape: Shape) -> str:
    return ", ".join(map(str, shape))


def index_taken(place: Place, node: str) -> str | None:
    """Check that an index hides neither a size nor an index around it."""
    kind = place.kind(node)
    if not isinstance(kind, COMPOSITES):
        return None
    seen: set[str] = set()
    for r in ranges_of(kind):
        if not isinstance(r.index, str) or not r.index.isidentifier():
            return f"the index {r.index!r} of {node} is not a name"
        if r.index in seen or r.index in place.names:
            what = "a size" if any(s.name == r.index for s in place.root.sizes) else "an index around it"
            return f"the index {r.index!r} of {node} is {what} already"
        seen.add(r.index)
    return None


def undeclared_name(place: Place, node: str) -> str | None:
    """Check that expressions name sizes, and indices inside their loops."""
    found = list(expressions_of(place, node))
    found += [(e, _own_indices(place, node)) for s in place.shapes(node) for e in s]
    for e, own in found:
        for name in sorted(e.names - place.names - own):
            known = place.known(place.names | own)
            if name in place.root.graph["indices"]:
                return f"{e} uses the index {name!r} outside its loop; known here: {known}"
            return f"{e} names {name!r}, which is neither a size nor a loop index; known here: {known}"
    return None


def _own_indices(place: Place, node: str) -> frozenset[str]:
    kind = place.kind(node)
    return frozenset(r.index for r in ranges_of(kind)) if isinstance(kind, COMPOSITES) else frozenset()


def shape_of_own_index(place: Place, node: str) -> str | None:
    """Check that an array has the same extents in every copy."""
    own = _own_indices(place, node)
    for e in (e for s in place.shapes(node) for e in s):
        if e.names & own:
            return f"the extent {e} of {node} depends on its own index {min(e.names & own)!r}"
    return None


def order_into_source(place: Place, node: str) -> str | None:
    """Check that only what takes steps, or holds what does, can wait."""
    if not isinstance(place.kind(node), (*SOURCES, Output)):
        return None
    for before in place.waits(node):
        return f"{node} cannot wait for {before}: it takes no step"
    return None


def wrong_positions(place: Place, node: str) -> str | None:
    """Check that operands stand at 0, 1, ..., as many as the kind takes."""
    kind, reads = place.kind(node), place.reads(node)
    positions = [edge.get("position") for _, edge in reads]
    wrong = next((p for p in positions if not _natural(p)), None)
    if wrong is not None or None in positions:
        return f"an operand of {node} has the position {wrong!r}"
    for p, count in Counter(positions).items():
        if count > 1:
            return f"{node} has {count} operands at position {p}"
    gap = next((k for k, p in enumerate(positions) if p != k), None)
    if gap is not None:
        return f"{node} has no operand at position {gap}"
    wanted = _arity(kind)
    if wanted is not None and len(reads) != wanted:
        return f"{node} takes {wanted} operands, not {len(reads)}"
    if isinstance(kind, Repeat) and len(reads) < kind.carried:
        return f"{node} carries {kind.carried} values and has {len(reads)} operands"
    if isinstance(kind, Branch | Choice) and not reads:
        return f"{node} has no condition"
    if isinstance(kind, Map) and kind.into is not None and kind.into >= len(reads):
        return f"{node} writes into operand {kind.into}, but has {len(reads)}"
    return None


def _arity(kind: Any) -> int | None:
    match kind:
        case Apply():
            return kind.op.arity
        case Output():
            return 1
        case Gather():
            return 2
        case Scatter():
            return 3
        case Map() | Fold() | Scan() | Repeat() | Branch() | Choice() | Call() | Block():
            return None
    return 0


def wrong_out(place: Place, node: str) -> str | None:
    """Check that an edge carries a result that there is."""
    for source, edge in place.reads(node):
        out, results = edge.get("out", 0), len(place.shapes(source))
        if not _natural(out) or out >= results:
            return f"{node} reads result {out!r} of {source}, which has {results}"
    return None


def too_many_indices(place: Place, node: str) -> str | None:
    """Check that a read has at most one index for each dimension."""
    for source, edge in place.reads(node):
        rank, index = len(place.shapes(source)[edge.get("out", 0)]), edge.get("index", ())
        if len(index) > rank:
            return f"{node} reads {source}[{_text(index)}]: {len(index)} indices for {rank} dimensions"
    return None


def array_operand(place: Place, node: str) -> str | None:
    """Check that an op takes words."""
    if not isinstance(place.kind(node), Apply):
        return None
    for source, edge in place.reads(node):
        if place.read_shape(source, edge):
            shape = _text(place.read_shape(source, edge))
            return f"{node} takes words, but {source} gives an array of shape ({shape})"
    return None


def wrong_move(place: Place, node: str) -> str | None:
    """Check that a gather or scatter has an array to move in, and shapes that follow from its operands."""
    kind = place.kind(node)
    if not isinstance(kind, MOVES):
        return None
    shapes = [place.read_shape(source, edge) for source, edge in place.reads(node)]
    base, index = shapes[:2]
    if not base:
        return f"{node} moves words of an array, but {place.reads(node)[0][0]} is one word"
    words = (*index, *base[1:])
    if isinstance(kind, Scatter) and shapes[2] != words:
        return f"{node} scatters values of shape ({_text(shapes[2])}) where ({_text(words)}) belongs"
    wanted = words if isinstance(kind, Gather) else base
    if place.shapes(node) != (wanted,):
        return f"{node} yields an array of shape ({_text(wanted)}), not ({_text(place.shapes(node)[0])})"
    return None


def unordered_tree(place: Place, node: str) -> str | None:
    """Check that what reorders has an associative op; an op of k results folds 2k operands."""
    kind = place.kind(node)
    if not isinstance(kind, Fold | Scan):
        return None
    what = "fold" if isinstance(kind, Fold) else "scan"
    if kind.op.arity != 2 * kind.op.results:
        return (
            f"op {kind.op.name!r} takes {kind.op.arity} operands;"
            f" to {what} {kind.op.results} results it needs twice as many"
        )
    if isinstance(kind, Scan):
        wrong = wrong_scan(kind.op, kind.method, kind.inclusive)
        return wrong[0] if wrong is not None else None
    if kind.order == "tree" and not kind.op.associative:
        return f"op {kind.op.name!r} is not associative, so a tree would change the result"
    return None


def unbound_port(place: Place, node: str) -> str | None:
    """Check that a port names one operand of the node that owns the body, and has its shape."""
    kind = place.kind(node)
    if not isinstance(kind, Port) or place.outer is None or place.owner is None:
        return None
    reads = place.outer.reads(place.owner)
    if kind.number >= len(reads):
        return f"{node} names operand {kind.number} of {place.owner}, which has {len(reads)}"
    same = place.ports[kind.number]
    if len(same) > 1:
        return f"{' and '.join(same)} name the same operand {kind.number} of {place.owner}"
    actual = place.outer.read_shape(*reads[kind.number])
    if place.shapes(node)[0] != actual:
        return (
            f"{node} has the shape ({_text(place.shapes(node)[0])}), operand {kind.number} of {place.owner}"
            f" has ({_text(actual)})"
        )
    return None


def wrong_body_outputs(place: Place, node: str) -> str | None:
    """Check that a body has as many outputs, numbered from 0, as its owner takes."""
    kind = place.kind(node)
    if not isinstance(kind, COMPOSITES):
        return None
    names = place.inside(node).output_names()
    if sorted(names) != sorted(map(str, range(len(names)))):
        return f"the outputs of the body of {node} are {', '.join(names)}"
    match kind:
        case Map() if kind.into is not None:
            wanted, what = len(kind.at), "positions to write at"
        case Map() | Choice():
            wanted, what = len(place.shapes(node)), "results"
        case Fold() | Scan():
            wanted, what = kind.op.results, "results"
        case _:
            wanted, what = kind.carried, "values that are carried"
    if len(names) != wanted:
        return f"the body of {node} has {len(names)} outputs for {wanted} {what}"
    return None


def wrong_body_shapes(place: Place, node: str) -> str | None:
    """Check that what a body yields has the extents that its owner says."""
    kind = place.kind(node)
    if not isinstance(kind, COMPOSITES) or not _readable(place.inside(node)):
        return None
    shapes = place.inside(node).output_shapes()
    match kind:
        case Fold() | Scan():
            wrong = next((s for s in shapes if s), None)
            if wrong is not None:
                does = "folds" if isinstance(kind, Fold) else "scans"
                return f"{node} {does} words, but its body yields an array of shape ({_text(wrong)})"
        case Repeat():
            return _changed_state(place, node, shapes)
        case Choice() if tuple(shapes) != place.shapes(node):
            return f"{node} does not yield what its body does"
        case Map() if kind.into is None:
            extents = tuple(r.extent for r in kind.over)
            for shape, whole in zip(shapes, place.shapes(node), strict=False):
                if (*extents, *shape) != whole:
                    return (
                        f"{node} makes an array of shape ({_text((*extents, *shape))}), not ({_text(whole)})"
                    )
        case Map():
            return _misfit(place, node, kind, shapes)
    return None


def _readable(inner: Place) -> bool:
    """Whether the outputs of a body can be looked up at all; if not, another rule says so, one level down."""
    for node in inner.graph:
        if isinstance(inner.kind(node), Output):
            if not inner.reads(node):
                return False
            for source, edge in inner.reads(node):
                out = edge.get("out", 0)
                if not isinstance(inner.shapes(source), tuple) or not 0 <= out < len(inner.shapes(source)):
                    return False
    return True


def _changed_state(place: Place, node: str, shapes: list[Shape]) -> str | None:
    reads = place.reads(node)
    for k, (shape, whole) in enumerate(zip(shapes, place.shapes(node), strict=False)):
        first = place.read_shape(*reads[k])
        for found in (shape, whole):
            if found != first:
                return (
                    f"state {k} of {node} has the shape ({_text(first)}) at first"
                    f" and ({_text(found)}) after a round"
                )
    return None


def _misfit(place: Place, node: str, kind: Map, shapes: list[Shape]) -> str | None:
    assert kind.into is not None
    base = place.read_shape(*place.reads(node)[kind.into])
    if place.shapes(node) != (base,):
        return f"{node} renews an array of shape ({_text(base)}), not ({_text(place.shapes(node)[0])})"
    for position, shape in zip(kind.at, shapes, strict=False):
        if not position or len(position) > len(base):
            return f"{node} writes at ({_text(position)}) into an array of {len(base)} dimensions"
        if base[len(position) :] != shape:
            return (
                f"{node} writes an array of shape ({_text(shape)}) where one of shape"
                f" ({_text(base[len(position) :])}) belongs"
            )
    return None


def reaches_no_output(place: Place, node: str) -> str | None:
    """Check that what nobody reads is dead code, or an input too many."""
    kind = place.kind(node)
    if not isinstance(kind, (Input, Constant, Apply, *PHASES)):
        return None
    if node in place.read:
        return None
    return f"nothing reads {node}, so it reaches no output"
