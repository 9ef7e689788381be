"""What the steps of one launch share, and the guard that any of them may have."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from workdepth.ptx.checker import Checker
from workdepth.ptx.memory import Memory
from workdepth.ptx.program import Action, Program
from workdepth.ptx.tally import Tally
from workdepth.ptx.values import Frame

Step = Callable[[Frame], None]


@dataclass(frozen=True)
class Context:
    """What steps share: the program, its memories, the counters (None: do not count)."""

    program: Program
    memory: Memory
    tally: Tally | None
    files: dict[int, str]
    checker: Checker | None = None


def on(action: Action, frame: Frame) -> np.ndarray | None:
    """Return where an action's guard holds; None where it has none."""
    if action.guard is None:
        return None
    guard = frame.values[action.guard]
    return ~guard if action.guard_negated else guard


def constants(program: Program) -> frozenset[int]:
    """Return the slots that no instruction writes, so that no chain leads through them."""
    return frozenset(number for number, slot in enumerate(program.slots) if slot.kind != "register")
