"""Upper bounds for every size, where a closed form holds at some sizes only or not at all."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from workdepth.errors import SymbolicError
from workdepth.symbolic.atoms import Atom
from workdepth.symbolic.expr import Expr, as_expr, from_terms
from workdepth.symbolic.extremes import maximum
from workdepth.symbolic.functions import ceiling, floor
from workdepth.symbolic.making import term_expr
from workdepth.symbolic.recurrences import shares
from workdepth.symbolic.recurrences.dividing import logarithm
from workdepth.symbolic.recurrences.found import Found
from workdepth.symbolic.recurrences.monotone import monotone
from workdepth.symbolic.recurrences.recurrence import Call, Case, Recurrence
from workdepth.symbolic.recurrences.shapes import shape_of
from workdepth.symbolic.signs import nonnegative

#: A longer base is not looked at one by one.
LONGEST_BASE = 64

Solve = Callable[[Recurrence], Iterator[Found]]


def bounded(of: Recurrence, solve: Solve) -> Iterator[Found]:
    """Yield upper bounds of a recurrence with one case.

    Parameters
    ----------
    of : Recurrence
    solve : callable
        Yields closed forms of a recurrence with one case.

    Yields
    ------
    Found
    """
    of = floored(of)
    yield from _at_next_power(of, solve)
    smooth = smoothed(of)
    if smooth is not None:
        yield from _at_next_power(smooth, solve)
    yield from shares.bounded(of if smooth is None else smooth)
    higher = raised(of if smooth is None else smooth)
    if higher is not None:
        yield from _at_next_power(higher, solve)


def _at_next_power(of: Recurrence, solve: Solve) -> Iterator[Found]:
    """T never falls, so T(n) is at most T at the next power of b."""
    if not monotone(of):
        return
    for found in solve(of):
        if not found.exact:
            yield found
        elif found.power_of is None:
            yield replace(found, exact=False)
        else:
            power = as_expr(found.power_of) ** ceiling(logarithm(of.n, found.power_of))
            low = found.low if found.low <= 1 else found.low // found.power_of + 1
            yield Found(found.value.substitute({of.size: power}), low, exact=False)


def floored(of: Recurrence) -> Recurrence:
    """Return a recurrence with calls at floor(n/b) for those at n/b: it has a value at every size, the same one.

    Parameters
    ----------
    of : Recurrence

    Returns
    -------
    Recurrence
        The same where sizes are powers, or a call would fall below the base.
    """
    (case,) = of.cases
    calls = tuple(Call(_floored(c.argument, of), c.count) for c in case.calls)
    if of.declared.power_of is not None or calls == case.calls:
        return of
    try:
        return replace(of, cases=(Case(calls, case.extra),))
    except SymbolicError:
        return of


def _floored(argument: Expr, of: Recurrence) -> Expr:
    shape = shape_of(argument, of.size, of.above)
    return floor(argument) if shape is not None and shape.divisor and not shape.rounding else argument


def raised(of: Recurrence) -> Recurrence | None:
    """Return a recurrence with a base that never falls and is no less; None where it does not fall already."""
    if of.upto - of.low > LONGEST_BASE or of.declared.power_of is not None:
        return None
    old = [(m, of.base_at(m)) for m in range(of.low, of.upto + 1)]
    most, new = as_expr(0), []
    for m, value in old:
        most = maximum([most, value], of.domain).value
        new.append((m, most))
    return None if new == old else replace(of, base=as_expr(0), apart=tuple(new))


def smoothed(of: Recurrence) -> Recurrence | None:
    """Return a recurrence that adds at least as much, without rounding; None where that is the same."""
    (case,) = of.cases
    try:
        extra = without_rounding(case.extra, of)
    except SymbolicError:
        return None
    if extra == case.extra:
        return None
    return replace(of, cases=(Case(case.calls, extra),))


def without_rounding(x: Expr, of: Recurrence) -> Expr:
    """Return something at least as large: floor(y) <= y, ceiling(y) < y + 1, max(y, z) <= y + z for both >= 0."""
    out = as_expr(0)
    for monomial, c in x.terms.items():
        term = as_expr(c)
        for atom, e in monomial:
            term = term * _above(atom, c > 0 and e > 0, of) ** e
        out = out + (term if c > 0 else term_expr(monomial, c))
    return out


def _above(atom: Atom, adding: bool, of: Recurrence) -> Expr:
    plain = from_terms({((atom, 1),): 1})
    if not adding or of.size not in atom.names:
        return plain
    if atom.kind == "floor":
        return without_rounding(atom.args[0], of)
    if atom.kind == "ceiling":
        return without_rounding(atom.args[0], of) + 1
    if atom.kind == "min":
        smallest: Expr = min(atom.args, key=lambda a: (of.size in a.names, len(a.terms)))
        return smallest
    if atom.kind == "max" and all(nonnegative(a, of.above) for a in atom.args):
        return sum((without_rounding(a, of) for a in atom.args), as_expr(0))
    return plain
