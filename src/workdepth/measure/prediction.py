"""A prediction in any of its forms as growth terms."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from workdepth.errors import SymbolicError
from workdepth.measure.terms import Term, leading, size_names, terms_of
from workdepth.symbolic import Expr, Growth

#: One predicted class or sum, or its terms one by one.
Prediction = str | Growth | Expr | Iterable[str | Growth | Expr]


def predicted_terms(basis: Prediction | None) -> tuple[Term, ...]:
    """Return the growth terms of a prediction, one sum or several terms, the leading ones first."""
    if basis is None:
        return ()
    several = list(basis) if isinstance(basis, Iterable) and not isinstance(basis, str) else [basis]
    found = tuple(dict.fromkeys(t for one in several for t in terms_of(one)))
    if not found:
        raise SymbolicError("an empty prediction", next_step="write one like n*log(n)")
    top = leading(found)
    return (*top, *(t for t in found if t not in top))


def only_name(terms: Iterable[Term]) -> str:
    """Tell what a plain sequence of sizes is called: the one size of the prediction, else n."""
    names = size_names(terms)
    return min(names) if len(names) == 1 else "n"


def check_names(terms: Iterable[Term], measured: Sequence[str]) -> None:
    """Refuse a prediction in sizes that were not measured."""
    missing = size_names(terms) - set(measured)
    if missing:
        raise SymbolicError(
            f"the size {min(missing)} of the prediction was not measured",
            next_step=f"use {', '.join(measured)}, or give the values of {min(missing)}",
        )
