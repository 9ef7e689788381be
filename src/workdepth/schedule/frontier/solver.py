"""The fastest schedule within so many threads and words, by a constraint solver (extra ``solve``).

Every job is an interval, of which at most ``threads`` overlap; every value is an interval from the boundary at
which it is made to the one at which its last reader ends, of which the words add up to at most ``memory``.  A
solver that knows no bound on time proves little where threads are few, so the one that is known is given to it.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib.util import find_spec
from itertools import pairwise
from threading import Thread
from typing import Any

from workdepth.errors import MissingError
from workdepth.schedule.frontier.configurations import twins
from workdepth.schedule.frontier.greedy import Starts, tails
from workdepth.schedule.frontier.problem import START, Problem, Value, bits


@dataclass(frozen=True)
class Answer:
    """What a search has found.

    Attributes
    ----------
    starts : list of int or None
        A schedule, if any was found.
    low : int
        No schedule within the limits takes less.
    impossible : bool
        Whether there is no schedule within the limits at all.
    """

    starts: Starts | None
    low: int
    impossible: bool = False


def available() -> bool:
    """Whether the solver is installed."""
    return find_spec("ortools") is not None


def solver() -> Any:
    """Return the module of the solver.

    Raises
    ------
    MissingError
        Where it is not installed.
    """
    try:
        from ortools.sat.python import cp_model
    except ImportError as problem:
        raise MissingError(
            "the solver is not installed",
            where="frontier",
            next_step="pip install 'workdepth[solve]'",
        ) from problem
    return cp_model


def fastest(
    problem: Problem,
    threads: int,
    memory: int,
    low: int,
    high: int,
    hint: Starts | None,
    seconds: float,
) -> Answer:
    """Search the fastest schedule within ``threads`` and ``memory``.

    Parameters
    ----------
    problem : Problem
    threads, memory : int
        The limits.
    low, high : int
        Times between which it is known, or wanted, to be.
    hint : list of int, optional
        A schedule to begin from.
    seconds : float

    Returns
    -------
    Answer

    Examples
    --------
    >>> import pytest; _ = pytest.importorskip("ortools")
    >>> import networkx as nx, workdepth as wd
    >>> from workdepth.schedule.frontier.problem import problem_of
    >>> p = problem_of(wd.unroll(nx.DiGraph([("a", "c"), ("b", "c")])), wd.Conventions())
    >>> fastest(p, 1, 2, 2, 9, None, 10.0).low
    3
    """
    cp_model = solver()
    built = _Model(cp_model.CpModel(), problem, threads, memory, low, high)
    for job, begun in enumerate(hint or []):
        built.model.add_hint(built.start[job], begun)
    search = cp_model.CpSolver()
    search.parameters.max_time_in_seconds = seconds
    search.parameters.num_workers = 2
    search.parameters.random_seed = 1
    outcome = _solved(search, built.model)
    if outcome == cp_model.INFEASIBLE:
        return Answer(None, high + 1, impossible=True)
    bound = max(low, round(search.best_objective_bound)) if outcome != cp_model.UNKNOWN else low
    if outcome in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return Answer([search.value(s) for s in built.start], bound)
    return Answer(None, low)


def _solved(search: Any, model: Any) -> Any:
    """Search beside the main thread, so that ctrl-C is heard at once."""
    search.parameters.catch_sigint_signal = False
    found: list[Any] = []
    thread = Thread(target=lambda: found.append(search.solve(model)), daemon=True)
    thread.start()
    try:
        while thread.is_alive():
            thread.join(0.05)
    except KeyboardInterrupt:
        search.stop_search()
        thread.join()
        raise
    return found[0]


class _Model:
    """The constraints of a problem."""

    def __init__(self, model: Any, problem: Problem, threads: int, memory: int, low: int, high: int) -> None:
        self.model, self.problem, self.high = model, problem, high
        tail = tails(problem)
        heads = [0] * len(problem)
        for job in range(len(problem)):
            for other in bits(problem.before[job]):
                heads[job] = max(heads[job], heads[other] + problem.steps[other])
        self.start = [
            model.new_int_var(heads[job], max(high - tail[job], heads[job]), "")
            for job in range(len(problem))
        ]
        self.time = model.new_int_var(low, high, "")
        for job in range(len(problem)):
            model.add(self.start[job] + tail[job] <= self.time)
            for other in bits(problem.before[job]):
                model.add(self.start[job] >= self._end(other))
        working = [job for job in range(len(problem)) if problem.busy[job]]
        tasks = [model.new_fixed_size_interval_var(self.start[j], problem.steps[j], "") for j in working]
        model.add_cumulative(tasks, [1] * len(tasks), threads)
        self._memory(memory)
        for group in twins(problem):
            for a, b in pairwise(group):
                model.add(self.start[a] <= self.start[b])
        model.minimize(self.time)

    def _end(self, job: int) -> Any:
        return self.start[job] + self.problem.steps[job]

    def _memory(self, memory: int) -> None:
        """Limit the words at every boundary and, where results take their own, in every step."""
        problem, model = self.problem, self.model
        live, stepping = [], []
        words = [v.words for v in problem.values]
        for v in problem.values:
            birth = 0 if v.producer == START else self._end(v.producer)
            death = model.new_int_var(0, self.high + 1, "")
            for job in bits(v.readers):
                model.add(death >= self._end(job))
            model.add(death >= birth)
            if v.named and problem.kept:
                model.add(death == self.high + 1)
            live.append(self._interval(birth, self._left(v, birth, death)))
            if problem.separate:
                stepping.append(self._in_steps(v, birth, death))
        model.add_cumulative(live, words, memory)
        if problem.separate:
            unread = self._unread()
            intervals = stepping + [
                model.new_fixed_size_interval_var(self._end(job), 1, "") for job, _ in unread
            ]
            model.add_cumulative(intervals, words + [w for _, w in unread], memory)

    def _left(self, v: Value, birth: Any, death: Any) -> Any:
        """Return the boundary from which a value no longer counts; a streamed output counts once at least."""
        if not v.named or self.problem.kept:
            return death
        end = self.model.new_int_var(0, self.high + 2, "")
        self.model.add(end >= death)
        self.model.add(end >= birth + 1)
        return end

    def _in_steps(self, v: Value, birth: Any, death: Any) -> Any:
        """Return the steps in which a value takes words: its own, as a result, and all it is there before."""
        made = v.producer != START and self.problem.busy[v.producer]
        if v.producer == START and v.named and not self.problem.kept:
            death = self._left(v, birth, death)
        return self._interval(birth if made else birth + 1, death + 1)

    def _unread(self) -> list[tuple[int, int]]:
        """Return the results that nobody reads and no output names, as words a job."""
        known = [0] * len(self.problem)
        for v in self.problem.values:
            if v.producer != START:
                known[v.producer] += v.words
        rest = [(job, made - known[job]) for job, made in enumerate(self.problem.made)]
        return [(job, words) for job, words in rest if words > 0 and self.problem.steps[job]]

    def _interval(self, begin: Any, end: Any) -> Any:
        size = self.model.new_int_var(0, self.high + 3, "")
        return self.model.new_interval_var(begin, size, end, "")
