"""Where the package's kernels lie: inside an installed package, or beside the sources of an editable one."""

from __future__ import annotations

from pathlib import Path

from workdepth.errors import FileError


def kernel_folder() -> Path:
    """Return the folder of the CUDA sources.

    Raises
    ------
    FileError
        Where neither the installed nor the editable place has them.
    """
    package = Path(__file__).resolve().parent.parent
    for folder in (package / "kernels", package.parent.parent / "kernels"):
        if (folder / "ptx").is_dir():
            return folder
    raise FileError(
        "the package's kernels are not there",
        where=str(package),
        next_step="install the package again: pip install --force-reinstall workdepth",
    )


def kernel_names() -> tuple[str, ...]:
    """Return the names of the kernel files, without their endings.

    Examples
    --------
    >>> "multiply_tree" in kernel_names()
    True
    """
    return tuple(sorted(path.stem for path in kernel_folder().glob("*.cu")))


def kernel_path(name: str) -> Path:
    """Return the CUDA source of a kernel file.

    Raises
    ------
    FileError
        Where there is no kernel of that name.

    Examples
    --------
    >>> kernel_path("multiply_tree").name
    'multiply_tree.cu'
    """
    if name not in kernel_names():
        raise FileError(
            f"no kernel file {name!r}",
            where=str(kernel_folder()),
            next_step=f"there are: {', '.join(kernel_names())}",
        )
    return kernel_folder() / f"{name}.cu"


def ptx_path(name: str) -> Path:
    """Return the PTX that the package ships for a kernel file."""
    return kernel_path(name).parent / "ptx" / f"{name}.ptx"
