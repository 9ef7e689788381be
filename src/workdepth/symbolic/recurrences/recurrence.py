"""A cost of a recursion: what it is at small sizes, and what it is made of at larger ones.

T(n) = the largest, over some cases, of: the sum of the recursive calls of the case, and what it adds itself.
A sum is one case; "in parallel" and "the peak of" are several.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from workdepth.errors import SymbolicError
from workdepth.symbolic.domain import Domain, Size
from workdepth.symbolic.expr import Expr, as_expr
from workdepth.symbolic.making import name


@dataclass(frozen=True)
class Call:
    """Some recursive calls at one smaller size.

    Parameters
    ----------
    argument : Expr
        The smaller size, such as ``ceiling(n/2)`` or ``n - 1``.
    count : Expr
        What the cost of the call is multiplied by; free of the size.
    """

    argument: Expr
    count: Expr

    def __str__(self) -> str:
        shown = f"T({self.argument})"
        if self.count == 1:
            return shown
        return f"({self.count})*{shown}" if len(self.count.terms) > 1 else f"{self.count}*{shown}"


@dataclass(frozen=True)
class Case:
    """One candidate of the maximum: a sum of calls, and what is added to them.

    Parameters
    ----------
    calls : tuple of Call
    extra : Expr
    """

    calls: tuple[Call, ...]
    extra: Expr

    def __str__(self) -> str:
        parts = [str(c) for c in self.calls]
        if self.extra.terms or not parts:
            parts.append(str(self.extra))
        return " + ".join(parts).replace("+ -", "- ")


@dataclass(frozen=True)
class Recurrence:
    """T(size), for one size that shrinks; all other names are constants of the recursion.

    Parameters
    ----------
    size : str
    cases : tuple of Case
        At least one; T is their maximum above the base.
    upto : int
        The base reaches from the smallest size of the domain to this one.
    base : Expr
        The cost at the base, where ``apart`` says nothing else.
    domain : Domain
        The size and the other sizes; the recurrence is asked nowhere else.
    apart : tuple of (int, Expr)
        Base values by size.

    Raises
    ------
    SymbolicError
        When a call does not shrink above the base, or asks for a size below the smallest.

    Examples
    --------
    >>> from workdepth.symbolic.recurrences import recurrence
    >>> print(recurrence("2*A + n - 1", {"A": "n/2"}, base={1: 0}))
    T(n) = 2*T(n/2) + n - 1 for n > 1; T(1) = 0
    """

    size: str
    cases: tuple[Case, ...]
    upto: int
    base: Expr
    domain: Domain
    apart: tuple[tuple[int, Expr], ...] = ()

    def __post_init__(self) -> None:
        from workdepth.symbolic.recurrences.shrinking import check

        check(self)

    def __str__(self) -> str:
        n = self.size
        body = ", ".join(str(c) for c in self.cases)
        if len(self.cases) > 1:
            body = f"max({body})"
        return f"T({n}) = {body} for {n} > {self.upto}; {self._base_text()}"

    def _base_text(self) -> str:
        special = [f"T({k}) = {v}" for k, v in self.apart]
        if len(self.apart) < self.upto - self.low + 1:
            special.append(f"T({self.size}) = {self.base} for {self.size} <= {self.upto}")
        return ", ".join(special)

    @property
    def n(self) -> Expr:
        """The size as an expression."""
        return name(self.size)

    @cached_property
    def declared(self) -> Size:
        """The sizes that calls may meet: those of the domain, or all whole numbers where calls leave its powers."""
        found = self.domain.size(self.size)
        assert found is not None
        if found.power_of is None or stays_in_powers(self.cases, found):
            return found
        return Size(found.name, found.low, found.high)

    @property
    def low(self) -> int:
        """The smallest size."""
        return self.declared.low

    @cached_property
    def above(self) -> Domain:
        """The domain above the base, where the cases hold."""
        old = self.declared
        return self.domain.with_size(Size(self.size, max(self.upto + 1, old.low), old.high, old.power_of))

    def base_at(self, value: int) -> Expr:
        """Return the cost at a size of the base."""
        for size, found in self.apart:
            if size == value:
                return found
        return self.base.substitute({self.size: value})


def stays_in_powers(cases: tuple[Case, ...], size: Size) -> bool:
    """Tell whether calls at powers of a number are at powers of it again.

    Parameters
    ----------
    cases : tuple of Case
    size : Size
        With a number that it is a power of.

    Returns
    -------
    bool
    """
    from workdepth.symbolic.recurrences.shapes import exponent_of, shape_of

    above = Domain((Size(size.name, max(size.low, size.power_of or 1), size.high),))
    shapes = [shape_of(call.argument, size.name, above) for case in cases for call in case.calls]
    return all(s is not None and s.divisor and exponent_of(s.divisor, size.power_of or 1) for s in shapes)


def recurrence(
    value: Any,
    calls: Mapping[str, Any],
    *,
    base: Any,
    upto: int | None = None,
    size: str = "n",
    domain: Domain | None = None,
) -> Recurrence:
    """Build a recurrence from a cost with a placeholder for each recursive call.

    Parameters
    ----------
    value : Expr, int or str
        Linear in the placeholders; maxima of such are opened into cases, and products of a maximum with what is
        free of them.
    calls : mapping
        Placeholder to the smaller size it stands for: T(argument).
    base : mapping of int to Expr, or Expr
        The cost at each size of the base, or one expression in the size.
    upto : int, optional
        The largest size of the base; with a mapping its largest key.
    size : str
    domain : Domain, optional
        Declares the size and all others; without it the size starts at the smallest size of the base (or at 1),
        and the others at 1.

    Returns
    -------
    Recurrence

    Raises
    ------
    SymbolicError
        When the value is not linear in the calls, or a call does not shrink.

    Examples
    --------
    >>> from workdepth.symbolic.recurrences import recurrence
    >>> print(recurrence("max(A, B) + 1", {"A": "ceiling(n/2)", "B": "floor(n/2)"}, base={1: 0}))
    T(n) = max(T(ceiling(n/2)) + 1, T(floor(n/2)) + 1) for n > 1; T(1) = 0
    """
    from workdepth.symbolic.recurrences.opening import cases_of

    arguments = {str(k): as_expr(v) for k, v in calls.items()}
    cases = cases_of(as_expr(value), arguments, size)
    rest, upto, apart = base_of(base, upto)
    names = frozenset().union(*(_names(c) for c in cases), rest.names, *(v.names for _, v in apart))
    whole = declared(names - {size}, size, apart, domain)
    return Recurrence(size, cases, upto, rest, whole, apart)


def base_of(base: Any, upto: int | None) -> tuple[Expr, int, tuple[tuple[int, Expr], ...]]:
    """Read a base: one expression in the size, how far it reaches, and the values by size.

    Parameters
    ----------
    base : mapping of int to Expr, or Expr
    upto : int or None
        None: to the largest key.

    Returns
    -------
    (Expr, int, tuple of (int, Expr))

    Raises
    ------
    SymbolicError
        When there is no base, or no end of it.
    """
    apart = _apart(base)
    if upto is None:
        if not apart:
            raise SymbolicError(
                f"the base '{base}' has no end", next_step="say upto=..., or give the base by size: {1: 0}"
            )
        upto = max(k for k, _ in apart)
    return as_expr(0) if apart else as_expr(base), upto, apart


def _apart(base: Any) -> tuple[tuple[int, Expr], ...]:
    if not isinstance(base, Mapping):
        return ()
    if not base:
        raise SymbolicError("a recursion without a base case", next_step="give one: base={1: 0}")
    return tuple(sorted((int(k), as_expr(v)) for k, v in base.items()))


def _names(case: Case) -> frozenset[str]:
    inside = (c.argument.names | c.count.names for c in case.calls)
    return frozenset().union(case.extra.names, *inside)


def declared(
    others: frozenset[str], size: str, apart: tuple[tuple[int, Expr], ...], domain: Domain | None
) -> Domain:
    """Return a domain that declares the size of a recursion, from its base on, and all other names."""
    out = Domain() if domain is None else domain
    if out.size(size) is None:
        out = out.with_size(Size(size, low=min((k for k, _ in apart), default=1)))
    for text in sorted(others - out.names):
        out = out.with_size(Size(text))
    return out
