"""Branches: one case of several, by a word."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from workdepth.errors import GraphError
from workdepth.graph import calling
from workdepth.graph.bodies import check_body
from workdepth.graph.building.scopes import Scopes
from workdepth.graph.value import Value


class Branching(Scopes):
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
