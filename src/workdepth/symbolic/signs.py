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
from itertools import permutations
from math import lcm
from typing import Any

from workdepth.symbolic.bounds import above, atom_low, below, low_number, lows, monomial_low
from workdepth.symbolic.domain import Domain, Index, Size
from workdepth.symbolic.expr import (
    Atom,
    Expr,
    Monomial,
    Number,
    as_expr,
    atom_expr,
    from_terms,
    name,
    sorted_monomial,
    term_expr,
    tidy,
    total,
)
from workdepth.symbolic.functions import is_integer_monomial, map_atoms
from workdepth.symbolic.ratios import nonnegative_by_ratios
from workdepth.symbolic.restricting import about
from workdepth.symbolic.samples import refuted
from workdepth.symbolic.structure import affine, atoms_of, coefficients

#: How many sub-goals one question may open.
BUDGET = 60
#: How far the smallest values of a size are looked at one by one, and for how many sizes.
MOST_PEELED = 3
MOST_PEELED_SIZES = 3
#: Expressions with more terms are not looked into.
MOST_TERMS = 400
MOST_POWER = 12
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
    return _Proof(domain).holds(x + slack) or _peeled(x, domain) or nonnegative_by_ratios(x, domain)


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


def without_divisors(x: Expr, domain: Domain) -> Expr | None:
    """Multiply divisors away that are proved positive; None where one is not."""
    for monomial in x.terms:
        for atom, e in monomial:
            if atom.kind == "power" and any(c < 0 for c in atom.args[1].terms.values()):
                lifted = from_terms({m: -c for m, c in atom.args[1].terms.items() if c < 0})
                return without_divisors(x * as_expr(atom.args[0]) ** lifted, domain)
            if e < 0:
                low = atom_low(atom, domain)
                if low is None or low <= 0:
                    return None
                return without_divisors(_without(x, atom, e), domain)
    return x


def _without(x: Expr, atom: Atom, e: Number) -> Expr:
    """Return ``x`` divided by a power of an atom, term by term: a sum to a power may not multiply out again."""
    found = as_expr(0)
    for monomial, c in x.terms.items():
        held = dict(monomial)
        power = tidy(held.pop(atom, 0) - e)
        found = found + from_terms({tuple(held.items()): c}) * atom_expr(atom) ** power
    return found


