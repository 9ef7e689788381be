"""The exact frontier of a symmetric family, over counts of what is done."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import product
from math import prod

import numpy as np

from workdepth.schedule.frontier.budget import Budget, OutOfBudget
from workdepth.schedule.frontier.families import Counts, Family
from workdepth.schedule.frontier.points import Cost
from workdepth.schedule.frontier.tables import Steps, Tables

MOST_CHOICES = 100_000  # from one state


@dataclass
class Counting:
    """The search; `frontier` finds the costs, `steps` a schedule for one of them, as counts started.

    Examples
    --------
    >>> import workdepth as wd
    >>> from workdepth.schedule.frontier.families import forest_of
    >>> from workdepth.schedule.frontier.problem import problem_of
    >>> g = wd.Algorithm("multiply-n")
    >>> g.output(g.fold(wd.MULTIPLY, g.input("x", wd.size("n"))))
    >>> problem = problem_of(wd.unroll(g, n=8), wd.Conventions(inputs="loaded"))
    >>> Counting(forest_of(problem), Budget(10)).frontier()[:3]
    [(4, 8, 8), (5, 6, 5), (5, 8, 4)]
    """

    family: Family
    budget: Budget
    _number: dict[Counts, int] = field(init=False)
    _steps: list[Steps] = field(init=False)
    _tables: Tables = field(init=False)

    def frontier(self) -> list[Cost]:
        """Return the costs of all best schedules.

        Raises
        ------
        OutOfBudget
        """
        jobs = sum(self.family.totals)
        if not jobs:
            return [(0, self._start_words(), 0)]
        self._reach()
        order = [self._number[place] for place in sorted(self._number, key=sum, reverse=True)]
        self._tables = Tables(self._steps, order, jobs, self.budget)
        return self._tables.costs(0, self._start_words())

    def schedule(self, cost: Cost) -> list[Counts]:
        """Return how many jobs of each kind start in each step of a schedule of this cost."""
        time, memory, threads = cost
        place, found = (0,) * len(self.family.totals), []
        while place != self.family.totals:
            time -= 1
            number = self._number[place]
            chosen = self._steps[number].started[self._tables.next(number, time, memory, threads)]
            found.append(chosen)
            place = tuple(d + s for d, s in zip(place, chosen, strict=True))
        return found

    def _start_words(self) -> int:
        return self.family.live((0,) * len(self.family.totals))

    def _reach(self) -> None:
        """Find all counts that can be, and the steps between them."""
        first = (0,) * len(self.family.totals)
        self._number, self._steps = {first: 0}, []
        queue, moves, live = [first], 0, {}
        for place in queue:
            self.budget.check(len(queue) + moves // 30)
            started, after = [], []
            free = self.family.free(place)
            if prod(f + 1 for f in free) > MOST_CHOICES:
                raise OutOfBudget(f"more than {MOST_CHOICES} choices in one step")
            for chosen in _choices(free):
                to = tuple(d + s for d, s in zip(place, chosen, strict=True))
                if to not in self._number:
                    self._number[to] = len(queue)
                    queue.append(to)
                    live[to] = self.family.live(to)
                started.append(chosen)
                after.append(to)
            moves += len(started)
            self._steps.append(self._made(place, started, after, live))

    def _made(
        self, place: Counts, started: list[Counts], after: list[Counts], live: dict[Counts, int]
    ) -> Steps:
        family = self.family
        memory = [live[to] + family.leaving(place, to) for to in after]
        if family.separate:
            before = family.live(place)
            memory = [max(m, before + family.made(s)) for m, s in zip(memory, started, strict=True)]
        return Steps(
            started,
            np.array([self._number[to] for to in after], dtype=np.int64),
            np.array([sum(s) for s in started], dtype=np.int64),
            np.array(memory, dtype=np.int32),
        )


def eager(family: Family, threads: int) -> list[Counts]:
    """Return a schedule by a rule: what stands nearest to the end starts first, as many as there are threads.

    The last kind combines what the first makes; below it a kind stands before those that it reads.

    Examples
    --------
    >>> from workdepth.schedule.frontier.families import AnyTree, Forest
    >>> len(eager(AnyTree(Forest((), False), 8, 1, False, True), 2))
    4
    """
    done, found = (0,) * len(family.totals), []
    while done != family.totals:
        left, chosen = threads, [0] * len(done)
        free = family.free(done)
        for kind in (len(done) - 1, *range(len(done) - 1)):
            chosen[kind] = min(left, free[kind])
            left -= chosen[kind]
        found.append(tuple(chosen))
        done = tuple(d + c for d, c in zip(done, chosen, strict=True))
    return found


def _choices(free: Counts) -> Iterator[Counts]:
    """Yield every choice of how many of each kind start, but for none at all; the largest first.

    Examples
    --------
    >>> list(_choices((1, 2)))
    [(1, 2), (1, 1), (1, 0), (0, 2), (0, 1)]
    """
    found = product(*(range(f, -1, -1) for f in free))
    return (chosen for chosen in found if any(chosen))
