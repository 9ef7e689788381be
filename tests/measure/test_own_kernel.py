"""A kernel of one's own: arguments, counts, formulas, lines, faults, verdicts, and their errors by their words."""

import json

import numpy as np
import pytest
from own_ptx import DOUBLE, DOUBLE_CU, FOREVER, PARTNERS, ROUNDS, TWO

import workdepth as wd
from workdepth.errors import FileError, MissingError, SizeError, SymbolicError, WorkdepthError
from workdepth.library import entry_named
from workdepth.measure.own_arguments import TYPES, argument
from workdepth.measure.own_growth import grown
from workdepth.measure.own_kernel import count_kernel
from workdepth.measure.own_launch import module_of, plain_name
from workdepth.measure.own_sizes import parts, points, sweep, value_of, whole_of
from workdepth.plans.shape import LaunchError
from workdepth.ptx import KernelError, PtxError, load


def analyzed(name):
    return wd.analyze(entry_named(name).build())


DOUBLES = {"grid": "(n + 31)//32", "block": 32, "args": ["u32[n]=range", "u32:n"]}
POWERS = {"n": [2**k for k in range(5, 12)]}


# -- sizes and expressions


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("2^4..2^7", ("n", (16, 32, 64, 128))),
        ("2**0..2**2", ("n", (1, 2, 4))),
        ("3^1..3^3", ("n", (3, 9, 27))),
        ("5..8", ("n", (5, 6, 7, 8))),
        (" 15, 4 ,8,4", ("n", (4, 8, 15))),
        ("m = 4,2^3..2^5", ("m", (4, 8, 16, 32))),
        ("größe=7", ("größe", (7,))),
    ],
)
def test_sweeps(text, found):
    assert sweep(text) == found


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "is no sweep of sizes"),
        ("abc", "is no sweep of sizes"),
        ("2^4..", "is no sweep of sizes"),
        ("4,,8", "is no sweep of sizes"),
        ("-4", "is no sweep of sizes"),
        ("٣", "is no sweep of sizes"),
        ("9..1", "'9..1' is empty"),
        ("2^5..2^4", "is empty"),
        ("0..3", "has a size outside 1 to"),
        ("2^99", "has a size outside 1 to"),
        ("1..100000000", "has 100000000 sizes, more than 256"),
        ("9999999999999..9999999999999", "has a size outside 1 to"),
    ],
)
def test_bad_sweeps(text, words):
    with pytest.raises(SizeError, match="at the sweep") as raised:
        sweep(text)
    assert words in str(raised.value)
    assert "write it like 2^4..2^12" in str(raised.value)


def test_combinations_of_sizes():
    assert len(points({"n": [1, 2], "m": [3, 4, 5]}, {"k": 7})) == 6
    assert points({}, {}) == ({},)
    with pytest.raises(SizeError, match="the size n is swept and fixed"):
        points({"n": [1]}, {"n": 2})
    with pytest.raises(SizeError, match="the size n = True"):
        points({"n": [True]}, {})
    with pytest.raises(SizeError, match="the size n = 0"):
        points({}, {"n": 0})
    with pytest.raises(SizeError, match="10000 combinations of sizes"):
        points({"n": range(1, 101), "m": range(1, 101)}, {})
    with pytest.raises(SizeError, match="0 combinations"):
        points({"n": []}, {})


def test_expressions():
    assert whole_of("max(1, n//2)*2**3", {"n": 9}, "x") == 32
    assert parts("max(1, n//16),2,f(1,(2,3))") == ["max(1, n//16)", "2", "f(1,(2,3))"]
    with pytest.raises(SizeError, match=r"'2\^20' has a '\^' \(at x\); write a power as 2\*\*20"):
        value_of("2^20", {}, "x")
    with pytest.raises(SizeError, match=r"size 'm' has no value .*--at m=1024.*--sizes m="):
        value_of("n + m", {"n": 1}, "x")
    with pytest.raises(SizeError, match=r"n/2 is 7/2, no integer \(at x, n = 7\); round it"):
        whole_of("n/2", {"n": 7}, "x")
    with pytest.raises(SymbolicError, match="unexpected"):
        value_of("__import__('os')", {}, "x")
    with pytest.raises(WorkdepthError, match="too large"):
        value_of("9**9**9", {}, "x")
    with pytest.raises(
        SymbolicError, match=r"division by zero.* \(at the grid: 1//\(n - 2\)\); check the divisor"
    ):
        value_of("1//(n - 2)", {"n": 2}, "the grid")


