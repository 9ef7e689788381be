"""Faults that a right result may hide: reads of memory never written, and races.

Note [What is a race].  Two threads touch one cell, at least one of them writes, not both by atomics, and
nothing orders them: no barrier of their block, no warp instruction that waits (``__syncwarp``, a shuffle)
of their warp, and, for threads of different blocks, no memory fence of the earlier one's block since.  The
last rule is a guess in the kernel's favour: a fence says that the author thought of it.  Threads that write
equal values by one instruction are let pass.

Source: the happens-before order of NVIDIA, PTX ISA 9.0, chapter 8 (memory consistency model), simplified.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from workdepth.ptx.barriers import Waiting
from workdepth.ptx.faults import KernelError
from workdepth.ptx.lanes import Chunk, Geometry, Group
from workdepth.ptx.memory import Buffer, Piece, Request
from workdepth.ptx.program import Action, Program

NOBODY = -1


@dataclass
class Last:
    """Who touched each cell last: thread, its epochs then, the instruction, whether atomically."""

    thread: np.ndarray
    barrier: np.ndarray
    warp: np.ndarray
    fence: np.ndarray
    action: np.ndarray
    atomic: np.ndarray

    @classmethod
    def none(cls, cells: int) -> Last:
        """Return the record of cells that nobody touched."""
        zeros = [np.zeros(cells, np.int32) for _ in range(4)]
        return cls(np.full(cells, NOBODY, np.int64), *zeros, np.zeros(cells, np.bool_))


@dataclass
class Now:
    """The lanes of one access: their threads in the grid, and their epochs."""

    thread: np.ndarray
    barrier: np.ndarray
    warp: np.ndarray


class Shadow:
    """What is known of a buffer's cells."""

    def __init__(self, buffer: Buffer) -> None:
        cells = -(-buffer.size // buffer.granule)
        self.written = np.zeros(cells, np.bool_)
        self.writer, self.reader, self.other = (Last.none(cells) for _ in range(3))


class Checker:
    """Watches every access of one launch; raises at the first fault."""

    def __init__(self, program: Program, geometry: Geometry) -> None:
        self.program, self.geometry = program, geometry
        self.fences = np.zeros(geometry.blocks, np.int32)
        self.shadows: dict[int, tuple[Buffer, Shadow]] = {}

    def begin(self, chunk: Chunk, waiting: Waiting) -> None:
        """Start a chunk: its shared and local memory is fresh."""
        self.chunk, self.waiting = chunk, waiting
        self.warp_epoch = np.zeros(int(chunk.warp[-1]) + 1, np.int32)
        self.shadows = {key: kept for key, kept in self.shadows.items() if kept[0].base}

    def fence(self, group: Group) -> None:
        """Note a memory fence."""
        self.fences[np.unique(self.blocks(group))] += 1

    def warp_met(self, group: Group) -> None:
        """Note that warps waited for their lanes."""
        self.warp_epoch[group.warp[group.warp_starts]] += 1

    def blocks(self, group: Group) -> np.ndarray:
        """Return each lane's block in the grid."""
        return group.of(self.chunk.block) + self.chunk.first

    def shadow(self, buffer: Buffer) -> Shadow:
        """Return what is known of a buffer."""
        if id(buffer) not in self.shadows:
            self.shadows[id(buffer)] = (buffer, Shadow(buffer))
        return self.shadows[id(buffer)][1]

    def now(self, group: Group, piece: Piece) -> Now:
        """Return who takes part in an access."""
        lanes = np.arange(group.count) if group.lanes is None else group.lanes
        lanes = lanes if piece.where is None else lanes[piece.where]
        block = self.chunk.block[lanes]
        thread = self.chunk.first * self.geometry.threads + lanes
        return Now(
            thread, self.waiting.passed[block].astype(np.int32), self.warp_epoch[self.chunk.warp[lanes]]
        )

    # -- accesses --------------------------------------------------------------------------------

    def access(self, request: Request, pieces: list[Piece], values: list[np.ndarray]) -> None:
        """Check an access before it happens, and remember it; ``values`` are what a store writes."""
        kind = request.action.kind
        for piece in pieces:
            if piece.buffer.name == "the parameters":
                continue
            now = self.now(request.group, piece)
            for part in range(request.access.bytes // piece.buffer.granule):
                cells = (piece.offset >> (piece.buffer.granule.bit_length() - 1)) + part
                cells = np.broadcast_to(cells, now.thread.shape)
                if kind in ("load", "atomic"):
                    self.read_written(request, piece, cells)
                if piece.buffer.name != "local memory":
                    self.ordered(request, piece, cells, now)
                    if kind == "store":
                        self.written_once(
                            request,
                            piece,
                            cells,
                            now,
                            values[
                                part * len(values) // max(1, request.access.bytes // piece.buffer.granule)
                            ],
                        )
                self.remember(request, piece, cells, now)

    def read_written(self, request: Request, piece: Piece, cells: np.ndarray) -> None:
        """Raise where a cell of shared or local memory is read that nobody wrote."""
        if piece.buffer.base:
            return
        missing = ~self.shadow(piece.buffer).written[cells]
        if missing.any():
            position = int(np.flatnonzero(missing)[0])
            raise request.fault(
                f"a read of {self.cell(piece.buffer, int(cells[position]))}, which was never written",
                _position(piece, position),
                "write it first; shared and local memory start undefined",
            )

    def ordered(self, request: Request, piece: Piece, cells: np.ndarray, now: Now) -> None:
        """Raise where an earlier access of another thread is not ordered before this one."""
        shadow, atomic = self.shadow(piece.buffer), request.action.kind == "atomic"
        records = (
            (shadow.writer,)
            if request.action.kind == "load"
            else (shadow.writer, shadow.reader, shadow.other)
        )
        for last in records:
            clash = self.unordered(last, cells, now) & ~(last.atomic[cells] & atomic)
            if clash.any():
                position = int(np.flatnonzero(clash)[0])
                raise self.race(
                    request,
                    piece,
                    int(cells[position]),
                    position,
                    last,
                    "read" if last is not shadow.writer else "wrote",
                )

    def unordered(self, last: Last, cells: np.ndarray, now: Now) -> np.ndarray:
        """Return where the last access to a cell is by another thread and nothing orders it before now."""
        threads = self.geometry.threads
        earlier = last.thread[cells]
        block, own = earlier // threads, now.thread // threads
        same_block = block == own
        same_warp = same_block & (earlier % threads >> 5 == now.thread % threads >> 5)
        parted = np.where(
            same_block, last.barrier[cells] == now.barrier, self.fences[block] == last.fence[cells]
        )
        parted &= ~(same_warp & (last.warp[cells] < now.warp))
        return (earlier != NOBODY) & (earlier != now.thread) & parted

    def written_once(
        self, request: Request, piece: Piece, cells: np.ndarray, now: Now, values: np.ndarray
    ) -> None:
        """Raise where one instruction writes different values to one cell."""
        if values.size == 1 or len(cells) == 1:
            return
        values = values if piece.where is None else values[piece.where]
        order = np.argsort(cells, kind="stable")
        twice = (cells[order][1:] == cells[order][:-1]) & (values[order][1:] != values[order][:-1])
        if twice.any():
            at = int(np.flatnonzero(twice)[0])
            first, second = int(order[at]), int(order[at + 1])
            cell, other = self.cell(piece.buffer, int(cells[first])), self.named(int(now.thread[first]))
            raise request.fault(
                f"a race on {cell}: {other} writes another value by the same instruction",
                _position(piece, second),
                "let one thread write, or use an atomic",
            )

    def remember(self, request: Request, piece: Piece, cells: np.ndarray, now: Now) -> None:
        """Note an access as the last one of its cells."""
        shadow, action = self.shadow(piece.buffer), request.action
        if action.kind != "load":
            shadow.written[cells] = True
            self.note(shadow.writer, cells, now, action)
            for reader in (shadow.reader, shadow.other):
                reader.thread[cells] = NOBODY
            return
        # Two readers are kept, so that a later writer that is one of them still meets the other.
        moved = (shadow.reader.thread[cells] != now.thread) & (shadow.reader.thread[cells] != NOBODY)
        for name in ("thread", "barrier", "warp", "fence", "action"):
            getattr(shadow.other, name)[cells[moved]] = getattr(shadow.reader, name)[cells[moved]]
        self.note(shadow.reader, cells, now, action)
        backwards = Now(now.thread[::-1], now.barrier[::-1], now.warp[::-1])
        differs = shadow.reader.thread[cells[::-1]] != backwards.thread
        chosen = Now(backwards.thread[differs], backwards.barrier[differs], backwards.warp[differs])
        self.note(shadow.other, cells[::-1][differs], chosen, action)

    def note(self, last: Last, cells: np.ndarray, now: Now, action: Action) -> None:
        """Write a record."""
        last.thread[cells], last.barrier[cells], last.warp[cells] = now.thread, now.barrier, now.warp
        last.fence[cells] = self.fences[now.thread // self.geometry.threads]
        last.action[cells], last.atomic[cells] = action.number, action.kind == "atomic"

    # -- words -----------------------------------------------------------------------------------

    def race(
        self, request: Request, piece: Piece, cell: int, position: int, last: Last, did: str
    ) -> KernelError:
        """Return the fault of two accesses that nothing orders."""
        earlier = self.program.actions[int(last.action[cell])].instruction
        line = f"line {earlier.source[1]}" if earlier.source else f"PTX line {earlier.line}"
        name, other = self.cell(piece.buffer, cell), self.named(int(last.thread[cell]))
        return request.fault(
            f"a race on {name}: {other} {did} it at {line} '{earlier.text}' with no barrier between",
            _position(piece, position),
            "put __syncthreads() between the two, __syncwarp() within a warp, or use atomics",
        )

    def named(self, thread: int) -> str:
        """Return a thread of the grid by block and thread."""
        block = thread // self.geometry.threads
        return Chunk(self.geometry, block, block + 1).place(thread % self.geometry.threads)

    def cell(self, buffer: Buffer, cell: int) -> str:
        """Return a cell by the name of its array or shared variable."""
        byte = cell * buffer.granule
        if buffer.base:
            return f"{buffer.name}[{byte // buffer.element}]"
        if buffer.name == "local memory":
            return "local memory"
        row = buffer.size // self.chunk.blocks
        byte %= max(row, 1)
        for name, start, size in reversed(self.program.shared_variables):
            if start <= byte and (byte < start + size or not size):
                return f"shared {name}, byte {byte - start}"
        return f"shared memory, byte {byte}"


def _position(piece: Piece, position: int) -> int:
    return position if piece.where is None else int(piece.where[position])
