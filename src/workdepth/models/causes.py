"""Causes: what makes a figure, part by part."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from workdepth.models.bounded import ZERO, Bounded
from workdepth.models.figure import Figure, figure
from workdepth.symbolic import Domain, Expr, Size, as_expr, growth, name, simplify
from workdepth.symbolic.atoms import Atom
from workdepth.symbolic.making import atom_expr, term_expr


@dataclass(frozen=True)
class Share:
    """What one node contributes to a figure.

    Attributes
    ----------
    path : str
        The node, by names: ``map1/fold1/multiply1``.
    what : str
        The op; or ``input``, ``array`` (words held), ``let go`` (words, negative), ``made``, ``earlier`` (what
        earlier copies or rounds hold), ``load``, ``delay``, ``either`` (see ``alternatives``), ``bound`` (not told
        apart), ``closer`` (negative: the whole has a closer bound than its parts); of a call or a block its name.
    amount : Figure
        How much.
    limit : Fraction or None
        Its share of the figure as all sizes grow at one pace; None where that is not plain.
    alternatives : tuple of tuple of Share
        Where the sizes decide: the chains of which the longest counts, and is the amount.
    """

    path: str
    what: str
    amount: Figure
    limit: Fraction | None = None
    alternatives: tuple[tuple[Share, ...], ...] = ()


@dataclass(frozen=True)
class Cause:
    """What makes one figure of one machine.

    Attributes
    ----------
    figure : Figure
        The figure.
    where : tuple of str
        The phase that holds it, by path; several where the sizes decide.
    shares : tuple of Share
        What makes it, of the first of these; the amounts add up to the figure.
    """

    figure: Figure
    where: tuple[str, ...]
    shares: tuple[Share, ...]


def share(path: str, what: str, amount: Expr, whole: Expr, domain: Domain, exact: bool = True) -> Share:
    """Return the share of a node in a figure."""
    found = figure(Bounded(amount, exact), domain)
    return Share(path, what, found, limit_of(found.numerator, whole, domain))


def limit_of(part: Expr, whole: Expr, domain: Domain) -> Fraction | None:
    """Return the share of a part in the whole as all sizes grow at the same pace, or None where it is not plain.

    Examples
    --------
    >>> from workdepth.symbolic import Size, parse
    >>> n = Domain((Size("n"),))
    >>> limit_of(parse("2*n"), parse("3*n + 1"), n), limit_of(parse("1"), parse("ceiling(log2(n))"), n)
    (Fraction(2, 3), Fraction(0, 1))
    >>> limit_of(parse("floor(n/2)"), parse("n + floor(n/2)"), n)
    Fraction(1, 3)
    """
    if domain.sizes:
        part, whole = (_at_one_pace(x, domain) for x in (part, whole))
    if part == ZERO:
        return Fraction(0)
    if part == whole:
        return Fraction(1)
    if growth(part) < growth(whole):
        return Fraction(0)
    leading = _leading(part), _leading(whole)
    if None in leading:
        return None
    ratio = leading[0] / leading[1]  # type: ignore[operator]
    return Fraction(ratio.number) if ratio.is_number and _rational(ratio.number) else None


def _rational(number: object) -> bool:
    return isinstance(number, int | Fraction)


def _at_one_pace(x: Expr, domain: Domain) -> Expr:
    """Return an expression with one size for all, and without rounding where that vanishes in the limit."""
    one = name("n")
    large = Size("n", low=max(s.low for s in domain.sizes))
    x = simplify(x.substitute({s.name: one for s in domain.sizes}), Domain((large,)))
    return _in_the_limit(x)


def _in_the_limit(x: Expr) -> Expr:
    found = ZERO
    for monomial, c in x.terms.items():
        factors = as_expr(c)
        for atom, e in monomial:
            factors = factors * _atom_in_the_limit(atom) ** e
        found = found + factors
    return found


def _atom_in_the_limit(atom: Atom) -> Expr:
    """Return what an atom is like in the limit: no rounding of what grows, the largest of a maximum."""
    args: tuple[Expr, ...] = atom.args
    if atom.kind in ("floor", "ceiling") and growth(as_expr(1)) < growth(args[0]):
        return args[0]
    if atom.kind == "max":
        inner = [_in_the_limit(x) for x in args]
        for x in inner:
            if _rises(x) and all(growth(y) < growth(x) for y in inner if y != x):
                return x
    return atom_expr(atom)


def _rises(x: Expr) -> bool:
    leading = _leading(x)
    return leading is not None and all(c > 0 for c in leading.terms.values())


def _leading(x: Expr) -> Expr | None:
    """Return the term that all others vanish beside, or None."""
    for monomial, c in x.terms.items():
        term = term_expr(monomial, c)
        if x == term or growth(x - term) < growth(x):
            return term
    return None
