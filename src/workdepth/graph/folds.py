"""Folds: the leaves of all copies at once, then the combines, folds of one length together."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from workdepth.graph import joins
from workdepth.graph.nodes import Fold
from workdepth.graph.scope import Step
from workdepth.graph.trees import tree
from workdepth.graph.views import UNWRITTEN, Batch, View, scalars

if TYPE_CHECKING:
    from workdepth.graph.emit import Emitter

Ids = NDArray[np.int64]


def fold(emit: Emitter, batch: Batch, step: Step, child: Batch, begin: Ids | None) -> None:
    """Emit a Fold; ``child`` are its leaves."""
    assert isinstance(step.kind, Fold)
    assert child.row is not None
    emit.scope(child)
    leaves = [scalars(child, operand, step) for _, operand in child.frame.scope.outputs]
    waits = joins.leaf_waits(emit, child)
    first = np.searchsorted(child.row, np.arange(batch.rows + 1, dtype=np.int64))
    lengths = np.diff(first)
    roots = np.empty((len(leaves), batch.rows), dtype=np.int64)
    made: list[Ids] = []
    level: list[Ids] = []
    for length in np.unique(lengths).tolist():
        rows = np.flatnonzero(lengths == length)
        leaf = first[rows][:, None] + np.arange(length)[None, :]
        ids = _combines(batch, step, rows, length)
        roots[:, rows] = _combine(emit, step, ids, [values[leaf] for values in leaves])
        for wait in waits:
            _wait(emit, step, ids, wait[leaf])
        made.append(ids.ravel())
        level.append(np.broadcast_to(tree(length, step.kind.order).level, ids.shape).ravel())
    emit.ledger.waves_by_rank(made, level)
    for out, found in enumerate(roots):
        batch.views[step.name, out] = View(found, ())
    joins.end_fold(emit, batch, step, child, begin, roots)


def _combines(batch: Batch, step: Step, rows: Ids, length: int) -> Ids:
    """Return the ids of the combines of some folds of one length: a row each, in program order."""
    copies = batch.frame.copies[step.name]
    begun = copies.first_combine[batch.frame_rows()[rows]]
    ids: Ids = copies.combines[begun[:, None] + np.arange(length - 1)[None, :]]
    return ids


def _combine(emit: Emitter, step: Step, ids: Ids, leaves: list[Ids]) -> Ids:
    """Write down what the combines read; return the values of the roots, by result."""
    assert isinstance(step.kind, Fold)
    shape, width, op = tree(leaves[0].shape[1], step.kind.order), emit.ledger.width, step.kind.op
    roots = []
    for out, values in enumerate(leaves):
        slots = np.concatenate([values, ids * width + out], axis=1)
        emit.ledger.reads(ids, out, slots[:, shape.left])
        emit.ledger.reads(ids, op.results + out, slots[:, shape.right])
        roots.append(slots[:, -1])
    return np.stack(roots)


def _wait(emit: Emitter, step: Step, ids: Ids, joins_of_leaves: Ids) -> None:
    """Let a combine that reads leaves wait for their joins."""
    assert isinstance(step.kind, Fold)
    shape = tree(joins_of_leaves.shape[1], step.kind.order)
    none = np.full(ids.shape, UNWRITTEN, dtype=np.int64)
    slots = np.concatenate([joins_of_leaves, none], axis=1)
    for side in (shape.left, shape.right):
        emit.ledger.waits(ids.ravel(), slots[:, side].ravel())
