"""Launch plans of prefix sums, and of what is made with them: packing the values that are kept."""

from __future__ import annotations

import numpy as np

from workdepth.plans.plan import Array, Launch, LaunchPlan
from workdepth.plans.sizes import blocks, checked

TILE = 1024
LONG_LIMIT = TILE**2


def scan_serial(n: int, dtype: str = "float32") -> LaunchPlan:
    """Return the launch of one thread that makes the inclusive prefix sums of n values.

    Parameters
    ----------
    n : int
        How many values, at least 1.
    dtype : str
        ``uint32`` or ``float32``.

    Returns
    -------
    LaunchPlan
        Input ``x``, answer ``y``.

    Examples
    --------
    >>> scan_serial(10).result_length
    10
    """
    suffix = checked("scan_serial", n, dtype)
    launch = Launch(f"scan_serial_{suffix}", (1,), (1,), ("x", "y", np.uint32(n)))
    return LaunchPlan("scan_serial", n, _arrays(n, dtype), (launch,), "y", n)


def scan_hillis_steele(n: int, dtype: str = "float32") -> LaunchPlan:
    """Return the launch of one block of n threads, n up to 1024.  Parameters as for the serial scan."""
    suffix = checked("scan_hillis_steele", n, dtype, limit=TILE)
    launch = Launch(f"scan_hillis_steele_{suffix}", (1,), (n,), ("x", "y", np.uint32(n)))
    return LaunchPlan("scan_hillis_steele", n, _arrays(n, dtype), (launch,), "y", n)


def scan_blelloch(n: int, dtype: str = "float32") -> LaunchPlan:
    """Return the launch of one block of n/2 threads for the exclusive prefix sums, n a power of two to 2048.

    Parameters as for the serial scan.

    Returns
    -------
    LaunchPlan
        Input ``x``, answer ``y``, and the sum of all in ``total``.
    """
    suffix = checked("scan_blelloch", n, dtype, limit=2 * TILE, power_of_two=True)
    launch = Launch(f"scan_blelloch_{suffix}", (1,), (max(1, n // 2),), ("x", "y", "total", np.uint32(n)))
    arrays = {**_arrays(n, dtype), "total": Array(dtype, 1)}
    return LaunchPlan("scan_blelloch", n, arrays, (launch,), "y", n)


def scan_two_pass(n: int, dtype: str = "float32") -> LaunchPlan:
    """Return the three launches for a long array: parts, their totals, the totals added; n up to 2**20.

    Parameters as for the serial scan.
    """
    suffix, grid = checked("scan_two_pass", n, dtype, limit=LONG_LIMIT), blocks(n, TILE)
    parts, block = f"scan_two_pass_parts_{suffix}", (TILE,)
    launches = (
        Launch(parts, (grid,), block, ("x", "y", "totals", np.uint32(n))),
        Launch(parts, (1,), block, ("totals", "ends", "total", np.uint32(grid))),
        Launch(f"scan_two_pass_add_{suffix}", (grid,), block, ("y", "ends", np.uint32(n))),
    )
    more = {"totals": Array(dtype, grid), "ends": Array(dtype, grid), "total": Array(dtype, 1)}
    return LaunchPlan("scan_two_pass", n, {**_arrays(n, dtype), **more}, launches, "y", n)


def compact(n: int, dtype: str = "uint32") -> LaunchPlan:
    """Return the launches that keep the values of ``x`` that are not zero, in order; n up to 2**20.

    Returns
    -------
    LaunchPlan
        Answer ``y``, with zeros after the values kept.
    """
    checked("compact", n, dtype, limit=LONG_LIMIT, types=("uint32",))
    grid, block = blocks(n, TILE), (TILE,)
    launches = (
        Launch("compact_count_u32", (grid,), block, ("x", "counts", np.uint32(n))),
        Launch("compact_scan_u32", (1,), block, ("counts", "ends", np.uint32(grid))),
        Launch("compact_place_u32", (grid,), block, ("x", "counts", "ends", "y", np.uint32(n))),
    )
    arrays = {**_arrays(n, dtype), "counts": Array(dtype, grid), "ends": Array(dtype, grid)}
    return LaunchPlan("compact", n, arrays, launches, "y", n)


def _arrays(n: int, dtype: str) -> dict[str, Array]:
    return {"x": Array(dtype, n, given=True), "y": Array(dtype, n)}
