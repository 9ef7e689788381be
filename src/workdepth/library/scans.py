"""Prefix sums, by six methods: the same result for different prices."""

from __future__ import annotations

from typing import Any

from workdepth.graph.algorithm import Algorithm
from workdepth.graph.ops import ADD
from workdepth.library.entry import entry
from workdepth.symbolic import Expr, ceiling, log2
from workdepth.symbolic.sizes import size


def _prefixes(x: Any) -> Any:
    import numpy

    return numpy.add.accumulate(x)


def _exclusive(x: Any) -> Any:
    import numpy

    sums = numpy.add.accumulate(x)
    return {"prefixes": numpy.concatenate(([0], sums[:-1])).astype(x.dtype), "total": sums[-1]}


@entry(
    "scan-sequential",
    oracle=_prefixes,
    teaches="n - 1 operations are enough, one after the other: work-optimal, no parallelism",
    source="Blelloch, Prefix sums and their applications (1990), section 1.1",
)
def scan_sequential() -> Algorithm:
    """Return the inclusive prefix sums, in place, from left to right."""
    n = size("n")
    g = Algorithm("scan-sequential")
    x = g.input("x", n)
    g.output(g.repeat(n - 1, lambda r, y: g.map([], lambda: y[r] + y[r + 1], into=y, at=lambda: r + 1), x))
    return g


@entry(
    "scan-hillis-steele",
    oracle=_prefixes,
    teaches="the shortest span, for n*log(n) work: more threads each step than a tree keeps busy",
    source="Hillis and Steele, Data parallel algorithms, Communications of the ACM 29(12), 1986, p. 1173",
)
def scan_hillis_steele() -> Algorithm:
    """Return the inclusive prefix sums by doubling: in round d each element adds the one 2**d before it."""
    n = size("n")
    g = Algorithm("scan-hillis-steele")
    x = g.input("x", n)

    def doubling(d: Expr, y: Any) -> Any:
        return g.map((2**d, n), lambda i: y[i - 2**d] + y[i], into=y)

    g.output(g.repeat(ceiling(log2(n)), doubling, x))
    return g


@entry(
    "scan-blelloch",
    oracle=_exclusive,
    teaches="work-optimal and logarithmic: up the tree and down again, twice the span of Hillis-Steele",
    source="Blelloch, Prefix sums and their applications (1990), section 1.2, figure 1.4",
)
def scan_blelloch() -> Algorithm:
    """Return the exclusive prefix sums and the total, in place, for n a power of two."""
    g = Algorithm("scan-blelloch")
    n = g.size("n", power_of=2)
    depth = log2(n)
    x = g.input("x", n)

    def up(d: Expr, y: Any) -> Any:
        left, right = (lambda i: 2 ** (d + 1) * i + 2**d - 1), (lambda i: 2 ** (d + 1) * (i + 1) - 1)
        return g.map(2 ** (depth - 1 - d), lambda i: y[left(i)] + y[right(i)], into=y, at=lambda i: right(i))

    def down(d: Expr, y: Any) -> Any:
        h = depth - 1 - d
        left, right = (lambda i: 2 ** (h + 1) * i + 2**h - 1), (lambda i: 2 ** (h + 1) * (i + 1) - 1)
        return g.map(
            2**d,
            lambda i: (y[right(i)], y[left(i)] + y[right(i)]),
            into=y,
            at=lambda i: [(left(i),), (right(i),)],
        )

    swept = g.repeat(depth, up, x)
    cleared = g.map([], lambda: 0, into=swept, at=lambda: n - 1)
    g.output(g.repeat(depth, down, cleared), "prefixes")
    g.output(swept[n - 1], "total")
    return g


def _network(name: str, method: str) -> Algorithm:
    g = Algorithm(name)
    n = g.size("n", power_of=2)  # where the closed forms hold
    g.output(g.scan(ADD, g.input("x", n), method=method))
    return g


@entry(
    "scan-sklansky",
    oracle=_prefixes,
    teaches="the shortest span with half of Hillis and Steele's work; one word is read by many at a time",
    source="Sklansky, Conditional-sum addition logic, IRE Transactions on Electronic Computers EC-9(2), 1960, p. 226",
)
def scan_sklansky() -> Algorithm:
    """Return the inclusive prefix sums by halves of blocks, for n a power of two."""
    return _network("scan-sklansky", "sklansky")


@entry(
    "scan-brent-kung",
    oracle=_prefixes,
    teaches="about 2n operations and twice the span: close to the least that Snir's law allows",
    source="Brent and Kung, A regular layout for parallel adders, IEEE Transactions on Computers C-31(3), 1982, p. 260",
)
def scan_brent_kung() -> Algorithm:
    """Return the inclusive prefix sums up and down a tree, for n a power of two."""
    return _network("scan-brent-kung", "brent-kung")


@entry(
    "scan-ladner-fischer",
    oracle=_prefixes,
    teaches="the shortest span for fewer than 4n operations: of all that take log(n) rounds the one with linear work",
    source="Ladner and Fischer, Parallel prefix computation, Journal of the ACM 27(4), 1980, p. 831",
)
def scan_ladner_fischer() -> Algorithm:
    """Return the inclusive prefix sums by halves and by pairs in turn, for n a power of two."""
    return _network("scan-ladner-fischer", "ladner-fischer")
