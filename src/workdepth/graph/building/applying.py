"""One operation on scalars, and independent copies of many."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from workdepth.errors import GraphError
from workdepth.graph.bodies import check_at
from workdepth.graph.building.ranges import Ranges
from workdepth.graph.nodes import Apply, Map, Position
from workdepth.graph.ops import Op
from workdepth.graph.value import Value
from workdepth.symbolic import Expr


class Applying(Ranges):
    """The part of the builder that adds operations and maps."""

    def apply(self, op: Op, *operands: Any) -> Any:
        """Add one operation on scalars; several results come as a tuple."""
        self._check_op(op)
        if len(operands) != op.arity:
            raise GraphError(
                f"op {op.name!r} takes {op.arity} operands, not {len(operands)}",
                where=self._where,
                next_step="give one value for each operand",
            )
        local = [self._local(x) for x in operands]
        for value in local:
            if value.shape:
                raise GraphError(
                    f"op {op.name!r} takes scalars, not an array of {len(value.shape)} dimensions",
                    where=f"{self._where}, operand {value.node}",
                    next_step="apply it to elements, inside map",
                )
        return self._reader(op.name, Apply(op), local, ((),) * op.results)

    def map(self, over: Any, body: Callable[..., Any], *, into: Value | None = None, at: Any = None) -> Any:
        """Add independent copies of what ``body`` builds, over one or several index ranges.

        Parameters
        ----------
        over : extent, (low, high), or a list of these
            The ranges, last index fastest; a range may be a function of the indices before it.
        body : callable
            Takes the indices, returns a value or a tuple of values.
        into : Value, optional
            The array that the results are written into; the result is that array renewed.
        at : callable, optional
            Takes the indices, returns the position to write (a tuple, or a list with one for each value that
            ``body`` returns); by default the indices themselves.

        Returns
        -------
        Value or tuple of Value
            One array for each value that ``body`` returns, or the renewed base.
        """
        ranges, indices = self._ranges(over, body)
        if at is not None:
            check_at(at, into, len(indices), self._where)
        base = self._base(into) if into is not None else None
        frame = self._open()
        if base is not None:
            self._port(frame, base)  # the first that is captured: operand 0
        results = self._body(body, *indices)
        if base is None:
            shapes = tuple(tuple(r.extent for r in ranges) + v.whole for v in results)
            return self._reader("map", Map(frame.body, ranges), frame.operands, shapes)
        positions = self._positions(at, indices, len(results))
        return self._reader("map", Map(frame.body, ranges, 0, positions), frame.operands, (base.whole,))

    def _base(self, base: Value) -> Value:
        """Bring the array that a map writes into to the current scope."""
        if not isinstance(base, Value):
            raise GraphError(
                f"{base!r} is no array to write into",
                where=self._where,
                next_step="give a value: an input, a result, or what empty(...) returns",
            )
        local = self._capture(base)
        if local.index or not local.shape:
            raise GraphError(
                "a map writes into part of an array, or into a scalar",
                where=self._where,
                next_step="write into the whole array, with `at` naming the part",
            )
        return local

    def _positions(self, at: Any, indices: list[Expr], count: int) -> tuple[Position, ...]:
        chosen = at(*indices) if at is not None else tuple(indices)
        positions = chosen if isinstance(chosen, list) else [chosen]
        if len(positions) != count:
            raise GraphError(
                f"{len(positions)} positions for {count} values",
                where=self._where,
                next_step="let `at` return a list with one position for each value of the body",
            )
        return tuple(
            tuple(self._expression(e) for e in (p if isinstance(p, tuple) else (p,))) for p in positions
        )
