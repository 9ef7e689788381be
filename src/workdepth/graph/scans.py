"""Scans: the leaves of all copies at once, then the combines, scans of one length together."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from workdepth.graph import joins
from workdepth.graph.nodes import Scan
from workdepth.graph.prefix import Network, network
from workdepth.graph.scope import Step
from workdepth.graph.views import UNWRITTEN, Batch, View, check_room, scalars

if TYPE_CHECKING:
    from workdepth.graph.emit import Emitter

Ids = NDArray[np.int64]


def scan(emit: Emitter, batch: Batch, step: Step, child: Batch, begin: Ids | None) -> None:
    """Emit a Scan; ``child`` are its leaves."""
    assert isinstance(step.kind, Scan)
    assert child.row is not None
    emit.scope(child)
    leaves = np.stack([scalars(child, operand, step) for _, operand in child.frame.scope.outputs])
    waits = joins.leaf_waits(emit, child)
    first = np.searchsorted(child.row, np.arange(batch.rows + 1, dtype=np.int64))
    lengths = np.diff(first)
    most = int(lengths.max(initial=0))
    check_room(step.path, batch.rows, most, len(leaves))
    found = np.full((len(leaves), batch.rows, most), UNWRITTEN, dtype=np.int64)
    made: list[Ids] = []
    level: list[Ids] = []
    for length in np.unique(lengths[lengths > 0]).tolist():
        rows = np.flatnonzero(lengths == length)
        leaf = first[rows][:, None] + np.arange(length)[None, :]
        shape = network(step.kind.method, length, step.kind.inclusive)
        ids = _combines(batch, step, rows, shape.size)
        found[:, rows, :length] = _combine(emit, step, shape, ids, leaves[:, leaf])
        for wait in waits:
            _wait(emit, shape, ids, wait[leaf])
        made.append(ids.ravel())
        level.append(np.broadcast_to(shape.level, ids.shape).ravel())
    emit.ledger.waves_by_rank(made, level)
    extent = int(lengths[0]) if len(lengths) and (lengths == lengths[0]).all() else lengths
    for out, ids in enumerate(found):
        batch.views[step.name, out] = View(ids, (extent,))
    every = np.moveaxis(found, 0, 1)
    if not step.kind.inclusive:
        last = first[1:][lengths > 0] - 1
        joins.hold_leaf(emit, batch, step, child, begin, leaves[0, last], every)
    joins.end_scan(emit, batch, step, child, begin, every)


def _combines(batch: Batch, step: Step, rows: Ids, size: int) -> Ids:
    """Return the ids of the combines of some scans of one length: a row each, in program order."""
    copies = batch.frame.copies[step.name]
    begun = copies.first_combine[batch.frame_rows()[rows]]
    ids: Ids = copies.combines[begun[:, None] + np.arange(size)[None, :]]
    return ids


def _combine(emit: Emitter, step: Step, shape: Network, ids: Ids, leaves: Ids) -> Ids:
    """Write down what the combines read; return the values of the prefixes, by result and scan."""
    assert isinstance(step.kind, Scan)
    width, op = emit.ledger.width, step.kind.op
    found = []
    for out, values in enumerate(leaves):
        slots = np.concatenate([values, ids * width + out], axis=1)
        emit.ledger.reads(ids, out, slots[:, shape.left_slot])
        emit.ledger.reads(ids, op.results + out, slots[:, shape.right_slot])
        if not step.kind.inclusive:
            # The neutral element comes last, where the slot NEUTRAL, -1, finds it.
            assert op.neutral is not None
            neutral = emit.ledger.sources.literal(op.neutral, emit.labels.origins[step.path])
            slots = np.concatenate([slots, np.full((len(ids), 1), neutral, dtype=np.int64)], axis=1)
        found.append(slots[:, shape.results])
    return np.stack(found)


def _wait(emit: Emitter, shape: Network, ids: Ids, joins_of_leaves: Ids) -> None:
    """Let a combine that reads leaves wait for their joins."""
    none = np.full(ids.shape, UNWRITTEN, dtype=np.int64)
    slots = np.concatenate([joins_of_leaves, none], axis=1)
    for side in (shape.left_slot, shape.right_slot):
        emit.ledger.waits(ids.ravel(), slots[:, side].ravel())
