"""What emitting writes down: operands, order edges, waves and sources, to be assembled at the end.

Note [Provisional ids].  Until all is emitted nobody knows how many literals there are, so operations and
joins are numbered from 0 among themselves, their values ``id * width + out``, and the source ``s`` goes by
``-2 - s`` both as a node and as a value.  :func:`settle` turns these into the numbers of the unit graph.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from workdepth.graph.nodes import Gather, Scatter
from workdepth.graph.ops import Op
from workdepth.graph.unit import CONSTANT, INPUT, JOIN, LITERAL, OP, Moves, UnitGraph, narrowest, runs

Ids = NDArray[np.int64]


NOTHING = (type(None), "")


@dataclass
class Sources:
    """Input and constant elements first, then literals as they are met."""

    kinds: list[int] = field(default_factory=list)
    origins: list[int] = field(default_factory=list)
    arrays: dict[str, Ids] = field(default_factory=dict)
    literals: dict[int, int | float] = field(default_factory=dict)
    known: dict[tuple[Any, str], int] = field(default_factory=dict)

    def array(self, name: str, shape: tuple[int, ...], kind: int, origin: int) -> Ids:
        """Add an array of words; return their provisional ids, shaped."""
        size, first = int(np.prod(shape, dtype=np.int64)), len(self.kinds)
        self.kinds += [kind] * size
        self.origins += [origin] * size
        self.arrays[name] = np.arange(first, first + size, dtype=np.int64).reshape(shape)
        return -2 - self.arrays[name]

    def literal(self, value: int | float, origin: int) -> int:
        """Return the provisional id of a number, the same for equal numbers."""
        key = (type(value), repr(value))
        if key not in self.known:
            self.known[key] = len(self.kinds)
            self.literals[len(self.kinds)] = value
            self.kinds.append(LITERAL)
            self.origins.append(origin)
        return -2 - self.known[key]

    def nothing(self, origin: int) -> int:
        """Return the provisional id that stands for what nobody has written: a literal without a number."""
        key = NOTHING
        if key not in self.known:
            self.known[key] = len(self.kinds)
            self.kinds.append(LITERAL)
            self.origins.append(origin)
        return -2 - self.known[key]


@dataclass
class Ledger:
    """Edges under construction."""

    op_code: NDArray[np.int32]
    operand_start: Ids
    operands: Ids
    width: int
    sources: Sources = field(default_factory=Sources)
    waves: list[tuple[Ids, Ids | int]] = field(
        default_factory=list
    )  # ids, and ranks among the waves of the entry
    order: list[tuple[Ids, Ids]] = field(default_factory=list)
    order_values: list[tuple[Ids, Ids]] = field(default_factory=list)
    spawned: list[tuple[Ids, Ids]] = field(default_factory=list)
    moves: list[tuple[Gather | Scatter, Ids]] = field(default_factory=list)
    targets: list[Ids] = field(default_factory=list)
    promises: int = 0

    def wave(self, ids: Ids) -> None:
        """Note nodes that depend on nodes noted before only."""
        if len(ids):
            self.waves.append((ids, 0))

    def waves_by_rank(self, ids: list[Ids], rank: list[Ids]) -> None:
        """Note nodes that depend on nodes noted before and on nodes of a lower rank only."""
        if sum(map(len, ids)):
            self.waves.append((np.concatenate(ids), np.concatenate(rank)))

    def split_waves(self, mark: int, starts: Ids, number: Ids) -> None:
        """Put the waves noted since ``mark`` in the order of rounds; block b starts at ``starts[b]``."""
        noted = self.waves[mark:]
        del self.waves[mark:]
        if not noted:
            return
        ids = np.concatenate([i for i, _ in noted])
        rank = _ranks(noted)
        rounds = number[np.searchsorted(starts, ids, side="right") - 1]
        ranks = np.unique(rounds * (int(rank.max()) + 1) + rank, return_inverse=True)[1]
        self.waves.append((ids, ranks.astype(np.int64)))

    def reads(self, ids: Ids, position: int, values: Ids) -> None:
        """Note what operations read at one operand position."""
        self.operands[self.operand_start[ids] + position] = values

    def waits(self, ids: Ids, before: Ids | None) -> None:
        """Note that each node waits for one other; UNWRITTEN ones are left out."""
        if before is not None and len(ids):
            self.order.append((ids, before))

    def spawns(self, ids: Ids, points: Ids) -> None:
        """Note how many points that do work each node starts."""
        self.spawned.append((ids, points))

    def waits_for_values(self, ids: Ids, values: Ids) -> None:
        """Note that each node waits for what yields a value."""
        self.order_values.append((ids, values))

    def promise(self, shape: tuple[int, ...]) -> tuple[Ids, Ids]:
        """Return promised values, and the array that their targets are to be written into."""
        size = int(np.prod(shape, dtype=np.int64))
        first = len(self.op_code) * self.width + self.promises
        self.promises += size
        targets = np.full(size, -1, dtype=np.int64)
        self.targets.append(targets)
        return np.arange(first, first + size, dtype=np.int64).reshape(shape), targets.reshape(shape)

    def holds(self, ids: Ids, values: Ids, counts: Ids, after: Ids | int = 0) -> None:
        """Note that joins read so many values each, all in a row, after others."""
        self.operands[runs(self.operand_start[ids] + after, counts)] = values

    def moved(self, kind: Gather | Scatter, *columns: Ids) -> None:
        """Note gathers or scatters: joins they start from, first steps, steps, strides, first cells."""
        self.moves.append((kind, np.stack(columns)))

    def kept(self, values: Ids) -> Ids:
        """Return values with promises replaced by what they came to."""
        if not self.promises:
            return values
        first = len(self.op_code) * self.width
        if len(self.targets) > 1:
            self.targets = [np.concatenate(self.targets)]
        (targets,) = self.targets
        while (open_ := targets >= first).any():
            targets[open_] = targets[targets[open_] - first]
        return np.where(values >= first, targets[np.maximum(values - first, 0)], values)


def _ranks(waves: list[tuple[Ids, Ids | int]]) -> Ids:
    """Return the number of each node's wave, counting over all entries."""
    found, base = [np.zeros(0, dtype=np.int64)], 0
    for ids, rank in waves:
        found.append(np.broadcast_to(np.asarray(rank, dtype=np.int64) + base, ids.shape))
        base = int(found[-1].max()) + 1
    return np.concatenate(found)


