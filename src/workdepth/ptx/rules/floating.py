"""Floating arithmetic, rounded to nearest even as NumPy rounds.

The approximate functions (``ex2``, ``lg2``, ``sin``, ``cos``, ``rsqrt``, ``rcp``, ``tanh``, ``div.approx``,
``sqrt.approx``) give the rounded value of NumPy's function: closer to the true value than NVIDIA's, and
not its bits.

Source: NVIDIA, PTX ISA 9.0, sections 9.7.3 (floating), 9.7.4 (half precision).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from workdepth.ptx.rules.fused import fused_32, fused_64, odd_sum
from workdepth.ptx.rules.half import on_bf16
from workdepth.ptx.rules.operation import Maker, Modifiers, Operation, same
from workdepth.ptx.rules.rounding import DIRECTED, directed
from workdepth.ptx.types import TYPES, PtxType

Compute = Callable[..., Any]


def flushed(values: np.ndarray) -> np.ndarray:
    """Return the values with subnormal numbers turned into zeros of their sign (``.ftz``)."""
    tiny = np.finfo(values.dtype).tiny
    return np.where(np.abs(values) < tiny, np.copysign(values.dtype.type(0), values), values)


def saturated(values: np.ndarray) -> np.ndarray:
    """Return the values held in [0, 1], NaN as 0 (``.sat``)."""
    return np.where(values > 0, np.minimum(values, values.dtype.type(1)), values.dtype.type(0))


def _wrapped(modifiers: Modifiers, kind: PtxType, compute: Compute) -> Compute:
    if kind.name == "bf16":
        compute = on_bf16(modifiers.instruction.opcode, compute)
    flush, saturate = modifiers.take("ftz"), modifiers.take("sat")
    if kind.name == "bf16" and (flush or saturate):
        raise modifiers.unknown()
    if not flush and not saturate:
        return compute

    def wrapped(*values: np.ndarray) -> np.ndarray:
        result = compute(*(flushed(value) for value in values)) if flush else compute(*values)
        result = flushed(result) if flush else result
        return saturated(result) if saturate else result

    return wrapped


def _float(modifiers: Modifiers) -> PtxType:
    kind = modifiers.type()
    if kind.kind != "f":
        raise modifiers.unknown()
    return kind


def _rounded(count: int, compute: Compute, python: str = "") -> Maker:
    """Make an operation that IEEE rounds, to nearest unless its rounding says otherwise."""

    def make(modifiers: Modifiers) -> Operation:
        opcode = modifiers.instruction.opcode
        mode = modifiers.take("rn", "approx", "full", *DIRECTED)
        kind = _float(modifiers)
        if mode in DIRECTED and kind.bits == 16:
            raise modifiers.unknown()
        rounded = directed(opcode, mode, compute) if mode in DIRECTED else compute
        wrapped = _wrapped(modifiers, kind, rounded)
        return same(kind, count, wrapped, python if wrapped is compute else "")

    return make


def smaller(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Return the smaller value; the other one where one is NaN; -0 below +0."""
    return np.where(a == b, np.where(np.signbit(a), a, b), np.fmin(a, b))


def larger(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Return the larger value; the other one where one is NaN; +0 above -0."""
    return np.where(a == b, np.where(np.signbit(a), b, a), np.fmax(a, b))


def _extreme(compute: Compute) -> Maker:
    def make(modifiers: Modifiers) -> Operation:
        strict = modifiers.take("NaN")
        kind = _float(modifiers)
        chosen = compute if not strict else lambda a, b: np.where(np.isnan(a + b), a + b, compute(a, b))
        return same(kind, 2, _wrapped(modifiers, kind, chosen))

    return make


def _sign(compute: Compute) -> Maker:
    def make(modifiers: Modifiers) -> Operation:
        kind = _float(modifiers)
        return same(kind, 1, _wrapped(modifiers, kind, compute))

    return make


def fused(modifiers: Modifiers) -> Operation:
    """fma: a product and a sum, rounded once."""
    mode, relu = modifiers.take("rn", *DIRECTED), modifiers.take("relu")
    kind = _float(modifiers)
    if relu or (mode in DIRECTED and kind.bits == 16):
        raise modifiers.unknown()
    compute = {16: _fused_16, 32: fused_32, 64: fused_64}[kind.bits]
    compute = directed("fma", mode, compute) if mode in DIRECTED else compute
    return same(kind, 3, _wrapped(modifiers, kind, compute))


def _fused_16(a: np.ndarray, b: np.ndarray, c: np.ndarray) -> np.ndarray:
    # The product is exact in float64; the sum, rounded to odd, rounds on to half as the exact one.
    return odd_sum(a.astype(np.float64) * b.astype(np.float64), c.astype(np.float64)).astype(np.float16)


def copy_sign(modifiers: Modifiers) -> Operation:
    """copysign: the size of the second operand with the sign of the first."""
    return same(_float(modifiers), 2, lambda a, b: np.copysign(b, a))


_TESTS: dict[str, Compute] = {
    "finite": np.isfinite,
    "infinite": np.isinf,
    "number": lambda a: ~np.isnan(a),
    "notanumber": np.isnan,
    "normal": lambda a: np.isfinite(a) & (np.abs(a) >= np.finfo(a.dtype).tiny),
    "subnormal": lambda a: (a != 0) & (np.abs(a) < np.finfo(a.dtype).tiny),
}


def test_property(modifiers: Modifiers) -> Operation:
    """testp: what kind of number a float is."""
    name, kind = modifiers.take(*_TESTS), _float(modifiers)
    if not name:
        raise modifiers.unknown()
    return Operation((TYPES["pred"],), (kind,), _TESTS[name])


def _one_over(a: np.ndarray) -> np.ndarray:
    return a.dtype.type(1) / a


RULES: dict[str, Maker] = {
    "add": _rounded(2, np.add, "{0} + {1}"),
    "sub": _rounded(2, np.subtract, "{0} - {1}"),
    "mul": _rounded(2, np.multiply, "{0} * {1}"),
    "div": _rounded(2, np.divide),
    "sqrt": _rounded(1, np.sqrt),
    "rcp": _rounded(1, _one_over),
    "rsqrt": _rounded(1, lambda a: (1 / np.sqrt(a.astype(np.float64))).astype(a.dtype)),
    "sin": _rounded(1, np.sin),
    "cos": _rounded(1, np.cos),
    "lg2": _rounded(1, np.log2),
    "ex2": _rounded(1, np.exp2),
    "tanh": _rounded(1, np.tanh),
    "fma": fused,
    "mad": fused,
    "min": _extreme(smaller),
    "max": _extreme(larger),
    "abs": _sign(np.abs),
    "neg": _sign(np.negative),
    "copysign": copy_sign,
    "testp": test_property,
}
