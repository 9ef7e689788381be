"""What a solution of a split says, compared with the definition."""

from __future__ import annotations

from fractions import Fraction

#: Irrational bounds are floats.
CLOSE = 1e-9


def wrong(found, by_definition, upto, values=None):
    """The sizes at which a solution is not what the definition gives."""
    of = found.split
    size = found.domain.size(of.size)
    known = values or {}
    out = []
    for n in range(of.smallest, upto + 1):
        wanted = by_definition(of, n, known)
        here = {of.size: n, **known}
        powers = size.power_of is None or n in {size.power_of**e for e in range(20)}
        if found.value is not None and n >= size.low and powers and found.value.at(here) != wanted:
            out.append((n, "value", found.value.at(here), wanted))
        if found.bound is not None and n >= found.bound_low:
            gap = found.bound.at(here) - (wanted if isinstance(wanted, int | Fraction) else float(wanted))
            if gap < -CLOSE:
                out.append((n, "bound", found.bound.at(here), wanted))
    return out
