"""The exact frontier of a symmetric family, over counts of what is done.

Note [Tables].  What may still come of some counts is a table: the least memory for each number of threads and each
time.  It follows from the tables of what one step leads to, the largest counts first; no table is ever renewed, so
that the work is the number of steps between counts, times the size of a table.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import product
from typing import Any

import numpy as np

from workdepth.schedule.frontier.budget import Budget, OutOfBudget
from workdepth.schedule.frontier.families import Counts, Family
from workdepth.schedule.frontier.points import Cost, least

NEVER = 2**30
MOST_BYTES = 2 * 10**9
_BLOCK = 4_000_000  # entries that are looked at together


@dataclass(frozen=True)
class Steps:
    """All steps from some counts, as arrays: what starts, where it leads, threads and words."""

    started: list[Counts]
    after: Any
    threads: Any
    memory: Any


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
    _tables: Any = field(init=False, default=None)

    def frontier(self) -> list[Cost]:
        """Return the costs of all best schedules.

        Raises
        ------
        OutOfBudget
        """
        if not sum(self.family.totals):
            return [(0, self._start_words(), 0)]
        self._reach()
        self._fill()
        table = np.maximum(self._tables[0], self._start_words())
        threads, times = np.nonzero(table < NEVER)
        found = zip(times.tolist(), table[threads, times].tolist(), (threads + 1).tolist(), strict=True)
        return least(found)

    def schedule(self, cost: Cost) -> list[Counts]:
        """Return how many jobs of each kind start in each step of a schedule of this cost."""
        time, memory, threads = cost
        place, found = (0,) * len(self.family.totals), []
        while place != self.family.totals:
            time -= 1
            steps = self._steps[self._number[place]]
            rest = self._tables[steps.after, threads - 1, time]
            fits = (rest <= memory) & (steps.memory <= memory) & (steps.threads <= threads)
            chosen = steps.started[int(np.flatnonzero(fits)[0])]
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
            for chosen in _choices(self.family.free(place)):
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

    def _fill(self) -> None:
        """Make the tables, the largest counts first."""
        most = max(int(s.threads.max(initial=1)) for s in self._steps)
        times = sum(self.family.totals) + 1
        size = len(self._steps) * most * times * 4
        if size > MOST_BYTES:
            raise OutOfBudget(f"the tables would take {size / 1e9:.1f} GB")
        self._tables = np.full((len(self._steps), most, times), NEVER, dtype=np.int32)
        order = sorted(self._number, key=sum, reverse=True)
        self._tables[self._number[order[0]]] = 0
        for place in order[1:]:
            self.budget.check(0)
            self._fill_one(self._number[place], times)

    def _fill_one(self, number: int, times: int) -> None:
        steps, table = self._steps[number], self._tables[number]
        for threads in np.unique(steps.threads).tolist():
            chosen = np.flatnonzero(steps.threads == threads)
            rows = max(1, _BLOCK // table.size)
            for begin in range(0, len(chosen), rows):
                part = chosen[begin : begin + rows]
                rest = self._tables[steps.after[part], threads - 1 :, : times - 1]
                rest = np.maximum(rest, steps.memory[part, None, None]).min(axis=0)
                np.minimum(table[threads - 1 :, 1:], rest, out=table[threads - 1 :, 1:])


def _choices(free: Counts) -> Iterator[Counts]:
    """Yield every choice of how many of each kind start, but for none at all; the largest first.

    Examples
    --------
    >>> list(_choices((1, 2)))
    [(1, 2), (1, 1), (1, 0), (0, 2), (0, 1)]
    """
    found = product(*(range(f, -1, -1) for f in free))
    return (chosen for chosen in found if any(chosen))
