"""Powers and quotients: what happens to exponents.

A number to a symbolic exponent is split into prime bases, so that ``4**d`` and ``2**d*2**d`` are one thing;
a base occurs once in a monomial, and the whole part of its exponent moves into the coefficient. A whole sum
that cannot be expanded (under a negative or broken exponent) is one atom, ``group``.
"""

from __future__ import annotations

from fractions import Fraction
from functools import cache, lru_cache
from math import floor as whole

from workdepth.errors import SymbolicError
from workdepth.symbolic.atoms import Atom, Monomial, Number
from workdepth.symbolic.expr import Expr, as_expr, from_terms
from workdepth.symbolic.making import atom_expr, term_expr, total
from workdepth.symbolic.terms import LARGEST_BITS, add_term, content, reciprocal, sorted_monomial, tidy

#: Trial division stops here; what is left counts as one prime-like base.
LARGEST_FACTOR = 1000
LARGEST_EXPANSION = 5000
#: Powers of a + b*sqrt(c) stay sums of two terms; their numbers grow.
LARGEST_SURD_POWER = 20_000
ZERO = from_terms({})
ONE = as_expr(1)


def power(base: Expr, exponent: Expr) -> Expr:
    """base**exponent, or an error where the algebra has no rule."""
    if exponent.is_number:
        return number_exponent(base, exponent.number)
    if base.is_number:
        return number_base(base.number, exponent)
    if not base.names:
        return _constant_base(base, exponent)
    swapped = _swap_logarithm(base, exponent)
    if swapped is not None:
        return swapped
    lone = _lone_power(base)
    if lone is not None:
        return prime_power(lone[0], lone[1] * exponent)
    raise SymbolicError(
        f"no rule for ({base})**({exponent}): base and exponent both vary",
        next_step="use a constant base or a constant exponent",
    )


def _lone_power(base: Expr) -> tuple[int | Expr, Expr] | None:
    ((monomial, c), *rest) = base.terms.items()
    if rest or c != 1 or len(monomial) != 1 or monomial[0][0].kind != "power":
        return None
    return monomial[0][0].args[0], monomial[0][0].args[1]


def _swap_logarithm(base: Expr, exponent: Expr) -> Expr | None:
    """x**(c*log2(r)) is r**(c*log2(x)) for a number r, and x**c is 2**(c*log2(x)): divide and conquer has such."""
    from workdepth.symbolic.functions import log2

    if exponent.names:
        return None
    out = ONE
    for monomial, c in exponent.terms.items():
        if not monomial:
            out = out * number_exponent(base, c)
        else:
            number, rest = _split_logarithm(monomial)
            out = out * power(number, term_expr(rest, c) * log2(base))
    return out


def _split_logarithm(monomial: Monomial) -> tuple[Expr, Monomial]:
    """Return (r, rest) of log2(r)*rest, with r = 2 where there is no such factor."""
    for position, (atom, e) in enumerate(monomial):
        if atom.kind == "log2" and e == 1:
            return atom.args[0], monomial[:position] + monomial[position + 1 :]
    return as_expr(2), monomial


@cache
def golden() -> Expr:
    """Return the golden ratio, (1 + sqrt(5))/2: the growth of Fibonacci's numbers."""
    return (ONE + number_base(5, as_expr(Fraction(1, 2)))) / 2


def _constant_base(base: Expr, exponent: Expr) -> Expr:
    lone = _lone_power(base)
    if lone is not None:
        return prime_power(lone[0], lone[1] * exponent)
    if not float(base) > 0:
        raise SymbolicError(f"the base {base} is not positive", next_step="use a positive base")
    return prime_power(base, exponent)


# -- number exponents ----------------------------------------------------------------------------


def number_exponent(base: Expr, e: Number) -> Expr:
    """base**e for a rational e."""
    if e == 0:
        return ONE
    if e == 1:
        return base
    if not base.terms:
        if e < 0:
            raise SymbolicError("division by zero", next_step="check the divisor")
        return ZERO
    if base.is_number:
        return _number_power(base.number, e)
    if len(base.terms) == 1:
        return _monomial_power(base, e)
    if type(e) is int and e > 0:
        return _expand(base, e)
    return _group_power(base, e)


def _number_power(base: Number, e: Number) -> Expr:
    if type(e) is int:
        return as_expr(integer_power(base, e))
    return number_base(base, as_expr(e))


def integer_power(base: Number, e: int) -> Number:
    """base**e, refused where the result would be enormous."""
    if type(base) is int and e >= 0 and base.bit_length() * e <= LARGEST_BITS:
        return int(base**e)  # the common case, without a fraction
    fraction = Fraction(base)
    bits = max(fraction.numerator.bit_length(), fraction.denominator.bit_length())
    if abs(base) not in (0, 1) and bits * abs(e) > LARGEST_BITS:
        shown = str(base) if bits < 200 else f"a number of {bits} bits"
        raise SymbolicError(f"{shown} to the power {e} is too large", next_step="use a smaller exponent")
    return tidy(fraction**e)


