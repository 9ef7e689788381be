"""What the library knows of an algorithm beside its graph."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from workdepth.errors import WorkdepthError
from workdepth.graph.algorithm import Algorithm
from workdepth.graph.oracles import Sampler, register_oracle


@dataclass(frozen=True)
class Entry:
    """A ready-made algorithm.

    Parameters
    ----------
    name : str
        What the command line calls it.
    build : callable
        Makes the graph.
    oracle : callable
        Computes the outputs from the input arrays, and the sizes that it asks for, with NumPy, in another way:
        an array, or a dict by name.
    teaches : str
        What one learns from it, in a line.
    source : str
        The book or paper, with the page or section.
    samples : callable, optional
        Makes inputs from a random generator and the sizes, where odd integers will not do.
    """

    name: str
    build: Callable[[], Algorithm]
    oracle: Callable[..., Any]
    teaches: str
    source: str
    samples: Sampler | None = None


_entries: dict[str, Entry] = {}


def entry(
    name: str,
    *,
    oracle: Callable[..., Any],
    teaches: str,
    source: str,
    samples: Sampler | None = None,
) -> Callable[[Callable[[], Algorithm]], Callable[[], Algorithm]]:
    """Register the function below as the builder of a library algorithm."""

    def registered(build: Callable[[], Algorithm]) -> Callable[[], Algorithm]:
        _entries[name] = Entry(name, build, oracle, teaches, source, samples)
        register_oracle(name, oracle, samples)
        return build

    return registered


def entries() -> dict[str, Entry]:
    """Return all entries by name, in the order in which they are taught."""
    return dict(_entries)


def entry_named(name: str) -> Entry:
    """Return one entry.

    Raises
    ------
    WorkdepthError
        When there is none of that name.
    """
    if name not in _entries:
        raise WorkdepthError(
            f"no algorithm is called {name!r}", next_step=f"choose one of: {', '.join(sorted(_entries))}"
        )
    return _entries[name]
