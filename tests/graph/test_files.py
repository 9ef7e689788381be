"""Graph files: exact round trips in every format that is read, and pictures that are only written."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import networkx as nx
import pytest
from hypothesis import given, settings

import workdepth as wd
from strategies import FREE, LATE, PAIR, SLOW, SLOWER, Features, algorithms
from workdepth.errors import FileError, GraphError, WorkdepthError
from workdepth.graph.files import dumps, load, loads, same, save
from workdepth.graph.nodes import Literal
from workdepth.graph.ops import Op
from workdepth.library import entries
from workdepth.models.analysis import analyze_algorithm

OWN = (FREE, SLOW, SLOWER, PAIR, LATE)
LIBRARY = sorted(entries())
PROFILE = settings(derandomize=True, deadline=None, max_examples=60)


def back(graph: Any, **options: Any) -> Any:
    return loads(dumps(graph), **options)


# Exact round trips


@pytest.mark.parametrize("name", LIBRARY)
def test_library(name: str) -> None:
    graph = entries()[name].build()
    found = back(graph)
    assert same(graph, found)
    assert type(found) is wd.Algorithm
    assert dumps(found) == dumps(graph)


@pytest.mark.parametrize("name", ["multiply-n", "matmul", "scan-hillis-steele"])
def test_library_figures(name: str) -> None:
    graph = entries()[name].build()
    one, other = analyze_algorithm(graph), analyze_algorithm(back(graph))
    for machine in ("RAM", "GPU"):
        assert one[machine].figures() == other[machine].figures()


@pytest.mark.parametrize("ending", [".graphml", ".gml"])
@pytest.mark.parametrize("name", LIBRARY)
def test_library_in_other_formats(name: str, ending: str, tmp_path: Path) -> None:
    graph, path = entries()[name].build(), tmp_path / f"graph{ending}"
    save(graph, path)
    assert same(graph, load(path))


@PROFILE
@given(algorithms(Features(scan=True, gather=True)))
def test_random_algorithms(graph: wd.Algorithm) -> None:
    found = back(graph, ops=OWN)
    assert same(graph, found)
    assert list(found.edges(data="position")) == list(graph.edges(data="position"))


def test_a_loaded_graph_runs_and_can_be_built_on() -> None:
    g = wd.Algorithm("dot")
    n = wd.size("n")
    x, y = g.input("x", n), g.input("y", n)
    g.output(g.fold(wd.ADD, n, lambda i: x[i] * y[i]))
    found = back(g)
    assert wd.run(found, x=[1, 2, 3], y=[4, 5, 6]) == 32
    z = found.input("z", n)
    found.output(found.fold(wd.ADD, z), "sum of z")
    assert list(found)[-3:] == ["z", "fold2", "out:sum of z"]


@pytest.mark.parametrize(
    "value", [0, -3, 10**40, 0.1, -0.0, 1e300, 5e-324, float("nan"), float("inf"), float("-inf")]
)
def test_literals_are_exact(value: float) -> None:
    g = wd.Algorithm("literal")
    g.output(g.input("x") + value)
    found = back(g)
    assert same(g, found)
    (kind,) = [d["kind"] for _, d in found.nodes(data=True) if isinstance(d["kind"], Literal)]
    assert (type(kind.value), repr(kind.value)) == (type(value), repr(value))


def test_domains_order_edges_keys_and_attributes() -> None:
    g = wd.Algorithm("all of it")
    g.size("n", low=2, high=64, power_of=2)
    g.size("m", low=0)
    x = g.input("x", wd.size("n"), wd.size("m") + 1)
    one, other = x[0, 0] + 1, x[1, 0] * 2
    g.after(other, one)
    every = g.map(
        [wd.size("n"), lambda i: (0, i + 1)],
        lambda i, j: x[i, 0] * j,
        into=g.empty(wd.size("n"), wd.size("n")),
    )
    g.output(g.map(wd.size("n"), lambda k: every[k, 0] + one + other))
    g.graph["source"] = "a book, page 7"
    g.nodes["x"]["colour"] = {"red": 1, "deep": [True, None, 0.5]}
    g.add_edge(one.node, other.node, key="late", order=True, weight=2)
    found = back(g)
    assert same(g, found)
    assert str(found.sizes[0]) == "2 <= n <= 64, a power of 2"
    assert found.nodes["x"]["colour"] == {"red": 1, "deep": [True, None, 0.5]}
    assert found.edges[one.node, other.node, "late"] == {"order": True, "weight": 2}


def test_networkx_s_copies_and_views_are_saved_as_well() -> None:
    graph = entries()["dot"].build()
    assert same(back(graph.copy()), graph)
    assert same(back(nx.relabel_nodes(graph, {"x": "left"})), nx.relabel_nodes(graph, {"x": "left"}))


def test_same_sees_every_difference() -> None:
    graph = entries()["dot"].build()
    for change in (
        lambda g: g.graph.update(name="other"),
        lambda g: g.nodes["x"].update(note=1),
        lambda g: g.add_node("more", kind=Literal(1), shapes=((),)),
        lambda g: next(iter(g.edges(data=True)))[2].update(position=5),
        lambda g: g.nodes["fold1"]["kind"].body.add_edge("port0", "out:0", order=True),
        lambda g: g.size("n2"),
    ):
        other = back(graph)
        change(other)
        assert not same(graph, other)


# Ops


def test_ops_of_one_s_own() -> None:
    op = Op("hypotenuse", 2, "hypot", associative=True, neutral=0)
    g = wd.Algorithm("far")
    g.output(g.fold(op, g.input("x", wd.size("n"))))
    text = dumps(g)
    with pytest.raises(
        GraphError, match=r"unknown op 'hypotenuse'.*ops/?\[0\].*ops=\[\.\.\.\].*register"
    ) as told:
        loads(text, where="far.json")
    assert told.value.where == "far.json/ops[0]"
    for ops in ([op], {"hypotenuse": op}):
        assert same(loads(text, ops=ops), g)
    dear = Op("hypotenuse", 2, "hypot", work=7, associative=True, neutral=0)
    with pytest.raises(GraphError, match="op 'hypotenuse' has work 7 here, but 1 in the file"):
        loads(text, ops=[dear])


def test_ops_that_share_a_name() -> None:
    g = wd.Algorithm("two")
    x = g.input("x")
    g.output(g.apply(Op("add", 2, "add", work=9), x, x))
    with pytest.raises(GraphError, match="two different ops are called 'add'"):
        dumps(g)


def test_facts_in_a_file_cannot_change_what_an_op_costs() -> None:
    text = dumps(entries()["multiply-n"].build())
    with pytest.raises(GraphError, match="op 'multiply' has work 1 here, but 0 in the file"):
        loads(text.replace('"work": 1', '"work": 0'))
    with pytest.raises(GraphError, match="has commutative True here, but 1 in the file"):
        loads(text.replace('"commutative": true', '"commutative": 1'))


# Plain DAGs


def diamond() -> nx.MultiDiGraph:
    dag = nx.MultiDiGraph(name="diamond")
    dag.add_node("a", kind="input", size=2)
    dag.add_edges_from([("a", "b"), ("a", "c"), ("b", "d"), ("c", "d"), ("c", "d")])
    dag.add_edge("b", "c", order=True)
    dag.nodes["d"]["work"] = 3
    return dag


def equal(one: Any, other: Any) -> bool:
    return list(one.nodes(data=True)) == list(other.nodes(data=True)) and list(one.edges(data=True)) == list(
        other.edges(data=True)
    )


@pytest.mark.parametrize("ending", [".json", ".graphml", ".gml"])
def test_plain_dags(ending: str, tmp_path: Path) -> None:
    save(diamond(), tmp_path / f"dag{ending}")
    found = load(tmp_path / f"dag{ending}")
    assert type(found) is nx.MultiDiGraph
    assert equal(found, diamond())
    assert wd.analyze(found)["GPU"].time.at() == 5


def test_networkx_reads_and_writes_the_same_node_link_data() -> None:
    dag = nx.DiGraph([(1, 2), (1, 3), (2, 4), (3, 4)])
    for link in ("edges", "links"):
        assert equal(loads(json.dumps(nx.node_link_data(dag, edges=link))), nx.MultiDiGraph(dag))
    assert equal(nx.node_link_graph(json.loads(dumps(dag)), edges="edges"), dag)


def test_files_that_networkx_wrote(tmp_path: Path) -> None:
    nx.write_graphml(diamond(), tmp_path / "a.graphml")
    nx.write_gml(diamond(), tmp_path / "a.gml")
    assert equal(load(tmp_path / "a.graphml"), diamond())
    assert wd.analyze(load(tmp_path / "a.gml"))["RAM"].time.at() == 5


@pytest.mark.parametrize("name", ['a"b', "a&b;", "é☃", "a\nb", "a]b[", "&#34;", "", " lead", "-1", "1.5"])
@pytest.mark.parametrize("ending", [".json", ".graphml", ".gml"])
def test_odd_names(name: str, ending: str, tmp_path: Path) -> None:
    save(nx.MultiDiGraph([(name, "other")]), tmp_path / f"dag{ending}")
    assert list(load(tmp_path / f"dag{ending}")) == [name, "other"]


# Pictures


def test_dot() -> None:
    text = dot_of(entries()["dot"].build())
    assert text.startswith('digraph "dot" {\n')
    assert 'n0 [label="x[n]", shape=box];' in text
    assert "subgraph cluster_n2 {" in text
    assert 'n0 -> n4 [label="[i]"];' in text
    assert text.count("{") == text.count("}")


def dot_of(graph: Any) -> str:
    from workdepth.graph.files.pictures import write_dot

    return write_dot(graph)


def test_pictures_of_every_algorithm_and_of_dags(tmp_path: Path) -> None:
    for graph in (*(e.build() for e in entries().values()), diamond()):
        for ending in (".dot", ".gv", ".mmd"):
            save(graph, tmp_path / f"picture{ending}")
            assert (tmp_path / f"picture{ending}").read_text(encoding="utf-8")
    assert "n1 -> n2 [style=dashed];" in dot_of(diamond())


def test_hostile_names_cannot_break_out_of_a_picture() -> None:
    from workdepth.graph.files.pictures import write_mermaid

    dag = nx.DiGraph()
    dag.add_node('x"]; evil [label="\\')
    dag.add_node('"]:::x<script>')
    assert r'n0 [label="x\"]; evil [label=\"\\", shape=ellipse];' in dot_of(dag)
    assert '"' not in write_mermaid(dag).replace('("', "").replace('")', "")
    assert "<" not in write_mermaid(dag)


# STG


def test_stg(tmp_path: Path) -> None:
    (tmp_path / "a.stg").write_text("2\n0 0 0\n1 5 1 0\n2 7 1 0\n3 0 2 1 2\n# a remark\n")
    dag = load(tmp_path / "a.stg")
    assert list(dag.edges()) == [(0, 1), (0, 2), (1, 3), (2, 3)]
    costs = wd.analyze(dag)
    assert (costs["RAM"].time.at(), costs["GPU"].time.at()) == (12, 7)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "first line is not the number of tasks"),
        ("1 2\n", "first line is not the number of tasks"),
        ("x\n", "'x' stands where an integer of at least 0 belongs.*line 1"),
        ("1\n0 0 0\n1 5 1 0\n", "2 tasks, where 1 and 2 dummies are promised"),
        ("0\n0 0 0\n1 0 2 0\n", "a row is not task, duration, count.*line 3"),
        ("0\n0 0 0\n2 0 1 0\n", "task 2 stands where task 1 belongs"),
        ("0\n0 0 0\n1 0 1 9\n", "task 1 waits for task 9, which there is not"),
        ("0\n0 0 1 1\n1 0 1 0\n", "cycle among 0, 1"),
        ("0\n0 0 0\n1 -5 1 0\n", "'-5' stands where an integer"),
        ("0\n0 0 0\n1 9999999999999 1 0\n", "'9999999999999' stands where an integer"),
    ],
)
def test_bad_stg(text: str, words: str, tmp_path: Path) -> None:
    path = tmp_path / "bad.stg"
    path.write_text(text)
    with pytest.raises(WorkdepthError, match=words) as told:
        load(path)
    assert str(path) in str(told.value)


# Paths


def test_endings(tmp_path: Path) -> None:
    graph = entries()["dot"].build()
    save(graph, tmp_path / "GRAPH.JSON")
    assert same(load(str(tmp_path / "GRAPH.JSON")), graph)
    with pytest.raises(FileError, match=r"files ending in '\.xyz' are not written.*\.json, \.graphml"):
        save(graph, tmp_path / "graph.xyz")
    with pytest.raises(FileError, match=r"files ending in '\.dot' are not read"):
        load(tmp_path / "graph.dot")
    with pytest.raises(FileError, match="files ending in 'nothing' are not read"):
        load(tmp_path / "graph")


def test_paths_that_cannot_be_read_or_written(tmp_path: Path) -> None:
    with pytest.raises(FileError, match=r"cannot read .*no such file"):
        load(tmp_path / "none.json")
    (tmp_path / "folder.json").mkdir()
    with pytest.raises(FileError, match="a folder or device"):
        load(tmp_path / "folder.json")
    with pytest.raises(FileError, match=r"cannot write .*No such file or directory"):
        save(entries()["dot"].build(), tmp_path / "none" / "graph.json")
    with pytest.raises(FileError, match="holds half a character"):
        save(nx.DiGraph([("a", "\ud800")]), tmp_path / "half.json")
    with pytest.raises(FileError, match="GraphML cannot hold a control character"):
        save(nx.DiGraph([("a", "\x01")]), tmp_path / "control.graphml")
    (tmp_path / "bytes.json").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(FileError, match=r"cannot read .*UTF-8"):
        load(tmp_path / "bytes.json")
    with (tmp_path / "large.json").open("wb") as file:
        file.truncate(100_000_001)  # sparse: takes no room
    with pytest.raises(FileError, match="a file of 100000001 bytes is too large"):
        load(tmp_path / "large.json")
