"""Branches: one case of several, by a word."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from workdepth.errors import GraphError
from workdepth.graph import calling
from workdepth.graph.bodies import check_body
from workdepth.graph.building.ranges import Ranges
from workdepth.graph.value import Value


class Branching(Ranges):
    """The part of the builder that adds branches."""

    def branch(
        self,
        condition: Value,
        then: Callable[[], Any],
        otherwise: Callable[[], Any],
        *,
        probabilities: Any = None,
    ) -> Any:
        """Do what ``then`` builds where the condition is not 0, what ``otherwise`` builds where it is.

        Parameters
        ----------
        condition : Value
            One word.
        then, otherwise : callable
            Take nothing, return values of the same shapes.
        probabilities : pair of numbers, optional
            Of ``then`` and of ``otherwise``; they sum to 1.  With them time and work are expectations, else
            every figure is that of its worst case.

        Examples
        --------
        >>> import workdepth as wd
        >>> g = wd.Algorithm("distance")
        >>> x, y = g.input("x"), g.input("y")
        >>> g.output(g.branch(g.apply(wd.LESS, x, y), lambda: y - x, lambda: x - y))
        >>> int(wd.run(g, x=3, y=8))
        5
        """
        if probabilities is not None:
            probabilities = calling.listed(probabilities, self._where)[::-1]
        return self._choose("branch", condition, calling.in_order(then, otherwise), probabilities)

    def switch(self, which: Value, *cases: Callable[[], Any], probabilities: Any = None) -> Any:
        """Do what the case of the number ``which`` builds; as :meth:`branch`, for any number of cases."""
        return self._choose("switch", which, cases, probabilities)

    def choose(self, which: Value, over: Any, body: Callable[..., Any], *, uniform: bool = False) -> Any:
        """Do what ``body`` builds for one number of a range: as many cases as a size says.

        Parameters
        ----------
        which : Value
            One word: the number of the case.
        over : extent or (low, high)
            What the number may be: 0 <= k < extent, or low <= k < high.
        body : callable
            Takes the number k, which bounds of loops, extents and sizes of calls may use; returns values whose
            shapes are the same for every k.
        uniform : bool
            Whether every number is equally likely: then time and work are expectations, else every figure is
            that of its worst case.

        Examples
        --------
        A list is searched from the front; the one looked for is equally likely to be anywhere.

        >>> import workdepth as wd
        >>> g = wd.Algorithm("linear search")
        >>> n = wd.size("n")
        >>> place, x = g.input("place"), g.input("x", n)
        >>> def until(k):
        ...     return g.fold(wd.MAXIMUM, (0, k + 1), lambda i: g.apply(wd.EQUAL, x[i], 7), order="left")
        >>> g.output(g.choose(place, n, until, uniform=True))
        >>> str(wd.analyze(g)["RAM"].time), wd.analyze(g)["RAM"].time.relation
        ('n', '~')
        """
        local = self._local(which)
        if local.shape:
            raise GraphError("a choice by an array", where=self._where, next_step="give one word")
        if isinstance(over, list):
            raise GraphError(
                f"a choice over {len(over)} ranges",
                where=self._where,
                next_step="give one extent, or (low, high)",
            )
        ranges, indices = self._ranges(over, body)
        frame = self._open()
        self._body(body, *indices)
        kind, operands, shapes = calling.choice(frame.body, frame.operands, ranges[0], uniform, self._where)
        return self._reader("choose", kind, [local, *operands], shapes)

    def _choose(self, what: str, condition: Any, cases: Any, probabilities: Any) -> Any:
        local = self._local(condition)
        if local.shape or len(cases) < 2:
            raise GraphError(
                f"a {what} of {len(cases)} cases by an array"
                if local.shape
                else f"a {what} of {len(cases)} cases",
                where=self._where,
                next_step="give one word, and two functions or more",
            )
        bodies, captured = [], []
        for case in cases:
            check_body(case, 0, "nothing", self._where)
            frame = self._open()
            self._body(case)
            bodies.append(frame.body)
            captured.append(frame.operands)
        kind, operands, shapes = calling.branch(bodies, captured, probabilities, self._where)
        return self._reader(what, kind, [local, *operands], shapes)
