"""`workdepth count`: what it prints, its exit codes, and bad input in one line."""

import json
import sys

import numpy as np
import pytest

KERNELS = """
.version 9.0
.target sm_80
.address_size 64
.extern .shared .align 4 .b8 s[];
.visible .entry double(.param .u64 x, .param .u32 n) {
    .reg .pred %p; .reg .b32 %r<7>; .reg .b64 %rd<4>;
    ld.param.u64 %rd1, [x];
    ld.param.u32 %r3, [n];
    mov.u32 %r1, %tid.x;
    setp.ge.u32 %p, %r1, %r3;
    @%p bra $END;
    mad.wide.u32 %rd2, %r1, 4, %rd1;
    ld.global.u32 %r2, [%rd2];
    add.s32 %r2, %r2, %r2;
    st.global.u32 [%rd2], %r2;
$END:
    ret;
}
.visible .entry racy(.param .u64 x) {
    .reg .b32 %r<4>;
    mov.u32 %r1, %tid.x;
    mov.u32 %r2, s;
    mad.lo.u32 %r3, %r1, 4, %r2;
    st.shared.u32 [%r3], %r1;
    xor.b32 %r3, %r3, 4;
    ld.shared.u32 %r1, [%r3];
    ret;
}
"""
DOUBLE = ("count", "k.ptx", "--kernel", "double", "--block", "n", "--arg", "u32[n]=range", "--arg", "u32:n")
RACY = ("count", "k.ptx", "--kernel", "racy", "--block", "64", "--shared", "256", "--arg", "u32[1]")
SWEEP = ("--sizes", "2^2..2^9")


@pytest.fixture(autouse=True)
def _files(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "k.ptx").write_text(KERNELS, encoding="utf-8")
    (tmp_path / "mine.cu").write_text("__global__ void f() {}\n", encoding="utf-8")
    (tmp_path / "broken.cu").write_text("int x = ;\n", encoding="utf-8")
    (tmp_path / "cut.ptx").write_text(KERNELS[:200], encoding="utf-8")
    np.save("a.npy", np.arange(4, dtype=np.uint32))


def test_one_size(command):
    found = command(*DOUBLE, "--at", "n=8")
    assert found.exit_code == 0, found.output
    assert found.stdout.startswith(
        "double, from k.ptx: PTX 9.0 for sm_80, counted without a GPU\n  grid 1, block 8"
    )
    assert "argument 0 (uint32[8]) became 0, 2, 4, 6, ..." in found.stdout
    assert "st.global.u32 [%rd2], %r2;" in found.stdout
    assert found.stderr == ""


def test_a_sweep_against_a_prediction(command):
    found = command(*DOUBLE, *SWEEP, "--against", "vector-add")
    assert found.exit_code == 0, found.output
    assert "steps                   = 10 for powers of two from n = 4 to 512" in found.stdout
    assert "against vector-add on the GPU: consistent" in found.stdout


def test_against_the_wrong_prediction_is_exit_code_1(command):
    found = command(*DOUBLE, *SWEEP, "--against", "multiply-n")
    assert found.exit_code == 1
    assert "against multiply-n on the GPU: inconsistent" in found.stdout


def test_an_inconclusive_verdict_is_a_warning(command):
    found = command(*DOUBLE, "--sizes", "4,8", "--against", "vector-add")
    assert found.exit_code == 0
    assert found.stderr.startswith("workdepth: warning: inconclusive: counted at 2 sizes only")


def test_a_race_is_exit_code_1(command):
    assert command(*RACY).exit_code == 0
    found = command(*RACY, "--check")
    assert found.exit_code == 1
    assert "fault: a race on shared s, byte 4" in found.stdout
    assert "with no barrier between" in " ".join(found.stdout.split())


def test_json(command):
    found = command(*DOUBLE, *SWEEP, "--format", "json")
    data = json.loads(found.stdout)
    assert found.exit_code == 0
    assert data["schema"] == "workdepth.count/1"
    assert data["formulas"]["threads"]["exact"] == "n"
    assert len(data["points"]) == 8
    fault = command(
        *DOUBLE, "--at", "n=8", "--grid", "2", "--block", "16", "--arg", "u32:1", "--format", "json"
    )
    assert fault.exit_code == 2
    racy = command(*RACY, "--check", "--format", "json")
    assert racy.exit_code == 1
    assert "a race on shared s" in json.loads(racy.stdout)["faults"][0]["text"]
    assert racy.stderr.startswith("workdepth: fault: a race on shared s")


