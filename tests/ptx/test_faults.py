"""Kernels that do wrong, text that is not PTX, launches that do not fit: each by its words."""

from __future__ import annotations

import numpy as np
import pytest

from workdepth import ptx
from workdepth.errors import MissingError, WorkdepthError
from workdepth.plans import ptx_path
from workdepth.ptx import CompileError, KernelError, LaunchError, PtxError

HEAD = """.version 9.0
.target sm_80
.address_size 64
"""


def kernel(code: str, parameters: str = ".param .u64 x", tail: str = "") -> str:
    return f"""{HEAD}{tail}
.visible .entry k({parameters}) {{
  .reg .pred %p<5>; .reg .b32 %r<30>; .reg .b64 %rd<10>;
  .shared .align 4 .b8 s[64];
{code}
  ret;
}}"""


READ = """  ld.param.u64 %rd1, [x];
  mov.u32 %r1, %tid.x;
  mul.wide.u32 %rd2, %r1, 4;
  add.s64 %rd3, %rd1, %rd2;
"""


def launch(text: str, *args, grid=1, block=32, **keywords) -> ptx.Counts:
    return ptx.load(text)["k"].launch((grid,), (block,), args, **keywords)


def test_out_of_bounds_names_array_index_line_block_and_thread() -> None:
    x = np.zeros(40, np.uint32)
    with pytest.raises(KernelError) as error:
        launch(kernel(READ + "  ld.global.u32 %r2, [%rd3+64];"), x)
    text = str(error.value)
    assert "load out of bounds: argument 0 (uint32)[40], which has 40 elements" in text
    assert "kernel k, PTX line 12 'ld.global.u32 %r2, [%rd3+64];'" in text
    assert "block (0, 0, 0), thread (24, 0, 0)" in text
    assert "guard the access" in text


@pytest.mark.parametrize("block", [1, 8])
@pytest.mark.parametrize(("offset", "index"), [(-8, -2), (4000, 1000)])
def test_indices_that_run_away_still_name_their_array(offset: int, index: int, block: int) -> None:
    x = np.zeros(8, np.uint32)
    code = READ + f"  add.s64 %rd3, %rd3, {offset};\n  st.global.u32 [%rd3], %r1;"
    with pytest.raises(
        KernelError, match=rf"store out of bounds: argument 0 \(uint32\)\[{index}\], which has 8"
    ):
        launch(kernel(code), x, block=block)


def test_source_line_is_named() -> None:
    pytest.importorskip("cuda.bindings.nvrtc")
    module = ptx.compile('extern "C" __global__ void k(int* x) {\n  x[threadIdx.x] = 1;\n}\n')
    with pytest.raises(KernelError, match=r"kernel.cu line 2, block \(0, 0, 0\), thread \(3, 0, 0\)"):
        module["k"].launch((1,), (32,), (np.zeros(3, np.int32),))


@pytest.mark.parametrize("block", [1, 8])
def test_misaligned(block: int) -> None:
    with pytest.raises(KernelError, match=r"misaligned load of 4 bytes of argument 0 .*no multiple of 4"):
        launch(kernel(READ + "  ld.global.u32 %r2, [%rd3+2];"), np.zeros(64, np.uint8), block=block)


@pytest.mark.parametrize("block", [1, 8])
def test_an_address_in_no_array(block: int) -> None:
    code = "  mov.u64 %rd1, 64;\n  ld.global.u32 %r2, [%rd1];"
    with pytest.raises(KernelError, match=r"load at address 0x40, which lies in no array.*pass an array"):
        launch(kernel(code, ""), block=block)


@pytest.mark.parametrize("block", [1, 8])
def test_shared_memory_ends(block: int) -> None:
    code = "  mov.u64 %rd1, s;\n  st.shared.u32 [%rd1+64], 1;"
    with pytest.raises(KernelError, match=r"store of 4 bytes at offset 64 of 64 bytes of shared memory"):
        launch(kernel(code, ""), block=block)


@pytest.mark.parametrize("block", [1, 8])
def test_read_only_arrays_are_not_written(block: int) -> None:
    x = np.zeros(8, np.uint32)
    x.flags.writeable = False
    with pytest.raises(KernelError, match=r"store to argument 0 \(uint32\), which may not be written"):
        launch(kernel(READ + "  st.global.u32 [%rd3], %r1;"), x, block=block)


