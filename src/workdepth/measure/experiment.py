"""`measure`: the prediction of the analyzer beside real CUDA kernels, correct results first.

On the PTX machine the kernels are executed and counted; on a GPU they are timed.  What is found is an
`Experiment`: every raw number, a comparison for each figure that the analyzer predicts, and a verdict.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

import numpy as np

from workdepth import gpu
from workdepth.errors import CheckError, SizeError, WorkdepthError
from workdepth.graph.algorithm import Algorithm
from workdepth.graph.run import run
from workdepth.measure.comparing import Comparison, compare_counts
from workdepth.measure.experiment_text import text
from workdepth.measure.subjects import Subject, Witness, subject_named
from workdepth.measure.sweep import FIGURES, KernelCounts, count, given, prove, same, sweep_sizes
from workdepth.measure.timed import (
    SMALLEST,
    KernelTimes,
    compare_times,
    demand_gpu,
    fitting,
    ratios,
    time_kernel,
)
from workdepth.measure.verdict import CONSISTENT, INCONCLUSIVE, INCONSISTENT
from workdepth.models.analysis import Analysis, analyze_algorithm
from workdepth.models.figure import Figure
from workdepth.plans import ptx_path
from workdepth.symbolic import Size

SCHEMA = "workdepth.measure/1"
REPEATS = 20
RUN_SIZES = (1, 2, 3, 8, 13)
_NVRTC = re.compile(r"Cuda compilation tools, release [\d.]+, V([\d.]+)")
_VERSION = re.compile(r"^\.version\s+([\d.]+)", re.MULTILINE)
_TARGET = re.compile(r"^\.target\s+(\w+)", re.MULTILINE)


@dataclass(frozen=True)
class Compiler:
    """What made the PTX that was counted: the instructions depend on it."""

    nvrtc: str
    ptx: str
    arch: str


@dataclass(frozen=True)
class Experiment:
    """A prediction and what real kernels did.

    Attributes
    ----------
    algorithm : str
    on : str
        ``ptx``, ``gpu`` or ``ptx and gpu``.
    analysis : Analysis
        The prediction, derived from the graph.
    compiler : Compiler
        What made the PTX.
    counts : tuple of KernelCounts
        Raw counts, a kernel each; empty where only a GPU was asked.
    times : tuple of KernelTimes
        Raw times, a kernel each; empty without a GPU.
    comparisons : tuple of Comparison
        A verdict for every figure that the analyzer predicts.
    varied : tuple of str
        What the sweep varied, and what it held.
    notes : tuple of str
        What was not done, and why.
    """

    algorithm: str
    on: str
    analysis: Analysis
    compiler: Compiler
    counts: tuple[KernelCounts, ...]
    times: tuple[KernelTimes, ...]
    comparisons: tuple[Comparison, ...]
    varied: tuple[str, ...]
    notes: tuple[str, ...] = ()

    @property
    def outcome(self) -> str:
        """``inconsistent`` if one comparison is, else ``inconclusive`` if one is, else ``consistent``."""
        found = {one.outcome for one in self.comparisons}
        return next((o for o in (INCONSISTENT, INCONCLUSIVE) if o in found), CONSISTENT)

    @property
    def reasons(self) -> tuple[str, ...]:
        """What decided the outcome, in words."""
        deciding = [one for one in self.comparisons if one.outcome == self.outcome]
        if self.outcome == CONSISTENT:
            kernels = list(dict.fromkeys(one.kernel for one in deciding))
            return (
                f"all {len(deciding)} figures of {', '.join(kernels)} are consistent with the prediction "
                "at the sizes of the sweep; nothing is claimed beyond them",
            )
        return tuple(f"{one.kernel}, {one.figure}: {one.reason}" for one in deciding)

    @property
    def exit_code(self) -> int:
        """1 where a comparison goes against the prediction, else 0."""
        return 1 if self.outcome == INCONSISTENT else 0

    @property
    def speedups(self) -> Mapping[int, float]:
        """RAM time / GPU time on the device, by size; empty without a GPU."""
        return ratios({one.kernel: one for one in self.times})

    def to_json(self) -> dict[str, Any]:
        """Return everything as plain data, schema ``workdepth.measure/1``."""
        return {
            "schema": SCHEMA,
            "algorithm": self.algorithm,
            "on": self.on,
            "outcome": self.outcome,
            "reasons": list(self.reasons),
            "varied": list(self.varied),
            "notes": list(self.notes),
            "compiler": asdict(self.compiler),
            "prediction": {
                machine: {name: _figure(getattr(self.analysis[machine], name)) for name in PREDICTED}
                for machine in ("RAM", "GPU")
            },
            "comparisons": [{**asdict(one), "formulas": list(one.formulas)} for one in self.comparisons],
            "units": dict(FIGURES),
            "counts": [
                {
                    "kernel": one.kernel,
                    "machine": one.machine,
                    "data_type": one.data_type,
                    "sizes": list(one.sizes),
                    "figures": {name: list(values) for name, values in one.figures.items()},
                }
                for one in self.counts
            ],
            "times": [
                {
                    "kernel": one.kernel,
                    "machine": one.machine,
                    "data_type": one.data_type,
                    "device": asdict(one.device),
                    "sizes": list(one.sizes),
                    "median_milliseconds": list(one.medians),
                    "milliseconds": [list(row) for row in one.milliseconds],
                    "remarks": list(one.remarks),
                }
                for one in self.times
            ],
            "speedups": {str(n): ratio for n, ratio in self.speedups.items()},
        }

    def __str__(self) -> str:
        return text(self)


PREDICTED = ("time", "memory", "threads", "work")


def measure(
    name_or_graph: str | Algorithm = "multiply-n",
    on: Literal["auto", "gpu", "ptx"] = "auto",
    upto: int | None = None,
) -> Experiment:
    """Confirm the analyzer's prediction on real CUDA kernels.

    Each kernel's result is compared with NumPy's, bit for bit, before anything is counted or timed.

    Parameters
    ----------
    name_or_graph : str or Algorithm
        A library algorithm that has kernels, by name; or a graph of that name, whose own figures are then
        the prediction, once it computes what the kernels compute.
    on : str
        ``ptx`` counts on the PTX machine, ``gpu`` times on a GPU, ``auto`` counts and, where there is a GPU,
        times too.
    upto : int, optional
        The largest n of the sweep, as far as a kernel goes.

    Returns
    -------
    Experiment

    Raises
    ------
    WorkdepthError
        Where the algorithm has no kernels, or ``on`` or ``upto`` is not what it should be.
    CheckError
        Where a kernel or the graph gives another result than NumPy.
    MissingError
        Where a GPU is asked for and there is none.

    Examples
    --------
    >>> found = measure("multiply-n", on="ptx", upto=64)
    >>> found.outcome
    'consistent'
    >>> tree = found.comparisons[6]
    >>> tree.kernel, tree.figure, tree.formulas
    ('multiply_tree', 'steps', ('22*ceiling(log2(n)) for 12 sizes from n = 1 to 64',))
    """
    if on not in ("auto", "gpu", "ptx"):
        raise WorkdepthError(f"on = {on!r}", where="measure", next_step="choose auto, gpu or ptx")
    if on == "gpu":
        demand_gpu()
    subject, graph = _resolved(name_or_graph)
    analysis = analyze_algorithm(graph)
    size = _one_size(analysis)
    _check_graph(graph, subject, size)
    reaches = {witness.kernel: _reach(witness, upto) for witness in subject.witnesses}
    device = gpu.available()
    counting, timing = on != "gpu", on != "ptx" and bool(device)
    counted = _counted(subject, analysis, size, reaches) if counting else ((), (), ())
    timed = _timed(subject, analysis, size, reaches) if timing else ((), (), ())
    return Experiment(
        subject.name,
        " and ".join(word for word, used in (("ptx", counting), ("gpu", timing)) if used),
        analysis,
        _compiler(subject.witnesses[0].kernel),
        counted[0],
        timed[0],
        counted[1] + timed[1],
        counted[2] + timed[2],
        _notes(subject, () if timing or on == "ptx" else (f"nothing was timed: {device.reason}",)),
    )


def _notes(subject: Subject, more: tuple[str, ...]) -> tuple[str, ...]:
    return (f"held of the algorithm: {subject.held}", *more) if subject.held else more


def _resolved(name_or_graph: str | Algorithm) -> tuple[Subject, Algorithm]:
    if isinstance(name_or_graph, str):
        subject = subject_named(name_or_graph)
        return subject, subject.build()
    if isinstance(name_or_graph, Algorithm):
        return subject_named(str(name_or_graph.name)), name_or_graph
    raise WorkdepthError(
        f"a {type(name_or_graph).__name__} cannot be measured",
        where="measure",
        next_step='pass the name of a library algorithm, such as "multiply-n", or its graph',
    )


def _one_size(analysis: Analysis) -> Size:
    if len(analysis.sizes) != 1:
        raise WorkdepthError(
            f"the graph has {len(analysis.sizes)} sizes, the kernels have one",
            where=analysis.algorithm,
            next_step="give a graph whose only size is the number of values",
        )
    return analysis.sizes[0]


def _check_graph(graph: Algorithm, subject: Subject, size: Size) -> None:
    """Run the graph on the kernels' own inputs: a prediction for another problem would be no prediction."""
    for n in (n for n in RUN_SIZES if n in sweep_sizes(max(RUN_SIZES), size)):
        for dtype in subject.types:
            inputs = given(subject, n, dtype)
            found = run(graph, **subject.to_graph(inputs))
            if isinstance(found, dict):
                found = _the_output(found, subject)
            same(np.asarray(found), subject.oracle(**inputs), f"the graph {subject.name}, n = {n}, {dtype}")


