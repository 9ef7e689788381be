"""Algorithms that call themselves: sorting by merging, products of matrices and polynomials, Fibonacci numbers."""

from __future__ import annotations

from typing import Any

from workdepth.graph.algorithm import Algorithm
from workdepth.graph.ops import AND, COPY, LESS, LESS_EQUAL, MAXIMUM, MINIMUM, OR, SELECT
from workdepth.library.entry import entry
from workdepth.symbolic import Expr, log2

CLRS = "CLRS, 4th ed."


def halves(g: Algorithm, x: Any, n: Expr) -> tuple[Any, Any]:
    """Return names for the two halves of an array."""
    return g.map(n / 2, lambda i: x[i]), g.map(n / 2, lambda i: x[i + n / 2])


def joined(g: Algorithm, left: Any, right: Any, n: Expr) -> Any:
    """Return a name for two arrays of n/2 words, one after the other."""
    first = g.map(n / 2, lambda i: left[i], into=g.empty(n), at=lambda i: i)
    return g.map(n / 2, lambda i: right[i], into=first, at=lambda i: i + n / 2)


# Sorting


def _sorted(x: Any) -> Any:
    import numpy

    return numpy.sort(x)


def _with_ties(rng: Any, n: int) -> dict[str, Any]:
    return {"x": rng.integers(0, n, n)}


@entry(
    "merge-sort-serial-merge",
    oracle=_sorted,
    samples=_with_ties,
    teaches="halves sorted side by side and merged by one thread: n*log(n) work, but the last merge alone takes n",
    source=f"{CLRS}, section 26.3, P-NAIVE-MERGE-SORT, p. 776",
)
def merge_sort_serial_merge() -> Algorithm:
    """Return n numbers in ascending order, for n a power of two; each merge takes one word a round."""
    g = Algorithm("merge-sort-serial-merge")
    n = g.size("n", power_of=2)
    x = g.input("x", n)
    g.base(n, 1, lambda: x)
    left, right = (g.call(g, half, n=n / 2) for half in halves(g, x, n))
    m = n / 2

    def take(k: Expr, done: Any, took: Any, out: Any) -> tuple[Any, Any, Any]:
        i = done + took  # added up at the start of a round, so that no round adds in vain
        j = k - i
        a = g.gather(left, g.apply(MINIMUM, i, m - 1))
        b = g.gather(right, g.apply(MINIMUM, j, m - 1))
        smaller = g.apply(OR, g.apply(LESS_EQUAL, a, b), g.apply(LESS_EQUAL, m, j))
        from_left = g.apply(AND, g.apply(LESS, i, m), smaller)
        chosen = g.apply(SELECT, from_left, a, b)
        return i, from_left, g.map([], lambda: chosen, into=out, at=lambda: k)

    g.output(g.repeat(n, take, 0, 0, g.empty(n))[2])
    return g


def _merged(a: Any, b: Any) -> Any:
    import numpy

    return numpy.sort(numpy.concatenate([a, b]))


def median_merge() -> Algorithm:
    """Return n words of the merge of two ascending arrays of m, from place i of one and j of the other on.

    The first half of them is found by a binary search, so that each half can be merged on its own.
    """
    g = Algorithm("median-merge")
    n, m = g.size("n", power_of=2), g.size("m", power_of=2)
    a, b, i, j = g.input("a", m), g.input("b", m), g.input("i"), g.input("j")

    def at(array: Any, place: Any) -> Any:
        return g.gather(array, g.apply(MAXIMUM, 0, g.apply(MINIMUM, place, m - 1)))

    def smallest() -> Any:
        x, y = at(a, i), at(b, j)
        smaller = g.apply(OR, g.apply(LESS_EQUAL, x, y), g.apply(LESS_EQUAL, m, j))
        chosen = g.apply(SELECT, g.apply(AND, g.apply(LESS, i, m), smaller), x, y)
        return g.map(n, lambda k: chosen)

    g.base(n, 1, smallest)
    half = n / 2

    def further(k: Expr, p: Any) -> Any:
        more = p + half / 2**k
        before = g.apply(LESS_EQUAL, at(a, i + more - 1), at(b, j + (half - more)))
        takes = g.apply(AND, before, g.apply(LESS_EQUAL, more, most))
        return g.apply(SELECT, takes, more, p)

    most = g.apply(MINIMUM, half, m - i)
    p = g.repeat(log2(n), further, g.apply(MAXIMUM, 0, half - (m - j)))
    left = g.call(g, a, b, i, j, n=half)
    right = g.call(g, a, b, i + p, j + (half - p), n=half)
    g.output(joined(g, left, right, n))
    return g


