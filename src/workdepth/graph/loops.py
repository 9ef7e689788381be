"""Loops that double or halve: how many rounds they take follows from the loop itself.

``for s = 1; s < n; s = 2s`` and ``while n > 1: n = n/2`` are rounds in sequence; given to ``repeat``, such a loop
hands its body the value that changes, and the number of rounds is a rounded logarithm.
"""

from __future__ import annotations

from typing import Any

from workdepth.errors import GraphError
from workdepth.graph.nodes import Steps
from workdepth.symbolic import as_expr, ceiling, floor, log2


def doubling(low: Any, high: Any) -> Steps:
    """Return the loop ``s = low, 2*low, 4*low, ...`` as long as ``s < high``.

    Parameters
    ----------
    low : int
        At least 1.
    high : Expr or int
        At least ``low``.

    Examples
    --------
    >>> import workdepth as wd
    >>> n = wd.size("n")
    >>> str(wd.doubling(1, n).times), str(wd.doubling(4, n).times)
    ('ceiling(log2(n))', 'ceiling(log2(n)) - 2')
    >>> g = wd.Algorithm("sum by doubling strides")
    >>> x = g.input("x", n)
    >>> def add(s, x):
    ...     return g.map((s, n), lambda i: x[i] + x[i - s], into=x)
    >>> g.output(g.repeat(wd.doubling(1, n), add, x))
    >>> wd.run(g, x=[1, 1, 1, 1, 1]).tolist()
    [1, 2, 3, 4, 5]
    """
    start, end = as_expr(low), as_expr(high)
    if not start.is_number or start.number < 1 or start.number.denominator != 1:
        raise GraphError(
            f"a loop that doubles starts at {start}", next_step="start it at a whole number of at least 1"
        )
    return Steps(ceiling(log2(end / start)), lambda k: start * 2**k)


def halving(high: Any, *, up: bool = False) -> Steps:
    """Return the loop ``s = n, n/2, n/4, ...`` as long as ``s > 1``; halves are rounded down, or ``up``.

    Parameters
    ----------
    high : Expr or int
        At least 1.
    up : bool
        Whether a half is rounded up.

    Examples
    --------
    >>> import workdepth as wd
    >>> n = wd.size("n")
    >>> str(wd.halving(n).times), str(wd.halving(n, up=True).times)
    ('floor(log2(n))', 'ceiling(log2(n))')
    >>> [wd.halving(n, up=True).value(wd.symbolic.as_expr(k)).at({"n": 11}) for k in range(4)]
    [11, 6, 3, 2]
    """
    end = as_expr(high)
    if up:
        return Steps(ceiling(log2(end)), lambda k: ceiling(end / 2**k))
    return Steps(floor(log2(end)), lambda k: floor(end / 2**k))
