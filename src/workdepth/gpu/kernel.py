"""Kernels compiled and launched through CuPy, with every argument checked first."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from workdepth.errors import FileError
from workdepth.gpu.device import usable
from workdepth.plans import LaunchError, shaped

OPTIONS = ("--std=c++17", "-lineinfo")


class GpuModule:
    """A CUDA source compiled for the device at hand."""

    def __init__(self, source: str, options: Sequence[str] = OPTIONS) -> None:
        self.cupy = usable()
        self.raw = self.cupy.RawModule(code=source, options=tuple(options), backend="nvrtc")

    def __getitem__(self, name: str) -> GpuKernel:
        """Return a kernel by name."""
        return GpuKernel(self.cupy, name, self.raw.get_function(name))


class GpuKernel:
    """One kernel on the device."""

    def __init__(self, cupy: Any, name: str, function: Any) -> None:
        self.cupy, self.name, self.function = cupy, name, function

    def launch(
        self,
        grid: Sequence[int] | int,
        block: Sequence[int] | int,
        args: Sequence[Any] = (),
        shared_bytes: int = 0,
    ) -> None:
        """Launch; returns at once, as CUDA does.

        Parameters
        ----------
        grid, block : int or sequence of int
            As in CUDA.
        args : sequence
            CuPy arrays, C-contiguous, and NumPy scalars; nothing is converted.
        shared_bytes : int
            Bytes of dynamic shared memory.

        Raises
        ------
        LaunchError
            Where a shape or argument does not fit.
        """
        shapes = shaped("grid", grid), shaped("block", block)
        for number, value in enumerate(args):
            self._check(number, value)
        if shared_bytes < 0:
            raise LaunchError(
                f"{shared_bytes} bytes of shared memory", where=self.name, next_step="pass 0 or more"
            )
        if shared_bytes > 48 * 1024:
            # Above 48 KiB the device wants to be asked beforehand.
            self.function.max_dynamic_shared_size_bytes = shared_bytes
        self.function(*shapes, tuple(args), shared_mem=shared_bytes)

    def _check(self, number: int, value: Any) -> None:
        where = f"argument {number} of kernel {self.name}"
        if isinstance(value, self.cupy.ndarray):
            if not value.flags.c_contiguous:
                raise LaunchError(
                    "an array that is not C-contiguous",
                    where=where,
                    next_step="pass cupy.ascontiguousarray(...) of it",
                )
        elif isinstance(value, np.ndarray):
            raise LaunchError(
                "a NumPy array, which lies in the host's memory",
                where=where,
                next_step="pass cupy.asarray(...) of it",
            )
        elif not isinstance(value, np.generic):
            raise LaunchError(
                f"{value!r} of Python type {type(value).__name__}",
                where=where,
                next_step="pass a NumPy scalar such as numpy.int32(...)",
            )


def load(source_or_path: str | os.PathLike[str], options: Sequence[str] = OPTIONS) -> GpuModule:
    """Compile CUDA C++ for the device at hand.

    Parameters
    ----------
    source_or_path : str or path
        CUDA C++ (anything with a line break), or the path of a file of it.
    options : sequence of str
        Options of NVRTC.

    Returns
    -------
    GpuModule

    Raises
    ------
    MissingError
        Where CuPy or a GPU is missing.
    FileError
        Where the file cannot be read.
    """
    if isinstance(source_or_path, str) and "\n" in source_or_path:
        return GpuModule(source_or_path, options)
    path = Path(source_or_path)
    try:
        return GpuModule(path.read_text(encoding="utf-8"), options)
    except (OSError, ValueError) as error:
        raise FileError(
            f"cannot read {path}", where=str(error), next_step="pass the path of a .cu file"
        ) from error
