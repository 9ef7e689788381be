"""Waves: a table that is filled front by front, of which no round looks back farther than a few fronts.

Note [Waves].  Let each round k of a repeat write elements of its state all of one level, k + c, the level of an
element being a sum of its positions, each with a sign or left out; and let it read none of the state but elements
of the levels k + c - w to k + c - 1.  Then a word that round k writes is read for the last time in round k + w,
if what comes after the rounds reads none below the last w levels either.  So of the state no more words live than
those of the w rounds before and of the round itself: a bound, since a word may go sooner.  An anti-diagonal of a
table is such a front, and w is 2.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

from workdepth.graph.nodes import Apply, Fold, Map, Output, Position, Range, Repeat
from workdepth.models.access import references_of, whole
from workdepth.models.bounded import ZERO, Bounded
from workdepth.models.counts import copies, inside
from workdepth.models.highest import highest
from workdepth.models.origin import origin_of_output
from workdepth.models.scope import Array, Scope, array_of
from workdepth.symbolic import Domain, Expr, affine, nonnegative, simplify

MOST_DIMENSIONS = 3
Signs = tuple[int, ...]


@dataclass(frozen=True)
class Wave:
    """A state that is a wave.

    Attributes
    ----------
    signs : tuple of int
        What each position counts for in the level: 1, -1 or 0.
    begin : Expr
        The level that the first round writes.
    behind : int
        How many levels a round, and what comes after, looks back.
    each : Bounded
        How many words a round writes, in the number of the round.
    front : Bounded
        The most that one round writes.
    """

    signs: Signs
    begin: Expr
    behind: int
    each: Bounded
    front: Bounded

    @property
    def words(self) -> Expr:
        """The most words of the state that live between two rounds, and after them."""
        return self.front.expr * self.behind


def wave_of(scope: Scope, node: str, out: int, domain: Domain) -> Wave | None:
    """Return the wave that a state of a repeat is, where its fronts are surely no more than the whole, or None."""
    kind, full = scope.kinds[node], whole(scope.shape((node, out)))
    if not isinstance(kind, Repeat) or len(full.shape) > MOST_DIMENSIONS:
        return None
    for wave in _waves(scope, node, out, domain):
        if nonnegative(full.words - wave.words, domain) and _read_at_the_end(scope, node, out, wave, domain):
            return wave
    return None


def _waves(scope: Scope, node: str, out: int, domain: Domain) -> Iterator[Wave]:
    """Yield what a state may be a wave of, as far as its rounds tell."""
    kind = scope.kinds[node]
    assert isinstance(kind, Repeat)
    body = scope.inner(kind.body)
    writer = _writer(body, out)
    if writer is None or writer.into is None:
        return
    rounds = Range(kind.index, ZERO, kind.times)
    within = domain.with_index(kind.index, ZERO, kind.times)
    reads = [r for r in references_of(writer, writer.into) if r.role != "base"]
    dimensions = len(scope.shape((node, out)))
    if any(r.role != "read" or len(r.index) != dimensions for r in reads):
        return
    each = copies(writer.over, within).times(len(writer.at))
    front = highest(each, rounds, domain)
    for signs in product((1, 0, -1), repeat=dimensions):
        begin = _begin(signs, writer, kind.index)
        back = [_number(level(signs, r.index) - level(signs, writer.at[0])) for r in reads]
        if begin is not None and all(b is not None and b < 0 for b in back):
            yield Wave(signs, begin, max((-b for b in back if b is not None), default=0), each, front)


def _writer(body: Scope, out: int) -> Map | None:
    """Return the map that alone reads and renews a state in a round, by words that it makes."""
    (operand,) = body.operands[body.outputs[out]]
    kind = body.kinds[operand.node]
    if operand.index or not isinstance(kind, Map) or kind.into is None:
        return None
    port: Array = (f"port{out}", 0)
    if _readers(body, port) != [(operand.node, kind.into)] or len(_readers(body, array_of(operand))) != 1:
        return None
    made = [origin_of_output(body.inner(kind.body), k) for k in range(len(kind.at))]
    return kind if all(m.own and not m.ports for m in made) else None


def _readers(scope: Scope, array: Array) -> list[tuple[str, int]]:
    return [(v, k) for v, ops in scope.operands.items() for k, o in enumerate(ops) if array_of(o) == array]


def level(signs: Signs, index: Position) -> Expr:
    """Return the level of an element.

    Examples
    --------
    >>> from workdepth.symbolic import parse
    >>> str(level((1, 1), (parse("p + 1"), parse("k - p + 1"))))
    'k + 2'
    """
    return sum((e * s for s, e in zip(signs, index, strict=True)), ZERO)


def _begin(signs: Signs, writer: Map, rounds: str) -> Expr | None:
    """Return the level that round 0 writes, if each round writes one level, one above that of the round before."""
    found = {level(signs, at) for at in writer.at}
    parts = affine(found.pop(), rounds) if len(found) == 1 else None
    if parts is None or parts[0] != 1 or parts[1].names & {r.index for r in writer.over}:
        return None
    return parts[1]


def _number(e: Expr) -> int | None:
    return int(e.number) if e.is_number and e.number.denominator == 1 else None


def _read_at_the_end(scope: Scope, node: str, out: int, wave: Wave, domain: Domain) -> bool:
    """Say whether all that is read of a state after its rounds is of the last levels, or above."""
    kind = scope.kinds[node]
    assert isinstance(kind, Repeat)
    least = wave.begin + kind.times - wave.behind
    return all(_reads_above(scope, v, k, wave, least, domain) for v, k in _readers(scope, (node, out)))


def _reads_above(scope: Scope, node: str, operand: int, wave: Wave, least: Expr, domain: Domain) -> bool:
    """Say whether a node reads no element of a lower level, nor hands one on."""
    kind, index = scope.kinds[node], scope.operands[node][operand].index
    if isinstance(kind, Output | Apply):
        return _above(wave, index, least, domain)
    if (isinstance(kind, Repeat) and operand >= kind.carried) or isinstance(kind, Map | Fold):
        refs = references_of(kind, operand)
        return all(
            r.role in ("read", "leaf") and _above(wave, index + r.index, least, inside(domain, r.loops))
            for r in refs
        )
    if not isinstance(kind, Repeat) or index:
        return False
    later = (w for w in _waves(scope, node, operand, domain) if w.signs == wave.signs)
    return any(
        _at_least(w.begin - w.behind, least, domain) and _read_at_the_end(scope, node, operand, w, domain)
        for w in later
    )


def _above(wave: Wave, index: Position, least: Expr, domain: Domain) -> bool:
    return len(index) == len(wave.signs) and _at_least(level(wave.signs, index), least, domain)


def _at_least(e: Expr, least: Expr, domain: Domain) -> bool:
    return nonnegative(simplify(e - least, domain), domain)
