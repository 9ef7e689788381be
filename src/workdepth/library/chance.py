"""Algorithms whose sizes data decides: a pivot may fall anywhere, and every place is equally likely."""

from __future__ import annotations

from typing import Any

from workdepth.graph.algorithm import Algorithm
from workdepth.graph.ops import ADD, COPY, LESS, LESS_EQUAL, SELECT
from workdepth.library.entry import entry
from workdepth.symbolic import Expr

CLRS = "CLRS, 4th ed."


def parted(g: Algorithm, x: Any, n: Expr) -> tuple[Any, Any]:
    """Return how many of x[1:] are smaller than x[0], and for that number k the n - 1 others, smaller ones first."""
    smaller = g.map(n - 1, lambda i: g.apply(LESS, x[i + 1], x[0]))
    up_to = g.scan(ADD, smaller, method="sequential")

    def others(k: Expr) -> Any:
        place = g.map(n - 1, lambda i: g.apply(SELECT, smaller[i], up_to[i] - 1, (i + k) - up_to[i]))
        return g.scatter(g.empty(n - 1), place, g.map(n - 1, lambda i: x[i + 1]))

    return up_to[n - 2], others


def _sorted(x: Any) -> Any:
    import numpy

    return numpy.sort(x)


def _in_any_order(rng: Any, n: int) -> dict[str, Any]:
    return {"x": rng.permutation(n)}


@entry(
    "quicksort",
    oracle=_sorted,
    samples=_in_any_order,
    teaches="where the pivot falls decides the sizes: n*log(n) work is expected, n**2 the worst; by names, not copies",
    source=f"Hoare, Quicksort, The Computer Journal 5(1), 1962; {CLRS}, sections 7.1 and 7.4",
)
def quicksort() -> Algorithm:
    """Return n numbers in ascending order; the first is the pivot, and every place equally likely for it."""
    g = Algorithm("quicksort")
    n = g.size("n", low=0)
    x = g.input("x", n)
    g.base(n, 1, lambda: x)
    rank, others = parted(g, x, n)

    def split(k: Expr) -> Any:
        pivot, rest = g.apply(COPY, x[0]), others(k)
        left = g.call(g, g.map(k, lambda i: rest[i]), n=k)
        right = g.call(g, g.map(n - 1 - k, lambda i: rest[i + k]), n=n - 1 - k)
        out = g.map(k, lambda i: left[i], into=g.empty(n), at=lambda i: i)
        out = g.map(1, lambda i: pivot, into=out, at=lambda i: i + k)
        return g.map(n - 1 - k, lambda i: right[i], into=out, at=lambda i: i + k + 1)

    g.output(g.choose(rank, n, split, uniform=True))
    return g


def _of_rank(x: Any, rank: Any) -> Any:
    import numpy

    return numpy.sort(x)[rank] if len(x) else rank


def _with_a_rank(rng: Any, n: int) -> dict[str, Any]:
    return {"x": rng.permutation(n), "rank": rng.integers(0, n) if n else 0}


@entry(
    "quickselect",
    oracle=_of_rank,
    samples=_with_a_rank,
    teaches="one part is looked at, at worst the larger: a bound of the expected work, linear; n**2 the worst",
    source=f"Hoare, Algorithm 65: Find, Communications of the ACM 4(7), 1961; {CLRS}, section 9.2",
)
def quickselect() -> Algorithm:
    """Return the number of a rank among n, the smallest having rank 0; pivots as those of quicksort."""
    g = Algorithm("quickselect")
    n = g.size("n", low=0)
    x, rank = g.input("x", n), g.input("rank")
    g.base(n, 1, lambda: g.repeat(n, lambda i, found: found + x[i], rank))  # of one number the rank is 0
    place, others = parted(g, x, n)
    side = g.apply(LESS, place, rank) + g.apply(LESS_EQUAL, place, rank)

    def narrowed(k: Expr) -> Any:
        rest = others(k)
        return g.switch(
            side,
            lambda: g.call(g, g.map(k, lambda i: rest[i]), rank, n=k),
            lambda: g.apply(COPY, x[0]),
            lambda: g.call(g, g.map(n - 1 - k, lambda i: rest[i + k]), rank - k - 1, n=n - 1 - k),
        )

    g.output(g.choose(place, n, narrowed, uniform=True))
    return g
