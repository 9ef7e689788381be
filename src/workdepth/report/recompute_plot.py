"""The store-or-recompute curve as a picture: a staircase of time over words."""

from __future__ import annotations

from pathlib import Path
from textwrap import fill
from typing import Any

from workdepth.report.figures import BLUE, GREEN, GREY, ORANGE, new_figure, save
from workdepth.schedule.recompute.curve import Recomputation

# From this ratio of largest to least on, an axis is logarithmic.
WIDE = 20


def recompute_plot(path: str | Path, curve: Recomputation) -> Path:
    """Draw a curve: what is possible above the staircase, each corner, and both of its ends.

    Parameters
    ----------
    path : path
        Where to; the ending chooses the format.
    curve : Recomputation

    Returns
    -------
    Path
        The file.

    Raises
    ------
    MissingError
        When matplotlib is not installed.
    """
    figure = new_figure(7.5, 5)
    axes = figure.subplots()
    words = [point.memory for point in curve.points]
    times = [point.time for point in curve.points]
    end = words[-1] + max(1, (words[-1] - words[0]) / 10)
    top = times[0] * (1.6 if times[0] > WIDE * times[-1] else 1.12)
    across, up = [*words, end], [*times, times[-1]]
    axes.fill_between(across, up, top, step="post", color=BLUE, alpha=0.12, linewidth=0, label="possible")
    axes.step(across, up, where="post", color=BLUE)
    axes.plot([words[0]] * 2, [times[0], top], color=BLUE)
    _corners(axes, curve)
    axes.axhline(curve.work, color=GREY, linestyle=":", label="everything once")
    axes.set(xlabel="words", ylabel="steps of one thread", ylim=(_bottom(times), top))
    _scales(axes, words, times)
    _ends(axes, curve)
    axes.grid(alpha=0.25)
    axes.legend(fontsize=9, loc="upper right")
    axes.set_title(fill(str(curve).splitlines()[0], 80), fontsize=10)
    return save(figure, path)


def _bottom(times: list[int]) -> float:
    return times[-1] / 1.6 if times[0] > WIDE * times[-1] else 0


def _corners(axes: Any, curve: Recomputation) -> None:
    """Draw a dot where a corner is proved, a bar down to its bound where it is not."""
    proved = [p for p in curve.points if p.status == "exact"]
    rest = [p for p in curve.points if p.status != "exact"]
    size = 6 if len(curve.points) <= 40 else 2.5
    if proved:
        pairs = [p.memory for p in proved], [p.time for p in proved]
        axes.plot(*pairs, "o", color=BLUE, markersize=size, label="corner, exact")
    if rest:
        down = [[p.time - p.lower_bound for p in rest], [0] * len(rest)]
        pairs = [p.memory for p in rest], [p.time for p in rest]
        axes.errorbar(*pairs, down, fmt="o", color=ORANGE, capsize=3, label="found, down to the bound")


def _scales(axes: Any, words: list[int], times: list[int]) -> None:
    if times[0] > WIDE * times[-1]:
        axes.set_yscale("log")
    if words[-1] > WIDE * words[0]:
        axes.set_xscale("log")
    else:
        from matplotlib.ticker import MaxNLocator

        axes.xaxis.set_major_locator(MaxNLocator(integer=True))


def _ends(axes: Any, curve: Recomputation) -> None:
    """Say at both ends what they take."""
    first, last = curve.points[0], curve.points[-1]
    place = {"textcoords": "offset points", "fontsize": 9, "color": GREEN}
    told = f"{last.memory} words, {last.time} steps"
    axes.annotate(told, (last.memory, last.time), xytext=(0, -14), ha="right", **place)
    if first is not last:
        told = f"{first.memory} words, {first.time} steps: {first.time / last.time:.3g} times"
        axes.annotate(told, (first.memory, first.time), xytext=(10, 7), **place)
