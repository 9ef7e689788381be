"""One view of the operands of several calls, which stand side by side as copies of one body; see Note [Siblings]."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from workdepth.graph.views import UNWRITTEN, View

Ids = NDArray[np.int64]


def interleaved(views: list[View], rows: int) -> View:
    """Return what copies see whose operands are these, those of the first row first."""
    several, first = len(views), views[0]
    if all(view is first or _same(view, first) for view in views):
        return first.inside(np.repeat(np.arange(rows, dtype=np.int64), several))
    shape = [max(view.ids.shape[axis] for view in views) for axis in range(1, first.ids.ndim)]
    ids = np.concatenate([_padded(view, shape) for view in views])
    begun = np.cumsum([0, *(len(view.ids) for view in views)])
    seen = np.stack([_rows(view, rows) + at for view, at in zip(views, begun, strict=False)], axis=1)
    return View(ids, tuple(_extents(views, axis) for axis in range(len(first.extents))), seen.ravel())


def _same(a: View, b: View) -> bool:
    return a.ids is b.ids and a.rows is b.rows and a.shared == b.shared and a.extents is b.extents


def _rows(view: View, rows: int) -> Ids:
    if view.shared:
        return np.zeros(rows, dtype=np.int64)
    return np.arange(rows, dtype=np.int64) if view.rows is None else view.rows


def _padded(view: View, shape: list[int]) -> Ids:
    if list(view.ids.shape[1:]) == shape:
        return view.ids
    ids = np.full((len(view.ids), *shape), UNWRITTEN, dtype=np.int64)
    ids[(slice(None), *(slice(0, n) for n in view.ids.shape[1:]))] = view.ids
    return ids


def _extents(views: list[View], axis: int) -> int | Ids:
    found = [view.extents[axis] for view in views]
    if all(isinstance(e, int) and e == found[0] for e in found):
        return int(found[0])
    return np.concatenate([np.broadcast_to(e, len(v.ids)) for e, v in zip(found, views, strict=True)])
