"""T(n) from T(n/b), T(n/b**2), ...: closed forms at powers of b, and for all n where rounding allows it.

With n = b**k a recurrence in k is left (Cormen et al., *Introduction to Algorithms*, section 4.3). Where all calls
round up, and what is added depends on the rounded logarithm only, T depends on k = ceiling(log_b n) only, because
ceiling(ceiling(n/b)/b) = ceiling(n/b**2); rounding down likewise (Graham, Knuth and Patashnik,
*Concrete Mathematics*, section 3.2). T(n) = T(ceiling(n/2)) + T(floor(n/2)) + n: the same book, section 3.4.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from math import gcd

from workdepth.symbolic.atoms import Atom
from workdepth.symbolic.domain import Size
from workdepth.symbolic.expr import Expr, as_expr
from workdepth.symbolic.functions import ceiling, floor, log2, map_arguments, map_atoms
from workdepth.symbolic.making import atom_expr, name
from workdepth.symbolic.power import factors
from workdepth.symbolic.recurrences import linear
from workdepth.symbolic.recurrences.evaluating import exactly
from workdepth.symbolic.recurrences.found import Found, reaching_down
from workdepth.symbolic.recurrences.recurrence import Case, Recurrence
from workdepth.symbolic.recurrences.shapes import Shape, exponent_of, shape_of
from workdepth.symbolic.simplifying import simplify
from workdepth.symbolic.structure import affine

COUNTER = "_k"
#: A base of more sizes is not looked at one by one.
LONGEST_BASE = 4096


def solved(of: Recurrence) -> Iterator[Found]:
    """Yield closed forms of a recurrence with one case, all of whose calls are at n/b, rounded or not.

    Parameters
    ----------
    of : Recurrence

    Yields
    ------
    Found
        The most general first.
    """
    (case,) = of.cases
    shapes = divided_shapes(of, case)
    if shapes is None:
        return
    base = common_base([s.divisor or 1 for s, _ in shapes], of.declared)
    found = [_halves(of, case, shapes)]
    roundings = {s.rounding for s, _ in shapes}
    if len(roundings) == 1 and "" not in roundings:
        found += [_by_steps(of, case, shapes), _by_logarithm(of, case, shapes, base)]
    found.append(_at_powers(of, case, shapes, base))
    yield from (f for f in found if f is not None)


def divided_shapes(of: Recurrence, case: Case) -> list[tuple[Shape, Fraction]] | None:
    """Return the shapes of calls that divide, with their counts; None where a call is another."""
    out = []
    for call in case.calls:
        shape = shape_of(call.argument, of.size, of.above)
        if shape is None or shape.divisor is None or not call.count.is_number:
            return None
        out.append((shape, Fraction(call.count.number)))
    return out or None


def common_base(divisors: list[int], declared: Size) -> int | None:
    """Return the number that all divisors are powers of: that of the size if it has one, else the largest."""
    if declared.power_of is not None and all(exponent_of(b, declared.power_of) for b in divisors):
        return declared.power_of
    shared = gcd(*(count for b in divisors for _, count in factors(b)))
    least = 1
    for p, count in factors(divisors[0]):
        least *= p ** (count // gcd(*(c for _, c in factors(divisors[0]))))
    exponents = [exponent_of(b, least) for b in divisors]
    if not all(exponents):
        return None
    return int(least ** max(1, gcd(*exponents))) if shared else None


def _counts(shapes: list[tuple[Shape, Fraction]], base: int) -> dict[int, Fraction]:
    out: dict[int, Fraction] = {}
    for shape, count in shapes:
        e = exponent_of(shape.divisor or 1, base)
        out[e] = out.get(e, Fraction(0)) + count
    return out


def logarithm(n: Expr, base: int) -> Expr:
    """Return log(n) to a base."""
    out: Expr = log2(n) / log2(base)
    return out


# -- at powers --


def _at_powers(
    of: Recurrence, case: Case, shapes: list[tuple[Shape, Fraction]], base: int | None
) -> Found | None:
    if base is None:
        return None
    counts = _counts(shapes, base)
    depth = max(counts)
    first = depth
    while base**first <= of.upto:
        first += 1
    start = first - depth
    powers = of.domain.with_size(Size(of.size, low=max(1, base**first), power_of=base))
    forcing = simplify(case.extra, powers).substitute({of.size: as_expr(base) ** name(COUNTER)})
    value = linear.Sequence(counts, forcing, COUNTER, start, lambda k: exactly(of, base**k)).closed(
        logarithm(of.n, base)
    )
    return None if value is None else reaching_down(of, value, base**start, base)


# -- everywhere --


def _constant_base(of: Recurrence, low: int) -> Expr | None:
    """Return the cost at the base where it is the same from a size on."""
    if of.upto - low > LONGEST_BASE:
        return of.base if not of.apart and of.size not in of.base.names else None
    values = {of.base_at(m) for m in range(max(low, of.low), of.upto + 1)}
    return values.pop() if len(values) == 1 else None


def _by_steps(of: Recurrence, case: Case, shapes: list[tuple[Shape, Fraction]]) -> Found | None:
    """One call, and nothing added that depends on n: the number of calls until the base counts."""
    if len(shapes) > 1 or of.size in case.extra.names:
        return None
    ((shape, count),) = shapes
    b = shape.divisor or 1
    up = shape.rounding == "ceiling"
    if _constant_base(of, int(shape.at(of.upto + 1))) is None or (up and of.upto < 1):
        return None
    # ceiling(n/b**j) <= t where n <= t*b**j; floor(n/b**j) <= t where n < (t + 1)*b**j.
    steps = ceiling(logarithm(of.n / of.upto, b)) if up else floor(logarithm(of.n / (of.upto + 1), b)) + 1
    smallest = of.upto + 1

    def value(k: int) -> Expr:
        if k == 0:
            return of.base_at(of.upto)
        return exactly(of, of.upto * b**k if up else (of.upto + 1) * b ** (k - 1))

    formula = linear.Sequence({1: count}, case.extra, COUNTER, 0, value).closed(steps)
    return None if formula is None else reaching_down(of, formula, smallest)


def _by_logarithm(
    of: Recurrence, case: Case, shapes: list[tuple[Shape, Fraction]], base: int | None
) -> Found | None:
    """All calls round alike, and what is added depends on n by its rounded logarithm only."""
    if base is None:
        return None
    kind = shapes[0][0].rounding
    edge = of.upto if kind == "ceiling" else of.upto + 1
    if (edge != 1 and not exponent_of(edge, base)) or _constant_base(of, 1) is None:
        return None
    counts = _counts(shapes, base)
    if kind == "floor" and base ** max(counts) > of.upto + 1:
        return None
    rounded = (ceiling if kind == "ceiling" else floor)(logarithm(of.n, base))
    forcing = _in_terms_of(case.extra, rounded, name(COUNTER))
    if of.size in forcing.names:
        return None
    depth = max(counts)
    first = depth
    while base**first <= of.upto:
        first += 1
    start = first - depth
    value = linear.Sequence(counts, forcing, COUNTER, start, lambda k: exactly(of, base**k)).closed(rounded)
    if value is None:
        return None
    return reaching_down(of, value, base**start if kind == "floor" or not start else base ** (start - 1) + 1)


def _in_terms_of(x: Expr, rounded: Expr, by: Expr) -> Expr:
    ((monomial, _),) = rounded.terms.items()
    wanted = monomial[0][0]

    def change(atom: Atom) -> Expr:
        if atom == wanted:
            return by
        return (
            map_arguments(atom, lambda a: _in_terms_of(a, rounded, by))
            if atom.kind != "name"
            else atom_expr(atom)
        )

    return map_atoms(x, change)


def _halves(of: Recurrence, case: Case, shapes: list[tuple[Shape, Fraction]]) -> Found | None:
    """T(ceiling(n/2)) + T(floor(n/2)) + s*n + t: leaves, inner nodes, and the sum of all sizes above the leaves."""
    halves = {(s.divisor, s.rounding) for s, c in shapes if c == 1}
    if len(shapes) != 2 or halves != {(2, "ceiling"), (2, "floor")} or of.upto != 1:
        return None
    line = affine(case.extra, of.size)
    if line is None:
        return None
    slope, rest = line
    n, up = of.n, ceiling(log2(of.n))
    value = of.base_at(1) * n + rest * (n - 1) + slope * (n * up + n - as_expr(2) ** up)
    return reaching_down(of, value, 1)
