"""Products of matrices and vectors."""

from __future__ import annotations

from typing import Any

from workdepth.graph.algorithm import Algorithm
from workdepth.graph.ops import ADD, COPY, MINIMUM
from workdepth.library.entry import entry
from workdepth.symbolic.sizes import size


def _matvec(a: Any, x: Any) -> Any:
    return a @ x


def _matmul(a: Any, b: Any) -> Any:
    return a @ b


def _transpose(a: Any) -> Any:
    return a.T


def _shortest(d: Any) -> Any:
    import numpy

    for k in range(len(d)):
        d = numpy.minimum(d, d[:, k, None] + d[None, k, :])
    return d


@entry(
    "matvec",
    oracle=_matvec,
    teaches="one tree a row: the rows cost threads, not time",
    source="CLRS, 4th ed., section 26.1, P-MAT-VEC, with the inner sum as a tree",
)
def matvec() -> Algorithm:
    """Return the product of an n x m matrix and a vector."""
    n, m = size("n"), size("m")
    g = Algorithm("matvec")
    a, x = g.input("a", n, m), g.input("x", m)
    g.output(g.map(n, lambda i: g.fold(ADD, m, lambda j: a[i, j] * x[j])))
    return g


@entry(
    "matmul",
    oracle=_matmul,
    teaches="n*k*m threads bring the time to a logarithm; the products then are the memory",
    source="Demmel, CS267 lecture 14, parallel matrix multiplication; CLRS, 4th ed., exercise 26.2-3",
)
def matmul() -> Algorithm:
    """Return the product of an n x k and a k x m matrix, each element as a tree of products."""
    n, k, m = size("n"), size("k"), size("m")
    g = Algorithm("matmul")
    a, b = g.input("a", n, k), g.input("b", k, m)
    g.output(g.map([n, m], lambda i, j: g.fold(ADD, k, lambda l: a[i, l] * b[l, j])))  # noqa: E741
    return g


@entry(
    "matmul-serial-inner",
    oracle=_matmul,
    teaches="a serial inner loop gives back the memory and a factor k of the threads, for a factor k/log(k) of time",
    source="CLRS, 4th ed., section 26.2, P-MATRIX-MULTIPLY",
)
def matmul_serial_inner() -> Algorithm:
    """Return the product of an n x k and a k x m matrix, each element by a loop over k."""
    n, k, m = size("n"), size("k"), size("m")
    g = Algorithm("matmul-serial-inner")
    a, b = g.input("a", n, k), g.input("b", k, m)
    g.output(g.map([n, m], lambda i, j: g.repeat(k, lambda l, c: c + a[i, l] * b[l, j], 0)))  # noqa: E741
    return g


@entry(
    "transpose",
    oracle=_transpose,
    teaches="moving data costs a step a word, naming it costs nothing: this one moves",
    source="CLRS, 4th ed., section 26.1, P-TRANSPOSE, with both loops parallel",
)
def transpose() -> Algorithm:
    """Return the transpose of an n x m matrix in a new array."""
    n, m = size("n"), size("m")
    g = Algorithm("transpose")
    a = g.input("a", n, m)
    g.output(g.map([m, n], lambda i, j: g.apply(COPY, a[j, i])))
    return g


@entry(
    "floyd-warshall",
    oracle=_shortest,
    teaches="rounds that need each other, wide inside: n rounds of n**2 threads, a polynomial speed-up",
    source="CLRS, 4th ed., section 23.2 and exercise 26.2-6",
)
def floyd_warshall() -> Algorithm:
    """Return the lengths of shortest paths between all pairs of n vertices."""
    n = size("n")
    g = Algorithm("floyd-warshall")

    def through(k: Any, d: Any) -> Any:
        return g.map([n, n], lambda i, j: g.apply(MINIMUM, d[i, j], d[i, k] + d[k, j]))

    g.output(g.repeat(n, through, g.input("d", n, n)))
    return g
