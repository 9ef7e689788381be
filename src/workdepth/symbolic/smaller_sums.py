"""Sums that are at most a given one everywhere in a domain: proved at least 0, they prove it too."""

from __future__ import annotations

from itertools import permutations

from workdepth.symbolic.atoms import Atom, Monomial, Number
from workdepth.symbolic.bounds import Question, atom_low, monomial_low
from workdepth.symbolic.domain import Domain, Index
from workdepth.symbolic.expr import Expr
from workdepth.symbolic.making import atom_expr, term_expr, total
from workdepth.symbolic.structure import affine
from workdepth.symbolic.terms import sorted_monomial, tidy


def without_matched(x: Expr, atoms: list[Atom], domain: Domain, asks: Question) -> Expr | None:
    """Cancel c*f(y)*m - c*f(z)*m for a rounding, logarithm or power f and y >= z: that much is >= 0."""
    for kind in ("floor", "ceiling", "log2", "harmonic", "power"):
        some = [a for a in atoms if a.kind == kind]
        for high, low in permutations(some, 2):
            rest = _without_pair(x, high, low, domain, asks)
            if rest is not None:
                return rest
    return None


def _without_pair(x: Expr, high: Atom, low: Atom, domain: Domain, asks: Question) -> Expr | None:
    if high.kind == "power" and (high.args[0] != low.args[0] or not isinstance(high.args[0], int)):
        return None
    for monomial, c in x.terms.items():
        found = dict(monomial)
        if c < 0 and found.get(low) == 1 and high not in found:
            swapped = sorted_monomial({(high if a == low else a): e for a, e in monomial})
            del found[low]
            if x.terms.get(swapped, 0) <= 0 or monomial_low(tuple(found.items()), domain) is None:
                continue
            if asks(high.args[-1] - low.args[-1]):
                share = min(-c, x.terms[swapped])
                return x + term_expr(monomial, share) - term_expr(swapped, share)
    return None


def without_roots(x: Expr, domain: Domain) -> Expr | None:
    """Replace n**f, n >= 1, by its tangent 1 + f*(n - 1), which lies above it."""
    for monomial, c in x.terms.items():
        for atom, e in monomial:
            part = tidy(e - int(e))
            low = atom_low(atom, domain)
            if part and c < 0 and low is not None and low >= 1:
                others = dict(monomial)
                others[atom] = tidy(e - part)
                kept = term_expr(tuple((a, v) for a, v in others.items() if v), c)
                if monomial_low(monomial, domain) is None:
                    return None
                line = (atom_expr(atom) - 1) * part + 1
                return x - term_expr(monomial, c) + kept * line
    return None


def at_least_ends(x: Expr, index: Index, domain: Domain, asks: Question) -> Expr | None:
    """Put into each monotone term the end of an index's range that makes it smallest."""
    first, last = index.low, index.high - 1
    ends = [_end(m, c, index, first, last, domain, asks) for m, c in x.terms.items()]
    known = [e for e in ends if e is not None]
    return total(known) if len(known) == len(ends) else None


def _end(
    monomial: Monomial, c: Number, index: Index, first: Expr, last: Expr, domain: Domain, asks: Question
) -> Expr | None:
    """Return the smallest value of a monotone term over the range."""
    term = term_expr(monomial, c)
    if index.name not in term.names:
        return term
    if monomial_low(monomial, domain) is None:
        return None
    growing = _direction(monomial, index.name, asks)
    if growing is None:
        return None
    return term.substitute({index.name: first if (growing > 0) == (c > 0) else last})


def _direction(monomial: Monomial, text: str, asks: Question) -> int | None:
    """Whether a monomial of nonnegative factors grows (1) or falls (-1) with a name; None where unknown."""
    found: set[int] = set()
    for atom, e in monomial:
        if text not in atom.names:
            continue
        inner = 1 if atom.kind == "name" else _power_direction(atom, text, asks)
        if inner is None:
            return None
        found.add(inner if e > 0 else -inner)
    return found.pop() if len(found) == 1 else None


def _power_direction(atom: Atom, text: str, asks: Question) -> int | None:
    if atom.kind != "power" or not isinstance(atom.args[0], int):
        return None
    line = affine(atom.args[1], text)
    if line is None:
        return None
    if asks(line[0]):
        return 1
    return -1 if asks(-line[0]) else None
