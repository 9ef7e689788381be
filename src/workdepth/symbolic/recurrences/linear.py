"""Linear recurrences U(k) = c1*U(k-1) + ... + cd*U(k-d) + f(k), in closed form.

U is a combination of k**j * r**k, with r the roots of the characteristic polynomial and the ratios of f (Graham,
Knuth and Patashnik, *Concrete Mathematics*, section 7.3; Cormen et al., *Introduction to Algorithms*, problem 4-4).
Which combination, as many values as there are terms decide.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import gcd

from workdepth.symbolic.atoms import Atom, Monomial, Number
from workdepth.symbolic.expr import Expr, as_expr
from workdepth.symbolic.functions import floor
from workdepth.symbolic.making import total
from workdepth.symbolic.power import factors
from workdepth.symbolic.recurrences.roots import exact_roots
from workdepth.symbolic.recurrences.surds import Surd, solved
from workdepth.symbolic.structure import affine

#: More terms than this are not looked for.
MOST_TERMS = 24

#: A rounding error below a half, with room for the floats that it is measured in.
LARGEST_ERROR = 0.499

Ratios = dict[Surd, int]
Weighted = tuple[Expr, Surd, int]


@dataclass(frozen=True)
class Sequence:
    """U(k) = the sum of counts[i]*U(k - i), and a forcing in k.

    Parameters
    ----------
    counts : mapping
        Step i to the coefficient of U(k - i).
    forcing : Expr
    index : str
        The name of k in the forcing.
    start : int
        The recurrence holds for k >= start + d; U(start), U(start + 1), ... exist.
    value : callable
        U at a whole k.
    """

    counts: Mapping[int, Fraction]
    forcing: Expr
    index: str
    start: int
    value: Callable[[int], Expr]

    def closed(self, shown: Expr) -> Expr | None:
        """Return U as an expression, exact from the start on; None where there is no such form.

        Parameters
        ----------
        shown : Expr
            What to write for k.

        Returns
        -------
        Expr or None
        """
        own = exact_roots(self.counts) if self.counts else {}
        ratios = ratios_of(self.forcing, self.index)
        basis = None if own is None or ratios is None else _basis(own, ratios)
        if basis is None:
            return None
        points = [self.start + i for i in range(len(basis))]
        rows = [[_number(r, j, k) for r, j in basis] for k in points]
        weights = solved(rows, [self.value(k) for k in points])
        weighted = [(w, r, j) for w, (r, j) in zip(weights, basis, strict=True) if w.terms]
        rounded = self._rounded(weighted, shown)
        return _sum(weighted, shown) if rounded is None else rounded

    def _rounded(self, weighted: list[Weighted], shown: Expr) -> Expr | None:
        """Write a*x**k + b*y**k, conjugates, as the whole number next to a*x**k, as Fibonacci's are."""
        surds = [t for t in weighted if t[1].b]
        rest = [t for t in weighted if not t[1].b]
        if len(surds) != 2 or any(w.names or j for w, _, j in surds):
            return None
        (large, x, _), (small, y, _) = sorted(surds, key=lambda t: -abs(float(t[1])))
        if abs(float(y)) >= 1 or x.sign < 0 or not _are_conjugates(x, y):
            return None
        # The two obey a recurrence with whole coefficients: what divides two values divides all.
        first, second = (self.value(k) - _sum(rest, as_expr(k)) for k in (self.start, self.start + 1))
        if not (first.is_number and second.is_number and type(first.number) is type(second.number) is int):
            return None
        scale = gcd(int(first.number), int(second.number))
        if not scale or abs(float(small) * float(y) ** self.start) >= LARGEST_ERROR * scale:
            return None
        return _sum(rest, shown) + scale * floor(large / scale * x.raised(shown) + Fraction(1, 2))


def _are_conjugates(x: Surd, y: Surd) -> bool:
    """Tell whether x and y are the roots of z**2 = p*z + q with whole p and q."""
    both, product = x + y, x * y
    return not both.b and not product.b and both.a.denominator == product.a.denominator == 1


def _sum(weighted: list[Weighted], k: Expr) -> Expr:
    return total(w * _function(r, j, k) for w, r, j in weighted)


def ratios_of(forcing: Expr, index: str) -> Ratios | None:
    """Read a sum of k**j * r**k: each ratio with the number of its powers of k; None where it is no such sum."""
    out: Ratios = {}
    for monomial in forcing.terms:
        found = _ratio(monomial, index)
        if found is None:
            return None
        ratio, degree = found
        out[ratio] = max(out.get(ratio, 0), degree + 1)
    return out


def _ratio(monomial: Monomial, index: str) -> tuple[Surd, int] | None:
    ratio, degree = Surd(Fraction(1)), 0
    for atom, e in monomial:
        if index not in atom.names:
            continue
        if atom.kind == "name" and type(e) is int and e > 0:
            degree = e
            continue
        factor = _power_ratio(atom, e, index)
        if factor is None or not _one_field([ratio, factor]):
            return None
        ratio = ratio * factor
    return ratio, degree


def _power_ratio(atom: Atom, e: Number, index: str) -> Surd | None:
    """Return r of p**(s*k + rest), for a whole p and a whole or half s."""
    if atom.kind != "power" or e != 1 or not isinstance(atom.args[0], int):
        return None
    line = affine(atom.args[1], index)
    if line is None or not line[0].is_number or Fraction(line[0].number).denominator > 2:
        return None
    twice = int(Fraction(line[0].number) * 2)
    root = Surd(Fraction(atom.args[0])) ** (twice // 2)
    if twice % 2 == 0:
        return root
    if len(factors(atom.args[0])) > 1 or abs(twice) > 200:
        return None
    return root * Surd(Fraction(0), Fraction(1), atom.args[0])


def _one_field(numbers: list[Surd]) -> bool:
    return len({x.d for x in numbers} - {1}) < 2


def _basis(own: Ratios, ratios: Ratios) -> list[tuple[Surd, int]] | None:
    together = {r: own.get(r, 0) + ratios.get(r, 0) for r in (*own, *ratios)}
    if not _one_field(list(together)) or sum(together.values()) > MOST_TERMS:
        return None
    return [(r, j) for r, most in together.items() for j in range(most)]


def _number(ratio: Surd, power: int, k: int) -> Surd:
    return ratio**k * Surd(Fraction(k**power))


def _function(ratio: Surd, power: int, k: Expr) -> Expr:
    """Return k**power * ratio**k; a negative ratio changes sign with k."""
    if ratio.sign > 0:
        return ratio.raised(k) * k**power
    # (-1)**k is 1 for even k and -1 for odd k.
    sign = 1 - 2 * k + 4 * floor(k / 2)
    out: Expr = sign * (-ratio).raised(k) * k**power
    return out
