"""Calls: another algorithm, the algorithm itself and where that ends, a block of declared costs."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from workdepth.errors import GraphError
from workdepth.graph import calling
from workdepth.graph.bodies import check_body
from workdepth.graph.building.scopes import Scopes
from workdepth.graph.value import Value

if TYPE_CHECKING:
    from workdepth.graph.algorithm import Algorithm


class Calls(Scopes):
    """The part of the builder that adds calls and blocks."""

    def base(self, size: Any, until: int, body: Callable[[], Any]) -> None:
        """Say where a recursion ends: for ``size <= until`` the algorithm is what ``body`` builds.

        Declared before the first :meth:`call` of the algorithm to itself, whose results have the shapes of
        what ``body`` returns; it may use inputs only.

        Examples
        --------
        >>> import workdepth as wd
        >>> g = wd.Algorithm("sum-recursive")
        >>> n = g.size("n", power_of=2)
        >>> x = g.input("x", n)
        >>> g.base(n, 1, lambda: x[0])
        >>> left = g.call(g, g.map(n / 2, lambda i: x[i]), n=n / 2)
        >>> right = g.call(g, g.map(n / 2, lambda j: x[j + n / 2]), n=n / 2)
        >>> g.output(left + right)
        >>> int(wd.run(g, x=[2, 3, 5, 7]))
        17
        """
        if self._frames or calling.base_of(self) is not None:
            raise GraphError(
                "a base case stands inside a body, or twice",
                where=self._where,
                next_step="declare it once, first",
            )
        text = str(self._expression(size))
        if text not in {s.name for s in self.sizes} or isinstance(until, bool) or not isinstance(until, int):
            raise GraphError(
                f"a base case for {text} <= {until!r}",
                where=self._where,
                next_step="give a size and a whole number",
            )
        check_body(body, 0, "nothing", self._where)
        frame = self._open()
        self._body(body)
        self.graph["base"] = calling.as_base(self, frame.body, frame.operands, text, until)

    def call(self, algorithm: Algorithm, /, *arrays: Any, memoised: bool = False, **sizes: Any) -> Any:
        """Use another algorithm, or this one at smaller sizes: a recursion.

        Parameters
        ----------
        algorithm : Algorithm
            What is called; for a recursion the graph itself, after :meth:`base`.
        *arrays : Value
            Its inputs and constants, in order.
        memoised : bool
            Whether each distinct call, told by its sizes, is made once and its result kept.  Then all calls
            take the same inputs.
        **sizes : Expr
            A value for each of its sizes; a recursion hands on those that are not given.

        Returns
        -------
        Value or tuple of Value
            Its outputs.
        """
        from workdepth.graph.algorithm import Algorithm

        if not isinstance(algorithm, Algorithm):
            raise GraphError(
                f"{algorithm!r} is not an algorithm", where=self._where, next_step="call an Algorithm"
            )
        local = [self._local(x) for x in arrays]
        given = {text: self._expression(e) for text, e in sizes.items()}
        kind, shapes = calling.call(self, algorithm, local, memoised, given, self._where)
        return self._reader("call", kind, local, shapes)

    def block(
        self,
        text: str,
        *operands: Any,
        shape: Any = (),
        work: Any,
        span: Any,
        threads: Any,
        memory: Any = None,
        on_one: Any = None,
    ) -> Value:
        """Add something opaque, of which only the costs are known: expressions of sizes, taken as declared.

        Parameters
        ----------
        text : str
            What tables call it.
        *operands : Value
            Arrays and words that it reads, whole.
        shape : extent or tuple of extents
            Of its one result.
        work, span, threads : Expr
            Its steps in all, its steps on the longest chain, the most operations in one step.
        memory : Expr, optional
            The most words that it holds beside its operands, the result among them; by default the result.
        on_one : Expr, optional
            The same on one thread; by default the same.

        Examples
        --------
        >>> import workdepth as wd
        >>> g = wd.Algorithm("sorted sum")
        >>> n = wd.size("n")
        >>> x = g.input("x", n)
        >>> y = g.block("sort", x, shape=n, work=n * 20, span=100, threads=n)
        >>> g.output(g.fold(wd.ADD, y))
        >>> str(wd.analyze(g)["GPU"].time)
        'ceiling(log2(n)) + 100'
        """
        extents = self._shape(shape if isinstance(shape, tuple | list) else (shape,))
        local = [self._local(x) for x in operands]
        kind = calling.block(text, (work, span, threads, memory, on_one), extents, self._expression)
        found: Value = self._reader("block", kind, local, (extents,))
        return found
