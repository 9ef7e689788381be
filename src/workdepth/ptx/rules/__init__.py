"""The one table of instruction rules: which opcode does what.

``PURE`` has a maker for every opcode that only computes on registers, apart for integers and floats;
``OTHERS`` says of every other opcode which part of the machine carries it out.
"""

from __future__ import annotations

from workdepth.ptx.rules import bits, carry, compare, convert, floating, integer
from workdepth.ptx.rules.half import paired
from workdepth.ptx.rules.operation import Maker, Modifiers, Operation
from workdepth.ptx.syntax import Instruction

_SHARED = {**compare.RULES, **convert.RULES}
PURE: dict[tuple[str, str], Maker] = {
    **{("integer", name): maker for name, maker in {**integer.RULES, **bits.RULES, **_SHARED}.items()},
    **{("float", name): maker for name, maker in {**floating.RULES, **_SHARED}.items()},
    **{("carry", name): maker for name, maker in carry.RULES.items()},
}
ON_PAIRS = ("add", "sub", "mul", "fma", "min", "max", "abs", "neg", "ex2", "tanh")
ON_BYTES = ("cvt",)
ON_PREDICATES = ("and", "or", "xor", "not")
PAIRS = ("f16x2", "bf16x2", "u16x2", "s16x2")

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
    "brkpt": "end",
    "bar": "barrier",
    "barrier": "barrier",
    "membar": "fence",
    "fence": "fence",
    "prefetch": "fence",
    "prefetchu": "fence",
    "nanosleep": "fence",
    "pmevent": "fence",
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
    if "cc" in instruction.modifiers or instruction.opcode in ("addc", "subc", "madc"):
        return "carry"
    last = instruction.modifiers[-1:]
    return (
        "float"
        if any(name in ("f16", "f32", "f64", "bf16", "f16x2", "bf16x2") for name in last)
        else "integer"
    )


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
    maker = PURE.get((_family(instruction), instruction.opcode))
    if maker is None:
        raise Modifiers(instruction).unknown()
    pair = instruction.modifiers[-1:] and instruction.modifiers[-1] in PAIRS
    modifiers = Modifiers(_single(instruction) if pair else instruction)
    found = maker(modifiers)
    if modifiers.left or not _lawful(instruction.opcode, found, bool(pair)):
        raise Modifiers(instruction).unknown()
    return paired(found) if pair else found


def _lawful(opcode: str, found: Operation, pair: bool) -> bool:
    """Whether PTX has this opcode for these types at all: for predicates, bytes, pairs."""
    kinds = (*found.results, *found.operands)
    if pair and (opcode not in ON_PAIRS or len(found.results) > 1 or any(kind.bits != 16 for kind in kinds)):
        return False
    if opcode not in ON_BYTES and any(kind.bits == 8 for kind in kinds):
        return False
    return opcode in ON_PREDICATES or found.operands[0].kind != "p"


def _single(instruction: Instruction) -> Instruction:
    """Return the instruction on one number that a packed one does twice."""
    *others, pair = instruction.modifiers
    return Instruction(
        instruction.opcode,
        (*others, pair.removesuffix("x2")),
        instruction.operands,
        instruction.line,
        instruction.text,
    )


__all__ = ["OTHERS", "PURE", "kind_of", "operation"]
