"""What a launch cost: the counters, and how they add over launches."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields

UNIT = "PTX instruction"
_MAXIMA = ("threads", "active_threads")


@dataclass(frozen=True)
class Counts:
    """Counters of one launch, or of several added up; the unit of work is the PTX instruction.

    A guarded instruction (``@%p``) counts as executed by every thread that meets it.  PTX is not what the
    device runs: ``ptxas`` makes SASS of it, with other constants and the same growth.

    Attributes
    ----------
    threads : int
        Threads launched.  Over launches: the most in one launch.
    active_threads : int
        Threads that did the kernel's own work: that wrote, by at least one store or atomic to global or
        shared memory.  A thread whose guard sent it away writes nothing.  Over launches: the most.
    steps : int
        Instructions of the thread that executed most.
    instructions : int
        Instructions of all threads.
    depth : int
        Longest chain of instructions in which each needs the one before it, through registers, memory
        cells, and what other lanes give in a shuffle or vote.  A guarded instruction needs its guard and
        the old value of its result; an atomic operation the one before it on the same cell.  Branches and
        barriers pass nothing on.  Launches follow each other.
    barriers : int
        Most block barriers that one thread passed.
    warp_instructions : int
        Instructions issued by warps: one for all threads of a warp that stand at the same place.
    divergent_branches : int
        Branches issued by a warp whose threads went both ways.
    global_load_sectors, global_store_sectors : int
        32-byte sectors touched, summed over the requests of warps.
    shared_load_wavefronts, shared_store_wavefronts : int
        Passes that the requests of warps to shared memory need: one, and one more for each further word
        that a bank has to give.
    bytes_loaded, bytes_stored : int
        Bytes that threads moved from and to global memory.
    opcodes : Mapping of str to int
        Instructions of all threads, by opcode.

    Examples
    --------
    >>> one = Counts(threads=64, steps=10, instructions=640, opcodes={"ret": 64})
    >>> two = one + Counts(threads=32, steps=5, instructions=160, opcodes={"ret": 32})
    >>> two.threads, two.steps, two.instructions, two.opcodes
    (64, 15, 800, {'ret': 96})
    """

    threads: int = 0
    active_threads: int = 0
    steps: int = 0
    instructions: int = 0
    depth: int = 0
    barriers: int = 0
    warp_instructions: int = 0
    divergent_branches: int = 0
    global_load_sectors: int = 0
    global_store_sectors: int = 0
    shared_load_wavefronts: int = 0
    shared_store_wavefronts: int = 0
    bytes_loaded: int = 0
    bytes_stored: int = 0
    opcodes: Mapping[str, int] = field(default_factory=dict)

    def __add__(self, other: Counts) -> Counts:
        """Return the cost of one launch after the other."""
        merged = dict(self.opcodes)
        for name, count in other.opcodes.items():
            merged[name] = merged.get(name, 0) + count
        values = {one.name: _joined(one.name, self, other) for one in fields(self) if one.name != "opcodes"}
        return Counts(opcodes=dict(sorted(merged.items())), **values)


def _joined(name: str, first: Counts, second: Counts) -> int:
    a, b = getattr(first, name), getattr(second, name)
    return max(a, b) if name in _MAXIMA else a + b
