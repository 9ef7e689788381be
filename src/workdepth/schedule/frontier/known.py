"""What is known of all cells (threads, memory): schedules from above, and what has been shown impossible from below.

A schedule serves every cell of as many threads and words or more; that there is none within (time, memory, threads)
holds for every cell of fewer.  So each answer bounds a whole corner of the grid.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from workdepth.schedule.frontier.greedy import Starts, tails
from workdepth.schedule.frontier.points import Cost, beats, least
from workdepth.schedule.frontier.problem import START, Problem, bits
from workdepth.schedule.witness import replay

NEVER = 2**62


@dataclass
class Known:
    """Bounds of the frontier that grow tighter; `add` takes schedules, `refute` what cannot be.

    Examples
    --------
    >>> import networkx as nx, workdepth as wd
    >>> from workdepth.schedule.frontier.problem import problem_of
    >>> known = Known(problem_of(wd.unroll(nx.DiGraph([("a", "c"), ("b", "c")])), wd.Conventions()))
    >>> known.add([0, 0, 1])
    (2, 2, 2)
    >>> known.low(2, 2), known.high(2, 2), known.low(1, 2)
    (2, 2, 3)
    """

    problem: Problem
    starts: dict[Cost, Starts] = field(default_factory=dict)
    refuted: list[Cost] = field(default_factory=list)
    span: int = field(init=False)
    work: int = field(init=False)
    words: int = field(init=False)

    def __post_init__(self) -> None:
        problem = self.problem
        self.span = max(tails(problem), default=0)
        self.work = sum(s for s, b in zip(problem.steps, problem.busy, strict=True) if b)
        self.words = least_words(problem)

    def add(self, starts: Starts) -> Cost:
        """Carry a schedule out, note it unless it is beaten, and return its cost."""
        problem = self.problem
        found = replay(problem.unit, problem.witness(starts), problem.conventions)
        cost = (found.time, found.memory, found.threads)
        if not any(beats(other, cost) for other in self.starts):
            self.starts = {c: s for c, s in self.starts.items() if not beats(cost, c)}
            self.starts[cost] = list(starts)
        return cost

    def refute(self, cost: Cost) -> None:
        """Note that no schedule stays within so much time, memory and threads."""
        if not any(beats(cost, other) for other in self.refuted):
            self.refuted = [c for c in self.refuted if not beats(c, cost)] + [cost]

    def low(self, threads: int, memory: int) -> int:
        """Return a time that no schedule within these is below; NEVER where there is none."""
        if memory < self.words or (threads < 1 and self.work):
            return NEVER
        low = max(self.span, -(-self.work // max(threads, 1)))
        for t, m, p in self.refuted:
            if memory <= m and threads <= p:
                low = max(low, t + 1)
        return min(low, NEVER)

    def high(self, threads: int, memory: int) -> int:
        """Return the time of the best schedule within these; NEVER where none is known."""
        return min((t for t, m, p in self.starts if m <= memory and p <= threads), default=NEVER)

    def best(self, threads: int, memory: int) -> Cost:
        """Return the cost of the fastest schedule within these, of those the one with least memory."""
        return min(c for c in self.starts if c[1] <= memory and c[2] <= threads)

    def points(self) -> list[Cost]:
        """Return the costs of the best schedules that are known."""
        return least(self.starts)

    def exact(self, cost: Cost) -> bool:
        """Whether it is shown that nothing beats a schedule of this cost."""
        t, m, p = cost
        return self.low(p, m) == t and self.low(p, m - 1) > t and self.low(p - 1, m) > t


def least_words(problem: Problem) -> int:
    """Return words that every schedule needs at some time: the start, the end, and each job by itself.

    Examples
    --------
    >>> import networkx as nx, workdepth as wd
    >>> from workdepth.schedule.frontier.problem import problem_of
    >>> least_words(problem_of(wd.unroll(nx.DiGraph([("a", "c"), ("b", "c")])), wd.Conventions()))
    2
    """
    read = [0] * len(problem)
    makes = [0] * len(problem)
    for v in problem.values:
        lasts = v.named
        for job in bits(v.readers):
            read[job] += v.words
            lasts = lasts or problem.steps[job] > 0
        if v.producer != START and lasts:
            makes[v.producer] += v.words
    most = 0
    for job in range(len(problem)):
        if not problem.steps[job]:
            continue  # what it reads may leave before it counts
        own = read[job] + problem.made[job] if problem.separate else max(read[job], makes[job])
        most = max(most, own)
    if not any(s == 0 for s in problem.steps):
        most = max(most, problem.live(0) + problem.at_start(0))
    return max(most, problem.live(problem.everything))
