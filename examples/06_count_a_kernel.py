"""Count a CUDA kernel on the PTX machine, without a GPU: your own if the compiler is here, else a shipped one."""

import numpy as np

import workdepth as wd
from workdepth import plans, ptx

SOURCE = """
extern "C" __global__ void square(float* x, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n) x[i] *= x[i];
}
"""
try:
    kernel = ptx.compile(SOURCE)["square"]
except wd.MissingError as missing:
    print(f"skipped the own kernel: {missing}")
else:
    x = np.arange(1000, dtype=np.float32)
    counts = kernel.launch(grid=(4,), block=(256,), args=(x, np.int32(1000)))
    assert x[7] == 49
    print(f"square: {counts.threads} threads, {counts.active_threads} past the guard, {counts.steps} steps")

x = np.arange(1, 2001, 2, dtype=np.uint64)
found = ptx.count_plan(plans.multiply_tree(1000), {"x": x})
assert found.answer[0] == np.multiply.reduce(x)
print(
    f"tree of 1000: {len(plans.multiply_tree(1000).launches)} launches, {found.counts.active_threads} threads"
)
print(
    f"  at work, {found.counts.steps} steps; the analyzer says {wd.compare('multiply-n')['GPU'].threads} threads"
)
