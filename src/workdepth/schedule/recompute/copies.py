"""A play as a graph of its own: every time that something runs is a node, so that nothing runs twice any more.

What reads a value reads its latest copy, and a copy lives until its last reader.  The figures of such a graph are
those of the play, counted by the same code as any other schedule's.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from workdepth.errors import CheckError
from workdepth.graph.unit import OP, UnitGraph
from workdepth.schedule.recompute.needs import needs_of


def with_copies(unit: UnitGraph, nodes: Sequence[int]) -> UnitGraph:
    """Return the graph of a play.

    Parameters
    ----------
    unit : UnitGraph
    nodes : sequence of int
        What runs, in order: operations, and sources that are loaded; each as often as it stands there.

    Returns
    -------
    UnitGraph
        Operations only, but for the sources that never stand in ``nodes``; a load is an operation for each word.

    Raises
    ------
    CheckError
        Where something is read, or named by an output, that was not made before.

    Examples
    --------
    >>> import networkx as nx, workdepth as wd
    >>> unit = wd.unroll(nx.DiGraph([("a", "b"), ("a", "c")]))
    >>> with_copies(unit, [0, 1, 0, 2]).operations
    4
    """
    return _Copying(unit, nodes).graph()


class _Copying:
    def __init__(self, unit: UnitGraph, nodes: Sequence[int]) -> None:
        self.unit, self.nodes, self.needs = unit, nodes, needs_of(unit)
        self.words: list[int] = []
        self.first = [0]
        self.rows: list[list[int]] = []
        self.origin: list[int] = []
        self.latest: dict[int, list[int]] = {}
        self.copies: dict[int, list[list[int]]] = {}

    def graph(self) -> UnitGraph:
        unit = self.unit
        loaded = {v for v in self.nodes if v < unit.sources}
        kept = [v for v in range(unit.sources) if v not in loaded]
        for v in kept:
            self._made(v, [self._add(v, [], [int(unit.value_words[v])])])
        for v in self.nodes:
            self._run(v)
        count = len(self.rows)
        kinds = [int(unit.kind[v]) for v in kept] + [OP] * (count - len(kept))
        work = [0] * len(kept) + [self._steps(v) for v in self.origin[len(kept) :]]
        return UnitGraph(
            name=unit.name,
            kind=np.array(kinds, dtype=np.uint8),
            work=np.array(work, dtype=np.int64),
            ops=(),
            op_code=np.full(count, -1, dtype=np.int32),
            operand_start=np.cumsum([0, *map(len, self.rows)], dtype=np.int64),
            operands=np.array([x for row in self.rows for x in row], dtype=np.int64),
            order_start=np.zeros(count + 1, dtype=np.int64),
            order=np.zeros(0, dtype=np.int64),
            first_value=np.array(self.first, dtype=np.int64),
            value_words=np.array(self.words, dtype=np.int64),
            wave_start=np.zeros(1, dtype=np.int64),
            waves=np.zeros(0, dtype=np.int64),
            origin=unit.origin[np.array(self.origin, dtype=np.int64)],
            paths=unit.paths,
            outputs={"result": np.array(self._named(), dtype=np.int64)},
        )

    def _steps(self, v: int) -> int:
        return 1 if v < self.unit.sources else int(self.unit.work[v])

    def _add(self, origin: int, reads: list[int], sizes: list[int]) -> list[int]:
        """Add a node; return its values."""
        begin = len(self.words)
        self.words += sizes
        self.first.append(len(self.words))
        self.rows.append(reads)
        self.origin.append(origin)
        return list(range(begin, len(self.words)))

    def _made(self, v: int, values: list[list[int]]) -> None:
        for x, copy in zip(
            range(int(self.unit.first_value[v]), int(self.unit.first_value[v + 1])), values, strict=True
        ):
            self.latest[x] = copy
            self.copies.setdefault(x, []).append(copy)

    def _run(self, v: int) -> None:
        unit = self.unit
        if v < unit.sources:
            self._made(v, [[self._add(v, [], [1])[0] for _ in range(int(unit.value_words[v]))]])
            return
        row = [x for value in self.needs[v] for x in self._latest(value, f"node {v}")]
        sizes = unit.value_words[unit.first_value[v] : unit.first_value[v + 1]].tolist()
        self._made(v, [[x] for x in self._add(v, row, sizes)])

    def _latest(self, value: int, who: str) -> list[int]:
        if value not in self.latest:
            raise CheckError(
                f"{who} needs value {value}, which was not made before",
                where=self.unit.name,
                next_step="run first what makes it",
            )
        return self.latest[value]

    def _named(self) -> list[int]:
        """Return the copies that outputs name: one that nobody reads, else the latest."""
        read = {x for row in self.rows for x in row}
        found = []
        for value in self.unit.output_values().tolist():
            latest = self._latest(value, "an output")
            unread = [copy for copy in self.copies[value] if not read & set(copy)]
            found += unread[0] if unread else latest
        return found
