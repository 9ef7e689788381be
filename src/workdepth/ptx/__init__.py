"""The PTX machine: real CUDA kernels compiled, executed and counted without a GPU.

Examples
--------
>>> import numpy as np
>>> from workdepth import ptx
>>> module = ptx.load('''
... .version 9.0
... .target sm_80
... .address_size 64
... .visible .entry double(.param .u64 x) {
...     .reg .b32 %r<3>; .reg .b64 %rd<4>;
...     ld.param.u64 %rd1, [x];
...     mov.u32 %r1, %tid.x;
...     mul.wide.u32 %rd2, %r1, 4;
...     add.s64 %rd3, %rd1, %rd2;
...     ld.global.u32 %r2, [%rd3];
...     add.s32 %r2, %r2, %r2;
...     st.global.u32 [%rd3], %r2;
...     ret;
... }''')
>>> x = np.arange(4, dtype=np.uint32)
>>> counts = module["double"].launch(grid=(1,), block=(4,), args=(x,))
>>> x, counts.steps, counts.depth
(array([0, 2, 4, 6], dtype=uint32), 8, 6)
"""

from workdepth.plans.shape import LaunchError
from workdepth.ptx.counts import UNIT, Counts
from workdepth.ptx.faults import CompileError, KernelError, PtxError
from workdepth.ptx.module import Kernel, Module, compile, load
from workdepth.ptx.plans import PlanCounts, count_plan
from workdepth.ptx.profile import Estimate, LineCounts, Profile

__all__ = [
    "UNIT",
    "CompileError",
    "Counts",
    "Estimate",
    "Kernel",
    "KernelError",
    "LaunchError",
    "LineCounts",
    "Module",
    "PlanCounts",
    "Profile",
    "PtxError",
    "compile",
    "count_plan",
    "load",
]
