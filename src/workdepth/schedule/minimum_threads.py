"""How few threads keep the span: from below by loads of intervals, from above by schedules."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from workdepth.graph.unit import UnitGraph, runs
from workdepth.schedule.sweeps.dependences import Dependences, dependences, earliest_finish, latest_finish
from workdepth.schedule.sweeps.list_schedule import list_schedule
from workdepth.schedule.width import as_unit

Ids = NDArray[np.int64]

# Intervals are between so many points of time at most, all of them where the span is shorter.
POINTS = 1024
# Operations are taken step by step up to this much work, as wholes beyond.
PIECES = 4_000_000


@dataclass(frozen=True, eq=False)
class MinimumThreads:
    """How few threads keep the span.

    Attributes
    ----------
    threads : int
        So many do: ``start`` shows it.
    lower_bound : int
        Fewer never do.
    span : int
        The time that is kept.
    start : int64
        When each node of the unit graph starts on that many threads.
    """

    threads: int
    lower_bound: int
    span: int
    start: Ids

    @property
    def status(self) -> str:
        """``exact`` if the two meet, else ``bounds``."""
        return "exact" if self.threads == self.lower_bound else "bounds"

    def __str__(self) -> str:
        if self.status == "exact":
            return str(self.threads)
        return f"{self.lower_bound} to {self.threads}"


def minimum_threads(graph: UnitGraph | Any, /, *, phases: str = "barrier", **sizes: int) -> MinimumThreads:
    """Return how few threads keep the span, or bounds of it.

    To decide it is NP-hard; here greedy schedules give the number from above and loads of intervals from below,
    and often they meet.  It is at most the threads of the earliest schedule, and at most the width.

    Parameters
    ----------
    graph : Algorithm, networkx DAG or UnitGraph
    phases : {"barrier", "sequence", "dataflow"}
        How to unroll.
    **sizes : int
        A value for each declared size.

    Returns
    -------
    MinimumThreads

    Examples
    --------
    >>> import networkx as nx
    >>> dag = nx.DiGraph([("a", "b"), ("b", "c"), ("a", "d")])
    >>> dag.add_nodes_from(["e"])
    >>> found = minimum_threads(dag)
    >>> found.threads, found.status, found.span
    (2, 'exact', 3)

    Notes
    -----
    Above: list schedules that prefer what must start soonest (Graham 1966), the number of threads by bisection;
    such schedules are not monotone in the number, so the least that was seen to do is taken.  Below: in every
    interval all steps that can lie nowhere else must fit (Fernandez and Bussell, Bounds on the number of processors
    and time for multiprocessor optimal schedules, IEEE Transactions on Computers 22, 1973), taken step by step.
    """
    return minimum_of(dependences(as_unit(graph, phases, sizes)))


def minimum_of(dag: Dependences) -> MinimumThreads:
    """Return the same for a DAG given by what each node waits for."""
    early = earliest_finish(dag)
    span = int(early.max(initial=0))
    if not span:
        return MinimumThreads(0, 0, 0, early)
    latest = latest_finish(dag, span) - dag.work
    first = early - dag.work
    low = interval_load(first, latest, dag.work, span)
    high, start = min(((most_busy(s, dag.work), s) for s in (first, latest)), key=lambda pair: pair[0])
    failed = low - 1
    while failed + 1 < high:
        tried = low if failed < low else (failed + high) // 2
        found = list_schedule(dag, tried, -latest)
        if int((found + dag.work).max()) <= span:
            high, start = most_busy(found, dag.work), found
        else:
            failed = tried
    return MinimumThreads(high, low, span, start)


def most_busy(start: Ids, work: Ids) -> int:
    """Return the most operations in progress in one step.

    Examples
    --------
    >>> most_busy(np.array([0, 0, 2]), np.array([2, 1, 1]))
    2
    """
    working = work > 0
    begun, ended = np.sort(start[working]), np.sort((start + work)[working])
    # Before the k-th begins, those that have ended by then have left.
    left = np.searchsorted(ended, begun, side="right")
    return int((np.arange(1, len(begun) + 1) - left).max(initial=0))


def interval_load(first: Ids, latest: Ids, work: Ids, span: int) -> int:
    """Return how many threads the fullest interval needs: all steps that can lie nowhere else must fit.

    Examples
    --------
    >>> interval_load(np.array([0, 0, 0]), np.array([1, 1, 1]), np.array([1, 1, 1]), 2)
    2
    >>> interval_load(np.array([0, 0]), np.array([1, 1]), np.array([2, 2]), 3)
    2
    """
    working = work > 0
    first, latest, work = first[working], latest[working], work[working]
    points = np.unique(np.linspace(0, span, min(span, POINTS) + 1).astype(np.int64))
    if int(work.sum()) > PIECES:
        return _fullest(points, first, latest + work, work)
    return max(
        _fullest(points, *windows)
        for windows in (_by_order(first, latest, work), _by_core(first, latest, work))
    )


def _by_order(first: Ids, latest: Ids, work: Ids) -> tuple[Ids, Ids, Ids]:
    """Return from when to when each step must lie: step i between i after the earliest start and i after the latest."""
    which = np.repeat(np.arange(len(work), dtype=np.int64), work)
    step = np.arange(len(which), dtype=np.int64) - np.repeat(np.cumsum(work) - work, work)
    return first[which] + step, latest[which] + step + 1, np.ones(len(which), dtype=np.int64)


def _by_core(first: Ids, latest: Ids, work: Ids) -> tuple[Ids, Ids, Ids]:
    """Return the same told otherwise: from its latest start to its earliest finish an operation always runs."""
    core = np.maximum(first + work - latest, 0)
    fixed = runs(latest, core)
    release, due = np.concatenate([fixed, first]), np.concatenate([fixed + 1, latest + work])
    return release, due, np.concatenate([np.ones(len(fixed), dtype=np.int64), work - core])


def _fullest(points: Ids, release: Ids, due: Ids, amount: Ids) -> int:
    """Return the most work a step of any interval between two points, of what must lie in it."""
    opens = np.searchsorted(points, release, side="right") - 1
    closes = np.searchsorted(points, due, side="left")
    wide = len(points)
    table = np.bincount(opens * wide + closes, weights=amount, minlength=wide * wide).astype(np.int64)
    load = np.cumsum(np.cumsum(table.reshape(wide, wide)[::-1], axis=0)[::-1], axis=1)
    lengths = points[None, :] - points[:, None]
    some = lengths > 0
    return int((-(-load[some] // lengths[some])).max(initial=0))
