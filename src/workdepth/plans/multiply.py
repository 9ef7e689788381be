"""Launch plans of MULTIPLY-N: one thread, a tree of launches, one block.

Tuning is data: ``TREE_BLOCK`` threads a block for the tree; one block holds at most ``BLOCK_LIMIT`` values.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from workdepth.errors import SizeError
from workdepth.plans.plan import Array, Launch, LaunchPlan

TREE_BLOCK = 256
BLOCK_LIMIT = 2048
_SUFFIX = {"uint32": "u32", "uint64": "u64"}


def multiply_serial(n: int, dtype: str = "uint64") -> LaunchPlan:
    """Return the launch of one thread that multiplies n values.

    Parameters
    ----------
    n : int
        How many values, at least 1.
    dtype : str
        ``uint32`` or ``uint64``.

    Returns
    -------
    LaunchPlan
        Input ``x``, answer ``result``.

    Examples
    --------
    >>> multiply_serial(1000).launches[0].block
    (1,)
    """
    suffix = _checked(n, dtype)
    launch = Launch(f"multiply_serial_{suffix}", (1,), (1,), ("x", "result", np.uint32(n)))
    return LaunchPlan("multiply_serial", n, _apart(n, dtype), (launch,), "result")


def multiply_tree(n: int, dtype: str = "uint64") -> LaunchPlan:
    """Return the launches of the tree, one a level; none for n = 1.  Parameters as for the serial one.

    Returns
    -------
    LaunchPlan
        Input ``x``, which is worked on in place; its first element is the answer.

    Examples
    --------
    >>> [int(launch.args[1]) for launch in multiply_tree(13).launches]
    [13, 7, 4, 2]
    """
    suffix = _checked(n, dtype)
    launches, m = [], n
    while m > 1:
        grid = -(-(m // 2) // TREE_BLOCK)
        launches.append(Launch(f"multiply_tree_{suffix}", (grid,), (TREE_BLOCK,), ("x", np.uint32(m))))
        m -= m // 2
    return LaunchPlan("multiply_tree", n, {"x": Array(dtype, n, given=True)}, tuple(launches), "x")


def multiply_block(n: int, dtype: str = "uint64") -> LaunchPlan:
    """Return the launch of one block of floor(n/2) threads.  Parameters as for the serial one.

    Returns
    -------
    LaunchPlan
        Input ``x``, answer ``result``.

    Raises
    ------
    SizeError
        Where n is above 2048, the most that one block of 1024 threads pairs up.
    """
    suffix = _checked(n, dtype)
    if n > BLOCK_LIMIT:
        raise SizeError(
            f"{n} values for one block",
            where="multiply_block",
            next_step=f"use n up to {BLOCK_LIMIT}, or multiply_tree",
        )
    launch = Launch(
        f"multiply_block_{suffix}",
        (1,),
        (max(1, n // 2),),
        ("x", "result", np.uint32(n)),
        shared_bytes=n * np.dtype(dtype).itemsize,
    )
    return LaunchPlan("multiply_block", n, _apart(n, dtype), (launch,), "result")


def _checked(n: int, dtype: str) -> str:
    if dtype not in _SUFFIX:
        raise SizeError(f"no multiply kernel for {dtype}", where="multiply", next_step="use uint32 or uint64")
    if n < 1 or n >= 2**32:
        raise SizeError(f"n = {n}", where="multiply", next_step="n is from 1 to 2**32 - 1")
    return _SUFFIX[dtype]


def _apart(n: int, dtype: str) -> dict[str, Array]:
    return {"x": Array(dtype, n, given=True), "result": Array(dtype, 1)}


MULTIPLY: dict[str, Callable[..., LaunchPlan]] = {
    "multiply_serial": multiply_serial,
    "multiply_tree": multiply_tree,
    "multiply_block": multiply_block,
}
