"""Launch plans on n x n matrices, row after row: products, transposes, a stencil."""

from __future__ import annotations

import numpy as np

from workdepth.plans.plan import Array, Launch, LaunchPlan
from workdepth.plans.sizes import blocks, checked

TILE, TRANSPOSE_TILE, CUBE_BLOCK = 16, 32, 256
SIDE_LIMIT, CUBE_LIMIT = 2**15, 2**10


def matmul_serial(n: int, dtype: str = "float32") -> LaunchPlan:
    """Return the launch of one thread that multiplies two n x n matrices.

    Parameters
    ----------
    n : int
        The side, at least 1.
    dtype : str
        ``uint32`` or ``float32``.

    Returns
    -------
    LaunchPlan
        Inputs ``a`` and ``b``, answer ``c``, each of n*n words.

    Examples
    --------
    >>> matmul_serial(4).result_length
    16
    """
    suffix = checked("matmul_serial", n, dtype, limit=SIDE_LIMIT)
    return _product("matmul_serial", n, dtype, suffix, (1,), (1,))


def matmul_naive(n: int, dtype: str = "float32") -> LaunchPlan:
    """Return the launch of a thread an element.  Parameters as for the serial product."""
    suffix = checked("matmul_naive", n, dtype, limit=SIDE_LIMIT)
    return _product("matmul_naive", n, dtype, suffix, *_square(n, TILE))


def matmul_tiled(n: int, dtype: str = "float32") -> LaunchPlan:
    """Return the launch of a thread an element, by tiles.  Parameters as for the serial product."""
    suffix = checked("matmul_tiled", n, dtype, limit=SIDE_LIMIT)
    return _product("matmul_tiled", n, dtype, suffix, *_square(n, TILE))


def matmul_cube(n: int, dtype: str = "float32") -> LaunchPlan:
    """Return the launches of a thread a product, then of the levels that add them; n up to 1024.

    Parameters as for the serial product.

    Examples
    --------
    >>> [launch.grid[0] * 256 for launch in matmul_cube(16).launches]
    [4096, 2048, 1024, 512, 256]
    """
    suffix, area = checked("matmul_cube", n, dtype, limit=CUBE_LIMIT), n * n
    first = ("a", "b", "p", np.uint32(n))
    launches = [
        Launch(f"matmul_cube_products_{suffix}", (blocks(n * area, CUBE_BLOCK),), (CUBE_BLOCK,), first)
    ]
    m = n
    while m > 1:
        level = ("p", np.uint32(area), np.uint32(m))
        grid = blocks((m // 2) * area, CUBE_BLOCK)
        launches.append(Launch(f"matmul_cube_add_{suffix}", (grid,), (CUBE_BLOCK,), level))
        m -= m // 2
    arrays = {**_given(area, dtype, "a", "b"), "p": Array(dtype, n * area)}
    return LaunchPlan("matmul_cube", n, arrays, tuple(launches), "p", area)


def transpose_naive(n: int, dtype: str = "float32") -> LaunchPlan:
    """Return the launch that transposes ``x`` into ``y``, straight."""
    return _mapped("transpose_naive", n, dtype, TRANSPOSE_TILE)


def transpose_padded(n: int, dtype: str = "float32") -> LaunchPlan:
    """Return the launch that transposes ``x`` into ``y`` by tiles of 33 words a row."""
    return _mapped("transpose_padded", n, dtype, TRANSPOSE_TILE)


def stencil_2d(n: int, dtype: str = "float32") -> LaunchPlan:
    """Return the launch of one step of the five-point mean from ``x`` to ``y``."""
    return _mapped("stencil_2d", n, dtype, TILE)


def _product(
    name: str, n: int, dtype: str, suffix: str, grid: tuple[int, ...], block: tuple[int, ...]
) -> LaunchPlan:
    launch = Launch(f"{name}_{suffix}", grid, block, ("a", "b", "c", np.uint32(n)))
    arrays = {**_given(n * n, dtype, "a", "b"), "c": Array(dtype, n * n)}
    return LaunchPlan(name, n, arrays, (launch,), "c", n * n)


def _mapped(name: str, n: int, dtype: str, tile: int) -> LaunchPlan:
    suffix = checked(name, n, dtype, limit=SIDE_LIMIT, types=("float32",))
    launch = Launch(f"{name}_{suffix}", *_square(n, tile), ("x", "y", np.uint32(n)))
    arrays = {**_given(n * n, dtype, "x"), "y": Array(dtype, n * n)}
    return LaunchPlan(name, n, arrays, (launch,), "y", n * n)


def _square(n: int, tile: int) -> tuple[tuple[int, int], tuple[int, int]]:
    side = blocks(n, tile)
    return (side, side), (tile, tile)


def _given(length: int, dtype: str, *names: str) -> dict[str, Array]:
    return {name: Array(dtype, length, given=True) for name in names}
