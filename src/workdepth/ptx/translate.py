"""A kernel as the source of a Python function on plain integers, for one thread.

Nothing of the PTX text reaches that source: it is made of slot numbers, constants that the parser read as
numbers, and the rules' own templates.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from typing import Any

import numpy as np

from workdepth.ptx.faults import KernelError
from workdepth.ptx.lanes import Chunk
from workdepth.ptx.memory import place
from workdepth.ptx.port import OneThread, Port
from workdepth.ptx.program import Action, Block, Program, Source
from workdepth.ptx.types import PtxType
from workdepth.ptx.values import fitted


class Translator:
    """Writes the Python function of one block."""

    def __init__(self, launch: OneThread, chunk: Chunk, cells: dict[int, int]) -> None:
        self.launch, self.program, self.chunk = launch, launch.program, chunk
        self.counted = launch.counted
        self.names: dict[str, Any] = {
            "cells": cells,
            "guarded": {},
            "f32": _as_f32,
            "b32": _of_f32,
            "f64": _as_f64,
            "b64": _of_f64,
            "endless": self.endless,
        }
        self.constant = {
            n: self.fixed(n) for n, slot in enumerate(self.program.slots) if slot.kind != "register"
        }
        self.limit = launch.step_limit

    def fixed(self, number: int) -> int:
        """Return the value of a slot that nothing writes."""
        slot = self.program.slots[number]
        if slot.kind == "constant":
            return int(slot.key)  # type: ignore[arg-type]
        values = (
            self.chunk.special(str(slot.key)) if slot.kind == "special" else self.launch.parameters[number]
        )
        return int(values[0])

    def endless(self, number: int) -> KernelError:
        """Return the fault of a block that ran too often."""
        last = self.program.blocks[number].last
        where = f"{place(self.program, last, self.launch.files)}, {self.chunk.place(0)}"
        return KernelError(
            f"no end after {self.limit} steps",
            where=where,
            next_step="the loop does not end, or waits for another thread; if it is only long, "
            "raise step_limit",
        )

    # -- the function ----------------------------------------------------------------------------

    def function(self) -> tuple[str, dict[str, Any]]:
        """Return the source of ``kernel()`` and the names it uses."""
        blocks = self.program.blocks
        registers = [n for n, slot in enumerate(self.program.slots) if slot.kind == "register"]
        start = (
            [f"v{n} = d{n} = 0" for n in registers] + [f"n{b.number} = 0" for b in blocks] + ["top = at = 0"]
        )
        body = self.dispatch(blocks)
        times = ", ".join(f"n{block.number}" for block in blocks)
        finish = f"return ({times},), top, guarded, False"
        lines = ["def kernel():", *_in(start), "    while at >= 0:", *_in(_in(body)), f"    {finish}"]
        return "\n".join(lines), self.names

    def dispatch(self, blocks: tuple[Block, ...]) -> list[str]:
        """Return a search tree over block numbers, so that the many blocks of a long kernel stay cheap."""
        if len(blocks) == 1:
            return self.block(blocks[0])
        middle = len(blocks) // 2
        return [
            f"if at < {blocks[middle].number}:",
            *_in(self.dispatch(blocks[:middle])),
            "else:",
            *_in(self.dispatch(blocks[middle:])),
        ]

    def block(self, block: Block) -> list[str]:
        """Return the lines of a block: its actions, then where it goes."""
        number = block.number
        bound = max(1, self.limit // len(block.actions))
        lines = [f"n{number} += 1", f"if n{number} > {bound}: raise endless({number})"]
        for position, action in enumerate(block.actions):
            lines += self.action(action, position, block)
        last, going = block.last, block.successors
        if last.kind == "end":
            return (
                [*lines, "at = -1"]
                if last.guard is None
                else [*lines, f"at = -1 if {self.guard(last)} else {going[0]}"]
            )
        if last.kind != "branch" or last.guard is None:
            return [*lines, f"at = {going[-1]}"]
        if going[1] == number:
            # A loop of one block stays inside: this is where one-thread kernels spend their time.
            return ["while True:", *_in([*lines, f"if not ({self.guard(last)}): break"]), f"at = {going[0]}"]
        return [*lines, f"at = {going[1]} if {self.guard(last)} else {going[0]}"]

    def guard(self, action: Action) -> str:
        """Return an action's guard as a condition."""
        return f"not v{action.guard}" if action.guard_negated else f"v{action.guard}"

    # -- actions ---------------------------------------------------------------------------------

    def action(self, action: Action, position: int, block: Block) -> list[str]:
        """Return the lines of an action."""
        lines = self.depth(action) if self.counted else []
        match action.kind:
            case "pure":
                work = self.pure(action)
            case "load":
                work = self.load(action)
            case "store":
                work = self.store(action)
            case "end" if action.variant == "trap":
                self.names["trapped"] = self.trap(action)
                work = ["raise trapped"]
            case _:
                work = []
        if action.guard is not None and action.kind in ("pure", "load", "store"):
            if action.kind != "pure" and self.counted:
                work.append(f"guarded[{action.number}] = guarded.get({action.number}, 0) + 1")
            work = [f"if {self.guard(action)}:", *_in(work)]
        elif action.guard is not None and work:
            work = [f"if {self.guard(action)}:", *_in(work)]
        lines += work
        if self.counted:
            lines += [f"d{slot} = t" for slot in action.writes]
            if not _used_later(action, block.actions[position + 1 :]):
                lines.append("if t > top: top = t")
        return lines

    def trap(self, action: Action) -> KernelError:
        """Return the fault of a trap."""
        return KernelError(
            "the kernel trapped",
            where=f"{place(self.program, action, self.launch.files)}, {self.chunk.place(0)}",
            next_step="the kernel's own check failed; read the source line named",
        )

    def depth(self, action: Action) -> list[str]:
        """Return the line that puts an action's depth into ``t``, memory left out."""
        reads = [f"d{slot}" for slot in action.reads if slot not in self.constant]
        if len(reads) < 2:
            return [f"t = {reads[0]} + 1" if reads else "t = 1"]
        if len(reads) == 2:
            a, b = reads
            return [f"t = ({a} if {a} > {b} else {b}) + 1"]
        return [f"t = max({', '.join(reads)}) + 1"]

    def pure(self, action: Action) -> list[str]:
        """Return the line of an action on registers."""
        rule = action.operation
        assert rule is not None
        targets = ", ".join(f"v{slot}" for slot in action.writes)
        if not rule.python or len(action.results) != 1:
            self.names[f"do{action.number}"] = _by_numpy(action, self.program)
            raw = ", ".join(self.raw(source.slot) for source in action.sources)
            return [f"{targets} = do{action.number}({raw})"]
        ((_, kind, held),) = action.results
        value = rule.python.format(*(self.source(source) for source in action.sources))
        return [f"{targets} = {_cut(value, kind, held, rule.operands)}"]

    def raw(self, slot: int) -> str:
        """Return a slot's raw bits as an expression."""
        return str(self.constant[slot]) if slot in self.constant else f"v{slot}"

    def source(self, source: Source) -> str:
        """Return a source as its type sees it."""
        text = self.raw(source.slot)
        kind = source.type
        if source.slot in self.constant and kind.kind != "f":
            value = self.constant[source.slot] & kind.mask
            return f"({value - (1 << kind.bits) if kind.kind == 's' and value >> (kind.bits - 1) else value})"
        if source.narrow is not None:
            text = f"({text} & {kind.mask})"
        if kind.kind == "s":
            sign = 1 << (kind.bits - 1)
            return f"(({text} ^ {sign}) - {sign})"
        return f"f{kind.bits}({text})" if kind.kind == "f" else text

    # -- memory ----------------------------------------------------------------------------------

    def address(self, action: Action) -> str:
        """Return an access's address as an expression."""
        access = action.access
        assert access is not None
        if access.address is None:
            return str(access.offset)
        base = self.raw(access.address.slot)
        return f"{base} + {access.offset}" if access.offset else base

    def reached(self, action: Action, word: str) -> list[str]:
        """Return the lines that put the address into ``a``, and name the port that takes it."""
        access, number = action.access, action.number
        assert access is not None
        port = Port(self.launch, self.chunk, action)
        self.names[f"{word}{number}"] = getattr(port, word)
        self.names[f"whole{number}"] = port.whole
        return [f"a = {self.address(action)}", *([f"whole{number}(a)"] if access.count > 1 else [])]

    def load(self, action: Action) -> list[str]:
        """Return the lines of a load."""
        access = action.access
        assert access is not None
        lines = self.reached(action, "load")
        for place_, (slot, kind, held) in enumerate(action.results):
            at = f"a + {place_ * access.type.bytes}" if place_ else "a"
            value = f"load{action.number}({at})"
            lines.append(f"v{slot} = {value if kind.bits == held.bits else _extended(value, kind, held)}")
        if self.counted:
            for cell in self.cells(action):
                lines += [f"c = cells.get({cell}, 0) + 1", "if c > t: t = c"]
        return lines

    def store(self, action: Action) -> list[str]:
        """Return the lines of a store."""
        access = action.access
        assert access is not None
        lines = self.reached(action, "store")
        for place_, source in enumerate(action.sources):
            at = f"a + {place_ * access.type.bytes}" if place_ else "a"
            value = self.raw(source.slot)
            cut = value if source.narrow is None else f"{value} & {access.type.mask}"
            lines.append(f"store{action.number}({at}, {cut})")
        if self.counted:
            lines += [f"cells[{cell}] = t" for cell in self.cells(action)]
        return lines

    def cells(self, action: Action) -> list[str]:
        """Return the keys of the cells an access touches; those of shared memory are negative."""
        access = action.access
        assert access is not None
        granule = self.launch.memory.granule[access.space]
        shift = granule.bit_length() - 1
        keys = [f"(a >> {shift})" + (f" + {i}" if i else "") for i in range(access.bytes // granule)]
        return [f"-1 - ({key})" for key in keys] if access.space == "shared" else keys


def _in(lines: list[str]) -> list[str]:
    return ["    " + line for line in lines]


def _used_later(action: Action, later: tuple[Action, ...]) -> bool:
    slots = set(action.writes)
    for other in later:
        if slots & set(other.reads):
            return True
        slots -= set(other.writes)
    return False


def _cut(value: str, kind: PtxType, held: PtxType, operands: tuple[PtxType, ...]) -> str:
    """Return a value cut to its type, as the raw bits of its register."""
    if kind.kind == "p":
        return value
    if kind.kind == "f":
        return f"b{kind.bits}({value})"
    return _extended(f"({value}) & {kind.mask}", kind, held)


def _extended(raw: str, kind: PtxType, held: PtxType) -> str:
    if kind.kind != "s" or kind.bits == held.bits:
        return raw
    sign = 1 << (kind.bits - 1)
    return f"((({raw}) ^ {sign}) - {sign}) & {held.mask}"


def _by_numpy(action: Action, program: Program) -> Callable[..., Any]:
    """Return an action without a Python template as a function of raw integers, by its NumPy rule."""
    rule = action.operation
    assert rule is not None
    types = [program.slots[source.slot].type.raw for source in action.sources]
    plain = [Source(i, source.type, source.view, source.narrow) for i, source in enumerate(action.sources)]

    def call(*raw: int) -> Any:
        values = [
            np.array([value]).astype(kind) if kind == np.bool_ else np.array([value], kind)
            for value, kind in zip(raw, types, strict=True)
        ]
        found = rule.compute(*[source.of(values) for source in plain])
        found = found if isinstance(found, tuple) else (found,)
        bits = [
            fitted(value, kind, held)[0].item()
            for value, (_, kind, held) in zip(found, action.results, strict=True)
        ]
        return bits[0] if len(bits) == 1 else bits

    return call


def _as_f32(bits: int) -> float:
    return struct.unpack("<f", struct.pack("<I", bits))[0]


def _of_f32(value: float) -> int:
    try:
        return struct.unpack("<I", struct.pack("<f", value))[0]
    except OverflowError:
        return 0x7F800000 if value > 0 else 0xFF800000


def _as_f64(bits: int) -> float:
    return struct.unpack("<d", struct.pack("<Q", bits))[0]


def _of_f64(value: float) -> int:
    return struct.unpack("<Q", struct.pack("<d", value))[0]