@entry(
    "merge-sort-parallel-merge",
    oracle=_sorted,
    samples=_with_ties,
    teaches="a merge that splits itself in two by a binary search: log(n)**2 for each of log(n) merges",
    source=f"{CLRS.replace('4th', '3rd')}, section 27.3, exercise 27.3-2 (merging by medians)",
)
def merge_sort_parallel_merge() -> Algorithm:
    """Return n numbers in ascending order, for n a power of two; every merge runs in parallel."""
    g = Algorithm("merge-sort-parallel-merge")
    n = g.size("n", power_of=2)
    x = g.input("x", n)
    g.base(n, 1, lambda: x)
    left, right = (g.call(g, half, n=n / 2) for half in halves(g, x, n))
    g.output(g.call(median_merge(), left, right, 0, 0, n=n, m=n / 2))
    return g


# Products


def _matmul(a: Any, b: Any) -> Any:
    return a @ b


def quarters(g: Algorithm, a: Any, n: Expr) -> list[Any]:
    """Return names for the quarters of a matrix: upper left, upper right, lower left, lower right."""
    h = n / 2
    return [
        g.map([h, h], lambda i, j, down=down, right=right: a[i + down, j + right])
        for down, right in ((0, 0), (0, h), (h, 0), (h, h))
    ]


def _in_quarters(n: Expr) -> Any:
    h = n / 2
    return lambda i, j: [(i, j), (i, j + h), (i + h, j), (i + h, j + h)]


@entry(
    "matmul-recursive",
    oracle=_matmul,
    teaches="eight products of quarters side by side: as much work as three loops, and a time that is a logarithm",
    source=f"{CLRS}, section 26.2, P-MATRIX-MULTIPLY-RECURSIVE, p. 772, with a new matrix for each sum",
)
def matmul_recursive() -> Algorithm:
    """Return the product of two n x n matrices, n a power of two, by quarters."""
    g = Algorithm("matmul-recursive")
    n = g.size("n", power_of=2)
    a, b = g.input("a", n, n), g.input("b", n, n)
    g.base(n, 1, lambda: g.map([n, n], lambda i, j: a[i, j] * b[i, j]))
    p, q = quarters(g, a, n), quarters(g, b, n)
    pairs = [(0, 0), (1, 2), (0, 1), (1, 3), (2, 0), (3, 2), (2, 1), (3, 3)]
    x = [g.call(g, p[r], q[s], n=n / 2) for r, s in pairs]
    g.output(
        g.map(
            [n / 2, n / 2],
            lambda i, j: tuple(x[2 * k][i, j] + x[2 * k + 1][i, j] for k in range(4)),
            into=g.empty(n, n),
            at=_in_quarters(n),
        )
    )
    return g


@entry(
    "strassen",
    oracle=_matmul,
    teaches="seven products of quarters instead of eight: n**log2(7) work, for more sums and more words",
    source=f"Strassen, Gaussian elimination is not optimal, Numer. Math. 13 (1969), p. 354; {CLRS}, section 4.2",
)
def strassen() -> Algorithm:
    """Return the product of two n x n matrices, n a power of two, with seven products of quarters."""
    g = Algorithm("strassen")
    n = g.size("n", power_of=2)
    a, b = g.input("a", n, n), g.input("b", n, n)
    g.base(n, 1, lambda: g.map([n, n], lambda i, j: a[i, j] * b[i, j]))
    (a11, a12, a21, a22), (b11, b12, b21, b22) = quarters(g, a, n), quarters(g, b, n)
    sums = g.map(
        [n / 2, n / 2],
        lambda i, j: (
            a11[i, j] + a22[i, j],
            b11[i, j] + b22[i, j],
            a21[i, j] + a22[i, j],
            b12[i, j] - b22[i, j],
            b21[i, j] - b11[i, j],
            a11[i, j] + a12[i, j],
            a21[i, j] - a11[i, j],
            b11[i, j] + b12[i, j],
            a12[i, j] - a22[i, j],
            b21[i, j] + b22[i, j],
        ),
    )
    s = sums
    factors = [(s[0], s[1]), (s[2], b11), (a11, s[3]), (a22, s[4]), (s[5], b22), (s[6], s[7]), (s[8], s[9])]
    m = [g.call(g, x, y, n=n / 2) for x, y in factors]
    g.output(
        g.map(
            [n / 2, n / 2],
            lambda i, j: (
                m[0][i, j] + m[3][i, j] - m[4][i, j] + m[6][i, j],
                m[2][i, j] + m[4][i, j],
                m[1][i, j] + m[3][i, j],
                m[0][i, j] - m[1][i, j] + m[2][i, j] + m[5][i, j],
            ),
            into=g.empty(n, n),
            at=_in_quarters(n),
        )
    )
    return g


