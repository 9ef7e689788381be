"""Whether an expression grows or falls with one name, by its form."""

from __future__ import annotations

from workdepth.symbolic.atoms import Atom, Monomial
from workdepth.symbolic.bounds import monomial_low
from workdepth.symbolic.domain import Domain
from workdepth.symbolic.expr import Expr


def direction(x: Expr, text: str, domain: Domain) -> int | None:
    """Return 1 where x never falls as the name grows, -1 where it never rises, else None.

    Parameters
    ----------
    x : Expr
        An expression that contains the name.
    text : str
    domain : Domain

    Returns
    -------
    int or None
    """
    found: set[int] = set()
    for monomial, c in x.terms.items():
        if not any(text in atom.names for atom, _ in monomial):
            continue
        way = _monomial_direction(monomial, text, domain)
        if way is None:
            return None
        found.add(way if c > 0 else -way)
    return found.pop() if len(found) == 1 else None


def _monomial_direction(monomial: Monomial, text: str, domain: Domain) -> int | None:
    varying = [(atom, e) for atom, e in monomial if text in atom.names]
    # One varying factor of exponent 1 may have any sign; products and powers need factors >= 0.
    asked = (
        monomial if len(varying) > 1 or varying[0][1] != 1 else tuple(p for p in monomial if p not in varying)
    )
    if monomial_low(asked, domain) is None:
        return None
    ways: set[int] = set()
    for atom, e in varying:
        way = _atom_direction(atom, text, domain)
        if way is None:
            return None
        ways.add(way if e > 0 else -way)
    return ways.pop() if len(ways) == 1 else None


def _atom_direction(atom: Atom, text: str, domain: Domain) -> int | None:
    if atom.kind == "name":
        return 1
    if atom.kind in ("xor", "and", "or"):
        return None
    if atom.kind == "power" and not isinstance(atom.args[0], int):
        return None
    varying = [a for a in atom.args if isinstance(a, Expr) and text in a.names]
    ways = {direction(a, text, domain) for a in varying}
    return ways.pop() if len(ways) == 1 else None
