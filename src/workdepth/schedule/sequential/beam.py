"""A good order fast, without proof: step by step, only the most promising few boundaries are followed."""

from __future__ import annotations

from collections.abc import Callable

from workdepth.schedule.sequential.moves import State, begin, path_of
from workdepth.schedule.sequential.search import next_moves
from workdepth.schedule.sequential.task import Task


def beam(task: Task, width: int, canonical: Callable[[int], int]) -> tuple[int, list[int]]:
    """Return the words that an order takes, and the order.

    Boundaries with as many nodes done are compared: fewer words on the way go first, then fewer that live.
    """
    everything, settlers = (1 << len(task)) - 1, task.settlers
    kept: list[tuple[int, State]] = [(0, begin(task))]
    while True:
        ended = [(most, s) for most, s in kept if s.done == everything and s.pending is None]
        if ended:
            most, state = min(ended, key=lambda pair: pair[0])
            return most, path_of(state)
        found: dict[object, tuple[int, State]] = {}
        for most, state in kept:
            for words, after in next_moves(task, state, most, settlers):
                key = canonical(after.done) if after.pending is None else (after.done, after.pending)
                rank = max(most, words)
                if key not in found or rank < found[key][0]:
                    found[key] = rank, after
        kept = sorted(found.values(), key=_promise)[:width]


def _promise(pair: tuple[int, State]) -> tuple[int, int, int]:
    most, state = pair
    return most, state.level, -state.done.bit_count()
