"""What was measured: sizes and samples, checked, sorted, and summed up as medians with their errors.

The error of a median has three parts: the spread of the repeats, the spread between processes (the true
unit of repetition, [1]_), and what no repeat can show (alignment, clock, placement), for which an allowance
is made.  All are relative, because noise in timings is.

References
----------
.. [1] T. Kalibera, R. Jones, "Rigorous benchmarking in reasonable time", ISMM 2013.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from workdepth.errors import SizeError, WorkdepthError

# What repeats in one process cannot show, as a share of the noise of one sample, and its least value.
HIDDEN_SHARE, HIDDEN_LEAST = 0.4, 0.004
# The noise assumed where a size was measured once only.
UNKNOWN_NOISE = 0.1


class SampleError(WorkdepthError):
    """Samples that are no measurements: not numbers, not positive, too few, or not one row a size."""


@dataclass(frozen=True)
class Observations:
    """A sweep: one row a point, sorted by size.

    Attributes
    ----------
    sizes : dict of str to array
        The value of each size at each point.
    rows : tuple of tuple of array
        For each point, for each process, its samples.
    """

    sizes: dict[str, np.ndarray]
    rows: tuple[tuple[np.ndarray, ...], ...]

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the sizes."""
        return tuple(self.sizes)

    @property
    def repeats(self) -> int:
        """The fewest samples that any point has."""
        return min(sum(len(p) for p in row) for row in self.rows)

    @property
    def processes(self) -> int:
        """The fewest processes that any point has."""
        return min(len(row) for row in self.rows)

    def medians(self) -> np.ndarray:
        """Return the median of each point: over processes of the median in the process."""
        return np.array([math.exp(np.median([np.median(np.log(p)) for p in row])) for row in self.rows])

    @property
    def order(self) -> tuple[float, ...]:
        """What the points are sorted by: the geometric mean of their sizes."""
        logs = np.mean([np.log(v) for v in self.sizes.values()], axis=0)
        return tuple(np.exp(logs).tolist())

    def span(self) -> str:
        """Return the range of sizes in words: ``n in [16, 4096]``."""
        return ", ".join(f"{n} in [{_show(v.min())}, {_show(v.max())}]" for n, v in self.sizes.items())

    def part(self, keep: np.ndarray) -> Observations:
        """Return the points where ``keep`` holds."""
        rows = tuple(row for row, k in zip(self.rows, keep, strict=True) if k)
        return Observations({n: v[keep] for n, v in self.sizes.items()}, rows)


def observe(
    sizes: Sequence[int] | Mapping[str, Sequence[int]], samples: Iterable, *, name: str = "n"
) -> Observations:
    """Check sizes and samples, put them in order, and join the rows of one size.

    Parameters
    ----------
    sizes : sequence of int, or mapping of names to sequences
        The size of each row; a plain sequence is the size called ``name``.
    samples : array-like
        One row a size: repeats, or processes of repeats; rows may differ in length.
    name : str
        What a plain sequence of sizes is called.

    Returns
    -------
    Observations

    Raises
    ------
    SizeError
        When a size is not an integer of at least 1.
    SampleError
        When a sample is not a positive finite number, or rows and sizes differ in number.
    """
    named = check_sizes(sizes, name)
    rows = [_processes(row, k) for k, row in enumerate(_list(samples, "samples"))]
    for size, values in named.items():
        if len(values) != len(rows):
            raise SampleError(
                f"{len(values)} values of the size {size} but {len(rows)} rows of samples",
                next_step="give one row of samples for each size",
            )
    if not rows:
        raise SampleError("no samples at all", next_step="measure at least 4 sizes")
    points: dict[tuple[int, ...], list[np.ndarray]] = {}
    for k, row in enumerate(rows):
        points.setdefault(tuple(v[k] for v in named.values()), []).extend(row)
    order = sorted(points, key=lambda p: (sum(math.log(x) for x in p), p))
    columns = {n: np.array([float(p[j]) for p in order]) for j, n in enumerate(named)}
    return Observations(columns, tuple(tuple(points[p]) for p in order))


@dataclass(frozen=True)
class Noise:
    """The relative errors of a sweep: of one sample, between processes, and of each median.

    ``inside`` is the part of a median's error that its repeats show; ``errors`` is the whole.
    """

    sample: float
    between: float | None
    inside: np.ndarray
    errors: np.ndarray

    @property
    def typical(self) -> float:
        """The median error of a median."""
        return float(np.median(self.errors))


