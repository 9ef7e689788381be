"""One exact expression type for sizes, bounds, indices and costs.

An expression is a sum of monomials: a mapping {monomial: coefficient}, a monomial being a sorted tuple of
(atom, exponent). Equal expressions built in different ways share one form, so ``==`` is a comparison of
dictionaries, and adding is merging them. Everything that is not a name (a logarithm, a floor, a maximum) is
an atom with expressions inside.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from fractions import Fraction
from operator import index as integer_index
from typing import Any

from workdepth.errors import SymbolicError
from workdepth.symbolic.atoms import Form, Monomial, Number
from workdepth.symbolic.terms import add_term, hash_of, multiplied, reciprocal, tidy

Work = Callable[["Expr", "Expr"], "Expr"]
Method = Callable[["Expr", Any], "Expr"]


def _operator(work: Work) -> tuple[Method, Method]:
    """Return the methods of an operator: with the expression on the left, and on the right."""

    def ahead(self: Expr, other: Any) -> Expr:
        value = coerce(other)
        return value if value is NotImplemented else work(self, value)

    def behind(self: Expr, other: Any) -> Expr:
        value = coerce(other)
        return value if value is NotImplemented else work(value, self)

    return ahead, behind


def _whole_quotient(a: Expr, b: Expr) -> Expr:
    from workdepth.symbolic.functions import floor

    return floor(a / b)


def _power(a: Expr, b: Expr) -> Expr:
    from workdepth.symbolic.power import power

    return power(a, b)


def _bitwise(kind: str) -> Work:
    def work(a: Expr, b: Expr) -> Expr:
        from workdepth.symbolic.functions import bitwise

        return bitwise(kind, a, b)

    return work


class Expr(Form):
    """An exact expression over integer names: immutable, hashable, always in normal form.

    Operators: ``+ - * / // % ** ^ & | << >>`` with ints, Fractions, sympy expressions and other expressions.
    ``==`` compares forms.  An expression with names in it has no truth value and no order: the questions
    :func:`workdepth.symbolic.nonnegative` and :func:`workdepth.symbolic.dominates` answer under a domain.

    Examples
    --------
    >>> from workdepth.symbolic import ceiling, log2, name
    >>> n = name("n")
    >>> print(n * (n - 1) / 2)
    n**2/2 - n/2
    >>> (2 * n + ceiling(log2(n))).at({"n": 1000})
    2010
    """

    __slots__ = ()
    # Numpy and sympy then leave mixed operators to this class.
    __array_ufunc__ = None
    _op_priority = 20.0

    def __init__(self, value: Any = 0) -> None:
        self._terms = as_expr(value)._terms

    # -- comparing and showing --

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Expr):
            return self._terms == other._terms
        if isinstance(other, (int, Fraction)) and not isinstance(other, bool):
            return self.is_number and self.number == other
        return NotImplemented

    def __hash__(self) -> int:
        try:
            return self._hash
        except AttributeError:
            self._hash: int = hash_of(self._terms)
            return self._hash

    def __reduce__(self) -> tuple[Any, ...]:
        return from_terms, (self._terms,)

    def __str__(self) -> str:
        try:
            return self._text
        except AttributeError:
            from workdepth.symbolic.text import text

            self._text: str = text(self)
            return self._text

    def __repr__(self) -> str:
        return str(self)

    def _sympy_(self) -> Any:
        from workdepth.symbolic.sympy_bridge import to_sympy

        return to_sympy(self)

    def __bool__(self) -> bool:
        if self.is_number:
            return self.number != 0
        raise TypeError(
            f"the truth of '{self}' depends on its sizes; ask nonnegative(..., domain) or use at(...)"
        )

    def _no_order(self, other: Any) -> bool:
        if self.is_number and as_expr(other).is_number:
            return False
        raise TypeError(
            f"'{self}' and '{other}' have no order without a domain; "
            "ask dominates(a, b, domain) or use at(...)"
        )

    def __lt__(self, other: Any) -> bool:
        if (number := coerce(other)) is NotImplemented:
            return NotImplemented
        return self._no_order(number) or bool(self.number < number.number)

    def __le__(self, other: Any) -> bool:
        if (number := coerce(other)) is NotImplemented:
            return NotImplemented
        return self._no_order(number) or bool(self.number <= number.number)

    def __gt__(self, other: Any) -> bool:
        if (number := coerce(other)) is NotImplemented:
            return NotImplemented
        return self._no_order(number) or bool(self.number > number.number)

    def __ge__(self, other: Any) -> bool:
        if (number := coerce(other)) is NotImplemented:
            return NotImplemented
        return self._no_order(number) or bool(self.number >= number.number)

    def __float__(self) -> float:
        if self.names:
            raise TypeError(f"'{self}' is symbolic; give its sizes with at(...) first")
        return float(self.at({}))

    def __int__(self) -> int:
        if self.is_number:
            return int(self.number)
        raise TypeError(f"'{self}' is symbolic; give its sizes with at(...) first")

    # -- adding and multiplying --

    def __add__(self, other: Any) -> Expr:
        value = other if type(other) is Expr else coerce(other)
        if value is NotImplemented:
            return value
        large, small = self._terms, value._terms
        if len(small) > len(large):
            large, small = small, large
        if not small:
            return self if large is self._terms else value
        out = dict(large)
        for monomial, c in small.items():
            add_term(out, monomial, c)
        return from_terms(out)

    __radd__ = __add__

    def __neg__(self) -> Expr:
        return from_terms({m: -c for m, c in self._terms.items()})

    def __pos__(self) -> Expr:
        return self

    def __sub__(self, other: Any) -> Expr:
        value = other if type(other) is Expr else coerce(other)
        if value is NotImplemented:
            return value
        if not value._terms:
            return self
        out = dict(self._terms)
        for monomial, c in value._terms.items():
            add_term(out, monomial, -c)
        return from_terms(out)

    def __rsub__(self, other: Any) -> Expr:
        value = coerce(other)
        return value if value is NotImplemented else value - self

    def __mul__(self, other: Any) -> Expr:
        value = other if type(other) is Expr else coerce(other)
        if value is NotImplemented:
            return value
        return _multiply(self, value)

    __rmul__ = __mul__

    def __truediv__(self, other: Any) -> Expr:
        value = coerce(other)
        if value is NotImplemented:
            return value
        if value.is_number:
            return self * reciprocal(value.number)
        from workdepth.symbolic.power import quotient

        return quotient(self, value)

    def __rtruediv__(self, other: Any) -> Expr:
        value = coerce(other)
        return value if value is NotImplemented else value / self

    # -- what is written with these --

    __floordiv__, __rfloordiv__ = _operator(_whole_quotient)
    __mod__, __rmod__ = _operator(lambda a, b: a - b * (a // b))
    __pow__, __rpow__ = _operator(_power)
    __lshift__, __rlshift__ = _operator(lambda a, b: a * as_expr(2) ** b)
    __rshift__, __rrshift__ = _operator(lambda a, b: a // as_expr(2) ** b)
    __xor__ = __rxor__ = _operator(_bitwise("xor"))[0]
    __and__ = __rand__ = _operator(_bitwise("and"))[0]
    __or__ = __ror__ = _operator(_bitwise("or"))[0]

    # -- putting values in --

    def substitute(self, values: Mapping[str, Any]) -> Expr:
        """Replace names, all at once.

        Parameters
        ----------
        values : mapping
            Name to expression or number; names that do not occur are ignored.

        Returns
        -------
        Expr

        Examples
        --------
        >>> from workdepth.symbolic import name, parse
        >>> print(parse("2**d*n").substitute({"d": name("d") + 1}))
        2*n*2**d
        """
        from workdepth.symbolic.functions import substitute

        return substitute(self, {k: as_expr(v) for k, v in values.items()})

    def at(self, values: Mapping[str, int]) -> int | Fraction | float:
        """Return the value at given sizes: an int where integral, a float only where irrational.

        Parameters
        ----------
        values : mapping
            Name to integer.

        Returns
        -------
        int, Fraction or float

        Raises
        ------
        SymbolicError
            When a name has no value, or the value does not exist.

        Examples
        --------
        >>> from workdepth.symbolic import parse
        >>> parse("ceiling(log2(n))").at({"n": 2**60 + 1})
        61
        """
        from workdepth.symbolic.values import value_at

        return value_at(self, values)

    def evaluate(self, values: Mapping[str, Any]) -> Any:
        """Return the values at arrays of sizes or indices, exactly.

        Parameters
        ----------
        values : mapping
            Name to an int or a NumPy integer array; arrays broadcast.

        Returns
        -------
        int, Fraction, float or numpy.ndarray
            An int64 array where every value is integral, else float64; a number where no array was given.

        Raises
        ------
        SymbolicError
            When a name has no value, or a result does not fit into int64.
        """
        from workdepth.symbolic.arrays import evaluate

        return evaluate(self, values)


def from_terms(terms: dict[Monomial, Number]) -> Expr:
    """Return an expression around terms that are already in normal form."""
    out = object.__new__(Expr)
    out._terms = terms
    return out


def _multiply(a: Expr, b: Expr) -> Expr:
    left, right = a._terms, b._terms
    if len(left) == 1 and () in left:
        return _multiple(b, left[()])
    if len(right) == 1 and () in right:
        return _multiple(a, right[()])
    out, special = multiplied(left, right)
    if special:
        from workdepth.symbolic.power import special_product

        return special_product(a, b, from_terms(out), special)
    return from_terms(out)


def _multiple(x: Expr, c: Number) -> Expr:
    return x if c == 1 else from_terms({m: tidy(c * v) for m, v in x._terms.items()})


def coerce(x: Any) -> Expr:
    """Return an operand as an expression, or NotImplemented."""
    if type(x) is Expr:
        return x
    if type(x) is int:
        return from_terms({(): x} if x else {})
    if isinstance(x, (int, Fraction, float, complex)) or _is_sympy(x) or hasattr(x, "__index__"):
        return as_expr(x)
    refused: Expr = NotImplemented
    return refused


def _is_sympy(x: Any) -> bool:
    sympy = sys.modules.get("sympy")
    return sympy is not None and isinstance(x, getattr(sympy, "Basic", ()))


def as_expr(x: Any) -> Expr:
    """Anything that can stand for an exact expression, as one.

    Parameters
    ----------
    x : Expr, int, Fraction, str or sympy expression
        Text is parsed (:func:`parse`); floats are refused, because costs are exact.

    Returns
    -------
    Expr

    Raises
    ------
    SymbolicError
        When it cannot.

    Examples
    --------
    >>> from workdepth.symbolic import as_expr
    >>> print(as_expr("n*(n + 1)"))
    n**2 + n
    """
    if type(x) is Expr:
        return x
    if isinstance(x, str):
        from workdepth.symbolic.reading import parse

        return parse(x)
    if isinstance(x, Fraction):
        return from_terms({(): tidy(x)} if x else {})
    if _is_sympy(x):
        from workdepth.symbolic.sympy_bridge import from_sympy

        return from_sympy(x)
    if not isinstance(x, (bool, float, complex)) and hasattr(x, "__index__"):
        value = integer_index(x)
        return from_terms({(): value} if value else {})
    kind = type(x).__name__
    raise SymbolicError(
        f"{x!r} ({kind}) is not an exact expression", next_step="use an int, a Fraction, text or a size"
    )
