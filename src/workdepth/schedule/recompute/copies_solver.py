"""The fastest play in which nothing runs more than a few times, by a constraint solver (extra ``solve``).

Each move has up to k copies, and each copy a position in one row.  A value lives from its copy to its last reader,
and whoever reads it lies in one such life; the words of the lives add up to at most ``memory`` everywhere.  Copies
as intervals of retention are those of Bartan and others, "Moccasin: efficient tensor rematerialization for neural
networks", ICML (2023); here the order is free.

Note [Any number of copies].  A play in which something runs more than k times takes at least k times its steps
beside the work.  So the lesser of that and of what the solver proves for k copies is a bound for all plays.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from itertools import pairwise
from math import ceil
from threading import Thread
from typing import Any

from workdepth.errors import CheckError, MissingError
from workdepth.schedule.recompute.game import Game, Move
from workdepth.schedule.sequential.task import bits

INSTALL = "pip install 'workdepth[solve]'"


@dataclass(frozen=True)
class Answer:
    """What the solver found.

    Attributes
    ----------
    nodes : tuple of int or None
        A play faster than the one known, or as fast; None where none was found.
    lower : int
        No play takes less, with any number of copies.
    best : bool
        Whether no play with as few copies is faster than ``nodes`` or, without, than the one known.
    """

    nodes: tuple[int, ...] | None
    lower: int
    best: bool


def available() -> bool:
    """Whether the solver is installed."""
    return find_spec("ortools") is not None


def solver() -> Any:
    """Return the module of the solver.

    Raises
    ------
    MissingError
        Where it is not installed.
    """
    try:
        from ortools.sat.python import cp_model
    except ImportError as problem:
        raise MissingError("the solver is not installed", where="recompute", next_step=INSTALL) from problem
    return cp_model


def fastest_with(game: Game, memory: int, copies: int, known: Sequence[int] | None, seconds: float) -> Answer:
    """Search the fastest play within ``memory`` in which no move runs more than ``copies`` times.

    Parameters
    ----------
    game : Game
    memory, copies : int
    known : sequence of int, optional
        The nodes of a play within as many words, to be beaten.
    seconds : float

    Examples
    --------
    >>> import pytest; _ = pytest.importorskip("ortools")
    >>> import workdepth as wd
    >>> from workdepth.schedule.recompute.families import forward_backward
    >>> from workdepth.schedule.recompute.game import game_of
    >>> game = game_of(wd.unroll(forward_backward(3)), wd.Conventions())
    >>> answer = fastest_with(game, 3, 2, None, 10.0)
    >>> len(answer.nodes), answer.lower
    (6, 6)
    """
    cp_model = solver()
    moves = needed(game)
    once = sum(move.work for move in moves)
    beyond = once + copies * min((move.work for move in moves), default=0)  # note [Any number of copies]
    most, hint = copies * once, None
    if known is not None:
        time = game.time(known)
        hint = known if max(map(known.count, known), default=0) <= copies else None
        most = min(most, time if hint else time - 1)
    if most < once or not moves:
        return Answer(None, once, True)
    built = _Model(cp_model.CpModel(), game, moves, memory, copies, most)
    built.hint(hint or ())
    search = cp_model.CpSolver()
    search.parameters.max_time_in_seconds = seconds
    search.parameters.num_workers = 2
    search.parameters.random_seed = 1
    outcome = _solved(search, built.model)
    if outcome == cp_model.MODEL_INVALID:
        raise CheckError(
            f"the solver does not take its model: {built.model.validate()}",
            where="recompute",
            next_step="this is an error of the search; please report it",
        )
    if outcome == cp_model.INFEASIBLE:
        return Answer(None, beyond if known is None else min(most + 1, beyond), True)
    if outcome not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return Answer(None, once, False)
    bound = max(once, ceil(search.best_objective_bound - 1e-6))
    return Answer(built.play(search), min(bound, beyond), outcome == cp_model.OPTIMAL)


def needed(game: Game) -> list[Move]:
    """Return the moves without which an output is missing."""
    maker = {x: move for move in game.moves for x in bits(move.makes)}
    waiting, found = list(bits(game.goals)), {}
    while waiting:
        move = maker.get(waiting.pop())
        if move is not None and move.node not in found:
            found[move.node] = move
            waiting += bits(move.reads)
    return [move for move in game.moves if move.node in found]


def _solved(search: Any, model: Any) -> Any:
    """Search beside the main thread, so that ctrl-C is heard at once."""
    search.parameters.catch_sigint_signal = False
    found: list[Any] = []
    thread = Thread(target=lambda: found.append(search.solve(model)), daemon=True)
    thread.start()
    try:
        while thread.is_alive():
            thread.join(0.05)
    except KeyboardInterrupt:
        search.stop_search()
        thread.join()
        raise
    return found[0]


@dataclass(frozen=True)
class _Copy:
    """A move's copy: whether it runs, and where; and for each value it makes, the last boundary of its life."""

    move: Move
    runs: Any
    at: Any
    last: dict[int, Any]


