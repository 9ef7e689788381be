"""A split with its index put at an end, or where it makes a call largest: an ordinary recurrence."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from workdepth.errors import SymbolicError
from workdepth.symbolic.atoms import Atom
from workdepth.symbolic.domain import Size
from workdepth.symbolic.expr import Expr, as_expr
from workdepth.symbolic.extremes import Closed, maximize
from workdepth.symbolic.functions import floor
from workdepth.symbolic.recurrences.history import Split
from workdepth.symbolic.recurrences.recurrence import Call, Case, Recurrence
from workdepth.symbolic.simplifying import simplify
from workdepth.symbolic.structure import affine


@dataclass(frozen=True)
class Ends:
    """A recurrence that is never below a split, if its cost never falls.

    Parameters
    ----------
    recurrence : Recurrence
    exact : bool
        Whether some index reaches it.
    """

    recurrence: Recurrence
    exact: bool


def at_ends(of: Split) -> Recurrence:
    """Return the recurrence with the index at its first or last value, whichever costs more.

    Parameters
    ----------
    of : Split

    Returns
    -------
    Recurrence
    """
    ends = [of.low, of.high - 1]
    return _recurrence(of, [_at(of, case, k) for case in of.cases for k in ends])


def _at(of: Split, case: Case, k: Expr) -> Case:
    calls = ((call.argument.substitute({of.index: k}), call.count) for call in case.calls)
    return _joined(of, calls, case.extra.substitute({of.index: k}))


def _joined(of: Split, calls: Iterable[tuple[Expr, Expr]], extra: Expr) -> Case:
    """Add up calls at one size, and add what calls in the base cost."""
    counts: dict[Expr, Expr] = {}
    for found, count in calls:
        argument = simplify(found, of.above)
        if not argument.is_number:
            counts[argument] = counts.get(argument, as_expr(0)) + count
            continue
        if argument.number > of.upto:
            raise SymbolicError(
                f"a call of '{of}' is always T({argument}), above the base",
                next_step=f"let the base reach to {of.size} = {argument}",
            )
        extra = extra + count * of.base_at(int(argument.number))
    return Case(tuple(Call(a, c) for a, c in counts.items()), simplify(extra, of.above))


def _recurrence(of: Split, cases: list[Case]) -> Recurrence:
    size = Size(of.size, of.smallest, of.declared.high)
    whole = of.domain.with_size(size)
    return Recurrence(of.size, tuple(dict.fromkeys(cases)), of.upto, of.base, whole, of.apart)


def at_largest(of: Split) -> Ends | None:
    """Return the recurrence of cases with one call each, each call as large as any index makes it.

    Parameters
    ----------
    of : Split
        No case of which makes more than one call.

    Returns
    -------
    Ends or None
        None where the largest argument is not known.
    """
    cases, exact = [], True
    for case in of.cases:
        found = [(largest_argument(of, call.argument), call.count) for call in case.calls]
        try:
            extra = _largest(of, case.extra)
        except SymbolicError:
            return None
        exact = exact and extra.exact and all(a.exact for a, _ in found) and _together(of, case, found, extra)
        cases.append(_joined(of, [(a.value, c) for a, c in found], extra.value))
    return Ends(_recurrence(of, cases), exact)


def _together(of: Split, case: Case, found: list[tuple[Closed, Expr]], extra: Closed) -> bool:
    """Tell whether one index makes both the call and what is added largest."""
    if not case.calls or of.index not in case.extra.names:
        return True
    return any(
        case.extra.substitute({of.index: k}) == extra.value
        and case.calls[0].argument.substitute({of.index: k}) == found[0][0].value
        for k in (of.low, of.high - 1)
    )


def largest_argument(of: Split, argument: Expr) -> Closed:
    """Return the largest size that an argument is, over the index."""
    halves = _halves(of, argument)
    return Closed(halves, True) if halves is not None else _largest(of, argument)


def _largest(of: Split, x: Expr) -> Closed:
    if of.index not in x.names:
        return Closed(x, True)
    return maximize(x, of.index, of.low, of.high, of.above)


def _halves(of: Split, argument: Expr) -> Expr | None:
    """Return the largest value of the smaller of two parts that add up to the same: half of that, rounded down."""
    if len(argument.terms) != 1:
        return None
    ((monomial, c),) = argument.terms.items()
    if c != 1 or len(monomial) != 1 or monomial[0][1] != 1 or not _are_parts(of, monomial[0][0]):
        return None
    return floor((monomial[0][0].args[0] + monomial[0][0].args[1]) / 2)


def _are_parts(of: Split, atom: Atom) -> bool:
    """Tell whether an atom is the minimum of k + d and s - k, each running from one end to the other."""
    if atom.kind != "min" or len(atom.args) != 2:
        return False
    lines = [affine(a, of.index) for a in atom.args]
    if {line[0] if line is not None else None for line in lines} != {as_expr(1), as_expr(-1)}:
        return False
    # The two change places from one end to the other: the parts at an index are those at its mirror image.
    first, last = ([a.substitute({of.index: k}) for a in atom.args] for k in (of.low, of.high - 1))
    return first == last[::-1]
