"""Growth classes as text and back: ``n*log(n)``, ``sqrt(n)``, ``m*n + n**2``, ``2**n``."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from workdepth.symbolic.atoms import Atom, Number
from workdepth.symbolic.expr import Expr, as_expr
from workdepth.symbolic.functions import log2, minimum_of
from workdepth.symbolic.growth import Growth, growth
from workdepth.symbolic.growth_terms import Term
from workdepth.symbolic.making import atom_expr, name
from workdepth.symbolic.power import golden, power
from workdepth.symbolic.reading import GOLDEN, parse
from workdepth.symbolic.terms import content, tidy

#: Rates with a larger divisor are rounded numbers, written as one: (1839/1000)**n, not 1839**n/1000**n.
LONGEST_DIVISOR = 100


def term_text(t: Term) -> str:
    """Write a term, the fastest kind of factor last only where it is a logarithm."""
    shown = str(term_expression(t))
    return shown.replace("log2(", "log(") if not _has_number_logarithm(t) else _careful(t)


def _has_number_logarithm(t: Term) -> bool:
    return any(isinstance(e, Expr) for _, e in t.factors)


def _careful(t: Term) -> str:
    """Keep log2 in exponents (n**log2(7)), where the base of the logarithm matters."""
    parts: list[str] = []
    below: list[str] = []
    for (kind, what), e in t.factors:
        if not isinstance(e, Expr):
            (below if e < 0 else parts).append(term_text(Term((((kind, what), abs(e)),))))
        elif kind == "rate":
            parts.append(_rate_text(what, e))
        else:
            base = str(term_expression(Term((((kind, what), 1),)))).replace("log2(", "log(")
            parts.append(f"{base}**{_exponent_text(e)}")
    return "/".join(["*".join(parts) or "1", *below])


def _exponent_text(e: Expr) -> str:
    shown = _with_golden(e)
    return str(shown) if list(shown.terms.values()) == [1] and "/" not in str(shown) else f"({shown})"


def _with_golden(e: Expr) -> Expr:
    """Write log2 of the golden ratio as log2(phi)."""
    whole = log2(golden())
    for monomial, c in whole.terms.items():
        if monomial and monomial in e.terms:
            share = e.terms[monomial] / Fraction(c)
            rest = e - whole * share
            if len(rest.terms) < len(e.terms):
                return rest + atom_expr(Atom("log2", (name(GOLDEN),))) * share
    return e


def _rate_text(what: Any, e: Expr) -> str:
    """Write 2**(c*log2(r)*v) as r**v, with one r."""
    exponent = what if isinstance(what, Expr) else name(what)
    base, share = _one_base(e)
    if base.is_number and Fraction(base.number).denominator > LONGEST_DIVISOR:
        shown = exponent * share
        return f"({base})**{shown}" if share == 1 and len(exponent.terms) == 1 else f"({base})**({shown})"
    return str(_rate(exponent, e))


def _rate(exponent: Expr, e: Any) -> Expr:
    """Return 2**(e*exponent), with e a sum of logarithms of numbers."""
    base, share = _one_base(as_expr(e))
    return power(base, exponent * share)


def _one_base(e: Expr) -> tuple[Expr, Number]:
    """Return (r, c) with 2**e = r**c."""
    share = content(e)
    base = as_expr(1)
    for monomial, c in e.terms.items():
        logarithm = len(monomial) == 1 and monomial[0][0].kind == "log2" and monomial[0][1] == 1
        if monomial and not logarithm:
            return power(as_expr(2), e), 1
        number = monomial[0][0].args[0] if monomial else as_expr(2)
        base = base * power(number, as_expr(c / share))
    return base, tidy(share)


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
