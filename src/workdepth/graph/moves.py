"""Gathers and scatters in the unit graph: the worst case, whatever the data.

Note [Moves].  A gather is a start, one step a word, and an end.  The start and the end are joins that read
the whole array, in every setting of ``phases``: no step is done before all of the array is there, and all of
it is held until the last.  Step i reads index i and, as the word that it copies, the first word of the array:
so in the worst case all read one word.  What it really copies is found when the graph runs.

A scatter's start reads its base and yields, as one value, the room of the renewed array, which its end reads:
so the array takes its words from the start on, the base's own where nobody else needs the base.  Step i reads
index i and value i; with serial conflicts it waits for the step before at the same word of a position.  What
it yields is written into that room: nobody reads it, and it takes no word beyond the step that makes it.
After the end a join for each element, a *cell*, yields the renewed array; whatever reads it waits for all.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from workdepth.errors import GraphError
from workdepth.graph.frames import Budget, Frame, Moving, bound_note, evaluate
from workdepth.graph.move_ops import unit_op
from workdepth.graph.nodes import Gather, Scatter, Shape
from workdepth.graph.scope import Step
from workdepth.graph.unit import runs
from workdepth.graph.views import UNWRITTEN, Batch, View, check_room, read, scalars

if TYPE_CHECKING:
    from workdepth.graph.emit import Emitter

Ids = NDArray[np.int64]


def measure(frame: Frame, step: Step, budget: Budget) -> Ids:
    """Count the nodes of a gather or scatter, for each copy of the body around it."""
    array, index = (_shape(frame, step, position) for position in (0, 1))
    held = _product(frame, array, budget)
    stride = _product(frame, array[1:], budget)
    steps = _product(frame, index + array[1:], budget)
    budget.check(int(held.sum(dtype=np.float64)) // 4 + int(steps.sum(dtype=np.float64)), "at least ")
    frame.moving[step.name] = Moving(held, stride, steps)
    _check_possible(frame, step, array[0], steps // np.maximum(stride, 1))
    return steps + 2 + (held if isinstance(step.kind, Scatter) else 0)


def words_read(frame: Frame, step: Step, budget: Budget) -> Ids:
    """Return how many words all operands of a step have together, for each copy of the body around it."""
    shapes = [_shape(frame, step, position) for position in range(len(step.operands))]
    return sum((_product(frame, shape, budget) for shape in shapes), np.zeros(frame.rows, dtype=np.int64))


def read_all(emit: Emitter, batch: Batch, step: Step, ids: Ids) -> None:
    """Let joins read all operands of a step; for an element that is not written, the first operand again."""
    first = scalars(batch, step.operands[0], step)
    before = np.zeros(len(ids), dtype=np.int64)
    for position, operand in enumerate(step.operands):
        each = _product_of_view(batch, step, position)
        values = _flat(read(batch, operand, step), batch.rows)
        values = np.where(values == UNWRITTEN, np.repeat(first, each), values)
        emit.ledger.holds(ids, values, each, before)
        before = before + each


def _product_of_view(batch: Batch, step: Step, position: int) -> Ids:
    """Return how many words one operand has, for each row of the batch."""
    found = _product(batch.frame, _shape(batch.frame, step, position), Budget(step.path))
    return found[batch.frame_rows()]


def _shape(frame: Frame, step: Step, position: int) -> Shape:
    operand = step.operands[position]
    return frame.scope.steps[operand.node].shapes[operand.out][len(operand.index) :]


def _product(frame: Frame, shape: Shape, budget: Budget) -> Ids:
    """Multiply extents for each row; in Python's integers as long as they are the same for all."""
    same, found = 1, np.ones(frame.rows, dtype=np.int64)
    for extent in shape:
        one = evaluate(extent, frame.value, "the extent")
        if isinstance(one, np.ndarray):
            found = found * one
        else:
            same *= one
            budget.check(same, "at least ")
    return found * same


def _check_possible(frame: Frame, step: Step, extent: Any, positions: Ids) -> None:
    """Refuse what no data could do: more distinct positions than there are, or any in an empty array."""
    kind = step.kind
    room = np.broadcast_to(evaluate(extent, frame.value, "the extent"), (frame.rows,))
    distinct = isinstance(kind, Scatter) and kind.conflicts == "distinct"
    wrong = positions > room if distinct else (positions > 0) & (room == 0)
    if not wrong.any():
        return
    row = int(np.argmax(wrong))
    does = "gathers from" if isinstance(kind, Gather) else "scatters into"
    what = f"{step.path} {does} an empty array"
    if room[row]:
        what = f"{step.path} scatters to {positions[row]} distinct positions of {room[row]}"
    raise GraphError(
        f"{what}{bound_note(frame, row)}",
        where=step.path,
        next_step='declare the size with a larger low, or conflicts="serial" with an op',
    )


