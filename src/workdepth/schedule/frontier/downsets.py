"""The exact frontier of a small graph of one-step jobs: sets of what is done, alike ones once.

The same question as in `configurations`, for the common case, and faster: every job takes one step and a thread, so
that a set of jobs is all there is to a state; all choices from a state are looked at together, as arrays; of states
that an automorphism maps to each other only one is searched.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from workdepth.schedule.frontier.budget import Budget, OutOfBudget
from workdepth.schedule.frontier.configurations import twins
from workdepth.schedule.frontier.points import Cost
from workdepth.schedule.frontier.problem import START, Problem, bits
from workdepth.schedule.frontier.symmetry import Canonical, automorphisms
from workdepth.schedule.frontier.tables import Steps, Tables

MOST_JOBS = 60
MOST_CHOICES = 20_000  # from one state
MOST_STEPS = 12_000_000
_ONE = np.uint64(1)


def suits(problem: Problem) -> bool:
    """Whether every job takes one step and a thread, and the jobs are few enough to be the bits of a word."""
    return all(s == 1 for s in problem.steps) and all(problem.busy) and 0 < len(problem) <= MOST_JOBS


@dataclass
class Downsets:
    """The search; `frontier` finds the costs, `starts` a schedule for one of them.

    Examples
    --------
    >>> import workdepth as wd
    >>> from workdepth.schedule.frontier.problem import problem_of
    >>> g = wd.Algorithm("multiply-n")
    >>> g.output(g.fold(wd.MULTIPLY, g.input("x", wd.size("n"))))
    >>> problem = problem_of(wd.unroll(g, n=4), wd.Conventions(inputs="loaded"))
    >>> Downsets(problem, Budget(10)).frontier()
    [(3, 4, 4), (4, 3, 3), (4, 4, 2), (5, 3, 2), (7, 3, 1)]
    """

    problem: Problem
    budget: Budget
    _number: dict[int, int] = field(default_factory=dict)
    _steps: list[Steps] = field(default_factory=list)
    _which: list[Any] = field(default_factory=list)  # the automorphism of each step
    _alike: Canonical = field(init=False)
    _twins: list[tuple[int, ...]] = field(init=False)
    _tables: Tables = field(init=False)

    def __post_init__(self) -> None:
        problem = self.problem
        self._twins = twins(problem)
        values = problem.values
        self._words = np.array([v.words for v in values], dtype=np.int64)
        self._readers = np.array([v.readers for v in values], dtype=np.uint64)
        makers = [0 if v.producer == START else 1 << v.producer for v in values]
        self._makers = np.array(makers, dtype=np.uint64)
        self._named = np.array([v.named for v in values], dtype=bool)
        self._made = np.array(problem.made, dtype=np.int64)

    def frontier(self) -> list[Cost]:
        """Return the costs of all best schedules.

        Raises
        ------
        OutOfBudget
        """
        problem = self.problem
        self._choices(0)  # too many at once: then symmetry need not be looked for
        self._alike = Canonical(automorphisms(problem), len(problem))
        self._reach()
        order = [self._number[done] for done in sorted(self._number, key=int.bit_count, reverse=True)]
        self._tables = Tables(self._steps, order, len(problem), self.budget)
        return self._tables.costs(0, problem.live(0) + problem.at_start(0))

    def starts(self, cost: Cost) -> list[int]:
        """Return when each job starts in a schedule of this cost."""
        time, memory, threads = cost
        begun = [0] * len(self.problem)
        actual = list(range(len(self.problem)))  # the job that stands at each place
        number, now = 0, 0
        while time:
            time -= 1
            chosen = self._tables.next(number, time, memory, threads)
            for place in bits(int(self._steps[number].started[chosen])):
                begun[actual[place]] = now
            to = self._alike.places[int(self._which[number][chosen])]
            moved = list(actual)
            for place, job in enumerate(actual):
                moved[to[place]] = job
            actual, now = moved, now + 1
            number = int(self._steps[number].after[chosen])
        return begun

    def _reach(self) -> None:
        """Find all states, alike ones once, and the steps between them."""
        self._number = {0: 0}
        queue, count = [0], 0
        for done in queue:
            self.budget.check(len(queue))
            started = self._choices(done)
            after = started | np.uint64(done)
            memory, threads = self._memory(done, started, after), _popcount(started)
            after, which = self._alike.of(after)
            kept = _least_of_each(after, threads, memory)
            for to in after[kept].tolist():
                if to not in self._number:
                    self._number[to] = len(queue)
                    queue.append(to)
            numbers = np.array([self._number[to] for to in after[kept].tolist()], dtype=np.int64)
            self._steps.append(Steps(started[kept], numbers, threads[kept], memory[kept]))
            self._which.append(which[kept])
            count += len(kept)
            if count > MOST_STEPS:
                raise OutOfBudget(f"more than {MOST_STEPS} steps")

    def _choices(self, done: int) -> Any:
        """Return every set of jobs that may start, but the empty one; of interchangeable jobs the first."""
        found = np.zeros(1, dtype=np.uint64)
        for group in self._twins:
            free = [job for job in group if not done >> job & 1]
            if not free or self.problem.before[free[0]] & ~done:
                continue
            parts = [0]
            for job in free:
                parts.append(parts[-1] | 1 << job)
            found = (found[:, None] | np.array(parts, dtype=np.uint64)[None, :]).ravel()
            if len(found) > MOST_CHOICES:
                raise OutOfBudget(f"more than {MOST_CHOICES} choices in one step")
        return found[1:]

    def _memory(self, done: int, started: Any, after: Any) -> Any:
        """Return the words that each choice takes in its step."""
        problem = self.problem
        unread = (self._readers & ~after[:, None]) != 0
        there = (self._makers == 0) | ((self._makers & after[:, None]) != 0)
        kept = self._named & problem.kept
        words = ((there & (unread | kept)) * self._words).sum(axis=1)
        if not problem.kept:
            new = self._named & ((self._makers & started[:, None]) != 0) & ~unread
            words += (new * self._words).sum(axis=1)
        if not problem.separate:
            return words
        before = problem.live(done) + (problem.at_start(0) if done == 0 else 0)
        place = np.arange(len(problem), dtype=np.uint64)
        results = ((started[:, None] >> place & _ONE).astype(np.int64) * self._made).sum(axis=1)
        return np.maximum(words, before + results)


def _popcount(masks: Any) -> Any:
    return np.array([mask.bit_count() for mask in masks.tolist()], dtype=np.int64)


def _least_of_each(after: Any, threads: Any, memory: Any) -> Any:
    """Return of the steps to one state on as many threads that with the least memory, in order."""
    order = np.lexsort((memory, threads, after))
    first = np.ones(len(order), dtype=bool)
    a, t = after[order], threads[order]
    first[1:] = (a[1:] != a[:-1]) | (t[1:] != t[:-1])
    return np.sort(order[first])
