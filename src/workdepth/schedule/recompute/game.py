"""The game of store or recompute: which values lie in memory, and what a step may make.

Note [Recomputation].  One thread.  A step runs an operation whose operands lie in memory, as often as one likes;
dropping a value is free.  Under ``inputs="loaded"`` a load may be done again too; an input that resides is there
at the start and, once dropped, gone.  Words are counted as in the note Boundaries of ``profile``: at the end of a
step, and under ``separate`` cells its results beside all that lay there before it.  Outputs that are kept must
lie there at the end; one that is streamed must have been made once.  This is the black pebble game with sizes;
``cells="reuse"`` lets a pebble slide.  Only values are asked for, so there are no phases here.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from workdepth.graph.unit import UnitGraph
from workdepth.models.conventions import Conventions
from workdepth.schedule.recompute.needs import check_inputs, needs_of


@dataclass(frozen=True)
class Move:
    """One thing to do: run the operation, or load the source, ``node``.

    Sets of values are integers, bit ``x`` for value ``x``; ``words`` is what its results take beside its operands.
    """

    node: int
    work: int
    reads: int
    makes: int
    words: int


@dataclass(frozen=True)
class Game:
    """All that the search needs.

    Attributes
    ----------
    moves : tuple of Move
    words : tuple of int
        The size of each value.
    start : int
        The values that are there at the start.
    goals : int
        The values that outputs name.
    separate, kept : bool
        The switches.
    """

    moves: tuple[Move, ...]
    words: tuple[int, ...]
    start: int
    goals: int
    separate: bool
    kept: bool

    def size(self, values: int) -> int:
        """Return the words that a set of values takes.

        Examples
        --------
        >>> Game((), (1, 2, 4), 0, 0, False, True).size(0b101)
        5
        """
        total = 0
        while values:
            low = values & -values
            total += self.words[low.bit_length() - 1]
            values ^= low
        return total

    @property
    def work(self) -> int:
        """The steps that it takes to make everything once."""
        return sum(move.work for move in self.moves)

    def time(self, nodes: Sequence[int]) -> int:
        """Return the steps that a play takes."""
        work = self._work
        return sum(work[v] for v in nodes)

    @cached_property
    def _work(self) -> dict[int, int]:
        return {move.node: move.work for move in self.moves}

    def hungriest(self) -> int:
        """Return words that every run takes: for the operands, or the results, of one move."""
        most = self.size(self.goals) if self.kept else 0
        for move in self.moves:
            beside = move.words if self.separate else 0
            most = max(most, self.size(move.reads) + beside, self.size(move.makes & self.goals))
        return most


def game_of(unit: UnitGraph, conventions: Conventions) -> Game:
    """Read a unit graph as a game.

    Raises
    ------
    ModelError
        Where the graph has what cannot be run again: order edges, scatters, operations of no work.
    """
    needs = needs_of(unit)
    check_inputs(unit, conventions)
    words, named = unit.value_words.tolist(), unit.output_values().tolist()
    loaded = conventions.inputs == "loaded"
    useful = mask_of([*named, *(x for row in needs.values() for x in row)])
    moves = []
    for v in range(unit.sources):
        if loaded and words[v] and useful >> v & 1:
            moves.append(Move(v, words[v], 0, 1 << v, words[v]))
    for v, row in needs.items():
        made = range(int(unit.first_value[v]), int(unit.first_value[v + 1]))
        beside = sum(words[x] for x in made)
        moves.append(Move(v, int(unit.work[v]), mask_of(row), mask_of(made) & useful, beside))
    return Game(
        moves=tuple(moves),
        words=tuple(words),
        start=mask_of(x for x in range(unit.sources) if not (loaded and words[x])) & useful,
        goals=mask_of(named),
        separate=conventions.cells == "separate",
        kept=conventions.outputs == "kept",
    )


def mask_of(values: Iterable[int]) -> int:
    """Return a set of values as an integer.

    Examples
    --------
    >>> mask_of([0, 2])
    5
    """
    found = 0
    for x in values:
        found |= 1 << x
    return found
