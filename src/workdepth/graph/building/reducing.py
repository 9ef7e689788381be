"""Many values made one, or a prefix for each: folds and scans."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from workdepth.errors import GraphError
from workdepth.graph.building.frame import Frame
from workdepth.graph.building.ranges import Ranges
from workdepth.graph.nodes import Fold, Range, Scan
from workdepth.graph.op_rules import wrong_scan
from workdepth.graph.ops import Op
from workdepth.graph.value import Value


class Reducing(Ranges):
    """The part of the builder that adds folds and scans."""

    def fold(
        self, op: Op, over: Any, body: Callable[[Any], Any] | None = None, *, order: str = "tree"
    ) -> Any:
        """Reduce an array, or what ``body`` yields over a range, by ``op``; ``order`` is "tree" or "left".

        Raises
        ------
        GraphError
            When a tree is asked of an op that is not associative.
        """
        self._check_op(op)
        if order not in ("tree", "left"):
            raise GraphError(
                f"the order of a fold is {order!r}", where=self._where, next_step="use one of: tree, left"
            )
        if order == "tree" and not op.associative:
            raise GraphError(
                f"op {op.name!r} is not associative, so a tree would change the result",
                where=self._where,
                next_step='use order="left", or declare the op associative',
            )
        frame, over, results = self._leaves("fold", op, over, body)
        node = Fold(frame.body, op, over, order)
        return self._reader("fold", node, frame.operands, ((),) * len(results))

    def scan(
        self,
        op: Op,
        over: Any,
        body: Callable[[Any], Any] | None = None,
        *,
        method: str = "hillis-steele",
        inclusive: bool = True,
    ) -> Any:
        """Compute the prefixes of an array, or of what ``body`` yields over a range, by ``op``.

        Parameters
        ----------
        op : Op
            Associative, unless the method is sequential; with a neutral element, if the scan is exclusive.
        over : Value, extent or (low, high)
        body : callable, optional
            Takes the index, returns a value, or one for each result of ``op``.
        method : str
            "sequential", "hillis-steele", "sklansky", "brent-kung", "blelloch" or "ladner-fischer".
        inclusive : bool
            Whether prefix i has leaf i in it; if not, prefix 0 is the neutral element.

        Returns
        -------
        Value or tuple of Value
            An array of as many prefixes as leaves, for each result of ``op``.

        Examples
        --------
        >>> import workdepth as wd
        >>> g = wd.Algorithm("starts")
        >>> g.output(g.scan(wd.ADD, g.input("lengths", wd.size("n")), method="blelloch", inclusive=False))
        >>> wd.run(g, lengths=[3, 1, 4]).tolist()
        [0, 3, 4]
        """
        self._check_op(op)
        wrong = wrong_scan(op, method, inclusive)
        if wrong is not None:
            raise GraphError(wrong[0], where=self._where, next_step=wrong[1])
        frame, over, results = self._leaves("scan", op, over, body)
        node = Scan(frame.body, op, over, method, inclusive)
        return self._reader("scan", node, frame.operands, ((over.extent,),) * len(results))

    def _leaves(
        self, what: str, op: Op, over: Any, body: Callable[[Any], Any] | None
    ) -> tuple[Frame, Range, tuple[Value, ...]]:
        """Read what a fold or a scan takes: the range, and the body that yields a leaf for each index."""
        if body is None:
            if not isinstance(over, Value) or len(over.shape) != 1:
                raise GraphError(
                    f"{what} of {op.name!r} needs an array of one dimension or a range and a body",
                    where=self._where,
                    next_step=f"{what} rows inside map, or give a function of the index",
                )
            array = over
            over, body = array.shape[0], lambda i: array[i]
        ranges, indices = self._ranges(over, body)
        if len(ranges) != 1:
            raise GraphError(f"{what} takes one range", where=self._where, next_step=f"nest {what}s")
        frame = self._open()
        results = self._body(body, *indices)
        if any(v.whole for v in results):
            raise GraphError(
                f"{what} of {op.name!r} combines scalars", where=self._where, next_step=f"{what} inside map"
            )
        return frame, ranges[0], results
