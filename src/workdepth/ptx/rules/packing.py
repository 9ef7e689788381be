"""mov between one register and several narrower ones.

Source: NVIDIA, PTX ISA 9.0, section 9.7.9.4 (mov, packing and unpacking).
"""

from __future__ import annotations

import numpy as np

from workdepth.ptx.rules.operation import Operation
from workdepth.ptx.types import PtxType, unsigned


def pack(kind: PtxType, count: int) -> Operation:
    """Return the operation that joins ``count`` values, the first lowest."""
    part = unsigned(kind.bits // count)

    def compute(*values: np.ndarray) -> np.ndarray:
        whole = np.zeros(1, kind.raw)
        for place, value in enumerate(values):
            whole = whole | value.astype(kind.raw) << kind.raw.type(place * part.bits)
        return whole

    return Operation((kind,), (part,) * count, compute)


def unpack(kind: PtxType, count: int) -> Operation:
    """Return the operation that takes a value apart, the lowest first."""
    part = unsigned(kind.bits // count)

    def compute(value: np.ndarray) -> tuple[np.ndarray, ...]:
        return tuple((value >> kind.raw.type(place * part.bits)).astype(part.raw) for place in range(count))

    return Operation((part,) * count, (kind,), compute)
