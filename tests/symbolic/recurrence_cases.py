"""How a solution is compared with the definition."""

from __future__ import annotations

from fractions import Fraction

from workdepth.errors import SymbolicError
from workdepth.symbolic.recurrences import at


def sizes_of(solution, most):
    """The sizes up to most at which the recurrence has a value, with it (other sizes are 3)."""
    of = solution.recurrence
    others = dict.fromkeys(of.domain.names - {of.size}, 3)
    found = {}
    for n in range(of.low, most):
        if of.declared.power_of is not None and not is_power(n, of.declared.power_of):
            continue
        try:
            found[n] = at(of, n, others)
        except SymbolicError:
            continue
    return found


def is_power(n, base):
    while n > 1 and n % base == 0:
        n //= base
    return n == 1


def value_of(expr, of, n):
    values = dict.fromkeys(of.domain.names - {of.size}, 3) | {of.size: n}
    return expr.at({k: v for k, v in values.items() if k in expr.names})


def holds(solution, n):
    """Whether the solution claims its value at a size."""
    size = solution.domain.size(solution.recurrence.size)
    return n >= size.low and (size.power_of is None or is_power(n, size.power_of))


def agree(a, b):
    """Equal; rational numbers exactly."""
    if isinstance(a, (int, Fraction)) and isinstance(b, (int, Fraction)):
        return a == b
    return abs(float(a) - float(b)) <= 1e-9 * max(1.0, abs(float(b)))


def wrong(solution, most=70):
    """Every size at which the value or the bound is wrong."""
    of = solution.recurrence
    out = []
    for n, wanted in sizes_of(solution, most).items():
        if solution.value is not None and holds(solution, n):
            found = value_of(solution.value, of, n)
            if not agree(found, wanted):
                out.append(("value", n, found, wanted))
        if solution.bound is not None and n >= solution.bound_low:
            found = value_of(solution.bound, of, n)
            if not agree(found, wanted) and found < wanted:
                out.append(("bound", n, found, wanted))
    return out
