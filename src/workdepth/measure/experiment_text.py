"""An experiment as plain text: ASCII, a table for each kernel, wrapped to a width."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from textwrap import wrap
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from workdepth.measure.experiment import Experiment
    from workdepth.measure.sweep import KernelCounts

WIDTH = 110
SHOWN = 8  # rows of raw numbers in a table; all are in the JSON


def text(experiment: Experiment, width: int = WIDTH) -> str:
    """Return an experiment as text.

    Parameters
    ----------
    experiment : Experiment
    width : int
        Columns to wrap sentences to; tables of numbers keep their own width.

    Returns
    -------
    str
    """
    return "\n".join(_lines(experiment, width))


def _lines(found: Experiment, width: int) -> Iterable[str]:
    yield f"{found.algorithm}, measured on {found.on}: {found.outcome}"
    yield ""
    for line in (*found.varied, *found.notes):
        yield from _wrapped(line, width)
    yield from _wrapped(
        f"PTX {found.compiler.ptx} for {found.compiler.arch}, compiled by NVRTC {found.compiler.nvrtc}; "
        "the unit of steps and depth is the PTX instruction",
        width,
    )
    for counts in found.counts:
        yield ""
        yield f"{counts.kernel} ({counts.machine}'s witness, {counts.data_type})"
        yield from _count_table(counts, found.analysis.sizes[0].name)
        yield from _verdicts(found, counts.kernel, width, timed=False)
    for times in found.times:
        yield ""
        yield f"{times.kernel} on {times.device.name} ({times.machine}'s witness, {times.data_type})"
        rows = [
            (str(n), f"{m:.4g}", str(len(row)))
            for n, m, row in zip(times.sizes, times.medians, times.milliseconds, strict=True)
        ]
        yield from _table((found.analysis.sizes[0].name, "median ms", "samples"), _some(rows))
        yield from _verdicts(found, times.kernel, width, timed=True)
        for remark in times.remarks:
            yield from _wrapped(f"note: {remark}", width)
    yield from _ratio_lines(found)
    yield ""
    for reason in found.reasons:
        yield from _wrapped(f"{found.outcome}: {reason}", width)


def _verdicts(found: Experiment, kernel: str, width: int, timed: bool) -> Iterable[str]:
    for one in found.comparisons:
        if one.kernel != kernel or (one.figure == "milliseconds") != timed:
            continue
        aim = one.prediction if one.relation == "equals" else one.growth
        blocks = f" in whole blocks of {one.granule}" if one.granule > 1 else ""
        head = f"{one.figure} {one.relation} {one.machine} {one.predicted} {aim}{blocks}: {one.outcome}"
        formulas = [f"exactly {formula}" for formula in one.formulas]
        against = one.outcome != "consistent" or not formulas
        yield from _wrapped("; ".join([head, *formulas, *([one.reason] if against else [])]), width)


def _count_table(counts: KernelCounts, name: str) -> Iterable[str]:
    rows = [
        (str(n), *(str(values[k]) for values in counts.figures.values())) for k, n in enumerate(counts.sizes)
    ]
    return _table((name, *counts.figures), _some(rows))


def _some(rows: Sequence[tuple[str, ...]]) -> Sequence[tuple[str, ...]]:
    """Return at most `SHOWN` rows, spread evenly, the first and the last among them."""
    if len(rows) <= SHOWN:
        return rows
    return [rows[k * (len(rows) - 1) // (SHOWN - 1)] for k in range(SHOWN)]


def _table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> Iterable[str]:
    widths = [max(len(row[k]) for row in (head, *rows)) for k in range(len(head))]
    for row in (head, *rows):
        yield "  " + "  ".join(cell.rjust(w) for cell, w in zip(row, widths, strict=True))


def _ratio_lines(found: Experiment) -> Iterable[str]:
    if not found.speedups:
        return
    yield ""
    yield f"RAM time / GPU time on the device; predicted to grow like {found.analysis.speedup.growth}"
    rows = [(str(n), f"{ratio:.3g}") for n, ratio in found.speedups.items()]
    yield from _table((found.analysis.sizes[0].name, "ratio"), _some(rows))


def _wrapped(line: str, width: int) -> list[str]:
    return wrap(line, max(width, 20), initial_indent="  ", subsequent_indent="    ") or [""]
