"""One exact expression type for sizes, bounds, indices and costs.

An expression is a sum of monomials: a mapping {monomial: coefficient}, a monomial being a sorted tuple of
(atom, exponent). Equal expressions built in different ways share one form, so ``==`` is a comparison of
dictionaries, and adding is merging them. Everything that is not a name (a logarithm, a floor, a maximum) is
an atom with expressions inside.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from fractions import Fraction
from functools import cache
from math import gcd
from operator import index as integer_index
from typing import Any

from workdepth.errors import SymbolicError

Number = int | Fraction
Monomial = tuple[tuple["Atom", Number], ...]

#: Products of longer sums are refused rather than left to fill the memory.
LARGEST_PRODUCT = 200_000
#: Numbers with more bits than this are refused: no cost needs them, hostile text does.
LARGEST_BITS = 1 << 16
#: Functions inside functions: deeper ones would exhaust the stack of whoever walks them.
DEEPEST = 40
#: Atoms inside one atom, counted as a tree; shared parts would otherwise grow without end when written out.
LARGEST_ATOM = 20_000


class Atom:
    """A factor that the algebra does not look into: a name, or a function of expressions.

    Parameters
    ----------
    kind : str
        ``name``, ``log2``, ``harmonic``, ``floor``, ``ceiling``, ``power``, ``max``, ``min``, ``xor``,
        ``and``, ``or``, ``group`` (a whole sum under an exponent) or ``ln2`` (the natural logarithm of 2).
    args : tuple
        The text of a name; the expressions inside everything else.
    """

    __slots__ = ("_hash", "_key", "_names", "args", "depth", "kind", "special", "weight")

    kind: str
    args: tuple[Any, ...]

    def __init__(self, kind: str, args: tuple[Any, ...]) -> None:
        self.kind, self.args = kind, args
        self.special = kind in ("power", "group")
        self._hash = hash((kind, args))
        inside = [a for x in args if isinstance(x, Expr) for m in x._terms for a, _ in m]
        self.depth: int = 1 + max((a.depth for a in inside), default=0)
        self.weight: int = 1 + sum(a.weight for a in inside)
        if self.depth > DEEPEST or self.weight > LARGEST_ATOM:
            raise SymbolicError(
                f"functions nested more than {DEEPEST} deep, or of more than {LARGEST_ATOM} parts",
                next_step="give the parts names",
            )

    def __hash__(self) -> int:
        return self._hash

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        return (
            isinstance(other, Atom)
            and self._hash == other._hash
            and self.kind == other.kind
            and self.args == other.args
        )

    def __reduce__(self) -> tuple[Any, ...]:
        return Atom, (self.kind, self.args)

    def __repr__(self) -> str:
        return f"Atom({self.kind}, {self.key})"

    @property
    def key(self) -> str:
        """The text that orders atoms, the same in every process."""
        try:
            return self._key
        except AttributeError:
            self._key: str = _atom_key(self)
            return self._key

    @property
    def names(self) -> frozenset[str]:
        """The names inside."""
        try:
            return self._names
        except AttributeError:
            self._names: frozenset[str] = _atom_names(self)
            return self._names


def _atom_key(atom: Atom) -> str:
    if atom.kind == "name":
        return str(atom.args[0])
    return f"{atom.kind}({', '.join(str(a) for a in atom.args)})"


def _atom_names(atom: Atom) -> frozenset[str]:
    if atom.kind == "name":
        return frozenset(atom.args)
    return frozenset().union(*(a.names for a in atom.args if isinstance(a, Expr)))


def tidy(number: Number) -> Number:
    """Return an integral fraction as an int."""
    if type(number) is Fraction and number.denominator == 1:
        return number.numerator
    return number


class Expr:
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

    __slots__ = ("_hash", "_names", "_terms", "_text")
    # Numpy and sympy then leave mixed operators to this class.
    __array_ufunc__ = None
    _op_priority = 20.0

    _terms: dict[Monomial, Number]

    def __init__(self, value: Any = 0) -> None:
        self._terms = as_expr(value)._terms

    # -- looking ----------------------------------------------------------------------------------

    @property
    def terms(self) -> Mapping[Monomial, Number]:
        """The sum as {monomial: coefficient}; do not change it."""
        return self._terms

    @property
    def names(self) -> frozenset[str]:
        """The names that occur anywhere inside."""
        try:
            return self._names
        except AttributeError:
            found = {atom for monomial in self._terms for atom, _ in monomial}
            self._names: frozenset[str] = frozenset().union(*(a.names for a in found))
            return self._names

    @property
    def is_number(self) -> bool:
        """Whether this is a rational number."""
        return not self._terms or (len(self._terms) == 1 and () in self._terms)

    @property
    def number(self) -> Number:
        """The rational number this is.

        Raises
        ------
        SymbolicError
            When it is not one.
        """
        if not self.is_number:
            raise SymbolicError(f"'{self}' is not a number", next_step="substitute its sizes first")
        return self._terms.get((), 0)

    @property
    def constant(self) -> Number:
        """The term without atoms, 0 where there is none."""
        return self._terms.get((), 0)

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
            self._hash: int = _hash_of(self._terms)
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

    # -- adding and multiplying -------------------------------------------------------------------

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

    def __floordiv__(self, other: Any) -> Expr:
        from workdepth.symbolic.functions import floor

        value = coerce(other)
        return value if value is NotImplemented else floor(self / value)

    def __rfloordiv__(self, other: Any) -> Expr:
        value = coerce(other)
        return value if value is NotImplemented else value // self

    def __mod__(self, other: Any) -> Expr:
        value = coerce(other)
        return value if value is NotImplemented else self - value * (self // value)

    def __rmod__(self, other: Any) -> Expr:
        value = coerce(other)
        return value if value is NotImplemented else value % self

    def __pow__(self, other: Any) -> Expr:
        from workdepth.symbolic.power import power

        value = coerce(other)
        return value if value is NotImplemented else power(self, value)

    def __rpow__(self, other: Any) -> Expr:
        value = coerce(other)
        return value if value is NotImplemented else value**self

    def _bitwise(self, kind: str, other: Any) -> Expr:
        from workdepth.symbolic.functions import bitwise

        value = coerce(other)
        return value if value is NotImplemented else bitwise(kind, self, value)

    def __xor__(self, other: Any) -> Expr:
        return self._bitwise("xor", other)

    def __and__(self, other: Any) -> Expr:
        return self._bitwise("and", other)

    def __or__(self, other: Any) -> Expr:
        return self._bitwise("or", other)

    __rxor__, __rand__, __ror__ = __xor__, __and__, __or__

    def __lshift__(self, other: Any) -> Expr:
        value = coerce(other)
        return value if value is NotImplemented else self * as_expr(2) ** value

    def __rlshift__(self, other: Any) -> Expr:
        value = coerce(other)
        return value if value is NotImplemented else value << self

    def __rshift__(self, other: Any) -> Expr:
        value = coerce(other)
        return value if value is NotImplemented else self // as_expr(2) ** value

    def __rrshift__(self, other: Any) -> Expr:
        value = coerce(other)
        return value if value is NotImplemented else value >> self

    # -- putting values in ------------------------------------------------------------------------

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


def _hash_of(terms: dict[Monomial, Number]) -> int:
    """Return a hash that does not look at the order of terms; a number has its own."""
    if len(terms) > 1:
        return hash(frozenset(terms.items()))
    for monomial, c in terms.items():
        return hash((monomial, c)) if monomial else hash(c)
    return hash(0)


def from_terms(terms: dict[Monomial, Number]) -> Expr:
    """Return an expression around terms that are already in normal form."""
    out = object.__new__(Expr)
    out._terms = terms
    return out


def add_term(terms: dict[Monomial, Number], monomial: Monomial, c: Number) -> None:
    """Add c*monomial to a dictionary of terms, keeping the normal form."""
    old = terms.get(monomial)
    if old is None:
        if c:
            terms[monomial] = c
        return
    new = old + c
    if new:
        terms[monomial] = tidy(new)
    else:
        del terms[monomial]


def total(parts: Iterable[Expr]) -> Expr:
    """Return the sum of many expressions, in one pass."""
    out: dict[Monomial, Number] = {}
    for part in parts:
        for monomial, c in part._terms.items():
            add_term(out, monomial, c)
    return from_terms(out)


def reciprocal(number: Number) -> Number:
    """1/number exactly."""
    if number == 0:
        raise SymbolicError("division by zero", next_step="check the divisor")
    return tidy(Fraction(1) / number)


def atom_expr(atom: Atom, exponent: Number = 1, coefficient: Number = 1) -> Expr:
    """Coefficient * atom**exponent."""
    return from_terms({((atom, exponent),): coefficient})


def term_expr(monomial: Monomial, coefficient: Number = 1) -> Expr:
    """Coefficient * monomial."""
    return from_terms({monomial: coefficient} if coefficient else {})


def _multiply(a: Expr, b: Expr) -> Expr:
    left, right = a._terms, b._terms
    if len(left) == 1 and () in left:
        return _multiple(b, left[()])
    if len(right) == 1 and () in right:
        return _multiple(a, right[()])
    if len(left) * len(right) > LARGEST_PRODUCT:
        raise SymbolicError(
            f"a product of {len(left)} and {len(right)} terms is too large",
            next_step="give the factors names",
        )
    out: dict[Monomial, Number] = {}
    special: list[tuple[Monomial, Monomial, Number]] = []
    for m1, c1 in left.items():
        for m2, c2 in right.items():
            c = tidy(c1 * c2)
            if not m1:
                add_term(out, m2, c)
            elif not m2:
                add_term(out, m1, c)
            elif _is_special(m1) or _is_special(m2):
                special.append((m1, m2, c))
            else:
                add_term(out, merge(m1, m2), c)
    if special:
        from workdepth.symbolic.power import special_product

        return special_product(a, b, from_terms(out), special)
    return from_terms(out)


def _multiple(x: Expr, c: Number) -> Expr:
    return x if c == 1 else from_terms({m: tidy(c * v) for m, v in x._terms.items()})


def _is_special(monomial: Monomial) -> bool:
    return any(atom.special for atom, _ in monomial)


def merge(m1: Monomial, m2: Monomial) -> Monomial:
    """Return the product of two monomials that hold no powers and no sums."""
    exponents = dict(m1)
    for atom, e in m2:
        old = exponents.get(atom)
        if old is None:
            exponents[atom] = e
        elif old + e:
            exponents[atom] = tidy(old + e)
        else:
            del exponents[atom]
    return sorted_monomial(exponents)


def sorted_monomial(exponents: Mapping[Atom, Number]) -> Monomial:
    """Return a monomial from {atom: exponent}, in the order of the atoms' text."""
    if len(exponents) < 2:
        return tuple(exponents.items())
    return tuple(sorted(exponents.items(), key=lambda pair: pair[0].key))


def content(expr: Expr) -> Fraction:
    """Return the positive rational that divides all coefficients, leaving coprime integers."""
    top = bottom = 0
    for c in expr._terms.values():
        c = Fraction(c)
        top = gcd(top, c.numerator)
        bottom = c.denominator if not bottom else bottom * c.denominator // gcd(bottom, c.denominator)
    return Fraction(top, bottom) if top else Fraction(1)


@cache
def name(text: str) -> Expr:
    """Return the expression of one size or index.

    Parameters
    ----------
    text : str
        Any identifier, ``N``, ``S``, ``I``, ``E``, ``O``, ``Q`` included.

    Returns
    -------
    Expr

    Raises
    ------
    SymbolicError
        When the text is not an identifier.

    Examples
    --------
    >>> from workdepth.symbolic import name
    >>> print(name("n") + 1)
    n + 1
    """
    if not isinstance(text, str) or not text.isidentifier():
        raise SymbolicError(f"{text!r} is not a name", next_step="use a letter, then letters, digits or _")
    return atom_expr(Atom("name", (text,)))


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
