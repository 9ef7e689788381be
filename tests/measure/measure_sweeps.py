"""Sweeps whose growth is known, shared by the tests of the fit and of the verdict."""

from __future__ import annotations

import numpy as np

SIZES = [2**k for k in range(8, 21)]
CURVES = {
    "1": lambda n: 5e-6 + 0 * n,
    "log(n)": lambda n: 1e-6 * np.log2(n),
    "log(n)**2": lambda n: 1e-6 * np.log2(n) ** 2,
    "sqrt(n)": lambda n: 1e-6 * np.sqrt(n),
    "n": lambda n: 3e-6 + 2e-9 * n,
    "n*log(n)": lambda n: 1e-9 * n * np.log2(n),
    "n**(3/2)": lambda n: 1e-9 * n**1.5,
    "n**2": lambda n: 1e-6 + 1e-10 * n**2,
    "n**3": lambda n: 1e-12 * n**3,
}


def noisy(curve, sizes=SIZES, noise=0.01, shape=(3, 5), seed=7):
    """Samples of a curve: sizes x processes x repeats."""
    clean = np.array([float(curve(np.float64(n))) for n in sizes])
    random = np.random.default_rng(seed)
    return clean[:, None, None] * np.exp(noise * random.standard_normal((len(sizes), *shape)))
