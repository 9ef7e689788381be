"""A unit graph on one thread, as whole numbers: what each node waits for, makes, frees and loads.

Note [Settling].  Nodes of no work settle at the boundary at which they stand.  One that makes no word can only
free some, so it settles as soon as it can, in every best order.  One that makes words (a renewed array, an
operation of no work) may wait: a boundary is *settled* when it has been decided which of these stand at it, and
only then are its words counted.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from workdepth.graph.unit import CONSTANT, INPUT, UnitGraph
from workdepth.models.conventions import Conventions

# (nodes that read the value, its words); (the same, and whether it leaves when nobody reads it any more).
Value = tuple[int, int]
Load = tuple[int, int, bool]


@dataclass(frozen=True)
class Task:
    """All that the search for an order needs; sets of nodes are integers, bit ``v`` for node ``v``.

    Attributes
    ----------
    before, after : tuple of int
        The nodes that each node waits for, and that wait for it; sources have no number here.
    working : tuple of bool
        Whether the node takes a step.
    births, results : tuple of int
        Words that it makes and that stay; words that ``separate`` cells hold beside its operands.
    frees : tuple of tuple of Value
        What it reads and what can leave.
    loads : tuple of tuple of Load
        What must be loaded for it, unless another reader was there first.
    passing : tuple of tuple of Value
        Its values that outputs stream.
    lives : tuple of tuple of int
        For each value the nodes of which any one brings it (0: it is there at the start), those of which the last
        one ends it (one beyond all nodes: it stays), and its words.
    start : int
        Words that are there at the start.
    named : tuple of Value
        Resident sources that outputs stream: one that nobody reads after the start counts at the start alone.
    last_loads : int
        Words that only outputs name, loaded at the very end.
    separate, kept : bool
        The switches.
    """

    before: tuple[int, ...]
    after: tuple[int, ...]
    working: tuple[bool, ...]
    births: tuple[int, ...]
    results: tuple[int, ...]
    frees: tuple[tuple[Value, ...], ...]
    loads: tuple[tuple[Load, ...], ...]
    passing: tuple[tuple[Value, ...], ...]
    lives: tuple[tuple[int, int, int], ...]
    start: int
    named: tuple[Value, ...]
    last_loads: int
    separate: bool
    kept: bool

    def __len__(self) -> int:
        return len(self.before)

    @property
    def settlers(self) -> int:
        """The nodes of no work that make words: see the note Settling."""
        return sum(
            1 << v
            for v in range(len(self))
            if not self.working[v] and (self.births[v] or any(words for _, words in self.passing[v]))
        )


def bits(mask: int) -> list[int]:
    """Return the numbers of the bits that are set, ascending.

    Examples
    --------
    >>> bits(0b10110)
    [1, 2, 4]
    """
    found = []
    while mask:
        low = mask & -mask
        found.append(low.bit_length() - 1)
        mask ^= low
    return found


def task_of(unit: UnitGraph, conventions: Conventions) -> Task:
    """Read a unit graph under the switches."""
    first, words = unit.first_value.tolist(), unit.value_words.tolist()
    readers, before = _readers(unit), _before(unit)
    named, kept = set(unit.output_values().tolist()), conventions.outputs == "kept"
    loaded = _loaded(unit) if conventions.inputs == "loaded" else set()
    sources, nodes = unit.sources, range(unit.sources, len(unit))
    after = [0] * len(before)
    for v, mask in enumerate(before):
        for u in bits(mask):
            after[u] |= 1 << v

    def stays(value: int) -> bool:
        return bool(readers[value]) or (kept and value in named)

    def yields(v: int) -> range:
        return range(first[v], first[v + 1])

    def reads(v: int) -> list[int]:
        row = unit.operands[unit.operand_start[v] : unit.operand_start[v + 1]].tolist()
        return [value for value in dict.fromkeys(row) if words[value]]

    def leaves(value: int) -> bool:
        return not (kept and value in named)

    resident = [value for value in range(sources) if value not in loaded]

    def life(value: int) -> tuple[int, int, int]:
        brought = (
            1 << int(producer[value]) - sources if value >= sources else readers[value] * (value in loaded)
        )
        return brought, readers[value] if leaves(value) else 1 << len(before), words[value]

    streamed, producer = set() if kept else named, unit.producers()
    used = [x for x in range(len(words)) if words[x] and (readers[x] or (x >= sources and stays(x)))]
    return Task(
        before=tuple(before),
        after=tuple(after),
        working=tuple(bool(unit.work[v]) for v in nodes),
        births=tuple(sum(words[x] for x in yields(v) if stays(x)) for v in nodes),
        results=tuple(sum(words[x] for x in yields(v)) if unit.work[v] else 0 for v in nodes),
        frees=tuple(tuple((readers[x], words[x]) for x in reads(v) if leaves(x)) for v in nodes),
        loads=tuple(
            tuple((readers[x], words[x], x in streamed) for x in reads(v) if x in loaded) for v in nodes
        ),
        passing=tuple(
            tuple((readers[x], words[x]) for x in yields(v) if x in streamed and words[x]) for v in nodes
        ),
        lives=tuple(map(life, used)),
        start=sum(words[x] for x in resident if stays(x)),
        named=tuple((readers[x], words[x]) for x in resident if x in streamed and words[x]),
        last_loads=sum(words[x] for x in loaded if not readers[x] and x in named),
        separate=conventions.cells == "separate",
        kept=kept,
    )


def _readers(unit: UnitGraph) -> list[int]:
    readers = [0] * len(unit.value_words)
    reading = np.repeat(np.arange(len(unit), dtype=np.int64), np.diff(unit.operand_start)) - unit.sources
    for value, v in zip(unit.operands.tolist(), reading.tolist(), strict=True):
        readers[value] |= 1 << v
    return readers


def _before(unit: UnitGraph) -> list[int]:
    sources, producer = unit.sources, unit.producers()
    rows: list[Any] = []
    for v in range(sources, len(unit)):
        read = producer[unit.operands[unit.operand_start[v] : unit.operand_start[v + 1]]].tolist()
        wait = unit.order[unit.order_start[v] : unit.order_start[v + 1]].tolist()
        mask = 0
        for u in {*read, *wait}:
            if u >= sources:
                mask |= 1 << (u - sources)
        rows.append(mask)
    return rows


def _loaded(unit: UnitGraph) -> set[int]:
    """Return the source values that are loaded: data of some words that somebody reads or names."""
    used = {*unit.operands.tolist(), *unit.output_values().tolist()}
    data = (INPUT, CONSTANT)
    return {x for x in used if x < unit.sources and unit.kind[x] in data and unit.value_words[x]}
