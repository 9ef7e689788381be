"""Which words of its base a map lets go when it writes into it.

Rule R4 of the composition: a map that takes its base over makes as many words as it lets go, for the positions
that it writes; the rest keeps its name.  When a replaced word dies is told exactly where each copy reads the
word that it replaces, and no other copy can read it.
"""

from __future__ import annotations

from dataclasses import dataclass

from workdepth.graph.nodes import Map, Position, Range
from workdepth.models.access import Slice, references_of
from workdepth.models.bounded import NOTHING, ONE, Bounded
from workdepth.models.counts import copies, inside
from workdepth.models.origin import origin_of_output
from workdepth.models.scope import Scope
from workdepth.models.storage import Entry
from workdepth.symbolic import Domain, Expr, affine, positive


@dataclass(frozen=True)
class Replaced:
    """How the words of a base die that are written over: inside the copies, or late.

    Attributes
    ----------
    entries : dict
        What the copies are told of the base.
    late : Bounded
        The words let go when all copies have run.
    when : bool
        Whether it is told exactly when they die.
    exact : bool
        Whether it is told exactly how many die.
    """

    entries: dict[int, Entry]
    late: Bounded = NOTHING
    when: bool = True
    exact: bool = True


def replaced_positions(
    kind: Map, moved: frozenset[int], domain: Domain, *, lockstep: bool, scale: Expr = ONE
) -> Replaced:
    """Tell how the base's replaced words die."""
    if kind.into is None or kind.into not in moved:
        return Replaced({})
    body = Scope(kind.body)
    made = [origin_of_output(body, k) for k in range(len(kind.at))]
    own = sum(1 for m in made if m.own)
    foreign = any(m.ports - {kind.into} for m in made)
    named = {m.index for m in made if not m.own}
    dying = tuple(at for at in kind.at if at not in named)
    points = copies(kind.over, domain)
    late = points.times(scale * own)
    if foreign or len(dying) != own or any(m.own and m.ports for m in made):
        return Replaced({}, NOTHING if foreign else late, False, False)
    refs = [r for r in references_of(kind, kind.into) if r.role != "base"]
    within = inside(domain, kind.over)
    touching = [r for r in refs if not all(apart(r.index, at, kind.over, within) for at in dying)]
    direct = all(r.loops == kind.over and r.role == "read" for r in touching)
    met = {r.index for r in touching}
    if not direct or not set(dying) <= met or not (lockstep or met == set(dying)):
        return Replaced({}, late, not own)
    count = points.expr * scale if lockstep else ONE
    part = Slice((), frozenset(), count * own)
    entry = Entry(part, dies=True, at=tuple(sorted(met, key=str)), needs=dying)
    return Replaced({kind.into: entry}, exact=points.exact)


def apart(read: Position, written: Position, loops: tuple[Range, ...], within: Domain) -> bool:
    """Say whether it is proved that no copy reads at ``read`` what any copy writes at ``written``."""
    return any(_apart(a, b, loops, within) for a, b in zip(read, written, strict=False))


def _apart(a: Expr, b: Expr, loops: tuple[Range, ...], within: Domain) -> bool:
    indices = {r.index for r in loops}
    used = (a.names | b.names) & indices
    difference = a - b
    if not used:
        return positive(difference, within) or positive(-difference, within)
    if len(used) != 1:
        return False
    (index,) = used
    left, right = affine(a, index), affine(b, index)
    if left is None or right is None or left[0] != right[0]:
        return False
    # Equal strides: two residues meet only where they differ by a multiple of the stride.
    stride, gap = left[0], left[1] - right[1]
    below = positive(gap, within) and positive(stride - gap, within)
    above = positive(-gap, within) and positive(stride + gap, within)
    return below or above
