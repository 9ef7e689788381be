"""The third pass of unrolling: write down what every copy of every node reads and waits for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from workdepth.errors import GraphError
from workdepth.graph import folds, joins, moves, rounds, scans
from workdepth.graph.frames import Style
from workdepth.graph.interleaving import interleaved
from workdepth.graph.ledger import CONSTANT, INPUT, Ledger
from workdepth.graph.nodes import (
    Apply,
    Constant,
    Empty,
    Enclosed,
    Fold,
    Gather,
    Index,
    Input,
    Literal,
    Map,
    Port,
    Repeat,
    Scan,
    Scatter,
)
from workdepth.graph.placing import Labels
from workdepth.graph.scatter import written
from workdepth.graph.scope import Step
from workdepth.graph.views import UNWRITTEN, Batch, View, check_room, copies_of, ports, read, scalars

Ids = NDArray[np.int64]


@dataclass(frozen=True)
class Emitter:
    """Where the edges go, and how phases wait."""

    ledger: Ledger
    labels: Labels
    style: Style

    def scope(self, batch: Batch) -> None:
        """Emit every node of a body, for all copies in the batch."""
        previous: Ids | None = None
        arranged = self.style.arranged(batch.frame.scope)
        for step in arranged.order:
            match step.kind:
                case Port():
                    pass  # bound by the node that owns the body
                case Apply():
                    self._apply(batch, step)
                case Enclosed() if step.name in arranged.siblings:
                    if step.name == arranged.siblings[step.name][0]:
                        self._siblings(batch, arranged.siblings[step.name])
                case Map() | Fold() | Scan() | Repeat():
                    begin = joins.start(self, batch, step, previous)
                    self._composite(batch, step, begin)
                    previous = batch.ends[step.name] if self.style.phases == "sequence" else None
                case Gather() | Scatter():
                    begin = joins.start(self, batch, step, previous)
                    assert begin is not None
                    moves.move(self, batch, step, begin)
                    previous = batch.ends[step.name] if self.style.phases == "sequence" else None
                case _:
                    batch.views[step.name, 0] = self._source(batch, step)

    def _source(self, batch: Batch, step: Step) -> View:
        origin = self.labels.origins[step.path]
        sources = self.ledger.sources
        match step.kind:
            case Input() | Constant():
                shape = tuple(batch.evaluate(e, "the extent") for e in step.kind.shape)
                kind = INPUT if isinstance(step.kind, Input) else CONSTANT
                return View(sources.array(step.kind.name, shape, kind, origin)[None], shape, shared=True)
            case Literal():
                one = sources.literal(step.kind.value, origin)
                return View(np.array([one], dtype=np.int64), (), shared=True)
            case Index():
                return self._index(batch, step.kind, origin)
            case Empty():
                extents = tuple(batch.evaluate(e, "the extent") for e in step.kind.shape)
                return _unwritten(batch, step, extents)
            case _:
                raise GraphError(
                    f"a node of unknown kind {type(step.kind).__name__}",
                    where=step.path,
                    next_step="use the kinds of workdepth.graph.nodes",
                )

    def _index(self, batch: Batch, kind: Index, origin: int) -> View:
        found = batch.evaluate(kind.expression, "the index used as data")
        numbers, which = np.unique(np.atleast_1d(found), return_inverse=True)
        ids = np.array([self.ledger.sources.literal(int(v), origin) for v in numbers], dtype=np.int64)
        if isinstance(found, np.ndarray):
            return View(ids[which], ())
        return View(ids, (), shared=True)

    def _apply(self, batch: Batch, step: Step) -> None:
        assert isinstance(step.kind, Apply)
        ids = batch.frame.ids(step.name, batch.sel)
        for position, operand in enumerate(step.operands):
            self.ledger.reads(ids, position, scalars(batch, operand, step))
        joins.apply(self, batch, step, ids)
        self.ledger.wave(ids)
        for out in range(step.kind.op.results):
            batch.views[step.name, out] = View(ids * self.ledger.width + out, ())

    def _composite(self, batch: Batch, step: Step, begin: Ids | None) -> None:
        match step.kind:
            case Map():
                self._map(batch, step, begin)
            case Fold():
                folds.fold(self, batch, step, self._inner(batch, step, begin), begin)
            case Scan():
                scans.scan(self, batch, step, self._inner(batch, step, begin), begin)
            case Repeat():
                rounds.repeat(self, batch, step, begin)

    def _inner(self, batch: Batch, step: Step, begin: Ids | None) -> Batch:
        """Make the batch of all copies of a body."""
        copies = batch.frame.copies[step.name]
        sel, row = copies_of(copies, batch)
        child = Batch(copies.frame, len(row), sel, batch, row, None if begin is None else begin[row])
        for port, operand in ports(step):
            if port is not None:
                child.views[port, 0] = read(batch, operand, step).inside(row)
        return child

    def _siblings(self, batch: Batch, names: tuple[str, ...]) -> None:
        """Emit several calls as the copies of one body that they are; see Note [Siblings]."""
        steps = [batch.frame.scope.steps[name] for name in names]
        begins = [joins.start(self, batch, step, None) for step in steps]
        waits = [begin for begin in begins if begin is not None]
        copies = batch.frame.copies[names[0]]
        sel, row = copies_of(copies, batch)
        begin = np.stack(waits, axis=1).ravel() if waits else None
        child = Batch(copies.frame, len(row), sel, batch, row, begin)
        for k, (port, _) in enumerate(ports(steps[0])):
            if port is not None:
                views = [read(batch, step.operands[k], step) for step in steps]
                child.views[port, 0] = interleaved(views, batch.rows)
        self.scope(child)
        results = [read(child, operand, None) for _, operand in child.frame.scope.outputs]
        for at, step in enumerate(steps):
            rows = np.arange(at, child.rows, len(steps), dtype=np.int64)
            for out, view in enumerate(results):
                batch.views[step.name, out] = view.inside(rows)
            joins.end(self, batch, step, child, begins[at], slice(at, None, len(steps)))

    def _map(self, batch: Batch, step: Step, begin: Ids | None) -> None:
        assert isinstance(step.kind, Map)
        child = self._inner(batch, step, begin)
        self.scope(child)
        results = [read(child, operand, None) for _, operand in child.frame.scope.outputs]
        if step.kind.into is None:
            for out, view in enumerate(results):
                batch.views[step.name, out] = _new_array(batch, child, step.kind, view)
        else:
            base = read(batch, step.operands[step.kind.into], step)
            batch.views[step.name, 0] = written(batch, child, step, base, results)
        joins.end(self, batch, step, child, begin)


def _unwritten(batch: Batch, step: Step, extents: tuple[Any, ...]) -> View:
    if any(np.min(e, initial=0) < 0 for e in extents):
        raise GraphError(
            f"an empty array has the extents {', '.join(map(str, extents))}",
            where=step.path,
            next_step="declare the size with a larger low, or mend the shape",
        )
    check_room(step.path, batch.rows, *(int(np.max(e, initial=0)) for e in extents))
    if not any(isinstance(e, np.ndarray) for e in extents):
        return View(np.full((1, *extents), UNWRITTEN, dtype=np.int64), extents, shared=True)
    most = [int(np.max(e, initial=0)) for e in extents]
    return View(np.full((batch.rows, *most), UNWRITTEN, dtype=np.int64), extents)


def _new_array(batch: Batch, child: Batch, kind: Map, view: View) -> View:
    """Stack what the copies yield into one array a row."""
    assert child.row is not None
    lows = [batch.evaluate(r.low, "the lower bound") for r in kind.over]
    extents = [
        batch.evaluate(r.high, "the upper bound") - low for r, low in zip(kind.over, lows, strict=True)
    ]
    rest = view.ids.shape[1:]
    # What a copy yields has extents that no own index decides: those of a row's first copy serve for all.
    first = np.searchsorted(child.row, np.arange(batch.rows, dtype=np.int64))
    inner = [_of_first(view.extent(axis), first) for axis in range(len(rest))]
    ids = view.dense(child.rows)
    if not any(isinstance(e, np.ndarray) for e in extents):
        return View(np.ascontiguousarray(ids).reshape(batch.rows, *extents, *rest), (*extents, *inner))
    most = [int(np.max(e, initial=0)) for e in extents]
    check_room(batch.frame.scope.path, batch.rows, *most, *rest)
    filled = np.full((batch.rows, *most, *rest), UNWRITTEN, dtype=np.int64)
    at = [child.value(r.index) - _per_copy(low, child.row) for r, low in zip(kind.over, lows, strict=True)]
    filled[(child.row, *at)] = ids
    return View(filled, (*extents, *inner))


def _per_copy(x: Any, row: Ids) -> Any:
    return x[row] if isinstance(x, np.ndarray) else x


def _of_first(extent: Any, first: Ids) -> Any:
    if not isinstance(extent, np.ndarray):
        return extent
    if not len(extent):
        return 0
    return extent[np.minimum(first, len(extent) - 1)]
