"""What a sweep may look like: sums of predicted and common terms, and what machines make of one term.

A sum, ``a*n + b*log(n) + c``, holds from some row on; rows before it are left out, at a price.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from functools import lru_cache
from itertools import combinations

from workdepth.measure.hypothesis import Column, Hypothesis
from workdepth.measure.regimes import MOST_PLACES, regimes, some, waves
from workdepth.measure.terms import Term, below, expression_of, leading, power_of, size_names, terms_of
from workdepth.symbolic import name as size_name

CLASSES = ("1", "log(n)", "log(n)**2", "sqrt(n)", "n", "n*log(n)", "n**(3/2)", "n**2", "n**3")
LOWER = ("1", "log(n)", "n")


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
    for lead in leads if len(names) == 1 else leading(predicted):
        found += regimes(lead, sizes, unusual=lead not in common, several=len(names) > 1)
    if len(names) == 1:
        found += waves(power_of(names[0], 1), sizes)
    return found


def _sums(
    leads: Sequence[Term], lower: Sequence[Term], predicted: Sequence[Term], names: Sequence[str], rows: int
) -> Iterator[Hypothesis]:
    known, listed = set(predicted), set(usual(tuple(names))) | set(predicted)
    for support in _supports(leads, lower, predicted):
        lead = leading(support)
        marks = (bool(known) and known.issuperset(support), not listed.issuperset(lead))
        for start in some(range(_starts(rows, len(support))), MOST_PLACES if len(names) == 1 else 5):
            yield Hypothesis(tuple(Column(t, start, rows) for t in support), start, "sum", lead, *marks)


def _starts(rows: int, terms: int) -> int:
    """How many starts leave at least four points, and two more than terms; at least the first."""
    return max(rows - max(4, terms + 2) + 1, 1)


def _supports(
    leads: Sequence[Term], lower: Sequence[Term], predicted: Sequence[Term]
) -> list[tuple[Term, ...]]:
    """List each lead with up to two lower terms, each subset of the predicted terms, sums of leads."""
    found: dict[frozenset[Term], tuple[Term, ...]] = {}
    several = len(size_names(leads)) > 1
    for lead in leads:
        slower = [t for t in lower if below(t, lead)]
        for count in range(2 if several else 3):
            for rest in combinations(slower, count):
                found.setdefault(frozenset((lead, *rest)), (lead, *rest))
    top = leading(predicted)
    rest = [t for t in predicted if t not in top]
    for count in range(min(len(rest), 3) + 1):
        for part in combinations(rest, count):
            if top:
                found.setdefault(frozenset((*top, *part)), (*top, *part))
    if several:
        plain = [t for t in leads if len(size_names([t])) == 1]
        for pair in combinations(plain, 2):
            if len(leading(pair)) == 2:
                found.setdefault(frozenset(pair), pair)
    return list(found.values())
