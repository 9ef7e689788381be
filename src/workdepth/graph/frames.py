"""Every copy of every body, in batches: how many nodes each makes, and where its block of ids begins.

Note [Two passes].  A frame is one body in all its copies at once; its arrays have a row for each copy.  The
first pass opens the loops and counts (:func:`measure`); the second gives every copy its first id
(:func:`place`).  A copy's nodes are one block of ids in program order, so prefix sums are all that is needed,
and no value is looked at.  The third pass, in ``emit``, then writes edges.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from workdepth.errors import GraphError, SizeError
from workdepth.graph.nodes import Apply, Fold, Map, Repeat, ranges_of
from workdepth.graph.scope import Scope, Step
from workdepth.graph.trees import combines_before, tree
from workdepth.symbolic import Expr

Ids = NDArray[np.int64]
Number = int | Ids  # one for all rows, or one a row

BYTES_A_NODE = 120
DEFAULT_LIMIT = 2 << 30


@dataclass
class Budget:
    """How many nodes and copies of bodies may be made before memory runs out."""

    name: str
    limit: int = DEFAULT_LIMIT
    copies: int = 0
    sources: int = 0

    def spend(self, copies: int) -> None:
        """Count copies of a body that are about to be made; each makes at least one node."""
        self.copies += copies
        self.check(self.copies, "at least ")

    def check(self, nodes: int, how: str = "") -> None:
        """Refuse a graph of so many nodes if its arrays would not fit.

        Raises
        ------
        SizeError
            When they would not.
        """
        if nodes * BYTES_A_NODE > self.limit:
            wanted, limit = nodes * BYTES_A_NODE / 2**30, self.limit / 2**30
            raise SizeError(
                f"{how}{nodes} nodes: would need {how}{wanted:.4g} GiB, the limit is {limit:.4g} GiB",
                where=self.name,
                next_step="unroll it at smaller sizes; the formulas need no unrolling",
            )


@dataclass(frozen=True)
class Style:
    """Which joins the phases of a graph have."""

    phases: str

    @property
    def joined(self) -> bool:
        """Whether every composite is a phase with a start and an end."""
        return self.phases != "dataflow"

    def starts(self, step: Step) -> bool:
        """Whether the composite has a join that it starts from."""
        return self.joined or bool(step.order)

    def ends(self, step: Step, scope: Scope) -> bool:
        """Whether it has a join of its own at its end (a Repeat in phases ends with its last round)."""
        if self.joined:
            return not isinstance(step.kind, Repeat)
        return step.name in scope.ordered

    def rounds(self, step: Step) -> int:
        """Return how many joins follow each round of a Repeat."""
        return int(self.joined and isinstance(step.kind, Repeat))


@dataclass
class Copies:
    """The copies of a composite's body: rows ``first[r]`` up to ``first[r + 1]`` belong to row r outside."""

    frame: Frame
    first: Ids
    combines: Ids = field(default_factory=lambda: np.zeros(0, dtype=np.int64))  # ids of a fold's combines
    first_combine: Ids = field(default_factory=lambda: np.zeros(0, dtype=np.int64))


@dataclass
class Frame:
    """One body in all its copies."""

    scope: Scope
    rows: int
    parent: Frame | None
    row: Ids  # the row of the parent that each copy belongs to
    own: dict[str, Any]  # this level's loop indices (at the top: the sizes)
    offsets: dict[str, Number] = field(default_factory=dict)
    count: Number = 0
    start: Ids = field(default_factory=lambda: np.zeros(1, dtype=np.int64))
    copies: dict[str, Copies] = field(default_factory=dict)

    def value(self, name: str) -> Any:
        """Return a size or an index, for all rows."""
        if name in self.own:
            return self.own[name]
        if self.parent is None:
            raise GraphError(
                f"{name!r} has no value here",
                where=self.scope.path or "the top of the graph",
                next_step=f"declare it as a size, or use it inside its loop; known: {', '.join(self.own)}",
            )
        outer = self.parent.value(name)
        found = outer[self.row] if isinstance(outer, np.ndarray) else outer
        self.own[name] = found
        return found

    def ids(self, step: str, rows: Ids | None = None) -> Ids:
        """Return the first id of a step's block, for all rows or some."""
        offset = self.offsets[step]
        if rows is None:
            return self.start + offset
        return self.start[rows] + (offset[rows] if isinstance(offset, np.ndarray) else offset)

    def ids_of_round_ends(self, rows: Ids | None) -> Ids:
        """Return the joins that follow the copies of a Repeat's body, for all rows or some."""
        if rows is None:
            return self.start + self.count
        return self.start[rows] + (self.count[rows] if isinstance(self.count, np.ndarray) else self.count)


def evaluate(expression: Expr, value: Any, what: str) -> Any:
    """Evaluate an expression to integers, given a function from names to values."""
    lone = expression.names
    if len(lone) == 1 and str(expression) in lone:
        return value(str(expression))
    found = expression.evaluate({name: value(name) for name in lone})
    if isinstance(found, int) or (isinstance(found, np.ndarray) and found.dtype.kind == "i"):
        return found
    raise GraphError(
        f"{what} {expression} is not an integer: {found!r}",
        next_step="use floor or ceiling, or declare the sizes so that it divides",
    )


