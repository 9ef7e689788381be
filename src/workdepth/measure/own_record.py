"""A count of one's own kernel as plain data for JSON, schema ``workdepth.count/1``."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import numpy as np

from workdepth.ptx.counts import UNIT

if TYPE_CHECKING:
    from workdepth.measure.own_kernel import KernelCount, Point

SCHEMA = "workdepth.count/1"
FIRST = 8  # elements of a changed array that are told


def record(found: KernelCount) -> dict[str, Any]:
    """Return a count as plain data.

    Parameters
    ----------
    found : KernelCount

    Returns
    -------
    dict
        ``points`` holds every raw count; ``formulas`` and ``against`` are there for a sweep.
    """
    against = found.against
    return {
        "schema": SCHEMA,
        "kernel": found.kernel,
        "file": found.file,
        "target": found.target,
        "ptx_version": found.version,
        "unit": UNIT,
        "sizes": list(found.swept),
        "points": [_point(one) for one in found.points],
        "formulas": {figure: asdict(one) for figure, one in found.formulas.items()},
        "lines": [{**asdict(one), "sectors_per_request": one.sectors_per_request} for one in found.lines],
        "results": [_result(number, array) for number, array in found.results.items()],
        "faults": [{"sizes": dict(one.sizes), "text": one.text} for one in found.faults],
        "against": None if against is None else {**asdict(against), "outcome": against.outcome},
    }


def _point(one: Point) -> dict[str, Any]:
    counts = {name: value for name, value in asdict(one.counts).items() if name != "opcodes"}
    return {
        "sizes": dict(one.sizes),
        "grid": list(one.grid),
        "block": list(one.block),
        "shared_bytes": one.shared_bytes,
        "relation": one.relation,
        "blocks_run": one.blocks_run,
        "counts": {name: int(value) for name, value in counts.items()},
        "opcodes": {name: int(value) for name, value in one.counts.opcodes.items()},
    }


def _result(number: int, array: np.ndarray) -> dict[str, Any]:
    flat = np.ravel(array)
    return {
        "argument": number,
        "type": str(array.dtype),
        "length": int(flat.size),
        "first": [shown(value) for value in flat[:FIRST]],
    }


def shown(value: np.generic) -> int | float | str:
    """Return an element as a number, or as text where JSON has no such number."""
    plain = value.item()
    if isinstance(plain, (int, float)) and np.isfinite(plain):
        return plain
    return str(plain)
