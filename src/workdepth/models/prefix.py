"""What a scan's combines cost, for each method: how many there are, how deep, how wide.

The closed forms stand, with their sources and for which n they hold, in :mod:`workdepth.graph.prefix`, where the
combines themselves are made; the tests hold the two together.  Exact at every n where there is a closed form, at
powers of two where there is one for these only, and else an upper bound.
"""

from __future__ import annotations

from dataclasses import dataclass

from workdepth.graph.nodes import Scan
from workdepth.models.bounded import ZERO, Bounded
from workdepth.models.guards import indicator
from workdepth.symbolic import Domain, Expr, ceiling, floor, log2, maximum_of, simplify


@dataclass(frozen=True)
class Shape:
    """The combines of a scan: their number, the length of their longest chain, the most at one level."""

    size: Bounded
    depth: Bounded
    width: Bounded


def shape_of(kind: Scan, domain: Domain) -> Shape:
    """Return the shape of a scan's combines.

    Examples
    --------
    >>> from workdepth.symbolic import Size, name
    >>> n, powers = name("n"), Domain((Size("n", power_of=2),))
    >>> found = _inclusive("brent-kung", n, powers)
    >>> str(found.size.expr), found.size.exact
    ('2*n - log2(n) - 2', True)
    """
    n = kind.over.extent
    if kind.inclusive:
        return _inclusive(kind.method, n, domain)
    return _exclusive(kind.method, n, domain)


def _power_of_two(n: Expr, domain: Domain) -> bool:
    sizes = [domain.size(text) for text in n.names]
    return len(sizes) == 1 and sizes[0] is not None and sizes[0].power_of == 2 and n == sizes[0].expr


def _inclusive(method: str, n: Expr, domain: Domain) -> Shape:
    some = indicator(n, 2, domain)
    c, f = ceiling(log2(maximum_of(1, n))), floor(log2(maximum_of(1, n)))
    half = floor(n / 2)
    powers = _power_of_two(n, domain)
    k = log2(n) if powers else c
    match method:
        case "sequential":
            return _shape(domain, maximum_of(0, n - 1), maximum_of(0, n - 1), some)
        case "hillis-steele":
            return _shape(domain, n * c - 2**c + 1, c, maximum_of(0, n - 1))
        case "sklansky" if powers:
            return _shape(domain, n * k / 2, k, half)
        case "sklansky":
            # The ones in the binary forms of 0 .. n - 1: at most half of all digits (Trollope 1968).
            return _shape(domain, Bounded(n * c / 2, False), c, half)
        case "brent-kung" if powers:
            return _shape(domain, 2 * n - 2 - k, maximum_of(k, 2 * k - 2), half)
        case "brent-kung":
            return _shape(domain, Bounded(2 * n - 2 - f, False), Bounded(2 * f, False), half)
        case "blelloch" if powers:
            first = indicator(k, 1, domain)
            return _shape(
                domain, 2 * n - 2 - 2 * k + first, 2 * k - first, maximum_of(first, floor((n - 1) / 2))
            )
        case "blelloch":
            bound = Bounded(2 * n - 2 - f, False)
            return _shape(domain, bound, Bounded(2 * c, False), maximum_of(some, floor((n - 1) / 2)))
        case "ladner-fischer":
            return _shape(domain, Bounded(4 * (n - 1), False), c, Bounded(n - 1, False))
    raise KeyError(method)


def _exclusive(method: str, n: Expr, domain: Domain) -> Shape:
    """Return the shape without what only the total needs: that of one leaf less, or a bound."""
    before = n - 1
    some = indicator(n, 3, domain)
    last = maximum_of(1, before)
    c, f = ceiling(log2(last)), floor(log2(last))
    if _power_of_two(n, domain) and method in ("brent-kung", "blelloch"):
        k = log2(n)
        return _shape(domain, 2 * n - 2 - 2 * k, maximum_of(0, 2 * k - 2), floor(before / 2))
    match method:
        case "sequential":
            return _shape(domain, maximum_of(0, n - 2), maximum_of(0, n - 2), some)
        case "hillis-steele":
            return _shape(domain, maximum_of(0, before * c - 2**c + 1), c, maximum_of(0, n - 2))
        case "sklansky":
            return _shape(domain, Bounded(before * c / 2, False), c, floor(before / 2))
        case "brent-kung" | "blelloch":
            size = Bounded(maximum_of(0, 2 * before - 2 - f), False)
            return _shape(domain, size, Bounded(2 * f, False), floor(before / 2))
        case "ladner-fischer":
            c = ceiling(log2(maximum_of(1, n)))
            return _shape(domain, Bounded(4 * before, False), Bounded(c, False), Bounded(before, False))
    raise KeyError(method)


def _shape(domain: Domain, size: Expr | Bounded, depth: Expr | Bounded, width: Expr | Bounded) -> Shape:
    def bounded(x: Expr | Bounded) -> Bounded:
        given = x if isinstance(x, Bounded) else Bounded(x)
        return Bounded(simplify(given.expr + ZERO, domain), given.exact)

    return Shape(bounded(size), bounded(depth), bounded(width))


def more_words(kind: Scan, domain: Domain, separate: bool) -> Bounded:
    """Return the words that the combines need on one thread beyond those of the leaves, for each result.

    They run in place, so that only ``separate`` needs one more; in Hillis and Steele's a level reads words that
    it overwrites, at most min(2**d, n - 2**(d + 1)) at a time, which is at most n/3.
    """
    n = kind.over.extent
    one = indicator(n, 2 if kind.inclusive else 3, domain) if separate else ZERO
    if kind.method == "hillis-steele":
        return Bounded(floor(n / 3) + one, False)
    return Bounded(one)
