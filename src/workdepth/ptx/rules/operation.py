"""What a rule says of an instruction: the types it views its operands by, and the values it makes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from workdepth.ptx.faults import PtxError
from workdepth.ptx.syntax import Instruction
from workdepth.ptx.types import TYPES, PtxType


@dataclass(frozen=True, slots=True)
class Operation:
    """A pure operation on registers.

    ``compute`` takes one NumPy array for each operand, viewed by that operand's type, and returns an
    array for each result (one result: the array itself).  ``python``, where there is one, says the same
    of Python numbers, ``{0}`` being the first operand; its result is cut to the result's width by the
    translator, so that ``{0} + {1}`` wraps.
    """

    results: tuple[PtxType, ...]
    operands: tuple[PtxType, ...]
    compute: Callable[..., Any]
    python: str = ""


class Modifiers:
    """The modifiers of one instruction, taken one by one; what nobody takes has no rule.

    Examples
    --------
    >>> modifiers = Modifiers(Instruction("mul", ("wide", "s32"), (), 1, "mul.wide.s32 %rd1, %r1, 4;"))
    >>> modifiers.take("lo", "hi", "wide"), modifiers.type().name, modifiers.left
    ('wide', 's32', [])
    """

    def __init__(self, instruction: Instruction) -> None:
        self.instruction = instruction
        self.left = list(instruction.modifiers)

    def take(self, *names: str) -> str:
        """Take the first of these modifiers that is there; the empty string where none is."""
        for name in names:
            if name in self.left:
                self.left.remove(name)
                return name
        return ""

    def type(self) -> PtxType:
        """Take the next type."""
        for name in self.left:
            if name in TYPES:
                self.left.remove(name)
                return TYPES[name]
        raise self.unknown()

    def unknown(self) -> PtxError:
        """Return the complaint that no rule covers this instruction."""
        one = self.instruction
        return PtxError(
            f"no rule for the instruction {one.name}",
            where=f"line {one.line}: {one.text}",
            next_step="the page of known instructions lists what the machine executes",
        )


Maker = Callable[[Modifiers], Operation]


def same(kind: PtxType, count: int, compute: Callable[..., Any], python: str = "") -> Operation:
    """Return an operation of ``count`` operands and one result, all of one type."""
    return Operation((kind,), (kind,) * count, compute, python)
