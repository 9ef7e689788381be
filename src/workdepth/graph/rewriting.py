"""Graphs written anew: sizes in the places of others, calls replaced by what they call.

Nothing is changed; a body that needs no change is used again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import count
from typing import TYPE_CHECKING, Any

from workdepth.graph.calling import base_of, with_ports_named
from workdepth.graph.nodes import (
    COMPOSITES,
    COSTS,
    Block,
    Branch,
    Call,
    Choice,
    Constant,
    Empty,
    Fold,
    Index,
    Input,
    Map,
    Output,
    Port,
    Range,
    Repeat,
    Scan,
    Solved,
    ranges_of,
)
from workdepth.symbolic import Expr, name

if TYPE_CHECKING:
    from workdepth.graph.algorithm import Algorithm

Replace = Callable[[str, Any], Any]


def rewritten(graph: Algorithm, change: Replace) -> Algorithm:
    """Return a graph with the kinds of its nodes, and of those in its bodies, as ``change`` gives them.

    Parameters
    ----------
    graph : Algorithm
    change : callable
        Takes a node's name and its kind, after its bodies have been rewritten; returns the kind.
    """
    kinds = {}
    for node, data in graph.nodes(data=True):
        kind = data["kind"]
        found = change(node, _with_bodies(kind, lambda body: rewritten(body, change)))
        if found is not kind:
            kinds[node] = found
    return _with_kinds(graph, kinds)


def _with_kinds(graph: Algorithm, kinds: Mapping[str, Any]) -> Algorithm:
    if not kinds:
        return graph
    new = graph.copy()
    for node, kind in kinds.items():
        new.nodes[node]["kind"] = kind
    return _typed(new)


def _typed(graph: Any) -> Algorithm:
    found: Algorithm = graph
    return found


def _with_bodies(kind: Any, change: Callable[[Algorithm], Algorithm]) -> Any:
    if isinstance(kind, COMPOSITES):
        body = change(kind.body)
        return kind if body is kind.body else replace(kind, body=body)
    if isinstance(kind, Branch):
        cases = tuple(change(case) for case in kind.cases)
        same = all(a is b for a, b in zip(cases, kind.cases, strict=True))
        return kind if same else replace(kind, cases=cases)
    return kind


def without_probabilities(graph: Algorithm) -> Algorithm:
    """Return a graph in which every branch may take its worst case, in what it calls and in its base case too."""

    def change(_: str, kind: Any) -> Any:
        if isinstance(kind, Branch):
            return replace(kind, probabilities=())
        if isinstance(kind, Choice):
            return replace(kind, uniform=False)
        if isinstance(kind, Call) and kind.algorithm is not None:
            return replace(kind, algorithm=without_probabilities(kind.algorithm))
        return kind

    return with_base(rewritten(graph, change), without_probabilities)


def with_base(graph: Algorithm, change: Callable[[Algorithm], Algorithm]) -> Algorithm:
    """Return a graph whose base case, if it has one, is as ``change`` gives it."""
    base = base_of(graph)
    if base is None:
        return graph
    new = graph.copy()
    new.graph["base"] = replace(base, body=change(base.body))
    return _typed(new)


def with_ports_in_place(graph: Algorithm) -> Algorithm:
    """Return a graph in whose bodies each port is named by its number, whoever wrote them."""

    def named(body: Algorithm) -> Algorithm:
        body = with_ports_in_place(body)
        ports = body.nodes(data="kind")
        wrong = any(isinstance(k, Port) and v != f"port{k.number}" for v, k in ports)
        return with_ports_named(body) if wrong else body

    kinds = {}
    for node, kind in graph.nodes(data="kind"):
        found = _with_bodies(kind, named)
        if found is not kind:
            kinds[node] = found
    return _with_kinds(graph, kinds)


def with_calls_opened(graph: Algorithm) -> Algorithm:
    """Return a graph in which every call to another algorithm that does not call itself is a map of one copy.

    Examples
    --------
    >>> import workdepth as wd
    >>> dot, g = wd.Algorithm("dot"), wd.Algorithm("norm")
    >>> m = dot.size("m")
    >>> a, b = dot.input("a", m), dot.input("b", m)
    >>> dot.output(dot.fold(wd.ADD, m, lambda i: a[i] * b[i]))
    >>> x = g.input("x", wd.size("n"))
    >>> g.output(g.call(dot, x, x, m=wd.size("n")))
    >>> type(with_calls_opened(g).nodes["call1"]["kind"]).__name__
    'Map'
    """
    numbers = count(1)

    def change(_: str, kind: Any) -> Any:
        if not isinstance(kind, Call) or kind.algorithm is None or base_of(kind.algorithm) is not None:
            return kind
        callee = with_calls_opened(kind.algorithm)
        return Map(_Placed(dict(kind.sizes), next(numbers)).called(callee), ())

    return rewritten(graph, change)


@dataclass
class _Placed:
    """Writes a body with other expressions for its sizes, and indices of its own."""

    values: dict[str, Expr]
    number: int
    ports: dict[str, int] = field(default_factory=dict)

    def called(self, graph: Algorithm) -> Algorithm:
        """Return an algorithm as a body: its inputs are ports, its outputs numbered."""
        inputs = [
            d["kind"].name for _, d in graph.nodes(data=True) if isinstance(d["kind"], Input | Constant)
        ]
        self.ports = {text: k for k, text in enumerate(inputs)}
        for text in _indices(graph):
            self.values[text] = name(f"{text}_{self.number}")
        new = self.body(graph)
        outputs = [v for v, d in new.nodes(data=True) if isinstance(d["kind"], Output)]
        for k, node in enumerate(outputs):
            new.nodes[node]["kind"] = Output(str(k))
        new.graph["sizes"] = ()
        return with_ports_named(new)

    def body(self, graph: Algorithm) -> Algorithm:
        new = graph.copy()
        for _, data in new.nodes(data=True):
            data["kind"] = self.kind(data["kind"])
            data["shapes"] = tuple(self._all(shape) for shape in data.get("shapes", ()))
        for _, _, edge in new.edges(data=True):
            if edge.get("index"):
                edge["index"] = self._all(edge["index"])
        return _typed(new)

    def kind(self, kind: Any) -> Any:
        """Return a kind with its expressions and bodies written anew."""
        kind = _with_bodies(kind, self.body)
        op = getattr(kind, "op", None)
        if op is not None and op.priced:
            kind = replace(kind, op=replace(op, work=self._one(op.work)))
        match kind:
            case Input() | Constant():
                return Port(self.ports[kind.name])
            case Index():
                return Index(self._one(kind.expression))
            case Empty():
                return Empty(self._all(kind.shape))
            case Map():
                over = tuple(self._range(r) for r in kind.over)
                return replace(kind, over=over, at=tuple(self._all(p) for p in kind.at))
            case Fold() | Scan() | Choice():
                return replace(kind, over=self._range(kind.over))
            case Repeat():
                return replace(kind, times=self._one(kind.times), index=str(self.values[kind.index]))
            case Block():
                costs = (*COSTS, "whole", "whole_on_one") if isinstance(kind, Solved) else COSTS
                found: dict[str, Any] = {text: self._one(getattr(kind, text)) for text in costs}
                return replace(kind, **found)
            case Call():
                return replace(kind, sizes=tuple((text, self._one(e)) for text, e in kind.sizes))
        return kind

    def _range(self, r: Range) -> Range:
        return Range(str(self.values[r.index]), self._one(r.low), self._one(r.high))

    def _one(self, e: Expr) -> Expr:
        return e.substitute(self.values)

    def _all(self, position: tuple[Expr, ...]) -> tuple[Expr, ...]:
        return tuple(self._one(e) for e in position)


def with_values(body: Algorithm, values: Mapping[str, Expr]) -> Algorithm:
    """Return a body with expressions in the places of some names, such as an end of its range for an index."""
    same = {text: name(text) for text in _indices(body)}
    return _Placed({**same, **values}, 0).body(body)


def _indices(graph: Algorithm) -> Iterator[str]:
    """Yield the indices of all loops of a graph."""
    for _, data in graph.nodes(data=True):
        kind = data["kind"]
        bodies: tuple[Algorithm, ...] = ()
        if isinstance(kind, COMPOSITES):
            yield from (r.index for r in ranges_of(kind))
            bodies = (kind.body,)
        elif isinstance(kind, Branch):
            bodies = kind.cases
        for body in bodies:
            yield from _indices(body)
