"""A map that writes into an array: distinct positions, checked, and the array renewed."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from workdepth.errors import GraphError
from workdepth.graph.frames import bound_note
from workdepth.graph.nodes import Map, Position
from workdepth.graph.scope import Step
from workdepth.graph.views import Batch, View, check_room

Ids = NDArray[np.int64]


def written(batch: Batch, child: Batch, step: Step, base: View, results: list[View]) -> View:
    """Return the base of a map with what the copies yield written at their positions.

    Raises
    ------
    GraphError
        When a position is out of bounds, or two copies write the same one.
    """
    assert isinstance(step.kind, Map)
    assert child.row is not None
    check_room(step.path, batch.rows, *base.ids.shape[1:])
    ids = np.array(base.dense(batch.rows))
    spots = []
    for position, view in zip(step.kind.at, results, strict=True):
        where = _where(child, step, base, position)
        ids[(child.row, *where)] = view.dense(child.rows)
        spots.append((position, where))
    _check_distinct(child, step, ids.shape, spots)
    return View(ids, tuple(base.extent(axis) for axis in range(len(base.extents))))


def _where(child: Batch, step: Step, base: View, position: Position) -> list[Any]:
    assert child.row is not None
    found = []
    for axis, expression in enumerate(position):
        at = np.broadcast_to(np.asarray(child.evaluate(expression, "the position")), (child.rows,))
        extent = base.extent(axis)
        limit = extent[child.row] if isinstance(extent, np.ndarray) else extent
        wrong = (at < 0) | (at >= limit)
        if wrong.any():
            row = int(np.argmax(wrong))
            most = int(np.broadcast_to(limit, (child.rows,))[row])
            raise GraphError(
                f"{step.path} writes out of bounds: position {expression} of dimension {axis}"
                f" is {int(at[row])}, the extent is {most}{bound_note(child.frame, child.frame_row(row))}",
                where=step.path,
                next_step="mend `at` or the range, or declare the size with a larger low",
            )
        found.append(at)
    return found


def _check_distinct(
    child: Batch, step: Step, shape: tuple[int, ...], spots: list[tuple[Position, list[Any]]]
) -> None:
    assert child.row is not None
    flat = []
    for _, where in spots:
        depth = 1 + len(where)
        first = np.ravel_multi_index((child.row, *where), shape[:depth]) if child.rows else child.row
        rest = int(np.prod(shape[depth:]))
        flat.append((first[:, None] * rest + np.arange(rest)[None, :]).ravel())
    every = np.concatenate(flat)
    seen = np.bincount(every, minlength=1)
    if seen.max(initial=0) <= 1:
        return
    twice = int(np.argmax(seen > 1))
    rows = [r for f in flat for r in (np.flatnonzero(f == twice) // max(len(f) // child.rows, 1)).tolist()]
    position = tuple(int(x) for x in np.unravel_index(twice, shape))[1:]
    one, other = (bound_note(child.frame, child.frame_row(r)) for r in rows[:2])
    raise GraphError(
        f"two copies of {step.path} write position {list(position)}:{one} and{other}",
        where=step.path,
        next_step="let `at` give each copy a position of its own",
    )
