"""m*S(m) = (m - 1 + c)*S(m - 1) + g(m) for a whole c >= 1 and a polynomial g: what a mean over all splits comes to.

With h(m) = C(m + c - 1, c - 1), which solves it for g = 0, every solution is P(m) + r*h(m)*H_m + s*h(m), P being a
polynomial: m*P(m) - (m - 1 + c)*P(m - 1) + r*h(m) = g(m) decides P and r, the highest power first, because the left
side takes m**e to (e + 1 - c)*m**e and lower powers; the power c - 1, for which that is 0, decides r.  Solving by a
summation factor: Graham, Knuth and Patashnik, *Concrete Mathematics*, section 2.2, equations 2.9 to 2.14.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import factorial, prod

from workdepth.errors import SymbolicError
from workdepth.symbolic.expr import Expr, as_expr
from workdepth.symbolic.functions import harmonic, map_atoms
from workdepth.symbolic.making import atom_expr, name, total
from workdepth.symbolic.structure import coefficients

#: A larger c, or a higher degree, is refused.
MOST_POWER = 40


def solved(c: int, added: Mapping[int, Expr], size: str) -> Expr:
    """Find one solution.

    Parameters
    ----------
    c : int
        At least 1.
    added : mapping of int to Expr
        g as power to coefficient, free of the size.
    size : str
        The name of m.

    Returns
    -------
    Expr
        In m, with harmonic(m) in it where r is not 0.

    Examples
    --------
    >>> print(solved(2, {1: as_expr(2), 0: as_expr(-2)}, "m"))
    2*m*harmonic(m) + 2*harmonic(m) + 4
    """
    m = name(size)
    if max(c, *added, 0) > MOST_POWER:
        raise SymbolicError(
            f"a mean with {c} calls of a cost of degree {max(added, default=0)} is not solved",
            next_step=f"stay below {MOST_POWER}",
        )
    left: Expr = total(m**e * a for e, a in added.items())
    found, harmonics = as_expr(0), as_expr(0)
    for e in range(max(c - 1, *added, 0), -1, -1):
        lead = (coefficients(left, size) or {}).get(e, as_expr(0))
        if not lead.terms:
            continue
        if e == c - 1:
            harmonics = lead * factorial(c - 1)
            left = left - harmonics * alone(c, m)
        else:
            part = m**e * lead / (e + 1 - c)
            found = found + part
            left = left - _step(part, c, size)
    return found + harmonics * alone(c, m) * harmonic(m)


def alone(c: int, m: Expr) -> Expr:
    """Return the solution h(m) = (m + 1)*...*(m + c - 1)/(c - 1)! for g = 0."""
    return prod((m + i for i in range(1, c)), start=as_expr(1)) / factorial(c - 1)


def _step(x: Expr, c: int, size: str) -> Expr:
    """Return m*x(m) - (m - 1 + c)*x(m - 1)."""
    m = name(size)
    return m * x - (m - 1 + c) * x.substitute({size: m - 1})


def is_solution(x: Expr, c: int, added: Mapping[int, Expr], size: str) -> bool:
    """Tell whether an expression solves the recurrence at every m >= 1: an identity, by H_(m-1) = H_m - 1/m.

    Parameters
    ----------
    x : Expr
        In m and harmonic(m).
    c : int
    added : mapping of int to Expr
    size : str

    Returns
    -------
    bool
    """
    m = name(size)
    (last,) = (a for mono in harmonic(m - 1).terms for a, _ in mono)
    earlier = map_atoms(
        x.substitute({size: m - 1}), lambda a: harmonic(m) - 1 / m if a == last else atom_expr(a)
    )
    left = m * x - (m - 1 + c) * earlier
    return not (left - total(m**e * a for e, a in added.items())).terms
