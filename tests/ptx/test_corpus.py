"""A corpus of ordinary CUDA: results against NumPy, in both dialects of PTX."""

from __future__ import annotations

import functools
import math
from pathlib import Path

import numpy as np
import pytest

from workdepth import ptx

pytest.importorskip("cuda.bindings.nvrtc")

CORPUS = Path(__file__).parent / "corpus"
R = np.random.default_rng(7)


@functools.cache
def module(name: str, arch: str) -> ptx.Module:
    return ptx.compile(CORPUS / f"{name}.cu", arch=arch, options=("--device-int128",))


@pytest.fixture(params=["compute_80", "compute_100"])
def arch(request: pytest.FixtureRequest) -> str:
    return request.param


def ints(count: int, low: int = -100, high: int = 100) -> np.ndarray:
    return R.integers(low, high, count).astype(np.int32)


# -- warps ---------------------------------------------------------------------------------------


def test_shuffle_sum(arch: str) -> None:
    x, out = ints(256), np.zeros(8, np.int32)
    counts = module("warp", arch)["shuffle_sum"].launch((2,), (128,), (x, out))
    assert np.array_equal(out, x.reshape(8, 32).sum(1))
    assert sum(n for name, n in counts.opcodes.items() if name.startswith("shfl")) == 5 * 256


def test_shuffles(arch: str) -> None:
    x, out = ints(64), np.zeros(6 * 64, np.int32)
    module("warp", arch)["shuffles"].launch((1,), (64,), (x, out))
    lane = np.arange(32)
    reads = [
        (np.arange(32) * 7 + 3) % 32,
        np.where(lane >= 3, lane - 3, lane),
        lane ^ 5,
        np.where(lane % 8 + 2 < 8, lane + 2, lane),
        np.where(lane % 4 >= 1, lane - 1, lane),
        lane // 16 * 16 + 1,
    ]
    for warp in (0, 1):
        mine = slice(32 * warp, 32 * warp + 32)
        for row, read in enumerate(reads):
            read = (np.arange(mine.start, mine.stop) * 7 + 3) % 32 if row == 0 else read
            assert np.array_equal(out.reshape(6, 64)[row][mine], x[mine][read]), row


def test_votes(arch: str) -> None:
    x, out = ints(64), np.zeros(8 * 64, np.uint32)
    module("warp", arch)["votes"].launch((1,), (64,), (x, out))
    rows = out.reshape(8, 64)
    for warp in (0, 1):
        mine = slice(32 * warp, 32 * warp + 32)
        v, t = x[mine], np.arange(mine.start, mine.stop)
        assert (rows[0][mine] == sum(1 << i for i in range(32) if v[i] > 0)).all()
        assert (rows[1][mine] == (v > 90).any()).all()
        assert (rows[2][mine] == (v > -200).all()).all()
        assert (rows[3][mine] == 2**32 - 1).all()
        third = sum(1 << i for i in range(32) if t[i] % 3 == 0)
        assert np.array_equal(rows[4][mine], np.where(t % 3 == 0, third, 0))
        same = [sum(1 << i for i in range(32) if v[i] & 3 == v[j] & 3) for j in range(32)]
        assert list(rows[5][mine]) == same
        assert (rows[6][mine] == 2**32 - 1).all()
        assert (rows[7][mine] == 1).all()


def test_shuffles_of_half_a_warp(arch: str) -> None:
    x = ints(64)
    expected = x.copy()
    for warp in (0, 32):
        expected[warp + 1 : warp + 32 : 2] = np.cumsum(x[warp + 1 : warp + 32 : 2])
    module("warp", arch)["scan_in_a_branch"].launch((1,), (64,), (x,))
    assert np.array_equal(x, expected)


def test_tree_with_warp_barriers(arch: str) -> None:
    x = ints(32)
    total = x.sum()
    module("warp", arch)["warp_sync_tree"].launch((1,), (32,), (x,))
    assert x[0] == total


def test_double_shuffle(arch: str) -> None:
    x, out = R.standard_normal(32), np.zeros(32)
    module("warp", arch)["long_shuffle"].launch((1,), (32,), (x, out))
    v = x.copy()
    for d in (16, 8, 4, 2, 1):
        v = v + v[np.arange(32) ^ d]
    assert np.array_equal(out, v)


