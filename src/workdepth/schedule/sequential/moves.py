"""One thread, move by move: from a set of done nodes to the next, and the words that it takes on the way."""

from __future__ import annotations

from typing import Any, NamedTuple

from workdepth.schedule.sequential.task import Task, Value, bits


class State(NamedTuple):
    """A boundary of a run: what is done, what could be next, and the words that live.

    ``pending`` is None where the boundary is settled; else it holds the streamed values that came at it, which
    count if nobody is left to read them.  ``path`` has the nodes so far as nested pairs, the last one first.
    ``at_start`` says that no step has been taken yet: inputs that are only named live so long and no longer.
    """

    done: int
    ready: int
    level: int
    pending: tuple[Value, ...] | None
    path: Any
    at_start: bool


class Least(NamedTuple):
    """The least memory of a task, and an order that takes it."""

    memory: int
    order: list[int]


def begin(task: Task) -> State:
    """Return the boundary at the start, not settled; all that makes no word and takes no step is done."""
    ready = sum(1 << v for v, mask in enumerate(task.before) if not mask)
    return _with_free(task, State(0, ready, task.start, (), None, True), ready)


def run(task: Task, state: State, v: int) -> tuple[int, State]:
    """Run one node with its loads.

    Returns the most words on the way, and the boundary after it; the words of that are counted by `settle`.
    """
    loading, last = 0, ()
    for readers, words, streamed in task.loads[v]:
        if not readers & state.done:
            loading += words
            last = ((readers, 1),) if streamed else ()
    words = state.level + loading
    at_start = state.at_start and not task.working[v] and not loading
    if task.working[v]:
        beside = task.results[v] + _only_named(task, state) if task.separate else 0
        most, pending = words + beside, task.passing[v]
    elif loading:  # its last word comes at the boundary at which the node stands, and may be free again
        most, pending = words - (not task.separate), task.passing[v] + last
    else:
        most, pending = 0, (state.pending or ()) + task.passing[v]
    level = words + task.births[v] - _freed(task, state.done, v)
    return most, _put(task, State(state.done, state.ready, level, pending, state.path, at_start), v)


def settle(task: Task, state: State) -> tuple[int, State]:
    """Count the words at a boundary; return them, and the boundary as it is left."""
    passing = _left(state.pending or (), state.done) + _only_named(task, state)
    return state.level + passing, state._replace(pending=None)


def end(task: Task, state: State) -> int:
    """Return the most words while what only outputs name is loaded, after the last step."""
    if not task.last_loads:
        return 0
    return state.level + (task.last_loads if task.kept else 1)


def path_of(state: State) -> list[int]:
    """Return the nodes in the order in which they ran.

    Examples
    --------
    >>> path_of(State(3, 0, 1, None, (1, (0, None)), False))
    [0, 1]
    """
    found, path = [], state.path
    while path is not None:
        v, path = path
        found.append(v)
    return found[::-1]


def _only_named(task: Task, state: State) -> int:
    return _left(task.named, state.done) if state.at_start else 0


def _left(values: tuple[Value, ...], done: int) -> int:
    """Return the words of the values that nobody is left to read."""
    return sum(words for readers, words in values if not readers & ~done)


def _freed(task: Task, done: int, v: int) -> int:
    left = ~(done | 1 << v)
    return sum(words for readers, words in task.frees[v] if not readers & left)


def _put(task: Task, state: State, v: int) -> State:
    """Mark a node as done, with everything after it that is free at once."""
    done, fresh = state.done | 1 << v, 0
    for u in bits(task.after[v]):
        if not task.before[u] & ~done:
            fresh |= 1 << u
    ready, path = (state.ready | fresh) & ~(1 << v), (v, state.path)
    after = state._replace(done=done, ready=ready, path=path)
    # A node that found its loads made by this one may be free now as well.
    return _with_free(task, after, after.ready if task.loads[v] else fresh)


def _with_free(task: Task, state: State, among: int) -> State:
    for v in bits(among & state.ready):
        if _is_free(task, state.done, v):
            level = state.level - _freed(task, state.done, v)
            state = _put(task, state._replace(level=level), v)
    return state


def _is_free(task: Task, done: int, v: int) -> bool:
    """Whether a node takes no step, makes no word and loads none: see the note Settling."""
    if task.working[v] or task.births[v] or task.passing[v]:
        return False
    return all(readers & done for readers, _, _ in task.loads[v])
