"""The least time within given words: a search over which values lie in memory, by time plus what is still to do."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from workdepth.schedule.recompute.game import Game, Move

State = tuple[int, int]
Canonical = Callable[[int, int], State]


@dataclass(frozen=True)
class Play:
    """What a search found.

    Attributes
    ----------
    lower : int or None
        No play takes less time; None where there is no play at all in these words.
    nodes : tuple of int or None
        The nodes that run, in order, some more than once: a play of the least time, if it was found in states.
    states : int
        How many states were looked at.
    """

    lower: int | None
    nodes: tuple[int, ...] | None
    states: int


def least_time(
    game: Game, memory: int, budget: int, greed: int = 1, canonical: Canonical = lambda *state: state
) -> Play:
    """Find the least time of one thread with at most ``memory`` words.

    A state is the set of values in memory, and of outputs that have left.  What is still to do, at least, is every
    move that an unfinished output needs and whose result is not in memory, once: never too much, so that the first
    play found (A*) is a best one.  With more ``greed`` than 1 what is to do counts for more than it is: a play is
    found sooner, and need not be best.  Of states that ``canonical`` takes to one only the fastest is followed.
    """
    if game.size(game.start) > memory:
        return Play(None, None, 0)
    plan = _Plan(game, memory)
    first = game.start, 0
    best, met = {canonical(*first): 0}, {first: 0}
    heap: list[tuple[int, int, int, State, Any]] = [(greed * plan.to_do(*first), 0, 0, first, None)]
    closed: set[State] = set()
    count = 0
    while heap:
        least, spent, _, state, path = heapq.heappop(heap)
        key = canonical(*state)
        if key in closed:
            continue
        closed.add(key)
        if plan.finished(*state):
            return Play(-spent, _nodes(path), len(closed))
        if len(closed) > budget:
            return Play(least, None, len(closed))
        for move, after in plan.next(*state):
            time = move.work - spent
            if time >= met.get(after, time + 1):  # much cheaper to ask than for its like
                continue
            met[after], alike = time, canonical(*after)
            if time < best.get(alike, time + 1):
                best[alike] = time
                count += 1
                rank = time + greed * plan.to_do(*after)
                heapq.heappush(heap, (rank, -time, -count, after, (move.node, path)))
    return Play(None, None, len(closed))


def _nodes(path: Any) -> tuple[int, ...]:
    """Return the nodes of nested pairs, the last one first there."""
    found = []
    while path is not None:
        node, path = path
        found.append(node)
    return tuple(reversed(found))


class _Plan:
    """The moves of a game within given words, and what is remembered about sets of goals."""

    def __init__(self, game: Game, memory: int) -> None:
        self.game, self.memory = game, memory
        self.maker: dict[int, Move] = {}
        for move in game.moves:
            for x in _singles(move.makes):
                self.maker[x] = move
        readers = 0
        for move in game.moves:
            readers |= move.reads
        self.sinks = game.goals & ~readers
        self.needed: dict[int, int] = {}

    def finished(self, there: int, gone: int) -> bool:
        """Whether all outputs are as they should be."""
        return not self.game.goals & ~(there if self.game.kept else gone)

    def to_do(self, there: int, gone: int) -> int:
        """Return the time that everything still missing takes when each of it is made once."""
        missing = self.game.goals & ~(there if self.game.kept else gone)
        time, seen = 0, 0
        while missing:
            x = missing & -missing
            move = self.maker.get(x)
            if move is None:  # an input that was dropped: there is no way on
                return 1 << 60
            seen |= move.makes
            time += move.work
            missing = (missing | move.reads & ~there) & ~seen
        return time

    def useful(self, there: int, gone: int) -> int:
        """Return the values that some unfinished output may still need."""
        game = self.game
        open_goals = game.goals & ~(there & self.sinks if game.kept else gone)
        if open_goals not in self.needed:
            found, left = 0, open_goals
            while left:
                x = left & -left
                found |= x
                move = self.maker.get(x)
                left = (left | (move.reads if move else 0)) & ~found
            self.needed[open_goals] = found
        return self.needed[open_goals] | (game.goals if game.kept else 0)

    def next(self, there: int, gone: int) -> Iterator[tuple[Move, tuple[int, int]]]:
        """Yield each move with the states after it: one for each smallest set of values to drop for it."""
        game = self.game
        useful = self.useful(there, gone)
        for move in game.moves:
            if move.reads & ~there or not move.makes & useful & ~there:
                continue
            left = gone if game.kept else gone | move.makes & game.goals
            still = self.useful(there | move.makes, left)
            for after in self._after(move, there, still):
                yield move, (after, left)

    def _after(self, move: Move, there: int, still: int) -> Iterator[int]:
        game = self.game
        if game.separate:
            excess = game.size(there) + move.words - self.memory
            may_go = there & ~move.reads
            # What nobody needs any more goes first, also in front of the step.
            idle = may_go & ~still
            for dropped in self._drops(may_go & still, excess - game.size(idle)):
                yield (there & ~idle & ~dropped | move.makes) & still
            return
        held = (there | move.makes) & still
        leaving = 0 if game.kept else move.makes & game.goals & ~still
        excess = game.size(held) + game.size(leaving) - self.memory
        fixed = 0 if game.kept else move.makes & game.goals
        for dropped in self._drops(held & ~fixed, excess):
            yield held & ~dropped

    def _drops(self, values: int, excess: int) -> Iterator[int]:
        """Yield the sets of values that free enough words and of which none can stay."""
        if excess <= 0:
            yield 0
            return
        row = [(x, self.game.size(x)) for x in _singles(values)]
        yield from _covers([pair for pair in row if pair[1]], 0, excess)


def _covers(row: list[tuple[int, int]], chosen: int, excess: int) -> Iterator[int]:
    """Yield unions of entries whose sizes reach ``excess`` and that are not more than is needed.

    Larger ones are chosen first, so that without its smallest entry, which comes last, a set is never enough.
    """
    ordered = sorted(row, key=lambda pair: -pair[1])

    def more(begin: int, chosen: int, lacking: int) -> Iterator[int]:
        for k in range(begin, len(ordered)):
            x, size = ordered[k]
            if size >= lacking:
                yield chosen | x
            else:
                yield from more(k + 1, chosen | x, lacking - size)

    yield from more(0, chosen, excess)


def _singles(values: int) -> Iterator[int]:
    while values:
        low = values & -values
        yield low
        values ^= low
