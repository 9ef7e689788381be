"""Dividing the words that die in a loop among its copies (rules R2 and R5 of the composition).

A word goes with the last copy that reads it.  Where the index of the loop stands alone in one dimension of every
reference the array falls into slices, one a copy.  Where the references are next to each other, as ``x[i - 1]``
and ``x[i]``, the copies look through a window that moves on: each lets go the element that leaves it, the last
one all that is left.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from workdepth.graph.nodes import Composite, Position, Range
from workdepth.models.access import Reference, Slice, covered, references_of, sliced_by, tiled_by
from workdepth.models.bounded import ONE
from workdepth.models.guards import at_least
from workdepth.models.storage import Entry
from workdepth.symbolic import Domain, Expr, affine


@dataclass(frozen=True)
class Window:
    """What the copies of a loop see of one array: what each but the last lets go, and what the last does.

    Where the array begins with a ``number`` the first copy lets no word of it go.
    """

    each: Entry
    end: Entry
    number: bool = False

    def entry(self, last: bool, first: bool) -> Entry | None:
        """Return what one copy is told."""
        if not (first and self.number):
            return self.end if last else self.each
        rest = self.end.more
        return replace(rest[0], more=rest[1:]) if last and rest else None

    @property
    def rest(self) -> Slice:
        """What the last copy lets go beyond what each does."""
        words = sum((e.part.words for e in self.end.more), self.end.part.words) - self.each.part.words
        return Slice((), frozenset(), words)


@dataclass(frozen=True)
class Cut:
    """Parts divided by a loop.

    Attributes
    ----------
    sliced, rest : dict
        By operand, those that fall into slices, one a copy; those that go with the last copy (or come with the
        first).
    told : bool
        Whether the rest is exact: so where each copy reads all of it.
    windows : dict
        By operand, those that the copies see through a window.
    numbered : set
        The operands of whose slices the first is a number.
    """

    sliced: dict[int, Slice]
    rest: dict[int, Slice]
    told: bool
    windows: dict[int, Window] = field(default_factory=dict)
    numbered: set[int] = field(default_factory=set)

    @property
    def first_apart(self) -> bool:
        """Whether the first copy lets go less than the others."""
        return bool(self.numbered) or any(w.number for w in self.windows.values())

    def slices(self, first: bool) -> dict[int, Slice]:
        """Return the slices that a copy lets go."""
        return {k: s for k, s in self.sliced.items() if not (first and k in self.numbered)}

    def entries(self, last: bool, first: bool = False) -> dict[int, Entry]:
        """Return what the last copy, the first or one between is told of the windows."""
        told = {k: w.entry(last, first) for k, w in self.windows.items()}
        return {k: e for k, e in told.items() if e is not None}


def cut(
    kind: Composite,
    parts: Mapping[int, Slice],
    loop: Range,
    domain: Domain | None = None,
    closed: Iterable[int] = (),
    numbers: bool = False,
) -> Cut:
    """Divide parts by a loop; windows are looked for in a ``domain``, but not into the operands in ``closed``.

    ``numbers`` tells that the first copy is told apart.
    """
    found = Cut({}, {}, True)
    told = True
    for operand, part in parts.items():
        refs = references_of(kind, operand)
        dimension = sliced_by(loop, part, refs)
        if dimension is not None:
            found.sliced[operand] = replace(part, free=part.free - {dimension})
            continue
        if numbers and part.numbers == 1:
            dimension = sliced_by(loop, replace(part, numbers=0), refs)
            if dimension is not None and _ascending(loop, part, refs, dimension):
                found.sliced[operand] = replace(part, free=part.free - {dimension}, numbers=0)
                found.numbered.add(operand)
                continue
        tile = tiled_by(loop, part, refs)
        if tile is not None:
            found.sliced[operand] = tile
            continue
        fits = operand not in closed and part.numbers <= (1 if numbers else 0)
        window = _window(loop, part, refs, domain) if domain is not None and fits else None
        if window is not None:
            found.windows[operand] = window
            continue
        found.rest[operand] = part
        inner = [replace(r, loops=_inside(r.loops, loop)) for r in refs]
        told = told and covered(part, inner)
    return replace(found, told=told)


def _ascending(loop: Range, part: Slice, refs: Iterable[Reference], dimension: int) -> bool:
    """Say whether the first copy reads the first element."""
    return all(part.place(r.index, dimension).substitute({loop.index: loop.low}) == 0 for r in refs)


def _inside(loops: tuple[Range, ...], loop: Range) -> tuple[Range, ...]:
    """Return the loops within ``loop``: what one of its copies runs through."""
    after = [k for k, q in enumerate(loops) if q.index == loop.index]
    return loops[after[0] + 1 :] if after else loops


def windowed(part: Slice, refs: Iterable[Reference], domain: Domain) -> bool:
    """Say whether references that differ by a shift read all of a part together."""
    indices: dict[tuple[Range, ...], set[Position]] = {}
    for r in refs:
        if r.role == "read":
            indices.setdefault(part.loops + r.loops, set()).add(r.index)
    return any(_seen(k, part, found, domain) for loops, found in indices.items() for k in loops)


def _window(loop: Range, part: Slice, refs: tuple[Reference, ...], domain: Domain) -> Window | None:
    """Return the window through which operations of the innermost body see one dimension, if it is one."""
    if not all(r.role == "read" and r.loops and r.loops[-1] == loop for r in refs):
        return None
    places = _seen(loop, part, {r.index for r in refs}, domain)
    if places is None:
        return None
    one = replace(part, free=frozenset(), numbers=0)
    each, *others = (_element(one, at) for at in places)
    return Window(each, replace(each, more=tuple(others)), part.numbers > 0)


def _seen(loop: Range, part: Slice, indices: set[Position], domain: Domain) -> list[Position] | None:
    """Return indices next to each other that take in a dimension while a loop runs: first which leaves first."""
    if len(part.free) != 1 or part.starts or not at_least(loop.extent, 1, domain):
        return None
    (dimension,) = part.free
    places = _places(indices, dimension, loop)
    if places is None:
        return None
    stride, base, by_offset = places
    low, high = min(by_offset), max(by_offset)
    first, last = (loop.low, loop.high - 1) if stride > 0 else (1 - loop.high, -loop.low)
    all_of_it = base + first + low == 0 and base + last + high == part.shape[dimension] - 1
    if part.numbers and stride < 0:
        return None  # the numbers would leave last
    if not all_of_it or set(by_offset) != set(range(low, high + 1)):
        return None
    return [by_offset[k] for k in sorted(by_offset, reverse=stride < 0)]


def _element(part: Slice, at: Position) -> Entry:
    return Entry(part, dies=True, at=(at,), needs=(at,))


def _places(
    indices: set[Position], dimension: int, loop: Range
) -> tuple[int, Expr, dict[int, Position]] | None:
    """Return stride (1 or -1), base and the references by their offset, where they differ in no more than that."""
    if any(len(index) <= dimension for index in indices):
        return None
    elsewhere = {index[:dimension] + index[dimension + 1 :] for index in indices}
    parts = [(affine(index[dimension], loop.index), index) for index in indices]
    strides = {p[0] for p, _ in parts if p is not None}
    told = all(p is not None for p, _ in parts) and len(strides) == 1 and strides <= {ONE, -ONE}
    if not told or len(elsewhere) != 1 or any(loop.index in e.names for e in next(iter(elsewhere))):
        return None
    base = next(p[1] for p, _ in parts if p is not None)
    found: dict[int, Position] = {}
    for p, index in parts:
        offset = p[1] - base if p is not None else base
        if not offset.is_number or offset.number.denominator != 1:
            return None
        found[int(offset.number)] = index
    return (1 if strides == {ONE} else -1), base, found
