"""cvt: between integers and floats of all widths.

Source: NVIDIA, PTX ISA 9.0, section 9.7.9.21 (cvt).
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from workdepth.ptx.rules.floating import flushed, saturated
from workdepth.ptx.rules.half import narrow, widen
from workdepth.ptx.rules.operation import Maker, Modifiers, Operation
from workdepth.ptx.rules.rounding import DIRECTED, converted
from workdepth.ptx.types import TYPES, PtxType

_TO_INTEGER: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "rni": np.rint,
    "rzi": np.trunc,
    "rmi": np.floor,
    "rpi": np.ceil,
}


def _range(kind: PtxType) -> tuple[int, int]:
    if kind.kind == "s":
        return -(1 << (kind.bits - 1)), (1 << (kind.bits - 1)) - 1
    return 0, kind.mask


def to_integer(values: np.ndarray, kind: PtxType) -> np.ndarray:
    """Return whole floats as integers, held in the type's range; NaN is zero."""
    low, high = _range(kind)
    wide = values.astype(np.float64)
    inside = (wide >= float(low)) & (wide < float(high + 1))
    result = np.where(inside, wide, 0.0).astype(kind.view)
    result = np.where(wide >= float(high + 1), kind.view.type(high), result)
    return np.where(wide < float(low), kind.view.type(low), result)


def _clamped(values: np.ndarray, kind: PtxType) -> np.ndarray:
    """Return integers held in another integer type's range (``.sat``)."""
    low, high = _range(kind)
    info = np.iinfo(values.dtype)
    low, high = max(low, int(info.min)), min(high, int(info.max))
    return np.clip(values, values.dtype.type(low), values.dtype.type(high)).astype(kind.view)


def convert(modifiers: Modifiers) -> Operation:
    """cvt: change of type, with its rounding and saturation."""
    whole, mode = modifiers.take(*_TO_INTEGER), modifiers.take("rn", *DIRECTED)
    flush, saturate = modifiers.take("ftz"), modifiers.take("sat")
    if any(name in ("f16x2", "bf16x2") for name in modifiers.left):
        return _two(modifiers)
    result, kind = modifiers.type(), modifiers.type()

    def compute(values: np.ndarray) -> np.ndarray:
        values = widen(values) if kind.name == "bf16" else values
        if flush and values.dtype == np.float32:
            values = flushed(values)
        if whole:
            values = _TO_INTEGER[whole](values)
        if kind.kind == "f" and result.kind != "f":
            return to_integer(values, result)
        if saturate and result.kind != "f":
            return _clamped(values, result)
        if result.name == "bf16":
            return narrow(values if values.dtype.kind == "f" else values.astype(np.float64))
        found = values.astype(result.view)
        found = converted(values, found, mode) if mode in DIRECTED else found
        found = saturated(found) if saturate else found
        return flushed(found) if flush and found.dtype == np.float32 else found

    integers = kind.kind != "f" and result.kind != "f" and not saturate
    return Operation((result,), (kind,), compute, "{0}" if integers else "")


def _two(modifiers: Modifiers) -> Operation:
    """Cvt of two floats into a pair, the first into its upper half."""
    pair = modifiers.take("f16x2", "bf16x2")
    kind = modifiers.type()

    def half(values: np.ndarray) -> np.ndarray:
        bits = narrow(values) if pair == "bf16x2" else values.astype(np.float16).view(np.uint16)
        return bits.astype(np.uint32)

    return Operation((TYPES["b32"],), (kind, kind), lambda a, b: half(a) << np.uint32(16) | half(b))


RULES: dict[str, Maker] = {"cvt": convert}
