"""Dictionaries {monomial: coefficient} and their numbers: adding and multiplying in normal form."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from math import gcd

from workdepth.errors import SymbolicError
from workdepth.symbolic.atoms import Atom, Form, Monomial, Number

#: Products of longer sums are refused rather than left to fill the memory.
LARGEST_PRODUCT = 200_000
#: Numbers with more bits than this are refused: no cost needs them, hostile text does.
LARGEST_BITS = 1 << 16


def tidy(number: Number) -> Number:
    """Return an integral fraction as an int."""
    if type(number) is Fraction and number.denominator == 1:
        return number.numerator
    return number


def reciprocal(number: Number) -> Number:
    """1/number exactly."""
    if number == 0:
        raise SymbolicError("division by zero", next_step="check the divisor")
    return tidy(Fraction(1) / number)


def content(expr: Form) -> Fraction:
    """Return the positive rational that divides all coefficients, leaving coprime integers."""
    top = bottom = 0
    for c in expr._terms.values():
        c = Fraction(c)
        top = gcd(top, c.numerator)
        bottom = c.denominator if not bottom else bottom * c.denominator // gcd(bottom, c.denominator)
    return Fraction(top, bottom) if top else Fraction(1)


def add_term(terms: dict[Monomial, Number], monomial: Monomial, c: Number) -> None:
    """Add c*monomial to a dictionary of terms, keeping the normal form."""
    old = terms.get(monomial)
    if old is None:
        if c:
            terms[monomial] = c
        return
    new = old + c
    if new:
        terms[monomial] = tidy(new)
    else:
        del terms[monomial]


def multiplied(
    left: dict[Monomial, Number], right: dict[Monomial, Number]
) -> tuple[dict[Monomial, Number], list[tuple[Monomial, Monomial, Number]]]:
    """Return the product of two sums, and apart from it the pairs of monomials that hold powers or sums."""
    if len(left) * len(right) > LARGEST_PRODUCT:
        raise SymbolicError(
            f"a product of {len(left)} and {len(right)} terms is too large",
            next_step="give the factors names",
        )
    out: dict[Monomial, Number] = {}
    special: list[tuple[Monomial, Monomial, Number]] = []
    for m1, c1 in left.items():
        for m2, c2 in right.items():
            c = tidy(c1 * c2)
            if not m1:
                add_term(out, m2, c)
            elif not m2:
                add_term(out, m1, c)
            elif _is_special(m1) or _is_special(m2):
                special.append((m1, m2, c))
            else:
                add_term(out, merge(m1, m2), c)
    return out, special


def _is_special(monomial: Monomial) -> bool:
    return any(atom.special for atom, _ in monomial)


def merge(m1: Monomial, m2: Monomial) -> Monomial:
    """Return the product of two monomials that hold no powers and no sums."""
    exponents = dict(m1)
    for atom, e in m2:
        old = exponents.get(atom)
        if old is None:
            exponents[atom] = e
        elif old + e:
            exponents[atom] = tidy(old + e)
        else:
            del exponents[atom]
    return sorted_monomial(exponents)


def sorted_monomial(exponents: Mapping[Atom, Number]) -> Monomial:
    """Return a monomial from {atom: exponent}, in the order of the atoms' text."""
    if len(exponents) < 2:
        return tuple(exponents.items())
    return tuple(sorted(exponents.items(), key=lambda pair: pair[0].key))


def hash_of(terms: dict[Monomial, Number]) -> int:
    """Return a hash that does not look at the order of terms; a number has its own."""
    if len(terms) > 1:
        return hash(frozenset(terms.items()))
    for monomial, c in terms.items():
        return hash((monomial, c)) if monomial else hash(c)
    return hash(0)
