"""a*b + c rounded once, which NumPy has no function for.

Note [Fused product].  A product of two float32 is exact in float64, so only the sum rounds: it is rounded
to odd, and a value rounded to odd with two spare bits rounds on to float32 as the exact one does.  In
float64 the product is split into a head and a tail without error, and the same is done with the sum of
three terms.  Where splitting could overflow or lose the tail, exact rational numbers decide.

Source: Boldo and Melquiond, Emulation of a FMA and correctly rounded sums: proved algorithms using
rounding to odd, IEEE Transactions on Computers 57(4), 2008; Dekker, Numerische Mathematik 18, 1971.
"""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np

_SPLIT = 2.0**27 + 1.0
_SAFE_LOW, _SAFE_HIGH = 2.0**-400, 2.0**400


def two_sum(a: np.ndarray, b: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the rounded sum and its exact error."""
    total = a + b
    part = total - a
    return total, (a - (total - part)) + (b - part)


def two_product(a: np.ndarray, b: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the rounded product and its exact error, away from overflow and underflow."""
    product = a * b
    x, y = a * _SPLIT, b * _SPLIT
    a1, b1 = x - (x - a), y - (y - b)
    a0, b0 = a - a1, b - b1
    return product, a0 * b0 - (((product - a1 * b1) - a0 * b1) - a1 * b0)


def odd_sum(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Return a + b in float64, rounded to odd where it is not exact."""
    total, error = two_sum(a, b)
    even = (total.view(np.int64) & 1) == 0
    towards = np.where(error > 0, np.inf, -np.inf)
    inexact = (error != 0) & np.isfinite(total) & np.isfinite(error)
    return np.where(inexact & even, np.nextafter(total, towards), total)


def fused_32(a: np.ndarray, b: np.ndarray, c: np.ndarray) -> np.ndarray:
    """Return a*b + c of float32 values, rounded once.

    Examples
    --------
    >>> x = np.array([1 + 2**-12], np.float32)
    >>> float(fused_32(x, x, np.array([-1], np.float32))[0]) == 2**-11 + 2**-24
    True
    """
    product, addend = a.astype(np.float64) * b.astype(np.float64), c.astype(np.float64)
    total = product + addend
    result = total.astype(np.float32)
    # Rounding twice can only go wrong halfway between two float32 numbers, or among subnormal ones.
    halfway = (total.view(np.int64) & 0x1FFFFFFF) == 0x10000000
    subnormal = (result.view(np.uint32) & np.uint32(0x7F800000)) == 0
    if (halfway | (subnormal & (total != 0))).any():
        return odd_sum(product, addend).astype(np.float32)
    return result


def fused_64(a: np.ndarray, b: np.ndarray, c: np.ndarray) -> np.ndarray:
    """Return a*b + c of float64 values, rounded once."""
    a, b, c = np.broadcast_arrays(a, b, c)
    plain = a * b + c
    product, tail = two_product(a, b)
    lower, lowest = two_sum(c, tail)
    head, rest = two_sum(product, lower)
    result = head + odd_sum(rest, lowest)
    safe = _between(a) & _between(b) & (_between(c) | (c == 0)) & _between(product)
    result = np.where(safe, result, plain)
    doubtful = ~safe & np.isfinite(a) & np.isfinite(b) & np.isfinite(c) & (a != 0) & (b != 0)
    for at in np.flatnonzero(doubtful):
        result[at] = _exact(float(a[at]), float(b[at]), float(c[at]))
    return result


def _between(values: np.ndarray) -> np.ndarray:
    size = np.abs(values)
    return (size > _SAFE_LOW) & (size < _SAFE_HIGH)


def _exact(a: float, b: float, c: float) -> float:
    value = Fraction(a) * Fraction(b) + Fraction(c)
    if value == 0:
        return a * b + c  # the sign of zero
    try:
        return float(value)
    except OverflowError:
        return math.inf if value > 0 else -math.inf
