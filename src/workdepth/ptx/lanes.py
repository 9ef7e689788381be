"""Threads of a few blocks side by side: a chunk, and the groups of its lanes that stand at one place."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from workdepth.plans.shape import Shape

WARP = 32


@dataclass(frozen=True)
class Geometry:
    """A launch's grid and block."""

    grid: Shape
    block: Shape
    dynamic_shared: int = 0

    @property
    def threads(self) -> int:
        """Threads of one block."""
        return self.block[0] * self.block[1] * self.block[2]

    @property
    def blocks(self) -> int:
        """Blocks of the grid."""
        return self.grid[0] * self.grid[1] * self.grid[2]


class Chunk:
    """The lanes of blocks ``first`` to ``last - 1``, block by block, threads in CUDA's order."""

    def __init__(self, geometry: Geometry, first: int, last: int) -> None:
        self.geometry = geometry
        self.first, self.last = first, last
        self.blocks = last - first
        self.lanes = self.blocks * geometry.threads
        self.everyone = Group(self, None)

    @cached_property
    def thread(self) -> np.ndarray:
        """Number of each lane's thread in its block."""
        return np.tile(np.arange(self.geometry.threads, dtype=np.int64), self.blocks)

    @cached_property
    def block(self) -> np.ndarray:
        """Number of each lane's block in this chunk."""
        return np.repeat(np.arange(self.blocks, dtype=np.int64), self.geometry.threads)

    @cached_property
    def warp(self) -> np.ndarray:
        """Number of each lane's warp in this chunk."""
        per_block = -(-self.geometry.threads // WARP)
        return self.block * per_block + (self.thread >> 5)

    def special(self, name: str) -> np.ndarray:
        """Return the value of a special register, one element where all lanes agree."""
        base, _, axis = name[1:].partition(".")
        place = "xyz".find(axis) if axis else -1
        shape = self.geometry
        match base:
            case "ntid":
                return _one(shape.block[place])
            case "nctaid":
                return _one(shape.grid[place])
            case "tid":
                return _one(0) if shape.block[place] == 1 else _axis(self.thread, shape.block, place)
            case "ctaid":
                return _axis(self.block_numbers(), shape.grid, place)
            case "laneid":
                return (self.thread & 31).astype(np.uint32)
            case "warpid":
                return (self.thread >> 5).astype(np.uint32)
            case "nwarpid":
                return _one(-(-shape.threads // WARP))
            case "dynamic_smem_size":
                return _one(shape.dynamic_shared)
        return _lane_mask(base, (self.thread & 31).astype(np.uint64))

    def block_numbers(self) -> np.ndarray:
        """Return each lane's block in the grid; one element for a single block."""
        return np.array([self.first]) if self.blocks == 1 else self.block + self.first

    def place(self, lane: int) -> str:
        """Return a lane's block and thread, as CUDA writes them."""
        block, thread = divmod(int(lane), self.geometry.threads)
        return (
            f"block {_coordinates(self.first + block, self.geometry.grid)}, "
            f"thread {_coordinates(thread, self.geometry.block)}"
        )


class Group:
    """Lanes of a chunk that execute together; ``lanes`` is None for all of them, else sorted."""

    def __init__(self, chunk: Chunk, lanes: np.ndarray | None) -> None:
        self.chunk = chunk
        self.lanes = lanes
        self.count = chunk.lanes if lanes is None else len(lanes)

    def of(self, values: np.ndarray) -> np.ndarray:
        """Return these lanes' part of an array over the whole chunk."""
        return values if self.lanes is None else values[self.lanes]

    @cached_property
    def warp(self) -> np.ndarray:
        """Each lane's warp."""
        return self.of(self.chunk.warp)

    @cached_property
    def warp_starts(self) -> np.ndarray:
        """Positions at which a new warp begins."""
        return starts(self.warp)

    @property
    def warps(self) -> int:
        """Warps with a lane in this group."""
        return len(self.warp_starts)

    def part(self, mask: np.ndarray) -> Group:
        """Return the group of the lanes where the mask holds."""
        return Group(self.chunk, np.flatnonzero(mask) if self.lanes is None else self.lanes[mask])

    def lane(self, position: int) -> int:
        """Return the lane at a position of this group."""
        return position if self.lanes is None else int(self.lanes[position])


def starts(keys: np.ndarray) -> np.ndarray:
    """Return where runs of equal keys begin.

    Examples
    --------
    >>> starts(np.array([4, 4, 7, 7, 7, 9]))
    array([0, 2, 5])
    """
    return np.concatenate((np.zeros(1, np.intp), np.flatnonzero(keys[1:] != keys[:-1]) + 1))


def united(groups: list[Group]) -> Group:
    """Return the group of all lanes of some disjoint groups."""
    if len(groups) == 1:
        return groups[0]
    chunk = groups[0].chunk
    if sum(group.count for group in groups) == chunk.lanes:
        return chunk.everyone
    mask = np.zeros(chunk.lanes, np.bool_)
    for group in groups:
        mask[group.lanes] = True
    return Group(chunk, np.flatnonzero(mask))


def _one(value: int) -> np.ndarray:
    return np.array([value], np.uint32)


def _axis(numbers: np.ndarray, shape: Shape, place: int) -> np.ndarray:
    below = 1 if place == 0 else shape[0] if place == 1 else shape[0] * shape[1]
    part = numbers // below if below > 1 else numbers
    return (part % shape[place] if place < 2 else part).astype(np.uint32)


def _coordinates(number: int, shape: Shape) -> str:
    x, rest = number % shape[0], number // shape[0]
    return f"({x}, {rest % shape[1]}, {rest // shape[1]})"


def _lane_mask(name: str, lane: np.ndarray) -> np.ndarray:
    one = np.uint64(1)
    below = (one << lane) - one
    masks = {
        "lanemask_eq": one << lane,
        "lanemask_lt": below,
        "lanemask_le": below | one << lane,
        "lanemask_gt": ~(below | one << lane),
        "lanemask_ge": ~below,
    }
    return masks[name].astype(np.uint32)
