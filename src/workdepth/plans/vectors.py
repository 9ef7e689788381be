"""Launch plans element by element, and of softmax and attention."""

from __future__ import annotations

import numpy as np

from workdepth.plans.plan import Array, Launch, LaunchPlan
from workdepth.plans.sizes import blocks, checked

BLOCK, SOFTMAX_BLOCK, QUERIES, WIDTH, SCORE_TILE = 256, 256, 32, 16, 16
ATTENTION_LIMIT = 2**15


def vector_add(n: int, dtype: str = "float32") -> LaunchPlan:
    """Return the launch that adds ``x`` and ``y`` into ``z``, a thread an element.

    Parameters
    ----------
    n : int
        How many elements, at least 1.
    dtype : str
        ``uint32`` or ``float32``.

    Examples
    --------
    >>> vector_add(1000).launches[0].grid
    (4,)
    """
    return _map("vector_add", n, dtype, (blocks(n, BLOCK),), (BLOCK,), {"x": n, "y": n})


def vector_add_serial(n: int, dtype: str = "float32") -> LaunchPlan:
    """Return the launch of one thread for the same.  Parameters as for `vector_add`."""
    return _map("vector_add_serial", n, dtype, (1,), (1,), {"x": n, "y": n})


def axpy(n: int, dtype: str = "float32") -> LaunchPlan:
    """Return the launch of a*x + y into ``z``; ``a`` is one word.  Parameters as for `vector_add`."""
    return _map("axpy", n, dtype, (blocks(n, BLOCK),), (BLOCK,), {"a": 1, "x": n, "y": n})


def axpy_serial(n: int, dtype: str = "float32") -> LaunchPlan:
    """Return the launch of one thread for the same.  Parameters as for `vector_add`."""
    return _map("axpy_serial", n, dtype, (1,), (1,), {"a": 1, "x": n, "y": n})


def softmax(n: int, dtype: str = "float32") -> LaunchPlan:
    """Return the launch of one block of 256 threads for the softmax of n values."""
    checked("softmax", n, dtype, types=("float32",))
    launch = Launch("softmax_f32", (1,), (SOFTMAX_BLOCK,), ("x", "y", np.uint32(n)))
    arrays = {"x": Array(dtype, n, given=True), "y": Array(dtype, n)}
    return LaunchPlan("softmax", n, arrays, (launch,), "y", n)


def attention_plain(n: int, dtype: str = "float32") -> LaunchPlan:
    """Return the launches of attention with an n x n array of scores.

    Parameters
    ----------
    n : int
        How many queries, keys and values, each of 16 numbers.
    dtype : str
        ``float32``.

    Returns
    -------
    LaunchPlan
        Inputs ``q``, ``k``, ``v``, answer ``y``, each of n*16 words.
    """
    checked("attention_plain", n, dtype, limit=ATTENTION_LIMIT, types=("float32",))
    size, side = np.uint32(n), blocks(n, SCORE_TILE)
    name, block = "attention_plain", (QUERIES,)
    launches = (
        Launch(f"{name}_scores_f32", (side, side), (SCORE_TILE, SCORE_TILE), ("q", "k", "scores", size)),
        Launch(f"{name}_softmax_f32", (blocks(n, QUERIES),), block, ("scores", size)),
        Launch(f"{name}_mix_f32", (blocks(n * WIDTH, QUERIES),), block, ("scores", "v", "y", size)),
    )
    arrays = {**_attention(n, dtype), "scores": Array(dtype, n * n)}
    return LaunchPlan(name, n, arrays, launches, "y", n * WIDTH)


def attention_blocked(n: int, dtype: str = "float32") -> LaunchPlan:
    """Return the launch of attention by tiles of 32 keys.  Parameters as for the plain one."""
    checked("attention_blocked", n, dtype, limit=ATTENTION_LIMIT, types=("float32",))
    args = ("q", "k", "v", "y", np.uint32(n))
    launch = Launch("attention_blocked_f32", (blocks(n, QUERIES),), (QUERIES,), args)
    return LaunchPlan("attention_blocked", n, _attention(n, dtype), (launch,), "y", n * WIDTH)


def _map(
    name: str, n: int, dtype: str, grid: tuple[int], block: tuple[int], given: dict[str, int]
) -> LaunchPlan:
    launch = Launch(f"{name}_{checked(name, n, dtype)}", grid, block, (*given, "z", np.uint32(n)))
    arrays = {one: Array(dtype, length, given=True) for one, length in given.items()}
    return LaunchPlan(name, n, {**arrays, "z": Array(dtype, n)}, (launch,), "z", n)


def _attention(n: int, dtype: str) -> dict[str, Array]:
    given = {name: Array(dtype, n * WIDTH, given=True) for name in ("q", "k", "v")}
    return {**given, "y": Array(dtype, n * WIDTH)}
