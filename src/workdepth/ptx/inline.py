"""Calls of device functions, put in place: every call becomes a copy of the function's body.

The call itself and the function's ``ret`` stay as instructions, so that counts see them.  A parameter of
the function is another name for what the caller passes: nothing is copied.
"""

from __future__ import annotations

from dataclasses import replace

from workdepth.ptx.faults import PtxError
from workdepth.ptx.syntax import (
    Address,
    Function,
    Instruction,
    ModuleText,
    Name,
    Negated,
    Operand,
    Variable,
    Vector,
)

MOST_INSTRUCTIONS = 2**18
DEEPEST = 64
SERVICES = ("vprintf", "__assertfail")  # what the machine itself answers


def inlined(function: Function, module: ModuleText) -> Function:
    """Return a function with every call of the module's own functions put in place.

    Raises
    ------
    PtxError
        For a recursive or indirect call, a function without a body, or a body that grows beyond
        2**18 instructions.
    """
    if not any(one.opcode == "call" for one in function.body):
        return function
    return _Inliner(module).function(function, (function.name,))


class _Inliner:
    def __init__(self, module: ModuleText) -> None:
        self.module = module
        self.copies = self.size = 0

    def function(self, function: Function, path: tuple[str, ...]) -> Function:
        body: list[Instruction] = []
        places: list[int] = []
        labels: dict[str, int] = {}
        registers, variables, tables = (
            dict(function.registers),
            list(function.variables),
            dict(function.tables),
        )
        for one in function.body:
            places.append(len(body))
            callee = self.callee(one)
            if callee is None:
                body.append(one)
                continue
            copy = self.copy(callee, one, path)
            body.append(replace(one, operands=()))
            start = len(body)
            labels |= {label: start + at for label, at in copy.labels.items()}
            body += copy.body
            registers |= copy.registers
            variables += copy.variables
            tables |= copy.tables
            self.grow(len(copy.body), one)
        places.append(len(body))
        labels |= {label: places[at] for label, at in function.labels.items()}
        return replace(
            function,
            body=tuple(body),
            labels=labels,
            registers=registers,
            variables=tuple(variables),
            tables=tables,
        )

    def grow(self, count: int, one: Instruction) -> None:
        self.size += count
        if self.size > MOST_INSTRUCTIONS:
            raise self.wrong(one, f"calls that unfold to more than {MOST_INSTRUCTIONS} instructions")

    def callee(self, one: Instruction) -> Function | None:
        """Return the function of a call that is put in place; None for anything else."""
        if one.opcode != "call":
            return None
        name = call_parts(one)[1]
        if name in SERVICES:
            return None
        found = self.module.functions.get(name)
        if found is None or not found.body:
            raise self.wrong(one, f"a call of {name}, which this module does not define")
        return found

    def copy(self, callee: Function, one: Instruction, path: tuple[str, ...]) -> Function:
        """Return the callee's body under names of its own, its parameters replaced by the caller's."""
        if callee.name in path:
            raise self.wrong(one, f"a recursive call of {callee.name}")
        if len(path) > DEEPEST:
            raise self.wrong(one, f"calls more than {DEEPEST} deep")
        if one.guard is not None:
            raise self.wrong(one, f"a guarded call of {callee.name}")
        whole = self.function(callee, (*path, callee.name))
        self.copies += 1
        mark = f"call{self.copies}!"
        returned, _, passed = call_parts(one)
        formal = [*callee.returns, *callee.parameters]
        if len(formal) != len(returned) + len(passed):
            raise self.wrong(
                one, f"{len(passed)} arguments for {callee.name}, which takes {len(callee.parameters)}"
            )
        names = {variable.name: actual for variable, actual in zip(formal, (*returned, *passed), strict=True)}
        names |= {
            variable.name: mark + variable.name for variable in whole.variables if _own(variable, whole)
        }
        names |= {label: mark + label for label in whole.labels}
        names |= {table: mark + table for table in whole.tables}
        end = f"{mark}return"
        renamer = _Renamer(names, whole.registers, mark)
        body = tuple(_returned(renamer.instruction(step), end) for step in whole.body)
        labels = {mark + label: at for label, at in whole.labels.items()} | {end: len(body)}
        registers = {mark + name: kind for name, kind in whole.registers.items()}
        variables = tuple(replace(v, name=names.get(v.name, v.name)) for v in whole.variables)
        tables = {mark + name: tuple(mark + label for label in found) for name, found in whole.tables.items()}
        return Function(callee.name, False, (), (), body, labels, registers, variables, tables, callee.line)

    @staticmethod
    def wrong(one: Instruction, what: str) -> PtxError:
        return PtxError(
            what,
            where=f"line {one.line}: {one.text[:120]}",
            next_step="mark the device function __forceinline__, or leave the call out",
        )


def call_parts(one: Instruction) -> tuple[tuple[str, ...], str, tuple[str, ...]]:
    """Return what a call gives back, the name it calls, and what it passes."""
    operands = list(one.operands)
    if not operands:
        raise _Inliner.wrong(one, "a call of nothing")
    returned = _names(operands.pop(0)) if isinstance(operands[0], Vector) else ()
    target = operands.pop(0) if operands else Name("")
    passed = _names(operands.pop(0)) if operands else ()
    if not isinstance(target, Name):
        raise _Inliner.wrong(one, "a call without a name")
    return returned, target.text, passed


def _names(operand: Operand) -> tuple[str, ...]:
    parts = operand.parts if isinstance(operand, Vector) else (operand,)
    return tuple(part.text for part in parts if isinstance(part, Name))


def _own(variable: Variable, function: Function) -> bool:
    return variable in function.variables and variable.space != "shared"


def _returned(one: Instruction, end: str) -> Instruction:
    return replace(one, operands=(Name(end),)) if one.opcode == "ret" and not one.operands else one


class _Renamer:
    """Gives every name of a copied body its new name."""

    def __init__(self, names: dict[str, str], registers: dict[str, str], mark: str) -> None:
        self.names, self.registers, self.mark = names, registers, mark

    def name(self, name: Name) -> Name:
        if name.text in self.names:
            return Name(self.names[name.text])
        if name.text in self.registers or name.text.rstrip("0123456789") + "<" in self.registers:
            return Name(self.mark + name.text)
        return name

    def operand(self, operand: Operand) -> Operand:
        match operand:
            case Name():
                return self.name(operand)
            case Negated(name):
                return Negated(self.name(name))
            case Address(Name() as base, offset):
                return Address(self.name(base), offset)
            case Vector(parts):
                return Vector(tuple(self.operand(part) for part in parts))
        return operand

    def instruction(self, one: Instruction) -> Instruction:
        guard = one.guard
        if isinstance(guard, Negated):
            guard = Negated(self.name(guard.name))
        elif guard is not None:
            guard = self.name(guard)
        return replace(one, guard=guard, operands=tuple(self.operand(operand) for operand in one.operands))
