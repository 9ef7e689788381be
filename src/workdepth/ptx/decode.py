"""From a parsed function to a program: names become slots, operands become sources, labels become numbers."""

from __future__ import annotations

from workdepth.ptx.blocks import split
from workdepth.ptx.inline import SERVICES, call_parts, inlined
from workdepth.ptx.layout import GENERIC_WINDOW
from workdepth.ptx.operands import Operands, without_negation
from workdepth.ptx.program import Access, Action, Program, Slot, Source
from workdepth.ptx.rules import kind_of, operation
from workdepth.ptx.rules.carry import CARRY
from workdepth.ptx.rules.operation import Modifiers, Operation, same
from workdepth.ptx.rules.packing import pack, unpack
from workdepth.ptx.syntax import (
    Address,
    Function,
    Instruction,
    ModuleText,
    Name,
    Negated,
    Operand,
    Vector,
)
from workdepth.ptx.types import TYPES, unsigned

LOAD_STORE_HINTS = (
    "volatile",
    "relaxed",
    "acquire",
    "release",
    "weak",
    "cta",
    "gpu",
    "sys",
    "nc",
    "ca",
    "cg",
    "cs",
    "lu",
    "cv",
    "wb",
    "wt",
    "uni",
)
SPACE_NAMES = ("global", "shared", "local", "const", "param")
ATOMIC_OPERATIONS = ("add", "min", "max", "exch", "cas", "inc", "dec", "and", "or", "xor")


def decode(function: Function, module: ModuleText) -> Program:
    """Return a kernel ready to run.

    Raises
    ------
    PtxError
        Where an instruction, modifier, name or operand has no rule; it names the line.
    """
    return _Decoder(inlined(function, module), module).program()


