"""Expressions to sympy and back, exactly; sympy is imported here and only when asked.

Symbols are integer and positive, from one factory, so that two symbols of one name are one symbol.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

from workdepth.errors import SymbolicError
from workdepth.symbolic.atoms import Atom, Number
from workdepth.symbolic.expr import Expr, as_expr
from workdepth.symbolic.functions import bitwise, ceiling, floor, harmonic, log2, maximum_of, minimum_of
from workdepth.symbolic.making import atom_expr, name, total


def symbol(text: str) -> Any:
    """Give the sympy symbol of a name: integer and positive, the same object each time.

    Parameters
    ----------
    text : str

    Returns
    -------
    sympy.Symbol
    """
    import sympy

    return sympy.Symbol(text, integer=True, positive=True)


def to_sympy(x: Any) -> Any:
    """Write an expression in sympy.

    Parameters
    ----------
    x : Expr, int, Fraction or str

    Returns
    -------
    sympy.Expr

    Examples
    --------
    >>> from workdepth.symbolic import parse, to_sympy
    >>> to_sympy(parse("ceiling(log2(n))"))
    ceiling(log(n)/log(2))
    """
    import sympy

    parts = []
    for monomial, c in as_expr(x).terms.items():
        factors = [_sympy_atom(atom) ** _rational(e) for atom, e in monomial]
        parts.append(sympy.Mul(_rational(c), *factors))
    return sympy.Add(*parts)


def _rational(c: Number) -> Any:
    import sympy

    return sympy.Rational(c.numerator, c.denominator)


def _sympy_atom(atom: Atom) -> Any:
    import sympy

    kind, args = atom.kind, atom.args
    if kind == "name":
        return symbol(args[0])
    if kind == "ln2":
        return sympy.log(2)
    inner = [to_sympy(a) for a in args]
    if kind == "log2":
        return sympy.log(inner[0]) / sympy.log(2)
    if kind == "harmonic":
        # sympy would add up a number's terms one by one.
        return sympy.harmonic(inner[0], evaluate=bool(args[0].names))
    if kind == "power":
        return inner[0] ** inner[1]
    if kind == "group":
        return inner[0]
    if kind in _BITS:
        return sympy.Function(_BITS[kind], integer=True)(*inner)
    functions = {"floor": sympy.floor, "ceiling": sympy.ceiling, "max": sympy.Max, "min": sympy.Min}
    return functions[kind](*inner)


_BITS = {"xor": "bitwise_xor", "and": "bitwise_and", "or": "bitwise_or"}


def from_sympy(x: Any) -> Expr:
    """Read a sympy expression.

    Parameters
    ----------
    x : sympy.Expr

    Returns
    -------
    Expr

    Raises
    ------
    SymbolicError
        For floats and for functions that the algebra does not know.

    Examples
    --------
    >>> import sympy
    >>> from workdepth.symbolic import from_sympy
    >>> n = sympy.Symbol("n", positive=True)
    >>> print(from_sympy(sympy.ceiling(sympy.log(n) / sympy.log(2))))
    ceiling(log2(n))
    """
    import sympy

    if not isinstance(x, sympy.Basic):
        return as_expr(x)
    if x.is_Symbol:
        return name(x.name)
    if x.is_Rational:
        return as_expr(Fraction(int(x.p), int(x.q)))
    if x.is_Add:
        return total(from_sympy(a) for a in x.args)
    if x.is_Mul:
        return _product(x)
    if x.is_Pow:
        return from_sympy(x.base) ** from_sympy(x.exp)
    return _function(x)


def _product(x: Any) -> Expr:
    """Multiply the factors, all divisors together, so that log(n)/log(2) is log2(n)."""
    top, bottom = as_expr(1), as_expr(1)
    for factor in x.args:
        if factor.is_Pow and factor.exp.is_Integer and factor.exp < 0:
            bottom = bottom * from_sympy(factor.base) ** int(-factor.exp)
        else:
            top = top * from_sympy(factor)
    return top / bottom


def _function(x: Any) -> Expr:
    import sympy

    known: dict[Any, Callable[..., Expr]] = {
        sympy.floor: floor,
        sympy.ceiling: ceiling,
        sympy.Max: maximum_of,
        sympy.Min: minimum_of,
        sympy.log: lambda a: log2(a) * atom_expr(Atom("ln2", ())),
        sympy.harmonic: lambda n, *order: _refuse(x) if order else harmonic(n),
        sympy.exp: lambda a: _refuse(x),
    }
    if x.func in known:
        return known[x.func](*(from_sympy(a) for a in x.args))
    for kind, text in _BITS.items():
        if x.func.__name__ == text and len(x.args) == 2:
            return bitwise(kind, from_sympy(x.args[0]), from_sympy(x.args[1]))
    return _refuse(x)


def _refuse(x: Any) -> Expr:
    kind = "a float" if x.is_Float else f"'{x.func.__name__}'"
    raise SymbolicError(
        f"no exact rule for {kind} in the sympy expression {str(x)[:60]}",
        next_step="use integers, Rational, log, harmonic, floor, ceiling, Max, Min and powers",
    )
