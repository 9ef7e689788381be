"""Integer arithmetic: what each opcode does to whole arrays of registers.

Addition, subtraction and the low half of a product are the same for signed and unsigned numbers, so they
see raw unsigned bits, which NumPy wraps.

Source: NVIDIA, PTX ISA 9.0, sections 9.7.1 (integer), 9.7.2 (extended precision).
"""

from __future__ import annotations

import numpy as np

from workdepth.ptx.rules.operation import Maker, Modifiers, Operation, same
from workdepth.ptx.types import TYPES, PtxType, unsigned

U32 = TYPES["u32"]


def widened(kind: PtxType) -> PtxType:
    """Return the type of twice the width."""
    return TYPES[f"{kind.kind}{kind.bits * 2}"]


def high(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Return the upper half of the full product."""
    bits = a.dtype.itemsize * 8
    if bits < 64:
        wide = np.dtype(f"{a.dtype.kind}{bits // 4}")
        return (np.multiply(a, b, dtype=wide) >> wide.type(bits)).astype(a.dtype)
    low = np.uint64(0xFFFFFFFF)
    half = np.uint64(32)
    x, y = a.view(np.uint64), b.view(np.uint64)
    x0, x1, y0, y1 = x & low, x >> half, y & low, y >> half
    middle = x1 * y0 + ((x0 * y0) >> half)
    other = x0 * y1 + (middle & low)
    product = x1 * y1 + (middle >> half) + (other >> half)
    if a.dtype.kind == "i":
        product = product - np.where(a < 0, y, np.uint64(0)) - np.where(b < 0, x, np.uint64(0))
    return product.view(a.dtype)


def divide(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Divide towards zero; by zero gives all ones, as NVIDIA's machines do."""
    if a.dtype.kind == "u":
        quotient = a // b
    else:
        quotient = (a - np.fmod(a, b)) // b
    return np.where(b == 0, np.array(-1).astype(a.dtype), quotient)


def remainder(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Return the remainder of the division towards zero; by zero gives the dividend."""
    return np.where(b == 0, a, np.fmod(a, b))


def _ring(compute: np.ufunc, sign: str) -> Maker:
    def make(modifiers: Modifiers) -> Operation:
        saturate = modifiers.take("sat")
        kind = modifiers.type()
        if kind.kind == "f" or (saturate and kind.name != "s32"):
            raise modifiers.unknown()
        if saturate:
            return same(kind, 2, lambda a, b: _clamped(compute(a.astype(np.int64), b.astype(np.int64))))
        return same(unsigned(kind.bits), 2, compute, f"{{0}} {sign} {{1}}")

    return make


def _clamped(wide: np.ndarray) -> np.ndarray:
    return np.clip(wide, -(2**31), 2**31 - 1).astype(np.int32)


def multiply(modifiers: Modifiers) -> Operation:
    """mul: the low half, the high half, or the whole product."""
    half, kind = modifiers.take("lo", "hi", "wide"), modifiers.type()
    if half == "wide" and (kind.bits > 32 or kind.kind not in "us"):
        raise modifiers.unknown()
    if half == "wide":
        wide = widened(kind)
        return Operation((wide,), (kind, kind), lambda a, b: np.multiply(a, b, dtype=wide.view), "{0} * {1}")
    if half == "hi":
        return same(kind, 2, high, f"({{0}} * {{1}}) >> {kind.bits}")
    if half != "lo":
        raise modifiers.unknown()
    return same(unsigned(kind.bits), 2, np.multiply, "{0} * {1}")


def multiply_add(modifiers: Modifiers) -> Operation:
    """mad: a product plus a third operand."""
    half, kind = modifiers.take("lo", "hi", "wide"), modifiers.type()
    if half == "wide" and (kind.bits > 32 or kind.kind not in "us"):
        raise modifiers.unknown()
    if half == "wide":
        wide = widened(kind)
        return Operation(
            (wide,),
            (kind, kind, wide),
            lambda a, b, c: np.multiply(a, b, dtype=wide.view) + c,
            "{0} * {1} + {2}",
        )
    if half == "hi":
        return same(kind, 3, lambda a, b, c: high(a, b) + c, f"(({{0}} * {{1}}) >> {kind.bits}) + {{2}}")
    if half != "lo":
        raise modifiers.unknown()
    return same(unsigned(kind.bits), 3, lambda a, b, c: a * b + c, "{0} * {1} + {2}")


def multiply_24(modifiers: Modifiers) -> Operation:
    """mul24, mad24: products of the low 24 bits."""
    half, kind = modifiers.take("lo", "hi"), modifiers.type()
    if kind.bits != 32 or not half:
        raise modifiers.unknown()
    cut, wide = np.uint32(8), np.dtype(f"{kind.view.kind}8")
    down = np.int64(16 if half == "hi" else 0)

    def product(a: np.ndarray, b: np.ndarray) -> np.ndarray:
        x, y = ((v.view(np.uint32) << cut).view(kind.view) >> kind.view.type(8) for v in (a, b))
        return (np.multiply(x, y, dtype=wide) >> wide.type(down)).astype(wide).astype(kind.view)

    if modifiers.instruction.opcode == "mul24":
        return same(kind, 2, product)
    return same(kind, 3, lambda a, b, c: product(a, b) + c)


def _whole(function: object, python: str = "") -> Maker:
    def make(modifiers: Modifiers) -> Operation:
        return same(modifiers.type(), 2, function, python)  # type: ignore[arg-type]

    return make


def _extreme(compute: np.ufunc, word: str) -> Maker:
    def make(modifiers: Modifiers) -> Operation:
        return same(modifiers.type(), 2, compute, f"{word}({{0}}, {{1}})")

    return make


def absolute(modifiers: Modifiers) -> Operation:
    """Abs of a signed integer."""
    return same(modifiers.type(), 1, np.abs, "abs({0})")


def negate(modifiers: Modifiers) -> Operation:
    """Neg of a signed integer."""
    return same(unsigned(modifiers.type().bits), 1, np.negative, "-{0}")


def absolute_difference(modifiers: Modifiers) -> Operation:
    """sad: c plus the distance of a and b."""
    kind = modifiers.type()
    raw = unsigned(kind.bits)

    def compute(a: np.ndarray, b: np.ndarray, c: np.ndarray) -> np.ndarray:
        return np.where(a > b, a - b, b - a).view(raw.view) + c

    return Operation((raw,), (kind, kind, raw), compute)


def dot(modifiers: Modifiers) -> Operation:
    """dp4a: four products of bytes, added to c."""
    first, second = modifiers.type(), modifiers.type()
    narrow = [np.dtype("i1" if kind.kind == "s" else "u1") for kind in (first, second)]

    def compute(a: np.ndarray, b: np.ndarray, c: np.ndarray) -> np.ndarray:
        x, y = (
            np.ascontiguousarray(v).view(d).reshape(-1, 4).astype(np.int32)
            for v, d in zip((a, b), narrow, strict=True)
        )
        return (x * y).sum(axis=1, dtype=np.int32).view(np.uint32) + c

    return Operation((U32,), (U32, U32, U32), compute)


RULES: dict[str, Maker] = {
    "add": _ring(np.add, "+"),
    "sub": _ring(np.subtract, "-"),
    "mul": multiply,
    "mad": multiply_add,
    "mul24": multiply_24,
    "mad24": multiply_24,
    "div": _whole(divide),
    "rem": _whole(remainder),
    "min": _extreme(np.minimum, "min"),
    "max": _extreme(np.maximum, "max"),
    "abs": absolute,
    "neg": negate,
    "sad": absolute_difference,
    "dp4a": dot,
}
