"""Memoised recursion at given sizes: every distinct call once, side by side; see Note [Choosing]."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from workdepth.errors import GraphError
from workdepth.graph.calling import base_of, declared_inputs, output_shapes, substituted
from workdepth.graph.choosing import Choosing, at_base, call_values
from workdepth.graph.nodes import Call, Constant, Enclosed, Input, Shape
from workdepth.graph.scope import Operand, Scope, Step, read_scope
from workdepth.symbolic import as_expr

if TYPE_CHECKING:
    from workdepth.graph.algorithm import Algorithm

Key = tuple[tuple[str, int], ...]
MOST_DISTINCT = 20_000


def read_memoised(algorithm: Algorithm, here: Choosing) -> Scope:
    """Read an algorithm whose calls to itself are memoised: the distinct calls first, then the rest of it.

    Raises
    ------
    GraphError
        When calls take other operands than the inputs, or only some of them are memoised.
    """
    calls = _calls(algorithm)
    inputs = [v for v, d in algorithm.nodes(data=True) if isinstance(d["kind"], Input | Constant)]
    distinct = _distinct(algorithm, calls, dict(here.sizes))
    ports = {k.name: number for number, k in enumerate(declared_inputs(algorithm))}
    kept = {node: str(len(inputs) + j) for j, node in enumerate(calls)}
    main = read_scope(algorithm, "", replace(here, kept=kept))
    found = {name: step for name, step in main.steps.items() if name in inputs}
    for key in distinct:
        step = _once(algorithm, key, calls, inputs, ports, kept, here)
        found[step.name] = step
    results = {node: _name(_key(algorithm, kind, dict(here.sizes))) for node, kind in calls.items()}
    for name, step in main.steps.items():
        if name not in calls and name not in found:
            found[name] = replace(step, operands=tuple(_moved(o, results) for o in step.operands))
    outputs = tuple((text, _moved(o, results)) for text, o in main.outputs)
    tables = tuple((_name(key), Operand(_name(key), 0, ())) for key in distinct)
    return Scope("", found, outputs + tables, main.ordered)


def _calls(algorithm: Algorithm) -> dict[str, Call]:
    found = {}
    for node, data in algorithm.nodes(data=True):
        if not isinstance(data["kind"], Call) or data["kind"].algorithm is not None:
            continue
        if not data["kind"].memoised:
            raise GraphError(
                f"{node} is not memoised, other calls are",
                where=str(algorithm.name or "algorithm"),
                next_step="memoise all calls of the algorithm to itself, or none",
            )
        reads = sorted(algorithm.in_edges(node, data=True), key=lambda e: e[2].get("position", -1))
        values = [u for u, _, d in reads if not d.get("order") and not d.get("index")]
        wanted = [v for v, d in algorithm.nodes(data=True) if isinstance(d["kind"], Input | Constant)]
        if values != wanted:
            raise GraphError(
                f"{node} is memoised, but does not take the inputs as they are",
                where=str(algorithm.name or "algorithm"),
                next_step="give it the inputs themselves: distinct calls are told by their sizes alone",
            )
        found[str(node)] = data["kind"]
    return found


def _key(algorithm: Algorithm, kind: Call, sizes: Mapping[str, int]) -> Key:
    return tuple(call_values(str(algorithm.name), kind, algorithm, sizes, algorithm).items())


def _distinct(algorithm: Algorithm, calls: Mapping[str, Call], sizes: dict[str, int]) -> list[Key]:
    """Return every distinct call below the sizes, each after those that it makes."""
    done: dict[Key, None] = {}
    stack: list[tuple[Key, bool]] = [
        (_key(algorithm, kind, sizes), False) for kind in reversed(list(calls.values()))
    ]
    while stack:
        key, ready = stack.pop()
        if key in done:
            continue
        below = [] if at_base(algorithm, dict(key)) is not algorithm else list(calls.values())
        if ready or not below:
            done[key] = None
        else:
            stack.append((key, True))
            stack += [(_key(algorithm, kind, dict(key)), False) for kind in reversed(below)]
        if len(done) + len(stack) > MOST_DISTINCT:
            raise GraphError(
                f"more than {MOST_DISTINCT} distinct calls",
                where=str(algorithm.name or "algorithm"),
                next_step="unroll it at smaller sizes; the formulas need no unrolling",
            )
    return list(done)


def _name(key: Key) -> str:
    return "call(" + ", ".join(f"{text}={value}" for text, value in key) + ")"


def _once(
    algorithm: Algorithm,
    key: Key,
    calls: Mapping[str, Call],
    inputs: list[str],
    ports: Mapping[str, int],
    kept: Mapping[str, str],
    here: Choosing,
) -> Step:
    graph, name = at_base(algorithm, dict(key)), _name(key)
    operands = [Operand(v, 0, ()) for v in inputs]
    if graph is algorithm:
        operands += [Operand(_name(_key(algorithm, kind, dict(key))), 0, ()) for kind in calls.values()]
    inside = replace(here, sizes=dict(key), kept=kept if graph is algorithm else {}, depth=1)
    body = read_scope(graph, name, inside, ports)
    sizes = tuple((text, as_expr(value)) for text, value in key)
    shapes = _shapes(algorithm, dict(key))
    return Step(name, name, Enclosed(graph, (), sizes=sizes), shapes, tuple(operands), (), body)


def _shapes(algorithm: Algorithm, sizes: dict[str, int]) -> tuple[Shape, ...]:
    """Return the shapes of a call's results at these sizes."""
    base = base_of(algorithm)
    assert base is not None
    return tuple(substituted(s, {k: as_expr(v) for k, v in sizes.items()}) for s in output_shapes(base.body))


def _moved(operand: Operand, results: Mapping[str, str]) -> Operand:
    return replace(operand, node=results[operand.node]) if operand.node in results else operand
