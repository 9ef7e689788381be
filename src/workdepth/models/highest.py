"""The largest value of a quantity over a loop, defined also where the loop has no rounds."""

from __future__ import annotations

from workdepth.graph.nodes import Range
from workdepth.models.bounded import Bounded
from workdepth.symbolic import Domain, Expr, log2, maximize, maximum_of, positive
from workdepth.symbolic.atoms import Atom
from workdepth.symbolic.functions import map_arguments, map_atoms
from workdepth.symbolic.making import atom_expr


def highest(quantity: Bounded, loop: Range, domain: Domain) -> Bounded:
    """Return the maximum over a loop; ``domain`` is what is known around it.

    Examples
    --------
    >>> from workdepth.symbolic import Size, as_expr, floor, log2, name
    >>> rounds = Range("r", as_expr(0), name("n") - 1)
    >>> str(highest(Bounded(floor(log2(name("r") + 1))), rounds, Domain((Size("n"),))).expr)
    'floor(log2(max(1, n - 1)))'
    """
    if loop.index not in quantity.expr.names:
        return quantity
    found = maximize(quantity.expr, loop.index, loop.low, loop.high, domain)
    return Bounded(defined(found.value, domain), quantity.exact and found.exact)


def defined(e: Expr, domain: Domain) -> Expr:
    """Return an expression in which no logarithm is of anything below 1: what is counted is at least 1."""
    return map_atoms(e, lambda atom: _defined(atom, domain))


def _defined(atom: Atom, domain: Domain) -> Expr:
    if atom.kind in ("name", "ln2"):
        return atom_expr(atom)
    if atom.kind != "log2":
        return map_arguments(atom, lambda inner: defined(inner, domain))
    (inside,) = atom.args
    return atom_expr(atom) if positive(inside, domain) else log2(maximum_of(1, defined(inside, domain)))
