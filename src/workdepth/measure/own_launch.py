"""A launch as text in the sizes, and what it is at given ones; which kernel of which file."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from workdepth.errors import FileError
from workdepth.measure.own_arguments import argument
from workdepth.measure.own_sizes import parts, whole_of
from workdepth.plans.shape import LaunchError, shaped
from workdepth.ptx import Kernel, Module, compile, load
from workdepth.ptx.module import MOST_THREADS

STEP_LIMIT = 2**22  # an endless loop is told within seconds
MOST_BLOCKS = 2**24  # each has a row of its own
_MANGLED = re.compile(r"_Z([1-9][0-9]{0,3})")
GivenArgument = str | np.ndarray | np.generic


@dataclass(frozen=True)
class OwnLaunch:
    """How a kernel is launched.

    Attributes
    ----------
    grid, block : str or int
        One to three expressions in the sizes, with commas between: ``(n+255)//256`` or ``16,16``.
    args : sequence of str, array or NumPy scalar
        See :mod:`workdepth.measure.own_arguments`; arrays are copied for every launch.
    shared : str or int
        Bytes of dynamic shared memory.
    step_limit : int
        As in :meth:`workdepth.ptx.Kernel.launch`.

    Examples
    --------
    >>> launch = OwnLaunch("ceil(n/256)", 256, ("f32[n]=ones", "i32:n"), "4*n")
    >>> found = launch.at({"n": 1000})
    >>> found.grid, found.block, found.shared_bytes, found.args[1]
    ((4, 1, 1), (256, 1, 1), 4000, np.int32(1000))
    """

    grid: str | int = "1"
    block: str | int = "1"
    args: Sequence[GivenArgument] = ()
    shared: str | int = "0"
    step_limit: int = STEP_LIMIT

    def at(self, sizes: Mapping[str, int]) -> LaunchAt:
        """Return the launch at given sizes, with fresh arrays.

        Raises
        ------
        WorkdepthError
            Where an expression cannot be read, or a value does not fit.
        """
        shared = whole_of(str(self.shared), sizes, "--shared")
        if shared < 0:
            raise LaunchError(
                f"{shared} bytes of shared memory", where="--shared", next_step="choose 0 or more"
            )
        return LaunchAt(
            shaped("grid", [whole_of(part, sizes, "--grid") for part in parts(str(self.grid))]),
            shaped("block", [whole_of(part, sizes, "--block") for part in parts(str(self.block))]),
            tuple(_made(one, sizes, number) for number, one in enumerate(self.args)),
            shared,
            self.step_limit,
        )


@dataclass(frozen=True)
class LaunchAt:
    """A launch at given sizes; its fields are what `Kernel.launch` takes."""

    grid: tuple[int, int, int]
    block: tuple[int, int, int]
    args: tuple[np.ndarray | np.generic, ...]
    shared_bytes: int
    step_limit: int

    @property
    def how(self) -> dict[str, object]:
        """The keyword arguments of `Kernel.launch`."""
        return {name: getattr(self, name) for name in self.__dataclass_fields__}


def countable(given: LaunchAt, where: str) -> None:
    """Refuse a grid too large to execute whole.

    Raises
    ------
    LaunchError
    """
    blocks = given.grid[0] * given.grid[1] * given.grid[2]
    threads = blocks * given.block[0] * given.block[1] * given.block[2]
    if blocks > MOST_BLOCKS or threads > MOST_THREADS:
        raise LaunchError(
            f"{blocks} blocks, {threads} threads, are too many to execute all",
            where=where,
            next_step="estimate the counts from some blocks: samples=100 (--samples 100)",
        )


def _made(given: GivenArgument, sizes: Mapping[str, int], number: int) -> np.ndarray | np.generic:
    if isinstance(given, str):
        return argument(given, sizes, number)
    return given.copy() if isinstance(given, np.ndarray) else given


def module_of(source: str | os.PathLike[str] | Module, arch: str = "compute_80") -> Module:
    """Load or compile what a person gives.

    Parameters
    ----------
    source : str, path or Module
        The path of a ``.cu`` or ``.ptx`` file, text of CUDA C++ or PTX (several lines), or a loaded module.
    arch : str
        The virtual architecture that CUDA C++ is compiled for.

    Raises
    ------
    FileError
        Where the file is neither.
    MissingError, CompileError, PtxError
        From the compiler and the reader.
    """
    if isinstance(source, Module):
        return source
    if isinstance(source, str) and "\n" in source:
        is_ptx = re.search(r"^\s*\.version\b", source, re.MULTILINE)
        return load(source) if is_ptx else compile(source, arch)
    path = Path(source)
    if path.suffix not in (".cu", ".ptx"):
        raise FileError(
            f"{str(source)!r} is neither a .cu nor a .ptx file", next_step="name the file by what is in it"
        )
    if not path.is_file():
        raise FileError(f"there is no file {str(source)!r}", next_step="give a .cu or .ptx file")
    return load(path) if path.suffix == ".ptx" else compile(path, arch)


def kernel_of(module: Module, name: str | None) -> Kernel:
    """Return the kernel of that name, in C++ as well; without a name the only one.

    Raises
    ------
    LaunchError
        Where there is none, or several.

    Examples
    --------
    >>> module = load(".version 9.0 .target sm_80 .visible .entry _Z4waitPi() { ret; }")
    >>> kernel_of(module, "wait").name, kernel_of(module, None).name
    ('_Z4waitPi', '_Z4waitPi')
    """
    fitting = [one for one in module.kernels if name in (None, one)] or [
        one for one in module.kernels if plain_name(one) == name
    ]
    if len(fitting) == 1:
        return module[fitting[0]]
    known = module.kernels
    raise LaunchError(
        f"{len(fitting) or 'no'} kernels{'' if name is None else f' named {name!r}'} in the file",
        where="--kernel",
        next_step=f"choose one of: {', '.join(map(plain_name, known))}"
        if known
        else "declare one as __global__",
    )


def plain_name(mangled: str) -> str:
    """Return a C++ function's name without its types, and any other name as it is.

    Examples
    --------
    >>> plain_name("_Z4waitPi"), plain_name("wait")
    ('wait', 'wait')
    """
    match = _MANGLED.match(mangled)
    if not match:
        return mangled
    length = int(match.group(1))
    return mangled[match.end() : match.end() + length] or mangled
