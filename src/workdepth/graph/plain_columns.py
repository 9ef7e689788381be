"""The nodes and edges of a networkx graph as columns of numbers, read once and without a call for each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any, overload

import numpy as np
from numpy.typing import NDArray

from workdepth.errors import GraphError

Ids = NDArray[np.int64]
MOST = 1 << 40


@dataclass(frozen=True, eq=False)
class Edges:
    """Edges in the order of networkx: by source, then as they were added.

    Attributes
    ----------
    source, target : int64
        Nodes by the order in which they were added.
    waits : bool
        Whether the edge carries no value.
    position : int64, optional
        Where the value stands among the operands; None where they stand in the order of the edges.
    """

    source: Ids
    target: Ids
    waits: NDArray[np.bool_]
    position: Ids | None


class Texts(Sequence[str]):
    """The texts of nodes, each made when it is asked for: of a million nodes few are ever printed."""

    def __init__(self, nodes: Sequence[Any]) -> None:
        self._nodes = nodes

    def __len__(self) -> int:
        return len(self._nodes)

    @overload
    def __getitem__(self, at: int) -> str: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[str]: ...
    def __getitem__(self, at: int | slice) -> str | Sequence[str]:
        found = self._nodes[at]
        return Texts(found) if isinstance(at, slice) else str(found)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and tuple(self) == tuple(other)

    def __hash__(self) -> int:
        return hash(tuple(self))


def whole_numbers(given: list[Any]) -> Ids | None:
    """Return plain integers from 0 to 2**40 as an array; None where something else is among them."""
    if set(map(type, given)) <= {int} and (not given or (min(given) >= 0 and max(given) < MOST)):
        return np.array(given, dtype=np.int64)
    return None


def read_edges(dag: Any, names: list[Any], where: str) -> Edges:
    """Return the edges of a DiGraph or MultiDiGraph.

    Raises
    ------
    GraphError
        When a position is no integer.
    """
    rows = [followers for _, followers in dag.adjacency()]
    degree = _lengths(rows)
    target = _numbers(chain.from_iterable(rows), names, int(degree.sum()))
    source = np.repeat(np.arange(len(names), dtype=np.int64), degree)
    data: Iterable[Mapping[str, Any]] = chain.from_iterable(row.values() for row in rows)
    if dag.is_multigraph():
        parallel = list(data)
        times = _lengths(parallel)
        source, target = np.repeat(source, times), np.repeat(target, times)
        data = chain.from_iterable(keys.values() for keys in parallel)
    told = list(data)
    known = keys_of(told)
    waits, position = np.zeros(len(told), dtype=bool), None
    if "order" in known:
        waits = np.fromiter((bool(d.get("order")) for d in told), dtype=bool, count=len(told))
    if "position" in known:
        position = _positions(told, target, waits, where)
    return Edges(source, target, waits, position)


def keys_of(told: list[Mapping[str, Any]]) -> set[str]:
    """Return every attribute that any of them has."""
    return set(chain.from_iterable(told))


def _lengths(rows: list[Any]) -> Ids:
    return np.fromiter(map(len, rows), dtype=np.int64, count=len(rows))


def _numbers(nodes: Iterable[Any], names: list[Any], count: int) -> Ids:
    if names == list(range(len(names))):
        return np.fromiter(nodes, dtype=np.int64, count=count)
    rank = dict(zip(names, range(len(names)), strict=True))
    return np.fromiter(map(rank.__getitem__, nodes), dtype=np.int64, count=count)


def _positions(told: list[Mapping[str, Any]], target: Ids, waits: NDArray[np.bool_], where: str) -> Ids:
    """Return the positions told; where none is, how many operands the target has before."""
    reads = np.flatnonzero(~waits)
    by_target = reads[np.argsort(target[reads], kind="stable")]
    row = target[by_target]
    position = np.zeros(len(told), dtype=np.int64)
    position[by_target] = np.arange(len(row), dtype=np.int64) - np.searchsorted(row, row)
    some = [k for k in reads.tolist() if "position" in told[k]]
    given = [told[k]["position"] for k in some]
    found = whole_numbers(given)
    position[some] = [_position(x, where) for x in given] if found is None else found
    return position


def _position(given: Any, where: str) -> int:
    whole = int(given) if isinstance(given, float) and given.is_integer() else given
    if not hasattr(whole, "__index__") or abs(int(whole)) >= MOST:
        raise GraphError(
            f"an edge has the position {given!r}",
            where=where,
            next_step="give the operands' order as integers",
        )
    return int(whole)
