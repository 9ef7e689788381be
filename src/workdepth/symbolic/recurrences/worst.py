"""The worst cost of a split: the largest over the index.

At its ends the index leaves an ordinary recurrence, such as T(n) = T(n - 1) + T(0) + f(n), whose solution W is a cost
that some data reach: T is at least W. It is at most W where no other index costs more, W being put in for T: by
induction on the size. Where each case makes one call and W never falls, the index that makes the call largest is the
worst. For several calls the proof looks at what an index costs, g(k): it is at most W(n) by its sign, or g rises, falls
or bends upwards (g(k + 2) - 2*g(k + 1) + g(k) >= 0), so that its largest value is at an end.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from functools import lru_cache
from math import inf

from workdepth.errors import SymbolicError
from workdepth.symbolic.bounds import monomial_low
from workdepth.symbolic.expr import Expr, from_terms
from workdepth.symbolic.extremes import maximum
from workdepth.symbolic.growth import Growth, growth
from workdepth.symbolic.recurrences.ends import at_ends, at_largest
from workdepth.symbolic.recurrences.expected_bounds import defined_from
from workdepth.symbolic.recurrences.history import Split, SplitSolution, solution
from workdepth.symbolic.recurrences.monotone import monotone
from workdepth.symbolic.recurrences.recurrence import Case
from workdepth.symbolic.recurrences.slow import smoothed, with_cases
from workdepth.symbolic.recurrences.solving import Solution, solve
from workdepth.symbolic.recurrences.worst_proof import is_above
from workdepth.symbolic.signs import nonnegative

#: Bounds are compared at this size.
SAMPLE = 1003


def worst(of: Split) -> SplitSolution:
    """Find the worst cost of a split: the largest over the index, and over the cases of a maximum.

    Parameters
    ----------
    of : Split

    Returns
    -------
    SplitSolution

    Raises
    ------
    SymbolicError
        When no index is proved to be the worst, and no bound is known.

    Examples
    --------
    >>> from workdepth.symbolic.recurrences import split, worst
    >>> halves = {"A": "k", "B": "n - 1 - k"}
    >>> print(worst(split("A + B + n - 1", halves, base={0: 0, 1: 0})))
    T(n) = n**2/2 - n/2; in n**2
    >>> print(worst(split("max(A, B) + 1", halves, base={0: 0, 1: 0})))
    T(n) = n - 1, n >= 1; in n
    """
    return _worst(of)


@lru_cache(maxsize=512)
def _worst(of: Split) -> SplitSolution:
    _check_counts(of)
    found = _by_largest(of) if all(len(case.calls) <= 1 for case in of.cases) else None
    if found is not None and found.value is not None:
        return found
    try:
        proved = _by_proof(of)
    except SymbolicError:
        if found is None:
            raise
        return found
    return proved if found is None or proved.value is not None else min(found, proved, key=_at_sample)


def _at_sample(found: SplitSolution) -> int | Fraction | float:
    """Rank bounds by a large size."""
    if found.bound is None:
        return inf
    return found.bound.at(dict.fromkeys(found.bound.names, 1) | {found.split.size: SAMPLE})


def _check_counts(of: Split) -> None:
    for call in (c for case in of.cases for c in case.calls):
        if not nonnegative(call.count, of.domain):
            raise SymbolicError(
                f"no worst split of '{of}': '{call}' may take away", next_step="add what calls cost"
            )


def _by_largest(of: Split) -> SplitSolution | None:
    """Solve one call in each case, as large as the index makes it."""
    largest = at_largest(of)
    if largest is None or not monotone(largest.recurrence):
        return None
    try:
        return _told(of, solve(largest.recurrence), largest.exact, "the cost never falls")
    except SymbolicError:
        return None


def _by_proof(of: Split) -> SplitSolution:
    ends = at_ends(of)
    try:
        found: Solution | None = solve(ends)
    except SymbolicError:
        found = None
    low = None if found is None else _holds_from(found)
    if found is not None and found.value is not None and low is not None and is_above(of, found.value, low):
        return _told(of, found, True, "no other split costs more")
    for other, value, start in _bounds(of, found):
        if is_above(other, value, start):
            known = growth(value)
            relation = "=" if found is not None and _is_reached(of, found, known) else "<="
            note = "by induction on the size"
            return solution(of, None, of.smallest, known, note, bound=(value, start), relation=relation)
    above = _smooth(of)
    if above is not None:
        return above
    raise SymbolicError(
        f"no {of.index} is proved to be the worst of '{of}'",
        next_step="evaluate it with worst_at, or bound what is added by what rises with the size",
    )


def _is_reached(of: Split, found: Solution, known: Growth) -> bool:
    """Tell whether the ends, which some data reach, are of the class of a bound, nothing being negative."""
    base = [of.base_at(m) for m in range(of.smallest, of.upto + 1)]
    if found.growth is None or found.growth_relation != "=" or not known <= found.growth:
        return False
    return all(nonnegative(x, of.chosen) for x in [*base, *(c.extra for c in of.cases)])


def _smooth(of: Split) -> SplitSolution | None:
    """Bound the cost by that of a split that adds a polynomial, where this one does not."""
    try:
        more = smoothed(of)
        if not more.held and more.split.cases == of.cases:
            return None
        found = worst(more.split)
    except SymbolicError:
        return None
    if found.bound is None:
        return None
    value = more.restored(found.bound)
    low = defined_from(of, value, found.bound_low)
    return solution(of, None, of.smallest, growth(value), found.note, bound=(value, low), relation="<=")


def _holds_from(found: Solution) -> int | None:
    """Return the size from which on a closed form holds; None where it holds at powers only."""
    size = found.domain.size(found.recurrence.size)
    assert size is not None
    return size.low if size.power_of is None else None


def _told(of: Split, found: Solution, exact: bool, note: str) -> SplitSolution:
    """Return what a recurrence tells of a split: its cost, or a bound of it."""
    assert found.growth is not None
    above = None if found.bound is None else (found.bound, found.bound_low)
    if not exact or found.value is None:
        relation = found.growth_relation if exact else "<="
        return solution(
            of, None, of.smallest, found.growth, note, bound=above or (None, 0), relation=relation
        )
    low, relation = _holds_from(found), found.growth_relation
    if low is not None:
        return solution(of, found.value, low, found.growth, note, bound=above, relation=relation)
    bound, bound_low = above or (None, 0)
    return SplitSolution(
        of, found.value, found.domain, found.where, bound, bound_low, found.growth, relation, note
    )


def _bounds(of: Split, found: Solution | None) -> Iterator[tuple[Split, Expr, int]]:
    """Yield formulas that may be above the worst cost, from a size on, and a split that costs no less to prove it."""
    if found is not None and found.bound is not None:
        yield of, found.bound, found.bound_low
    raised = _raised(of)
    try:
        above = solve(at_ends(raised))
    except SymbolicError:
        return
    if above.bound is not None:
        yield of, above.bound, above.bound_low
        yield raised, above.bound, above.bound_low


def _raised(of: Split) -> Split:
    """Return a split that adds only what is added, never what is taken away, with the largest base everywhere."""
    values = [of.base_at(m) for m in range(of.smallest, of.upto + 1)]
    most = maximum([0, *values], of.domain).value
    cases = [Case(c.calls, _added(c.extra, of)) for c in of.cases]
    return replace(with_cases(of, cases), base=most, apart=())


def _added(x: Expr, of: Split) -> Expr:
    kept = {m: c for m, c in x.terms.items() if c > 0 or monomial_low(m, of.chosen) is None}
    return from_terms(kept)
