"""Phases: the join nodes that composites start from and end with.

Note [Joins].  A composite starts when all that is captured anywhere inside it is complete, and its results
count as ready when it ends.  Its start join waits for the producers of its operands that stand in its own
body, for its order edges and for the join that the enclosing body starts from; nodes inside wait for it
unless they wait for another node inside, which has waited already.  The end join waits for what yields the
results.  A Repeat has a join after each round instead, and the last is its end.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from workdepth.graph import moves
from workdepth.graph.frames import decides
from workdepth.graph.move_ops import unit_op
from workdepth.graph.nodes import MOVES, PHASES, Apply, Constant, Enclosed, Fold, Input, Map, Node, Scan
from workdepth.graph.placing import end_ids
from workdepth.graph.scope import Operand, Step
from workdepth.graph.views import UNWRITTEN, Batch, read

if TYPE_CHECKING:
    from workdepth.graph.emit import Emitter

Ids = NDArray[np.int64]


def apply(emit: Emitter, batch: Batch, step: Step, ids: Ids) -> None:
    """Note what an operation waits for beyond its operands.

    One that reads an operation of the same body, or the end of a composite, has waited for the start already.
    Without joins a composite may yield names of what it captured, so that reading it has waited for nothing.
    """
    begun = False
    for node in dict.fromkeys(o.node for o in step.operands):
        kind = batch.frame.scope.steps[node].kind
        begun = begun or isinstance(kind, Apply)
        if isinstance(kind, PHASES) and emit.style.joined:
            emit.ledger.waits(ids, batch.ends.get(node))
            begun = True
    if not (_ordered(emit, batch, step, ids) or begun):
        emit.ledger.waits(ids, batch.begin)


def _ordered(emit: Emitter, batch: Batch, step: Step, ids: Ids) -> bool:
    """Note the order edges of a step; say whether there are any."""
    found = False
    for node in step.order:
        kind = batch.frame.scope.steps[node].kind
        if isinstance(kind, Apply):
            emit.ledger.waits(ids, batch.frame.ids(node, batch.sel))
            found = True
        elif isinstance(kind, PHASES):
            emit.ledger.waits(ids, batch.ends.get(node))
            found = True
    return found


def start(emit: Emitter, batch: Batch, step: Step, previous: Ids | None) -> Ids | None:
    """Add the start joins of a composite; return the joins that its copies wait for."""
    if not emit.style.starts(step):
        return batch.begin
    ids = batch.frame.ids(step.name, batch.sel)
    emit.ledger.waits(ids, batch.begin)
    emit.ledger.waits(ids, previous)
    _ordered(emit, batch, step, ids)
    if emit.style.joined:
        for operand in step.operands:
            _after_operand(emit, batch, operand, step, ids)
        if spawns(step):
            emit.ledger.spawns(ids, _points(batch, step))
    if decides(step):
        moves.read_all(emit, batch, step, ids)
    emit.ledger.wave(ids)
    return ids


def _points(batch: Batch, step: Step) -> Ids:
    """Return how many copies of its body a composite starts in each row."""
    rows, first = batch.frame_rows(), batch.frame.copies[step.name].first
    if isinstance(step.kind, Enclosed):
        return np.ones(len(rows), dtype=np.int64)  # whatever siblings it has
    return first[rows + 1] - first[rows]


def spawns(step: Step) -> bool:
    """Say whether a composite starts points that do work at once: a map, a tree, or a parallel scan."""
    kind = step.kind
    if isinstance(kind, Fold):
        return kind.order == "tree" and (kind.op.works or does_work(step))
    if isinstance(kind, Scan):
        return kind.method != "sequential" and (kind.op.works or does_work(step))
    return isinstance(kind, Map) and does_work(step)


def does_work(step: Step) -> bool:
    """Say whether the body of a composite has an operation that takes a step."""
    assert step.body is not None
    return any(map(_takes_a_step, step.body.kinds))


def _takes_a_step(kind: Node) -> bool:
    if isinstance(kind, MOVES):
        return unit_op(kind).works
    return isinstance(kind, Apply | Fold | Scan) and kind.op.works


def _after_operand(emit: Emitter, batch: Batch, operand: Operand, step: Step, ids: Ids) -> None:
    source = batch.frame.scope.steps[operand.node]
    if isinstance(source.kind, Apply):
        emit.ledger.waits(ids, batch.frame.ids(operand.node, batch.sel))
    elif isinstance(source.kind, PHASES):
        emit.ledger.waits(ids, batch.ends.get(operand.node))
    elif isinstance(source.kind, Input | Constant):
        _after_elements(emit, read(batch, operand, step).dense(batch.rows), ids)


def _after_elements(emit: Emitter, values: Ids, ids: Ids) -> None:
    """Let each join wait for the producer of every element of its row."""
    if not len(ids):
        return
    flat = values.reshape(len(ids), -1)
    emit.ledger.waits_for_values(np.repeat(ids, flat.shape[1]), flat.ravel())


def end(
    emit: Emitter,
    batch: Batch,
    step: Step,
    child: Batch | None,
    begin: Ids | None,
    part: slice = slice(None),
) -> None:
    """Add the end joins of a composite, after all that yields its results; its copies are all, or a part, of these."""
    batch.ends[step.name] = None
    if not emit.style.ends(step, batch.frame.scope):
        return
    ids = end_ids(batch.frame, step, emit.style, batch.sel)
    assert ids is not None
    emit.ledger.waits(ids, begin)
    if emit.style.joined and child is not None:
        assert child.row is not None
        for before in _results(child):
            emit.ledger.waits(ids[child.row[part]], before[part])
    else:
        for (node, _), view in list(batch.views.items()):
            if node == step.name:
                _after_elements(emit, view.dense(batch.rows), ids)
    emit.ledger.wave(ids)
    batch.ends[step.name] = ids


def end_fold(emit: Emitter, batch: Batch, step: Step, child: Batch, begin: Ids | None, found: Ids) -> None:
    """Add the end joins of a fold: after its last combine, or after its one leaf."""
    batch.ends[step.name] = None
    if not emit.style.ends(step, batch.frame.scope):
        return
    ids = end_ids(batch.frame, step, emit.style, batch.sel)
    assert ids is not None
    assert child.row is not None
    emit.ledger.waits(ids, begin)
    _after_elements(emit, found.T, ids)
    if emit.style.joined:
        alone = np.bincount(child.row, minlength=batch.rows)[child.row] == 1
        for before in _results(child):
            emit.ledger.waits(ids[child.row[alone]], before[alone])
    emit.ledger.wave(ids)
    batch.ends[step.name] = ids


def hold_leaf(
    emit: Emitter, batch: Batch, step: Step, child: Batch, begin: Ids | None, leaf: Ids, found: Ids
) -> None:
    """Hold the last leaf of an exclusive scan until all its prefixes are there."""
    assert child.row is not None
    ids = batch.frame.copies[step.name].held[batch.frame_rows()]
    some = np.bincount(child.row, minlength=batch.rows) > 0
    emit.ledger.reads(ids[some], 0, leaf)
    emit.ledger.waits(ids, begin)
    for before in _results(child):
        emit.ledger.waits(ids[child.row], before)
    _after_elements(emit, found, ids)
    emit.ledger.wave(ids)


def end_scan(emit: Emitter, batch: Batch, step: Step, child: Batch, begin: Ids | None, found: Ids) -> None:
    """Add the end joins of a scan: after all its leaves and combines."""
    batch.ends[step.name] = None
    if not emit.style.ends(step, batch.frame.scope):
        return
    ids = end_ids(batch.frame, step, emit.style, batch.sel)
    assert ids is not None
    assert child.row is not None
    emit.ledger.waits(ids, begin)
    if emit.style.holds(step):
        emit.ledger.waits(ids, batch.frame.copies[step.name].held[batch.frame_rows()])
    else:
        for before in _results(child):
            emit.ledger.waits(ids[child.row], before)
        _after_elements(emit, found, ids)
    emit.ledger.wave(ids)
    batch.ends[step.name] = ids


def round_ends(emit: Emitter, child: Batch, ids: Ids) -> None:
    """Add the joins after rounds: each waits for what began the round and for what yields its results."""
    emit.ledger.waits(ids, child.begin)
    for before in _results(child):
        emit.ledger.waits(ids, before)
    emit.ledger.wave(ids)


def leaf_waits(emit: Emitter, child: Batch) -> list[Ids]:
    """Return, for the leaves of a fold, the joins that a combine which reads them waits for."""
    found: list[Ids] = []
    for _, operand in child.frame.scope.outputs:
        kind = child.frame.scope.steps[operand.node].kind
        if isinstance(kind, PHASES) and emit.style.joined:
            end = child.ends.get(operand.node)
        elif isinstance(kind, Apply):
            end = None
        else:
            end = child.begin
        if end is not None:
            found.append(np.asarray(end, dtype=np.int64))
    return found


def _results(child: Batch) -> list[Ids]:
    """Return the nodes that a body's outputs come from: operations, or the ends of composites."""
    found: list[Ids] = []
    for node in dict.fromkeys(operand.node for _, operand in child.frame.scope.outputs):
        kind = child.frame.scope.steps[node].kind
        if isinstance(kind, Apply):
            found.append(child.frame.ids(node, child.sel))
        elif isinstance(kind, PHASES):
            end = child.ends.get(node)
            if end is not None:
                found.append(end)
    return found


__all__ = [
    "UNWRITTEN",
    "apply",
    "end",
    "end_fold",
    "end_scan",
    "hold_leaf",
    "leaf_waits",
    "round_ends",
    "start",
]
