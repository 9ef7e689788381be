"""Powers of numbers with their own names: p**m, for each monomial m of an exponent, as one size."""

from __future__ import annotations

from workdepth.symbolic.atoms import Atom
from workdepth.symbolic.bounds import atom_low
from workdepth.symbolic.domain import Domain, Size
from workdepth.symbolic.expr import Expr, as_expr
from workdepth.symbolic.functions import map_atoms
from workdepth.symbolic.making import atom_expr, name, term_expr
from workdepth.symbolic.structure import atoms_of


def spread_powers(x: Expr, domain: Domain) -> tuple[Expr, tuple[Size, ...]] | None:
    """Give p**m, for each monomial m of an exponent, its own name; None where nothing is left to do."""
    powers = [a for a in atoms_of(x) if a.kind == "power" and isinstance(a.args[0], int) and a.args[1].names]
    if all(len(a.args[1].terms) == 1 and next(iter(a.args[1].terms.values())) == 1 for a in powers):
        return None
    fresh: dict[Atom, Expr] = {}
    for atom in powers:
        for monomial in atom.args[1].terms:
            if monomial:
                piece = Atom("power", (atom.args[0], term_expr(monomial)))
                fresh.setdefault(piece, name(f"_p{len(fresh)}"))
    sizes = [Size(str(v), low=max(0, int(atom_low(a, domain) or 0))) for a, v in fresh.items()]
    moved = map_atoms(x, lambda atom: _spread(atom, fresh))
    return moved, tuple(sizes)


def _spread(atom: Atom, fresh: dict[Atom, Expr]) -> Expr:
    if atom.kind != "power" or not isinstance(atom.args[0], int):
        return atom_expr(atom)
    base, exponent = atom.args
    out: Expr = as_expr(base) ** exponent.constant
    for monomial, c in exponent.terms.items():
        if monomial:
            out = out * fresh[Atom("power", (base, term_expr(monomial)))] ** c
    return out