class _Proof:
    """One question: a domain, and how many sub-goals are left."""

    def __init__(self, domain: Domain) -> None:
        self.domain = domain
        self.left = BUDGET

    def holds(self, x: Expr) -> bool:
        if x.is_number:
            return x.number >= 0
        self.left -= 1
        if self.left < 0 or len(x.terms) > MOST_TERMS:
            return False
        if all(c >= 0 and monomial_low(m, self.domain) is not None for m, c in x.terms.items()):
            return True
        cleared = without_divisors(x, self.domain)
        if cleared is None:
            return False
        if self._shifted(cleared):
            return True
        return self._opened(cleared)

    # -- the shift rule --

    def _shifted(self, x: Expr) -> bool:
        """Write each atom as its smallest value plus something: no coefficient may be negative then."""
        moved: set[str] = set()
        for index in reversed(self.domain.indices):
            if index.name in x.names and not _inside(x, index.name) and index.low.names:
                x = x.substitute({index.name: index.low + name(index.name)})
                moved.add(index.name)
        fresh: dict[tuple[Atom, Number], Expr] = {}
        parts = []
        for monomial, c in x.terms.items():
            out = term_expr((), c)
            for atom, e in monomial:
                factor = self._factor(atom, e, moved, fresh)
                if factor is None or len(out.terms) * len(factor.terms) > MOST_TERMS:
                    return False
                out = out * factor
            parts.append(out)
        return all(c >= 0 for c in total(parts).terms.values())

    def _factor(
        self, atom: Atom, e: Number, moved: set[str], fresh: dict[tuple[Atom, Number], Expr]
    ) -> Expr | None:
        """Write an atom to a power as (its smallest value + something >= 0) to that power."""
        low = 0 if atom.kind == "name" and atom.args[0] in moved else atom_low(atom, self.domain)
        steps = int(e)
        rest = tidy(e - steps)
        if low is None or steps > MOST_POWER or (rest and low < 0):
            return None
        out = (_fresh(fresh, atom, 1) + low) ** steps
        return out * (_fresh(fresh, atom, rest) + (1 if low >= 1 else 0)) if rest else out

    # -- opening what the shift rule takes as it is --

    def _opened(self, x: Expr) -> bool:
        atoms = atoms_of(x)
        for atom in atoms:
            if atom.kind in ("max", "min"):
                return self._split(x, atom)
        matched = self._matched(x, atoms)
        if matched is not None and self.holds(matched):
            return True
        index = self._innermost(x)
        if index is not None:
            hiding = [a for a in atoms if a.kind not in ("name", "power") and index.name in a.names]
            if hiding:
                return any(self._bounded(x, atom) for atom in hiding)
            return self._without_index(x, index)
        spread = self._spread_powers(x)
        if spread is not None:
            return spread
        for atom in atoms:
            if atom.kind != "name" and self._bounded(x, atom):
                return True
        return self._by_roots(x, atoms) or self._by_facts(x)

    def _split(self, x: Expr, atom: Atom) -> bool:
        """Try the arguments of a maximum: all of them, or any where it only adds."""
        cases = [_replaced(x, atom, a) for a in atom.args]
        if self._only_adds(x, atom, 1 if atom.kind == "max" else -1):
            return any(self.holds(case) for case in cases)
        return all(self.holds(case) for case in cases)

    def _matched(self, x: Expr, atoms: list[Atom]) -> Expr | None:
        """Cancel c*f(y)*m - c*f(z)*m for a rounding, logarithm or power f and y >= z: that much is >= 0."""
        for kind in ("floor", "ceiling", "log2", "harmonic", "power"):
            some = [a for a in atoms if a.kind == kind]
            for high, low in permutations(some, 2):
                rest = self._without_pair(x, high, low)
                if rest is not None:
                    return rest
        return None

    def _without_pair(self, x: Expr, high: Atom, low: Atom) -> Expr | None:
        if high.kind == "power" and (high.args[0] != low.args[0] or not isinstance(high.args[0], int)):
            return None
        for monomial, c in x.terms.items():
            found = dict(monomial)
            if c < 0 and found.get(low) == 1 and high not in found:
                swapped = sorted_monomial({(high if a == low else a): e for a, e in monomial})
                del found[low]
                if x.terms.get(swapped, 0) <= 0 or monomial_low(tuple(found.items()), self.domain) is None:
                    continue
                if self._asks(high.args[-1] - low.args[-1]):
                    share = min(-c, x.terms[swapped])
                    return x + term_expr(monomial, share) - term_expr(swapped, share)
        return None

    def _only_adds(self, x: Expr, atom: Atom, sign: int) -> bool:
        for monomial, c in x.terms.items():
            found = dict(monomial)
            if atom in found:
                e = found.pop(atom)
                if e != 1 or c * sign < 0 or monomial_low(tuple(found.items()), self.domain) is None:
                    return False
            elif any(atom.names & other.names and _holds_atom(other, atom) for other in found):
                return False
        return True

    def _innermost(self, x: Expr) -> Index | None:
        for index in reversed(self.domain.indices):
            if index.name in x.names:
                return index
        for size in self.domain.sizes:
            if size.high is not None and size.name in x.names:
                return Index(size.name, as_expr(lows(self.domain)[size.name]), as_expr(size.high + 1))
        return None

    def _without_index(self, x: Expr, index: Index) -> bool:
        first, last = index.low, index.high - 1
        line = affine(x, index.name)
        if line is not None:
            return self._at_ends(x, index, line[0])
        ends = [self._end(m, c, index, first, last) for m, c in x.terms.items()]
        known = [e for e in ends if e is not None]
        if len(known) == len(ends) and self.holds(total(known)):
            return True
        parts = coefficients(x, index.name)
        if parts is None:
            return False
        return self._concave(x, index, parts) or self._as_size(x, index)

    def _at_ends(self, x: Expr, index: Index, slope: Expr) -> bool:
        first = x.substitute({index.name: index.low})
        last = x.substitute({index.name: index.high - 1})
        if slope.is_number:
            return self.holds(first if slope.number > 0 else last)
        return self.holds(first) and self.holds(last)

    def _end(self, monomial: Monomial, c: Number, index: Index, first: Expr, last: Expr) -> Expr | None:
        """Return the smallest value of a monotone term over the range."""
        term = term_expr(monomial, c)
        if index.name not in term.names:
            return term
        if monomial_low(monomial, self.domain) is None:
            return None
        growing = _direction(monomial, index.name, self.domain)
        if growing is None:
            return None
        return term.substitute({index.name: first if (growing > 0) == (c > 0) else last})

    def _concave(self, x: Expr, index: Index, parts: dict[int, Expr]) -> bool:
        if max(parts) != 2 or not self.holds(-parts[2]):
            return False
        return self._at_ends(x, index, parts[2])

    def _as_size(self, x: Expr, index: Index) -> bool:
        """Forget the upper end: low + t with any t >= 0."""
        fresh = f"_t_{index.name}"
        moved = x.substitute({index.name: index.low + name(fresh)})
        wider = _Proof(Domain((*self.domain.sizes, Size(fresh, low=0)), _outer(self.domain, index)))
        wider.left = self.left
        done = wider._shifted(moved)
        self.left = wider.left
        return done

    def _spread_powers(self, x: Expr) -> bool | None:
        """Give p**m, for each monomial m of an exponent, its own name; None where nothing is left to do."""
        powers = [
            a for a in atoms_of(x) if a.kind == "power" and isinstance(a.args[0], int) and a.args[1].names
        ]
        if all(len(a.args[1].terms) == 1 and next(iter(a.args[1].terms.values())) == 1 for a in powers):
            return None
        fresh: dict[Atom, Expr] = {}
        for atom in powers:
            for monomial in atom.args[1].terms:
                if monomial:
                    piece = Atom("power", (atom.args[0], term_expr(monomial)))
                    fresh.setdefault(piece, name(f"_p{len(fresh)}"))
        sizes = [Size(str(v), low=max(0, int(atom_low(a, self.domain) or 0))) for a, v in fresh.items()]
        moved = map_atoms(x, lambda atom: _spread(atom, fresh))
        wider = _Proof(Domain((*self.domain.sizes, *sizes), self.domain.indices))
        wider.left = self.left
        done = wider.holds(moved)
        self.left = wider.left
        return done

    def _bounded(self, x: Expr, atom: Atom) -> bool:
        """Put bounds in for an atom: from below where it adds, from above where it takes away."""
        adding, taking, rest = self._parted(x, atom)
        if adding is None or taking is None:
            return False
        lower = below(atom, self.domain) if adding.terms else [rest]
        upper = above(atom, self.domain, self._asks) if taking.terms else [rest]
        squared = any(e > 1 for m in adding.terms for a, e in m if a == atom)
        for low in lower:
            if squared and not self._asks(low):
                continue
            for high in upper:
                if self.left > 0 and self.holds(
                    _replaced(adding, atom, low) + _replaced(taking, atom, high) + rest
                ):
                    return True
        return False

    def _asks(self, x: Expr) -> bool:
        return nonnegative(x, self.domain)

    def _parted(self, x: Expr, atom: Atom) -> tuple[Expr | None, Expr | None, Expr]:
        """Return the terms in which an atom adds, those in which it takes away, and the rest."""
        adding: dict[Monomial, Number] = {}
        taking: dict[Monomial, Number] = {}
        rest: dict[Monomial, Number] = {}
        low = atom_low(atom, self.domain)
        for monomial, c in x.terms.items():
            found = dict(monomial)
            if atom not in found:
                rest[monomial] = c
                continue
            e = found.pop(atom)
            # A power rises with the atom where that is at least 0.
            simple = e == 1 or (type(e) is int and 1 < e <= MOST_POWER and low is not None and low >= 0)
            if not simple or monomial_low(tuple(found.items()), self.domain) is None:
                return None, None, x
            (adding if c > 0 else taking)[monomial] = c
        return from_terms(adding), from_terms(taking), from_terms(rest)

    def _by_roots(self, x: Expr, atoms: list[Atom]) -> bool:
        """Replace n**f, n >= 1, by its tangent 1 + f*(n - 1), which lies above it."""
        for monomial, c in x.terms.items():
            for atom, e in monomial:
                part = tidy(e - int(e))
                low = atom_low(atom, self.domain)
                if part and c < 0 and low is not None and low >= 1:
                    others = dict(monomial)
                    others[atom] = tidy(e - part)
                    kept = term_expr(tuple((a, v) for a, v in others.items() if v), c)
                    if monomial_low(monomial, self.domain) is None:
                        return False
                    line = (atom_expr(atom) - 1) * part + 1
                    return self.holds(x - term_expr(monomial, c) + kept * line)
        return False

    def _by_facts(self, x: Expr) -> bool:
        """Take away a multiple of high - low - 1, which is >= 0 in a nonempty loop."""
        for index in self.domain.indices:
            fact = index.high - index.low - 1
            if fact.names and fact.names <= x.names and not any(self.domain.index(t) for t in fact.names):
                for monomial, c in fact.terms.items():
                    if monomial and x.terms.get(monomial, 0) * c > 0:
                        scale = Fraction(x.terms[monomial]) / c
                        if self._shifted(x - fact * scale):
                            return True
        return False


