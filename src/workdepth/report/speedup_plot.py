"""Measured speed-up between its bounds, as OpenCilk's Cilkscale draws it, with the device's threads too.

References
----------
.. [1] T. B. Schardl, B. C. Kuszmaul, I-T. A. Lee, W. M. Leiserson, C. E. Leiserson, "The Cilkprof scalability
   profiler", SPAA 2015.
"""

from __future__ import annotations

from pathlib import Path

from workdepth.measure.observations import SampleError
from workdepth.measure.speedup import Bounds, Speedup
from workdepth.report.figures import BLACK, BLUE, GREEN, GREY, ORANGE, RED, new_figure, powers_of_two, save


def speedup_plot(
    path: str | Path, measured: Speedup, bounds: Bounds, *, name: str = "n", title: str = ""
) -> Path:
    """Draw measured speed-ups between the work, the span and the resident-thread bound.

    Parameters
    ----------
    path : path
        Where to; the ending chooses the format.
    measured : Speedup
        Ratios with their intervals.
    bounds : Bounds
        The bounds at the same points.
    name : str
        What was varied: a size, or ``threads``.
    title : str
        What stands above.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    SampleError
        When bounds and measured points differ in number.
    MissingError
        When matplotlib is not installed.
    """
    if len(bounds.work) != len(measured.sizes):
        raise SampleError(
            f"{len(bounds.work)} bounds but {len(measured.sizes)} measured points",
            next_step="give work, span and threads at each measured size, in ascending order",
        )
    figure = new_figure(7.5, 5)
    axes = figure.subplots()
    across = measured.sizes
    shade = {"color": GREY, "alpha": 0.18, "linewidth": 0, "label": "between the bounds"}
    ceiling = [min(b) for b in zip(bounds.work, bounds.span, bounds.resident, strict=True)]
    axes.fill_between(across, bounds.greedy, ceiling, **shade)
    axes.plot(across, bounds.work, "-", color=ORANGE, label="work bound: threads used")
    axes.plot(across, bounds.span, "--", color=BLUE, label="span bound: work / span")
    if bounds.resident[0] != float("inf"):
        axes.plot(across, bounds.resident, "-.", color=GREEN, label="threads that the device holds")
    axes.plot(across, bounds.greedy, ":", color=RED, label="greedy schedule, at least")
    ends = zip(measured.ratios, measured.intervals, strict=True)
    bars = list(zip(*((max(r - low, 0), max(high - r, 0)) for r, (low, high) in ends), strict=True))
    axes.errorbar(across, measured.ratios, bars, fmt="o", color=BLACK, capsize=3, label="measured")
    axes.axhline(1, color=GREY, linewidth=0.8)
    axes.set(yscale="log", ylabel="speed-up over one thread")
    axes.grid(alpha=0.25)
    axes.legend(fontsize=8)
    axes.set_title(title, fontsize=10)
    powers_of_two(axes, across, name)
    return save(figure, path)
