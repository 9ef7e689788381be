"""What a step of a gather or a scatter is in the unit graph: an operation that copies or combines one word."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from workdepth.graph.nodes import Gather, Scatter
from workdepth.graph.ops import COPY, Op


@dataclass(frozen=True)
class MoveOp(Op):
    """A step whose position data decides: it cannot be computed from its operands alone."""


def _word(_: Any, word: Any) -> Any:
    return word


@lru_cache(maxsize=256)
def unit_op(kind: Gather | Scatter) -> MoveOp:
    """Return the operation of a step; its operands are the position and a word, its work the op's, or a copy's.

    Examples
    --------
    >>> import workdepth as wd
    >>> unit_op(Scatter(wd.ADD, "serial")).name, unit_op(Gather()).work
    ('scatter-add', 1)
    """
    if isinstance(kind, Gather):
        return MoveOp("gather", 2, _word, work=COPY.work)
    if kind.op is None:
        return MoveOp("scatter", 2, _word, work=COPY.work)
    return MoveOp(f"scatter-{kind.op.name}", 2, _word, work=kind.op.work)
