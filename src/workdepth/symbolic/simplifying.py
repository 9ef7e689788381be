"""Exact rewriting under a domain: dominated arguments of maxima, provable integers, sizes that are powers."""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache
from itertools import product as grid
from math import lcm
from typing import Any

from workdepth.symbolic.atoms import Atom, Monomial, Number
from workdepth.symbolic.bounds import low_number
from workdepth.symbolic.domain import Domain, Size
from workdepth.symbolic.expr import Expr, as_expr, from_terms
from workdepth.symbolic.extremes import maximum, minimum
from workdepth.symbolic.functions import is_integer_atom, log2, map_arguments, map_atoms, substitute
from workdepth.symbolic.making import atom_expr, name
from workdepth.symbolic.power import factors
from workdepth.symbolic.signs import nonnegative, positive
from workdepth.symbolic.structure import atoms_of
from workdepth.symbolic.terms import tidy

#: Points tried, modulo the divisor, to prove that a polynomial has whole values.
MOST_POINTS = 2000


def simplify(expr: Any, domain: Domain) -> Expr:
    """Rewrite an expression into a shorter one that is equal everywhere in the domain.

    Parameters
    ----------
    expr : Expr or int
    domain : Domain

    Returns
    -------
    Expr

    Examples
    --------
    >>> from workdepth.symbolic import Domain, Size, parse, simplify
    >>> print(simplify(parse("n + min(1, n)"), Domain((Size("n"),))))
    n + 1
    >>> print(simplify(parse("2**ceiling(log2(n)) + floor(n/2)"), Domain((Size("n", low=2, power_of=2),))))
    3*n/2
    """
    return _simplify(as_expr(expr), domain)


@lru_cache(maxsize=10_000)
def _simplify(x: Expr, domain: Domain) -> Expr:
    powers = [s for s in domain.sizes if s.name in x.names and len(factors(s.power_of or 1)) == 1]
    if powers:
        x, domain = _as_powers(x, domain, powers)
    x = _paired(_rewritten(x, domain))
    for size in powers:
        x = substitute(x, {_exponent_name(size): log2(size.expr) / log2(size.power_of)})
    return x


def _rewritten(x: Expr, domain: Domain) -> Expr:
    if all(a.kind == "name" for a in atoms_of(x)):
        return x
    return map_atoms(x, lambda atom: _rewritten_atom(atom, domain))


def _rewritten_atom(atom: Atom, domain: Domain) -> Expr:
    kind = atom.kind
    if kind in ("name", "ln2"):
        return atom_expr(atom)
    if kind in ("max", "min"):
        args = [_rewritten(a, domain) for a in atom.args]
        found = (maximum if kind == "max" else minimum)(args, domain, len(args))
        return found.value if found.exact else map_arguments(atom, lambda a: _rewritten(a, domain))
    inner = map_arguments(atom, lambda a: _rewritten(a, domain))
    if kind in ("floor", "ceiling"):
        return map_atoms(
            inner, lambda a: _settled(a, domain) if a.kind in ("floor", "ceiling") else atom_expr(a)
        )
    return inner


def _settled(atom: Atom, domain: Domain) -> Expr:
    """Return a rounded thing without rounding where it is whole, or between two neighbours."""
    x: Expr = atom.args[0]
    if integer_valued(x, domain):
        return x
    low = low_number(x, domain)
    if low is not None:
        step = low.__floor__() if atom.kind == "floor" else low.__ceil__()
        for guess in (step, step + 1):
            if atom.kind == "floor" and nonnegative(x - guess, domain) and positive(guess + 1 - x, domain):
                return as_expr(guess)
            if atom.kind == "ceiling" and positive(x - guess + 1, domain) and nonnegative(guess - x, domain):
                return as_expr(guess)
    return atom_expr(atom)


# -- whole values --


def integer_valued(x: Expr, domain: Domain) -> bool:
    """Tell whether an expression is proved to be whole everywhere in the domain.

    Parameters
    ----------
    x : Expr
    domain : Domain

    Returns
    -------
    bool
    """
    parts: dict[Monomial, Number] = {}
    for monomial, coefficient in x.terms.items():
        c = _with_powers(monomial, coefficient, domain)
        if not all(type(e) is int and e > 0 and _whole_atom(a, domain) for a, e in monomial):
            return False
        if type(c) is not int:
            parts[monomial] = c
    return not parts or _whole_polynomial(from_terms(parts))


