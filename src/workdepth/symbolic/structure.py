"""The shape of an expression in one name: affine, polynomial."""

from __future__ import annotations

from workdepth.symbolic.atoms import Atom, Monomial, Number
from workdepth.symbolic.expr import Expr, from_terms
from workdepth.symbolic.making import term_expr
from workdepth.symbolic.terms import add_term


def coefficients(expr: Expr, index: str) -> dict[int, Expr] | None:
    """Write an expression as a polynomial in one name.

    Parameters
    ----------
    expr : Expr
    index : str

    Returns
    -------
    dict or None
        Power to coefficient, the coefficients free of the index; None where it is no polynomial in it.

    Examples
    --------
    >>> from workdepth.symbolic import coefficients, parse
    >>> coefficients(parse("i**2*n + 3*i + n"), "i")
    {2: n, 1: 3, 0: n}
    """
    parts: dict[int, dict[Monomial, Number]] = {}
    for monomial, c in expr.terms.items():
        exponent, rest = 0, monomial
        for position, (atom, e) in enumerate(monomial):
            if index not in atom.names:
                continue
            if atom.kind != "name" or type(e) is not int or e < 0:
                return None
            exponent, rest = e, monomial[:position] + monomial[position + 1 :]
        add_term(parts.setdefault(exponent, {}), rest, c)
    return {e: from_terms(terms) for e, terms in sorted(parts.items(), reverse=True)}


def affine(expr: Expr, index: str) -> tuple[Expr, Expr] | None:
    """Write an expression as slope*index + rest.

    Parameters
    ----------
    expr : Expr
    index : str

    Returns
    -------
    (slope, rest) or None
        Both free of the index; None where the expression is not affine in it.

    Examples
    --------
    >>> from workdepth.symbolic import affine, parse
    >>> affine(parse("b*k + i - 2**d"), "k")
    (b, -2**d + i)
    """
    parts = coefficients(expr, index)
    if parts is None or max(parts, default=0) > 1:
        return None
    zero = from_terms({})
    return parts.get(1, zero), parts.get(0, zero)


def atoms_of(expr: Expr) -> list[Atom]:
    """Return the atoms of an expression, not those inside them, in a stable order."""
    found = {atom for monomial in expr.terms for atom, _ in monomial}
    return sorted(found, key=lambda atom: atom.key)


def maxima_of(expr: Expr) -> list[tuple[tuple[Expr, ...], Expr]]:
    """Return each maximum that stands alone in a sum: its arguments, and the rest of the sum.

    Examples
    --------
    >>> from workdepth.symbolic import parse
    >>> [(tuple(map(str, arguments)), str(rest)) for arguments, rest in maxima_of(parse("max(n, m) + 1"))]
    [(('m', 'n'), '1')]
    """
    found = []
    for monomial, c in expr.terms.items():
        if c == 1 and len(monomial) == 1 and monomial[0][1] == 1 and monomial[0][0].kind == "max":
            found.append((tuple(monomial[0][0].args), expr - term_expr(monomial, c)))
    return found
