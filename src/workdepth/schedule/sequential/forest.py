"""The least memory where every node has one follower: Liu's merging of hills and valleys.

Each subtree is one sequence of *stretches* that nothing need interrupt: one climbs ``hill`` words above where it
began and ends ``rise`` words above.  Stretches of different subtrees go in the order of two machines in a row:
first those that end no higher than they began, the least hill first, then the others, the one that comes down
furthest from its hill first.

References
----------
J. W. H. Liu, "An application of generalized tree pebbling to sparse matrix factorization", SIAM Journal on
Algebraic and Discrete Methods 8 (1987), 375-395.  H. M. Abdel-Wahab and T. Kameda, "Scheduling to minimize maximum
cumulative cost subject to series-parallel precedence constraints", Operations Research 26 (1978), 141-158.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from heapq import merge
from typing import Any


@dataclass(frozen=True)
class Stretch:
    """Nodes that run in a row: how far the words climb, where they end, and the nodes as nested pairs."""

    hill: int
    rise: int
    nodes: Any

    def rank(self) -> tuple[bool, int]:
        """Return its place among others, smallest first."""
        return (False, self.hill) if self.rise <= 0 else (True, self.rise - self.hill)


def least_of_forest(
    follower: Sequence[int], hill: Sequence[int], rise: Sequence[int]
) -> tuple[int, list[int]]:
    """Return the least height over all orders in which every node comes before its follower, and such an order.

    Parameters
    ----------
    follower : sequence of int
        The one node that waits for each, of a higher number; -1 where there is none.
    hill, rise : sequence of int
        How far the words climb while a node runs, and by how much there are more after it.

    Returns
    -------
    tuple of int and list of int

    Examples
    --------
    A sum of two sums, its four words loaded: a load makes a word, a sum takes the place of one of two.

    >>> least_of_forest([4, 4, 5, 5, 6, 6, -1], [1, 1, 1, 1, 0, 0, 0], [1, 1, 1, 1, -1, -1, -1])
    (3, [0, 1, 4, 2, 3, 5, 6])
    """
    waiting: list[list[list[Stretch]]] = [[] for _ in range(len(follower) + 1)]
    for v, (to, up, more) in enumerate(zip(follower, hill, rise, strict=True)):
        before = list(merge(*waiting[v], key=Stretch.rank))
        waiting[v] = []
        waiting[to].append(_normal([*before, Stretch(max(up, more), more, v)]))
    most = level = 0
    order: list[int] = []
    for stretch in merge(*waiting[-1], key=Stretch.rank):
        most = max(most, level + stretch.hill)
        level += stretch.rise
        order += _flat(stretch.nodes)
    return most, order


def _normal(stretches: list[Stretch]) -> list[Stretch]:
    """Join neighbours that no best order parts: afterwards the ranks ascend.

    Only the last one is new, so joining from the end backwards is enough.
    """
    found = stretches
    while len(found) > 1 and found[-1].rank() < found[-2].rank():
        second, first = found.pop(), found.pop()
        hill = max(first.hill, first.rise + second.hill)
        found.append(Stretch(hill, first.rise + second.rise, (first.nodes, second.nodes)))
    return found


def _flat(nodes: Any) -> list[int]:
    """Return the numbers in nested pairs from left to right."""
    found, stack = [], [nodes]
    while stack:
        one = stack.pop()
        if isinstance(one, tuple):
            stack += [one[1], one[0]]
        else:
            found.append(one)
    return found
