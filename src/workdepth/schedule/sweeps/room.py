"""Whether arrays fit into the memory that is free, asked before they are made."""

from __future__ import annotations

import os
from pathlib import Path

from workdepth.errors import SizeError

# Below this nobody asks.
SMALL = 64 << 20


def free_bytes() -> int | None:
    """Return how many bytes of memory are free, None where the system does not say."""
    table = Path("/proc/meminfo")
    if table.exists():
        for line in table.read_text(encoding="ascii").splitlines():
            if line.startswith("MemAvailable:"):
                return int(line.split()[1]) * 1024
    try:
        return os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, ValueError, OSError):
        return None


def check_room(what: str, wanted: int, limit: int | None = None) -> None:
    """Refuse what would not fit.

    Parameters
    ----------
    what : str
        What it is for.
    wanted : int
        How many bytes it takes, about.
    limit : int, optional
        How many there are; without it, what is free now.

    Raises
    ------
    SizeError
        When it would not fit; it says how much it needs.

    Examples
    --------
    >>> check_room("the profile", 2**40, limit=2**30)
    Traceback (most recent call last):
        ...
    workdepth.errors.SizeError: the profile needs about 1024 GiB, 1 GiB is free; take a smaller size or more memory
    """
    if limit is None:
        if wanted < SMALL:
            return
        limit = free_bytes()
    if limit is not None and wanted > limit:
        raise SizeError(
            f"{what} needs about {_gib(wanted)} GiB, {_gib(limit)} GiB is free",
            next_step="take a smaller size or more memory",
        )


def _gib(count: int) -> str:
    return f"{count / 2**30:.4g}"
