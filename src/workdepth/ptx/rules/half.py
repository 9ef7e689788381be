"""bfloat16, and pairs of 16-bit numbers in one register.

A bfloat16 is the upper half of a float32.  Sums and products of bfloat16 numbers are formed in float64,
rounded to odd where they are not exact, and rounded once to bfloat16.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from workdepth.ptx.rules.fused import odd_sum
from workdepth.ptx.rules.operation import Operation
from workdepth.ptx.types import TYPES

Compute = Callable[..., Any]


def widen(bits: np.ndarray) -> np.ndarray:
    """Return bfloat16 bits as float32 values; exact."""
    return (bits.astype(np.uint32) << np.uint32(16)).view(np.float32)


def narrow(values: np.ndarray) -> np.ndarray:
    """Return float32 or float64 values as bfloat16 bits, rounded to nearest even.

    Examples
    --------
    >>> [hex(bits) for bits in narrow(np.array([1.0, 1.00390625, 1.01171875], np.float32))]
    ['0x3f80', '0x3f80', '0x3f82']
    """
    single = odd_single(values) if values.dtype == np.float64 else values
    bits = single.view(np.uint32)
    rounded = bits + np.uint32(0x7FFF) + ((bits >> np.uint32(16)) & np.uint32(1))
    return np.where(np.isnan(single), np.uint32(0x7FFF), rounded >> np.uint32(16)).astype(np.uint16)


def odd_single(values: np.ndarray) -> np.ndarray:
    """Return float64 values as float32, rounded to odd where they are not exact."""
    near = values.astype(np.float32)
    even = (near.view(np.uint32) & np.uint32(1)) == 0
    away = np.where(values > near, np.float32(np.inf), np.float32(-np.inf))
    inexact = (near != values) & np.isfinite(near) & ~np.isnan(values)
    return np.where(inexact & even, np.nextafter(near, away), near)


_EXACT: dict[str, Compute] = {
    "add": odd_sum,
    "sub": lambda a, b: odd_sum(a, -b),
    "mul": lambda a, b: a * b,
    "fma": lambda a, b, c: odd_sum(a * b, c),
}


def on_bf16(opcode: str, compute: Compute) -> Compute:
    """Return an operation on float values as one on bfloat16 bits."""
    exact = _EXACT.get(opcode)
    if exact is not None:
        return lambda *bits: narrow(exact(*(widen(one).astype(np.float64) for one in bits)))
    if opcode in ("abs", "neg", "min", "max", "copysign"):
        return lambda *bits: (compute(*map(widen, bits)).view(np.uint32) >> np.uint32(16)).astype(np.uint16)
    return lambda *bits: narrow(compute(*map(widen, bits)))


def paired(single: Operation) -> Operation:
    """Return an operation on 16-bit values as one on pairs of them."""
    word = TYPES["b32"]
    views = [kind.view for kind in single.operands]

    def compute(*words: np.ndarray) -> np.ndarray:
        halves = []
        for down in (np.uint32(0), np.uint32(16)):
            parts = [
                (one >> down).astype(np.uint16).view(view) for one, view in zip(words, views, strict=True)
            ]
            halves.append(single.compute(*parts).view(np.uint16).astype(np.uint32))
        return halves[0] | halves[1] << np.uint32(16)

    return Operation((word,), (word,) * len(views), compute)
