"""A person's own kernel counted: at one size or over a sweep, by source line, with its faults and a verdict."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from workdepth.measure.own_growth import FIGURES, Against, Grown, comparable, grown, held_against
from workdepth.measure.own_launch import (
    STEP_LIMIT,
    GivenArgument,
    LaunchAt,
    OwnLaunch,
    countable,
    kernel_of,
    module_of,
)
from workdepth.measure.own_record import record
from workdepth.measure.own_sizes import points as combined
from workdepth.measure.own_text import text
from workdepth.measure.verdict import INCONSISTENT
from workdepth.models.analysis import Analysis
from workdepth.plans.shape import LaunchError
from workdepth.ptx import Counts, Estimate, Kernel, KernelError, LineCounts, Module


@dataclass(frozen=True)
class Point:
    """One launch of a sweep and what it cost.

    Attributes
    ----------
    sizes : mapping
    grid, block : tuple of int
    shared_bytes : int
        Dynamic shared memory.
    counts : Counts
    relation : str
        ``=``, or ``~`` where only some blocks ran.
    blocks_run : int
        How many blocks ran.
    """

    sizes: Mapping[str, int]
    grid: tuple[int, int, int]
    block: tuple[int, int, int]
    shared_bytes: int
    counts: Counts
    relation: str
    blocks_run: int


@dataclass(frozen=True)
class Fault:
    """What the machine found wrong, and at which sizes."""

    sizes: Mapping[str, int]
    text: str


@dataclass(frozen=True)
class KernelCount:
    """What a kernel of one's own cost; it prints itself.

    Attributes
    ----------
    kernel, file : str
        The kernel, and the file it is from.
    target, version : str
        What the PTX is for, and its version: the instructions depend on them.
    swept : tuple of str
        The sizes that vary.
    points : tuple of Point
        The launches, in the sweep's order, as far as a fault let them go.
    formulas : mapping
        Each counter over the sweep, a `Grown`; empty where there is no sweep.
    lines : tuple of LineCounts
        The last launch by source line; empty for a sample of blocks.
    results : mapping
        The arrays that the last launch changed, by the argument's position; none for a sample of blocks.
    faults : tuple of Fault
    against : Against or None
        The verdict on an algorithm's prediction.
    """

    kernel: str
    file: str
    target: str
    version: str
    swept: tuple[str, ...]
    points: tuple[Point, ...]
    formulas: Mapping[str, Grown]
    lines: tuple[LineCounts, ...]
    results: Mapping[int, np.ndarray]
    faults: tuple[Fault, ...]
    against: Against | None

    @property
    def counts(self) -> Counts:
        """The counts of the last launch, the largest size of a sweep.

        Raises
        ------
        KernelError
            Where a fault ended the very first launch.
        """
        if not self.points:
            raise KernelError(
                "there are no counts", where=f"kernel {self.kernel}", next_step="see the faults, and mend it"
            )
        return self.points[-1].counts

    @property
    def exit_code(self) -> int:
        """1 where there is a fault or the counts go against the prediction, else 0."""
        wrong = self.against is not None and self.against.outcome == INCONSISTENT
        return 1 if self.faults or wrong else 0

    def to_json(self) -> dict[str, Any]:
        """Return plain data, schema ``workdepth.count/1``."""
        return record(self)

    def __str__(self) -> str:
        return text(self)


def count_kernel(
    source: str | os.PathLike[str] | Module,
    kernel: str | None = None,
    *,
    grid: str | int = "1",
    block: str | int = "1",
    args: Sequence[GivenArgument] = (),
    shared: str | int = "0",
    sizes: Mapping[str, Sequence[int]] | None = None,
    at: Mapping[str, int] | None = None,
    check: bool = False,
    samples: int | None = None,
    against: Analysis | None = None,
    where: Mapping[str, str] | None = None,
    arch: str = "compute_80",
    step_limit: int = STEP_LIMIT,
) -> KernelCount:
    """Execute and count a kernel of one's own, without a GPU.

    Parameters
    ----------
    source : str, path or Module
        A ``.cu`` or ``.ptx`` file, its text (several lines), or a loaded module.
    kernel : str, optional
        Which kernel; without it the only one.
    grid, block : str or int
        One to three expressions in the sizes: ``"(n+255)//256"``, ``"16,16"``.
    args : sequence of str, array or NumPy scalar
        ``"f32[n]=random"``, ``"i32:n"``; see :mod:`workdepth.measure.own_arguments`.
    shared : str or int
        Bytes of dynamic shared memory, an expression too.
    sizes, at : mapping, optional
        Sizes to sweep, and sizes that stay.
    check : bool
        Whether to look for races and reads of memory never written as well.
    samples : int, optional
        Execute only so many blocks and estimate the rest, marked ``~``; no lines and results then.
    against : Analysis, optional
        The costs of an algorithm that the sweep is judged by: the RAM's where one thread is launched, else the
        GPU's.
    where : mapping, optional
        The algorithm's sizes in terms of the kernel's, where they differ: ``{"m": "n"}``.
    arch : str
        The virtual architecture for CUDA C++.
    step_limit : int
        Instructions after which a loop is taken to be endless.

    Returns
    -------
    KernelCount
        Faults of the kernel are in it; a fault that stops a launch ends the sweep.

    Raises
    ------
    WorkdepthError
        Where the file, the launch or an argument is not what it should be.

    Examples
    --------
    >>> found = count_kernel('''
    ... .version 9.0
    ... .target sm_80
    ... .visible .entry fill(.param .u64 x) {
    ...     .reg .b32 %r<2>; .reg .b64 %rd<4>;
    ...     ld.param.u64 %rd1, [x];
    ...     mov.u32 %r1, %tid.x;
    ...     mul.wide.u32 %rd2, %r1, 4;
    ...     add.s64 %rd3, %rd1, %rd2;
    ...     st.global.u32 [%rd3], %r1;
    ...     ret;
    ... }''', block="n", args=["u32[n]"], sizes={"n": [2, 4, 8, 16, 32]})
    >>> print(found.formulas["steps"])
    = 6 for powers of two from n = 2 to 32
    >>> print(found.formulas["instructions"])
    = 6*n for powers of two from n = 2 to 32
    >>> found.results[0][:4]
    array([0, 1, 2, 3], dtype=uint32)
    """
    swept = dict(sizes or {})
    launch = OwnLaunch(grid, block, tuple(args), shared, step_limit)
    where_at = combined(swept, dict(at or {}))
    if check and samples is not None:
        raise LaunchError(
            "a sample of blocks cannot be checked",
            where="the launch",
            next_step="check at a smaller size, and sample at the large one",
        )
    if against is not None:
        comparable(against, where or {}, where_at)
    module = module_of(source, arch)
    runner = _Runner(kernel_of(module, kernel), launch, check, samples)
    runner.sweep(where_at)
    found = KernelCount(
        runner.kernel.name,
        source if isinstance(source, str) and "\n" not in source else _name(source),
        module.text.target,
        module.text.version,
        tuple(swept),
        tuple(runner.points),
        {},
        tuple(runner.lines),
        runner.results,
        tuple(runner.faults),
        None,
    )
    return _judged(found, against, where or {}) if swept and found.points else found


def _name(source: object) -> str:
    return os.fspath(source) if isinstance(source, os.PathLike) else "the given text"


class _Runner:
    """One kernel's way through a sweep."""

    def __init__(self, kernel: Kernel, launch: OwnLaunch, check: bool, samples: int | None) -> None:
        self.kernel, self.launch, self.check, self.samples = kernel, launch, check, samples
        self.points: list[Point] = []
        self.faults: list[Fault] = []
        self.lines: tuple[LineCounts, ...] = ()
        self.results: dict[int, np.ndarray] = {}

    def sweep(self, where: Sequence[Mapping[str, int]]) -> None:
        """Launch at every combination of sizes, until one launch fails."""
        for sizes in where:
            if self.check and not self.faults:
                self.checked(sizes)
            try:
                self.counted(sizes, last=sizes is where[-1])
            except KernelError as error:
                if str(error) not in [one.text for one in self.faults]:
                    self.faults.append(Fault(sizes, str(error)))
                return

    def checked(self, sizes: Mapping[str, int]) -> None:
        """Look for what a launch lets pass; only the first such fault is told."""
        given = self.launch.at(sizes)
        countable(given, f"kernel {self.kernel.name}")
        try:
            self.kernel.check(**given.how)
        except KernelError as error:
            self.faults.append(Fault(sizes, str(error)))

    def counted(self, sizes: Mapping[str, int], last: bool) -> None:
        """Launch and count; the last launch by source line too."""
        given = self.launch.at(sizes)
        before = [np.copy(one) for one in given.args] if last and self.samples is None else []
        found = self.executed(given, last)
        shape = (given.grid, given.block, given.shared_bytes)
        self.points.append(Point(sizes, *shape, found.counts, found.relation, found.blocks_run))
        self.results = {
            number: after
            for number, (old, after) in enumerate(zip(before, given.args, strict=False))
            if isinstance(after, np.ndarray) and old.tobytes() != after.tobytes()
        }

    def executed(self, given: LaunchAt, last: bool) -> Estimate:
        """Return the counts of a launch, exact ones as an estimate from every block."""
        if self.samples is not None:
            return self.kernel.sample(**given.how, blocks=self.samples)
        countable(given, f"kernel {self.kernel.name}")
        blocks = given.grid[0] * given.grid[1] * given.grid[2]
        if not last:
            return Estimate(self.kernel.launch(**given.how), "=", blocks, blocks)
        found = self.kernel.profile(**given.how)
        self.lines = _worded(found.lines, self.kernel)
        return Estimate(found.counts, "=", blocks, blocks)


def _worded(lines: Sequence[LineCounts], kernel: Kernel) -> tuple[LineCounts, ...]:
    """Give lines of PTX that name no source the texts of their instructions."""
    texts = {action.instruction.line: action.instruction.text for action in kernel.program.actions}
    return tuple(
        replace(one, text=texts.get(one.line, "")) if one.file == "PTX" and not one.text else one
        for one in lines
    )


def _judged(found: KernelCount, against: Analysis | None, where: Mapping[str, str]) -> KernelCount:
    columns = {name: [one.sizes[name] for one in found.points] for name in found.swept}
    counts = [one.counts for one in found.points]
    blocks = sorted({int(np.prod(one.block)) for one in found.points})
    blocks = blocks if len(blocks) == 1 else []
    exact = all(one.relation == "=" for one in found.points)
    formulas = {
        figure: grown(columns, [getattr(one, figure) for one in counts], blocks, exact) for figure in FIGURES
    }
    held = None
    if against is not None:
        held = held_against(against, where, [one.sizes for one in found.points], columns, counts, blocks)
    return replace(found, formulas=formulas, against=held)
