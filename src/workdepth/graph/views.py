"""Arrays of value ids, as the copies of a body see them, and reads of their elements, bounds checked."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from workdepth.errors import GraphError, SizeError
from workdepth.graph.frames import Copies, Frame, bound_note, evaluate
from workdepth.graph.nodes import Enclosed, Port, Repeat
from workdepth.graph.scope import Operand, Step
from workdepth.symbolic import Expr

Ids = NDArray[np.int64]
MOST_ELEMENTS = 1 << 28  # of one array, over all copies: 2 GiB of ids
UNWRITTEN = -1  # an element of an Empty array, or padding where extents differ from row to row


@dataclass(frozen=True)
class View:
    """An array of value ids for each row of a batch.

    ``ids`` has a first axis for rows; ``rows`` says which of its rows each row of the batch sees (None: its
    own); ``shared`` that one row serves all.  ``extents`` are ints, or arrays along the first axis of
    ``ids``; where they vary, ``ids`` is padded.
    """

    ids: Ids
    extents: tuple[Any, ...]
    rows: Ids | None = None
    shared: bool = False

    def inside(self, row: Ids) -> View:
        """Return the view that copies of an inner body have; ``row`` is the outer row of each copy."""
        if self.shared:
            return self
        return View(self.ids, self.extents, row if self.rows is None else self.rows[row])

    def dense(self, rows: int) -> Ids:
        """Return ids with one row for each row of the batch; not to be written to."""
        if self.shared:
            return np.broadcast_to(self.ids, (rows, *self.ids.shape[1:]))
        return self.ids if self.rows is None else self.ids[self.rows]

    def extent(self, axis: int) -> Any:
        """Return an extent for each row of the batch, or one for all."""
        found = self.extents[axis]
        if not isinstance(found, np.ndarray):
            return found
        if self.shared:
            return int(found[0])
        return found if self.rows is None else found[self.rows]


@dataclass
class Batch:
    """Some copies of one body, all emitted together; ``sel`` are their rows in the frame (None: all)."""

    frame: Frame
    rows: int
    sel: Ids | None
    outer: Batch | None
    row: Ids | None  # the row in ``outer`` of each
    begin: Ids | None  # the join that its nodes wait for
    views: dict[tuple[str, int], View] = field(default_factory=dict)
    ends: dict[str, Ids | None] = field(default_factory=dict)
    names: dict[str, Any] = field(default_factory=dict)

    def value(self, name: str) -> Any:
        """Return a size or an index, for all rows."""
        if name not in self.names:
            found = self.frame.value(name)
            self.names[name] = (
                found[self.sel] if self.sel is not None and isinstance(found, np.ndarray) else found
            )
        return self.names[name]

    def evaluate(self, expression: Expr, what: str) -> Any:
        """Evaluate an expression for all rows."""
        return evaluate(expression, self.value, what)

    def frame_rows(self) -> Ids:
        """Return the rows of the frame, also where all are taken."""
        return np.arange(self.rows, dtype=np.int64) if self.sel is None else self.sel

    def frame_row(self, row: int) -> int:
        """Return the row of the frame that a row of the batch is."""
        return row if self.sel is None else int(self.sel[row])


def check_room(where: str, rows: int, *extents: int, rounds: int = 1) -> None:
    """Refuse arrays that would not fit, or take hours to copy, though few of their elements are made.

    Raises
    ------
    SizeError
        When they would.
    """
    elements = rows
    for extent in extents:
        elements *= extent
    if elements > MOST_ELEMENTS or elements * rounds > MOST_ELEMENTS << 8:
        times = f" in each of {rounds} rounds" if rounds > 1 else ""
        raise SizeError(
            f"arrays of {elements} elements{times}: would need {elements * 8 / 2**30:.4g} GiB",
            where=where,
            next_step="unroll it at smaller sizes; the formulas need no unrolling",
        )


def read(batch: Batch, operand: Operand, reader: Step | None) -> View:
    """Return what an operand names: an element, a row or a whole array, for every row of the batch.

    Raises
    ------
    GraphError
        When an index is out of bounds.
    """
    view = batch.views[operand.node, operand.out]
    if not operand.index:
        return view
    flat: Any = 0
    for axis, expression in enumerate(operand.index):
        position = batch.evaluate(expression, "the index")
        _check_bounds(batch, view, axis, position, operand, reader)
        flat = flat * view.ids.shape[1 + axis] + position
    depth = len(operand.index)
    rest = view.ids.shape[1 + depth :]
    extents = tuple(view.extent(axis) for axis in range(depth, len(view.extents)))
    if view.shared:
        table = view.ids.reshape(-1, *rest)
        if not isinstance(flat, np.ndarray):
            return View(table[flat : flat + 1], extents, shared=True)
        check_room(batch.frame.scope.path, batch.rows, *rest)
        return View(table.take(flat, axis=0), extents)
    check_room(batch.frame.scope.path, batch.rows, *rest)
    size = int(np.prod(view.ids.shape[1 : 1 + depth]))
    rows = np.arange(batch.rows, dtype=np.int64) if view.rows is None else view.rows
    return View(view.ids.reshape(-1, *rest).take(rows * size + flat, axis=0), extents)


def scalars(batch: Batch, operand: Operand, reader: Step) -> Ids:
    """Return the value ids that a scalar operand reads, one for each row.

    Raises
    ------
    GraphError
        When the operand is an array, or an index is out of bounds.
    """
    ids = read(batch, operand, reader).dense(batch.rows)
    if ids.ndim != 1:
        raise GraphError(
            f"{operand.node} is an array of {ids.ndim - 1} dimensions where one word is read",
            where=reader.path,
            next_step="give an index for each dimension",
        )
    return ids


def owner_of(frame: Frame) -> str:
    """Return the node that owns a body, in the scope around it."""
    assert frame.parent is not None
    return next(name for name, copies in frame.parent.copies.items() if copies.frame is frame)


def element_text(frame: Frame, operand: Operand) -> str:
    """Return a read as a person would write it: by the array outside that a port stands for."""
    node, index = operand.node, [str(e) for e in operand.index]
    step = frame.scope.steps[node]
    while isinstance(step.kind, Port) and frame.parent is not None:
        owner = frame.parent.scope.steps[owner_of(frame)]
        if isinstance(owner.kind, Repeat) and step.kind.number < owner.kind.carried:
            node = f"(state {step.kind.number} of {owner.name})"
            break
        if isinstance(owner.kind, Enclosed) and frame.rows > frame.parent.rows:
            node = f"(operand {step.kind.number} of a call)"  # one of several, whose operands differ
            break
        outside = owner.operands[step.kind.number]
        node, index = outside.node, [*map(str, outside.index), *index]
        frame = frame.parent
        step = frame.scope.steps[node]
    return f"{node}[{', '.join(index)}]" if index else node


def _check_bounds(
    batch: Batch, view: View, axis: int, position: Any, operand: Operand, reader: Step | None
) -> None:
    if not batch.rows:
        return
    extent = view.extent(axis)
    plain = isinstance(position, np.ndarray) and not isinstance(extent, np.ndarray)
    if plain and int(position.min()) >= 0 and int(position.max()) < extent:
        return
    wrong = np.broadcast_to((position < 0) | (position >= extent), (batch.rows,))
    if not wrong.any():
        return
    row = int(np.argmax(wrong))
    at, limit = (int(np.broadcast_to(x, (batch.rows,))[row]) for x in (position, extent))
    raise GraphError(
        f"{element_text(batch.frame, operand)} is out of bounds: index {operand.index[axis]}"
        f" of dimension {axis} is {at}, the extent is {limit}{bound_note(batch.frame, batch.frame_row(row))}",
        where=reader.path if reader else "/".join(filter(None, (batch.frame.scope.path, "output"))),
        next_step="mend the index expression or the range, or declare the size with a larger low",
    )


def ports(step: Step) -> list[tuple[str | None, Operand]]:
    """Return the operands of a composite with the port of the body that names each."""
    assert step.body is not None
    names = {s.kind.number: s.name for s in step.body.steps.values() if isinstance(s.kind, Port)}
    return [(names.get(k), operand) for k, operand in enumerate(step.operands)]


def copies_of(copies: Copies, batch: Batch) -> tuple[Ids | None, Ids]:
    """Return the rows of the body's frame that are in the batch (None: all), and the batch's row of each."""
    if batch.sel is None:
        return None, copies.frame.row
    begun, ended = copies.first[batch.sel], copies.first[batch.sel + 1]
    lengths = ended - begun
    row = np.repeat(np.arange(batch.rows, dtype=np.int64), lengths)
    within = np.arange(len(row), dtype=np.int64) - (np.cumsum(lengths) - lengths)[row]
    return begun[row] + within, row
