"""A launch in detail: by source line, by block, by warp; and whole grids estimated from some blocks."""

from __future__ import annotations

from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np

from workdepth.ptx.counts import Counts
from workdepth.ptx.tally import Tally


@dataclass(frozen=True)
class LineCounts:
    """What one source line cost.

    Attributes
    ----------
    file, line, text : str, int, str
        The line; its text where the file could be read.
    instructions, warp_instructions : int
        As in :class:`workdepth.ptx.Counts`.
    divergent_branches : int
        Branches of a warp that went both ways.
    global_load_requests, global_load_sectors : int
        Requests of warps to global memory, and the 32-byte sectors they touched; likewise for stores.
    shared_load_wavefronts, shared_load_conflicts : int
        Passes over shared memory, and how many of them only bank conflicts made necessary; likewise for
        stores.
    """

    file: str
    line: int
    text: str
    instructions: int
    warp_instructions: int
    divergent_branches: int = 0
    global_load_requests: int = 0
    global_load_sectors: int = 0
    global_store_requests: int = 0
    global_store_sectors: int = 0
    shared_load_wavefronts: int = 0
    shared_load_conflicts: int = 0
    shared_store_wavefronts: int = 0
    shared_store_conflicts: int = 0

    @property
    def sectors_per_request(self) -> float:
        """Sectors that one request touches on average; 0 where there is none."""
        requests = self.global_load_requests + self.global_store_requests
        return (self.global_load_sectors + self.global_store_sectors) / requests if requests else 0.0


@dataclass(frozen=True)
class Profile:
    """A launch in detail.

    Attributes
    ----------
    counts : Counts
        The whole launch.
    lines : tuple of LineCounts
        By source line, in order; PTX lines where the PTX names no source.
    blocks : dict of str to numpy.ndarray
        ``threads``, ``active_threads``, ``steps``, ``instructions``, ``barriers`` of each block.
    warps : dict of str to numpy.ndarray
        ``steps``, ``instructions``, ``warp_instructions`` of each warp, block by block.
    """

    counts: Counts
    lines: tuple[LineCounts, ...]
    blocks: dict[str, np.ndarray]
    warps: dict[str, np.ndarray]


@dataclass(frozen=True)
class Estimate:
    """Counters of a grid, estimated from some of its blocks.

    Attributes
    ----------
    counts : Counts
        Sums are scaled up; ``steps``, ``depth`` and ``barriers`` are the most seen.
    relation : str
        ``=`` where every block ran, else ``~``.
    blocks_run, blocks : int
        How many blocks ran, of how many.
    """

    counts: Counts
    relation: str
    blocks_run: int
    blocks: int


_KEPT = ("steps", "depth", "barriers")


def scaled(counts: Counts, blocks_run: int, blocks: int) -> Estimate:
    """Return counters of some blocks as an estimate of all."""
    if blocks_run == blocks:
        return Estimate(counts, "=", blocks_run, blocks)

    def up(value: int) -> int:
        return round(value * blocks / blocks_run)

    values = {
        one.name: getattr(counts, one.name) if one.name in _KEPT else up(getattr(counts, one.name))
        for one in fields(counts)
        if one.name != "opcodes"
    }
    opcodes = {name: up(count) for name, count in counts.opcodes.items()}
    return Estimate(Counts(opcodes=opcodes, **values), "~", blocks_run, blocks)


_COLUMNS = {
    "divergent_branches": "divergent",
    "global_load_requests": "load_requests",
    "global_load_sectors": "load_sectors",
    "global_store_requests": "store_requests",
    "global_store_sectors": "store_sectors",
    "shared_load_wavefronts": "load_wavefronts",
    "shared_store_wavefronts": "store_wavefronts",
}


def by_line(tally: Tally, files: dict[int, str], sources: dict[str, str]) -> tuple[LineCounts, ...]:
    """Return a tally's counters by source line.

    Parameters
    ----------
    tally : Tally
        The counters of one launch.
    files : dict
        File names by the numbers that the PTX gives them.
    sources : dict
        Texts of source files, by name; a file that is not there is looked for on disk.
    """
    rows: dict[tuple[str, int], dict[str, int]] = {}
    for block in tally.program.blocks:
        for action in block.actions:
            source = action.instruction.source
            key = (files.get(source[0], "source"), source[1]) if source else ("PTX", action.instruction.line)
            row = rows.setdefault(key, {})
            found = {name: tally.table[column][action.number] for name, column in _COLUMNS.items()}
            found["instructions"] = tally.threads[block.number]
            found["warp_instructions"] = tally.warps[block.number]
            for way in ("load", "store"):
                ideal = tally.table[f"{way}_ideal"][action.number]
                found[f"shared_{way}_conflicts"] = found[f"shared_{way}_wavefronts"] - ideal
            for name, value in found.items():
                row[name] = row.get(name, 0) + value
    texts = {file: _lines(file, sources) for file in {file for file, _ in rows}}
    return tuple(
        LineCounts(file, line, _text(texts[file], line), **rows[file, line]) for file, line in sorted(rows)
    )


def _lines(file: str, sources: dict[str, str]) -> list[str]:
    if file in sources:
        return sources[file].split("\n")
    path = Path(file)
    return path.read_text(encoding="utf-8", errors="replace").split("\n") if path.is_file() else []


def _text(lines: list[str], line: int) -> str:
    return lines[line - 1].strip() if 0 < line <= len(lines) else ""
