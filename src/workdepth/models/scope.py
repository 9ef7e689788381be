"""A scope read once: its nodes in program order, who reads what in it, what it yields."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any

from workdepth.graph.algorithm import Algorithm
from workdepth.graph.alike import Alike
from workdepth.graph.nodes import SOURCES, Node, Output, Position, Shape
from workdepth.graph.scope import Operand, program_order

Array = tuple[str, int]
Read = tuple[str, int, Position]  # by which node, as which operand, at which index


class Scope:
    """One graph or body, prepared for the models; it is never changed.

    The bodies in it are read once for all scopes that come from one: see :meth:`inner`.  So is which of their
    nodes are alike.
    """

    def __init__(self, body: Algorithm, around: Scope | None = None, alike: Alike | None = None) -> None:
        self.body = body
        self._read: dict[int, Scope] = {} if around is None else around._read
        self.alike: Alike = around.alike if around is not None else alike or Alike()
        #: What has been found of nodes here and in the bodies, by the question and what is alike in them.
        self.known: dict[object, Any] = {} if around is None else around.known
        self.kinds: dict[str, Node] = {v: d["kind"] for v, d in body.nodes(data=True)}
        reads: dict[str, list[tuple[int, Operand]]] = {v: [] for v in self.kinds}
        self.waits: dict[str, list[str]] = {v: [] for v in self.kinds}
        for u, followers in body.adjacency():
            for v, edges in followers.items():
                for edge in edges.values():
                    if edge.get("order"):
                        self.waits[v].append(u)
                    else:
                        reads[v].append((edge["position"], Operand(u, edge["out"], edge["index"])))
        self.operands = {v: _by_position(found) for v, found in reads.items()}
        self.sources = tuple([v for v, kind in self.kinds.items() if isinstance(kind, SOURCES)])
        self.outputs = tuple([v for v, kind in self.kinds.items() if isinstance(kind, Output)])

    def inner(self, body: Algorithm) -> Scope:
        """Return the scope of a body somewhere in this one, read once; each scope keeps its graph alive."""
        found = self._read.get(id(body))
        if found is None:
            found = self._read[id(body)] = Scope(body, self)
        return found

    def shape(self, array: Array) -> Shape:
        """Return the shape of a result."""
        shapes: tuple[Shape, ...] = self.body.nodes[array[0]]["shapes"]
        return shapes[array[1]]

    @cached_property
    def reads(self) -> Mapping[Array, list[Read]]:
        """Who reads each array, in program order."""
        return self.read_by(self.order)

    def read_by(self, nodes: Iterable[str]) -> Mapping[Array, list[Read]]:
        """Return who of some nodes reads each array, in their order."""
        table: dict[Array, list[Read]] = {}
        for node in nodes:
            for position, operand in enumerate(self.operands[node]):
                table.setdefault(array_of(operand), []).append((node, position, operand.index))
        return table

    @cached_property
    def order(self) -> tuple[str, ...]:
        """The nodes that do something, in program order."""
        skipped = {*self.sources, *self.outputs}
        return tuple(v for v in program_order(self.body) if v not in skipped)


def _by_position(reads: list[tuple[int, Operand]]) -> tuple[Operand, ...]:
    if len(reads) > 1:
        reads.sort(key=lambda read: read[0])
    return tuple([operand for _, operand in reads])


def array_of(operand: Operand) -> Array:
    """Return the array that an operand reads, whole or in part."""
    return operand.node, operand.out
