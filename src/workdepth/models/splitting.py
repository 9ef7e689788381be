"""Recursions whose sizes data decides: the worst split, and the mean over all splits that are equally likely.

Note [Splitting].  The calls of such a level are at sizes in the number of a case, such as k and n - 1 - k.  The
level's figures are formulas in that number and in the unknown figures of the calls; ``symbolic.recurrences``
takes their mean, of work alone, or their largest value over the number, from there on down.

Note [Larger part].  Where a branch of such a level goes on with one of several calls, the mean of the larger cost is
no larger mean.  But let U never fall, be at least the cost at each size of the base, and U(n) at least the mean over
k of U(M) + f(n), M being the largest of the sizes that the branch may call at, f(n) the most that its cases add.
Then U bounds the expected cost T, whichever cases are taken, so long as none of them is taken by what the choices in
its call will be: if T <= U below n, then T(n), the mean of what one case adds and of T at its size, is at most the
mean of f(n) + U(M), which is at most U(n).  T itself need not rise; a case without a call costs f(n) at most, and U
is not negative, as no cost is.  With k and n - 1 - k, or k and n - k, U is what ``symbolic.recurrences.mean`` gives
for one call at M: a number, and powers of n or a logarithm whose factors are not negative (Cormen, Leiserson, Rivest
and Stein, *Introduction to Algorithms*, 4th ed., section 9.2, where a number of a given rank is looked for).  Of
other sizes nothing is known: no U that never falls.  Whoever knew all choices beforehand could ask for more than U:
Devroye, "On the probabilistic worst-case time of Find", Algorithmica 31 (2001).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from workdepth.errors import ModelError, SymbolicError
from workdepth.graph.algorithm import Algorithm
from workdepth.graph.nodes import Base, Choice
from workdepth.models.bounded import ONE, Bounded
from workdepth.models.chosen import Chosen
from workdepth.models.whole import from_the_start
from workdepth.symbolic import Expr, maximum, maximum_of, name
from workdepth.symbolic.recurrences import Split, SplitSolution, mean, mean_at, split, worst, worst_at

LARGER = "_larger"  # the cost of the call at the largest size


@dataclass(frozen=True)
class Splits:
    """The choice that decides at which sizes a recursion calls itself, and the choices that do not.

    Attributes
    ----------
    by : Choice or None
        None where no choice decides the sizes of calls.
    rest : Chosen
    """

    by: Choice | None
    rest: Chosen


def splits(algorithm: Algorithm, chosen: Chosen, arguments: Mapping[str, Expr]) -> Splits:
    """Tell which choice decides the sizes of calls.

    Raises
    ------
    ModelError
        When several do.
    """
    named = frozenset[str]().union(*(e.names for e in arguments.values()))
    deciding = [c for c in chosen.choices if c.over.index in named]
    if len(deciding) > 1:
        raise ModelError(
            f"the calls of {algorithm.name or 'the algorithm'} depend on {len(deciding)} choices",
            next_step="let one choice decide the sizes of calls",
        )
    if not deciding:
        return Splits(None, chosen)
    (by,) = deciding
    others = tuple(c for c in chosen.choices if c is not by)
    around = chosen.domain.with_index(by.over.index, by.over.low, by.over.high)
    return Splits(by, Chosen(others, around))


@dataclass(frozen=True)
class SplitFigure:
    """One figure of such a recursion, to be solved from its level."""

    text: str
    calls: Mapping[str, Expr]
    stops: Mapping[int, Bounded]
    base: Base
    algorithm: Algorithm
    by: Choice

    def solved(self, value: Bounded, expected: bool) -> Bounded:
        """Return what solves the recurrence of a level's value: its mean where that is expected, else the worst."""
        find, at = (mean, mean_at) if expected else (worst, worst_at)
        of = self._split(value.expr, self.calls)
        larger = self._of_larger_part(of) if expected else None
        exact = value.exact and larger is None and all(b.exact for b in self.stops.values())
        return self._everywhere(larger or of, self._found(larger or of, find), exact, at)

    def _of_larger_part(self, of: Split) -> Split | None:
        """Return the split with one call, at the largest size, for one in each case; see Note [Larger part]."""
        if len(of.cases) < 2 or any(len(case.calls) > 1 for case in of.cases):
            return None
        calls = [call for case in of.cases for call in case.calls]
        largest = maximum_of(*(call.argument for call in calls))
        if any(call.count != ONE or call.argument == largest for call in calls):
            return None
        most = maximum([case.extra for case in of.cases], of.chosen).value
        return self._split(name(LARGER) + most, {LARGER: largest})

    def _split(self, value: Expr, calls: Mapping[str, Expr]) -> Split:
        over = self.by.over
        try:
            return split(
                value,
                calls,
                base={k: b.expr for k, b in self.stops.items()},
                index=over.index,
                low=over.low,
                high=over.high,
                upto=self.base.until,
                size=self.base.size,
                domain=self.algorithm.domain,
            )
        except SymbolicError as error:
            raise ModelError(
                f"the {self._what} is no split that can be solved: {error.what}", next_step=error.next_step
            ) from error

    def _found(self, of: Split, find: Callable[[Split], SplitSolution]) -> SplitSolution:
        try:
            return find(of)
        except SymbolicError as error:
            raise ModelError(
                f"the {self._what} has no closed form: {of}; {error.what}", next_step=error.next_step
            ) from error

    @property
    def _what(self) -> str:
        return f"{self.text} of {self.algorithm.name or 'the recursion'}"

    def _everywhere(
        self, of: Split, found: SplitSolution, exact: bool, at: Callable[[Split, int], Any]
    ) -> Bounded:
        candidates = [(found.bound, found.bound_low, False)]
        held = found.domain.size(of.size)
        if held is not None:
            candidates.insert(0, (found.value, held.low, True))
        for value, low, holds in candidates:
            if value is None:
                continue
            whole = from_the_start(value, low, of.declared, of.domain, lambda v: at(of, v))
            if whole is not None:
                return Bounded(whole.expr, exact and holds and whole.exact)
        raise ModelError(
            f"the {self._what} has neither a closed form nor a bound for all sizes: {of}",
            next_step="declare the size with a larger low",
        )
