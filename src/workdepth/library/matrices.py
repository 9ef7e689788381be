"""Products of matrices and vectors."""

from __future__ import annotations

from typing import Any

from workdepth.graph.algorithm import Algorithm
from workdepth.graph.ops import ADD
from workdepth.library.entry import entry
from workdepth.symbolic.sizes import size


def _matvec(a: Any, x: Any) -> Any:
    return a @ x


def _matmul(a: Any, b: Any) -> Any:
    return a @ b


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
