"""Text to expression, safely: an own tokenizer and grammar, nothing is ever executed.

The operators and their precedence are Python's (``^`` is xor, ``**`` is power). Length, depth, the size of
numbers and the number of terms are limited, so that hostile text ends in an error, soon.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from fractions import Fraction
from typing import Any

from workdepth.errors import SymbolicError
from workdepth.symbolic.atoms import Atom
from workdepth.symbolic.expr import Expr, as_expr
from workdepth.symbolic.functions import bitwise, ceiling, floor, harmonic, log2, maximum_of, minimum_of
from workdepth.symbolic.making import atom_expr, name
from workdepth.symbolic.power import golden, number_exponent
from workdepth.symbolic.terms import LARGEST_BITS

LONGEST_TEXT = 10_000
DEEPEST = 100
LONGEST_NUMBER = 1000
MOST_TERMS = 2000
#: In text, the base (1 + sqrt(5))/2 of a power.
GOLDEN = "phi"

_TOKEN = re.compile(r"\s*(?:(\d+)|([^\W\d]\w*)|(\*\*|//|<<|>>|[-+*/%^&|(),]))")
_LEVEL = {"|": 0, "^": 1, "&": 2, "<<": 3, ">>": 3, "+": 4, "-": 4, "*": 5, "/": 5, "//": 5, "%": 5}


def _natural_log(x: Expr, base: Expr | None = None) -> Expr:
    if base is not None:
        return log2(x) / log2(base)
    return log2(x) * atom_expr(Atom("ln2", ()))


_FUNCTIONS: dict[str, Callable[..., Expr]] = {
    "floor": floor,
    "ceiling": ceiling,
    "ceil": ceiling,
    "log2": log2,
    "harmonic": harmonic,
    "log": _natural_log,
    "sqrt": lambda x: number_exponent(x, Fraction(1, 2)),
    "max": maximum_of,
    "Max": maximum_of,
    "min": minimum_of,
    "Min": minimum_of,
}


def parse(text: str, names: Iterable[str] | None = None) -> Expr:
    """Read an expression.

    Parameters
    ----------
    text : str
        What ``str`` of an expression writes; also ``ceil``, ``Max``, ``Min``, ``sqrt``, Python's operators,
        and ``log`` (natural, or with a base: ``log(x, 2)``).
    names : iterable of str, optional
        The only names allowed; without it every identifier is one.

    Returns
    -------
    Expr

    Raises
    ------
    SymbolicError
        When the text is not an expression, uses another name, or is too large.

    Examples
    --------
    >>> from workdepth.symbolic import parse
    >>> print(parse("ceil(log2(n)) + max(1, 2)"))
    ceiling(log2(n)) + 2
    """
    if not isinstance(text, str):
        raise SymbolicError(f"{text!r} is not text", next_step="give the expression as a string")
    if len(text) > LONGEST_TEXT:
        raise SymbolicError(
            f"an expression of {len(text)} characters is too long", next_step=f"stay below {LONGEST_TEXT}"
        )
    reader = _Reader(text, None if names is None else frozenset(names))
    return reader.whole()


def _with_golden(base: Expr, exponent: Expr) -> tuple[Expr, Expr]:
    """Read phi as the golden ratio in phi**n and n**log2(phi), which no size could stand in."""
    phi = name(GOLDEN)
    if base == phi and exponent.names:
        return golden(), exponent
    if base.names and any(a == Atom("log2", (phi,)) for m in exponent.terms for a, _ in m):
        return base, exponent.substitute({GOLDEN: golden()})
    return base, exponent


class _Reader:
    """A reader by precedence climbing over a list of tokens."""

    def __init__(self, text: str, names: frozenset[str] | None) -> None:
        self.text, self.names = text, names
        self.tokens = self._tokens()
        self.place = 0
        self.depth = 0

    def _fail(self, what: str, step: str = "write it like n*ceiling(log2(n)) + 1") -> SymbolicError:
        shown = self.text if len(self.text) <= 60 else self.text[:57] + "..."
        return SymbolicError(what, where=f"expression '{shown}'", next_step=step)

    def _tokens(self) -> list[str]:
        out, place = [], 0
        end = len(self.text.rstrip())
        while place < end:
            found = _TOKEN.match(self.text, place)
            if found is None:
                raise self._fail(f"unexpected '{self.text[place:].lstrip()[0]}'")
            out.append(found.group().strip())
            if len(out[-1]) > LONGEST_NUMBER:
                raise self._fail(
                    f"a number or name of {len(out[-1])} characters is too long", "use a shorter one"
                )
            place = found.end()
        return out

    def whole(self) -> Expr:
        if not self.tokens:
            raise self._fail("the expression is empty")
        out = self._sum()
        if self.place < len(self.tokens):
            raise self._fail(f"unexpected '{self.tokens[self.place]}'")
        if self.names is not None and not out.names <= self.names:
            raise self._unknown(GOLDEN)
        return out

    def _peek(self) -> str:
        return self.tokens[self.place] if self.place < len(self.tokens) else ""

    def _take(self) -> str:
        if self.place >= len(self.tokens):
            raise self._fail("the expression ends too early")
        self.place += 1
        return self.tokens[self.place - 1]

    def _expect(self, token: str) -> None:
        found = self._peek()
        if found != token:
            raise self._fail(f"'{token}' expected, not '{found or 'the end'}'")
        self.place += 1

    def _deeper(self) -> None:
        self.depth += 1
        if self.depth > DEEPEST:
            raise self._fail(f"nested more than {DEEPEST} deep", "give the parts names")

    def _sum(self, loosest: int = 0) -> Expr:
        """Read operators that bind at least as tightly as the given level, all left to right."""
        left = self._unary()
        while _LEVEL.get(self._peek(), -1) >= loosest:
            operator = self._take()
            left = self._apply(operator, left, self._sum(_LEVEL[operator] + 1))
        return left

    def _unary(self) -> Expr:
        if self._peek() in ("-", "+"):
            self._deeper()
            sign = self._take()
            inner = self._unary()
            self.depth -= 1
            return -inner if sign == "-" else inner
        return self._power()

    def _power(self) -> Expr:
        base = self._item()
        if self._peek() != "**":
            return base
        self._take()
        self._deeper()
        exponent = self._unary()
        self.depth -= 1
        if self.names is None or GOLDEN not in self.names:
            base, exponent = _with_golden(base, exponent)
        return self._apply("**", base, exponent)

    def _item(self) -> Expr:
        token = self._take()
        if token.isdecimal() and token.isascii():
            return as_expr(int(token))
        if token == "(":
            self._deeper()
            inner = self._sum()
            self._expect(")")
            self.depth -= 1
            return inner
        if not token.isidentifier():
            raise self._fail(f"unexpected '{token}'")
        return self._call(token) if self._peek() == "(" else self._name(token)

    def _name(self, token: str) -> Expr:
        # The golden ratio may stand in a power; what stays a name is refused at the end.
        if self.names is not None and token not in self.names and token != GOLDEN:
            raise self._unknown(token)
        return name(token)

    def _unknown(self, token: str) -> SymbolicError:
        known = ", ".join(sorted(self.names or ())) or "none"
        return self._fail(f"unknown name '{token}'", f"declare it, or use one of: {known}")

    def _call(self, function: str) -> Expr:
        if function not in _FUNCTIONS:
            known = ", ".join(sorted(_FUNCTIONS))
            raise self._fail(f"unknown function '{function}'", f"use one of: {known}")
        self._take()
        self._deeper()
        args = [self._sum()]
        while self._peek() == ",":
            self._take()
            args.append(self._sum())
        self._expect(")")
        self.depth -= 1
        most = {"log": 2}.get(function, 1)
        if function.lower() not in ("max", "min") and len(args) > most:
            raise self._fail(f"'{function}' takes {most} argument(s), not {len(args)}")
        return self._checked(_FUNCTIONS[function](*args))

    def _apply(self, operator: str, a: Expr, b: Expr) -> Expr:
        if operator in ("*", "/", "//", "%") and len(a.terms) * len(b.terms) > 10 * MOST_TERMS:
            raise self._fail("a product of this size is too large", "give the parts names")
        return self._checked(_OPERATORS[operator](a, b))

    def _checked(self, x: Expr) -> Expr:
        if len(x.terms) > MOST_TERMS:
            raise self._fail(f"more than {MOST_TERMS} terms", "give the parts names")
        for c in x.terms.values():
            if max(c.numerator.bit_length(), c.denominator.bit_length()) > LARGEST_BITS:
                raise self._fail("a number in it is too large", "use smaller numbers")
        return x


_OPERATORS: dict[str, Callable[[Any, Any], Expr]] = {
    "|": lambda a, b: bitwise("or", a, b),
    "^": lambda a, b: bitwise("xor", a, b),
    "&": lambda a, b: bitwise("and", a, b),
    "<<": lambda a, b: a << b,
    ">>": lambda a, b: a >> b,
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": lambda a, b: a / b,
    "//": lambda a, b: a // b,
    "%": lambda a, b: a % b,
    "**": lambda a, b: a**b,
}
