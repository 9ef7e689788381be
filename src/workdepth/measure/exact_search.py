"""The search behind `exact_fit`: which terms to try, and the shortest exact combination of them.

Subsets are screened in floating point, all of one size at once, and the few that remain are solved and
verified with rational numbers.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import combinations, islice

import numpy as np

from workdepth.symbolic import Expr, as_expr, parse

MOST_TERMS = 4
# Subsets screened for one number of terms; a larger family of subsets is left out.
MOST_SUBSETS = 12_000
# A relative residual in floating point below which a subset is solved exactly.
SUSPECT = 1e-6
# Rows that the screening looks at, spread over all; the rational solution looks at every one.
SCREENED = 40

PLAIN = ("ceiling(log2({n}))", "floor(log2({n}))", "{n}", "floor({n}/2)", "ceiling({n}/2)")
LARGER = ("{n}*ceiling(log2({n}))", "{n}*floor(log2({n}))", "{n}**2", "{n}**3", "ceiling(log2({n}))**2")
BLOCKED = ("ceiling({n}/{b})", "floor({n}/{b})", "min({n}, {b})")


@dataclass(frozen=True)
class Found:
    """Terms and coefficients that hold on every row from ``start`` on."""

    start: int
    terms: tuple[Expr, ...]
    coefficients: tuple[Fraction, ...]


def nearby(wanted: Sequence[Expr], names: Sequence[str], blocks: Sequence[int]) -> list[Expr]:
    """Terms to try, the likeliest first: log2 and 1, the predicted ones, their neighbours, blocks."""
    found = [as_expr(1), *(parse(f"log2({n})") for n in names), *wanted]
    found += [parse(text.format(n=n)) for text in PLAIN + LARGER for n in names]
    found += [parse(f"{a}*{b}") for a, b in combinations(names, 2)]
    found += [parse(text.format(n=n, b=b)) for b in blocks for text in BLOCKED for n in names]
    return list(dict.fromkeys(found))


def search(
    candidates: Sequence[Expr],
    points: Sequence[Mapping[str, int]],
    values: Sequence[Fraction],
    most_dropped: int,
) -> Found | None:
    """Return the cheapest exact combination; a term costs as much as a size left out."""
    if not any(values):
        return Found(0, (as_expr(1),), (Fraction(0),))
    columns = _columns(candidates, points)
    tables: dict[int, _Table] = {}
    for cost in range(1, MOST_TERMS + most_dropped + 1):
        for start in range(max(cost - MOST_TERMS, 0), min(cost - 1, most_dropped) + 1):
            if start not in tables:
                tables[start] = _Table.of(columns, values, start)
            found = tables[start].shortest(cost - start)
            if found is not None:
                return found
    return None


@dataclass(frozen=True)
class _Table:
    """The candidate terms on the rows from ``start`` on, exactly; and some of the rows in floating point."""

    start: int
    columns: Mapping[Expr, tuple[Fraction, ...]]
    values: tuple[Fraction, ...]
    matrix: np.ndarray  # rows x columns, relative to the counts, columns of length 1
    aim: np.ndarray
    screened: np.ndarray  # the rows that subsets are screened on

    @staticmethod
    def of(
        columns: Mapping[Expr, Sequence[Fraction | None]], values: Sequence[Fraction], start: int
    ) -> _Table:
        kept = _independent(columns, start)
        rest = tuple(values[start:])
        table = np.array([[float(x) for x in column] for column in kept.values()]).T
        target = np.array([float(x) for x in rest])
        screened = np.unique(np.linspace(0, len(rest) - 1, SCREENED).astype(int))
        weights = 1.0 / np.maximum(np.abs(target), 1.0)
        table = table * weights[:, None]
        lengths = np.linalg.norm(table, axis=0)
        return _Table(
            start, kept, rest, table / np.where(lengths > 0, lengths, 1.0), target * weights, screened
        )

    @cached_property
    def spanned(self) -> bool:
        """Whether all terms together come near the counts; if not, no subset can give them."""
        basis, _ = np.linalg.qr(self.matrix)
        return bool(np.abs(basis @ (basis.T @ self.aim) - self.aim).max() < SUSPECT)

    def shortest(self, count: int) -> Found | None:
        """Return a combination of so many terms that gives every value, or None."""
        if len(self.values) < count + max(2, count) or not self.spanned:
            return None
        # Counts of few different values agree with many formulas by chance; a constant is no chance.
        if 1 < len(set(self.values)) < count + 2:
            return None
        names = list(self.columns)
        for subset in self._suspects(count):
            terms = [names[j] for j in subset]
            coefficients = _solve([self.columns[t] for t in terms], self.values)
            if coefficients is not None and all(coefficients):
                return Found(self.start, tuple(terms), coefficients)
        return None

    def _suspects(self, count: int) -> Iterator[tuple[int, ...]]:
        """Subsets whose float least-squares residual is nearly nothing."""
        subsets = list(islice(combinations(range(self.matrix.shape[1]), count), MOST_SUBSETS + 1))
        if not 0 < len(subsets) <= MOST_SUBSETS:
            return
        stack = np.moveaxis(self.matrix[self.screened][:, np.array(subsets)], 1, 0)
        aim = self.aim[self.screened]
        basis, _ = np.linalg.qr(stack)
        along = np.einsum("hmk,m->hk", basis, aim)
        residual = np.abs(np.einsum("hmk,hk->hm", basis, along) - aim).max(axis=1)
        for place in np.flatnonzero(residual < SUSPECT):
            yield subsets[place]


def _columns(
    candidates: Sequence[Expr], points: Sequence[Mapping[str, int]]
) -> dict[Expr, tuple[Fraction | None, ...]]:
    """Return the exact value of each term at each point; None where it is irrational."""
    found = {}
    for term in candidates:
        values = [term.at({n: point[n] for n in term.names}) for point in points]
        found[term] = tuple(None if isinstance(v, float) else Fraction(v) for v in values)
    return found


def _independent(
    columns: Mapping[Expr, Sequence[Fraction | None]], start: int
) -> dict[Expr, tuple[Fraction, ...]]:
    """Return the terms that are rational from a row on; of proportional ones the first."""
    seen: set[tuple[Fraction, ...]] = set()
    kept = {}
    for term, column in columns.items():
        part = tuple(column[start:])
        if None in part or not any(part):
            continue
        first = next(v for v in part if v)
        direction = tuple(v / first for v in part)
        if direction not in seen:
            seen.add(direction)
            kept[term] = part
    return kept


def _solve(columns: Sequence[Sequence[Fraction]], values: Sequence[Fraction]) -> tuple[Fraction, ...] | None:
    """Solve for rational coefficients by elimination over all rows; None where there are none."""
    rows = [[*row, value] for *row, value in zip(*columns, values, strict=True)]
    width = len(columns)
    for k in range(width):
        pivot = next((r for r in range(k, len(rows)) if rows[r][k]), None)
        if pivot is None:
            return None
        rows[k], rows[pivot] = rows[pivot], rows[k]
        rows[k] = [x / rows[k][k] for x in rows[k]]
        for r in range(len(rows)):
            if r != k and rows[r][k]:
                factor = rows[r][k]
                rows[r] = [x - factor * y for x, y in zip(rows[r], rows[k], strict=True)]
    if any(row[width] for row in rows[width:]):
        return None
    return tuple(row[width] for row in rows[:width])
