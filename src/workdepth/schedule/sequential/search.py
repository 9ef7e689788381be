"""The least memory of a DAG on one thread: a best-first search over the sets of done nodes.

States are taken up by the most words on the way to them, so that this number, when the last node is reached, is
the least memory, and at any time before is a lower bound of it.

Note [Safe moves].  A node that fits, and that leaves no more words than it found, may run at once: wherever
some order runs it later, running it now makes no later boundary larger.  Then no other move is looked at.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from workdepth.schedule.sequential.moves import State, begin, end, path_of, run, settle
from workdepth.schedule.sequential.task import Task, bits


@dataclass(frozen=True)
class Found:
    """What a search found.

    Attributes
    ----------
    lower : int
        No order takes fewer words.
    order : list of int or None
        An order that takes as many, if one was found in time.
    states : int
        How many sets of done nodes were looked at.
    """

    lower: int
    order: list[int] | None
    states: int


def search(task: Task, floor: int, ceiling: int, budget: int, canonical: Callable[[int], int]) -> Found:
    """Find an order of less than ``ceiling`` words, or show that there is none.

    Parameters
    ----------
    task : Task
    floor : int
        A lower bound that is known.
    ceiling : int
        What some order takes.
    budget : int
        How many states to look at, at most.
    canonical : callable
        Takes a set of done nodes to one like it, up to the symmetry of the graph.

    Returns
    -------
    Found
        ``lower`` is ``ceiling`` where no order takes less.
    """
    settlers, everything = task.settlers, (1 << len(task)) - 1
    waiting: dict[int, list[State]] = {floor: [begin(task)]}
    seen: set[object] = set()
    met: set[object] = set()
    while waiting:
        most = min(waiting)
        stack = waiting.pop(most)
        while stack:
            state = stack.pop()
            itself = (state.done, state.pending)
            if itself in met:  # much cheaper to ask than for its like
                continue
            met.add(itself)
            key = canonical(state.done) if state.pending is None else itself
            if key in seen:
                continue
            seen.add(key)
            if state.done == everything and state.pending is None:
                return Found(most, path_of(state), len(seen))
            if len(seen) > budget:
                return Found(most, None, len(seen))
            for words, after in next_moves(task, state, most, settlers):
                if words < ceiling:
                    (stack if words <= most else waiting.setdefault(words, [])).append(after)
    return Found(ceiling, None, len(seen))


def next_moves(task: Task, state: State, most: int, settlers: int) -> Iterator[tuple[int, State]]:
    """Yield what may come next with the words that it takes, the most promising last.

    Where a safe move fits into ``most`` words it is the only one: see the note Safe moves.
    """
    if state.pending is not None:
        yield from _settling(task, state, settlers)
        return
    found = []
    for v in bits(state.ready):
        if not task.working[v] and not _loads(task, state.done, v):
            continue
        words, after = run(task, state, v)
        there, left = _settle(task, after, words)
        if not after.ready & settlers:
            words, after = there, left
        if there <= most and after.level <= state.level:
            yield words, after
            return
        found.append((words, after))
    found.sort(key=lambda pair: (pair[0], pair[1].level), reverse=True)
    yield from found


def _settling(task: Task, state: State, settlers: int) -> Iterator[tuple[int, State]]:
    """Yield the boundary as it stands, and with one more of the nodes that may settle at it."""
    yield _settle(task, state, 0)
    for v in bits(state.ready & settlers):
        if not task.working[v] and not _loads(task, state.done, v):
            yield run(task, state, v)


def _loads(task: Task, done: int, v: int) -> bool:
    return any(not readers & done for readers, _, _ in task.loads[v])


def _settle(task: Task, state: State, words: int) -> tuple[int, State]:
    there, after = settle(task, state)
    last = end(task, after) if after.done == (1 << len(task)) - 1 else 0
    return max(words, there, last), after
