"""A count of one's own kernel as plain text: what was launched, counters or formulas, faults, lines, verdict."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from textwrap import wrap
from typing import TYPE_CHECKING

from workdepth.measure.own_launch import plain_name
from workdepth.measure.own_record import shown
from workdepth.ptx.counts import UNIT

if TYPE_CHECKING:
    from workdepth.measure.own_growth import Against
    from workdepth.measure.own_kernel import KernelCount, Point
    from workdepth.ptx import LineCounts

WIDTH = 110
ROWS = 8  # raw rows of a sweep; all are in the JSON
LINES = 40  # source lines, those that cost most
FIRST = 4  # elements of a changed array
RAW = ("steps", "depth", "barriers", "threads", "active_threads", "instructions")
UNITS: Mapping[str, str] = {
    "threads": "launched",
    "active_threads": "that wrote to global or shared memory",
    "steps": f"{UNIT}s of the longest thread",
    "instructions": f"{UNIT}s of all threads",
    "depth": f"{UNIT}s, longest chain of dependent ones",
    "barriers": "most that one thread passed",
    "warp_instructions": f"{UNIT}s issued by warps",
    "divergent_branches": "branches of a warp that went both ways",
    "global_load_sectors": "32-byte sectors",
    "global_store_sectors": "32-byte sectors",
    "shared_load_wavefronts": "passes over shared memory",
    "shared_store_wavefronts": "passes over shared memory",
    "bytes_loaded": "bytes from global memory",
    "bytes_stored": "bytes to global memory",
}


def text(found: KernelCount, width: int = WIDTH) -> str:
    """Return a count as text.

    Parameters
    ----------
    found : KernelCount
    width : int
        Columns to wrap sentences to, and to cut source lines at.

    Returns
    -------
    str
    """
    return "\n".join(_printable(line).rstrip() for line in _lines(found, max(width, 40)))


def _printable(line: str) -> str:
    """Blank control characters: neither a source line nor a file name steers the terminal."""
    return "".join(c if c.isprintable() else " " for c in line)


def _lines(found: KernelCount, width: int) -> Iterable[str]:
    yield from _wrapped(
        f"{plain_name(found.kernel)}, from {found.file}: PTX {found.version} for {found.target}, counted without a GPU",
        width,
        0,
    )
    if found.points:
        yield from _wrapped(_launched(found), width)
        yield ""
        yield from _sweep(found, width) if found.swept else _counters(found.points[-1])
    for fault in found.faults:
        yield ""
        yield from _wrapped(f"fault{_at(fault.sizes)}: {fault.text}", width, 0)
    for number, array in found.results.items():
        first = ", ".join(str(shown(value)) for value in array.reshape(-1)[:FIRST])
        more = ", ..." if array.size > FIRST else ""
        yield ""
        yield f"argument {number} ({array.dtype}[{array.size}]) became {first}{more}"
    if found.lines:
        yield ""
        yield from _by_line(found.lines, _at(found.points[-1].sizes), width)
    if found.against is not None:
        yield ""
        yield from _verdict(found.against, width)


def _launched(found: KernelCount) -> str:
    first, last = found.points[0], found.points[-1]
    if first is last:
        return f"{_shape(last)}{_at(last.sizes)}"
    return f"{len(found.points)} launches, from {_shape(first)}{_at(first.sizes)} to {_shape(last)}{_at(last.sizes)}"


def _shape(one: Point) -> str:
    grid, block = (" x ".join(map(str, _trimmed(shape))) for shape in (one.grid, one.block))
    shared = f", {one.shared_bytes} bytes of dynamic shared memory" if one.shared_bytes else ""
    ran = f", {one.blocks_run} blocks executed and the rest estimated" if one.relation == "~" else ""
    return f"grid {grid}, block {block}{shared}{ran}"


def _trimmed(shape: tuple[int, int, int]) -> tuple[int, ...]:
    return shape if shape[2] > 1 else shape[:2] if shape[1] > 1 else shape[:1]


def _at(sizes: Mapping[str, int]) -> str:
    return f" at {', '.join(f'{name} = {value}' for name, value in sizes.items())}" if sizes else ""


def _counters(point: Point) -> Iterable[str]:
    values = {name: f"{point.relation} {getattr(point.counts, name)}" for name in UNITS}
    widest = max(map(len, values.values()))
    for name, value in values.items():
        yield f"  {name:<24}{value:>{widest}}  {UNITS[name]}"


def _sweep(found: KernelCount, width: int) -> Iterable[str]:
    rows = [
        (*(str(one.sizes[name]) for name in found.swept), *(str(getattr(one.counts, name)) for name in RAW))
        for one in found.points
    ]
    yield from _table((*found.swept, *RAW), _some(rows))
    yield ""
    for name, one in found.formulas.items():
        told = f"  (grows like {one.growth})" if one.growth not in ("", "1", one.exact) and one.exact else ""
        yield from _wrapped(f"{name:<24}{one}{told}", width)


def _some(rows: Sequence[tuple[str, ...]]) -> Sequence[tuple[str, ...]]:
    """Return at most `ROWS` rows, spread evenly, the first and the last among them."""
    if len(rows) <= ROWS:
        return rows
    return [rows[k * (len(rows) - 1) // (ROWS - 1)] for k in range(ROWS)]


def _by_line(lines: Sequence[LineCounts], at: str, width: int) -> Iterable[str]:
    dearest = sorted(range(len(lines)), key=lambda k: -lines[k].instructions)[:LINES]
    chosen = [lines[k] for k in sorted(dearest)]
    left = f", {len(chosen)} of {len(lines)}" if len(chosen) < len(lines) else ""
    yield f"by source line{at}{left}"
    head = ("line", "instructions", "divergent", "sectors/request", "bank conflicts", "source")
    files = {one.file for one in chosen}
    rows = [_line(one, len(files) > 1) for one in chosen]
    for row in _table(head, rows, left=1):
        yield row if len(row) <= width else row[: width - 3] + "..."


def _line(one: LineCounts, named: bool) -> tuple[str, ...]:
    passes = one.shared_load_wavefronts + one.shared_store_wavefronts
    conflicts = one.shared_load_conflicts + one.shared_store_conflicts
    return (
        f"{one.file}:{one.line}" if named else str(one.line),
        str(one.instructions),
        str(one.divergent_branches or "-"),
        _touched(one),
        f"{conflicts} of {passes}" if passes else "-",
        one.text,
    )


def _touched(one: LineCounts) -> str:
    ways = {
        "ld": (one.global_load_sectors, one.global_load_requests),
        "st": (one.global_store_sectors, one.global_store_requests),
    }
    return ", ".join(f"{way} {sectors / n:.3g}" for way, (sectors, n) in ways.items() if n) or "-"


def _verdict(against: Against, width: int) -> Iterable[str]:
    yield f"against {against.algorithm} on the {against.machine}: {against.outcome}"
    for one in against.held:
        yield from _wrapped(
            f"{one.figure} grows like {against.machine} {one.predicted} {one.growth}: {one.outcome}; {one.reason}",
            width,
        )


def _table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]], left: int = 0) -> Iterable[str]:
    """Lay out a table; its last ``left`` columns begin at the left, the others end at the right."""
    widths = [max(len(row[k]) for row in (head, *rows)) for k in range(len(head))]
    border = len(head) - left
    for row in (head, *rows):
        cells = [
            cell.rjust(size) if k < border else cell
            for k, (cell, size) in enumerate(zip(row, widths, strict=True))
        ]
        yield "  " + "  ".join(cells)


def _wrapped(line: str, width: int, indent: int = 2) -> list[str]:
    gap = " " * indent
    return wrap(line, width, initial_indent=gap, subsequent_indent=gap + "  ") or [""]
