"""Divisors multiplied away, so that a sign is that of a sum without them."""

from __future__ import annotations

from workdepth.symbolic.atoms import Atom, Number
from workdepth.symbolic.bounds import atom_low
from workdepth.symbolic.domain import Domain
from workdepth.symbolic.expr import Expr, as_expr, from_terms
from workdepth.symbolic.making import atom_expr
from workdepth.symbolic.terms import tidy


def without_divisors(x: Expr, domain: Domain) -> Expr | None:
    """Multiply divisors away that are proved positive; None where one is not."""
    for monomial in x.terms:
        for atom, e in monomial:
            if atom.kind == "power" and any(c < 0 for c in atom.args[1].terms.values()):
                lifted = from_terms({m: -c for m, c in atom.args[1].terms.items() if c < 0})
                return without_divisors(x * as_expr(atom.args[0]) ** lifted, domain)
            if e < 0:
                low = atom_low(atom, domain)
                if low is None or low <= 0:
                    return None
                return without_divisors(_without(x, atom, e), domain)
    return x


def _without(x: Expr, atom: Atom, e: Number) -> Expr:
    """Return ``x`` divided by a power of an atom, term by term: a sum to a power may not multiply out again."""
    found = as_expr(0)
    for monomial, c in x.terms.items():
        held = dict(monomial)
        power = tidy(held.pop(atom, 0) - e)
        found = found + from_terms({tuple(held.items()): c}) * atom_expr(atom) ** power
    return found
