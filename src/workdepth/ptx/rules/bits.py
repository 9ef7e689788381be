"""Logic, shifts and fields of bits.

Source: NVIDIA, PTX ISA 9.0, sections 9.7.1 (bit fields), 9.7.8 (logic and shift), 9.7.9.7 (prmt).
"""

from __future__ import annotations

import numpy as np

from workdepth.ptx.rules.operation import Maker, Modifiers, Operation, same
from workdepth.ptx.types import TYPES, unsigned

U32 = TYPES["u32"]


def shift_left(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Shift left; an amount of the width or more leaves zero."""
    return a << _amount(a, b)


def shift_right(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Shift right, filling with the sign where the type has one."""
    return a >> _amount(a, b)


def _amount(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    if a.dtype == b.dtype:
        return b
    return np.minimum(b, np.uint32(a.dtype.itemsize * 8)).astype(a.dtype)


def _logic(compute: np.ufunc, word: str) -> Maker:
    def make(modifiers: Modifiers) -> Operation:
        return same(unsigned(modifiers.type().bits), 2, compute, f"{{0}} {word} {{1}}")

    return make


def invert(modifiers: Modifiers) -> Operation:
    """not: every bit, or a predicate, turned over."""
    kind = unsigned(modifiers.type().bits)
    return same(kind, 1, np.invert, "not {0}" if kind.kind == "p" else "~{0}")


def logical_not(modifiers: Modifiers) -> Operation:
    """cnot: one for zero, zero for the rest."""
    kind = unsigned(modifiers.type().bits)
    return same(kind, 1, lambda a: (a == 0).astype(a.dtype), "int(not {0})")


def left(modifiers: Modifiers) -> Operation:
    """Shl."""
    kind = unsigned(modifiers.type().bits)
    return Operation((kind,), (kind, U32), shift_left, f"({{0}} << {{1}}) if {{1}} < {kind.bits} else 0")


def right(modifiers: Modifiers) -> Operation:
    """shr: with the sign for .s types, with zeros for the others."""
    kind = modifiers.type()
    python = "{0} >> {1}" if kind.kind == "s" else f"({{0}} >> {{1}}) if {{1}} < {kind.bits} else 0"
    return Operation((kind,), (kind, U32), shift_right, python)


def funnel(modifiers: Modifiers) -> Operation:
    """shf: 32 bits out of a pair of registers."""
    way, limit, _ = modifiers.take("l", "r"), modifiers.take("wrap", "clamp"), modifiers.type()
    right_way, wrap = way == "r", limit == "wrap"

    def compute(low: np.ndarray, top: np.ndarray, amount: np.ndarray) -> np.ndarray:
        n = (amount & np.uint32(31) if wrap else np.minimum(amount, np.uint32(32))).astype(np.uint64)
        pair = top.astype(np.uint64) << np.uint64(32) | low
        moved = pair >> n if right_way else pair >> (np.uint64(32) - n)
        return moved.astype(np.uint32)

    return same(U32, 3, compute)


def population(modifiers: Modifiers) -> Operation:
    """popc: how many bits are set."""
    kind = modifiers.type()
    return Operation((U32,), (kind,), lambda a: np.bitwise_count(a).astype(np.uint32), "{0}.bit_count()")


def _bit_length(a: np.ndarray) -> np.ndarray:
    """Bits up to the highest set one; exact, by halving the width."""
    rest, length = a.astype(np.uint64), np.zeros(a.shape, np.uint32)
    for step in (32, 16, 8, 4, 2, 1):
        above = rest >> np.uint64(step)
        some = above != 0
        length += np.where(some, np.uint32(step), np.uint32(0))
        rest = np.where(some, above, rest)
    return length + (rest != 0)


def leading_zeros(modifiers: Modifiers) -> Operation:
    """clz: zero bits above the highest set one."""
    kind = modifiers.type()
    width = np.uint32(kind.bits)
    return Operation((U32,), (kind,), lambda a: width - _bit_length(a), f"{kind.bits} - {{0}}.bit_length()")


def highest_bit(modifiers: Modifiers) -> Operation:
    """bfind: where the highest significant bit is, all ones where there is none."""
    amount, kind = modifiers.take("shiftamt"), modifiers.type()

    def compute(a: np.ndarray) -> np.ndarray:
        bits = np.where(a < 0, ~a, a).view(kind.raw) if kind.kind == "s" else a
        found = _bit_length(bits) - np.uint32(1)
        return np.where(found > 64, found, np.uint32(kind.bits - 1) - found) if amount else found

    return Operation((U32,), (kind,), compute)


def reverse(modifiers: Modifiers) -> Operation:
    """brev: bits in the opposite order."""
    kind = unsigned(modifiers.type().bits)

    def compute(a: np.ndarray) -> np.ndarray:
        raw = np.ascontiguousarray(a).view(np.uint8).reshape(-1, kind.bytes)
        flipped = np.packbits(
            np.unpackbits(raw, axis=1, bitorder="little")[:, ::-1], axis=1, bitorder="little"
        )
        return np.ascontiguousarray(flipped).view(kind.raw).reshape(-1)

    return same(kind, 1, compute)


def extract(modifiers: Modifiers) -> Operation:
    """bfe: a field of bits, with its sign for .s types."""
    kind = modifiers.type()

    def compute(a: np.ndarray, position: np.ndarray, length: np.ndarray) -> np.ndarray:
        at, count = position & np.uint32(255), length & np.uint32(255)
        raw, width = a.view(kind.raw), np.uint32(kind.bits)
        inside = np.minimum(count, width - np.minimum(at, width))  # bits of the field that the word has
        mask = shift_left(np.ones(1, kind.raw), inside) - kind.raw.type(1)
        field = shift_right(raw, at) & mask
        if kind.kind != "s":
            return field
        last = np.minimum(at.astype(np.int64) + count - 1, kind.bits - 1).clip(0).astype(np.uint32)
        negative = (shift_right(raw, last) & kind.raw.type(1)).astype(bool) & (count > 0)
        return np.where(negative, field | ~mask, field).view(kind.view)

    return Operation((kind,), (kind, U32, U32), compute)


def insert(modifiers: Modifiers) -> Operation:
    """bfi: a field of bits set into another word."""
    kind = unsigned(modifiers.type().bits)

    def compute(a: np.ndarray, b: np.ndarray, position: np.ndarray, length: np.ndarray) -> np.ndarray:
        at, count = position & np.uint32(255), length & np.uint32(255)
        mask = shift_left(shift_left(np.ones(1, kind.raw), count) - kind.raw.type(1), at)
        return (b & ~mask) | (shift_left(a, at) & mask)

    return Operation((kind,), (kind, kind, U32, U32), compute)


def permute(modifiers: Modifiers) -> Operation:
    """prmt: four bytes picked out of eight."""
    mode = modifiers.take("f4e", "b4e", "rc8", "ecl", "ecr", "rc16")
    modifiers.type()
    if mode:
        raise modifiers.unknown()

    def compute(a: np.ndarray, b: np.ndarray, selector: np.ndarray) -> np.ndarray:
        pair = b.astype(np.uint64) << np.uint64(32) | a
        result = np.zeros(1, np.uint64)
        for place in range(4):
            pick = (selector >> np.uint32(4 * place)).astype(np.uint64)
            byte = (pair >> ((pick & np.uint64(7)) * np.uint64(8))) & np.uint64(255)
            sign = (byte >> np.uint64(7)) * np.uint64(255)
            result = result | np.where(pick & np.uint64(8), sign, byte) << np.uint64(8 * place)
        return result.astype(np.uint32)

    return same(U32, 3, compute)


def any_logic(modifiers: Modifiers) -> Operation:
    """lop3: any function of three bits, its truth table the last operand."""
    modifiers.type()

    def compute(a: np.ndarray, b: np.ndarray, c: np.ndarray, table: np.ndarray) -> np.ndarray:
        result = np.zeros(1, np.uint32)
        for row in range(8):
            if int(table[0]) >> row & 1:
                term = (a if row & 4 else ~a) & (b if row & 2 else ~b) & (c if row & 1 else ~c)
                result = result | term
        return result

    return same(U32, 4, compute)


RULES: dict[str, Maker] = {
    "and": _logic(np.bitwise_and, "&"),
    "or": _logic(np.bitwise_or, "|"),
    "xor": _logic(np.bitwise_xor, "^"),
    "not": invert,
    "cnot": logical_not,
    "shl": left,
    "shr": right,
    "shf": funnel,
    "popc": population,
    "clz": leading_zeros,
    "bfind": highest_bit,
    "brev": reverse,
    "bfe": extract,
    "bfi": insert,
    "prmt": permute,
    "lop3": any_logic,
}
