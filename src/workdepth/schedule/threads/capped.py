"""List schedules that never hold more words than a limit.

Note [In order].  Where jobs start strictly in the order of a list, and one thread alone can follow the list within
the limit, any number of threads can: whenever nothing runs, what is done is a beginning of the list, so the next
job fits as it fits on one thread.  A list from which later jobs are taken first may come to a stand, which is said
by the result None.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from workdepth.schedule.threads.greedy import with_joins
from workdepth.schedule.threads.jobs import Jobs

# How many ready jobs are tried in vain at one moment before time goes on.
TRIES = 64


class _Overlay(dict):
    """Counts that may be changed without changing those below."""

    def __init__(self, below: Any) -> None:
        self.below = below

    def __missing__(self, key: int) -> int:
        return self.below[key]


@dataclass
class _Settled:
    """What a boundary brings: words that stay, words that leave at once, results, jobs that are free to start."""

    live: int
    passing: int
    results: int
    freed: list[int] = field(default_factory=list)
    delayed: list[int] = field(default_factory=list)


class _Room:
    """The words of a schedule that is being made."""

    def __init__(self, jobs: Jobs, limit: int) -> None:
        self.jobs, self.limit = jobs, limit
        self.kept = jobs.conventions.outputs == "kept"
        self.separate = jobs.conventions.cells == "separate"
        self.waiting = [len(needed) for needed in jobs.before]
        self.left = [len(readers) for readers in jobs.readers]
        self.makes: list[list[int]] = [[] for _ in range(len(jobs))]
        self.reads: list[list[int]] = [[] for _ in range(len(jobs))]
        for value, maker in enumerate(jobs.maker):
            if maker >= 0:
                self.makes[maker].append(value)
            for reader in jobs.readers[value]:
                self.reads[reader].append(value)
        self.live = self.at_start = 0
        self.fits_at_start = self._begin()

    def _begin(self) -> bool:
        """Settle boundary 0: what is there from the start, and joins that wait for nothing."""
        jobs = self.jobs
        there = [v for v, maker in enumerate(jobs.maker) if maker < 0]
        self.live = sum(jobs.words[v] for v in there if self.left[v] or (jobs.named[v] and self.kept))
        joins = [job for job, count in enumerate(self.waiting) if not count and not self.jobs.length[job]]
        settled = self.settle(joins, self.waiting, self.left, self.live)
        self.live = settled.live
        if not self.kept:  # an input's element that is only named counts in front of the first step
            self.at_start = sum(jobs.words[v] for v in there if jobs.named[v] and not self.left[v])
        self.freed = settled.freed
        self.delayed = settled.delayed
        for job, needed in enumerate(jobs.before):
            if not needed and job not in joins:
                (self.freed if jobs.busy[job] else self.delayed).append(job)
        return self.live + self.at_start + settled.passing <= self.limit

    def settle(self, done: Iterable[int], waiting: Any, left: Any, live: int) -> _Settled:
        """Count one boundary at which jobs are done, and the joins of no length that follow at once."""
        jobs, found = self.jobs, _Settled(live, 0, 0)
        stack, made, touched = list(done), set(), set()
        while stack:
            job = stack.pop()
            made.update(self.makes[job])
            if jobs.busy[job]:
                found.results += sum(jobs.words[value] for value in self.makes[job])
            for value in self.reads[job]:
                left[value] -= 1
                touched.add(value)
            for one in jobs.after[job]:
                waiting[one] -= 1
                if not waiting[one]:
                    where = found.freed if jobs.busy[one] else found.delayed if jobs.length[one] else stack
                    where.append(one)
        found.live += sum(jobs.words[value] for value in made)
        for value in touched | made:
            if left[value] or (self.kept and jobs.named[value]):
                continue
            found.live -= jobs.words[value]
            if jobs.named[value] and value in made:
                found.passing += jobs.words[value]
        return found

    def fits(self, running: list[tuple[int, int]]) -> bool:
        """Whether all goes well until everything that runs is done, when nothing more starts."""
        waiting, left = _Overlay(self.waiting), _Overlay(self.left)
        live, ends = self.live, list(running)
        heapq.heapify(ends)
        while ends:
            now = ends[0][0]
            done = []
            while ends and ends[0][0] == now:
                done.append(heapq.heappop(ends)[1])
            settled = self.settle(done, waiting, left, live)
            before = live + (self.at_start if now == 1 else 0)
            if settled.live + settled.passing > self.limit:
                return False
            if self.separate and before + settled.results > self.limit:
                return False
            live = settled.live
            for job in settled.delayed:
                heapq.heappush(ends, (now + self.jobs.length[job], job))
        return True


def capped_schedule(
    jobs: Jobs, threads: int, limit: int, rank: list[int], *, in_order: bool = False
) -> list[int] | None:
    """Return when each job starts, so that no step holds more than ``limit`` words; None where it comes to a stand.

    Parameters
    ----------
    jobs : Jobs
    threads : int
    limit : int
        Words.
    rank : list of int
        The place of each job, all different: the lowest that is ready and fits starts first.
    in_order : bool
        Start jobs strictly in the order of their places, which must be topological; see the note In order.

    Returns
    -------
    list of int or None

    Examples
    --------
    >>> import networkx as nx, workdepth as wd
    >>> from workdepth.schedule.threads.jobs import jobs_of
    >>> jobs = jobs_of(wd.unroll(nx.DiGraph([("a", "c"), ("b", "c")])))
    >>> capped_schedule(jobs, 2, 2, [0, 1, 2]), capped_schedule(jobs, 2, 1, [0, 1, 2])
    ([0, 0, 1], None)
    """
    room = _Room(jobs, limit)
    if not room.fits_at_start:
        return None
    start = [0] * len(jobs)
    ready = [(rank[job], job) for job in room.freed]
    heapq.heapify(ready)
    running = [(jobs.length[job], job) for job in room.delayed]
    heapq.heapify(running)
    order = sorted((rank[job], job) for job in range(len(jobs)) if jobs.busy[job]) if in_order else []
    begun = now = 0
    while True:
        put_back: list[tuple[int, int]] = []
        while ready and threads and len(put_back) < TRIES:
            place, job = heapq.heappop(ready)
            end = (now + jobs.length[job], job)
            if (in_order and order[begun] != (place, job)) or not room.fits([*running, end]):
                put_back.append((place, job))
                if in_order:
                    break
                continue
            start[job], begun, threads = now, begun + 1, threads - 1
            heapq.heappush(running, end)
        for one in put_back:
            heapq.heappush(ready, one)
        if not running:
            return with_joins(jobs, start) if begun == sum(jobs.busy) else None
        now = running[0][0]
        done = []
        while running and running[0][0] == now:
            done.append(heapq.heappop(running)[1])
        threads += sum(jobs.busy[job] for job in done)
        settled = room.settle(done, room.waiting, room.left, room.live)
        room.live = settled.live
        for job in settled.freed:
            heapq.heappush(ready, (rank[job], job))
        for job in settled.delayed:
            heapq.heappush(running, (now + jobs.length[job], job))
