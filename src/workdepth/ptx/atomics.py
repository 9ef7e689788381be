"""Atomic operations: lanes take their turns in order, each on what the one before it left.

Source: NVIDIA, PTX ISA 9.0, section 9.7.13.5 (atom).
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from workdepth.ptx.memory import Buffer
from workdepth.ptx.types import PtxType

ROUNDS = 64  # with more lanes than this on one cell, one lane after the other is quicker

_NEXT: dict[str, Callable[..., np.ndarray]] = {
    "add": lambda old, a: old + a,
    "min": lambda old, a: np.minimum(old, a),
    "max": lambda old, a: np.maximum(old, a),
    "exch": lambda old, a: a,
    "and": lambda old, a: old & a,
    "or": lambda old, a: old | a,
    "xor": lambda old, a: old ^ a,
    "inc": lambda old, a: np.where(old >= a, old.dtype.type(0), old + old.dtype.type(1)),
    "dec": lambda old, a: np.where((old == 0) | (old > a), a, old - old.dtype.type(1)),
    "cas": lambda old, expected, a: np.where(old == expected, a, old),
}


def atomic(
    variant: str,
    buffer: Buffer,
    kind: PtxType,
    offset: np.ndarray,
    values: list[np.ndarray],
    depth: np.ndarray | None,
    where: np.ndarray | slice,
) -> np.ndarray:
    """Carry out an atomic operation of several lanes on one buffer.

    Parameters
    ----------
    variant : str
        The operation: ``add``, ``cas``, ...
    buffer : Buffer
        The memory; it is changed.
    kind : PtxType
        The type of the cells.
    offset : numpy.ndarray
        Each lane's byte offset.
    values : list of numpy.ndarray
        Each lane's operands.
    depth : numpy.ndarray or None
        Depth of each lane's operation as far as its registers decide it, or None where depth is not
        counted; what the cells add is written into it.
    where : numpy.ndarray or slice
        Which elements of ``depth`` belong to these lanes.

    Returns
    -------
    numpy.ndarray
        The value that each lane found.
    """
    cells, index = buffer.view(kind.view), offset >> (kind.bytes.bit_length() - 1)
    order = np.argsort(index, kind="stable")
    turn = _turns(index[order])
    old = np.empty(len(index), kind.view)
    rounds = int(turn.max()) + 1
    if rounds <= ROUNDS:
        parts = [order[turn == now] for now in range(rounds)]
    else:
        parts = [order[place : place + 1] for place in range(len(order))]
    mine = None if depth is None else depth[where]
    for lanes in parts:
        at = index[lanes]
        old[lanes] = found = cells[at]
        cells[at] = _NEXT[variant](found, *[value[lanes] for value in values])
        if mine is not None:
            mine[lanes] = _deepened(buffer, kind, at, mine[lanes])
    if depth is not None:
        depth[where] = mine
    return old


def _deepened(buffer: Buffer, kind: PtxType, index: np.ndarray, depth: np.ndarray) -> np.ndarray:
    """Lengthen the chains of some cells by one operation each."""
    chains, parts = buffer.depth(), kind.bytes // buffer.granule
    spots = index * parts
    for further in range(parts):
        depth = np.maximum(depth, chains[spots + further] + np.uint32(1))
    for further in range(parts):
        chains[spots + further] = depth
    return depth


def _turns(ordered: np.ndarray) -> np.ndarray:
    """Return each element's place among its equals, which stand together."""
    place = np.arange(len(ordered))
    first = np.concatenate((np.ones(1, np.bool_), ordered[1:] != ordered[:-1]))
    return place - np.maximum.accumulate(np.where(first, place, 0))
