"""What a scan or a scatter needs of its op: said in one place, for the builder and for the rules of a graph."""

from __future__ import annotations

from typing import Any

from workdepth.graph.ops import Op

METHOD_NAMES = ("hillis-steele", "sequential", "sklansky", "brent-kung", "blelloch", "ladner-fischer")


def wrong_scan(op: Op, method: Any, inclusive: Any) -> tuple[str, str] | None:
    """Return what is wrong and what to do about it, or None.

    Examples
    --------
    >>> import workdepth as wd
    >>> wrong_scan(wd.MAXIMUM, "sklansky", inclusive=False)[0]
    "op 'maximum' has no neutral element for an exclusive scan to start from"
    """
    if not isinstance(method, str) or method not in METHOD_NAMES:
        return f"the method of a scan is {method!r}", f"use one of: {', '.join(METHOD_NAMES)}"
    if not isinstance(inclusive, bool):
        return f"a scan is inclusive or not, but {inclusive!r} is neither", "give True or False"
    if method != "sequential" and not op.associative:
        what = f"op {op.name!r} is not associative, so {method} would change the result"
        return what, 'use method="sequential", or declare the op associative'
    if not inclusive and op.results > 1:
        what = f"op {op.name!r} has {op.results} results, and no neutral element for each"
        return what, "scan inclusively, and read the prefix before"
    if not inclusive and op.neutral is None:
        what = f"op {op.name!r} has no neutral element for an exclusive scan to start from"
        return what, "declare the op's neutral element, or scan inclusively and read the prefix before"
    return None


def wrong_scatter(op: Op | None, conflicts: Any) -> tuple[str, str] | None:
    """Return what is wrong with a scatter and what to do about it, or None.

    Examples
    --------
    >>> wrong_scatter(None, "serial")[0]
    'without an op the positions of a scatter are distinct: what would the second value do to the first?'
    """
    if not isinstance(conflicts, str) or conflicts not in ("serial", "distinct"):
        return f"the conflicts of a scatter are {conflicts!r}", "use serial or distinct"
    if op is None and conflicts == "serial":
        what = "without an op the positions of a scatter are distinct: what would the second value do to the first?"
        return what, 'give an op that combines them, or conflicts="distinct"'
    if op is not None and (op.arity, op.results) != (2, 1):
        what = f"op {op.name!r} takes {op.arity} operands and has {op.results} results"
        return what, "scatter by an op of two operands and one result"
    return None