def noise_of(observed: Observations) -> Noise:
    """Estimate the relative error of each median from the repeats and, where given, the processes."""
    if observed.repeats < 2:
        errors = np.full(len(observed), UNKNOWN_NOISE)
        return Noise(UNKNOWN_NOISE, None, 0 * errors, errors)
    spreads = [_spread(row) for row in observed.rows]
    pooled = float(np.median(spreads))
    counts = np.array([sum(len(p) for p in row) for row in observed.rows], dtype=float)
    own = np.sqrt((15 * pooled**2 + counts * np.minimum(spreads, 4 * pooled) ** 2) / (15 + counts))
    inside = 1.2533 * own * _correlation(observed) / np.sqrt(counts)
    if observed.processes < 2:
        hidden = HIDDEN_SHARE * pooled + HIDDEN_LEAST
        return Noise(pooled, None, inside, np.hypot(inside, hidden))
    pooled_between, between = _between(observed)
    count = np.array([len(row) for row in observed.rows], dtype=float)
    outer = np.maximum(1.2533 * between / np.sqrt(count), inside)
    hidden = 0.5 * HIDDEN_SHARE * pooled + HIDDEN_LEAST
    return Noise(pooled, pooled_between, inside, np.hypot(outer, hidden))


def _spread(row: tuple[np.ndarray, ...]) -> float:
    """Robust relative spread of one point's samples about their process's median."""
    parts = [np.log(p) - np.median(np.log(p)) for p in row]
    joined = np.abs(np.concatenate(parts))
    freedom = len(joined) / max(len(joined) - len(parts), 1)
    return float(1.4826 * np.median(joined) * math.sqrt(freedom))


def _between(observed: Observations) -> tuple[float, np.ndarray]:
    """Return the spread of the processes' medians, typical and at each point.

    A point's own spread comes from few processes, so it is drawn towards the typical one; one disturbed
    process moves neither far.
    """
    logs = [np.array([np.median(np.log(p)) for p in row]) for row in observed.rows]
    freedom = np.array([len(x) - 1 for x in logs], dtype=float)
    squares = np.array([((x - np.median(x)) ** 2).sum() for x in logs])
    # The median of chi squared with k degrees of freedom is near k * (1 - 2/(9k))**3.
    typical = float(np.median(squares / freedom / (1 - 2 / (9 * freedom)) ** 3))
    own = np.minimum(squares / freedom, 16 * typical)
    return math.sqrt(typical), np.sqrt((8 * typical + freedom * own) / (8 + freedom))


def _correlation(observed: Observations) -> float:
    """How much neighbours in time widen a median's error: sqrt((1 + r) / (1 - r)), never below 1."""
    top = bottom = 0.0
    for row in observed.rows:
        for process in row:
            if len(process) < 5:
                continue
            off = np.log(process) - np.median(np.log(process))
            cut = 3 * 1.4826 * float(np.median(np.abs(off)))
            off = np.clip(off, -cut, cut)
            top += float((off[1:] * off[:-1]).sum()) / (len(off) - 1)
            bottom += float((off**2).sum()) / len(off)
    rho = min(max(top / bottom, 0.0), 0.9) if bottom > 0 else 0.0
    return math.sqrt((1 + rho) / (1 - rho))


def check_sizes(sizes: Sequence[int] | Mapping[str, Sequence[int]], name: str = "n") -> dict[str, list[int]]:
    """Sizes by name, each an integer of at least 1; a plain sequence is the size called ``name``."""
    return {n: [_size(n, x) for x in v] for n, v in _named(sizes, name).items()}


def _named(sizes: Sequence[int] | Mapping[str, Sequence[int]], name: str) -> dict[str, list]:
    if isinstance(sizes, Mapping):
        if not sizes:
            raise SizeError("no sizes at all", next_step="give the size of each row")
        return {str(n): _list(v, f"sizes of {n}") for n, v in sizes.items()}
    return {name: _list(sizes, "sizes")}


def _list(values: Iterable, what: str) -> list:
    if isinstance(values, str | bytes) or not hasattr(values, "__iter__"):
        raise SampleError(f"{what}: {values!r} is no sequence", next_step="give a list or an array")
    return list(values)


def _size(name: str, value: object) -> int:
    try:
        number = float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError) as problem:
        raise SizeError(f"the size {name} = {value!r} is no number") from problem
    if not (math.isfinite(number) and number == int(number) and number >= 1):
        raise SizeError(
            f"the size {name} = {value!r} is not an integer of at least 1",
            next_step="give sizes like 1024, 2048",
        )
    return int(number)


def _processes(row: object, index: int) -> tuple[np.ndarray, ...]:
    values = list(row) if hasattr(row, "__iter__") and not isinstance(row, str) else [row]
    nested = bool(values) and all(hasattr(v, "__iter__") and not isinstance(v, str) for v in values)
    processes = tuple(_numbers(v, index) for v in (values if nested else [values]))
    found = tuple(p for p in processes if len(p))
    if not found:
        raise SampleError(
            "a size without a sample", where=f"row {index}", next_step="measure it or leave it out"
        )
    return found


def _numbers(values: Iterable, index: int) -> np.ndarray:
    try:
        found = np.array([float(v) for v in values], dtype=float)
    except (TypeError, ValueError) as problem:
        raise SampleError("a sample is no number", where=f"row {index}") from problem
    bad = ~(np.isfinite(found) & (found > 0))
    if bad.any():
        raise SampleError(
            f"the sample {found[bad][0]} is not a positive finite time",
            where=f"row {index}",
            next_step="leave out failed runs; scale a clock that reads zero by more work a sample",
        )
    return found


def _show(value: float) -> str:
    return str(int(value))
