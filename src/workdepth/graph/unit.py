"""The unit graph: every operation of an algorithm at given sizes, as arrays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from workdepth.graph.nodes import Gather, Scatter
from workdepth.graph.ops import Op

if TYPE_CHECKING:
    import networkx as nx

Ids = NDArray[np.int64]
INPUT, CONSTANT, LITERAL, OP, JOIN = range(5)
KIND_NAMES = ("input", "constant", "literal", "op", "join")
_PLAIN_KINDS = ("input", "constant", "input", "op", "op")


def runs(first: Ids, counts: Ids) -> Ids:
    """Return ``counts[k]`` numbers from ``first[k]`` up, for all k in a row.

    Examples
    --------
    >>> runs(np.array([5, 9]), np.array([2, 3])).tolist()
    [5, 6, 9, 10, 11]
    """
    begun = np.cumsum(counts) - counts
    return np.repeat(first - begun, counts) + np.arange(int(counts.sum()), dtype=np.int64)


def narrowest(most: int) -> type[np.int32] | type[np.int64]:
    """Return the smallest type that holds numbers up to ``most``: in large graphs every byte a node counts."""
    return np.int32 if most < 1 << 31 else np.int64


def _none() -> Ids:
    return np.zeros(0, dtype=np.int64)


@dataclass(frozen=True, eq=False)
class Moves:
    """Gathers and scatters: one entry for each, by id.

    Attributes
    ----------
    opened : int64
        The join that each starts from; its operands are the elements of the array, or of the base.  A
        scatter's yields one value: the room of the renewed array, of as many words.
    first, steps : int64
        Its first step, and how many follow each other by id: position by position, word by word.
    stride : int64
        How many words stand at a position.
    cell : int64
        The first of the joins that yield the renewed array, one an element; -1 for a gather.
    which : int64
        Index into ``kinds``.
    kinds : tuple of Gather and Scatter
    """

    opened: Ids = field(default_factory=_none)
    first: Ids = field(default_factory=_none)
    steps: Ids = field(default_factory=_none)
    stride: Ids = field(default_factory=_none)
    cell: Ids = field(default_factory=_none)
    which: Ids = field(default_factory=_none)
    kinds: tuple[Gather | Scatter, ...] = ()

    def writing(self) -> Ids:
        """Return the steps of all scatters: what they yield is read through the renewed array alone."""
        rows = np.flatnonzero(self.cell >= 0)
        return runs(self.first[rows], self.steps[rows])


@dataclass(frozen=True, eq=False)
class UnitGraph:
    """A DAG of unit operations, as a structure of arrays.

    Node ids are in topological order: the sources first, then operations and joins in the RAM's program
    order. Values are numbered consecutively: node ``v`` yields ``first_value[v]`` up to ``first_value[v +
    1]``.  Every source yields one value, so that its value has its own number.

    Attributes
    ----------
    kind : uint8
        INPUT, CONSTANT, LITERAL, OP or JOIN, for each node.
    work : int64
        Steps of each node; 0 for sources and joins.
    op_code : int32
        Index into ``ops``; -1 where there is none (sources, joins, all nodes of a plain DAG).
    operand_start, operands : int64
        The values that node ``v`` reads are ``operands[operand_start[v]:operand_start[v + 1]]``, by position.
    order_start, order : int64
        The nodes that node ``v`` waits for without reading them.
    value_words : int64
        Words of each value; 0 for literals.
    wave_start, waves : int64, int32 or int64
        The nodes that are no sources, in groups that read and wait for earlier groups only; one op a group.
    spawned : int32 or int64
        For the start of a map of points that do work, or of a tree, how many it starts; 0 elsewhere.  Empty
        where there are no phases.
    moves : Moves
        The gathers and scatters: who may read which array at a position that data decides.
    origin, paths : int16 or int32, sequence of str
        ``paths[origin[v]]`` is the path of the algorithm's node that ``v`` comes from.
    """

    name: str
    kind: NDArray[np.uint8]
    work: Ids
    ops: tuple[Op, ...]
    op_code: NDArray[np.int32]
    operand_start: Ids
    operands: Ids
    order_start: Ids
    order: Ids
    first_value: Ids
    value_words: Ids
    wave_start: Ids
    waves: NDArray[np.integer[Any]]
    origin: NDArray[np.integer[Any]]
    paths: Sequence[str]
    inputs: dict[str, Ids] = field(default_factory=dict)
    outputs: dict[str, Ids] = field(default_factory=dict)
    spawned: NDArray[np.integer[Any]] = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    literals: dict[int, int | float] = field(default_factory=dict)
    moves: Moves = field(default_factory=Moves)

    @property
    def sources(self) -> int:
        """How many nodes are sources: these have the first ids."""
        return int(np.count_nonzero(self.kind <= LITERAL))

    def __len__(self) -> int:
        return len(self.kind)

    @property
    def operations(self) -> int:
        """How many nodes are operations."""
        return int(np.count_nonzero(self.kind == OP))

    def producers(self) -> Ids:
        """Return the node that yields each value."""
        return np.repeat(np.arange(len(self), dtype=np.int64), np.diff(self.first_value))

    def output_values(self) -> Ids:
        """Return the values that outputs name, each once, in the order of the outputs."""
        if not self.outputs:
            return np.zeros(0, dtype=np.int64)
        named = np.concatenate([ids.ravel() for ids in self.outputs.values()])
        first = np.unique(named, return_index=True)[1]
        return np.asarray(named[np.sort(first)], dtype=np.int64)

    def to_networkx(self) -> nx.MultiDiGraph:
        """Return a plain DAG: nodes with ``work``, ``size``, ``kind``, ``origin``, edges with ``order``.

        It is accepted wherever a plain DAG is.  Literals become inputs of no words, joins operations of no
        work and no words; a node of several results yields one value of as many words.  A step of a scatter
        yields none: its words are those of the array that it renews.
        """
        import networkx as nx

        graph: Any = nx.MultiDiGraph(name=self.name)
        before = np.concatenate([[0], np.cumsum(self.value_words)])
        words = np.diff(before[self.first_value])
        words[self.moves.writing()] = 0
        producer = self.producers()
        for v in range(len(self)):
            kind, origin = _PLAIN_KINDS[self.kind[v]], self.paths[self.origin[v]]
            graph.add_node(v, kind=kind, work=int(self.work[v]), size=int(words[v]), origin=origin)
        for v in range(len(self)):
            for position, value in enumerate(
                self.operands[self.operand_start[v] : self.operand_start[v + 1]]
            ):
                graph.add_edge(int(producer[value]), v, position=position)
            for before in self.order[self.order_start[v] : self.order_start[v + 1]]:
                graph.add_edge(int(before), v, order=True)
        return graph
