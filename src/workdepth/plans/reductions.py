"""Launch plans of sums, maxima and dot products: one thread, trees, shuffles, a fixed number of threads.

Tuning is data: a tree's block holds ``TILE`` values, and two launches are enough for ``TILE**2`` of them.
"""

from __future__ import annotations

import numpy as np

from workdepth.plans.plan import Array, Launch, LaunchPlan
from workdepth.plans.sizes import blocks, checked

TILE = 1024
TREE_LIMIT = TILE**2
STRIDE_GRID, STRIDE_BLOCK = 8, 256


def sum_serial(n: int, dtype: str = "float32") -> LaunchPlan:
    """Return the launch of one thread that adds n values.

    Parameters
    ----------
    n : int
        How many values, at least 1.
    dtype : str
        ``uint32`` or ``float32``.

    Returns
    -------
    LaunchPlan
        Input ``x``, answer ``result``.

    Examples
    --------
    >>> sum_serial(1000).launches[0].kernel
    'sum_serial_f32'
    """
    return _serial("sum_serial", n, dtype)


def max_serial(n: int, dtype: str = "float32") -> LaunchPlan:
    """Return the launch of one thread that finds the largest value.  Parameters as for the sum."""
    return _serial("max_serial", n, dtype)


def dot_serial(n: int, dtype: str = "float32") -> LaunchPlan:
    """Return the launch of one thread for a dot product of ``x`` and ``y``.  Parameters as for the sum."""
    suffix = checked("dot_serial", n, dtype)
    launch = Launch(f"dot_serial_{suffix}", (1,), (1,), ("x", "y", "result", np.uint32(n)))
    return LaunchPlan(
        "dot_serial", n, {**_given(n, dtype, "x", "y"), "result": Array(dtype, 1)}, (launch,), "result"
    )


def sum_tree(n: int, dtype: str = "float32") -> LaunchPlan:
    """Return the two launches of a tree of blocks, for n up to 2**20.  Parameters as for the serial sum.

    Examples
    --------
    >>> [launch.grid for launch in sum_tree(5000).launches]
    [(5,), (1,)]
    """
    return _two_passes("sum_tree", n, dtype)


def max_tree(n: int, dtype: str = "float32") -> LaunchPlan:
    """Return the two launches of a tree of maxima, for n up to 2**20.  Parameters as for the serial sum."""
    return _two_passes("max_tree", n, dtype)


def sum_warp(n: int, dtype: str = "float32") -> LaunchPlan:
    """Return the two launches of a sum by shuffles, for n up to 2**20.  Parameters as for the serial sum."""
    return _two_passes("sum_warp", n, dtype)


def dot_tree(n: int, dtype: str = "float32") -> LaunchPlan:
    """Return the launches of a dot product: products and sums, then the sums of blocks; n up to 2**20."""
    suffix, grid = checked("dot_tree", n, dtype, limit=TREE_LIMIT), blocks(n, TILE)
    launches = (
        Launch(f"dot_tree_{suffix}", (grid,), (TILE,), ("x", "y", "partials", np.uint32(n))),
        Launch(f"dot_tree_partials_{suffix}", (1,), (TILE,), ("partials", "result", np.uint32(grid))),
    )
    arrays = {**_given(n, dtype, "x", "y"), "partials": Array(dtype, grid), "result": Array(dtype, 1)}
    return LaunchPlan("dot_tree", n, arrays, launches, "result")


def sum_grid_stride(n: int, dtype: str = "float32") -> LaunchPlan:
    """Return the launches of 8 blocks of 256 threads, however long the array, and one block for their sums.

    Parameters as for the serial sum.
    """
    suffix = checked("sum_grid_stride", n, dtype)
    kernel, block = f"sum_grid_stride_{suffix}", (STRIDE_BLOCK,)
    launches = (
        Launch(kernel, (STRIDE_GRID,), block, ("x", "partials", np.uint32(n))),
        Launch(kernel, (1,), block, ("partials", "result", np.uint32(STRIDE_GRID))),
    )
    arrays = {**_given(n, dtype, "x"), "partials": Array(dtype, STRIDE_GRID), "result": Array(dtype, 1)}
    return LaunchPlan("sum_grid_stride", n, arrays, launches, "result")


def _serial(name: str, n: int, dtype: str) -> LaunchPlan:
    launch = Launch(f"{name}_{checked(name, n, dtype)}", (1,), (1,), ("x", "result", np.uint32(n)))
    return LaunchPlan(name, n, {**_given(n, dtype, "x"), "result": Array(dtype, 1)}, (launch,), "result")


def _two_passes(name: str, n: int, dtype: str) -> LaunchPlan:
    kernel, grid = f"{name}_{checked(name, n, dtype, limit=TREE_LIMIT)}", blocks(n, TILE)
    launches = (
        Launch(kernel, (grid,), (TILE,), ("x", "partials", np.uint32(n))),
        Launch(kernel, (1,), (TILE,), ("partials", "result", np.uint32(grid))),
    )
    arrays = {**_given(n, dtype, "x"), "partials": Array(dtype, grid), "result": Array(dtype, 1)}
    return LaunchPlan(name, n, arrays, launches, "result")


def _given(n: int, dtype: str, *names: str) -> dict[str, Array]:
    return {name: Array(dtype, n, given=True) for name in names}
