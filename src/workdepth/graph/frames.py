"""Every copy of every body, in batches: how many nodes each makes, and where its block of ids begins.

Note [Two passes].  A frame is one body in all its copies at once; its arrays have a row for each copy.  The
first pass opens the loops and counts (``opening``); the second gives every copy its first id
(``placing``).  A copy's nodes are one block of ids in program order, so prefix sums are all that is needed,
and no value is looked at.  The third pass, in ``emit``, then writes edges.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from workdepth.errors import GraphError, SizeError
from workdepth.graph.nodes import MOVES, Enclosed, Repeat, Scan
from workdepth.graph.scope import Scope, Step
from workdepth.graph.siblings import Arranged
from workdepth.symbolic import Expr

Ids = NDArray[np.int64]
Number = int | Ids  # one for all rows, or one a row

BYTES_A_NODE = 120
MOST_BITS = 512  # more than that cannot even be told in GiB
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
        if int(nodes).bit_length() > MOST_BITS:
            raise SizeError(
                f"a number of nodes of {nodes.bit_length()} bits",
                where=self.name,
                next_step="unroll it at smaller sizes; the formulas need no unrolling",
            )
        if nodes * BYTES_A_NODE > self.limit:
            wanted, limit = nodes * BYTES_A_NODE / 2**30, self.limit / 2**30
            raise SizeError(
                f"{how}{nodes} nodes: would need {how}{wanted:.4g} GiB, the limit is {limit:.4g} GiB",
                where=self.name,
                next_step="unroll it at smaller sizes; the formulas need no unrolling",
            )


def decides(step: Step) -> bool:
    """Say whether a composite is a branch, whose start reads the condition and all that any case needs."""
    return isinstance(step.kind, Enclosed) and step.kind.decides


@dataclass(frozen=True)
class Style:
    """Which joins the phases of a graph have."""

    phases: str

    def arranged(self, scope: Scope) -> Arranged:
        """Return the steps of a body as they are written down; in sequence calls wait for each other."""
        if self.phases == "sequence":
            return Arranged(tuple(scope.steps.values()), {})
        return scope.arranged

    @property
    def joined(self) -> bool:
        """Whether every composite is a phase with a start and an end."""
        return self.phases != "dataflow"

    def starts(self, step: Step) -> bool:
        """Whether the composite has a join that it starts from."""
        return self.joined or bool(step.order) or isinstance(step.kind, MOVES) or decides(step)

    def ends(self, step: Step, scope: Scope) -> bool:
        """Whether it has a join of its own at its end (a Repeat in phases ends with its last round)."""
        if self.joined:
            return not isinstance(step.kind, Repeat)
        return step.name in scope.ordered

    def rounds(self, step: Step) -> int:
        """Return how many joins follow each round of a Repeat."""
        return int(self.joined and isinstance(step.kind, Repeat))

    def holds(self, step: Step) -> int:
        """Return how many joins hold what a scan lets go when it ends."""
        return int(isinstance(step.kind, Scan) and not step.kind.inclusive)


@dataclass
class Copies:
    """The copies of a composite's body: rows ``first[r]`` up to ``first[r + 1]`` belong to row r outside."""

    frame: Frame
    first: Ids
    combines: Ids = field(default_factory=lambda: np.zeros(0, dtype=np.int64))  # ids of a fold's, a scan's
    first_combine: Ids = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    held: Ids = field(default_factory=lambda: np.zeros(0, dtype=np.int64))  # ids of joins that only hold


@dataclass(frozen=True)
class Moving:
    """The gathers or scatters of a node, one a row."""

    held: Ids  # words of the array
    stride: Ids  # words at a position of it
    steps: Ids


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
    moving: dict[str, Moving] = field(default_factory=dict)
    deciding: dict[str, Ids] = field(default_factory=dict)  # how many words the start of a branch reads

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


def prefix(counts: Ids) -> Ids:
    """Return the sums of what comes before each entry, and the sum of all."""
    return np.concatenate([[0], np.cumsum(counts, dtype=np.int64)])


def bound_note(frame: Frame, row: int) -> str:
    """Return the values of all sizes and loop indices at one row, for messages."""
    text = ", ".join(f"{name} = {v}" for name, v in bound(frame, row).items())
    return f" (with {text})" if text else ""


def bound(frame: Frame, row: int) -> dict[str, int]:
    """Return sizes and loop indices at one row, outermost first."""
    outer = bound(frame.parent, int(frame.row[row])) if frame.parent is not None else {}
    mine = {n: int(v[row]) if isinstance(v, np.ndarray) else int(v) for n, v in frame.own.items()}
    return {**outer, **mine}
