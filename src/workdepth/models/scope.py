"""A scope read once: its nodes in program order, who reads what in it, what it yields."""

from __future__ import annotations

from functools import cached_property

from workdepth.graph.algorithm import Algorithm, is_source
from workdepth.graph.nodes import Node, Output, Shape
from workdepth.graph.scope import Operand, program_order

Array = tuple[str, int]


class Scope:
    """One graph or body, prepared for the models; it is never changed.

    The bodies in it are read once for all scopes that come from one: see :meth:`inner`.
    """

    def __init__(self, body: Algorithm, read: dict[int, Scope] | None = None) -> None:
        self.body = body
        self._read: dict[int, Scope] = {} if read is None else read
        self.kinds: dict[str, Node] = {v: d["kind"] for v, d in body.nodes(data=True)}
        operands: dict[str, dict[int, Operand]] = {v: {} for v in body}
        self.waits: dict[str, list[str]] = {v: [] for v in body}
        for u, v, edge in body.edges(data=True):
            if edge.get("order"):
                self.waits[v].append(u)
            else:
                operands[v][edge["position"]] = Operand(u, edge["out"], edge["index"])
        self.operands = {v: tuple(found[k] for k in sorted(found)) for v, found in operands.items()}
        self.sources = tuple(v for v, kind in self.kinds.items() if is_source(kind))
        self.outputs = tuple(v for v, kind in self.kinds.items() if isinstance(kind, Output))

    def inner(self, body: Algorithm) -> Scope:
        """Return the scope of a body somewhere in this one, read once; each scope keeps its graph alive."""
        found = self._read.get(id(body))
        if found is None:
            found = self._read[id(body)] = Scope(body, self._read)
        return found

    def shape(self, array: Array) -> Shape:
        """Return the shape of a result."""
        shapes: tuple[Shape, ...] = self.body.nodes[array[0]]["shapes"]
        return shapes[array[1]]

    @cached_property
    def order(self) -> tuple[str, ...]:
        """The nodes that do something, in program order."""
        skipped = {*self.sources, *self.outputs}
        return tuple(v for v in program_order(self.body) if v not in skipped)


def array_of(operand: Operand) -> Array:
    """Return the array that an operand reads, whole or in part."""
    return operand.node, operand.out
