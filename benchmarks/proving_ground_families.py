"""Sweeps whose growth is known: families of cost, random parameters, and noise of several kinds.

A family draws parameters such that its leading term is really seen: the size at which it overtakes the
rest (the knee) lies in the lower part of the sweep; the exception, on purpose, is `brent, n unseen`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

Array = np.ndarray
GROWTHS: dict[str, Callable[[Array], Array]] = {
    "1": np.ones_like,
    "log(n)": np.log2,
    "log(n)**2": lambda n: np.log2(n) ** 2,
    "sqrt(n)": np.sqrt,
    "n": lambda n: n,
    "n*log(n)": lambda n: n * np.log2(n),
    "n**(3/2)": lambda n: n**1.5,
    "n**2": lambda n: n**2,
    "n**3": lambda n: n**3,
}
ORDER = tuple(GROWTHS)
NOISES = (0.01, 0.03, 0.10)
DISTURBANCES = ("plain", "spikes", "drift", "tails")
PROCESSES, REPEATS = 3, 5


@dataclass(frozen=True)
class Family:
    """A named cost whose leading class is known; ``curve`` draws its parameters."""

    name: str
    group: str
    truth: str
    terms: tuple[str, ...]
    curve: Callable[[np.random.Generator, Array, float], Array]
    tuned: bool = True


@dataclass(frozen=True)
class Draw:
    """One sweep: sizes, samples (sizes x processes x repeats), and what it really is."""

    family: Family
    noise: float
    disturbance: str
    sizes: Array
    samples: Array


def _pure(growth: str):
    return lambda rng, n, noise: GROWTHS[growth](n)


def _knee(rng: np.random.Generator, n: Array, low: float, high: float) -> float:
    """A size between two fractions of the sweep, on the scale of its logarithm."""
    where = rng.uniform(low, high)
    return float(n[0] * (n[-1] / n[0]) ** where)


def _floor(growth: str, maximum: bool = False):
    def curve(rng: np.random.Generator, n: Array, noise: float) -> Array:
        g = GROWTHS[growth]
        if growth in ("log(n)", "log(n)**2"):
            floor = g(n[-1:])[0] * rng.uniform(0.1, 1.0)
        else:
            floor = g(np.array([_knee(rng, n, 0.05, 0.5)]))[0]
        return np.maximum(floor, g(n)) if maximum else floor + g(n)

    return curve


def _brent(lower: str, upper: str, seen: bool = True):
    def curve(rng: np.random.Generator, n: Array, noise: float) -> Array:
        low, high = GROWTHS[lower], GROWTHS[upper]
        rest = low(n) + low(n[:1])[0] * rng.uniform(0, 1)
        if seen:
            knee = np.array([_knee(rng, n, 0.1, 0.6)])
            part = low(knee)[0] / high(knee)[0]
        else:
            part = rest[-1] / high(n[-1:])[0] * noise * rng.uniform(0.02, 0.3)
        return rest + part * high(n)

    return curve


def _cache(growth: str, steps: int = 1, smooth: bool = False):
    def curve(rng: np.random.Generator, n: Array, noise: float) -> Array:
        factor = np.ones_like(n)
        for step in range(steps):
            width = 0.6 / steps
            size = _knee(rng, n, 0.2 + width * step, 0.1 + width * (step + 1) if steps > 1 else 0.7)
            rise = rng.uniform(1.5, 4.0 if steps == 1 else 2.5)
            missed = np.clip(1 - size / n, 0, 1) if smooth else (n > size).astype(float)
            factor *= 1 + (rise - 1) * missed
        return factor * GROWTHS[growth](n)

    return curve


def _waves(floor: bool = False):
    def curve(rng: np.random.Generator, n: Array, noise: float) -> Array:
        width = _knee(rng, n, 0.05, 0.5)
        waves = np.ceil(n / width)
        return waves + (rng.uniform(0.2, 1.0) if floor else 0.0)

    return curve


def _soft(growth: str):
    """A price that rises by degrees over some three doublings, as several levels of memory make it."""

    def curve(rng: np.random.Generator, n: Array, noise: float) -> Array:
        size, rise = _knee(rng, n, 0.25, 0.6), rng.uniform(1.5, 3.0)
        return (1 + (rise - 1) / (1 + (size / n) ** 1.5)) * GROWTHS[growth](n)

    return curve


def _both(first: Callable, second: Callable):
    return lambda rng, n, noise: first(rng, n, noise) * second(rng, n, noise)


def _sum(lower: str, upper: str, most: float):
    return lambda rng, n, noise: GROWTHS[upper](n) + rng.uniform(0, most) * GROWTHS[lower](n)


def _family(name: str, group: str, truth: str, terms: str, curve, tuned: bool = True) -> Family:
    return Family(name, group, truth, tuple(terms.split("; ")), curve, tuned)


FAMILIES: tuple[Family, ...] = (
    *(_family(g, "pure", g, g, _pure(g)) for g in ORDER[:8]),
    *(
        _family(f"c + {ORDER[k]}", "floor", ORDER[k], f"1; {ORDER[k]}", _floor(ORDER[k]))
        for k in (1, 4, 5, 6, 7)
    ),
    _family("brent n", "brent", "n", "1; log(n); n", _brent("log(n)", "n", True)),
    _family("brent, n unseen", "brent", "log(n)", "1; log(n); n", _brent("log(n)", "n", False)),
    _family("brent n log n", "brent", "n*log(n)", "1; log(n)**2; n*log(n)", _brent("log(n)**2", "n*log(n)")),
    _family("max(c, n)", "piece", "n", "1; n", _floor("n", True)),
    *(_family(f"cache {g}", "piece", g, g, _cache(g)) for g in ("n", "n*log(n)", "n**2")),
    _family("waves", "piece", "n", "1; n", _waves()),
    # Once held out; their results led to the shapes `cache` and `step` with two levels:
    _family("n**3", "pure", "n**3", "n**3", _pure("n**3")),
    _family("c + sqrt(n)", "floor", "sqrt(n)", "1; sqrt(n)", _floor("sqrt(n)")),
    _family("c + log(n)**2", "floor", "log(n)**2", "1; log(n)**2", _floor("log(n)**2")),
    _family("c + n**3", "floor", "n**3", "1; n**3", _floor("n**3")),
    _family("brent n**2", "brent", "n**2", "1; n; n**2", _brent("n", "n**2", True)),
    _family("brent sqrt", "brent", "n", "1; sqrt(n); n", _brent("sqrt(n)", "n", True)),
    _family("max(c, n log n)", "piece", "n*log(n)", "1; n*log(n)", _floor("n*log(n)", True)),
    _family("smooth cache n", "piece", "n", "n", _cache("n", smooth=True)),
    _family("two caches n", "piece", "n", "n", _cache("n", steps=2)),
    _family("floor and waves", "piece", "n", "1; n", _waves(True)),
    # Held out: not looked at before the final run.
    _family("soft cache n log n", "piece", "n*log(n)", "n*log(n)", _soft("n*log(n)"), False),
    _family("three caches n", "piece", "n", "n", _cache("n", steps=3), False),
    _family("c + cache n", "piece", "n", "1; n", _both(_floor("n"), _cache("1")), False),
    _family("waves n log n", "piece", "n*log(n)", "1; n*log(n)", _both(_waves(), _pure("log(n)")), False),
    _family("max(c, n**2)", "piece", "n**2", "1; n**2", _floor("n**2", True), False),
    _family("brent n**3", "brent", "n**3", "1; n**2; n**3", _brent("n**2", "n**3", True), False),
    _family("log + log**2", "brent", "log(n)**2", "log(n); log(n)**2", _sum("log(n)", "log(n)**2", 8), False),
    _family("k n + n log n", "brent", "n*log(n)", "n; n*log(n)", _sum("n", "n*log(n)", 10), False),
)


def grid(points: int) -> Array:
    """So many doublings from 2**10 on."""
    return 2.0 ** np.arange(10, 10 + points)


def draw(family: Family, noise: float, disturbance: str, points: int, seed: int) -> Draw:
    """One sweep of a family; the same arguments give the same numbers."""
    key = [ord(c) for c in family.name + disturbance]
    rng = np.random.default_rng([seed, points, int(1000 * noise), *key])
    sizes = grid(points)
    clean = family.curve(rng, sizes, noise) * 10 ** rng.uniform(-7, -3)
    clean /= clean[0] ** rng.uniform(0, 1) if clean[0] > 1 else 1.0
    logs = np.log(clean)[:, None, None] + _disturbed(rng, noise, disturbance, points)
    return Draw(family, noise, disturbance, sizes, np.exp(logs))


def _disturbed(rng: np.random.Generator, noise: float, disturbance: str, points: int) -> Array:
    shape = (points, PROCESSES, REPEATS)
    each = rng.standard_t(3, shape) / np.sqrt(3) if disturbance == "tails" else rng.standard_normal(shape)
    hidden = rng.uniform(0.1, 0.6) * rng.standard_normal((points, 1, 1))
    process = 0.3 * rng.standard_normal((1, PROCESSES, 1)) + 0.3 * rng.standard_normal((points, PROCESSES, 1))
    total = noise * (each + hidden + process)
    spiked = rng.random(shape) < (0.12 if disturbance == "spikes" else 0.02)
    total += np.where(spiked, np.log(rng.uniform(1.2, 10, shape)), 0.0)
    if disturbance == "drift":
        # The machine warms up while each process goes through the sizes in its own order.
        for process_index in range(PROCESSES):
            order = rng.permutation(points)
            total[order, process_index, :] += (2 * noise * np.arange(points) / points)[:, None]
    return total
