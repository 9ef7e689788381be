"""The very step of a peak: where most words live and what they are, where most threads work and on what."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from workdepth.graph.unit import CONSTANT, OP
from workdepth.schedule.carried import Carried, Part, parts_of
from workdepth.schedule.liveness import words_of


@dataclass(frozen=True)
class Moment:
    """A step in which a figure is at its most.

    Attributes
    ----------
    step : int
        The first such step; 0 is the start, before any step.
    last : int
        The last such step.
    steps : int
        How many there are.
    amount : int
        The figure.
    parts : tuple of Part
        What makes it, by origin; the amounts add up to it.
    """

    step: int
    last: int
    steps: int
    amount: int
    parts: tuple[Part, ...]


def peak_of_memory(run: Carried) -> Moment:
    """Return the step in which most words live, and what lives in it.

    Under ``cells=reuse`` it is the words at the end of that step (of step 0: at the start); under ``separate``
    what lived before it, with its results on top.

    Examples
    --------
    >>> import workdepth as wd
    >>> from workdepth.graph.unroll import unroll
    >>> from workdepth.schedule.carried import carried
    >>> g = wd.Algorithm("multiply-n")
    >>> g.output(g.fold(wd.MULTIPLY, g.input("x", wd.size("n"))))
    >>> peak = peak_of_memory(carried(unroll(g, n=8), "GPU", wd.Conventions(cells="separate")))
    >>> peak.step, peak.amount, [(p.path, p.what, p.amount) for p in peak.parts]
    (1, 12, [('x', 'input', 8), ('fold1', 'result', 4)])
    """
    found = run.profile
    ends = found.boundaries[found.live == found.memory]
    if len(ends):
        return Moment(int(ends[0]), int(ends[-1]), len(ends), found.memory, _live_at(run, int(ends[0])))
    step = _fullest_step(run)
    # Streamed outputs of the step before have left by now.
    before = run.lives.at(step - 1)
    before = before[~run.lives.leaving[before]]
    entries = [*_named(run, before), *_results(run, step)]
    return Moment(step, step, 1, found.memory, parts_of(entries))


def _live_at(run: Carried, boundary: int) -> tuple[Part, ...]:
    return parts_of(_named(run, run.lives.at(boundary)))


def _named(run: Carried, entries: NDArray[np.int64]) -> list[tuple[str, str, int]]:
    lives = run.lives
    return run.named(run.producer[lives.value[entries]], lives.words[entries])


def _results(run: Carried, step: int) -> Iterator[tuple[str, str, int]]:
    """Yield the words of the results of operations of some work, and of loads, that finish in a step."""
    unit, times = run.unit, run.times
    ending = np.flatnonzero((times.finish == step) & (unit.work > 0) & (unit.kind > CONSTANT))
    words = np.diff(np.append(0, np.cumsum(unit.value_words))[unit.first_value])
    for path, _, amount in run.named(ending, words[ending]):
        yield path, "result", amount
    yield from _loads(run, step)


def _loads(run: Carried, step: int) -> Iterator[tuple[str, str, int]]:
    values = run.times.loads[run.times.load_finish == step]
    for path, _, amount in run.named(run.producer[values], np.ones_like(values)):
        yield path, "load", amount


def _fullest_step(run: Carried) -> int:
    """Return the first step whose words before, with its results, are as many as the memory."""
    boundaries = run.profile.boundaries
    words = words_of(run.unit, run.times, boundaries, streamed=run.conventions.outputs == "streamed")
    return int(boundaries[1:][np.argmax(words.live[:-1] + words.results[1:])])


def peak_of_threads(run: Carried) -> Moment:
    """Return the step in which most operations are in progress, and which they are.

    Examples
    --------
    >>> import workdepth as wd
    >>> from workdepth.graph.unroll import unroll
    >>> from workdepth.schedule.carried import carried
    >>> g = wd.Algorithm("multiply-n")
    >>> g.output(g.fold(wd.MULTIPLY, g.input("x", wd.size("n"))))
    >>> widest = peak_of_threads(carried(unroll(g, n=8), "GPU", wd.Conventions()))
    >>> widest.step, widest.amount, widest.parts[0].path
    (1, 4, 'fold1')
    """
    found = run.profile
    if run.machine == "RAM" or not found.threads:
        return Moment(0, 0, found.time, found.threads, ())
    steps = found.boundaries[found.busy == found.threads]
    step = int(steps[0])
    working = np.array(running(run, step), dtype=np.int64)
    entries = [*run.named(working, np.ones_like(working)), *_loads(run, step)]
    return Moment(step, int(steps[-1]), len(steps), found.threads, parts_of(entries))


def running(run: Carried, step: int) -> list[int]:
    """Return the operations that are in progress in a step."""
    unit, finish = run.unit, run.times.finish
    during = (finish - unit.work < step) & (step <= finish)
    return np.flatnonzero((unit.kind == OP) & (unit.work > 0) & during).tolist()
