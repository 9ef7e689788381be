"""Anybody's timings from files: CSV, and the JSON of four benchmark tools.

A file gives runs: a benchmark's name, its numeric parameters, and its samples.  Choosing the runs of one
benchmark and of one sweep is the same for all formats.  Several files are several processes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from workdepth.errors import FileError
from workdepth.measure.samples_csv import csv_runs
from workdepth.measure.samples_json import json_runs
from workdepth.measure.samples_run import Run

MOST_BYTES = 200_000_000


@dataclass(frozen=True)
class Sweep:
    """Sizes and samples as `judge` takes them, and what they were read from.

    Attributes
    ----------
    sizes : dict of str to tuple of int
        One value a row for each size.
    samples : tuple
        One row a size and process; a size that several processes measured has several rows.
    source : str
        The format and the benchmark's name.
    """

    sizes: dict[str, tuple[float, ...]]
    samples: tuple[tuple[tuple[float, ...], ...], ...]
    source: str


def read_samples(
    paths: str | Path | Iterable[str | Path],
    names: Sequence[str] = ("n",),
    *,
    benchmark: str | None = None,
    where: Mapping[str, float] | None = None,
) -> Sweep:
    """Read a sweep from files.

    Parameters
    ----------
    paths : path or iterable of paths
        One file a process.
    names : sequence of str
        The sizes to read: those of the prediction.  One size may be called otherwise in the file, where
        there is only one that varies.
    benchmark : str, optional
        Which benchmark, where a file has several.
    where : mapping, optional
        Values of other parameters: only runs that have them are read.

    Returns
    -------
    Sweep

    Raises
    ------
    FileError
        When a file cannot be read, has several benchmarks, or varies what was not asked for.
    """
    files = [Path(paths)] if isinstance(paths, str | Path) else [Path(p) for p in paths]
    if not files:
        raise FileError("no file of samples", next_step="name a CSV or JSON file")
    columns: dict[str, list[float]] = {n: [] for n in names}
    samples, sources = [], []
    for path in files:
        kind, runs = _runs(path)
        chosen = _one_benchmark(runs, benchmark, path)
        chosen = _one_sweep(chosen, names, where or {}, path)
        sources.append(f"{kind}, {chosen[0].benchmark}" if chosen[0].benchmark else kind)
        for point, processes in _points(chosen, names, path).items():
            for name, value in zip(names, point, strict=True):
                columns[name].append(value)
            samples.append(tuple(tuple(p) for p in processes))
    return Sweep({n: tuple(v) for n, v in columns.items()}, tuple(samples), "; ".join(dict.fromkeys(sources)))


def _runs(path: Path) -> tuple[str, list[Run]]:
    """Return the format and all runs of a file."""
    try:
        if path.stat().st_size > MOST_BYTES:
            raise FileError(f"{path} has more than {MOST_BYTES // 10**6} MB", next_step="give fewer samples")
        text = path.read_text(encoding="utf-8-sig")
    except OSError as problem:
        raise FileError(
            f"cannot read {path}: {problem.strerror}", next_step="name an existing file"
        ) from problem
    except UnicodeDecodeError as problem:
        raise FileError(f"{path} is not a text file", next_step="give CSV or JSON") from problem
    kind, runs = json_runs(text, path) if text.lstrip()[:1] in ("{", "[") else ("CSV", csv_runs(text, path))
    if not runs:
        raise FileError(f"{path} has no samples", next_step="give CSV or JSON with one row a run")
    return kind, runs


def _one_benchmark(runs: list[Run], benchmark: str | None, path: Path) -> list[Run]:
    """Return the runs of the benchmark asked for, or of the only one."""
    known = list(dict.fromkeys(run.benchmark for run in runs))
    if benchmark is None and len(known) > 1:
        raise FileError(
            f"{path} has {len(known)} benchmarks: {_listed(known)}", next_step="choose one with --benchmark"
        )
    chosen = [run for run in runs if benchmark in (None, run.benchmark)]
    if not chosen:
        raise FileError(f"{path} has no benchmark {benchmark!r}", next_step=f"it has {_listed(known)}")
    return chosen


def _one_sweep(runs: list[Run], names: Sequence[str], where: Mapping[str, float], path: Path) -> list[Run]:
    """Return the runs with the given parameters; nothing but the sizes asked for may vary among them."""
    known = sorted({name for run in runs for name in run.parameters})
    for name in where:
        if name not in known:
            raise FileError(f"{path} has no parameter {name!r}", next_step=f"it has {_listed(known)}")
    chosen = [run for run in runs if all(run.parameters.get(n) == v for n, v in where.items())]
    if not chosen:
        raise FileError(f"{path} has no run with {dict(where)}", next_step="give values that the file has")
    chosen = _renamed(chosen, names)
    for name in known:
        values = {run.parameters.get(name) for run in chosen} - {None}
        if name not in names and len(values) > 1:
            raise FileError(
                f"{name} varies too in {path}: {_listed(sorted(values))}",
                next_step=f"choose one with --where {name}={min(values):g}, or predict with {name}",
            )
    return chosen


def _renamed(runs: list[Run], names: Sequence[str]) -> list[Run]:
    """Return the runs with their one varying parameter called as the one size of the prediction."""
    if len(names) != 1 or all(names[0] in run.parameters for run in runs):
        return runs
    varying = [n for n in runs[0].parameters if len({run.parameters.get(n) for run in runs}) > 1]
    if len(varying) != 1:
        return runs
    old = varying[0]
    return [
        Run(
            r.benchmark,
            {names[0] if n == old else n: v for n, v in r.parameters.items()},
            r.samples,
            r.process,
        )
        for r in runs
    ]


def _points(runs: list[Run], names: Sequence[str], path: Path) -> dict[tuple[float, ...], list[list[float]]]:
    """Return the samples by size, and by process within a size."""
    found: dict[tuple[float, ...], dict[str, list[float]]] = {}
    for run in runs:
        missing = [n for n in names if n not in run.parameters]
        if missing:
            raise FileError(
                f"{path} has no size {missing[0]!r}",
                next_step=f"it has {_listed(sorted(run.parameters)) or 'none'}; use these in the prediction",
            )
        point = tuple(run.parameters[n] for n in names)
        found.setdefault(point, {}).setdefault(run.process, []).extend(run.samples)
    return {point: list(by.values()) for point, by in found.items()}


def _listed(values: Sequence) -> str:
    shown = [f"{v:g}" if isinstance(v, float) else str(v) for v in values[:8]]
    return ", ".join(shown) + (", ..." if len(values) > 8 else "")