def measure(frame: Frame, style: Style, budget: Budget) -> None:
    """Open the loops below a frame and count the nodes of each copy."""
    at: Number = 0
    for step in frame.scope.steps.values():
        frame.offsets[step.name] = at
        if isinstance(step.kind, Apply):
            at = at + 1
        elif step.body is not None:
            at = at + _composite_count(frame, step, style, budget)
    frame.count = at


def _composite_count(frame: Frame, step: Step, style: Style, budget: Budget) -> Number:
    copies = _open(frame, step, budget)
    frame.copies[step.name] = copies
    measure(copies.frame, style, budget)
    lengths = np.diff(copies.first)
    each = copies.frame.count + style.rounds(step)
    if isinstance(each, np.ndarray):
        inside = np.diff(_prefix(each)[copies.first])
    else:
        inside = lengths * each
    if isinstance(step.kind, Fold):
        inside = inside + (lengths - 1)
    total = inside + (style.starts(step) + style.ends(step, frame.scope))
    budget.check(int(total.sum()))
    return int(total[0]) if len(total) and (total == total[0]).all() else total


def _prefix(counts: Ids) -> Ids:
    return np.concatenate([[0], np.cumsum(counts, dtype=np.int64)])


def _open(frame: Frame, step: Step, budget: Budget) -> Copies:
    """Make the frame of a composite's body: a row for each copy, in lexicographic order."""
    assert step.body is not None
    kind = step.kind
    assert isinstance(kind, Map | Fold | Repeat)
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
        row = np.arange(rows, dtype=np.int64)
    first = np.searchsorted(row, np.arange(frame.rows + 1, dtype=np.int64))
    if isinstance(kind, Fold) and np.any(np.diff(first) == 0):
        bad = int(np.argmax(np.diff(first) == 0))
        raise GraphError(
            f"a fold over nothing: {kind.over.index} runs from {kind.over.low} to {kind.over.high}"
            f"{bound_note(frame, bad)}",
            where=step.path,
            next_step="declare the size with a larger low, or start from a literal",
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


def bound_note(frame: Frame, row: int) -> str:
    """Return the values of all sizes and loop indices at one row, for messages."""
    text = ", ".join(f"{name} = {v}" for name, v in bound(frame, row).items())
    return f" (with {text})" if text else ""


def bound(frame: Frame, row: int) -> dict[str, int]:
    """Return sizes and loop indices at one row, outermost first."""
    outer = bound(frame.parent, int(frame.row[row])) if frame.parent is not None else {}
    mine = {n: int(v[row]) if isinstance(v, np.ndarray) else int(v) for n, v in frame.own.items()}
    return {**outer, **mine}


@dataclass(frozen=True)
class Labels:
    """What ``place`` writes for each id: op codes (-1 is a join) and origins."""

    op_code: NDArray[np.int32]
    origin: NDArray[np.int32]
    codes: dict[str, int]  # path of a step -> code of its op
    origins: dict[str, int]  # path of a step -> number of the path


def place(frame: Frame, style: Style, labels: Labels) -> None:
    """Give every copy below a frame its first id, and every id its op and its origin."""
    for step in frame.scope.steps.values():
        if isinstance(step.kind, Apply):
            ids = frame.ids(step.name)
            labels.op_code[ids] = labels.codes[step.path]
            labels.origin[ids] = labels.origins[step.path]
        elif step.body is not None:
            _place_composite(frame, step, style, labels)


def _place_composite(frame: Frame, step: Step, style: Style, labels: Labels) -> None:
    copies = frame.copies[step.name]
    child, kind = copies.frame, step.kind
    block = frame.ids(step.name)
    own = labels.origins[step.path]
    if style.starts(step):
        labels.origin[block] = own
    if style.ends(step, frame.scope):
        labels.origin[end_ids(frame, step, style)] = own
    each = child.count + style.rounds(step)
    before = _prefix(np.broadcast_to(np.asarray(each, dtype=np.int64), (child.rows,)))
    inside = block + style.starts(step) - before[copies.first[:-1]]
    child.start = inside[child.row] + before[:-1]
    if isinstance(kind, Fold):
        leaf = np.arange(child.rows, dtype=np.int64) - copies.first[child.row]
        child.start = child.start + combines_before(leaf, kind.order)
        _place_combines(copies, inside, before, kind.order)
        labels.op_code[copies.combines] = labels.codes[step.path]
        labels.origin[copies.combines] = own
    elif style.rounds(step):
        labels.origin[child.start + child.count] = own
    place(child, style, labels)


def _place_combines(copies: Copies, inside: Ids, before: Ids, order: str) -> None:
    lengths = np.diff(copies.first)
    copies.first_combine = _prefix(lengths - 1)
    copies.combines = np.empty(int(copies.first_combine[-1]), dtype=np.int64)
    for length in np.unique(lengths):
        shape = tree(int(length), order)
        rows = np.flatnonzero(lengths == length)
        leaves = before[copies.first[rows][:, None] + shape.leaves_before[None, :]]
        slots = copies.first_combine[rows][:, None] + np.arange(length - 1)[None, :]
        copies.combines[slots] = inside[rows][:, None] + leaves + np.arange(length - 1)[None, :]


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