def _with_powers(monomial: Monomial, c: Number, domain: Domain) -> Number:
    """Let p**E, with E at least k, pay for a divisor p**k of the coefficient."""
    divisor = Fraction(c).denominator
    for atom, e in monomial:
        if divisor > 1 and atom.kind == "power" and isinstance(atom.args[0], int) and e == 1:
            steps = 0
            while divisor % atom.args[0] ** (steps + 1) == 0:
                steps += 1
            if steps and nonnegative(atom.args[1] - steps, domain):
                c = tidy(Fraction(c) * atom.args[0] ** steps)
                divisor = Fraction(c).denominator
    return c


def _whole_atom(atom: Atom, domain: Domain) -> bool:
    if is_integer_atom(atom):
        return True
    if atom.kind in ("max", "min"):
        return all(integer_valued(a, domain) for a in atom.args)
    if atom.kind == "power" and isinstance(atom.args[0], int):
        exponent = atom.args[1]
        return integer_valued(exponent, domain) and nonnegative(exponent, domain)
    return False


def _whole_polynomial(broken: Expr) -> bool:
    """Try all residues: a polynomial over D has whole values where it has them modulo D."""
    atoms = atoms_of(broken)
    divisor = lcm(*(Fraction(c).denominator for c in broken.terms.values()))
    if divisor ** len(atoms) > MOST_POINTS:
        return False
    for point in grid(range(divisor), repeat=len(atoms)):
        values = dict(zip(atoms, point, strict=True))
        total: Number = broken.constant - broken.constant
        for monomial, c in broken.terms.items():
            factor: Number = c
            for atom, e in monomial:
                factor = factor * values[atom] ** int(e)
            total += factor
        if Fraction(total).denominator != 1:
            return False
    return True


# -- floor and ceiling of one thing --


def _paired(x: Expr) -> Expr:
    """Replace floor(P/2) + ceiling(P/2) by P, coefficient by coefficient."""
    for monomial, c in x.terms.items():
        for atom, e in monomial:
            if atom.kind != "ceiling" or e != 1 or not _is_half(atom.args[0]):
                continue
            twin = Atom("floor", atom.args)
            mirrored = tuple(sorted(((twin, 1) if a == atom else (a, v) for a, v in monomial), key=_key))
            if x.terms.get(mirrored) == c:
                rest = from_terms({tuple((a, v) for a, v in monomial if a != atom): c})
                dropped = from_terms({monomial: c, mirrored: c})
                return _paired(x - dropped + rest * atom.args[0] * 2)
    return x


def _key(pair: tuple[Atom, Number]) -> str:
    return pair[0].key


def _is_half(x: Expr) -> bool:
    return all(Fraction(c).denominator == 2 for c in x.terms.values())


# -- sizes that are powers --


def _exponent_name(size: Size) -> str:
    return f"_log_{size.name}"


def _as_powers(x: Expr, domain: Domain, powers: list[Size]) -> tuple[Expr, Domain]:
    """Write each size that is a power p**k with its exponent k as the size."""
    values: dict[str, Expr] = {}
    sizes = [s for s in domain.sizes if s not in powers]
    for size in powers:
        assert size.power_of is not None
        exponent = _exponent_name(size)
        values[size.name] = as_expr(size.power_of) ** name(exponent)
        low, high = _steps(size.low, size.power_of), None
        if size.high is not None:
            high = _steps(size.high + 1, size.power_of) - 1
        sizes.append(Size(exponent, low=low, high=high))
    moved = Domain(tuple(sizes))
    for index in domain.indices:
        moved = moved.with_index(index.name, substitute(index.low, values), substitute(index.high, values))
    return substitute(x, values), moved


def _steps(value: int, base: int) -> int:
    """Return the smallest k with base**k >= value."""
    k = 0
    while base**k < value:
        k += 1
    return k
