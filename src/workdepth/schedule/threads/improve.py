"""Better list schedules from one that is there: from the end, from the start, and with the order shaken a little.

Note [Forth and back].  A list schedule of the reversed graph, in which goes first what ended last, pushes all jobs to
the end as far as they go; a list schedule in the order of the starts so found pulls them back.  Both often come out
shorter than what they began with: K. Li, R. Willis, "An iterative scheduling technique for resource-constrained
project scheduling", European Journal of Operational Research 56(3), 1992.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from random import Random
from time import monotonic

from workdepth.schedule.threads.greedy import list_schedule
from workdepth.schedule.threads.jobs import Jobs
from workdepth.schedule.threads.priorities import tails

# How many jobs are put on threads in all, over every try; at about a million a second.
EFFORT = 400_000


def improved(jobs: Jobs, threads: int, start: list[int], lower: int, until: float) -> list[int]:
    """Return the shortest schedule that some tries find, or the one given.

    Parameters
    ----------
    jobs : Jobs
    threads : int
    start : list of int
        A schedule.
    lower : int
        It ends where a schedule is as short.
    until : float
        It ends when the clock ``time.monotonic`` shows this, too.

    Returns
    -------
    list of int

    Examples
    --------
    >>> import networkx as nx, workdepth as wd
    >>> from workdepth.schedule.threads.jobs import jobs_of
    >>> chain = nx.DiGraph([("a", "b"), ("b", "c")])
    >>> chain.add_nodes_from("xyz")
    >>> jobs = jobs_of(wd.unroll(chain))
    >>> late = [3, 4, 5, 0, 1, 2]
    >>> jobs.makespan(improved(jobs, 2, late, 3, until=float("inf")))
    3
    """
    random, reverse = Random(1), _reversed(jobs)
    best, length = start, jobs.makespan(start)
    chain = [tail + own for tail, own in zip(tails(jobs), jobs.length, strict=True)]
    for turn in range(max(EFFORT // max(3 * len(jobs), 1), 1)):
        if length <= lower or monotonic() > until:
            break
        found = best if turn == 0 else list_schedule(jobs, threads, _shaken(chain, length, random))
        for _ in range(2):
            found = _forth_and_back(jobs, reverse, threads, found)
            if jobs.makespan(found) < length:
                best, length = found, jobs.makespan(found)
    return best


def _reversed(jobs: Jobs) -> Jobs:
    """Return the jobs with what comes before and after exchanged, numbered from the end."""
    last = len(jobs) - 1

    def turned(rows: list[list[int]]) -> list[list[int]]:
        return [sorted(last - one for one in row) for row in reversed(rows)]

    return replace(
        jobs,
        length=jobs.length[::-1],
        busy=jobs.busy[::-1],
        before=turned(jobs.after),
        after=turned(jobs.before),
    )


def _forth_and_back(jobs: Jobs, reverse: Jobs, threads: int, start: list[int]) -> list[int]:
    last = len(jobs) - 1
    ends = [-(s + length) for s, length in zip(start, jobs.length, strict=True)]
    late = list_schedule(reverse, threads, places([ends[last - job] for job in range(len(jobs))]))
    from_end = [-(late[last - job] + jobs.length[job]) for job in range(len(jobs))]
    return list_schedule(jobs, threads, places(from_end))


def places(value: Sequence[float]) -> list[int]:
    """Return the place of each job in the order of its value, the smallest first, ties by number.

    Examples
    --------
    >>> places([5, 3, 5, 4])
    [2, 0, 3, 1]
    """
    place = [0] * len(value)
    for k, job in enumerate(sorted(range(len(value)), key=value.__getitem__)):
        place[job] = k
    return place


def _shaken(chain: list[int], length: int, random: Random) -> list[int]:
    """Return places by the longest chain, each moved by up to some share of the whole time."""
    share = length * random.choice((0.02, 0.05, 0.1, 0.2))
    return places([-one + random.uniform(-share, share) for one in chain])
