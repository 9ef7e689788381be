"""Expressions as text: canonical ASCII that reads back, Unicode for people, LaTeX for papers.

The highest-degree term comes first. One walker serves the three notations; :class:`Notation` holds what
differs.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from workdepth.symbolic.atoms import Atom, Monomial, Number
from workdepth.symbolic.expr import Expr, as_expr, from_terms
from workdepth.symbolic.power import golden
from workdepth.symbolic.terms import tidy

# -- the order of terms ---------------------------------------------------------------------------


def degree(x: Expr) -> Number:
    """Return the highest degree of a term, floors and maxima counting as what is inside them."""
    return max((monomial_degree(m) for m in x.terms), default=0)


def monomial_degree(monomial: Monomial) -> Number:
    """Return the total degree of a monomial; logarithms and powers of numbers count nothing."""
    return sum((_atom_degree(atom) * e for atom, e in monomial), 0)


def _atom_degree(atom: Atom) -> Number:
    if atom.kind == "name":
        return 1
    if atom.kind in ("log2", "harmonic", "power", "ln2"):
        return 0
    return max(degree(a) for a in atom.args)


def _term_order(term: tuple[Monomial, Number]) -> tuple[Any, ...]:
    monomial, _ = term
    growing = sum(1 for atom, _ in monomial if atom.kind == "power" and _leading_sign(atom.args[1]) > 0)
    others = [atom for atom, _ in monomial if atom.kind != "name"]
    named = tuple((atom.key, -e) for atom, e in monomial)
    return (-growing, -monomial_degree(monomial), not monomial, len(others) - 2 * growing, named)


def _written_order(term: tuple[Monomial, Number]) -> tuple[Any, ...]:
    *rank, named = _term_order(term)
    return (*rank, term[1] < 0, named)


def ordered_terms(x: Expr) -> list[tuple[Monomial, Number]]:
    """Return the terms in the order they are written: among equals, those that add come first."""
    if len(x.terms) < 2:
        return list(x.terms.items())
    return sorted(x.terms.items(), key=_written_order)


def leading_term(x: Expr) -> tuple[Monomial, Number]:
    """Return the first term of an order that no sign decides, so that x and -x agree on it."""
    return min(x.terms.items(), key=_sign_order)


def _sign_order(term: tuple[Monomial, Number]) -> tuple[Any, ...]:
    """Order terms by how they grow; phi**n comes before sqrt(5)*phi**n."""
    growing, *rest = _term_order(term)
    powers = [atom for atom, _ in term[0] if atom.kind == "power"]
    roots = sum(1 for atom in powers if not atom.names)
    if roots == len(powers):
        roots = 0
    return (growing + roots, roots, *rest)


def _leading_sign(x: Expr) -> Number:
    return leading_term(x)[1]


def leading_in(x: Expr, order: Sequence[Atom]) -> tuple[Monomial, Number]:
    """Return the lexicographically highest term for a fixed order of atoms: what long division needs."""

    def exponents(term: tuple[Monomial, Number]) -> list[Number]:
        found = dict(term[0])
        return [found.get(atom, 0) for atom in order]

    return max(x.terms.items(), key=exponents)


# -- the three notations -------------------------------------------------------------------------


@dataclass(frozen=True)
class Notation:
    """How one style writes the pieces."""

    times: str
    over: Callable[[str, str, bool], str]
    raised: Callable[[str, str], str]
    call: Callable[[str, list[str]], str]
    group: Callable[[str], str]
    root: Callable[[str], str]
    name: Callable[[str], str]
    golden: str


def _ascii_over(top: str, bottom: str, compound: bool) -> str:
    return f"{top}/({bottom})" if compound else f"{top}/{bottom}"


ASCII = Notation(
    times="*",
    over=_ascii_over,
    raised=lambda base, e: f"{base}**{e}",
    call=lambda f, args: f"{f}({', '.join(args)})",
    group=lambda x: f"({x})",
    root=lambda x: f"sqrt({x})",
    name=str,
    golden="phi",
)

_SUPERSCRIPTS = str.maketrans(
    "0123456789-+()abcdefghijklmnoprstuvwxyz", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺⁽⁾ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻ"
)


def _unicode_raised(base: str, e: str) -> str:
    bare = e[1:-1] if e.startswith("(") and e.endswith(")") else e
    bare = bare.replace(" ", "")
    if bare and all(ord(c) in _SUPERSCRIPTS for c in bare):
        return base + bare.translate(_SUPERSCRIPTS)
    return f"{base}^{e}"


def _unicode_call(f: str, args: list[str]) -> str:
    if f == "floor":
        return f"⌊{args[0]}⌋"
    if f == "ceiling":
        return f"⌈{args[0]}⌉"
    if f == "log2":
        return f"log₂ {args[0]}" if args[0].isalnum() else f"log₂({args[0]})"
    if f == "harmonic":
        return f"H({args[0]})"
    return f"{f}({', '.join(args)})"


UNICODE = Notation(
    times="·",
    over=_ascii_over,
    raised=_unicode_raised,
    call=_unicode_call,
    group=lambda x: f"({x})",
    root=lambda x: f"√{x}" if x.isalnum() else f"√({x})",
    name=str,
    golden="φ",
)


def _latex_call(f: str, args: list[str]) -> str:
    if f in ("floor", "ceiling"):
        side = "floor" if f == "floor" else "ceil"
        return rf"\left\l{side} {args[0]} \right\r{side}"
    if f == "log2":
        return rf"\log_2 {args[0]}" if args[0].isalnum() else rf"\log_2\left({args[0]}\right)"
    if f == "harmonic":
        return rf"H_{{{args[0]}}}"
    if f in ("max", "min", "log"):
        return rf"\{f}\left({', '.join(args)}\right)"
    return rf"\operatorname{{{f}}}\left({', '.join(args)}\right)"


def _latex_name(text: str) -> str:
    escaped = text.replace("_", r"\_")
    return escaped if len(text) == 1 else rf"\mathit{{{escaped}}}"


def _latex_raised(base: str, e: str) -> str:
    bare = e[1:-1] if e.startswith("(") and e.endswith(")") else e
    return f"{base}^{{{bare}}}"


LATEX = Notation(
    times=r" \cdot ",
    over=lambda top, bottom, compound: rf"\frac{{{top}}}{{{bottom}}}",
    raised=_latex_raised,
    call=_latex_call,
    group=lambda x: rf"\left({x}\right)",
    root=lambda x: rf"\sqrt{{{x}}}",
    name=_latex_name,
    golden=r"\varphi",
)


# -- writing -------------------------------------------------------------------------------------


def text(x: Expr) -> str:
    """Return the canonical text of an expression: :func:`parse` reads it back exactly."""
    return _sum(x, ASCII)


def pretty(x: Any) -> str:
    """Return an expression in Unicode.

    Parameters
    ----------
    x : Expr, int, Fraction, str or sympy expression

    Returns
    -------
    str

    Examples
    --------
    >>> from workdepth.symbolic import parse, pretty
    >>> print(pretty(parse("n**2 + ceiling(log2(n))")))
    n² + ⌈log₂ n⌉
    """
    return _sum(as_expr(x), UNICODE)


def latex(x: Any) -> str:
    r"""Return an expression in LaTeX.

    Parameters
    ----------
    x : Expr, int, Fraction, str or sympy expression

    Returns
    -------
    str

    Examples
    --------
    >>> from workdepth.symbolic import latex, parse
    >>> print(latex(parse("n**2/2")))
    \frac{n^{2}}{2}
    """
    return _sum(as_expr(x), LATEX)


def _sum(x: Expr, style: Notation) -> str:
    if not x.terms:
        return "0"
    pieces = []
    for position, (monomial, c) in enumerate(ordered_terms(x)):
        body = _term(monomial, (-c if c < 0 else c), style)
        if position == 0:
            pieces.append(f"-{body}" if c < 0 else body)
        else:
            pieces.append(f" - {body}" if c < 0 else f" + {body}")
    return "".join(pieces)


def _term(monomial: Monomial, c: Number, style: Notation) -> str:
    fraction = Fraction(c)
    top = [] if fraction.numerator == 1 else [str(fraction.numerator)]
    bottom = [] if fraction.denominator == 1 else [str(fraction.denominator)]
    for factor, below in _factors(monomial, style):
        (bottom if below else top).append(factor)
    above = style.times.join(top) or "1"
    if not bottom:
        return above
    return style.over(above, style.times.join(bottom), len(bottom) > 1)


def _factors(monomial: Monomial, style: Notation) -> list[tuple[str, bool]]:
    """Write the factors: names, then powers of numbers, then functions; True marks one below the line."""
    powers: dict[Expr, list[int | Expr]] = {}
    front: list[tuple[str, bool]] = []
    back: list[tuple[str, bool]] = []
    for atom, e in monomial:
        if atom.kind == "power":
            powers.setdefault(atom.args[1], []).append(atom.args[0])
        elif atom.kind == "group" and type(e) is int and e < -1:
            # Below a line, a whole power of a sum would be read as the expanded sum.
            back.append((style.raised(_atom(atom, style), f"({e})"), False))
        else:
            shown = _raised(_base(atom, e, style), -e if e < 0 else e, style), e < 0
            (front if atom.kind == "name" else back).append(shown)
    for exponent, bases in powers.items():
        below = _leading_sign(exponent) < 0
        front.append((_exponential(bases, -exponent if below else exponent, style), below))
    return front + back


def _exponential(bases: list[int | Expr], exponent: Expr, style: Notation) -> str:
    number = 1
    groups = []
    for base in bases:
        if isinstance(base, int):
            number *= base
        else:
            shown = style.golden if base == golden() else style.group(_sum(base, style))
            groups.append(_exponential_text(shown, exponent, style))
    if number != 1:
        swapped = _swapped(number, exponent)
        if swapped is None:
            groups.insert(0, _exponential_text(str(number), exponent, style))
        else:
            groups.insert(0, _exponential_text(_sum(swapped[0], style), swapped[1], style))
    return style.times.join(groups)


def _swapped(number: int, exponent: Expr) -> tuple[Expr, Expr] | None:
    """Return (n, e) where a number to some exponent reads as n**e: 7**log2(n) is n**log2(7)."""
    if len(exponent.terms) != 1:
        return None
    ((monomial, c),) = exponent.terms.items()
    named = [(atom, e) for atom, e in monomial if atom.names]
    if len(named) != 1 or named[0][1] != 1 or named[0][0].kind != "log2":
        return None
    argument: Expr = named[0][0].args[0]
    if [(m[0][0].kind, m[0][1], c) if m else c for m, c in argument.terms.items()] != [("name", 1, 1)]:
        return None
    powers = dict(pair for pair in monomial if pair not in named)
    if number != 2:
        # Not as a product: the logarithm of 15 would come apart.
        powers[Atom("log2", (as_expr(number),))] = 1
    return argument, from_terms({tuple(sorted(powers.items(), key=lambda pair: pair[0].key)): c})


def _exponential_text(base: str, exponent: Expr, style: Notation) -> str:
    if exponent == Fraction(1, 2):
        return style.root(base)
    return style.raised(base, _exponent(exponent, style))


def _exponent(exponent: Expr, style: Notation) -> str:
    shown = _sum(exponent, style)
    spaced = style is UNICODE and shown.startswith("log")
    return shown if _is_simple(exponent) and not spaced else style.group(shown)


def _is_simple(x: Expr) -> bool:
    """Whether an exponent needs no brackets: a natural number, a name, a function."""
    if len(x.terms) != 1:
        return False
    ((monomial, c),) = x.terms.items()
    if not monomial:
        return type(c) is int and c >= 0
    return (
        c == 1
        and len(monomial) == 1
        and monomial[0][1] == 1
        and monomial[0][0].kind not in (*_INFIX, "power")
    )


def _raised(base: str, e: Number, style: Notation) -> str:
    e = tidy(e)
    if e == 1:
        return base
    if e == Fraction(1, 2):
        bare = base[1:-1] if base.startswith("(") and base.endswith(")") else base
        return style.root(bare)
    return style.raised(base, str(e) if type(e) is int else f"({e})")


def _base(atom: Atom, e: Number, style: Notation) -> str:
    """Write what is raised: the square of log n is no log of n squared, so it needs brackets where log has none."""
    shown = _atom(atom, style)
    return style.group(shown) if atom.kind == "log2" and style is not ASCII and e not in (1, -1) else shown


_INFIX = {"xor": "^", "and": "&", "or": "|"}


def _atom(atom: Atom, style: Notation) -> str:
    kind = atom.kind
    if kind == "name":
        return style.name(atom.args[0])
    if kind == "group":
        return style.group(_sum(atom.args[0], style))
    if kind == "ln2":
        return style.call("log", ["2"])
    if kind in _INFIX:
        sides = [_bracketed(a, style) for a in atom.args]
        if style is LATEX:
            return style.call(kind, [_sum(a, style) for a in atom.args])
        return style.group(f" {_INFIX[kind]} ".join(sides))
    return style.call(kind, [_sum(a, style) for a in atom.args])


def _bracketed(x: Expr, style: Notation) -> str:
    shown = _sum(x, style)
    return shown if len(x.terms) < 2 else style.group(shown)
