"""Reads and writes at positions that data decides."""

from __future__ import annotations

from typing import Any

from workdepth.errors import GraphError
from workdepth.graph.building.scopes import Scopes
from workdepth.graph.nodes import Gather, Scatter
from workdepth.graph.op_rules import wrong_scatter
from workdepth.graph.ops import Op
from workdepth.graph.value import Value


class Gathering(Scopes):
    """The part of the builder that adds gathers and scatters."""

    def gather(self, array: Value, index: Value) -> Any:
        """Read an array at positions that data decides: ``array[index[i]]`` for each position i of ``index``.

        Each word read is one step, a copy; all of the array counts as read until the last.

        Parameters
        ----------
        array : Value
            Of one dimension or more; with more, whole rows are read.
        index : Value
            Integers, an array of any shape or one word.

        Returns
        -------
        Value
            An array of the shape of ``index``, then that of a row.

        Examples
        --------
        >>> import workdepth as wd
        >>> g = wd.Algorithm("two hops")
        >>> n = wd.size("n")
        >>> following = g.input("following", n)
        >>> g.output(g.gather(following, following))
        >>> wd.run(g, following=[1, 2, 3, 3]).tolist()
        [2, 3, 3, 3]
        """
        return self._move("gather", Gather(), array, index)

    def scatter(
        self, base: Value, index: Value, values: Value, op: Op | None = None, *, conflicts: str | None = None
    ) -> Any:
        """Write values into an array at positions that data decides; the result is the array renewed.

        Each word written is one step.

        Parameters
        ----------
        base : Value
            Of one dimension or more; with more, whole rows are written.
        index : Value
            Integers, an array of any shape or one word.
        values : Value
            What is written: of the shape of ``index``, then that of a row.
        op : Op, optional
            Combines what stands there with each value, in the order of ``index``; without it a value takes the
            place of what stands there, and positions must be distinct.
        conflicts : {"serial", "distinct"}, optional
            Whether values may meet at a position, in the worst case all at one, or never do. By default they
            may where there is an op.

        Returns
        -------
        Value

        Examples
        --------
        >>> import workdepth as wd
        >>> g = wd.Algorithm("histogram")
        >>> n, m = wd.size("n"), wd.size("m")
        >>> x = g.input("x", n)
        >>> g.output(g.scatter(g.map(m, lambda j: 0), x, g.map(n, lambda i: 1), wd.ADD))
        >>> wd.run(g, x=[1, 0, 1, 3], m=4).tolist()
        [1, 2, 0, 1]
        """
        conflicts = conflicts if conflicts is not None else "distinct" if op is None else "serial"
        if op is not None:
            self._check_op(op)
        wrong = wrong_scatter(op, conflicts)
        if wrong is not None:
            raise GraphError(wrong[0], where=self._where, next_step=wrong[1])
        return self._move("scatter", Scatter(op, conflicts), base, index, values)

    def _move(self, what: str, kind: Gather | Scatter, *operands: Value) -> Any:
        local = [self._local(x) for x in operands]
        base, index = local[:2]
        if not base.shape:
            raise GraphError(
                f"{what} needs an array, and {base.node} is one word",
                where=self._where,
                next_step="read or write it as it is",
            )
        words = (*index.shape, *base.shape[1:])
        if len(local) > 2 and local[2].shape != words:
            raise GraphError(
                f"{what} takes values of shape ({', '.join(map(str, words))}),"
                f" not ({', '.join(map(str, local[2].shape))})",
                where=self._where,
                next_step="give one value for each word that is written",
            )
        return self._reader(what, kind, local, (words if isinstance(kind, Gather) else base.shape,))