def settle(ledger: Ledger, name: str, ops: tuple[Op, ...], origin: Any, paths: tuple[str, ...]) -> UnitGraph:
    """Turn provisional ids into the numbers of the unit graph; the caller adds the outputs."""
    sources, code = len(ledger.sources.kinds), ledger.op_code
    is_op = code >= 0
    work = np.array([*(op.work for op in ops), 0], dtype=np.int64)[code]
    results = np.array([*(op.results for op in ops), 0], dtype=np.int64)[code]
    moves, cells = _moves(ledger, sources)
    results[cells] = 1
    writing = moves.cell >= 0
    rooms = moves.opened[writing]
    results[rooms - sources] = 1
    first = np.concatenate(
        [np.arange(sources), sources + np.cumsum(results) - results, [sources + results.sum()]]
    )
    kind = np.concatenate(
        [np.array(ledger.sources.kinds, dtype=np.uint8), np.where(is_op, OP, JOIN).astype(np.uint8)]
    )
    words = np.ones(int(first[-1]), dtype=np.int64)
    words[:sources] = kind[:sources] != LITERAL
    words[first[rooms]] = np.diff(ledger.operand_start)[rooms - sources]
    order_start, order = _order_rows(ledger, sources)
    wave_start, waves = _wave_rows(ledger, sources)
    pad = np.zeros(sources, dtype=np.int64)
    few = np.int16 if len(paths) < 1 << 15 else np.int32
    spawned = np.zeros(sources + len(code), dtype=narrowest(len(code)))
    for ids, points in ledger.spawned:
        spawned[ids + sources] = points
    return UnitGraph(
        name=name,
        kind=kind,
        work=np.concatenate([pad, work]),
        ops=ops,
        op_code=np.concatenate([np.full(sources, -1, dtype=np.int32), code]),
        operand_start=np.concatenate([pad, ledger.operand_start]),
        operands=_with_nothing(ledger, settled_values(ledger, ledger.operands, first)),
        order_start=order_start,
        order=order,
        first_value=first.astype(np.int64),
        value_words=words,
        wave_start=wave_start,
        waves=waves.astype(narrowest(sources + len(code))),
        origin=np.concatenate([np.array(ledger.sources.origins, dtype=np.int32), origin]).astype(few),
        paths=paths,
        inputs=dict(ledger.sources.arrays),
        spawned=spawned,
        literals=dict(ledger.sources.literals),
        moves=moves,
    )


