"""CUDA C++ to PTX through NVRTC, NVIDIA's run-time compiler: no GPU, no driver.

The compiler's version decides the instructions, so the extra ``ptx`` pins it.
"""

from __future__ import annotations

import os
from pathlib import Path
from types import ModuleType

from workdepth.errors import MissingError
from workdepth.ptx.faults import CompileError

OPTIONS = ("--std=c++17", "--device-as-default-execution-space")


def compiler() -> ModuleType:
    """Return NVRTC's binding.

    Raises
    ------
    MissingError
        Where the extra ``ptx`` is not installed.
    """
    try:
        from cuda.bindings import nvrtc

        nvrtc.nvrtcVersion()  # loads the library, which may be missing where its binding is not
    except (ImportError, RuntimeError) as error:
        raise MissingError(
            "the CUDA compiler NVRTC is not installed", next_step='pip install "workdepth[ptx]"'
        ) from error
    return nvrtc


def to_ptx(
    source: str | os.PathLike[str],
    arch: str = "compute_80",
    options: tuple[str, ...] = (),
    lineinfo: bool = True,
) -> str:
    """Compile CUDA C++ to PTX text.

    Parameters
    ----------
    source : str or path
        CUDA C++ (anything with a line break), or the path of a file of it.
    arch : str
        The virtual architecture: ``compute_75`` to ``compute_121``.
    options : tuple of str
        Further options of NVRTC, after ours.
    lineinfo : bool
        Whether the PTX names its source lines.

    Returns
    -------
    str
        PTX text; file names in it are as the source was named, without the working directory.

    Raises
    ------
    MissingError
        Where NVRTC is not installed.
    CompileError
        Where the source does not compile; it carries the compiler's log.
    """
    nvrtc = compiler()
    text, name, folder = read(source)
    flags = [f"--gpu-architecture={arch}", *OPTIONS, *(["-lineinfo"] if lineinfo else []), *options]
    if folder:
        flags.append(f"--include-path={folder}")
    _, program = nvrtc.nvrtcCreateProgram(text.encode(), name.encode(), 0, [], [])
    try:
        encoded = [flag.encode() for flag in flags]
        (status,) = nvrtc.nvrtcCompileProgram(program, len(encoded), encoded)
        if int(status) != 0:
            log = _text(nvrtc.nvrtcGetProgramLogSize, nvrtc.nvrtcGetProgramLog, program).strip()
            raise CompileError(
                f"NVRTC refused {name}:\n{log or status}\n",
                where=f"{name}, {arch}",
                next_step="mend the source, or the architecture, that the log names",
            )
        ptx = _text(nvrtc.nvrtcGetPTXSize, nvrtc.nvrtcGetPTX, program)
    finally:
        nvrtc.nvrtcDestroyProgram(program)
    return ptx.replace(f'"{os.getcwd()}{os.sep}', '"').strip() + "\n"


def version() -> str:
    """Return NVRTC's version, as in ``13.0``."""
    _, major, minor = compiler().nvrtcVersion()
    return f"{major}.{minor}"


def read(source: str | os.PathLike[str]) -> tuple[str, str, str]:
    """Return the source's text, the name that messages give it, and the folder its includes start from."""
    if isinstance(source, str) and "\n" in source:
        return source, "kernel.cu", ""
    path = Path(source)
    try:
        return path.read_text(encoding="utf-8"), path.name, str(path.parent)
    except (OSError, ValueError) as error:
        raise CompileError(
            f"cannot read {path}",
            where=str(error),
            next_step="pass CUDA C++ text of several lines, or the path of a file",
        ) from error


def _text(size: object, get: object, program: object) -> str:
    _, length = size(program)  # type: ignore[operator]
    buffer = bytearray(length)
    get(program, buffer)  # type: ignore[operator]
    return bytes(buffer).rstrip(b"\0").decode("utf-8", "replace")
