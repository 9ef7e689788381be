"""Speed of the PTX machine: thread-instructions a second, with and without counters.

    python benchmarks/ptx_machine.py            writes benchmarks/results/ptx_machine.json

The reduction multiplies 2**20 values in passes of blocks of 256 threads; the one-thread kernel multiplies
2**18. Every row is the best of several runs in this process, with its result checked first.
"""

from __future__ import annotations

import json
import platform
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from workdepth import plans, ptx
from workdepth.ptx.compile import version

REDUCTION = """
extern "C" __global__ void multiply(const unsigned* x, unsigned* partial, int n) {
  __shared__ unsigned s[256];
  int t = threadIdx.x, i = blockIdx.x * blockDim.x + t;
  s[t] = i < n ? x[i] : 1;
  __syncthreads();
#pragma unroll 1
  for (int half = blockDim.x / 2; half > 0; half >>= 1) {
    if (t < half) s[t] *= s[t + half];
    __syncthreads();
  }
  if (t == 0) partial[blockIdx.x] = s[0];
}
"""
REPEATS = 5


def reduce(launch: Callable[..., object], x: np.ndarray) -> int:
    """Multiply all values in passes; return the product."""
    n = len(x)
    while n > 1:
        blocks = -(-n // 256)
        partial = np.zeros(blocks, np.uint32)
        launch((blocks,), (256,), (x, partial, np.int32(n)))
        x, n = partial, blocks
    return int(x[0])


def best(run: Callable[[], object]) -> float:
    """Return the least seconds of several runs."""
    times = []
    for _ in range(REPEATS):
        begin = time.perf_counter()
        run()
        times.append(time.perf_counter() - begin)
    return min(times)


def reduction(n: int) -> dict[str, float]:
    kernel = ptx.compile(REDUCTION)["multiply"]
    x = np.random.default_rng(1).integers(0, 2**31, n, dtype=np.uint32) | np.uint32(1)
    total = [ptx.Counts()]

    def counted(*shape: object) -> None:
        total[0] += kernel.launch(*shape)

    assert reduce(counted, x) == int(np.multiply.reduce(x, dtype=np.uint32))
    instructions = total[0].instructions
    return {
        "n": n,
        "instructions": instructions,
        "counted": instructions / best(lambda: reduce(kernel.launch, x)),
        "plain": instructions / best(lambda: reduce(kernel.run, x)),
    }


def one_thread(n: int) -> dict[str, float]:
    x = np.random.default_rng(1).integers(0, 2**31, n, dtype=np.uint32) | np.uint32(1)
    plan = plans.multiply_serial(n, "uint32")
    found = ptx.count_plan(plan, {"x": x})
    assert found.answer[0] == np.multiply.reduce(x, dtype=np.uint32)
    instructions = found.counts.instructions
    return {
        "n": n,
        "instructions": instructions,
        "counted": instructions / best(lambda: ptx.count_plan(plan, {"x": x})),
    }


def main() -> None:
    big, one = reduction(2**20), one_thread(2**18)
    goals = {"reduction, counters on": (big["counted"], 30e6), "reduction, counters off": (big["plain"], 80e6),
             "one thread, counters on": (one["counted"], 1e6)}  # fmt: skip
    rows = {name: {"instructions_per_second": round(speed), "goal": goal, "ratio": round(speed / goal, 2)}
            for name, (speed, goal) in goals.items()}  # fmt: skip
    for name, row in rows.items():
        print(
            f"{name:26} {row['instructions_per_second'] / 1e6:8.1f} M/s   {row['ratio']:6.1f} times the goal"
        )
    found = {"nvrtc": version(), "python": platform.python_version(), "numpy": np.__version__,
             "reduction": big, "one_thread": one, "rows": rows}  # fmt: skip
    path = Path(__file__).parent / "results" / "ptx_machine.json"
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(found, indent=2) + "\n")


if __name__ == "__main__":
    main()
