"""Expressions made of names, of atoms, of terms and of other expressions."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from workdepth.errors import SymbolicError
from workdepth.symbolic.atoms import Atom, Monomial, Number
from workdepth.symbolic.expr import Expr, from_terms
from workdepth.symbolic.terms import add_term


@cache
def name(text: str) -> Expr:
    """Return the expression of one size or index.

    Parameters
    ----------
    text : str
        Any identifier, ``N``, ``S``, ``I``, ``E``, ``O``, ``Q`` included.

    Returns
    -------
    Expr

    Raises
    ------
    SymbolicError
        When the text is not an identifier.

    Examples
    --------
    >>> from workdepth.symbolic import name
    >>> print(name("n") + 1)
    n + 1
    """
    if not isinstance(text, str) or not text.isidentifier():
        raise SymbolicError(f"{text!r} is not a name", next_step="use a letter, then letters, digits or _")
    return atom_expr(Atom("name", (text,)))


def atom_expr(atom: Atom, exponent: Number = 1, coefficient: Number = 1) -> Expr:
    """Coefficient * atom**exponent."""
    return from_terms({((atom, exponent),): coefficient})


def term_expr(monomial: Monomial, coefficient: Number = 1) -> Expr:
    """Coefficient * monomial."""
    return from_terms({monomial: coefficient} if coefficient else {})


def total(parts: Iterable[Expr]) -> Expr:
    """Return the sum of many expressions, in one pass."""
    out: dict[Monomial, Number] = {}
    for part in parts:
        for monomial, c in part._terms.items():
            add_term(out, monomial, c)
    return from_terms(out)
