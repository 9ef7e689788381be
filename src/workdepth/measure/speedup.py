"""Measured speed-up and the bounds it must lie between.

The work law says that p threads are at most p times as fast as one; the span law that no number of threads
beats work / span; a device never runs more threads at once than it can hold.  Greedy scheduling reaches at
least work / ((work - span)/p + span) where a step costs the same everywhere [1]_, [2]_.

References
----------
.. [1] R. P. Brent, "The parallel evaluation of general arithmetic expressions", J. ACM 21 (1974), lemma 2.
.. [2] R. L. Graham, "Bounds for certain multiprocessing anomalies", Bell System Technical Journal 45 (1966).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from workdepth.measure.observations import SampleError, observe

DRAWS = 400


@dataclass(frozen=True)
class Bounds:
    """What theory says of the speed-up at each point.

    Attributes
    ----------
    work, span, resident : tuple of float
        It is at most each of these: the threads used, work / span, the threads that the device holds.
    greedy : tuple of float
        It is at least this on a machine whose steps all cost the same.
    """

    work: tuple[float, ...]
    span: tuple[float, ...]
    resident: tuple[float, ...]
    greedy: tuple[float, ...]


def speedup_bounds(
    work: Sequence[float], span: Sequence[float], threads: Sequence[float], resident: float | None = None
) -> Bounds:
    """Compute the bounds at each point.

    Parameters
    ----------
    work, span, threads : sequence of float
        Total work, longest chain and threads used, at each point.
    resident : float, optional
        Threads that the device holds at once.

    Returns
    -------
    Bounds

    Examples
    --------
    >>> bounds = speedup_bounds([1023], [10], [512], resident=100)
    >>> bounds.span, bounds.resident, round(bounds.greedy[0], 1)
    ((102.3,), (100.0,), 50.8)
    """
    for name, values in (("work", work), ("span", span), ("threads", threads)):
        if min(values, default=1) <= 0:
            raise SampleError(
                f"{name} must be positive", next_step="leave out sizes at which nothing is done"
            )
    most = float("inf") if resident is None else float(resident)
    rows = list(zip(work, span, threads, strict=True))
    return Bounds(
        work=tuple(float(p) for _, _, p in rows),
        span=tuple(w / d for w, d, _ in rows),
        resident=tuple(most for _ in rows),
        greedy=tuple(w / ((w - d) / min(p, most) + d) for w, d, p in rows),
    )


@dataclass(frozen=True)
class Speedup:
    """Ratios of medians with their 95 % intervals, by ascending size."""

    sizes: tuple[float, ...]
    ratios: tuple[float, ...]
    intervals: tuple[tuple[float, float], ...]


def measured_speedup(sizes: Sequence[int], serial: Iterable, parallel: Iterable) -> Speedup:
    """Divide the median of serial samples by that of parallel ones, at each size.

    Parameters
    ----------
    sizes : sequence of int
        What was varied: a size, or the number of threads.
    serial, parallel : array-like
        Samples at each size, as `fit` takes them.

    Returns
    -------
    Speedup
        The intervals are by bootstrap on both.

    Examples
    --------
    >>> measured_speedup([8], [[4.0, 4.0]], [[2.0, 2.0]]).ratios
    (2.0,)
    """
    top, bottom = observe(sizes, serial), observe(sizes, parallel)
    ratios = top.medians() / bottom.medians()
    random = np.random.default_rng(20)
    intervals = []
    for above, below in zip(top.rows, bottom.rows, strict=True):
        drawn = _medians(above, random) / _medians(below, random)
        low, high = np.quantile(drawn, [0.025, 0.975])
        intervals.append((float(low), float(high)))
    (values,) = top.sizes.values()
    return Speedup(tuple(values.tolist()), tuple(ratios.tolist()), tuple(intervals))


def _medians(row: tuple[np.ndarray, ...], random: np.random.Generator) -> np.ndarray:
    """Draw the samples of a point with replacement; return the median of each draw."""
    joined = np.concatenate(row)
    return np.median(joined[random.integers(0, len(joined), (DRAWS, len(joined)))], axis=1)
