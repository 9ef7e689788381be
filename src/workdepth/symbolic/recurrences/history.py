"""A recursion whose split is decided by data: T(n) from T(k) and T(n - 1 - k), k any number of a range.

What quicksort costs depends on where the pivot falls. Its expected cost is the mean over all k, its worst cost the
largest over all k: a recurrence with full history, because every smaller size takes part.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from workdepth.symbolic.domain import Domain, Size
from workdepth.symbolic.expr import Expr, as_expr
from workdepth.symbolic.growth import Growth
from workdepth.symbolic.making import name
from workdepth.symbolic.recurrences.recurrence import Case, base_of, declared


@dataclass(frozen=True)
class Split:
    """T(size) = value, where each placeholder is T at a size that depends on an index chosen by data.

    Parameters
    ----------
    value : Expr
        Linear in the placeholders, or a maximum of such; may hold the size, the index and other sizes.
    calls : tuple of (str, Expr)
        Placeholder and the smaller size it stands for, in the size and the index.
    index : str
    low, high : Expr
        The index is any of low <= index < high, each equally likely; in the size.
    base : Expr
        The cost at the base, where ``apart`` says nothing else.
    upto : int
        The base reaches from the smallest size of the domain to this one.
    size : str
    domain : Domain
        The size and the other sizes, which are constants of the recursion.
    apart : tuple of (int, Expr)
        Base values by size.

    Raises
    ------
    SymbolicError
        When the range is empty above the base, or a call does not shrink or asks for a size below the smallest.

    Examples
    --------
    >>> from workdepth.symbolic.recurrences import split
    >>> print(split("A + B + n - 1", {"A": "k", "B": "n - 1 - k"}, base={0: 0, 1: 0}))
    T(n) = T(k) + T(n - k - 1) + n - 1 for one of 0 <= k < n, n > 1; T(0) = 0, T(1) = 0
    """

    value: Expr
    calls: tuple[tuple[str, Expr], ...]
    index: str
    low: Expr
    high: Expr
    base: Expr
    upto: int
    size: str
    domain: Domain
    apart: tuple[tuple[int, Expr], ...] = ()

    def __post_init__(self) -> None:
        from workdepth.symbolic.recurrences.history_rules import check

        check(self)

    def __str__(self) -> str:
        n, k = self.size, self.index
        body = ", ".join(str(c) for c in self.cases)
        if len(self.cases) > 1:
            body = f"max({body})"
        special = [f"T({m}) = {v}" for m, v in self.apart]
        if len(self.apart) < self.upto - self.smallest + 1:
            special.append(f"T({n}) = {self.base} for {n} <= {self.upto}")
        chosen = f"one of {self.low} <= {k} < {self.high}"
        return f"T({n}) = {body} for {chosen}, {n} > {self.upto}; {', '.join(special)}"

    @property
    def n(self) -> Expr:
        """The size as an expression."""
        return name(self.size)

    @property
    def smallest(self) -> int:
        """The smallest size, that of the domain or of the base."""
        return min([self.declared.low, *(m for m, _ in self.apart)])

    @cached_property
    def cases(self) -> tuple[Case, ...]:
        """The cases of the maximum that the value is; one where it is a sum."""
        from workdepth.symbolic.recurrences.opening import cases_of

        return cases_of(self.value, dict(self.calls), self.size)

    @cached_property
    def count(self) -> Expr:
        """How many values the index has."""
        return self.high - self.low

    @cached_property
    def above(self) -> Domain:
        """The domain above the base, where the value holds."""
        old = self.declared
        return self.domain.with_size(Size(self.size, max(self.upto + 1, old.low), old.high))

    @property
    def chosen(self) -> Domain:
        """The domain above the base, with the index in its range."""
        return self.above.with_index(self.index, self.low, self.high)

    @property
    def declared(self) -> Size:
        """The size as the domain declares it."""
        found = self.domain.size(self.size)
        assert found is not None
        return found

    @property
    def base_names(self) -> frozenset[str]:
        """The other sizes in the base."""
        return (self.base.names | frozenset().union(*(v.names for _, v in self.apart))) - {self.size}

    def base_at(self, value: int) -> Expr:
        """Return the cost at a size of the base."""
        for size, found in self.apart:
            if size == value:
                return found
        return self.base.substitute({self.size: value})


@dataclass(frozen=True)
class SplitSolution:
    """What is known of the expected or the worst cost of a split; the fields are those of :class:`Solution`.

    Parameters
    ----------
    split : Split
    value : Expr or None
        A closed form; exact in ``domain``.
    domain : Domain
        Where the value holds: all sizes, or from some size on.
    where : str
        The same in words (``n >= 2``); empty where the value holds at all sizes of the domain.
    bound : Expr or None
        Never below the cost, from ``bound_low`` on; the value itself where that holds for all sizes.
    bound_low : int
    growth : Growth or None
    growth_relation : str
        ``=``; ``<=`` where the class is that of a bound.
    note : str
        How it was proved, or what else is to be said.
    """

    split: Split
    value: Expr | None
    domain: Domain
    where: str
    bound: Expr | None
    bound_low: int
    growth: Growth | None
    growth_relation: str
    note: str = ""

    @property
    def exact(self) -> bool:
        """Whether the value is the cost at every size of the domain."""
        return self.value is not None and not self.where

    def __str__(self) -> str:
        n = self.split.size
        parts: list[str] = []
        if self.value is not None:
            parts.append(f"T({n}) = {self.value}" + (f", {self.where}" if self.where else ""))
        if self.bound is not None and self.bound != self.value:
            from_size = f", {n} >= {self.bound_low}" if self.bound_low > self.split.declared.low else ""
            parts.append(f"T({n}) <= {self.bound}{from_size}")
        if self.growth is not None:
            parts.append(f"{'in' if self.growth_relation == '=' else 'at most'} {self.growth}")
        return "; ".join(parts)


def solution(
    of: Split,
    value: Expr | None,
    low: int,
    known: Growth,
    note: str = "",
    *,
    bound: tuple[Expr | None, int] | None = None,
    relation: str = "=",
) -> SplitSolution:
    """Build what is known of a split.

    Parameters
    ----------
    of : Split
    value : Expr or None
        A closed form, exact from ``low`` on.
    low : int
    known : Growth
    note : str
    bound : (Expr, int), optional
        An upper bound, and the size it holds from; without it the value is the bound.
    relation : str
        That of the class.

    Returns
    -------
    SplitSolution
    """
    above, above_low = (value, low) if bound is None else bound
    old = of.declared
    start = max(low, old.low)
    where = f"{of.size} >= {low}" if value is not None and low > old.low else ""
    domain = of.domain.with_size(Size(of.size, start, old.high, old.power_of))
    return SplitSolution(of, value, domain, where, above, above_low, known, relation, note)


def split(
    value: Any,
    calls: Mapping[str, Any],
    *,
    base: Any,
    index: str = "k",
    low: Any = 0,
    high: Any = None,
    upto: int | None = None,
    size: str = "n",
    domain: Domain | None = None,
) -> Split:
    """Build a split from a cost with a placeholder for each recursive call.

    Parameters
    ----------
    value : Expr, int or str
        Linear in the placeholders; maxima of such are opened.
    calls : mapping
        Placeholder to the smaller size it stands for, in the size and the index: ``{"A": "k", "B": "n - 1 - k"}``.
    base : mapping of int to Expr, or Expr
        The cost at each size of the base, or one expression in the size.
    index : str
    low, high : Expr, int or str
        The index is any of low <= index < high; without high up to the size.
    upto : int, optional
        The largest size of the base; with a mapping its largest key.
    size : str
    domain : Domain, optional
        Declares the size and all others; without it the size starts at the smallest size of the base (or at 1),
        and the others at 1.

    Returns
    -------
    Split

    Raises
    ------
    SymbolicError
        When the value is not linear in the calls, or a call does not shrink.

    Examples
    --------
    >>> from workdepth.symbolic.recurrences import mean_at, split, worst_at
    >>> quicksort = split("A + B + n - 1", {"A": "k", "B": "n - 1 - k"}, base={0: 0, 1: 0})
    >>> mean_at(quicksort, 3), worst_at(quicksort, 3)
    (Fraction(8, 3), 3)
    """
    cost = as_expr(value)
    arguments = tuple((str(p), as_expr(a)) for p, a in calls.items())
    first, end = as_expr(low), name(size) if high is None else as_expr(high)
    rest, end_of_base, apart = base_of(base, upto)
    known = {size, index, *(p for p, _ in arguments)}
    names = cost.names | rest.names | frozenset().union(*(v.names for _, v in apart))
    whole = declared(names - known, size, apart, domain)
    return Split(cost, arguments, index, first, end, rest, end_of_base, size, whole, apart)
