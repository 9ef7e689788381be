"""Which tasks are forests: every node waited for by one, and all that it frees and loads known beforehand."""

from __future__ import annotations

from workdepth.schedule.sequential.forest import least_of_forest
from workdepth.schedule.sequential.moves import Least, begin, end, path_of, settle
from workdepth.schedule.sequential.task import Task, bits


def least_of_tree(task: Task) -> Least | None:
    """Return the least memory and its order, or None where the task is no forest.

    Readers of one value must stand on one path, so that its first and its last reader are the same in every order.
    """
    if task.settlers or (task.named and task.separate):  # the first step would differ from the others
        return None
    state = begin(task)
    follower = _followers(task, state.done)
    if follower is None:
        return None
    left = [v for v in range(len(task)) if not state.done >> v & 1]
    rows = [_row(task, follower, state.done, v) for v in left]
    if any(row is None for row in rows):
        return None
    number = {v: k for k, v in enumerate(left)}
    to = [number.get(follower[v], -1) for v in left]
    height, order = least_of_forest(to, [row[0] for row in rows if row], [row[1] for row in rows if row])
    there, begun = settle(task, state)
    after = begun._replace(level=begun.level + sum(row[1] for row in rows if row))
    memory = max(there, begun.level + height, end(task, after))
    return Least(memory, path_of(state) + [left[k] for k in order])


def _followers(task: Task, done: int) -> list[int] | None:
    """Return the one node that waits for each, all others waiting for that one; -1 for none, None if not so."""
    follower = [-1] * len(task)
    for v in range(len(task) - 1, -1, -1):
        waiting = [] if done >> v & 1 else bits(task.after[v])
        if waiting:
            if not _on_path(follower, waiting):
                return None
            follower[v] = waiting[0]
    return follower


def _on_path(follower: list[int], nodes: list[int]) -> bool:
    """Whether all of these nodes, ascending, follow the first of them."""
    at, last = nodes[0], nodes[-1]
    left = set(nodes)
    while at != -1 and at <= last:
        left.discard(at)
        at = follower[at]
    return not left


def _row(task: Task, follower: list[int], done: int, v: int) -> tuple[int, int] | None:
    """Return how far the words climb while a node runs, and by how much there are more after it."""
    if not task.working[v]:
        return (0, 0) if not task.frees[v] and not task.loads[v] else None
    loading = freed = 0
    for readers, words, *_ in task.loads[v]:
        row = bits(readers)
        if not _on_path(follower, row):
            return None
        loading += words if row[0] == v else 0
    for readers, words in task.frees[v]:
        row = bits(readers & ~done)
        if not _on_path(follower, row):
            return None
        freed += words if row[-1] == v else 0
    passing = 0
    for readers, words in task.passing[v]:
        if any(not task.working[u] for u in bits(readers)):
            return None
        passing += 0 if readers else words
    rise = loading + task.births[v] - freed
    hill = loading + (task.results[v] if task.separate else 0)
    return max(hill, rise + passing), rise
