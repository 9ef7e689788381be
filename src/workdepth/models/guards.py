"""Guards: factors that are 1 where a run is long enough and 0 where it is not, and when they may be left out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache

from workdepth.errors import SymbolicError, WorkdepthError
from workdepth.symbolic import Domain, Expr, Size, maximum_of, minimum_of, nonnegative, simplify


def at_least(count: Expr, k: int, domain: Domain) -> bool:
    """Say whether ``count >= k`` is proved."""
    return nonnegative(count - k, domain)


@lru_cache(maxsize=4096)
def indicator(count: Expr, k: int, domain: Domain) -> Expr:
    """Return 1 where ``count >= k`` and 0 elsewhere, for an integer ``count``."""
    return simplify(minimum_of(1, maximum_of(0, count - (k - 1))), domain)


@lru_cache(maxsize=4096)
def short_sizes(count: Expr, k: int, domain: Domain) -> tuple[Mapping[str, int], ...] | None:
    """Return the sizes, or numbers of a round, at which a count of one name is below ``k``, or None.

    None is returned where they cannot be listed; of what is listed not all may occur.
    """
    if len(count.names) != 1:
        return None
    (text,) = count.names
    known = domain.size(text)
    size = known or _as_size(text, domain)
    if size is None:
        return None
    found: list[dict[str, int]] = []
    for value in range(size.low, size.low + 8):
        if size.high is not None and value > size.high:
            return tuple(found)
        later = replace(size, low=value)
        above = domain.with_size(later) if known else Domain((later,))
        if at_least(count, k, above):
            return tuple(found)
        try:
            if count.at({text: value}) < k:
                found.append({text: value})
        except WorkdepthError:
            return None
    return None


def _as_size(text: str, domain: Domain) -> Size | None:
    """Return what is known of a loop index from below, where that is a number."""
    index = domain.index(text)
    if index is None or not index.low.is_number or index.low.number.denominator != 1 or index.low.number < 0:
        return None
    return Size(text, low=int(index.low.number))


@lru_cache(maxsize=4096)
def guarded(value: Expr, count: Expr, k: int, domain: Domain) -> Expr:
    """Return ``value`` where ``count >= k`` and 0 elsewhere; without a guard where it is 0 there anyway."""
    if at_least(count, k, domain):
        return value
    shorter = short_sizes(count, k, domain)
    try:
        values = [value.substitute(size) for size in shorter] if shorter is not None else None
    except SymbolicError:
        values = None  # it does not exist there, as a logarithm of nothing
    if values is not None and all(simplify(v, domain) == 0 for v in values):
        return value
    guard = indicator(count, k, domain)
    if values is not None and len(values) == 1:
        # What is left at the one short size is guarded; the rest is 0 there anyway.
        return value - values[0] + values[0] * guard
    return value * guard
