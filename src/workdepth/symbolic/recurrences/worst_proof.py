"""Whether a formula is never below the worst cost of a split, by induction on the size.

The step puts the formula in for the calls, at every index. Calls at sizes where the formula does not hold, a few of the
smallest, are looked at one by one; and so are the first sizes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from workdepth.errors import SymbolicError
from workdepth.symbolic.domain import Domain, Size
from workdepth.symbolic.expr import Expr
from workdepth.symbolic.making import name, total
from workdepth.symbolic.recurrences.history import Split
from workdepth.symbolic.recurrences.history_values import worst_table
from workdepth.symbolic.recurrences.recurrence import Call, Case
from workdepth.symbolic.signs import nonnegative
from workdepth.symbolic.structure import affine

#: Sizes below the formula, and sizes looked at one by one.
MOST_BELOW = 64
MOST_FIRST = 130


def is_above(of: Split, value: Expr, low: int) -> bool:
    """Tell whether a formula is proved never to be below the worst cost, from a size on.

    Parameters
    ----------
    of : Split
    value : Expr
    low : int

    Returns
    -------
    bool

    Examples
    --------
    >>> from workdepth.symbolic import parse
    >>> from workdepth.symbolic.recurrences import split
    >>> quicksort = split("A + B + n - 1", {"A": "k", "B": "n - 1 - k"}, base={0: 0, 1: 0})
    >>> is_above(quicksort, parse("n*(n - 1)/2"), 0), is_above(quicksort, parse("n*log2(n)"), 1)
    (True, False)
    """
    low = max(low, of.smallest)
    first = max(of.upto, 2 * low + 1)
    if low - of.smallest > MOST_BELOW or first - of.upto > MOST_FIRST:
        return False
    try:
        known = worst_table(of, first)
        tried = all(
            nonnegative(value.substitute({of.size: m}) - known[m], of.domain) for m in range(low, first + 1)
        )
        step = _Step(of, value, low, known, of.domain.with_size(Size(of.size, first + 1, of.declared.high)))
        return tried and all(step.holds(case) for case in of.cases)
    except SymbolicError:
        return False


@dataclass(frozen=True)
class _Step:
    """The induction step: the formula, the size it holds from, the costs below, and the sizes it is asked at."""

    of: Split
    value: Expr
    low: int
    known: Mapping[int, Expr]
    domain: Domain

    def holds(self, case: Case) -> bool:
        """Tell whether no index of a case costs more than the formula."""
        if self.low == self.of.smallest:
            return self._over(case, self.of.low, self.of.high)
        lines = [affine(call.argument, self.of.index) for call in case.calls]
        starts, ends = [self.of.low], [self.of.high]
        for line in lines:
            if line is None or line[0] not in (1, -1):
                return False
            if line[0] == 1:
                starts.append(self.low - line[1])
            else:
                ends.append(line[1] - self.low + 1)
        start, end = self._outermost(starts, 1), self._outermost(ends, -1)
        if start is None or end is None:
            return False
        return self._over(case, start, end) and all(self._at(case, k) for k in self._apart(case))

    def _outermost(self, found: list[Expr], sign: int) -> Expr | None:
        """Return the largest (or smallest) of some ends, if it is one of them at all sizes."""
        for x in found:
            if all(nonnegative((x - y) * sign, self.domain) for y in found):
                return x
        return None

    def _over(self, case: Case, low: Expr, high: Expr) -> bool:
        """Tell whether the formula is at least what each index of a range costs."""
        k = self.of.index
        cost = total(call.count * self._formula(call.argument) for call in case.calls) + case.extra
        inside = self.domain.with_index(k, low, high)
        if nonnegative(self.value - cost, inside):
            return True
        ends = (cost.substitute({k: x}) for x in (low, high - 1))
        if not all(nonnegative(self.value - x, self.domain) for x in ends):
            return False
        if self._bends(case, low, high) or self._follows(case):
            return True
        rise = _rise(cost, k)
        before_last = self.domain.with_index(k, low, high - 1)
        return nonnegative(rise, before_last) or nonnegative(-rise, before_last)

    def _bends(self, case: Case, low: Expr, high: Expr) -> bool:
        """Tell whether what an index costs bends upwards: each call and what is added, for itself."""
        k = self.of.index
        if not all(self._runs(call) for call in case.calls):
            return False
        curved = nonnegative(_rise(_rise(self.value, self.of.size), self.of.size), self._known)
        more = _rise(_rise(case.extra, k), k)
        return curved and nonnegative(more, self.domain.with_index(k, low, high - 2))

    def _follows(self, case: Case) -> bool:
        """Tell whether what an index costs rises or falls with the argument of the one call."""
        if len(case.calls) != 1 or self.of.index in case.extra.names or not self._runs(case.calls[0]):
            return False
        return nonnegative(_rise(self.value, self.of.size), self._known)

    def _runs(self, call: Call) -> bool:
        """Tell whether the argument of a call goes up or down by 1 with the index."""
        line = affine(call.argument, self.of.index)
        return line is not None and line[0] in (1, -1) and nonnegative(call.count, self.of.domain)

    @property
    def _known(self) -> Domain:
        """The sizes that calls may be at where the formula holds."""
        return self.of.domain.with_size(Size(self.of.size, self.low, self.of.declared.high))

    def _apart(self, case: Case) -> Iterator[Expr]:
        """Yield the indices at which a call is at a size below the formula."""
        for call in case.calls:
            line = affine(call.argument, self.of.index)
            assert line is not None
            for m in range(self.of.smallest, self.low):
                yield (m - line[1]) * line[0]

    def _at(self, case: Case, k: Expr) -> bool:
        """Tell whether one index costs no more than the formula, or is none of the split's."""
        first, last = self.of.low, self.of.high - 1
        if nonnegative(first - 1 - k, self.domain) or nonnegative(k - 1 - last, self.domain):
            return True
        if not nonnegative(k - first, self.domain) or not nonnegative(last - k, self.domain):
            return False
        cost = case.extra.substitute({self.of.index: k})
        for call in case.calls:
            known = self._cost(call.argument.substitute({self.of.index: k}))
            if known is None:
                return False
            cost = cost + call.count * known
        return nonnegative(self.value - cost, self.domain)

    def _cost(self, argument: Expr) -> Expr | None:
        if argument.is_number and argument.number < self.low:
            return self.known[int(argument.number)]
        return self._formula(argument) if nonnegative(argument - self.low, self.domain) else None

    def _formula(self, argument: Expr) -> Expr:
        return self.value.substitute({self.of.size: argument})


def _rise(x: Expr, text: str) -> Expr:
    """Return x(k + 1) - x(k)."""
    return x.substitute({text: name(text) + 1}) - x