def _fresh(known: dict[tuple[Atom, Number], Expr], atom: Atom, e: Number) -> Expr:
    """Return the name of the something >= 0 that an atom is above its smallest value."""
    if (atom, e) not in known:
        known[atom, e] = name(f"_{len(known)}")
    return known[atom, e]


def _outer(domain: Domain, index: Index) -> tuple[Index, ...]:
    return tuple(i for i in domain.indices if i.name != index.name)


def _inside(x: Expr, text: str) -> bool:
    return any(atom.kind != "name" and text in atom.names for atom in atoms_of(x))


def _holds_atom(outer: Atom, inner: Atom) -> bool:
    return any(inner in atoms_of(a) for a in outer.args if isinstance(a, Expr))


def _replaced(x: Expr, atom: Atom, by: Expr) -> Expr:
    return map_atoms(x, lambda a: by if a == atom else atom_expr(a))


def _spread(atom: Atom, fresh: dict[Atom, Expr]) -> Expr:
    if atom.kind != "power" or not isinstance(atom.args[0], int):
        return atom_expr(atom)
    base, exponent = atom.args
    out: Expr = as_expr(base) ** exponent.constant
    for monomial, c in exponent.terms.items():
        if monomial:
            out = out * fresh[Atom("power", (base, term_expr(monomial)))] ** c
    return out


def _direction(monomial: Monomial, text: str, domain: Domain) -> int | None:
    """Whether a monomial of nonnegative factors grows (1) or falls (-1) with a name; None where unknown."""
    found: set[int] = set()
    for atom, e in monomial:
        if text not in atom.names:
            continue
        inner = 1 if atom.kind == "name" else _power_direction(atom, text, domain)
        if inner is None:
            return None
        found.add(inner if e > 0 else -inner)
    return found.pop() if len(found) == 1 else None


def _power_direction(atom: Atom, text: str, domain: Domain) -> int | None:
    if atom.kind != "power" or not isinstance(atom.args[0], int):
        return None
    line = affine(atom.args[1], text)
    if line is None:
        return None
    if nonnegative(line[0], domain):
        return 1
    return -1 if nonnegative(-line[0], domain) else None
