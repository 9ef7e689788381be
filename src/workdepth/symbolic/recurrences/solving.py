"""From a recurrence to what is known of it: a closed form, where it holds, a bound, a growth class."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import lru_cache
from itertools import chain

from workdepth.errors import SymbolicError
from workdepth.symbolic.domain import Domain, Size
from workdepth.symbolic.expr import Expr, as_expr
from workdepth.symbolic.growth import Growth, antichain, growth
from workdepth.symbolic.recurrences import (
    bounding,
    cases,
    differences,
    dividing,
    growing,
    lines,
    rebasing,
    shifting,
)
from workdepth.symbolic.recurrences.found import Found, lowered, reaching_down, stretched
from workdepth.symbolic.recurrences.monotone import monotone
from workdepth.symbolic.recurrences.recurrence import Call, Case, Recurrence
from workdepth.symbolic.recurrences.shapes import shape_of
from workdepth.symbolic.signs import nonnegative
from workdepth.symbolic.simplifying import simplify

#: Bounds are compared at this size.
SAMPLE = 1003


@dataclass(frozen=True)
class Solution:
    """What is known of a recurrence.

    Parameters
    ----------
    recurrence : Recurrence
    value : Expr or None
        A closed form; exact in ``domain``.
    domain : Domain
        Where the value holds: all sizes of the recurrence, or the powers of a number, or from some size on.
    where : str
        The same in words; empty where the value holds for all sizes.
    bound : Expr or None
        Never below T, from ``bound_low`` on; the value itself where that holds for all sizes.
    bound_low : int
    growth : Growth or None
        The class of T.
    growth_relation : str
        ``=``; ``<=`` where the class is that of a bound; ``~`` where a number in it is rounded.
    note : str
        What else is to be said, such as that an exponent is rounded.
    """

    recurrence: Recurrence
    value: Expr | None
    domain: Domain
    where: str
    bound: Expr | None
    bound_low: int
    growth: Growth | None
    growth_relation: str
    note: str = ""

    @property
    def exact(self) -> bool:
        """Whether the value is T at every size of the recurrence."""
        return self.value is not None and not self.where

    def __str__(self) -> str:
        n = self.recurrence.size
        parts: list[str] = []
        if self.value is not None:
            parts.append(f"T({n}) = {self.value}" + (f", {self.where}" if self.where else ""))
        if self.bound is not None and self.bound != self.value:
            parts.append(f"T({n}) <= {self.bound}")
        if self.growth is not None:
            relation = {"=": "in", "<=": "at most", "~": "about"}[self.growth_relation]
            parts.append(f"{relation} {self.growth}")
        return "; ".join([*parts, *([self.note] if self.note else [])])


def solve(of: Recurrence) -> Solution:
    """Solve a recurrence as far as it can be.

    Parameters
    ----------
    of : Recurrence

    Returns
    -------
    Solution

    Raises
    ------
    SymbolicError
        When there is no closed form, no bound and no class.

    Examples
    --------
    >>> from workdepth.symbolic.recurrences import recurrence, solve
    >>> print(solve(recurrence("2*A + n - 1", {"A": "n/2"}, base={1: 0})))
    T(n) = -n + n*log2(n) + 1, n a power of 2; in n*log(n)
    >>> print(solve(recurrence("A + B + n - 1", {"A": "ceiling(n/2)", "B": "floor(n/2)"}, base={1: 0})))
    T(n) = -2**ceiling(log2(n)) + n*ceiling(log2(n)) + 1; in n*log(n)
    >>> print(solve(recurrence("A + B + n", {"A": "floor(n/5)", "B": "floor(7*n/10)"}, base={0: 0, 1: 1})))
    T(n) <= 10*n; in n
    """
    return _solve(of)


@lru_cache(maxsize=512)
def _solve(of: Recurrence) -> Solution:
    least = cases.reduced(of)
    best = _best(list(_exact(least)) or list(_at_powers(least)), of)
    later = [] if _is_everywhere(best, of) else list(rebasing.stages(of))
    for stage in later:
        found = list(_exact(stage)) or ([] if best is not None else list(_at_powers(stage)))
        best = _best([*found, *([best] if best is not None else [])], of)
        if _is_everywhere(best, of):
            break
    if best is not None:
        best = stretched(of, best)
    above = _bound(of, [least, *later], best)
    known, relation, note = _growth(min([least, *later], key=lambda r: len(r.cases)), best, above)
    if best is None:
        return Solution(of, None, of.domain, "", *_parts(above), known, relation, note)
    return Solution(of, best.value, best.domain(of), best.where(of), *_parts(above), known, relation, note)


def _is_everywhere(best: Found | None, of: Recurrence) -> bool:
    return best is not None and (best.holds_at_all(of) or _only_powers(of))


def _parts(above: Found | None) -> tuple[Expr | None, int]:
    return (None, 0) if above is None else (above.value, above.low)


def _exact(of: Recurrence) -> Iterator[Found]:
    if len(of.cases) > 1:
        return (f for f in cases.led(of, _single) if f.exact)
    return (f for f in _single(of) if f.exact)


def _at_powers(of: Recurrence) -> Iterator[Found]:
    """Yield closed forms at powers of b, where roundings of n/b are all the same."""
    calls = [call for case in of.cases for call in case.calls]
    shapes = [shape_of(call.argument, of.size, of.above) for call in calls]
    divisors = [s.divisor for s in shapes if s is not None and s.divisor]
    if not calls or len(divisors) < len(calls):
        return
    base = dividing.common_base(divisors, of.declared)
    if base is None or of.declared.power_of is not None:
        return
    size = Size(of.size, max(1, of.low), of.declared.high, base)
    asked = replace(of, domain=of.domain.with_size(size))
    exact = tuple(_without_rounding(case, asked) for case in asked.cases)
    asked = replace(asked, cases=exact)
    for stage in chain([cases.reduced(asked)], rebasing.stages(asked)):
        found = [replace(f, power_of=base) for f in _exact(stage)]
        yield from found
        if found:
            return


def _without_rounding(case: Case, of: Recurrence) -> Case:
    """Return a case as it is at powers: calls at one size, rounded up and down, are the same."""
    counts: dict[Expr, Expr] = {}
    for call in case.calls:
        argument = simplify(call.argument, of.above)
        counts[argument] = counts.get(argument, as_expr(0)) + call.count
    return Case(tuple(Call(a, c) for a, c in counts.items()), simplify(case.extra, of.above))


def _single(of: Recurrence) -> Iterator[Found]:
    """Yield closed forms, and bounds that come with the methods, of a recurrence with one case."""
    (case,) = of.cases
    if not case.calls:
        yield reaching_down(of, case.extra, of.upto + 1)
        return
    line = lines.solved(of)
    if line is not None:
        yield line
    yield from chain(differences.solved(of), dividing.solved(of), shifting.solved(of, dividing.solved))


def _best(found: list[Found], of: Recurrence) -> Found | None:
    """Choose the one that holds for the most sizes, the shortest among equals."""

    def rank(f: Found) -> tuple[bool, int, int]:
        return f.power_of is not None, f.low, len(f.value.terms)

    if not found:
        return None
    best = min(found, key=rank)
    value = simplify(best.value, best.domain(of))
    return Found(value, best.low, best.power_of)


def _bound(of: Recurrence, stages: list[Recurrence], best: Found | None) -> Found | None:
    """Return the best upper bound: the exact value where it holds at all sizes that the calls can reach."""
    if best is not None and (best.domain(of) == of.domain or _is_everywhere(best, of)):
        return best
    found = [f for stage in stages for f in _bounds(stage)]
    return min(found, key=lambda f: _size_of(f, of), default=None)


def _bounds(of: Recurrence) -> Iterator[Found]:
    for whole, more in cases.single(of):
        ready = [f for f in _single(whole) if f.power_of is None]
        for f in ready or list(bounding.bounded(whole, _single)):
            yield lowered(of, replace(f, value=f.value + more))


def _only_powers(of: Recurrence) -> bool:
    """Tell whether calls at exact quotients leave no sizes but powers: then 1 is the only base that they meet."""
    shapes = [shape_of(call.argument, of.size, of.above) for case in of.cases for call in case.calls]
    exact = any(s is not None and s.divisor and not s.rounding for s in shapes)
    return exact and of.upto == 1


def _size_of(found: Found, of: Recurrence) -> tuple[int | Fraction | float, int, int]:
    """Rank bounds: the smallest at a large size that is no power, then for the most sizes, then the shortest."""
    values = dict.fromkeys(found.value.names, 1) | {of.size: SAMPLE}
    return found.value.at(values), found.low, len(found.value.terms)


def _growth(of: Recurrence, best: Found | None, above: Found | None) -> tuple[Growth | None, str, str]:
    """Return the class of the closed form where that says all; else that of the theory, or of the bound."""
    told = growth(best.value) if best is not None else None
    if told is not None and _tells_all(of, best):
        return told, "=", ""
    try:
        known, relation, note = _class(of)
    except SymbolicError:
        if above is None:
            raise
        return growth(above.value), "<=", ""
    if relation == "<=" and above is not None:
        known, relation = _between(of, known, above)
    # What is added may be more between the powers than at them: n - 2*floor(n/2).
    return (known, relation, note) if told in (None, known) else (known, "<=", note)


def _between(of: Recurrence, known: Growth, above: Found) -> tuple[Growth, str]:
    """Return the class of a bound, or of the cases on their own where that is no less: T is at least each."""
    found = growth(above.value)
    found = found if found <= known else known
    each = _each(of)
    return (each, "=") if each is not None and found <= each else (found, "<=")


def _each(of: Recurrence) -> Growth | None:
    """Return the largest class of a case on its own; None where one takes away, and leads nowhere."""
    if not all(nonnegative(c.extra, of.above) for c in of.cases):
        return None
    found = [growing.growth_of(of, c) for c in of.cases]
    return None if any(note for _, note in found) else antichain(t for g, _ in found for t in g.terms)


def _tells_all(of: Recurrence, best: Found | None) -> bool:
    """Tell whether the class at the sizes of a closed form is that at all sizes: T lies between its neighbours."""
    return best is not None and (best.domain(of) == of.domain or best.power_of is None or _is_regular(of))


def _is_regular(of: Recurrence) -> bool:
    return _only_powers(of) or of.declared.power_of is not None or monotone(of)


def _class(of: Recurrence) -> tuple[Growth, str, str]:
    if len(of.cases) == 1:
        found, note = growing.growth_of(of, of.cases[0])
        return found, "~" if note else "=", note
    whole = cases.covered(of)
    if whole is None:
        raise growing.no_theory(of, of.cases[0])
    found, note = growing.growth_of(whole, whole.cases[0])
    each = antichain(t for c in of.cases for t in growing.growth_of(of, c)[0].terms)
    # A case that takes away leads nowhere, though its class may be the largest.
    if found <= each and all(nonnegative(c.extra, of.above) for c in of.cases):
        return each, "~" if note else "=", note
    return found, "<=", note
