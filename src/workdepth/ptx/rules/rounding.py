"""Arithmetic rounded towards zero, down or up; NumPy only rounds to nearest.

Note [Directed rounding].  The nearest value is computed first.  If it is not exact, the directed one is
either it or its neighbour, by the side on which the exact value lies.  For float32 a float64 computation
shows the side: sums and products are rounded to odd, and a quotient or root of 24-bit numbers that is not
itself such a number differs from all of them by more than float64's rounding.  For float64 exact rational
numbers show it, lane by lane: slow and right.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np

from workdepth.ptx.rules.fused import odd_sum

Compute = Callable[..., Any]
DIRECTED = ("rz", "rm", "rp")


def towards(nearest: np.ndarray, side: np.ndarray, mode: str) -> np.ndarray:
    """Return the directed result.

    Parameters
    ----------
    nearest : numpy.ndarray
        The value rounded to nearest.
    side : numpy.ndarray
        Sign of the exact value less ``nearest``; 0 where it is exact.
    mode : str
        ``rz``, ``rm`` or ``rp``.
    """
    kind = nearest.dtype.type
    below, above = np.nextafter(nearest, kind(-math.inf)), np.nextafter(nearest, kind(math.inf))
    down = np.where(side < 0, below, nearest)
    up = np.where(side > 0, above, nearest)
    if mode == "rm":
        return down
    if mode == "rp":
        return up
    positive = (nearest > 0) | ((nearest == 0) & (side > 0))
    return np.where(side == 0, nearest, np.where(positive, down, up))


def directed(opcode: str, mode: str, nearest: Compute) -> Compute:
    """Return the function of an opcode that rounds in a direction, given the one that rounds to nearest."""

    def compute(*values: np.ndarray) -> np.ndarray:
        values = np.broadcast_arrays(*values)
        near = np.asarray(nearest(*values))
        if near.dtype == np.float32:
            wide = _WIDE[opcode](*(value.astype(np.float64) for value in values))
            side = np.sign(np.where(np.isfinite(wide), wide - near, 0.0))
            side = np.where(np.isfinite(wide) & np.isinf(near), -np.sign(near), side)
        else:
            side = np.array(
                [
                    _side(opcode, float(r), [float(v) for v in row])
                    for r, *row in zip(near, *values, strict=True)
                ]
            )
        return towards(near, side, mode)

    return compute


_WIDE: dict[str, Compute] = {
    "add": odd_sum,
    "sub": lambda a, b: odd_sum(a, -b),
    "mul": lambda a, b: a * b,
    "fma": lambda a, b, c: odd_sum(a * b, c),
    "mad": lambda a, b, c: odd_sum(a * b, c),
    "div": np.divide,
    "sqrt": np.sqrt,
    "rcp": lambda a: 1.0 / a,
}

_EXACT: dict[str, Callable[..., Fraction]] = {
    "add": lambda a, b: a + b,
    "sub": lambda a, b: a - b,
    "mul": lambda a, b: a * b,
    "fma": lambda a, b, c: a * b + c,
    "mad": lambda a, b, c: a * b + c,
    "div": lambda a, b: a / b,
    "rcp": lambda a: 1 / a,
}


def _side(opcode: str, near: float, values: list[float]) -> int:
    if not all(math.isfinite(value) for value in values) or math.isnan(near):
        return 0
    if math.isinf(near):
        return 0 if opcode in ("div", "rcp") and values[-1] == 0 else (-1 if near > 0 else 1)
    if opcode == "sqrt":
        return _sign(Fraction(values[0]) - Fraction(near) ** 2)
    return _sign(_EXACT[opcode](*(Fraction(value) for value in values)) - Fraction(near))


def _sign(value: Fraction) -> int:
    return (value > 0) - (value < 0)


def converted(values: np.ndarray, nearest: np.ndarray, mode: str) -> np.ndarray:
    """Return a conversion rounded in a direction, given the one rounded to nearest."""

    def sides() -> list[int]:
        found = []
        for exact, near in zip(values.tolist(), nearest.tolist(), strict=True):
            if math.isinf(near):
                finite = not isinstance(exact, float) or math.isfinite(exact)
                found.append((-1 if near > 0 else 1) if finite else 0)
            else:
                found.append(0 if math.isnan(near) else _sign(Fraction(exact) - Fraction(near)))
        return found

    return towards(nearest, np.array(sides()), mode)