def _with_nothing(ledger: Ledger, operands: Ids) -> Ids:
    """Let the base of a scatter have elements that nobody has written."""
    for kind, (opened, *_) in ledger.moves:
        if isinstance(kind, Scatter):
            begun = ledger.operand_start[opened]
            slots = runs(begun, ledger.operand_start[opened + 1] - begun)
            operands[slots[operands[slots] == -1]] = ledger.sources.known[NOTHING]
    return operands


def _moves(ledger: Ledger, sources: int) -> tuple[Moves, Ids]:
    """Return the gathers and scatters by id, and the provisional ids of all cells."""
    if not ledger.moves:
        return Moves(), np.zeros(0, dtype=np.int64)
    kinds = tuple(dict.fromkeys(kind for kind, _ in ledger.moves))
    which = np.concatenate([np.full(table.shape[1], kinds.index(kind)) for kind, table in ledger.moves])
    table = np.concatenate([table for _, table in ledger.moves], axis=1)
    order = np.argsort(table[0], kind="stable")
    opened, first, steps, stride, cell = table[:, order]
    cells = runs(cell, np.where(cell >= 0, np.diff(ledger.operand_start)[opened], 0))
    cell = np.where(cell >= 0, cell + sources, -1)
    return Moves(opened + sources, first + sources, steps, stride, cell, which[order], kinds), cells


def settled_values(ledger: Ledger, values: Ids, first: Ids) -> Ids:
    """Turn provisional values into value numbers; UNWRITTEN ones stay."""
    values, width, sources = ledger.kept(values), ledger.width, len(ledger.sources.kinds)
    made = np.maximum(values, 0)
    numbers = first[sources + made] if width == 1 else first[sources + made // width] + made % width
    return np.where(values >= 0, numbers, -2 - values)


def _order_rows(ledger: Ledger, sources: int) -> tuple[Ids, Ids]:
    """Sort order edges by the node that waits."""
    empty = np.zeros(0, dtype=np.int64)
    later = np.concatenate([*(c for c, _ in ledger.order), *(c for c, _ in ledger.order_values), empty])
    made = ledger.kept(np.concatenate([*(v for _, v in ledger.order_values), empty]))
    made = np.where(made >= 0, made // ledger.width, made)
    before = np.concatenate([*(np.broadcast_to(b, c.shape) for c, b in ledger.order), made])
    keep = before != -1
    later, before = later[keep], before[keep]
    ends = np.cumsum(np.bincount(later, minlength=len(ledger.op_code)))
    before = np.where(before >= 0, before + sources, -2 - before)
    start = np.concatenate([np.zeros(sources + 1, dtype=np.int64), ends])
    return start, before[np.argsort(later, kind="stable")]


def _wave_rows(ledger: Ledger, sources: int) -> tuple[Ids, Ids]:
    rank = _ranks(ledger.waves)
    ids = np.concatenate([*(i for i, _ in ledger.waves), np.zeros(0, dtype=np.int64)])
    if any(not isinstance(r, int) for _, r in ledger.waves):
        # NumPy sorts 16 bits by counting, ten times as fast.
        few = int(rank.max()) < 1 << 16
        in_order = np.argsort(rank.astype(np.uint16) if few else rank, kind="stable")
        rank, ids = rank[in_order], ids[in_order]
    start = np.append(np.flatnonzero(np.diff(rank, prepend=-1)), len(rank))
    return start.astype(np.int64), ids + sources


__all__ = ["CONSTANT", "INPUT", "Ids", "Ledger", "Sources", "settle", "settled_values"]
