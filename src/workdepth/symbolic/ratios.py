"""Signs of sums of c * k**j * r**k, such as 7**log2(n) - n**2 with k = log2(n).

With k = low + t a term is a sum of t**i * r**t, and one of them is at least another, at every t, where its r and its
i are; where its r is larger and it lacks d powers of t, some number of times it is, for t**d <= C * q**t.  The
sum is at least 0 if what is taken away is covered so by what is added.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import comb, lcm, log, prod
from math import e as euler

from workdepth.errors import SymbolicError
from workdepth.symbolic.atoms import Atom, Monomial, Number
from workdepth.symbolic.bounds import atom_low
from workdepth.symbolic.domain import Domain, Size
from workdepth.symbolic.expr import Expr, as_expr
from workdepth.symbolic.functions import log2, map_atoms
from workdepth.symbolic.making import atom_expr, name
from workdepth.symbolic.structure import affine, atoms_of

COUNTER = "_k"
#: So many of the smallest values are looked at one by one.
MOST_PEELED = 6
MOST_TERMS = 24
MOST_LOW = 64
MOST_POWER = 8
#: Steeper powers would leave the range of floats.
MOST_BITS = 13
#: Room for the errors of floats, where one is asked.
CLOSE = 1.001
MARGIN = 1.000001


@dataclass(frozen=True)
class Ratio:
    """A product of numbers to rational powers, compared exactly.

    Parameters
    ----------
    parts : tuple of (int, Fraction)
    """

    parts: tuple[tuple[int, Fraction], ...]

    def at_least(self, other: Ratio) -> bool:
        """Tell whether it is at least another."""
        exponents = dict(self.parts)
        for base, e in other.parts:
            exponents[base] = exponents.get(base, Fraction(0)) - e
        root = lcm(*(e.denominator for e in exponents.values()))
        return prod((Fraction(b) ** int(e * root) for b, e in exponents.items()), start=Fraction(1)) >= 1

    def over(self, other: Ratio) -> float:
        """Return how many times another it is, nearly."""
        return float(self) / float(other)

    def __float__(self) -> float:
        return prod((float(b) ** float(x) for b, x in self.parts), start=1.0)

    def power(self, k: int) -> Fraction | float:
        """Return the k-th power, exactly where that is rational."""
        if any((x * k).denominator > 1 for _, x in self.parts):
            return float(self) ** k
        out = Fraction(1)
        for base, x in self.parts:
            out *= Fraction(base) ** int(x * k)
        return out


Term = tuple[int, Ratio]


def nonnegative_by_ratios(x: Expr, domain: Domain) -> bool:
    """Tell whether a sum of powers of numbers to one size, or to its logarithm, is proved to be at least 0.

    Parameters
    ----------
    x : Expr
    domain : Domain

    Returns
    -------
    bool
        True is a proof; False means that none was found.

    Examples
    --------
    >>> from workdepth.symbolic import Domain, Size, parse
    >>> nonnegative_by_ratios(parse("7**log2(n) - n**2"), Domain((Size("n"),)))
    True
    """
    if len(x.names) != 1 or len(x.terms) > MOST_TERMS or not (_has_roots(x) or _has_powers(x)):
        return False
    size = domain.size(next(iter(x.names)))
    if size is None:
        return False
    try:
        found = _counted(x, size, domain)
    except SymbolicError:
        return False  # a power of a power that the algebra has no rule for
    if found is None:
        return False
    moved, low, whole = found
    return 0 <= low <= MOST_LOW and moved.names <= {COUNTER} and _holds(moved, low, whole)


def _has_powers(x: Expr) -> bool:
    return any(a.kind == "power" and a.names for a in atoms_of(x))


def _has_roots(x: Expr) -> bool:
    return any(type(e) is not int for m in x.terms for _, e in m)


def _counted(x: Expr, size: Size, domain: Domain) -> tuple[Expr, int, bool] | None:
    """Return the expression in a counter k, with the smallest k, and whether k is whole."""
    k = name(COUNTER)
    if size.power_of is not None and not _in_exponents(x, size.name):
        low = 0
        while size.power_of**low < size.low:
            low += 1
        return x.substitute({size.name: as_expr(size.power_of) ** k}), low, True
    inner = {b for a in atoms_of(x) for b in ([a] if a.kind != "power" else atoms_of(a.args[1]))}
    rounded = {a for a in inner if a.kind in ("ceiling", "floor") and a.args[0] == log2(size.expr)}
    if len(rounded) == 1:
        (atom,) = rounded
        lowest = atom_low(atom, domain)
        return (_replaced(x, atom, k), lowest, True) if type(lowest) is int else None
    if size.low >= 1 and (_has_roots(x) or any(a.kind == "log2" for a in inner)):
        return x.substitute({size.name: as_expr(2) ** k}), size.low.bit_length() - 1, False
    return x.substitute({size.name: k}), size.low, True


def _in_exponents(x: Expr, text: str) -> bool:
    """Tell whether a size itself, not its logarithm, is in an exponent."""
    return any(
        a.kind == "power" and any(b.kind == "name" and b.args[0] == text for b in atoms_of(a.args[1]))
        for a in atoms_of(x)
    )


def _replaced(x: Expr, atom: Atom, by: Expr) -> Expr:
    """Put an expression in for an atom, in exponents as well."""

    def change(old: Atom) -> Expr:
        if old == atom:
            return by
        if old.kind == "power" and isinstance(old.args[0], int):
            out: Expr = as_expr(old.args[0]) ** _replaced(old.args[1], atom, by)
            return out
        return atom_expr(old)

    return map_atoms(x, change)


def _holds(x: Expr, low: int, whole: bool) -> bool:
    terms = _terms(x)
    if terms is None:
        return False
    if _covered(terms, low, whole):
        return True
    for start in range(low, low + MOST_PEELED if whole else low):
        if _value(terms, start) < 0:
            return False
        if _covered(terms, start + 1, whole):
            return True
    return False


def _terms(x: Expr) -> dict[Term, Fraction] | None:
    """Return the coefficients, those that are not rational rounded down."""
    out: dict[Term, Fraction] = {}
    for monomial, c in x.terms.items():
        found = _term(monomial)
        if found is None:
            return None
        term, factor = found
        out[term] = out.get(term, Fraction(0)) + _down(Fraction(c), factor)
    return out


def _down(c: Fraction, factor: float | Fraction) -> Fraction:
    """Return c times a positive factor, rounded down where the factor is a float."""
    if isinstance(factor, Fraction):
        return c * factor
    return c * Fraction(factor) * Fraction(1 / MARGIN if c > 0 else MARGIN)


def _term(monomial: Monomial) -> tuple[Term, float | Fraction] | None:
    """Read constants * k**j * r**k, or None."""
    power, parts = 0, []
    factor: float | Fraction = Fraction(1)
    for atom, e in monomial:
        if not atom.names:
            factor = float(factor) * float(atom_expr(atom, e))
        elif atom.kind == "name" and type(e) is int and 0 < e <= MOST_POWER:
            power = e
        else:
            line = _exponent(atom, e)
            if line is None:
                return None
            parts.append((atom.args[0], line[0]))
            if line[1]:
                factor = float(factor) * float(atom.args[0]) ** float(line[1])
    steep = sum(abs(x) * b.bit_length() for b, x in parts)
    return ((power, Ratio(tuple(parts))), factor) if factor > 0 and steep <= MOST_BITS else None


def _exponent(atom: Atom, e: Number) -> tuple[Fraction, Fraction] | None:
    """Return (c, d) of b**(c*k + d)."""
    if atom.kind != "power" or e != 1 or not isinstance(atom.args[0], int):
        return None
    line = affine(atom.args[1], COUNTER)
    if line is None or not line[0].is_number or not line[1].is_number:
        return None
    slope, rest = Fraction(line[0].number), Fraction(line[1].number)
    return (slope, rest) if slope.denominator <= MOST_POWER else None


def _value(terms: Mapping[Term, Fraction], k: int) -> Fraction:
    return sum((_down(c * k**power, ratio.power(k)) for (power, ratio), c in terms.items()), Fraction(0))


def _covered(terms: Mapping[Term, Fraction], low: int, whole: bool) -> bool:
    """Write k as low + t, and cover each term that is taken away by some that are added."""
    moved: dict[Term, Fraction] = {}
    for (power, ratio), c in terms.items():
        part = _down(c, ratio.power(low))
        for i in range(power + 1):
            more = part * comb(power, i) * low ** (power - i)
            moved[i, ratio] = moved.get((i, ratio), Fraction(0)) + more
    left = {t: c for t, c in moved.items() if c > 0}
    return all(_paid(t, -c, left, whole) for t, c in moved.items() if c < 0)


def _paid(taken: Term, cost: Fraction, left: dict[Term, Fraction], whole: bool) -> bool:
    for given in sorted(left, key=lambda t: -t[0]):
        price = _price(given, taken, whole)
        if left[given] and price is not None:
            share = min(cost, left[given] / price)
            left[given] -= share * price
            cost -= share
        if not cost:
            return True
    return False


def _price(a: Term, b: Term, whole: bool) -> Fraction | None:
    """Return a C with b <= C*a at every t >= 0, or None."""
    (i, r), (j, s) = a, b
    if i == j or (i > j > 0 and whole):
        return Fraction(1) if r.at_least(s) else None
    steeper = r.over(s)
    if i > j or steeper <= CLOSE:
        return None
    # t**d / q**t is largest at t = d/ln(q).
    return Fraction(((j - i) / (euler * log(steeper))) ** (j - i) * MARGIN)
