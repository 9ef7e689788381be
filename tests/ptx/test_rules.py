"""Instruction rules against plain Python integers and NumPy floats, to the last bit."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest

from workdepth.ptx.rules import PURE, operation
from workdepth.ptx.rules.fused import fused_32, fused_64
from workdepth.ptx.syntax import Instruction

EDGES = {
    8: [0, 1, 2, 5, 0x7F, 0x80, 0x81, 0xFF],
    16: [0, 1, 3, 0x7FFF, 0x8000, 0x8001, 0xFFFF],
    32: [0, 1, 2, 31, 32, 33, 0xFFFF, 0x12345678, 0x7FFFFFFF, 0x80000000, 0x80000001, 0xFFFFFFFF],
    64: [0, 1, 63, 64, 65, 2**32 - 1, 2**32, 0x123456789ABCDEF0, 2**63 - 1, 2**63, 2**64 - 1],
}


def rule(name: str):
    opcode, *modifiers = name.split(".")
    return operation(Instruction(opcode, tuple(modifiers), (), 1, name))


def seen(value: int, kind: str) -> int:
    bits = int(kind[1:])
    value &= (1 << bits) - 1
    return value - (1 << bits) if kind[0] == "s" and value >> (bits - 1) else value


def check(name: str, *functions_of: str, expected) -> None:
    """Every combination of edge values, by NumPy and by the Python template."""
    found = rule(name)
    grids = np.meshgrid(*[np.array(EDGES[kind.bits], kind.raw) for kind in found.operands], indexing="ij")
    arrays = [grid.reshape(-1).view(kind.view) for grid, kind in zip(grids, found.operands, strict=True)]
    with np.errstate(all="ignore"):
        values = found.compute(*arrays)
    (result,) = found.results
    assert np.asarray(values).dtype.itemsize * 8 == max(result.bits, 8), name
    mask = result.mask
    for lane in range(len(arrays[0])):
        raw = [int(array[lane]) for array in arrays]
        want = expected(*raw) & mask
        assert int(values[lane]) & mask == want, (name, raw)
        if found.python:
            names = {"abs": abs, "min": min, "max": max, "int": int}
            assert int(eval(found.python.format(*(f"({v})" for v in raw)), names)) & mask == want, (name, raw)


def trunc(a: int, b: int) -> int:
    if b == 0:
        return -1
    return abs(a) // abs(b) * (1 if (a < 0) == (b < 0) else -1)


INTEGER = {
    "add": lambda a, b: a + b,
    "sub": lambda a, b: a - b,
    "min": min,
    "max": max,
    "div": trunc,
    "rem": lambda a, b: a - b * trunc(a, b) if b else a,
}


@pytest.mark.parametrize("kind", ["u16", "s16", "u32", "s32", "u64", "s64"])
@pytest.mark.parametrize("opcode", sorted(INTEGER))
def test_integer_arithmetic(opcode: str, kind: str) -> None:
    check(f"{opcode}.{kind}", expected=lambda a, b: INTEGER[opcode](seen(a, kind), seen(b, kind)))


@pytest.mark.parametrize("kind", ["u16", "s16", "u32", "s32", "u64", "s64"])
def test_products(kind: str) -> None:
    bits = int(kind[1:])
    check(f"mul.lo.{kind}", expected=lambda a, b: a * b)
    check(f"mul.hi.{kind}", expected=lambda a, b: a * b >> bits)
    if bits < 64:
        check(f"mul.wide.{kind}", expected=lambda a, b: a * b)
    if bits == 32:
        check(f"mad.hi.{kind}", expected=lambda a, b, c: (a * b >> bits) + c)
        check(f"mul24.lo.{kind}", expected=lambda a, b: seen24(a, kind) * seen24(b, kind))
        check(f"mul24.hi.{kind}", expected=lambda a, b: seen24(a, kind) * seen24(b, kind) >> 16)
    if bits == 16:
        check(f"mad.lo.{kind}", expected=lambda a, b, c: a * b + c)


def seen24(value: int, kind: str) -> int:
    value &= (1 << 24) - 1
    return value - (1 << 24) if kind[0] == "s" and value >> 23 else value


@pytest.mark.parametrize("bits", [16, 32, 64])
def test_logic_and_shifts(bits: int) -> None:
    check(f"and.b{bits}", expected=lambda a, b: a & b)
    check(f"or.b{bits}", expected=lambda a, b: a | b)
    check(f"xor.b{bits}", expected=lambda a, b: a ^ b)
    check(f"not.b{bits}", expected=lambda a: ~a)
    check(f"cnot.b{bits}", expected=lambda a: int(a == 0))
    check(f"shl.b{bits}", expected=lambda a, b: a << min(b, bits))
    check(f"shr.u{bits}", expected=lambda a, b: a >> min(b, bits))
    check(f"shr.s{bits}", expected=lambda a, b: a >> min(b, bits))


@pytest.mark.parametrize("bits", [32, 64])
def test_bits(bits: int) -> None:
    check(f"popc.b{bits}", expected=int.bit_count)
    check(f"clz.b{bits}", expected=lambda a: bits - a.bit_length())
    check(f"brev.b{bits}", expected=lambda a: int(f"{a:0{bits}b}"[::-1], 2))
    check(f"bfind.u{bits}", expected=lambda a: a.bit_length() - 1)
    check(f"bfind.s{bits}", expected=lambda a: (~a if a < 0 else a).bit_length() - 1)
    check(f"bfind.shiftamt.u{bits}", expected=lambda a: bits - a.bit_length() if a else -1)
    check(f"abs.s{bits}", expected=abs)
    check(f"neg.s{bits}", expected=lambda a: -a)


def field(a: int, position: int, length: int, bits: int, signed: bool) -> int:
    """Bit by bit, as the PTX manual writes it."""
    position, length, top = position & 255, length & 255, bits - 1
    sign = a >> min(position + length - 1, top) & 1 if signed and length else 0
    picked = [a >> (position + i) & 1 if i < length and position + i <= top else sign for i in range(bits)]
    return sum(bit << i for i, bit in enumerate(picked))


@pytest.mark.parametrize("bits", [32, 64])
def test_fields(bits: int) -> None:
    check(f"bfe.u{bits}", expected=lambda a, p, n: field(a, p, n, bits, False))
    check(f"bfe.s{bits}", expected=lambda a, p, n: field(a, p, n, bits, True))
    if bits == 32:

        def insert(a: int, b: int, position: int, length: int) -> int:
            mask = ((1 << (length & 255)) - 1) << (position & 255)
            return b & ~mask | a << (position & 255) & mask

        check("bfi.b32", expected=insert)


def test_three_operand_bits() -> None:
    check("shf.l.wrap.b32", expected=lambda a, b, c: ((b << 32 | a) << (c & 31)) >> 32)
    check("shf.r.wrap.b32", expected=lambda a, b, c: (b << 32 | a) >> (c & 31))
    check("shf.l.clamp.b32", expected=lambda a, b, c: ((b << 32 | a) << min(c, 32)) >> 32)
    check("shf.r.clamp.b32", expected=lambda a, b, c: (b << 32 | a) >> min(c, 32))
    check("sad.u32", expected=lambda a, b, c: abs(a - b) + c)

    def bytes_picked(a: int, b: int, selector: int) -> int:
        result = 0
        for place in range(4):
            pick = selector >> 4 * place & 15
            byte = (b << 32 | a) >> 8 * (pick & 7) & 255
            result |= (255 * (byte >> 7) if pick & 8 else byte) << 8 * place
        return result

    check("prmt.b32", expected=bytes_picked)


def test_lop3_is_its_truth_table() -> None:
    a, b, c = (np.array([mask], np.uint32) for mask in (0xF0, 0xCC, 0xAA))
    for table in (0x00, 0x3F, 0x96, 0xE8, 0xFF):
        assert int(rule("lop3.b32").compute(a, b, c, np.array([table], np.uint32))[0]) & 0xFF == table


FLOATS = [
    0.0,
    -0.0,
    1.0,
    -1.5,
    3.0,
    1e-40,
    1e30,
    -1e38,
    3e38,
    math.inf,
    -math.inf,
    math.nan,
    2**-149,
    16777217.0,
]


@pytest.mark.parametrize("kind", ["f32", "f64"])
@pytest.mark.parametrize(
    ("opcode", "function"),
    [("add", np.add), ("sub", np.subtract), ("mul", np.multiply), ("div.rn", np.divide)],
)
def test_floats_as_numpy_rounds(opcode: str, function: np.ufunc, kind: str) -> None:
    found = rule(f"{opcode}.{kind}")
    a, b = (grid.reshape(-1) for grid in np.meshgrid(*[np.array(FLOATS, found.operands[0].view)] * 2))
    with np.errstate(all="ignore"):
        np.testing.assert_array_equal(found.compute(a, b), function(a, b))


@pytest.mark.parametrize("kind", ["f32", "f64"])
def test_smaller_and_larger(kind: str) -> None:
    view = rule(f"min.{kind}").operands[0].view
    a, b = np.array([0.0, -0.0, math.nan, 1.0, 2.0], view), np.array([-0.0, 0.0, 1.0, math.nan, 1.0], view)
    low, high = rule(f"min.{kind}").compute(a, b), rule(f"max.{kind}").compute(a, b)
    assert np.signbit(low[:2]).all()
    assert not np.signbit(high[:2]).any()
    assert list(low[2:]) == [1, 1, 1]
    assert list(high[2:]) == [1, 1, 2]
    assert np.isnan(rule(f"min.NaN.{kind}").compute(a, b)[2:4]).all()


def exact_fused(a: float, b: float, c: float, dtype: type) -> float:
    """By rational numbers: the value of ``dtype`` nearest to a*b + c, ties to even."""
    exact = Fraction(a) * Fraction(b) + Fraction(c)
    if dtype is np.float64:
        return float(exact)
    near = np.float32(float(exact))
    around = [near, np.nextafter(near, np.float32(math.inf)), np.nextafter(near, np.float32(-math.inf))]
    return min(around, key=lambda v: (abs(Fraction(float(v)) - exact), int(v.view(np.uint32)) & 1))


@pytest.mark.parametrize(("dtype", "function"), [(np.float32, fused_32), (np.float64, fused_64)])
def test_fused_product_is_rounded_once(dtype: type, function) -> None:
    random = np.random.default_rng(3)
    scale = 2.0 ** random.integers(-30, 30, (3, 400))
    a, b, c = (random.standard_normal((3, 400)) * scale).astype(dtype)
    c[::2] = (-a * b)[::2]  # cancellation leaves only what a second rounding would lose
    found = function(a, b, c)
    for lane in range(400):
        assert found[lane] == exact_fused(float(a[lane]), float(b[lane]), float(c[lane]), dtype)


def test_fused_product_at_the_edges() -> None:
    big, tiny = np.array([1e300]), np.array([1e-300])
    with np.errstate(all="ignore"):
        assert fused_64(big, big, -big)[0] == math.inf
        assert fused_64(tiny, tiny, tiny)[0] == 1e-300
        assert (
            fused_64(np.array([2.0**-600]), np.array([2.0**-460]), np.array([2.0**-1074]))[0]
            == 2.0**-1060 + 2.0**-1074
        )
        assert math.isnan(fused_64(np.array([math.inf]), np.array([0.0]), big)[0])


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("cvt.s32.s8", 0x80, -128),
        ("cvt.u32.u8", 0x80, 128),
        ("cvt.u16.u32", 0x12345, 0x2345),
        ("cvt.s64.s32", 0xFFFFFFFF, -1),
        ("cvt.u64.u32", 0xFFFFFFFF, 2**32 - 1),
        ("cvt.sat.u8.s32", 300, 255),
        ("cvt.sat.u8.s32", 2**32 - 5, 0),
        ("cvt.sat.s8.s32", 2**32 - 300, -128),
        ("cvt.rn.f32.s32", 16777217, 16777216.0),
        ("cvt.rn.f64.u64", 2**64 - 1, 2.0**64),
        ("cvt.rzi.s32.f32", -2.7, -2),
        ("cvt.rni.s32.f32", 2.5, 2),
        ("cvt.rmi.s32.f32", -2.2, -3),
        ("cvt.rpi.s32.f32", 2.2, 3),
        ("cvt.rzi.s32.f32", 1e20, 2**31 - 1),
        ("cvt.rzi.u32.f32", -5.0, 0),
        ("cvt.rzi.s64.f64", -1e300, -(2**63)),
        ("cvt.rzi.u64.f64", 1e300, 2**64 - 1),
        ("cvt.rzi.s32.f32", math.nan, 0),
        ("cvt.rn.f32.f64", 1 + 2**-30, 1.0),
        ("cvt.f64.f32", 0.5, 0.5),
        ("cvt.sat.f32.f32", 1.5, 1.0),
        ("cvt.sat.f32.f32", math.nan, 0.0),
        ("cvt.rni.f32.f32", 3.5, 4.0),
        ("cvt.ftz.f64.f32", 1e-40, 0.0),
        ("cvt.rn.f16.f32", 1.0009765625, 1.0009765625),
        ("cvt.f32.f16", -2.5, -2.5),
    ],
)
def test_conversions(name: str, value: float, expected: float) -> None:
    found = rule(name)
    kind = found.operands[0]
    raw = np.array([value], kind.view) if kind.kind == "f" else np.array([value], kind.raw).view(kind.view)
    with np.errstate(all="ignore"):
        result = found.compute(raw)
    assert result.dtype == found.results[0].view
    assert result[0] == expected


@pytest.mark.parametrize(
    ("name", "a", "b", "expected"),
    [
        ("setp.lt.f32", 1.0, math.nan, False),
        ("setp.ltu.f32", 1.0, math.nan, True),
        ("setp.ne.f32", math.nan, 1.0, False),
        ("setp.neu.f32", math.nan, 1.0, True),
        ("setp.num.f32", 1.0, 2.0, True),
        ("setp.nan.f32", 1.0, math.nan, True),
        ("setp.equ.f32", 1.0, 2.0, False),
        ("setp.lo.u32", 1, 2, True),
        ("setp.hs.u32", 1, 2, False),
    ],
)
def test_comparisons(name: str, a: float, b: float, expected: bool) -> None:
    found = rule(name)
    kind = found.operands[0].view
    assert bool(found.compute(np.array([a], kind), np.array([b], kind))[0]) is expected


def test_flush_and_saturate() -> None:
    tiny = np.array([1e-40, -1e-40, 2.0], np.float32)
    assert list(np.signbit(rule("add.ftz.f32").compute(tiny, np.array([-0.0], np.float32)))) == [
        False,
        True,
        False,
    ]
    assert list(rule("add.sat.f32").compute(tiny, tiny)) == [tiny[0] * 2, 0, 1]


def test_every_pure_opcode_has_a_rule_that_refuses_nonsense() -> None:
    from workdepth.ptx import PtxError

    for family, opcode in PURE:
        kind = "f32" if family == "float" else "s32"
        with pytest.raises(PtxError, match=r"no rule for the instruction"):
            rule(f"{opcode}.frobnicate.{kind}")
