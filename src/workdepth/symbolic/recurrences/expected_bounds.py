"""Upper bounds and classes of the expected cost where what is added is no polynomial, or the calls are no whole number.

T rises with what is added and with the number of calls, both being at least 0; so more of either bounds it. A factor
that never falls as the size grows, such as a logarithm, is at most what it is at the top, in every call.

The class: with f(n) in n**p * log(n)**q and c calls, T is in f for p > c - 1, in f*log(n) for p = c - 1 and q > -1, in
n**(c - 1) for p < c - 1: Roura, "Improved master theorems for divide-and-conquer recurrences", Journal of the ACM 48
(2001), for the weights w(z) = c.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from math import ceil
from typing import Any

from workdepth.errors import SymbolicError
from workdepth.symbolic.bounds import monomial_low
from workdepth.symbolic.domain import Size
from workdepth.symbolic.expr import Atom, Expr, Number, as_expr, atom_expr, name, term_expr, tidy, total
from workdepth.symbolic.extremes import maximize
from workdepth.symbolic.growth import Growth, Term, growth, term
from workdepth.symbolic.monotone import direction
from workdepth.symbolic.recurrences.history import Split, SplitSolution, solution
from workdepth.symbolic.recurrences.recurrence import Case
from workdepth.symbolic.signs import nonnegative
from workdepth.symbolic.structure import atoms_of, coefficients

#: What grows slowly is held as it is at the top.
SLOW = frozenset({"log2", "harmonic"})
FRESH = "_slow{}"


def bounded(of: Split, case: Case, count: Fraction, mean: Callable[[Split], SplitSolution]) -> SplitSolution:
    """Bound the expected cost of a split whose calls run once through all sizes below.

    Parameters
    ----------
    of : Split
    case : Case
        The only one.
    count : Fraction
        How many calls it makes.
    mean : callable
        Solves a split that adds a polynomial.

    Returns
    -------
    SplitSolution

    Raises
    ------
    SymbolicError
        When a cost may be negative, or holds what does not grow slowly.
    """
    _check_signs(of, case)
    held: dict[Expr, str] = {}
    added = total(_smooth_term(of, term_expr(m, c), held) for m, c in _without_index(of, case).terms.items())
    if coefficients(added, of.size) is None:
        raise _not_slow(of, added)
    whole = of.domain
    for text in held.values():
        whole = whole.with_size(Size(text, low=0))
    placeholder, argument = of.calls[0][0], case.calls[0].argument
    simple = replace(
        of, value=ceil(count) * name(placeholder) + added, calls=((placeholder, argument),), domain=whole
    )
    found = mean(simple)
    assert found.bound is not None
    value = found.bound.substitute({text: x for x, text in held.items()})
    known = class_of(of, case, count)
    low = _defined_from(of, value, found.bound_low)
    told = ["with the number of calls rounded up"] if count.denominator > 1 else []
    told += ["with what grows slowly as it is at the top"] if held else []
    note = ", ".join(told) or "with more added, without rounding"
    if known is not None:
        return solution(of, None, of.smallest, known, note, bound=(value, low))
    return solution(of, None, of.smallest, growth(value), note, bound=(value, low), relation="<=")


def _defined_from(of: Split, value: Expr, low: int) -> int:
    """Return the size from which on a bound exists: log2(0) does not."""
    for n in range(of.upto, low - 1, -1):
        try:
            value.substitute({of.size: n})
        except SymbolicError:
            return n + 1
    return low


def _check_signs(of: Split, case: Case) -> None:
    base = [of.base_at(m) for m in range(of.smallest, of.upto + 1)]
    bad = next((x for x in base if not nonnegative(x, of.domain)), None)
    if bad is None and not nonnegative(case.extra, of.chosen):
        bad = case.extra
    if bad is not None:
        raise SymbolicError(
            f"no bound for the expected cost of '{of}': '{bad}' is not proved to be at least 0",
            next_step="add what is never negative, or evaluate it with mean_at",
        )


def _without_index(of: Split, case: Case) -> Expr:
    if of.index not in case.extra.names:
        return case.extra
    return maximize(case.extra, of.index, of.low, of.high, of.above).value


def _smooth_term(of: Split, part: Expr, held: dict[Expr, str]) -> Expr:
    """Return a polynomial in the size, and in names for what grows slowly, that is at least a term."""
    ((monomial, c),) = part.terms.items()
    if coefficients(part, of.size) is not None:
        return part
    if monomial_low(monomial, of.above) is None:
        raise _not_slow(of, part)
    if c < 0:
        return as_expr(0)
    out = as_expr(c)
    for atom, e in monomial:
        out = out * _smooth_power(of, atom, e, held)
    return out


def _smooth_power(of: Split, atom: Atom, e: Number, held: dict[Expr, str]) -> Expr:
    whole = atom_expr(atom, e)
    if of.size not in atom.names:
        return whole
    if atom.kind != "name":
        if e < 0:
            raise _not_slow(of, whole)
        out: Expr = _smooth(of, atom, held) ** e
        return out
    if e < 0:
        return as_expr(1)  # the sizes above the base are at least 1
    steps = int(e)
    return atom_expr(atom) ** steps * (_held(atom_expr(atom, tidy(e - steps)), held) if e != steps else 1)


def _held(x: Expr, held: dict[Expr, str]) -> Expr:
    return name(held.setdefault(x, FRESH.format(len(held))))


def _smooth(of: Split, atom: Atom, held: dict[Expr, str]) -> Expr:
    if _is_slow(atom) and direction(atom_expr(atom), of.size, of.above) == 1:
        return _held(atom_expr(atom), held)
    plain = atom.args[0] if atom.kind in ("floor", "ceiling") else None
    if plain is not None and coefficients(plain, of.size) is not None:
        rounded: Expr = plain + (1 if atom.kind == "ceiling" else 0)
        return rounded
    if atom.kind == "max" and all(nonnegative(a, of.above) for a in atom.args):
        return total(_smooth_term(of, term_expr(m, c), held) for x in atom.args for m, c in x.terms.items())
    raise _not_slow(of, atom_expr(atom))


def _is_slow(atom: Atom) -> bool:
    if atom.kind in SLOW:
        return True
    inner = atoms_of(atom.args[0]) if atom.kind in ("floor", "ceiling") else []
    return bool(inner) and all(a.kind in SLOW or not a.names for a in inner)


def _not_slow(of: Split, part: Expr) -> SymbolicError:
    return SymbolicError(
        f"no formula for the expected cost of '{of}': '{part}' is no polynomial in {of.size}",
        next_step=f"add powers of {of.size}, with logarithms as factors, or evaluate it with mean_at",
    )


# -- the class --


def class_of(of: Split, case: Case, count: Fraction) -> Growth | None:
    """Return the class of the expected cost where what is added has one of one term; else None."""
    if of.index in case.extra.names or not case.extra.terms or of.base_names:
        return None
    found = growth(case.extra)
    if len(found.terms) != 1:
        return None
    (added,) = found.terms
    own = {kind: e for (kind, what), e in added.factors if what == of.size}
    mixed = any(kind not in ("size", "log") for (kind, _), _ in added.factors)
    p, q = own.get("size", 0), own.get("log", 0)
    if mixed or not isinstance(p, (int, Fraction)) or not isinstance(q, (int, Fraction)):
        return None
    if p > count - 1:
        return found
    if p < count - 1:
        return Growth(frozenset([_alone(of, added, tidy(count - 1))]))
    return Growth(frozenset([added.times(_factor("log", of.size, 1))])) if q > -1 else None


def _factor(kind: str, size: str, e: Any) -> Term:
    return term([((kind, size), e)])


def _alone(of: Split, added: Term, e: Number) -> Term:
    """Return n**e, times what is added in other sizes."""
    others = term((f, v) for f, v in added.factors if f[1] != of.size)
    return others.times(_factor("size", of.size, e))
