"""What steps work on: the values of a group's lanes, as raw bits, and the chains that led to them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from workdepth.ptx.lanes import Group
from workdepth.ptx.program import Action
from workdepth.ptx.types import PtxType

_ZERO = np.zeros(1, np.uint32)


@dataclass(slots=True)
class Frame:
    """What a block works on: a group of lanes and their values and chain lengths, by slot."""

    group: Group
    values: list[np.ndarray]
    depths: list[np.ndarray]
    active: np.ndarray | None


def fitted(value: np.ndarray, kind: PtxType, held: PtxType) -> np.ndarray:
    """Return a value of a type as the raw bits of its register, extended where the register is wider."""
    if kind.bits < held.bits:
        value = value.view(kind.view).astype(held.raw if kind.kind != "s" else f"i{held.bytes}")
    return value if value.dtype == held.raw else value.view(held.raw)


def chain(action: Action, depths: list[np.ndarray], constant: frozenset[int]) -> np.ndarray:
    """Return the longest chain that leads into an action; ``constant`` slots lead nowhere."""
    found = None
    for slot in action.reads:
        if slot not in constant:
            found = depths[slot] if found is None else np.maximum(found, depths[slot])
    return _ZERO if found is None else found
