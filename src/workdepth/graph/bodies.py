"""What is asked of the functions that a person hands to the builder: that they can be called as it will call them."""

from __future__ import annotations

import inspect
from typing import Any

from workdepth.errors import GraphError


def check_body(body: Any, count: int, takes: str, where: str) -> None:
    """Refuse what is no function, or does not take so many arguments.

    Parameters
    ----------
    body : callable
    count : int
        How many arguments it will be given.
    takes : str
        What these are, in words.
    where : str

    Raises
    ------
    GraphError
        Naming the function and what it should take.

    Examples
    --------
    >>> check_body(lambda i, j: i, 1, "one index for each range", "g")
    Traceback (most recent call last):
    ...
    workdepth.errors.GraphError: the function <lambda>(i, j) is given 1 argument (at g); let it take one index for \
each range
    """
    if not callable(body):
        raise GraphError(
            f"{body!r} is not a function",
            where=where,
            next_step=f"give one that takes {takes}: lambda ...: ...",
        )
    name = getattr(body, "__name__", repr(body))
    try:
        signature = inspect.signature(body)
    except (TypeError, ValueError) as error:
        raise GraphError(
            f"the function {name} does not say what it takes",
            where=where,
            next_step=f"write one that takes {takes}: lambda ...: ...",
        ) from error
    try:
        signature.bind(*range(count))
    except TypeError as error:
        raise GraphError(
            f"the function {name}{signature} is given {count} argument{'s' * (count != 1)}",
            where=where,
            next_step=f"let it take {takes}",
        ) from error


def check_at(at: Any, into: Any, count: int, where: str) -> None:
    """Refuse positions to write at that are no function of the indices, or have no array to be in.

    Raises
    ------
    GraphError
        Saying what is missing.
    """
    if into is None:
        raise GraphError(
            "`at` says where to write, but there is no array to write into",
            where=where,
            next_step="give one with into=, or leave `at` out",
        )
    check_body(at, count, "one index for each range", where)