def _the_output(found: dict[str, Any], subject: Subject) -> Any:
    if subject.output in found:
        return found[subject.output]
    raise CheckError(
        f"the graph has {len(found)} outputs, the kernels have one",
        where=subject.name,
        next_step="give a graph with one output",
    )


def _reach(witness: Witness, upto: int | None) -> int:
    if upto is None:
        return witness.reach
    if isinstance(upto, bool) or not isinstance(upto, (int, np.integer)) or upto < 1:
        raise SizeError(f"upto = {upto!r}", where="measure", next_step="choose an integer of at least 1")
    return min(int(upto), witness.limit)


def _counted(
    subject: Subject, analysis: Analysis, size: Size, reaches: Mapping[str, int]
) -> tuple[tuple[KernelCounts, ...], tuple[Comparison, ...], tuple[str, ...]]:
    """Prove every kernel first, then count every kernel."""
    for witness in subject.witnesses:
        prove(subject, witness, size)
    counts, comparisons, varied = [], [], []
    for witness in subject.witnesses:
        sizes = sweep_sizes(reaches[witness.kernel], size)
        counts.append(count(subject, witness, sizes))
        comparisons += compare_counts(analysis, witness, counts[-1])
        varied.append(f"{witness.kernel}, counted: {_swept(size, sizes)}; held: {witness.held}")
    return tuple(counts), tuple(comparisons), tuple(varied)


