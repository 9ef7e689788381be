"""Maxima and minima: of several expressions, and of one expression over a loop.

Dominated candidates are dropped by proof. Beyond a budget the answer is a sound bound, marked as such, and
never an explosion: the coefficient-wise envelope of what is left.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Any, NamedTuple

from workdepth.errors import SymbolicError
from workdepth.symbolic.atoms import Atom, Monomial, Number
from workdepth.symbolic.bounds import above, monomial_low
from workdepth.symbolic.domain import Domain
from workdepth.symbolic.expr import Expr, as_expr, from_terms
from workdepth.symbolic.functions import map_arguments, maximum_of, minimum_of
from workdepth.symbolic.making import atom_expr, term_expr
from workdepth.symbolic.monotone import direction
from workdepth.symbolic.restricting import about
from workdepth.symbolic.samples import values_of
from workdepth.symbolic.signs import nonnegative

#: How many comparisons one maximum may ask for before it settles for a bound.
MOST_PROOFS = 3000
#: More expressions than this are first compared at a few points.
FEW = 4


class Closed(NamedTuple):
    """A closed form, and whether it is exact or a bound.

    Parameters
    ----------
    value : Expr
    exact : bool
        False: an upper bound of a maximum or a sum, a lower bound of a minimum.
    """

    value: Expr
    exact: bool


def maximum(exprs: Iterable[Any], domain: Domain, budget: int = 50) -> Closed:
    """Take the largest of some expressions everywhere in the domain.

    Parameters
    ----------
    exprs : iterable of Expr, int or Closed
        At least one; a bound among them makes the result one.
    domain : Domain
    budget : int
        How many incomparable expressions may stay.

    Returns
    -------
    Closed
        Exact, or beyond the budget an upper bound.

    Examples
    --------
    >>> from workdepth.symbolic import Domain, Size, maximum, parse
    >>> n = Domain((Size("n"),))
    >>> maximum([parse("n + 1"), parse("2*n"), parse("n**2")], n)
    Closed(value=max(2*n, n**2), exact=True)
    """
    return _extreme(exprs, domain, budget, 1)


def minimum(exprs: Iterable[Any], domain: Domain, budget: int = 50) -> Closed:
    """Take the smallest of some expressions everywhere in the domain.

    Parameters
    ----------
    exprs : iterable of Expr, int or Closed
    domain : Domain
    budget : int

    Returns
    -------
    Closed
        Exact, or beyond the budget a lower bound.
    """
    return _extreme(exprs, domain, budget, -1)


def _extreme(exprs: Iterable[Any], domain: Domain, budget: int, sign: int) -> Closed:
    exact = True
    values: list[Expr] = []
    for x in exprs:
        value, is_exact = x if isinstance(x, Closed) else (as_expr(x), True)
        exact = exact and is_exact
        values.append(value)
    if not values:
        raise SymbolicError("a maximum of nothing", next_step="give at least one expression")
    found = _extreme_of(tuple(values), domain, budget, sign)
    return found if exact else Closed(found.value, False)


@lru_cache(maxsize=10_000)
def _extreme_of(values: tuple[Expr, ...], domain: Domain, budget: int, sign: int) -> Closed:
    kept, left = _pruned(_apart(values, sign), domain, budget, sign)
    if left:
        return Closed(*_envelope(kept + left, domain, sign))
    return Closed((maximum_of if sign > 0 else minimum_of)(*kept), True)


def _apart(xs: tuple[Expr, ...], sign: int) -> list[Expr]:
    """Of those that differ by a number only, return the one that counts: no proof is needed for that."""
    best: dict[Expr, Expr] = {}
    for x in xs:
        body = x - x.constant
        if body not in best or (x.constant - best[body].constant) * sign > 0:
            best[body] = x
    return list(best.values())


def _pruned(xs: list[Expr], domain: Domain, budget: int, sign: int) -> tuple[list[Expr], list[Expr]]:
    """Drop what others dominate; return what stays, and what the budget left unseen."""
    larger = _Comparison(xs, domain, sign)
    kept: list[Expr] = []
    for position, x in enumerate(xs):
        if len(kept) > budget or larger.proofs > MOST_PROOFS:
            return kept, xs[position:]
        if any(larger(k, x) for k in kept):
            continue
        kept = [k for k in kept if not larger(x, k)]
        kept.append(x)
    return (kept, []) if len(kept) <= budget else (kept[:budget], kept[budget:])


class _Comparison:
    """Which of some expressions surely counts for more: by proof, where a few points do not rule it out."""

    def __init__(self, xs: list[Expr], domain: Domain, sign: int) -> None:
        self.domain, self.sign, self.proofs = domain, sign, 0
        self.seen: dict[Expr, tuple[Any, ...]] = {}
        if len(xs) > FEW:
            names: frozenset[str] = frozenset().union(*(x.names for x in xs))
            self.seen = dict(zip(xs, values_of(xs, about(domain, names)), strict=True))

    def __call__(self, a: Expr, b: Expr) -> bool:
        if self.seen and self._ruled_out(a, b):
            return False
        self.proofs += 1
        return nonnegative((a - b) * self.sign, self.domain)

    def _ruled_out(self, a: Expr, b: Expr) -> bool:
        for u, v in zip(self.seen[a], self.seen[b], strict=True):
            if type(u) is int and type(v) is int and (u < v if self.sign > 0 else u > v):
                return True
        return False


def _envelope(xs: list[Expr], domain: Domain, sign: int) -> tuple[Expr, bool]:
    """Take the extreme coefficient of each monomial; what has a monomial of unknown sign stays beside it."""
    monomials: dict[Monomial, bool] = {}
    for x in xs:
        for m in x.terms:
            if m not in monomials:
                monomials[m] = not m or monomial_low(m, domain) is not None
    clear = [x for x in xs if all(monomials[m] for m in x.terms)]
    wild = [x for x in xs if not all(monomials[m] for m in x.terms)]
    pick = max if sign > 0 else min
    used = {m for x in clear for m in x.terms}
    terms: dict[Monomial, Number] = {}
    for m in used:
        c = pick(x.terms.get(m, 0) for x in clear)
        if c:
            terms[m] = c
    bound = from_terms(terms)
    candidates = ([bound] if clear else []) + wild
    return (maximum_of if sign > 0 else minimum_of)(*candidates), not clear or bound in clear


# -- over a loop --


def maximize(expr: Any, index: str, low: Any, high: Any, domain: Domain) -> Closed:
    """Find the largest value of an expression for low <= index < high, a range that is not empty.

    Parameters
    ----------
    expr : Expr or int
    index : str
    low, high : Expr or int
    domain : Domain
        The domain around the loop.

    Returns
    -------
    Closed
        Exact where the expression is monotone, convex, or a maximum of such; else an upper bound.

    Raises
    ------
    SymbolicError
        When there is not even a bound.

    Examples
    --------
    >>> from workdepth.symbolic import Domain, Size, maximize, name, parse
    >>> maximize(parse("n - 2**d"), "d", 0, parse("ceiling(log2(n))"), Domain((Size("n"),)))
    Closed(value=n - 1, exact=True)
    """
    x = as_expr(expr)
    if index not in x.names:
        return Closed(x, True)
    return _Range(index, as_expr(low), as_expr(high), domain).largest(x)


def minimize(expr: Any, index: str, low: Any, high: Any, domain: Domain) -> Closed:
    """Find the smallest value of an expression for low <= index < high, a range that is not empty.

    Parameters
    ----------
    expr : Expr or int
    index : str
    low, high : Expr or int
    domain : Domain

    Returns
    -------
    Closed
        Exact, or a lower bound.

    Raises
    ------
    SymbolicError
        When there is not even a bound.
    """
    value, exact = maximize(-as_expr(expr), index, low, high, domain)
    return Closed(-value, exact)


class _Range:
    """One loop, and the questions asked about expressions in it."""

    def __init__(self, index: str, low: Expr, high: Expr, domain: Domain) -> None:
        self.index, self.low, self.high, self.outer = index, low, high, domain
        self.inner = domain.with_index(index, low, high)
        self.steps = domain.with_index(index, low, high - 1)

    def first(self, x: Expr) -> Expr:
        return x.substitute({self.index: self.low})

    def last(self, x: Expr) -> Expr:
        return x.substitute({self.index: self.high - 1})

    def largest(self, x: Expr) -> Closed:
        return self._monotone(x) or self._pieces(x) or self._by_difference(x) or self._bound(x)

    def _monotone(self, x: Expr) -> Closed | None:
        way = direction(x, self.index, self.inner)
        if way is None:
            return None
        return Closed(self.last(x) if way > 0 else self.first(x), True)

    def _pieces(self, x: Expr) -> Closed | None:
        """Open rest + c*max(...) with c > 0 and a rest that does not vary."""
        varying = [(m, c) for m, c in x.terms.items() if any(self.index in a.names for a, _ in m)]
        if len(varying) != 1:
            return None
        ((monomial, c),) = varying
        atom, e = monomial[0]
        if len(monomial) != 1 or e != 1 or atom.kind != ("max" if c > 0 else "min"):
            return None
        rest = x - term_expr(monomial, c)
        pieces = [self.largest(a * c) for a in atom.args]
        value, exact = maximum(pieces, self.outer)
        return Closed(value + rest, exact)

    def _by_difference(self, x: Expr) -> Closed | None:
        step = x.substitute({self.index: atom_expr(Atom("name", (self.index,))) + 1}) - x
        if nonnegative(step, self.steps):
            return Closed(self.last(x), True)
        if nonnegative(-step, self.steps):
            return Closed(self.first(x), True)
        bend = step.substitute({self.index: atom_expr(Atom("name", (self.index,))) + 1}) - step
        if nonnegative(bend, self.steps):
            return maximum([self.first(x), self.last(x)], self.outer)
        return None

    def _bound(self, x: Expr) -> Closed:
        """Bound each term on its own."""
        out = as_expr(0)
        for monomial, c in x.terms.items():
            term = term_expr(monomial, c)
            if self.index in term.names:
                sharp = self._monotone(term)
                term = sharp.value if sharp else self._bounded_term(monomial, c)
            out = out + term
        return Closed(out, False)

    def _bounded_term(self, monomial: Monomial, c: Number) -> Expr:
        low = monomial_low(monomial, self.inner)
        if c < 0 and low is not None:
            return as_expr(c * low)
        if c > 0 and low is not None:
            out = as_expr(c)
            for atom, e in monomial:
                if e < 0 and self.index in atom.names:
                    raise self._no_bound(term_expr(monomial, c))
                out = out * self._bounded_atom(atom) ** e
            return out
        if len(monomial) == 1 and monomial[0][1] == 1 and c > 0:
            return self._bounded_atom(monomial[0][0]) * c
        raise self._no_bound(term_expr(monomial, c))

    def _bounded_atom(self, atom: Atom) -> Expr:
        x = atom_expr(atom)
        if self.index not in atom.names:
            return x
        sharp = self._monotone(x)
        if sharp:
            return sharp.value
        if atom.kind in ("floor", "ceiling", "log2", "harmonic", "max", "min", "power"):
            return map_arguments(atom, lambda a: self.largest(a).value if self.index in a.names else a)
        for bound in above(atom, self.inner, lambda y: nonnegative(y, self.inner)):
            return self.largest(bound).value
        raise self._no_bound(x)

    def _no_bound(self, x: Expr) -> SymbolicError:
        return SymbolicError(
            f"no bound for '{x}' over {self.low} <= {self.index} < {self.high}",
            next_step="write the cost without it, or split the loop",
        )
