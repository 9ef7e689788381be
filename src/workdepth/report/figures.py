"""What all plots share: matplotlib where it is installed, colours told apart by everyone, saving."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from workdepth.errors import FileError, MissingError

# Okabe and Ito's colours, which the colour-blind tell apart.
BLACK, ORANGE, BLUE, GREEN, RED, GREY = "#000000", "#E69F00", "#0072B2", "#009E73", "#D55E00", "#8C8C8C"


def new_figure(width: float, height: float) -> Any:
    """Return an empty figure that knows no window."""
    try:
        from matplotlib.figure import Figure
    except ImportError as problem:
        raise MissingError(
            "matplotlib is not installed", where="plots", next_step="pip install 'workdepth[plot]'"
        ) from problem
    return Figure(figsize=(width, height), layout="constrained")


def save(figure: Any, path: str | Path) -> Path:
    """Write a figure in the format of the file's ending."""
    target = Path(path)
    try:
        figure.savefig(target, dpi=150)
    except ValueError as problem:
        raise FileError(
            f"cannot draw {target}: {problem}", next_step="end the name in .png, .svg or .pdf"
        ) from problem
    except OSError as problem:
        raise FileError(
            f"cannot write {target}: {problem.strerror}", next_step="name a folder that exists"
        ) from problem
    return target


def powers_of_two(axes: Any, values: Any, name: str) -> None:
    """Make the horizontal axis logarithmic with ticks at powers of two, no more than fit."""
    import math

    low, high = math.floor(math.log2(min(values))), math.ceil(math.log2(max(values)))
    step = max(1, math.ceil((high - low) / 10))
    powers = list(range(low, high + 1, step))
    axes.set_xscale("log", base=2)
    axes.set_xticks([2.0**k for k in powers], [f"$2^{{{k}}}$" for k in powers])
    axes.minorticks_off()
    axes.set_xlabel(name)
