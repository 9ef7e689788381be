"""Small graphs of the literature on store or recompute, as plain DAGs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from workdepth.errors import SizeError


def forward_backward(layers: int) -> Any:
    """Return a chain and its backward pass: ``d_i`` needs ``x_i`` and ``d_(i+1)``.

    ``x0`` and the last ``d`` are inputs; the forward steps make x1 to x_(l-1), the backward steps d_(l-1) to d0.

    Examples
    --------
    >>> sorted(forward_backward(3))
    ['d0', 'd1', 'd2', 'd3', 'x0', 'x1', 'x2']
    """
    import networkx as nx

    dag = nx.DiGraph(name=f"forward-backward chain of {layers}")
    dag.add_node("x0", kind="input")
    dag.add_node(f"d{layers}", kind="input")
    for i in range(1, layers):
        dag.add_edge(f"x{i - 1}", f"x{i}")
    for i in range(layers - 1, -1, -1):
        dag.add_edge(f"x{i}", f"d{i}")
        dag.add_edge(f"d{i + 1}", f"d{i}")
    return dag


def tree(height: int) -> Any:
    """Return the complete binary tree of a height, edges to the root; its leaves are operations (loads).

    Examples
    --------
    >>> len(tree(3))
    15
    """
    import networkx as nx

    dag = nx.DiGraph(name=f"tree of height {height}")
    dag.add_nodes_from(range(2 ** (height + 1) - 1, 0, -1))
    dag.add_edges_from((v, v // 2) for v in dag if v > 1)
    return dag


def pyramid(height: int) -> Any:
    """Return the pyramid of a height: each row reads neighbours of the row below, which has one more.

    Examples
    --------
    >>> len(pyramid(3))
    10
    """
    import networkx as nx

    dag = nx.DiGraph(name=f"pyramid of height {height}")
    for row in range(height, -1, -1):
        for i in range(row + 1):
            dag.add_node(f"{row}.{i}")
            if row < height:
                dag.add_edges_from((f"{row + 1}.{j}", f"{row}.{i}") for j in (i, i + 1))
    return dag


def grid(rows: int, columns: int) -> Any:
    """Return the grid in which each node reads its upper and its left neighbour.

    Examples
    --------
    >>> len(grid(3, 4))
    12
    """
    import networkx as nx

    dag = nx.DiGraph(name=f"grid of {rows} x {columns}")
    for i in range(rows):
        for j in range(columns):
            dag.add_node(f"{i}.{j}")
            before = ((i - 1, j), (i, j - 1))
            dag.add_edges_from((f"{a}.{b}", f"{i}.{j}") for a, b in before if min(a, b) >= 0)
    return dag


def butterfly(points: int) -> Any:
    """Return the graph of the FFT: n log2(n) sums of two over n nodes that are loaded.

    Raises
    ------
    SizeError
        When n is no power of two.

    Examples
    --------
    >>> len(butterfly(4))
    12
    """
    import networkx as nx

    if points < 2 or points & points - 1:
        raise SizeError(f"a butterfly of {points} points", next_step="choose a power of two, at least 2")
    stages = points.bit_length() - 1
    dag = nx.DiGraph(name=f"butterfly of {points}")
    dag.add_nodes_from(f"0.{i}" for i in range(points))
    for stage in range(stages):
        for i in range(points):
            for j in (i, i ^ 1 << stage):
                dag.add_edge(f"{stage}.{j}", f"{stage + 1}.{i}")
    return dag


@dataclass(frozen=True)
class Family:
    """A family of graphs that a name stands for: its sizes, with the least and the largest of each."""

    make: Callable[..., Any]
    sizes: dict[str, tuple[int, int]]
    about: str


FAMILIES = {
    "forward-backward": Family(
        forward_backward, {"n": (1, 10_000)}, "a chain of n layers and its backward pass"
    ),
    "butterfly": Family(butterfly, {"n": (2, 64)}, "the FFT of n points, a power of two"),
    "pyramid": Family(pyramid, {"h": (1, 40)}, "rows of neighbours, h above the lowest"),
    "binary-tree": Family(tree, {"h": (1, 9)}, "the complete binary tree of height h"),
    "grid": Family(grid, {"n": (1, 40), "m": (1, 40)}, "n rows of m, read from above and left"),
}


def family(name: str, sizes: Mapping[str, int]) -> Any:
    """Return a graph of a named family.

    Raises
    ------
    SizeError
        When a size is missing, unknown, or out of range.

    Examples
    --------
    >>> len(family("pyramid", {"h": 3}))
    10
    """
    wanted = FAMILIES[name].sizes
    example = ",".join(f"{size}={low + 3}" for size, (low, _) in wanted.items())
    for size in wanted.keys() ^ sizes.keys():
        fault = "is missing" if size in wanted else "is not one of its own"
        raise SizeError(f"size {size} {fault}", where=name, next_step=f"write --at {example}")
    for size, (low, high) in wanted.items():
        if not low <= sizes[size] <= high:
            raise SizeError(
                f"{size}={sizes[size]} is out of range",
                where=name,
                next_step=f"choose {size} from {low} to {high}",
            )
    return FAMILIES[name].make(*(sizes[size] for size in wanted))