def test_warp_reductions(arch: str) -> None:
    x, out = ints(64), np.zeros(4 * 64, np.int32)
    module("warp", arch)["redux"].launch((1,), (64,), (x, out))
    for warp in (0, 1):
        v, rows = x[32 * warp : 32 * warp + 32], out.reshape(4, 2, 32)[:, warp]
        assert (rows[0] == v.sum()).all()
        assert (rows[1] == v.max()).all()
        assert (rows[2] == v.view(np.uint32).min().astype(np.int32)).all()
        assert (rows[3] == np.bitwise_xor.reduce(v)).all()


# -- memory --------------------------------------------------------------------------------------


def test_vectors(arch: str) -> None:
    x, out = R.random((64, 4)).astype(np.float32), np.zeros((64, 4), np.float32)
    h, g = ints(128).astype(np.int16).reshape(64, 2), np.zeros((64, 2), np.int32)
    counts = module("memory", arch)["vectors"].launch((2,), (32,), (x, out, h, g))
    assert np.array_equal(out, x[:, ::-1])
    assert np.array_equal(g, h[:, ::-1])
    assert counts.bytes_loaded == x.nbytes + h.nbytes
    assert counts.global_load_sectors == (x.nbytes + h.nbytes) // 32


def test_constants(arch: str) -> None:
    x, out = ints(32, 0, 99), np.zeros(32, np.float32)
    module("memory", arch)["constants"].launch((1,), (32,), (x, out))
    assert np.array_equal(out, (2.0 ** (x & 7) + 8).astype(np.float32))


def test_module_variables_live_on(arch: str) -> None:
    fresh = ptx.load(module("memory", arch).text.text)
    for launched in (1, 2):
        out = np.zeros(16, np.int32)
        fresh["globals"].launch((1,), (16,), (out,))
        assert np.array_equal(out, 5 + 16 * launched + np.arange(16))


def test_local_arrays(arch: str) -> None:
    x, out = ints(64), np.zeros(64, np.int32)
    module("memory", arch)["local_array"].launch((1,), (64,), (x, out, np.int32(5)))
    t = np.arange(64)
    assert np.array_equal(out, sum(x * ((i * 5 + t) & 7) for i in range(5)))


def test_structures_by_value(arch: str) -> None:
    pair = np.zeros(1, [("a", "f4"), ("b", "i4")])[0]
    wide = np.zeros(1, np.dtype([("a", "f8"), ("b", "i4", 3), ("c", "i2")], align=True))[0]
    pair["a"], pair["b"], wide["a"], wide["b"], wide["c"] = 1.5, 7, 0.25, (10, 20, 30), -3
    out = np.zeros(9)
    module("memory", arch)["structs"].launch((1,), (9,), (pair, wide, out))
    assert np.array_equal(out, 1.5 + 7 + 0.25 + np.array([10, 20, 30] * 3) - 3)


def test_generic_pointers(arch: str) -> None:
    g = np.zeros(64, np.int32)
    module("memory", arch)["generic"].launch((1,), (32,), (g, np.int32(0)))
    t = np.arange(32)
    s, own = t * 10, t.copy()
    odd = t % 2 == 1
    v = np.where(odd, s[31 - t], own[31 - t])
    assert np.array_equal(g[:32], np.where(odd, own, v + 1))
    assert np.array_equal(g[32:], np.where(odd, v + 1, s))


def test_three_dimensions(arch: str) -> None:
    out = np.zeros((2 * 2, 3 * 2, 2 * 5), np.int32)
    module("memory", arch)["three_dimensions"].launch((2, 3, 2), (5, 2, 2), (out,))
    z, y, x = np.indices(out.shape)
    assert np.array_equal(out, x + 100 * y + 10000 * z)


def test_static_and_dynamic_shared_memory(arch: str) -> None:
    x, out = ints(32), np.zeros(32, np.int32)
    module("memory", arch)["two_shared"].launch((1,), (32,), (x, out), shared_bytes=256)
    assert np.array_equal(out, 6 * x[::-1])


