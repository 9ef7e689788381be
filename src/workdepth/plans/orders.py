"""Launch plans that count, sort and rank: a histogram, a bitonic sort, a list ranking."""

from __future__ import annotations

import numpy as np

from workdepth.plans.plan import Array, Launch, LaunchPlan
from workdepth.plans.sizes import blocks, checked

BLOCK, HISTOGRAM_TILE, BINS = 256, 1024, 256
_WORDS = ("uint32",)


def histogram(n: int, dtype: str = "uint32") -> LaunchPlan:
    """Return the launch that counts the low bytes of n words.

    Parameters
    ----------
    n : int
        How many words, at least 1.
    dtype : str
        ``uint32``.

    Returns
    -------
    LaunchPlan
        Input ``x``, answer ``counts``, of 256 words.

    Examples
    --------
    >>> histogram(5000).launches[0].grid
    (5,)
    """
    checked("histogram", n, dtype, types=_WORDS)
    grid = blocks(n, HISTOGRAM_TILE)
    launch = Launch("histogram_u32", (grid,), (BLOCK,), ("x", "counts", np.uint32(n)))
    arrays = {"x": Array(dtype, n, given=True), "counts": Array(dtype, BINS)}
    return LaunchPlan("histogram", n, arrays, (launch,), "counts", BINS)


def bitonic_sort(n: int, dtype: str = "uint32") -> LaunchPlan:
    """Return the launches of bitonic sorting, a round each, in place; n a power of two.

    Parameters as for the histogram.

    Examples
    --------
    >>> [tuple(int(one) for one in launch.args[2:]) for launch in bitonic_sort(8).launches]
    [(2, 1), (4, 2), (4, 1), (8, 4), (8, 2), (8, 1)]
    """
    checked("bitonic_sort", n, dtype, limit=2**30, types=_WORDS, power_of_two=True)
    grid = (blocks(max(1, n // 2), BLOCK),)
    steps = range(1, n.bit_length())
    rounds = [(2**span, 2**gap) for span in steps for gap in reversed(range(span))]
    launches = tuple(
        Launch("bitonic_sort_u32", grid, (BLOCK,), ("x", *map(np.uint32, (n, span, gap))))
        for span, gap in rounds
    )
    return LaunchPlan("bitonic_sort", n, {"x": Array(dtype, n, given=True)}, launches, "x", n)


def list_ranking(n: int, dtype: str = "uint32") -> LaunchPlan:
    """Return the launches of pointer jumping over the list that ``next`` holds.

    Parameters as for the histogram.

    Returns
    -------
    LaunchPlan
        Input ``next``; the answer is ``rank`` or ``rank_after``, whichever was written last.
    """
    checked("list_ranking", n, dtype, limit=2**30, types=_WORDS)
    grid, block, size = (blocks(n, BLOCK),), (BLOCK,), np.uint32(n)
    launches = [Launch("list_ranking_start_u32", grid, block, ("next", "rank", size))]
    now, after = ("next", "rank"), ("next_after", "rank_after")
    for _ in range((n - 1).bit_length()):
        launches.append(Launch("list_ranking_jump_u32", grid, block, (*now, *after, size)))
        now, after = after, now
    arrays = {name: Array(dtype, n) for name in ("rank", "next_after", "rank_after")}
    return LaunchPlan(
        "list_ranking", n, {"next": Array(dtype, n, given=True), **arrays}, tuple(launches), now[1], n
    )
