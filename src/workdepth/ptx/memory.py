"""Memories of a launch: where an address leads, with every access checked.

A *buffer* holds bytes, and, where depth is counted, how long a chain of instructions led to each cell.
Cells are as wide as the kernel's narrowest access to that memory.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from workdepth.ptx.faults import KernelError
from workdepth.ptx.lanes import Chunk, Group
from workdepth.ptx.layout import GENERIC_WINDOW, array_address
from workdepth.ptx.program import Access, Action, Program


class Buffer:
    """Bytes with a base address; ``element`` is the width by which messages count indices."""

    def __init__(
        self, name: str, data: np.ndarray, base: int, element: int, granule: int, writable: bool = True
    ) -> None:
        self.name, self.base, self.element = name, base, element
        self.bytes = data
        self.size = len(data)
        self.granule = granule
        self.writable = writable
        self.cells: np.ndarray | None = None
        self._views: dict[np.dtype, np.ndarray] = {}

    def view(self, dtype: np.dtype) -> np.ndarray:
        """Return the bytes as elements of a type."""
        if dtype not in self._views:
            whole = self.size - self.size % dtype.itemsize
            self._views[dtype] = self.bytes[:whole].view(dtype)
        return self._views[dtype]

    def depth(self) -> np.ndarray:
        """Return the chain lengths of the cells."""
        if self.cells is None:
            self.cells = np.zeros(-(-self.size // self.granule), np.uint32)
        return self.cells


@dataclass(frozen=True)
class Piece:
    """Lanes of an access that lead to one buffer: byte offsets, and which lanes (None: all)."""

    buffer: Buffer
    offset: np.ndarray
    where: np.ndarray | None = None


@dataclass(frozen=True)
class Request:
    """One access by a group of lanes, as faults report it."""

    program: Program
    action: Action
    access: Access
    group: Group
    files: dict[int, str]

    def fault(self, what: str, position: int, next_step: str) -> KernelError:
        """Return the fault of the lane at a position of the group."""
        lane = self.group.chunk.place(self.group.lane(position))
        return KernelError(
            what, where=f"{place(self.program, self.action, self.files)}, {lane}", next_step=next_step
        )


def place(program: Program, action: Action, files: dict[int, str]) -> str:
    """Return where an instruction stands: kernel, PTX line and, if known, source line."""
    one = action.instruction
    source = ""
    if one.source is not None:
        source = f", {files.get(one.source[0], 'source')} line {one.source[1]}"
    return f"kernel {program.name}, PTX line {one.line} '{one.text}'{source}"


class Memory:
    """Every memory that a launch can reach."""

    def __init__(
        self, arrays: list[Buffer], shared_bytes: int, local_bytes: int, granule: dict[str, int]
    ) -> None:
        self.arrays = arrays
        self.shared_bytes = shared_bytes
        # Rows of shared and local memory begin aligned, so that typed views fit.
        self.shared_row = -(-shared_bytes // 16) * 16
        self.local_bytes = local_bytes
        self.local_row = -(-local_bytes // 16) * 16
        self.granule = granule
        self.shared = self.local = Buffer("none", np.zeros(0, np.uint8), 0, 1, 1)

    def begin(self, chunk: Chunk) -> None:
        """Give a chunk's blocks shared memory and its threads local memory."""
        for name, row, rows in (
            ("shared", self.shared_row, chunk.blocks),
            ("local", self.local_row, chunk.lanes),
        ):
            data = np.zeros(row * rows, np.uint8)
            setattr(self, name, Buffer(f"{name} memory", data, 0, 4, self.granule.get(name, 4)))

    def locate(self, request: Request, address: np.ndarray) -> list[Piece]:
        """Return where the addresses lead; a fault names the first that leads nowhere or is misaligned."""
        space = request.access.space
        if space == "shared":
            return [
                self._row(
                    request,
                    address,
                    self.shared,
                    self.shared_bytes,
                    self.shared_row,
                    request.group.chunk.block,
                )
            ]
        if space == "local":
            lanes = np.arange(request.group.chunk.lanes, dtype=np.int64)
            return [self._row(request, address, self.local, self.local_bytes, self.local_row, lanes)]
        return self._arrays(request, address)

    def _row(
        self, request: Request, address: np.ndarray, buffer: Buffer, size: int, row: int, owner: np.ndarray
    ) -> Piece:
        width = request.access.bytes
        last = size - width
        if last < 0 or int(address.max()) > last:
            position = int(np.flatnonzero(address > np.uint64(max(last, 0)))[0]) if last >= 0 else 0
            at = int(address[position if address.size > 1 else 0])
            raise request.fault(
                f"{_verb(request)} of {width} bytes at offset {_signed(at)} of {size} bytes of {buffer.name}",
                position,
                "check the index and the size given at the launch",
            )
        self._aligned(request, address, buffer.name)
        offset = address.view(np.int64)
        if len(owner) > 1 and int(owner[-1]) > 0:
            offset = offset + request.group.of(owner) * row
        return Piece(buffer, offset)

    def _aligned(self, request: Request, address: np.ndarray, name: str) -> None:
        low = np.uint64(request.access.bytes - 1)
        if low and int(np.bitwise_or.reduce(address)) & int(low):
            position = int(np.flatnonzero(address & low)[0])
            raise request.fault(
                f"misaligned {_verb(request)} of {request.access.bytes} bytes of {name}",
                position,
                f"the address is no multiple of {request.access.bytes}",
            )

    def _arrays(self, request: Request, address: np.ndarray) -> list[Piece]:
        first = int(address[0]) >> 36
        if 1 <= first <= len(self.arrays):
            buffer = self.arrays[first - 1]
            offset = address - np.uint64(buffer.base)
            if int(offset.max()) <= buffer.size - request.access.bytes:
                self._aligned(request, offset, buffer.name)
                return [Piece(buffer, offset.view(np.int64))]
        return self._several(request, address)

    def _several(self, request: Request, address: np.ndarray) -> list[Piece]:
        """Lanes that lead to different memories, or out of all."""
        number = (address >> np.uint64(36)).astype(np.int64)
        pieces = []
        for one in sorted(set(number.tolist())):
            where = np.flatnonzero(number == one)
            part = (
                request.group
                if address.size == 1
                else Group(request.group.chunk, np.array([request.group.lane(int(i)) for i in where]))
            )
            inner = Request(request.program, request.action, request.access, part, request.files)
            pieces.append(self._one(inner, address[where], one, where if address.size > 1 else None))
        return pieces

    def _one(self, request: Request, address: np.ndarray, number: int, where: np.ndarray | None) -> Piece:
        for space, window in GENERIC_WINDOW.items():
            if request.access.space == "generic" and number == window >> 36:
                inner = Access(space, request.access.type, request.access.count, None, 0)
                again = Request(request.program, request.action, inner, request.group, request.files)
                piece = self.locate(again, address - np.uint64(window))[0]
                return Piece(piece.buffer, piece.offset, where)
        if not 1 <= number <= len(self.arrays):
            # An index below zero falls into the gap under its array.
            above = int(address[0]) + (1 << 35) >> 36
            if not 1 <= above <= len(self.arrays):
                raise request.fault(
                    f"{_verb(request)} at address {int(address[0]):#x}, which lies in no array",
                    0,
                    "pass an array for that pointer",
                )
            raise self._outside(request, self.arrays[above - 1], address, 0)
        buffer = self.arrays[number - 1]
        offset = address - np.uint64(buffer.base)
        outside = np.flatnonzero(offset.astype(object) + request.access.bytes > buffer.size)
        if len(outside):
            closer = number if int(offset[outside[0]]) < 1 << 35 else min(number + 1, len(self.arrays))
            raise self._outside(request, self.arrays[closer - 1], address, int(outside[0]))
        self._aligned(request, offset, buffer.name)
        return Piece(buffer, offset.view(np.int64), where)

    def _outside(self, request: Request, buffer: Buffer, address: np.ndarray, position: int) -> KernelError:
        index = (int(address[position if address.size > 1 else 0]) - buffer.base) // buffer.element
        length = buffer.size // buffer.element
        what = f"{_verb(request)} out of bounds: {buffer.name}[{index}], which has {length} elements"
        return request.fault(what, position, "guard the access, or pass a longer array")


def array_buffer(name: str, number: int, data: np.ndarray, granule: int) -> Buffer:
    """Return a launch's array as a buffer on the array's own bytes."""
    flat = data.reshape(-1).view(np.uint8)
    return Buffer(
        name, flat, array_address(number), max(data.itemsize, 1), granule, bool(data.flags.writeable)
    )


def _verb(request: Request) -> str:
    return {"load": "load", "store": "store"}.get(request.action.kind, "atomic access")


def _signed(value: int) -> int:
    return value - (1 << 64) if value >> 63 else value
