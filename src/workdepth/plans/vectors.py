"""Launch plans element by element, and of softmax and attention."""

from __future__ import annotations

import numpy as np

from workdepth.plans.plan import Array, Launch, LaunchPlan
from workdepth.plans.sizes import blocks, checked

BLOCK, SOFTMAX_BLOCK, QUERIES, WIDTH, SCORE_TILE = 256, 256, 32, 16, 16
ATTENTION_LIMIT = 2**15


def vector_add(n: int, dtype: str = "float32") -> LaunchPlan:
    """Return the launch that adds ``x`` and ``y`` into ``z``.

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
    suffix = checked("vector_add", n, dtype)
    arrays = {"x": Array(dtype, n, given=True), "y": Array(dtype, n, given=True), "z": Array(dtype, n)}
    launch = Launch(f"vector_add_{suffix}", (blocks(n, BLOCK),), (BLOCK,), ("x", "y", "z", np.uint32(n)))
    return LaunchPlan("vector_add", n, arrays, (launch,), "z", n)


def axpy(n: int, dtype: str = "float32") -> LaunchPlan:
    """Return the launch of a*x + y into ``z``; ``a`` is one word.  Parameters as for the sum of vectors."""
    suffix = checked("axpy", n, dtype)
    lengths = {"a": 1, "x": n, "y": n}
    arrays = {name: Array(dtype, length, given=True) for name, length in lengths.items()}
    launch = Launch(f"axpy_{suffix}", (blocks(n, BLOCK),), (BLOCK,), ("a", "x", "y", "z", np.uint32(n)))
    return LaunchPlan("axpy", n, {**arrays, "z": Array(dtype, n)}, (launch,), "z", n)


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


def _attention(n: int, dtype: str) -> dict[str, Array]:
    given = {name: Array(dtype, n * WIDTH, given=True) for name in ("q", "k", "v")}
    return {**given, "y": Array(dtype, n * WIDTH)}
