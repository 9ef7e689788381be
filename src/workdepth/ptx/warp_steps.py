"""Warp instructions bound to NumPy, as :mod:`workdepth.ptx.steps` binds the others."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from workdepth.ptx.lanes import Group
from workdepth.ptx.program import Action
from workdepth.ptx.tally import Tally
from workdepth.ptx.values import Frame, chain, fitted
from workdepth.ptx.warp import ballot, matched, reduced, shuffled, voted

_ONE = np.ones(1, np.uint32)


def warp_step(action: Action, tally: Tally | None, constant: frozenset[int]) -> Callable[[Frame], None]:
    """Return a warp instruction as a function on frames."""
    opcode, _, how = action.variant.partition(".")

    def step(frame: Frame) -> None:
        group = frame.group
        values = [source.of(frame.values) for source in action.sources]
        found, position = _found(opcode, how, group, values)
        if tally is not None:
            depth = _depth(action, frame, position, constant)
            tally.chain(depth)
            for slot in action.writes:
                frame.depths[slot] = depth
        for value, (slot, kind, held) in zip(found, action.results, strict=False):
            frame.values[slot] = fitted(value, kind, held)

    return step


def _found(
    opcode: str, how: str, group: Group, values: list[np.ndarray]
) -> tuple[tuple[np.ndarray, ...], np.ndarray | None]:
    """Return an instruction's results, and for a shuffle the position that each lane reads."""
    match opcode:
        case "shfl":
            value, inside, position = shuffled(group, how, *values[:3])
            return (value, inside), position
        case "vote":
            said = ~values[0] if how.endswith(".not") else values[0]
            return (voted(group, how.removesuffix(".not"), said, values[1]),), None
        case "match":
            same = matched(group, values[0], values[1])
            if how == "any":
                return (same,), None
            everyone = same == (ballot(group, np.ones(1, np.bool_)) & values[1])
            return (np.where(everyone, same, np.uint32(0)), everyone), None
        case "redux":
            return (reduced(group, how, values[0], values[1]),), None
        case "activemask":
            return (ballot(group, np.ones(1, np.bool_)),), None
    return (), None


def _depth(action: Action, frame: Frame, position: np.ndarray | None, constant: frozenset[int]) -> np.ndarray:
    """Return the chain's length: through the lane that a shuffle reads, through all lanes for a vote."""
    own = np.broadcast_to(chain(action, frame.depths, constant), frame.group.count)
    if position is not None:
        return np.maximum(own, own[position]) + _ONE
    begin = frame.group.warp_starts
    length = np.diff(np.append(begin, frame.group.count))
    return np.repeat(np.maximum.reduceat(own, begin), length) + _ONE
