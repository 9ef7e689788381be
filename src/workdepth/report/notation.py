"""How figures are written: Unicode for people, ASCII that reads back, LaTeX for papers."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from fractions import Fraction
from itertools import groupby

from workdepth.models.bounded import ONE
from workdepth.models.figure import Figure
from workdepth.symbolic import Expr, Growth, Size, latex, pretty


@dataclass(frozen=True)
class Notation:
    """One way of writing.

    Parameters
    ----------
    formula : callable
        Writes an expression.
    relations : dict
        How bounds are marked; ``=`` is left out.
    growth, lower : tuple of str
        What stands before and after a growth class, and a class that is a lower bound.
    times, at_least : str
        Signs for "space x time" and for domains.
    """

    formula: Callable[[Expr], str]
    relations: dict[str, str]
    growth: tuple[str, str]
    lower: tuple[str, str]
    times: str
    at_least: str


ASCII = Notation(str, {"=": "", "<=": "<= ", ">=": ">= ", "~": "~ "}, ("O(", ")"), ("Omega(", ")"), "x", ">=")
UNICODE = Notation(pretty, {"=": "", "<=": "≤ ", ">=": "≥ ", "~": "≈ "}, ("O(", ")"), ("Ω(", ")"), "×", "≥")
LATEX = Notation(
    latex,
    {"=": "", "<=": r"\le ", ">=": r"\ge ", "~": r"\approx "},
    (r"O\left(", r"\right)"),
    (r"\Omega\left(", r"\right)"),
    "×",
    "≥",
)


def formula_text(figure: Figure, notation: Notation) -> str:
    """Write the formula of a figure; a ratio as one fraction where that is shorter.

    Examples
    --------
    >>> from workdepth.symbolic import Domain, Size, parse
    >>> f = Figure(parse("n - 1"), "<=", Domain((Size("n"),)), parse("ceiling(log2(n))"))
    >>> formula_text(f, ASCII)
    '(n - 1)/ceiling(log2(n))'
    """
    divided = notation.formula(figure.expression)
    if figure.denominator == ONE or figure.numerator == figure.denominator:
        return divided
    above, below = notation.formula(figure.numerator), notation.formula(figure.denominator)
    if notation is LATEX:
        return rf"\frac{{{above}}}{{{below}}}"
    ratio = f"{_grouped(above, ' ')}/{_grouped(below, ' */·')}"
    return divided if len(divided) < len(ratio) else ratio


def _grouped(text: str, signs: str) -> str:
    """Put brackets around a text that has one of the signs outside its own brackets."""
    depth = 0
    for character in text:
        depth += (character in "([⌈⌊") - (character in ")]⌉⌋")
        if depth == 0 and character in signs and text[:5] != "log₂ ":
            return f"({text})"
    return text


def growth_text(figure: Figure, notation: Notation) -> str:
    """Write the growth class: O(...), or Omega(...) where the figure is a lower bound.

    Examples
    --------
    >>> from workdepth.symbolic import Domain, Size, parse
    >>> growth_text(Figure(parse("n*ceiling(log2(n)) + 3"), "=", Domain((Size("n"),))), UNICODE)
    'O(n·log n)'
    """
    before, after = notation.lower if figure.relation == ">=" else notation.growth
    return f"{before}{_class_text(figure.growth, notation)}{after}"


def _class_text(growth: Growth, notation: Notation) -> str:
    plain = str(growth)
    if notation is ASCII:
        return plain
    shown = notation.formula(growth.expr)
    # A logarithm's base matters in an exponent alone: n**log2(7).
    if "log2(" in plain:
        return shown
    return shown.replace("log₂", "log").replace(r"\log_2", r"\log")


def value_text(value: int | Fraction | float) -> str:
    """Write a number: integers whole up to 20 digits, others to five digits.

    Examples
    --------
    >>> value_text(Fraction(999, 10)), value_text(2**20), value_text(10**24)
    ('99.9', '1048576', '1.0000e+24')
    """
    if isinstance(value, int) and abs(value) < 10**20:
        return str(value)
    if not isinstance(value, float) and abs(value) >= 10**20:
        digits = str(int(value))
        return f"{digits[0]}.{digits[1:5]}e+{len(digits) - 1}"
    return f"{float(value):.5g}"


def domain_text(sizes: Iterable[Size], notation: Notation) -> str:
    """Say which integers the sizes may be, those alike together.

    Examples
    --------
    >>> domain_text([Size("n"), Size("m"), Size("k", power_of=2)], ASCII)
    'n, m: integer >= 1; k: power of 2'
    """
    described = [(_range_text(s, notation), s.name) for s in sizes]
    return "; ".join(
        f"{', '.join(name for _, name in alike)}: {range_}"
        for range_, alike in ((r, list(a)) for r, a in groupby(described, key=lambda pair: pair[0]))
    )


def _range_text(size: Size, notation: Notation) -> str:
    power = size.power_of is not None
    what = f"power of {size.power_of}" if power else "integer"
    if size.high is not None:
        return f"{what} from {size.low} to {size.high}"
    return what if power and size.low == 1 else f"{what} {notation.at_least} {size.low}"