# -- arguments


@pytest.mark.parametrize("name", TYPES)
def test_every_type_and_filler(name):
    kind = np.dtype(TYPES[name])
    for filler in ("random", "odd", "range", "zeros", "ones", "7"):
        made = argument(f"{name}[4*n]={filler}", {"n": 3})
        assert made.dtype == kind
        assert made.shape == (12,)
    assert argument(f"{name}[3]=range", {}).tolist() == [0, 1, 2]
    assert argument(f"{name}[2]", {}).tolist() == [0, 0]
    assert argument(f"{name}:n", {"n": 5}) == kind.type(5)
    odd = argument(f"{name}[64]=odd", {})
    assert (odd % kind.type(2) == 1).all() if kind.kind != "i" else (odd & kind.type(1) == 1).all()


def test_random_arrays_are_the_same_each_time_and_differ_between_arguments():
    first, again, other = (argument("f64[50]=random", {}, k) for k in (0, 0, 1))
    assert (first == again).all()
    assert (first != other).any()
    assert first.min() >= 0
    assert first.max() < 1


def test_values():
    assert argument("f32:-0.5", {}) == np.float32(-0.5)
    assert argument("f64:1e3", {}) == 1000
    assert argument("f64:n/4", {"n": 3}) == 0.75
    assert argument("f32[2]=1.5", {}).tolist() == [1.5, 1.5]
    assert np.isnan(argument("f32:nan", {}))
    assert argument("f32:-inf", {}) == -np.inf
    assert argument("u64:2**20", {}) == 2**20
    assert argument("i32:-n", {"n": 4}) == -4


def test_files(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    np.save("a.npy", np.arange(6, dtype=np.uint32).reshape(2, 3))
    assert argument("@a.npy", {}).tolist() == [0, 1, 2, 3, 4, 5]
    assert argument("u32[n]=@a.npy", {"n": 4}).tolist() == [0, 1, 2, 3]
    np.save("objects.npy", np.array([{}], dtype=object))
    (tmp_path / "noise.npy").write_bytes(b"\x00\x01")
    (tmp_path / "short.npy").write_bytes((tmp_path / "a.npy").read_bytes()[:-4])
    for name in ("objects.npy", "noise.npy", "short.npy", "none.npy", "."):
        with pytest.raises(FileError, match=r"as one array: .*write it with numpy.save"):
            argument(f"@{name}", {})
    with pytest.raises(FileError, match="the file has 6 elements of uint32, not 7 of uint32"):
        argument("u32[7]=@a.npy", {})
    with pytest.raises(FileError, match="not 6 of float32"):
        argument("f32[6]=@a.npy", {})


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "'' is no argument"),
        ("n", "'n' is no argument (at argument 0); write it like f32[n]=random"),
        ("u33[4]", "unknown type 'u33'"),
        ("float:1", "unknown type 'float'"),
        ("u32[4]=noise", "unknown filler 'noise'"),
        ("u32[4]=0.5", "0.5 for the integer type uint32"),
        ("u32[4]=-1", "-1 does not fit in uint32"),
        ("u8:256", "256 does not fit in uint8"),
        ("i32:1e3", "1e3 for the integer type int32"),
        ("i32:n/2", "n/2 is 7/2, no integer"),
        ("f32:1e400", "1e400 does not fit in float32"),
        ("f16:10**6", "does not fit in float16"),
        ("f64:10**400", "does not fit in float64"),
        ("u32[0]", "an array of 0 elements"),
        ("u32[-n]", "an array of -7 elements"),
        ("u32[2**40]", "choose 1 element to 2147483648 bytes"),
        ("u32[]", "the expression is empty"),
        ("u32[m]", "size 'm' has no value"),
        ("u32[4]x", "is no argument"),
    ],
)
def test_bad_arguments(text, words):
    with pytest.raises(WorkdepthError) as raised:
        argument(text, {"n": 7})
    assert words in str(raised.value)


