"""Graphs from arrays of edges: the same as from networkx, whatever the order."""

from __future__ import annotations

from typing import Any

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workdepth.errors import GraphError, SizeError
from workdepth.graph.plain import read_plain
from workdepth.schedule.profile import profile
from workdepth.schedule.sweeps import room
from workdepth.schedule.sweeps.from_edges import from_edges


@st.composite
def edges(draw: st.DrawFn) -> tuple[list[int], list[int], list[int], list[int]]:
    count = draw(st.integers(1, 12))
    names = draw(st.permutations(range(count)))
    pairs = [
        (names[draw(st.integers(0, v - 1))], names[v])
        for v in range(1, count)
        for _ in range(draw(st.integers(0, 2)))
    ]
    work = draw(st.lists(st.integers(0, 3), min_size=count, max_size=count))
    size = draw(st.lists(st.integers(0, 3), min_size=count, max_size=count))
    return [u for u, _ in pairs], [v for _, v in pairs], work, size


@given(edges())
def test_the_same_as_from_networkx(given: Any) -> None:
    source, target, work, size = given
    graph = nx.MultiDiGraph()
    graph.add_nodes_from((v, {"work": w, "size": s}) for v, (w, s) in enumerate(zip(work, size, strict=True)))
    graph.add_edges_from(zip(source, target, strict=True))
    unit = from_edges(source, target, nodes=len(work), work=work, size=size)
    other = read_plain(graph)
    for machine in ("RAM", "GPU"):
        a, b = profile(unit, machine), profile(other, machine)
        assert (a.time, a.memory, a.threads, a.work) == (b.time, b.memory, b.threads, b.work)
        assert a.finish.tolist() == b.finish.tolist()
    if list(range(len(work))) != list(map(int, other.paths)):
        assert [unit.paths[o] for o in unit.origin] == list(other.paths)


def test_refusals() -> None:
    for arguments, words in (
        (([0], [0, 1]), "1 sources and 2 targets (at edges); give one of each an edge"),
        (([0], [-1]), "edges between nodes up to 0 in a graph of 1"),
        (([0], [5], 3), "edges between nodes up to 5 in a graph of 3"),
        (([0], [1], 2.5), "the number of nodes is 2.5 (at edges); give an integer"),
        (([], []), "edges between nodes up to -1 in a graph of 0"),
        (([0.5], [1.5]), "source is no row of integers: float64, 1 axes"),
        (([[0]], [[1]]), "source is no row of integers: int64, 2 axes"),
        (([0, 1, 2], [1, 2, 1]), "the graph has a cycle through node 1 or before it"),
        (([0], [0]), "the graph has a cycle through node 0"),
    ):
        source, target, *nodes = arguments
        with pytest.raises(GraphError) as caught:
            from_edges(source, target, nodes=nodes[0] if nodes else None)
        assert words in str(caught.value)
    with pytest.raises(
        GraphError, match=r"work is int64 of shape .2,. for 3 nodes, or out of range; give one integer"
    ):
        from_edges([0], [1], nodes=3, work=np.array([1, 2]), name="")
    with pytest.raises(GraphError, match=r"size is int64 of shape .. for 2 nodes, or out of range"):
        from_edges([0], [1], size=-1, name="")


def test_a_size_that_cannot_fit(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(
        SizeError, match=r"a graph of 1000000000000 nodes needs about 8.382e\+04 GiB, .* is free"
    ):
        from_edges([0], [1], nodes=10**12)
    unit = from_edges([0], [1])
    monkeypatch.setattr(room, "SMALL", 0)
    monkeypatch.setattr(room, "free_bytes", lambda: 10)
    with pytest.raises(SizeError, match="the profile of 2 nodes needs about"):
        profile(unit)
