"""From a cost with placeholders for its calls to the cases of a recurrence."""

from __future__ import annotations

from collections.abc import Mapping

from workdepth.errors import SymbolicError
from workdepth.symbolic.atoms import Atom, Number
from workdepth.symbolic.expr import Expr, as_expr, from_terms
from workdepth.symbolic.making import atom_expr, term_expr
from workdepth.symbolic.recurrences.recurrence import Call, Case

#: Maxima inside sums multiply; more cases than this are refused.
MOST_CASES = 200


def cases_of(value: Expr, arguments: Mapping[str, Expr], size: str) -> tuple[Case, ...]:
    """Open a cost into the cases of its maximum, each linear in the placeholders.

    Parameters
    ----------
    value : Expr
    arguments : mapping
        Placeholder to argument.
    size : str

    Returns
    -------
    tuple of Case
    """
    return tuple(_case(line, arguments, size) for line in _lines(value, frozenset(arguments)))


def _lines(value: Expr, calls: frozenset[str]) -> list[Expr]:
    """Return expressions free of maxima around calls, whose maximum is the value."""
    for monomial, c in value.terms.items():
        for atom, e in monomial:
            if atom.kind == "name" or atom.names.isdisjoint(calls):
                continue
            if atom.kind != "max" or e != 1 or not _is_positive(monomial, c, atom):
                raise _not_linear(value, atom_expr(atom, e))
            others = term_expr(tuple(p for p in monomial if p[0] != atom), c)
            rest = value - from_terms({monomial: c})
            found = [line for a in atom.args for line in _lines(rest + others * a, calls)]
            if len(found) > MOST_CASES:
                raise SymbolicError(
                    f"a recursion with more than {MOST_CASES} cases", next_step="call in fewer branches"
                )
            return list(dict.fromkeys(found))
    return [value]


def _is_positive(monomial: tuple[tuple[Atom, Number], ...], c: Number, but: Atom) -> bool:
    """Tell whether the factor of a maximum is positive by its form: a number, sizes, roundings of them."""
    return c > 0 and all(a.kind in ("name", "ceiling", "floor", "power") for a, _ in monomial if a != but)


def _case(line: Expr, arguments: Mapping[str, Expr], size: str) -> Case:
    counts: dict[str, Expr] = {}
    extra = as_expr(0)
    for monomial, c in line.terms.items():
        called = [(a, e) for a, e in monomial if a.kind == "name" and a.args[0] in arguments]
        if not called:
            extra = extra + term_expr(monomial, c)
            continue
        ((atom, e), *more) = called
        rest = term_expr(tuple(p for p in monomial if p[0] != atom), c)
        if more or e != 1 or size in rest.names:
            raise _not_linear(line, term_expr(monomial, c))
        counts[atom.args[0]] = counts.get(atom.args[0], as_expr(0)) + rest
    return Case(_joined(counts, arguments), extra)


def _joined(counts: Mapping[str, Expr], arguments: Mapping[str, Expr]) -> tuple[Call, ...]:
    """Add up the calls of one argument."""
    found: dict[Expr, Expr] = {}
    for text, count in counts.items():
        found[arguments[text]] = found.get(arguments[text], as_expr(0)) + count
    return tuple(Call(a, c) for a, c in found.items() if c.terms)


def _not_linear(value: Expr, part: Expr) -> SymbolicError:
    return SymbolicError(
        f"'{part}' in the cost '{value}' is not linear in the recursive calls",
        next_step="add calls up, multiply them by what does not depend on the size, take maxima of them",
    )
