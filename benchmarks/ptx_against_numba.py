"""The PTX machine beside numba's CUDA simulator: one reduction, one process, the same result.

    pip install "workdepth[fast,ptx]"
    python benchmarks/ptx_against_numba.py      writes benchmarks/results/ptx_against_numba.json

Both multiply 2**12 values in blocks of 256 threads, the machine with all its counters. The simulator has
none, and executes Python kernels, so that the source is written twice.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable
from pathlib import Path

os.environ["NUMBA_ENABLE_CUDASIM"] = "1"

import numba
import numpy as np
from numba import cuda
from ptx_machine import REDUCTION

from workdepth import ptx

N, THREADS, REPEATS = 2**12, 256, 3


@cuda.jit
def multiply(x, partial, n):
    s = cuda.shared.array(THREADS, dtype=numba.uint32)
    t = cuda.threadIdx.x
    i = cuda.blockIdx.x * cuda.blockDim.x + t
    s[t] = x[i] if i < n else 1
    cuda.syncthreads()
    half = cuda.blockDim.x // 2
    while half > 0:
        if t < half:
            s[t] = (int(s[t]) * int(s[t + half])) & 0xFFFFFFFF
        cuda.syncthreads()
        half //= 2
    if t == 0:
        partial[cuda.blockIdx.x] = s[0]


def best(run: Callable[[], np.ndarray], wanted: np.ndarray) -> float:
    """Return the least seconds of several runs, each with its result checked."""
    times = []
    for _ in range(REPEATS):
        begin = time.perf_counter()
        found = run()
        times.append(time.perf_counter() - begin)
        assert np.array_equal(found, wanted)
    return min(times)


def main() -> None:
    x = np.random.default_rng(1).integers(0, 2**31, N, dtype=np.uint32) | np.uint32(1)
    wanted = np.multiply.reduce(x.reshape(-1, THREADS), axis=1, dtype=np.uint32)
    kernel = ptx.compile(REDUCTION)["multiply"]

    def machine() -> np.ndarray:
        partial = np.zeros(N // THREADS, np.uint32)
        kernel.launch((N // THREADS,), (THREADS,), (x, partial, np.int32(N)))
        return partial

    def simulator() -> np.ndarray:
        partial = np.zeros(N // THREADS, np.uint32)
        multiply[N // THREADS, THREADS](x, partial, N)
        return partial

    ours, theirs = best(machine, wanted), best(simulator, wanted)
    found = {"n": N, "numba": numba.__version__, "machine_seconds": ours, "simulator_seconds": theirs,
             "ratio": theirs / ours}  # fmt: skip
    print(f"machine {ours:.4f} s, simulator {theirs:.2f} s: {theirs / ours:.0f} times (the goal is 100)")
    path = Path(__file__).parent / "results" / "ptx_against_numba.json"
    path.write_text(json.dumps(found, indent=2) + "\n")


if __name__ == "__main__":
    main()
