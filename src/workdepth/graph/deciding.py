"""Which case a choice among a range takes: as told, or as data decides while an algorithm runs.

Note [Deciding].  An algorithm that chooses among n cases, and calls itself in each, cannot be unrolled in all of
them.  So running reads it with a stand-in for every choice that is not decided yet, computes what can be, and
looks which numbers the stand-ins were given.  Those that depend on no other stand-in are right; with them it is
read again, until nothing is left to decide: about as many times as calls are nested.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from workdepth.errors import GraphError
from workdepth.graph.nodes import Range, Shape
from workdepth.graph.ops import Op
from workdepth.symbolic import Expr, as_expr

if TYPE_CHECKING:
    from workdepth.graph.algorithm import Algorithm
    from workdepth.graph.unit import UnitGraph

Number = int | str | Expr | Mapping[str, int]


@dataclass
class Undecided:
    """A choice that no number is known for: its path, the calls that lead to it, its range, what data told it."""

    key: str
    trail: str
    low: int
    high: int
    told: list[int] = field(default_factory=list)

    @property
    def op(self) -> Op:
        """The operation that takes the number of the case, and notes it."""
        return Op(f"{self.key} in {self.trail or 'the whole'}", 1, self._note)

    def _note(self, which: Any) -> Any:
        import numpy as np

        self.told.extend(np.atleast_1d(np.asarray(which)).tolist())
        return which

    @property
    def number(self) -> int:
        """The number that data told; one for all copies.

        Raises
        ------
        GraphError
            When copies were told different numbers, or one outside the range.
        """
        found = sorted(set(self.told))
        if len(found) > 1:
            raise GraphError(
                f"copies of one choice take different cases: {found[0]} and {found[-1]}",
                where=self.key,
                next_step="call the algorithm outside of loops, to run it",
            )
        if found[0] != int(found[0]) or not self.low <= found[0] < self.high:
            raise GraphError(
                f"a choice over {self.low} <= k < {self.high} is given the number {found[0]}",
                where=self.key,
                next_step="let the condition name a case",
            )
        return int(found[0])


def number_given(given: Any, key: str, trail: str, over: Range, sizes: Mapping[str, int], where: str) -> int:
    """Return the case that a choice takes at given sizes.

    Parameters
    ----------
    given : int, str, Expr or mapping
        A number, an expression in the sizes that hold there, or a number for each trail of calls.

    Raises
    ------
    GraphError
        When there is no number, or it is outside the range.
    """
    low, high = (whole(e, sizes, where) for e in (over.low, over.high))
    if isinstance(given, Mapping):
        if trail not in given:
            raise GraphError(
                f"no case is chosen for {key} in {trail or 'the whole'}",
                where=where,
                next_step=f"give cases={{{key!r}: {{{trail!r}: k}}}}, with {low} <= k < {high}",
            )
        given = given[trail]
    k = given if isinstance(given, int) else whole(as_expr(given), sizes, where)
    if isinstance(k, bool) or not low <= k < high:
        raise GraphError(
            f"case {k!r} of {key}, whose cases are {low} <= {over.index} < {high}",
            where=where,
            next_step="give a number in the range, or an expression such as the last one,"
            f" {str(over.high - 1)!r}",
        )
    return k


def whole(e: Expr, sizes: Mapping[str, int], where: str) -> int:
    """Return the value of an expression that must be an integer at the sizes that hold."""
    if not e.names <= set(sizes):
        raise GraphError(
            f"{e} names {', '.join(sorted(e.names - set(sizes)))}, which has no value at a choice",
            where=where,
            next_step=f"use the sizes there: {', '.join(sizes)}",
        )
    value = e.at(dict(sizes))
    if not isinstance(value, int):
        raise GraphError(
            f"{e} is no integer: {value}", where=where, next_step="use floor or ceiling, or another number"
        )
    return value


def stand_in(undecided: Undecided, shapes: tuple[Shape, ...]) -> Algorithm:
    """Return an algorithm that takes the number of a case and yields arrays of what they should be in shape only."""
    from workdepth.graph.algorithm import Algorithm

    graph = Algorithm("undecided")
    which = graph.apply(undecided.op, graph.input("which"))
    for out, shape in enumerate(shapes):
        graph.output(graph.map(list(shape), lambda *at: which) if shape else which, str(out))
    return graph


def untouched(unit: UnitGraph, waiting: list[Undecided]) -> list[Undecided]:
    """Return the choices whose numbers depend on no other choice that is undecided."""
    import numpy as np

    by_name = {u.op.name: u for u in waiting}
    codes = {code: by_name[op.name] for code, op in enumerate(unit.ops) if op.name in by_name}
    nodes = np.flatnonzero(np.isin(unit.op_code, list(codes)))
    reader = np.repeat(np.arange(len(unit)), np.diff(unit.operand_start))
    read = unit.producers()[unit.operands]
    after = np.zeros(len(unit), dtype=bool)
    found = nodes
    while len(found):
        before = after.copy()
        after[reader[np.isin(read, found)]] = True
        found = np.flatnonzero(after & ~before)
    tainted = {int(unit.op_code[v]) for v in nodes if after[v]}
    return [u for code, u in codes.items() if code not in tainted]
