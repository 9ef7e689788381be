"""What one thread takes in any order of a unit graph: the same graph, numbered in that order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from workdepth.errors import GraphError
from workdepth.graph.unit import UnitGraph
from workdepth.models.conventions import Conventions
from workdepth.schedule.levels import ram_times
from workdepth.schedule.profile import Profile, profile
from workdepth.schedule.witness import Witness

Ids = NDArray[np.int64]


def in_order(unit: UnitGraph, order: Sequence[int], conventions: Conventions | None = None) -> Profile:
    """Carry a unit graph out on one thread in an order of one's own.

    Parameters
    ----------
    unit : UnitGraph
    order : sequence of int
        Every node that is no source (operations and joins), each after all that it reads and waits for.
    conventions : Conventions, optional
        The switches.

    Returns
    -------
    Profile
        Its figures; ``finish`` is by the ids of ``unit``.

    Raises
    ------
    GraphError
        When it is not such an order.

    Examples
    --------
    >>> import networkx as nx, workdepth as wd
    >>> unit = wd.unroll(nx.DiGraph([("a", "e"), ("b", "d"), ("c", "d"), ("d", "e")]))
    >>> in_order(unit, [0, 1, 2, 3, 4]).memory  # a, b, c, d, e
    3
    >>> in_order(unit, [1, 2, 3, 0, 4]).memory  # b, c, d, a, e
    2
    """
    ranked, number = renumbered(unit, order)
    switches = (conventions or Conventions()).of_schedule()
    found = profile(ranked, "RAM", **{**switches, "spawn": "free", "reads": "concurrent"})
    return replace(found, finish=found.finish[number])


def witness_in_order(unit: UnitGraph, order: Sequence[int], loaded: bool) -> Witness:
    """Return when everything starts on one thread in an order, as evidence for `replay`."""
    ranked, number = renumbered(unit, order)
    times = ram_times(ranked, loaded)
    start = (times.finish - ranked.work)[number]
    return Witness(start, times.loads, times.load_finish - 1)


def renumbered(unit: UnitGraph, order: Sequence[int]) -> tuple[UnitGraph, Ids]:
    """Return the graph with its nodes in another order, and the new number of each node."""
    ids = np.concatenate([np.arange(unit.sources), np.asarray(order, dtype=np.int64)]).astype(np.int64)
    if len(ids) != len(unit) or not np.array_equal(np.sort(ids), np.arange(len(unit))):
        raise GraphError(
            f"an order of {len(ids) - unit.sources} nodes, where there are {len(unit) - unit.sources}",
            where=unit.name,
            next_step="name every operation and join once",
        )
    number = np.empty_like(ids)
    number[ids] = np.arange(len(ids))
    counts = np.diff(unit.first_value)[ids]
    first = np.append(0, np.cumsum(counts))
    value = _moved(unit.first_value, first, ids)
    operand_start, operands = _rows(unit.operand_start, unit.operands, ids)
    order_start, waits = _rows(unit.order_start, unit.order, ids)
    words = np.empty_like(unit.value_words)
    words[value] = unit.value_words
    ranked = UnitGraph(
        name=unit.name,
        kind=unit.kind[ids],
        work=unit.work[ids],
        ops=unit.ops,
        op_code=unit.op_code[ids],
        operand_start=operand_start,
        operands=value[operands],
        order_start=order_start,
        order=number[waits],
        first_value=first,
        value_words=words,
        wave_start=np.zeros(1, dtype=np.int64),
        waves=np.zeros(0, dtype=np.int64),
        origin=unit.origin[ids],
        paths=unit.paths,
        outputs={name: value[named] for name, named in unit.outputs.items()},
    )
    _check_order(unit, ranked)
    return ranked, number


def _moved(old: Ids, new: Ids, ids: Ids) -> Ids:
    """Return the new number of each value."""
    value = np.empty(int(old[-1]), dtype=np.int64)
    for to, v in enumerate(ids.tolist()):
        value[old[v] : old[v + 1]] = np.arange(new[to], new[to + 1])
    return value


def _rows(start: Ids, entries: Ids, ids: Ids) -> tuple[Ids, Ids]:
    rows = [entries[start[v] : start[v + 1]] for v in ids.tolist()]
    return np.cumsum([0, *map(len, rows)], dtype=np.int64), np.concatenate([*rows, entries[:0]])


def _check_order(unit: UnitGraph, ranked: UnitGraph) -> None:
    numbers = np.arange(len(ranked))
    read = ranked.producers()[ranked.operands] >= np.repeat(numbers, np.diff(ranked.operand_start))
    wait = ranked.order >= np.repeat(numbers, np.diff(ranked.order_start))
    if read.any() or wait.any():
        raise GraphError(
            "the order runs a node before one that it reads or waits for",
            where=unit.name,
            next_step="give a topological order",
        )