# -- counting


def test_one_launch():
    found = count_kernel(DOUBLE, at={"n": 100}, **DOUBLES)
    assert (found.counts.threads, found.counts.active_threads, found.counts.steps) == (128, 100, 14)
    assert found.results[0].tolist() == [2 * k for k in range(100)]
    assert list(found.results) == [0]
    assert found.formulas == {}
    assert found.faults == ()
    assert found.exit_code == 0
    assert found.points[0].grid == (4, 1, 1)
    assert found.points[0].relation == "="
    assert str(found).startswith("double, from the given text: PTX 9.0 for sm_80, counted without a GPU\n")
    assert "active_threads           = 100  that wrote" in str(found)


def test_a_sweep_gives_formulas():
    found = count_kernel(DOUBLE, sizes=POWERS, **DOUBLES)
    told = {name: str(one) for name, one in found.formulas.items()}
    assert told["steps"] == "= 14 for powers of two from n = 32 to 2048"
    assert told["threads"] == told["active_threads"] == "= n for powers of two from n = 32 to 2048"
    assert told["instructions"] == "= 14*n for powers of two from n = 32 to 2048"
    assert told["bytes_loaded"] == "= 4*n for powers of two from n = 32 to 2048"
    assert len(found.points) == 7
    assert found.counts.threads == 2048


def test_two_sizes():
    found = count_kernel(
        DOUBLE,
        grid="m",
        block="n",
        args=["u32[n*m]=range", "u32:n*m"],
        sizes={"n": [1, 2, 3, 5], "m": [2, 3, 7]},
    )
    assert found.formulas["threads"].exact == "m*n"
    assert "n  m  steps" in str(found)


def test_arrays_of_ones_own_are_copied():
    x = np.arange(64, dtype=np.uint32)[::2]
    found = count_kernel(load(DOUBLE), grid=1, block=32, args=[x, np.uint32(32)])
    assert x.tolist() == list(range(0, 64, 2))
    assert found.results[0].tolist() == [4 * k for k in range(32)]


def test_lines_stand_beside_the_source(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "double.ptx").write_text(DOUBLE, encoding="utf-8")
    (tmp_path / "double.cu").write_text(DOUBLE_CU, encoding="utf-8")
    found = count_kernel("double.ptx", at={"n": 40}, **DOUBLES)
    assert [(one.line, one.instructions, one.text) for one in found.lines] == [
        (3, 512, "if (i < n)"),
        (4, 200, "x[i] += x[i];"),
        (5, 64, "}"),
    ]
    assert found.lines[0].divergent_branches == 1
    assert found.lines[1].sectors_per_request == 2.5
    row = next(line for line in str(found).splitlines() if "x[i] += x[i];" in line)
    assert row.split() == ["4", "200", "-", "ld", "2.5,", "st", "2.5", "-", "x[i]", "+=", "x[i];"]


def test_neither_sources_nor_names_steer_the_terminal(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "double.cu").write_text("\n\n  \x1b[31m\tred\n", encoding="utf-8")
    found = count_kernel(DOUBLE, at={"n": 40}, **DOUBLES)
    assert found.lines[0].text == "\x1b[31m\tred"
    assert " [31m red" in str(found)
    assert "\x1b" not in str(found)


def test_lines_of_ptx_show_their_instructions():
    found = count_kernel(
        PARTNERS.replace("BARRIER", "bar.sync 0;"), block=4, shared=16, args=["u32[4]=range"]
    )
    assert "ld.shared.u32 %r5, [%r3];" in [one.text for one in found.lines]
    assert found.results[0].tolist() == [1, 0, 3, 2]


