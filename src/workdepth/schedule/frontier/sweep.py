"""Bounds that are drawn together over the grid of threads and memory: greedy schedules first, then the solver."""

from __future__ import annotations

from workdepth.schedule.frontier.budget import Budget
from workdepth.schedule.frontier.greedy import Greedy, Starts, depth_first, tails
from workdepth.schedule.frontier.idle import may_pay
from workdepth.schedule.frontier.known import NEVER, Known
from workdepth.schedule.frontier.machines import machine_points
from workdepth.schedule.frontier.problem import START, Problem
from workdepth.schedule.frontier.solver import fastest

_ALL_WORDS = 2**40  # no limit on memory
FIRST_SECONDS = 0.4  # for a cell, in the first round


def machine_starts(problem: Problem) -> list[Starts]:
    """Return the schedules of the GPU and of the RAM as starts of the jobs."""
    found = []
    for _, _, witness in machine_points(problem.unit, problem.conventions):
        begun: dict[int, list[int]] = {}
        for value, start in sorted(zip(witness.loads.tolist(), witness.load_start.tolist(), strict=True)):
            begun.setdefault(value, []).append(start)
        starts = [begun[value].pop(0) for value in problem.nodes[: problem.loads]]
        found.append(starts + witness.start[list(problem.nodes[problem.loads :])].tolist())
    return found


def greedy_points(known: Known, budget: Budget) -> None:
    """Add the schedules of the two machines, then greedy ones.

    The greedy ones: for 1, 2, 4, ... threads, by four rules, under ever lower caps on memory.
    """
    problem = known.problem
    for starts in machine_starts(problem):
        known.add(starts)
    rule = Greedy(problem)
    urgent, deep = [-tail for tail in tails(problem)], depth_first(problem)
    rules = [(urgent, False), (deep, True), (deep, False), (urgent, True)]
    caps = {(p, k): _ALL_WORDS for p in _doublings(known) for k in range(len(rules))}
    while caps:
        for (threads, k), cap in list(caps.items()):
            if not budget.left():
                return
            starts = rule.starts(threads, cap, *rules[k])
            if starts is None or cap < known.words:
                del caps[threads, k]
            else:
                caps[threads, k] = _lower(min(cap, known.add(starts)[1]))


def _doublings(known: Known) -> list[int]:
    """Return 1, 2, 4, ... threads, and as many as the fastest schedule that is known keeps busy."""
    most = max((p for _, _, p in known.starts), default=1)
    return sorted({most, *(1 << k for k in range(most.bit_length()))})


def _lower(words: int) -> int:
    """Return a cap about a tenth lower."""
    return min(words - 1, words * 9 // 10)


def makes_words(problem: Problem) -> list[int]:
    """Return how many words of some use each job makes."""
    found = [0] * len(problem)
    for v in problem.values:
        if v.producer != START:
            found[v.producer] += v.words
    return found


def serial_steps(problem: Problem) -> int:
    """Return the time within which there is a schedule, if there is one at all.

    A step in which nothing works only serves a job of no steps that makes a word, which is done after it, and once
    the streamed outputs that are inputs.
    """
    return may_pay(problem) + sum(
        steps or words > 0 for steps, words in zip(problem.steps, makes_words(problem), strict=True)
    )


class Sweep:
    """The solver's walk over the grid.

    For each number of threads it walks down the memory: the fastest schedule within so many words, then within one
    word less than that takes, until there is none.  What one cell shows holds for a corner of the grid, so that most
    cells need no search.
    """

    def __init__(self, known: Known, budget: Budget) -> None:
        self.known, self.budget = known, budget
        self.many = max(len(known.problem), 1)
        self.seconds = FIRST_SECONDS
        self.stuck: set[int] = set()  # words that were too hard to rule out, in this round

    def run(self) -> None:
        """Walk in rounds, with more time for a cell in each, until all is known or the time is over."""
        while self.budget.left() and not self.finished():
            self.stuck.clear()
            self._round()
            self.seconds *= 3

    def _round(self) -> None:
        """Walk once for no limit of threads, then for few, then for the rest."""
        self.walk(self.many)
        threads = 1
        while threads < self.many and self.budget.left() and not self.as_good_as_many(threads):
            self.walk(threads)
            threads *= 2
        for rest in range(1, min(self.many, self._enough() + 1)):
            if not self.budget.left() or self.as_good_as_many(rest):
                return
            if rest & (rest - 1):
                self.walk(rest)

    def _enough(self) -> int:
        """Return the most threads that a known best schedule keeps busy."""
        return max((p for _, _, p in self.known.starts), default=self.many)

    def walk(self, threads: int) -> None:
        """Draw the bounds together for one number of threads, from much memory to little."""
        memory = _ALL_WORDS
        while self.budget.left():
            if self.known.low(threads, memory) < self.known.high(threads, memory):
                self._search(threads, memory)
            if self.known.high(threads, memory) == NEVER:
                return
            memory = self.known.best(threads, memory)[1] - 1

    def _search(self, threads: int, memory: int) -> None:
        known, problem = self.known, self.known.problem
        low, high = known.low(threads, memory), known.high(threads, memory)
        wanted = min(high - 1, serial_steps(problem))
        if low > wanted:
            known.refute((NEVER if high == NEVER else wanted, memory, threads))
            return
        if high == NEVER and memory in self.stuck:
            return
        hint = known.starts[known.best(threads, memory)] if high < NEVER else None
        words = min(memory, sum(v.words for v in problem.values) + sum(problem.made))
        found = fastest(problem, threads, words, low, wanted, hint, min(self.seconds, self.budget.left()))
        if found.starts is not None:
            known.add(found.starts)
        if found.impossible:
            known.refute((NEVER if high == NEVER else wanted, memory, threads))
        elif found.low > low:
            known.refute((found.low - 1, memory, threads))
        if high == NEVER and found.starts is None and not found.impossible:
            self.stuck.add(memory)

    def closed(self, threads: int) -> bool:
        """Whether all is known for one number of threads."""
        memory = _ALL_WORDS
        while self.known.low(threads, memory) == self.known.high(threads, memory):
            if self.known.high(threads, memory) == NEVER:
                return True
            memory = self.known.best(threads, memory)[1] - 1
        return False

    def as_good_as_many(self, threads: int) -> bool:
        """Whether so many threads reach all that any number is known to reach."""
        corners = {m for _, m, _ in self.known.starts} | {_ALL_WORDS}
        same = all(self.known.high(threads, m) == self.known.high(self.many, m) for m in corners)
        return same and self.closed(self.many) and self.closed(threads)

    def finished(self) -> bool:
        """Whether the frontier is exact: all is known for every number of threads that matters."""
        for threads in range(1, self.many + 1):
            if not self.closed(threads):
                return False
            if self.as_good_as_many(threads):
                return True
        return self.closed(self.many)
