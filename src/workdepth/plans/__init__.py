"""How the package's kernels are launched, as data: the same for the PTX machine and a GPU."""

from workdepth.plans.header import KernelHeader, header
from workdepth.plans.multiply import MULTIPLY, multiply_block, multiply_serial, multiply_tree
from workdepth.plans.paths import kernel_names, kernel_path, ptx_path
from workdepth.plans.plan import Array, Launch, LaunchPlan
from workdepth.plans.shape import LaunchError, shaped

__all__ = [
    "MULTIPLY",
    "Array",
    "KernelHeader",
    "Launch",
    "LaunchError",
    "LaunchPlan",
    "header",
    "kernel_names",
    "kernel_path",
    "multiply_block",
    "multiply_serial",
    "multiply_tree",
    "ptx_path",
    "shaped",
]