def test_a_sample_of_blocks_is_an_estimate():
    found = count_kernel(DOUBLE, sizes=POWERS, samples=2, **DOUBLES)
    assert {one.relation for one in found.points[2:]} == {"~"}
    assert found.points[-1].blocks_run == 2
    assert str(found.formulas["threads"]) == "~ n for powers of two from n = 32 to 2048"
    assert found.lines == ()
    assert found.results == {}
    assert "2 blocks executed and the rest estimated" in str(found)
    with pytest.raises(LaunchError, match="a sample of blocks cannot be checked"):
        count_kernel(DOUBLE, at={"n": 32}, samples=2, check=True, **DOUBLES)


def test_no_formula_is_said_and_no_growth_is_guessed():
    assert str(grown({"n": [4, 8, 16, 32, 64]}, [3, 1, 4, 1, 5])) == "no formula of those tried"
    assert str(grown({"n": [4, 8]}, [3, 1])) == "no formula of those tried"
    assert grown({"n": [4, 8, 16, 32]}, [0, 7, 0, 3]).growth == ""


# -- faults


def test_a_race_is_told_and_the_counts_as_well():
    found = count_kernel(
        PARTNERS.replace("BARRIER", ""),
        block="n",
        shared="4*n",
        args=["u32[n]=range"],
        sizes={"n": [32, 64, 128]},
        check=True,
    )
    (fault,) = found.faults
    assert fault.sizes == {"n": 32}
    assert (
        "a race on shared s, byte 4: block (0, 0, 0), thread (1, 0, 0) wrote it at PTX line 15" in fault.text
    )
    assert found.exit_code == 1
    assert [one.sizes["n"] for one in found.points] == [32, 64, 128]
    assert found.results[0][:4].tolist() == [1, 0, 3, 2]


def test_a_barrier_mends_it():
    fixed = PARTNERS.replace("BARRIER", "bar.sync 0;")
    found = count_kernel(fixed, block="n", shared="4*n", args=["u32[n]=range"], at={"n": 64}, check=True)
    assert found.faults == ()
    assert found.exit_code == 0
    assert found.counts.barriers == 1


def test_a_fault_that_stops_a_launch_ends_the_sweep():
    found = count_kernel(
        DOUBLE, grid="n", block=1, args=["u32[8]=ones", "u32:n"], sizes={"n": [4, 8, 16, 32]}, check=True
    )
    assert [one.sizes["n"] for one in found.points] == [4, 8]
    (fault,) = found.faults
    assert fault.sizes == {"n": 16}
    assert "load out of bounds: argument 0 (uint32)[8]" in fault.text
    assert "fault at n = 16: load out of bounds" in " ".join(str(found).split())
    first = count_kernel(DOUBLE, block=64, args=["u32[8]", "u32:64"])
    assert first.points == ()
    assert "fault: load out of bounds" in str(first)
    with pytest.raises(KernelError, match=r"there are no counts .*see the faults"):
        first.counts  # noqa: B018


def test_an_endless_loop_is_told():
    found = count_kernel(FOREVER, step_limit=1000)
    assert "no end after 1000 steps" in found.faults[0].text


# -- against a prediction


def test_against_a_prediction():
    found = count_kernel(DOUBLE, sizes=POWERS, against=analyzed("vector-add"), **DOUBLES)
    assert found.against.machine == "GPU"
    assert [(one.figure, one.growth, one.outcome) for one in found.against.held] == [
        ("steps", "1", "consistent"),
        ("threads", "n", "consistent"),
        ("active_threads", "n", "consistent"),
    ]
    assert found.against.outcome == "consistent"
    assert found.exit_code == 0
    assert "against vector-add on the GPU: consistent" in str(found)


def test_one_thread_is_held_to_the_ram():
    found = count_kernel(ROUNDS, args=["i32:n"], sizes=POWERS, against=analyzed("multiply-n"))
    held = {one.figure: one for one in found.against.held}
    assert found.against.machine == "RAM"
    assert held["steps"].outcome == "consistent"
    assert held["steps"].reason.startswith("exactly 3*n + 2 for powers of two")


def test_against_the_wrong_prediction():
    analysis = analyzed("multiply-n")
    found = count_kernel(DOUBLE, sizes=POWERS, against=analysis, **DOUBLES)
    assert found.against.outcome == "inconsistent"
    assert found.exit_code == 1
    few = count_kernel(DOUBLE, sizes={"n": [2, 4]}, against=analysis, **DOUBLES)
    assert few.against.outcome == "inconclusive"
    assert few.exit_code == 0


