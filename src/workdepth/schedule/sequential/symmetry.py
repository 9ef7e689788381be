"""The symmetry of a task: permutations of its nodes that change nothing, each of them verified.

Two sets of done nodes that a symmetry takes into each other leave the same work to do, so the search looks at one
of them.  Symmetries are guessed by refining colours: one node is made special in one copy of the graph, another
in a second copy, and the colours spread along the edges.  A guess that fails the check is thrown away, so that
missing some costs time and never truth.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from itertools import pairwise
from typing import Any

from workdepth.schedule.sequential.task import Task, bits

LARGEST = 160
# How many colourings may be spread in search of symmetries, and how many symmetries are used.
EFFORT, MOST = 200, 24
CHUNK = 8

Permutation = tuple[int, ...]
Colours = list[int]


def canonical_of(task: Task) -> Callable[[int], int]:
    """Return a function from sets of nodes to sets like them, the same for many that are alike.

    Examples
    --------
    Of two loads that one operation reads, it does not matter which comes first.

    >>> import networkx as nx, workdepth as wd
    >>> from workdepth.schedule.sequential.task import task_of
    >>> unit = wd.unroll(nx.DiGraph([("a", "c"), ("b", "c")]))
    >>> canonical = canonical_of(task_of(unit, wd.Conventions()))
    >>> canonical(0b001), canonical(0b010)
    (1, 1)
    """
    return canonical_by(symmetries(task))


def canonical_by(symmetries: Iterable[Permutation]) -> Callable[[int], int]:
    """Return a function that takes sets to the least set that these symmetries lead to, step by step.

    Examples
    --------
    >>> canonical_by([(1, 0, 2)])(0b110)
    5
    """
    tables = [_tables(p) for p in symmetries]

    def canonical(done: int) -> int:
        while True:
            least = min((_image(table, done) for table in tables), default=done)
            if least >= done:
                return done
            done = least

    return canonical


def symmetries(task: Task) -> list[Permutation]:
    """Return some permutations of the nodes that change nothing, each the swap of two nodes and what follows."""
    if len(task) > LARGEST:
        return []
    found: list[Permutation] = []
    colouring = _Colouring(task)
    cells = _cells(colouring.spread([0] * len(task)))
    for cell in cells.values():
        for u, v in pairwise(cell):
            if colouring.spent > EFFORT or len(found) == MOST:
                return found
            guess = colouring.swap(u, v)
            if guess is not None and _is_symmetry(task, guess):
                found.append(guess)
    return found


class _Colouring:
    """Colours that spread: equal ones, in whatever copy, have been reached in the same way."""

    def __init__(self, task: Task) -> None:
        self.task = task
        self.names: dict[Any, int] = {}
        self.spent = 0
        around = zip(task.before, task.after, strict=True)
        self.around = [(bits(before), bits(after)) for before, after in around]
        self.values = [
            [
                (words, bits(readers))
                for readers, words, *_ in (*task.frees[v], *task.loads[v], *task.passing[v])
            ]
            for v in range(len(task))
        ]

    def spread(self, colours: Colours) -> Colours:
        """Refine colours by those of the neighbours until no cell parts any more."""
        self.spent += 1
        count = 0
        while len(set(colours)) > count:
            count = len(set(colours))
            colours = [self._named(v, colours) for v in range(len(self.task))]
        return colours

    def _named(self, v: int, colours: Colours) -> int:
        task, (before, after) = self.task, self.around[v]
        values = sorted((words, sorted(colours[u] for u in readers)) for words, readers in self.values[v])
        seen = (
            colours[v],
            (task.working[v], task.births[v], task.results[v]),
            tuple(sorted(colours[u] for u in before)),
            tuple(sorted(colours[u] for u in after)),
            tuple((words, tuple(readers)) for words, readers in values),
        )
        return self.names.setdefault(seen, len(self.names) + 1)

    def swap(self, u: int, v: int) -> Permutation | None:
        """Guess a permutation that takes u to v and v to u, and leaves alone what it can."""
        ours = theirs = [0] * len(self.task)
        pairs = [(u, v), (v, u)]
        while True:
            for step, (a, b) in enumerate(pairs):
                ours, theirs = ours.copy(), theirs.copy()
                ours[a] = theirs[b] = -1 - step
            ours, theirs = self.spread(ours), self.spread(theirs)
            if Counter(ours) != Counter(theirs):
                return None
            a = _undecided(ours)
            if a is None:
                where = {colour: w for w, colour in enumerate(theirs)}
                return tuple(where[colour] for colour in ours)
            alike = [w for w, colour in enumerate(theirs) if colour == ours[a]]
            pairs = [(a, a if a in alike else alike[0])]


def _undecided(colours: Colours) -> int | None:
    """Return a node that shares its colour, of the smallest cell; None if every node has its own."""
    cells = [cell for cell in _cells(colours).values() if len(cell) > 1]
    return min(cells, key=len)[0] if cells else None


def _cells(colours: Colours) -> dict[int, list[int]]:
    cells = defaultdict(list)
    for v, colour in enumerate(colours):
        cells[colour].append(v)
    return cells


def _is_symmetry(task: Task, to: Permutation) -> bool:
    return all(_alike(task, to, v) for v in range(len(task)))


def _alike(task: Task, to: Permutation, v: int) -> bool:
    def moved(mask: int) -> int:
        return sum(1 << to[u] for u in bits(mask))

    w = to[v]
    if task.before[w] != moved(task.before[v]):
        return False
    if (task.working[w], task.births[w], task.results[w]) != (
        task.working[v],
        task.births[v],
        task.results[v],
    ):
        return False
    lists = (task.frees, task.loads, task.passing)
    return all(
        sorted((moved(readers), *rest) for readers, *rest in rows[v]) == sorted(rows[w]) for rows in lists
    )


def _tables(to: Permutation) -> list[list[int]]:
    """Return, for every eight nodes in a row, the image of each of their subsets."""
    return [_images([1 << w for w in to[k : k + CHUNK]]) for k in range(0, len(to), CHUNK)]


def _images(single: list[int]) -> list[int]:
    found = [0]
    for image in single:
        found += [image | other for other in found]
    return found


def _image(tables: list[list[int]], done: int) -> int:
    found = 0
    for table, byte in zip(tables, done.to_bytes(len(tables), "little"), strict=True):
        if byte:
            found |= table[byte]
    return found
