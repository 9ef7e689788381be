"""Which jobs may change places: the automorphisms of a problem.

An automorphism maps jobs to jobs and values to values, so that steps, words, waits, reads and names stay what they
are.  What is done under it costs the same and leaves the same to do.  Interchangeable jobs (`twins`) are told apart
here, since only how many of them are done is looked at anyway.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

import numpy as np

from workdepth.schedule.frontier.configurations import twins
from workdepth.schedule.frontier.problem import START, Problem, bits

MOST = 720  # automorphisms that are used: any number of them may be
MOST_TRIES = 20_000  # nodes that are mapped in looking for them


def automorphisms(problem: Problem, most: int = MOST) -> list[list[int]]:
    """Return automorphisms as lists, the place of each job; the identity is one of them.

    Examples
    --------
    >>> import networkx as nx, workdepth as wd
    >>> from workdepth.schedule.frontier.problem import problem_of
    >>> two_chains = nx.DiGraph([("a", "b"), ("c", "d")])
    >>> sorted(automorphisms(problem_of(wd.unroll(two_chains), wd.Conventions())))
    [[0, 1, 2, 3], [2, 3, 0, 1]]
    """
    found = [image[: len(problem)] for image in islice(_Maps(_Coloured.of(problem)).all(), most)]
    identity = list(range(len(problem)))
    return found if identity in found else [identity, *found]


@dataclass(frozen=True)
class _Coloured:
    """Jobs, then values, as a graph; only nodes of one colour may change places."""

    before: list[list[int]]
    after: list[list[int]]
    colours: list[int]

    @classmethod
    def of(cls, problem: Problem) -> _Coloured:
        jobs = len(problem)
        before: list[list[int]] = [list(bits(mask)) for mask in problem.before]
        before += [[] if v.producer == START else [v.producer] for v in problem.values]
        for k, v in enumerate(problem.values):
            for job in bits(v.readers):
                before[job].append(jobs + k)
        after: list[list[int]] = [[] for _ in before]
        for node, others in enumerate(before):
            for other in others:
                after[other].append(node)
        place = {job: k for group in twins(problem) for k, job in enumerate(group)}
        first: list[object] = [
            (problem.steps[job], problem.busy[job], problem.made[job], place[job]) for job in range(jobs)
        ]
        first += [(v.words, v.named) for v in problem.values]
        return cls(before, after, _refined(before, after, first))


def _refined(before: list[list[int]], after: list[list[int]], first: list[object]) -> list[int]:
    """Split colours by the colours around, until no more are split: what is left to try is little."""
    numbers = {c: k for k, c in enumerate(sorted(set(map(repr, first))))}
    colours = [numbers[repr(c)] for c in first]
    while True:
        around = [
            (
                own,
                tuple(sorted(colours[b] for b in before[node])),
                tuple(sorted(colours[a] for a in after[node])),
            )
            for node, own in enumerate(colours)
        ]
        split = {c: k for k, c in enumerate(sorted(set(around)))}
        if len(split) == len(set(colours)):
            return colours
        colours = [split[c] for c in around]


class _Maps:
    """Every way to map a coloured graph to itself, one node after the other, neighbours first."""

    def __init__(self, graph: _Coloured) -> None:
        self.graph = graph
        self.order = self._connected()
        self.tries = 0
        self.image = [-1] * len(graph.colours)
        self.used = [False] * len(graph.colours)
        self.alike: dict[int, list[int]] = {}
        for node, colour in enumerate(graph.colours):
            self.alike.setdefault(colour, []).append(node)

    def _connected(self) -> list[int]:
        """Return the nodes in an order in which each but the first of a component has an earlier neighbour."""
        order: list[int] = []
        seen: set[int] = set()
        for root in range(len(self.graph.colours)):
            queue = [] if root in seen else [root]
            seen.add(root)
            for node in queue:
                order.append(node)
                for other in (*self.graph.before[node], *self.graph.after[node]):
                    if other not in seen:
                        seen.add(other)
                        queue.append(other)
        return order

    def all(self, at: int = 0) -> Iterator[list[int]]:
        """Yield the image of every node, for every map, as long as the tries last."""
        self.tries += 1
        if self.tries > MOST_TRIES:
            return
        if at == len(self.order):
            yield list(self.image)
            return
        node = self.order[at]
        for to in self._candidates(node):
            self.image[node], self.used[to] = to, True
            yield from self.all(at + 1)
            self.image[node], self.used[to] = -1, False

    def _candidates(self, node: int) -> list[int]:
        """Return where a node may go: there are as many edges here as there, so that edges kept are enough."""
        graph, image = self.graph, self.image
        found = [n for n in self.alike[graph.colours[node]] if not self.used[n]]
        for other in graph.before[node]:
            if image[other] >= 0:
                found = [n for n in found if image[other] in graph.before[n]]
        for other in graph.after[node]:
            if image[other] >= 0:
                found = [n for n in found if image[other] in graph.after[n]]
        return found


class Canonical:
    """Maps sets of jobs to the least that they are alike to.

    Examples
    --------
    >>> alike = Canonical([[0, 1], [1, 0]], 2)
    >>> masks, which = alike.of(np.array([0, 1, 2, 3], dtype=np.uint64))
    >>> masks.tolist(), which.tolist()
    ([0, 1, 1, 3], [0, 0, 1, 0])
    """

    def __init__(self, places: list[list[int]], jobs: int) -> None:
        self.places = sorted(places)  # the identity first
        self._bytes = max(1, (jobs + 7) // 8)
        self._tables = np.zeros((len(places), self._bytes, 256), dtype=np.uint64)
        for number, place in enumerate(self.places):
            for job, to in enumerate(place):
                byte, bit = divmod(job, 8)
                held = np.flatnonzero(np.arange(256) >> bit & 1)
                self._tables[number, byte, held] |= np.uint64(1 << to)

    def of(self, masks: Any) -> tuple[Any, Any]:
        """Return the least set that each is alike to, and the automorphism that leads there."""
        if len(self.places) == 1:
            return masks, np.zeros(len(masks), dtype=np.int64)
        found = np.zeros((len(self.places), len(masks)), dtype=np.uint64)
        for byte in range(self._bytes):
            part = (masks >> np.uint64(8 * byte) & np.uint64(255)).astype(np.int64)
            found |= self._tables[:, byte, :][:, part]
        which = found.argmin(axis=0)
        return found[which, np.arange(len(masks))], which
