"""Bounds without guards: a minimum, such as the 1 or 0 of a range that may be empty, in its larger value."""

from __future__ import annotations

from workdepth.models.bounded import ZERO
from workdepth.symbolic import Domain, Expr, as_expr, ceiling, floor, log2, maximum_of, nonnegative
from workdepth.symbolic.atoms import Atom
from workdepth.symbolic.expr import from_terms
from workdepth.symbolic.making import atom_expr, total

#: What keeps the order of two numbers.
ROUNDED = {"ceiling": ceiling, "floor": floor}


def roof(x: Expr, domain: Domain) -> Expr:
    """Return an expression that is never below ``x``, with fewer minima in it.

    Parameters
    ----------
    x : Expr
        A sum whose factors are not negative.
    domain : Domain

    Examples
    --------
    >>> from workdepth.symbolic import Size, parse
    >>> print(roof(parse("2*n + max(3, 6*min(1, n - 2) - 2)"), Domain((Size("n", low=2),))))
    2*n + 4
    """
    total = ZERO
    for monomial, c in x.terms.items():
        piece = as_expr(1)
        for atom, e in monomial:
            piece = piece * _above(atom, c > 0, domain) if e == 1 else piece * atom_expr(atom, e)
        total = total + piece * from_terms({(): c})
    return total


def _logarithm_above(x: Expr, domain: Domain) -> Expr:
    """Return a logarithm that is never below that of ``x``: of its largest argument, without what is taken away."""
    arguments = next((a.args for m in x.terms for a, _ in m if a.kind == "max" and len(x.terms) == 1), (x,))
    most = total(_added(a) for a in arguments) if len(arguments) > 1 else _added(arguments[0])
    for a in arguments:
        if all(nonnegative(_added(a) - b, domain) for b in arguments):
            most = _added(a)
            break
    return log2(most) if nonnegative(most - 1, domain) else log2(x)


def _added(x: Expr) -> Expr:
    return from_terms({m: c for m, c in x.terms.items() if c > 0})


def _above(atom: Atom, adding: bool, domain: Domain) -> Expr:
    whole = atom_expr(atom)
    if atom.kind == "max" and adding:
        return maximum_of(*(roof(a, domain) for a in atom.args))
    if atom.kind in ROUNDED and adding:
        return ROUNDED[atom.kind](roof(atom.args[0], domain))
    if atom.kind == "log2" and adding:
        return _logarithm_above(roof(atom.args[0], domain), domain)
    if atom.kind != "min":
        return whole
    if not adding:
        return ZERO if nonnegative(whole, domain) else whole
    numbers = [a for a in atom.args if a.is_number]
    return numbers[0] if numbers else whole
