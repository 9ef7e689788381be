"""The shape of a fold: which partial results are combined, and when, for a given number of leaves.

Note [Order of a tree].  Depth-first, left first: after ``c`` leaves the combines for the trailing zeros of
``c`` are done, so ``c - popcount(c)`` in all; at the end the trees that are left (one a binary digit of the
length) are combined from the right.  That is the tree that pairs neighbours level by level and carries an odd
one up.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

Ids = NDArray[np.int64]


SMALL = 4096  # leaves of a tree that is worth keeping, and not too large to


@dataclass(frozen=True, eq=False)
class Tree:
    """Combines in program order; operand slot ``s`` is leaf ``s``, or combine ``s - leaves``."""

    leaves: int
    left: Ids
    right: Ids
    leaves_before: Ids  # leaves that come before each combine
    level: Ids  # combines of one level may be done at once, after those of lower levels


def combines_before(leaf: Ids, order: str) -> Ids:
    """Return how many combines precede each leaf, by its number."""
    if order == "left":
        return np.maximum(leaf - 1, 0)
    return leaf - np.bitwise_count(leaf).astype(np.int64)


def tree(leaves: int, order: str) -> Tree:
    """Return the combines of a fold over ``leaves`` leaves, in order "tree" or "left".

    Examples
    --------
    >>> t = tree(5, "tree")
    >>> t.left.tolist(), t.right.tolist(), t.leaves_before.tolist()
    ([0, 2, 5, 7], [1, 3, 6, 4], [2, 4, 4, 5])
    """
    return _kept(leaves, order) if leaves <= SMALL else _built(leaves, order)


@lru_cache(maxsize=512)
def _kept(leaves: int, order: str) -> Tree:
    return _built(leaves, order)


def _built(leaves: int, order: str) -> Tree:
    if order == "left":
        count = np.arange(leaves - 1, dtype=np.int64)
        left = np.where(count == 0, 0, leaves + count - 1)
        return Tree(leaves, left, count + 1, count + 2, count)
    return _balanced(leaves)


def _root(leaves: int, end: Ids, height: int) -> Ids:
    """Return the slot of the full tree of 2**height leaves that ends before leaf ``end``."""
    if height == 0:
        return end - 1
    return leaves + combines_before(end - 1, "tree") + height - 1


def _balanced(leaves: int) -> Tree:
    left, right, before, level = (np.zeros(leaves - 1, dtype=np.int64) for _ in range(4))
    height = 1
    while 1 << height <= leaves:
        ends = np.arange(1 << height, leaves + 1, 1 << height, dtype=np.int64)
        slot = _root(leaves, ends, height) - leaves
        left[slot] = _root(leaves, ends - (1 << height >> 1), height - 1)
        right[slot] = _root(leaves, ends, height - 1)
        before[slot] = ends
        level[slot] = height - 1
        height += 1
    _carry(leaves, left, right, before, level)
    return Tree(leaves, left, right, before, level)


def _carry(leaves: int, left: Ids, right: Ids, before: Ids, level: Ids) -> None:
    """Combine what is left over, from the right; the combine at height h joins the level after h's."""
    heights = [h for h in range(leaves.bit_length()) if leaves >> h & 1]
    end = leaves
    slot = leaves - 1 - (len(heights) - 1)
    carried: int | None = None
    for h in heights:
        here = int(_root(leaves, np.array([end], dtype=np.int64), h)[0])
        if carried is not None:
            left[slot], right[slot], before[slot], level[slot] = here, carried, leaves, h
            here = leaves + slot
            slot += 1
        carried = here
        end -= 1 << h
