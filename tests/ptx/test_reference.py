"""The machine against the second interpreter: our kernels, and random programs."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from reference import Reference

from workdepth import plans, ptx
from workdepth.ptx.parse import parse

NAMES = (
    "threads",
    "active_threads",
    "steps",
    "instructions",
    "depth",
    "barriers",
    "warp_instructions",
    "divergent_branches",
    "global_load_sectors",
    "global_store_sectors",
    "shared_load_wavefronts",
    "shared_store_wavefronts",
    "bytes_loaded",
    "bytes_stored",
)


def compare(text: str, kernel: str, grid: int, block: int, args: list, shared: int = 0) -> ptx.Counts:
    """Run both; arrays and every counter must agree."""
    mirror = [bytearray(one.tobytes()) if isinstance(one, np.ndarray) else int(one) for one in args]
    expected = Reference(parse(text), kernel).launch(grid, block, mirror, shared)
    counts = ptx.load(text)[kernel].launch((grid,), (block,), args, shared)
    for ours, theirs in zip(args, mirror, strict=True):
        if isinstance(ours, np.ndarray):
            assert ours.tobytes() == bytes(theirs)
    assert {name: getattr(counts, name) for name in NAMES} == expected
    assert sum(counts.opcodes.values()) == counts.instructions
    return counts


@pytest.mark.parametrize("dtype", ["uint32", "uint64"])
@pytest.mark.parametrize("n", [1, 2, 3, 7, 32, 65, 130])
@pytest.mark.parametrize("method", sorted(plans.MULTIPLY))
def test_every_kernel_of_ours(method: str, n: int, dtype: str) -> None:
    plan = plans.MULTIPLY[method](n, dtype)
    text = plans.ptx_path(plan.source).read_text()
    arrays = plan.filled({"x": np.random.default_rng(n).integers(0, 2**31, n).astype(dtype) | 1})
    for launch in plan.launches:
        args = [arrays[one] if isinstance(one, str) else one for one in launch.args]
        compare(text, launch.kernel, launch.grid[0], launch.block[0], args, launch.shared_bytes)


REGISTERS = 5
BINARY = [
    "add.s32",
    "add.u32",
    "sub.s32",
    "mul.lo.s32",
    "mul.hi.u32",
    "mul.hi.s32",
    "and.b32",
    "or.b32",
    "xor.b32",
    "min.s32",
    "min.u32",
    "max.s32",
    "max.u32",
    "div.u32",
    "div.s32",
    "rem.s32",
    "rem.u32",
]
UNARY = [
    "not.b32",
    "neg.s32",
    "abs.s32",
    "popc.b32",
    "clz.b32",
    "brev.b32",
    "mov.u32",
    "cvt.s32.s8",
    "cvt.u32.u16",
]
ATOMS = ["add.u32", "min.s32", "max.u32", "exch.b32", "and.b32", "or.b32", "xor.b32", "inc.u32", "dec.u32"]

register = st.integers(0, REGISTERS - 1).map(lambda i: f"%r{i}")
predicate = st.integers(0, 2).map(lambda i: f"%p{i}")
operand = register | st.sampled_from(["0", "1", "-1", "7", "0x80000000", "2147483647", "%tid.x", "%ctaid.x"])
guard = st.just("") | predicate.map("@{} ".format) | predicate.map("@!{} ".format)


@st.composite
def instruction(draw: st.DrawFn) -> str:
    form = draw(
        st.sampled_from(
            ["binary", "binary", "unary", "shift", "setp", "selp", "mad", "load", "store", "atom", "wide"]
        )
    )
    d, a, b, c, p = draw(register), draw(operand), draw(operand), draw(operand), draw(predicate)
    space = draw(st.sampled_from(["global", "shared"]))
    base = "%rd1" if space == "global" else "%rd4"
    address = f"and.b32 %r7, {draw(register)}, 31; mul.wide.u32 %rd2, %r7, 4; add.s64 %rd3, {base}, %rd2;"
    on = draw(guard)
    match form:
        case "binary":
            return f"{on}{draw(st.sampled_from(BINARY))} {d}, {a}, {b};"
        case "unary":
            return f"{on}{draw(st.sampled_from(UNARY))} {d}, {draw(register)};"
        case "shift":
            return f"{on}{draw(st.sampled_from(['shl.b32', 'shr.u32', 'shr.s32']))} {d}, {a}, {b};"
        case "setp":
            test, kind = (
                draw(st.sampled_from(["eq", "ne", "lt", "le", "gt", "ge"])),
                draw(st.sampled_from(["s32", "u32"])),
            )
            return f"{on}setp.{test}.{kind} {p}, {a}, {b};"
        case "selp":
            return f"{on}selp.b32 {d}, {a}, {b}, {p};"
        case "mad":
            return f"{on}mad.lo.s32 {d}, {a}, {b}, {c};"
        case "wide":
            return f"mul.wide.s32 %rd5, {draw(register)}, {draw(register)}; {on}cvt.u32.u64 {d}, %rd5;"
        case "load":
            return f"{address} {on}ld.{space}.u32 {d}, [%rd3];"
        case "store":
            return f"{address} {on}st.{space}.u32 [%rd3], {a};"
        case _:
            return f"{address} {on}atom.{space}.{draw(st.sampled_from(ATOMS))} {d}, [%rd3], {a};"


@st.composite
def body(draw: st.DrawFn, depth: int = 2) -> str:
    """Straight code, two-armed branches, loops of a few rounds and barriers outside of both."""
    lines = draw(st.lists(instruction(), min_size=1, max_size=5))
    if depth and draw(st.booleans()):
        k = draw(st.integers(0, 10**9))
        test = draw(predicate)
        lines += [
            f"@{test} bra ELSE{k};",
            draw(body(depth=depth - 1)),
            f"bra.uni JOIN{k};",
            f"ELSE{k}:",
            draw(body(depth=depth - 1)),
            f"JOIN{k}:",
        ]
    if depth and draw(st.booleans()):
        k, rounds = draw(st.integers(0, 10**9)), draw(st.integers(1, 3))
        count = f"%r{20 + depth}"
        lines += [
            f"mov.u32 {count}, %tid.x; and.b32 {count}, {count}, {rounds};",
            f"LOOP{k}:",
            draw(body(depth=0)),
            f"sub.s32 {count}, {count}, 1; setp.gt.s32 %p4, {count}, 0; @%p4 bra LOOP{k};",
        ]
    return "\n".join(lines + draw(st.lists(instruction(), max_size=3)))


@st.composite
def meeting(draw: st.DrawFn) -> str:
    """All threads come together: at a barrier, or with their warp."""
    form = draw(st.sampled_from(["barrier", "shuffle", "vote"]))
    if form == "shuffle":
        mode, step = draw(st.sampled_from(["up", "down", "bfly", "idx"])), draw(st.integers(0, 31))
        clamp = 0 if mode == "up" else 31
        return f"shfl.sync.{mode}.b32 {draw(register)}|%p2, {draw(register)}, {step}, {clamp}, -1;"
    if form == "vote":
        how = draw(st.sampled_from(["ballot.b32 %r3", "any.pred %p1", "all.pred %p2"]))
        return f"vote.sync.{how}, {draw(predicate)}, -1;"
    return "bar.sync 0;"


@st.composite
def program(draw: st.DrawFn) -> str:
    parts = [draw(body())]
    for _ in range(draw(st.integers(0, 3))):
        parts += [draw(meeting()), draw(body())]
    code = "\n".join(parts)
    labels = [word for word in code.split() if word.endswith(":")]
    if len(set(labels)) != len(labels):
        code = parts[0].split("@")[0]
    return f"""
