"""One product of a growth class, which of two grows faster, and which of many lead.

A term is a product, for each size v, of r**v, v**a, log(v)**b, log(log(v))**c; of powers whose exponents
mix sizes; and of things that stay closed (a minimum, a quotient by a sum). Sizes all grow, each at its own
pace.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from workdepth.symbolic.expr import Expr
from workdepth.symbolic.growth_exponents import exponent_product, exponent_sum, sign_of
from workdepth.symbolic.text import monomial_degree

#: A factor of a term: ("rate", v) is 2**v, ("size", v) is v, ("log", v), ("loglog", v), ("closed", text).
Factor = tuple[str, Any]
_RANK = {"rate": 0, "size": 1, "log": 2, "loglog": 3}


@dataclass(frozen=True)
class Term:
    """One product of a growth class.

    Parameters
    ----------
    factors : tuple
        Pairs (factor, exponent) in order; the exponent of a rate is in powers of 2; an irrational exponent
        (log2(7) in n**log2(7)) is an expression without names.
    """

    factors: tuple[tuple[Factor, Any], ...] = ()

    def __str__(self) -> str:
        from workdepth.symbolic.growth_text import term_text

        return term_text(self)

    def times(self, other: Term) -> Term:
        """Return the product."""
        if not self.factors or not other.factors:
            return other if not self.factors else self
        return term(self.factors + other.factors)

    def raised(self, e: Any) -> Term:
        """Return the term to a power."""
        if type(e) is int and e == 1:
            return self
        return term([(f, exponent_product(v, e)) for f, v in self.factors])

    def against(self, other: Term) -> tuple[bool, bool]:
        """Tell whether self/other stays bounded as all sizes grow, and whether other/self does."""
        ratio = term(other.factors + self.raised(-1).factors)
        if any(f[0] == "closed" for f, _ in ratio.factors):
            return self.dominated_by(other), other.dominated_by(self)
        signs = [sign for vector in _vectors(ratio) for sign in _leading(vector)]
        return min(signs, default=0) >= 0, max(signs, default=0) <= 0

    def dominated_by(self, other: Term) -> bool:
        """Tell whether self/other stays bounded as all sizes grow."""
        ratio = term(other.factors + self.raised(-1).factors)
        closed = [f for f, _ in ratio.factors if f[0] == "closed"]
        if closed:
            return _closed_bound(ratio, closed[0])
        return all(_grows(vector) >= 0 for vector in _vectors(ratio))


def term(factors: Iterable[tuple[Factor, Any]]) -> Term:
    """Build a term from factors in any order."""
    listed = factors if isinstance(factors, (list, tuple)) else list(factors)
    if len(listed) < 2:
        return Term(tuple((f, e) for f, e in listed if e != 0))
    found: dict[Factor, Any] = {}
    for factor, e in listed:
        found[factor] = exponent_sum(found[factor], e) if factor in found else e
    kept = [(f, e) for f, e in found.items() if e != 0]
    return Term(tuple(sorted(kept, key=lambda pair: (str(pair[0][1]), _RANK.get(pair[0][0], 9)))))


ONE = Term()


def _vectors(ratio: Term) -> list[list[tuple[int, Any]]]:
    """Split a ratio into one list of (rank, exponent) for each size (a mixed exponent counts for all)."""
    by_size: dict[str, list[tuple[int, Any]]] = {}
    for (kind, what), e in ratio.factors:
        for text in what.names if isinstance(what, Expr) else [what]:
            degree = monomial_degree(next(iter(what.terms))) if isinstance(what, Expr) else 0
            by_size.setdefault(text, []).append((_RANK[kind] - 1000 * int(degree > 1), e))
    return [sorted(v, key=lambda pair: pair[0]) for v in by_size.values()]


def _grows(vector: list[tuple[int, Any]]) -> int:
    """Return the sign of the leading exponent; several of one rank must agree."""
    signs = _leading(vector)
    return -1 if -1 in signs else max(signs)


def _leading(vector: list[tuple[int, Any]]) -> set[int]:
    """Return the signs of the exponents of the leading rank."""
    lead = vector[0][0]
    return {sign_of(e) for rank, e in vector if rank == lead}


def _closed_bound(ratio: Term, factor: Factor) -> bool:
    """Bound a ratio with a closed min: it is one of its arguments, whichever suits least."""
    kind, args = factor[1]
    e = dict(ratio.factors)[factor]
    rest = term((f, v) for f, v in ratio.factors if f != factor)
    if kind != "min" or not isinstance(e, (int, Fraction)):
        return sign_of(e) > 0 and ONE.dominated_by(rest)
    cases = [rest.times(a.raised(e)) for a in args]
    # min(a, b) above the line is one of them, so both must do; below the line either does.
    return all(ONE.dominated_by(c) for c in cases) if e > 0 else any(ONE.dominated_by(c) for c in cases)


# -- several terms --


def term_names(t: Term) -> frozenset[str]:
    """Return the sizes in a term."""
    out: set[str] = set()
    for (kind, what), _ in t.factors:
        if kind == "closed":
            out.update(*(term_names(a) for a in what[1]))
        else:
            out |= what.names if isinstance(what, Expr) else {what}
    return frozenset(out)


def all_dominated(terms: Iterable[Term], others: Iterable[Term]) -> bool:
    """Tell whether each of some terms is dominated by one of some others."""
    return all(any(t.dominated_by(o) for o in others) for t in terms)


def sum_text(terms: Iterable[Term]) -> str:
    """Write the sum of some terms, in the order of their text."""
    return " + ".join(sorted(str(t) for t in terms))


def leading(terms: Iterable[Term]) -> frozenset[Term]:
    """Keep the terms that no other dominates."""
    different = dict.fromkeys(terms)
    if len(different) == 1:
        return frozenset(different)
    kept: list[Term] = []
    for t in different:
        if any(t.dominated_by(k) for k in kept):
            continue
        kept = [k for k in kept if not k.dominated_by(t)]
        kept.append(t)
    return frozenset(kept or [ONE])
