"""How the package's kernels are launched, as data: the same for the PTX machine and a GPU.

A plan function for each kernel file, by its name; `PROBLEMS` has each with inputs and an oracle.
"""

from workdepth.plans.header import KernelHeader, header
from workdepth.plans.matrices import (
    matmul_cube,
    matmul_naive,
    matmul_serial,
    matmul_tiled,
    stencil_2d,
    transpose_naive,
    transpose_padded,
)
from workdepth.plans.multiply import MULTIPLY, multiply_block, multiply_serial, multiply_tree
from workdepth.plans.orders import bitonic_sort, histogram, list_ranking
from workdepth.plans.paths import kernel_names, kernel_path, ptx_path
from workdepth.plans.plan import Array, Launch, LaunchPlan
from workdepth.plans.problems import PROBLEMS, Problem, problem
from workdepth.plans.reductions import (
    dot_serial,
    dot_tree,
    max_serial,
    max_tree,
    sum_grid_stride,
    sum_serial,
    sum_tree,
    sum_warp,
)
from workdepth.plans.scans import compact, scan_blelloch, scan_hillis_steele, scan_serial, scan_two_pass
from workdepth.plans.shape import LaunchError, shaped
from workdepth.plans.vectors import (
    attention_blocked,
    attention_plain,
    axpy,
    axpy_serial,
    softmax,
    vector_add,
    vector_add_serial,
)

__all__ = [
    "MULTIPLY",
    "PROBLEMS",
    "Array",
    "KernelHeader",
    "Launch",
    "LaunchError",
    "LaunchPlan",
    "Problem",
    "attention_blocked",
    "attention_plain",
    "axpy",
    "axpy_serial",
    "bitonic_sort",
    "compact",
    "dot_serial",
    "dot_tree",
    "header",
    "histogram",
    "kernel_names",
    "kernel_path",
    "list_ranking",
    "matmul_cube",
    "matmul_naive",
    "matmul_serial",
    "matmul_tiled",
    "max_serial",
    "max_tree",
    "multiply_block",
    "multiply_serial",
    "multiply_tree",
    "problem",
    "ptx_path",
    "scan_blelloch",
    "scan_hillis_steele",
    "scan_serial",
    "scan_two_pass",
    "shaped",
    "softmax",
    "stencil_2d",
    "sum_grid_stride",
    "sum_serial",
    "sum_tree",
    "sum_warp",
    "transpose_naive",
    "transpose_padded",
    "vector_add",
    "vector_add_serial",
]
