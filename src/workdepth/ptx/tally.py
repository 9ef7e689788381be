"""Counters while a launch runs: kept by instruction, summed at the end."""

from __future__ import annotations

import numpy as np

from workdepth.ptx.counts import Counts
from workdepth.ptx.program import Program

COLUMNS = (
    "load_sectors",
    "store_sectors",
    "load_requests",
    "store_requests",
    "load_wavefronts",
    "store_wavefronts",
    "load_ideal",
    "store_ideal",
    "load_bytes",
    "store_bytes",
    "divergent",
)


class Units:
    """Counters of every block and warp of a grid, for those who ask for them."""

    def __init__(self, blocks: int, threads: int) -> None:
        self.warps_a_block = -(-threads // 32)
        self.blocks = {
            name: np.zeros(blocks, np.int64)
            for name in ("threads", "active_threads", "steps", "instructions", "barriers")
        }
        self.warps = {
            name: np.zeros(blocks * self.warps_a_block, np.int64)
            for name in ("steps", "instructions", "warp_instructions")
        }

    def issued(self, warps: np.ndarray, length: int) -> None:
        """Note instructions issued by some warps, numbered in the grid."""
        self.warps["warp_instructions"][warps] += length

    def lanes(self, block: np.ndarray, warp: np.ndarray, taken: np.ndarray, active: np.ndarray) -> None:
        """Note what each lane of some blocks has done; blocks and warps are numbered in the grid."""
        np.add.at(self.blocks["threads"], block, 1)
        np.add.at(self.blocks["active_threads"], block, active)
        for table, place in ((self.blocks, block), (self.warps, warp)):
            np.add.at(table["instructions"], place, taken)
            np.maximum.at(table["steps"], place, taken)


class Tally:
    """Counters of one launch, a row for each instruction."""

    def __init__(self, program: Program, units: Units | None = None) -> None:
        self.program = program
        self.units = units
        self.threads = [0] * len(program.blocks)
        self.warps = [0] * len(program.blocks)
        self.table = {name: [0] * (len(program.actions) + 1) for name in COLUMNS}
        self.depth = self.steps = self.barriers = self.launched = self.active = 0

    def chain(self, depth: np.ndarray) -> None:
        """Note the depth of an instruction that nothing in its block goes on from."""
        longest = int(depth.max())
        if longest > self.depth:
            self.depth = longest

    def counts(self) -> Counts:
        """Return the launch's counters."""
        opcodes: dict[str, int] = {}
        for block, count in zip(self.program.blocks, self.threads, strict=True):
            for action in block.actions:
                if count:
                    opcodes[action.instruction.name] = opcodes.get(action.instruction.name, 0) + count
        sums = {name: int(sum(rows)) for name, rows in self.table.items()}
        warps = sum(n * len(block.actions) for block, n in zip(self.program.blocks, self.warps, strict=True))
        return Counts(
            threads=self.launched,
            active_threads=self.active,
            steps=self.steps,
            instructions=sum(opcodes.values()),
            depth=self.depth,
            barriers=self.barriers,
            warp_instructions=warps,
            divergent_branches=sums["divergent"],
            global_load_sectors=sums["load_sectors"],
            global_store_sectors=sums["store_sectors"],
            shared_load_wavefronts=sums["load_wavefronts"],
            shared_store_wavefronts=sums["store_wavefronts"],
            bytes_loaded=sums["load_bytes"],
            bytes_stored=sums["store_bytes"],
            opcodes=dict(sorted(opcodes.items())),
        )
