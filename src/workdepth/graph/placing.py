"""The second pass of unrolling: give every copy its first id, and every id its op; see Note [Two passes]."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from workdepth.graph.frames import Copies, Frame, Style, decides, prefix
from workdepth.graph.nodes import MOVES, Apply, Fold, Scan, Scatter
from workdepth.graph.prefix import network
from workdepth.graph.scope import Step
from workdepth.graph.trees import combines_before, tree
from workdepth.graph.unit import runs

Ids = NDArray[np.int64]


@dataclass(frozen=True)
class Labels:
    """What ``place`` writes for each id: op codes (-1 is a join) and origins."""

    op_code: NDArray[np.int32]
    origin: NDArray[np.int32]
    codes: dict[str, int]  # path of a step -> code of its op
    origins: dict[str, int]  # path of a step -> number of the path
    held: list[tuple[Ids, Ids]] = field(default_factory=list)  # joins that read, and how many values


def place(frame: Frame, style: Style, labels: Labels) -> None:
    """Give every copy below a frame its first id, and every id its op and its origin."""
    for step in frame.scope.steps.values():
        if isinstance(step.kind, Apply):
            ids = frame.ids(step.name)
            labels.op_code[ids] = labels.codes[step.path]
            labels.origin[ids] = labels.origins[step.path]
        elif step.body is not None:
            _place_composite(frame, step, style, labels)
        elif isinstance(step.kind, MOVES):
            _place_move(frame, step, labels)


def _place_move(frame: Frame, step: Step, labels: Labels) -> None:
    """Place a gather or scatter: its start, its steps, its end, and the cells of the renewed array."""
    moving, start, own = frame.moving[step.name], frame.ids(step.name), labels.origins[step.path]
    end = start + 1 + moving.steps
    labels.op_code[runs(start + 1, moving.steps)] = labels.codes[step.path]
    labels.origin[runs(start, moving.steps + 2)] = own
    if isinstance(step.kind, Scatter):
        labels.origin[runs(end + 1, moving.held)] = own
    kept = np.ones_like(end) if isinstance(step.kind, Scatter) else moving.held
    labels.held.extend([(start, moving.held), (end, kept)])


def _place_composite(frame: Frame, step: Step, style: Style, labels: Labels) -> None:
    copies = frame.copies[step.name]
    child, kind = copies.frame, step.kind
    block = frame.ids(step.name)
    own = labels.origins[step.path]
    if style.starts(step):
        labels.origin[block] = own
    if decides(step):
        labels.held.append((block, frame.deciding[step.name]))
    if style.ends(step, frame.scope):
        labels.origin[end_ids(frame, step, style)] = own
    siblings = style.arranged(frame.scope).siblings.get(step.name)
    if siblings is not None:
        _place_sibling(child, siblings.index(step.name), len(siblings), block + style.starts(step))
        if step.name == siblings[-1]:
            place(child, style, labels)
        return
    each = child.count + style.rounds(step)
    before = prefix(np.broadcast_to(np.asarray(each, dtype=np.int64), (child.rows,)))
    inside = block + style.starts(step) - before[copies.first[:-1]]
    child.start = inside[child.row] + before[:-1]
    if isinstance(kind, Fold):
        leaf = np.arange(child.rows, dtype=np.int64) - copies.first[child.row]
        child.start = child.start + combines_before(leaf, kind.order)
        _place_combines(copies, inside, before, kind.order)
        labels.op_code[copies.combines] = labels.codes[step.path]
        labels.origin[copies.combines] = own
    elif isinstance(kind, Scan):
        _place_prefixes(copies, inside + before[copies.first[1:]], kind, labels, own, labels.codes[step.path])
    elif style.rounds(step):
        labels.origin[child.start + child.count] = own
    place(child, style, labels)


def _place_sibling(child: Frame, at: int, several: int, begun: Ids) -> None:
    """Place one of several calls that are copies of one body; see Note [Siblings]."""
    if at == 0:
        child.start = np.empty(child.rows, dtype=np.int64)
    child.start[at::several] = begun


def _place_combines(copies: Copies, inside: Ids, before: Ids, order: str) -> None:
    lengths = np.diff(copies.first)
    copies.first_combine = prefix(lengths - 1)
    copies.combines = np.empty(int(copies.first_combine[-1]), dtype=np.int64)
    for length in np.unique(lengths):
        shape = tree(int(length), order)
        rows = np.flatnonzero(lengths == length)
        leaves = before[copies.first[rows][:, None] + shape.leaves_before[None, :]]
        slots = copies.first_combine[rows][:, None] + np.arange(length - 1)[None, :]
        copies.combines[slots] = inside[rows][:, None] + leaves + np.arange(length - 1)[None, :]


def _place_prefixes(copies: Copies, after: Ids, kind: Scan, labels: Labels, own: int, code: int) -> None:
    """Place the combines of scans ``after`` their leaves, and then what holds the last leaf."""
    lengths = np.diff(copies.first)
    different, which = np.unique(lengths, return_inverse=True)
    sizes = [network(kind.method, length, kind.inclusive).size for length in different.tolist()]
    size = np.array(sizes, dtype=np.int64)[which]
    copies.first_combine = prefix(size)
    copies.combines = np.repeat(after - copies.first_combine[:-1], size) + np.arange(
        size.sum(), dtype=np.int64
    )
    labels.op_code[copies.combines] = code
    labels.origin[copies.combines] = own
    if not kind.inclusive:
        copies.held = after + size
        labels.origin[copies.held] = own
        labels.held.append((copies.held, np.minimum(lengths, 1)))


def end_ids(frame: Frame, step: Step, style: Style, rows: Ids | None = None) -> Ids | None:
    """Return the join that readers of a composite wait for, for all rows or some; None if it has none."""
    copies = frame.copies[step.name]
    block = frame.ids(step.name, rows)
    if style.rounds(step):
        child, outer = copies.frame, np.arange(frame.rows) if rows is None else rows
        if child.rows == 0:
            return block
        begun, last = copies.first[outer], copies.first[outer + 1] - 1
        count = child.count[last] if isinstance(child.count, np.ndarray) else child.count
        return np.where(last >= begun, child.start[last] + count, block)
    if not style.ends(step, frame.scope):
        return None
    names = list(frame.scope.steps)
    after = names.index(step.name) + 1
    following = frame.offsets[names[after]] if after < len(names) else frame.count
    if rows is not None:
        ends = frame.start[rows] + (following[rows] if isinstance(following, np.ndarray) else following)
    else:
        ends = frame.start + following
    return ends - 1
