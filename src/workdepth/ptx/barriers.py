"""Block barriers: who waits where, and when all may go on.

A barrier lets a block pass when every thread of the block has arrived at it.  A thread that returned
never arrives: CUDA leaves that case undefined, so it is a fault here.

Source: NVIDIA, PTX ISA 9.0, section 9.7.13.1 (bar).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from workdepth.ptx.faults import KernelError
from workdepth.ptx.lanes import Chunk, Group, united
from workdepth.ptx.memory import place
from workdepth.ptx.program import Action, Program
from workdepth.ptx.values import Frame


@dataclass(frozen=True)
class _Arrival:
    action: Action
    target: int
    group: Group
    barrier: int
    expected: int
    said: np.ndarray | None = None  # the predicates of a barrier that votes
    depth: np.ndarray | None = None


@dataclass(frozen=True)
class Verdict:
    """What a barrier that votes found: the lanes that learn it, their values, the length of the chain."""

    action: Action
    group: Group
    value: np.ndarray
    depth: np.ndarray


class Waiting:
    """Lanes of a chunk that wait at barriers."""

    def __init__(self, program: Program, chunk: Chunk, files: dict[int, str]) -> None:
        self.program, self.chunk, self.files = program, chunk, files
        self.arrivals: list[_Arrival] = []
        self.announced: dict[int, np.ndarray] = {}  # arrivals that do not wait, by barrier and block
        self.passed = np.zeros(chunk.blocks, np.int64)
        self.verdicts: list[Verdict] = []

    @property
    def most(self) -> int:
        """Barriers passed by the block that passed most."""
        return int(self.passed.max())

    def arrive(self, action: Action, target: int, group: Group, frame: Frame) -> bool:
        """Note lanes that reached a barrier; return whether they wait there."""
        votes = action.variant.startswith("red")
        sources = action.sources[:-1] if votes else action.sources
        numbers = [source.of(frame.values) for source in sources]
        if any(value.size > 1 and (value != value[0]).any() for value in numbers):
            raise self.fault("a barrier whose number differs between threads", action, group)
        barrier = int(numbers[0][0]) if numbers else 0
        expected = int(numbers[1][0]) if len(numbers) > 1 else self.chunk.geometry.threads
        one = _Arrival(action, target, group, barrier, expected)
        if action.variant == "arrive":
            count = np.bincount(_blocks(one), minlength=self.chunk.blocks)
            self.announced[barrier] = self.announced.get(barrier, 0) + count
            return False
        if votes:
            said = np.broadcast_to(action.sources[-1].of(frame.values), group.count)
            depth = np.broadcast_to(frame.depths[action.sources[-1].slot], group.count)
            one = replace(one, said=~said if action.variant.endswith(".not") else said, depth=depth)
        self.arrivals.append(one)
        return True

    def released(self) -> dict[int, list[Group]]:
        """Return the groups that may go on, by block; none where no barrier is complete."""
        if len(self.arrivals) == 1 and self._whole(self.arrivals[0]):
            one = self.arrivals.pop()
            self.passed += 1
            self._vote([one], np.ones(self.chunk.blocks, np.bool_))
            return {one.target: [one.group]}
        free: dict[int, list[Group]] = {}
        kept: list[_Arrival] = []
        for barrier in sorted({one.barrier for one in self.arrivals}):
            here = [one for one in self.arrivals if one.barrier == barrier]
            present = sum(np.bincount(_blocks(one), minlength=self.chunk.blocks) for one in here)
            present = present + self.announced.get(barrier, 0)
            complete = present == here[0].expected
            self.passed += complete
            self._vote(here, complete)
            if barrier in self.announced:
                self.announced[barrier] = np.where(complete, 0, self.announced[barrier])
            for one in here:
                passes = complete[_blocks(one)]
                if passes.any():
                    free.setdefault(one.target, []).append(one.group.part(passes))
                if not passes.all():
                    kept.append(_part(one, ~passes))
        self.arrivals = kept
        return {target: [united(groups)] for target, groups in free.items()}

    def _whole(self, one: _Arrival) -> bool:
        return one.group.lanes is None and one.expected == self.chunk.geometry.threads and not self.announced

    def _vote(self, here: list[_Arrival], complete: np.ndarray) -> None:
        """Note what each block's lanes said, for those that learn it."""
        voting = [one for one in here if one.said is not None]
        if not voting:
            return
        blocks = np.concatenate([_blocks(one) for one in voting])
        said = np.concatenate([one.said for one in voting if one.said is not None])
        depth = np.concatenate([one.depth for one in voting if one.depth is not None])
        yes = np.bincount(blocks, weights=said, minlength=self.chunk.blocks).astype(np.uint32)
        count = np.bincount(blocks, minlength=self.chunk.blocks)
        longest = np.zeros(self.chunk.blocks, np.uint32)
        np.maximum.at(longest, blocks, depth)
        for one in voting:
            mine = _part(one, complete[_blocks(one)])
            how = one.action.variant.split(".")[1]
            found = {"popc": yes, "and": yes == count, "or": yes > 0}[how]
            block = _blocks(mine)
            self.verdicts.append(Verdict(one.action, mine.group, found[block], longest[block] + np.uint32(1)))

    def check(self) -> None:
        """Raise the fault of a barrier that not all threads reach, if there is one."""
        if not self.arrivals:
            return
        first = self.arrivals[0]
        block = int(_blocks(first)[0])
        threads = self.chunk.geometry.threads
        here = np.zeros(threads, np.bool_)
        for one in self.arrivals:
            if one.barrier == first.barrier:
                mine = _lanes(one)[_lanes(one) // threads == block]
                here[mine % threads] = True
        absent = block * threads + int(np.flatnonzero(~here)[0] if not here.all() else 0)
        raise self.fault(
            f"a barrier that only {int(here.sum())} of {first.expected} threads reach; "
            f"{self.chunk.place(absent)} does not",
            first.action,
            first.group,
        )

    def fault(self, what: str, action: Action, group: Group) -> KernelError:
        """Return a fault of the first lane of a group."""
        where = f"{place(self.program, action, self.files)}, {self.chunk.place(group.lane(0))}"
        return KernelError(what, where=where, next_step="let every thread of the block reach every barrier")


def _part(one: _Arrival, mask: np.ndarray) -> _Arrival:
    said = None if one.said is None else one.said[mask]
    depth = None if one.depth is None else one.depth[mask]
    return replace(one, group=one.group.part(mask), said=said, depth=depth)


def _lanes(one: _Arrival) -> np.ndarray:
    return np.arange(one.group.chunk.lanes) if one.group.lanes is None else one.group.lanes


def _blocks(one: _Arrival) -> np.ndarray:
    return one.group.of(one.group.chunk.block)
