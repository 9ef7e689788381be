"""From a cost to the terms of its growth class.

Rounding is opened into what it rounds, a maximum is the sum of its arguments, a logarithm of a term is a sum
of logarithms, and a minimum of incomparable things stays closed.
"""

from __future__ import annotations

from typing import Any

from workdepth.errors import SymbolicError
from workdepth.symbolic.atoms import Atom, Number
from workdepth.symbolic.expr import Expr, as_expr, from_terms
from workdepth.symbolic.functions import log2 as log2_of
from workdepth.symbolic.functions import map_atoms
from workdepth.symbolic.growth_exponents import exponent_product, sign_of, tidied
from workdepth.symbolic.growth_terms import ONE, Factor, Term, all_dominated, leading, sum_text, term
from workdepth.symbolic.making import atom_expr, name, term_expr
from workdepth.symbolic.terms import tidy
from workdepth.symbolic.text import ordered_terms


def leading_terms(x: Expr, fixed: frozenset[str]) -> frozenset[Term]:
    """Return the terms of the class of a cost, the names in ``fixed`` held constant."""
    return leading(_terms(x, fixed))


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
                options = list(leading(options))
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
        return list(leading(t for a in leading_terms(args[0], fixed) for t in _logarithm(a)))
    if kind == "min":
        return _smallest([leading_terms(a, fixed) for a in args])
    if kind in ("floor", "ceiling", "group", "max", "xor", "or"):
        return list(leading(t for a in args for t in leading_terms(a, fixed)))
    raise SymbolicError(
        f"no growth class for '{kind}' in '{atom.key}'", next_step="bound it by something simpler"
    )


def _smallest(classes: list[frozenset[Term]]) -> list[Term]:
    """Return the terms of a minimum of classes: the least one, or closed where several are."""
    kept: list[frozenset[Term]] = []
    for g in classes:
        if any(all_dominated(k, g) for k in kept):
            continue
        kept = [k for k in kept if not all_dominated(g, k)]
        kept.append(g)
    if len(kept) == 1:
        return list(kept[0])
    if any(len(g) > 1 for g in kept):
        shown = ", ".join(sum_text(g) for g in kept)
        raise SymbolicError(
            f"no growth class for the minimum of {shown}",
            next_step="hold a size constant, or bound the minimum",
        )
    args = sorted((next(iter(g)) for g in kept), key=str)
    return [term([(("closed", ("min", tuple(args))), 1)])]


def _logarithm(t: Term) -> list[Term]:
    """Return terms whose sum has the class of log(t)."""
    out = []
    for (kind, what), e in t.factors:
        if sign_of(e) < 0:
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
    strength = tidied(rate * term_expr(fixed, c))
    monomial = tuple((a, v) for a, v in monomial if a.names)
    (atom, e), *more = monomial
    if not more and e == 1 and atom.kind == "name":
        return ("rate", atom.args[0]), strength
    if not more and e == 1 and atom.kind == "log2" and len(atom.args[0].terms) == 1:
        inner = _one_term(atom.args[0], frozenset())
        if len(inner.factors) == 1 and inner.factors[0][0][0] == "size":
            return inner.factors[0][0], exponent_product(inner.factors[0][1], strength)
    if all(a.kind == "name" and v > 0 for a, v in monomial):
        return ("rate", from_terms({monomial: 1})), strength
    raise SymbolicError(
        f"no growth class for {base} to the power {from_terms({monomial: c})}",
        next_step="use simpler exponents",
    )


def _one_term(x: Expr, fixed: frozenset[str]) -> Term:
    found = leading_terms(x, fixed)
    if len(found) != 1:
        raise SymbolicError(f"no single growth term for '{x}'", next_step="use simpler exponents")
    return next(iter(found))
