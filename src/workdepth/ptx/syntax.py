"""What PTX text says, as frozen data: modules, functions, instructions, operands."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Name:
    """A register, variable, parameter, label or function, by its name."""

    text: str


@dataclass(frozen=True, slots=True)
class Integer:
    """An integer literal."""

    value: int


@dataclass(frozen=True, slots=True)
class Bits:
    """A floating literal by its bits: ``0f3F800000`` has width 32, ``0d...`` 64."""

    value: int
    width: int


@dataclass(frozen=True, slots=True)
class Address:
    """``[base + offset]``; no base is an absolute address."""

    base: Name | None
    offset: int = 0


@dataclass(frozen=True, slots=True)
class Vector:
    """``{a, b}``; also ``a|b`` (two results) and the parentheses of a call."""

    parts: tuple[Operand, ...]


@dataclass(frozen=True, slots=True)
class Negated:
    """``!%p``: a predicate, inverted."""

    name: Name


Operand = Name | Integer | Bits | Address | Vector | Negated


@dataclass(frozen=True, slots=True)
class Instruction:
    """One instruction: guard, opcode, operands, and where it stands."""

    opcode: str
    modifiers: tuple[str, ...]
    operands: tuple[Operand, ...]
    line: int
    text: str
    guard: Name | Negated | None = None
    source: tuple[int, int] | None = None

    @property
    def name(self) -> str:
        """Opcode and modifiers as written: ``mul.lo.s32``.

        Examples
        --------
        >>> Instruction("mul", ("lo", "s32"), (), 1, "").name
        'mul.lo.s32'
        """
        return ".".join((self.opcode, *self.modifiers))


@dataclass(frozen=True, slots=True)
class Variable:
    """A declared variable: state space, element type, bytes, alignment, first contents."""

    name: str
    space: str
    type: str
    bytes: int
    align: int
    initial: bytes = b""
    is_array: bool = False
    extern: bool = False
    pointer: bool = False


@dataclass(frozen=True, slots=True)
class Function:
    """A kernel (``entry``) or device function."""

    name: str
    entry: bool
    parameters: tuple[Variable, ...]
    returns: tuple[Variable, ...]
    body: tuple[Instruction, ...]
    labels: dict[str, int]
    registers: dict[str, str]
    variables: tuple[Variable, ...]
    tables: dict[str, tuple[str, ...]] = field(default_factory=dict)
    line: int = 0


@dataclass(frozen=True, slots=True)
class ModuleText:
    """All that one PTX text declares."""

    version: str
    target: str
    functions: dict[str, Function]
    variables: dict[str, Variable]
    files: dict[int, str]
    text: str = field(repr=False, default="")