def test_bytes_and_shorts(arch: str) -> None:
    x, y, z = R.integers(0, 256, 32).astype(np.uint8), np.zeros(32, np.int8), np.zeros(32, np.uint16)
    old = y.copy()
    module("memory", arch)["bytes"].launch((1,), (32,), (x, y, z))
    assert np.array_equal(y, (x.astype(np.int32) - 7).astype(np.int8))
    late = y[::-1].astype(np.int64)
    early = old[::-1].astype(np.int64)
    product = x.astype(np.int64) * 300
    assert all(
        int(z[i]) in {(product[i] + late[i]) % 65536, (product[i] + early[i]) % 65536} for i in range(32)
    )


def test_many_cases(arch: str) -> None:
    x, out = ints(64, -1000, 1000), np.full(64, 3, np.int32)
    module("memory", arch)["many_cases"].launch((1,), (64,), (x, out))
    cases = {
        0: lambda v: v + 11,
        1: lambda v: v * 3,
        2: lambda v: v ^ 77,
        3: lambda v: v - 3,
        4: lambda v: math.trunc(v / 7),
        5: lambda v: int(math.fmod(v, 5)),
        6: lambda v: -v,
        7: lambda v: v << 3,
        8: lambda v: v >> 2,
        9: lambda v: ~v,
        10: lambda v: v * v,
    }
    assert [int(v) for v in out] == [cases.get(int(v) & 15, lambda _: 1)(int(v)) for v in x]


# -- atomics -------------------------------------------------------------------------------------


def test_histogram(arch: str) -> None:
    x, out = ints(1000, 0, 99), np.zeros(16, np.int32)
    module("atomics", arch)["histogram"].launch((3,), (64,), (x, out, np.int32(1000)))
    assert np.array_equal(out, np.bincount(x & 15, minlength=16))


def test_every_kind_of_atomic(arch: str) -> None:
    x = ints(32)
    a, u = np.array([50, -50, -1, 0, 0, 9], np.int32), np.zeros(80, np.uint32)
    long, f, d = np.zeros(2, np.uint64), np.zeros(1, np.float32), np.zeros(1)
    u[1] = 4
    module("atomics", arch)["every_kind"].launch((1,), (32,), (x, a, u, long, f, d))
    reduce = np.bitwise_and.reduce(x), np.bitwise_or.reduce(x), np.bitwise_xor.reduce(x)
    assert list(a) == [min(50, x.min()), max(-50, x.max()), *reduce, 9 - x.sum()]
    assert list(long) == [496, 31 * 1000000007]
    assert (f[0], d[0]) == (248.0, 124.0)
    inc, dec = 0, 4
    for _ in range(32):
        inc = 0 if inc >= 5 else inc + 1
        dec = 9 if dec == 0 or dec > 9 else dec - 1
    assert list(u[:2]) == [inc, dec]
    assert sorted([*u[2:34], u[64]]) == sorted([0, *range(32)])


def test_tickets_are_distinct(arch: str) -> None:
    following, out = np.zeros(1, np.int32), np.full(300, -1, np.int32)
    counts = module("atomics", arch)["ticket"].launch((3,), (100,), (following, out))
    assert following[0] == 300
    assert sorted(out) == list(range(300))
    assert counts.depth >= 300  # one ticket after the other


def test_claiming_slots(arch: str) -> None:
    key, owner = ints(100, 0, 128), np.full(128, -1, np.int32)
    module("atomics", arch)["claim"].launch((2,), (50,), (key, owner))
    assert sorted(owner[owner >= 0]) == list(range(100))


def test_last_block_sums(arch: str) -> None:
    x, partial, out = (
        R.integers(0, 9, 1000).astype(np.float32),
        np.zeros(5, np.float32),
        np.zeros(1, np.float32),
    )
    count = np.zeros(1, np.uint32)
    module("atomics", arch)["last_block"].launch((5,), (64,), (x, partial, count, out, np.int32(1000)))
    assert (out[0], count[0]) == (x.sum(), 0)


# -- arithmetic ----------------------------------------------------------------------------------


def s32(value: int) -> int:
    return (value + 2**31) % 2**32 - 2**31


def trunc(a: int, b: int) -> int:
    return abs(a) // abs(b) * (1 if (a < 0) == (b < 0) else -1)


