"""Polynomials."""

from __future__ import annotations

from typing import Any

from workdepth.graph.algorithm import Algorithm
from workdepth.library.entry import entry
from workdepth.symbolic.sizes import size


def _value(lead: Any, a: Any, x: Any) -> Any:
    import numpy

    powers = numpy.multiply.accumulate(numpy.full(len(a), x))
    ascending = numpy.concatenate(([lead], a)).astype(a.dtype)[::-1]
    return (ascending[:1] + numpy.dot(ascending[1:], powers))[0]


@entry(
    "horner",
    oracle=_value,
    teaches="the fewest operations, and no parallelism: each round needs the last, so threads buy nothing",
    source="Knuth, The Art of Computer Programming, vol. 2, 3rd ed., section 4.6.4",
)
def horner() -> Algorithm:
    """Return lead*x**n + a[0]*x**(n - 1) + ... + a[n - 1]."""
    n = size("n")
    g = Algorithm("horner")
    lead, a, x = g.input("lead"), g.input("a", n), g.input("x")
    g.output(g.repeat(n, lambda r, value: value * x + a[r], lead))
    return g
