"""Signs under a domain: sound, incomplete, fast.

``True`` is a proof; ``False`` means that none was found. An expression is at least 0 when every coefficient
is, once each name is written as its smallest value plus something (n**2 - n with n = 1 + m is m**2 + m).
Where that fails, maxima are split into cases, loop indices are replaced by the end of their range that
makes the expression smallest, and rounded things by their bounds, within a budget.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from functools import lru_cache
from math import lcm
from typing import Any

from workdepth.symbolic.bounds import low_number, monomial_low
from workdepth.symbolic.divisors import without_divisors
from workdepth.symbolic.domain import Domain
from workdepth.symbolic.expr import Expr, as_expr
from workdepth.symbolic.functions import is_integer_monomial
from workdepth.symbolic.making import term_expr
from workdepth.symbolic.proofs import Proof
from workdepth.symbolic.ratios import nonnegative_by_ratios
from workdepth.symbolic.restricting import about
from workdepth.symbolic.samples import refuted
from workdepth.symbolic.shifts import MOST_TERMS
from workdepth.symbolic.structure import atoms_of

#: How far the smallest values of a size are looked at one by one, and for how many sizes.
MOST_PEELED = 3
MOST_PEELED_SIZES = 3
#: How far a sum of floats may be wrong, as a share of its parts.
FLOAT_ERROR = 1e-9


def nonnegative(expr: Any, domain: Domain) -> bool:
    """Tell whether an expression is proved to be at least 0 everywhere in the domain.

    Parameters
    ----------
    expr : Expr or int
    domain : Domain

    Returns
    -------
    bool
        True is a proof; False means that none was found.

    Examples
    --------
    >>> from workdepth.symbolic import Domain, Size, nonnegative, parse
    >>> nonnegative(parse("n - ceiling(log2(n))"), Domain((Size("n"),)))
    True
    """
    x = as_expr(expr)
    if x.is_number:
        return x.number >= 0
    return _nonnegative(x, about(domain, x.names)) if x.names else _is_clear(x)


def _is_clear(x: Expr) -> bool:
    """Tell whether a number such as 2 - sqrt(3) is above 0 by more than what floats can be wrong."""
    try:
        parts = [float(term_expr(m, c)) for m, c in x.terms.items()]
    except OverflowError:
        return False
    return sum(parts) > FLOAT_ERROR * sum(map(abs, parts))


def positive(expr: Any, domain: Domain) -> bool:
    """Tell whether an expression is proved to be above 0 everywhere in the domain.

    Parameters
    ----------
    expr : Expr or int
    domain : Domain

    Returns
    -------
    bool
    """
    x = as_expr(expr)
    if x.is_number:
        return x.number > 0
    if all(is_integer_monomial(m) for m in x.terms):
        grain = lcm(*(Fraction(c).denominator for c in x.terms.values()))
        return nonnegative(x - Fraction(1, grain), domain)
    cleared = without_divisors(x, domain)
    if cleared is not None and cleared is not x:
        return positive(cleared, domain)
    low = low_number(x, domain)
    return low is not None and low > 0


def dominates(a: Any, b: Any, domain: Domain) -> bool:
    """Tell whether a is proved to be at least b everywhere in the domain.

    Parameters
    ----------
    a, b : Expr or int
    domain : Domain

    Returns
    -------
    bool
    """
    return nonnegative(as_expr(a) - as_expr(b), domain)


@lru_cache(maxsize=20_000)
def _nonnegative(x: Expr, domain: Domain) -> bool:
    if all(c >= 0 and monomial_low(m, domain) is not None for m, c in x.terms.items()):
        return True
    if len(x.terms) > MOST_TERMS or refuted(x, domain):
        return False
    # Whole values (over a common divisor) above -1 are at least 0: the bounds may lose that much.
    slack = Fraction(63, 64) * _grain(x) if all(is_integer_monomial(m) for m in x.terms) else 0
    return (
        Proof(domain, nonnegative).holds(x + slack) or _peeled(x, domain) or nonnegative_by_ratios(x, domain)
    )


def _grain(x: Expr) -> Fraction:
    return Fraction(1, lcm(*(Fraction(c).denominator for c in x.terms.values())))


def _peeled(x: Expr, domain: Domain) -> bool:
    """Prove the smallest value of a size on its own, and the rest from the next value on."""
    if all(atom.kind == "name" for atom in atoms_of(x)) or len(domain.sizes) > MOST_PEELED_SIZES:
        return False
    for size in domain.sizes:
        if size.name in x.names and size.high is None and size.power_of is None and size.low < MOST_PEELED:
            first = x.substitute({size.name: size.low}) if size.low else None
            if first is not None and nonnegative(first, domain):
                rest = domain.with_size(replace(size, low=size.low + 1))
                if nonnegative(x, rest):
                    return True
    return False
