"""A few points of a domain, where a false claim usually shows at once."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from functools import lru_cache

from workdepth.errors import SymbolicError
from workdepth.symbolic.domain import Domain, Size
from workdepth.symbolic.expr import Expr

#: Offsets from the smallest size; the last two stand apart so that one size can be far above the others.
_OFFSETS = (0, 1, 2, 6, 37)
_LARGE = 1000
#: A huge size has this many bits.
_BITS = 1024
#: Irrational values are floats.
_CLOSE = 1e-9


@lru_cache(maxsize=4096)
def points(domain: Domain) -> tuple[dict[str, int], ...]:
    """Return some points of a domain, those in empty loops left out."""
    out = [{s.name: _value(s, k) for s in domain.sizes} for k in _OFFSETS]
    for size in domain.sizes[:4] if len(domain.sizes) > 1 else ():
        out.append({s.name: _value(s, _LARGE if s is size else 1) for s in domain.sizes})
    found = [p for start in out for p in _inside(domain, start)]
    return tuple(found)


def _value(size: Size, offset: int) -> int:
    if size.power_of is not None:
        value = 1
        while value < size.low or offset > 0:
            value *= size.power_of
            offset = offset // 2 if value >= size.low else offset
    else:
        value = size.low + offset
    return (
        value if size.high is None or value <= size.high else size.high if size.power_of is None else size.low
    )


def _inside(domain: Domain, start: dict[str, int]) -> list[dict[str, int]]:
    """Return the point at the first and at the last round of every loop."""
    out: list[dict[str, int]] = []
    for last in (False, True):
        point = dict(start)
        for index in domain.indices:
            try:
                low, high = index.low.at(point), index.high.at(point)
            except SymbolicError:
                return out
            if not (isinstance(low, int) and isinstance(high, int) and low < high):
                break
            point[index.name] = high - 1 if last else low
        else:
            out.append(point)
        if not domain.indices:
            break
    return out


def _tilted(x: Expr, domain: Domain) -> list[dict[str, int]]:
    """Return a point where what is only taken away is huge: of many sizes, the ones that matter."""
    if len(domain.sizes) < 2:
        return []
    added = {t for m, c in x.terms.items() if c > 0 for a, _ in m for t in a.names}
    return _inside(domain, {s.name: _value(s, 0) if s.name in added else _huge(s) for s in domain.sizes})


def _huge(size: Size) -> int:
    """Return a value that outgrows sums of logarithms, roots and any constant that a graph may have."""
    if size.high is not None:
        return _value(size, _LARGE)
    base: int = size.power_of or 2
    return int(base**_BITS)


@lru_cache(maxsize=256)
def _patterns(domain: Domain) -> tuple[dict[str, int], ...]:
    """Return points that tell any two sizes apart: in one of them the first is huge and the second small."""
    found: list[dict[str, int]] = []
    for bit in range(max(1, (len(domain.sizes) - 1).bit_length())):
        for value in (0, 1):
            start = {
                s.name: _huge(s) if k >> bit & 1 == value else _value(s, 0)
                for k, s in enumerate(domain.sizes)
            }
            found += _inside(domain, start)
    return tuple(found)


def values_of(xs: Iterable[Expr], domain: Domain) -> list[tuple[int | Fraction | float | None, ...]]:
    """Return the values of some expressions at a few points; None where there is none.

    What is smaller at one of them is not at least as large everywhere, so most comparisons need no proof.
    """
    somewhere = (*_patterns(domain), *points(domain)[:4])
    return [tuple(_value_at(x, point) for point in somewhere) for x in xs]


def _value_at(x: Expr, point: dict[str, int]) -> int | Fraction | float | None:
    try:
        return x.at({t: point[t] for t in x.names if t in point})
    except (SymbolicError, OverflowError):
        return None


def refuted(x: Expr, domain: Domain) -> bool:
    """Tell whether an expression is negative at one of the points."""
    if not x.names <= domain.names:
        return False
    for point in (*_tilted(x, domain), *points(domain)):
        value = _value_at(x, point)
        if value is not None and value < -_CLOSE:
            return True
    return False
