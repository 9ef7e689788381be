"""A few points of a domain, where a false claim usually shows at once."""

from __future__ import annotations

from functools import lru_cache

from workdepth.errors import SymbolicError
from workdepth.symbolic.domain import Domain, Size
from workdepth.symbolic.expr import Expr

#: Offsets from the smallest size; the last two stand apart so that one size can be far above the others.
_OFFSETS = (0, 1, 2, 6, 37)
_LARGE = 1000


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


def refuted(x: Expr, domain: Domain) -> bool:
    """Tell whether an expression is negative at one of the points."""
    if not x.names <= domain.names:
        return False
    for point in points(domain):
        try:
            if float(x.at(point)) < -1e-9:
                return True
        except (SymbolicError, OverflowError):
            continue
    return False
