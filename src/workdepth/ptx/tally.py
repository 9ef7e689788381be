"""Counters while a launch runs: kept by instruction, summed at the end."""

from __future__ import annotations

import numpy as np

from workdepth.ptx.counts import Counts
from workdepth.ptx.program import Program

COLUMNS = (
    "load_sectors",
    "store_sectors",
    "load_wavefronts",
    "store_wavefronts",
    "load_bytes",
    "store_bytes",
    "divergent",
)


class Tally:
    """Counters of one launch, a row for each instruction."""

    def __init__(self, program: Program) -> None:
        self.program = program
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
