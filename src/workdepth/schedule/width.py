"""The width of a graph: the most operations of which none waits for another, exactly, at any size."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from workdepth.graph.unit import UnitGraph
from workdepth.schedule.sweeps.dependences import Dependences, dependences
from workdepth.schedule.sweeps.engine import compiles, kernel
from workdepth.schedule.sweeps.room import check_room

Ids = NDArray[np.int64]
BYTES_A_NODE, BYTES_AN_EDGE = 100, 40
PASSES = 10  # about as many as a flow takes over all nodes and edges


@dataclass(frozen=True, eq=False)
class Width:
    """The width of a graph, with its evidence.

    Attributes
    ----------
    width : int
        The most operations of some work of which none waits for another, and the fewest chains that hold all.
    antichain : int64
        As many such operations, by their ids in the unit graph.
    """

    width: int
    antichain: Ids

    def __int__(self) -> int:
        return self.width

    def __str__(self) -> str:
        return str(self.width)


def width(graph: UnitGraph | Any, /, *, phases: str = "barrier", engine: str = "auto", **sizes: int) -> Width:
    """Return the width of a graph: how many operations there are of which none waits for another.

    Inputs, joins and operations of no work are passed through, and are not counted.  The width is no number of
    threads: a schedule as fast as the span may need fewer (:func:`minimum_threads`), and the earliest schedule may
    keep fewer busy at any one time.

    Parameters
    ----------
    graph : Algorithm, networkx DAG or UnitGraph
    phases : {"barrier", "sequence", "dataflow"}
        How to unroll.
    engine : {"auto", "plain", "compiled"}
    **sizes : int
        A value for each declared size.

    Returns
    -------
    Width
        ``int(...)`` gives the number.

    Raises
    ------
    SizeError
        When the graph would not fit in memory.

    Examples
    --------
    >>> import workdepth as wd
    >>> g = wd.Algorithm("multiply-n")
    >>> g.output(g.fold(wd.MULTIPLY, g.input("x", wd.size("n"))))
    >>> int(width(g, n=8))
    4
    >>> import networkx as nx
    >>> int(width(nx.DiGraph([(0, 1), (0, 2), (3, 2)])))
    2

    Notes
    -----
    Dilworth's theorem (A decomposition theorem for partially ordered sets, Annals of Mathematics 51, 1950): the
    width is the least number of chains.  They are counted by a flow on the graph itself, in which paths may pass
    through a node without using it, so that no transitive closure is made.
    """
    unit = as_unit(graph, phases, sizes)
    return width_of(dependences(unit), engine)


def as_unit(graph: UnitGraph | Any, phases: str, sizes: dict[str, int]) -> UnitGraph:
    """Return the unit graph of whatever may be analysed."""
    if isinstance(graph, UnitGraph):
        return graph
    from workdepth.graph.unroll import unroll

    return unroll(graph, phases=phases, **sizes)


def width_of(dag: Dependences, engine: str = "auto") -> Width:
    """Return the width of a DAG given by what each node waits for."""
    count, edges = len(dag), len(dag.before)
    check_room(f"the width of {count} nodes", count * BYTES_A_NODE + edges * BYTES_AN_EDGE)
    compiled = compiles(dag.entries * PASSES, engine)
    flags = [dag.work > 0, np.zeros(count, dtype=bool), np.zeros(count, dtype=bool)]
    arrays = [*dag.followers, np.empty(edges, dtype=np.int64), np.zeros(edges, dtype=np.int32)]
    places = [np.zeros(2 * count, dtype=np.int64) for _ in range(4)]
    columns = [dag.start, dag.before, *arrays, *flags, np.zeros(count, dtype=np.int64), *places]
    if not compiled:  # lists are faster for Python than arrays
        columns = [column.tolist() for column in columns]
    start, before, first, after, number, flow, counted, left, entered, through, level, queue, tried, path = (
        columns
    )
    kernel("edge_numbers", compiled)(start, before, first, queue, number)
    state = (counted, left, entered, flow, through)
    pairs = kernel("pair_greedily", compiled)(start, before, *state, tried, path)
    while kernel("reach", compiled)(start, before, first, after, *state, level, queue):
        pairs += kernel("augment", compiled)(start, before, first, after, number, *state, level, tried, path)
    reached = np.asarray(level) >= 0
    # The least cut: reached on the way out but not on the way in, so no two of these stand in one path.
    antichain = np.flatnonzero(flags[0] & reached[:count] & ~reached[count:])
    return Width(int(np.count_nonzero(flags[0])) - int(pairs), antichain)
