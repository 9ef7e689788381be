"""Extended-precision integers: additions and products that pass a carry from one to the next.

Source: NVIDIA, PTX ISA 9.0, section 9.7.2.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from workdepth.ptx.rules.integer import high
from workdepth.ptx.rules.operation import Maker, Modifiers, Operation
from workdepth.ptx.types import TYPES, PtxType, unsigned

PRED = TYPES["pred"]
CARRY = "%cc"  # the condition code, a register that every thread has

Pair = tuple[np.ndarray, np.ndarray]


def _add(a: np.ndarray, b: np.ndarray, carry: np.ndarray) -> Pair:
    part = a + b
    total = part + carry.astype(a.dtype)
    return total, (part < a) | (total < part)


def _subtract(a: np.ndarray, b: np.ndarray, borrow: np.ndarray) -> Pair:
    part = a - b
    total = part - borrow.astype(a.dtype)
    return total, (a < b) | (part < borrow)


def _sum(combine: Callable[..., Pair], takes: bool) -> Maker:
    def make(modifiers: Modifiers) -> Operation:
        gives, kind = bool(modifiers.take("cc")), unsigned(modifiers.type().bits)
        return _operation(kind, (kind, kind), takes, gives, combine)

    return make


def _product(takes: bool) -> Maker:
    def make(modifiers: Modifiers) -> Operation:
        gives, half = bool(modifiers.take("cc")), modifiers.take("lo", "hi")
        kind = modifiers.type()
        if not half:
            raise modifiers.unknown()
        raw = unsigned(kind.bits)

        def combine(a: np.ndarray, b: np.ndarray, c: np.ndarray, carry: np.ndarray) -> Pair:
            product = a * b if half == "lo" else high(a, b)
            return _add(product.view(raw.view), c, carry)

        return _operation(raw, (kind, kind, raw), takes, gives, combine)

    return make


def _operation(
    result: PtxType, operands: tuple[PtxType, ...], takes: bool, gives: bool, combine: Callable[..., Pair]
) -> Operation:
    def compute(*values: np.ndarray) -> np.ndarray | Pair:
        found = combine(*values) if takes else combine(*values, np.zeros(1, np.bool_))
        return found if gives else found[0]

    return Operation(
        (result, PRED) if gives else (result,), (*operands, PRED) if takes else operands, compute
    )


# The plain opcodes come here only with ``.cc``.
RULES: dict[str, Maker] = {
    "add": _sum(_add, False),
    "sub": _sum(_subtract, False),
    "addc": _sum(_add, True),
    "subc": _sum(_subtract, True),
    "mad": _product(False),
    "madc": _product(True),
}
