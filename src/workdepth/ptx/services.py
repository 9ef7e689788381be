"""What a kernel asks of the machine itself: printf and failed assertions.

Source: NVIDIA, CUDA C++ Programming Guide, sections 10.27 (formatted output) and 10.23 (assertions).
"""

from __future__ import annotations

import re
import struct
import sys

import numpy as np

from workdepth.ptx.faults import KernelError
from workdepth.ptx.lanes import Chunk
from workdepth.ptx.layout import GENERIC_WINDOW
from workdepth.ptx.memory import Memory

LONGEST_STRING = 4096
_FIELD = re.compile(
    r"%(?P<flags>[-+ #0]*)(?P<width>\*|\d*)(?P<precision>\.\*|\.\d*)?"
    r"(?P<size>hh|h|ll|l|z|j|t)?(?P<kind>[diouxXeEfFgGaAcsp%])"
)


class Reader:
    """Reads bytes as one lane sees them."""

    def __init__(self, memory: Memory, chunk: Chunk, lane: int) -> None:
        self.memory, self.chunk, self.lane = memory, chunk, lane

    def local(self, offset: int, size: int) -> bytes:
        """Return bytes of the lane's local memory."""
        start = self.lane * self.memory.local_row + offset
        return self.memory.local.bytes[start : start + size].tobytes()

    def at(self, address: int, size: int) -> bytes:
        """Return bytes at a generic address, fewer where its memory ends."""
        for space, window in GENERIC_WINDOW.items():
            if address >> 36 == window >> 36:
                row = self.memory.local_row if space == "local" else self.memory.shared_row
                owner = self.lane if space == "local" else int(self.chunk.block[self.lane])
                data = self.memory.local.bytes if space == "local" else self.memory.shared.bytes
                start = owner * row + address - window
                return data[start : min(start + size, (owner + 1) * row)].tobytes()
        number = (address >> 36) - 1
        if not 0 <= number < len(self.memory.arrays):
            return b""
        start = address - self.memory.arrays[number].base
        return self.memory.arrays[number].bytes[start : start + size].tobytes()

    def string(self, address: int) -> str:
        """Return the text that ends with a zero byte."""
        return self.at(address, LONGEST_STRING).split(b"\0", 1)[0].decode("utf-8", "replace")


def formatted(reader: Reader, form: int, arguments: int) -> str:
    """Return what printf prints: a format at an address, arguments packed at another."""
    offset = 0

    def take(code: str) -> int | float:
        nonlocal offset
        size = struct.calcsize(code)
        offset = -(-offset // size) * size
        data = reader.at(arguments + offset, size)
        offset += size
        return struct.unpack("<" + code, data.ljust(size, b"\0"))[0]

    def field(found: re.Match[str]) -> str:
        kind, size = found["kind"], found["size"] or ""
        if kind == "%":
            return "%"
        width = str(take("i")) if found["width"] == "*" else found["width"]
        precision = found["precision"] or ""
        precision = f".{take('i')}" if precision == ".*" else precision
        if kind == "s":
            value: object = reader.string(int(take("Q")))
        elif kind == "p":
            kind, value = "s", hex(int(take("Q")))
        elif kind in "eEfFgGaA":
            value, kind = take("d"), "g" if kind in "aA" else kind
        elif kind == "c":
            value = chr(int(take("i")) & 255)
        else:
            long = size in ("l", "ll", "z", "j", "t")
            value = take(("q" if long else "i") if kind in "di" else ("Q" if long else "I"))
        return f"%{found['flags']}{width}{precision}{'d' if kind in 'iu' else kind}" % value

    return _FIELD.sub(field, reader.string(form))


def serve(name: str, reader: Reader, places: list[int], where: str) -> None:
    """Answer one lane's call; ``places`` are the offsets of its arguments in local memory.

    Raises
    ------
    KernelError
        For a failed assertion.
    """
    values = [int.from_bytes(reader.local(place, 8), "little") for place in places]
    if name == "vprintf":
        sys.stdout.write(formatted(reader, values[0], values[1]))
        return
    message, file, line = reader.string(values[0]), reader.string(values[1]), values[2] & 0xFFFFFFFF
    raise KernelError(
        f"assertion '{message}' failed in {file} line {line}",
        where=where,
        next_step="the kernel's own check failed; look at the values it compares",
    )


def lanes_of(lanes: np.ndarray | None, count: int) -> range | list[int]:
    """Return the lanes of a group, in order."""
    return range(count) if lanes is None else [int(lane) for lane in lanes]
