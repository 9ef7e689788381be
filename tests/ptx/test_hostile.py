"""Text made to break the machine: it must answer with the package's own errors, soon."""

from __future__ import annotations

import contextlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workdepth import ptx
from workdepth.errors import WorkdepthError
from workdepth.ptx import PtxError
from workdepth.ptx.rules import OTHERS, PURE

HEAD = """.version 9.0
.target sm_80
.visible .entry k(.param .u64 x) {
.reg .pred %p<9>; .reg .b16 %h<9>; .reg .b32 %r<9>; .reg .b64 %d<9>; .shared .b8 s[64]; .local .b8 q[64];
ld.param.u64 %d1, [x];
"""
OPCODES = sorted({opcode for _, opcode in PURE} | set(OTHERS))
TYPES = [
    "u8",
    "s8",
    "u16",
    "b16",
    "u32",
    "s32",
    "b32",
    "u64",
    "s64",
    "b64",
    "f16",
    "f32",
    "f64",
    "bf16",
    "pred",
    "f16x2",
    "u16x2",
    "bf16x2",
]
WORDS = [
    "lo",
    "hi",
    "wide",
    "sat",
    "ftz",
    "rn",
    "rz",
    "cc",
    "lt",
    "equ",
    "and",
    "approx",
    "wrap",
    "l",
    "rzi",
    "NaN",
    "to",
    "global",
    "shared",
    "local",
    "param",
    "sync",
    "up",
    "add",
    "cas",
    "ballot",
    "idx",
    "v2",
    "red",
    "popc",
]
OPERANDS = [
    "%p1",
    "!%p1",
    "%h1",
    "%r1",
    "%r2",
    "%d1",
    "%d2",
    "1",
    "-1",
    "0f3F800000",
    "[%d1]",
    "[s]",
    "[q+4]",
    "[x]",
    "%r1|%p2",
    "{%r1, %r2}",
    "99999999999999999999",
    "L",
    "s",
]


def decoded(text: str) -> int:
    """Decode a kernel; return how many instructions it has."""
    return len(ptx.load(text)["k"].program.actions)


instruction = st.builds(
    lambda guard,
    opcode,
    words,
    types,
    operands: f"{guard}{'.'.join([opcode, *words, *types])} {', '.join(operands)};",
    st.sampled_from(["", "", "@%p1 ", "@!%p3 "]),
    st.sampled_from(OPCODES),
    st.lists(st.sampled_from(WORDS), max_size=2),
    st.lists(st.sampled_from(TYPES), min_size=1, max_size=2),
    st.lists(st.sampled_from(OPERANDS), max_size=5),
)


@settings(max_examples=400, derandomize=True, deadline=None)
@given(code=st.lists(instruction, min_size=1, max_size=2), block=st.sampled_from([1, 3]))
def test_any_instruction_runs_or_is_refused(code: list[str], block: int) -> None:
    text = HEAD + "\n".join(code) + "\nL: ret;\n}"
    with contextlib.suppress(WorkdepthError):
        ptx.load(text)["k"].launch((1,), (block,), (np.zeros(64, np.uint64),), step_limit=2000)


@settings(max_examples=150, derandomize=True, deadline=None)
@given(cut=st.integers(0, len(HEAD) + 200), junk=st.text('{}()[];,.%@!$<>+-:"0f12rde \n', max_size=20))
def test_text_cut_short_or_spoilt(cut: int, junk: str) -> None:
    whole = (
        HEAD
        + "mov.u32 %r1, %tid.x;\n@%p1 bra L;\nadd.s32 %r2, %r1, 0x7;\nst.shared.u32 [s], %r2;\nL: ret;\n}"
    )
    with contextlib.suppress(PtxError):
        module = ptx.load("\n" + whole[:cut] + junk + whole[cut + len(junk) :])
        for name in module.kernels:
            assert module[name].program.blocks


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("mov.b64 %d1, {{%r1, %r2}, %r3};", "a list of operands inside another"),
        (f"mov.u32 %r1, {'9' * 5000};", "a number of 5000 digits"),
        (".shared .align 1000000 .b8 a[4];", "an alignment of 1000000"),
        (".shared .pred a[4];", "a predicate has no place in memory"),
    ],
)
def test_spiteful_forms(body: str, words: str) -> None:
    with pytest.raises(PtxError, match=words):
        decoded(f"{HEAD}{body}\nret;\n}}")


def test_functions_that_call_themselves_or_too_deep() -> None:
    head = ".version 9.0\n.target sm_80\n"
    loop = head + ".func f() { call f; ret; }\n.visible .entry k() { call f; ret; }"
    with pytest.raises(PtxError, match=r"a recursive call of f \(at line 3.*__forceinline__"):
        decoded(loop)
    deep = (
        head
        + "".join(f".func f{i}() {{ call f{i + 1}; ret; }}\n" for i in range(100))
        + ".func f100() { ret; }\n"
    )
    with pytest.raises(PtxError, match=r"calls more than 64 deep"):
        decoded(deep + ".visible .entry k() { call f0; ret; }")
    wide = (
        head
        + "".join(f".func f{i}() {{ {f'call f{i + 1}; ' * 4} ret; }}\n" for i in range(12))
        + ".func f12() { ret; }\n"
    )
    with pytest.raises(PtxError, match=r"unfold to more than 262144 instructions"):
        decoded(wide + ".visible .entry k() { call f0; ret; }")
    with pytest.raises(PtxError, match=r"a call of malloc, which this module does not define"):
        decoded(head + ".visible .entry k() { call malloc; ret; }")


def test_a_megabyte_of_labels_is_read() -> None:
    text = HEAD + "\n".join(f"A{i}: bra A{i};" for i in range(60_000)) + "\nret;\n}"
    assert len(text) > 2**20
    assert len(ptx.load(text)["k"].program.blocks) > 60_000


def test_warp_instructions_that_wait_in_vain() -> None:
    body = "mov.u32 %r1, %laneid; setp.lt.u32 %p1, %r1, 8; @%p1 bra L;\nbar.sync 1, 64;\n"
    text = HEAD + body + "L: shfl.sync.idx.b32 %r2, %r1, 0, 31, -1;\nret;\n}"
    with pytest.raises(ptx.KernelError) as error:
        ptx.load(text)["k"].launch((1,), (32,), (np.zeros(4, np.uint64),))
    assert (
        "whose mask 0xffffffff names a thread that does not come: block (0, 0, 0), thread (8, 0, 0)"
        in str(error.value)
    )
    assert "let every lane of the mask reach the instruction" in str(error.value)
