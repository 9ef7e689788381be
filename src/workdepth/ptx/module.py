"""Modules and kernels as a person meets them: load PTX, pick a kernel, launch it, read the counts."""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path

import numpy as np

from workdepth.plans.shape import LaunchError, shaped
from workdepth.ptx.arguments import Argument, bound, parameter_bank
from workdepth.ptx.checker import Checker
from workdepth.ptx.compile import read, to_ptx
from workdepth.ptx.counts import Counts
from workdepth.ptx.decode import decode
from workdepth.ptx.faults import PtxError
from workdepth.ptx.lanes import Geometry
from workdepth.ptx.layout import LARGEST_SHARED, module_arrays
from workdepth.ptx.machine import Machine
from workdepth.ptx.memory import Buffer, Memory, array_buffer
from workdepth.ptx.parse import parse
from workdepth.ptx.profile import Estimate, Profile, by_line, scaled
from workdepth.ptx.program import Program
from workdepth.ptx.single import Single, suits
from workdepth.ptx.syntax import Function, ModuleText
from workdepth.ptx.tally import Tally, Units

STEP_LIMIT = 2**25
MOST_THREADS = 2**31


class Module:
    """PTX text with its kernels, by name.

    Examples
    --------
    >>> module = load(".version 9.0 .target sm_80 .visible .entry nothing() { ret; }")
    >>> module.kernels
    ('nothing',)
    >>> module["nothing"].launch(grid=(2,), block=(32,)).instructions
    64
    """

    def __init__(self, text: ModuleText, sources: dict[str, str] | None = None) -> None:
        self.text = text
        self.sources = sources or {}
        self._kernels: dict[str, Kernel] = {}
        granule = 1
        self.arrays = [
            Buffer(
                variable.name,
                _contents(variable.initial, variable.bytes),
                0,
                1,
                granule,
                variable.space == "global",
            )
            for variable in module_arrays(text)
        ]

    @property
    def kernels(self) -> tuple[str, ...]:
        """Names of the kernels, in the text's order."""
        return tuple(name for name, function in self.text.functions.items() if function.entry)

    def __getitem__(self, name: str) -> Kernel:
        """Return a kernel.

        Raises
        ------
        PtxError
            Where the module has no kernel of that name.
        """
        function = self.text.functions.get(name)
        if function is None or not function.entry:
            raise PtxError(
                f"no kernel {name!r} in this module",
                where=self.text.target,
                next_step=f"it has: {', '.join(self.kernels) or 'none'}",
            )
        if name not in self._kernels:
            self._kernels[name] = Kernel(self, function)
        return self._kernels[name]


