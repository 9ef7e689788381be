"""Names that sizes and inputs may bear: whoever gives their values by keyword must be able to."""

from __future__ import annotations

from collections.abc import Iterable

from workdepth.errors import GraphError

# What `unroll`, `check` and `at` take by keyword beside the sizes.
KEYWORDS = frozenset({"graph", "phases", "limit", "oracle", "upto", "conventions", "self"})


def check_size_name(text: str, inputs: Iterable[str], where: str) -> None:
    """Refuse a size that could not be given by keyword: `unroll(g, n=8)`, `run(g, x=..., n=8)`.

    Raises
    ------
    GraphError
        When `unroll`, `check` or `at` has a parameter of that name, or an input bears it.

    Examples
    --------
    >>> check_size_name("limit", (), "g")
    Traceback (most recent call last):
    ...
    workdepth.errors.GraphError: no size can be called 'limit': unroll, check or at has a parameter of that \
name (at g); rename the size
    """
    if text in KEYWORDS:
        raise GraphError(
            f"no size can be called {text!r}: unroll, check or at has a parameter of that name",
            where=where,
            next_step="rename the size",
        )
    if text in inputs:
        raise GraphError(
            f"{text!r} is both a size and an input, and run takes both by name",
            where=where,
            next_step="rename one of them",
        )
