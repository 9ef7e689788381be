"""The shape of a scan: which prefixes are combined, and when, for each method and any number of leaves.

Each method is a list of combines ``y[target] = op(y[left], y[right])`` on the leaves' own places, ``left``
before ``right``, so that operations need not commute.  A combine stands at the level at which its operands
are there, all leaves being there at level 0; on the GPU a level of combines of one step is a step.

Inclusive, at n = 2**k, k >= 1 (F are Fibonacci's numbers, F(1) = F(2) = 1):

| method | size | depth | widest level |
|---|---|---|---|
| sequential | n - 1 | n - 1 | 1 |
| hillis-steele | n*k - n + 1 | k | n - 1 |
| sklansky | n*k/2 | k | n/2 |
| brent-kung | 2n - 2 - k | 2k - 2, from n = 4 | n/2 |
| blelloch | 2n - 1 - 2k | 2k - 1 | n/2 - 1, from n = 4 |
| ladner-fischer | 4n - F(k + 5) + 1 | k | (2n + 1 - ceil(3k/2))/3 |

Inclusive, at every n >= 2, with c = ceil(log2 n), f = floor(log2 n), ones(n) the number of ones of n in binary:

| method | size | depth | widest level |
|---|---|---|---|
| sequential | n - 1 | n - 1 | 1 |
| hillis-steele | n*c - 2**c + 1 | c | n - 1 |
| sklansky | S(n) = S(ceil(n/2)) + S(floor(n/2)) + floor(n/2) | c | floor(n/2) |
| brent-kung | 2n - 1 - f - ones(n) | most f(m) + ones(m) - 1, m <= n | floor(n/2) |
| blelloch | brent-kung's at n - 1, plus 1 | at most brent-kung's at n - 1, plus 1 | floor((n - 1)/2), at least 1 |
| ladner-fischer | S0(n) = S1(ceil(n/2)) + S0(floor(n/2)) + floor(n/2) | c | none known |

where S1(n) = S0(ceil(n/2)) + 2*floor(n/2) - 1 and S0(1) = S1(1) = 0.  Exclusive, at every n >= 2: what the
inclusive one has at n - 1, except Ladner and Fischer's; blelloch has brent-kung's.

Note [Exclusive].  Element 0 is the neutral element, a literal; element i is the inclusive prefix i - 1.  A
combine that only the total needs is left out.  Nothing is combined with the neutral element: such a combine
would be its other operand by another name, so it is a name and does **not** count.  A textbook that counts
both counts more: Blelloch's 2(n - 1) combines are n - 1 up the tree, of which k (the root's and those on the
way to it along the right edge) make only totals, and n - 1 down the tree, of which k (along the left edge)
have the neutral element for operand: 2n - 2 - 2k are left, which are those of Brent and Kung, moved by one.

Note [Inclusive Blelloch].  The exclusive one moved by one, and one combine more for the total: prefix i is
the exclusive prefix i + 1, and the last is the last exclusive prefix combined with the last leaf.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

Ids = NDArray[np.int64]
Combine = tuple[int, int, int]  # target, left, right
Step = tuple[Ids, Ids, Ids]  # the same, of many combines that do not need each other

SMALL = 4096  # leaves of a network that is worth keeping, and not too large to
NEUTRAL = -1


@dataclass(frozen=True, eq=False)
class Network:
    """The combines of a scan over ``leaves`` leaves, level by level and ascending within: in program order.

    Attributes
    ----------
    leaves : int
    target, left, right : int64
        The places that each combine writes and reads; what a level reads is as the level before left it.
    level : int64
        The level of each combine, from 1.
    left_slot, right_slot : int64
        What it reads, by number: leaf ``s``, or the result of combine ``s - leaves``.
    results : int64
        The slot of each prefix, or NEUTRAL.
    """

    leaves: int
    target: Ids
    left: Ids
    right: Ids
    level: Ids
    left_slot: Ids
    right_slot: Ids
    results: Ids

    @property
    def size(self) -> int:
        """How many combines there are."""
        return len(self.target)

    @property
    def depth(self) -> int:
        """How many levels there are."""
        return int(self.level.max(initial=0))

    @property
    def widest(self) -> int:
        """How many combines the widest level has."""
        return int(np.bincount(self.level, minlength=1).max()) if self.size else 0

    def levels(self) -> list[Step]:
        """Return the levels, each as the arrays target, left and right."""
        ends = np.flatnonzero(np.diff(self.level, append=self.depth + 1)) + 1
        begins = np.concatenate([[0], ends])[: len(ends)]
        return [
            (self.target[a:b], self.left[a:b], self.right[a:b])
            for a, b in zip(begins.tolist(), ends.tolist(), strict=True)
        ]


def network(method: str, leaves: int, inclusive: bool = True) -> Network:
    """Return the combines of a scan by a method.

    Parameters
    ----------
    method : str
        One of METHODS.
    leaves : int
        At least 0.
    inclusive : bool

    Returns
    -------
    Network

    Examples
    --------
    >>> found = network("brent-kung", 8)
    >>> found.size, found.depth, found.widest
    (11, 4, 4)
    >>> [target.tolist() for target, _, _ in found.levels()]
    [[1, 3, 5, 7], [2, 3, 7], [4, 5, 7], [6]]
    """
    return _kept(method, leaves, inclusive) if leaves <= SMALL else _built(method, leaves, inclusive)


def least_size(method: str, leaves: int) -> int:
    """Return a number of combines that a scan has at least, by Snir's law or better, without making them.

    Examples
    --------
    >>> least_size("hillis-steele", 9), network("hillis-steele", 9, inclusive=False).size
    (17, 17)
    """
    n = max(leaves - 1, 1)
    height = (n - 1).bit_length()
    if method == "hillis-steele":
        return n * height - (1 << height) + 1
    if method == "sklansky":
        return n * height // 4
    return max(2 * n - 2 - 2 * height, n - 1)


@lru_cache(maxsize=512)
def _kept(method: str, leaves: int, inclusive: bool) -> Network:
    return _built(method, leaves, inclusive)


def _built(method: str, leaves: int, inclusive: bool) -> Network:
    found = _chain(leaves) if method == "sequential" else _levelled(leaves, METHODS[method](leaves))
    return found if inclusive else _moved_by_one(found)


# The methods: combines in an order in which they may be carried out in place


def sequential(leaves: int) -> Iterator[Step]:
    """One after the other (Blelloch, Prefix sums and their applications, 1990, section 1.1)."""
    for i in range(1, leaves):
        yield _step([i], [i - 1])


def hillis_steele(leaves: int) -> Iterator[Step]:
    """Each adds the one 2**d before it, in level d.

    Hillis and Steele, Data parallel algorithms, Communications of the ACM 29(12), 1986, p. 1173; as a
    circuit, Kogge and Stone, IEEE Transactions on Computers C-22(8), 1973, pp. 786-793.
    """
    d = 1
    while d < leaves:
        target = np.arange(d, leaves, dtype=np.int64)
        yield _step(target, target - d)
        d *= 2


def sklansky(leaves: int) -> Iterator[Step]:
    """Halves of blocks of 2**(d + 1): the last of the left half is combined with all of the right half.

    Sklansky, Conditional-sum addition logic, IRE Transactions on Electronic Computers EC-9(2), 1960, pp. 226-231.
    """
    i = np.arange(leaves, dtype=np.int64)
    d = 0
    while 1 << d < leaves:
        target = i[i >> d & 1 == 1]
        yield _step(target, (target >> d << d) - 1)
        d += 1


def brent_kung(leaves: int) -> Iterator[Step]:
    """Up: neighbouring blocks level by level; down: prefixes half a block further, from wide to narrow.

    Brent and Kung, A regular layout for parallel adders, IEEE Transactions on Computers C-31(3), 1982, pp. 260-264.
    """
    half = 1
    while 2 * half <= leaves:
        target = np.arange(2 * half - 1, leaves, 2 * half, dtype=np.int64)
        yield _step(target, target - half)
        half *= 2
    while half >= 1:
        target = np.arange(3 * half - 1, leaves, 2 * half, dtype=np.int64)
        yield _step(target, target - half)
        half //= 2


def blelloch(leaves: int) -> Iterator[Step]:
    """Up and down a tree without the root, then the total; see Note [Inclusive Blelloch].

    Blelloch, Prefix sums and their applications, in Reif (ed.), Synthesis of parallel algorithms, 1990,
    section 1.2, figure 1.4.
    """
    yield from brent_kung(leaves - 1)
    if leaves > 1:
        yield _step([leaves - 1], [leaves - 2])


def ladner_fischer(leaves: int) -> Iterator[Step]:
    """P_0, of least depth: P_1 on the left half, P_0 on the right, then the left total to all of the right.

    P_1: neighbours in pairs, P_0 on the pairs, then each even place after the pairs before it.  Ladner and
    Fischer, Parallel prefix computation, Journal of the ACM 27(4), 1980, pp. 831-838.
    """
    return _thin(np.arange(leaves, dtype=np.int64), 0)


def _thin(places: Ids, k: int) -> Iterator[Step]:
    """Yield the circuit P_k on some places."""
    if len(places) < 2:
        return
    if k == 0:
        half = (len(places) + 1) // 2
        yield from _thin(places[:half], 1)
        yield from _thin(places[half:], 0)
        yield _step(places[half:], places[half - 1])
        return
    yield _step(places[1::2], places[: len(places) - 1 : 2])
    pairs = places[1::2] if len(places) % 2 == 0 else np.append(places[1::2], places[-1])
    yield from _thin(pairs, 0)
    yield _step(places[2 : len(places) - 1 : 2], places[1 : len(places) - 2 : 2])


def _step(target: Iterable[int] | Ids, left: Iterable[int] | Ids | np.int64) -> Step:
    to = np.asarray(target, dtype=np.int64)
    return to, np.broadcast_to(np.asarray(left, dtype=np.int64), to.shape), to


METHODS: dict[str, Callable[[int], Iterator[Step]]] = {
    "hillis-steele": hillis_steele,
    "sequential": sequential,
    "sklansky": sklansky,
    "brent-kung": brent_kung,
    "blelloch": blelloch,
    "ladner-fischer": ladner_fischer,
}


# Levels and slots


def _levelled(leaves: int, steps: Iterable[Step]) -> Network:
    """Put each combine at the level at which its operands are there."""
    at = np.arange(leaves, dtype=np.int64)  # the slot that each place holds
    height = np.zeros(leaves, dtype=np.int64)
    rows: list[Ids] = []
    made = leaves
    for target, left, right in steps:
        level = np.maximum(height[left], height[right]) + 1
        rows.append(np.stack([target, left, right, level, at[left], at[right]]))
        at[target] = np.arange(made, made + len(target), dtype=np.int64)
        height[target] = level
        made += len(target)
    none = np.zeros((6, 0), dtype=np.int64)
    return _in_order(leaves, np.concatenate([none, *rows], axis=1), at)


def _chain(leaves: int) -> Network:
    """Return the sequential scan: as `_levelled` would, without a look at each of its levels of one."""
    every = np.arange(leaves, dtype=np.int64)
    made = leaves + every[:-1]
    left_slot = np.concatenate([every[: min(leaves - 1, 1)], made[:-1]]) if leaves else made
    results = np.concatenate([every[:1], made])
    return Network(leaves, every[1:], every[:-1], every[1:], every[1:], left_slot, every[1:], results)


def _in_order(leaves: int, rows: Ids, results: Ids) -> Network:
    """Sort combines by level and target, and rename the slots."""
    order = np.lexsort((rows[0], rows[3]))
    number = np.empty(len(order), dtype=np.int64)
    number[order] = np.arange(len(order), dtype=np.int64)
    slot = np.concatenate([np.arange(leaves, dtype=np.int64), leaves + number])
    target, left, right, level, left_slot, right_slot = rows[:, order]
    return Network(leaves, target, left, right, level, slot[left_slot], slot[right_slot], slot[results])


def _moved_by_one(found: Network) -> Network:
    """Return the exclusive scan: the prefix before each, without what only the total needs."""
    leaves = found.leaves
    needed = np.zeros(leaves + found.size, dtype=bool)
    needed[found.results[:-1]] = True
    ends = np.searchsorted(found.level, np.arange(found.depth + 1), side="right")
    for k in range(found.depth, 0, -1):
        here = np.arange(ends[k - 1], ends[k])
        here = here[needed[leaves + here]]
        needed[found.left_slot[here]] = True
        needed[found.right_slot[here]] = True
    keep = np.flatnonzero(needed[leaves:])
    slot = np.concatenate([np.arange(leaves), leaves + np.cumsum(needed[leaves:]) - 1])
    results = np.concatenate([np.full(min(leaves, 1), NEUTRAL), slot[found.results[:-1]]])
    return Network(
        leaves,
        found.target[keep],
        found.left[keep],
        found.right[keep],
        found.level[keep],
        slot[found.left_slot[keep]],
        slot[found.right_slot[keep]],
        results,
    )
