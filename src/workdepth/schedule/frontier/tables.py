"""What may still come of each state of a search, as tables: the least memory by threads and time.

Note [Tables].  A search has states, and from each state steps of one time unit that lead to others.  The table of a
state follows from those of the states that one step leads to, the furthest states first.  No table is ever renewed,
so that the work is the number of steps, times the size of a table.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from workdepth.schedule.frontier.budget import Budget, OutOfBudget
from workdepth.schedule.frontier.points import Cost, least

NEVER = 2**30
MOST_BYTES = 1_500_000_000
_BLOCK = 4_000_000  # entries that are looked at together


@dataclass(frozen=True)
class Steps:
    """All steps from one state: what starts, to which states, on how many threads, at how many words.

    Attributes
    ----------
    started : sequence
        What each starts, in the search's own terms.
    after, threads, memory : int64
        Arrays, one entry a step.
    """

    started: Any
    after: Any
    threads: Any
    memory: Any


class Tables:
    """The tables of all states, filled at once.

    Parameters
    ----------
    steps : sequence of Steps
        By state; the last state to be reached has none.
    order : sequence of int
        The states, each after all that its steps lead to.
    longest : int
        No schedule takes more steps.
    budget : Budget

    Raises
    ------
    OutOfBudget
        Where the tables would not fit, or time is over.
    """

    def __init__(self, steps: Sequence[Steps], order: Sequence[int], longest: int, budget: Budget) -> None:
        self.steps = steps
        most = max((int(s.threads.max(initial=1)) for s in steps), default=1)
        size = len(steps) * most * (longest + 1) * 4
        if size > MOST_BYTES:
            raise OutOfBudget(f"its tables would take {size / 1e9:.1f} GB")
        self.least = np.full((len(steps), most, longest + 1), NEVER, dtype=np.int32)
        self.least[order[0]] = 0
        for number in order[1:]:
            budget.check(0)
            self._fill(number)

    def _fill(self, number: int) -> None:
        steps, table = self.steps[number], self.least[number]
        for threads in np.unique(steps.threads).tolist():
            chosen = np.flatnonzero(steps.threads == threads)
            rows = max(1, _BLOCK // table.size)
            for begin in range(0, len(chosen), rows):
                part = chosen[begin : begin + rows]
                rest = self.least[steps.after[part], threads - 1 :, :-1]
                rest = np.maximum(rest, steps.memory[part, None, None]).min(axis=0)
                np.minimum(table[threads - 1 :, 1:], rest, out=table[threads - 1 :, 1:])

    def costs(self, first: int, words: int) -> list[Cost]:
        """Return the costs of the best schedules from a state in which so many words live."""
        table = np.maximum(self.least[first], words)
        threads, times = np.nonzero(table < NEVER)
        found = zip(times.tolist(), table[threads, times].tolist(), (threads + 1).tolist(), strict=True)
        return least(found)

    def next(self, number: int, time: int, memory: int, threads: int) -> int:
        """Return a step after which so much time is left, and is enough within so much memory and threads."""
        steps = self.steps[number]
        rest = self.least[steps.after, threads - 1, time]
        fits = (rest <= memory) & (steps.memory <= memory) & (steps.threads <= threads)
        return int(np.flatnonzero(fits)[0])
