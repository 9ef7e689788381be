"""The algorithm: a networkx graph that a person builds in a few lines."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import networkx as nx

from workdepth.errors import GraphError
from workdepth.graph.building.applying import Applying
from workdepth.graph.building.branching import Branching
from workdepth.graph.building.calls import Calls
from workdepth.graph.building.declaring import Declaring
from workdepth.graph.building.gathering import Gathering
from workdepth.graph.building.reducing import Reducing
from workdepth.graph.building.repeating import Repeating
from workdepth.graph.nodes import SOURCES, Node
from workdepth.graph.value import Value


class Algorithm(Declaring, Applying, Reducing, Repeating, Gathering, Branching, Calls):
    """An algorithm as a dataflow graph; every networkx function that takes a MultiDiGraph works on it.

    Each node has the attribute ``kind`` (see :mod:`workdepth.graph.nodes`) and ``shapes``, one for each
    result. A value edge has ``position`` (which operand), ``out`` (which result) and ``index`` (the element
    read); an order edge has ``order=True`` and only makes its consumer wait.

    Parameters
    ----------
    name : str
        What tables call it.

    Examples
    --------
    >>> import workdepth as wd
    >>> n = wd.size("n")
    >>> g = wd.Algorithm("dot")
    >>> x, y = g.input("x", n), g.input("y", n)
    >>> g.output(g.fold(wd.ADD, n, lambda i: x[i] * y[i]))
    >>> list(g)
    ['x', 'y', 'fold1', 'out:result']
    """

    def __init__(self, name: Any = "", multigraph_input: bool | None = None, **attributes: Any) -> None:
        # networkx itself calls the class with no argument, or with a graph to read: so all else has defaults.
        data = None if isinstance(name, str) else name
        if data is not None and not isinstance(data, Iterable):
            raise GraphError(f"an algorithm is called {name!r}", next_step="name it, by a text")
        super().__init__(data, multigraph_input, **attributes)
        if isinstance(name, str):
            self.graph["name"] = name
        self.graph.setdefault("sizes", ())
        self.graph.setdefault("indices", ())
        self._frames = []

    def after(self, later: Any, *earlier: Any) -> None:
        """Make the node of ``later`` wait for the nodes of ``earlier``, without reading them."""
        for value in (later, *earlier):
            if not isinstance(value, Value):
                raise GraphError(
                    f"{value!r} is not a value, and only values wait for each other",
                    where=self._where,
                    next_step="give what an operation, a map, a fold or a repeat returned",
                )
        for value in earlier:
            if value.scope is not later.scope:
                raise GraphError(
                    "an order edge crosses scopes", where=self._where, next_step="order nodes of one body"
                )
            later.scope.add_edge(value.node, later.node, order=True)

    def simple(self) -> nx.DiGraph:
        """Return the graph with parallel edges merged, for functions that refuse a MultiDiGraph.

        Examples
        --------
        >>> g = Algorithm()
        >>> x = g.input("x")
        >>> g.output(x * x)
        >>> g.simple().edges["x", "multiply1"]["operands"]
        2
        """
        simple = nx.DiGraph(**self.graph)
        simple.add_nodes_from(self.nodes(data=True))
        for u, v in self.edges():
            operands = simple.edges[u, v]["operands"] + 1 if simple.has_edge(u, v) else 1
            simple.add_edge(u, v, operands=operands)
        return simple


def is_source(kind: Node) -> bool:
    """Say whether a node of this kind has no place in program order."""
    return isinstance(kind, SOURCES)
