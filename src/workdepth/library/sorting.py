"""Sorting: two networks of comparators, and counting for each element those that go before it."""

from __future__ import annotations

from typing import Any

from workdepth.graph.algorithm import Algorithm
from workdepth.graph.ops import ADD, BEFORE, COMPARE_EXCHANGE
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
