"""Where a node is added, and how a value comes there.

Note [Scopes].  While the function given to ``map``, ``fold`` or ``repeat`` runs, the builder's current scope
is that node's body.  A value of an outer scope that is used there becomes a ``Port`` of the body and an
operand of the node, through as many levels as needed and once for each captured array: closure conversion.
The index expressions stand on the innermost edge, port to reader, where all indices that they name are known.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from numbers import Integral, Rational, Real
from typing import TYPE_CHECKING, Any

from workdepth.errors import GraphError
from workdepth.graph.building.frame import Frame
from workdepth.graph.building.sizes import Sizes
from workdepth.graph.nodes import Index, Literal, Node, Output, Port, Shape
from workdepth.graph.value import Value
from workdepth.symbolic import Expr

if TYPE_CHECKING:
    from workdepth.graph.algorithm import Algorithm


class Scopes(Sizes):
    """A graph that builds the bodies of its nodes, the innermost one now."""

    @property
    def _scope(self) -> Algorithm:
        return self._frames[-1].body if self._frames else self

    def _add(self, kind: Node, prefix: str, shapes: tuple[Shape, ...]) -> str:
        scope = self._scope
        number = scope.graph.get("count", 0) + 1
        while f"{prefix}{number}" in scope:
            number += 1
        scope.graph["count"] = number
        node = f"{prefix}{number}"
        scope.add_node(node, kind=kind, shapes=shapes)
        return node

    def _value(self, node: str, out: int = 0) -> Value:
        scope = self._scope
        return Value(self, scope, node, out, scope.nodes[node]["shapes"][out])

    def _connect(self, value: Value, node: str, position: int) -> None:
        self._scope.add_edge(value.node, node, position=position, out=value.out, index=value.index)

    def _reader(self, prefix: str, kind: Node, operands: Sequence[Value], shapes: tuple[Shape, ...]) -> Any:
        """Add a node that reads these operands, in order; one result comes as it is, several as a tuple."""
        node = self._add(kind, prefix, shapes)
        for position, value in enumerate(operands):
            self._connect(value, node, position)
        values = tuple(self._value(node, k) for k in range(len(shapes)))
        return values[0] if len(values) == 1 else values

    def _local(self, x: Any) -> Value:
        """Bring ``x`` into the current scope: a value by capture, a number or an index as a source."""
        if isinstance(x, Value):
            return self._capture(x)
        if isinstance(x, Expr) and not x.is_number:
            return self._value(self._add(Index(self._expression(x)), "index", ((),)))
        if isinstance(x, Expr):
            x = x.number if x.number.denominator != 1 else int(x.number)
        if isinstance(x, Integral) and not isinstance(x, bool):
            x = int(x)  # a NumPy scalar as well
        elif isinstance(x, Real) and not isinstance(x, Rational):
            x = float(x)
        if isinstance(x, bool) or not isinstance(x, int | float):
            raise GraphError(
                f"{x!r} is not a value of this graph",
                where=self._where,
                next_step="use inputs, results, loop indices or numbers",
            )
        return self._value(self._add(Literal(x), "literal", ((),)))

    def _capture(self, value: Value) -> Value:
        if value.root is not self:
            raise GraphError(
                f"{value.node} belongs to another algorithm",
                where=self._where,
                next_step="use values of one graph together",
            )
        scopes = [self, *(f.body for f in self._frames)]
        level = next((k for k, scope in enumerate(scopes) if scope is value.scope), None)
        if level is None:
            raise GraphError(
                f"{value.node} belongs to a body that has ended",
                where=self._where,
                next_step="return it from that body, and use the result of the map, fold or repeat",
            )
        for frame in self._frames[level:]:
            value = self._port(frame, value)
        return value

    def _port(self, frame: Frame, value: Value, fresh: bool = False) -> Value:
        """Give ``frame`` a port for the array of ``value``; a ``fresh`` one (a state) is read as indexed."""
        key = (value.node, value.out)
        if fresh or key not in frame.ports:
            whole = value.shape if fresh else value.whole
            node = f"port{len(frame.operands)}"
            frame.body.add_node(node, kind=Port(len(frame.operands)), shapes=(whole,))
            frame.operands.append(
                value if fresh else Value(self, value.scope, value.node, value.out, value.whole)
            )
            port = Value(self, frame.body, node, 0, whole)
            if fresh:
                return port
            frame.ports[key] = port
        port = frame.ports[key]
        return Value(self, frame.body, port.node, 0, port.whole, value.index)

    def _open(self) -> Frame:
        from workdepth.graph.algorithm import Algorithm

        frame = Frame(Algorithm())
        self._frames.append(frame)
        return frame

    def _body(self, function: Callable[..., Any], *arguments: Any) -> tuple[Value, ...]:
        """Let a body's function build it; an error in there leaves the scope as well."""
        outside = len(self._frames) - 1
        try:
            return self._close(function(*arguments))
        finally:
            del self._frames[outside:]

    def _close(self, results: Any) -> tuple[Value, ...]:
        """Make what a body's function returned its outputs, and leave its scope."""
        values = tuple(results) if isinstance(results, tuple | list) else (results,)
        frame = self._frames[-1]
        if not values:
            raise GraphError("a body returns nothing", where=self._where, next_step="return a value")
        finished = []
        for k, value in enumerate(values):
            local = self._local(value)
            node = f"out:{k}"
            frame.body.add_node(node, kind=Output(str(k)), shapes=())
            self._connect(local, node, 0)
            finished.append(Value(self, frame.body, node, 0, local.shape))
        self._frames.pop()
        return tuple(finished)
