"""Greedy list schedules on p threads, of graphs of any size."""

from __future__ import annotations

from heapq import heappop, heappush

import numpy as np
from numpy.typing import NDArray

from workdepth.errors import ModelError
from workdepth.schedule.sweeps.dependences import Dependences
from workdepth.schedule.sweeps.engine import compiles, kernel
from workdepth.schedule.sweeps.listing import DE_BRUIJN

Ids = NDArray[np.int64]

# Up to this many steps an operation, those that run stand in buckets by the step in which they finish.
LONGEST_IN_BUCKETS = 64
MOST = 1 << 31  # entries that records of 32 bits can tell apart


def list_schedule(dag: Dependences, threads: int, priority: Ids | None = None, engine: str = "auto") -> Ids:
    """Return when each node starts: whenever a thread is free, the ready operation of the highest priority.

    Among equals the lowest id.  An operation holds its thread until it is done; nodes of no work take none, and
    are done as soon as all that they wait for is.

    Parameters
    ----------
    dag : Dependences
    threads : int
    priority : array of int, optional
        One for each node; without it, ids decide alone.
    engine : {"auto", "plain", "compiled"}

    Returns
    -------
    array of int64

    Raises
    ------
    ModelError
        Without a thread, or when there is not one priority for each node.

    Examples
    --------
    >>> three = Dependences(np.array([1, 2, 3]), np.array([0, 0, 0, 0]), np.array([], dtype=np.int64))
    >>> list_schedule(three, 2).tolist()
    [0, 0, 1]
    >>> list_schedule(three, 2, priority=three.work).tolist()
    [2, 0, 0]

    Notes
    -----
    A greedy schedule takes at most (2 - 1/p) times the least time (Graham, Bounds for certain multiprocessing
    anomalies, Bell System Technical Journal 45, 1966).
    """
    if threads < 1:
        raise ModelError(f"{threads} threads can run nothing", next_step="give at least 1")
    if priority is not None and len(priority) != len(dag):
        raise ModelError(
            f"{len(priority)} priorities for {len(dag)} nodes", next_step="give one for each node, in order"
        )
    by_rank = np.zeros(0, dtype=np.int64) if priority is None else _by_priority(priority)
    if dag.entries < MOST and compiles(dag.entries, engine):
        return _compiled(dag, min(threads, max(1, len(dag))), by_rank)
    return _plain(dag, threads, by_rank)


def _by_priority(priority: Ids) -> Ids:
    """Return the nodes in the order of priority, the highest first, then by id."""
    given = np.asarray(priority)
    if given.dtype.kind not in "iu":
        raise ModelError(f"priorities of type {given.dtype}", next_step="give integers")
    if not len(given):
        return np.zeros(0, dtype=np.int64)
    most, least = int(given.max()), int(given.min())
    if most - least < 1 << 16:  # NumPy sorts 16 bits by counting, ten times as fast
        return np.argsort((most - given).astype(np.uint16), kind="stable")
    return np.argsort(~given, kind="stable")  # ~x is -x - 1, which never overflows


def _compiled(dag: Dependences, threads: int, by_rank: Ids) -> Ids:
    count = len(dag)
    first, after = dag.followers
    rows, room = np.empty((count + 1, 4), dtype=np.int32), np.empty(count, dtype=np.int32)
    opened = kernel("record", True)(dag.start, dag.work, by_rank, first, rows, room)
    longest = int(dag.work.max(initial=0))
    short = longest <= LONGEST_IN_BUCKETS
    ring = np.full(1 << longest.bit_length() if short else 0, -1, dtype=np.int64)
    heap = np.empty(0 if short else count, dtype=np.int64)
    start = np.zeros(count, dtype=np.int64)
    columns = (rows, after, dag.work, by_rank, threads, *_empty_set(count), _lowest_bits())
    kernel("list_schedule", True)(*columns, room, opened, ring, heap, start)
    return start


def _empty_set(count: int) -> tuple[Ids, Ids]:
    """Return the words of an empty set of ranks below ``count``, and where each storey begins."""
    words = [(count + 31) >> 5]
    while words[-1] > 1:
        words.append((words[-1] + 31) >> 5)
    return np.zeros(sum(words), dtype=np.int64), np.cumsum([0, *words[:-1]], dtype=np.int64)


def _lowest_bits() -> Ids:
    """Return which bit each product of a lone bit stands for: see the note in ``listing``."""
    found = np.zeros(32, dtype=np.int64)
    for bit in range(32):
        found[((DE_BRUIJN << bit) & 0xFFFFFFFF) >> 27] = bit
    return found


def _plain(dag: Dependences, threads: int, by_rank: Ids) -> Ids:
    """Do the same with heaps, on lists."""
    order, work = by_rank.tolist() or list(range(len(dag))), dag.work.tolist()
    rank = [0] * len(order)
    for place, v in enumerate(order):
        rank[v] = place
    first, after = (rows.tolist() for rows in dag.followers)
    waiting = np.diff(dag.start).tolist()
    start, time = [0] * len(work), 0
    open_ = [v for v, count in enumerate(waiting) if not count]
    ready: list[int] = []
    running: list[tuple[int, int]] = []
    while True:
        while open_:
            v = open_.pop()
            if work[v]:
                heappush(ready, rank[v])
            else:
                start[v] = time
                open_ += _freed(after[first[v] : first[v + 1]], waiting)
        while ready and len(running) < threads:
            v = order[heappop(ready)]
            start[v] = time
            heappush(running, (time + work[v], v))
        if not running:
            return np.array(start, dtype=np.int64)
        time = running[0][0]
        while running and running[0][0] == time:
            v = heappop(running)[1]
            open_ += _freed(after[first[v] : first[v + 1]], waiting)


def _freed(after: list[int], waiting: list[int]) -> list[int]:
    """Count one less for each follower; return those that wait for nothing any more."""
    found = []
    for w in after:
        waiting[w] -= 1
        if not waiting[w]:
            found.append(w)
    return found
