"""Compiled loops give what plain ones give, on every graph, under every switch."""

from __future__ import annotations

from itertools import product
from typing import Any

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphs import bitonic, fft, floyd_warshall, jacobi, matmul, multiply_n, tree_by_hand
from workdepth.errors import MissingError, ModelError, SizeError
from workdepth.graph.plain import read_plain
from workdepth.graph.unroll import unroll
from workdepth.schedule.profile import Profile, profile
from workdepth.schedule.sweeps import engine, kernels
from workdepth.schedule.sweeps.dependences import (
    Dependences,
    dependences,
    earliest_finish,
    generations,
    latest_finish,
)
from workdepth.schedule.sweeps.room import check_room

ALGORITHMS = [multiply_n, matmul, floyd_warshall, jacobi, tree_by_hand, fft, bitonic]
SETTINGS = [
    dict(zip(("machine", "cells", "inputs", "outputs", "spawn"), values, strict=True))
    for values in product(
        ("RAM", "GPU"),
        ("reuse", "separate"),
        ("resident", "loaded"),
        ("kept", "streamed"),
        ("free", "fork-join"),
    )
]


def same(a: Profile, b: Profile) -> bool:
    figures = (a.time, a.memory, a.threads, a.work) == (b.time, b.memory, b.threads, b.work)
    arrays = ("finish", "boundaries", "live", "busy")
    return figures and all(np.array_equal(getattr(a, name), getattr(b, name)) for name in arrays)


