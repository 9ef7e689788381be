"""Every kernel against its oracle, and its header against what the PTX machine counts."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from workdepth import plans, ptx
from workdepth.errors import FileError, SizeError
from workdepth.measure.counts import judge_counts
from workdepth.plans import PROBLEMS
from workdepth.plans.matrices import transpose_naive
from workdepth.symbolic import parse

SIZES = (1, 2, 3, 7, 16, 33, 100, 257, 1024, 2500)
LARGEST = {
    "matmul_serial": 16,
    "matmul_cube": 33,
    "matmul_naive": 100,
    "matmul_tiled": 100,
    "transpose_naive": 100,
    "transpose_padded": 100,
    "stencil_2d": 100,
    "attention_plain": 100,
    "attention_blocked": 100,
    "scan_hillis_steele": 1024,
    "multiply_block": 2048,
}
POWERS = {"scan_blelloch": 2048, "bitonic_sort": 2048}
# What the header counts as work, by opcode, where the algorithm's own operations have opcodes of their own.
WORK = {
    "sum_serial": {"add.f32": 1},
    "sum_tree": {"add.f32": 1},
    "sum_warp": {"add.f32": 1},
    "sum_grid_stride": {"add.f32": 1},
    "max_serial": {"max.f32": 1},
    "max_tree": {"max.f32": 1},
    "dot_serial": {"fma.rn.f32": 2},
    "dot_tree": {"mul.f32": 1, "add.f32": 1},
    "scan_serial": {"add.f32": 1},
    "scan_hillis_steele": {"add.f32": 1},
    "scan_blelloch": {"add.f32": 1},
    "scan_two_pass": {"add.f32": 1},
    "matmul_serial": {"fma.rn.f32": 2},
    "matmul_naive": {"fma.rn.f32": 2},
    "matmul_tiled": {"fma.rn.f32": 2},
    "matmul_cube": {"mul.f32": 1, "add.f32": 1},
    "stencil_2d": {"mul.f32": 1, "add.f32": 1},
    "histogram": {"atom.shared.add.u32": 1, "atom.global.add.u32": 1},
    "bitonic_sort": {"min.u32": 1},
    "softmax": {"max.f32": 1, "sub.f32": 1, "ex2.approx.f32": 1, "add.f32": 1, "div.rn.f32": 1},
    # The product of an exponential's argument with log2(e) is a part of the exponential: one less a key.
    "attention_plain": {
        "fma.rn.f32": 2,
        "mul.f32": 1,
        "max.f32": 1,
        "add.f32": 1,
        "div.rn.f32": 1,
        "sub.f32": 1,
    },
    "vector_add": {"add.f32": 1},
    "vector_add_serial": {"add.f32": 1},
    "axpy": {"fma.rn.f32": 2},
    "axpy_serial": {"fma.rn.f32": 2},
}
# All their threads work, and only some of them write.
LAUNCHED = ("sum_warp", "compact", "attention_blocked")
# Trees within one block; whole tiles; more values than threads.
LADDERS = {
    **{f"{what}_tree": [2**k for k in range(3, 11)] for what in ("sum", "max", "dot")},
    "matmul_tiled": [16 * k for k in range(1, 7)],
    "sum_grid_stride": [2048 * k for k in (1, 2, 3, 4, 6, 8, 12, 16)],
}
NEW = sorted(set(PROBLEMS) - set(plans.MULTIPLY))


def sizes(kernel: str) -> Iterator[int]:
    if kernel in POWERS:
        return iter([2**k for k in range(POWERS[kernel].bit_length()) if k % 2 or k < 4])
    return (n for n in SIZES if n <= LARGEST.get(kernel, max(SIZES)))


def powers(kernel: str) -> list[int]:
    """The last seven powers of two that a kernel is tried at."""
    reach = POWERS.get(kernel) or min(LARGEST.get(kernel, 4096), 4096)
    return [2**k for k in range(reach.bit_length())][-7:]


def solved(kernel: str, n: int, dtype: str) -> ptx.PlanCounts:
    """Counts of a kernel whose answer is the oracle's, and whose inputs are as they were."""
    one = PROBLEMS[kernel]
    inputs = one.inputs(n, dtype, np.random.default_rng(n))
    if kernel == "compact":
        inputs = {"x": inputs["x"] + np.uint32(1)}  # keeps all: what the header's stores are for
    kept = {name: array.copy() for name, array in inputs.items()}
    found = ptx.count_plan(one.plan(n, dtype), inputs)
    expected = one.oracle(**inputs)
    assert found.answer.dtype == dtype
    assert one.accepts(found.answer, expected), (n, found.answer, expected)
    assert all(np.array_equal(array, kept[name]) for name, array in inputs.items()), "an input was changed"
    return found


def test_every_kernel_file_has_a_problem() -> None:
    assert sorted(PROBLEMS) == sorted(plans.kernel_names())
    with pytest.raises(FileError, match=r"no kernel file 'nothing' .*sum_tree"):
        plans.problem("nothing")


