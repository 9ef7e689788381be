"""What is known of an atom: a number below it, and expressions below and above it.

The facts: x - 1 < floor(x) <= x; floor(P/D) >= (P - D + 1)/D for a whole P; ceiling(log2 y) <= y - 1 and <=
(y + 1)/2, floor(log2 y) <= y/2 for whole y >= 1; y <= 2**ceiling(log2 y) <= 2y - 1, and (y + 1)/2 <=
2**floor(log2 y) <= y; 2n/(n + 1) <= H_n <= (n + 1)/2 and ln(n + 1) <= H_n <= 1 + ln(n), n >= 1.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import lru_cache
from math import floor as whole
from math import lcm

from workdepth.symbolic.atoms import Atom, Monomial, Number
from workdepth.symbolic.domain import Domain
from workdepth.symbolic.expr import Expr, as_expr
from workdepth.symbolic.functions import ceiling, is_integer_atom, is_integer_form, is_integer_monomial, log2
from workdepth.symbolic.harmonics import exact
from workdepth.symbolic.making import atom_expr
from workdepth.symbolic.terms import tidy
from workdepth.symbolic.values import ceiling_log2, floor_log2, lone_logarithm

#: How often the smallest size is raised because a loop is known to be nonempty.
MOST_RAISES = 64

#: The smallest value of a harmonic number is not taken at larger sizes.
MOST_HARMONIC = 64

Question = Callable[[Expr], bool]


@lru_cache(maxsize=4096)
def lows(domain: Domain) -> dict[str, int]:
    """Return the smallest value of each size, raised where the loops of the domain would be empty."""
    out = {s.name: s.low for s in domain.sizes}
    for index in domain.indices:
        length = index.length
        if len(length.names) != 1 or not length.names <= out.keys():
            continue
        (text,) = length.names
        for _ in range(MOST_RAISES):
            if length.at({text: max(out[text], 1)}) >= 1 or out[text] < 1:
                break
            out[text] += 1
    return out


@lru_cache(maxsize=20_000)
def low_number(x: Expr, domain: Domain) -> Number | None:
    """Return a number that x never falls below, or None."""
    total: Number = 0
    for monomial, c in x.terms.items():
        if not monomial:
            total += c
            continue
        low = monomial_low(monomial, domain)
        if low is None or c < 0:
            return _asked_low(x, domain)
        total += c * low
    if total < 1 and any(_divides(a, e) for m in x.terms for a, e in m):
        # n/m has no useful corner, yet may be known to be at least 1.
        asked = _asked_low(x, domain)
        return tidy(total) if asked is None else max(asked, tidy(total))
    return tidy(total)


def _divides(atom: Atom, e: Number) -> bool:
    return e < 0 or (atom.kind == "power" and any(c < 0 for c in atom.args[1].terms.values()))


def _asked_low(x: Expr, domain: Domain) -> Number | None:
    from workdepth.symbolic.signs import nonnegative

    for guess in (1, 0):
        if nonnegative(x - guess, domain):
            return guess
    return None


def monomial_low(monomial: Monomial, domain: Domain) -> Number | None:
    """Return a number >= 0 that a monomial never falls below, or None where its sign is unknown."""
    out: Number = 1
    for atom, e in monomial:
        low = atom_low(atom, domain)
        if low is None or low < 0:
            return None
        if type(e) is int and e > 0:
            out = out * low**e
        else:
            out = out * (1 if low >= 1 and e > 0 else 0)
    return out


@lru_cache(maxsize=20_000)
def atom_low(atom: Atom, domain: Domain) -> Number | None:
    """Return a number that an atom never falls below, or None."""
    kind, args = atom.kind, atom.args
    if kind == "name":
        return _name_low(args[0], domain)
    if kind in ("max", "min"):
        return _extreme_low(kind, args, domain)
    if kind == "ln2":
        return Fraction(1, 2)
    if kind == "power":
        return _power_low(args[0], args[1], domain)
    inside = [low_number(a, domain) for a in args]
    low = inside[0]
    if low is None or None in inside:
        return None
    if kind == "ceiling" and lone_logarithm(args[0]) is not None:
        return _ceiling_low(lone_logarithm(args[0]), domain)
    if kind == "floor":
        return whole(low)
    if kind == "ceiling":
        return 1 if -1 < low <= 0 and _is_positive(args[0], domain) else -whole(-low)
    if kind == "log2":
        return floor_log2(low) if low > 0 else None
    if kind == "harmonic":
        return exact(min(whole(low), MOST_HARMONIC)) if low >= 0 else None
    if kind == "group":
        return low
    return 0 if all(v is not None and v >= 0 for v in inside) else None


def _is_positive(x: Expr, domain: Domain) -> bool:
    from workdepth.symbolic.signs import positive

    return positive(x, domain)


def _ceiling_low(y: Expr | None, domain: Domain) -> Number | None:
    low = None if y is None else low_number(y, domain)
    return ceiling_log2(low) if low is not None and low > 0 else None


def _name_low(text: str, domain: Domain) -> Number | None:
    known = lows(domain)
    if text in known:
        return known[text]
    index = domain.index(text)
    return None if index is None else low_number(index.low, domain)


def _extreme_low(kind: str, args: tuple[Expr, ...], domain: Domain) -> Number | None:
    inside = [low_number(a, domain) for a in args]
    known = [v for v in inside if v is not None]
    if kind == "max":
        return max(known, default=None)
    return min(known) if len(known) == len(inside) else None


def _power_low(base: int | Expr, exponent: Expr, domain: Domain) -> Number:
    low = low_number(exponent, domain)
    if low is None or low < 0 or not isinstance(base, int) or low > 64:
        return 0
    power: int = base ** whole(low)
    return power


# -- expressions below and above an atom --


def below(atom: Atom, domain: Domain) -> list[Expr]:
    """Return expressions that an atom never falls below, the most useful first."""
    out = _rounding_below(atom, domain) if atom.kind in ("floor", "ceiling") else []
    if atom.kind == "power":
        out = _power_below(atom)
    if atom.kind == "harmonic":
        out = _harmonic_below(atom.args[0], domain)
    low = atom_low(atom, domain)
    if low is not None:
        out = [*out, as_expr(low)]
    return out


def _rounding_below(atom: Atom, domain: Domain) -> list[Expr]:
    (x,) = atom.args
    return [x] if atom.kind == "ceiling" else [x - _rounding_gap(x, domain)]


def _harmonic_below(n: Expr, domain: Domain) -> list[Expr]:
    """H_n >= 2n/(n + 1), its n terms being at least 1 over their mean; and H_n >= ln(n + 1)."""
    low = low_number(n, domain)
    if low is None or low < 0:
        return []
    return [2 * n / (n + 1), log2(n + 1) * Fraction(69, 100)]


def _rounding_gap(x: Expr, domain: Domain) -> Expr:
    """Return how far a rounded x can be from x: (D - 1)/D for whole numbers over a whole D, else 1."""
    divisor = as_expr(lcm(*(Fraction(c).denominator for c in x.terms.values())))
    below_line: dict[Atom, Number] = {}
    for monomial in x.terms:
        for atom, e in monomial:
            if e < 0:
                below_line[atom] = max(below_line.get(atom, 0), -e)
    for atom, e in below_line.items():
        low = atom_low(atom, domain)
        if not is_integer_atom(atom) or low is None or low < 1:
            return as_expr(1)
        divisor = divisor * atom_expr(atom) ** e
    whole_part = x * divisor
    if not all(is_integer_monomial(m) for m in whole_part.terms):
        return as_expr(1)
    return 1 - 1 / divisor


def _power_below(atom: Atom) -> list[Expr]:
    inner = _rounded_logarithm(atom)
    if inner is None:
        return []
    kind, y = inner
    return [y] if kind == "ceiling" else [(y + 1) / 2]


def _rounded_logarithm(atom: Atom) -> tuple[str, Expr] | None:
    """Return (rounding, y) of 2**ceiling(log2(y)) or 2**floor(log2(y)) with a whole y."""
    base, exponent = atom.args
    if base != 2 or len(exponent.terms) != 1:
        return None
    ((monomial, c),) = exponent.terms.items()
    if c != 1 or len(monomial) != 1 or monomial[0][1] != 1 or monomial[0][0].kind not in ("floor", "ceiling"):
        return None
    y = _logarithm_of(monomial[0][0].args[0])
    return (monomial[0][0].kind, y) if y is not None else None


def _logarithm_of(x: Expr) -> Expr | None:
    """Return y of x = log2(y) with a whole y, or None."""
    y = lone_logarithm(x)
    return y if y is not None and is_integer_form(y) else None


def above(atom: Atom, domain: Domain, asks: Question) -> list[Expr]:
    """Return expressions that an atom never rises above, the most useful first."""
    kind, args = atom.kind, atom.args
    if kind in ("floor", "ceiling"):
        return _rounding_above(kind, args[0], domain, asks)
    if kind == "power":
        inner = _rounded_logarithm(atom)
        if inner is None:
            return []
        return _power_above(*inner, asks)
    if kind == "harmonic":
        return _harmonic_above(args[0], asks)
    if kind == "log2" and asks(args[0] - 1):
        # Between 1 and 2 the logarithm is above y - 1, so only whole numbers keep that bound.
        return [(args[0] - 1) * (1 if is_integer_form(args[0]) else Fraction(3, 2))]
    if kind == "min":
        return list(args)
    if kind == "and":
        return [a for a in args if asks(a)][:1] if all(asks(a) for a in args) else []
    if kind in ("xor", "or") and all(asks(a) for a in args):
        return [args[0] + args[1]]
    if kind == "ln2":
        return [as_expr(Fraction(7, 10))]
    return []


def _harmonic_above(n: Expr, asks: Question) -> list[Expr]:
    """H_n <= H_m + (n - m)/(m + 1), m = 1 and m = 4; H_n <= 1 + ln(n) <= 1 + 7/10*log2(n) where n >= 1.

    The differences 1/(n + 1) fall, so H_n lies below each line through two neighbours.
    """
    if not asks(n):
        return []
    lines = [n, (n + 1) / 2, n / 5 + Fraction(77, 60), ceiling(log2(n + 1))]
    return [*lines[1:], log2(n) * Fraction(7, 10) + 1] if asks(n - 1) else lines


def _rounding_above(kind: str, x: Expr, domain: Domain, asks: Question) -> list[Expr]:
    y = _logarithm_of(x)
    if y is not None and asks(y - 1):
        if kind == "floor":
            return [x, y / 2, y - 1]
        return [y - 1, (y + 1) / 2, x + 1]
    return [x] if kind == "floor" else [x + _rounding_gap(x, domain)]


def _power_above(kind: str, y: Expr, asks: Question) -> list[Expr]:
    if kind == "floor":
        return [y]
    if asks(y - 2):
        return [2 * y - 2]
    return [2 * y - 1]
