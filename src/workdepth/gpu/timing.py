"""Launch plans timed on a device: the answer first, then event times, every sample kept.

Inputs are restored between repetitions, outside the timed span, because a plan may work in place.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from workdepth.gpu.device import DeviceFacts, facts
from workdepth.gpu.kernel import GpuModule, load
from workdepth.plans import LaunchPlan, kernel_path

LAUNCH_MILLISECONDS = 0.01  # about what one launch costs whatever it does


@dataclass(frozen=True)
class PlanTiming:
    """What a plan gave and took on a device.

    Attributes
    ----------
    answer : numpy.ndarray
        The plan's answer, taken from the first warm-up.
    milliseconds : tuple of float
        The time of each repetition, from before the first launch until the last one ended.
    warmups : int
        Repetitions before the first that was kept.
    launches : int
        Kernel launches of one repetition.
    device : DeviceFacts
        The device.
    remarks : tuple of str
        What limits the meaning of the samples.
    """

    answer: np.ndarray
    milliseconds: tuple[float, ...]
    warmups: int
    launches: int
    device: DeviceFacts
    remarks: tuple[str, ...]


def time_plan(
    plan: LaunchPlan,
    inputs: Mapping[str, np.ndarray],
    repeats: int = 20,
    warmups: int = 3,
    module: GpuModule | None = None,
) -> PlanTiming:
    """Run a plan on the device and time it with events.

    Parameters
    ----------
    plan : LaunchPlan
        What to launch.
    inputs : Mapping of str to numpy.ndarray
        The plan's given arrays; they are not changed.
    repeats, warmups : int
        Timed repetitions, and untimed ones before them; at least one of each.
    module : GpuModule, optional
        The kernels; by default the plan's source, compiled.

    Returns
    -------
    PlanTiming

    Raises
    ------
    MissingError
        Where CuPy or a GPU is missing.
    """
    kernels = module or load(kernel_path(plan.source))
    cupy = kernels.cupy
    host = plan.filled(inputs)
    given = {name: cupy.asarray(values) for name, values in host.items()}
    work = {name: values.copy() for name, values in given.items()}
    answer: np.ndarray | None = None
    for _ in range(max(1, warmups)):
        _restore(work, given)
        _launch(plan, kernels, work)
        if answer is None:
            answer = cupy.asnumpy(plan.answer(work)).copy()
    samples = tuple(_timed(cupy, plan, kernels, work, given) for _ in range(max(1, repeats)))
    device = facts()
    assert answer is not None
    return PlanTiming(
        answer, samples, max(1, warmups), len(plan.launches), device, _remarks(plan, host, samples, device)
    )


def _restore(work: Mapping[str, Any], given: Mapping[str, Any]) -> None:
    for name, values in given.items():
        work[name][...] = values


def _launch(plan: LaunchPlan, kernels: GpuModule, arrays: Mapping[str, Any]) -> None:
    for launch in plan.launches:
        args = [arrays[one] if isinstance(one, str) else one for one in launch.args]
        kernels[launch.kernel].launch(launch.grid, launch.block, args, launch.shared_bytes)


def _timed(
    cupy: Any, plan: LaunchPlan, kernels: GpuModule, work: Mapping[str, Any], given: Mapping[str, Any]
) -> float:
    _restore(work, given)
    start, stop = cupy.cuda.Event(), cupy.cuda.Event()
    cupy.cuda.Device().synchronize()
    start.record()
    _launch(plan, kernels, work)
    stop.record()
    stop.synchronize()
    return float(cupy.cuda.get_elapsed_time(start, stop))


def _remarks(
    plan: LaunchPlan, arrays: Mapping[str, np.ndarray], samples: tuple[float, ...], device: DeviceFacts
) -> tuple[str, ...]:
    found = []
    if sum(values.nbytes for values in arrays.values()) <= device.l2_bytes:
        found.append("the arrays fit in the L2 cache: memory bandwidth is not what limits")
    middle = sorted(samples)[len(samples) // 2]
    if plan.launches and middle <= 2 * LAUNCH_MILLISECONDS * len(plan.launches):
        found.append("launch-bound: launching takes most of the time, the size hardly matters")
    return tuple(found)