@pytest.mark.parametrize("kernel", NEW)
def test_answers_and_headers(kernel: str) -> None:
    header = plans.header(kernel)
    for n in sizes(kernel):
        found = solved(kernel, n, PROBLEMS[kernel].types[-1])
        counts = found.counts
        claims = {
            name: parse(getattr(header, name), ["n"]).evaluate({"n": n})
            for name in ("work", "threads", "launches", "barriers", "loads", "stores")
        }
        worked = counts.threads if kernel in LAUNCHED else counts.active_threads
        assert (n, len(found.launches), counts.barriers) == (n, claims["launches"], claims["barriers"])
        assert (n, worked) == (n, claims["threads"])
        assert (n, counts.bytes_loaded, counts.bytes_stored) == (n, 4 * claims["loads"], 4 * claims["stores"])
        if kernel in WORK:
            work = sum(counts.opcodes.get(opcode, 0) * weight for opcode, weight in WORK[kernel].items())
            assert (n, work) == (n, claims["work"])


@pytest.mark.parametrize("kernel", [one for one in NEW if len(PROBLEMS[one].types) > 1])
def test_answers_in_integers(kernel: str) -> None:
    for n in (1, 13, 32) if kernel not in POWERS else (1, 8, 32):
        solved(kernel, min(n, LARGEST.get(kernel, n)), "uint32")


@pytest.mark.parametrize("kernel", sorted(set(NEW) - {"histogram", "vector_add_serial", "axpy_serial"}))
def test_depth_grows_like_the_span(kernel: str) -> None:
    """A header's span is the longest chain of the algorithm, a count's depth that of the instructions."""
    ladder, dtype = LADDERS.get(kernel) or powers(kernel), PROBLEMS[kernel].types[-1]
    depths = [solved(kernel, n, dtype).counts.depth for n in ladder]
    assert judge_counts(plans.header(kernel).span, ladder, depths).outcome == "consistent", depths


def test_equal_words_make_a_histogram_wait() -> None:
    """The span of a histogram is that of its worst input."""
    small, large = (
        ptx.count_plan(plans.histogram(n), {"x": np.full(n, 7, np.uint32)}).counts.depth for n in (256, 1024)
    )
    assert large - small == 1024 - 256


@pytest.mark.parametrize("kernel", NEW)
def test_no_races_and_no_reads_of_what_nobody_wrote(kernel: str) -> None:
    n = 8 if kernel in ("matmul_cube", "matmul_serial") else 32 if kernel in POWERS else 37
    one, dtype = PROBLEMS[kernel], PROBLEMS[kernel].types[-1]
    plan = one.plan(n, dtype)
    arrays = plan.filled(one.inputs(n, dtype, np.random.default_rng(n)))
    module = ptx.load(plans.ptx_path(kernel))
    for launch in plan.launches:
        args = [arrays[arg] if isinstance(arg, str) else arg for arg in launch.args]
        module[launch.kernel].check(launch.grid, launch.block, args, launch.shared_bytes)


@pytest.mark.parametrize("kernel", ["sum_serial", "sum_tree", "sum_warp", "sum_grid_stride", "dot_tree"])
def test_rounded_sums_are_near(kernel: str) -> None:
    random = np.random.default_rng(3)
    plan = PROBLEMS[kernel].plan(3000, "float32")
    inputs = {name: random.random(3000, np.float32) for name, array in plan.arrays.items() if array.given}
    right = np.prod([array.astype(np.float64) for array in inputs.values()], axis=0).sum()
    assert ptx.count_plan(plan, inputs).answer[0] == pytest.approx(right, rel=1e-5)


def test_long_arrays_take_several_blocks() -> None:
    for kernel in ("sum_tree", "sum_warp", "max_tree", "dot_tree", "scan_two_pass"):
        solved(kernel, 20001, "uint32")


def test_padding_a_tile_spares_the_banks_and_tiling_the_memory() -> None:
    naive, padded = (solved(f"transpose_{how}", 64, "float32").counts for how in ("naive", "padded"))
    assert (naive.global_store_sectors, padded.global_store_sectors) == (4096, 512)
    warps = 64 * 64 // 32
    assert (padded.shared_load_wavefronts, padded.shared_store_wavefronts) == (warps, warps)
    plain, tiled = (solved(f"matmul_{how}", 64, "float32").counts for how in ("naive", "tiled"))
    assert plain.bytes_loaded == 16 * tiled.bytes_loaded
    assert plain.global_load_sectors == 8 * tiled.global_load_sectors


def test_softmax_of_large_values_stays_finite() -> None:
    x = np.array([1000, 1000, -1000], np.float32)
    found = ptx.count_plan(plans.softmax(3), {"x": x})
    assert found.answer == pytest.approx([0.5, 0.5, 0])


def test_nothing_kept_and_everything_kept() -> None:
    for value in (0, 5):
        x = np.full(1500, value, np.uint32)
        assert np.array_equal(ptx.count_plan(plans.compact(1500), {"x": x}).answer, x)


def test_what_is_kept_stays_in_order() -> None:
    one = PROBLEMS["compact"]
    for n in (1, 31, 33, 1024, 1025, 5000):
        inputs = one.inputs(n, "uint32", np.random.default_rng(n))
        found = ptx.count_plan(plans.compact(n), inputs)
        assert np.array_equal(found.answer, one.oracle(**inputs))


def test_plans_refuse_what_the_kernels_are_not_for() -> None:
    with pytest.raises(SizeError, match=r"n = 1025 .*from 1 to 1024"):
        plans.scan_hillis_steele(1025)
    with pytest.raises(SizeError, match=r"n = 12 is no power of two .*use 16"):
        plans.bitonic_sort(12)
    with pytest.raises(SizeError, match=r"n = 0 .*from 1 to 1048576"):
        plans.sum_tree(0)
    with pytest.raises(SizeError, match=r"no transpose_naive for uint32 .*use float32"):
        transpose_naive(4, "uint32")
