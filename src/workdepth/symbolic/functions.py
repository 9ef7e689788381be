"""The functions of the algebra: each folds constants exactly and keeps one form for equal things.

Names stand for integers (and, under a logarithm or a broken exponent, for positive ones), so whole parts
leave a floor, and a logarithm of a product is a sum.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import lru_cache
from math import floor as whole
from math import gcd, lcm, trunc
from typing import Any

from workdepth.errors import SymbolicError
from workdepth.symbolic.atoms import Atom, Monomial, Number
from workdepth.symbolic.expr import Expr, as_expr, from_terms
from workdepth.symbolic.harmonics import LARGEST_EXACT, exact
from workdepth.symbolic.making import atom_expr, term_expr, total
from workdepth.symbolic.power import ZERO, factors, power
from workdepth.symbolic.terms import add_term, content, reciprocal, tidy

INTEGER_KINDS = frozenset({"name", "floor", "ceiling", "xor", "and", "or"})


# -- floor and ceiling ---------------------------------------------------------------------------


def floor(x: Any) -> Expr:
    """Return the largest integer that is not above x.

    Parameters
    ----------
    x : Expr, int, Fraction or sympy expression

    Returns
    -------
    Expr

    Examples
    --------
    >>> from workdepth.symbolic import floor, name
    >>> print(floor((3 * name("n") + 4) / 2))
    n + floor(n/2) + 2
    """
    return _rounded("floor", as_expr(x))


def ceiling(x: Any) -> Expr:
    """Return the smallest integer that is not below x.

    Parameters
    ----------
    x : Expr, int, Fraction or sympy expression

    Returns
    -------
    Expr

    Examples
    --------
    >>> from workdepth.symbolic import ceiling, log2
    >>> print(ceiling(log2(5)))
    3
    """
    return _rounded("ceiling", as_expr(x))


def _rounded(kind: str, x: Expr) -> Expr:
    taken, rest = _whole_part(x)
    if not rest.terms:
        return taken
    from workdepth.symbolic.text import leading_term

    if rest.is_number:
        c = whole(rest.number) if kind == "floor" else -whole(-rest.number)
        return taken + c
    if leading_term(rest)[1] < 0:
        return taken - _rounded("ceiling" if kind == "floor" else "floor", -rest)
    if not rest.names:
        from workdepth.symbolic.values import value_at

        return taken + as_expr(value_at(atom_expr(Atom(kind, (rest,))), {}))
    return taken + (_rational_rounding(kind, rest) if _is_polynomial(rest) else _other_rounding(kind, rest))


def _whole_part(x: Expr) -> tuple[Expr, Expr]:
    """X as an integer part and the rest, by the whole part of each coefficient of an integer monomial."""
    taken: dict[Monomial, Number] = {}
    rest: dict[Monomial, Number] = {}
    for monomial, c in x.terms.items():
        step = trunc(c) if is_integer_monomial(monomial) else 0
        if step:
            taken[monomial] = step
        if c != step:
            rest[monomial] = tidy(c - step)
    return from_terms(taken), from_terms(rest)


def is_integer_monomial(monomial: Monomial) -> bool:
    """Whether a monomial is an integer whatever its names are."""
    return all(type(e) is int and e > 0 and is_integer_atom(atom) for atom, e in monomial)


def is_integer_atom(atom: Atom) -> bool:
    """Whether an atom is an integer whatever its names are."""
    if atom.kind in INTEGER_KINDS:
        return True
    return atom.kind in ("max", "min") and all(is_integer_form(a) for a in atom.args)


def is_integer_form(x: Expr) -> bool:
    """Whether an expression is an integer by its form alone: integer coefficients of integer monomials."""
    return all(type(c) is int and is_integer_monomial(m) for m, c in x.terms.items())


def _is_polynomial(x: Expr) -> bool:
    return all(is_integer_monomial(m) for m in x.terms)


def _rational_rounding(kind: str, x: Expr) -> Expr:
    """floor((P + c)/D) for an integer P: one form, with 0 <= c < D, and c = D - 1 written as a ceiling."""
    divisor = lcm(*(Fraction(c).denominator for m, c in x.terms.items() if m))
    main = x - x.constant
    shift = whole(x.constant * divisor) if kind == "floor" else divisor - 1 - whole(-x.constant * divisor)
    steps, shift = divmod(shift, divisor)
    if shift == divisor - 1:
        return steps + _nested("ceiling", main)
    return steps + _nested("floor", main + Fraction(shift, divisor))


def _nested(kind: str, x: Expr) -> Expr:
    """floor((floor(y) + c)/D) = floor((y + c)/D), ceilings alike."""
    lone = [(m, c) for m, c in x.terms.items() if m]
    if len(lone) == 1:
        ((monomial, c),) = lone
        inner, e = monomial[0]
        divisor = reciprocal(c)
        if len(monomial) == 1 and e == 1 and inner.kind == kind and type(divisor) is int and divisor > 1:
            return _rounded(kind, inner.args[0] / divisor + x.constant)
    return atom_expr(Atom(kind, (x,)))


def _other_rounding(kind: str, x: Expr) -> Expr:
    if kind == "floor" and x.constant < 0:
        return atom_expr(Atom(kind, (x + 1,))) - 1
    if kind == "ceiling" and x.constant > 0:
        return atom_expr(Atom(kind, (x - 1,))) + 1
    return atom_expr(Atom(kind, (x,)))


# -- logarithms ----------------------------------------------------------------------------------


def log2(x: Any) -> Expr:
    """Return the logarithm to base 2.

    Parameters
    ----------
    x : Expr, int, Fraction or sympy expression
        Its names are taken to be positive.

    Returns
    -------
    Expr

    Raises
    ------
    SymbolicError
        For a number that is not positive.

    Examples
    --------
    >>> from workdepth.symbolic import log2, name
    >>> print(log2(8 * name("n") ** 2))
    2*log2(n) + 3
    """
    x = as_expr(x)
    if not x.terms or (x.is_number and x.number < 0):
        raise SymbolicError(f"log2({x}) does not exist", next_step="take logarithms of positive things")
    if len(x.terms) > 1:
        return _log2_of_sum(x)
    ((monomial, c),) = x.terms.items()
    if c < 0:
        return atom_expr(Atom("log2", (x,)))
    return total([_log2_of_number(c), *(_log2_of_factor(atom, e) for atom, e in monomial)])


def _log2_of_number(c: Number) -> Expr:
    fraction = Fraction(c)
    out: dict[Monomial, Number] = {}
    for n, sign in ((fraction.numerator, 1), (fraction.denominator, -1)):
        for p, count in factors(n):
            monomial: Monomial = () if p == 2 else ((Atom("log2", (as_expr(p),)), 1),)
            add_term(out, monomial, sign * count)
    return from_terms(out)


def _log2_of_factor(atom: Atom, e: Number) -> Expr:
    if atom.kind == "power":
        base, exponent = atom.args
        scaled: Expr = log2(as_expr(base)) * exponent
        return scaled
    inner = atom.args[0] if atom.kind == "group" else atom_expr(atom)
    return atom_expr(Atom("log2", (inner,)), 1, e)


def _log2_of_sum(x: Expr) -> Expr:
    shared = content(x)
    return _log2_of_number(shared) + atom_expr(Atom("log2", (x * reciprocal(shared),)))


# -- harmonic numbers ----------------------------------------------------------------------------


def harmonic(x: Any) -> Expr:
    """Return the harmonic number H_x: the sum of 1/i for i = 1..x, which is 0 at 0.

    Parameters
    ----------
    x : Expr, int or sympy expression
        A whole number that is at least 0.

    Returns
    -------
    Expr
        A number where x is one and small enough for its fraction to be of use, else in symbols.

    Raises
    ------
    SymbolicError
        For a number that is negative or not whole.

    Examples
    --------
    >>> from workdepth.symbolic import harmonic, name
    >>> print(harmonic(4), harmonic(name("n")))
    25/12 harmonic(n)
    """
    x = as_expr(x)
    if x.names:
        return atom_expr(Atom("harmonic", (x,)))
    if not x.is_number:
        raise no_harmonic(x)
    check_harmonic(x.number)
    small = x.number <= LARGEST_EXACT
    return as_expr(exact(int(x.number))) if small else atom_expr(Atom("harmonic", (x,)))


def check_harmonic(n: Number) -> None:
    """Raise where there is no harmonic number."""
    if type(n) is not int or n < 0:
        raise no_harmonic(n)


def no_harmonic(x: Any) -> SymbolicError:
    """Return the error of a harmonic number that does not exist."""
    return SymbolicError(
        f"harmonic({x}) does not exist",
        next_step="check the sizes: harmonic(n) needs a whole number, at least 0",
    )


# -- maxima and minima ---------------------------------------------------------------------------


def maximum_of(*xs: Any) -> Expr:
    """Return the largest of some expressions, as it stands: numbers folded, common parts out.

    Parameters
    ----------
    *xs : Expr, int, Fraction or sympy expression
        At least one.

    Returns
    -------
    Expr

    Examples
    --------
    >>> from workdepth.symbolic import maximum_of, name
    >>> n, m = name("n"), name("m")
    >>> print(maximum_of(n + 1, 3, n, m + 1))
    max(3, m + 1, n + 1)
    """
    return _extreme("max", tuple(map(as_expr, xs)))


def minimum_of(*xs: Any) -> Expr:
    """Return the smallest of some expressions, as it stands: numbers folded, common parts out.

    Parameters
    ----------
    *xs : Expr, int, Fraction or sympy expression
        At least one.

    Returns
    -------
    Expr

    Examples
    --------
    >>> from workdepth.symbolic import minimum_of, name
    >>> print(minimum_of(4, 1, name("n") - 1))
    min(1, n - 1)
    """
    return _extreme("min", tuple(map(as_expr, xs)))


@lru_cache(maxsize=20_000)
def _extreme(kind: str, xs: tuple[Expr, ...]) -> Expr:
    if not xs:
        raise SymbolicError(f"{kind} of nothing", next_step="give at least one expression")
    best: dict[Expr, Number] = {}
    pick: Callable[..., Number] = max if kind == "max" else min
    for x in _flattened(kind, xs):
        body = x - x.constant
        best[body] = pick(best[body], x.constant) if body in best else x.constant
    candidates = [body + c for body, c in best.items()]
    if len(candidates) == 1:
        return candidates[0]
    common = _common_terms(candidates)
    if common.terms:
        # Taking a part out can leave numbers or nested maxima to fold.
        return common + _extreme(kind, tuple(x - common for x in candidates))
    shared = _common_content(candidates)
    if shared != 1:
        return _extreme(kind, tuple(x * reciprocal(shared) for x in candidates)) * shared
    return atom_expr(Atom(kind, tuple(sorted(candidates, key=_argument_order))))


def _argument_order(x: Expr) -> tuple[bool, str]:
    return not x.is_number, str(x)


def _flattened(kind: str, xs: tuple[Expr, ...]) -> list[Expr]:
    out: list[Expr] = []
    for x in xs:
        main = [(m, c) for m, c in x.terms.items() if m]
        if len(main) == 1 and main[0][1] > 0 and len(main[0][0]) == 1 and main[0][0][0][1] == 1:
            atom = main[0][0][0][0]
            if atom.kind == kind:
                out.extend(a * main[0][1] + x.constant for a in atom.args)
                continue
        out.append(x)
    return out


def _common_terms(xs: list[Expr]) -> Expr:
    first, *others = xs
    common = {m: c for m, c in first.terms.items() if m and all(o.terms.get(m) == c for o in others)}
    constants = {x.constant for x in xs}
    # A constant that all share leaves as well, but never one of a plain number among the candidates.
    if len(constants) == 1 and 0 not in constants and not any(x.is_number for x in xs):
        common[()] = constants.pop()
    return from_terms(common)


def _common_content(xs: list[Expr]) -> Fraction:
    top, bottom = 0, 1
    for x in xs:
        if x.terms:
            part = content(x)
            top = gcd(top, part.numerator)
            bottom = lcm(bottom, part.denominator)
    return Fraction(top, bottom) if top else Fraction(1)


# -- bits ----------------------------------------------------------------------------------------


def bitwise(kind: str, a: Expr, b: Expr) -> Expr:
    """Compute a xor b, a and b, a or b on the bits of integers."""
    if a.is_number and b.is_number:
        return as_expr(bits_of(kind, a.number, b.number))
    for x in (a, b):
        if x.is_number and type(x.number) is not int:
            raise SymbolicError(f"'{kind}' of {x} has no bits", next_step="use integers")
    if not a.terms or not b.terms:
        return ZERO if kind == "and" else a + b
    if a == b:
        return ZERO if kind == "xor" else a
    return atom_expr(Atom(kind, tuple(sorted((a, b), key=_argument_order))))


def bits_of(kind: str, a: Number, b: Number) -> int:
    """Return the bitwise result of two integers."""
    if kind not in ("xor", "and", "or"):
        raise SymbolicError(f"no rule for the value of '{kind}'", next_step="use a function of the algebra")
    if type(a) is not int or type(b) is not int:
        raise SymbolicError(f"'{kind}' of {a} and {b} has no bits", next_step="use integers")
    if kind == "xor":
        return a ^ b
    return a & b if kind == "and" else a | b


# -- rebuilding ----------------------------------------------------------------------------------


def rebuild(atom: Atom, args: list[Expr]) -> Expr:
    """Return the expression of an atom around other arguments."""
    kind = atom.kind
    if kind in ("floor", "ceiling"):
        return _rounded(kind, args[0])
    if kind == "log2":
        return log2(args[0])
    if kind in ("max", "min"):
        return _extreme(kind, tuple(args))
    if kind == "harmonic":
        return harmonic(args[0])
    if kind == "group":
        return args[0]
    return bitwise(kind, args[0], args[1])


def map_atoms(x: Expr, change: Callable[[Atom], Expr]) -> Expr:
    """X with each atom replaced by an expression."""
    done: dict[Atom, Expr] = {}
    parts: list[Expr] = []
    for monomial, c in x.terms.items():
        out = term_expr((), c)
        for atom, e in monomial:
            if atom not in done:
                done[atom] = change(atom)
            out = out * (done[atom] if e == 1 else power(done[atom], as_expr(e)))
        parts.append(out)
    return total(parts)


def map_arguments(atom: Atom, change: Callable[[Expr], Expr]) -> Expr:
    """Return an atom that is not a name, with each expression inside it changed."""
    if atom.kind in ("name", "ln2"):
        return atom_expr(atom)
    if atom.kind == "power":
        return power(as_expr(atom.args[0]), change(atom.args[1]))
    return rebuild(atom, [change(a) for a in atom.args])


def substitute(x: Expr, values: Mapping[str, Expr]) -> Expr:
    """X with names replaced, all at once."""
    if values.keys().isdisjoint(x.names):
        return x

    def change(atom: Atom) -> Expr:
        if atom.kind == "name":
            found = values.get(atom.args[0])
            return atom_expr(atom) if found is None else found
        if values.keys().isdisjoint(atom.names):
            return atom_expr(atom)
        return map_arguments(atom, lambda a: substitute(a, values))

    return map_atoms(x, change)
