"""Which of the ready jobs comes first: named rules, each a number a job, the largest first, ties by lowest number.

References
----------
R. Graham, "Bounds on multiprocessing timing anomalies", SIAM Journal on Applied Mathematics 17(2), 1969 (lists);
T. Adam, K. Chandy, J. Dickson, "A comparison of list schedules for parallel processing systems", Communications
of the ACM 17(12), 1974 (critical path); H. Kasahara, S. Narita, "Practical multiprocessor scheduling algorithms
for efficient parallel processing", IEEE Transactions on Computers C-33(11), 1984 (ties by successors).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from workdepth.errors import ModelError
from workdepth.schedule.threads.jobs import Jobs

Rule = Callable[[Jobs], list[Any]]


def tails(jobs: Jobs) -> list[int]:
    """Return the longest chain of steps that follows each job, its own left out.

    Examples
    --------
    >>> import networkx as nx, workdepth as wd
    >>> from workdepth.schedule.threads.jobs import jobs_of
    >>> tails(jobs_of(wd.unroll(nx.DiGraph([("a", "c"), ("b", "c"), ("c", "d")]))))
    [2, 2, 1, 0]
    """
    found = [0] * len(jobs)
    for job in range(len(jobs) - 1, -1, -1):
        reach = jobs.length[job] + found[job]
        for one in jobs.before[job]:
            if found[one] < reach:
                found[one] = reach
    return found


def _critical_path(jobs: Jobs) -> list[int]:
    return [tail + length for tail, length in zip(tails(jobs), jobs.length, strict=True)]


def _critical_path_then_successors(jobs: Jobs) -> list[tuple[int, int]]:
    return list(zip(_critical_path(jobs), map(len, jobs.after), strict=True))


def _most_successors(jobs: Jobs) -> list[tuple[int, int]]:
    return list(zip(map(len, jobs.after), _critical_path(jobs), strict=True))


def _longest_work(jobs: Jobs) -> list[int]:
    return jobs.length


def _fifo(jobs: Jobs) -> list[int]:
    """First ready, first served, on unboundedly many threads: by the earliest start."""
    start = [0] * len(jobs)
    for job, needed in enumerate(jobs.before):
        start[job] = max((start[one] + jobs.length[one] for one in needed), default=0)
    return [-s for s in start]


def _depth_first(jobs: Jobs) -> list[int]:
    """Take the order of one thread that goes as deep as it can before it begins anything else.

    It begins at the ends, in their order, and makes what each needs just before it.
    """
    place: dict[int, int] = {}
    for last in (job for job in range(len(jobs)) if not jobs.after[job]):
        stack = [(last, iter(jobs.before[last]))]
        while stack:
            job, rest = stack[-1]
            one = next((x for x in rest if x not in place), None)
            if one is None:
                stack.pop()
                place.setdefault(job, len(place))
            else:
                stack.append((one, iter(jobs.before[one])))
    return [-place[job] for job in range(len(jobs))]


def _program_order(jobs: Jobs) -> list[int]:
    """Take the RAM's order; a word is loaded just before its first reader."""
    first = [
        min(jobs.after[job], default=len(jobs)) if job < len(jobs.loads) else job for job in range(len(jobs))
    ]
    return [-place for place in first]


PRIORITIES: dict[str, Rule] = {
    "critical-path": _critical_path,
    "critical-path-then-successors": _critical_path_then_successors,
    "most-successors": _most_successors,
    "longest-work": _longest_work,
    "fifo": _fifo,
    "depth-first": _depth_first,
    "program-order": _program_order,
}


def ranks(jobs: Jobs, priority: str) -> list[int]:
    """Return each job's place among all: the lowest place goes first.

    Parameters
    ----------
    jobs : Jobs
    priority : str
        A name of ``PRIORITIES``.

    Returns
    -------
    list of int

    Raises
    ------
    ModelError
        For a name that there is not.

    Examples
    --------
    >>> import networkx as nx, workdepth as wd
    >>> from workdepth.schedule.threads.jobs import jobs_of
    >>> jobs = jobs_of(wd.unroll(nx.DiGraph([("b", "c")])))
    >>> ranks(jobs, "critical-path")
    [0, 1]
    """
    if priority not in PRIORITIES:
        raise ModelError(
            f"no priority is called {priority!r}", next_step=f"choose one of: {', '.join(PRIORITIES)}"
        )
    value = PRIORITIES[priority](jobs)
    order = sorted(range(len(jobs)), key=lambda job: value[job], reverse=True)  # stable: ties by number
    place = [0] * len(jobs)
    for k, job in enumerate(order):
        place[job] = k
    return place
