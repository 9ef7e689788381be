"""The value of an expression at given sizes: exact, floors of logarithms and roots included.

Rational values stay rational. A floor or ceiling of something irrational is decided with integers where it
is a logarithm or a root, else with 60 digits; a bare irrational value is a float.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, getcontext, localcontext
from fractions import Fraction
from functools import lru_cache
from math import floor as whole
from math import isqrt, lcm
from typing import Any

from workdepth.errors import SymbolicError
from workdepth.symbolic.atoms import Atom, Monomial, Number
from workdepth.symbolic.expr import Expr
from workdepth.symbolic.functions import bits_of, check_harmonic, no_harmonic
from workdepth.symbolic.harmonics import LARGEST_EXACT, exact, to_digits
from workdepth.symbolic.power import integer_power
from workdepth.symbolic.terms import LARGEST_BITS, tidy

#: Digits for the values that integers cannot decide, and the distance below which one counts as an integer.
DIGITS = 60
CLOSE = Decimal(10) ** -40


class _Irrational(Exception):  # noqa: N818 - a signal inside this file, not an error
    """The value has no rational form."""


def value_at(x: Expr, values: Mapping[str, Any]) -> int | Fraction | float:
    """Return the value of x at sizes, see :meth:`Expr.at`."""
    given: Mapping[str, Number] = values
    if not all(type(v) is int for v in values.values()):
        given = {k: _whole_number(k, v) for k, v in values.items()}
    try:
        return rational(x, given)
    except _Irrational:
        with localcontext() as context:
            context.prec = DIGITS
            return float(_decimal(x, given))


def _whole_number(name: str, value: Any) -> Number:
    if isinstance(value, Expr) and value.is_number:
        return value.number
    if isinstance(value, Fraction):
        return tidy(value)
    if isinstance(value, (bool, float)) or not hasattr(value, "__index__"):
        raise SymbolicError(f"'{name}' = {value!r} is not an integer", next_step="give whole numbers")
    return int(value.__index__())


def rational(x: Expr, values: Mapping[str, Number]) -> Number:
    """Return the exact value of x; raises the signal of this file where it is irrational."""
    out: Number = 0
    irrational = False
    for monomial, c in x.terms.items():
        product: Number = c
        try:
            for atom, e in monomial:
                product = product * _power_value(_atom_value(atom, values), e)
        except _Irrational:
            irrational = True
            continue
        out += product
    if irrational:
        return _rational_anyway(x, values)
    return tidy(out)


def _rational_anyway(x: Expr, values: Mapping[str, Number]) -> Number:
    """Irrational terms may cancel or fold once the numbers are in; the normal form of the numbers tells."""
    if x.names:
        folded = x.substitute(values)
        if folded.is_number:
            return folded.number
    raise _Irrational


def _power_value(base: Number, e: Number) -> Number:
    if e == 1:
        return base
    if base == 0 and e < 0:
        raise SymbolicError("division by zero at these sizes", next_step="check the divisor")
    if type(e) is int:
        if type(base) is int and e > 0 and base.bit_length() * e <= LARGEST_BITS:
            return int(base**e)
        return integer_power(base, e)
    if base < 0:
        raise SymbolicError(f"a root of {base} does not exist", next_step="check the sizes")
    fraction, q = Fraction(base), Fraction(e).denominator
    top, bottom = integer_root(fraction.numerator, q), integer_root(fraction.denominator, q)
    if top**q != fraction.numerator or bottom**q != fraction.denominator:
        raise _Irrational
    return integer_power(Fraction(top, bottom), Fraction(e).numerator)


def integer_root(n: int, q: int) -> int:
    """Return the floor of the q-th root of n >= 0."""
    if q == 2:
        return isqrt(n)
    if q >= n.bit_length():
        return min(n, 1)
    low, high = 0, 1 << (n.bit_length() // q + 1)
    while low < high:
        middle = (low + high + 1) // 2
        if middle**q <= n:
            low = middle
        else:
            high = middle - 1
    return low


def _atom_value(atom: Atom, values: Mapping[str, Number]) -> Number:
    kind, args = atom.kind, atom.args
    if kind == "name":
        if args[0] not in values:
            raise SymbolicError(f"'{args[0]}' has no value", next_step=f"give one: {args[0]}=...")
        return values[args[0]]
    if kind in ("floor", "ceiling"):
        return _rounded(kind, args[0], values)
    if kind == "log2":
        return _log2_value(rational(args[0], values))
    if kind == "harmonic":
        return _harmonic_value(rational(args[0], values))
    if kind == "power":
        return _exponential_value(args[0], rational(args[1], values))
    if kind in ("max", "min"):
        return _extreme_value(kind, args, values)
    if kind == "group":
        return rational(args[0], values)
    if kind == "ln2":
        raise _Irrational
    return bits_of(kind, rational(args[0], values), rational(args[1], values))


def _log2_value(x: Number) -> Number:
    if x <= 0:
        raise SymbolicError(
            f"log2({x}) does not exist", next_step="check the sizes: a logarithm needs more than 0"
        )
    fraction = Fraction(x)
    for n, d in ((fraction.numerator, fraction.denominator), (fraction.denominator, fraction.numerator)):
        if d == 1 and n & (n - 1) == 0:
            return n.bit_length() - 1 if n == fraction.numerator else 1 - n.bit_length()
    raise _Irrational


def _harmonic_value(n: Number) -> Number:
    check_harmonic(n)
    if n > LARGEST_EXACT:
        raise _Irrational  # rational, but of too many digits
    return exact(int(n))


def _exponential_value(base: Any, exponent: Number) -> Number:
    if isinstance(base, Expr):
        return rational(base**exponent, {}) if type(exponent) is int else _signal()
    if type(exponent) is int:
        return integer_power(base, exponent)
    return _power_value(base, exponent)


def _signal() -> Number:
    raise _Irrational


def _extreme_value(kind: str, args: tuple[Expr, ...], values: Mapping[str, Number]) -> Number:
    try:
        found = [rational(a, values) for a in args]
        return max(found) if kind == "max" else min(found)
    except _Irrational:
        pass
    with localcontext() as context:
        context.prec = DIGITS
        shown = [(_decimal(a, values), a) for a in args]
        best = (max if kind == "max" else min)(shown, key=lambda pair: pair[0])
    return rational(best[1], values)


# -- rounding ------------------------------------------------------------------------------------


def _rounded(kind: str, x: Expr, values: Mapping[str, Number]) -> int:
    argument = lone_logarithm(x)
    if argument is not None:
        try:
            inside = rational(argument, values)
        except _Irrational:
            inside = 0
        if inside > 0:
            return floor_log2(inside) if kind == "floor" else ceiling_log2(inside)
    try:
        exact = rational(x, values)
        return whole(exact) if kind == "floor" else -whole(-exact)
    except _Irrational:
        pass
    decided = _rounded_logarithm(kind, x, values)
    if decided is None:
        decided = _rounded_decimal(kind, x, values)
    return decided


def lone_logarithm(x: Expr) -> Expr | None:
    """Return y of x = log2(y), or None."""
    if len(x.terms) != 1:
        return None
    ((monomial, c),) = x.terms.items()
    if c == 1 and len(monomial) == 1 and monomial[0][1] == 1 and monomial[0][0].kind == "log2":
        y: Expr = monomial[0][0].args[0]
        return y
    return None


def _rounded_logarithm(kind: str, x: Expr, values: Mapping[str, Number]) -> int | None:
    """Return a rational sum of logarithms, as floor(log2(P)/D) for a whole P or 1/P: integers decide."""
    parts: list[tuple[Number, Number]] = []
    shift: Number = 0
    for monomial, c in x.terms.items():
        part = _logarithm_in(monomial, values)
        if part is None:
            return None
        if part[0]:
            parts.append((c * part[1], part[0]))
        else:
            shift += c * part[1]
    divisor = lcm(Fraction(shift).denominator, *(Fraction(c).denominator for c, _ in parts))
    product = Fraction(1)
    for c, argument in parts:
        product *= Fraction(integer_power(argument, int(c * divisor)))
    log_floor = floor_log2(product) if kind == "floor" else ceiling_log2(product)
    raised = log_floor + int(shift * divisor)
    return raised // divisor if kind == "floor" else -(-raised // divisor)


def _logarithm_in(monomial: Monomial, values: Mapping[str, Number]) -> tuple[Number, Number] | None:
    """Return a monomial as (argument, factor) of a logarithm, or (0, value) where it is rational."""
    factor: Number = 1
    argument: Number = 0
    for atom, e in monomial:
        try:
            factor = factor * _power_value(_atom_value(atom, values), e)
        except _Irrational:
            if atom.kind != "log2" or e != 1 or argument:
                return None
            try:
                argument = rational(atom.args[0], values)
            except _Irrational:
                return None
    return argument, factor


def floor_log2(x: Number) -> int:
    """floor(log2(x)) of a positive rational, by integers."""
    fraction = Fraction(x)
    top, bottom = fraction.numerator, fraction.denominator
    guess = top.bit_length() - bottom.bit_length()
    below = top < bottom << guess if guess >= 0 else top << -guess < bottom
    return guess - 1 if below else guess


def ceiling_log2(x: Number) -> int:
    """ceiling(log2(x)) of a positive rational, by integers."""
    return -floor_log2(1 / Fraction(x))


def _rounded_decimal(kind: str, x: Expr, values: Mapping[str, Number]) -> int:
    with localcontext() as context:
        context.prec = DIGITS
        value = _decimal(x, values)
        if abs(value) > Decimal(10) ** (DIGITS - 45):
            context.prec = DIGITS + value.adjusted()
            value = _decimal(x, values)
        nearest = int(value.to_integral_value())
        if abs(value - nearest) < CLOSE:
            return nearest
        down = nearest if nearest < value else nearest - 1
    return down if kind == "floor" else down + 1


# -- many digits ---------------------------------------------------------------------------------


@lru_cache(maxsize=8)
def _ln2(digits: int) -> Decimal:
    return Decimal(2).ln()


def _decimal(x: Expr, values: Mapping[str, Number]) -> Decimal:
    out = Decimal(0)
    for monomial, c in x.terms.items():
        product = _quotient(c)
        for atom, e in monomial:
            product *= _decimal_power(_decimal_atom(atom, values), e)
        out += product
    return out


def _quotient(c: Number) -> Decimal:
    fraction = Fraction(c)
    return Decimal(fraction.numerator) / Decimal(fraction.denominator)


def _decimal_power(base: Decimal, e: Number) -> Decimal:
    if e == 1:
        return base
    if base < 0 and type(e) is not int:
        raise SymbolicError(f"a root of {base} does not exist", next_step="check the sizes")
    if not base and e < 0:
        raise SymbolicError("division by zero at these sizes", next_step="check the divisor")
    return Decimal(base ** (e if type(e) is int else _quotient(e)))


def _decimal_atom(atom: Atom, values: Mapping[str, Number]) -> Decimal:
    try:
        return _quotient(_atom_value(atom, values))
    except _Irrational:
        pass
    kind, args = atom.kind, atom.args
    if kind == "ln2":
        return _decimal_ln2()
    if kind == "log2":
        inside = _decimal(args[0], values)
        if inside <= 0:
            raise SymbolicError(f"log2({inside}) does not exist", next_step="check the sizes")
        return inside.ln() / _decimal_ln2()
    if kind == "harmonic":
        return _harmonic_digits(args[0], values)
    if kind == "power":
        base = _decimal(args[0], {}) if isinstance(args[0], Expr) else Decimal(args[0])
        exponent = _decimal(args[1], values)
        if abs(exponent) > LARGEST_BITS:
            raise SymbolicError(f"{base} to the power {exponent} is too large", next_step="use smaller sizes")
        return _decimal_exponential(base, exponent)
    if kind in ("max", "min"):
        return (max if kind == "max" else min)(_decimal(a, values) for a in args)
    return _decimal(args[0], values)


def _harmonic_digits(x: Expr, values: Mapping[str, Number]) -> Decimal:
    try:
        n = rational(x, values)
    except _Irrational:
        raise no_harmonic(x) from None
    return to_digits(int(n), getcontext().prec)


def _decimal_exponential(base: Decimal, e: Decimal) -> Decimal:
    """Return base**e; a root is far faster by itself than by exp and ln."""
    if 2 * e == int(2 * e) and e != int(e):
        return Decimal(base.sqrt() ** int(2 * e))
    return Decimal(base**e)


def _decimal_ln2() -> Decimal:
    return _ln2(getcontext().prec)
