"""Small graphs of the literature on store or recompute, as plain DAGs."""

from __future__ import annotations

from typing import Any


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
            dag.add_node((row, i))
            if row < height:
                dag.add_edges_from([((row + 1, i), (row, i)), ((row + 1, i + 1), (row, i))])
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
            dag.add_node((i, j))
            dag.add_edges_from((u, (i, j)) for u in ((i - 1, j), (i, j - 1)) if min(u) >= 0)
    return dag


def butterfly(points: int) -> Any:
    """Return the graph of the FFT: n log2(n) sums of two over n nodes that are loaded; n a power of two.

    Examples
    --------
    >>> len(butterfly(4))
    12
    """
    import networkx as nx

    stages = points.bit_length() - 1
    dag = nx.DiGraph(name=f"butterfly of {points}")
    dag.add_nodes_from((0, i) for i in range(points))
    for stage in range(stages):
        for i in range(points):
            for j in (i, i ^ 1 << stage):
                dag.add_edge((stage, j), (stage + 1, i))
    return dag
