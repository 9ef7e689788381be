"""What an algorithm should compute: a NumPy function, registered by the algorithm's name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Oracle = Callable[..., Any]

_oracles: dict[str, Oracle] = {}


def register_oracle(name: str, oracle: Oracle) -> Oracle:
    """Register the oracle of an algorithm: it takes the inputs by name, returns the result or a dict of them.

    Examples
    --------
    >>> import numpy
    >>> register_oracle("double", lambda x: 2 * numpy.asarray(x))([1, 2]).tolist()
    [2, 4]
    """
    _oracles[name] = oracle
    return oracle


def oracle_of(name: str) -> Oracle | None:
    """Return the oracle registered under a name, or None."""
    return _oracles.get(name)