@pytest.fixture
def loops(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let "compiled" run the kernels as they stand, so that nothing is compiled and nothing is needed."""
    monkeypatch.setattr(engine, "loop", lambda name: engine.plain(name))
    monkeypatch.setattr(engine, "installed", lambda: True)


@pytest.mark.usefixtures("loops")
@pytest.mark.parametrize("make", ALGORITHMS)
def test_kernels_as_they_stand_give_the_same_profiles(make: Any) -> None:
    g = make()
    for phases in ("barrier", "dataflow"):
        unit = unroll(g, phases=phases, **dict.fromkeys(g.domain.names, 4))
        for setting in SETTINGS:
            assert same(profile(unit, **setting, engine="compiled"), profile(unit, **setting, engine="plain"))


@pytest.mark.parametrize("make", ALGORITHMS)
def test_compiled_kernels_give_the_same_profiles(make: Any) -> None:
    pytest.importorskip("numba")
    g = make()
    unit = unroll(g, **dict.fromkeys(g.domain.names, 8))
    for setting in SETTINGS:
        assert same(profile(unit, **setting, engine="compiled"), profile(unit, **setting, engine="plain"))


@st.composite
def plain_dags(draw: Any) -> nx.MultiDiGraph:
    graph = nx.MultiDiGraph()
    count = draw(st.integers(1, 14))
    for v in range(count):
        entrance = draw(st.booleans())
        before = [] if entrance or not v else draw(st.lists(st.integers(0, v - 1), max_size=4))
        kind = "input" if entrance and draw(st.booleans()) else "op"
        graph.add_node(v, kind=kind, work=draw(st.integers(0, 4)), size=draw(st.integers(0, 3)))
        for u in before:
            graph.add_edge(u, v, order=draw(st.booleans()))
    return graph


@pytest.mark.usefixtures("loops")
@given(plain_dags())
def test_plain_dags_too(graph: nx.MultiDiGraph) -> None:
    for setting in SETTINGS:
        assert same(profile(graph, **setting, engine="compiled"), profile(graph, **setting, engine="plain"))


@given(plain_dags())
def test_work_and_span_against_networkx(graph: nx.MultiDiGraph) -> None:
    simple = nx.DiGraph(graph)
    nx.set_node_attributes(
        simple, {v: d["work"] * (d["kind"] == "op") for v, d in simple.nodes(data=True)}, "steps"
    )
    entry = max((simple.nodes[v]["steps"] for v in simple), default=0)
    for u, v in simple.edges:
        simple.edges[u, v]["weight"] = simple.nodes[v]["steps"]
    for v in list(simple):
        if not simple.in_degree(v):
            simple.add_edge("start", v, weight=simple.nodes[v]["steps"])
    found = profile(graph)
    assert found.time == nx.dag_longest_path_length(simple) >= entry
    assert found.work == sum(d.get("steps", 0) for _, d in simple.nodes(data=True))


@given(plain_dags())
def test_latest_finishes_leave_the_span_as_it_is(graph: nx.MultiDiGraph) -> None:
    dag = dependences(unroll(graph))
    early = earliest_finish(dag)
    late = latest_finish(dag, int(early.max(initial=0)))
    assert np.all(early <= late)
    waiting = np.repeat(np.arange(len(dag)), np.diff(dag.start))
    assert np.all(late[dag.before] <= late[waiting] - dag.work[waiting])


def test_followers_are_the_rows_turned_round() -> None:
    dag = Dependences(np.ones(4, dtype=np.int64), np.array([0, 0, 1, 3, 5]), np.array([0, 0, 1, 0, 2]))
    first, after = np.zeros(5, dtype=np.int64), np.empty(5, dtype=np.int64)
    kernels.followers(dag.start, dag.before, first, after)
    assert first.tolist() == dag.followers[0].tolist() == [0, 3, 4, 5, 5]
    assert after.tolist() == dag.followers[1].tolist() == [1, 2, 3, 2, 3]


def test_an_engine_that_is_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ModelError, match="engine is 'gpu'; use one of: auto, plain, compiled"):
        profile(nx.DiGraph([(0, 1)]), engine="gpu")
    monkeypatch.setattr(engine, "installed", lambda: False)
    with pytest.raises(
        MissingError, match=r"numba is not installed \(at engine compiled\); install it: pip install"
    ):
        profile(nx.DiGraph([(0, 1)]), engine="compiled")
    assert not engine.compiles(10**9)


def test_small_graphs_never_load_the_compiler(monkeypatch: pytest.MonkeyPatch) -> None:
    def never(name: str) -> None:
        raise AssertionError(name)

    never.cache_info = engine.loop.cache_info  # type: ignore[attr-defined]
    monkeypatch.setattr(engine, "loop", never)
    assert profile(nx.DiGraph([(0, 1)])).time == 2


def test_what_does_not_fit_says_how_much_it_needs() -> None:
    with pytest.raises(
        SizeError, match="a graph of 9 nodes needs about 2 GiB, 1 GiB is free; take a smaller"
    ):
        check_room("a graph of 9 nodes", 2**31, limit=2**30)
    with pytest.raises(SizeError, match=r"needs about .* GiB, .* GiB is free"):
        check_room("everything", 2**60)


@given(plain_dags())
def test_generations_against_networkx(graph: nx.MultiDiGraph) -> None:
    dag = dependences(read_plain(graph))
    widths = np.bincount(generations(dag)).tolist()
    assert widths == [len(level) for level in nx.topological_generations(graph)]
    assert np.array_equal(generations(dag, "plain"), generations(dag))


@given(plain_dags())
def test_against_rustworkx(graph: nx.MultiDiGraph) -> None:
    rx = pytest.importorskip("rustworkx")
    other = rx.PyDiGraph()
    steps = [d["work"] * (d["kind"] == "op") for _, d in graph.nodes(data=True)]
    other.add_nodes_from(steps)
    start = other.add_node(0)
    other.add_edges_from([(u, v, steps[v]) for u, v in graph.edges()])
    other.add_edges_from([(start, v, steps[v]) for v in graph if not graph.in_degree(v)])
    assert profile(graph).time == rx.dag_weighted_longest_path_length(other, lambda u, v, w: float(w))
    levels = rx.topological_generations(other)[1:]
    assert np.bincount(generations(dependences(read_plain(graph)))).tolist() == list(map(len, levels))


def test_exclusive_reads_of_long_operations_take_no_room() -> None:
    g = nx.MultiDiGraph([(0, 1), (0, 2), (1, 3), (1, 4), (1, 4)])
    nx.set_node_attributes(g, 10**11, "work")
    assert profile(g, reads="exclusive").time == 3 * 10**11 + 2