class _Decoder(Operands):
    def __init__(self, function: Function, module: ModuleText) -> None:
        super().__init__(function, module)
        self.parameters = {variable.name: variable for variable in function.parameters}

    def program(self) -> Program:
        function = self.function
        actions = []
        for number, instruction in enumerate(function.body):
            self.now = instruction
            actions.append(self.action(number, instruction))
        slots, blocks = tuple(self.slots), split(tuple(actions))
        return Program(
            function.name,
            function.parameters,
            slots,
            blocks,
            tuple(actions),
            self.layout.shared_bytes,
            self.layout.local_bytes,
            tuple(self.layout.shared),
            _granules(actions),
        )

    # -- actions ---------------------------------------------------------------------------------

    def action(self, number: int, instruction: Instruction) -> Action:
        guard, negated = None, False
        if instruction.guard is not None:
            name = instruction.guard
            negated = isinstance(name, Negated)
            guard, _ = self.register(name.name.text if isinstance(name, Negated) else name.text)
        kind = kind_of(instruction)
        try:
            fields = getattr(self, f"_{kind}")(instruction)
        except (IndexError, KeyError, TypeError, ValueError) as error:
            # Too few operands, or of a shape that the form does not have: whatever unpacking trips over.
            raise self.wrong(f"the operands of {instruction.name} do not fit it") from error
        return Action(
            fields.pop("kind", kind), instruction, number, guard=guard, guard_negated=negated, **fields
        )

    def _pure(self, instruction: Instruction) -> dict:
        return self.computed(instruction, operation(instruction))

    def computed(self, instruction: Instruction, rule: Operation) -> dict:
        first, *rest = instruction.operands
        targets = first.parts if isinstance(first, Vector) else (first,)
        if len(targets) + 1 == len(rule.results) and "cc" in instruction.modifiers:
            targets = (*targets, Name(CARRY))
        if len(rest) + 1 == len(rule.operands) and instruction.opcode in ("addc", "subc", "madc"):
            rest.append(Name(CARRY))
        if len(targets) != len(rule.results) or len(rest) != len(rule.operands):
            raise self.wrong(f"{instruction.name} with {len(instruction.operands)} operands")
        rule, plain = without_negation(rule, rest)
        sources = tuple(
            self.source(operand, kind) for operand, kind in zip(plain, rule.operands, strict=True)
        )
        results = tuple(self.result(target, kind) for target, kind in zip(targets, rule.results, strict=True))
        return {"kind": "pure", "operation": rule, "sources": sources, "results": results}

    def _move(self, instruction: Instruction) -> dict:
        modifiers = Modifiers(instruction)
        if instruction.opcode == "cvta":
            return self.computed(instruction, self.address_change(modifiers))
        kind = unsigned(modifiers.type().bits)
        if modifiers.left:
            raise modifiers.unknown()
        target, value = instruction.operands
        if isinstance(value, Vector):
            flat = Instruction(
                "mov", instruction.modifiers, (target, *value.parts), instruction.line, instruction.text
            )
            return self.computed(flat, pack(kind, len(value.parts)))
        if isinstance(target, Vector):
            return self.computed(instruction, unpack(kind, len(target.parts)))
        return self.computed(instruction, same(kind, 1, _itself, "{0}"))

    def address_change(self, modifiers: Modifiers) -> Operation:
        back, space = modifiers.take("to"), modifiers.take(*SPACE_NAMES)
        kind = modifiers.type()
        if modifiers.left:
            raise modifiers.unknown()
        window = GENERIC_WINDOW.get(space, 0)
        if not window or kind.bits != 64:
            return same(kind, 1, _itself, "{0}")
        step = kind.raw.type(window)
        if back:
            return same(kind, 1, lambda a: a - step, f"{{0}} - {window}")
        return same(kind, 1, lambda a: a + step, f"{{0}} + {window}")

    # -- memory ----------------------------------------------------------------------------------

    def access(self, modifiers: Modifiers, operand: Operand) -> Access:
        space = modifiers.take(*SPACE_NAMES) or "generic"
        if space == "shared" and modifiers.take("shared::cta"):
            raise modifiers.unknown()
        lanes = modifiers.take("v2", "v4", "v8")
        kind = modifiers.type()
        if modifiers.left or kind.bits < 8 or kind.bytes * int(lanes[1:] or 1) > 32:
            raise modifiers.unknown()
        if not isinstance(operand, Address):
            raise self.wrong("a memory operand stands in brackets")
        base, offset = operand.base, operand.offset
        address = None
        if base is not None and self.register_type(base.text) is not None:
            slot, held = self.register(base.text)
            address = Source(slot, held)
        elif base is not None:
            owner, start = self.symbol(base.text)
            space, offset = (owner if space in ("generic", "param") else space), start + offset
        space = "const" if space == "param" else space  # the bank of parameters, by its address
        return Access(space, kind, int(lanes[1:] or 1), address, offset)

    def _load(self, instruction: Instruction) -> dict:
        modifiers = Modifiers(instruction)
        _drop_hints(modifiers)
        target, operand = instruction.operands[:2]
        if (
            "param" in modifiers.left
            and isinstance(operand, Address)
            and operand.base
            and operand.base.text in self.parameters
        ):
            return self.parameter(modifiers, target, operand)
        access = self.access(modifiers, operand)
        targets = target.parts if isinstance(target, Vector) else (target,)
        if len(targets) != access.count:
            raise self.wrong(f"{len(targets)} registers for {access.count} elements")
        return {"access": access, "results": tuple(self.result(part, access.type) for part in targets)}

    def parameter(self, modifiers: Modifiers, target: Operand, operand: Address) -> dict:
        modifiers.take("param")
        lanes, kind = modifiers.take("v2", "v4"), modifiers.type()
        if modifiers.left or operand.base is None or kind.bits < 8:
            raise modifiers.unknown()
        targets = target.parts if isinstance(target, Vector) else (target,)
        sources, count = [], int(lanes[1:] or 1)
        for place in range(count):
            at = operand.offset + place * kind.bytes
            if at + kind.bytes > self.parameters[operand.base.text].bytes or at < 0:
                raise self.wrong(f"parameter {operand.base.text} is read past its end")
            slot = self.slot(Slot("parameter", unsigned(kind.bits), (operand.base.text, at)))
            sources.append(Source(slot, kind, kind.view if kind.view != kind.raw else None))
        results = tuple(self.result(part, kind) for part in targets)
        compute = _itself if count == 1 else (lambda *values: values)
        rule = Operation(
            (kind,) * count, (kind,) * count, compute, "{0}" if count == 1 and kind.kind != "f" else ""
        )
        return {"kind": "pure", "operation": rule, "sources": tuple(sources), "results": results}

    def _store(self, instruction: Instruction) -> dict:
        modifiers = Modifiers(instruction)
        _drop_hints(modifiers)
        operand, value = instruction.operands[:2]
        access = self.access(modifiers, operand)
        values = value.parts if isinstance(value, Vector) else (value,)
        if len(values) != access.count:
            raise self.wrong(f"{len(values)} registers for {access.count} elements")
        if access.space in ("const", "param"):
            raise self.wrong(f"a store to {access.space} memory")
        return {"access": access, "sources": tuple(self.source(part, access.type) for part in values)}

    def _atomic(self, instruction: Instruction) -> dict:
        modifiers = Modifiers(instruction)
        _drop_hints(modifiers)
        modifiers.take("acq_rel")
        variant = modifiers.take(*ATOMIC_OPERATIONS)
        modifiers.take("noftz")
        operands = list(instruction.operands)
        target = operands.pop(0) if instruction.opcode == "atom" else Name("_")
        access = self.access(modifiers, operands.pop(0))
        if not variant or access.count > 1 or access.space not in ("global", "shared", "generic"):
            raise modifiers.unknown()
        if len(operands) != (2 if variant == "cas" else 1):
            raise self.wrong(f"{instruction.name} with {len(operands)} values")
        sources = tuple(self.source(value, access.type) for value in operands)
        return {
            "access": access,
            "sources": sources,
            "variant": variant,
            "results": (self.result(target, access.type),),
        }

    # -- control ---------------------------------------------------------------------------------

    def _branch(self, instruction: Instruction) -> dict:
        modifiers = Modifiers(instruction)
        modifiers.take("uni")
        if instruction.opcode == "bra" and not modifiers.left:
            return {"targets": (self.label(instruction.operands[0]),)}
        if instruction.opcode != "brx" or modifiers.left != ["idx"] or instruction.guard is not None:
            raise modifiers.unknown()
        index, table = instruction.operands
        if not isinstance(table, Name) or table.text not in self.function.tables:
            raise self.wrong(f"no table of branch targets {table}")
        labels = tuple(self.label(Name(label)) for label in self.function.tables[table.text])
        return {"variant": "brx", "targets": labels, "sources": (self.source(index, TYPES["u32"]),)}

    def label(self, target: Operand) -> int:
        if not isinstance(target, Name) or target.text not in self.function.labels:
            raise self.wrong(f"no label {getattr(target, 'text', target)} in {self.function.name}")
        return self.function.labels[target.text]

    def _end(self, instruction: Instruction) -> dict:
        if instruction.operands:  # the end of a function that was put in place of its call
            return {"kind": "branch", "targets": (self.label(instruction.operands[0]),)}
        return {"variant": "trap" if instruction.opcode == "brkpt" else instruction.opcode}

    def _barrier(self, instruction: Instruction) -> dict:
        modifiers = Modifiers(instruction)
        modifiers.take("cta")
        if modifiers.take("warp"):
            modifiers.take("sync")
            return self.together(modifiers, "sync", "", (), instruction.operands)
        variant = modifiers.take("sync", "arrive", "red")
        modifiers.take("aligned")
        operands, results, flips = list(instruction.operands), (), False
        word = TYPES["u32"]
        if variant == "red":
            how, kind = modifiers.take("popc", "and", "or"), modifiers.type()
            results, said = (self.result(operands.pop(0), kind),), operands.pop()
            flips = isinstance(said, Negated)
            predicate = self.source(said.name if isinstance(said, Negated) else said, TYPES["pred"])
            variant = f"red.{how}{'.not' if flips else ''}"
        if modifiers.left or not variant:
            raise modifiers.unknown()
        numbers = tuple(self.source(value, word) for value in operands)
        sources = (*numbers, predicate) if results else numbers
        return {"variant": variant, "results": results, "sources": sources}

    def _fence(self, instruction: Instruction) -> dict:
        return {"variant": instruction.opcode}

    # -- warps -----------------------------------------------------------------------------------

    def _warp(self, instruction: Instruction) -> dict:
        modifiers, operands = Modifiers(instruction), instruction.operands
        word = TYPES["b32"]
        opcode = instruction.opcode
        if opcode == "activemask":
            modifiers.type()
            return self.together(modifiers, opcode, "", (self.result(operands[0], word),), ())
        if not modifiers.take("sync"):
            raise modifiers.unknown()
        how = modifiers.take("up", "down", "bfly", "idx", "all", "any", "uni", "ballot", *ATOMIC_OPERATIONS)
        kind = modifiers.type()
        first = operands[0].parts if isinstance(operands[0], Vector) else (operands[0],)
        types = (word if opcode == "match" else kind, TYPES["pred"])
        results = tuple(self.result(target, held) for target, held in zip(first, types, strict=False))
        said = operands[1]
        allowed = {
            "shfl": ("b32",),
            "match": ("b32", "b64"),
            "redux": ("u32", "s32", "b32"),
            "vote": ("pred", "b32"),
        }
        if not how or kind.name not in allowed[opcode] or len(operands) != (5 if opcode == "shfl" else 3):
            raise modifiers.unknown()
        if opcode == "vote":
            kind = TYPES["pred"]
            how += ".not" if isinstance(said, Negated) else ""
            said = said.name if isinstance(said, Negated) else said
        return self.together(modifiers, opcode, how, results, operands[2:], self.source(said, kind))

    def together(
        self,
        modifiers: Modifiers,
        opcode: str,
        how: str,
        results: tuple,
        numbers: tuple[Operand, ...],
        *values: Source,
    ) -> dict:
        """Return a warp instruction: the lanes' value first, the mask last."""
        if modifiers.left or self.now.guard is not None:
            raise modifiers.unknown()
        sources = (*values, *(self.source(number, TYPES["u32"]) for number in numbers))
        return {"kind": "warp", "variant": f"{opcode}.{how}", "sources": sources, "results": results}

    # -- calls -----------------------------------------------------------------------------------

    def _call(self, instruction: Instruction) -> dict:
        if not instruction.operands:
            return {"kind": "fence", "variant": "call"}
        _, name, passed = call_parts(instruction)
        if name not in SERVICES:
            raise Modifiers(instruction).unknown()
        places = tuple(self.constant(self.symbol(one)[1], TYPES["u64"]) for one in passed)
        return {"kind": "service", "variant": name, "sources": places}


def _itself(value: object) -> object:
    return value


def _drop_hints(modifiers: Modifiers) -> None:
    """Take the modifiers that change caching or ordering, never the value."""
    while modifiers.take(*LOAD_STORE_HINTS):
        pass
    hints = ("L1::", "L2::")
    modifiers.left = [name for name in modifiers.left if not name.startswith(hints)]


def _granules(actions: list[Action]) -> dict[str, int]:
    """Return the smallest access in each space; a generic one counts for all."""
    smallest = dict.fromkeys(("global", "shared", "local", "const"), 8)
    for action in actions:
        if action.access is not None:
            spaces = smallest if action.access.space == "generic" else (action.access.space,)
            for space in tuple(spaces):
                smallest[space] = min(smallest.get(space, 8), action.access.type.bytes)
    return smallest
