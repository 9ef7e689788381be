"""Transforms."""

from __future__ import annotations

from typing import Any

from workdepth.graph.algorithm import Algorithm
from workdepth.library.entry import entry
from workdepth.symbolic import Expr, log2


def _spectrum(x: Any, w: Any, order: Any) -> Any:
    import numpy

    return numpy.fft.fft(x)


def _angles(rng: Any, n: int) -> dict[str, Any]:
    import numpy

    x = rng.standard_normal(n) + 1j * rng.standard_normal(n)
    order = numpy.arange(n).reshape((2,) * (n.bit_length() - 1)).transpose().ravel()
    return {"x": x, "w": numpy.exp(-2j * numpy.pi * numpy.arange(n // 2) / n), "order": order}


@entry(
    "fft",
    oracle=_spectrum,
    samples=_angles,
    teaches="log(n) rounds in which all elements meet in pairs: n*log(n) work, logarithmic time",
    source="CLRS, 4th ed., section 30.3; Cooley and Tukey, Mathematics of Computation 19(90), 1965, p. 297",
)
def fft() -> Algorithm:
    """Return the discrete Fourier transform of n numbers, for n a power of two.

    ``w[k]`` is exp(-2*pi*i*k/n); ``order[k]`` is k with its bits reversed.
    """
    g = Algorithm("fft")
    n = g.size("n", low=2, power_of=2)
    x, w, order = g.input("x", n), g.constant("w", n / 2), g.constant("order", n)

    def stage(d: Expr, y: Any) -> Any:
        half, blocks = 2**d, n / 2 ** (d + 1)

        def butterfly(b: Expr, i: Expr) -> Any:
            low = 2 * half * b + i
            turned = y[low + half] * w[blocks * i]
            return y[low] + turned, y[low] - turned

        return g.map(
            [blocks, half], butterfly, into=y, at=lambda b, i: [2 * half * b + i, 2 * half * b + half + i]
        )

    g.output(g.repeat(log2(n), stage, g.gather(x, order)))
    return g
