"""Reductions: n numbers to one."""

from __future__ import annotations

from typing import Any

from workdepth.graph.algorithm import Algorithm
from workdepth.graph.ops import ADD, MAXIMUM, MULTIPLY, Op
from workdepth.library.entry import entry
from workdepth.symbolic.sizes import size


def _product(x: Any) -> Any:
    import numpy

    return numpy.multiply.reduce(x)


def _total(x: Any) -> Any:
    import numpy

    return numpy.add.reduce(x)


def _largest(x: Any) -> Any:
    return max(x.tolist())


def _dot(x: Any, y: Any) -> Any:
    import numpy

    return numpy.dot(x, y)


def _counts(counts: Any, x: Any) -> Any:
    import numpy

    return counts + numpy.bincount(x, minlength=len(counts)).astype(counts.dtype)


def _places(rng: Any, m: int, n: int) -> dict[str, Any]:
    return {"x": rng.integers(0, m, n)}


def _reduction(name: str, op: Op) -> Algorithm:
    g = Algorithm(name)
    g.output(g.fold(op, g.input("x", size("n"))))
    return g


@entry(
    "multiply-n",
    oracle=_product,
    teaches="n threads turn linear time into logarithmic time: threads are space, traded for time",
    source="JaJa, An Introduction to Parallel Algorithms (1992), section 1.3, the balanced tree",
)
def multiply_n() -> Algorithm:
    """Return the product of n numbers, as a balanced tree."""
    return _reduction("multiply-n", MULTIPLY)


@entry(
    "sum",
    oracle=_total,
    teaches="any associative operation reduces like the product",
    source="JaJa (1992), section 1.3, algorithm 1.3 (sum on the PRAM)",
)
def sum_n() -> Algorithm:
    """Return the sum of n numbers, as a balanced tree."""
    return _reduction("sum", ADD)


@entry(
    "max",
    oracle=_largest,
    teaches="a comparison is an operation too: n - 1 of them, as for the sum",
    source="JaJa (1992), section 2.6, maximum finding",
)
def max_n() -> Algorithm:
    """Return the largest of n numbers, as a balanced tree."""
    return _reduction("max", MAXIMUM)


@entry(
    "dot",
    oracle=_dot,
    teaches="a map before a fold adds one step and doubles the threads of the first level",
    source="Blelloch, Prefix sums and their applications (1990), section 1.1; CLRS, 4th ed., section 26.1",
)
def dot() -> Algorithm:
    """Return the dot product of two vectors: n products, then a balanced tree."""
    n = size("n")
    g = Algorithm("dot")
    x, y = g.input("x", n), g.input("y", n)
    g.output(g.fold(ADD, n, lambda i: x[i] * y[i]))
    return g


@entry(
    "histogram",
    oracle=_counts,
    samples=_places,
    teaches="in the worst case all numbers fall into one place and wait for each other: then threads buy nothing",
    source="Henriksen et al., Compositional parallel histograms: Futhark's reduce_by_index, SC20 (2020), section 2",
)
def histogram() -> Algorithm:
    """Return m counts, with one added to that of each of n numbers; conflicts are serial."""
    g = Algorithm("histogram")
    m, n = size("m"), size("n")
    counts, x = g.input("counts", m), g.input("x", n)
    g.output(g.scatter(counts, x, g.map(n, lambda i: 1), ADD))
    return g
