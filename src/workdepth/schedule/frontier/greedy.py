"""Schedules that are found at once, by a rule: what the exact searches start from, and all there is for large graphs.

At each boundary jobs start in the order of a priority as long as a thread is free and the words that will live
once all that is in progress is done stay within a cap.  Where nothing can start within the cap, there is no schedule
by that rule.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from heapq import heappop, heappush

from workdepth.schedule.frontier.problem import START, Problem, bits

Starts = list[int]


def tails(problem: Problem) -> list[int]:
    """Return the longest chain of steps from each job on, itself included.

    Examples
    --------
    >>> import networkx as nx, workdepth as wd
    >>> from workdepth.schedule.frontier.problem import problem_of
    >>> tails(problem_of(wd.unroll(nx.DiGraph([("a", "c"), ("b", "c")])), wd.Conventions()))
    [2, 2, 1]
    """
    found = list(problem.steps)
    for job in range(len(problem) - 1, -1, -1):
        for other in bits(problem.before[job]):
            found[other] = max(found[other], problem.steps[other] + found[job])
    return found


def depth_first(problem: Problem) -> list[int]:
    """Return a rank for each job: the order of one thread that does what the last jobs need, one after the other."""
    tail, rank, order = tails(problem), {}, 0
    last = 0
    for before in problem.before:
        last |= before
    for root in (job for job in range(len(problem)) if not last >> job & 1):
        stack = [root]
        while stack:
            job = stack[-1]
            missing = [b for b in bits(problem.before[job]) if b not in rank]
            if missing:
                stack.append(max(missing, key=lambda b: (tail[b], -b)))
                continue
            stack.pop()
            if job not in rank:
                rank[job], order = order, order + 1
    return [rank[job] for job in range(len(problem))]


@dataclass
class Greedy:
    """What the rule needs of a problem, found once.

    Examples
    --------
    >>> import networkx as nx, workdepth as wd
    >>> from workdepth.schedule.frontier.problem import problem_of
    >>> p = problem_of(wd.unroll(nx.DiGraph([("a", "c"), ("b", "c")])), wd.Conventions())
    >>> Greedy(p).starts(1, 10, tails(p)), Greedy(p).starts(2, 1, tails(p))
    ([0, 1, 2], None)
    """

    problem: Problem
    _reads: list[list[int]] = field(init=False)
    _makes: list[list[int]] = field(init=False)
    _after: list[list[int]] = field(init=False)

    def __post_init__(self) -> None:
        problem = self.problem
        self._reads, self._makes, self._after = ([[] for _ in range(len(problem))] for _ in range(3))
        for k, v in enumerate(problem.values):
            if v.producer != START:
                self._makes[v.producer].append(k)
            for job in bits(v.readers):
                self._reads[job].append(k)
        for job, before in enumerate(problem.before):
            for other in bits(before):
                self._after[other].append(job)

    def starts(self, threads: int, cap: int, rank: Sequence[int], thrifty: bool = False) -> Starts | None:
        """Return when each job starts: those of low rank first, at most ``threads`` at once; None if it sticks.

        A thrifty one lets those go first that leave the fewest words, and ranks only the rest.
        """
        return _Run(self, threads, cap, rank, thrifty).carried_out()


class _Run:
    """One schedule while it is made."""

    def __init__(
        self, rule: Greedy, threads: int, cap: int, rank: Sequence[int], thrifty: bool = False
    ) -> None:
        self.rule, self.problem, self.thrifty = rule, rule.problem, thrifty
        self.threads, self.cap, self.rank = threads, cap, rank
        self.missing = [before.bit_count() for before in rule.problem.before]
        self.unread = [v.readers.bit_count() for v in rule.problem.values]
        self.words = rule.problem.live(0)
        self.start = [-1] * len(rule.problem)
        self.ready = [(rank[job], job) for job, missing in enumerate(self.missing) if not missing]
        self.ready.sort()
        self.going: list[tuple[int, int]] = []

    def carried_out(self) -> Starts | None:
        now = left = 0
        left = len(self.problem)
        while left:
            self._begin(now)
            if not self.going:
                return None
            now = self.going[0][0]
            while self.going and self.going[0][0] == now:
                self._finish(heappop(self.going)[1])
                left -= 1
        return self.start

    def _begin(self, now: int) -> None:
        waiting = []
        busy = sum(self.problem.busy[job] for _, job in self.going)
        ready, self.ready = self.ready, []
        if self.thrifty:
            ready.sort(key=lambda entry: (self._change(entry[1]), entry[0]))
        for rank, job in ready:
            change = self._change(job)
            free = busy + self.problem.busy[job] <= self.threads
            if not free or (change > 0 and self.words + change > self.cap):
                waiting.append((rank, job))
                continue
            busy += self.problem.busy[job]
            self.words += change
            for k in self.rule._reads[job]:
                self.unread[k] -= 1
            self.start[job] = now
            heappush(self.going, (now + self.problem.steps[job], job))
        self.ready = waiting

    def _change(self, job: int) -> int:
        """Return how many words more live once it is done, with all that has started."""
        values, kept = self.problem.values, self.problem.kept
        made = sum(
            values[k].words for k in self.rule._makes[job] if self.unread[k] or (kept and values[k].named)
        )
        freed = 0
        for k in self.rule._reads[job]:
            if self.unread[k] == 1 and not (kept and values[k].named):
                freed += values[k].words
        return made - freed

    def _finish(self, job: int) -> None:
        for other in self.rule._after[job]:
            self.missing[other] -= 1
            if not self.missing[other]:
                self.ready.append((self.rank[other], other))
        self.ready.sort()
