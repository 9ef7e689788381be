"""Sorting: two networks of comparators, counting those that go before, and parts split by pivots, all at once."""

from __future__ import annotations

from typing import Any

from workdepth.graph.algorithm import Algorithm
from workdepth.graph.ops import ADD, BEFORE, COMPARE_EXCHANGE, EQUAL, LESS, SELECT
from workdepth.library.entry import entry
from workdepth.symbolic import Expr, log2
from workdepth.symbolic.sizes import size


def _sorted(x: Any) -> Any:
    import numpy

    return numpy.sort(x)


def _with_ties(rng: Any, n: int) -> dict[str, Any]:
    return {"x": rng.integers(0, n, n)}


@entry(
    "bitonic-sort",
    oracle=_sorted,
    samples=_with_ties,
    teaches="log(n)**2/2 rounds of n/2 comparators, whatever the data: a network has no branches, and more work",
    source="Batcher, Sorting networks and their applications, AFIPS Spring Joint Computer Conference 32 (1968), p. 307",
)
def bitonic_sort() -> Algorithm:
    """Return n numbers in ascending order, for n a power of two, by merging bitonic sequences."""
    g = Algorithm("bitonic-sort")
    n = g.size("n", low=2, power_of=2)

    def exchange(x: Any, over: list[Any], low: Any, high: Any) -> Any:
        return g.map(
            over,
            lambda b, i: g.apply(COMPARE_EXCHANGE, x[low(b, i)], x[high(b, i)]),
            into=x,
            at=lambda b, i: [low(b, i), high(b, i)],
        )

    def merge(k: Expr, x: Any) -> Any:
        # Two ascending halves, the second read backwards, are one bitonic sequence: no block is sorted downwards.
        half = 2**k
        x = exchange(
            x, [n / (2 * half), half], lambda b, i: 2 * half * b + i, lambda b, i: 2 * half * (b + 1) - 1 - i
        )
        return g.repeat(k, lambda r, y: halve(2 ** (k - 1 - r), y), x)

    def halve(stride: Expr, x: Any) -> Any:
        return exchange(
            x,
            [n / (2 * stride), stride],
            lambda b, i: 2 * stride * b + i,
            lambda b, i: 2 * stride * b + stride + i,
        )

    g.output(g.repeat(log2(n), merge, g.input("x", n)))
    return g


@entry(
    "odd-even-merge-sort",
    oracle=_sorted,
    samples=_with_ties,
    teaches="the rounds of bitonic sort with fewer comparators: not every thread has work in every round",
    source="Batcher (1968), p. 307; Knuth, The Art of Computer Programming, vol. 3, 2nd ed., section 5.3.4",
)
def odd_even_merge_sort() -> Algorithm:
    """Return n numbers in ascending order, for n a power of two, by odd-even merging."""
    g = Algorithm("odd-even-merge-sort")
    n = g.size("n", low=2, power_of=2)

    def exchange(x: Any, over: list[Any], stride: Expr, low: Any) -> Any:
        return g.map(
            over,
            lambda b, q, i: g.apply(COMPARE_EXCHANGE, x[low(b, q, i)], x[low(b, q, i) + stride]),
            into=x,
            at=lambda b, q, i: [low(b, q, i), low(b, q, i) + stride],
        )

    def merge(d: Expr, x: Any) -> Any:
        half, blocks = 2**d, n / 2 ** (d + 1)

        def clean(r: Expr, y: Any) -> Any:
            k = 2 ** (d - 1 - r)
            return exchange(
                y, [blocks, 2 ** (r + 1) - 1, k], k, lambda b, q, i: 2 * half * b + k + 2 * k * q + i
            )

        return g.repeat(d, clean, exchange(x, [blocks, 1, half], half, lambda b, q, i: 2 * half * b + i))

    g.output(g.repeat(log2(n), merge, g.input("x", n)))
    return g


@entry(
    "rank-sort",
    oracle=_sorted,
    samples=_with_ties,
    teaches="all n**2 comparisons at once, then a sum for each element: logarithmic time, bought with n**2 threads",
    source="Muller and Preparata, Bounds to complexities of networks for sorting, Journal of the ACM 22(2), 1975",
)
def rank_sort() -> Algorithm:
    """Return n numbers in ascending order; each goes to the place that the number of those before it says."""
    n = size("n")
    g = Algorithm("rank-sort")
    x = g.input("x", n)
    rank = g.map(n, lambda i: g.fold(ADD, n, lambda j: g.apply(BEFORE, x[j], j, x[i], i)))
    g.output(g.scatter(g.empty(n), rank, x))
    return g


def _split(x: Any, d: int) -> Any:
    import numpy

    found, first, last = x.copy(), numpy.zeros(len(x), dtype=int), numpy.zeros(len(x), dtype=int)
    parts = [(0, len(x), d)]
    for begin, end, rounds in parts:
        first[begin:end], last[begin:end] = begin, end - 1
        if rounds and begin < end:
            part = found[begin:end]
            smaller = part < part[0]
            middle = begin + int(smaller.sum())
            found[begin:end] = numpy.concatenate([part[smaller], part[:1], part[1:][~smaller[1:]]])
            parts += [(begin, middle, rounds - 1), (middle, middle + 1, 0), (middle + 1, end, rounds - 1)]
    return {"sorted": found, "first": first, "last": last}


def _with_ties_and_rounds(rng: Any, n: int, d: int) -> dict[str, Any]:
    return _with_ties(rng, n)


@entry(
    "quicksort-by-segments",
    oracle=_split,
    samples=_with_ties_and_rounds,
    teaches="one scan splits all parts at once; in how many rounds, d, the data decides: log(n) of them are expected",
    source="Hoare, Quicksort, The Computer Journal 5(1), 1962; Blelloch, Prefix sums and their applications (1990),"
    " section 1.5, by segments",
)
def quicksort_by_segments() -> Algorithm:
    """Return n numbers after d rounds of quicksort, and the first and last place of the part that each stands in.

    The first number of each part is its pivot: smaller ones go before it, the others behind it, in their order.
    After as many rounds as the tree of pivots is high, at most n, they are sorted; n is a power of two.
    """
    g = Algorithm("quicksort-by-segments")
    n, d = g.size("n", low=2, power_of=2), size("d")

    def split(_r: Expr, x: Any, first: Any, last: Any) -> tuple[Any, Any, Any]:
        pivot = g.gather(x, first)
        smaller = g.map(n, lambda i: g.apply(LESS, x[i], pivot[i]))
        up_to = g.scan(ADD, smaller, method="brent-kung")
        before, within = g.gather(up_to, first), g.gather(up_to, last)
        middle = g.map(n, lambda i: first[i] + (within[i] - before[i]))

        def moved(i: Expr) -> tuple[Any, Any, Any]:
            ahead, is_pivot = up_to[i] - before[i], g.apply(EQUAL, i, first[i])
            place = g.apply(SELECT, smaller[i], first[i] + ahead - 1, middle[i] + (i - first[i] - ahead))
            begin = g.apply(SELECT, smaller[i], first[i], middle[i] + 1 - is_pivot)
            end = g.apply(SELECT, is_pivot, middle[i], last[i])
            return place, begin, g.apply(SELECT, smaller[i], middle[i] - 1, end)

        place, begin, end = g.map(n, moved)
        return tuple(g.scatter(g.empty(n), place, y) for y in (x, begin, end))

    whole = g.map(n, lambda i: 0), g.map(n, lambda i: n - 1)
    for name, found in zip(
        ("sorted", "first", "last"), g.repeat(d, split, g.input("x", n), *whole), strict=True
    ):
        g.output(found, name)
    return g
