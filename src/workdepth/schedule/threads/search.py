"""The best schedule on p threads: bounds, greedy schedules by every priority, and a solver for what is left open."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from time import monotonic
from typing import Any

from workdepth.errors import CheckError, ModelError
from workdepth.graph.naming import check_is_graph
from workdepth.graph.unit import UnitGraph
from workdepth.models.conventions import Conventions
from workdepth.schedule.sequential.least import check_has_meaning
from workdepth.schedule.sweeps.room import check_room
from workdepth.schedule.threads.bounds import Bounds, bounds_of, least_words
from workdepth.schedule.threads.capped import capped_schedule
from workdepth.schedule.threads.exact import INSTALL, solve
from workdepth.schedule.threads.frugal import MOST_JOBS as MOST_JOBS_IN_ORDER
from workdepth.schedule.threads.frugal import frugal_order, shaken
from workdepth.schedule.threads.greedy import list_schedule
from workdepth.schedule.threads.improve import improved
from workdepth.schedule.threads.jobs import Jobs, jobs_of
from workdepth.schedule.threads.priorities import PRIORITIES, ranks
from workdepth.schedule.threads.result import Schedule
from workdepth.schedule.witness import replay

METHODS = ("auto", "greedy", "exact", *PRIORITIES)
# Lists that one thread can follow from end to end; in their order a limit of memory brings nothing to a stand.
IN_ORDER = ("depth-first", "program-order")
BYTES_A_NODE = 1000
# A model of more jobs than this takes longer to build than most have patience for.
MOST_JOBS = 5000


@dataclass
class _Found:
    """The state of a search: the best schedule so far, what is proven, and what is to be said."""

    lower: int
    least_memory: int
    makespan: int | None = None
    start: list[int] | None = None
    by: str = ""
    status: str = "unknown"
    notes: list[str] = field(default_factory=list)
    interrupted: bool = False

    def offer(self, jobs: Jobs, start: list[int] | None, by: str) -> None:
        """Keep a schedule if it is the shortest so far."""
        if start is None:
            return
        makespan = jobs.makespan(start)
        if self.makespan is None or makespan < self.makespan:
            self.makespan, self.start, self.by = makespan, start, by
            self.status = "feasible"
        if self.makespan <= self.lower:
            self.status = "optimal"

    @property
    def closed(self) -> bool:
        return self.status in ("optimal", "infeasible")


def schedule(
    graph: Any,
    /,
    threads: int = 4,
    memory: int | None = None,
    *,
    within: float = 10,
    method: str = "auto",
    conventions: Conventions | None = None,
    cases: Mapping[str, Any] | None = None,
    **sizes: int,
) -> Schedule:
    """Find the shortest schedule on some threads, within some words.

    Greedy schedules by every named priority come first, and better ones made of the best; where one is as short
    as a lower bound it is optimal, and no solver is needed.  For the rest the extra ``solve`` searches on.

    Parameters
    ----------
    graph : Algorithm, networkx DAG or UnitGraph
    threads : int
        How many there are, p.
    memory : int, optional
        The most words that any step may hold.
    within : float
        Seconds for the search.
    method : str
        ``auto``: greedy, then exact where there is a solver; ``greedy``: no solver; ``exact``: a solver that is
        needed must be there; or the name of one priority: ``critical-path``, ``critical-path-then-successors``,
        ``most-successors``, ``longest-work``, ``fifo``, ``depth-first``, ``program-order``.
    conventions : Conventions, optional
        The switches.
    cases : mapping, optional
        The case of each branch and choice, by its path; see :func:`workdepth.unroll`.
    **sizes : int
        A value for each size.

    Returns
    -------
    Schedule
        It prints itself; its witness was carried out by an independent simulator.

    Raises
    ------
    ModelError
        When threads, memory, seconds or the method make no sense, reads are exclusive, or a switch means nothing
        for a plain DAG.
    SizeError
        When a size is missing or outside its domain, or the schedule would not fit in memory.
    MissingError
        When the method is ``exact``, a solver is needed and none is installed.

    Examples
    --------
    >>> import workdepth as wd
    >>> g = wd.Algorithm("multiply-n")
    >>> g.output(g.fold(wd.MULTIPLY, g.input("x", wd.size("n"))))
    >>> found = wd.schedule(g, threads=2, n=8)
    >>> found.makespan, found.lower_bound, found.status
    (4, 4, 'optimal')
    """
    _check(threads, memory, within, method)
    conventions = conventions or Conventions()
    unit = _unit(graph, conventions, sizes, cases)
    check_room(f"a schedule of {len(unit)} nodes", BYTES_A_NODE * len(unit))
    jobs = jobs_of(unit, conventions)
    begun = monotonic()
    # More threads than jobs, and more words than there are, change nothing.
    used = min(threads, max(sum(jobs.busy), 1))
    limit = None if memory is None else min(memory, max(sum(jobs.words), 1))
    bounds = bounds_of(jobs, used)
    found = _Found(bounds.best, least_words(jobs))
    try:
        if memory is not None and memory < found.least_memory:
            found.status = "infeasible"
        else:
            _search(jobs, used, limit, method, begun + within, found)
        if found.status == "infeasible" and memory is not None:
            found.least_memory = max(found.least_memory, memory + 1)
    except KeyboardInterrupt:
        found.interrupted = True
        found.notes.append("interrupted: what was found so far")
    return _result(unit, dict(sizes), jobs, threads, memory, bounds, found)


def _check(threads: int, memory: int | None, within: float, method: str) -> None:
    for what, value in (("threads", threads), ("words of memory", memory)):
        if value is not None and (isinstance(value, bool) or not hasattr(value, "__index__") or value < 1):
            raise ModelError(f"the number of {what} is {value!r}", next_step="give an integer of at least 1")
    if (
        isinstance(within, bool)
        or not isinstance(within, int | float)
        or not (within > 0 and math.isfinite(within))
    ):
        raise ModelError(
            f"the limit is {within!r} seconds",
            next_step="give more than 0, or choose the method greedy, which needs no limit",
        )
    if method not in METHODS:
        raise ModelError(f"no method is called {method!r}", next_step=f"choose one of: {', '.join(METHODS)}")


def _unit(
    graph: Any, conventions: Conventions, sizes: dict[str, int], cases: Mapping[str, Any] | None
) -> UnitGraph:
    from workdepth.graph.unroll import unroll

    if isinstance(graph, UnitGraph):
        if sizes:
            raise ModelError(
                f"an unrolled graph has no sizes, but {', '.join(sizes)} is given",
                where=graph.name,
                next_step="leave it out",
            )
        return graph
    check_is_graph(graph)
    check_has_meaning(graph, conventions)
    return unroll(graph, phases=conventions.phases, cases=cases, **sizes)


def _search(jobs: Jobs, threads: int, memory: int | None, method: str, until: float, found: _Found) -> None:
    names = [method] if method in PRIORITIES else list(PRIORITIES)
    for name in names:
        if found.closed or (found.start is not None and monotonic() > until):
            break
        _greedy(jobs, threads, memory, name, found)
    if method not in PRIORITIES and not found.closed:
        _improve(jobs, threads, memory, until, found)
    if method in ("auto", "exact") and not found.closed:
        _exact(jobs, threads, memory, method, until, found)


def _greedy(jobs: Jobs, threads: int, memory: int | None, name: str, found: _Found) -> None:
    rank = ranks(jobs, name)
    if memory is None:
        found.offer(jobs, list_schedule(jobs, threads, rank), name)
        return
    found.offer(jobs, capped_schedule(jobs, threads, memory, rank), name)
    if name in IN_ORDER:
        found.offer(jobs, capped_schedule(jobs, threads, memory, rank, in_order=True), f"{name}, in order")


def _improve(jobs: Jobs, threads: int, memory: int | None, until: float, found: _Found) -> None:
    if memory is None:
        if found.start is not None:
            found.offer(jobs, improved(jobs, threads, found.start, found.lower, until), "forth and back")
        return
    if len(jobs) > MOST_JOBS_IN_ORDER or monotonic() > until:
        return
    order = frugal_order(jobs, threads)
    if threads == 1 and memory < order.lower_bound:
        found.status, found.least_memory = "infeasible", order.lower_bound
        return
    found.offer(jobs, capped_schedule(jobs, threads, memory, order.place, in_order=True), "frugal order")
    found.offer(
        jobs, shaken(jobs, threads, memory, order.place, found.start, found.lower, until), "shaken order"
    )


def _exact(jobs: Jobs, threads: int, memory: int | None, method: str, until: float, found: _Found) -> None:
    if len(jobs) > MOST_JOBS:
        found.notes.append(f"{len(jobs)} jobs are too many for the solver, which takes {MOST_JOBS}")
        return
    if method == "auto" and not _is_installed():
        found.notes.append(f"without a solver the search ends here: {INSTALL}")
        return
    if monotonic() > until:
        found.notes.append("no time was left for the solver")
        return
    upper = found.makespan if found.makespan is not None else sum(jobs.length)
    told = solve(jobs, threads, memory, lower=found.lower, upper=upper, hint=found.start, until=until)
    found.lower = max(found.lower, told.lower)
    found.offer(jobs, told.start, "exact")
    if told.status in ("optimal", "infeasible"):
        found.status = told.status
        found.lower = found.makespan if found.makespan is not None else found.lower
    if told.interrupted:
        found.interrupted = True
        found.notes.append("interrupted: what was found so far")


def _is_installed() -> bool:
    from importlib.util import find_spec

    return find_spec("ortools") is not None


def _result(
    unit: UnitGraph,
    sizes: dict[str, int],
    jobs: Jobs,
    threads: int,
    memory: int | None,
    bounds: Bounds,
    found: _Found,
) -> Schedule:
    """Carry the schedule out once more, by other means, and hold it to what is claimed."""
    witness = None if found.start is None else jobs.witness(found.start)
    uses = None if witness is None else replay(unit, witness, jobs.conventions)
    if uses is not None:
        over = memory is not None and uses.memory > memory
        if uses.time != found.makespan or uses.threads > threads or over or found.lower > uses.time:
            raise CheckError(
                f"the schedule by {found.by} is {uses}, not a time of {found.makespan} above {found.lower}",
                where=unit.name,
                next_step="this is an error of the search; please report it",
            )
    return Schedule(
        unit.name,
        sizes,
        jobs.conventions,
        threads,
        memory,
        found.makespan,
        found.lower,
        found.status,
        found.by,
        bounds,
        found.least_memory,
        uses,
        tuple(found.notes),
        found.interrupted,
        unit,
        witness,
    )
