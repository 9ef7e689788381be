"""One thread at a time: a kernel translated to a Python function on plain integers.

NumPy costs a microsecond a call however few lanes there are; a launch of one thread is quicker in plain
Python.  Nothing of the PTX text reaches the function's source: it is made of slot numbers, constants that
the parser read as numbers, and the rules' own templates.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from typing import Any

import numpy as np

from workdepth.ptx.faults import KernelError
from workdepth.ptx.lanes import Chunk, Geometry
from workdepth.ptx.memory import Memory, Request, place
from workdepth.ptx.program import Action, Block, Program, Source
from workdepth.ptx.tally import Tally
from workdepth.ptx.types import PtxType
from workdepth.ptx.values import fitted

_PLAIN = ("pure", "load", "store", "branch", "end", "fence", "barrier")


def suits(program: Program, geometry: Geometry) -> bool:
    """Whether a launch is one that this executor knows: one-thread blocks, few of them, simple memory."""
    return (
        geometry.threads == 1
        and geometry.blocks <= 64
        and all(action.kind in _PLAIN for action in program.actions)
        and all(a.access is None or a.access.space in ("global", "shared") for a in program.actions)
        and all(a.kind != "barrier" or _simple(a) for a in program.actions)
        and all(len(a.targets) < 2 for a in program.actions)
    )


def _simple(barrier: Action) -> bool:
    return barrier.variant == "sync" and len(barrier.sources) < 2 and barrier.guard is None


class Single:
    """A kernel ready to run by one thread a block."""

    def __init__(
        self,
        program: Program,
        memory: Memory,
        parameters: dict[int, np.ndarray],
        tally: Tally | None,
        files: dict[int, str],
        step_limit: int,
    ) -> None:
        self.program, self.memory, self.parameters = program, memory, parameters
        self.tally, self.files, self.step_limit = tally, files, step_limit

    def run(self, geometry: Geometry) -> None:
        """Run every block of the grid."""
        with np.errstate(all="ignore"):
            cells: dict[int, int] = {}
            for number in range(geometry.blocks):
                chunk = Chunk(geometry, number, number + 1)
                self.memory.begin(chunk)
                self._block(chunk, cells)
                # Shared memory is fresh for every block.
                for cell in [cell for cell in cells if cell < 0]:
                    del cells[cell]

    def _block(self, chunk: Chunk, cells: dict[int, int]) -> None:
        text, names = _Writer(self, chunk, cells).function()
        exec(compile(text, f"<kernel {len(text)}>", "exec"), names)
        times, depth, guarded, wrote = names["kernel"]()
        if self.tally is not None:
            self._count(times, depth, guarded, wrote)

    def _count(self, times: tuple[int, ...], depth: int, guarded: dict[int, int], wrote: bool) -> None:
        tally = self.tally
        assert tally is not None
        steps = barriers = 0
        for block, count in zip(self.program.blocks, times, strict=True):
            tally.threads[block.number] += count
            tally.warps[block.number] += count
            steps += count * len(block.actions)
            barriers += count * (block.last.kind == "barrier")
            for action in block.actions:
                done = count if action.guard is None else guarded.get(action.number, 0)
                if action.access is not None and done:
                    _traffic(tally, action, done)
                    wrote = wrote or action.kind == "store"
        tally.depth, tally.steps = max(tally.depth, depth), max(tally.steps, steps)
        tally.barriers = max(tally.barriers, barriers)
        tally.launched += 1
        tally.active += bool(wrote)


def _traffic(tally: Tally, action: Action, done: int) -> None:
    """Note accesses of one lane each: a sector, or a wavefront, apiece."""
    access = action.access
    assert access is not None
    names = ("wavefronts", "ideal") if access.space == "shared" else ("sectors", "requests")
    for name in names:
        tally.table[f"{action.kind}_{name}"][action.number] += done
    if access.space != "shared":
        tally.table[f"{action.kind}_bytes"][action.number] += done * access.bytes


class _Writer:
    """Writes the Python function of one block."""

    def __init__(self, single: Single, chunk: Chunk, cells: dict[int, int]) -> None:
        self.single, self.program, self.chunk = single, single.program, chunk
        self.counted = single.tally is not None
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
        self.limit = single.step_limit

    def fixed(self, number: int) -> int:
        slot = self.program.slots[number]
        if slot.kind == "constant":
            return int(slot.key)  # type: ignore[arg-type]
        values = (
            self.chunk.special(str(slot.key)) if slot.kind == "special" else self.single.parameters[number]
        )
        return int(values[0])

    def endless(self, number: int) -> KernelError:
        last = self.program.blocks[number].last
        where = f"{place(self.program, last, self.single.files)}, {self.chunk.place(0)}"
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
        return f"not v{action.guard}" if action.guard_negated else f"v{action.guard}"

    # -- actions ---------------------------------------------------------------------------------

    def action(self, action: Action, position: int, block: Block) -> list[str]:
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
        return KernelError(
            "the kernel trapped",
            where=f"{place(self.program, action, self.single.files)}, {self.chunk.place(0)}",
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
        return str(self.constant[slot]) if slot in self.constant else f"v{slot}"

    def source(self, source: Source) -> str:
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
        port = _Port(self, action)
        self.names[f"{word}{number}"] = getattr(port, word)
        self.names[f"whole{number}"] = port.whole
        return [f"a = {self.address(action)}", *([f"whole{number}(a)"] if access.count > 1 else [])]

    def load(self, action: Action) -> list[str]:
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
        granule = self.single.memory.granule[access.space]
        shift = granule.bit_length() - 1
        keys = [f"(a >> {shift})" + (f" + {i}" if i else "") for i in range(access.bytes // granule)]
        return [f"-1 - ({key})" for key in keys] if access.space == "shared" else keys


class _Port:
    """One memory instruction's way to its buffer, remembered from one access to the next."""

    def __init__(self, writer: _Writer, action: Action) -> None:
        access = action.access
        assert access is not None
        self.writer, self.action, self.access = writer, action, access
        self.shift, self.low = access.type.bytes.bit_length() - 1, access.type.bytes - 1
        self.base, self.last = 0, -1
        self.view: Any = ()

    def find(self, address: int) -> None:
        """Look an address up; a fault where it leads nowhere."""
        single, chunk = self.writer.single, self.writer.chunk
        request = Request(self.writer.program, self.action, self.access, chunk.everyone, single.files)
        (piece,) = single.memory.locate(request, np.array([address & (2**64 - 1)], np.uint64))
        buffer = piece.buffer
        if self.action.kind == "store" and not buffer.writable:
            raise request.fault(
                f"store to {buffer.name}, which may not be written", 0, "pass a writable array"
            )
        size = single.memory.shared_bytes if self.access.space == "shared" else buffer.size
        self.base, self.last = buffer.base, size - self.access.type.bytes
        whole = buffer.size - buffer.size % self.access.type.bytes
        self.view = memoryview(buffer.bytes[:whole]).cast("BHIQ"[self.shift])

    def whole(self, address: int) -> None:
        """Check a vector's address as one access."""
        offset = address - self.base
        if (
            offset < 0
            or offset > self.last - self.access.bytes + self.access.type.bytes
            or offset & (self.access.bytes - 1)
        ):
            self.find(address)

    def load(self, address: int) -> int:
        offset = address - self.base
        if offset < 0 or offset > self.last or offset & self.low:
            self.find(address)
            offset = address - self.base
        return self.view[offset >> self.shift]

    def store(self, address: int, value: int) -> None:
        offset = address - self.base
        if offset < 0 or offset > self.last or offset & self.low:
            self.find(address)
            offset = address - self.base
        self.view[offset >> self.shift] = value


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
