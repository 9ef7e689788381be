"""A verdict as a picture: data, fits with their band, where the regime starts, residuals."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from textwrap import fill
from typing import Any

import numpy as np

from workdepth.measure.fit import Fit
from workdepth.measure.observations import Observations, observe
from workdepth.measure.verdict import Verdict
from workdepth.report.figures import BLACK, BLUE, GREEN, GREY, ORANGE, RED, new_figure, powers_of_two, save

STYLES = ((BLUE, "-"), (ORANGE, "--"), (GREEN, "-."), (RED, ":"))


def fit_plot(
    path: str | Path,
    verdict: Verdict,
    sizes: Sequence[int] | Mapping[str, Sequence[int]],
    samples: Iterable,
    *,
    unit: str = "s",
) -> Path:
    """Draw measured values, the fitted classes and their residuals.

    Parameters
    ----------
    path : path
        Where to; the ending chooses the format.
    verdict : Verdict
        What `judge` said of these samples.
    sizes, samples : as for `judge`
        What was measured.
    unit : str
        The unit of the samples.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    MissingError
        When matplotlib is not installed.
    """
    observed = observe(sizes, samples)
    figure = new_figure(8, 6.5)
    upper, lower = figure.subplots(2, 1, sharex=True, height_ratios=[3, 1.2])
    figure.suptitle(fill(str(verdict), 100), fontsize=9, ha="left", x=0.02)
    _data(upper, observed)
    if isinstance(verdict.fit, Fit):
        _fits(upper, observed, verdict.fit)
        _residuals(lower, observed, verdict.fit)
    upper.set(ylabel=unit, yscale="log")
    upper.grid(alpha=0.25)
    upper.legend(fontsize=9, loc="upper left")
    lower.set_ylabel("fit / median - 1, %")
    lower.grid(alpha=0.25)
    names = observed.names
    powers_of_two(
        lower, observed.order, names[0] if len(names) == 1 else f"geometric mean of {', '.join(names)}"
    )
    return save(figure, path)


def _data(axes: Any, observed: Observations) -> None:
    """Every sample as a faint dot, every median as a ring."""
    across = np.concatenate(
        [np.full(sum(map(len, row)), x) for x, row in zip(observed.order, observed.rows, strict=True)]
    )
    every = np.concatenate([np.concatenate(row) for row in observed.rows])
    axes.plot(across, every, ".", color=GREY, alpha=0.4, markersize=4, label="samples")
    axes.plot(observed.order, observed.medians(), "o", color=BLACK, markerfacecolor="none", label="medians")


def _fits(axes: Any, observed: Observations, fit: Fit) -> None:
    """Draw the curves of the best classes, the band of the best, and the start of its regime."""
    low, high = zip(*fit.band, strict=True)
    start = fit.hypothesis.start
    axes.fill_between(observed.order[start:], low[start:], high[start:], color=BLUE, alpha=0.2, linewidth=0)
    for (growth, curve), (colour, line) in zip(_curves(fit).items(), STYLES, strict=False):
        chosen = fit.shares.get(growth, 0.0)
        axes.plot(
            observed.order, curve, line, color=colour, label=f"{growth}: chosen in {chosen:.0%} of draws"
        )
    if start:
        axes.axvline(observed.order[start], color=GREY, linestyle=":", linewidth=1)
        place = {"xytext": (4, 6), "textcoords": "offset points", "xycoords": axes.get_xaxis_transform()}
        axes.annotate("regime starts", (observed.order[start], 0), fontsize=8, color=GREY, **place)


def _curves(fit: Fit) -> dict[str, np.ndarray]:
    """Return the curves to draw, the chosen one first; nothing where a fit leaves rows out."""
    curves = {fit.growth: fit.fitted} | {g: c for g, c in fit.curves.items() if g != fit.growth}
    return {g: np.where(np.array(c) > 0, c, np.nan) for g, c in curves.items()}


def _residuals(axes: Any, observed: Observations, fit: Fit) -> None:
    """How far each curve is off, beside twice the error of a median."""
    values = np.array(fit.values)
    axes.axhspan(-200 * fit.error, 200 * fit.error, color=GREY, alpha=0.2, linewidth=0)
    for curve, (colour, line) in zip(_curves(fit).values(), STYLES, strict=False):
        off = 100 * (curve / values - 1)
        axes.plot(observed.order, off, line, color=colour, marker=".", markersize=4)
    own = np.abs(np.array(fit.fitted) / values - 1)[fit.hypothesis.start :].max()
    most = 100 * max(4 * fit.error, 1.6 * own)
    axes.set_ylim(-most, most)
