"""Whether two algorithms are the same graph: same nodes in the same order, same edges, same bodies."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from typing import Any

from workdepth.graph.algorithm import Algorithm

_DEFAULTS = {"position": None, "out": 0, "index": (), "order": False}


def same(one: Algorithm, other: Algorithm) -> bool:
    """Tell whether two algorithms have the same name, sizes, nodes in the same order, edges and bodies.

    So must their base cases be, and what they call.

    Examples
    --------
    >>> import workdepth as wd
    >>> def product(order):
    ...     g = wd.Algorithm("product")
    ...     g.output(g.fold(wd.MULTIPLY, g.input("x", wd.size("n")), order=order))
    ...     return g
    >>> same(product("tree"), product("tree")), same(product("tree"), product("left"))
    (True, False)
    """
    return bool(
        _same_fields(_settings(one), _settings(other))
        and list(one) == list(other)
        and all(_same_data(one.nodes[v], other.nodes[v]) for v in one)
        and list(_edges(one)) == list(_edges(other))
    )


def _settings(graph: Algorithm) -> dict[str, Any]:
    return {key: value for key, value in graph.graph.items() if value not in ((), "")}


def _same_data(one: dict[str, Any], other: dict[str, Any]) -> bool:
    return _same_fields(*({"shapes": (), **data} for data in (one, other)))


def _same_fields(a: dict[str, Any], b: dict[str, Any]) -> bool:
    return a.keys() == b.keys() and all(_same_value(a[key], b[key]) for key in a)


def _same_value(a: Any, b: Any) -> bool:
    if type(a) is not type(b):
        return False
    if isinstance(a, float):
        return repr(a) == repr(b)  # nan is the same as nan, -0.0 is not 0.0
    if isinstance(a, tuple):
        return len(a) == len(b) and all(_same_value(x, y) for x, y in zip(a, b, strict=True))
    if isinstance(a, Algorithm):
        return same(a, b)
    if hasattr(a, "__dataclass_fields__"):
        return all(_same_value(getattr(a, f.name), getattr(b, f.name)) for f in fields(a))
    return bool(a == b)


def _edges(graph: Algorithm) -> Iterator[tuple[Any, ...]]:
    for source, target, key, data in graph.edges(keys=True, data=True):
        yield source, target, key, {**_DEFAULTS, **data}
