"""Growth classes as text and back: ``n*log(n)``, ``sqrt(n)``, ``m*n + n**2``, ``2**n``."""

from __future__ import annotations

from typing import Any

from workdepth.symbolic.expr import Atom, Expr, as_expr, atom_expr, name
from workdepth.symbolic.functions import log2, minimum_of
from workdepth.symbolic.growth import Growth, Term, growth
from workdepth.symbolic.power import power
from workdepth.symbolic.reading import parse


def term_text(t: Term) -> str:
    """Write a term, the fastest kind of factor last only where it is a logarithm."""
    shown = str(term_expression(t))
    return shown.replace("log2(", "log(") if not _has_number_logarithm(t) else _careful(t)


def _has_number_logarithm(t: Term) -> bool:
    return any(isinstance(e, Expr) for _, e in t.factors)


def _careful(t: Term) -> str:
    """Keep log2 in exponents (n**log2(7)), where the base of the logarithm matters."""
    parts = []
    for (kind, what), e in t.factors:
        if isinstance(e, Expr):
            base = str(what) if kind == "size" else f"2**{what}"
            exponent = str(e) if list(e.terms.values()) == [1] else f"({e})"
            parts.append(_rate_text(what, e) if kind == "rate" else f"{base}**{exponent}")
        else:
            parts.append(term_text(Term((((kind, what), e),))))
    return "*".join(parts)


def _rate_text(what: Any, e: Expr) -> str:
    """Write 2**(c*log2(r)*v) as r**v."""
    exponent = what if isinstance(what, Expr) else name(what)
    return str(_rate(exponent, e))


def _rate(exponent: Expr, e: Any) -> Expr:
    """Return 2**(e*exponent), with e a sum of logarithms of numbers."""
    out = as_expr(1)
    for monomial, c in as_expr(e).terms.items():
        base = monomial[0][0].args[0] if monomial else as_expr(2)
        out = out * power(base, exponent * c)
    return out


def term_expression(t: Term) -> Expr:
    """Return a cost of the class of a term."""
    out = as_expr(1)
    for (kind, what), e in t.factors:
        out = out * _factor_expression(kind, what, e)
    return out


def _factor_expression(kind: str, what: Any, e: Any) -> Expr:
    if kind == "rate":
        return _rate(what if isinstance(what, Expr) else name(what), e)
    if kind == "closed":
        return power(minimum_of(*(term_expression(a) for a in what[1])), as_expr(e))
    base = name(what)
    if kind == "log":
        base = log2(base)
    elif kind == "loglog":
        base = atom_expr(Atom("log2", (log2(base),)))
    return power(base, as_expr(e))


def parse_growth(text: str) -> Growth:
    """Read a growth class.

    Parameters
    ----------
    text : str
        Such as ``1``, ``log(n)``, ``n*log(n)**2``, ``n**(3/2)``, ``m*n + n**2``, ``2**n``;
        O(...) may stand around it.

    Returns
    -------
    Growth

    Raises
    ------
    SymbolicError
        When it is none.

    Examples
    --------
    >>> from workdepth.symbolic import parse_growth
    >>> print(parse_growth("O(n + n*log(n))"))
    n*log(n)
    """
    inner = text.strip() if isinstance(text, str) else text
    if isinstance(inner, str) and inner.startswith("O(") and inner.endswith(")"):
        inner = inner[2:-1]
    return growth(parse(inner))