class Kernel:
    """One kernel of a module."""

    def __init__(self, module: Module, function: Function) -> None:
        self.module, self.function = module, function
        self.name = function.name

    @cached_property
    def program(self) -> Program:
        """The kernel, decoded."""
        return decode(self.function, self.module.text)

    def launch(
        self,
        grid: Sequence[int] | int,
        block: Sequence[int] | int,
        args: Sequence[Argument] = (),
        shared_bytes: int = 0,
        *,
        step_limit: int = STEP_LIMIT,
    ) -> Counts:
        """Execute the kernel and count.

        Parameters
        ----------
        grid, block : int or sequence of int
            Blocks of the grid and threads of a block, in up to three dimensions.
        args : sequence
            For a pointer a C-contiguous NumPy array, which the kernel reads and writes in place; for a
            value a NumPy scalar of the parameter's width.
        shared_bytes : int
            Bytes of dynamic shared memory.
        step_limit : int
            Instructions after which a chunk of threads is taken to loop for ever.

        Returns
        -------
        Counts

        Raises
        ------
        LaunchError
            Where an argument, grid, block or shared memory does not fit.
        KernelError
            Where the kernel does wrong.
        PtxError
            Where an instruction of the kernel has no rule.
        """
        tally = Tally(self.program)
        self._execute(grid, block, args, shared_bytes, step_limit, tally)
        return tally.counts()

    def run(
        self,
        grid: Sequence[int] | int,
        block: Sequence[int] | int,
        args: Sequence[Argument] = (),
        shared_bytes: int = 0,
        *,
        step_limit: int = STEP_LIMIT,
    ) -> None:
        """Execute the kernel without counting; takes what :meth:`launch` takes."""
        self._execute(grid, block, args, shared_bytes, step_limit, None)

    def check(
        self,
        grid: Sequence[int] | int,
        block: Sequence[int] | int,
        args: Sequence[Argument] = (),
        shared_bytes: int = 0,
        *,
        step_limit: int = STEP_LIMIT,
    ) -> Counts:
        """Execute, count, and look for races and reads of memory never written, which a launch lets pass.

        Takes and returns what :meth:`launch` does, and takes a few times as long.

        Raises
        ------
        KernelError
            At the first fault; it names both lines of a race.
        """
        tally = Tally(self.program)
        geometry = Geometry(shaped("grid", grid), shaped("block", block), shared_bytes)
        self._affordable(geometry)
        self._execute(
            grid, block, args, shared_bytes, step_limit, tally, checker=Checker(self.program, geometry)
        )
        return tally.counts()

    def profile(
        self,
        grid: Sequence[int] | int,
        block: Sequence[int] | int,
        args: Sequence[Argument] = (),
        shared_bytes: int = 0,
        *,
        step_limit: int = STEP_LIMIT,
    ) -> Profile:
        """Execute the kernel and count by source line, block and warp; takes what :meth:`launch` takes.

        Returns
        -------
        Profile
            Lines are the source's where the PTX was compiled with line information, else the PTX's.
        """
        geometry = Geometry(shaped("grid", grid), shaped("block", block), shared_bytes)
        self._affordable(geometry)
        units = Units(geometry.blocks, geometry.threads)
        tally = Tally(self.program, units)
        self._execute(grid, block, args, shared_bytes, step_limit, tally)
        lines = by_line(tally, self.module.text.files, self.module.sources)
        return Profile(tally.counts(), lines, units.blocks, units.warps)

    def sample(
        self,
        grid: Sequence[int] | int,
        block: Sequence[int] | int,
        args: Sequence[Argument] = (),
        shared_bytes: int = 0,
        *,
        blocks: int,
        step_limit: int = STEP_LIMIT,
    ) -> Estimate:
        """Execute some blocks of the grid, evenly spread, and estimate the counts of all.

        The arrays are written by these blocks only.  Other parameters are those of :meth:`launch`.

        Parameters
        ----------
        blocks : int
            How many blocks to execute, at least 1.

        Returns
        -------
        Estimate
        """
        total = Geometry(shaped("grid", grid), shaped("block", block)).blocks
        if blocks < 1:
            raise LaunchError(
                f"a sample of {blocks} blocks", where=self.name, next_step="sample at least one block"
            )
        count = min(blocks, total)
        chosen = sorted({i * (total - 1) // max(count - 1, 1) for i in range(count)})
        tally = Tally(self.program)
        self._execute(grid, block, args, shared_bytes, step_limit, tally, chosen)
        return scaled(tally.counts(), len(chosen), total)

    def _affordable(self, geometry: Geometry) -> None:
        """Refuse grids that would never end, before anything is made for each of their threads."""
        if geometry.blocks * geometry.threads > MOST_THREADS:
            raise LaunchError(
                f"{geometry.blocks * geometry.threads} threads, of which the machine executes some million a second",
                where=self.name,
                next_step="estimate the counts from some blocks: Kernel.sample(..., blocks=100)",
            )

    def _execute(
        self,
        grid: Sequence[int] | int,
        block: Sequence[int] | int,
        args: Sequence[Argument],
        shared_bytes: int,
        step_limit: int,
        tally: Tally | None,
        only: list[int] | None = None,
        checker: Checker | None = None,
    ) -> None:
        program = self.program
        geometry = Geometry(shaped("grid", grid), shaped("block", block), shared_bytes)
        if shared_bytes < 0 or program.shared_bytes + shared_bytes > LARGEST_SHARED:
            raise LaunchError(
                f"{program.shared_bytes} + {shared_bytes} bytes of shared memory",
                where=self.name,
                next_step=f"a block has at most {LARGEST_SHARED}",
            )
        if only is None:
            self._affordable(geometry)
        own = self.module.arrays
        bank = parameter_bank(self.function, len(own))
        arrays, values = bound(self.function, program, args, bank)
        granule = program.granule
        buffers = [
            array_buffer(one.name, number, one.bytes, granule["global"]) for number, one in enumerate(own)
        ]
        for buffer, module_array in zip(buffers, own, strict=True):
            buffer.writable = module_array.writable
        memory = Memory(
            [*buffers, bank, *arrays], program.shared_bytes + shared_bytes, program.local_bytes, granule
        )
        files = self.module.text.files
        plain = only is None and checker is None and (tally is None or tally.units is None)
        if plain and suits(program, geometry):
            Single(program, memory, values, tally, files, step_limit).run(geometry)
        else:
            Machine(program, memory, values, tally, files, step_limit, checker).run(geometry, only=only)


def _contents(initial: bytes, size: int) -> np.ndarray:
    data = np.zeros(size, np.uint8)
    data[: len(initial)] = np.frombuffer(initial, np.uint8)
    return data


def load(text_or_path: str | os.PathLike[str]) -> Module:
    """Load PTX.

    Parameters
    ----------
    text_or_path : str or path
        PTX text, or the path of a file of it.

    Returns
    -------
    Module

    Raises
    ------
    PtxError
        Where the file or its text cannot be read.
    """
    if isinstance(text_or_path, str) and (".version" in text_or_path or "\n" in text_or_path):
        return Module(parse(text_or_path))
    path = Path(text_or_path)
    try:
        return Module(parse(path.read_text(encoding="utf-8")))
    except (OSError, ValueError) as error:
        raise PtxError(
            f"cannot read PTX from {path}",
            where=str(error),
            next_step="pass PTX text, or the path of a .ptx file",
        ) from error


def compile(
    source: str | os.PathLike[str],
    arch: str = "compute_80",
    options: tuple[str, ...] = (),
    lineinfo: bool = True,
) -> Module:
    """Compile CUDA C++ and load the PTX; see :func:`workdepth.ptx.compile.to_ptx` for the parameters.

    Returns
    -------
    Module
    """
    text, name, _ = read(source)
    return Module(parse(to_ptx(source, arch, options, lineinfo)), {name: text})
