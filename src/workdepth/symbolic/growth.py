"""Growth classes over several sizes: the leading terms of a cost.

A term is a product, for each size v, of r**v, v**a, log(v)**b, log(log(v))**c; of powers whose exponents
mix sizes; and of things that stay closed (a minimum, a quotient by a sum). A class is the antichain of the
terms that no other dominates, for sizes that all grow, each at its own pace.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from functools import cmp_to_key
from math import log2 as number_log2
from typing import Any

from workdepth.errors import SymbolicError
from workdepth.symbolic.domain import Domain
from workdepth.symbolic.expr import Atom, Expr, Number, as_expr, atom_expr, from_terms, name, term_expr, tidy
from workdepth.symbolic.functions import log2 as log2_of
from workdepth.symbolic.functions import map_atoms
from workdepth.symbolic.text import monomial_degree, ordered_terms

#: A factor of a term: ("rate", v) is 2**v, ("size", v) is v, ("log", v), ("loglog", v), ("closed", text).
Factor = tuple[str, Any]
#: Irrational exponents closer to 0 count as 0.
CLOSE = 1e-12
#: Sums of logarithms in double precision are not wrong by as much.
SURE = 1e-6
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
        return term([(f, _product(v, e)) for f, v in self.factors])

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
        found[factor] = _sum(found[factor], e) if factor in found else e
    kept = [(f, e) for f, e in found.items() if e != 0]
    return Term(tuple(sorted(kept, key=lambda pair: (str(pair[0][1]), _RANK.get(pair[0][0], 9)))))


ONE = Term()


def _sum(a: Any, b: Any) -> Any:
    return _tidied(a + b)


def _product(a: Any, b: Any) -> Any:
    return _tidied(a * b)


def _tidied(e: Any) -> Any:
    if isinstance(e, Expr):
        return e.number if e.is_number else e
    return tidy(e)


def _sign(e: Any) -> int:
    if type(e) is int:
        return (e > 0) - (e < 0)
    value = _about(e)
    # Equal exponents may be written in several ways: log2(3 + sqrt(5)) - 1 is 2*log2(1 + sqrt(5)) - 2.
    if isinstance(e, Expr) and abs(value) < CLOSE:
        return 0
    return (value > 0) - (value < 0)


def _about(e: Any) -> float:
    """Return a number as a float: sums of logarithms of numbers directly, what is near 0 with many digits."""
    if isinstance(e, Expr):
        value = 0.0
        for monomial, c in e.terms.items():
            if len(monomial) > 1 or (monomial and not _is_whole_logarithm(monomial[0])):
                return float(e)
            value += float(c) * (number_log2(monomial[0][0].args[0].number) if monomial else 1.0)
        if abs(value) > SURE:
            return value
    return float(e)


def _is_whole_logarithm(factor: tuple[Atom, Number]) -> bool:
    atom, e = factor
    return e == 1 and atom.kind == "log2" and atom.args[0].is_number


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
    return {_sign(e) for rank, e in vector if rank == lead}


def _closed_bound(ratio: Term, factor: Factor) -> bool:
    """Bound a ratio with a closed min: it is one of its arguments, whichever suits least."""
    kind, args = factor[1]
    e = dict(ratio.factors)[factor]
    rest = term((f, v) for f, v in ratio.factors if f != factor)
    if kind != "min" or not isinstance(e, (int, Fraction)):
        return _sign(e) > 0 and ONE.dominated_by(rest)
    cases = [rest.times(a.raised(e)) for a in args]
    # min(a, b) above the line is one of them, so both must do; below the line either does.
    return all(ONE.dominated_by(c) for c in cases) if e > 0 else any(ONE.dominated_by(c) for c in cases)


@dataclass(frozen=True)
class Growth:
    """A growth class: the terms that no other dominates.

    Parameters
    ----------
    terms : frozenset of Term

    Examples
    --------
    >>> from workdepth.symbolic import growth, parse
    >>> print(growth(parse("3*n*m + n**2 + n*log2(n)")))
    m*n + n**2
    >>> growth(parse("n")) <= growth(parse("n*log2(n)"))
    True
    """

    terms: frozenset[Term]

    def __str__(self) -> str:
        return " + ".join(str(t) for t in _ordered(self.terms))

    def __repr__(self) -> str:
        return f"Growth({self})"

    @property
    def names(self) -> frozenset[str]:
        """The sizes it depends on."""
        return frozenset().union(*(_term_names(t) for t in self.terms))

    def dominated_by(self, other: Growth) -> bool:
        """Tell whether this class is proved to grow no faster than another.

        Parameters
        ----------
        other : Growth

        Returns
        -------
        bool
        """
        return all(any(t.dominated_by(o) for o in other.terms) for t in self.terms)

    def __le__(self, other: Growth) -> bool:
        return self.dominated_by(other)

    def __ge__(self, other: Growth) -> bool:
        return other.dominated_by(self)

    def __lt__(self, other: Growth) -> bool:
        return self.compare(other) == "<"

    def __gt__(self, other: Growth) -> bool:
        return self.compare(other) == ">"

    def compare(self, other: Growth) -> str:
        """Compare two classes.

        Parameters
        ----------
        other : Growth

        Returns
        -------
        str
            ``"<"``, ``"="``, ``">"`` or ``"incomparable"``.
        """
        if len(self.terms) == len(other.terms) == 1:
            (a,), (b,) = self.terms, other.terms
            below, over = a.against(b)
        else:
            below, over = self.dominated_by(other), other.dominated_by(self)
        if below and over:
            return "="
        return "<" if below else ">" if over else "incomparable"

    def together(self, text: str = "n") -> Growth:
        """Return the class when all sizes grow as one.

        Parameters
        ----------
        text : str
            The name of that one size.

        Returns
        -------
        Growth
        """
        values = {other: name(text) for other in self.names}
        return growth(self.expr.substitute(values))

    def along(self, text: str) -> Growth:
        """Return the class in one size, the others held constant.

        Parameters
        ----------
        text : str

        Returns
        -------
        Growth
        """
        return growth(self.expr, constant=self.names - {text})

    @property
    def expr(self) -> Expr:
        """A cost of this class: the sum of its terms."""
        from workdepth.symbolic.growth_text import term_expression

        out = from_terms({})
        for t in self.terms:
            out = out + term_expression(t)
        return out


def _term_names(t: Term) -> frozenset[str]:
    out: set[str] = set()
    for (kind, what), _ in t.factors:
        if kind == "closed":
            out.update(*(_term_names(a) for a in what[1]))
        else:
            out |= what.names if isinstance(what, Expr) else {what}
    return frozenset(out)


def _ordered(terms: Iterable[Term]) -> list[Term]:
    def compare(a: Term, b: Term) -> int:
        return (str(a) > str(b)) - (str(a) < str(b))

    return sorted(terms, key=cmp_to_key(compare))


def antichain(terms: Iterable[Term]) -> Growth:
    """Keep the terms that no other dominates."""
    different = dict.fromkeys(terms)
    if len(different) == 1:
        return Growth(frozenset(different))
    kept: list[Term] = []
    for t in different:
        if any(t.dominated_by(k) for k in kept):
            continue
        kept = [k for k in kept if not k.dominated_by(t)]
        kept.append(t)
    return Growth(frozenset(kept or [ONE]))


# -- from a cost to its class --


def growth(expr: Any, domain: Domain | None = None, *, constant: Iterable[str] = ()) -> Growth:
    """Find the growth class of a cost.

    Parameters
    ----------
    expr : Expr, int or str
        A cost that is positive for large sizes; its leading terms are taken by size, whatever their sign.
    domain : Domain, optional
        Sizes with an upper end count as constants.
    constant : iterable of str
        More names to hold constant.

    Returns
    -------
    Growth
        Rounding is dropped, a maximum is the union of its arguments; a minimum of incomparable
        things stays closed.

    Raises
    ------
    SymbolicError
        Where no class is known.

    Examples
    --------
    >>> from workdepth.symbolic import growth, parse
    >>> print(growth(parse("2**ceiling(log2(n)) - 1")))
    n
    """
    fixed = set(constant)
    if domain is not None:
        fixed |= {s.name for s in domain.sizes if s.high is not None}
    return antichain(_terms(as_expr(expr), frozenset(fixed)))


def _terms(x: Expr, fixed: frozenset[str]) -> list[Term]:
    """Return terms whose sum has the class of x, rounding opened first so that n - floor(n/2) is right."""
    opened, errors = _unrounded(x)
    out = [t for e in errors for t in _terms(e, fixed)]
    for monomial in opened.terms:
        options = [ONE]
        for atom, e in monomial:
            factors = _factor(atom, e, fixed)
            options = [a.times(b) for a in options for b in factors]
            if len(options) > 1:
                options = list(antichain(options).terms)
        out.extend(options)
    return out or [ONE]


def _unrounded(x: Expr) -> tuple[Expr, list[Expr]]:
    """Replace floor(y) and ceiling(y) by y; return also what multiplies each rounding error."""
    rounded = [(m, a, v) for m in x.terms for a, v in m if a.kind in ("floor", "ceiling")]
    if not rounded or any(v != 1 for _, _, v in rounded):
        return x, []
    errors = [from_terms({tuple((a, v) for a, v in m if a != atom): 1}) for m, atom, _ in rounded]
    return _without_rounding(x), errors


def _without_rounding(x: Expr) -> Expr:
    return map_atoms(x, lambda a: a.args[0] if a.kind in ("floor", "ceiling") else atom_expr(a))


def _factor(atom: Atom, e: Number, fixed: frozenset[str]) -> list[Term]:
    """Return terms whose sum has the class of atom**e."""
    if atom.names <= fixed:
        return [ONE]
    kind = atom.kind
    if kind == "name":
        return [term([(("size", atom.args[0]), e)])]
    if kind == "power":
        return [_exponential(atom.args[0], atom.args[1], fixed)]
    inside = _inside(atom, fixed)
    if len(inside) == 1:
        return [inside[0].raised(e)]
    if e > 0:
        return [t.raised(e) for t in inside]
    # 1/(a + b) is the smaller of 1/a and 1/b.
    return [term([(("closed", ("min", tuple(t.raised(-1) for t in inside))), tidy(-e))])]


def _inside(atom: Atom, fixed: frozenset[str]) -> list[Term]:
    kind, args = atom.kind, atom.args
    if kind in ("log2", "harmonic"):
        return list(antichain(t for a in growth(args[0], constant=fixed).terms for t in _logarithm(a)).terms)
    if kind == "min":
        return _smallest([growth(a, constant=fixed) for a in args])
    if kind in ("floor", "ceiling", "group", "max", "xor", "or"):
        return list(antichain(t for a in args for t in growth(a, constant=fixed).terms).terms)
    raise SymbolicError(
        f"no growth class for '{kind}' in '{atom.key}'", next_step="bound it by something simpler"
    )


def _smallest(classes: list[Growth]) -> list[Term]:
    kept: list[Growth] = []
    for g in classes:
        if any(k <= g for k in kept):
            continue
        kept = [k for k in kept if not g <= k]
        kept.append(g)
    if len(kept) == 1:
        return list(kept[0].terms)
    if any(len(g.terms) > 1 for g in kept):
        shown = ", ".join(str(g) for g in kept)
        raise SymbolicError(
            f"no growth class for the minimum of {shown}",
            next_step="hold a size constant, or bound the minimum",
        )
    args = sorted((next(iter(g.terms)) for g in kept), key=str)
    return [term([(("closed", ("min", tuple(args))), 1)])]


def _logarithm(t: Term) -> list[Term]:
    """Return terms whose sum has the class of log(t)."""
    out = []
    for (kind, what), e in t.factors:
        if _sign(e) < 0:
            continue
        if kind == "rate":
            out.extend(_terms(as_expr(what) if isinstance(what, Expr) else name(what), frozenset()))
        elif kind == "closed":
            raise SymbolicError(
                f"no growth class for the logarithm of '{t}'", next_step="hold a size constant"
            )
        else:
            deeper = {"size": "log", "log": "loglog"}.get(kind)
            if deeper is None:
                raise SymbolicError(
                    f"no growth class for the logarithm of '{t}'", next_step="use fewer logarithms"
                )
            out.append(term([((deeper, what), 1)]))
    return out or [ONE]


def _exponential(base: int | Expr, exponent: Expr, fixed: frozenset[str]) -> Term:
    """Return the class of base**exponent: rounding in the exponent is a constant factor."""
    unrounded = _without_rounding(exponent)
    if unrounded != exponent:
        return _one_term(as_expr(base) ** unrounded, fixed)
    factors: list[tuple[Factor, Any]] = []
    rate = log2_of(as_expr(base))
    for monomial, c in ordered_terms(exponent):
        names = frozenset().union(*(a.names for a, _ in monomial)) if monomial else frozenset()
        if names <= fixed:
            continue
        factors.append(_exponent_factor(base, rate, monomial, c))
    return term(factors)


def _exponent_factor(base: Any, rate: Expr, monomial: Any, c: Number) -> tuple[Factor, Any]:
    # n**(log2(r)/log2(b)): logarithms of numbers belong to the strength.
    fixed = tuple((a, v) for a, v in monomial if not a.names)
    strength = _tidied(rate * term_expr(fixed, c))
    monomial = tuple((a, v) for a, v in monomial if a.names)
    (atom, e), *more = monomial
    if not more and e == 1 and atom.kind == "name":
        return ("rate", atom.args[0]), strength
    if not more and e == 1 and atom.kind == "log2" and len(atom.args[0].terms) == 1:
        inner = _one_term(atom.args[0], frozenset())
        if len(inner.factors) == 1 and inner.factors[0][0][0] == "size":
            return inner.factors[0][0], _product(inner.factors[0][1], strength)
    if all(a.kind == "name" and v > 0 for a, v in monomial):
        return ("rate", from_terms({monomial: 1})), strength
    raise SymbolicError(
        f"no growth class for {base} to the power {from_terms({monomial: c})}",
        next_step="use simpler exponents",
    )


def _one_term(x: Expr, fixed: frozenset[str]) -> Term:
    found = growth(x, constant=fixed).terms
    if len(found) != 1:
        raise SymbolicError(f"no single growth term for '{x}'", next_step="use simpler exponents")
    return next(iter(found))


def ratio_bounded(f: Growth, g: Growth) -> bool:
    """Tell whether f/g is proved to stay bounded.

    Parameters
    ----------
    f, g : Growth

    Returns
    -------
    bool

    Examples
    --------
    >>> from workdepth.symbolic import parse_growth, ratio_bounded
    >>> ratio_bounded(parse_growth("log(n)**2"), parse_growth("sqrt(n)"))
    True
    """
    return f.dominated_by(g)
