"""One thread at a time: a kernel translated to a Python function on plain integers.

NumPy costs a microsecond a call however few lanes there are; a launch of one thread is quicker in plain
Python.
"""

from __future__ import annotations

import numpy as np

from workdepth.ptx.lanes import Chunk, Geometry
from workdepth.ptx.memory import Memory
from workdepth.ptx.port import OneThread
from workdepth.ptx.program import Action, Program
from workdepth.ptx.tally import Tally
from workdepth.ptx.translate import Translator

_PLAIN = ("pure", "load", "store", "branch", "end", "fence", "barrier")


def suits(program: Program, geometry: Geometry) -> bool:
    """Whether a launch is one that this executor knows: one-thread blocks, few of them, simple memory."""
    return (
        geometry.threads == 1
        and geometry.blocks <= 64
        and all(action.kind in _PLAIN for action in program.actions)
        and all(a.access is None or a.access.space in ("global", "shared") for a in program.actions)
        and all(a.kind != "barrier" or _simple(a) for a in program.actions)
        and all(len(a.targets) < 2 for a in program.actions)
    )


def _simple(barrier: Action) -> bool:
    return barrier.variant == "sync" and len(barrier.sources) < 2 and barrier.guard is None


class Single:
    """A kernel ready to run by one thread a block."""

    def __init__(
        self,
        program: Program,
        memory: Memory,
        parameters: dict[int, np.ndarray],
        tally: Tally | None,
        files: dict[int, str],
        step_limit: int,
    ) -> None:
        self.program, self.memory, self.tally = program, memory, tally
        self.launch = OneThread(program, memory, parameters, files, step_limit, tally is not None)

    def run(self, geometry: Geometry) -> None:
        """Run every block of the grid."""
        with np.errstate(all="ignore"):
            cells: dict[int, int] = {}
            for number in range(geometry.blocks):
                chunk = Chunk(geometry, number, number + 1)
                self.memory.begin(chunk)
                self._block(chunk, cells)
                # Shared memory is fresh for every block.
                for cell in [cell for cell in cells if cell < 0]:
                    del cells[cell]

    def _block(self, chunk: Chunk, cells: dict[int, int]) -> None:
        text, names = Translator(self.launch, chunk, cells).function()
        exec(compile(text, f"<kernel {len(text)}>", "exec"), names)
        times, depth, guarded, wrote = names["kernel"]()
        if self.tally is not None:
            self._count(times, depth, guarded, wrote)

    def _count(self, times: tuple[int, ...], depth: int, guarded: dict[int, int], wrote: bool) -> None:
        tally = self.tally
        assert tally is not None
        steps = barriers = 0
        for block, count in zip(self.program.blocks, times, strict=True):
            tally.threads[block.number] += count
            tally.warps[block.number] += count
            steps += count * len(block.actions)
            barriers += count * (block.last.kind == "barrier")
            for action in block.actions:
                done = count if action.guard is None else guarded.get(action.number, 0)
                if action.access is not None and done:
                    _traffic(tally, action, done)
                    wrote = wrote or action.kind == "store"
        tally.depth, tally.steps = max(tally.depth, depth), max(tally.steps, steps)
        tally.barriers = max(tally.barriers, barriers)
        tally.launched += 1
        tally.active += bool(wrote)


def _traffic(tally: Tally, action: Action, done: int) -> None:
    """Note accesses of one lane each: a sector, or a wavefront, apiece."""
    access = action.access
    assert access is not None
    names = ("wavefronts", "ideal") if access.space == "shared" else ("sectors", "requests")
    for name in names:
        tally.table[f"{action.kind}_{name}"][action.number] += done
    if access.space != "shared":
        tally.table[f"{action.kind}_bytes"][action.number] += done * access.bytes
