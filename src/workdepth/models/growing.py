"""States that start as numbers and are filled round by round: how many numbers are left at their beginning.

A number takes no word.  Where round r writes position r + c, and the last one the last, the first c stay numbers.
"""

from __future__ import annotations

from workdepth.graph.nodes import Apply, Map, Range, Repeat
from workdepth.models.bounded import ZERO
from workdepth.models.origin import NOWHERE, Origin, origin, origin_of_output
from workdepth.models.scope import Scope, array_of
from workdepth.symbolic import Domain, Expr, affine, nonnegative


def leading_numbers(scope: Scope, node: str, out: int, domain: Domain) -> int:
    """Return how many elements at the beginning of a state surely are numbers when its rounds are over.

    Only of an array of one dimension all of whose other elements are surely words made in the rounds; else 0.
    """
    kind = scope.kinds[node]
    if not isinstance(kind, Repeat) or not nonnegative(kind.times - 1, domain):
        return 0
    body = Scope(kind.body)
    (operand,) = body.operands[body.outputs[out]]
    if operand.index:
        return 0
    within = domain.with_index(kind.index, ZERO, kind.times)
    if isinstance(body.kinds[operand.node], Repeat):
        return leading_numbers(body, operand.node, operand.out, within)
    if origin(scope, array_of(scope.operands[node][out])) != NOWHERE:
        return 0
    first = _first_written(body, operand.node, out, Range(kind.index, ZERO, kind.times))
    full = scope.shape((node, out))
    if first is None or len(full) != 1 or first + kind.times != full[0]:
        return 0
    return first


def _first_written(body: Scope, node: str, out: int, rounds: Range) -> int | None:
    """Return the position that the first round writes, where each writes one word, at the next."""
    writer = body.kinds[node]
    if not isinstance(writer, Map) or writer.into is None or writer.over or len(writer.at) != 1:
        return None
    if array_of(body.operands[node][writer.into]) != (f"port{out}", 0) or len(writer.at[0]) != 1:
        return None
    if not writes_words(body, node):
        return None
    parts = affine(writer.at[0][0], rounds.index)
    if parts is None or parts[0] != 1 or not _counts(parts[1]):
        return None
    return int(parts[1].number)


def _counts(e: Expr) -> bool:
    return e.is_number and e.number.denominator == 1 and e.number >= 0


def writes_words(body: Scope, node: str) -> bool:
    """Say whether a map writes nothing but words that its scope makes, and that nothing else names."""
    writer = body.kinds[node]
    assert isinstance(writer, Map)
    inner = body.inner(writer.body)
    return all(_fresh(body, node, origin_of_output(inner, k)) for k in range(len(writer.at)))


def _fresh(body: Scope, node: str, made: Origin) -> bool:
    if made.own or len(made.ports) != 1:
        return made.own and not made.ports
    (port,) = made.ports
    named = array_of(body.operands[node][port])
    source = origin(body, named)
    readers = [
        (v, k)
        for v, operands in body.operands.items()
        for k, o in enumerate(operands)
        if array_of(o) == named
    ]
    others = [v for v, k in readers if (v, k) != (node, port)]
    return source.own and not source.ports and all(isinstance(body.kinds[v], Apply) for v in others)