def test_sizes_of_other_names():
    analysis = analyzed("matmul")
    square = {"m": "n", "k": "n"}
    found = count_kernel(
        DOUBLE,
        grid="n",
        block="n**2",
        args=["u32[n**3]", "u32:n**3"],
        sizes={"n": [2, 4, 8, 16, 32]},
        against=analysis,
        where=square,
    )
    held = {one.figure: one for one in found.against.held}
    assert held["threads"].outcome == "consistent"
    assert held["threads"].growth == "n**3"
    for where, words in [
        ({}, "matmul has the size 'k', which the sweep has not (at --against)"),
        ({**square, "z": "n"}, "matmul has no size 'z' (at --where); its sizes are: k, m, n"),
        ({**square, "k": "j"}, "size 'j' has no value"),
        ({**square, "k": "n/3"}, "is not an integer"),
    ]:
        with pytest.raises(SizeError) as raised:
            count_kernel(DOUBLE, sizes=POWERS, against=analysis, where=where, **DOUBLES)
        assert words in str(raised.value)
    blelloch = analyzed("scan-blelloch")
    with pytest.raises(SizeError, match="n = 6 is not a power of 2"):
        count_kernel(DOUBLE, sizes={"n": [6]}, against=blelloch, **DOUBLES)


# -- files, kernels, launches


def test_which_kernel():
    assert count_kernel(TWO, "first").kernel == "first"
    assert count_kernel(TWO, "second", args=["i32[1]"]).kernel == "_Z6secondPi"
    assert count_kernel(TWO, "_Z6secondPi", args=["i32[1]"]).counts.steps == 1
    with pytest.raises(
        LaunchError, match=r"2 kernels in the file \(at --kernel\); choose one of: first, second"
    ):
        count_kernel(TWO)
    with pytest.raises(LaunchError, match="no kernels named 'third' in the file"):
        count_kernel(TWO, "third")
    with pytest.raises(LaunchError, match=r"no kernels in the file .*declare one as __global__"):
        count_kernel(".version 9.0\n.target sm_80\n")
    assert plain_name("_Z") == "_Z"
    assert plain_name("_Z9") == "_Z9"
    assert plain_name("_ZN1a1bE") == "_ZN1a1bE"


@pytest.mark.parametrize(
    ("how", "words"),
    [
        ({"grid": "0"}, "grid (0, 1, 1) is outside CUDA's limits"),
        ({"grid": "1,1,1,1"}, "is not one, two or three integers"),
        ({"grid": ""}, "the expression is empty"),
        ({"block": 2048}, "block (2048, 1, 1) is outside CUDA's limits"),
        ({"block": "n/3"}, "n/3 is 32/3, no integer (at --block, n = 32)"),
        ({"shared": "-1"}, "-1 bytes of shared memory (at --shared)"),
        ({"shared": "2**40"}, "a block has at most"),
        ({"args": []}, "0 arguments for 2 parameters (at kernel double); it takes: u64, u32"),
        ({"args": ["u32[4]", "f32:1"]}, "float32 for u32"),
        ({"args": ["u32[4]", "u64:1"]}, "uint64 of 8 bytes for u32"),
        ({"args": ["u32:4", "u32:1"]}, "uint32 of 4 bytes for u64"),
        ({"args": [np.zeros(4, object), "u32:1"]}, "an array of dtype object"),
        ({"args": [[1, 2], "u32:1"]}, "[1, 2] of Python type list"),
        ({"grid": "2147483647,65535", "block": 1024}, "are too many to execute all"),
        ({"grid": "2**25", "block": 1}, "estimate the counts from some blocks: samples=100 (--samples 100)"),
        ({"grid": "2**25", "block": 1, "check": True}, "are too many to execute all"),
    ],
)
def test_bad_launches(how, words):
    given = {**DOUBLES, "args": ["u32[4]", "u32:1"], **how}
    with pytest.raises(WorkdepthError) as raised:
        count_kernel(DOUBLE, at={"n": 32}, **given)
    assert words in str(raised.value)


