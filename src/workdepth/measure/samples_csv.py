"""Runs from a table: one row a sample, or one row a size with its samples beside it.

    n,seconds,process        n,1,2,3
    1024,0.0012,1            1024,0.0012,0.0013,0.0012
    1024,0.0013,2            2048,0.0025,0.0024,0.0026

A column called time, seconds or the like holds the samples, and then all others are parameters; without
one, the first column is the size and all others are samples.  The header may be left out.  Lines that start
with # are comments.
"""

from __future__ import annotations

import csv
from pathlib import Path

from workdepth.errors import FileError
from workdepth.measure.samples_run import Run, number, numeric

VALUES = (
    "time",
    "seconds",
    "sample",
    "value",
    "duration",
    "elapsed",
    "real_time",
    "median",
    "ns",
    "us",
    "ms",
    "s",
)
PROCESSES = ("process", "launch", "pid")
NAMES = ("benchmark", "name")


def csv_runs(text: str, path: Path) -> list[Run]:
    """All runs of a table."""
    lines = [line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    if not lines:
        return []
    delimiter = max(",;\t", key=lines[0].count)
    try:
        rows = [[cell.strip() for cell in row] for row in csv.reader(lines, delimiter=delimiter)]
    except csv.Error as problem:
        raise FileError(
            f"{path} is not a CSV table: {problem}", next_step="one row a run, cells parted by commas"
        ) from problem
    if len(rows[0]) < 2:
        raise FileError(
            f"{path} is not a CSV table: one column only", next_step="give a size and its samples in each row"
        )
    headed = any(number(cell) is None for cell in rows[0] if cell)
    header = rows.pop(0) if headed else ["n"]
    kept = {c.lower(): k for k, c in enumerate(header)} if headed else {}
    value = next((kept[v] for v in VALUES if v in kept), None)
    if value is None:
        return [_wide(header[0], row, kept, k, path) for k, row in enumerate(rows)]
    return [_long(header, row, value, kept, k, path) for k, row in enumerate(rows)]


def _wide(name: str, row: list[str], kept: dict[str, int], place: int, path: Path) -> Run:
    """Return a row of a size and its samples; empty cells are no samples."""
    apart = {kept[p] for p in (*PROCESSES, *NAMES) if p in kept}
    samples = [_sample(cell, place, path) for k, cell in enumerate(row) if k and cell and k not in apart]
    return Run(
        _cell(row, kept, NAMES),
        {name: _size(name, row[0], place, path)},
        samples,
        _cell(row, kept, PROCESSES),
    )


def _long(header: list[str], row: list[str], value: int, kept: dict[str, int], place: int, path: Path) -> Run:
    """Return a row of parameters and one sample."""
    if len(row) != len(header):
        raise FileError(f"{len(row)} cells under {len(header)} names", where=f"{path}, row {place + 1}")
    apart = {value, *(kept[p] for p in (*PROCESSES, *NAMES) if p in kept)}
    parameters = numeric({header[k]: cell for k, cell in enumerate(row) if k not in apart})
    return Run(
        _cell(row, kept, NAMES), parameters, [_sample(row[value], place, path)], _cell(row, kept, PROCESSES)
    )


def _cell(row: list[str], kept: dict[str, int], names: tuple[str, ...]) -> str:
    """Return the cell of the first of these columns that is there, or nothing."""
    place = next((kept[n] for n in names if n in kept), None)
    return row[place] if place is not None and place < len(row) else ""


def _sample(cell: str, place: int, path: Path) -> float:
    found = number(cell)
    if found is None:
        raise FileError(f"{cell!r} is no sample", where=f"{path}, row {place + 1}", next_step="give numbers")
    return found


def _size(name: str, cell: str, place: int, path: Path) -> float:
    found = number(cell)
    if found is None:
        raise FileError(
            f"{cell!r} is no size {name}", where=f"{path}, row {place + 1}", next_step="give integers"
        )
    return found
