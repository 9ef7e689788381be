"""Who reads what: every place, however deep, at which a body reads an array, and what follows from its index.

A word dies in the step of its last reader.  Which copy of a map that is can be told in closed form when an index
stands bare in one dimension of every reference (rule R2 of the composition: the array falls into slices, one for
each copy), or when one copy reads all of it.  What is not recognised is released late: the figure is a bound.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from workdepth.graph.algorithm import Algorithm
from workdepth.graph.nodes import (
    COMPOSITES,
    Fold,
    Map,
    Output,
    Port,
    Position,
    Range,
    Repeat,
    Scan,
    Shape,
    ranges_of,
)
from workdepth.models.bounded import ONE, ZERO
from workdepth.symbolic import Expr, affine, name


@dataclass(frozen=True)
class Reference:
    """One place that reads an array: the leading indices, the other dimensions being read whole.

    ``loops`` are those between the scope in question and the reader; ``role`` is "read", "partial", "output" (in the
    scope itself), "name", "leaf", "base", "state".
    """

    index: Position
    loops: tuple[Range, ...]
    role: str = "read"


@dataclass(frozen=True)
class Slice:
    """The part of an array that is still to be accounted for: its ``free`` dimensions, times ``scale`` copies.

    ``loops`` are loops around the reader that run in lockstep, so that together they may read a whole dimension.
    The first ``numbers`` elements of an array of one dimension are numbers, and take no word.  Of a tile, ``shape``
    is its own, and ``starts`` tells where it begins in some dimensions of the array.
    """

    shape: Shape
    free: frozenset[int]
    scale: Expr = ONE
    loops: tuple[Range, ...] = ()
    numbers: int = 0
    starts: tuple[tuple[int, Expr], ...] = ()

    def place(self, index: Position, dimension: int) -> Expr:
        """Return where in the part an index points, in one dimension."""
        return index[dimension] - dict(self.starts).get(dimension, ZERO)

    def tile(self, dimension: int, start: Expr, extent: Expr) -> Slice:
        """Return the part of it that begins at ``start`` in one dimension."""
        shape = (*self.shape[:dimension], extent, *self.shape[dimension + 1 :])
        return replace(self, shape=shape, starts=(*self.starts, (dimension, start)))

    @property
    def words(self) -> Expr:
        """How many words it has."""
        total = self.scale
        for d in self.free:
            extent = self.shape[d] - self.numbers if self.numbers else self.shape[d]
            total = total * extent if total is not ONE else extent
        return total


def whole(shape: Shape, scale: Expr = ONE, numbers: int = 0) -> Slice:
    """Return the slice that is the whole array, but for some numbers at its beginning."""
    return Slice(shape, frozenset(range(len(shape))), scale, numbers=numbers)


def references(body: Algorithm, node: str, out: int) -> tuple[Reference, ...]:
    """Return every reference to result ``out`` of ``node`` in its scope and in the bodies below it."""
    found: list[Reference] = []
    for _, reader, edge in body.out_edges(node, data=True):
        if edge.get("order") or edge["out"] != out:
            continue
        found += _references_by(body.nodes[reader]["kind"], edge["position"], edge["index"])
    return tuple(found)


def references_of(kind: object, operand: int) -> tuple[Reference, ...]:
    """Return the references inside a composite node to what it is given as ``operand``."""
    return tuple(_references_by(kind, operand, ()))


def _references_by(kind: object, operand: int, index: Position) -> list[Reference]:
    if isinstance(kind, Output):
        return [Reference(index, (), "output")]
    if not isinstance(kind, COMPOSITES):
        return [Reference(index, ())]
    if isinstance(kind, Repeat) and operand < kind.carried:
        return [Reference(index, (), "state")]
    loops = ranges_of(kind)
    inner = [
        replace(r, index=index + r.index, loops=loops + r.loops)
        for r in references(kind.body, port_node(kind.body, operand), 0)
    ]
    inner = [replace(r, role=_named_by(kind)) if r.role == "output" else r for r in inner]
    if isinstance(kind, Scan) and not kind.inclusive:
        # Nothing reads the last leaf of an exclusive scan: where leaves are names, neither is their last word read.
        inner = [replace(r, role="partial") for r in inner]
    if isinstance(kind, Map) and kind.into == operand:
        inner.append(Reference(index, (), "base"))
    return inner


def _named_by(kind: object) -> str:
    """Return what becomes of what a body only names: leaves are read by combines, all else stays a name."""
    return "leaf" if isinstance(kind, Fold | Scan) else "name"


def port_node(body: Algorithm, number: int) -> str:
    """Return the node of ``body`` that is port ``number``."""
    return next(str(v) for v, d in body.nodes(data=True) if d["kind"] == Port(number))


def spans(e: Expr, loop: Range, extent: Expr) -> bool:
    """Say whether ``e`` takes each value of ``0 .. extent - 1`` exactly once while ``loop`` runs."""
    if loop.index not in e.names:
        return False
    parts = affine(e, loop.index)
    if parts is None:
        return False
    slope, _ = parts
    first, last = e.substitute({loop.index: loop.low}), e.substitute({loop.index: loop.high - 1})
    return (slope == 1 and first == 0 and last == extent - 1) or (
        slope == -1 and last == 0 and first == extent - 1
    )


def sliced_by(loop: Range, part: Slice, refs: Iterable[Reference]) -> int | None:
    """Return the dimension that ``loop`` cuts into slices, one for each of its values, or None."""
    refs = tuple(refs)
    if part.numbers:
        return None  # the slices of numbers are none
    for d in sorted(part.free):
        places = {part.place(r.index, d) if len(r.index) > d else None for r in refs}
        if len(places) == 1 and None not in places:
            (e,) = places
            if e is not None and spans(e, loop, part.shape[d]):
                return d
    return None


def tiled_by(loop: Range, part: Slice, refs: Iterable[Reference]) -> Slice | None:
    """Return the tile that a copy of ``loop`` reads, where copy r reads positions ``t*r`` to ``t*r + t - 1`` alone."""
    refs = tuple(refs)
    if part.numbers or part.starts or loop.low != 0 or any(r.role != "read" for r in refs):
        return None
    for d in sorted(part.free):
        places = {r.index[d] if len(r.index) > d else None for r in refs}
        if len(places) != 1 or None in places:
            continue
        (e,) = places
        parts = affine(e, loop.index) if e is not None else None
        if parts is None or parts[0] * loop.extent != part.shape[d]:
            continue
        stride, within = parts
        if all(any(spans(within, k, stride) for k in r.loops) for r in refs):
            return part.tile(d, stride * name(loop.index), stride)
    return None


def covers(part: Slice, ref: Reference, loops: tuple[Range, ...] | None = None) -> bool:
    """Say whether one reference reads all of the part, while the loops around it run."""
    available = list(part.loops + (ref.loops if loops is None else loops))
    for d in sorted(part.free):
        if len(ref.index) <= d or part.shape[d] == 1:
            continue
        place = part.place(ref.index, d)
        fitting = next((k for k in available if spans(place, k, part.shape[d])), None)
        found = (fitting,) if fitting is not None else _tiling(place, available, part.shape[d])
        if found is None:
            return False
        for k in found:
            available.remove(k)
    return True


def _tiling(place: Expr, loops: list[Range], extent: Expr) -> tuple[Range, Range] | None:
    """Return two loops that take in a dimension together, one tile after the other."""
    for outer in loops:
        parts = affine(place, outer.index) if outer.low == 0 else None
        if parts is None or parts[0] * outer.extent != extent:
            continue
        inner = next((k for k in loops if k != outer and spans(parts[1], k, parts[0])), None)
        if inner is not None:
            return outer, inner
    return None


def covered(part: Slice, refs: Iterable[Reference]) -> bool:
    """Say whether at least one of the references reads all of the part."""
    return not part.free or any(covers(part, r) for r in refs if r.role != "partial")
