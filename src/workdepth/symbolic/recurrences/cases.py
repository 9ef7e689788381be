"""Maxima: fewer cases where one is proved to lead, the leading one where it is found, else one case above all."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import permutations

from workdepth.errors import SymbolicError
from workdepth.symbolic.domain import Domain
from workdepth.symbolic.expr import Expr, as_expr
from workdepth.symbolic.extremes import maximum
from workdepth.symbolic.making import term_expr, total
from workdepth.symbolic.recurrences.evaluating import exactly
from workdepth.symbolic.recurrences.found import Found, reaching_down
from workdepth.symbolic.recurrences.least import Least, least_of
from workdepth.symbolic.recurrences.monotone import monotone, never_negative
from workdepth.symbolic.recurrences.recurrence import Call, Case, Recurrence
from workdepth.symbolic.recurrences.shrinking import sizes
from workdepth.symbolic.signs import nonnegative
from workdepth.symbolic.simplifying import simplify

MOST_MATCHED = 5
#: Sizes at which a candidate is compared before it is proved.
COMPARED = 6
LONGEST_BASE = 64

Solve = Callable[[Recurrence], Iterator[Found]]


def reduced(of: Recurrence, least: Least | None = None) -> Recurrence:
    """Return an equal recurrence without the cases that others dominate.

    Parameters
    ----------
    of : Recurrence
    least : Least, optional
        What calls above the base cost at least.

    Returns
    -------
    Recurrence
    """
    simple = tuple(Case(c.calls, simplify(c.extra, of.above)) for c in of.cases)
    if simple != of.cases:
        of = replace(of, cases=simple)
    if len(of.cases) == 1 or not never_negative(of):
        return of
    order = _Order(of, monotone(of), least or least_of(of))
    kept: list[Case] = []
    for case in of.cases:
        if any(order.leads(k, case) for k in kept):
            continue
        kept = [k for k in kept if not order.leads(case, k)]
        kept.append(case)
    return replace(of, cases=tuple(kept))


@dataclass(frozen=True)
class _Order:
    """Which case of a recurrence is at least another above the base.

    Parameters
    ----------
    of : Recurrence
    rising : bool
        T never falls.
    least : Least
    """

    of: Recurrence
    rising: bool
    least: Least

    def leads(self, a: Case, b: Case) -> bool:
        """Tell whether each call of b is covered by one of a, and the rest of b by the rest of a."""
        if len(b.calls) > len(a.calls) or len(a.calls) > MOST_MATCHED:
            return False
        return any(self._matched(a, b, chosen) for chosen in permutations(a.calls, len(b.calls)))

    def _matched(self, a: Case, b: Case, chosen: tuple[Call, ...]) -> bool:
        pairs = list(zip(chosen, b.calls, strict=True))
        if not all(_covers(x, y, self.of, self.rising) for x, y in pairs):
            return False
        left = [Call(x.argument, x.count - y.count) for x, y in pairs]
        left += [x for x in a.calls if x not in chosen]
        rests = (self.least.together(left, how) for how in range(self.least.ways))
        return any(nonnegative(a.extra + rest - b.extra, self.of.above) for rest in rests)


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
    if not all(nonnegative(simplify(top - _put_in(c, of, top), of.above), of.above) for c in calling):
        return False
    base = range(of.low, of.upto + 1)
    return all(_covers_base(top, of, m) for m in base)


def _covers_base(top: Expr, of: Recurrence, size: int) -> bool:
    """Tell whether a value is at least that of the base at a size; it may have none there, as log2(n) at 0."""
    try:
        there = top.substitute({of.size: size})
    except SymbolicError:
        return False
    return nonnegative(there - of.base_at(size), of.domain)


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
        rest = simplify(value - _put_in(case, of, value), where)
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


def single(of: Recurrence) -> Iterator[tuple[Recurrence, Expr]]:
    """Yield recurrences U with one case and expressions F, with T <= U + F.

    Parameters
    ----------
    of : Recurrence

    Yields
    ------
    (Recurrence, Expr)
    """
    if len(of.cases) == 1:
        yield of, as_expr(0)
        return
    whole = covered(of)
    if whole is not None:
        yield whole, as_expr(0)
        yield from _beside(of)


def _beside(of: Recurrence) -> Iterator[tuple[Recurrence, Expr]]:
    """Leave out of the calls what pays for itself: terms F that add no more in the calls than they are.

    Let the cases without calls add F + G, and U be the recurrence of the others, with G.  By induction T <= U + F,
    for the calls cost no more than U and F do there.
    """
    calling = tuple(c for c in of.cases if c.calls)
    flat = [c.extra for c in of.cases if not c.calls]
    if not flat or not calling:
        return
    others = covered(replace(of, cases=calling))
    if others is None:
        return
    (case,) = others.cases
    top = maximum(flat, of.above).value
    kept = as_expr(0)
    for monomial, c in top.terms.items():
        term = term_expr(monomial, c)
        if _pays(term, case, of):
            kept = kept + term
    if kept.terms:
        rest = maximum([top - kept, 0], of.above).value
        yield replace(others, cases=(Case(case.calls, case.extra + rest),)), kept


def _pays(term: Expr, case: Case, of: Recurrence) -> bool:
    """Tell whether a term is at least 0, and at least what it is in all calls together."""
    whole = of.domain.with_size(replace(of.declared, low=max(of.low, 1)))
    inside = total(c.count * term.substitute({of.size: c.argument}) for c in case.calls)
    rest = simplify(term - inside, of.above)
    return of.low > 0 and nonnegative(term, whole) and nonnegative(rest, of.above)


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
