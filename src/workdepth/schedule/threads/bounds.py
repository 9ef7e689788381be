"""What no schedule can beat: the span, the work a thread, what must be done between two moments, words.

Note [Between two moments].  Within a time T each job has an earliest start and a latest end.  Between moments a and
b at least the part of it must run that is left when it is pushed as far out as it goes, to either side.  Where
these parts add up to more than p * (b - a), T is too short, and by at least the overload / p: a time that is d
longer moves latest ends by d, so p * (b + d - a) must hold the same parts.

References
----------
E. Fernandez, B. Bussell, "Bounds on the number of processors and time for multiprocessor optimal schedules", IEEE
Transactions on Computers C-22(8), 1973.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from workdepth.schedule.threads.jobs import Jobs
from workdepth.schedule.threads.priorities import tails

Ids = NDArray[np.int64]
# Above these, heads are plain chains, and only moments from the start or to the end are looked at.
MOST_JOBS, MOST_PARTS = 2000, 50_000_000


@dataclass(frozen=True)
class Bounds:
    """Lower bounds of the time on p threads, each valid alone.

    Attributes
    ----------
    span : int
        The longest chain.
    work : int
        ceil(work / p).
    interval : int
        What must be done between two moments.
    """

    span: int
    work: int
    interval: int

    @property
    def best(self) -> int:
        """The largest."""
        return max(self.span, self.work, self.interval)


def bounds_of(jobs: Jobs, threads: int) -> Bounds:
    """Return the lower bounds of the time of any schedule on so many threads.

    Parameters
    ----------
    jobs : Jobs
    threads : int

    Returns
    -------
    Bounds

    Examples
    --------
    Seven jobs on two threads: the last two steps of a tree can use only one.

    >>> import networkx as nx, workdepth as wd
    >>> from workdepth.schedule.threads.jobs import jobs_of
    >>> tree = nx.balanced_tree(2, 2, create_using=nx.DiGraph).reverse()
    >>> bounds_of(jobs_of(wd.unroll(tree)), 2)
    Bounds(span=3, work=4, interval=4)
    """
    length = np.array(jobs.length, dtype=np.int64)
    busy = np.array(jobs.busy, dtype=bool)
    chain = tails(jobs)
    span = max((c + one for c, one in zip(chain, jobs.length, strict=True)), default=0)
    work = -(-jobs.work // threads)
    if len(jobs) <= MOST_JOBS:
        head = _packed(jobs.before, jobs, threads, range(len(jobs)))
        tail = _packed(jobs.after, jobs, threads, range(len(jobs) - 1, -1, -1))
    else:
        head, tail = _heads(jobs), chain
    heads, ends = np.array(head, dtype=np.int64), np.array(tail, dtype=np.int64)
    least = max(span, work, int((heads + length + ends).max(initial=0)))
    return Bounds(span, work, _interval(heads[busy], length[busy], ends[busy], threads, least))


def _heads(jobs: Jobs) -> list[int]:
    head = [0] * len(jobs)
    for job, needed in enumerate(jobs.before):
        head[job] = max((head[one] + jobs.length[one] for one in needed), default=0)
    return head


def _packed(before: list[list[int]], jobs: Jobs, threads: int, order: range) -> list[int]:
    """Return the earliest start of each job; what comes before it must also fit on the threads.

    All jobs before it whose own earliest start is t or later run between t and its start.
    """
    head = [0] * len(jobs)
    above: list[int] = [0] * len(jobs)  # sets of jobs, as the bits of integers
    for job in order:
        known = 0
        for one in before[job]:
            known |= above[one] | 1 << one
            head[job] = max(head[job], head[one] + jobs.length[one])
        above[job] = known
        head[job] = max(head[job], _after_packing(_members(known), head, jobs, threads))
    return head


def _members(bits: int) -> list[int]:
    found = []
    while bits:
        low = bits & -bits
        found.append(low.bit_length() - 1)
        bits ^= low
    return found


def _after_packing(those: list[int], head: list[int], jobs: Jobs, threads: int) -> int:
    steps = best = 0
    for one in sorted((x for x in those if jobs.busy[x]), key=lambda x: -head[x]):
        steps += jobs.length[one]
        best = max(best, head[one] - (-steps // threads))
    return best


def _interval(head: Ids, length: Ids, tail: Ids, threads: int, least: int) -> int:
    """Return the shortest time in which no two moments are overloaded; see the note Between two moments."""
    if not len(head):
        return least
    time = least
    while True:
        late = time - tail - length  # latest starts
        begins, ends = _moments(head, late, length, time)
        over = max(_overload(a, ends[ends > a], head, late, length, threads) for a in begins.tolist())
        if over <= 0:
            return time
        time += -(-over // threads)


def _moments(head: Ids, late: Ids, length: Ids, time: int) -> tuple[Ids, Ids]:
    begins = np.unique(np.concatenate([head, late]))
    ends = np.unique(np.concatenate([late + length, head + length]))
    begins = begins[begins < time]
    if len(begins) * len(ends) * len(head) > MOST_PARTS:
        begins = begins[:1]
        ends = ends[:: -(-len(ends) * len(head) // MOST_PARTS)]
    return begins, ends


def _overload(begin: int, ends: Ids, head: Ids, late: Ids, length: Ids, threads: int) -> int:
    """Return by how many steps the fullest interval from ``begin`` is overloaded; at most 0 where none is."""
    if not len(ends):
        return 0
    left = np.minimum(length, head + length - begin)
    some = left > 0
    right = ends[:, None] - late[some][None, :]
    parts = np.minimum(np.minimum(left[some][None, :], right), (ends - begin)[:, None])
    return int((np.maximum(parts, 0).sum(axis=1) - threads * (ends - begin)).max())


def least_words(jobs: Jobs) -> int:
    """Return a number of words that every schedule needs: at the start, at the end, and around each operation.

    Examples
    --------
    >>> import networkx as nx, workdepth as wd
    >>> from workdepth.schedule.threads.jobs import jobs_of
    >>> least_words(jobs_of(wd.unroll(nx.DiGraph([("a", "c"), ("b", "c")]))))
    2
    """
    kept = jobs.conventions.outputs == "kept"
    there = sum(
        words
        for words, maker, readers, named in zip(jobs.words, jobs.maker, jobs.readers, jobs.named, strict=True)
        if maker < 0 and (named or any(jobs.busy[one] for one in readers))
    )
    at_end = sum(words for words, named in zip(jobs.words, jobs.named, strict=True) if named and kept)
    return max(there, at_end, *_around(jobs), 0)


def _around(jobs: Jobs) -> list[int]:
    """Return the words that each job of some length holds before and, with its results, after it ends."""
    held, stays, made = ([0] * len(jobs) for _ in range(3))
    for words, maker, readers, named in zip(jobs.words, jobs.maker, jobs.readers, jobs.named, strict=True):
        for reader in readers:
            held[reader] += words
        if maker >= 0:
            made[maker] += words
            # A value whose readers take no time may be gone before it counts.
            stays[maker] += words if named or any(jobs.busy[one] for one in readers) else 0
    separate = jobs.conventions.cells == "separate"
    return [
        max(held[job] + (made[job] if separate else 0), stays[job])
        for job in range(len(jobs))
        if jobs.busy[job]
    ]
