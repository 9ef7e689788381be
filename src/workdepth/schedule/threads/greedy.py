"""List schedules: whenever a thread is free, the first ready job in a fixed order takes it.

No greedy schedule takes more than (2 - 1/p) times the shortest: R. Graham, "Bounds for certain multiprocessing
anomalies", Bell System Technical Journal 45(9), 1966.
"""

from __future__ import annotations

import heapq

from workdepth.schedule.threads.jobs import Jobs


def list_schedule(jobs: Jobs, threads: int, rank: list[int]) -> list[int]:
    """Return when each job starts: at the earliest, the lowest rank first.

    Parameters
    ----------
    jobs : Jobs
    threads : int
    rank : list of int
        The place of each job, all different.

    Returns
    -------
    list of int

    Examples
    --------
    >>> import networkx as nx, workdepth as wd
    >>> from workdepth.schedule.threads.jobs import jobs_of
    >>> jobs = jobs_of(wd.unroll(nx.DiGraph([("a", "c"), ("b", "c")])))
    >>> list_schedule(jobs, 1, [1, 0, 2])
    [1, 0, 2]
    """
    waiting = [len(needed) for needed in jobs.before]
    start = [0] * len(jobs)
    ready: list[tuple[int, int]] = []
    running: list[tuple[int, int]] = []
    now = 0
    freed = [job for job, count in enumerate(waiting) if not count]
    while True:
        while freed:  # joins start at once, and those of no length end at once
            job = freed.pop()
            if jobs.busy[job]:
                heapq.heappush(ready, (rank[job], job))
            elif jobs.length[job]:
                heapq.heappush(running, (now + jobs.length[job], job))
            else:
                freed += _freed_by(jobs, job, waiting)
        while ready and threads:
            _, job = heapq.heappop(ready)
            start[job] = now
            threads -= 1
            heapq.heappush(running, (now + jobs.length[job], job))
        if not running:
            return with_joins(jobs, start)
        now = running[0][0]
        while running and running[0][0] == now:
            _, job = heapq.heappop(running)
            threads += jobs.busy[job]
            freed += _freed_by(jobs, job, waiting)


def _freed_by(jobs: Jobs, job: int, waiting: list[int]) -> list[int]:
    """Return the jobs that wait for nothing any more now that one is done."""
    found = []
    for one in jobs.after[job]:
        waiting[one] -= 1
        if not waiting[one]:
            found.append(one)
    return found


def with_joins(jobs: Jobs, start: list[int]) -> list[int]:
    """Return the starts with those of the jobs that take no thread: as soon as what they wait for is done."""
    found = list(start)
    for job, needed in enumerate(jobs.before):
        if not jobs.busy[job]:
            found[job] = max((found[one] + jobs.length[one] for one in needed), default=0)
    return found
