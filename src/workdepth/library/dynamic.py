"""Dynamic programming: tables in which a cell needs its neighbours."""

from __future__ import annotations

from typing import Any

from workdepth.graph.algorithm import Algorithm
from workdepth.graph.ops import MINIMUM, NOT_EQUAL
from workdepth.library.entry import entry
from workdepth.symbolic import Expr


def _distance(a: Any, b: Any) -> Any:
    row = list(range(len(b) + 1))
    for i, letter in enumerate(a.tolist(), 1):
        above, row = row, [i]
        for j, other in enumerate(b.tolist(), 1):
            row.append(min(above[j] + 1, row[j - 1] + 1, above[j - 1] + (letter != other)))
    return row[-1]


def _words(rng: Any, n: int, m: int) -> dict[str, Any]:
    return {"a": rng.integers(0, 3, n), "b": rng.integers(0, 3, m)}


def _equal_words(rng: Any, n: int) -> dict[str, Any]:
    return _words(rng, n, n)


def _cell(g: Algorithm, above: Any, left: Any, diagonal: Any, letters: tuple[Any, Any]) -> Any:
    """Return the least price of a letter dropped, a letter added, or one put in the place of another."""
    replaced = diagonal + g.apply(NOT_EQUAL, *letters)
    return g.apply(MINIMUM, g.apply(MINIMUM, above + 1, left + 1), replaced)


@entry(
    "edit-distance",
    oracle=_distance,
    samples=_words,
    teaches="each cell waits for the one before: of six operations a cell three are a chain; two rows of memory",
    source="Wagner and Fischer, The string-to-string correction problem, Journal of the ACM 21(1), 1974, p. 168",
)
def edit_distance() -> Algorithm:
    """Return how many letters must change between words of n and m letters, row by row with two rows kept."""
    g = Algorithm("edit-distance")
    n, m = g.size("n", low=2), g.size("m", low=2)
    a, b = g.input("a", n), g.input("b", m)

    def row(i: Expr, above: Any) -> Any:
        def step(j: Expr, below: Any) -> Any:
            cell = _cell(g, above[j + 1], below[j], above[j], (a[i], b[j]))
            return g.map([], lambda: cell, into=below, at=lambda: j + 1)

        return g.repeat(m, step, g.map(m + 1, lambda j: i + 1))

    g.output(g.repeat(n, row, g.map(m + 1, lambda j: j))[m])
    return g


@entry(
    "edit-distance-antidiagonal",
    oracle=_distance,
    samples=_equal_words,
    teaches="the cells of an anti-diagonal do not need each other: the same work, in linear time, by going aslant",
    source="Lamport, The parallel execution of DO loops, Communications of the ACM 17(2), 1974, p. 83",
)
def edit_distance_antidiagonal() -> Algorithm:
    """Return how many letters must change between two words of n letters, by one anti-diagonal after the other."""
    g = Algorithm("edit-distance-antidiagonal")
    n = g.size("n", low=2)
    a, b = g.input("a", n), g.input("b", n)

    def diagonal(table: Any, first: Any, count: Expr, k: Expr) -> Any:
        """Fill ``count`` cells, the first of them at row ``first``; row and column add up to k."""

        def cell(p: Expr) -> Any:
            i, j = first + p, k - first - p
            return _cell(g, table[i, j + 1], table[i + 1, j], table[i, j], (a[i], b[j]))

        return g.map(count, cell, into=table, at=lambda p: (first + p + 1, k - first - p + 1))

    table = g.map([n + 1, n + 1], lambda i, j: i + j)  # of which the first row and column are right
    table = g.repeat(n, lambda k, t: diagonal(t, 0, k + 1, k), table)
    table = g.repeat(n - 1, lambda r, t: diagonal(t, r + 1, n - 1 - r, n + r), table)
    g.output(table[n, n])
    return g
