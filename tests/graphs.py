"""Algorithms that several tests use."""

from __future__ import annotations

from typing import Any

from workdepth.graph import ops
from workdepth.graph.algorithm import Algorithm
from workdepth.graph.ops import Op
from workdepth.symbolic import log2

BUTTERFLY = Op("butterfly", 3, lambda a, b, w: (a + w * b, a - w * b), results=2)


def multiply_n() -> Algorithm:
    g = Algorithm("multiply-n")
    g.output(g.fold(ops.MULTIPLY, g.input("x", g.size("n"))))
    return g


def matmul(inner: str = "tree") -> Algorithm:
    g = Algorithm(f"matmul-{inner}")
    n, k, m = (g.size(s) for s in ("n", "k", "m"))
    a, b = g.input("a", n, k), g.input("b", k, m)

    def cell(i: Any, j: Any) -> Any:
        if inner == "serial":
            return g.repeat(k, lambda t, s: s + a[i, t] * b[t, j], 0)
        return g.fold(ops.ADD, k, lambda t: a[i, t] * b[t, j], order=inner)

    g.output(g.map([n, m], cell))
    return g


def floyd_warshall() -> Algorithm:
    g = Algorithm("floyd-warshall")
    n = g.size("n")

    def through(k: Any, d: Any) -> Any:
        return g.map([n, n], lambda i, j: g.apply(ops.MINIMUM, d[i, j], d[i, k] + d[k, j]), into=d)

    g.output(g.repeat(n, through, g.input("d", n, n)))
    return g


def jacobi() -> Algorithm:
    g = Algorithm("jacobi-1d")
    n, t = g.size("n", low=3), g.size("t")
    g.output(
        g.repeat(
            t,
            lambda k, x: g.map((1, n - 1), lambda i: x[i - 1] + x[i] + x[i + 1], into=x),
            g.input("x", n),
        )
    )
    return g


def hillis_steele() -> Algorithm:
    g = Algorithm("hillis-steele")
    n = g.size("n", power_of=2)

    def level(d: Any, x: Any) -> Any:
        return g.map((2**d, n), lambda i: x[i - 2**d] + x[i], into=x)

    g.output(g.repeat(log2(n), level, g.input("x", n)))
    return g


def tree_by_hand() -> Algorithm:
    g = Algorithm("tree-by-hand")
    n = g.size("n", power_of=2)

    def level(d: Any, x: Any) -> Any:
        step = 2 ** (d + 1)
        return g.map(
            n / step,
            lambda p: x[p * step + step / 2 - 1] + x[p * step + step - 1],
            into=x,
            at=lambda p: p * step + step - 1,
        )

    g.output(g.repeat(log2(n), level, g.input("x", n))[n - 1])
    return g


def fft() -> Algorithm:
    """Decimation in time; the input is in bit-reversed order already."""
    g = Algorithm("fft")
    n = g.size("n", low=2, power_of=2)
    x, w = g.input("x", n), g.constant("w", n / 2)

    def stage(d: Any, x: Any) -> Any:
        half = 2**d

        def butterfly(p: Any) -> Any:
            i = 2 * half * (p // half) + p % half
            return g.apply(BUTTERFLY, x[i], x[i + half], w[(p % half) * (n / (2 * half))])

        def at(p: Any) -> Any:
            i = 2 * half * (p // half) + p % half
            return [i, i + half]

        return g.map(n / 2, butterfly, into=x, at=at)

    g.output(g.repeat(log2(n), stage, x))
    return g


def bitonic() -> Algorithm:
    g = Algorithm("bitonic")
    n = g.size("n", low=2, power_of=2)

    def low(p: Any, s: Any) -> Any:
        return 2 * s * (p // s) + p % s

    def stage(k: Any, x: Any) -> Any:
        def step(j: Any, x: Any) -> Any:
            s = 2 ** (k - j)

            def at(p: Any) -> Any:
                down = low(p, s) // 2 ** (k + 1) % 2
                return [low(p, s) + s * down, low(p, s) + s * (1 - down)]

            def exchange(p: Any) -> Any:
                return g.apply(ops.COMPARE_EXCHANGE, x[low(p, s)], x[low(p, s) + s])

            return g.map(n / 2, exchange, into=x, at=at)

        return g.repeat(k + 1, step, x)

    g.output(g.repeat(log2(n), stage, g.input("x", n)))
    return g
