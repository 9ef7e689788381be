"""Algorithms with branches, calls and blocks that several tests use."""

from __future__ import annotations

from typing import Any

import workdepth as wd
from workdepth.symbolic import ceiling, floor


def distances() -> wd.Algorithm:
    """|x - y|, and twice that where x is not the smaller, for each element."""
    g = wd.Algorithm("distances")
    n = g.size("n")
    x, y = g.input("x", n), g.input("y", n)

    def one(i: Any) -> Any:
        smaller = g.apply(wd.LESS, x[i], y[i])
        return g.branch(smaller, lambda: y[i] - x[i], lambda: (x[i] - y[i]) * 2)

    g.output(g.map(n, one))
    return g


def switched(**options: Any) -> wd.Algorithm:
    g = wd.Algorithm("switched")
    n = g.size("n")
    which, x = g.input("which"), g.input("x", n)
    cases = (lambda: g.fold(wd.ADD, x), lambda: g.fold(wd.MAXIMUM, x), lambda: x[0])
    g.output(g.switch(which, *cases, **options))
    return g


def total(halves: bool = True) -> wd.Algorithm:
    """The sum of an array by halves: of a power of 2, or of any number."""
    g = wd.Algorithm("total")
    n = g.size("n", power_of=2 if halves else None)
    x = g.input("x", n)
    g.base(n, 1, lambda: x[0])
    low, high = (n / 2, n / 2) if halves else (floor(n / 2), ceiling(n / 2))
    left = g.call(g, g.map(low, lambda i: x[i]), n=low)
    right = g.call(g, g.map(high, lambda j: x[j + low]), n=high)
    g.output(left + right)
    return g


def dot() -> wd.Algorithm:
    g = wd.Algorithm("dot")
    m = g.size("m")
    a, b = g.input("a", m), g.input("b", m)
    g.output(g.fold(wd.ADD, m, lambda i: a[i] * b[i]))
    return g


def fibonacci(memoised: bool = False, until: int = 1, back: int = 2) -> wd.Algorithm:
    g = wd.Algorithm("fibonacci")
    n = g.size("n", low=0)
    one = g.constant("one")
    g.base(n, until, lambda: one)
    g.output(
        sum(
            (g.call(g, one, n=n - k, memoised=memoised) for k in range(2, back + 1)),
            start=g.call(g, one, n=n - 1, memoised=memoised),
        )
    )
    return g


def odd_even_sort() -> wd.Algorithm:
    """A merge-like recursion with arrays: the halves sorted, then merged by ranks."""
    g = wd.Algorithm("sorted")
    n = g.size("n", power_of=2)
    x = g.input("x", n)
    h = n / 2
    g.base(n, 1, lambda: g.map(n, lambda z: x[z]))  # in n: a call returns arrays of its own n
    a = g.call(g, g.map(h, lambda i: x[i]), n=h)
    b = g.call(g, g.map(h, lambda j: x[j + h]), n=h)
    left = g.map(h, lambda p: g.fold(wd.ADD, h, lambda q: g.apply(wd.LESS, b[q], a[p]) + 0) + p)
    right = g.map(h, lambda r: g.fold(wd.ADD, h, lambda s: g.apply(wd.LESS_EQUAL, a[s], b[r]) + 0) + r)
    half = g.scatter(g.map(n, lambda t: 0), left, a)
    g.output(g.scatter(half, right, b))
    return g
