"""Repeats: round after round, or all rounds at once with promises for the state.

Note [Promises].  Where a round is small, one NumPy call a round and node is slow.  Then all rounds are
emitted as one batch, and each element of the state of each round is a promised value: a number above all
values, whose target is written down as soon as the body is emitted: what the round before yields there, which
may be promised itself.  When all is emitted, promises are followed to their ends by doubling.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from workdepth.graph import joins
from workdepth.graph.nodes import Repeat
from workdepth.graph.scope import Step
from workdepth.graph.views import Batch, View, check_room, copies_of, ports, read

if TYPE_CHECKING:
    from workdepth.graph.emit import Emitter

Ids = NDArray[np.int64]

SMALL_ROUND = 300  # nodes
FEW_ROUNDS = 4
MOST_PROMISES = 1 << 22
ELEMENTS_A_ROUND = 50  # promises, from which on one call a round is worth its while


def repeat(emit: Emitter, batch: Batch, step: Step, begin: Ids | None) -> None:
    """Emit a Repeat, the one way or the other."""
    assert isinstance(step.kind, Repeat)
    copies = batch.frame.copies[step.name]
    outer = batch.frame_rows()
    times = copies.first[outer + 1] - copies.first[outer]
    state = [read(batch, operand, step) for operand in step.operands[: step.kind.carried]]
    if _at_once(emit, batch, step, times, state):
        state, now = _all_rounds(emit, batch, step, times, state, begin)
    else:
        state, now = _one_by_one(emit, batch, step, times, state, begin)
    for out, view in enumerate(state):
        batch.views[step.name, out] = view
    if emit.style.joined:
        batch.ends[step.name] = now
    else:
        joins.end(emit, batch, step, None, begin)


def _at_once(emit: Emitter, batch: Batch, step: Step, times: Ids, state: list[View]) -> bool:
    rounds, most = int(times.sum()), int(times.max(initial=0))
    count = batch.frame.copies[step.name].frame.count
    each = float(np.mean(count)) if np.size(count) else 0.0
    elements = sum(int(np.prod(view.ids.shape[1:])) for view in state)
    small = rounds * float(each) < SMALL_ROUND * most
    promises = rounds * elements
    affordable = promises <= MOST_PROMISES or promises <= 4 * rounds * each
    if not (most >= FEW_ROUNDS and small and affordable):
        check_room(step.path, batch.rows, elements, rounds=most)
        return False
    return True


def _all_rounds(
    emit: Emitter, batch: Batch, step: Step, times: Ids, state: list[View], begin: Ids | None
) -> tuple[list[View], Ids | None]:
    frame = batch.frame.copies[step.name].frame
    sel, row = copies_of(batch.frame.copies[step.name], batch)
    last = np.cumsum(times) - 1
    first = last + 1 - times
    number = np.arange(len(row), dtype=np.int64) - first[row]
    after = frame.ids_of_round_ends(sel) if emit.style.rounds(step) else None
    child = Batch(frame, len(row), sel, batch, row, _begins(begin, after, row, number))
    promised = [emit.ledger.promise((len(row), *view.ids.shape[1:])) for view in state]
    names = ports(step)
    for k, (port, operand) in enumerate(names):
        if port is None:
            continue
        if k < len(state):
            extents = tuple(_extent_inside(state[k], axis, row) for axis in range(len(state[k].extents)))
            child.views[port, 0] = View(promised[k][0], extents)
        else:
            child.views[port, 0] = read(batch, operand, step).inside(row)
    mark = len(emit.ledger.waves)
    emit.scope(child)
    results = [read(child, operand, None) for _, operand in child.frame.scope.outputs]
    finished = []
    for view, (promises, targets), result in zip(state, promised, results, strict=True):
        made, start = result.dense(len(row)), view.dense(batch.rows)
        targets[number == 0] = start[row[number == 0]]
        targets[np.flatnonzero(number > 0)] = made[np.flatnonzero(number > 0) - 1]
        _shorten(promises, targets, first, times)
        end = np.array(start)
        end[times > 0] = made[last[times > 0]]
        finished.append(View(end, tuple(view.extent(axis) for axis in range(len(view.extents)))))
    if after is not None:
        joins.round_ends(emit, child, after)
    block = frame.start if sel is None else frame.start[sel]
    emit.ledger.split_waves(mark, block, number)
    if after is None or begin is None:
        return finished, begin
    ends = begin.copy()
    ends[times > 0] = after[last[times > 0]]
    return finished, ends


def _shorten(promises: Ids, targets: Ids, first: Ids, times: Ids) -> None:
    """Follow promises round by round where a round has many: each leads to the round before, which is followed already.

    Where it has few, following all at once by doubling, at the very end, takes fewer calls.
    """
    most = int(times.max(initial=0))
    if promises.size < ELEMENTS_A_ROUND * most:
        return
    begin, flat = promises.flat[0], targets.reshape(-1)
    for number in range(1, most):
        rows = first[times > number] + number
        found = targets[rows]
        own = (found >= begin) & (found < begin + promises.size)
        found[own] = flat[found[own] - begin]
        targets[rows] = found


def _begins(begin: Ids | None, after: Ids | None, row: Ids, number: Ids) -> Ids | None:
    """Return the join that each round waits for: that of the round before."""
    if begin is None:
        return None
    found = begin[row]
    if after is not None:
        later = np.flatnonzero(number > 0)
        found[later] = after[later - 1]
    return found


def _extent_inside(view: View, axis: int, row: Ids) -> int | Ids:
    found = view.extent(axis)
    return found[row] if isinstance(found, np.ndarray) else found


def _one_by_one(
    emit: Emitter, batch: Batch, step: Step, times: Ids, state: list[View], begin: Ids | None
) -> tuple[list[View], Ids | None]:
    copies, outer, names = batch.frame.copies[step.name], batch.frame_rows(), ports(step)
    captured = {port: read(batch, o, step) for port, o in names[len(state) :] if port is not None}
    now = begin
    for k in range(int(times.max(initial=0))):
        active = np.flatnonzero(times > k)
        sel = copies.first[outer[active]] + k
        child = Batch(copies.frame, len(active), sel, batch, active, None if now is None else now[active])
        for port, view in captured.items():
            child.views[port, 0] = view.inside(active)
        for (name, _), view in zip(names[: len(state)], state, strict=True):
            if name is not None:
                child.views[name, 0] = view.inside(active)
        emit.scope(child)
        results = [read(child, operand, None) for _, operand in child.frame.scope.outputs]
        state = [_renewed(old, new, active, batch.rows) for old, new in zip(state, results, strict=True)]
        if emit.style.rounds(step) and now is not None:
            after = copies.frame.ids_of_round_ends(sel)
            joins.round_ends(emit, child, after)
            now = now.copy()
            now[active] = after
    return state, now


def _renewed(old: View, new: View, active: Ids, rows: int) -> View:
    """Return the state after a round in which only some rows took part."""
    if len(active) == rows:
        return new
    ids = old.dense(rows).copy()
    ids[active] = new.dense(len(active))
    return View(ids, tuple(old.extent(axis) for axis in range(len(old.extents))))
