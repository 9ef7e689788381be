"""Warp instructions wait for the lanes that their mask names.

A group that stands at such an instruction goes on warp by warp: the warps of which every lane named by its
masks has come.  The others are held until more lanes arrive; if nobody else can run, that is a fault.
"""

from __future__ import annotations

import numpy as np

from workdepth.ptx.faults import KernelError
from workdepth.ptx.lanes import Group, united
from workdepth.ptx.memory import place
from workdepth.ptx.program import Action, Block, Program
from workdepth.ptx.warp import ballot, lane_numbers


class Held:
    """Groups of a chunk that wait at warp instructions, by block."""

    def __init__(self, program: Program, files: dict[int, str]) -> None:
        self.program, self.files = program, files
        self.groups: dict[int, Group] = {}
        self.gone: np.ndarray | None = None  # lanes that have ended

    def ready(self, block: Block, group: Group, values: list[np.ndarray]) -> Group | None:
        """Return the lanes that may execute the block's warp instruction now; keep the others."""
        action = block.actions[0]
        if action.variant == "activemask" or not action.sources:
            return group
        if block.number in self.groups:
            group = united([group, self.groups.pop(block.number)])
        mask = self.masks(action, group, values)
        missing = mask & ~ballot(group, np.ones(1, np.bool_)) & self.present(group)
        if not missing.any():
            return group
        waits = np.isin(group.warp, group.warp[missing != 0])
        self.groups[block.number] = group.part(waits)
        rest = group.part(~waits)
        return rest if rest.count else None

    def masks(self, action: Action, group: Group, values: list[np.ndarray]) -> np.ndarray:
        """Return the mask that each lane of the group names."""
        source = action.sources[-1]
        mask = source.of(values)
        return np.broadcast_to(mask if mask.size == 1 else group.of(mask), group.count).astype(np.uint32)

    def present(self, group: Group) -> np.ndarray:
        """Return, for each lane, which lanes of its warp exist and have not ended."""
        chunk = group.chunk
        alive = np.ones(chunk.lanes, np.bool_) if self.gone is None else ~self.gone
        return group.of(ballot(chunk.everyone, alive))

    def end(self, group: Group) -> None:
        """Note lanes that have ended."""
        if self.gone is None:
            self.gone = np.zeros(group.chunk.lanes, np.bool_)
        self.gone[slice(None) if group.lanes is None else group.lanes] = True

    def retried(self, values: list[np.ndarray]) -> dict[int, list[Group]]:
        """Return what may go on now that other lanes have ended; none where nothing may."""
        free: dict[int, list[Group]] = {}
        for number in sorted(self.groups):
            ready = self.ready(self.program.blocks[number], self.groups.pop(number), values)
            if ready is not None:
                free[number] = [ready]
        return free

    def check(self, values: list[np.ndarray]) -> None:
        """Raise the fault of lanes that wait for others that never come, if there are any."""
        if self.groups:
            raise self.stuck(values)

    def stuck(self, values: list[np.ndarray]) -> KernelError:
        """Return the fault of the first group that waits for lanes that never come."""
        number, group = min(self.groups.items())
        action = self.program.blocks[number].actions[0]
        mask = self.masks(action, group, values)
        missing = mask & ~ballot(group, np.ones(1, np.bool_)) & self.present(group)
        position = int(np.flatnonzero(missing)[0])
        lane = group.lane(position)
        absent = int(missing[position]) & -int(missing[position])
        other = lane - int(lane_numbers(group)[position]) + absent.bit_length() - 1
        return KernelError(
            f"a warp instruction whose mask {int(mask[position]):#010x} names a thread that does not come: "
            f"{group.chunk.place(other)}",
            where=f"{place(self.program, action, self.files)}, {group.chunk.place(lane)}",
            next_step="let every lane of the mask reach the instruction, or name fewer lanes",
        )
