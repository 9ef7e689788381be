"""What a builder hands out: a name for a result, or for an element of it, in one scope of one algorithm."""

from __future__ import annotations

import operator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from workdepth.errors import GraphError
from workdepth.graph import ops
from workdepth.graph.nodes import Position, Shape
from workdepth.symbolic import Expr, as_expr

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

    __hash__ = object.__hash__

    def __repr__(self) -> str:
        return f"<value {self._text} of {self.root.name or 'an algorithm'}>"

    @property
    def _text(self) -> str:
        return f"{self.node}[{', '.join(map(str, self.index))}]" if self.index else self.node

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
        return replace(self, index=self.index + tuple(exact(k, self._text) for k in key))

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

    def __float__(self) -> float:
        raise GraphError(
            f"{self._text} is no number: what it holds is known only when the graph runs",
            next_step="use ops, such as workdepth.SQRT, with apply",
        )

    def __array_ufunc__(self, function: Any, method: str, *operands: Any, **options: Any) -> Any:
        """Take an operator that a NumPy scalar stands left of; no other function of NumPy."""
        name, scalars = function.__name__, all(not getattr(x, "shape", ()) for x in operands)
        if method == "__call__" and name in _REFLECTED and scalars and not options:
            left, right = (x if isinstance(x, Value) else x.item() for x in operands)
            return _REFLECTED[name](left, right)
        raise GraphError(
            f"NumPy's {name} does not take {self._text}: its number is known only when the graph runs",
            next_step="use the op of that name with apply, or make one: workdepth.Op(...)",
        )

    def __eq__(self, other: object) -> Any:
        raise GraphError(
            f"{self._text} cannot be compared by == or !=: its number is known only when the graph runs",
            next_step="use the op equal, and select to choose by it",
        )

    __ne__ = __eq__

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

    def __rfloordiv__(self, other: Any) -> Any:
        return self._apply(ops.FLOOR_DIVIDE, other, self)

    def __mod__(self, other: Any) -> Any:
        return self._apply(ops.REMAINDER, self, other)

    def __rmod__(self, other: Any) -> Any:
        return self._apply(ops.REMAINDER, other, self)

    def __pow__(self, other: Any) -> Any:
        return self._apply(ops.POWER, self, other)

    def __rpow__(self, other: Any) -> Any:
        return self._apply(ops.POWER, other, self)

    def __and__(self, other: Any) -> Any:
        return self._apply(ops.AND, self, other)

    def __rand__(self, other: Any) -> Any:
        return self._apply(ops.AND, other, self)

    def __or__(self, other: Any) -> Any:
        return self._apply(ops.OR, self, other)

    def __ror__(self, other: Any) -> Any:
        return self._apply(ops.OR, other, self)

    def __xor__(self, other: Any) -> Any:
        return self._apply(ops.XOR, self, other)

    def __rxor__(self, other: Any) -> Any:
        return self._apply(ops.XOR, other, self)

    def __lt__(self, other: Any) -> Any:
        return self._apply(ops.LESS, self, other)

    def __le__(self, other: Any) -> Any:
        return self._apply(ops.LESS_EQUAL, self, other)

    def __gt__(self, other: Any) -> Any:
        return self._apply(ops.LESS, other, self)

    def __ge__(self, other: Any) -> Any:
        return self._apply(ops.LESS_EQUAL, other, self)

    def __neg__(self) -> Any:
        return self._apply(ops.NEGATE, self)

    def __abs__(self) -> Any:
        return self._apply(ops.ABSOLUTE, self)


def exact(x: Any, where: str) -> Expr:
    """Return an extent, a bound or an index as an expression.

    Raises
    ------
    GraphError
        When it is several, or a value.
    """
    if isinstance(x, tuple | list):
        raise GraphError(
            f"{x!r} is not one extent",
            where=where,
            next_step=f"write {', '.join(map(str, x))}, without brackets",
        )
    if isinstance(x, Value):
        raise GraphError(
            f"{x!r} is no size: what it holds is known only when the graph runs",
            where=where,
            next_step="give sizes and indices; the extents of an array x are x.shape",
        )
    if getattr(x, "shape", ()):
        raise GraphError(
            "an array of NumPy is no size or index", where=where, next_step="give one number, or a size"
        )
    return as_expr(x)


# What NumPy calls the operators of Python.
_REFLECTED = {
    "add": operator.add,
    "subtract": operator.sub,
    "multiply": operator.mul,
    "divide": operator.truediv,
    "floor_divide": operator.floordiv,
    "remainder": operator.mod,
    "power": operator.pow,
    "bitwise_and": operator.and_,
    "bitwise_or": operator.or_,
    "bitwise_xor": operator.xor,
    "less": operator.lt,
    "less_equal": operator.le,
    "greater": operator.gt,
    "greater_equal": operator.ge,
    "equal": operator.eq,
    "not_equal": operator.ne,
}
