"""What a kernel can be asked for: its sizes and element types, checked in words."""

from __future__ import annotations

from workdepth.errors import SizeError

SUFFIX = {"uint32": "u32", "float32": "f32"}


def checked(
    kernel: str,
    n: int,
    dtype: str,
    *,
    limit: int = 2**32 - 1,
    types: tuple[str, ...] = ("uint32", "float32"),
    power_of_two: bool = False,
) -> str:
    """Return the ending of the kernel's name for an element type.

    Parameters
    ----------
    kernel : str
    n : int
        The size, from 1 to ``limit``.
    dtype : str
        One of ``types``.
    limit : int
    types : tuple of str
    power_of_two : bool
        Whether n must be one.

    Raises
    ------
    SizeError
        Where the size or the type is not the kernel's.

    Examples
    --------
    >>> checked("sum_tree", 1000, "float32")
    'f32'
    """
    if dtype not in types:
        raise SizeError(f"no {kernel} for {dtype}", where=kernel, next_step=f"use {' or '.join(types)}")
    if not 1 <= n <= limit:
        raise SizeError(f"n = {n}", where=kernel, next_step=f"n is from 1 to {limit}")
    if power_of_two and n & (n - 1):
        raise SizeError(f"n = {n} is no power of two", where=kernel, next_step=f"use {1 << n.bit_length()}")
    return SUFFIX[dtype]


def blocks(threads: int, block: int) -> int:
    """Return how many blocks hold so many threads.

    Examples
    --------
    >>> blocks(1000, 256)
    4
    """
    return -(-threads // block)
