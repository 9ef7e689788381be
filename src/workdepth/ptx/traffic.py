"""What a warp's requests ask of the memories: sectors of global memory, wavefronts of shared memory.

Rules.  A global request costs one sector for each distinct aligned 32-byte piece that its active threads
touch.  Shared memory has 32 banks of 4 bytes; threads that read the same word share it; a request takes as
many wavefronts as the busiest bank has distinct words to give.  Requests of 8 bytes a thread go by half
warps, those of 16 by quarter warps.

Source: NVIDIA, CUDA C++ Best Practices Guide, sections 10.2.1 (coalesced access) and 10.2.3 (shared memory
and bank conflicts); Nsight Compute, Profiling Guide, "sector" and "wavefront".
"""

from __future__ import annotations

import numpy as np

from workdepth.ptx.lanes import Group, starts

BANKS = 32
_SECTOR = 5


def sectors(group: Group, address: np.ndarray, size: int) -> int:
    """Return how many 32-byte sectors the group's warps touch, each warp for itself.

    Parameters
    ----------
    group : Group
        The lanes that take part.
    address : numpy.ndarray
        Their byte addresses, or one element where all agree.
    size : int
        Bytes that each lane moves; accesses are aligned, so none lies in two sectors.
    """
    if address.size == 1:
        return group.warps
    sector = (address >> np.uint64(_SECTOR)).view(np.int64)
    step = sector[1:] - sector[:-1]
    first = group.warp_starts[1:] - 1
    fresh = step != 0
    fresh[first] = True
    step[first] = 0
    if step.size == 0 or step.min() >= 0:
        return 1 + int(np.count_nonzero(fresh))
    return len(_distinct(group.warp, sector))


def wavefronts(group: Group, address: np.ndarray, size: int) -> tuple[int, int]:
    """Return how many passes the group's shared-memory requests take, and how many without conflicts."""
    phase = (
        group.warp
        if size <= 4
        else group.warp * (size // 4) + (group.of(group.chunk.thread) & 31) // (128 // size)
    )
    begin = group.warp_starts if size <= 4 else starts(phase)
    if address.size == 1:
        return len(begin), len(begin)
    word = (address >> np.uint64(2)).view(np.int64)
    low, high = np.minimum.reduceat(word, begin), np.maximum.reduceat(word, begin) + max(size, 4) // 4
    wide = high - low > BANKS
    if not wide.any():
        return len(begin), len(begin)
    number = np.cumsum(_marks(begin, len(word))) - 1
    return int(np.count_nonzero(~wide)) + _busiest(number, word, wide, max(size, 4) // 4), len(begin)


def _marks(begin: np.ndarray, length: int) -> np.ndarray:
    marks = np.zeros(length, np.int64)
    marks[begin] = 1
    return marks


def _busiest(number: np.ndarray, word: np.ndarray, wide: np.ndarray, words: int) -> int:
    """Sum, over the phases that are ``wide``, the distinct words of their busiest bank."""
    take = wide[number]
    number, word = number[take], word[take]
    if words > 1:
        number = np.repeat(number, words)
        word = (word[:, None] + np.arange(words)).reshape(-1)
    pair = _distinct(number, word)
    bank = (pair >> 40) * BANKS + (pair & 31)
    return int(np.bincount(bank, minlength=len(wide) * BANKS).reshape(-1, BANKS).max(axis=1).sum())


def _distinct(key: np.ndarray, value: np.ndarray) -> np.ndarray:
    """Return the distinct pairs as ``key << 40 | value``, the value cut to 40 bits."""
    pair = np.sort((key << 40) | (value & ((1 << 40) - 1)))
    return pair[starts(pair)]
