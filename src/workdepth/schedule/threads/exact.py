"""The shortest schedule by constraint programming: OR-tools' CP-SAT, the extra ``solve``.

Note [Words as intervals].  Boundaries are the points of a line.  A value fills the points from its birth up to, not
including, its death; the values at a point may not have more than m words.  A streamed output fills at least the
point of its birth.  Under ``cells="separate"`` a second line holds one point a step: what lives before the step,
and the results of the operations that end in it.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass
from time import monotonic
from typing import Any

from workdepth.errors import MissingError
from workdepth.schedule.threads.jobs import Jobs

INSTALL = "pip install 'workdepth[solve]'"


@dataclass(frozen=True)
class Solved:
    """What the solver says.

    Attributes
    ----------
    status : {"optimal", "feasible", "infeasible", "unknown"}
    start : list of int or None
        The best schedule that it found.
    lower : int
        No schedule is shorter.
    interrupted : bool
        Whether it was stopped by ctrl-C.
    """

    status: str
    start: list[int] | None
    lower: int
    interrupted: bool = False


def solver() -> Any:
    """Return the solver's module.

    Raises
    ------
    MissingError
        When OR-tools is not installed.
    """
    try:
        from ortools.sat.python import cp_model
    except ImportError as error:
        raise MissingError(
            "OR-tools is not installed, which finds exact schedules", next_step=INSTALL
        ) from error
    return cp_model


def solve(
    jobs: Jobs,
    threads: int,
    memory: int | None,
    *,
    lower: int,
    upper: int,
    hint: Sequence[int] | None,
    until: float,
    workers: int = 2,
) -> Solved:
    """Search for a schedule of at least ``lower`` and at most ``upper`` steps.

    Parameters
    ----------
    jobs : Jobs
    threads : int
    memory : int, optional
        The most words of any step.
    lower, upper : int
        Known bounds of the time.
    hint : sequence of int, optional
        The starts of a known schedule.
    until : float
        When the clock ``time.monotonic`` shows this, the search ends.
    workers : int
        How many threads the solver itself may use.

    Returns
    -------
    Solved

    Raises
    ------
    MissingError
        When OR-tools is not installed.
    """
    cp = solver()
    model = cp.CpModel()
    start, time = _timing(model, jobs, threads, lower, upper)
    if memory is not None:
        _words(model, jobs, start, memory, upper)
    if hint is not None:
        for variable, value in zip(start, hint, strict=True):
            model.add_hint(variable, value)
    model.minimize(time)
    engine = cp.CpSolver()
    engine.parameters.max_time_in_seconds = max(until - monotonic(), 0.01)  # what building the model left
    engine.parameters.num_workers = workers
    engine.parameters.random_seed = 1
    engine.parameters.catch_sigint_signal = False
    status, interrupted = _run(engine, model)
    return _told(cp, engine, status, interrupted, start, lower)


def _run(engine: Any, model: Any) -> tuple[Any, bool]:
    """Solve beside this thread, so that ctrl-C is heard here; return the status, and whether it was heard."""
    with ThreadPoolExecutor(1) as pool:
        answer = pool.submit(engine.solve, model)
        try:
            # In short waits: a signal that another thread takes is heard only between them.
            while not answer.done():
                wait([answer], timeout=0.1)
        except KeyboardInterrupt:
            engine.stop_search()
            return answer.result(), True
        return answer.result(), False


def _told(cp: Any, engine: Any, status: Any, interrupted: bool, start: list[Any], lower: int) -> Solved:
    if status == cp.INFEASIBLE:
        return Solved("infeasible", None, lower)
    if status == cp.MODEL_INVALID:  # numbers so large that their sums leave 64 bits
        return Solved("unknown", None, lower)
    bound = max(lower, round(engine.best_objective_bound))
    if status not in (cp.OPTIMAL, cp.FEASIBLE):
        return Solved("unknown", None, bound, interrupted)
    found = [engine.value(variable) for variable in start]
    if status == cp.OPTIMAL:
        return Solved("optimal", found, bound)
    return Solved("feasible", found, bound, interrupted)


def _timing(model: Any, jobs: Jobs, threads: int, lower: int, upper: int) -> tuple[list[Any], Any]:
    """Add starts, what comes before what, and the threads; return the starts and the time."""
    time = model.new_int_var(lower, upper, "time")
    start = [model.new_int_var(0, upper - length, f"s{job}") for job, length in enumerate(jobs.length)]
    running = []
    for job, length in enumerate(jobs.length):
        for one in jobs.before[job]:
            model.add(start[job] >= start[one] + jobs.length[one])
        if not jobs.after[job]:
            model.add(time >= start[job] + length)
        if jobs.busy[job]:
            running.append(model.new_fixed_size_interval_var(start[job], length, f"j{job}"))
    model.add_cumulative(running, [1] * len(running), threads)
    for job in range(1, len(jobs.loads)):  # the words of one input are alike
        if jobs.loads[job] == jobs.loads[job - 1]:
            model.add(start[job - 1] <= start[job])
    return start, time


def _words(model: Any, jobs: Jobs, start: list[Any], memory: int, upper: int) -> None:
    """Add the limit of memory; see the note Words as intervals."""
    kept, separate = (
        jobs.conventions.outputs == "kept",
        jobs.conventions.cells == "separate",
    )
    after: list[tuple[Any, int]] = []
    before: list[tuple[Any, int]] = []
    for value, words in enumerate(jobs.words):
        maker, readers = jobs.maker[value], jobs.readers[value]
        birth = start[maker] + jobs.length[maker] if maker >= 0 else 0
        result = maker >= 0 and jobs.busy[maker]
        if separate and result:
            before.append((model.new_interval_var(birth - 1, 1, birth, f"r{value}"), words))
        if jobs.named[value] and kept:
            death = upper + 1
        elif not readers and not jobs.named[value]:
            continue
        else:
            death = model.new_int_var(0, upper + 1, f"d{value}")
            for reader in readers:
                model.add(death >= start[reader] + jobs.length[reader])
        stays = _interval(model, birth, death, 0, upper, f"b{value}")
        passes = jobs.named[value] and not kept
        after.append((_interval(model, birth, death, 1, upper, f"a{value}") if passes else stays, words))
        # A streamed input's element that is only named is still there before the first step.
        before.append((after[-1][0] if passes and maker < 0 else stays, words))
    model.add_cumulative([x for x, _ in after], [words for _, words in after], memory)
    if separate:
        model.add_cumulative([x for x, _ in before], [words for _, words in before], memory)


def _interval(model: Any, birth: Any, death: Any, least: int, upper: int, name: str) -> Any:
    """Return the points from birth to death, or a longer stretch: at least so many."""
    size = model.new_int_var(least, upper + 1, f"{name}n")
    end = model.new_int_var(0, upper + 2, f"{name}e")
    model.add(end >= death)
    return model.new_interval_var(birth, size, end, name)
