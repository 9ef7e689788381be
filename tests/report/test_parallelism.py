"""Four figures of how parallel a graph is: against brute force, their order, what they print."""

from __future__ import annotations

import json
from itertools import combinations

import networkx as nx
import pytest
from hypothesis import given
from hypothesis import strategies as st

import workdepth as wd
from workdepth.errors import ModelError, SizeError, WorkdepthError
from workdepth.report.parallelism import SAID, parallelism


@st.composite
def dags(draw):
    count = draw(st.integers(1, 7))
    graph = nx.DiGraph()
    for v in range(count):
        graph.add_node(v, work=draw(st.integers(0, 3)))
    graph.add_edges_from(pair for pair in combinations(range(count), 2) if draw(st.booleans()))
    return graph


def widest(graph):
    """Try every set of operations."""
    closed = nx.transitive_closure_dag(graph)
    working = [v for v, work in graph.nodes(data="work") if work]
    sets = (s for k in range(len(working) + 1) for s in combinations(working, k))
    return max(len(s) for s in sets if not any(closed.has_edge(a, b) for a, b in combinations(s, 2)))


@given(dags())
def test_the_figures_stand_in_order_and_the_width_is_what_trying_all_finds(graph):
    found = parallelism(graph)
    assert found.width == widest(graph) == len(found.antichain)
    assert found.work == sum(work for _, work in graph.nodes(data="work"))
    assert found.span == wd.profile(graph, "GPU").time
    if found.work:
        assert found.average <= found.minimum_bound <= found.minimum <= found.threads <= found.width


@given(dags())
def test_the_antichain_is_one_and_bears_the_nodes_names(graph):
    closed = nx.transitive_closure_dag(graph)
    names = [int(member.node) for member in parallelism(graph).antichain]
    assert len(set(names)) == len(names)
    assert not any(closed.has_edge(a, b) or closed.has_edge(b, a) for a, b in combinations(names, 2))


def test_all_four_differ():
    graph = nx.DiGraph([("a", "b"), ("b", "c"), ("a", "d"), ("d", "e"), ("a", "f"), ("a", "g"), ("x", "y")])
    graph.add_edges_from([("a", "h"), ("y", "z"), ("y", "w")])
    found = parallelism(graph)
    assert str(found) == (
        "plain DAG: work 12, span 3\n"
        "  average parallelism  4  work / span\n"
        "  minimum threads      5  the fewest that keep the span\n"
        "  threads              6  the most at once where all starts as early as it may: the GPU's\n"
        "  width                7  the most operations of which none waits for another\n"
        "as wide are:\n"
        "  c\n  e\n  f\n  g\n  h\n  z\n  w"
    )


def test_the_operations_of_one_node_are_counted():
    found = parallelism("fft", n=8)
    assert found.grouped() == {"repeat2/map1/add2: add": 4, "repeat2/map1/subtract3: subtract": 4}
    assert str(found).endswith("  repeat2/map1/add2: add x 4\n  repeat2/map1/subtract3: subtract x 4")


def test_a_long_antichain_is_cut_but_not_in_json():
    graph = nx.empty_graph(20, create_using=nx.DiGraph)
    found = parallelism(graph)
    assert str(found).endswith("  7\n  and 12 more")
    assert len(found.to_json()["antichain"]) == 20


def test_phases_make_a_graph_narrower_or_as_wide():
    joined = parallelism("edit-distance", n=5, m=5)
    free = parallelism("edit-distance", n=5, m=5, phases="dataflow")
    assert (joined.work, joined.span > free.span, joined.width <= free.width) == (free.work, True, True)
    assert "(phases=dataflow)" in str(free)


def test_a_graph_with_nothing_to_do():
    found = parallelism("multiply-n", n=1)
    assert (found.work, found.span, found.minimum, found.threads, found.width) == (0, 0, 0, 0, 0)
    assert found.average == 1
    assert "as wide" not in str(found)


def test_a_branch_takes_one_case_and_it_is_told():
    g = wd.Algorithm("either")
    x = g.input("x", wd.size("n"))
    wide = lambda: g.fold(wd.ADD, x)  # noqa: E731
    g.output(g.branch(x[0], wide, lambda: x[0] + 1))
    assert parallelism(g, n=8).cases == {"branch1": 1}
    other = parallelism(g, n=8, cases={"branch1": 0})
    assert other.width == 1
    assert "(branch1: case 0)" in str(other)


def test_json():
    found = parallelism("multiply-n", n=8).to_json()
    assert json.loads(json.dumps(found)) == found
    assert found["schema"] == "workdepth.width/1"
    assert found["minimum_threads"] == {"value": 4, "lower_bound": 4, "status": "exact"}
    assert found["antichain"][0] == {"id": 9, "node": "fold1", "op": "multiply"}


def test_where_bounds_do_not_meet_both_are_told():
    from dataclasses import replace

    found = replace(parallelism("multiply-n", n=8), minimum=4, minimum_bound=3)
    assert found.status == "bounds"
    assert "  minimum threads      3 to 4  " in str(found)
    assert set(SAID) == {"average parallelism", "minimum threads", "threads", "width"}


def test_complaints():
    with pytest.raises(SizeError, match="size 'n' has no value"):
        parallelism("multiply-n")
    with pytest.raises(ModelError, match="phases"):
        parallelism("multiply-n", phases="some", n=4)
    with pytest.raises(WorkdepthError, match="no algorithm is called 'nothing'"):
        parallelism("nothing", n=4)
