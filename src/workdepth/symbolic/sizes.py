"""Sizes as a person writes them."""

from __future__ import annotations

from workdepth.symbolic.expr import Expr
from workdepth.symbolic.making import name


def size(text: str) -> Expr:
    """Return a size by name: an integer of at least 1.

    An algorithm that needs a narrower domain declares it itself, with ``Algorithm.size``.

    Examples
    --------
    >>> n = size("n")
    >>> str(n * (n - 1) / 2)
    'n**2/2 - n/2'
    """
    return name(text)
