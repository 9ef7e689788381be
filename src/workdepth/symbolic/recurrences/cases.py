"""Maxima: fewer cases where one is proved to lead, the leading one where it is found, else one case above all."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import permutations

from workdepth.symbolic.domain import Domain
from workdepth.symbolic.expr import Expr, as_expr
from workdepth.symbolic.extremes import maximum
from workdepth.symbolic.recurrences.evaluating import exactly
from workdepth.symbolic.recurrences.found import Found, reaching_down
from workdepth.symbolic.recurrences.monotone import monotone, never_negative
from workdepth.symbolic.recurrences.recurrence import Call, Case, Recurrence
from workdepth.symbolic.recurrences.shrinking import sizes
from workdepth.symbolic.signs import nonnegative

MOST_MATCHED = 5
#: Sizes at which a candidate is compared before it is proved.
COMPARED = 6
LONGEST_BASE = 64

Solve = Callable[[Recurrence], Iterator[Found]]


def reduced(of: Recurrence) -> Recurrence:
    """Return an equal recurrence without the cases that others dominate.

    Parameters
    ----------
    of : Recurrence

    Returns
    -------
    Recurrence
    """
    if len(of.cases) == 1 or not never_negative(of):
        return of
    rising = monotone(of)
    kept: list[Case] = []
    for case in of.cases:
        if any(_leads(k, case, of, rising) for k in kept):
            continue
        kept = [k for k in kept if not _leads(case, k, of, rising)]
        kept.append(case)
    return replace(of, cases=tuple(kept))


def _leads(a: Case, b: Case, of: Recurrence, rising: bool) -> bool:
    """Tell whether case a is at least case b above the base: each call of b is covered by one of a."""
    if len(b.calls) > len(a.calls) or len(a.calls) > MOST_MATCHED:
        return False
    if not nonnegative(a.extra - b.extra, of.above):
        return False
    return any(
        all(_covers(x, y, of, rising) for x, y in zip(chosen, b.calls, strict=True))
        for chosen in permutations(a.calls, len(b.calls))
    )


def _covers(a: Call, b: Call, of: Recurrence, rising: bool) -> bool:
    if not nonnegative(a.count - b.count, of.domain):
        return False
    return a.argument == b.argument or (rising and nonnegative(a.argument - b.argument, of.above))


# -- the case that leads --


def led(of: Recurrence, solve: Solve) -> Iterator[Found]:
    """Yield closed forms of a maximum: of one case, or of one case and what another adds, proved by induction.

    Parameters
    ----------
    of : Recurrence
    solve : callable
        Yields closed forms of a recurrence with one case.

    Yields
    ------
    Found
    """
    if not never_negative(of):
        return
    flat = [c.extra for c in of.cases if not c.calls]
    top = maximum(flat, of.above).value if flat else None
    calling = [c for c in of.cases if c.calls]
    if top is not None and _covers_itself(top, calling, of):
        yield _from_above(of, top, None)
    for case in calling:
        for found in solve(replace(of, cases=(case,))):
            if not found.exact:
                continue
            if _is_fixed(found.value, of, found):
                yield reaching_down(of, found.value, found.low, found.power_of)
            elif top is not None and len(calling) == 1 and _stays_below(top, case, of, found):
                both = maximum([found.value, top], _above(of, found)).value
                yield _from_above(of, both, found.power_of)


def _covers_itself(top: Expr, calling: list[Case], of: Recurrence) -> bool:
    """Tell whether what the cases without calls add is at least all the others, and the base, so that it is T."""
    if of.upto - of.low > LONGEST_BASE:
        return False
    if not all(nonnegative(top - _put_in(c, of, top), of.above) for c in calling):
        return False
    base = range(of.low, of.upto + 1)
    return all(nonnegative(top.substitute({of.size: m}) - of.base_at(m), of.domain) for m in base)


def _above(of: Recurrence, found: Found) -> Domain:
    size = found.domain(of).size(of.size)
    assert size is not None
    return of.domain.with_size(replace(size, low=max(size.low, of.upto + 1)))


def _put_in(case: Case, of: Recurrence, value: Expr) -> Expr:
    """Return what a case gives where its calls cost what a formula says."""
    out = case.extra
    for call in case.calls:
        out = out + call.count * value.substitute({of.size: call.argument})
    return out


def _is_fixed(value: Expr, of: Recurrence, found: Found) -> bool:
    """Tell whether a solution of one case is at least every other case, its calls costing what it says."""
    where = _above(of, found)
    for case in of.cases:
        rest = value - _put_in(case, of, value)
        if rest.terms and not nonnegative(rest, where):
            return False
    return _agrees(of, value, found)


def _agrees(of: Recurrence, value: Expr, found: Found) -> bool:
    """Compare with T where calls reach the base: the induction starts there."""
    if of.upto - of.low > LONGEST_BASE:
        return False
    return all(value.substitute({of.size: n}) == exactly(of, n) for n in _first_sizes(of, found))


def _first_sizes(of: Recurrence, found: Found) -> Iterator[int]:
    asked = replace(of, domain=found.domain(of))
    for count, n in enumerate(sizes(asked, max(found.low, asked.low))):
        if count > COMPARED + max(0, of.upto - of.low):
            return
        yield n


def _stays_below(top: Expr, case: Case, of: Recurrence, found: Found) -> bool:
    """Tell whether the calls of a case, costing what the others add, stay below what the others add."""
    return len(case.calls) == 1 and nonnegative(top - _put_in(case, of, top), _above(of, found))


def _from_above(of: Recurrence, value: Expr, power_of: int | None) -> Found:
    low = of.upto + 1
    if power_of is not None:
        low = 1
        while low <= of.upto:
            low *= power_of
    return reaching_down(of, value, low, power_of)


# -- one case above all --


def covered(of: Recurrence) -> Recurrence | None:
    """Return a recurrence with one case that is at least all cases of another, or None where none is proved.

    Parameters
    ----------
    of : Recurrence

    Returns
    -------
    Recurrence or None
    """
    if not never_negative(of):
        return None
    extra = maximum([c.extra for c in of.cases], of.above).value
    calls = _one_call(of) if all(len(c.calls) < 2 for c in of.cases) and monotone(of) else None
    if calls is None:
        calls = _all_calls(of)
    return replace(of, cases=(Case(calls, extra),))


def _one_call(of: Recurrence) -> tuple[Call, ...] | None:
    calls = [call for case in of.cases for call in case.calls]
    argument = maximum([c.argument for c in calls], of.above)
    count = maximum([c.count for c in calls], of.domain)
    if not any(argument.value == c.argument for c in calls):
        return None
    return (Call(argument.value, count.value),)


def _all_calls(of: Recurrence) -> tuple[Call, ...]:
    """Each argument as often as the case that calls it most."""
    counts: dict[Expr, Expr] = {}
    for case in of.cases:
        for call in case.calls:
            old = counts.get(call.argument, as_expr(0))
            counts[call.argument] = maximum([old, call.count], of.domain).value
    return tuple(Call(a, c) for a, c in counts.items())
