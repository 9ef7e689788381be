"""The shift rule: a sum is at least 0 where its coefficients are, each atom written as its least value plus more.

With n = 1 + m, m >= 0, n**2 - n is m**2 + m.
"""

from __future__ import annotations

from workdepth.symbolic.atoms import Atom, Number
from workdepth.symbolic.bounds import atom_low
from workdepth.symbolic.domain import Domain
from workdepth.symbolic.expr import Expr
from workdepth.symbolic.making import name, term_expr, total
from workdepth.symbolic.structure import atoms_of
from workdepth.symbolic.terms import tidy

#: Expressions with more terms are not looked into.
MOST_TERMS = 400
#: Higher powers of a sum are not multiplied out.
MOST_POWER = 12


def holds_shifted(x: Expr, domain: Domain) -> bool:
    """Write each atom as its smallest value plus something: no coefficient may be negative then."""
    moved: set[str] = set()
    for index in reversed(domain.indices):
        if index.name in x.names and not _inside(x, index.name) and index.low.names:
            x = x.substitute({index.name: index.low + name(index.name)})
            moved.add(index.name)
    fresh: dict[tuple[Atom, Number], Expr] = {}
    parts = []
    for monomial, c in x.terms.items():
        out = term_expr((), c)
        for atom, e in monomial:
            factor = _factor(atom, e, domain, moved, fresh)
            if factor is None or len(out.terms) * len(factor.terms) > MOST_TERMS:
                return False
            out = out * factor
        parts.append(out)
    return all(c >= 0 for c in total(parts).terms.values())


def _factor(
    atom: Atom, e: Number, domain: Domain, moved: set[str], fresh: dict[tuple[Atom, Number], Expr]
) -> Expr | None:
    """Write an atom to a power as (its smallest value + something >= 0) to that power."""
    low = 0 if atom.kind == "name" and atom.args[0] in moved else atom_low(atom, domain)
    steps = int(e)
    rest = tidy(e - steps)
    if low is None or steps > MOST_POWER or (rest and low < 0):
        return None
    out = (_fresh(fresh, atom, 1) + low) ** steps
    return out * (_fresh(fresh, atom, rest) + (1 if low >= 1 else 0)) if rest else out


def _fresh(known: dict[tuple[Atom, Number], Expr], atom: Atom, e: Number) -> Expr:
    """Return the name of the something >= 0 that an atom is above its smallest value."""
    if (atom, e) not in known:
        known[atom, e] = name(f"_{len(known)}")
    return known[atom, e]


def _inside(x: Expr, text: str) -> bool:
    return any(atom.kind != "name" and text in atom.names for atom in atoms_of(x))
