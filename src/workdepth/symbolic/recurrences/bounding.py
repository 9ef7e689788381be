"""Upper bounds for every size, where a closed form holds at some sizes only or not at all."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from fractions import Fraction

from workdepth.errors import SymbolicError
from workdepth.symbolic.expr import Atom, Expr, as_expr, from_terms, term_expr
from workdepth.symbolic.extremes import maximum
from workdepth.symbolic.functions import ceiling, log2
from workdepth.symbolic.recurrences.dividing import logarithm
from workdepth.symbolic.recurrences.found import Found
from workdepth.symbolic.recurrences.monotone import monotone
from workdepth.symbolic.recurrences.recurrence import Case, Recurrence
from workdepth.symbolic.recurrences.shapes import Shape, shape_of
from workdepth.symbolic.signs import nonnegative
from workdepth.symbolic.structure import affine

#: A base of more sizes is not compared with a line.
LONGEST_BASE = 256

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
    yield from _at_next_power(of, solve)
    smooth = smoothed(of)
    if smooth is not None:
        yield from _at_next_power(smooth, solve)
    found = _shrinking_line(of)
    if found is not None:
        yield found


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
    if atom.kind == "max" and all(nonnegative(a, of.above) for a in atom.args):
        return sum((without_rounding(a, of) for a in atom.args), as_expr(0))
    return plain


def _shrinking_line(of: Recurrence) -> Found | None:
    """Bound calls at shares of n that add up to s <= 1, where c*n is added: by n*c/(1 - s), or n*log(n).

    By induction: calls that cost C*m add up to s*C*n, and (1 - s)*C covers c. If s = 1, each level of calls adds at
    most as much as the first, and there are no more levels than the largest share has steps down to 1.
    """
    (case,) = of.cases
    shares: list[tuple[Fraction, Fraction]] = []
    for call in case.calls:
        shape = shape_of(call.argument, of.size, of.above)
        if shape is None or not call.count.is_number or not 0 < shape.ratio < 1 or not _at_most_share(shape):
            return None
        shares.append((Fraction(call.count.number), Fraction(shape.ratio)))
    line = affine(case.extra, of.size)
    together = sum((a * p for a, p in shares), Fraction(0))
    if line is None or not shares or together > 1 or min(a for a, _ in shares) < 0:
        return None
    slope = _positive_part(line[0], of) + _positive_part(line[1], of)
    start = _base_slope(of)
    if start is None:
        return None
    if together < 1:
        value = maximum([start, slope / (1 - together)], of.domain).value * of.n
    else:
        levels = log2(of.n) / log2(1 / max(p for _, p in shares))
        value = start * of.n + slope * of.n * levels
    return Found(value, max(1, of.low), exact=False)


def _at_most_share(shape: Shape) -> bool:
    return shape.rounding != "ceiling" and shape.shift <= 0 and shape.step <= 0


def _positive_part(x: Expr, of: Recurrence) -> Expr:
    """Return x, or what of it adds."""
    if nonnegative(x, of.domain):
        return x
    return from_terms({m: c for m, c in x.terms.items() if c > 0})


def _base_slope(of: Recurrence) -> Expr | None:
    """Return a c >= 0 with T(m) <= c*m at the base; None where T(0) > 0 or the base is long."""
    if of.upto - of.low > LONGEST_BASE:
        return None
    out: Fraction | int = 0
    for m in range(of.low, of.upto + 1):
        value = of.base_at(m)
        if not value.is_number or (m == 0 and value.number > 0):
            return None
        out = max(out, Fraction(value.number) / m) if m else out
    return as_expr(Fraction(out))
