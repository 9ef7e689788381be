"""Grids and blocks in three dimensions, within CUDA's limits."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from workdepth.errors import WorkdepthError

Shape = tuple[int, int, int]

# Source: NVIDIA, CUDA C++ Programming Guide, section 16.2 (technical specifications).
LIMITS: dict[str, Shape] = {"grid": (2**31 - 1, 65535, 65535), "block": (1024, 1024, 64)}
MOST_THREADS = 1024


class LaunchError(WorkdepthError):
    """A launch that does not fit the kernel: arguments, grid, block, shared memory."""


def shaped(what: str, given: Sequence[int] | int) -> Shape:
    """Return a grid or block in three dimensions.

    Parameters
    ----------
    what : str
        ``grid`` or ``block``.
    given : int or sequence of int
        One to three dimensions; those left out are 1.

    Raises
    ------
    LaunchError
        Where a dimension is no positive integer, or beyond CUDA's limit.

    Examples
    --------
    >>> shaped("block", (16, 16))
    (16, 16, 1)
    """
    parts = [given] if isinstance(given, (int, np.integer)) else list(given)
    if not 1 <= len(parts) <= 3 or any(not isinstance(part, (int, np.integer)) for part in parts):
        raise LaunchError(
            f"{what} {given!r} is not one, two or three integers",
            where="the launch",
            next_step=f"pass for example {what}=(4,)",
        )
    x, y, z = (int(part) for part in (*parts, *[1] * (3 - len(parts))))
    if any(not 1 <= part <= limit for part, limit in zip((x, y, z), LIMITS[what], strict=True)):
        raise LaunchError(
            f"{what} {(x, y, z)} is outside CUDA's limits",
            where="the launch",
            next_step=f"each dimension is from 1 to {LIMITS[what]}",
        )
    if what == "block" and x * y * z > MOST_THREADS:
        raise LaunchError(
            f"a block of {x * y * z} threads",
            where="the launch",
            next_step=f"a block has at most {MOST_THREADS}",
        )
    return x, y, z
