"""One proof that a sum is at least 0: the shift rule, and what is opened where it fails, within a budget.

Maxima are split into cases, loop indices are replaced by the end of their range that makes the sum smallest,
and rounded things by their bounds.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from workdepth.symbolic.atom_parts import only_adds, parted, replaced
from workdepth.symbolic.atoms import Atom
from workdepth.symbolic.bounds import above, below, lows, monomial_low
from workdepth.symbolic.divisors import without_divisors
from workdepth.symbolic.domain import Domain, Index, Size
from workdepth.symbolic.expr import Expr, as_expr
from workdepth.symbolic.making import name
from workdepth.symbolic.power_names import spread_powers
from workdepth.symbolic.shifts import MOST_TERMS, holds_shifted
from workdepth.symbolic.smaller_sums import at_least_ends, without_matched, without_roots
from workdepth.symbolic.structure import affine, atoms_of, coefficients

#: How many sub-goals one question may open.
BUDGET = 60


class Proof:
    """One question: a domain, and how many sub-goals are left.

    Parameters
    ----------
    domain : Domain
    ask : callable
        Whether an expression is proved to be at least 0 in a domain, as a question of its own with its own budget.
    """

    def __init__(self, domain: Domain, ask: Callable[[Expr, Domain], bool]) -> None:
        self.domain = domain
        self.ask = ask
        self.left = BUDGET

    def holds(self, x: Expr) -> bool:
        """Tell whether an expression is proved to be at least 0 within what is left of the budget."""
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
        return holds_shifted(cleared, self.domain) or self._opened(cleared)

    # -- opening what the shift rule takes as it is --

    def _opened(self, x: Expr) -> bool:
        atoms = atoms_of(x)
        for atom in atoms:
            if atom.kind in ("max", "min"):
                return self._split(x, atom)
        matched = without_matched(x, atoms, self.domain, self._asks)
        if matched is not None and self.holds(matched):
            return True
        index = self._innermost(x)
        if index is not None:
            hiding = [a for a in atoms if a.kind not in ("name", "power") and index.name in a.names]
            if hiding:
                return any(self._bounded(x, atom) for atom in hiding)
            return self._without_index(x, index)
        spread = self._with_powers_named(x)
        if spread is not None:
            return spread
        for atom in atoms:
            if atom.kind != "name" and self._bounded(x, atom):
                return True
        rootless = without_roots(x, self.domain)
        return (rootless is not None and self.holds(rootless)) or self._by_facts(x)

    def _split(self, x: Expr, atom: Atom) -> bool:
        """Try the arguments of a maximum: all of them, or any where it only adds."""
        cases = [replaced(x, atom, a) for a in atom.args]
        if only_adds(x, atom, 1 if atom.kind == "max" else -1, self.domain):
            return any(self.holds(case) for case in cases)
        return all(self.holds(case) for case in cases)

    # -- loop indices and sizes with an end --

    def _innermost(self, x: Expr) -> Index | None:
        for index in reversed(self.domain.indices):
            if index.name in x.names:
                return index
        for size in self.domain.sizes:
            if size.high is not None and size.name in x.names:
                return Index(size.name, as_expr(lows(self.domain)[size.name]), as_expr(size.high + 1))
        return None

    def _without_index(self, x: Expr, index: Index) -> bool:
        line = affine(x, index.name)
        if line is not None:
            return self._at_ends(x, index, line[0])
        smaller = at_least_ends(x, index, self.domain, self._asks)
        if smaller is not None and self.holds(smaller):
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

    def _concave(self, x: Expr, index: Index, parts: dict[int, Expr]) -> bool:
        if max(parts) != 2 or not self.holds(-parts[2]):
            return False
        return self._at_ends(x, index, parts[2])

    def _as_size(self, x: Expr, index: Index) -> bool:
        """Forget the upper end: low + t with any t >= 0."""
        fresh = f"_t_{index.name}"
        moved = x.substitute({index.name: index.low + name(fresh)})
        return holds_shifted(
            moved, Domain((*self.domain.sizes, Size(fresh, low=0)), _outer(self.domain, index))
        )

    # -- powers, bounds and facts --

    def _with_powers_named(self, x: Expr) -> bool | None:
        """Give powers names of their own; None where nothing is left to do."""
        spread = spread_powers(x, self.domain)
        if spread is None:
            return None
        moved, sizes = spread
        wider = Proof(Domain((*self.domain.sizes, *sizes), self.domain.indices), self.ask)
        wider.left = self.left
        done = wider.holds(moved)
        self.left = wider.left
        return done

    def _bounded(self, x: Expr, atom: Atom) -> bool:
        """Put bounds in for an atom: from below where it adds, from above where it takes away."""
        adding, taking, rest = parted(x, atom, self.domain)
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
                    replaced(adding, atom, low) + replaced(taking, atom, high) + rest
                ):
                    return True
        return False

    def _asks(self, x: Expr) -> bool:
        return self.ask(x, self.domain)

    def _by_facts(self, x: Expr) -> bool:
        """Take away a multiple of high - low - 1, which is >= 0 in a nonempty loop."""
        for index in self.domain.indices:
            fact = index.high - index.low - 1
            if fact.names and fact.names <= x.names and not any(self.domain.index(t) for t in fact.names):
                for monomial, c in fact.terms.items():
                    if monomial and x.terms.get(monomial, 0) * c > 0:
                        scale = Fraction(x.terms[monomial]) / c
                        if holds_shifted(x - fact * scale, self.domain):
                            return True
        return False


def _outer(domain: Domain, index: Index) -> tuple[Index, ...]:
    return tuple(i for i in domain.indices if i.name != index.name)
