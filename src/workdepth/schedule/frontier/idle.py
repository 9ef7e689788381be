"""A first step in which nothing works: it pays where streamed outputs are inputs, and results take their own words.

Such outputs count at the start, and so among what lives before the first step, but no longer before the second.  A
schedule that waits one step has its first results when they are gone.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from workdepth.schedule.frontier.budget import Budget
from workdepth.schedule.frontier.points import Cost, least
from workdepth.schedule.frontier.problem import Problem


def may_pay(problem: Problem) -> bool:
    """Whether an idle first step may save words."""
    at_once = sum(1 << job for job, steps in enumerate(problem.steps) if not steps)
    return problem.separate and problem.at_start(at_once) > 0


@dataclass
class IdleOrNot:
    """Two searches, one of them after an idle step; the best of both.

    Parameters
    ----------
    way : class
        `Downsets` or `Configurations`.
    problem : Problem
        All of its jobs take some steps.
    budget : Budget
    """

    way: Any
    problem: Problem
    budget: Budget
    _found: dict[Cost, tuple[Any, Cost, int]] = field(default_factory=dict)

    def frontier(self) -> list[Cost]:
        """Return the costs of all best schedules."""
        problem = self.problem
        words = problem.live(0) + problem.at_start(0)
        for delay, changed in ((0, problem), (1, replace(problem, waited=True))):
            search = self.way(changed, self.budget)
            for t, m, p in search.frontier():
                cost = (t + delay, max(m, words), p)
                self._found.setdefault(cost, (search, (t, m, p), delay))
        return least(self._found)

    def starts(self, cost: Cost) -> list[int]:
        """Return when each job starts in a schedule of this cost."""
        search, own, delay = self._found[cost]
        return [start + delay for start in search.starts(own)]
