"""The value of a recurrence at one size, by its definition: the oracle of every closed form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction

from workdepth.errors import SizeError, SymbolicError
from workdepth.symbolic.expr import Expr, as_expr
from workdepth.symbolic.functions import maximum_of
from workdepth.symbolic.recurrences.recurrence import Call, Case, Recurrence

#: More distinct sizes than this are refused.
MOST_SIZES = 100_000


def at(of: Recurrence, n: int, values: Mapping[str, int] | None = None) -> int | Fraction | float | Expr:
    """Evaluate a recurrence at one size: each smaller size once, by its definition.

    Parameters
    ----------
    of : Recurrence
    n : int
    values : mapping, optional
        The other sizes; those that are not given stay names.

    Returns
    -------
    int, Fraction, float or Expr
        An expression where other sizes stay.

    Raises
    ------
    SymbolicError
        When a call asks for a size that is not whole, or does not shrink.

    Examples
    --------
    >>> from workdepth.symbolic.recurrences import at, recurrence
    >>> at(recurrence("A + B + 1", {"A": "n - 1", "B": "n - 2"}, base={0: 1, 1: 1}), 30)
    2692537
    """
    value = exactly(_given(of, values) if values else of, n)
    if value.is_number:
        return value.number
    return value if value.names else value.at({})


def _given(of: Recurrence, values: Mapping[str, int]) -> Recurrence:
    """Put the other sizes in, so that maxima are of numbers."""
    known = {k: as_expr(v) for k, v in values.items() if k != of.size}

    def case(old: Case) -> Case:
        calls = (Call(c.argument.substitute(known), c.count.substitute(known)) for c in old.calls)
        return Case(tuple(calls), old.extra.substitute(known))

    apart = tuple((k, v.substitute(known)) for k, v in of.apart)
    return replace(of, cases=tuple(case(c) for c in of.cases), base=of.base.substitute(known), apart=apart)


def exactly(of: Recurrence, n: int) -> Expr:
    """Evaluate a recurrence at one size, as an expression in the other sizes."""
    if isinstance(n, bool) or not hasattr(n, "__index__") or n < of.low:
        raise SizeError(f"{of.size} = {n!r} is no size of '{of}'", next_step=f"give an integer >= {of.low}")
    known: dict[int, Expr] = {}
    needed = _needed(of, int(n))
    for m in sorted(needed):
        known[m] = _value(of, m, needed[m], known)
    return known[int(n)]


def _needed(of: Recurrence, n: int) -> dict[int, list[list[int]]]:
    """Return each size that is asked for, with the sizes that each case of it asks for."""
    found: dict[int, list[list[int]]] = {}
    waiting = [n]
    while waiting:
        m = waiting.pop()
        if m in found:
            continue
        if len(found) >= MOST_SIZES:
            raise SymbolicError(
                f"'{of}' at {of.size} = {n} asks for more than {MOST_SIZES} sizes",
                next_step="take a smaller one",
            )
        found[m] = [] if m <= of.upto else [_arguments(of, c, m) for c in of.cases]
        waiting.extend(a for case in found[m] for a in case)
    return found


def _arguments(of: Recurrence, case: Case, m: int) -> list[int]:
    out = []
    for call in case.calls:
        value = call.argument.substitute({of.size: m})
        if not value.is_number:
            raise SymbolicError(
                f"T({call.argument}) is T({value}) at {of.size} = {m}, which other sizes decide",
                next_step="give the argument in the one size that shrinks",
            )
        number = value.number
        if type(number) is not int:
            raise SymbolicError(
                f"T({call.argument}) asks for T({number}) at {of.size} = {m}",
                next_step=f"round it with floor or ceiling, or choose {of.size} so that it divides",
            )
        if not of.low <= number < m:
            raise SymbolicError(
                f"T({call.argument}) at {of.size} = {m} asks for T({number})",
                next_step=f"add a base case for {of.size} up to {m}",
            )
        out.append(number)
    return out


def _value(of: Recurrence, m: int, arguments: list[list[int]], known: Mapping[int, Expr]) -> Expr:
    if not arguments:
        return of.base_at(m)
    found = []
    for case, smaller in zip(of.cases, arguments, strict=True):
        value = _extra(of, case, m)
        for call, a in zip(case.calls, smaller, strict=True):
            value = value + call.count * known[a]
        found.append(value)
    return found[0] if len(found) == 1 else _largest(found)


def _extra(of: Recurrence, case: Case, m: int) -> Expr:
    try:
        return case.extra.substitute({of.size: m})
    except SymbolicError as error:
        raise SymbolicError(
            f"'{case.extra}' has no value: {error.what}",
            where=f"{of.size} = {m}",
            next_step=f"let the base reach to {of.size} = {m}",
        ) from error


def _largest(found: list[Expr]) -> Expr:
    if all(not x.names for x in found):
        return max(found, key=lambda x: x.at({}))
    return maximum_of(*map(as_expr, found))
