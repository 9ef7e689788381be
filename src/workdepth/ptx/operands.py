"""Operands of instructions as sources and results: names become numbered slots."""

from __future__ import annotations

import re
import struct

from workdepth.ptx.faults import PtxError
from workdepth.ptx.layout import Layout
from workdepth.ptx.program import Slot, Source
from workdepth.ptx.rules.carry import CARRY
from workdepth.ptx.rules.operation import Operation
from workdepth.ptx.syntax import (
    Address,
    Bits,
    Function,
    Instruction,
    Integer,
    ModuleText,
    Name,
    Negated,
    Operand,
)
from workdepth.ptx.types import TYPES, PtxType, unsigned

SPECIAL = re.compile(
    r"%(?:tid|ntid|ctaid|nctaid)\.[xyz]|%laneid|%warpid|%nwarpid|%lanemask_(?:eq|le|lt|ge|gt)"
    r"|%dynamic_smem_size|%total_smem_size"
)


class Operands:
    """The slots of one function, and the instruction whose operands are being read."""

    def __init__(self, function: Function, module: ModuleText) -> None:
        self.function = function
        self.layout = Layout(function, module)
        self.slots: list[Slot] = []
        self.index: dict[Slot, int] = {}
        self.now = Instruction("ret", (), (), 0, "")

    def wrong(self, what: str, next_step: str = "check that the text is PTX") -> PtxError:
        """Return the complaint about the instruction at hand."""
        return PtxError(what, where=f"line {self.now.line}: {self.now.text}", next_step=next_step)

    def slot(self, slot: Slot) -> int:
        """Return a slot's number, a new one for a new slot."""
        if slot not in self.index:
            self.index[slot] = len(self.slots)
            self.slots.append(slot)
        return self.index[slot]

    def register_type(self, name: str) -> PtxType | None:
        """Return what a register was declared as, by its width; None for other names."""
        registers = self.function.registers
        if name == CARRY:
            return TYPES["pred"]
        declared = registers.get(name) or registers.get(name.rstrip("0123456789") + "<")
        return None if declared is None else unsigned(TYPES[declared].bits)

    def register(self, name: str) -> tuple[int, PtxType]:
        """Return a register's slot and type."""
        kind = self.register_type(name)
        if kind is None:
            raise self.wrong(f"{name} is not declared in {self.function.name}")
        return self.slot(Slot("register", kind, name)), kind

    def constant(self, value: int, kind: PtxType) -> Source:
        """Return a constant as a source."""
        raw = unsigned(kind.bits)
        key = int(value != 0) if kind.kind == "p" else value & raw.mask
        slot = self.slot(Slot("constant", raw, key))
        return Source(slot, kind, kind.view if kind.view != raw.view else None)

    def source(self, operand: Operand, kind: PtxType) -> Source:
        """Return an operand as a source of a type."""
        match operand:
            case Integer(value):
                if kind.kind == "f":
                    raise self.wrong(f"an integer where a floating literal belongs: {value}")
                return self.constant(value, kind)
            case Bits(value, width):
                return self.constant(_resized(value, width, kind.bits), kind)
            case Name(name) if self.register_type(name) is not None:
                slot, held = self.register(name)
                return self.seen(slot, held, kind)
            case Name(name) if SPECIAL.fullmatch(name):
                return self.seen(self.slot(Slot("special", TYPES["u32"], name)), TYPES["u32"], kind)
            case Name(name) | Address(Name(name), _):
                offset = operand.offset if isinstance(operand, Address) else 0
                return self.constant(self.symbol(name)[1] + offset, kind)
        raise self.wrong(f"operand {operand} has no meaning here")

    def seen(self, slot: int, held: PtxType, kind: PtxType) -> Source:
        """Return a slot of one type as a source of another."""
        if held.bits == kind.bits:
            return Source(slot, kind, kind.view if kind.view != held.view else None)
        if held.bits > kind.bits > 1:
            return Source(slot, kind, kind.view if kind.view != kind.raw else None, kind.raw)
        raise self.wrong(f"a register of {held.bits} bits where {kind.name} is read")

    def symbol(self, name: str) -> tuple[str, int]:
        """Return the space and address of a variable."""
        found = self.layout.address(name)
        if found is None:
            raise self.wrong(
                f"{name} is not declared", "an undeclared special register or variable has no value"
            )
        return found

    def result(self, operand: Operand, kind: PtxType) -> tuple[int, PtxType, PtxType]:
        """Return where a result goes: slot, its type, the register's type."""
        if isinstance(operand, Name) and operand.text == "_":
            return self.slot(Slot("register", unsigned(kind.bits), "_")), kind, unsigned(kind.bits)
        if not isinstance(operand, Name):
            raise self.wrong(f"{operand} cannot take a result")
        slot, held = self.register(operand.text)
        if held.bits < kind.bits:
            raise self.wrong(f"{operand.text} of {held.bits} bits cannot hold {kind.name}")
        return slot, kind, held


def _resized(value: int, width: int, bits: int) -> int:
    """Return a floating literal's bits in another width."""
    if width == bits:
        return value
    number = struct.unpack("<f" if width == 32 else "<d", value.to_bytes(width // 8, "little"))[0]
    form = {16: "<e", 32: "<f", 64: "<d"}[bits]
    return int.from_bytes(struct.pack(form, number), "little")


def without_negation(rule: Operation, operands: list[Operand]) -> tuple[Operation, list[Operand]]:
    """Move a negated predicate operand into the rule, so that sources stay plain slots."""
    if not any(isinstance(operand, Negated) for operand in operands):
        return rule, operands
    flipped = [isinstance(operand, Negated) for operand in operands]

    def compute(*values: object) -> object:
        return rule.compute(*(~value if flip else value for value, flip in zip(values, flipped, strict=True)))  # type: ignore[operator]

    plain: list[Operand] = [one.name if isinstance(one, Negated) else one for one in operands]
    return Operation(rule.results, rule.operands, compute), plain
