"""Chains with a backward pass: what is best to store, in closed form, at any length.

A chain of ``layers`` steps is to be reversed: the backward step i needs the state x_i, and x_0 is kept beside.
With ``stored`` words for other states, the one that moves included, t forward steps are needed and enough:

    t(l, c) = r l - C(c + r, c + 1),   r the least with l <= C(c + r, c).

References
----------
A. Griewank and A. Walther, "Algorithm 799: Revolve, an implementation of checkpointing for the reverse or adjoint
mode of computational differentiation", ACM Transactions on Mathematical Software 26 (2000), 19-45.  T. Chen, B. Xu,
C. Zhang and C. Guestrin, "Training deep nets with sublinear memory cost", arXiv:1604.06174 (2016), for storing every
sqrt(l)-th state.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import comb

import numpy as np

from workdepth.graph.unit import OP, UnitGraph

# A step of a chain: ("x", i) makes state i from state i - 1, ("d", i) is the backward step of layer i.
Step = tuple[str, int]


def repetitions(layers: int, stored: int) -> int:
    """Return how often, at most, a forward step is run: the r of the formula.

    Examples
    --------
    >>> [repetitions(10, c) for c in (1, 2, 3, 9)]
    [9, 3, 2, 1]
    """
    r = 0
    while comb(stored + r, stored) < layers:
        r += 1
    return r


def forward_steps(layers: int, stored: int) -> int:
    """Return the least number of forward steps that reverse a chain with words for so many states beside the first.

    Examples
    --------
    >>> [forward_steps(10, c) for c in (1, 2, 3, 4)]
    [45, 20, 15, 14]
    """
    r = repetitions(layers, stored)
    return r * layers - comb(stored + r, stored + 1)


def reversal(layers: int, stored: int) -> Iterator[Step]:
    """Yield the steps of a best reversal: go ahead and store, reverse the end, then begin again with what is left.

    Examples
    --------
    >>> [f"{kind}{i}" for kind, i in reversal(3, 1)]
    ['x1', 'x2', 'd2', 'x1', 'd1', 'd0']
    """
    waiting = [(0, layers, stored)]
    while waiting:
        low, high, free = waiting.pop()
        if high - low == 1:
            yield ("d", low)
            continue
        ahead = _ahead(high - low, free)
        yield from (("x", low + k) for k in range(1, ahead + 1))
        waiting.append((low, low + ahead, free))
        waiting.append((low + ahead, high, free - 1))


def _ahead(layers: int, stored: int) -> int:
    """Return how many steps to go before the next state is stored, by the formula's own recurrence."""
    if stored == 1:
        return layers - 1
    least = forward_steps(layers, stored)
    r = repetitions(layers, stored)
    # The best lies where neither part needs one repetition more; the range is small and always holds one.
    low = max(1, layers - comb(stored + r - 1, stored - 1))
    for ahead in range(low, layers):
        rest = forward_steps(layers - ahead, stored - 1)
        if ahead + rest + forward_steps(ahead, stored) == least:
            return ahead
    raise AssertionError("the formula satisfies its recurrence")


def every_kth(layers: int, k: int) -> Iterator[Step]:
    """Yield the steps that store every k-th state, and run each stretch between them once more.

    It takes ``ceil(l / k) + k`` words at most, the backward value included, and fewer than 3 l steps: with k near
    sqrt(l) about 2 sqrt(l) words.

    Examples
    --------
    >>> [f"{kind}{i}" for kind, i in every_kth(4, 2)]
    ['x1', 'x2', 'x3', 'd3', 'd2', 'x1', 'd1', 'd0']
    """
    yield from (("x", i) for i in range(1, layers))
    last = (layers - 1) // k * k
    for begin in range(last, -1, -k):
        end = min(begin + k, layers)
        if begin < last:
            yield from (("x", i) for i in range(begin + 1, end))
        yield from (("d", i) for i in range(end - 1, begin - 1, -1))


@dataclass(frozen=True)
class Chain:
    """A unit graph that is a chain with a backward pass: the nodes that make its states and backward values.

    ``forward[i]`` makes state i (the first is an input), ``backward[i]`` is the backward step of layer i.
    """

    forward: tuple[int, ...]
    backward: tuple[int, ...]

    @property
    def layers(self) -> int:
        """How many steps are reversed."""
        return len(self.backward)

    def nodes(self, steps: Iterator[Step]) -> tuple[int, ...]:
        """Return the nodes that make these steps."""
        return tuple(self.forward[i] if kind == "x" else self.backward[i] for kind, i in steps)


def chain_of(unit: UnitGraph) -> Chain | None:
    """Return the chain that a unit graph is, or None: one word a value, one step an operation."""
    if set(unit.value_words.tolist()) != {1} or (unit.work[unit.kind == OP] != 1).any() or len(unit.order):
        return None
    if not np.array_equal(unit.first_value, np.arange(len(unit) + 1)) or unit.operations != len(unit) - 2:
        return None
    reads = {
        v: set(unit.operands[unit.operand_start[v] : unit.operand_start[v + 1]].tolist())
        for v in range(unit.sources, len(unit))
    }
    single = {min(row): v for v, row in reads.items() if len(row) == 1}
    for first, seed in ((0, 1), (1, 0)):
        forward = [first]
        while forward[-1] in single:
            forward.append(single[forward[-1]])
        backward, wanted = [], {frozenset(row): v for v, row in reads.items() if len(row) == 2}
        value = seed
        for state in reversed(forward):
            node = wanted.get(frozenset((state, value)))
            if node is None:
                break
            backward.append(node)
            value = node
        if len(backward) == len(forward) and len(forward) - 1 + len(backward) == unit.operations:
            named = unit.output_values().tolist()
            return Chain(tuple(forward), tuple(reversed(backward))) if named == [value] else None
    return None
