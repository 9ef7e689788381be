"""Faults that a right result may hide, each planted; and right kernels, which must pass."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from workdepth import plans, ptx
from workdepth.ptx import KernelError

pytest.importorskip("cuda.bindings.nvrtc")

CORPUS = Path(__file__).parent / "corpus"


def check(body: str, *args: object, block: int = 64, grid: int = 1, shared: int = 0) -> ptx.Counts:
    """Check a kernel whose body begins on line 2."""
    source = f'extern "C" __global__ void k(int* x) {{ int t = threadIdx.x;\n{body}\n}}\n'
    return ptx.compile(source)["k"].check((grid,), (block,), args, shared)


def fault(body: str, *args: object, **shape: int) -> str:
    with pytest.raises(KernelError) as error:
        check(body, *args, **shape)
    return str(error.value)


def ints(count: int) -> np.ndarray:
    return np.arange(count, dtype=np.int32)


def test_a_race_through_shared_memory_names_both_lines_and_threads() -> None:
    text = fault("__shared__ int s[64];\ns[t] = x[t];\nx[t] = s[63 - t];", ints(64))
    assert "a race on shared" in text
    assert "byte 252: block (0, 0, 0), thread (63, 0, 0) wrote it at line 3" in text
    assert "with no barrier between" in text
    assert "kernel.cu line 4, block (0, 0, 0), thread (0, 0, 0)" in text
    assert "__syncthreads()" in text


def test_a_write_after_a_read() -> None:
    text = fault(
        "__shared__ int s[64];\ns[t] = t;\n__syncthreads();\nint v = s[63 - t];\ns[t] = v;\nx[t] = s[t];",
        ints(64),
    )
    assert "read it at line 5" in text
    assert "line 6" in text


def test_the_barrier_mends_it() -> None:
    body = "__shared__ int s[64];\ns[t] = t;\n__syncthreads();\nint v = s[63 - t];\n"
    body += "__syncthreads();\ns[t] = v;\nx[t] = s[t];"
    x = ints(64)
    check(body, x)
    assert np.array_equal(x, np.arange(63, -1, -1))


TREE = """__shared__ volatile int s[32];
s[t] = x[t];
SYNC
for (int d = 16; d > 0; d >>= 1) {
  if (t < d) s[t] += s[t + d];
  SYNC
}
if (t == 0) x[0] = s[0];"""


def test_a_missing_syncwarp() -> None:
    text = fault(TREE.replace("SYNC", ""), ints(32), block=32)
    assert "a race on shared" in text
    assert "__syncwarp() within a warp" in text
    x = ints(32)
    check(TREE.replace("SYNC", "__syncwarp();"), x, block=32)
    assert x[0] == 496


def test_shared_memory_never_written() -> None:
    text = fault(
        "extern __shared__ int s[];\nif (t < 60) s[t] = t;\n__syncthreads();\nx[t] = s[t];",
        ints(64),
        shared=256,
    )
    assert "a read of shared s, byte 240, which was never written" in text
    assert "thread (60, 0, 0)" in text
    assert "start undefined" in text


def test_local_memory_never_written() -> None:
    body = "int a[8];\nfor (int i = 0; i < x[0]; ++i) a[i & 7] = i;\nx[t] = a[x[t] & 7];"
    assert "a read of local memory, which was never written" in fault(
        body, np.full(32, 3, np.int32), block=32
    )


def test_many_threads_write_one_cell() -> None:
    text = fault("x[0] = t;", ints(4), block=32)
    assert "a race on argument 0 (int32)[0]: block (0, 0, 0), thread (0, 0, 0) writes another value" in text
    assert "use an atomic" in text
    check("x[0] = 7;", ints(4), block=32)
    check("atomicAdd(&x[0], t);", ints(4), block=32)


def test_blocks_that_share_without_a_fence() -> None:
    body = "x[blockIdx.x] = 1;\nFENCE\nif (blockIdx.x == 1) x[2] = x[0];"
    text = fault(body.replace("FENCE", ""), ints(4), block=1, grid=2)
    assert "a race on argument 0 (int32)[0]: block (0, 0, 0), thread (0, 0, 0) wrote it at line 2" in text
    check(body.replace("FENCE", "__threadfence();"), ints(4), block=1, grid=2)


def test_atomics_and_plain_writes_clash() -> None:
    assert "a race on" in fault("atomicAdd(&x[0], 1);\nif (t == 40) x[0] = 5;", ints(4))


@pytest.mark.parametrize("n", [1, 2, 7, 64, 130, 2048])
@pytest.mark.parametrize("method", sorted(plans.MULTIPLY))
def test_our_kernels_are_clean(method: str, n: int) -> None:
    plan = plans.MULTIPLY[method](n)
    module = ptx.load(plans.ptx_path(plan.source))
    arrays = plan.filled({"x": np.arange(n, dtype=np.uint64) * 2 + 1})
    for launch in plan.launches:
        args = [arrays[one] if isinstance(one, str) else one for one in launch.args]
        checked = module[launch.kernel].check(launch.grid, launch.block, args, launch.shared_bytes)
        assert checked.active_threads <= checked.threads
    assert plan.answer(arrays)[0] == np.multiply.reduce(np.arange(n, dtype=np.uint64) * 2 + 1)


def test_the_corpus_is_clean() -> None:
    r = np.random.default_rng(1)
    warp, classics, atomics, barriers, calls = (
        ptx.compile(CORPUS / f"{name}.cu") for name in ("warp", "classics", "atomics", "barriers", "calls")
    )
    x = r.integers(-9, 9, 256).astype(np.int32)
    warp["shuffle_sum"].check((2,), (128,), (x, np.zeros(8, np.int32)))
    warp["warp_sync_tree"].check((1,), (32,), (x,))
    warp["scan_in_a_branch"].check((1,), (64,), (x,))
    classics["bitonic"].check((1,), (256,), (x,), 1024)
    classics["scan"].check((1,), (256,), (x,), 1024)
    square = r.random((64, 64)).astype(np.float32)
    classics["matmul"].check((4, 4), (16, 16), (square, square, np.zeros_like(square), np.int32(64)))
    classics["transpose"].check((2, 2), (32, 8), (square, np.zeros_like(square), np.int32(64)))
    atomics["histogram"].check((3,), (64,), (x, np.zeros(16, np.int32), np.int32(256)))
    floats = r.random(1000).astype(np.float32)
    partial, count, out = np.zeros(5, np.float32), np.zeros(1, np.uint32), np.zeros(1, np.float32)
    atomics["last_block"].check((5,), (64,), (floats, partial, count, out, np.int32(1000)))
    barriers["voting"].check((1,), (96,), (x[:96].copy(), np.zeros(288, np.int32)))
    calls["calls"].check((1,), (32,), (x, np.zeros((32, 2), np.float32)))


def test_checking_counts_what_a_launch_counts() -> None:
    from dataclasses import asdict

    module = ptx.compile(CORPUS / "classics.cu")
    first, second = ints(64)[::-1].copy(), ints(64)[::-1].copy()
    launched = module["bitonic"].launch((1,), (64,), (first,), 256)
    assert asdict(launched) == asdict(module["bitonic"].check((1,), (64,), (second,), 256))
    assert np.array_equal(first, second)