def test_integers(arch: str) -> None:
    x, y = R.integers(-(2**31), 2**31, 64).astype(np.int32), ints(64, -50, 50)
    y[y == 0] = 3
    out = np.zeros((22, 64), np.int32)
    module("arithmetic", arch)["integers"].launch((1,), (64,), (x, y, out))
    for lane in range(64):
        a, b = int(x[lane]), int(y[lane])
        u, v = a % 2**32, b % 2**32
        pair = (v << 32 | u).to_bytes(8, "little")
        halves = [np.array([a, b], np.int32).view(np.int16)[[i, i + 2]].astype(int) for i in (0, 1)]
        sums = [int(np.clip(h.sum(), -(2**15), 2**15 - 1)) % 2**16 for h in halves]
        quads = zip(u.to_bytes(4, "little"), v.to_bytes(4, "little"), strict=True)
        m24 = [(w % 2**24 + 2**23) % 2**24 - 2**23 for w in (a, b)]
        signed = zip(
            np.array([a], np.int32).view(np.int8), np.array([b], np.int32).view(np.int8), strict=True
        )
        want = [
            trunc(a, b),
            a - b * trunc(a, b),
            u // v,
            u % v,
            a * b >> 32,
            u * v >> 32,
            u.bit_count(),
            32 - u.bit_length(),
            (u & -u).bit_length(),
            int(f"{u:032b}"[::-1], 2),
            int.from_bytes(bytes([pair[0], pair[7], pair[2], pair[5]]), "little"),
            abs(a - b) + 7,
            (v << 32 | u) << 11 >> 32,
            a + b >> 1,
            min(max(a, -100), 100),
            abs(a),
            (a < b) - (a > b),
            a * b + (a ^ b & ~a | b),
            m24[0] * m24[1],
            5 + sum(int(p) * int(q) for p, q in signed),
            sums[1] << 16 | sums[0],
            int.from_bytes(bytes(max(p, q) for p, q in quads), "little"),
        ]
        assert [int(value) for value in out[:, lane]] == [s32(value) for value in want]


def test_longs(arch: str) -> None:
    x, y = R.integers(-(2**63), 2**63, 40), R.integers(-(2**40), 2**40, 40)
    out = np.zeros((13, 40), np.int64)
    module("arithmetic", arch)["longs"].launch((1,), (40,), (x, y, out))
    for lane in range(40):
        a, b = int(x[lane]), int(y[lane])
        u, v = a % 2**64, b % 2**64
        wide = u * v + 12345
        want = [
            trunc(a, b),
            a - b * trunc(a, b),
            a * b >> 64,
            u * v >> 64,
            u.bit_count(),
            64 - u.bit_length(),
            int(f"{u:064b}"[::-1], 2),
            a >> 5,
            u >> 7,
            a << 9,
            a * b,
            wide >> 64,
            wide,
        ]
        assert [int(v) % 2**64 for v in out[:, lane]] == [w % 2**64 for w in want]


def test_power_modulo(arch: str) -> None:
    x, out = R.integers(0, 2**63, 32).astype(np.uint64), np.zeros(32, np.uint64)
    module("arithmetic", arch)["power_modulo"].launch((1,), (32,), (x, out))
    assert [int(v) for v in out] == [pow(int(v), 65537, 1000000007) for v in x]


def floats(dtype: type, count: int = 64) -> tuple[np.ndarray, np.ndarray]:
    scale = 10.0 ** R.integers(-6, 6, (2, count))
    return tuple((R.standard_normal((2, count)) * scale).astype(dtype))


def test_floats(arch: str) -> None:
    a, b = floats(np.float32)
    out = np.zeros((16, 64), np.float32)
    module("arithmetic", arch)["floats"].launch((1,), (64,), (a, b, out))
    one = np.float32(1)
    wide = a.astype(np.float64)
    fused = np.sqrt((wide * wide + (b * b).astype(np.float64)).astype(np.float32))
    want = [
        a / b,
        fused,
        (wide * b + 1).astype(np.float32),
        np.minimum(a, b),
        np.maximum(a, b),
        np.floor(a),
        np.rint(a),
        np.trunc(b),
        np.abs(a),
        np.copysign(a, b),
        one / a,
        np.ceil(b),
        np.trunc(a),
        np.trunc(np.abs(b)),
        np.clip(a, 0, 1),
        np.where(np.signbit(a), 3, 4),
    ]
    for row, (found, expected) in enumerate(zip(out, want, strict=True)):
        np.testing.assert_array_equal(found, expected.astype(np.float32), err_msg=str(row))


