"""At which sizes an algorithm is checked: all of them for one size, a chosen lot for several."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import product

from workdepth.errors import SizeError
from workdepth.symbolic import Domain, Size

GRIDS = {2: 6, 3: 4}  # up to which all combinations of so many sizes are taken; of more sizes, up to FEWEST
FEWEST = 3
SMALL = 8  # sizes above it are left out, but for a few, where each takes long
MOST_WORK = 600_000  # operations of an unrolled graph: seconds, on one core
MOST_WORK_IN_CALLS = 150_000  # where calls and their joins come to several nodes an operation
MOST_OPENED = 2_000  # calls that are opened one by one: half a second


@dataclass(frozen=True)
class Points:
    """Sizes to check at, and how they were chosen, in words."""

    values: tuple[dict[str, int], ...]
    words: str


def chosen(domain: Domain, sizes: tuple[Size, ...], ranges: Mapping[str, Iterable[int]]) -> Points:
    """Return all combinations of the values that a person gives.

    Raises
    ------
    SizeError
        When a size has no values, none are given, or a value is not in its domain.
    """
    unknown = [text for text in ranges if text not in {s.name for s in sizes}]
    if unknown:
        raise SizeError(
            f"there is no size {unknown[0]!r}",
            next_step=f"the sizes are: {', '.join(s.name for s in sizes) or 'none'};"
            " switches are given as conventions=Conventions(...)",
        )
    missing = [s.name for s in sizes if s.name not in ranges]
    if missing:
        raise SizeError(
            f"size {missing[0]} has no values",
            next_step=f"give values for: {', '.join(s.name for s in sizes)}",
        )
    values = {
        text: tuple(given if isinstance(given, Iterable) else (given,)) for text, given in ranges.items()
    }
    points = tuple(dict(zip(values, point, strict=True)) for point in product(*values.values()))
    if not points:
        raise SizeError("no sizes to check at", next_step="give each size at least one value")
    for point in points:
        domain.check(point)
    words = ", ".join(f"{text} in {_span(given)}" for text, given in values.items())
    return Points(points, f"all combinations of {words}" if len(values) > 1 else words)


def up_to(sizes: tuple[Size, ...], upto: int) -> Points:
    """Return the points of a check up to a size.

    One size takes all its values.  Several take all combinations up to 6 (of three sizes up to 4, of more up to
    3), all equal up to ``upto``, and each one alone at powers of two and their neighbours while the others stay
    small.

    Raises
    ------
    SizeError
        When there is no size that small.

    Examples
    --------
    >>> points = up_to((Size("n"),), 4)
    >>> [p["n"] for p in points.values], points.words
    ([1, 2, 3, 4], 'n from 1 to 4')
    >>> up_to((Size("n"), Size("m")), 16).words
    'all combinations up to 6, all equal up to 16, one large at a time'
    """
    if not sizes:
        return Points(({},), "no sizes")
    if isinstance(upto, bool) or not isinstance(upto, int):
        raise SizeError(f"upto is {upto!r}", next_step="give an integer: the largest size")
    for size in sizes:
        if not allowed(size, upto):
            raise SizeError(
                f"no sizes to check at: none up to {upto} has {size}", next_step="give a larger upto"
            )
    if len(sizes) == 1:
        (size,) = sizes
        values = tuple(allowed(size, upto))
        return Points(
            tuple({size.name: v} for v in values),
            f"{size.name} from {size.low} to {upto}"
            + ("" if size.power_of is None else f" (powers of {size.power_of})"),
        )
    grid = GRIDS.get(len(sizes), FEWEST)
    points = [
        dict(zip(_names(sizes), p, strict=True))
        for p in product(*(allowed(s, min(grid, upto)) for s in sizes))
    ]
    for value in range(1, upto + 1):
        if all(value in allowed(s, upto) for s in sizes):
            points.append({s.name: value for s in sizes})
    for size in sizes:
        for value in allowed(size, upto):
            if value > grid and _near_a_power(value):
                points.append({s.name: value if s is size else allowed(s, upto)[:2][-1] for s in sizes})
    unique = {tuple(p.items()): p for p in points if all(p[s.name] in allowed(s, upto) for s in sizes)}
    return Points(
        tuple(unique.values()), f"all combinations up to {grid}, all equal up to {upto}, one large at a time"
    )


def fewer(points: Points) -> Points:
    """Return points of which those above 8 are next to a power of two: where there is much to try at each.

    Examples
    --------
    >>> [p["n"] for p in fewer(up_to((Size("n", low=5),), 20)).values]
    [5, 6, 7, 8, 9, 15, 16, 17]
    """
    near = tuple(p for p in points.values if all(v <= SMALL or _near_a_power(v) for v in p.values()))
    return points if len(near) == len(points.values) else Points(near, f"{points.words}, few above {SMALL}")


def _near_a_power(value: int) -> bool:
    return any(value + d & value + d - 1 == 0 for d in (-1, 0, 1))


def affordable(
    points: Points,
    work: Callable[[dict[str, int]], int],
    calls: Callable[[dict[str, int]], int] | None = None,
) -> Points:
    """Leave out the points at which the unrolled graph would have too many operations or calls; say so.

    Parameters
    ----------
    points : Points
    work : callable
        From sizes to the number of operations.
    calls : callable, optional
        From sizes to the number of calls that are opened one by one; asked only where the work is affordable.

    Returns
    -------
    Points
        At least the one with the fewest operations.

    Examples
    --------
    >>> points = affordable(up_to((Size("n"),), 1000), lambda sizes: sizes["n"] ** 3)
    >>> len(points.values), points.words
    (84, 'n from 1 to 1000, at most 600,000 operations each')
    """
    most = MOST_WORK if calls is None else MOST_WORK_IN_CALLS
    found = [(work(point), point) for point in points.values]
    kept = tuple(point for amount, point in found if amount <= most)
    limits = [f"{most:,} operations"] if len(kept) < len(found) else []
    if calls is not None:
        few = tuple(point for point in kept if calls(point) <= MOST_OPENED)
        limits += [f"{MOST_OPENED:,} calls"] if len(few) < len(kept) else []
        kept = few
    if not limits:
        return points
    least = min(found, key=lambda pair: pair[0])[1]
    return Points(kept or (least,), f"{points.words}, at most {' and '.join(limits)} each")


def allowed(size: Size, upto: int) -> list[int]:
    """Return the values of a size's domain up to a limit."""
    high = upto if size.high is None else min(upto, size.high)
    if size.power_of is None:
        return list(range(size.low, high + 1))
    return [v for v in _powers(size.power_of, high) if v >= size.low]


def _powers(base: int, high: int) -> Iterator[int]:
    value = 1
    while value <= high:
        yield value
        value *= base


def _names(sizes: tuple[Size, ...]) -> list[str]:
    return [s.name for s in sizes]


def _span(values: tuple[int, ...]) -> str:
    if len(values) > 2 and values == tuple(range(values[0], values[-1] + 1)):
        return f"{values[0]}..{values[-1]}"
    return ", ".join(map(str, values[:6])) + (", ..." if len(values) > 6 else "")
