"""Which way a sweep goes: as it stands for small graphs, compiled for large ones."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import cache
from importlib.util import find_spec
from typing import Any

from workdepth.errors import MissingError, ModelError
from workdepth.schedule.sweeps import flowing, kernels, listing

ENGINES = ("auto", "plain", "compiled")
INSTALL = 'install it: pip install "workdepth[fast]"'

# Nodes and edges from which compiled loops win.  To import the compiler and load the first loop from its cache
# takes about a second, as long as the plain sweep of a million nodes and edges; after that little.
FIRST, AFTERWARDS = 1_000_000, 10_000


def compiles(entries: int, engine: str = "auto") -> bool:
    """Whether a sweep over so many nodes and edges is compiled.

    Parameters
    ----------
    entries : int
    engine : {"auto", "plain", "compiled"}
        ``auto`` compiles where it pays and the compiler is installed.

    Returns
    -------
    bool

    Raises
    ------
    ModelError
        For another engine.
    MissingError
        When ``compiled`` is asked for and the compiler is not installed.

    Examples
    --------
    >>> compiles(10**9, "plain"), compiles(100)
    (False, False)
    """
    if engine not in ENGINES:
        raise ModelError(f"engine is {engine!r}", next_step=f"use one of: {', '.join(ENGINES)}")
    if engine != "auto":
        return engine == "compiled" and _present()
    enough = AFTERWARDS if loop.cache_info().currsize else FIRST
    return entries >= enough and installed()


@cache
def installed() -> bool:
    """Whether the compiler, numba, is installed."""
    return "numba" in sys.modules or find_spec("numba") is not None


def _present() -> bool:
    if not installed():
        raise MissingError("numba is not installed", where="engine compiled", next_step=INSTALL)
    return True


def plain(name: str) -> Callable[..., Any]:
    """Return a kernel as it stands."""
    home = next(module for module in (kernels, listing, flowing) if hasattr(module, name))
    return getattr(home, name)  # type: ignore[no-any-return]


@cache
def loop(name: str) -> Callable[..., Any]:
    """Return a kernel, compiled; what is compiled is kept on disk for the next process."""
    from numba import njit

    try:
        return njit(cache=True, nogil=True)(plain(name))  # type: ignore[no-any-return]
    except RuntimeError:  # nowhere to write: compile for this process alone
        return njit(nogil=True)(plain(name))  # type: ignore[no-any-return]


def kernel(name: str, compiled: bool) -> Callable[..., Any]:
    """Return a kernel, compiled or as it stands."""
    return loop(name) if compiled else plain(name)
