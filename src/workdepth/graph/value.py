"""What a builder hands out: a name for a result, or for an element of it, in one scope of one algorithm."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from workdepth.errors import GraphError
from workdepth.graph import ops
from workdepth.graph.nodes import Position, Shape
from workdepth.symbolic import as_expr

if TYPE_CHECKING:
    from workdepth.graph.algorithm import Algorithm


@dataclass(frozen=True, eq=False)
class Value:
    """A result of a node, read at ``index`` (fewer expressions than dimensions name a row).

    Made by the builder, never by hand.  ``x * y``, ``x[i - 1]`` and the like add nodes to the scope that is
    being built: the body of the innermost ``map``, ``fold`` or ``repeat`` whose function is running.
    """

    root: Algorithm
    scope: Algorithm
    node: str
    out: int
    whole: Shape
    index: Position = ()

    @property
    def shape(self) -> Shape:
        """The extents that are left; ``()`` for one word."""
        return self.whole[len(self.index) :]

    def __getitem__(self, key: Any) -> Value:
        key = key if isinstance(key, tuple) else (key,)
        if len(key) > len(self.shape):
            raise GraphError(
                f"{len(key)} indices for an array of {len(self.shape)} dimensions",
                where=f"{self.node}[{', '.join(map(str, key))}]",
                next_step="give at most one index for each dimension",
            )
        if any(isinstance(k, slice | Value) for k in key):
            raise GraphError(
                "an index is a slice or a value",
                where=self.node,
                next_step="index by expressions of indices and sizes; where data decides, use gather; for a slice, map",
            )
        return replace(self, index=self.index + tuple(as_expr(k) for k in key))

    def __iter__(self) -> Any:
        raise GraphError(
            f"{self.node} cannot be iterated: its length is a symbol",
            next_step="use map, fold or repeat over it",
        )

    def __bool__(self) -> bool:
        raise GraphError(
            f"{self.node} has no truth value: its number is known only when the graph runs",
            next_step="use the ops less, equal and select",
        )

    def _apply(self, op: ops.Op, *operands: Any) -> Any:
        return self.root.apply(op, *operands)

    def __add__(self, other: Any) -> Any:
        return self._apply(ops.ADD, self, other)

    def __radd__(self, other: Any) -> Any:
        return self._apply(ops.ADD, other, self)

    def __sub__(self, other: Any) -> Any:
        return self._apply(ops.SUBTRACT, self, other)

    def __rsub__(self, other: Any) -> Any:
        return self._apply(ops.SUBTRACT, other, self)

    def __mul__(self, other: Any) -> Any:
        return self._apply(ops.MULTIPLY, self, other)

    def __rmul__(self, other: Any) -> Any:
        return self._apply(ops.MULTIPLY, other, self)

    def __truediv__(self, other: Any) -> Any:
        return self._apply(ops.DIVIDE, self, other)

    def __rtruediv__(self, other: Any) -> Any:
        return self._apply(ops.DIVIDE, other, self)

    def __floordiv__(self, other: Any) -> Any:
        return self._apply(ops.FLOOR_DIVIDE, self, other)

    def __mod__(self, other: Any) -> Any:
        return self._apply(ops.REMAINDER, self, other)

    def __pow__(self, other: Any) -> Any:
        return self._apply(ops.POWER, self, other)

    def __lt__(self, other: Any) -> Any:
        return self._apply(ops.LESS, self, other)

    def __le__(self, other: Any) -> Any:
        return self._apply(ops.LESS_EQUAL, self, other)

    def __neg__(self) -> Any:
        return self._apply(ops.NEGATE, self)

    def __abs__(self) -> Any:
        return self._apply(ops.ABSOLUTE, self)
