"""The expected and the worst cost of a split at one size, by definition: the oracle of every closed form."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction

from workdepth.errors import SizeError, SymbolicError
from workdepth.symbolic.domain import Domain
from workdepth.symbolic.expr import Expr, as_expr
from workdepth.symbolic.extremes import maximum
from workdepth.symbolic.functions import maximum_of
from workdepth.symbolic.making import total
from workdepth.symbolic.recurrences.history import Split
from workdepth.symbolic.recurrences.recurrence import Case

#: All smaller sizes take part, each with all its splits; more sizes than this are refused.
MOST_SIZES = 2_000

Value = int | Fraction | float | Expr


def mean_at(of: Split, n: int, values: Mapping[str, int] | None = None) -> Value:
    """Evaluate the expected cost of a split at one size: the mean over the index, each smaller size once.

    Parameters
    ----------
    of : Split
    n : int
    values : mapping, optional
        The other sizes; those that are not given stay names.

    Returns
    -------
    int, Fraction, float or Expr
        An expression where other sizes stay.

    Raises
    ------
    SizeError
        For a size that is not one of the split's.
    SymbolicError
        When the cost is a maximum of calls, whose mean no means decide.

    Examples
    --------
    >>> from workdepth.symbolic.recurrences import mean_at, split
    >>> mean_at(split("A + n - 1", {"A": "max(k, n - 1 - k)"}, base={0: 0, 1: 0}), 4)
    Fraction(29, 6)
    """
    check_mean(of)
    return _plain(mean_table(of, n, values)[int(n)])


def worst_at(of: Split, n: int, values: Mapping[str, int] | None = None) -> Value:
    """Evaluate the worst cost of a split at one size: the largest over the index, each smaller size once.

    Parameters
    ----------
    of : Split
    n : int
    values : mapping, optional
        The other sizes; those that are not given stay names.

    Returns
    -------
    int, Fraction, float or Expr
        An expression where other sizes stay.

    Raises
    ------
    SizeError
        For a size that is not one of the split's.

    Examples
    --------
    >>> from workdepth.symbolic.recurrences import split, worst_at
    >>> worst_at(split("max(A, B) + 1", {"A": "k", "B": "n - 1 - k"}, base={0: 0, 1: 0}), 10)
    9
    """
    return _plain(worst_table(of, n, values)[int(n)])


def check_mean(of: Split) -> None:
    """Raise where no expected cost is defined by the expected costs of the calls."""
    if len(of.cases) > 1:
        raise SymbolicError(
            f"the expected cost of '{of.value}' is not known from those of its calls",
            next_step="add the calls up, or ask for the worst cost: the mean of a maximum is no maximum of means",
        )


def _plain(x: Expr) -> Value:
    if x.is_number:
        return x.number
    return x if x.names else x.at({})


def mean_table(of: Split, n: int, values: Mapping[str, int] | None = None) -> dict[int, Expr]:
    """Return the expected cost at every size up to n."""
    return _table(of, n, values, lambda found: total(found) / len(found))


def worst_table(of: Split, n: int, values: Mapping[str, int] | None = None) -> dict[int, Expr]:
    """Return the worst cost at every size up to n."""
    return _table(of, n, values, lambda found: _largest(found, of.domain))


def _table(
    of: Split, n: int, values: Mapping[str, int] | None, joined: Callable[[list[Expr]], Expr]
) -> dict[int, Expr]:
    _check_size(of, n)
    given = {k: as_expr(v) for k, v in (values or {}).items() if k != of.size}
    known: dict[int, Expr] = {}
    for m in range(of.smallest, min(of.upto, int(n)) + 1):
        known[m] = of.base_at(m).substitute(given)
    for m in range(of.upto + 1, int(n) + 1):
        known[m] = joined([x for k in _indices(of, m) for x in _costs(of, m, k, given, known)])
    return known


def _check_size(of: Split, n: int) -> None:
    if isinstance(n, bool) or not hasattr(n, "__index__") or n < of.smallest:
        raise SizeError(
            f"{of.size} = {n!r} is no size of '{of}'", next_step=f"give an integer >= {of.smallest}"
        )
    if n - of.smallest > MOST_SIZES:
        raise SymbolicError(
            f"{of.size} = {n} asks for all splits of more than {MOST_SIZES} sizes",
            next_step="take a smaller one",
        )


def _indices(of: Split, m: int) -> range:
    return range(int(of.low.at({of.size: m})), int(of.high.at({of.size: m})))


def _costs(of: Split, m: int, k: int, given: Mapping[str, Expr], known: Mapping[int, Expr]) -> list[Expr]:
    """Return the cost of each case at one size and one index."""
    return [_cost(case, {of.size: m, of.index: k}, given, known) for case in of.cases]


def _cost(case: Case, place: dict[str, int], given: Mapping[str, Expr], known: Mapping[int, Expr]) -> Expr:
    out = case.extra.substitute({**given, **place})
    for call in case.calls:
        out = out + call.count.substitute(given) * known[int(call.argument.at(place))]
    return out


def _largest(found: list[Expr], domain: Domain) -> Expr:
    if all(not x.names for x in found):
        return max(found, key=lambda x: x.at({}))
    different = list(dict.fromkeys(found))
    most, exact = maximum(different, domain)
    return most if exact else maximum_of(*different)
