"""Searching."""

from __future__ import annotations

from typing import Any

from workdepth.graph.algorithm import Algorithm
from workdepth.graph.ops import LESS_EQUAL, SELECT
from workdepth.library.entry import entry
from workdepth.symbolic import Expr, ceiling, floor, log2


def _last_not_above(x: Any, key: Any) -> Any:
    import numpy

    return numpy.maximum(numpy.searchsorted(x, key, side="right") - 1, 0)


def _ascending(rng: Any, n: int) -> dict[str, Any]:
    import numpy

    return {"x": numpy.sort(rng.integers(0, 2 * n, n)), "key": rng.integers(0, 2 * n)}


@entry(
    "binary-search",
    oracle=_last_not_above,
    samples=_ascending,
    teaches="a logarithm on one thread: each round halves what is left and needs the one before; threads buy nothing",
    source="Knuth, The Art of Computer Programming, vol. 3, 2nd ed., section 6.2.1, the uniform search",
)
def binary_search() -> Algorithm:
    """Return the last position of an ascending array whose number is not above the key, 0 if there is none."""
    g = Algorithm("binary-search")
    n = g.size("n", low=2)
    x, key = g.input("x", n), g.input("key")

    def halve(r: Expr, low: Any) -> Any:
        left = ceiling(n / 2**r)  # how many positions are left: known before any number is
        middle = low + floor(left / 2)
        return g.apply(SELECT, g.apply(LESS_EQUAL, g.gather(x, middle), key), middle, low)

    g.output(g.repeat(ceiling(log2(n)), halve, 0))
    return g
