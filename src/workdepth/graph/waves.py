"""Groups of nodes that may be carried out together: as wide as the dependences allow."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from workdepth.graph.unit import UnitGraph

Ids = NDArray[np.int64]


def widest_waves(unit: UnitGraph) -> UnitGraph:
    """Return the same graph with its nodes grouped by the length of their longest path, and by op.

    Unrolling groups nodes round by round; where rounds are small and overlap, as in a table that is filled
    cell by cell, these groups are wider by far.
    """
    level = levels(unit)
    ids = np.arange(unit.sources, len(unit), dtype=np.int64)
    key = level[ids] * (len(unit.ops) + 1) + unit.op_code[ids]
    in_order = np.argsort(key, kind="stable")
    start = np.append(np.flatnonzero(np.diff(key[in_order], prepend=-2)), len(ids))
    return replace(unit, wave_start=start.astype(np.int64), waves=ids[in_order])


def levels(unit: UnitGraph) -> Ids:
    """Return for each node the number of nodes on its longest path that are no sources."""
    reads, waits = unit.producers()[unit.operands].tolist(), unit.order.tolist()
    read_rows = list(pairwise(unit.operand_start.tolist()))
    wait_rows = list(pairwise(unit.order_start.tolist()))
    found = [0] * len(unit)
    for v in range(unit.sources, len(unit)):
        (a, b), (c, d) = read_rows[v], wait_rows[v]
        found[v] = 1 + max([found[p] for p in (*reads[a:b], *waits[c:d])], default=0)
    return np.array(found, dtype=np.int64)
