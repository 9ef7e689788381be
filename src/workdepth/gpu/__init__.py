"""Real GPUs through CuPy: the only package that imports it, and only when something is asked of a device."""

from workdepth.gpu.device import Availability, DeviceFacts, available, facts
from workdepth.gpu.kernel import GpuKernel, GpuModule, load
from workdepth.gpu.timing import PlanTiming, time_plan

__all__ = [
    "Availability",
    "DeviceFacts",
    "GpuKernel",
    "GpuModule",
    "PlanTiming",
    "available",
    "facts",
    "load",
    "time_plan",
]