def test_directed_roundings(arch: str) -> None:
    a, b = floats(np.float32)
    out = np.zeros((18, 64), np.float32)
    module("arithmetic", arch)["roundings"].launch((1,), (64,), (a, b, out))
    x, y = a.astype(np.longdouble), b.astype(np.longdouble)

    def rounded(exact: np.ndarray, mode: str) -> np.ndarray:
        near = exact.astype(np.float32)
        down = np.where(near > exact, np.nextafter(near, np.float32(-np.inf)), near)
        up = np.where(near < exact, np.nextafter(near, np.float32(np.inf)), near)
        return {"rd": down, "ru": up, "rz": np.where(exact > 0, down, up)}[mode]

    bits = a.view(np.int32).astype(np.longdouble), b.view(np.uint32).astype(np.longdouble)
    want = [
        rounded(x + y, "rz"),
        rounded(x + y, "ru"),
        rounded(x + y, "rd"),
        rounded(x * y, "rz"),
        rounded(x * y, "ru"),
        rounded(x * y, "rd"),
        rounded(x * y + 1.5, "rz"),
        rounded(x * y + 1.5, "ru"),
        rounded(x * y + 1.5, "rd"),
        rounded(x / y, "rz"),
        rounded(x / y, "ru"),
        rounded(np.sqrt(np.abs(x)), "rd"),
        rounded(1 / x, "ru"),
        rounded(x - y, "rd"),
        rounded(bits[0], "rz"),
        rounded(bits[1], "ru"),
        rounded((a.astype(np.float64) * 1.0000000001).astype(np.longdouble), "rd"),
        np.ceil(a),
    ]
    for row, (found, expected) in enumerate(zip(out, want, strict=True)):
        np.testing.assert_array_equal(found, expected, err_msg=str(row))


def test_doubles(arch: str) -> None:
    from fractions import Fraction

    a, b = floats(np.float64)
    out = np.zeros((13, 64))
    module("arithmetic", arch)["doubles"].launch((1,), (64,), (a, b, out))
    for found, expected in zip(
        out[:6], [a / b, np.sqrt(np.abs(a)), None, np.minimum(a, b), np.floor(a), np.trunc(a)], strict=True
    ):
        assert expected is None or np.array_equal(found, expected)
    for lane in range(64):
        p, q = float(a[lane]), float(b[lane])
        exact_sum, exact_product, fused = (
            Fraction(p) + Fraction(q),
            Fraction(p) * Fraction(q),
            Fraction(p) * Fraction(q) + 3,
        )
        assert out[2, lane] == float(Fraction(p) * Fraction(q) + Fraction(-p * q))
        assert Fraction(out[6, lane]) >= exact_sum > Fraction(math.nextafter(out[6, lane], -math.inf))
        assert Fraction(out[7, lane]) <= exact_product < Fraction(math.nextafter(out[7, lane], math.inf))
        assert (
            abs(Fraction(out[11, lane]))
            <= abs(fused)
            < abs(Fraction(math.nextafter(out[11, lane], math.copysign(math.inf, fused))))
        )
        assert abs(Fraction(out[12, lane])) <= abs(Fraction(p) / Fraction(q))
    assert np.array_equal(out[8], a.astype(np.float32).astype(np.float64))
    assert np.array_equal(out[10], (a.view(np.int64) ^ 1).view(np.float64))


def test_functions(arch: str) -> None:
    a = R.random(64).astype(np.float32) * 5 + np.float32(0.1)
    out = np.zeros((17, 64), np.float32)
    module("arithmetic", arch)["functions"].launch((1,), (64,), (a, out))
    w = a.astype(np.float64)
    erf = np.array([math.erf(v) for v in w])
    want = [
        np.exp(w),
        np.log(w),
        np.sin(w),
        np.cos(w),
        w**2.5,
        np.tanh(w),
        1 / np.sqrt(w),
        np.exp(w),
        np.log(w),
        np.sin(w),
        np.arctan2(w, 2),
        erf,
        w / 3,
        np.cbrt(w),
        np.exp2(w),
        np.log1p(w),
        np.sin((a * np.float32(100000)).astype(np.float64)),
    ]
    for row, (found, expected) in enumerate(zip(out, want, strict=True)):
        np.testing.assert_allclose(found, expected, rtol=3e-6, atol=3e-6, err_msg=str(row))


