"""What gathers and scatters do when a graph runs: the positions are there, so they are looked at and checked."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from workdepth.errors import GraphError
from workdepth.graph.nodes import Scatter
from workdepth.graph.ops import Op
from workdepth.graph.store import UNKNOWN, Store
from workdepth.graph.unit import runs

Ids = NDArray[np.int64]


def gather(store: Store, ids: Ids) -> None:
    """Copy, for each step of gathers, the word at the position that it has read."""
    unit, moves = store.unit, store.unit.moves
    which = np.searchsorted(moves.opened, ids, side="right") - 1
    word = ids - moves.first[which]
    opened, stride = moves.opened[which], moves.stride[which]
    begun = unit.operand_start[opened]
    extent = (unit.operand_start[opened + 1] - begun) // stride
    at = _positions(store, ids, extent)
    source = unit.operands[begun + at * stride + word % stride]
    store.check_known(ids, [store.slot[source]])
    for kind in np.unique(store.slot[source]).tolist():
        rows = np.flatnonzero(store.slot[source] == kind)
        store.put(unit.first_value[ids[rows]], store.numbers(source[rows], _path(store, ids[rows[0]])))


def scatter(store: Store, joins: Ids) -> None:
    """Renew the arrays whose cells are among these joins."""
    unit, moves = store.unit, store.unit.moves
    cells = joins[(unit.first_value[joins + 1] > unit.first_value[joins]) & ~np.isin(joins, moves.opened)]
    scatters = np.flatnonzero(moves.cell >= 0)
    for k in np.unique(scatters[np.searchsorted(moves.cell[scatters], cells, side="right") - 1]).tolist():
        _renew(store, k)


def _renew(store: Store, k: int) -> None:
    unit, moves = store.unit, store.unit.moves
    kind = moves.kinds[int(moves.which[k])]
    assert isinstance(kind, Scatter)
    opened, stride = int(moves.opened[k]), max(int(moves.stride[k]), 1)
    steps = runs(moves.first[k : k + 1], moves.steps[k : k + 1])
    base = unit.operands[unit.operand_start[opened] : unit.operand_start[opened + 1]]
    where = _path(store, opened)
    at = _positions(store, steps, np.full(len(steps), len(base) // stride))
    target = at * stride + np.arange(len(steps)) % stride
    if kind.conflicts == "distinct":
        _check_distinct(target, stride, where)
    values = unit.operands[unit.operand_start[steps] + 1]
    store.check_known(steps, [store.slot[values]])
    kinds = np.unique(store.slot[np.concatenate([base, values])])
    dtype = np.result_type(*(store.type_of(x) for x in kinds.tolist() if x != UNKNOWN))
    known = store.slot[base] != UNKNOWN
    found = store.numbers(base, where).astype(dtype)
    if kind.op is None:
        found[target] = store.numbers(values, where).astype(dtype)
        known[target] = True
    else:
        store.check_known(steps, [np.where(known[target], 0, UNKNOWN).astype(np.int16)])
        found = _combined(kind.op, found, target, store.numbers(values, where).astype(dtype), where)
    cells = np.arange(moves.cell[k], moves.cell[k] + len(base))
    store.put(unit.first_value[cells[known]], found[known])


def _combined(op: Op, found: Any, target: Ids, values: Any, where: str) -> Any:
    """Combine values into an array in their order: the first at each position, then the second, and so on."""
    order = np.argsort(target, kind="stable")
    new = np.diff(target[order], prepend=-1) != 0
    turn = np.empty(len(order), dtype=np.int64)
    turn[order] = np.arange(len(order)) - np.maximum.accumulate(np.where(new, np.arange(len(order)), 0))
    for k in range(int(turn.max(initial=-1)) + 1):
        here = turn == k
        try:
            made = np.asarray(op(found[target[here]], values[here]))
        except (TypeError, ValueError) as error:
            raise GraphError(
                f"op {op.name!r} refuses operands of type {found.dtype}: {error}",
                where=where,
                next_step="give inputs of another type, or an op that takes these",
            ) from error
        found = found.astype(np.result_type(found.dtype, made.dtype), copy=False)
        found[target[here]] = made
    return found


def _positions(store: Store, ids: Ids, extent: Ids) -> Ids:
    """Return the positions that steps have read, checked against the extents of their arrays."""
    unit = store.unit
    index = unit.operands[unit.operand_start[ids]]
    store.check_known(ids, [store.slot[index]])
    found = store.numbers(index, _path(store, ids[0]) if len(ids) else "")
    if found.dtype.kind not in "iu" and found.size:
        raise GraphError(
            f"positions of type {found.dtype} are no integers",
            where=_path(store, ids[0]),
            next_step="give an index of integers",
        )
    wrong = (found < 0) | (found >= extent)
    if wrong.any():
        k = int(np.argmax(wrong))
        raise GraphError(
            f"position {found[k]} is outside an array of {extent[k]} (index {_number(store, ids[k])} read)",
            where=_path(store, ids[k]),
            next_step="give positions from 0 up to the extent, which is not one of them",
        )
    return np.asarray(found, dtype=np.int64)


def _check_distinct(target: Ids, stride: int, where: str) -> None:
    seen = np.bincount(target, minlength=1)
    if seen.max(initial=0) <= 1:
        return
    twice = int(np.argmax(seen > 1))
    one, other = (np.flatnonzero(target == twice)[:2] // stride).tolist()
    raise GraphError(
        f"values {one} and {other} both go to position {twice // stride}, but positions were promised distinct",
        where=where,
        next_step='mend the index, or give an op and conflicts="serial"',
    )


def _number(store: Store, step: int) -> int:
    """Return which of its index's positions a step has read."""
    moves = store.unit.moves
    k = int(np.searchsorted(moves.opened, step, side="right")) - 1
    return int(step - moves.first[k]) // max(int(moves.stride[k]), 1)


def _path(store: Store, node: int) -> str:
    return store.unit.paths[int(store.unit.origin[node])]
