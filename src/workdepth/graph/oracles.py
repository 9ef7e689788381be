"""What an algorithm should compute: a NumPy function, registered by the algorithm's name.

Beside it stands, where odd random integers will not do, what makes its inputs: positions that are in range,
sorted keys, angles.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Oracle = Callable[..., Any]
Sampler = Callable[..., dict[str, Any]]

_oracles: dict[str, Oracle] = {}
_samplers: dict[str, Sampler] = {}


def register_oracle(name: str, oracle: Oracle, samples: Sampler | None = None) -> Oracle:
    """Register the oracle of an algorithm.

    Parameters
    ----------
    name : str
        The algorithm's.
    oracle : callable
        Takes the inputs by name, and those of the sizes that it has parameters for; returns the result or a
        dict of them.
    samples : callable, optional
        Takes NumPy's random generator and the sizes by name, returns a dict of input arrays; an input that is
        not in it gets odd unsigned integers.

    Returns
    -------
    callable
        The oracle.

    Examples
    --------
    >>> import numpy
    >>> register_oracle("double", lambda x: 2 * numpy.asarray(x))([1, 2]).tolist()
    [2, 4]
    >>> picked = register_oracle("pick", lambda x, i: x[i], samples=lambda rng, n: {"i": rng.integers(0, n, n)})
    >>> sampler_of("pick") is None, sampler_of("double") is None
    (False, True)
    """
    _oracles[name] = oracle
    _samplers.pop(name, None)
    if samples is not None:
        _samplers[name] = samples
    return oracle


def oracle_of(name: str) -> Oracle | None:
    """Return the oracle registered under a name, or None."""
    return _oracles.get(name)


def sampler_of(name: str) -> Sampler | None:
    """Return what makes the inputs of an algorithm, or None where any numbers will do."""
    return _samplers.get(name)
