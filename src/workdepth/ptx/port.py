"""One thread's way to memory: a check that costs little where the last access was to the same array."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from workdepth.ptx.lanes import Chunk
from workdepth.ptx.memory import Memory, Request
from workdepth.ptx.program import Action, Program


@dataclass(frozen=True)
class OneThread:
    """What the launch of one thread needs: program, memory, parameters, names of files, limits."""

    program: Program
    memory: Memory
    parameters: dict[int, np.ndarray]
    files: dict[int, str]
    step_limit: int
    counted: bool


class Port:
    """One memory instruction's way to its buffer, remembered from one access to the next."""

    def __init__(self, launch: OneThread, chunk: Chunk, action: Action) -> None:
        access = action.access
        assert access is not None
        self.launch, self.chunk, self.action, self.access = launch, chunk, action, access
        self.shift, self.low = access.type.bytes.bit_length() - 1, access.type.bytes - 1
        self.base, self.last = 0, -1
        self.view: Any = ()

    def find(self, address: int) -> None:
        """Look an address up; a fault where it leads nowhere."""
        launch, chunk = self.launch, self.chunk
        request = Request(launch.program, self.action, self.access, chunk.everyone, launch.files)
        (piece,) = launch.memory.locate(request, np.array([address & (2**64 - 1)], np.uint64))
        buffer = piece.buffer
        if self.action.kind == "store" and not buffer.writable:
            raise request.fault(
                f"store to {buffer.name}, which may not be written", 0, "pass a writable array"
            )
        size = launch.memory.shared_bytes if self.access.space == "shared" else buffer.size
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
        """Return the raw bits at an address."""
        offset = address - self.base
        if offset < 0 or offset > self.last or offset & self.low:
            self.find(address)
            offset = address - self.base
        return self.view[offset >> self.shift]

    def store(self, address: int, value: int) -> None:
        """Write raw bits to an address."""
        offset = address - self.base
        if offset < 0 or offset > self.last or offset & self.low:
            self.find(address)
            offset = address - self.base
        self.view[offset >> self.shift] = value
