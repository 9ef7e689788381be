"""The first pass of unrolling: open every loop in every copy, and count the nodes; see Note [Two passes]."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from workdepth.errors import GraphError, SizeError
from workdepth.graph import moves
from workdepth.graph.frames import (
    Budget,
    Copies,
    Frame,
    Number,
    Style,
    bound_note,
    decides,
    evaluate,
    prefix,
)
from workdepth.graph.nodes import COMPOSITES, MOVES, Apply, Enclosed, Fold, Repeat, Scan, ranges_of
from workdepth.graph.prefix import least_size, network
from workdepth.graph.scope import Scope, Step

Ids = NDArray[np.int64]


MOST_OPENED = 100_000  # calls and branches: each takes a tenth of a millisecond, and some kilobytes


def check_opened(scope: Scope, style: Style) -> None:
    """Refuse a graph of too many calls and branches, before any is opened.

    Raises
    ------
    GraphError
        When there are too many.
    """
    count = opened(scope, style, {})
    if count > MOST_OPENED:
        told = f"more than {MOST_OPENED}" if count > 1 << 40 else f"{count}, more than {MOST_OPENED},"
        raise GraphError(
            f"{told} calls and branches",
            where=scope.path,
            next_step="unroll it at smaller sizes; the formulas need no unrolling",
        )


def opened(scope: Scope, style: Style, known: dict[int, int]) -> int:
    """Return how many calls and branches are opened below a body; siblings are opened together."""
    if id(scope) not in known:
        siblings = style.arranged(scope).siblings
        found = 0
        for step in scope.steps.values():
            if step.body is not None and step.name == siblings.get(step.name, (step.name,))[0]:
                found += opened(step.body, style, known) + isinstance(step.kind, Enclosed)
        known[id(scope)] = found
    return known[id(scope)]


def measure(frame: Frame, style: Style, budget: Budget) -> None:
    """Open the loops below a frame and count the nodes of each copy."""
    at: Number = 0
    for step in frame.scope.steps.values():
        frame.offsets[step.name] = at
        if isinstance(step.kind, Apply):
            at = at + 1
        elif step.body is not None:
            at = at + _composite_count(frame, step, style, budget)
        elif isinstance(step.kind, MOVES):
            at = at + moves.measure(frame, step, budget)
    frame.count = at


def _composite_count(frame: Frame, step: Step, style: Style, budget: Budget) -> Number:
    siblings = style.arranged(frame.scope).siblings.get(step.name, (step.name,))
    if step.name != siblings[0]:
        frame.copies[step.name] = frame.copies[siblings[0]]
        return _count_of_sibling(frame, step, style, siblings.index(step.name), len(siblings))
    copies = _open(frame, step, budget, len(siblings))
    if decides(step):
        frame.deciding[step.name] = moves.words_read(frame, step, budget)
    frame.copies[step.name] = copies
    measure(copies.frame, style, budget)
    if len(siblings) > 1:
        budget.check(int(np.broadcast_to(copies.frame.count, copies.frame.rows).sum()))
        return _count_of_sibling(frame, step, style, 0, len(siblings))
    lengths = np.diff(copies.first)
    each = copies.frame.count + style.rounds(step)
    if isinstance(each, np.ndarray):
        inside = np.diff(prefix(each)[copies.first])
    else:
        inside = lengths * each
    if isinstance(step.kind, Fold):
        inside = inside + (lengths - 1)
    elif isinstance(step.kind, Scan):
        inside = inside + combines_of(step.kind, lengths, budget) + style.holds(step)
    total = inside + (style.starts(step) + style.ends(step, frame.scope))
    budget.check(int(total.sum()))
    return int(total[0]) if len(total) and (total == total[0]).all() else total


def _count_of_sibling(frame: Frame, step: Step, style: Style, at: int, several: int) -> Number:
    """Return the nodes of one of several calls that are copies of one body; see Note [Siblings]."""
    each = frame.copies[step.name].frame.count
    inside = each[at::several] if isinstance(each, np.ndarray) else each
    return inside + (style.starts(step) + style.ends(step, frame.scope))


def combines_of(kind: Scan, lengths: Ids, budget: Budget) -> Ids:
    """Return how many combines scans of so many leaves have."""
    different, which = np.unique(lengths, return_inverse=True)
    for length in different.tolist():
        budget.check(least_size(kind.method, length), "at least ")
    sizes = [network(kind.method, length, kind.inclusive).size for length in different.tolist()]
    return np.array(sizes, dtype=np.int64)[which]


def _open(frame: Frame, step: Step, budget: Budget, several: int = 1) -> Copies:
    """Make the frame of a composite's body: a row for each copy, in lexicographic order.

    A body of no range has one copy in each row, or as many as it has siblings.
    """
    assert step.body is not None
    kind = step.kind
    assert isinstance(kind, COMPOSITES)
    rows = frame.rows
    row: Ids | None = None
    own: dict[str, Any] = {}
    for r in ranges_of(kind):
        current = _Inner(frame, row, own)
        low = evaluate(r.low, current.value, f"the lower bound of {r.index}")
        high = evaluate(r.high, current.value, f"the upper bound of {r.index}")
        lengths = _lengths(high, low, rows, step, r.index, current, budget)
        budget.spend(int(lengths.sum(dtype=np.float64)))
        total = int(lengths.sum())
        inner = np.repeat(np.arange(rows, dtype=np.int64), lengths)
        counted = np.arange(total, dtype=np.int64) - (np.cumsum(lengths) - lengths)[inner]
        own = {name: v[inner] for name, v in own.items()}
        own[r.index] = counted + (low[inner] if isinstance(low, np.ndarray) else low)
        row = inner if row is None else row[inner]
        rows = total
    if row is None:  # no range: one copy, as an update of a single element has it
        rows *= several
        budget.spend(rows)
        row = np.arange(rows, dtype=np.int64) // several
    if isinstance(kind, Enclosed):
        own = {text: evaluate(e, frame.value, f"the size {text}") for text, e in kind.sizes}
    first = np.searchsorted(row, np.arange(frame.rows + 1, dtype=np.int64))
    if isinstance(kind, Fold) and np.any(np.diff(first) == 0):
        bad = int(np.argmax(np.diff(first) == 0))
        raise GraphError(
            f"a fold over nothing: {kind.over.index} runs from {kind.over.low} to {kind.over.high}"
            f"{bound_note(frame, bad)}",
            where=step.path,
            next_step="declare the size with a larger low, or let repeat start from a value",
        )
    return Copies(Frame(step.body, rows, frame, row, own), first.astype(np.int64))


@dataclass
class _Inner:
    """Looks names up while the ranges of one composite are being opened."""

    frame: Frame
    row: Ids | None
    own: dict[str, Ids]

    def value(self, name: str) -> Any:
        if name in self.own:
            return self.own[name]
        found = self.frame.value(name)
        return found[self.row] if self.row is not None and isinstance(found, np.ndarray) else found


def _lengths(high: Any, low: Any, rows: int, step: Step, index: str, at: _Inner, budget: Budget) -> Ids:
    length = high - low
    if not isinstance(length, np.ndarray):
        # In Python's integers: it may be too large even for an array of one.
        if length > 0 and rows:
            budget.check(rows * length, "at least ")
        if max(abs(low), abs(high)) >= 1 << 62:
            raise SizeError(
                f"the range of {index} runs from {low} to {high}, beyond 64 bits",
                where=step.path,
                next_step="unroll it at smaller sizes",
            )
        length = np.full(rows, length, dtype=np.int64)
    if len(length) and int(length.min()) < 0:
        bad = int(np.argmin(length))
        outer = int(at.row[bad]) if at.row is not None else bad
        name = "the number of rounds" if isinstance(step.kind, Repeat) else f"the range of {index}"
        pick = [int(x[bad]) if isinstance(x, np.ndarray) else int(x) for x in (low, high)]
        raise GraphError(
            f"{name} is negative: from {pick[0]} to {pick[1]}{bound_note(at.frame, outer)}",
            where=step.path,
            next_step="declare the size with a larger low, or mend the bounds",
        )
    return np.asarray(length, dtype=np.int64)