def _timed(
    subject: Subject, analysis: Analysis, size: Size, reaches: Mapping[str, int]
) -> tuple[tuple[KernelTimes, ...], tuple[Comparison, ...], tuple[str, ...]]:
    device = gpu.facts()
    times, varied = [], []
    for w in subject.witnesses:
        reach = reaches[w.kernel] if w.machine == "RAM" else fitting(reaches[w.kernel], device)
        sizes = tuple(n for n in sweep_sizes(reach, size) if n >= SMALLEST)
        if not sizes:
            raise SizeError(
                f"no size from {SMALLEST} to {reach} to time",
                where="measure",
                next_step=f"choose upto >= {SMALLEST}",
            )
        times.append(time_kernel(subject, w, sizes, REPEATS))
        more = "; as far as the device holds all threads at once" if w.machine == "GPU" else ""
        varied.append(f"{w.kernel}, timed: {_swept(size, sizes)}{more}; held: {w.held}")
    return tuple(times), tuple(compare_times(analysis, one) for one in times), tuple(varied)


def _swept(size: Size, sizes: tuple[int, ...]) -> str:
    if not sizes:
        return f"no {size.name} at all"
    return f"{size.name} from {sizes[0]} to {sizes[-1]} ({len(sizes)} sizes, powers of two and others)"


def _compiler(kernel: str) -> Compiler:
    """Read from the shipped PTX what made it."""
    told = ptx_path(kernel).read_text(encoding="utf-8")
    found = [pattern.search(told) for pattern in (_NVRTC, _VERSION, _TARGET)]
    return Compiler(*(match.group(1) if match else "unknown" for match in found))


def _figure(figure: Figure) -> dict[str, str]:
    return {"exact": str(figure), "relation": figure.relation, "growth": str(figure.growth)}
