"""Whether a recursion ends: every call above the base is smaller, and none asks below the smallest size."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from itertools import count, islice
from typing import TYPE_CHECKING

from workdepth.errors import SymbolicError
from workdepth.symbolic.expr import Expr
from workdepth.symbolic.recurrences.shapes import Shape, shape_of

if TYPE_CHECKING:
    from workdepth.symbolic.recurrences.recurrence import Recurrence

#: Sizes above the base that are tried where the form of an argument does not say enough.
MOST_TRIED = 200


def check(of: Recurrence) -> None:
    """Raise where a recurrence is not one.

    Parameters
    ----------
    of : Recurrence

    Raises
    ------
    SymbolicError
        When it has no case, lacks a base value, or a call does not shrink.
    """
    if not of.cases:
        raise SymbolicError("a recursion without a case", next_step="give what it costs above the base")
    _check_base(of)
    for case in of.cases:
        for call in case.calls:
            if of.size in call.count.names:
                raise SymbolicError(
                    f"'{call}' is called a number of times that depends on {of.size}",
                    next_step="call it a constant number of times",
                )
            _check_argument(of, call.argument)


def _check_base(of: Recurrence) -> None:
    if of.upto < of.low:
        raise SymbolicError(
            f"no base case: {of.size} starts at {of.low}, the base ends at {of.upto}",
            next_step=f"give the cost at {of.size} = {of.low}",
        )
    given = {k for k, _ in of.apart}
    if not given:
        return
    missing = [k for k in sizes(of, of.low) if k <= of.upto and k not in given]
    if missing and not of.base.terms:
        raise SymbolicError(
            f"no base case for {of.size} = {missing[0]}",
            next_step=f"give the cost at {of.size} = {missing[0]}",
        )


def sizes(of: Recurrence, start: int) -> Iterator[int]:
    """Yield sizes of the domain from one on; no more than the base and some hundreds."""
    declared = of.declared
    if declared.power_of is None:
        found: Iterator[int] = count(start)
    else:
        found = (declared.power_of**k for k in count() if declared.power_of**k >= start)
    most = MOST_TRIED + max(0, of.upto - start)
    for value in islice(found, most):
        if declared.high is not None and value > declared.high:
            return
        yield value


def _check_argument(of: Recurrence, argument: Expr) -> None:
    shape = shape_of(argument, of.size, of.above)
    if shape is not None and not _falls(shape):
        raise SymbolicError(
            f"T({argument}) does not shrink: it is not smaller than {of.size} for large {of.size}",
            next_step=f"call it at a smaller size, such as {of.size} - 1 or floor({of.size}/2)",
        )
    worst, lowest = _tried(argument, shape, of.size, tuple(sizes(of, of.upto + 1)), of.low)
    if worst is not None:
        raise SymbolicError(
            f"T({argument}) does not shrink at {of.size} = {worst}: it calls T({_shown(argument, of, worst)})",
            next_step=f"add a base case for {of.size} up to {worst}",
        )
    if lowest is not None:
        raise SymbolicError(
            f"T({argument}) at {of.size} = {lowest[0]} asks for T({lowest[1]}), below the smallest {of.size}, {of.low}",
            next_step=f"add a base case for {of.size} = {lowest[1]}, or let the base reach to {lowest[0]}",
        )


def _falls(shape: Shape) -> bool:
    if shape.ratio == 1:
        return shape.shift + shape.step <= -1 or (not shape.rounding and shape.shift < 0)
    return 0 <= shape.ratio < 1


@lru_cache(maxsize=1024)
def _tried(
    argument: Expr, shape: Shape | None, size: str, values: tuple[int, ...], low: int
) -> tuple[int | None, tuple[int, int] | None]:
    """Return the largest size at which an argument does not shrink, and where it is the most below the smallest."""
    worst, lowest = None, None
    for n in values:
        value = _value(argument, shape, size, n)
        if value is None:
            continue
        if value >= n:
            worst = n
        if value < low and (lowest is None or value < lowest[1]):
            lowest = n, value
    return worst, lowest


def _value(argument: Expr, shape: Shape | None, size: str, n: int) -> int | None:
    """Return the argument at a size; None where it is not whole (n/2 at 3) or other sizes decide."""
    if shape is not None:
        value = shape.at(n)
    else:
        found = argument.substitute({size: n})
        if not found.is_number:
            return None
        value = found.number
    return value if type(value) is int else None


def _shown(argument: Expr, of: Recurrence, n: int) -> Expr:
    return argument.substitute({of.size: n})
