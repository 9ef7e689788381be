"""What a sweep may look like: sums of terms, a floor that gives way, a step in the constant, waves.

Every hypothesis is a list of columns; a column is a term that is active on a range of rows.  So one solver
serves all shapes:

- *sum*: ``a*n + b*log(n) + c`` from row ``start`` on; rows before it are left out, at a price;
- *step*: ``a*n`` before a row and ``b*n`` from it on, b > a: data that outgrow a cache;
- *floor*: a constant before a row, ``a*n`` from it on: ``max(floor, a*n)``;
- *waves*: ``ceil(n/width)`` for some width, with or without a constant: blocks that do not all fit at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from itertools import combinations

from workdepth.measure.terms import ONE, Term, below, expression_of, leading, power_of, size_names, terms_of
from workdepth.symbolic import name as size_name

CLASSES = ("1", "log(n)", "log(n)**2", "sqrt(n)", "n", "n*log(n)", "n**(3/2)", "n**2", "n**3")
LOWER = ("1", "log(n)", "n")


@dataclass(frozen=True)
class Column:
    """A term, active on the rows from ``low`` up to, not including, ``high``; in whole waves of a width."""

    term: Term
    low: int
    high: int
    width: float = 0.0


@dataclass(frozen=True)
class Hypothesis:
    """Columns, the first row that they explain, the shape, and the leading terms.

    ``predicted``: all terms are predicted ones; ``unusual``: the growth class is neither on the list of
    nine nor predicted.
    """

    columns: tuple[Column, ...]
    start: int
    shape: str
    lead: tuple[Term, ...]
    predicted: bool = False
    unusual: bool = False

    @property
    def terms(self) -> tuple[Term, ...]:
        """The distinct terms, fastest first as far as they compare."""
        return tuple(dict.fromkeys(c.term for c in self.columns))


def candidates(names: Sequence[str], predicted: Iterable[Term]) -> tuple[tuple[Term, ...], tuple[Term, ...]]:
    """Leading terms worth trying, and lower terms that may stand beside them.

    The nine classes of each size, their products over two sizes, the predicted terms, and the neighbours of
    the predicted leading terms: a logarithm, a root, a size more or less.
    """
    predicted = tuple(predicted)
    leads = list(usual(tuple(names)))
    for term in leading(predicted):
        leads += [term, *neighbours(term, names)]
    lower = [t for n in names for t in _named(LOWER, n)] + list(predicted)
    return tuple(dict.fromkeys(leads)), tuple(dict.fromkeys(lower))


@lru_cache(maxsize=64)
def usual(names: tuple[str, ...]) -> tuple[Term, ...]:
    """Return the nine classes of each size, and their products over two sizes."""
    single = {n: _named(CLASSES, n) for n in names}
    leads = [t for n in names for t in single[n]]
    for a, b in combinations(names, 2):
        leads += [x.times(y) for x in single[a] for y in single[b]]
    return tuple(dict.fromkeys(leads))


def neighbours(term: Term, names: Sequence[str]) -> list[Term]:
    """Return the term with a logarithm (to its square), a root or a whole size more or less."""
    half = Fraction(1, 2)
    found = []
    for name in names:
        for power, logs in ((0, 1), (0, -1), (half, 0), (-half, 0), (1, 0), (-1, 0)):
            other = term.times(power_of(name, power, logs))
            exponents = dict(other.factors)
            if min([0, *map(float, exponents.values())]) == 0 and exponents.get(("log", name), 0) <= 2:
                found.append(other)
    return found


def _named(texts: Sequence[str], name: str) -> tuple[Term, ...]:
    """Classes written in n, in a size of another name."""
    rename = {"n": size_name(name)}
    return tuple(t for text in texts for t in terms_of(expression_of(text).substitute(rename)))


def hypotheses(names: Sequence[str], predicted: Iterable[Term], sizes: Sequence[float]) -> list[Hypothesis]:
    """Every hypothesis for a sweep over these (ascending) sizes."""
    predicted = tuple(predicted)
    leads, lower = candidates(names, predicted)
    found = [*_sums(leads, lower, predicted, names, len(sizes))]
    common = set(usual(tuple(names))) | set(predicted)
    for lead in leads:
        if lead != ONE:
            found += _regimes(lead, len(sizes), lead not in common)
    if len(names) == 1:
        found += _waves(power_of(names[0], 1), sizes)
    return found


def _sums(
    leads: Sequence[Term], lower: Sequence[Term], predicted: Sequence[Term], names: Sequence[str], rows: int
) -> Iterator[Hypothesis]:
    known, listed = set(predicted), set(usual(tuple(names))) | set(predicted)
    for support in _supports(leads, lower, predicted):
        lead = leading(support)
        marks = (bool(known) and known.issuperset(support), not listed.issuperset(lead))
        for start in range(_starts(rows, len(support))):
            yield Hypothesis(tuple(Column(t, start, rows) for t in support), start, "sum", lead, *marks)


def _regimes(lead: Term, rows: int, unusual: bool) -> Iterator[Hypothesis]:
    """Return steps and floors of one leading term, at each row that leaves two on either side."""
    for at in range(2, rows - 1):
        before, after = Column(lead, 0, at), Column(lead, at, rows)
        shapes = (
            ("step", (after, before)),
            ("step", (after, before, Column(ONE, 0, rows))),
            ("floor", (after, Column(ONE, 0, at))),
        )
        for shape, columns in shapes:
            yield Hypothesis(columns, 0, shape, (lead,), unusual=unusual)


def _waves(size: Term, sizes: Sequence[float]) -> Iterator[Hypothesis]:
    """Waves of a width between two of the sizes, in eight steps a doubling."""
    rows = len(sizes)
    width = sizes[0] * 1.0
    while width < sizes[-2]:
        column = Column(size, 0, rows, width)
        yield Hypothesis((column,), 0, "waves", (size,))
        yield Hypothesis((column, Column(ONE, 0, rows)), 0, "waves", (size,))
        width *= 2**0.125


def _starts(rows: int, terms: int) -> int:
    """How many starts leave at least four points, and two more than terms; at least the first."""
    return max(rows - max(4, terms + 2) + 1, 1)


def _supports(
    leads: Sequence[Term], lower: Sequence[Term], predicted: Sequence[Term]
) -> list[tuple[Term, ...]]:
    """List each lead with up to two lower terms, each subset of the predicted terms, sums of leads."""
    found: dict[frozenset[Term], tuple[Term, ...]] = {}
    for lead in leads:
        slower = [t for t in lower if below(t, lead)]
        for count in range(3):
            for rest in combinations(slower, count):
                found.setdefault(frozenset((lead, *rest)), (lead, *rest))
    top = leading(predicted)
    rest = [t for t in predicted if t not in top]
    for count in range(min(len(rest), 3) + 1):
        for some in combinations(rest, count):
            if top:
                found.setdefault(frozenset((*top, *some)), (*top, *some))
    if len(size_names(leads)) > 1:
        plain = [t for t in leads if len(size_names([t])) == 1]
        for pair in combinations(plain, 2):
            if len(leading(pair)) == 2:
                found.setdefault(frozenset(pair), pair)
    return list(found.values())
