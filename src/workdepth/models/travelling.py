"""A number that is written over one word of an array, and then only moved from place to place.

An output may keep the word that was overwritten.  As long as the number stays in the array there is one word less
in it, so the two together need no more words than the array alone: as in Blelloch's scan, whose total is kept
while a zero takes its place and goes down the tree.
"""

from __future__ import annotations

from workdepth.graph.nodes import Map, Output, Repeat
from workdepth.models.bounded import ZERO
from workdepth.models.counts import inside
from workdepth.models.disjoint import apart
from workdepth.models.guards import at_least
from workdepth.models.origin import origin_of_output
from workdepth.models.scope import Array, Scope, array_of
from workdepth.symbolic import Domain, Expr, name, simplify


def number_stays(scope: Scope, node: str, domain: Domain) -> bool:
    """Say whether a map writes one number into an array, which then has it in one place or another for ever.

    The array is kept by an output, at once or after rounds in which the number is moved, and nothing else.
    """
    kind = scope.kinds[node]
    if not isinstance(kind, Map) or kind.over or len(kind.at) != 1 or len(kind.at[0]) != 1:
        return False
    made = origin_of_output(scope.inner(kind.body), 0)
    if made.own or made.ports:
        return False
    readers = _readers(scope, (node, 0))
    if len(readers) != 1:
        return False
    ((reader, position),) = readers
    rounds = scope.kinds[reader]
    if not isinstance(rounds, Repeat) or position >= rounds.carried:
        return False
    after = _readers(scope, (reader, position))
    kept = bool(after) and all(isinstance(scope.kinds[v], Output) for v, _ in after)
    return kept and _moved_on(rounds, position, kind.at[0][0], domain)


def _readers(scope: Scope, array: Array) -> list[tuple[str, int]]:
    """Return who reads an array, and as which operand; nothing where one reads no more than a part of it."""
    found = []
    for reader, operands in scope.operands.items():
        for k, o in enumerate(operands):
            if array_of(o) == array:
                found.append((reader, k))
                if o.index:
                    return []
    return found


def _moved_on(rounds: Repeat, state: int, start: Expr, domain: Domain) -> bool:
    """Say whether each round moves the number from where it is to where the next one finds it."""
    body = Scope(rounds.body)
    (operand,) = body.operands[body.outputs[state]]
    writer = body.kinds[operand.node]
    port = (f"port{state}", 0)
    if operand.index or not isinstance(writer, Map) or writer.into is None or len(writer.over) != 1:
        return False
    if _readers(body, port) != [(operand.node, writer.into)] or len(_readers(body, array_of(operand))) != 1:
        return False
    places = _from_to(body, writer)
    if places is None:
        return False
    source, target = places
    (loop,) = writer.over
    around = domain.with_index(rounds.index, ZERO, rounds.times)
    if not at_least(loop.extent, 1, around) or not apart(
        (target,), (source,), writer.over, inside(around, writer.over)
    ):
        return False
    here = source.substitute({loop.index: loop.low})
    there = target.substitute({loop.index: loop.low})
    first = here.substitute({rounds.index: ZERO}) - start
    following = here.substitute({rounds.index: _next(rounds.index)}) - there
    return simplify(first, domain) == ZERO and simplify(following, around) == ZERO


def _next(index: str) -> Expr:
    return name(index) + 1


def _from_to(body: Scope, writer: Map) -> tuple[Expr, Expr] | None:
    """Return where a copy finds the one element that it moves, and where it puts it; it overwrites no third."""
    made = [origin_of_output(body.inner(writer.body), k) for k in range(len(writer.at))]
    moves = [k for k, m in enumerate(made) if not m.own]
    if len(made) != 2 or len(moves) != 1 or any(len(at) != 1 for at in writer.at):
        return None
    (k,) = moves
    index = made[k].index
    if made[k].ports != {writer.into} or index != writer.at[1 - k] or made[1 - k].ports:
        return None
    return writer.at[1 - k][0], writer.at[k][0]
