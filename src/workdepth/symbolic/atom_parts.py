"""The part of an atom in a sum, and the sum with something else in its place: what a proof puts bounds into."""

from __future__ import annotations

from workdepth.symbolic.atoms import Atom, Monomial, Number
from workdepth.symbolic.bounds import atom_low, monomial_low
from workdepth.symbolic.domain import Domain
from workdepth.symbolic.expr import Expr, from_terms
from workdepth.symbolic.functions import map_atoms
from workdepth.symbolic.making import atom_expr
from workdepth.symbolic.shifts import MOST_POWER
from workdepth.symbolic.structure import atoms_of


def replaced(x: Expr, atom: Atom, by: Expr) -> Expr:
    """Return the sum with an expression in place of an atom."""
    return map_atoms(x, lambda a: by if a == atom else atom_expr(a))


def parted(x: Expr, atom: Atom, domain: Domain) -> tuple[Expr | None, Expr | None, Expr]:
    """Return the terms in which an atom adds, those in which it takes away, and the rest."""
    adding: dict[Monomial, Number] = {}
    taking: dict[Monomial, Number] = {}
    rest: dict[Monomial, Number] = {}
    low = atom_low(atom, domain)
    for monomial, c in x.terms.items():
        found = dict(monomial)
        if atom not in found:
            rest[monomial] = c
            continue
        e = found.pop(atom)
        # A power rises with the atom where that is at least 0.
        simple = e == 1 or (type(e) is int and 1 < e <= MOST_POWER and low is not None and low >= 0)
        if not simple or monomial_low(tuple(found.items()), domain) is None:
            return None, None, x
        (adding if c > 0 else taking)[monomial] = c
    return from_terms(adding), from_terms(taking), from_terms(rest)


def only_adds(x: Expr, atom: Atom, sign: int, domain: Domain) -> bool:
    """Tell whether a sum rises with an atom (sign 1) or falls with it (-1), and holds it nowhere else."""
    for monomial, c in x.terms.items():
        found = dict(monomial)
        if atom in found:
            e = found.pop(atom)
            if e != 1 or c * sign < 0 or monomial_low(tuple(found.items()), domain) is None:
                return False
        elif any(atom.names & other.names and _holds_atom(other, atom) for other in found):
            return False
    return True


def _holds_atom(outer: Atom, inner: Atom) -> bool:
    return any(inner in atoms_of(a) for a in outer.args if isinstance(a, Expr))
