"""The normal form: sums of monomials, a monomial being a sorted tuple of (atom, exponent).

Everything that is not a name (a logarithm, a floor, a maximum) is an atom with sums inside.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from workdepth.errors import SymbolicError

Number = int | Fraction
Monomial = tuple[tuple["Atom", Number], ...]

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
        inside = [a for x in args if isinstance(x, Form) for m in x._terms for a, _ in m]
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
    return frozenset().union(*(a.names for a in atom.args if isinstance(a, Form)))


class Form:
    """What there is to see of a sum in normal form; :class:`workdepth.symbolic.Expr` calculates with it."""

    __slots__ = ("_hash", "_names", "_terms", "_text")

    _terms: dict[Monomial, Number]

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
