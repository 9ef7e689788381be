"""Elementwise algorithms: one step for as many threads as there are elements."""

from __future__ import annotations

from typing import Any

from workdepth.graph.algorithm import Algorithm
from workdepth.library.entry import entry
from workdepth.symbolic.sizes import size


def _vector_add(x: Any, y: Any) -> Any:
    return x + y


def _axpy(a: Any, x: Any, y: Any) -> Any:
    return a * x + y


@entry(
    "vector-add",
    oracle=_vector_add,
    teaches="no dependence at all: the GPU's time does not grow, so the speed-up is unbounded",
    source="Sanders and Kandrot, CUDA by Example (2010), chapter 4",
)
def vector_add() -> Algorithm:
    """Return the sum of two vectors."""
    n = size("n")
    g = Algorithm("vector-add")
    x, y = g.input("x", n), g.input("y", n)
    g.output(g.map(n, lambda i: x[i] + y[i]))
    return g


@entry(
    "axpy",
    oracle=_axpy,
    teaches="two dependent operations an element: span 2, however long the vectors",
    source="Lawson et al., Basic linear algebra subprograms for Fortran usage, ACM TOMS 5(3), 1979, SAXPY",
)
def axpy() -> Algorithm:
    """Return a*x + y for a scalar and two vectors."""
    n = size("n")
    g = Algorithm("axpy")
    a, x, y = g.input("a"), g.input("x", n), g.input("y", n)
    g.output(g.map(n, lambda i: a * x[i] + y[i]))
    return g
