"""The growth class of a recurrence without a closed form."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from workdepth.errors import SymbolicError
from workdepth.symbolic.functions import log2
from workdepth.symbolic.growth import Growth, antichain, growth
from workdepth.symbolic.growth_terms import Term, term
from workdepth.symbolic.recurrences import akra_bazzi
from workdepth.symbolic.recurrences.differences import steps_of
from workdepth.symbolic.recurrences.recurrence import Case, Recurrence
from workdepth.symbolic.recurrences.roots import exact_roots, largest_root


def growth_of(of: Recurrence, case: Case) -> tuple[Growth, str]:
    """Find the class of T for one case.

    Parameters
    ----------
    of : Recurrence
    case : Case

    Returns
    -------
    (Growth, str)
        The class, and a note where a number in it is rounded.

    Raises
    ------
    SymbolicError
        When the calls mix what has no common theory.
    """
    if not case.calls:
        return growth(case.extra), ""
    found = akra_bazzi.growth_of(of, case)
    if found is not None:
        return found
    counts = steps_of(of, case)
    if counts and all(a > 0 for a in counts.values()):
        return _by_differences(of, case, counts)
    raise no_theory(of, case)


def no_theory(of: Recurrence, case: Case) -> SymbolicError:
    """Return the error for calls that no method covers, by the first of them."""
    for call in case.calls:
        if not call.count.is_number:
            return SymbolicError(
                f"no class for '{call}': the number of calls is symbolic",
                next_step="give the number of calls",
            )
    shown = ", ".join(f"T({c.argument})" for c in case.calls)
    return SymbolicError(
        f"no method solves a recursion with {shown}",
        next_step=f"call at {of.size} - c or at a fraction of {of.size}; for a root of {of.size} "
        f"write {of.size} = 2**m and recur on m",
    )


def _by_differences(of: Recurrence, case: Case, counts: dict[int, Fraction]) -> tuple[Growth, str]:
    """T is about r**n for the largest root r, if what is added grows slower; r = 1 adds it up."""
    base = of.base_at(of.upto)
    constants = growth(base).terms if base.names else frozenset([Term()])
    added = growth(case.extra).terms if case.extra.terms else frozenset()
    if sum(counts.values()) == 1:
        return antichain([*constants, *(_summed(t, of.size) for t in added)]), ""
    rate, note = _rate(counts)
    alone = term([(("rate", of.size), rate)])
    terms = [alone.times(t) for t in constants]
    terms += [_slower(t, of.size, alone, float(rate)) for t in added]
    return antichain(terms), note


def _rate(counts: dict[int, Fraction]) -> tuple[Any, str]:
    """Return the logarithm of the largest root, and a note where it is rounded."""
    roots = exact_roots(counts)
    if roots is not None:
        found = log2(max(roots, key=float).expr)
        return (found.number if found.is_number else found), ""
    root = Fraction(round(largest_root(counts), 3)).limit_denominator(1000)
    return log2(root), f"base {float(root):.3f}, rounded, of the fastest solution"


def _summed(t: Term, size: str) -> Term:
    """Return the class of the sum of a term over 1 to n."""
    rates = [e for (kind, what), e in t.factors if kind == "rate" and what == size]
    own = {kind: e for (kind, what), e in t.factors if what == size}
    if rates and float(rates[0]) > 0:
        return t
    q = own.get("size", 0)
    if float(q) > -1 and not rates:
        return t.times(term([(("size", size), 1)]))
    if q == -1 and not rates:
        r = own.get("log", 0)
        if float(r) > -1:
            return t.times(term([(("size", size), 1), (("log", size), 1)]))
    others = [(f, e) for f, e in t.factors if f[1] != size]
    return term(others) if float(q) < -1 or rates else t.times(term([(("size", size), 1)]))


def _slower(t: Term, size: str, alone: Term, rate: float) -> Term:
    """One added term against r**n: the faster of the two, n times both where they are alike."""
    own = {kind: e for (kind, what), e in t.factors if what == size}
    others = term((f, e) for f, e in t.factors if f[1] != size)
    speed = float(own.get("rate", 0))
    if abs(speed - rate) < akra_bazzi.CLOSE:
        return t.times(term([(("size", size), 1)]))
    return t if speed > rate else others.times(alone)
