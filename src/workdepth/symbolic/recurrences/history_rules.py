"""Whether a split is a recursion that ends: a range that is not empty, calls that shrink, a base below them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workdepth.errors import SymbolicError
from workdepth.symbolic.expr import Expr
from workdepth.symbolic.making import name
from workdepth.symbolic.signs import nonnegative

if TYPE_CHECKING:
    from workdepth.symbolic.recurrences.history import Split

#: Sizes above the base at which every value of the index is tried.
TRIED = 12


def check(of: Split) -> None:
    """Raise where a split is not one.

    Parameters
    ----------
    of : Split

    Raises
    ------
    SymbolicError
        When its names clash, its range is empty, its base has a gap, or a call does not shrink.
    """
    _check_names(of)
    _check_base(of)
    _check_range(of)
    for case in of.cases:
        for call in case.calls:
            bad = call.count.names & {of.size, of.index}
            if bad:
                raise SymbolicError(
                    f"'{call}' is called a number of times that depends on {min(bad)}",
                    next_step="call it a constant number of times",
                )
            _check_argument(of, call.argument)


def _check_names(of: Split) -> None:
    own = [of.size, of.index, *(p for p, _ in of.calls)]
    twice = next((t for t in own if own.count(t) > 1), None)
    if twice is None and of.domain.index(of.index) is None and of.domain.size(of.index) is None:
        return
    raise SymbolicError(
        f"the name '{twice or of.index}' has two meanings in a split",
        next_step="name the size, the index and each call differently",
    )


def _check_base(of: Split) -> None:
    if of.upto < of.smallest:
        raise SymbolicError(
            f"no base case: {of.size} starts at {of.smallest}, the base ends at {of.upto}",
            next_step=f"give the cost at {of.size} = {of.smallest}",
        )
    given = {m for m, _ in of.apart}
    missing = [m for m in range(of.smallest, of.upto + 1) if m not in given] if given else []
    if missing and not of.base.terms:
        raise SymbolicError(
            f"no base case for {of.size} = {missing[0]}",
            next_step=f"give the cost at {of.size} = {missing[0]}",
        )


def _check_range(of: Split) -> None:
    outside = (of.low.names | of.high.names) - {of.size}
    if outside:
        raise SymbolicError(
            f"the range {of.low} <= {of.index} < {of.high} depends on {min(outside)}",
            next_step=f"give its ends in {of.size}",
        )
    for n in range(of.upto + 1, of.upto + 1 + TRIED):
        if not _whole(of.low, of, n) < _whole(of.high, of, n):
            raise SymbolicError(
                f"there is no {of.index} with {of.low} <= {of.index} < {of.high} at {of.size} = {n}",
                next_step=f"let the base reach to {of.size} = {n}, or widen the range",
            )
    if not nonnegative(of.count - 1, of.above):
        raise SymbolicError(
            f"the range {of.low} <= {of.index} < {of.high} is not proved to hold a value at every {of.size}",
            next_step=f"give its ends as 0, 1, {of.size} or {of.size} - 1",
        )


def _whole(x: Expr, of: Split, n: int, k: int | None = None) -> int:
    value = x.substitute({of.size: n} if k is None else {of.size: n, of.index: k})
    if value.is_number and type(value.number) is int:
        return value.number
    shown = f"{of.size} = {n}" + ("" if k is None else f", {of.index} = {k}")
    raise SymbolicError(
        f"'{x}' is {value} at {shown}, no whole number",
        next_step=f"give it in {of.size} and {of.index}, with whole values",
    )


def _check_argument(of: Split, argument: Expr) -> None:
    for n in range(of.upto + 1, of.upto + 1 + TRIED):
        for k in range(_whole(of.low, of, n), _whole(of.high, of, n)):
            _check_call(of, argument, n, k)
    smaller = nonnegative(name(of.size) - 1 - argument, of.chosen)
    if not smaller or not nonnegative(argument - of.smallest, of.chosen):
        raise SymbolicError(
            f"T({argument}) is not proved to shrink, down to the smallest {of.size}, {of.smallest}, and no further",
            next_step=f"give arguments like {of.index}, {of.size} - 1 - {of.index} or the larger of the two",
        )


def _check_call(of: Split, argument: Expr, n: int, k: int) -> None:
    value = _whole(argument, of, n, k)
    if value >= n:
        raise SymbolicError(
            f"T({argument}) does not shrink at {of.size} = {n}, {of.index} = {k}: it calls T({value})",
            next_step=f"narrow the range of {of.index}, or add a base case for {of.size} up to {n}",
        )
    if value < of.smallest:
        raise SymbolicError(
            f"T({argument}) at {of.size} = {n}, {of.index} = {k} asks for T({value}), below the smallest"
            f" {of.size}, {of.smallest}",
            next_step=f"add a base case for {of.size} = {value}, or narrow the range of {of.index}",
        )
