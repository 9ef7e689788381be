"""One figure of a recursion whose sizes are known: its recurrence, and the formula that holds at every size."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from workdepth.errors import ModelError, SymbolicError
from workdepth.graph.algorithm import Algorithm
from workdepth.graph.nodes import Base
from workdepth.models.bounded import Bounded
from workdepth.models.whole import from_the_start
from workdepth.symbolic import Expr
from workdepth.symbolic.recurrences import Recurrence, Solution, at, recurrence, solve


@dataclass(frozen=True)
class KnownFigure:
    """One figure of a recursion, to be solved from its level."""

    text: str
    calls: Mapping[str, Expr]
    stops: Mapping[int, Bounded]
    base: Base
    algorithm: Algorithm

    def solved(self, value: Bounded) -> Bounded:
        """Return what solves the recurrence of a level's value."""
        of = _recurrence(self.text, value.expr, self.calls, self.stops, self.base, self.algorithm)
        exact = value.exact and all(b.exact for b in self.stops.values())
        return _solution(of, exact, self.algorithm, self.text)


def _recurrence(
    text: str,
    value: Expr,
    calls: Mapping[str, Expr],
    ends: Mapping[int, Bounded],
    base: Base,
    algorithm: Algorithm,
) -> Recurrence:
    stops = {k: b.expr for k, b in ends.items()}
    try:
        return recurrence(value, calls, base=stops, upto=base.until, size=base.size, domain=algorithm.domain)
    except SymbolicError as error:
        raise ModelError(
            f"the {text} of {algorithm.name or 'the recursion'} is no recurrence that can be solved: {error.what}",
            next_step=error.next_step or "write it with calls at one or two smaller sizes",
        ) from error


def _solution(of: Recurrence, exact: bool, algorithm: Algorithm, text: str) -> Bounded:
    try:
        found = solve(of)
    except SymbolicError as error:
        raise ModelError(
            f"the {text} of {algorithm.name or 'the recursion'} has no closed form: {of}; {error.what}",
            next_step="declare the size as a power of what it is divided by",
        ) from error
    for value, low, holds in _candidates(found):
        whole = from_the_start(value, low, of.declared, of.domain, lambda v: at(of, v))
        if whole is not None:
            return Bounded(whole.expr, exact and holds and whole.exact)
    raise ModelError(
        f"the {text} of {algorithm.name or 'the recursion'} has neither a closed form nor a bound for all sizes: {of}",
        next_step="declare the size as a power of what it is divided by, or with a larger low",
    )


def _candidates(found: Solution) -> Iterator[tuple[Expr, int, bool]]:
    """Yield formulas, from which size on they hold, and whether they are exact there."""
    kept = found.recurrence.declared.power_of
    holds = found.domain.size(found.recurrence.size)
    if found.value is not None and holds is not None and holds.power_of == kept:
        yield found.value, holds.low, True
    if found.bound is not None:
        yield found.bound, found.bound_low, False
