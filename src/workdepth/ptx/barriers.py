"""Block barriers: who waits where, and when all may go on.

A barrier lets a block pass when every thread of the block has arrived at it.  A thread that returned
never arrives: CUDA leaves that case undefined, so it is a fault here.

Source: NVIDIA, PTX ISA 9.0, section 9.7.13.1 (bar).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from workdepth.ptx.faults import KernelError
from workdepth.ptx.lanes import Chunk, Group, united
from workdepth.ptx.memory import place
from workdepth.ptx.program import Action, Program
from workdepth.ptx.steps import Frame


@dataclass(frozen=True)
class _Arrival:
    action: Action
    target: int
    group: Group
    barrier: int
    expected: int


class Waiting:
    """Lanes of a chunk that wait at barriers."""

    def __init__(self, program: Program, chunk: Chunk, files: dict[int, str]) -> None:
        self.program, self.chunk, self.files = program, chunk, files
        self.arrivals: list[_Arrival] = []
        self.passed = np.zeros(chunk.blocks, np.int64)

    @property
    def most(self) -> int:
        """Barriers passed by the block that passed most."""
        return int(self.passed.max())

    def arrive(self, action: Action, target: int, group: Group, frame: Frame) -> None:
        """Note lanes that reached a barrier."""
        numbers = [source.of(frame.values) for source in action.sources]
        if any(value.size > 1 and (value != value[0]).any() for value in numbers):
            raise self.fault("a barrier whose number differs between threads", action, group)
        barrier = int(numbers[0][0]) if numbers else 0
        expected = int(numbers[1][0]) if len(numbers) > 1 else self.chunk.geometry.threads
        self.arrivals.append(_Arrival(action, target, group, barrier, expected))

    def released(self) -> dict[int, list[Group]]:
        """Return the groups that may go on, by block; a fault where nobody may."""
        if not self.arrivals:
            return {}
        if (
            len(self.arrivals) == 1
            and self.arrivals[0].group.lanes is None
            and self.arrivals[0].expected == self.chunk.geometry.threads
        ):
            one = self.arrivals.pop()
            self.passed += 1
            return {one.target: [one.group]}
        return self._by_block()

    def _by_block(self) -> dict[int, list[Group]]:
        free: dict[int, list[Group]] = {}
        kept: list[_Arrival] = []
        for barrier in sorted({one.barrier for one in self.arrivals}):
            here = [one for one in self.arrivals if one.barrier == barrier]
            present = sum(np.bincount(_blocks(one), minlength=self.chunk.blocks) for one in here)
            complete = present == here[0].expected
            self.passed += complete
            for one in here:
                passes = complete[_blocks(one)]
                if passes.any():
                    free.setdefault(one.target, []).append(one.group.part(passes))
                if not passes.all():
                    kept.append(
                        _Arrival(one.action, one.target, one.group.part(~passes), barrier, one.expected)
                    )
        if not free:
            raise self._stuck(kept)
        self.arrivals = kept
        return {target: [united(groups)] for target, groups in free.items()}

    def _stuck(self, kept: list[_Arrival]) -> KernelError:
        first = kept[0]
        block = int(_blocks(first)[0])
        here = np.zeros(self.chunk.geometry.threads, np.bool_)
        for one in kept:
            if one.barrier == first.barrier:
                mine = _lanes(one) // self.chunk.geometry.threads == block
                here[_lanes(one)[mine] % self.chunk.geometry.threads] = True
        absent = block * self.chunk.geometry.threads + int(np.flatnonzero(~here)[0] if not here.all() else 0)
        return self.fault(
            f"a barrier that only {int(here.sum())} of {first.expected} threads reach; "
            f"{self.chunk.place(absent)} does not",
            first.action,
            first.group,
        )

    def fault(self, what: str, action: Action, group: Group) -> KernelError:
        """Return a fault of the first lane of a group."""
        where = f"{place(self.program, action, self.files)}, {self.chunk.place(group.lane(0))}"
        return KernelError(what, where=where, next_step="let every thread of the block reach every barrier")


def _lanes(one: _Arrival) -> np.ndarray:
    return np.arange(one.group.chunk.lanes) if one.group.lanes is None else one.group.lanes


def _blocks(one: _Arrival) -> np.ndarray:
    return one.group.of(one.group.chunk.block)
