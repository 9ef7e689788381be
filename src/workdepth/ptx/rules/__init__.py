"""The one table of instruction rules: which opcode does what.

``PURE`` has a maker for every opcode that only computes on registers, apart for integers and floats;
``OTHERS`` says of every other opcode which part of the machine carries it out.
"""

from __future__ import annotations

from workdepth.ptx.faults import PtxError
from workdepth.ptx.rules import compare, convert, floating, integer
from workdepth.ptx.rules.operation import Modifiers, Operation
from workdepth.ptx.syntax import Instruction

PURE = {
    **{("integer", name): maker for name, maker in integer.RULES.items()},
    **{("float", name): maker for name, maker in floating.RULES.items()},
    **{
        (family, name): maker
        for family in ("integer", "float")
        for name, maker in {**compare.RULES, **convert.RULES}.items()
    },
}

OTHERS = {
    "mov": "move",
    "cvta": "move",
    "ld": "load",
    "ldu": "load",
    "st": "store",
    "atom": "atomic",
    "red": "atomic",
    "bra": "branch",
    "brx": "branch",
    "ret": "end",
    "exit": "end",
    "trap": "end",
    "bar": "barrier",
    "barrier": "barrier",
    "membar": "fence",
    "fence": "fence",
    "shfl": "warp",
    "vote": "warp",
    "match": "warp",
    "activemask": "warp",
    "redux": "warp",
    "call": "call",
}


def kind_of(instruction: Instruction) -> str:
    """Return which part of the machine executes an instruction: ``pure``, or a word of ``OTHERS``.

    Raises
    ------
    PtxError
        Where no rule covers its opcode.

    Examples
    --------
    >>> kind_of(Instruction("add", ("s32",), (), 1, "")), kind_of(Instruction("ld", ("u32",), (), 1, ""))
    ('pure', 'load')
    """
    if instruction.opcode in OTHERS:
        return OTHERS[instruction.opcode]
    if (_family(instruction), instruction.opcode) in PURE:
        return "pure"
    raise Modifiers(instruction).unknown()


def _family(instruction: Instruction) -> str:
    return "float" if any(name in ("f16", "f32", "f64") for name in instruction.modifiers[-1:]) else "integer"


def operation(instruction: Instruction) -> Operation:
    """Return what a pure instruction does.

    Raises
    ------
    PtxError
        Where no rule covers the opcode or one of its modifiers.

    Examples
    --------
    >>> import numpy as np
    >>> add = operation(Instruction("add", ("s32",), (), 1, "add.s32 %r1, %r2, %r3;"))
    >>> add.compute(np.array([2**32 - 1], np.uint32), np.array([2], np.uint32))
    array([1], dtype=uint32)
    """
    modifiers = Modifiers(instruction)
    maker = PURE.get((_family(instruction), instruction.opcode))
    if maker is None:
        raise modifiers.unknown()
    found = maker(modifiers)
    if modifiers.left:
        raise modifiers.unknown()
    return found


__all__ = ["OTHERS", "PURE", "PtxError", "kind_of", "operation"]