.version 9.0
.target sm_80
.address_size 64
.visible .entry k(.param .u64 x, .param .u64 out) {{
  .reg .pred %p<5>; .reg .b32 %r<30>; .reg .b64 %rd<10>;
  .shared .align 4 .b8 s[128];
  ld.param.u64 %rd1, [x]; ld.param.u64 %rd6, [out]; mov.u64 %rd4, s;
  mov.u32 %r0, %tid.x; mov.u32 %r1, %ctaid.x; mov.u32 %r2, %laneid;
  setp.lt.u32 %p0, %r0, 3; setp.eq.s32 %p1, %r1, 0;
{code}
  mov.u32 %r8, %ntid.x; mov.u32 %r9, %ctaid.x; mov.u32 %r10, %tid.x; mad.lo.s32 %r11, %r9, %r8, %r10;
  mul.wide.u32 %rd7, %r11, 4; add.s64 %rd8, %rd6, %rd7;
  xor.b32 %r12, %r0, %r3; add.s32 %r12, %r12, %r4; st.global.u32 [%rd8], %r12;
  ret;
}}"""


@settings(max_examples=60, phases=[Phase.generate], derandomize=True, deadline=None)
@given(
    text=program(), grid=st.integers(1, 2), block=st.sampled_from([1, 2, 5, 33, 40]), seed=st.integers(0, 9)
)
def test_random_programs(text: str, grid: int, block: int, seed: int) -> None:
    x = np.random.default_rng(seed).integers(0, 2**32, 32, dtype=np.uint32)
    compare(text, "k", grid, block, [x, np.zeros(grid * block, np.uint32)])
