"""More than a split costs: what it adds without rounding, and what grows slowly as it is at the top.

A cost rises with what is added to it. A factor that never falls as the size grows, such as a logarithm, is at most what
it is at the size that is asked for, in every call; so it may be held there, under a name of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from workdepth.errors import SymbolicError
from workdepth.symbolic.atoms import Atom, Number
from workdepth.symbolic.bounds import monomial_low
from workdepth.symbolic.domain import Size
from workdepth.symbolic.expr import Expr, as_expr
from workdepth.symbolic.extremes import maximize
from workdepth.symbolic.functions import maximum_of
from workdepth.symbolic.making import atom_expr, name, term_expr, total
from workdepth.symbolic.monotone import direction
from workdepth.symbolic.recurrences.history import Split
from workdepth.symbolic.recurrences.recurrence import Case
from workdepth.symbolic.signs import nonnegative
from workdepth.symbolic.structure import atoms_of, coefficients
from workdepth.symbolic.terms import tidy

#: What grows slowly.
SLOW = frozenset({"log2", "harmonic"})
FRESH = "_slow{}"
PLACEHOLDER = "_call{}"


@dataclass(frozen=True)
class Smoothed:
    """A split that costs no less, and what the fresh names in it stand for.

    Parameters
    ----------
    split : Split
        What it adds is a polynomial in its size, free of the index.
    held : mapping of str to Expr
    """

    split: Split
    held: Mapping[str, Expr]

    def restored(self, value: Expr) -> Expr:
        """Return a formula with what the fresh names stand for."""
        return value.substitute(self.held)


def smoothed(of: Split) -> Smoothed:
    """Return a split that costs no less, and adds a polynomial.

    Parameters
    ----------
    of : Split

    Returns
    -------
    Smoothed

    Raises
    ------
    SymbolicError
        When a cost may be negative, or grows neither as a polynomial nor slowly.
    """
    _check_signs(of)
    held: dict[Expr, str] = {}
    cases = [Case(case.calls, _smooth_extra(of, case, held)) for case in of.cases]
    return Smoothed(with_cases(of, cases, held.values()), {text: x for x, text in held.items()})


def with_cases(of: Split, cases: Sequence[Case], more: Iterable[str] = ()) -> Split:
    """Return a split with other cases, and more sizes that are at least 0."""
    texts: dict[Expr, str] = {}
    for call in (c for case in cases for c in case.calls):
        texts.setdefault(call.argument, PLACEHOLDER.format(len(texts)))
    values = [total(c.count * name(texts[c.argument]) for c in case.calls) + case.extra for case in cases]
    whole = of.domain
    for text in more:
        whole = whole.with_size(Size(text, low=0))
    calls = tuple((text, argument) for argument, text in texts.items())
    return replace(of, value=maximum_of(*values), calls=calls, domain=whole)


def _smooth_extra(of: Split, case: Case, held: dict[Expr, str]) -> Expr:
    terms = _without_index(of, case).terms.items()
    added = total(_smooth_term(of, term_expr(m, c), held) for m, c in terms)
    if coefficients(added, of.size) is None:
        raise _not_slow(of, added)
    return added


def _check_signs(of: Split) -> None:
    base = [of.base_at(m) for m in range(of.smallest, of.upto + 1)]
    bad = next((x for x in base if not nonnegative(x, of.domain)), None)
    if bad is None:
        bad = next((c.extra for c in of.cases if not nonnegative(c.extra, of.chosen)), None)
    if bad is not None:
        raise SymbolicError(
            f"no bound for '{of}': '{bad}' is not proved to be at least 0",
            next_step="add what is never negative, or evaluate it at single sizes",
        )


def _without_index(of: Split, case: Case) -> Expr:
    if of.index not in case.extra.names:
        return case.extra
    return maximize(case.extra, of.index, of.low, of.high, of.above).value


def _smooth_term(of: Split, part: Expr, held: dict[Expr, str]) -> Expr:
    """Return a polynomial in the size, and in names for what grows slowly, that is at least a term."""
    ((monomial, c),) = part.terms.items()
    if coefficients(part, of.size) is not None:
        return part
    if monomial_low(monomial, of.above) is None:
        raise _not_slow(of, part)
    if c < 0:
        return as_expr(0)
    out = as_expr(c)
    for atom, e in monomial:
        out = out * _smooth_power(of, atom, e, held)
    return out


def _smooth_power(of: Split, atom: Atom, e: Number, held: dict[Expr, str]) -> Expr:
    whole = atom_expr(atom, e)
    if of.size not in atom.names:
        return whole
    if atom.kind != "name":
        if e < 0:
            raise _not_slow(of, whole)
        out: Expr = _smooth(of, atom, held) ** e
        return out
    if e < 0:
        return as_expr(1)  # the sizes above the base are at least 1
    steps = int(e)
    return atom_expr(atom) ** steps * (_held(atom_expr(atom, tidy(e - steps)), held) if e != steps else 1)


def _held(x: Expr, held: dict[Expr, str]) -> Expr:
    return name(held.setdefault(x, FRESH.format(len(held))))


def _smooth(of: Split, atom: Atom, held: dict[Expr, str]) -> Expr:
    if _is_slow(atom) and direction(atom_expr(atom), of.size, of.above) == 1:
        return _held(atom_expr(atom), held)
    plain = atom.args[0] if atom.kind in ("floor", "ceiling") else None
    if plain is not None and coefficients(plain, of.size) is not None:
        rounded: Expr = plain + (1 if atom.kind == "ceiling" else 0)
        return rounded
    if atom.kind == "max" and all(nonnegative(a, of.above) for a in atom.args):
        return total(_smooth_term(of, term_expr(m, c), held) for x in atom.args for m, c in x.terms.items())
    raise _not_slow(of, atom_expr(atom))


def _is_slow(atom: Atom) -> bool:
    if atom.kind in SLOW:
        return True
    inner = atoms_of(atom.args[0]) if atom.kind in ("floor", "ceiling") else []
    return bool(inner) and all(a.kind in SLOW or not a.names for a in inner)


def _not_slow(of: Split, part: Expr) -> SymbolicError:
    return SymbolicError(
        f"no formula for '{of}': '{part}' is no polynomial in {of.size}",
        next_step=f"add powers of {of.size}, with logarithms as factors, or evaluate it at single sizes",
    )
