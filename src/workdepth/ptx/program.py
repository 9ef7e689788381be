"""A kernel made ready to run: slots instead of names, actions instead of text, basic blocks with liveness.

Both executors (whole chunks of threads with NumPy, one thread with Python numbers) read this form.
A *slot* is anything an instruction may read: a register, a constant, a special register, a parameter.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from workdepth.ptx.rules.operation import Operation
from workdepth.ptx.syntax import Instruction, Variable
from workdepth.ptx.types import PtxType

ActionKind = Literal[
    "pure", "load", "store", "atomic", "barrier", "warp", "branch", "end", "fence", "service"
]


@dataclass(frozen=True, slots=True)
class Slot:
    """One readable value: what it is, its type, and what names it.

    ``key`` is a register's name, a constant's raw value, a special register's name, or the name and offset
    of a parameter.
    """

    kind: Literal["register", "constant", "special", "parameter"]
    type: PtxType
    key: str | int | tuple[str, int]


@dataclass(frozen=True, slots=True)
class Source:
    """A slot read as a type: ``view`` where only the meaning changes, ``narrow`` where bits are cut off."""

    slot: int
    type: PtxType
    view: np.dtype | None = None
    narrow: np.dtype | None = None

    def of(self, values: list[np.ndarray]) -> np.ndarray:
        """Return the value, seen as this source's type."""
        value = values[self.slot]
        if self.narrow is not None:
            value = value.astype(self.narrow)
        return value if self.view is None else value.view(self.view)


@dataclass(frozen=True, slots=True)
class Access:
    """A memory operand: space, element type, elements, and where: a slot (or none) plus an offset."""

    space: str
    type: PtxType
    count: int
    address: Source | None
    offset: int

    @property
    def bytes(self) -> int:
        """Bytes that one thread moves."""
        return self.type.bytes * self.count


@dataclass(frozen=True, slots=True)
class Action:
    """One instruction, decoded."""

    kind: ActionKind
    instruction: Instruction
    number: int
    sources: tuple[Source, ...] = ()
    results: tuple[tuple[int, PtxType, PtxType], ...] = ()  # slot, type of the value, type of the register
    guard: int | None = None
    guard_negated: bool = False
    operation: Operation | None = None
    access: Access | None = None
    variant: str = ""
    targets: tuple[int, ...] = ()

    @property
    def reads(self) -> tuple[int, ...]:
        """Slots whose values decide the result; a guarded instruction may leave its old value."""
        found = [source.slot for source in self.sources]
        if self.access is not None and self.access.address is not None:
            found.append(self.access.address.slot)
        if self.guard is not None:
            found += [self.guard, *self.writes]
        return tuple(dict.fromkeys(found))

    @property
    def writes(self) -> tuple[int, ...]:
        """Slots that get a new value."""
        return tuple(slot for slot, _, _ in self.results)


@dataclass(frozen=True, slots=True)
class Block:
    """A straight run of actions: entered at its first, left after its last."""

    number: int
    actions: tuple[Action, ...]
    enters: tuple[int, ...]  # slots read before they are written here
    leaves: tuple[int, ...]  # slots written here and read later elsewhere
    successors: tuple[int, ...]

    @property
    def last(self) -> Action:
        """The action that decides where to go."""
        return self.actions[-1]


@dataclass(frozen=True, slots=True)
class Program:
    """A kernel ready to run."""

    name: str
    parameters: tuple[Variable, ...]
    slots: tuple[Slot, ...]
    blocks: tuple[Block, ...]
    actions: tuple[Action, ...]
    shared_bytes: int
    local_bytes: int
    shared_variables: tuple[tuple[str, int, int], ...] = ()  # name, offset, bytes
    granule: dict[str, int] = field(default_factory=dict)  # smallest access, by space

    def block_of(self) -> dict[int, int]:
        """Return which block each action stands in."""
        return {action.number: block.number for block in self.blocks for action in block.actions}