def test_an_access_out_of_bounds_is_exit_code_1(command):
    found = command(
        "count", "k.ptx", "--kernel", "double", "--block", "8", "--arg", "@a.npy", "--arg", "u32:8"
    )
    assert found.exit_code == 1
    assert "load out of bounds: argument 0 (uint32)[4]" in " ".join(found.stdout.split())


def test_a_missing_compiler_is_exit_code_3(command, monkeypatch):
    monkeypatch.setitem(sys.modules, "cuda.bindings", None)
    found = command("count", "mine.cu")
    assert found.exit_code == 3
    assert (
        found.stderr == 'workdepth: the CUDA compiler NVRTC is not installed; pip install "workdepth[ptx]"\n'
    )


def test_narrow_terminals(command, monkeypatch):
    monkeypatch.setenv("COLUMNS", "60")
    found = command(*DOUBLE, *SWEEP)
    assert all(
        len(line) <= 60
        for line in found.stdout.splitlines()
        if "n  steps" not in line and line.count("  ") < 4
    )


BAD = {
    ("none.cu",): "there is no file 'none.cu'",
    ("a.npy",): "'a.npy' is neither a .cu nor a .ptx file",
    ("cut.ptx",): "",
    ("k.ptx",): "2 kernels in the file (at --kernel); choose one of: double, racy",
    ("k.ptx", "--kernel", "triple"): "no kernels named 'triple' in the file",
    ("k.ptx", "--kernel", "double"): "0 arguments for 2 parameters",
    (*DOUBLE[1:],): "size 'n' has no value",
    (*DOUBLE[1:], "--at", "n=2000"): "outside CUDA's limits",
    (*DOUBLE[1:], "--at", "n=0"): "the size n = 0",
    (*DOUBLE[1:], "--at", "n=4", *SWEEP): "the size n is swept and fixed",
    (*DOUBLE[1:], *SWEEP, *SWEEP): "size 'n' is given twice",
    (*DOUBLE[1:], "--sizes", "4..x"): "is no sweep of sizes",
    (*DOUBLE[1:], "--at", "n=4", "--against", "sum"): "--against judges a sweep",
    (*DOUBLE[1:], *SWEEP, "--where", "n=n"): "--where speaks of an algorithm",
    (*DOUBLE[1:], *SWEEP, "--against", "sum", "--where", "n"): "'n' is not written like m=n",
    (*DOUBLE[1:], *SWEEP, "--against", "none"): "there is no algorithm and no file 'none'",
    (*DOUBLE[1:], *SWEEP, "--against", "matvec"): "matvec has the size 'm'",
    (*DOUBLE[1:], "--at", "n=4", "--samples", "0"): "0 is not in the range",
    (*DOUBLE[1:], "--at", "n=4", "--samples", "2", "--check"): "a sample of blocks cannot be checked",
    (*RACY[1:], "--grid", "2**40"): "outside CUDA's limits",
    (*RACY[1:], "--grid", "2**30"): "are too many to execute all",
    (*RACY[1:], "--grid", "__import__('os')"): "unexpected",
    (*RACY[1:], "--shared", "2^3"): "'2^3' has a '^' (at --shared)",
    (*RACY[1:-1], "@none.npy"): "cannot read none.npy as one array",
    (*RACY[1:-1], "u32[2**50]"): "choose 1 element to",
}


@pytest.mark.parametrize("words", BAD, ids=" ".join)
def test_bad_input(command, words):
    found = command("count", *words)
    assert found.exit_code == 2, found.output
    assert found.stdout == ""
    (line,) = found.stderr.splitlines()
    assert line.startswith("workdepth: ")
    assert BAD[words] in line


def test_a_source_that_does_not_compile(command):
    pytest.importorskip("cuda.bindings.nvrtc")
    found = command("count", "broken.cu")
    assert found.exit_code == 2
    assert "broken.cu(1): error: expected an expression" in found.stderr