def _convolved(x: Any, y: Any) -> Any:
    import numpy

    return numpy.convolve(x, y)


@entry(
    "karatsuba",
    oracle=_convolved,
    teaches="three products of halves instead of four: n**log2(3) work for polynomials of n coefficients",
    source="Karatsuba and Ofman, Multiplication of many-digital numbers by automatic computers, 1962;"
    " Knuth, The Art of Computer Programming, vol. 2, 3rd ed., section 4.3.3",
)
def karatsuba() -> Algorithm:
    """Return the product of two polynomials of n coefficients, n a power of two."""
    g = Algorithm("karatsuba")
    n = g.size("n", power_of=2)
    x, y = g.input("x", n), g.input("y", n)
    g.base(n, 1, lambda: g.map(2 * n - 1, lambda i: x[i] * y[i]))
    m = n / 2
    (x0, x1), (y0, y1) = halves(g, x, n), halves(g, y, n)
    low, high = g.call(g, x0, y0, n=m), g.call(g, x1, y1, n=m)
    both_x, both_y = g.map(m, lambda i: (x0[i] + x1[i], y0[i] + y1[i]))
    crossed = g.call(g, both_x, both_y, n=m)
    middle = g.map(2 * m - 1, lambda i: crossed[i] - low[i] - high[i])
    out = g.map(m, lambda i: low[i], into=g.empty(2 * n - 1), at=lambda i: i)
    out = g.map(m - 1, lambda i: low[m + i] + middle[i], into=out, at=lambda i: m + i)
    out = g.map([], lambda: middle[m - 1], into=out, at=lambda: 2 * m - 1)
    out = g.map(m - 1, lambda i: middle[m + i] + high[i], into=out, at=lambda i: 2 * m + i)
    g.output(g.map(m, lambda i: high[m - 1 + i], into=out, at=lambda i: 3 * m - 1 + i))
    return g


# Fibonacci numbers


def _fibonacci(n: int) -> Any:
    a, b = 0, 1
    for _ in range(n):
        a, b = b, a + b
    return a


def _added(text: str, memoised: bool) -> Algorithm:
    g = Algorithm(text)
    n = g.size("n", low=0)
    g.base(n, 1, lambda: n)
    g.output(g.call(g, n=n - 1, memoised=memoised) + g.call(g, n=n - 2, memoised=memoised))
    return g


@entry(
    "fibonacci-naive",
    oracle=_fibonacci,
    teaches="the same calls made again and again: phi**n work, though no chain is longer than n",
    source=f"{CLRS}, section 26.1, FIB, p. 751",
)
def fibonacci_naive() -> Algorithm:
    """Return the n-th Fibonacci number by two calls for each."""
    return _added("fibonacci-naive", memoised=False)


@entry(
    "fibonacci-memoised",
    oracle=_fibonacci,
    teaches="each call made once and its result kept: words buy time, from phi**n to n",
    source=f"{CLRS}, section 14.3, memoisation",
)
def fibonacci_memoised() -> Algorithm:
    """Return the n-th Fibonacci number, each smaller one computed once."""
    return _added("fibonacci-memoised", memoised=True)


@entry(
    "fibonacci-fork-join",
    oracle=_fibonacci,
    teaches="every call counts a step, also those that only return: phi**n/n is the parallelism",
    source=f"{CLRS}, section 26.1, P-FIB, p. 754",
)
def fibonacci_fork_join() -> Algorithm:
    """Return the n-th Fibonacci number, both calls spawned, a step in each call."""
    g = Algorithm("fibonacci-fork-join")
    n = g.size("n", low=0)
    g.base(n, 1, lambda: g.apply(COPY, n))
    g.output(g.call(g, n=n - 1) + g.call(g, n=n - 2))
    return g