def test_bad_files(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "noise.ptx").write_bytes(bytes(range(128, 256)))
    (tmp_path / "words.ptx").write_text("hello", encoding="utf-8")
    (tmp_path / "cut.ptx").write_text(DOUBLE[:300], encoding="utf-8")
    for name, kind, words in [
        ("none.cu", FileError, "there is no file 'none.cu'"),
        ("mine.py", FileError, "'mine.py' is neither a .cu nor a .ptx file"),
        (tmp_path, FileError, "is neither a .cu nor a .ptx file"),
        ("noise.ptx", PtxError, "cannot read PTX from noise.ptx"),
        ("words.ptx", PtxError, "unknown directive 'hello'"),
        ("cut.ptx", PtxError, ""),
    ]:
        with pytest.raises(kind) as raised:
            count_kernel(name)
        assert words in str(raised.value)


def test_a_missing_compiler_is_told(tmp_path, monkeypatch):
    import sys

    monkeypatch.setitem(sys.modules, "cuda.bindings", None)
    (tmp_path / "mine.cu").write_text("__global__ void f() {}\n", encoding="utf-8")
    with pytest.raises(MissingError, match=r'pip install "workdepth\[ptx\]"'):
        module_of(tmp_path / "mine.cu")


def test_cuda_is_compiled_and_told_by_its_lines(tmp_path):
    pytest.importorskip("cuda.bindings.nvrtc")
    source = tmp_path / "mine.cu"
    source.write_text(
        "__global__ void column(const float* a, float* b) {\n"
        "  __shared__ float s[32][32];\n"
        "  s[threadIdx.x][threadIdx.y] = a[threadIdx.y * 32 + threadIdx.x];\n"
        "  __syncthreads();\n"
        "  b[threadIdx.y * 32 + threadIdx.x] = s[threadIdx.y][threadIdx.x];\n"
        "}\n",
        encoding="utf-8",
    )
    found = count_kernel(source, block="32,32", args=["f32[1024]=range", "f32[1024]"], check=True)
    assert found.kernel == "_Z6columnPKfPf"
    assert str(found).startswith("column, from")
    assert found.results[1].reshape(32, 32).T.tolist() == np.arange(1024).reshape(32, 32).tolist()
    stored = next(one for one in found.lines if one.line == 3)
    assert (stored.shared_store_wavefronts, stored.shared_store_conflicts) == (1024, 992)


# -- JSON


def test_json_holds_all_of_it():
    analysis = analyzed("vector-add")
    found = count_kernel(DOUBLE, sizes=POWERS, against=analysis, **DOUBLES)
    data = json.loads(json.dumps(found.to_json(), allow_nan=False))
    assert data["schema"] == "workdepth.count/1"
    assert data["unit"] == "PTX instruction"
    assert (data["kernel"], data["target"], data["sizes"]) == ("double", "sm_80", ["n"])
    assert data["points"][0]["sizes"] == {"n": 32}
    assert data["points"][0]["counts"]["steps"] == 14
    assert data["points"][-1]["opcodes"]["ld.global.u32"] == 2048
    assert data["formulas"]["threads"] == {
        "exact": "n",
        "relation": "=",
        "growth": "n",
        "domain": "powers of two from n = 32 to 2048",
    }
    assert data["against"]["outcome"] == "consistent"
    assert data["against"]["held"][0]["figure"] == "steps"
    assert data["results"] == [
        {"argument": 0, "type": "uint32", "length": 2048, "first": list(range(0, 16, 2))}
    ]
    assert data["faults"] == []
    assert data["lines"][0]["line"] == 3


def test_json_knows_no_nan():
    program = PARTNERS.replace("BARRIER", "bar.sync 0;")
    x = np.array([np.nan, 1.0, np.inf, 2.0], np.float32)
    found = count_kernel(program, block=4, shared=16, args=[x])
    assert found.to_json()["results"][0]["first"] == [1.0, "nan", 2.0, "inf"]