def test_barrier_that_not_all_threads_reach() -> None:
    code = "  mov.u32 %r1, %tid.x;\n  setp.gt.u32 %p1, %r1, 4;\n  @%p1 bra OUT;\n  bar.sync 0;\nOUT:"
    with pytest.raises(KernelError) as error:
        launch(kernel(code, ""), block=8, grid=2)
    text = str(error.value)
    assert "a barrier that only 5 of 8 threads reach; block (0, 0, 0), thread (5, 0, 0) does not" in text
    assert "PTX line 11 'bar.sync 0;'" in text
    assert "let every thread of the block reach every barrier" in text


@pytest.mark.parametrize("block", [1, 8])
def test_a_loop_without_end(block: int) -> None:
    with pytest.raises(
        KernelError, match=r"no end after 1000 steps .*PTX line 8 'bra.uni AGAIN;'.*raise step_limit"
    ):
        launch(kernel("AGAIN: bra.uni AGAIN;", ""), block=block, step_limit=1000)


@pytest.mark.parametrize("block", [1, 8])
def test_trap(block: int) -> None:
    with pytest.raises(KernelError, match=r"the kernel trapped .*'trap;'"):
        launch(kernel("  trap;", ""), block=block)


@pytest.mark.parametrize(
    "code",
    [
        "mma.sync.aligned.m8n8k4.f32 %r1, %r2;",
        "add.rz.f16 %r1, %r1, %r1;",
        "addc.sat.u32 %r1, %r1, %r1;",
        "frobnicate.b32 %r1;",
    ],
)
def test_unknown_instructions_stop(code: str) -> None:
    with pytest.raises(PtxError) as error:
        launch(kernel("  " + code, ""))
    assert f"no rule for the instruction {code.split()[0]}" in str(error.value)
    assert f"line 8: {code}" in str(error.value)


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("  mov.u32 %r1, %clock;", "%clock is not declared"),
        ("  mov.u32 %q1, 1;", "%q1 is not declared in k"),
        ("  bra NOWHERE;", "no label NOWHERE in k"),
        ("  mov.u64 %r1, 1;", "%r1 of 32 bits cannot hold u64"),
        ("  add.s64 %rd1, %r1, 1;", "a register of 32 bits where u64 is read"),
        ("  add.s32 %r1, %r2;", "add.s32 with 2 operands"),
        ("  ld.global.u32 %r1, %rd1;", "a memory operand stands in brackets"),
        ("  add.s32 %r1, %r2, 0f3F800000", "breaks off"),
        ("L: L: ret;", "label L stands twice"),
        ("  .frob 3;", "unknown directive '.frob'"),
        ("  add.s32 %r1 %r2;", "expected ',' or ';', found '%r2'"),
        ("  \x01;", "PTX does not begin a word with"),
    ],
)
def test_text_that_is_wrong(code: str, words: str) -> None:
    text = kernel(code, "")
    if words == "breaks off":
        text = text[: text.index("0f3F8")]
    with pytest.raises(PtxError) as error:
        launch(text)
    assert words in str(error.value)
    assert "line" in str(error.value)


def test_text_that_is_no_ptx_or_not_there() -> None:
    with pytest.raises(PtxError, match=r"no .version directive"):
        ptx.load("\n")
    with pytest.raises(PtxError, match=r"cannot read PTX from"):
        ptx.load("nowhere.ptx")
    with pytest.raises(PtxError, match=r"only 64-bit addresses"):
        ptx.load(".version 9.0\n.target sm_80\n.address_size 32\n")
    with pytest.raises(PtxError, match=r"no kernel 'q' in this module .*it has: k"):
        ptx.load(kernel("", ""))["q"]


def test_hostile_sizes() -> None:
    labels = "\n".join(f"L{i}:" for i in range(20000))
    assert launch(kernel(labels, "")).steps == 1
    with pytest.raises(PtxError, match=r"variable big of 4294967296 bytes"):
        ptx.load(kernel("  .shared .b8 big[4294967296];", ""))
    with pytest.raises(PtxError, match=r"300064 bytes of shared memory in k"):
        launch(kernel("  .shared .b8 big[300000];", ""))
    with pytest.raises(PtxError, match=r"1000000 bytes of local memory in k"):
        launch(kernel("  .local .b8 big[1000000];", ""))
    many = kernel("", "").replace("%r<30>", "%r<2000000000>")
    assert launch(many).steps == 1


NOTHING = kernel("  ld.param.u64 %rd1, [x];", ".param .u64 x, .param .u32 n, .param .f32 a")


