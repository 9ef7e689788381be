"""A kernel over many sizes on a GPU: its answer against the oracle, then its time, every sample kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from statistics import median

from workdepth import gpu
from workdepth.errors import MissingError
from workdepth.measure.comparing import Comparison
from workdepth.measure.subjects import Subject, Witness
from workdepth.measure.sweep import given, same
from workdepth.measure.verdict import judge
from workdepth.models.analysis import Analysis
from workdepth.plans import kernel_path

SMALLEST = 16  # below, nothing but the launch is seen


@dataclass(frozen=True)
class KernelTimes:
    """What one kernel took at every size.

    Attributes
    ----------
    kernel, machine, data_type : str
    sizes : tuple of int
    milliseconds : tuple of tuple of float
        Every sample, a row a size, as taken.
    device : DeviceFacts
    remarks : tuple of str
        What limits the meaning of the samples.
    """

    kernel: str
    machine: str
    data_type: str
    sizes: tuple[int, ...]
    milliseconds: tuple[tuple[float, ...], ...]
    device: gpu.DeviceFacts
    remarks: tuple[str, ...]

    @property
    def medians(self) -> tuple[float, ...]:
        """The median of each size, in milliseconds."""
        return tuple(median(row) for row in self.milliseconds)


def demand_gpu() -> None:
    """Raise a `MissingError` that names what is missing, unless there is a GPU."""
    found = gpu.available()
    if not found:
        raise MissingError(
            f"there is no GPU to measure on: {found.reason}",
            where="measure",
            next_step="count on the PTX machine instead: --on ptx",
        )


def fitting(reach: int, device: gpu.DeviceFacts) -> int:
    """Return the largest n up to ``reach`` whose n/2 threads the device holds at once.

    Beyond, threads take turns, and time is no longer the span (Brent): another prediction.
    """
    return min(reach, 2 * device.multiprocessors * device.threads_per_multiprocessor)


def time_kernel(subject: Subject, witness: Witness, sizes: tuple[int, ...], repeats: int) -> KernelTimes:
    """Time a kernel at every size.

    Raises
    ------
    CheckError
        Where an answer differs from the oracle's.
    MissingError
        Where there is no GPU.
    """
    dtype = subject.types[-1]
    module = gpu.load(kernel_path(witness.kernel))
    rows, remarks = [], []
    for n in sizes:
        inputs = given(subject, n, dtype)
        found = gpu.time_plan(witness.plan(n, dtype), inputs, repeats=repeats, module=module)
        same(found.answer, subject.oracle(**inputs), f"kernel {witness.kernel} on the GPU, n = {n}, {dtype}")
        rows.append(found.milliseconds)
        remarks += [f"{remark} (up to n = {n})" for remark in found.remarks]
    return KernelTimes(
        witness.kernel, witness.machine, dtype, sizes, tuple(rows), gpu.facts(), _last(remarks)
    )


def compare_times(analysis: Analysis, times: KernelTimes) -> Comparison:
    """Return the measured growth of a kernel's time beside the predicted one."""
    predicted = analysis[times.machine].time
    name = analysis.sizes[0].name
    verdict = judge(predicted.expression, {name: times.sizes}, times.milliseconds)
    return Comparison(
        times.kernel,
        "milliseconds",
        times.machine,
        "time",
        "grows like",
        str(predicted),
        str(predicted.growth),
        1,
        (),
        verdict.outcome,
        f"{verdict.reason}; for {verdict.span}",
    )


def ratios(times: Mapping[str, KernelTimes]) -> dict[int, float]:
    """Return RAM time / GPU time wherever the first witness of each machine was timed."""
    first = {
        machine: next((t for t in times.values() if t.machine == machine), None) for machine in ("RAM", "GPU")
    }
    ram, device = first["RAM"], first["GPU"]
    if ram is None or device is None:
        return {}
    slow = dict(zip(ram.sizes, ram.medians, strict=True))
    fast = dict(zip(device.sizes, device.medians, strict=True))
    return {n: slow[n] / fast[n] for n in slow if n in fast}


def _last(remarks: list[str]) -> tuple[str, ...]:
    """Return each remark once, with the largest n it was made at."""
    return tuple({remark.rpartition(" (")[0]: remark for remark in remarks}.values())
