"""The frontier as a picture: for each number of threads a staircase of time against memory."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from workdepth.errors import FileError, ModelError
from workdepth.report.figures import GREY, new_figure, save
from workdepth.schedule.frontier.frontier import EXACT, Frontier
from workdepth.schedule.frontier.text import head

MOST_LINES = 8  # staircases that can be told apart
MOST_LABELS = 60  # trades that have room for their number of threads
_LOGARITHMIC = 6  # from this ratio of largest to smallest on


def staircase(found: Frontier, path: str | Path) -> Path:
    """Draw a frontier: memory across, time upwards, a staircase for each number of threads.

    Parameters
    ----------
    found : Frontier
    path : path
        Where to; the ending chooses the format.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    MissingError
        When matplotlib is not installed.
    ModelError
        When there is nothing to draw.
    """
    if not found.points:
        raise ModelError("a frontier of no points cannot be drawn", where=found.algorithm)
    figure = new_figure(8, 5)
    axes = figure.subplots()
    counts = drawn_threads(found)
    colours = _colours(len(counts))
    right = max(p.memory for p in found.points)
    for threads, colour in zip(counts, colours, strict=True):
        _stairs(axes, stairs(found, threads), threads, colour, right)
    _dots(axes, found, dict(zip(counts, colours, strict=True)))
    _axes(axes, found)
    figure.suptitle(head(found), fontsize=10, ha="left", x=0.02)
    return save(figure, path)


def check_target(path: str | Path) -> None:
    """Refuse what cannot be drawn to, before a long search.

    Raises
    ------
    MissingError
        When matplotlib is not installed.
    FileError
        When the name has another ending, or no folder.
    """
    target = Path(path)
    figure = new_figure(1, 1)
    if target.suffix.removeprefix(".").lower() not in figure.canvas.get_supported_filetypes():
        raise FileError(
            f"cannot draw {target}: it has no ending that says how",
            next_step="end the name in .png, .svg or .pdf",
        )
    if not target.parent.is_dir():
        raise FileError(
            f"cannot write {target}: there is no folder {target.parent}",
            next_step="name a folder that exists",
        )


def drawn_threads(found: Frontier) -> list[int]:
    """Return the numbers of threads to draw: all that matter, or the nearest to equal ratios."""
    every = sorted({p.threads for p in found.points})
    if len(every) <= MOST_LINES:
        return every
    ratio = (every[-1] / max(every[0], 1)) ** (1 / (MOST_LINES - 1))
    wanted = [max(every[0], 1) * ratio**k for k in range(MOST_LINES)]
    return sorted({min(every, key=lambda p: abs(p - w)) for w in wanted})


def stairs(found: Frontier, threads: int) -> list[tuple[int, int]]:
    """Return (memory, time) of the best trades with at most so many threads, by memory; each takes less time."""
    steps: list[tuple[int, int]] = []
    for p in sorted(found.points, key=lambda p: (p.memory, p.time)):
        if p.threads <= threads and (not steps or p.time < steps[-1][1]):
            steps.append((p.memory, p.time))
    return steps


def _stairs(axes: Any, steps: list[tuple[int, int]], threads: int, colour: Any, right: int) -> None:
    """Draw one staircase; where more threads do not help, the one of fewer threads lies above."""
    across = [m for m, _ in steps] + [right * 1.04]
    upwards = [t for _, t in steps] + [steps[-1][1]]
    name = f"{threads} thread{'' if threads == 1 else 's'}"
    axes.step(
        across, upwards, where="post", color=colour, linewidth=1.8, label=name, zorder=2 - threads / 1e6
    )


def _dots(axes: Any, found: Frontier, colours: dict[int, Any]) -> None:
    """Mark the trades themselves with their threads; those that are not shown to be best are hollow."""
    for p in found.points:
        colour = colours.get(p.threads, GREY)
        inside = colour if p.status == EXACT else "white"
        axes.plot(p.memory, p.time, "o", color=colour, markerfacecolor=inside, markersize=5, zorder=3)
        if len(found.points) <= MOST_LABELS:
            place = {"xytext": (4, 4), "textcoords": "offset points", "fontsize": 7, "color": colour}
            axes.annotate(str(p.threads), (p.memory, p.time), **place)


def _colours(count: int) -> list[Any]:
    """Return colours from dark to light that everyone can tell apart in order."""
    from matplotlib import colormaps

    return [colormaps["plasma"](0.88 * k / max(count - 1, 1)) for k in range(count)]


def _axes(axes: Any, found: Frontier) -> None:
    _scale(axes.xaxis, axes.set_xscale, [p.memory for p in found.points])
    _scale(axes.yaxis, axes.set_yscale, [p.time for p in found.points])
    axes.set(xlabel="memory, words", ylabel="time, steps")
    axes.grid(alpha=0.25)
    if any(p.threads not in drawn_threads(found) for p in found.points):
        axes.plot([], [], "o", color=GREY, markersize=5, label="between, by number")
    if any(p.status != EXACT for p in found.points):
        axes.plot([], [], "o", color=GREY, markerfacecolor="white", markersize=5, label="hollow: not proven")
    axes.margins(y=0.08)
    axes.legend(
        fontsize=8, title="with at most", title_fontsize=8, loc="upper left", bbox_to_anchor=(1.01, 1)
    )


def _scale(axis: Any, set_scale: Any, values: list[int]) -> None:
    """Make an axis logarithmic where the largest is many times the smallest; ticks are plain numbers."""
    from matplotlib.ticker import MaxNLocator, NullFormatter, ScalarFormatter

    if min(values) > 0 and max(values) >= _LOGARITHMIC * min(values):
        set_scale("log", base=2)
        axis.set_major_formatter(ScalarFormatter())
        axis.set_minor_formatter(NullFormatter())
    else:
        axis.set_major_locator(MaxNLocator(integer=True))
