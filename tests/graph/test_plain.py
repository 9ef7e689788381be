"""Plain networkx DAGs as unit graphs."""

from __future__ import annotations

from typing import Any

import networkx as nx
import pytest

from workdepth.errors import GraphError
from workdepth.graph.plain import as_unit_graph
from workdepth.graph.unroll import unroll


def test_everything_is_optional() -> None:
    unit = as_unit_graph(nx.DiGraph([("a", "c"), ("b", "c"), ("c", "d")]))
    assert unit.operations == 4
    assert unit.work.tolist() == [1, 1, 1, 1]
    assert unit.value_words.tolist() == [1, 1, 1, 1]
    assert list(unit.outputs) == ["d"]
    assert unit.paths == ("a", "c", "b", "d") or unit.paths == ("a", "b", "c", "d")


def test_attributes() -> None:
    g = nx.MultiDiGraph()
    g.add_node("op", work=5, size=2)
    g.add_node("x", kind="input", size=3)
    g.add_node("c", kind="constant")
    g.add_edge("x", "op", position=1)
    g.add_edge("c", "op", position=0)
    g.add_node("last", work=0)
    g.add_edge("op", "last", order=True)
    unit = as_unit_graph(g)
    assert unit.paths == ("x", "c", "op", "last")
    assert unit.work.tolist() == [0, 0, 5, 0]
    assert unit.value_words.tolist() == [3, 1, 2, 1]
    assert unit.operands.tolist() == [1, 0]
    assert unit.order.tolist() == [2]
    assert list(unit.outputs) == ["op", "last"]
    assert list(unit.inputs) == ["x", "c"]


def test_program_order_takes_the_earliest_added_that_is_ready() -> None:
    g = nx.DiGraph()
    g.add_nodes_from("dcba")
    g.add_edges_from(["ad", "bc"])
    assert as_unit_graph(g).paths == ("b", "c", "a", "d")


def test_unroll_takes_a_plain_dag() -> None:
    assert unroll(nx.path_graph(4, create_using=nx.DiGraph)).operations == 4
    with pytest.raises(GraphError, match="a plain DAG has no sizes, but n is given"):
        unroll(nx.path_graph(4, create_using=nx.DiGraph), n=3)


def refused(g: Any, *words: str) -> None:
    with pytest.raises(GraphError) as caught:
        as_unit_graph(g)
    for word in words:
        assert word in str(caught.value)


def test_what_is_refused() -> None:
    refused(nx.Graph([(1, 2)]), "Graph is not a directed networkx graph")
    refused([1, 2], "list is not a directed")
    refused(nx.DiGraph(), "the graph has no nodes")
    refused(nx.DiGraph([(1, 2), (2, 3), (3, 2)], name="loop"), "a cycle among 2, 3", "loop")
    refused(nx.DiGraph([(1, 1)]), "a cycle among 1")


@pytest.mark.parametrize(
    ("attributes", "words"),
    [
        ({"kind": "magic"}, "node 'a' has the kind 'magic'"),
        ({"kind": 3}, "node 'a' has the kind 3"),
        ({"kind": ["op"]}, "has the kind ['op']"),
        ({"work": -1}, "node 'a' has work -1"),
        ({"work": 1.5}, "node 'a' has work 1.5"),
        ({"work": True}, "node 'a' has work True"),
        ({"work": 10**30}, "node 'a' has work 1000"),
        ({"size": "two"}, "node 'a' has size 'two'"),
    ],
)
def test_attributes_that_are_not_understood(attributes: dict[str, Any], words: str) -> None:
    g = nx.DiGraph()
    g.add_node("a", **attributes)
    refused(g, words)


def test_an_input_has_no_predecessor() -> None:
    g = nx.DiGraph([("a", "b")])
    g.nodes["b"]["kind"] = "input"
    refused(g, "node 'b' is an input and has a predecessor")