class _Model:
    """Step t runs from boundary t to t + 1; ``end`` is the last boundary there may be."""

    def __init__(
        self, model: Any, game: Game, moves: list[Move], memory: int, copies: int, most: int
    ) -> None:
        self.model, self.game = model, game
        once = sum(move.work for move in moves)
        more = (most - once) // min(move.work for move in moves)
        self.end = min(len(moves) * copies, len(moves) + more)
        self.rows = [self._copies(move, copies, most - once) for move in moves]
        self.every = [copy for row in self.rows for copy in row]
        self.resident = {x: model.new_int_var(0, self.end, "") for x in bits(game.start)}
        model.add_no_overlap(
            model.new_optional_fixed_size_interval_var(c.at, 1, c.runs, "") for c in self.every
        )
        # Without gaps in the row there are far fewer plays that are alike.
        for copy in self.every:
            model.add(copy.at < sum(c.runs for c in self.every))
        self.reads: list[tuple[_Copy, list[_Copy], list[Any]]] = []
        self._reads()
        self._outputs()
        self._words(memory)
        steps = sum(c.move.work * c.runs for c in self.every)
        model.add(steps <= most)
        model.minimize(steps)

    def _copies(self, move: Move, copies: int, more: int) -> list[_Copy]:
        """Return the copies of a move, each after the one before; the first one runs."""
        model = self.model
        row = []
        for k in range(min(copies, 1 + more // move.work)):
            runs = model.new_constant(1) if k == 0 else model.new_bool_var("")
            last = {x: model.new_int_var(0, self.end, "") for x in bits(move.makes)}
            row.append(_Copy(move, runs, model.new_int_var(0, self.end - 1, ""), last))
            for x in last:
                model.add(last[x] >= row[-1].at)
        for copy, later in pairwise(row):
            model.add_implication(later.runs, copy.runs)
            model.add(copy.at < later.at).only_enforce_if(later.runs)
            # What is made again is not kept beside: the new copy takes over.
            for x in copy.last:
                model.add(copy.last[x] <= later.at).only_enforce_if(later.runs)
        return row

    def _reads(self) -> None:
        """Let every reader lie in a life of what it reads."""
        makers = {x: row for row in self.rows for x in bits(row[0].move.makes)}
        for copy in self.every:
            for x in bits(copy.move.reads):
                if x in self.resident:
                    self.model.add(self.resident[x] >= copy.at).only_enforce_if(copy.runs)
                else:
                    self._read(copy, x, makers[x])

    def _read(self, copy: _Copy, x: int, makers: list[_Copy]) -> None:
        model, chosen = self.model, [self.model.new_bool_var("") for _ in makers]
        for which, made in zip(chosen, makers, strict=True):
            model.add_implication(which, made.runs)
            model.add(made.at < copy.at).only_enforce_if(which)
            model.add(made.last[x] >= copy.at).only_enforce_if(which)
        model.add(sum(chosen) == copy.runs)
        self.reads.append((copy, makers, chosen))

    def _outputs(self) -> None:
        """Keep outputs to the end, or hold those that are streamed for one boundary."""
        game, model = self.game, self.model
        for x in bits(game.goals):
            if game.kept and x in self.resident:
                model.add(self.resident[x] == self.end)
        for row in self.rows:
            for x in bits(row[0].move.makes & game.goals):
                if not game.kept:
                    # It leaves at the end of its step, each time; results of their own words are counted in it.
                    for copy in row if not game.separate else ():
                        model.add(copy.last[x] > copy.at).only_enforce_if(copy.runs)
                    continue
                stays = [model.new_bool_var("") for _ in row]
                model.add_exactly_one(stays)
                for which, copy in zip(stays, row, strict=True):
                    model.add_implication(which, copy.runs)
                    model.add(copy.last[x] == self.end).only_enforce_if(which)

    def _words(self, memory: int) -> None:
        """Limit the words at each boundary, or in each step where results take words of their own."""
        game, model = self.game, self.model
        lives, words = [], []
        for x, last in self.resident.items():
            size = model.new_int_var(1, self.end + 1, "")
            lives.append(model.new_interval_var(0, size, last + 1, ""))
            words.append(game.words[x])
        for copy in self.every:
            begin = copy.at if game.separate else copy.at + 1
            for x, last in copy.last.items():
                size = model.new_int_var(0, self.end + 1, "")
                lives.append(model.new_optional_interval_var(begin, size, last + 1, copy.runs, ""))
                words.append(game.words[x])
            idle = copy.move.words - game.size(copy.move.makes)
            if game.separate and idle:
                lives.append(model.new_optional_fixed_size_interval_var(copy.at, 1, copy.runs, ""))
                words.append(idle)
        model.add_cumulative(lives, words, memory)

    def hint(self, nodes: Sequence[int]) -> None:
        """Begin from a play."""
        places = defaultdict(list)
        for place, v in enumerate(nodes):
            places[v].append(place)
        at = {id(c): p for row in self.rows for c, p in zip(row, places[row[0].move.node], strict=False)}
        for copy in self.every if nodes else ():
            self.model.add_hint(copy.at, at.get(id(copy), 0))
        for copy in (c for row in self.rows if nodes for c in row[1:]):
            self.model.add_hint(copy.runs, id(copy) in at)
        for copy, makers, chosen in self.reads if nodes else ():
            before = [m for m in makers if at.get(id(m), self.end) < at.get(id(copy), -1)]
            for which, made in zip(chosen, makers, strict=True):
                self.model.add_hint(which, bool(before) and made is before[-1])

    def play(self, search: Any) -> tuple[int, ...]:
        """Return the nodes that run, in order."""
        running = [c for c in self.every if search.value(c.runs)]
        return tuple(c.move.node for c in sorted(running, key=lambda c: search.value(c.at)))