def move(emit: Emitter, batch: Batch, step: Step, begin: Ids) -> None:
    """Emit a gather or a scatter; ``begin`` are the joins that they start from."""
    assert isinstance(step.kind, Gather | Scatter)
    rows = batch.frame_rows()
    moving = batch.frame.moving[step.name]
    steps, stride, held = moving.steps[rows], moving.stride[rows], moving.held[rows]
    ids, end = runs(begin + 1, steps), begin + 1 + steps
    array = _flat(read(batch, step.operands[0], step), batch.rows)
    if isinstance(step.kind, Scatter):
        # What nobody has written may be in the base; settling puts this in its place.
        emit.ledger.sources.nothing(emit.labels.origins[step.path])
        emit.ledger.reads(end, 0, begin * emit.ledger.width)
    else:
        emit.ledger.holds(end, array, held)
    emit.ledger.holds(begin, array, held)
    index = _flat(read(batch, step.operands[1], step), batch.rows)
    word = runs(np.zeros(len(steps), dtype=np.int64), steps)  # which word of its row each step is
    each = np.repeat(np.maximum(stride, 1), steps)
    count = steps // np.maximum(stride, 1)
    emit.ledger.reads(ids, 0, index[np.repeat(np.cumsum(count) - count, steps) + word // each])
    if isinstance(step.kind, Gather):
        emit.ledger.reads(ids, 1, array[np.repeat(np.cumsum(held) - held, steps) + word % each])
    else:
        emit.ledger.reads(ids, 1, _flat(read(batch, step.operands[2], step), batch.rows))
    emit.ledger.waits(ids, np.repeat(begin, steps))
    _note_steps(emit, step, begin, ids, steps, word, each)
    emit.ledger.waits(end, begin)
    emit.ledger.waits(np.repeat(end, steps), ids)
    emit.ledger.wave(end)
    batch.ends[step.name] = end
    if isinstance(step.kind, Gather):
        batch.views[step.name, 0] = _shaped(batch, step, ids * emit.ledger.width)
        emit.ledger.moved(step.kind, begin, begin + 1, steps, stride, np.full(len(rows), -1))
        return
    cells = runs(end + 1, held)
    emit.ledger.waits(cells, np.repeat(end, held))
    emit.ledger.wave(cells)
    batch.views[step.name, 0] = _shaped(batch, step, cells * emit.ledger.width)
    emit.ledger.moved(step.kind, begin, begin + 1, steps, stride, end + 1)


def _note_steps(emit: Emitter, step: Step, begin: Ids, ids: Ids, steps: Ids, word: Ids, each: Ids) -> None:
    """Note the steps as one wave, or one after the other where conflicts are serial."""
    if isinstance(step.kind, Scatter) and step.kind.conflicts == "serial":
        later = np.flatnonzero(word >= each)
        emit.ledger.waits(ids[later], ids[later] - each[later])
        emit.ledger.waves_by_rank([ids], [word // each])
        return
    emit.ledger.wave(ids)
    if emit.style.joined and unit_op(step.kind).works:
        emit.ledger.spawns(begin, steps)


def _valid(view: View, rows: int) -> NDArray[np.bool_] | None:
    """Return which entries of a padded array are elements; None where all are."""
    extents = [view.extent(axis) for axis in range(len(view.extents))]
    if not any(isinstance(e, np.ndarray) for e in extents):
        return None
    shape = (rows, *view.ids.shape[1:])
    found = np.ones(shape, dtype=bool)
    for axis, extent in enumerate(extents):
        place = np.arange(shape[1 + axis]).reshape((-1,) + (1,) * (len(shape) - 2 - axis))
        limit = (
            np.reshape(extent, (-1,) + (1,) * (len(shape) - 1)) if isinstance(extent, np.ndarray) else extent
        )
        found &= place < limit
    return found


def _flat(view: View, rows: int) -> Ids:
    """Return the elements of all rows, one row after the other."""
    ids, valid = view.dense(rows), _valid(view, rows)
    return ids.ravel() if valid is None else ids[valid]


def _shaped(batch: Batch, step: Step, ids: Ids) -> View:
    """Return values as the array that a node yields, one for each row of the batch."""
    extents = tuple(batch.evaluate(e, "the extent") for e in step.shapes[0])
    most = [int(np.max(e, initial=0)) for e in extents]
    check_room(step.path, batch.rows, *most)
    view = View(np.full((batch.rows, *most), UNWRITTEN, dtype=np.int64), extents)
    valid = _valid(view, batch.rows)
    view.ids[... if valid is None else valid] = ids if valid is not None else ids.reshape(view.ids.shape)
    return view