@pytest.mark.parametrize(
    ("args", "words"),
    [
        ((), "0 arguments for 3 parameters (at kernel k); it takes: u64, u32, f32"),
        ((np.zeros(2), 3, np.float32(1)), "3 of Python type int (at argument 1 of kernel k)"),
        ((np.zeros(2), np.int64(3), np.float32(1)), "int64 of 8 bytes for u32"),
        ((np.zeros(2), np.float32(3), np.float32(1)), "float32 for u32"),
        ((np.zeros(2), np.int32(3), np.int32(1)), "int32 for f32"),
        ((np.zeros(2), np.zeros(2), np.float32(1)), "an array where the kernel takes a value of type u32"),
        ((np.zeros((4, 4))[:, :2], np.int32(3), np.float32(1)), "not C-contiguous"),
        ((np.array([None]), np.int32(3), np.float32(1)), "an array of dtype object"),
        ((np.zeros(2, ">i4"), np.int32(3), np.float32(1)), "an array of dtype >i4"),
        ((np.zeros(0), np.int32(3), np.float32(1)), "an empty array"),
    ],
)
def test_arguments_that_do_not_fit(args: tuple, words: str) -> None:
    with pytest.raises(LaunchError) as error:
        launch(NOTHING, *args)
    assert words in str(error.value)


@pytest.mark.parametrize(
    ("grid", "block", "words"),
    [
        ((0,), (1,), "grid (0, 1, 1) is outside CUDA's limits"),
        ((2**31,), (1,), "is outside CUDA's limits"),
        ((1,), (1025,), "block (1025, 1, 1) is outside"),
        ((1,), (32, 33), "a block of 1056 threads"),
        ((1,), (1, 1, 65), "is outside"),
        ((1, 1, 1, 1), (1,), "is not one, two or three integers"),
        ((1.5,), (1,), "is not one, two or three integers"),
    ],
)
def test_shapes_that_do_not_fit(grid: tuple, block: tuple, words: str) -> None:
    with pytest.raises(LaunchError) as error:
        ptx.load(kernel("", ""))["k"].launch(grid, block)
    assert words in str(error.value)


def test_a_grid_that_would_take_days_is_sampled() -> None:
    nothing = ptx.load(kernel("", ""))["k"]
    with pytest.raises(LaunchError, match=r"2199023254528 threads, .*Kernel.sample"):
        nothing.launch((2**31 - 1,), (1024,))
    assert nothing.sample((2**31 - 1,), (1024,), blocks=3).counts.instructions == 1024 * (2**31 - 1)


def test_chunks_shrink_where_blocks_need_much_memory() -> None:
    code = "  .local .b8 big[500000];\n  mov.u64 %rd1, big;\n  st.local.u32 [%rd1+499996], 7;"
    assert launch(kernel(code, ""), grid=40, block=32).instructions == 40 * 32 * 3


def test_shared_bytes_that_do_not_fit() -> None:
    for given in (-1, 240000):
        with pytest.raises(LaunchError, match=rf"64 \+ {given} bytes of shared memory"):
            launch(kernel("", ""), shared_bytes=given)


def test_source_that_does_not_compile() -> None:
    pytest.importorskip("cuda.bindings.nvrtc")
    with pytest.raises(
        CompileError, match=r"kernel.cu\(2\): error: identifier \"__syncthreds\" is undefined"
    ):
        ptx.compile('extern "C" __global__ void k() {\n  __syncthreds();\n}\n')
    with pytest.raises(CompileError, match=r"cannot read nowhere.cu"):
        ptx.compile("nowhere.cu")
    with pytest.raises(CompileError, match=r"invalid value for --gpu-architecture"):
        ptx.compile('extern "C" __global__ void k() {\n}\n', arch="compute_70")


def test_without_the_compiler(monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "cuda.bindings", None)
    with pytest.raises(
        MissingError, match=r'NVRTC is not installed; pip install "workdepth\[ptx\]"'
    ) as error:
        ptx.compile("void f() {}\n")
    assert error.value.exit_code == 3


def test_all_faults_are_the_package_s_errors() -> None:
    for kind in (CompileError, KernelError, LaunchError, PtxError):
        assert issubclass(kind, WorkdepthError)
        assert kind.exit_code == 2


@pytest.mark.parametrize("way", ["launch", "profile", "check"])
def test_a_grid_that_would_never_end_is_refused_before_anything_is_made(way):
    kernel = ptx.load(ptx_path("vector_add"))["vector_add_f32"]
    x = np.zeros(8, dtype=np.float32)
    with pytest.raises(LaunchError, match="threads, of which the machine executes some million a second"):
        getattr(kernel, way)(
            grid=(2**31 - 1, 65535, 65535), block=256, args=(x, x.copy(), x.copy(), np.int32(8))
        )
