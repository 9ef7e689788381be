"""How a branch, a call and the base case of a recursion are built.

Note [Recursion].  An algorithm that calls itself says first where it ends: ``base(n, 1, body)`` is the algorithm
for n <= 1, and tells the shapes of what a call returns.  The rest of the graph is the algorithm above.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction
from math import isfinite
from typing import TYPE_CHECKING, Any

from workdepth.errors import GraphError
from workdepth.graph.nodes import (
    COMPOSITES,
    COSTS,
    Base,
    Block,
    Branch,
    Call,
    Choice,
    Constant,
    Input,
    Output,
    Port,
    Range,
    Shape,
)
from workdepth.graph.value import Value
from workdepth.symbolic import Domain, Expr, Size, as_expr

if TYPE_CHECKING:
    from workdepth.graph.algorithm import Algorithm

_NO_BASE = "say first where it ends: base(n, 1, lambda: ...)"


def declared_inputs(graph: Algorithm) -> tuple[Input | Constant, ...]:
    """Return the inputs and constants of an algorithm, in order."""
    kinds = (d.get("kind") for _, d in graph.nodes(data=True))
    return tuple(kind for kind in kinds if isinstance(kind, Input | Constant))


def output_shapes(graph: Algorithm) -> tuple[Shape, ...]:
    """Return the shapes of what an algorithm yields, in order."""
    found = []
    for node, data in graph.nodes(data=True):
        if isinstance(data.get("kind"), Output):
            source, _, edge = next(iter(graph.in_edges(node, data=True)))
            shape = graph.nodes[source]["shapes"][edge.get("out", 0)]
            found.append(shape[len(edge.get("index", ())) :])
    return tuple(found)


def substituted(shape: Shape, sizes: Mapping[str, Expr]) -> Shape:
    """Return a shape with the sizes of a call in the places of its own."""
    return tuple(extent.substitute(sizes) for extent in shape)


# The base of a recursion


def as_base(graph: Algorithm, body: Algorithm, operands: Sequence[Value], size: str, until: int) -> Base:
    """Return the base case from a body that has captured inputs only: its ports become these inputs."""
    inputs = {v: d["kind"] for v, d in graph.nodes(data=True) if isinstance(d["kind"], Input | Constant)}
    for _, data in body.nodes(data=True):
        if isinstance(data["kind"], Port):
            value = operands[data["kind"].number]
            if value.node not in inputs:
                raise GraphError(
                    f"the base case uses {value.node}",
                    where=str(graph.name or "algorithm"),
                    next_step="let it use inputs, constants and numbers only",
                )
            data["kind"] = inputs[value.node]
    body.graph["name"] = f"{graph.name or 'algorithm'}, {size} <= {until}"
    return Base(size, until, body)


def base_of(graph: Algorithm) -> Base | None:
    """Return the base case of a recursion; None where none is declared."""
    found: Base | None = graph.graph.get("base")
    return found


def base_graph(graph: Algorithm, base: Base) -> Algorithm:
    """Return the base case as an algorithm of its own, with the sizes of the whole as far as it reaches."""
    from workdepth.graph.algorithm import Algorithm

    found: Algorithm = Algorithm(base.body)
    found.graph["sizes"] = tuple(_ended(s, base) for s in graph.sizes)
    found.graph["indices"] = graph.graph["indices"]
    names = list(graph.output_names)
    for _, data in found.nodes(data=True):
        kind = data["kind"]
        if isinstance(kind, Output) and kind.name.isdecimal() and int(kind.name) < len(names):
            data["kind"] = Output(names[int(kind.name)])
    return found


def above_base(graph: Algorithm) -> Domain:
    """Return what is known of the sizes where a recursion has not ended."""
    base = base_of(graph)
    if base is None:
        return graph.domain
    return Domain(tuple(_above(s, base) for s in graph.sizes))


def _above(size: Size, base: Base) -> Size:
    low = max(size.low, base.until + 1)
    if size.name != base.size or (size.high is not None and size.high < low):
        return size
    return Size(size.name, low, size.high, size.power_of)


def called(graph: Algorithm) -> tuple[Algorithm, ...]:
    """Return the other algorithms that a graph, its bodies or its base call, each once."""
    found: dict[int, Algorithm] = {}
    base = base_of(graph)
    waiting = [graph] if base is None else [graph, base.body]
    while waiting:
        for _, data in waiting.pop().nodes(data=True):
            kind = data.get("kind")
            if isinstance(kind, COMPOSITES):
                waiting.append(kind.body)
            elif isinstance(kind, Branch):
                waiting.extend(kind.cases)
            elif isinstance(kind, Call) and kind.algorithm is not None:
                found.setdefault(id(kind.algorithm), kind.algorithm)
    return tuple(found.values())


def _ended(size: Size, base: Base) -> Size:
    if size.name != base.size:
        return size
    high = base.until if size.high is None else min(size.high, base.until)
    return Size(size.name, size.low, high, size.power_of)


# Calls


def call_sizes(
    caller: Algorithm, callee: Algorithm, given: Mapping[str, Expr], where: str
) -> tuple[tuple[str, Expr], ...]:
    """Return a value for each size of what is called; a recursion hands on those that are not given."""
    known = [s.name for s in callee.sizes]
    for text in given:
        if text not in known:
            raise GraphError(
                f"{callee.name or 'the algorithm'} has no size {text!r}",
                where=where,
                next_step=f"its sizes are: {', '.join(known) or 'none'}",
            )
    found = dict(given)
    for text in known:
        if text not in found:
            if callee is not caller:
                raise GraphError(
                    f"the size {text!r} of {callee.name or 'the algorithm'} is not given",
                    where=where,
                    next_step=f"give {text}=..., in the sizes of the caller",
                )
            found[text] = as_expr(text)
    return tuple((text, found[text]) for text in known)


def check_arguments(
    callee: Algorithm, arrays: Sequence[Value], sizes: Mapping[str, Expr], where: str
) -> None:
    """Refuse a call whose operands are not the inputs of what is called."""
    wanted, name = declared_inputs(callee), callee.name or "the algorithm"
    if len(arrays) != len(wanted):
        raise GraphError(
            f"{name} takes {len(wanted)} inputs, not {len(arrays)}",
            where=where,
            next_step=f"give, in this order: {', '.join(k.name for k in wanted) or 'none'}",
        )
    for kind, value in zip(wanted, arrays, strict=True):
        shape = substituted(kind.shape, sizes)
        if value.shape != shape:
            raise GraphError(
                f"{name} takes {kind.name} of shape ({_text(shape)}), not ({_text(value.shape)})",
                where=where,
                next_step="give the part that it takes, by a map, or other sizes",
            )


def _text(shape: Shape) -> str:
    return ", ".join(map(str, shape))


def call(
    caller: Algorithm,
    callee: Algorithm,
    arrays: Sequence[Value],
    memoised: bool,
    given: Mapping[str, Expr],
    where: str,
) -> tuple[Call, tuple[Shape, ...]]:
    """Return the node of a call, and the shapes of what it yields."""
    base = base_of(callee)
    if callee is caller and base is None:
        raise GraphError(
            f"{caller.name or 'the algorithm'} calls itself and has no base case",
            where=where,
            next_step=_NO_BASE,
        )
    if memoised and callee is not caller:
        raise GraphError("only a recursion is memoised", where=where, next_step="leave memoised out")
    sizes = call_sizes(caller, callee, given, where)
    check_arguments(callee, arrays, dict(sizes), where)
    shapes = output_shapes(base.body if callee is caller and base is not None else callee)
    if not shapes:
        raise GraphError(
            f"{callee.name or 'the algorithm'} has no output yet",
            where=where,
            next_step="declare its outputs first",
        )
    found = tuple(substituted(shape, dict(sizes)) for shape in shapes)
    return Call(None if callee is caller else callee, sizes, memoised), found


# Blocks


def block(text: str, given: Sequence[Any], shape: Shape, read: Callable[[Any], Expr]) -> Block:
    """Return a block of declared costs; where its words are left out, they are those of its result."""
    work, span, threads, memory, on_one = given
    words = as_expr(1)
    for extent in shape:
        words = words * extent
    held = words if memory is None else read(memory)
    alone = held if on_one is None else read(on_one)
    costs = (read(work), read(span), read(threads), held, alone)
    for what, e in zip(COSTS, costs, strict=True):
        if e.is_number and (e.number < 0 or e.number.denominator != 1):
            raise GraphError(
                f"the {what} of a block is {e}",
                where=f"block {text!r}",
                next_step="declare a whole number of at least 0, or an expression of sizes",
            )
    return Block(text, *costs)


# Branches


def branch(
    bodies: Sequence[Algorithm], captured: Sequence[Sequence[Value]], probabilities: Any, where: str
) -> tuple[Branch, list[Value], tuple[Shape, ...]]:
    """Return the node of a branch, what its cases have captured, and the shapes of what they yield.

    Port 0 is the condition; what several cases read is one operand.
    """
    bodies, operands = _sharing_operands(bodies, captured)
    shapes = [output_shapes(body) for body in bodies]
    for k, found in enumerate(shapes):
        if found != shapes[0]:
            told, first = (" and ".join(f"({_text(s)})" for s in x) for x in (found, shapes[0]))
            raise GraphError(
                f"case {k} yields {told}, case 0 {first}",
                where=where,
                next_step="let all cases return values of the same shapes",
            )
    return Branch(tuple(bodies), _probabilities(probabilities, len(bodies), where)), operands, shapes[0]


def _sharing_operands(
    bodies: Sequence[Algorithm], captured: Sequence[Sequence[Value]]
) -> tuple[list[Algorithm], list[Value]]:
    """Return bodies whose ports are those of one list of operands, from 1 on: what several read is one."""
    operands: list[Value] = []
    numbers: dict[tuple[str, int], int] = {}
    for body, values in zip(bodies, captured, strict=True):
        for _, data in body.nodes(data=True):
            if isinstance(data["kind"], Port):
                value = values[data["kind"].number]
                key = (value.node, value.out)
                if key not in numbers:
                    operands.append(value)
                    numbers[key] = len(operands)
                data["kind"] = Port(numbers[key])
    return [with_ports_named(body) for body in bodies], operands


def choice(
    body: Algorithm, captured: Sequence[Value], over: Range, uniform: bool, where: str
) -> tuple[Choice, list[Value], tuple[Shape, ...]]:
    """Return the node of a choice among a range, what its body has captured, and the shapes of what it yields."""
    (body,), operands = _sharing_operands([body], [captured])
    shapes = output_shapes(body)
    for shape in shapes:
        if any(over.index in extent.names for extent in shape):
            raise GraphError(
                f"what is chosen has the shape ({_text(shape)}), which {over.index} decides",
                where=where,
                next_step=f"write it into an array of a length that holds for every {over.index}",
            )
    return Choice(body, over, uniform), operands, shapes


def with_ports_named(body: Algorithm) -> Algorithm:
    """Return a body whose ports are named by their numbers, as everywhere."""
    import networkx as nx

    kinds = body.nodes(data="kind")
    names = {v: f"port{kind.number}" for v, kind in kinds if isinstance(kind, Port)}
    found: Algorithm = nx.relabel_nodes(body, names)
    return found


def _probabilities(given: Any, cases: int, where: str) -> tuple[Expr, ...]:
    if given is None:
        return ()
    found = [as_expr(_fraction(p, where)) for p in listed(given, where)]
    if len(found) != cases:
        raise GraphError(
            f"{len(found)} probabilities for {cases} cases", where=where, next_step="give one for each case"
        )
    total = sum(found, as_expr(0))
    if total != 1 or any(p.is_number and not 0 <= p.number <= 1 for p in found):
        raise GraphError(
            f"the probabilities {', '.join(map(str, found))} sum to {total}"
            if total != 1
            else "a probability is not between 0 and 1",
            where=where,
            next_step="let them be at least 0 and sum to 1",
        )
    return tuple(found)


def listed(given: Any, where: str) -> tuple[Any, ...]:
    """Return probabilities as a tuple."""
    if isinstance(given, Iterable) and not isinstance(given, str):
        return tuple(given)
    raise GraphError(
        f"the probabilities are {given!r}", where=where, next_step="give a list, a number for each case"
    )


def _fraction(p: Any, where: str) -> Any:
    if not isinstance(p, float):
        return p
    if not isfinite(p):
        raise GraphError(f"a probability is {p}", where=where, next_step="let it be between 0 and 1")
    return Fraction(p).limit_denominator(10**12)


def in_order(
    then: Callable[[], Any], otherwise: Callable[[], Any]
) -> tuple[Callable[[], Any], Callable[[], Any]]:
    """Return the cases of an if by the number of its condition: 0 is otherwise."""
    return otherwise, then
