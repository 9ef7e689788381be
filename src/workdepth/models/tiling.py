"""Arrays that are read in tiles: each tile under a name of its own, and every word in one of them.

Note [Tiles].  What calls take of an array are parts of it, named by maps that do no more: the halves that are
sorted apart, what is smaller than a pivot and what is larger.  Where all that reads an array are such maps, their
tiles do not meet, and have as many words together as the array has, each word is in just one of them.  Then the
words of each tile are followed apart: they go when the last reader of its name is done.  Where they have fewer,
as in a case that looks at a part only, nobody reads the rest.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from workdepth.graph.nodes import Map, Position, Range
from workdepth.models.bounded import ONE, ZERO
from workdepth.models.origin import origin_of_output
from workdepth.models.scope import Array, Scope
from workdepth.symbolic import Domain, Expr, affine, nonnegative, simplify


@dataclass(frozen=True)
class Tile:
    """A box of an array under the name of a map: where it starts, how far it reaches, in each dimension."""

    node: str
    starts: Position
    extents: Position

    @property
    def words(self) -> Expr:
        """How many words it has."""
        total = ONE
        for extent in self.extents:
            total = total * extent
        return total

    def apart(self, other: Tile, domain: Domain) -> bool:
        """Say whether two tiles surely have no word in common."""
        return any(
            nonnegative(b - a - e, domain) or nonnegative(a - b - f, domain)
            for a, e, b, f in zip(self.starts, self.extents, other.starts, other.extents, strict=True)
        )


def tiles(
    scope: Scope, array: Array, reads: Iterable[tuple[str, int, Position]], domain: Domain
) -> tuple[Tile, ...]:
    """Return the tiles that an array falls into, by the maps that name them; none where it does not.

    Parameters
    ----------
    scope : Scope
    array : Array
    reads : iterable of (node, operand, index)
        All that read it.
    domain : Domain
    """
    found: list[Tile] = []
    for node, position, index in reads:
        kind = scope.kinds[node]
        if index or not isinstance(kind, Map) or kind.into is not None:
            return ()
        tile = _tile(scope, node, kind, position, len(scope.shape(array)))
        if tile is None:
            return ()
        found.append(tile)
    whole = ONE
    for extent in scope.shape(array):
        whole = whole * extent
    if len(found) < 2 and simplify(sum((t.words for t in found), ZERO) - whole, domain) == ZERO:
        return ()  # a name of all of it is not told apart
    alone = all(a.apart(b, domain) for k, a in enumerate(found) for b in found[:k])
    return tuple(found) if alone else ()


def _tile(scope: Scope, node: str, kind: Map, position: int, dimensions: int) -> Tile | None:
    """Return the box that a map names, if it names nothing else and does nothing."""
    inner = scope.inner(kind.body)
    if len(inner.outputs) != 1:
        return None
    made = origin_of_output(inner, 0)
    if made.own or made.ports != {position} or made.index is None or len(made.index) != dimensions:
        return None
    left = {r.index: r for r in kind.over}
    starts, extents = [], []
    for place in made.index:
        named = [t for t in place.names if any(r.index == t for r in kind.over)]
        if not named:
            starts.append(place)
            extents.append(ONE)
            continue
        box = _side(place, left.pop(named[0], None)) if len(named) == 1 else None
        if box is None:
            return None
        starts.append(box[0])
        extents.append(box[1])
    return None if left else Tile(node, tuple(starts), tuple(extents))


def _side(place: Expr, loop: Range | None) -> tuple[Expr, Expr] | None:
    """Return where a place starts and how far it reaches while a loop runs, one step at a time."""
    parts = affine(place, loop.index) if loop is not None else None
    if loop is None or parts is None or parts[0] != ONE:
        return None
    return parts[1] + loop.low, loop.extent
