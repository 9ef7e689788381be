"""PTX's fundamental types, and the NumPy type that views a register's bits.

A register holds raw bits; the instruction says what they mean.  ``raw`` is the unsigned type of the same
width in which registers are kept, ``view`` the one in which an instruction of this type sees them.

Source: NVIDIA, PTX ISA 9.0, section 5.2 (types).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, slots=True)
class PtxType:
    """One fundamental type: its name, kind (``u s f b p``), width in bits, and two NumPy types.

    Examples
    --------
    >>> TYPES["s32"].bytes, TYPES["s32"].view, TYPES["s32"].raw
    (4, dtype('int32'), dtype('uint32'))
    """

    name: str
    kind: str
    bits: int
    view: np.dtype
    raw: np.dtype

    @property
    def bytes(self) -> int:
        """Width in bytes."""
        return self.bits // 8

    @property
    def mask(self) -> int:
        """All bits set."""
        return (1 << self.bits) - 1


def _make(name: str) -> PtxType:
    kind, bits = name[0], int(name.lstrip("usfb"))
    raw = np.dtype(f"u{bits // 8}")
    letter = {"s": "i", "f": "f"}.get(kind, "u")
    return PtxType(name, kind, bits, np.dtype(f"{letter}{bits // 8}"), raw)


_BOOL = np.dtype(np.bool_)

TYPES: dict[str, PtxType] = {
    name: _make(name)
    for name in (
        *(f"{kind}{bits}" for kind in "usb" for bits in (8, 16, 32, 64)),
        "f16",
        "f32",
        "f64",
    )
}
# NumPy has no bfloat16: its bits are seen as they are, and the rules widen them.
TYPES["bf16"] = PtxType("bf16", "f", 16, np.dtype("u2"), np.dtype("u2"))
TYPES["pred"] = PtxType("pred", "p", 1, _BOOL, _BOOL)


def unsigned(bits: int) -> PtxType:
    """Return the unsigned type of a width: what raw bits are."""
    return TYPES["pred"] if bits == 1 else TYPES[f"u{bits}"]
