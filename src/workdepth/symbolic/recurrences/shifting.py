"""Calls at floor((n - 1)/2), ceiling(n/2) - 1 and the like: quotients of n + h, for one whole h.

With T'(m) = T(m - h) the calls of T' are at m/b, rounded alike.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from fractions import Fraction

from workdepth.symbolic.domain import Size
from workdepth.symbolic.expr import Expr
from workdepth.symbolic.making import name
from workdepth.symbolic.recurrences.found import Found, reaching_down
from workdepth.symbolic.recurrences.recurrence import Call, Case, Recurrence
from workdepth.symbolic.recurrences.shapes import Shape, shape_of, written

Solve = Callable[[Recurrence], Iterator[Found]]


def solved(of: Recurrence, solve: Solve) -> Iterator[Found]:
    """Yield closed forms that hold from some size on, of a recurrence with one case and calls at (n + h)/b - h.

    Parameters
    ----------
    of : Recurrence
    solve : callable
        Yields closed forms of a recurrence with calls at n/b.

    Yields
    ------
    Found
    """
    moved = _moved(of)
    if moved is None:
        return
    other, h = moved
    for found in solve(other):
        if found.power_of is None and found.exact:
            value = found.value.substitute({of.size: of.n + h})
            yield reaching_down(of, value, max(found.low - h, of.low))


def _moved(of: Recurrence) -> tuple[Recurrence, int] | None:
    (case,) = of.cases
    shapes = [shape_of(c.argument, of.size, of.above) for c in case.calls]
    known = [s for s in shapes if s is not None and 0 < s.ratio < 1 and s.rounding]
    shifts = {_shift(s) for s in known}
    if len(known) != len(shapes) or len(shifts) != 1:
        return None
    (h,) = shifts
    if h.denominator != 1 or not h or of.low + h < 0 or of.declared.power_of is not None:
        return None
    step = int(h)
    calls = tuple(Call(_argument(s, of.size), c.count) for s, c in zip(known, case.calls, strict=True))
    old = of.declared
    high = None if old.high is None else old.high + step
    return Recurrence(
        of.size,
        (Case(calls, _back(case.extra, of, step)),),
        of.upto + step,
        _back(of.base, of, step),
        of.domain.with_size(Size(old.name, old.low + step, high)),
        tuple((k + step, v) for k, v in of.apart),
    ), step


def _shift(shape: Shape) -> Fraction:
    """Return h with call(n) + h = rounded(ratio*(n + h))."""
    return -(Fraction(shape.shift) + shape.step) / (1 - Fraction(shape.ratio))


def _argument(shape: Shape, size: str) -> Expr:
    return written(replace(shape, shift=0, step=0), size)


def _back(x: Expr, of: Recurrence, step: int) -> Expr:
    return x.substitute({of.size: name(of.size) - step})
