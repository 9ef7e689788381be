"""Words that every order takes: what must live while one node runs, and at the end."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from workdepth.graph.unit import UnitGraph
from workdepth.models.conventions import Conventions
from workdepth.schedule.sequential.moves import begin, end, run
from workdepth.schedule.sequential.task import Task, bits

# Up to so many nodes what lives around each is looked at; above, only what it reads and makes.
AROUND = 400


def floor_of(task: Task) -> int:
    """Return a lower bound of the memory of every order.

    When a node runs, all that leads to it is done and nothing that follows from it: a value that the former
    brought and the latter reads lives.

    Examples
    --------
    >>> import networkx as nx, workdepth as wd
    >>> from workdepth.schedule.sequential.task import task_of
    >>> unit = wd.unroll(nx.DiGraph([("a", "b"), ("b", "c"), ("a", "d"), ("c", "d")]))
    >>> floor_of(task_of(unit, wd.Conventions()))  # a waits for d while c is made of b
    2
    """
    most = max(_at_the_end(task), _hungriest(task))
    return max(most, _around(task)) if len(task) <= AROUND else most


def floor_of_large(unit: UnitGraph, conventions: Conventions) -> int:
    """Return a lower bound of the memory of every order, in one pass: at the start, at the end, in one operation.

    Examples
    --------
    >>> import networkx as nx, workdepth as wd
    >>> floor_of_large(wd.unroll(nx.DiGraph([("a", "b"), ("c", "b")])), wd.Conventions())
    2
    """
    reader = np.repeat(np.arange(len(unit)), np.diff(unit.operand_start))
    read = np.unique(unit.operands[unit.work[reader] > 0])
    there = int(unit.value_words[read[read < unit.sources]].sum()) if conventions.inputs == "resident" else 0
    kept = int(unit.value_words[unit.output_values()].sum()) if conventions.outputs == "kept" else 0
    sums = np.append(0, np.cumsum(np.where(_first_reading(unit), unit.value_words[unit.operands], 0)))
    each = sums[unit.operand_start[1:]] - sums[unit.operand_start[:-1]]
    return max(there, kept, int(each[unit.work > 0].max(initial=0)))


def _first_reading(unit: UnitGraph) -> NDArray[np.bool_]:
    """Whether an entry of the operands is the first of its node that reads this value."""
    reader = np.repeat(np.arange(len(unit)), np.diff(unit.operand_start))
    pairs = np.stack([reader, unit.operands])
    first = np.zeros(len(unit.operands), dtype=bool)
    first[np.unique(pairs, axis=1, return_index=True)[1]] = True
    return first


def _hungriest(task: Task) -> int:
    """Return the most words that one node reads, with its results beside them in cells of their own."""
    most = 0
    for v in range(len(task)):
        read = sum(words for _, words in task.frees[v])
        if task.working[v]:
            most = max(most, read + (task.results[v] if task.separate else 0))
    return most


def _at_the_end(task: Task) -> int:
    """Return the words that live after the last step, whatever the order."""
    state = begin(task)
    while state.ready:
        state = run(task, state, bits(state.ready)[0])[1]
    return max(state.level, end(task, state))


def _around(task: Task) -> int:
    """Return the most words that must live while one node runs, or in front of one that waits for several."""
    ahead, behind = _reach(task.before, range(len(task))), _reach(task.after, range(len(task) - 1, -1, -1))
    most = 0
    for v in range(len(task)):
        if task.working[v]:
            most = max(most, _while_running(task, v, ahead[v], behind[v]))
        # One of those that v waits for runs last, all others that lead to v being done.
        last = [u for u in bits(task.before[v]) if not behind[u] & ahead[v]]
        if len(last) > 1 and all(task.working[u] for u in last):
            left = behind[v] | 1 << v
            most = max(most, min(_while_running(task, u, ahead[v] & ~(1 << u), left) for u in last))
    return most


def _while_running(task: Task, v: int, done: int, left: int) -> int:
    """Return words that live while a node runs, with these done and those not."""
    loads = sum(words for readers, words, _ in task.loads[v] if not readers & done)
    beside = task.results[v] if task.separate else 0
    return _living(task, done, left | 1 << v | 1 << len(task)) + loads + beside


def _living(task: Task, done: int, left: int) -> int:
    return sum(
        words for brought, ends, words in task.lives if (not brought or brought & done) and ends & left
    )


def _reach(near: tuple[int, ...], order: range) -> list[int]:
    """Return all that each node reaches over neighbours that come earlier in the order."""
    found = [0] * len(near)
    for v in order:
        mask = near[v]
        for u in bits(mask):
            mask |= found[u]
        found[v] = mask
    return found
