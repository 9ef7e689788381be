"""What the lanes of a warp do together: shuffles, votes, matches, reductions.

All of them wait until every lane that the mask names has come; see :mod:`workdepth.ptx.convergence`.  What
CUDA leaves undefined, the value of a lane that takes no part, is the asking lane's own value here.

Source: NVIDIA, PTX ISA 9.0, sections 9.7.9.6 (shfl), 9.7.13.8 to 9.7.13.11 (vote, match, activemask, redux).
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from workdepth.ptx.lanes import Group

_ONE = np.uint32(1)
_LANES = 32


def seats(group: Group) -> np.ndarray:
    """Return, warp by warp and lane by lane, which position of the group sits there; -1 for none."""
    table = np.full((int(group.warp[-1]) + 1) * _LANES, -1, np.int64)
    table[group.warp * _LANES + lane_numbers(group)] = np.arange(group.count)
    return table


def lane_numbers(group: Group) -> np.ndarray:
    """Return each lane's number in its warp."""
    return group.of(group.chunk.thread) & 31


def ballot(group: Group, bits: np.ndarray) -> np.ndarray:
    """Return, for each lane, which lanes of its warp in this group say yes."""
    said = np.broadcast_to(bits, group.count).astype(np.uint32) << lane_numbers(group).astype(np.uint32)
    begin = group.warp_starts
    length = np.diff(np.append(begin, group.count))
    return np.repeat(np.bitwise_or.reduceat(said, begin), length)


def source_lane(mode: str, lane: np.ndarray, b: np.ndarray, c: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return which lane a shuffle reads, and whether that lies in its segment."""
    step, clamp, segment = (
        (b & 31).astype(np.int64),
        (c & 31).astype(np.int64),
        (c >> 8 & 31).astype(np.int64),
    )
    lowest = lane & segment
    highest = lowest | (clamp & ~segment)
    match mode:
        case "up":
            wanted = lane - step
            inside = wanted >= highest
        case "down":
            wanted = lane + step
            inside = wanted <= highest
        case "bfly":
            wanted = lane ^ step
            inside = wanted <= highest
        case _:
            wanted = lowest | (step & ~segment)
            inside = wanted <= highest
    return np.where(inside, wanted, lane), inside


def shuffled(
    group: Group, mode: str, a: np.ndarray, b: np.ndarray, c: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the value read, whether it lay in the segment, and the position it came from."""
    lane = lane_numbers(group)
    wanted, inside = source_lane(mode, lane, b, c)
    position = seats(group)[group.warp * _LANES + wanted]
    position = np.where(position < 0, np.arange(group.count), position)
    return np.broadcast_to(a, group.count)[position], np.broadcast_to(inside, group.count), position


def voted(group: Group, kind: str, a: np.ndarray, mask: np.ndarray) -> np.ndarray:
    """Return a vote among the lanes of each lane's mask."""
    present = ballot(group, np.ones(1, np.bool_)) & mask
    yes = ballot(group, a) & mask
    match kind:
        case "ballot":
            return yes
        case "any":
            return yes != 0
        case "all":
            return yes == present
    return (yes == present) | (yes == 0)


def matched(group: Group, a: np.ndarray, mask: np.ndarray) -> np.ndarray:
    """Return, for each lane, which lanes of its mask hold the same value."""
    table, values = seats(group), np.broadcast_to(a, group.count)
    found = np.zeros(group.count, np.uint32)
    for lane in range(_LANES):
        position = table[group.warp * _LANES + lane]
        same = (position >= 0) & (values[position] == values)
        found |= same.astype(np.uint32) << np.uint32(lane)
    return found & mask


_JOIN: dict[str, Callable[[np.ndarray, np.ndarray], np.ndarray]] = {
    "add": np.add,
    "min": np.minimum,
    "max": np.maximum,
    "and": np.bitwise_and,
    "or": np.bitwise_or,
    "xor": np.bitwise_xor,
}


def reduced(group: Group, kind: str, a: np.ndarray, mask: np.ndarray) -> np.ndarray:
    """Return, for each lane, the reduction of the values of its mask's lanes."""
    table, values = seats(group), np.broadcast_to(a, group.count)
    mask = np.broadcast_to(mask, group.count)
    result, empty = values.copy(), np.ones(group.count, np.bool_)
    for lane in range(_LANES):
        position = table[group.warp * _LANES + lane]
        takes = (position >= 0) & ((mask >> np.uint32(lane) & _ONE) != 0)
        joined = np.where(empty, values[position], _JOIN[kind](result, values[position]))
        result = np.where(takes, joined, result)
        empty &= ~takes
    return result
