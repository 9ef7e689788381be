"""Which branches and choices there are in an algorithm, and in what it calls, by the paths that name them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from workdepth.graph.calling import base_of
from workdepth.graph.nodes import COMPOSITES, Branch, Call, Choice

if TYPE_CHECKING:
    from workdepth.graph.algorithm import Algorithm


def branches_of(algorithm: Algorithm) -> dict[str, Branch]:
    """Return every branch of an algorithm, and of what it calls, by the path that chooses its case."""
    return {path: kind for path, kind in _decisions(algorithm, "") if isinstance(kind, Branch)}


def choices_of(algorithm: Algorithm) -> dict[str, Choice]:
    """Return every choice among a range in an algorithm, and in what it calls, by its path.

    Examples
    --------
    >>> import workdepth as wd
    >>> g = wd.Algorithm("either")
    >>> x = g.input("x", wd.size("n"))
    >>> g.output(g.choose(g.input("which"), wd.size("n"), lambda k: x[k]))
    >>> list(choices_of(g)), list(branches_of(g))
    (['choose1'], [])
    """
    return {path: kind for path, kind in _decisions(algorithm, "") if isinstance(kind, Choice)}


def _decisions(algorithm: Algorithm, path: str) -> Iterator[tuple[str, Branch | Choice]]:
    """Yield those of an algorithm, then those of its base case."""
    yield from _within(algorithm, path)
    base = base_of(algorithm)
    if base is not None:
        yield from _within(base.body, f"{path}base/")


def _within(graph: Algorithm, path: str) -> Iterator[tuple[str, Branch | Choice]]:
    for node, kind in graph.nodes(data="kind"):
        at = f"{path}{node}"
        if isinstance(kind, Branch | Choice):
            yield at, kind
        if isinstance(kind, COMPOSITES):
            yield from _within(kind.body, f"{at}/")
        elif isinstance(kind, Branch):
            for k, case in enumerate(kind.cases):
                yield from _within(case, f"{at}/{k}/")
        elif isinstance(kind, Call) and kind.algorithm is not None:
            yield from _decisions(kind.algorithm, f"{at}/")
