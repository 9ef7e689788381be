"""The expected cost of a split, in closed form.

Where each call runs once through the sizes a..n-1 as the index goes through its n - a values,
(n - a)*T(n) = F(n) + c*(T(a) + ... + T(n - 1)), with F the sum over the index of what is added and c the number of
calls. The same at n - 1, taken away, leaves (n - a)*T(n) = (n - 1 - a + c)*T(n - 1) + F(n) - F(n - 1): Knuth, *The
Art of Computer Programming*, volume 3, section 5.2.2 (quicksort); Hoare, "Quicksort", Computer Journal 5 (1962).
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import lru_cache

from workdepth.errors import SymbolicError
from workdepth.symbolic.expr import Expr, as_expr
from workdepth.symbolic.functions import harmonic, map_atoms
from workdepth.symbolic.growth import growth
from workdepth.symbolic.making import atom_expr, name, total
from workdepth.symbolic.recurrences import expected_bounds, first_order, larger_part
from workdepth.symbolic.recurrences.history import Split, SplitSolution, solution
from workdepth.symbolic.recurrences.history_values import check_mean, mean_table
from workdepth.symbolic.recurrences.recurrence import Case
from workdepth.symbolic.signs import nonnegative
from workdepth.symbolic.structure import affine, coefficients
from workdepth.symbolic.sums import summation


def mean(of: Split) -> SplitSolution:
    """Find the expected cost of a split: the mean over the index, each value equally likely.

    Parameters
    ----------
    of : Split
        Its value a sum: a mean of maxima is no maximum of means.

    Returns
    -------
    SplitSolution

    Raises
    ------
    SymbolicError
        When neither a closed form nor a bound is known.

    Examples
    --------
    >>> from workdepth.symbolic.recurrences import mean, split
    >>> print(mean(split("A + B + n - 1", {"A": "k", "B": "n - 1 - k"}, base={0: 0, 1: 0})))
    T(n) = -4*n + 2*n*harmonic(n) + 2*harmonic(n); in n*log(n)
    >>> print(mean(split("A + n - 1", {"A": "k"}, base={0: 0, 1: 0})))
    T(n) = 2*n - 2*harmonic(n); in n
    >>> print(mean(split("A + n - 1", {"A": "max(k, n - 1 - k)"}, base={0: 0, 1: 0})))
    T(n) <= 4*n; in n
    """
    return _mean(of)


@lru_cache(maxsize=512)
def _mean(of: Split) -> SplitSolution:
    check_mean(of)
    (case,) = of.cases
    if not any(of.index in call.argument.names for call in case.calls):
        raise refused(of, "no call depends on the index", "solve it as a recurrence")
    found = larger_part.bounded(of, case)
    if found is not None:
        return found
    first = _first_size(of, case)
    if first is None:
        raise refused(
            of,
            "its calls do not run once through all sizes below",
            f"call it at {of.index} and {of.size} - 1 - {of.index} with 0 <= {of.index} < {of.size}",
        )
    count = _count(of, case)
    summed = _summed(of, case)
    if summed is not None and count.denominator == 1:
        return _closed(of, first, int(count), summed)
    return expected_bounds.bounded(of, case, count, mean)


def refused(of: Split, why: str, step: str) -> SymbolicError:
    """Return the error of a split whose mean is not known."""
    return SymbolicError(f"no formula for the expected cost of '{of}': {why}", next_step=step)


def _first_size(of: Split, case: Case) -> int | None:
    """Return the a of calls that run once through a..n-1; None where one runs otherwise."""
    found = {_smallest_argument(of, call.argument) for call in case.calls}
    return found.pop() if len(found) == 1 else None


def _smallest_argument(of: Split, argument: Expr) -> int | None:
    line = affine(argument, of.index)
    if line is None or line[0] not in (1, -1):
        return None
    ends = [argument.substitute({of.index: k}) for k in (of.low, of.high - 1)]
    lowest, highest = ends if line[0] == 1 else ends[::-1]
    if highest != of.n - 1 or not lowest.is_number:
        return None
    return int(lowest.number)


def _count(of: Split, case: Case) -> Fraction:
    """Return how many calls there are."""
    found = total(call.count for call in case.calls)
    if any(not call.count.is_number or call.count.number <= 0 for call in case.calls):
        raise refused(of, f"it makes {found} calls", "call it a positive number of times")
    return Fraction(found.number)


def _summed(of: Split, case: Case) -> dict[int, Expr] | None:
    """Return the sum over the index of what is added, as a polynomial in the size; None where it is none."""
    found = summation(case.extra, of.index, of.low, of.high, of.above)
    return None if found is None else coefficients(found.value, of.size)


def _closed(of: Split, first: int, count: int, summed: dict[int, Expr]) -> SplitSolution:
    """Solve in m = n - a, through the value at the first size above the base."""
    n, start = of.n, of.upto + 1
    whole = total(n**e * a for e, a in summed.items()).substitute({of.size: n + first})
    added = coefficients(whole - whole.substitute({of.size: n - 1}), of.size) or {}
    found = first_order.solved(count, added, of.size)
    alone = first_order.alone(count, n)
    known = mean_table(of, start)
    there = {of.size: as_expr(start - first)}
    share = (known[start] - found.substitute(there)) / alone.substitute(there)
    found = found + share * alone
    if not first_order.is_solution(found, count, added, of.size):
        raise refused(of, "the formula found is not one", "evaluate it with mean_at")
    value = _in_size(found, of.size, first)
    low = _reaching_down(of, lambda m: _gap(of, value, known, m) == 0)
    above = _reaching_down(of, lambda m: _is_above(of, _gap(of, value, known, m)))
    note = "by the sum over all splits at n and at n - 1"
    return solution(of, value, low, growth(value), note, bound=(value, above))


def _in_size(x: Expr, size: str, first: int) -> Expr:
    """Return in n what is known in m = n - a, n*harmonic(n - 1) as n*harmonic(n) - 1."""
    n = name(size)
    out = x.substitute({size: n - first})
    if first != 1:
        return out
    tried = map_atoms(out, lambda a: harmonic(n) - 1 / n if a.kind == "harmonic" else atom_expr(a))
    return out if any(e < 0 for m in tried.terms for _, e in m) else tried


def _reaching_down(of: Split, holds: Callable[[int], bool]) -> int:
    """Return the smallest size from which on something holds, the base being looked at size by size."""
    low = of.upto + 1
    while low > of.smallest and holds(low - 1):
        low -= 1
    return low


def _gap(of: Split, value: Expr, known: dict[int, Expr], n: int) -> Expr | None:
    """Return how far a formula is above the cost at one size; None where it has no value."""
    try:
        return value.substitute({of.size: n}) - known[n]
    except SymbolicError:
        return None


def _is_above(of: Split, gap: Expr | None) -> bool:
    return gap is not None and nonnegative(gap, of.domain)
