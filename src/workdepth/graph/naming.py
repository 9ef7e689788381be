"""Names that sizes and inputs may bear: whoever gives their values by keyword must be able to."""

from __future__ import annotations

from collections.abc import Iterable

from workdepth.errors import GraphError

# What `unroll`, `check` and `at` take by keyword beside the sizes.
KEYWORDS = frozenset(
    {
        "graph",
        "phases",
        "limit",
        "samples",
        "cases",
        "memoised",
        "oracle",
        "upto",
        "conventions",
        "mark",
        "self",
    }
)

# What means a function where an expression is written.
FUNCTIONS = frozenset(
    {"floor", "ceiling", "ceil", "harmonic", "log2", "log", "sqrt", "max", "Max", "min", "Min"}
)


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
    if text in FUNCTIONS:
        raise GraphError(
            f"no size can be called {text!r}: that is a function in expressions",
            where=where,
            next_step="rename the size",
        )
    if text in inputs:
        raise GraphError(
            f"{text!r} is both a size and an input, and run takes both by name",
            where=where,
            next_step="rename one of them",
        )


def check_input_name(text: object, indices: Iterable[str], where: str) -> None:
    """Refuse an input that could not be given by keyword, or is called like a loop index.

    Raises
    ------
    GraphError
        When the name is no text, is empty, or is an index already.

    Examples
    --------
    >>> check_input_name("", (), "g")
    Traceback (most recent call last):
    ...
    workdepth.errors.GraphError: an input is called '' (at g); name it first, then give its extents: input("x", n)
    """
    if not isinstance(text, str) or not text:
        raise GraphError(
            f"an input is called {text!r}",
            where=where,
            next_step='name it first, then give its extents: input("x", n)',
        )
    if text in indices:
        raise GraphError(
            f"{text!r} is both an input and a loop index",
            where=where,
            next_step="rename the input, or the parameter of the function",
        )


def check_is_graph(graph: object) -> None:
    """Refuse the name of an algorithm where the algorithm itself is wanted.

    Raises
    ------
    GraphError
        When a text is given.
    """
    if isinstance(graph, str):
        raise GraphError(
            f"{graph!r} is a text, not a graph",
            next_step=f"give the graph: workdepth.library.entry_named({graph!r}).build()",
        )