def _monomial_power(base: Expr, e: Number) -> Expr:
    ((monomial, c),) = base.terms.items()
    out = number_exponent(as_expr(c), e)
    plain = {}
    for atom, old in monomial:
        if atom.kind == "power":
            out = out * prime_power(atom.args[0], atom.args[1] * e)
        elif atom.kind == "group":
            out = out * number_exponent(atom.args[0], tidy(old * e))
        else:
            plain[atom] = tidy(old * e)
    return out * term_expr(sorted_monomial(plain))


def _expand(base: Expr, e: int) -> Expr:
    if not _is_surd(base, e) and _binomial(len(base.terms) + e - 1, e) > LARGEST_EXPANSION:
        raise SymbolicError(
            f"a sum of {len(base.terms)} terms to the power {e} is too large",
            next_step="use a smaller exponent",
        )
    out, square = ONE, base
    while True:
        if e & 1:
            out = out * square
        e >>= 1
        if not e:
            return out
        square = square * square


def _is_surd(base: Expr, e: int) -> bool:
    """Tell whether all powers up to e are a + b*sqrt(c), of a size that is still allowed."""
    if len(base.terms) != 2 or () not in base.terms or base.names:
        return False
    ((monomial, _),) = ((m, c) for m, c in base.terms.items() if m)
    square = (
        len(monomial) == 1 and monomial[0][0].kind == "power" and monomial[0][0].args[1] == Fraction(1, 2)
    )
    return square and e <= LARGEST_SURD_POWER


def _binomial(n: int, k: int) -> int:
    out = 1
    k = min(k, n - k)
    for i in range(k):
        out = out * (n - i) // (i + 1)
        if out > LARGEST_EXPANSION:
            break
    return out


def _group_power(base: Expr, e: Number) -> Expr:
    """Make an atom of a sum under a negative or broken exponent, once its content has left."""
    from workdepth.symbolic.text import leading_term

    shared = content(base)
    if type(e) is int and leading_term(base)[1] < 0:
        shared = -shared
    primitive = base * reciprocal(shared)
    return number_exponent(as_expr(shared), e) * atom_expr(Atom("group", (primitive,)), e)


# -- symbolic exponents --------------------------------------------------------------------------


@lru_cache(maxsize=4096)
def factors(n: int) -> tuple[tuple[int, int], ...]:
    """Return the prime factors of a positive integer; a large rest counts as prime."""
    out = []
    p = 2
    while p * p <= n and p <= LARGEST_FACTOR:
        count = 0
        while n % p == 0:
            n //= p
            count += 1
        if count:
            out.append((p, count))
        p += 1 if p == 2 else 2
    if n > 1:
        out.append((n, 1))
    return tuple(out)


def number_base(base: Number, exponent: Expr) -> Expr:
    """base**exponent for a positive rational base."""
    if base <= 0:
        raise SymbolicError(f"no rule for {base} to the power {exponent}", next_step="use a positive base")
    fraction, out = Fraction(base), ONE
    for p, count in factors(fraction.numerator):
        out = out * prime_power(p, exponent * count)
    for p, count in factors(fraction.denominator):
        out = out * prime_power(p, exponent * -count)
    return out


def prime_power(base: int | Expr, exponent: Expr) -> Expr:
    """base**exponent in normal form: whole parts out, 2**log2(x) = x."""
    out = ONE
    if isinstance(base, int):
        exponent, out = _cancel_logarithms(base, exponent)
    constant = exponent.constant
    steps = whole(constant)
    if steps:
        exponent = exponent - steps
        out = out * number_exponent(as_expr(base), steps)
    if exponent.terms:
        out = _times_atom(out, Atom("power", (base, exponent)))
    return out


def _times_atom(out: Expr, atom: Atom) -> Expr:
    if out.is_number:
        return atom_expr(atom, 1, out.number)
    return out * atom_expr(atom)


def _cancel_logarithms(base: int, exponent: Expr) -> tuple[Expr, Expr]:
    """Take x**c out of 2**(c*log2(x)) and of p**(c*log2(x)/log2(p))."""
    kept: dict[Monomial, Number] = {}
    out = ONE
    for monomial, c in exponent.terms.items():
        argument = _whole_logarithm(base, monomial)
        if argument is None:
            kept[monomial] = c
        else:
            out = out * number_exponent(argument, c)
    return (from_terms(kept), out) if len(kept) < len(exponent.terms) else (exponent, out)


