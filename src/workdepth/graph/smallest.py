"""The smallest copies of a body: its sizes at and just above their lowest values, the loops around it open.

What is wrong with an index, a bound or a shape nearly always shows there, and costs little to look for.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain, islice, product

from workdepth.errors import SymbolicError
from workdepth.graph.nodes import Range
from workdepth.symbolic import Expr, Size

STEPS = 4  # values of each size
MOST_TOGETHER = 3  # more sizes than these are not combined, but grow one at a time
MOST_COPIES = 600  # that are looked at for one question


def points(sizes: tuple[Size, ...], used: frozenset[str]) -> Iterator[dict[str, int]]:
    """Yield small values of the sizes, the smallest first; those that are not ``used`` stay at their lowest.

    Examples
    --------
    >>> list(points((Size("n", low=2, power_of=2), Size("m")), frozenset({"n"})))
    [{'n': 2, 'm': 1}, {'n': 4, 'm': 1}, {'n': 8, 'm': 1}, {'n': 16, 'm': 1}]
    """
    lowest = {s.name: _values(s)[0] for s in sizes}
    sizes = tuple(s for s in sizes if s.name in used)
    values = [_values(s) for s in sizes]
    if len(sizes) <= MOST_TOGETHER:
        chosen = product(*(range(len(v)) for v in values))
        steps = sorted(chosen, key=lambda ks: (sum(ks), ks))
    else:
        each = [
            tuple(k if j == i else 0 for j in range(len(sizes))) for i in range(len(sizes)) for k in (1, 2, 3)
        ]
        steps = [(k,) * len(sizes) for k in range(STEPS)] + each
    for ks in steps:
        if all(k < len(v) for k, v in zip(ks, values, strict=True)):
            yield lowest | {s.name: v[k] for s, v, k in zip(sizes, values, ks, strict=True)}


def copies(
    point: dict[str, int], loops: tuple[Range, ...], used: frozenset[str], ticks: Iterator[int]
) -> Iterator[dict[str, int]]:
    """Yield the values of sizes and indices for copies inside loops, as long as ``ticks`` last.

    An index that neither the question (``used``) nor a later bound names stands at its first value only.
    """
    if not loops:
        yield point
        return
    inner, *_ = loops
    low, high = whole(inner.low, point), whole(inner.high, point)
    if low is None or high is None or high <= low:
        return
    named = used | bounds(loops[1:])
    values = _ends_first(low, high) if inner.index in named else iter((low,))
    for value, _ in zip(values, ticks, strict=False):
        yield from copies({**point, inner.index: value}, loops[1:], used, ticks)


def smallest_copies(
    sizes: tuple[Size, ...], loops: tuple[Range, ...], used: frozenset[str]
) -> Iterator[dict[str, int]]:
    """Yield the values of sizes and indices for the smallest copies of what stands inside loops.

    Examples
    --------
    >>> from workdepth.symbolic import as_expr
    >>> rounds = (Range("i", as_expr(0), as_expr("n - 1")),)
    >>> list(smallest_copies((Size("n", high=3),), rounds, frozenset({"i"})))
    [{'n': 2, 'i': 0}, {'n': 3, 'i': 0}, {'n': 3, 'i': 1}]
    """
    ticks = iter(range(MOST_COPIES))
    for point in points(sizes, used | bounds(loops)):
        yield from copies(point, loops, used, ticks)


def bounds(loops: tuple[Range, ...]) -> frozenset[str]:
    """Return the names in the bounds of loops."""
    return frozenset[str]().union(*(r.low.names | r.high.names for r in loops))


def whole(x: Expr, point: dict[str, int]) -> int | None:
    """Return a value where it is an integer, None where it is not or does not exist."""
    try:
        found = x.at(point)
    except (SymbolicError, OverflowError):
        return None
    return found if isinstance(found, int) else None


def note(point: dict[str, int]) -> str:
    """Return the values of sizes and indices for a message.

    Examples
    --------
    >>> note({"n": 1, "i": 0})
    ' (with n = 1, i = 0)'
    """
    text = ", ".join(f"{name} = {value}" for name, value in point.items())
    return f" (with {text})" if text else ""


def _values(size: Size) -> list[int]:
    if size.power_of is None:
        found = list(range(size.low, size.low + STEPS))
    else:
        value = 1
        while value < size.low:
            value *= size.power_of
        found = [value * size.power_of**k for k in range(STEPS)]
    return [v for v in found if size.high is None or v <= size.high]


def _ends_first(low: int, high: int) -> Iterator[int]:
    ends = (low,) if high == low + 1 else (low, high - 1)
    return chain(ends, islice(range(low + 1, max(high - 1, low + 1)), MOST_COPIES))
