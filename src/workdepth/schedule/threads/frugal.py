"""Schedules within few words: they begin with the order in which one thread needs the fewest."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from time import monotonic

from workdepth.schedule.sequential.least import least_of_unit
from workdepth.schedule.threads.capped import capped_schedule
from workdepth.schedule.threads.improve import places
from workdepth.schedule.threads.jobs import Jobs
from workdepth.schedule.threads.priorities import tails

# How many sets of done nodes are looked at: for a proof on one thread, and where only the order matters.
STATES_FOR_PROOF, STATES_FOR_ORDER = 20_000, 200
# Above these many jobs the order is that of the program or depth-first.
MOST_JOBS = 1000
# How many jobs are put on threads in all, over every try.
EFFORT = 40_000


@dataclass(frozen=True)
class Order:
    """An order of one thread.

    Attributes
    ----------
    place : list of int
        The place of each job.
    lower_bound : int
        On one thread no order needs fewer words.
    """

    place: list[int]
    lower_bound: int


def frugal_order(jobs: Jobs, threads: int) -> Order:
    """Return the best order of one thread that a search finds.

    Examples
    --------
    >>> import networkx as nx, workdepth as wd
    >>> from workdepth.schedule.threads.jobs import jobs_of
    >>> dag = nx.DiGraph([("a", "e"), ("c", "d"), ("b", "d"), ("d", "e")])
    >>> frugal_order(jobs_of(wd.unroll(dag)), 1)
    Order(place=[3, 0, 1, 2, 4], lower_bound=2)
    """
    states = STATES_FOR_PROOF if threads == 1 else STATES_FOR_ORDER
    found = least_of_unit(jobs.unit, jobs.conventions, states=states)
    begun: dict[int, list[int]] = {}
    loads = zip(found.witness.loads.tolist(), found.witness.load_start.tolist(), strict=True)
    for value, when in sorted(loads, key=lambda pair: -pair[1]):
        begun.setdefault(value, []).append(when)
    start = [begun[value].pop() for value in jobs.loads]
    start += found.witness.start[jobs.unit.sources :].tolist()
    return Order(places(start), found.lower_bound)


def shaken(
    jobs: Jobs, threads: int, memory: int, order: list[int], best: list[int] | None, lower: int, until: float
) -> list[int] | None:
    """Return the shortest schedule within the words that some tries find, or the one given.

    Each try mixes the longest chains with a frugal order, in another proportion, and shakes the mixture.

    Parameters
    ----------
    jobs : Jobs
    threads, memory : int
    order : list of int
        Places in a frugal order.
    best : list of int, optional
        A schedule within the words.
    lower : int
        It ends where a schedule is as short.
    until : float
        It ends when the clock ``time.monotonic`` shows this, too.

    Returns
    -------
    list of int or None
    """
    random = Random(1)
    chain = [tail + own for tail, own in zip(tails(jobs), jobs.length, strict=True)]
    longest, length = max(chain, default=1) or 1, None if best is None else jobs.makespan(best)
    for _ in range(max(EFFORT // max(len(jobs), 1), 1)):
        if (length is not None and length <= lower) or monotonic() > until:
            break
        share, shake = random.choice((0.0, 0.1, 0.3, 0.6, 1.0)), random.choice((0.02, 0.1, 0.3))
        value = [
            (1 - share) * -far / longest + share * place / len(jobs) + random.uniform(-shake, shake)
            for far, place in zip(chain, order, strict=True)
        ]
        found = capped_schedule(jobs, threads, memory, places(value))
        if found is not None and (length is None or jobs.makespan(found) < length):
            best, length = found, jobs.makespan(found)
    return best