def test_double_functions(arch: str) -> None:
    a = R.random(64) * 5 + 0.1
    out = np.zeros((9, 64))
    module("arithmetic", arch)["double_functions"].launch((1,), (64,), (a, out))
    want = [
        np.exp(a),
        np.log(a),
        np.sin(a),
        np.cos(a),
        a**1.7,
        np.tanh(a),
        1 / np.sqrt(a),
        np.arctan(a),
        np.sin(a * 1e10),
    ]
    for row, (found, expected) in enumerate(zip(out, want, strict=True)):
        np.testing.assert_allclose(found, expected, rtol=2e-14, atol=1e-15, err_msg=str(row))


def test_halves(arch: str) -> None:
    x = R.standard_normal(96).astype(np.float16)
    y = R.standard_normal(192).astype(np.float16)
    f = R.standard_normal(64).astype(np.float32)
    out = np.zeros((7, 32), np.uint32)
    module("half", arch)["halves"].launch((1,), (32,), (x.view(np.uint16), y.view(np.uint32), f, out))
    a, b, c = x.astype(np.float64).reshape(3, 32)
    assert np.array_equal(out[0], (a * b + c).astype(np.float16).view(np.uint16))
    p, q, r = y.reshape(3, 32, 2)
    assert np.array_equal(out[1].view(np.float16).reshape(32, 2), p + q)
    wide = [v.astype(np.float64) for v in (p, q, r)]
    assert np.array_equal(
        out[2].view(np.float16).reshape(32, 2), (wide[0] * wide[1] + wide[2]).astype(np.float16)
    )
    brains = [
        (v.view(np.uint16).astype(np.uint32) << 16).view(np.float32).astype(np.float64) for v in (p, q, r)
    ]
    exact = brains[0] * brains[1] + brains[2]
    found = (out[3].view(np.uint16).astype(np.uint32) << 16).view(np.float32).reshape(32, 2)
    normal = np.abs(exact) > 1e-30
    assert (np.abs(found - exact)[normal] <= np.abs(exact)[normal] * 2.0**-8).all()

    def brain(values: np.ndarray) -> np.ndarray:
        bits = values.view(np.uint32).astype(np.uint64)
        return (bits + 0x7FFF + (bits >> 16 & 1)) >> 16

    assert np.array_equal(out[4], brain(f[:32]))
    assert np.array_equal(out[5], brain(f[:32]) << 16 | brain(f[32:]))
    pair = f[:32].astype(np.float16).view(np.uint16).astype(np.uint32) << 16 | f[32:].astype(np.float16).view(
        np.uint16
    )
    assert np.array_equal(out[6], pair)


# -- calls, barriers, classics -------------------------------------------------------------------


def test_calls(arch: str) -> None:
    x, f = ints(32), R.random((32, 2)).astype(np.float32)
    given, turned = x.astype(np.int64), f.copy()
    counts = module("calls", arch)["calls"].launch((1,), (32,), (x, f))
    twice = 2 * given + 1
    deep = np.where(np.arange(32) & 1, (2 * twice + 1) + (2 * (twice + 1) + 1), twice)
    low, high = np.minimum(deep, 40), np.maximum(deep, 40)
    assert np.array_equal(x, low * 1000 + high)
    assert np.array_equal(f, np.stack([turned[:, 1] * np.float32(0.5), -turned[:, 0]], 1))
    calls = sum(n for name, n in counts.opcodes.items() if name.startswith("call"))
    assert calls == 32 * 3 + 16 * 3
    assert counts.opcodes["ret"] == calls + 32


def test_printf(arch: str, capsys: pytest.CaptureFixture[str]) -> None:
    module("calls", arch)["prints"].launch((1,), (8,), (np.array([7, -8, 9, 9, 9, 9, 9, 9], np.int32),))
    line = "thread {} has {} and 1.500000, words c 7 1099511627776\n"
    assert capsys.readouterr().out == line.format(0, 7) + line.format(1, -8)


def test_trap_names_its_thread(arch: str) -> None:
    x = np.arange(32, dtype=np.int32)
    with pytest.raises(
        ptx.KernelError,
        match=r"the kernel trapped .*calls.cu line \d+, block \(0, 0, 0\), thread \(7, 0, 0\)",
    ):
        module("calls", arch)["traps"].launch((1,), (32,), (x,))


