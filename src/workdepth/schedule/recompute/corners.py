"""What is known at each number of words, carried from one to the next, and improved by a solver within a time."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from time import monotonic

from workdepth.schedule.recompute.copies_solver import INSTALL, available, fastest_with
from workdepth.schedule.recompute.game import Game

# How often an operation may run in the solver's plays, first to last.
COPIES = (2, 3)
# Beyond, building the model alone takes its time and nothing is found.
SOLVABLE = 300


@dataclass(frozen=True)
class Corner:
    """What is known of a number of words.

    Attributes
    ----------
    memory : int
    lower : int
        No play within it takes less.
    nodes : tuple of int or None
        What runs, in order, in the fastest play found; None where none was.
    copies : int, optional
        No play in which everything runs at most so often is faster.
    """

    memory: int
    lower: int
    nodes: tuple[int, ...] | None
    copies: int | None = None

    def proved(self, game: Game) -> bool:
        """Whether no play is faster."""
        return self.nodes is not None and game.time(self.nodes) == self.lower


def carried(game: Game, corners: Iterable[Corner]) -> list[Corner]:
    """Carry what is known over the words: more are never slower, and fewer never faster.

    Returns the corners from the most words on.

    Examples
    --------
    >>> from workdepth.schedule.recompute.game import Move
    >>> game = Game((Move(0, 1, 0, 1, 1),), (1,), 0, 1, False, True)
    >>> for corner in carried(game, [Corner(1, 1, (0,)), Corner(2, 2, None)]):
    ...     print(corner)
    Corner(memory=2, lower=2, nodes=(0,), copies=None)
    Corner(memory=1, lower=2, nodes=(0,), copies=None)
    """
    ordered = sorted(corners, key=lambda corner: -corner.memory)
    for k in range(1, len(ordered)):
        ordered[k] = replace(ordered[k], lower=max(ordered[k].lower, ordered[k - 1].lower))
    for k in range(len(ordered) - 2, -1, -1):
        ordered[k] = _with_play(game, ordered[k], ordered[k + 1].nodes)
    return ordered


def _with_play(game: Game, corner: Corner, nodes: tuple[int, ...] | None) -> Corner:
    """Return a corner with a play, where it is faster than its own."""
    if nodes is None or (corner.nodes is not None and game.time(corner.nodes) <= game.time(nodes)):
        return corner
    return replace(corner, nodes=nodes, copies=None)


def improved(game: Game, corners: list[Corner], within: float) -> tuple[list[Corner], tuple[str, ...]]:
    """Return corners improved by the solver, and notes on what was not tried.

    The time is shared out over what is open, most words first: a bound there holds for all fewer words.
    """
    if not within or all(corner.proved(game) for corner in corners):
        return corners, ()
    if not available():
        return corners, (f"the solver, which may narrow the bounds, is not installed: {INSTALL}",)
    if len(game.moves) > SOLVABLE:
        return corners, (f"more than {SOLVABLE} operations: left to the search alone",)
    return _passed(game, corners, monotonic() + within), ()


def _passed(game: Game, corners: list[Corner], until: float) -> list[Corner]:
    """Return corners after the solver has seen each open one."""
    waiting = [k for k, corner in enumerate(corners) if not corner.proved(game)]
    for left, k in zip(range(len(waiting), 0, -1), waiting, strict=True):
        solved = _solved(game, corners[k], (until - monotonic()) / left)
        corners = carried(game, [*corners[:k], solved, *corners[k + 1 :]])
    return corners


def _solved(game: Game, corner: Corner, seconds: float) -> Corner:
    """Return a corner with what the solver finds, for two copies and then for more."""
    until = monotonic() + seconds
    for copies in COPIES:
        rest = until - monotonic()
        if corner.proved(game) or rest < 0.05:
            break
        share = rest if copies == COPIES[-1] else rest / 2
        answer = fastest_with(game, corner.memory, copies, corner.nodes, share)
        corner = replace(_with_play(game, corner, answer.nodes), lower=max(corner.lower, answer.lower))
        if answer.best and corner.nodes is not None:
            corner = replace(corner, copies=copies)
    return corner
