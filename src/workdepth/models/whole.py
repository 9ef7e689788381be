"""A formula that holds from some size on, as one that holds at every size."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from workdepth.errors import SymbolicError
from workdepth.models.bounded import Bounded
from workdepth.symbolic import Domain, Expr, Size, as_expr, maximum_of, name, nonnegative

MOST_BELOW = 64


def from_the_start(
    value: Expr, low: int, size: Size, domain: Domain, at: Callable[[int], Any]
) -> Bounded | None:
    """Return the largest of a formula that holds from ``low`` on and of the values before it.

    Parameters
    ----------
    value : Expr
    low : int
    size : Size
        The size, from its lowest value on.
    domain : Domain
    at : callable
        Takes a size below ``low`` and returns the value there.

    Returns
    -------
    Bounded or None
        Exact where the formula is nowhere above the values before it; None where these are too many.
    """
    before_low = [v for v in range(size.low, low) if size.power_of is None or is_power(v, size.power_of)]
    if not before_low:
        return Bounded(value)
    if len(before_low) > MOST_BELOW:
        return None
    before = [as_expr(at(v)) for v in before_low]
    # Below its range the formula may have no value, such as a logarithm of 0: there it stays at its first one.
    for formula in (value, value.substitute({size.name: maximum_of(low, name(size.name))})):
        try:
            whole = maximum_of(formula, *before)
            same = all(whole.substitute({size.name: v}) == b for v, b in zip(before_low, before, strict=True))
            break
        except SymbolicError:
            continue
    else:
        return None
    beyond = domain.with_size(Size(size.name, low, size.high, size.power_of))
    same = same and all(nonnegative(value - b, beyond) for b in before)
    return Bounded(whole, same)


def is_power(value: int, of: int) -> bool:
    """Say whether a number is a power of another, from its 0th on."""
    while value > 1 and value % of == 0:
        value //= of
    return value == 1