def test_barriers_that_vote(arch: str) -> None:
    x, out = ints(96), np.zeros((3, 96), np.int32)
    module("barriers", arch)["voting"].launch((1,), (96,), (x, out))
    assert (out[0] == (x > 0).sum()).all()
    assert (out[1].astype(bool) == (x > -50).all()).all()
    assert (out[2].astype(bool) == (x > 95).any()).all()


def test_named_barriers(arch: str) -> None:
    x = np.zeros(128, np.int32)
    module("barriers", arch)["named"].launch((1,), (128,), (x,))
    assert np.array_equal(x, [*range(63, -1, -1), *range(-64, -128, -1)])


def test_producer_and_consumer(arch: str) -> None:
    x = np.zeros(32, np.int32)
    module("barriers", arch)["produce"].launch((1,), (64,), (x,))
    assert np.array_equal(x, np.arange(32) ** 2 + 1)


def test_saxpy_and_grid_stride(arch: str) -> None:
    x, y = R.random(1000).astype(np.float32), R.random(1000).astype(np.float32)
    want = (x.astype(np.float64) * 2.5 + y).astype(np.float32)
    counts = module("classics", arch)["saxpy"].launch((8,), (128,), (np.int32(1000), np.float32(2.5), x, y))
    assert np.array_equal(y, want)
    assert (counts.threads, counts.active_threads, counts.divergent_branches) == (1024, 1000, 1)
    v, out = ints(5000), np.zeros(256, np.int64)
    module("classics", arch)["grid_stride"].launch((4,), (64,), (v, out, np.int32(5000)))
    assert out.sum() == v.sum()


def test_matmul(arch: str) -> None:
    a, b = (R.integers(-5, 5, (64, 64)).astype(np.float32) for _ in "ab")
    c = np.zeros((64, 64), np.float32)
    counts = module("classics", arch)["matmul"].launch((4, 4), (16, 16), (a, b, c, np.int32(64)))
    assert np.array_equal(c, a @ b)
    assert counts.global_load_sectors == 4096
    # A half warp reads one word of the first tile and a row of the second: nothing conflicts.
    assert counts.shared_load_wavefronts <= 16384 * 2


def test_transpose_has_bank_conflicts(arch: str) -> None:
    x, y = R.random((64, 64)).astype(np.float32), np.zeros((64, 64), np.float32)
    counts = module("classics", arch)["transpose"].launch((2, 2), (32, 8), (x, y, np.int32(64)))
    assert np.array_equal(y, x.T)
    requests = 64 * 64 // 32
    assert counts.shared_store_wavefronts == requests
    assert counts.shared_load_wavefronts == 32 * requests


@pytest.mark.parametrize("n", [32, 256])
def test_sort_and_scan(arch: str, n: int) -> None:
    x = ints(n)
    want = np.sort(x)
    module("classics", arch)["bitonic"].launch((1,), (n,), (x,), 4 * n)
    assert np.array_equal(x, want)
    x = ints(n)
    want = np.cumsum(x)
    counts = module("classics", arch)["scan"].launch((1,), (n,), (x,), 4 * n)
    assert np.array_equal(x, want)
    assert counts.barriers == 1 + 2 * math.log2(n)


def test_stencil_and_mandelbrot(arch: str) -> None:
    x, y = R.random((48, 40)).astype(np.float32), np.zeros((48, 40), np.float32)
    module("classics", arch)["stencil"].launch((3, 3), (16, 16), (x, y, np.int32(40), np.int32(48)))
    inner = np.float32(0.25) * (x[1:-1, :-2] + x[1:-1, 2:] + x[:-2, 1:-1] + x[2:, 1:-1])
    assert np.array_equal(y[1:-1, 1:-1], inner)
    out = np.zeros((32, 32), np.int32)
    counts = module("classics", arch)["mandelbrot"].launch((2, 2), (16, 16), (out, np.int32(32)))
    assert out.max() == 50
    assert 0 <= out.min() < 5
    assert counts.divergent_branches > 0


def test_which_space_an_address_lies_in(arch: str) -> None:
    out = np.zeros(8, np.int32)
    module("memory", arch)["which_space"].launch((1,), (8,), (np.zeros(1, np.int32), out))
    assert list(out) == [2, 1] * 4
