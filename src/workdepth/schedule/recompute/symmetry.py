"""The symmetry of a game: permutations of its values that change nothing, each of them verified."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence

from workdepth.graph.unit import UnitGraph
from workdepth.models.conventions import Conventions
from workdepth.schedule.recompute.copies import with_copies
from workdepth.schedule.recompute.game import Game, mask_of
from workdepth.schedule.sequential.symmetry import Permutation, canonical_by, symmetries
from workdepth.schedule.sequential.task import bits, task_of

State = tuple[int, int]


def canonical_states(game: Game, unit: UnitGraph, once: Sequence[int]) -> Callable[[int, int], State]:
    """Return a function that takes a state to one like it, the same for many that are alike.

    Parameters
    ----------
    game : Game
    unit : UnitGraph
    once : sequence of int
        A play in which everything runs once.
    """
    count = len(game.words)
    both = [(*to, *(count + x for x in to)) for to in _of_values(game, unit, once)]
    if not both:
        return lambda there, gone: (there, gone)
    canonical, low = canonical_by(both), (1 << count) - 1

    def found(there: int, gone: int) -> State:
        least = canonical(there | gone << count)
        return least & low, least >> count

    return found


def _of_values(game: Game, unit: UnitGraph, once: Sequence[int]) -> list[Permutation]:
    if len(set(once)) != len(game.moves) or any(game.words[v] != 1 for v in once if v < unit.sources):
        return []
    graph = with_copies(unit, once)
    task = task_of(graph, Conventions(outputs="kept" if game.kept else "streamed"))
    found = []
    for to in symmetries(task):
        nodes = {v: once[to[k]] for k, v in enumerate(once)}
        values = _values(game, unit, nodes)
        if values is not None and _is_symmetry(game, values):
            found.append(values)
    return found


def _values(game: Game, unit: UnitGraph, nodes: dict[int, int]) -> Permutation | None:
    """Return where each value goes, from where the nodes go; inputs that reside follow their readers."""
    first, to = unit.first_value.tolist(), list(range(len(game.words)))
    for v, w in nodes.items():
        if first[v + 1] - first[v] != first[w + 1] - first[w]:
            return None
        for k in range(first[v + 1] - first[v]):
            to[first[v] + k] = first[w] + k
    readers: dict[int, set[int]] = defaultdict(set)
    for move in game.moves:
        for x in bits(move.reads & game.start):
            readers[x].add(move.node)
    waiting = defaultdict(list)
    for x in sorted(readers, reverse=True):
        waiting[frozenset(readers[x])].append(x)
    for x in sorted(readers):
        alike = waiting[frozenset(nodes[v] for v in readers[x])]
        if not alike:
            return None
        to[x] = alike.pop()
    return tuple(to)


def _is_symmetry(game: Game, to: Permutation) -> bool:
    def moved(values: int) -> int:
        return mask_of(to[x] for x in bits(values))

    if sorted(to) != list(range(len(to))) or any(game.words[x] != game.words[y] for x, y in enumerate(to)):
        return False
    if moved(game.start) != game.start or moved(game.goals) != game.goals:
        return False
    rows = {(move.reads, move.makes, move.work, move.words) for move in game.moves}
    return rows == {(moved(m.reads), moved(m.makes), m.work, m.words) for m in game.moves}
