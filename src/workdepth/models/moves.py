"""Gathers and scatters: one step a word, at positions that data decides, in the worst case.

What they need is told by shapes alone: the words of the index times those of what stands at one position.
"""

from __future__ import annotations

from workdepth.graph.move_ops import unit_op
from workdepth.graph.nodes import Gather, Scatter
from workdepth.models.bounded import ONE
from workdepth.models.scope import Scope, array_of
from workdepth.symbolic import Expr


def positions_of(scope: Scope, node: str) -> Expr:
    """Return at how many positions a gather or scatter moves something: the words of its index."""
    operand = scope.operands[node][1]
    return _product(scope.shape(array_of(operand))[len(operand.index) :])


def width_of(scope: Scope, node: str) -> Expr:
    """Return how many words stand at one position."""
    operand = scope.operands[node][0]
    return _product(scope.shape(array_of(operand))[len(operand.index) + 1 :])


def words_of(scope: Scope, node: str) -> Expr:
    """Return how many words a gather or scatter moves: its steps, each of one operation."""
    return positions_of(scope, node) * width_of(scope, node)


def room_of(scope: Scope, node: str) -> Expr:
    """Return the words of the array that a scatter renews."""
    return _product(scope.shape((node, 0)))


def work_of(kind: Gather | Scatter) -> Expr:
    """Return the steps of one move."""
    return ONE * unit_op(kind).work


def _product(extents: tuple[Expr, ...]) -> Expr:
    total = ONE
    for extent in extents:
        total = total * extent
    return total
