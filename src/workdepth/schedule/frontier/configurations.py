"""The exact frontier of a small graph: all that may be done in a step, from every set of jobs that may be done.

Note [Configurations].  A configuration is what is done and what is in progress at a boundary.  From each, every
choice of jobs to start is tried; what may still come of a configuration is a set of costs (time, memory, threads)
of which none beats another, found once.  Jobs that wait for the same and are read by the same are interchangeable,
so only how many of them start is a choice.  A job of no steps that makes no word is done as soon as it can be:
being done earlier never makes more words live.  One that makes words may wait, even through a step in which nothing
else goes on.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import product

from workdepth.schedule.frontier.budget import Budget
from workdepth.schedule.frontier.points import Cost, least
from workdepth.schedule.frontier.problem import Problem, bits

Running = tuple[tuple[int, int], ...]  # job and steps left, in order of jobs
Configuration = tuple[int, Running]


@dataclass(frozen=True)
class Move:
    """One step: what starts, what it leads to, and what it costs by itself."""

    started: tuple[int, ...]
    after: Configuration
    threads: int
    memory: int


@dataclass
class Configurations:
    """The search; `frontier` finds the costs, `starts` a schedule for one of them.

    Examples
    --------
    >>> import workdepth as wd
    >>> from workdepth.schedule.frontier.problem import problem_of
    >>> g = wd.Algorithm("multiply-n")
    >>> g.output(g.fold(wd.MULTIPLY, g.input("x", wd.size("n"))))
    >>> problem = problem_of(wd.unroll(g, n=4), wd.Conventions(inputs="loaded"))
    >>> Configurations(problem, Budget(10)).frontier()
    [(3, 4, 4), (4, 3, 3), (4, 4, 2), (5, 3, 2), (7, 3, 1)]
    """

    problem: Problem
    budget: Budget
    _found: dict[Configuration, list[Cost]] = field(default_factory=dict)
    _live: dict[int, int] = field(default_factory=dict)
    _twins: list[tuple[int, ...]] = field(init=False)

    def __post_init__(self) -> None:
        self._twins = twins(self.problem)

    def frontier(self) -> list[Cost]:
        """Return the costs of all best schedules."""
        found = []
        for done in self._settled(0):
            words = self._words(done) + self.problem.leaving(0, done) + self.problem.at_start(done)
            found += [(t, max(m, words), p) for t, m, p in self._rest((done, ()))]
        return least(found)

    def starts(self, cost: Cost) -> list[int]:
        """Return when each job starts in a schedule of this cost, or a lower one."""
        begun = [0] * len(self.problem)
        place = self._first(cost)
        self._note_settled(begun, 0, place[0], 0)
        now, (time, memory, threads) = 0, cost
        while place != (self.problem.everything, ()):
            move = self._next(place, (time - 1, memory, threads))
            for job in move.started:
                begun[job] = now
            now, time = now + 1, time - 1
            self._note_settled(begun, place[0], move.after[0], now)
            place = move.after
        return begun

    def _first(self, cost: Cost) -> Configuration:
        for done in self._settled(0):
            words = self._words(done) + self.problem.leaving(0, done) + self.problem.at_start(done)
            if words <= cost[1] and any(_within(c, cost) for c in self._rest((done, ()))):
                return done, ()
        raise AssertionError(f"no schedule costs {cost}")

    def _next(self, place: Configuration, cost: Cost) -> Move:
        for move in self._moves(place):
            fits = move.threads <= cost[2] and move.memory <= cost[1]
            if fits and any(_within(c, cost) for c in self._rest(move.after)):
                return move
        raise AssertionError(f"no step leads to {cost}")

    def _note_settled(self, begun: list[int], before: int, done: int, now: int) -> None:
        for job in bits(done & ~before):
            if not self.problem.steps[job]:
                begun[job] = now

    def _rest(self, first: Configuration) -> list[Cost]:
        """Return what may come of a configuration; depth first, without recursion."""
        found, stack = self._found, [first]
        while stack:
            place = stack[-1]
            if place in found:
                stack.pop()
                continue
            if place == (self.problem.everything, ()):
                found[place] = [(0, 0, 0)]
                continue
            self.budget.check(len(found) + len(stack))
            moves = list(self._moves(place))
            missing = [move.after for move in moves if move.after not in found]
            if missing:
                stack += missing
                continue
            found[place] = least(
                (t + 1, max(m, move.memory), max(p, move.threads))
                for move in moves
                for t, m, p in found[move.after]
            )
        return found[first]

    def _moves(self, place: Configuration) -> Iterator[Move]:
        """Yield every step from a configuration."""
        done, running = place
        problem = self.problem
        for started in self._choices(done, running):
            going = (*running, *((job, problem.steps[job]) for job in started))
            if not going:
                yield from self._idle(place)
                continue
            finished = sum(1 << job for job, left in going if left == 1)
            rest = tuple(sorted((job, left - 1) for job, left in going if left > 1))
            threads = sum(problem.busy[job] for job, _ in going)
            for after in self._settled(done | finished) if finished else [done]:
                yield Move(started, (after, rest), threads, self._memory(done, finished, after, place))

    def _idle(self, place: Configuration) -> Iterator[Move]:
        """Yield steps in which nothing works: streamed outputs leave before others are made in no time."""
        done = place[0]
        for after in self._settled(done):
            if after != done:
                yield Move((), (after, ()), 0, self._memory(done, 0, after, place))

    def _memory(self, done: int, finished: int, after: int, place: Configuration) -> int:
        problem = self.problem
        words = self._words(after) + problem.leaving(done, after)
        if not problem.separate:
            return words
        before = self._words(done)
        if not any(problem.steps[job] for job in bits(done)) and place[1] == ():
            before += problem.at_start(done)
        return max(words, before + sum(problem.made[job] for job in bits(finished)))

    def _choices(self, done: int, running: Running) -> Iterator[tuple[int, ...]]:
        """Yield every choice of jobs to start, the largest first; of interchangeable ones the first."""
        begun = done | sum(1 << job for job, _ in running)
        ready = []
        for group in self._twins:
            free = [job for job in group if not begun >> job & 1]
            if free and self.problem.steps[free[0]] and not self.problem.before[free[0]] & ~done:
                ready.append(free)
        for counts in product(*(range(len(free), -1, -1) for free in ready)):
            yield tuple(job for free, count in zip(ready, counts, strict=True) for job in free[:count])

    def _settled(self, done: int) -> list[int]:
        """Return the sets of jobs that may be done at a boundary, after those that take no step."""
        problem, waiting = self.problem, None
        for job in range(len(problem)):
            if problem.steps[job] or done >> job & 1 or problem.before[job] & ~done:
                continue
            if not any(v.producer == job for v in problem.values):
                return self._settled(done | 1 << job)
            waiting = job if waiting is None else waiting
        if waiting is None:
            return [done]
        return self._settled(done | 1 << waiting) + self._settled_without(done, waiting)

    def _settled_without(self, done: int, first: int) -> list[int]:
        """Return the same where one job, and those of no steps that could be done before it, wait."""
        others = [
            job
            for job in range(first + 1, len(self.problem))
            if not self.problem.steps[job] and not done >> job & 1 and not self.problem.before[job] & ~done
        ]
        found = [done]
        for job in others:
            later = [s for s in self._settled(done | 1 << job) if not s >> first & 1]
            found += [s for s in later if s not in found]
        return found

    def _words(self, done: int) -> int:
        if done not in self._live:
            self._live[done] = self.problem.live(done)
        return self._live[done]


def _within(a: Cost, b: Cost) -> bool:
    return a[0] <= b[0] and a[1] <= b[1] and a[2] <= b[2]


def twins(problem: Problem) -> list[tuple[int, ...]]:
    """Return the jobs in groups that are interchangeable: they wait for the same and are read by the same.

    Examples
    --------
    >>> import networkx as nx, workdepth as wd
    >>> from workdepth.schedule.frontier.problem import problem_of
    >>> twins(problem_of(wd.unroll(nx.DiGraph([("a", "c"), ("b", "c")])), wd.Conventions()))
    [(0, 1), (2,)]
    """
    made: dict[int, list[tuple[int, int, bool]]] = {}
    read: dict[int, list[int]] = {}
    for k, v in enumerate(problem.values):
        made.setdefault(v.producer, []).append((v.words, v.readers, v.named))
        for job in bits(v.readers):
            read.setdefault(job, []).append(k)
    waited = [0] * len(problem)
    for job, before in enumerate(problem.before):
        for other in bits(before):
            waited[other] |= 1 << job
    groups: dict[object, list[int]] = {}
    for job in range(len(problem)):
        own = tuple(sorted(made.get(job, [])))
        key = problem.steps[job], problem.busy[job], problem.made[job], problem.before[job], waited[job], own
        groups.setdefault((*key, tuple(read.get(job, []))), []).append(job)
    return [tuple(group) for group in groups.values()]
