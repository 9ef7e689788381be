"""Where in a graph one stands: a scope, the node that owns it, and the names that are known there."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from workdepth.graph.algorithm import Algorithm
from workdepth.graph.nodes import Composite, Output, Port, Range, Shape, ranges_of


@dataclass(frozen=True)
class Place:
    """A scope of a graph, while its rules are checked; its edges are sorted once, whoever asks."""

    root: Algorithm
    graph: Algorithm
    path: str
    owner: str | None
    outer: Place | None
    names: frozenset[str]
    depth: int

    @staticmethod
    def top(graph: Algorithm) -> Place:
        """Return the place of a whole graph."""
        return Place(graph, graph, "", None, None, frozenset(s.name for s in graph.sizes), 1)

    def inside(self, node: str) -> Place:
        """Return the place of the body that a node owns."""
        found = self._inside.get(node)
        if found is None:
            kind = self.kind(node)
            names = self.names | {r.index for r in ranges_of(kind)}
            path = f"{self.path}/{node}" if self.path else str(node)
            found = Place(self.root, kind.body, path, node, self, names, self.depth + 1)
            self._inside[node] = found
        return found

    def of_case(self, node: str, case: Algorithm, number: int) -> Place:
        """Return the place of a case of a branch."""
        path = f"{self.path}/{node}/{number}" if self.path else f"{node}/{number}"
        return Place(self.root, case, path, node, self, self.names, self.depth + 1)

    def where(self, node: str | None = None) -> str:
        """Return a node's path for messages, after the algorithm's name."""
        parts = [str(self.root.name or "algorithm"), self.path, str(node) if node is not None else ""]
        return "/".join(part for part in parts if part)

    def kind(self, node: str) -> Any:
        """Return the kind of a node, None where it has none."""
        return self._nodes[node].get("kind")

    def shapes(self, node: str) -> tuple[Shape, ...]:
        """Return the shapes of a node's results."""
        found: tuple[Shape, ...] = self._nodes[node].get("shapes", ())
        return found

    def reads(self, node: str) -> list[tuple[str, dict[str, Any]]]:
        """Return the value edges into a node, by operand position."""
        return self._reads[node]

    @cached_property
    def _inside(self) -> dict[str, Place]:
        return {}

    @cached_property
    def _nodes(self) -> dict[str, dict[str, Any]]:
        return dict(self.graph.nodes(data=True))

    def nodes_of(self, kinds: tuple[type, ...]) -> Iterable[str]:
        """Return the nodes of some kinds, in their order."""
        some = [nodes for kind, nodes in self._by_type.items() if issubclass(kind, kinds)]
        if len(some) < 2:
            return some[0] if some else ()
        if len(some) == len(self._by_type):
            return self.graph
        return [node for node in self.graph if isinstance(self.kind(node), kinds)]

    @cached_property
    def _by_type(self) -> dict[type, list[str]]:
        found: dict[type, list[str]] = {}
        for node in self.graph:
            found.setdefault(type(self.kind(node)), []).append(node)
        return found

    def waits(self, node: str) -> list[str]:
        """Return the nodes that a node waits for without reading them."""
        return self._edges[1].get(node, [])

    @cached_property
    def read(self) -> frozenset[str]:
        """The nodes that some node reads."""
        return frozenset(source for reads in self._reads.values() for source, _ in reads)

    @property
    def _reads(self) -> dict[str, list[tuple[str, dict[str, Any]]]]:
        return self._edges[0]

    @cached_property
    def _edges(self) -> tuple[dict[str, list[tuple[str, dict[str, Any]]]], dict[str, list[str]]]:
        """Return what each node reads, and what those that wait for others wait for."""
        reads: dict[str, list[tuple[str, dict[str, Any]]]] = {node: [] for node in self.graph}
        waits: dict[str, list[str]] = {}
        for source, followers in self.graph.adjacency():
            for target, edges in followers.items():
                for edge in edges.values():
                    if edge.get("order"):
                        waits.setdefault(target, []).append(source)
                    else:
                        reads[target].append((source, edge))
        for found in reads.values():
            if len(found) > 1:
                found.sort(key=_position)
        return reads, waits

    @cached_property
    def ports(self) -> dict[int, list[str]]:
        """The ports, by the operand that they name."""
        found: dict[int, list[str]] = {}
        for node in self.graph:
            kind = self.kind(node)
            if isinstance(kind, Port):
                found.setdefault(kind.number, []).append(node)
        return found

    def read_shape(self, source: str, edge: dict[str, Any]) -> Shape:
        """Return the shape of what an edge carries."""
        return self.shapes(source)[edge.get("out", 0)][len(edge.get("index", ())) :]

    def output_names(self) -> list[str]:
        """Return the names of the outputs, in the order of the nodes."""
        return [self.kind(n).name for n in self.graph if isinstance(self.kind(n), Output)]

    def output_shapes(self) -> list[Shape]:
        """Return what a body yields, by number."""
        found: dict[int, Shape] = {}
        for node in self.graph:
            if isinstance(self.kind(node), Output):
                for source, edge in self.reads(node):
                    found[int(self.kind(node).name)] = self.read_shape(source, edge)
        return [found[k] for k in sorted(found)]

    def known(self, names: Iterable[str]) -> str:
        """Return names for a message."""
        return ", ".join(sorted(names)) or "none"


def _position(edge: tuple[str, dict[str, Any]]) -> int:
    found = edge[1].get("position", 0)
    return found if isinstance(found, int) else -1  # a rule will say what is wrong with it


def ranges_within(kind: Composite) -> tuple[tuple[Range, frozenset[str]], ...]:
    """Return each range with the indices of the same node that it may use: those before it."""
    ranges = ranges_of(kind)
    return tuple((r, frozenset(q.index for q in ranges[:k])) for k, r in enumerate(ranges))
