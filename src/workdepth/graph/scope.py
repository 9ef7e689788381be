"""A body read once: its nodes in program order, with their operands as plain tuples.

networkx edges are slow to read; a body that is copied a million times is read from them only here.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Protocol

from workdepth.errors import GraphError
from workdepth.graph.nodes import (
    CHOSEN,
    COMPOSITES,
    SOURCES,
    Constant,
    Input,
    Node,
    Output,
    Port,
    Position,
    Shape,
)
from workdepth.graph.siblings import Arranged, arranged

if TYPE_CHECKING:
    from workdepth.graph.algorithm import Algorithm


@dataclass(frozen=True)
class Operand:
    """A read: result ``out`` of ``node`` at ``index`` (fewer expressions than dimensions name a row)."""

    node: str
    out: int
    index: Position


@dataclass(frozen=True)
class Step:
    """A node of a body, with what it reads and what it waits for."""

    name: str
    path: str
    kind: Node
    shapes: tuple[Shape, ...]
    operands: tuple[Operand, ...]
    order: tuple[str, ...]
    body: Scope | None


@dataclass(frozen=True)
class Scope:
    """A body: sources first, then the rest in program order; ``outputs`` by name."""

    path: str
    steps: dict[str, Step]
    outputs: tuple[tuple[str, Operand], ...]
    ordered: frozenset[str]  # nodes that some other node waits for without reading them

    def walk(self) -> Iterator[Step]:
        """Yield the steps of this body and of all bodies within, those of a body that is shared once."""
        seen: set[int] = set()
        waiting = [iter(self.steps.values())]
        while waiting:
            step = next(waiting[-1], None)
            if step is None:
                waiting.pop()
                continue
            yield step
            if step.body is not None and id(step.body) not in seen:
                seen.add(id(step.body))
                waiting.append(iter(step.body.steps.values()))

    @cached_property
    def arranged(self) -> Arranged:
        """The steps with calls of one body brought together."""
        return arranged(self)

    @cached_property
    def kinds(self) -> tuple[Node, ...]:
        """The kinds of all steps of this body and of those within."""
        return tuple(step.kind for step in self.walk())


class Chooser(Protocol):
    """Decides what a branch or a call becomes: steps in its place, the last one under its name."""

    def steps(self, step: Step) -> Iterator[Step]:
        """Yield the steps."""

    def priced(self, kind: Node) -> Node:
        """Return a kind with the price of its op as a number."""

    def inside(self, node: str) -> Chooser:
        """Return the chooser for the body that a node owns."""


def read_scope(
    graph: Algorithm,
    path: str = "",
    chooser: Chooser | None = None,
    ports: Mapping[str, int] | None = None,
    deep: bool = True,
) -> Scope:
    """Read a graph, and the bodies within if ``deep``, into program order; without a chooser branches and calls stay.

    ``ports`` are those of an algorithm that is called: which operand each of its inputs is.
    """
    operands, order = _edges(graph)
    steps: dict[str, Step] = {}
    outputs: list[tuple[str, Operand]] = []
    for node in program_order(graph):
        kind, shapes = graph.nodes[node]["kind"], graph.nodes[node].get("shapes", ())
        if isinstance(kind, Output):
            outputs.append((kind.name, operands[node][0]))
            continue
        if ports is not None and isinstance(kind, Input | Constant):
            kind = Port(ports[kind.name])
        inner = f"{path}/{node}" if path else str(node)
        if chooser is not None:
            kind = chooser.priced(kind)
        below = chooser.inside(node) if chooser is not None else None
        chosen = chooser is not None and isinstance(kind, CHOSEN)
        owns = deep and isinstance(kind, COMPOSITES) and not chosen
        body = read_scope(kind.body, inner, below) if owns else None
        step = Step(node, inner, kind, shapes, tuple(operands[node]), tuple(order[node]), body)
        if chooser is not None and chosen:
            steps |= {found.name: found for found in chooser.steps(step)}
        else:
            steps[node] = step
    if path and ports is None:
        outputs.sort(key=lambda pair: int(pair[0]))
    else:
        rank = {graph.nodes[node]["kind"].name: k for k, node in enumerate(graph) if _is_output(graph, node)}
        outputs.sort(key=lambda pair: rank[pair[0]])
    waited = frozenset(p for before in order.values() for p in before)
    return Scope(path, steps, tuple(outputs), waited)


def program_order(graph: Algorithm) -> list[str]:
    """Return sources first, then always the earliest-added node whose predecessors are done.

    Raises
    ------
    GraphError
        When the graph has a cycle.
    """
    names = list(graph)
    rank = {node: k for k, node in enumerate(names)}
    followers: dict[str, dict[str, int]] = {}
    waiting = dict.fromkeys(names, 0)
    for node, edges in graph.adjacency():
        found = followers[node] = {v: len(some) for v, some in edges.items()}
        for v, times in found.items():
            waiting[v] += times
    sources = [node for node, data in graph.nodes(data=True) if isinstance(data.get("kind"), SOURCES)]
    done, skipped = list(sources), set(sources)
    heap = [rank[n] for n in names if waiting[n] == 0 and n not in skipped]
    at = 0
    while True:
        for node in done[at:]:
            for follower, times in followers[node].items():
                waiting[follower] -= times
                if waiting[follower] == 0 and follower not in skipped:
                    heapq.heappush(heap, rank[follower])
        at = len(done)
        if not heap:
            break
        done.append(names[heapq.heappop(heap)])
    if len(done) < len(names):
        left = [str(n) for n in names if n not in set(done)]
        raise GraphError(
            f"the graph has a cycle through {', '.join(left[:5])}",
            where=str(graph.name or "algorithm"),
            next_step="break it: a round that feeds the next one is a repeat",
        )
    return done


def _is_output(graph: Algorithm, node: str) -> bool:
    return isinstance(graph.nodes[node]["kind"], Output)


def _edges(graph: Algorithm) -> tuple[dict[str, list[Operand]], dict[str, list[str]]]:
    operands: dict[str, list[tuple[int, Operand]]] = {node: [] for node in graph}
    order: dict[str, list[str]] = {node: [] for node in graph}
    for source, followers in graph.adjacency():
        for target, edges in followers.items():
            for data in edges.values():
                if data.get("order"):
                    order[target].append(source)
                else:
                    read = Operand(source, data.get("out", 0), tuple(data.get("index", ())))
                    operands[target].append((data.get("position", 0), read))
    return {node: _by_position(pairs) for node, pairs in operands.items()}, order


def _by_position(pairs: list[tuple[int, Operand]]) -> list[Operand]:
    if len(pairs) > 1:
        pairs.sort(key=lambda pair: pair[0])
    return [operand for _, operand in pairs]
