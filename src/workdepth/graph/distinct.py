"""Whether the copies of a map that writes into an array write positions of their own."""

from __future__ import annotations

from workdepth.graph.nodes import Map, Position, Range
from workdepth.graph.smallest import MOST_COPIES, bounds, copies, points, whole
from workdepth.symbolic import Domain, affine

Clash = tuple[tuple[int, ...], dict[str, int], dict[str, int]]


def clash(kind: Map, loops: tuple[Range, ...], domain: Domain) -> Clash | None:
    """Return a position that two copies write, and where both stand; None where none is found.

    Parameters
    ----------
    kind : Map
        One that writes into its base.
    loops : tuple of Range
        Those around it, outermost first.
    domain : Domain
        What is known of the sizes.
    """
    if len(kind.at) == 1 and told_apart(kind.at[0], kind.over):
        return None
    used = frozenset(text for at in kind.at for e in at for text in e.names) | bounds(kind.over)
    ticks = iter(range(MOST_COPIES))
    every = used | {r.index for r in kind.over}
    for point in points(domain.sizes, used | bounds(loops)):
        for outer in copies(point, loops, used, ticks):
            seen: dict[tuple[int | None, ...], dict[str, int]] = {}
            for inner in copies(outer, kind.over, every, ticks):
                for at in kind.at:
                    spot = tuple(whole(e, inner) for e in at)
                    if None in spot:
                        return None
                    if spot in seen:
                        return tuple(x for x in spot if x is not None), seen[spot], inner
                    seen[spot] = inner
    return None


def told_apart(at: Position, over: tuple[Range, ...]) -> bool:
    """Say whether a position gives away every index: each stands alone in a dimension, after those known already.

    Examples
    --------
    >>> from workdepth.symbolic import as_expr
    >>> over = (Range("i", as_expr(0), as_expr("n")),)
    >>> told_apart((as_expr("2*i + n"),), over), told_apart((as_expr("i^1"),), over)
    (True, False)
    """
    unknown = {r.index for r in over}
    waiting = list(at)
    while unknown:
        for e in waiting:
            open_ = e.names & unknown
            if len(open_) == 1:
                (index,) = open_
                line = affine(e, index)
                if line is not None and line[0].is_number and line[0].number:
                    unknown.discard(index)
                    waiting.remove(e)
                    break
        else:
            return False
    return True
