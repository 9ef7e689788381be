"""A good order fast, without proof: step by step, only the most promising few boundaries are followed."""

from __future__ import annotations

from collections.abc import Callable

from workdepth.schedule.sequential.moves import Least, State, begin, path_of
from workdepth.schedule.sequential.search import next_moves
from workdepth.schedule.sequential.task import Task


def beam(task: Task, width: int, canonical: Callable[[int], int]) -> Least | None:
    """Return a good order and the words that it takes; None where all boundaries that were followed lead nowhere.

    Fewer words on the way go first, then fewer that live.  A boundary leads nowhere when what is left would have had
    to settle at it.
    """
    everything, settlers = (1 << len(task)) - 1, task.settlers
    kept: list[tuple[int, State]] = [(0, begin(task))]
    while kept:
        ended = [(most, s) for most, s in kept if s.done == everything and s.pending is None]
        if ended:
            most, state = min(ended, key=lambda pair: pair[0])
            return Least(most, path_of(state))
        found: dict[object, tuple[int, State]] = {}
        for most, state in kept:
            for words, after in next_moves(task, state, most, settlers):
                key = canonical(after.done) if after.pending is None else (after.done, after.pending)
                rank = max(most, words)
                if key not in found or rank < found[key][0]:
                    found[key] = rank, after
        kept = sorted(found.values(), key=_promise)[:width]
    return None


def _promise(pair: tuple[int, State]) -> tuple[int, int, int]:
    most, state = pair
    return most, state.level, -state.done.bit_count()