def _whole_logarithm(base: int, monomial: Monomial) -> Expr | None:
    """Return x of a monomial that is log2(x)/log2(base)."""
    if len(monomial) != (1 if base == 2 else 2) or any(atom.kind != "log2" for atom, _ in monomial):
        return None
    top = [atom.args[0] for atom, e in monomial if e == 1]
    bottom = [atom.args[0] for atom, e in monomial if e == -1]
    if len(top) != 1 or (base != 2 and bottom != [base]):
        return None
    argument: Expr = top[0]
    return argument


# -- products that meet powers or groups ---------------------------------------------------------


def special_product(a: Expr, b: Expr, plain: Expr, pairs: list[tuple[Monomial, Monomial, Number]]) -> Expr:
    """Return the product a*b where some monomials hold powers or whole sums."""
    cancelled = _cancel_group(a, b)
    if cancelled is None:
        cancelled = _cancel_group(b, a)
    if cancelled is not None:
        return cancelled
    return total([plain, *(_special_pair(m1, m2) * c for m1, m2, c in pairs)])


def _cancel_group(a: Expr, b: Expr) -> Expr | None:
    """One term with 1/(sum), times an expression that the sum divides."""
    if len(a.terms) != 1 or len(b.terms) < 2:
        return None
    ((monomial, c),) = a.terms.items()
    for position, (atom, e) in enumerate(monomial):
        if atom.kind == "group" and type(e) is int and e < 0:
            divided = exact_quotient(b, atom.args[0])
            if divided is not None:
                rest = dict(monomial[:position] + monomial[position + 1 :])
                if e != -1:
                    rest[atom] = e + 1
                return term_expr(sorted_monomial(rest), c) * divided
    return None


def _special_pair(m1: Monomial, m2: Monomial) -> Expr:
    plain: dict[Atom, Number] = {}
    groups: dict[Atom, Number] = {}
    bases: dict[int | Expr, Expr] = {}
    for atom, e in m1 + m2:
        if atom.kind == "power":
            bases[atom.args[0]] = bases.get(atom.args[0], ZERO) + atom.args[1]
        elif atom.kind == "group":
            groups[atom] = tidy(groups.get(atom, 0) + e)
        else:
            plain[atom] = tidy(plain.get(atom, 0) + e)
    coefficient, powers, extra = _join_powers(bases)
    whole_sums = []
    for atom, e in groups.items():
        if type(e) is int and e >= 0:
            whole_sums.append(number_exponent(atom.args[0], e))
        else:
            plain[atom] = e
    monomial = sorted_monomial({atom: e for atom, e in plain.items() if e} | powers)
    out = term_expr(monomial, coefficient)
    for factor in whole_sums + extra:
        out = out * factor
    return out


def _join_powers(bases: dict[int | Expr, Expr]) -> tuple[Number, dict[Atom, Number], list[Expr]]:
    coefficient: Number = 1
    powers: dict[Atom, Number] = {}
    extra: list[Expr] = []
    for base, exponent in bases.items():
        steps = whole(exponent.constant)
        if steps:
            exponent = exponent - steps
            if isinstance(base, int):
                coefficient = tidy(coefficient * integer_power(base, steps))
            else:
                extra.append(number_exponent(base, steps))
        if exponent.terms:
            powers[Atom("power", (base, exponent))] = 1
    return coefficient, powers, extra


# -- quotients -----------------------------------------------------------------------------------


def quotient(a: Expr, b: Expr) -> Expr:
    """a/b: divided out where that is exact, else with b under an exponent of -1."""
    if not b.terms:
        raise SymbolicError("division by zero", next_step="check the divisor")
    if len(b.terms) > 1:
        divided = exact_quotient(a, b)
        if divided is not None:
            return divided
    return a * number_exponent(b, -1)


def exact_quotient(a: Expr, b: Expr) -> Expr | None:
    """Return the expression q with q*b = a, by long division; None where there is a rest."""
    from workdepth.symbolic.text import leading_in

    order = sorted({atom for e in (a, b) for m in e.terms for atom, _ in m}, key=lambda x: x.key)
    if any(atom.special for atom in order):
        return None
    lead, lead_c = leading_in(b, order)
    rest = a
    out: dict[Monomial, Number] = {}
    for _ in range(len(a.terms) * 4 + 8):
        if not rest.terms:
            return from_terms(out)
        top, c = leading_in(rest, order)
        step = _monomial_quotient(top, lead)
        if step is None:
            return None
        piece = term_expr(step, tidy(Fraction(c) / lead_c))
        add_term(out, step, tidy(Fraction(c) / lead_c))
        rest = rest - piece * b
    return None


def _monomial_quotient(top: Monomial, bottom: Monomial) -> Monomial | None:
    exponents = dict(top)
    for atom, e in bottom:
        left = exponents.get(atom, 0) - e
        if left < 0:
            return None
        if left:
            exponents[atom] = tidy(left)
        else:
            del exponents[atom]
    return sorted_monomial(exponents)
