"""The multiply kernels: results bit for bit, counts against what their headers claim."""

from __future__ import annotations

import math

import numpy as np
import pytest

from workdepth import plans, ptx
from workdepth.plans import MULTIPLY
from workdepth.symbolic import parse

SIZES = [1, 2, 3, 4, 5, 8, 13, 64, 100, 255, 256, 257, 1000, 2048]


def odd(n: int, dtype: str) -> np.ndarray:
    return np.random.default_rng(n).integers(0, 2**63, n, dtype=np.uint64).astype(dtype) | np.dtype(
        dtype
    ).type(1)


def claim(formula: str, n: int) -> int:
    """A header's formula at n, read as the analyzer reads formulas."""
    return parse(formula, ["n"]).evaluate({"n": n})


def counted(method: str, n: int, dtype: str = "uint32") -> ptx.PlanCounts:
    x = odd(n, dtype)
    kept = x.copy()
    found = ptx.count_plan(MULTIPLY[method](n, dtype), {"x": x})
    assert np.array_equal(x, kept), "an input was changed"
    assert found.answer[0] == np.multiply.reduce(x, dtype=dtype)
    return found


@pytest.mark.parametrize("dtype", ["uint32", "uint64"])
@pytest.mark.parametrize("n", SIZES)
@pytest.mark.parametrize("method", sorted(MULTIPLY))
def test_result_and_header(method: str, n: int, dtype: str) -> None:
    found, header = counted(method, n, dtype), plans.header(method)
    word = np.dtype(dtype).itemsize
    product = f"mul.lo.s{8 * word}"
    counts = found.counts
    assert counts.opcodes.get(product, 0) == claim(header.work, n)
    assert counts.active_threads == claim(header.threads, n)
    assert len(found.launches) == claim(header.launches, n)
    assert counts.barriers == claim(header.barriers, n)
    assert counts.bytes_loaded == word * claim(header.loads, n)
    assert counts.bytes_stored == word * claim(header.stores, n)


@pytest.mark.parametrize("n", [2, 4, 8, 64, 1024, 2048])
def test_one_block_takes_logarithmic_time(n: int) -> None:
    counts = counted("multiply_block", n).counts
    level = int(math.log2(n))
    assert (counts.threads, counts.barriers) == (n // 2, level)
    assert counts.steps == 16 * level + 37
    assert counts.depth == 3 * level + 9


@pytest.mark.parametrize("n", [2, 3, 17, 1000, 4096])
def test_one_thread_takes_linear_time(n: int) -> None:
    counts = counted("multiply_serial", n).counts
    assert (counts.threads, counts.steps, counts.instructions) == (1, 7 * n + 4, 7 * n + 4)
    assert counts.depth == 2 * n + 1


@pytest.mark.parametrize("n", [2, 3, 17, 1000, 4096, 65536])
def test_the_tree_takes_one_launch_a_level(n: int) -> None:
    found = counted("multiply_tree", n)
    levels = math.ceil(math.log2(n))
    assert (found.counts.steps, found.counts.depth) == (22 * levels, 9 * levels)
    assert found.launches[0].active_threads == n // 2


def test_plans_refuse_what_the_kernels_cannot_do() -> None:
    from workdepth.errors import FileError, SizeError, WorkdepthError

    with pytest.raises(SizeError, match=r"2049 values for one block .*up to 2048, or multiply_tree"):
        plans.multiply_block(2049)
    with pytest.raises(SizeError, match=r"n = 0"):
        plans.multiply_serial(0)
    with pytest.raises(SizeError, match=r"no multiply kernel for float32 .*uint32 or uint64"):
        plans.multiply_tree(4, "float32")
    with pytest.raises(FileError, match=r"no kernel file 'nothing' .*multiply_tree"):
        plans.kernel_path("nothing")
    with pytest.raises(WorkdepthError, match=r"inputs \[\] for a plan that takes \['x'\]"):
        plans.multiply_tree(4).filled({})
    with pytest.raises(WorkdepthError, match=r"x is float64\[4\] .*pass uint64\[4\]"):
        plans.multiply_tree(4).filled({"x": np.ones(4)})
