"""A call of which all is told exactly: it is given no words, so none that is there when it begins can end in it."""

from __future__ import annotations

from dataclasses import dataclass

from workdepth.graph.nodes import Block
from workdepth.models.bounded import ONE
from workdepth.symbolic import Expr


@dataclass(frozen=True)
class Called(Block):
    """A call that is given no words.

    Attributes
    ----------
    share : Expr
        1 where its results are words of its own, 0 where they are numbers.
    summit : int, Expr or None
        After how many of its steps it surely has the most words, if that is told.
    early : bool
        Whether the most threads are those of its first step.
    """

    share: Expr = ONE
    summit: int | Expr | None = None
    early: bool = False
