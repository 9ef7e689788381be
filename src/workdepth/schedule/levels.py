"""When each node of a unit graph finishes: at the earliest on the GPU, one after the other on the RAM."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from workdepth.graph.unit import CONSTANT, INPUT, UnitGraph
from workdepth.schedule.sweeps.engine import compiles, kernel

Ids = NDArray[np.int64]

# Below this many nodes and edges a wave, a loop over single nodes is faster than one over waves.
NODES_A_WAVE = 30


@dataclass(frozen=True, eq=False)
class Times:
    """When things finish.

    Attributes
    ----------
    finish : int64
        The boundary at which each node finishes (a source: when all its words are there).
    loads : int64
        The source values that are loaded, one entry a word, in the order of loading.
    load_finish : int64
        When each of these loads finishes.
    time : int
        The last boundary.
    death : int64, optional
        The finish of the last reader of each value, 0 without any: where the sweep has noted it.
    """

    finish: Ids
    loads: Ids
    load_finish: Ids
    time: int
    death: Ids | None = None


def gpu_times(unit: UnitGraph, loaded: bool, forked: bool = False, engine: str = "auto") -> Times:
    """Return the earliest finishes: each starts when operands and order edges allow, loads in step 1.

    Under fork-join (``forked``) the start of a phase of k points ends ceil(log2 k) steps after it begins.
    A large graph is swept by compiled loops (``engine``).
    """
    loads = _loaded_words(unit, _used_sources(unit)) if loaded else np.zeros(0, dtype=np.int64)
    finish = np.zeros(len(unit), dtype=np.int64)
    finish[loads] = 1
    lasting = unit.work + spawn_delays(unit) if forked else unit.work
    death = None
    waves = len(unit.wave_start) - 1
    if compiles(entries(unit), engine):
        death = _compiled(unit, finish, lasting)
    elif not waves or entries(unit) < NODES_A_WAVE * waves:
        _sweep(unit, finish, lasting)
    else:
        _by_waves(unit, finish, lasting)
    return Times(finish, loads, np.ones(len(loads), dtype=np.int64), int(finish.max(initial=0)), death)


def entries(unit: UnitGraph) -> int:
    """Return how many nodes and edges a sweep goes over."""
    return len(unit) + len(unit.operands) + len(unit.order)


def _compiled(unit: UnitGraph, finish: Ids, lasting: Ids) -> Ids:
    rows = (unit.operand_start, unit.operands, unit.order_start, unit.order, unit.first_value)
    values = len(unit.value_words)
    one_each = values == len(unit) and kernel("yields_one_each", True)(unit.first_value)
    ready = finish if one_each else np.empty(values, dtype=np.int64)
    death = np.zeros(values, dtype=np.int64)
    kernel("earliest", True)(unit.sources, *rows, one_each, lasting, ready, finish, death)
    return death


def spawn_delays(unit: UnitGraph) -> Ids:
    """Return how many steps each node that starts points waits: ceil(log2 k) for k of them."""
    if not len(unit.spawned):
        return np.zeros(len(unit), dtype=np.int64)
    return ceil_log2(unit.spawned)


def ceil_log2(counts: Ids) -> Ids:
    """Return ceil(log2 k) for each count, 0 for 0 and 1, in integers."""
    bits = np.frexp(np.maximum(counts - 1, 0).astype(np.float64))[1]
    return bits.astype(np.int64)


def _by_waves(unit: UnitGraph, finish: Ids, lasting: Ids) -> None:
    before = unit.producers()[unit.operands]
    for begin, end in zip(unit.wave_start[:-1].tolist(), unit.wave_start[1:].tolist(), strict=True):
        ids = unit.waves[begin:end]
        start = np.maximum(
            latest(finish, before, unit.operand_start, ids), latest(finish, unit.order, unit.order_start, ids)
        )
        finish[ids] = start + lasting[ids]


def latest(finish: Ids, before: Ids, first: Ids, ids: Ids) -> Ids:
    """Return the largest finish among ``before[first[id]:first[id + 1]]`` for each id; 0 without any."""
    begin = first[ids]
    counts = first[ids + 1] - begin
    most = int(counts.max(initial=0))
    if most == 0:
        return np.zeros(len(ids), dtype=np.int64)
    if most == int(counts.min()) and most <= 4:
        found = finish[before[begin]]
        for k in range(1, most):
            found = np.maximum(found, finish[before[begin + k]])
        return found
    ends = np.cumsum(counts)
    slots = np.repeat(begin - (ends - counts), counts) + np.arange(int(ends[-1]), dtype=np.int64)
    some = counts > 0
    out = np.zeros(len(ids), dtype=np.int64)
    out[some] = np.maximum.reduceat(finish[before[slots]], (ends - counts)[some])
    return out


def _sweep(unit: UnitGraph, finish: Ids, lasting: Ids) -> None:
    """Do the same node by node: ids are in topological order."""
    before, first = unit.producers()[unit.operands].tolist(), unit.operand_start.tolist()
    order, order_first, work = unit.order.tolist(), unit.order_start.tolist(), lasting.tolist()
    times = finish.tolist()
    for v in range(unit.sources, len(times)):
        start = 0
        for p in before[first[v] : first[v + 1]]:
            if times[p] > start:
                start = times[p]
        for p in order[order_first[v] : order_first[v + 1]]:
            if times[p] > start:
                start = times[p]
        times[v] = start + work[v]
    finish[:] = times


def ram_times(unit: UnitGraph, loaded: bool) -> Times:
    """Return the finishes of one thread in program order; a word is loaded just before its first reader."""
    done = np.cumsum(unit.work)
    if not loaded:
        finish = np.where(unit.kind <= CONSTANT, 0, done)
        none = np.zeros(0, dtype=np.int64)
        return Times(finish, none, none, int(unit.work.sum()))
    values, reader = _load_order(unit)
    words = unit.value_words[values]
    loads, reader = np.repeat(values, words), np.repeat(reader, words)
    so_far = np.append(done - unit.work, done[-1:] if len(done) else 0)  # reader len(unit): the very end
    load_finish = so_far[reader] + 1 + np.arange(len(loads), dtype=np.int64)
    before = np.cumsum(np.bincount(reader, minlength=len(unit) + 1))[: len(unit)]
    finish = np.where(unit.kind <= CONSTANT, 0, done + before)
    finish[loads] = load_finish  # the last word of a value counts
    return Times(finish, loads, load_finish, int(unit.work.sum()) + len(loads))


def _load_order(unit: UnitGraph) -> tuple[Ids, Ids]:
    """Return used source values by first reader and operand, then those that only outputs name."""
    consumer = np.repeat(np.arange(len(unit), dtype=np.int64), np.diff(unit.operand_start))
    values, at = np.unique(unit.operands, return_index=True)
    keep = (values < unit.sources) & _is_data(unit, values)
    values, at = values[keep], at[keep]
    in_order = np.argsort(at)
    values, at = values[in_order], at[in_order]
    named = unit.output_values()
    named = named[(named < unit.sources) & _is_data(unit, named) & ~np.isin(named, values)]
    reader = np.concatenate([consumer[at], np.full(len(named), len(unit), dtype=np.int64)])
    return np.concatenate([values, named]), reader


def _is_data(unit: UnitGraph, values: Ids) -> NDArray[np.bool_]:
    """Whether source values are inputs or constants; any other value is none."""
    kinds = unit.kind[np.minimum(values, len(unit) - 1)]
    return (kinds == INPUT) | (kinds == CONSTANT)


def _used_sources(unit: UnitGraph) -> Ids:
    used = np.zeros(len(unit.value_words), dtype=bool)
    used[unit.operands] = True
    used[unit.output_values()] = True
    values = np.flatnonzero(used[: unit.sources])
    return values[_is_data(unit, values)]


def _loaded_words(unit: UnitGraph, values: Ids) -> Ids:
    return np.repeat(values, unit.value_words[values])
