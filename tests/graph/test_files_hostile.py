"""Hostile and broken graph files: one message naming file, place and next step; never a crash, never code."""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import networkx as nx
import pytest

import workdepth as wd
from workdepth.errors import FileError, GraphError, SizeError, SymbolicError, WorkdepthError
from workdepth.graph.files import dumps, load, loads, same, save
from workdepth.library import entries

GOOD = json.loads(dumps(entries()["dot"].build()))


def broken(change: Callable[[dict[str, Any]], Any]) -> str:
    data = copy.deepcopy(GOOD)
    change(data)
    return json.dumps(data)


def fold(data: dict[str, Any]) -> dict[str, Any]:
    return data["nodes"][2]


def body(data: dict[str, Any]) -> dict[str, Any]:
    return fold(data)["body"]


def deep(levels: int) -> dict[str, Any]:
    inner: dict[str, Any] = {"nodes": [], "edges": []}
    for _ in range(levels):
        node = {"id": "m", "kind": "map", "over": [], "into": None, "at": [], "shapes": [], "body": inner}
        inner = {"nodes": [node], "edges": []}
    return inner


@pytest.mark.parametrize(
    ("text", "error", "words"),
    [
        ("", FileError, "this is not JSON"),
        ("{", FileError, "this is not JSON"),
        ("[1, 2]", FileError, "this JSON is no graph"),
        ("7", FileError, "this JSON is no graph"),
        ("{}", FileError, "the field 'schema' is missing"),
        ('{"a": 1, "a": 2}', FileError, "the field 'a' stands twice in one object"),
        ('{"a": NaN}', FileError, "NaN is no JSON number; spell it"),
        ('{"a": -Infinity}', FileError, "-Infinity is no JSON number"),
        ('{"a": 1e999}', FileError, "the number 1e999 is too large"),
        ('{"a": 1' + "0" * 5000 + "}", FileError, "this is not JSON: Exceeds the limit"),
        ("[" * 100_000, FileError, "nested too deep"),
        ('{"schema": 1}', FileError, "the schema is 1.*reads workdepth.graph/1"),
        ('{"schema": "other/1"}', FileError, "the schema is 'other/1'"),
        ('{"schema": "workdepth.graph/2"}', FileError, "newer than what this version reads.*install a newer"),
        ('{"schema": "workdepth.graph/0"}', FileError, "not what this version reads"),
        ('{"schema": "workdepth.graph/' + "9" * 5000 + '"}', FileError, "newer than"),
        ('{"schema": "workdepth.graph/1"}', FileError, "the field 'ops' is missing"),
        ('{"schema": "workdepth.graph/1", "ops": []}', FileError, "the field 'nodes' is missing"),
        ('{"schema": "workdepth.graph/1", "ops": 3}', FileError, "3 stands where a list belongs"),
    ],
)
def test_texts(text: str, error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words) as told:
        loads(text, where="bad.json")
    assert "bad.json" in str(told.value)
    assert "; " in str(told.value)


@pytest.mark.parametrize(
    ("change", "error", "words"),
    [
        # fields
        (lambda d: d.update(more=1), FileError, r"unknown field 'more' \(at f.json\).*name, sizes"),
        (lambda d: d.update(nodes=7), FileError, r"7 stands where a list belongs \(at f.json/nodes\)"),
        (lambda d: d["nodes"].insert(0, 5), FileError, r"where an object .*f.json/nodes\[0\]"),
        (lambda d: d["nodes"][0].pop("id"), FileError, r"'id' is missing \(at f.json/nodes\[0\]\)"),
        (lambda d: d["nodes"][0].pop("kind"), FileError, "'kind' is missing"),
        (lambda d: d["nodes"][0].pop("shape"), FileError, r"'shape' is missing \(at f.json/nodes\[0\] 'x'\)"),
        (lambda d: d["nodes"][0].update(shape="n"), FileError, "'n' stands where a list belongs"),
        (lambda d: d["nodes"][0].update(shape=[3]), FileError, "3 stands where a text belongs"),
        (lambda d: d["nodes"][0].update(extra=3), FileError, "unknown field 'extra'"),
        (lambda d: d["nodes"][0].update(kind="pickle"), FileError, "unknown kind 'pickle'.*input, constant"),
        (lambda d: d["nodes"][0].update(kind=["x"]), FileError, "a list of 1 stands where a text belongs"),
        (lambda d: d["nodes"][0].update(id=7), FileError, "7 stands where a text belongs"),
        (lambda d: d["nodes"][1].update(id="x"), FileError, "two nodes are called 'x'"),
        (lambda d: d["nodes"][0].update(attributes={"kind": 1}), FileError, "attribute is called 'kind'"),
        (lambda d: d["nodes"][0].update(attributes=1), FileError, "1 stands where an object"),
        (lambda d: d.update(indices=[1]), FileError, r"1 stands where a text belongs \(at f.json/indices"),
        (lambda d: d.update(count=-1), FileError, "-1 stands where an integer of at least 0"),
        (lambda d: d.update(count=True), FileError, "True stands where an integer"),
        (lambda d: d.update(count=10**100), FileError, "more than 40 digits stands where an integer"),
        (lambda d: d.update(name=3), FileError, "3 stands where a text belongs"),
        # sizes
        (lambda d: d["sizes"].append(d["sizes"][0]), FileError, "the size 'n' is declared twice"),
        (lambda d: d["sizes"][0].update(low=5, high=2), SizeError, r"no size 'n'.*f.json/sizes\[0\]"),
        (lambda d: d["sizes"][0].update(power_of=1), SizeError, "power of 1"),
        (lambda d: d["sizes"][0].update(name="2n"), SymbolicError, "2n"),
        (lambda d: d["sizes"][0].update(low="1"), FileError, "'1' stands where an integer"),
        (lambda d: d.update(sizes=[]), GraphError, "names 'n', which is neither a size"),
        # edges
        (lambda d: d["edges"][0].update({"from": "z"}), FileError, "names the node 'z', which there is not"),
        (lambda d: d["edges"][0].update({"from": 0}), FileError, "0 stands where a text"),
        (lambda d: d["edges"][0].pop("position"), FileError, "'position' is missing"),
        (lambda d: d["edges"][0].update(position=0.5), FileError, "0.5 stands where an integer"),
        (lambda d: d["edges"][0].update(position=7), GraphError, "no operand at position 0"),
        (lambda d: d["edges"][0].update(out=3), GraphError, "reads result 3 of x"),
        (lambda d: d["edges"][0].update(key=[1]), FileError, "the key of an edge is no text"),
        (lambda d: d["edges"].append({**d["edges"][0], "key": 0}), FileError, "have the key 0"),
        (lambda d: d["edges"][0].update(order=True), FileError, "an order edge carries nothing"),
        (lambda d: d["edges"].append({"from": "x", "to": "y", "order": False}), FileError, "carries nothing"),
        (lambda d: d["edges"].append({"from": "x", "to": "y", "order": 1}), FileError, "true or false"),
        (
            lambda d: d["edges"].append({"from": "fold1", "to": "fold1", "order": True}),
            GraphError,
            r"cycle through fold1.*f.json",
        ),
        # expressions
        (
            lambda d: fold(d)["over"].update(high="__import__('os').system('false')"),
            SymbolicError,
            r"unexpected ''' *\(at f.json/nodes\[2\] 'fold1'/over/high",
        ),
        (lambda d: fold(d)["over"].update(high="eval(n)"), SymbolicError, "unknown function 'eval'"),
        (lambda d: fold(d)["over"].update(high="n.real"), SymbolicError, "unexpected '.'"),
        (lambda d: fold(d)["over"].update(high="(" * 500), SymbolicError, "nested more than"),
        (lambda d: fold(d)["over"].update(high="9**9**9**9"), SymbolicError, "large|power"),
        (lambda d: fold(d)["over"].update(high="n" * 20_000), SymbolicError, "characters is too long"),
        (lambda d: fold(d)["over"].update(high="q"), GraphError, "names 'q', which is neither"),
        (lambda d: fold(d)["over"].update(index="n"), GraphError, "the index 'n' of fold1 is a size"),
        # nodes
        (lambda d: fold(d).update(op="add2"), FileError, "op 'add2' is not in the file's list of ops"),
        (lambda d: fold(d).update(op=None), FileError, "None stands where a text"),
        (lambda d: fold(d).update(order="random"), GraphError, "the order of a fold is 'random'"),
        (lambda d: fold(d).update(body=None), FileError, "None stands where an object"),
        (lambda d: body(d)["nodes"][0].update(number=9), GraphError, "names operand 9 of fold1"),
        (lambda d: body(d)["nodes"].pop(), FileError, r"which there is not.*nodes\[2\] 'fold1'/body/edges"),
        (lambda d: d["nodes"].pop(), FileError, "which there is not"),
        (lambda d: d.update(deep(150)), FileError, "nested more than 100 deep|nested too deep"),
        # ops
        (lambda d: d["ops"].append(d["ops"][0]), FileError, "the op 'add' is listed twice"),
        (lambda d: d["ops"][0].pop("work"), FileError, "'work' is missing"),
        (lambda d: d["ops"][0].update(name="os.system"), GraphError, "unknown op 'os.system'"),
        (lambda d: d["ops"][0].update(neutral="nan"), GraphError, "has neutral 0 here, but 'nan' in"),
    ],
)
def test_changes(change: Callable[[dict[str, Any]], Any], error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words) as told:
        loads(broken(change), where="f.json")
    assert "f.json" in str(told.value)
    assert isinstance(told.value, WorkdepthError)


def test_a_node_of_many_operands() -> None:
    """Checking looks at each operand a few times only, so a wide node is no trap."""
    g = wd.Algorithm("wide")
    inputs = [g.input(f"x{k}") for k in range(3000)]

    def total(i: Any) -> Any:
        found = inputs[0]
        for x in inputs[1:]:
            found = found + x
        return found

    g.output(g.map(2, total))
    assert same(g, loads(dumps(g)))


def test_any_single_broken_value_is_an_error_of_ours_or_harmless() -> None:
    """Replace values all over the file by others: nothing but a WorkdepthError ever comes out."""
    draw = random.Random(7)
    others = [None, True, -1, 0, 10**30, 0.5, "", "x", "n", "i", "import os", [], {}, [[]], ["n"], {"a": 1}]
    for _ in range(400):
        data = copy.deepcopy(GOOD)
        place: Any = data
        while True:
            keys = list(place) if isinstance(place, dict) else range(len(place))
            key = draw.choice(list(keys))
            inner = place[key]
            if not isinstance(inner, dict | list) or not inner or draw.random() < 0.1:
                break
            place = inner
        place[key] = draw.choice(others)
        try:
            loads(json.dumps(data))
        except WorkdepthError as error:
            assert error.what  # noqa: PT017


# What cannot be saved


def test_what_has_no_place_in_a_file() -> None:
    graph = entries()["dot"].build()
    numbered = nx.relabel_nodes(graph, {"x": 7})
    with pytest.raises(FileError, match=r"the name of a node is 7, not a text.*relabel_nodes"):
        dumps(numbered)
    graph.nodes["x"]["seen"] = {1, 2}
    with pytest.raises(FileError, match="attributes of node 'x' are not plain data: seen"):
        dumps(graph)
    graph.nodes["x"]["seen"] = float("nan")
    with pytest.raises(FileError, match="holds a number that JSON cannot"):
        dumps(graph)
    with pytest.raises(GraphError, match="has no output"):
        dumps(wd.Algorithm("empty"))


# Plain DAGs and other formats

DAG = {"directed": True, "multigraph": True, "graph": {}, "nodes": [{"id": 1}, {"id": 2}]}


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({**DAG}, "the field 'edges' is missing"),
        ({**DAG, "edges": [{"source": 1}]}, "the field 'target' is missing"),
        ({**DAG, "edges": [{"source": 1, "target": 3}]}, "names the node 3, which there is not"),
        ({**DAG, "edges": [{"source": 1, "target": [2]}]}, "a list of 1 stands where a text or an integer"),
        ({**DAG, "edges": [{"source": 1, "target": 2, "key": 0}] * 2}, "have the key 0"),
        ({**DAG, "edges": [{"source": 1, "target": 2}, {"source": 2, "target": 1}]}, "cycle among 1, 2"),
        ({**DAG, "edges": [3]}, "'source' is missing"),
        ({**DAG, "edges": [], "more": 1}, "unknown field 'more'"),
        ({**DAG, "edges": [], "directed": False}, "the graph is not directed"),
        ({**DAG, "edges": [], "graph": 5}, "5 stands where an object"),
        ({**DAG, "edges": [], "nodes": [{"id": 1}, {"id": 1}]}, "two nodes are called 1"),
        ({**DAG, "edges": [], "nodes": [{"id": 1, "work": -1}]}, "node 1 has work -1"),
        ({**DAG, "edges": [], "nodes": [{"id": 1, "kind": ["op"]}]}, "has the kind"),
        ({**DAG, "edges": [], "nodes": []}, "the graph has no nodes"),
    ],
)
def test_bad_dags(data: dict[str, Any], words: str) -> None:
    with pytest.raises(WorkdepthError, match=words) as told:
        loads(json.dumps(data), where="dag.json")
    assert "dag.json" in str(told.value)


GRAPHML = '<graphml xmlns="http://graphml.graphdrawing.org/xmlns">'
ENTITIES = """<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]>
<graphml xmlns="http://graphml.graphdrawing.org/xmlns"><graph edgedefault="directed"><node id="&b;"/></graph>
</graphml>"""


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("a.graphml", "", "this is not GraphML"),
        ("a.graphml", "<graphml>", "this is not GraphML"),
        ("a.graphml", "<a/>", "this is not GraphML"),
        ("a.graphml", ENTITIES, "declares a document type or entities"),
        (
            "a.graphml",
            f'{GRAPHML}<graph edgedefault="undirected"/></graphml>',
            "not directed",
        ),
        (
            "a.graphml",
            f'{GRAPHML}<graph edgedefault="directed"><node id="a"/><node id="b"/>'
            '<edge source="a" target="b"/><edge source="b" target="a"/></graph></graphml>',
            "cycle among 'a', 'b'",
        ),
        (
            "a.graphml",
            f'{GRAPHML}<key id="d" for="node" attr.name="w"/><graph edgedefault="directed"/></graphml>',
            "No key type for id d",
        ),
        ("a.gml", "", "this is not GML"),
        ("a.gml", "graph [", "this is not GML"),
        ("a.gml", "graph " + "[ a " * 5000, "nested too deep|this is not GML"),
        ("a.gml", "graph [ directed 0 node [ id 0 label 0 ] ]", "not directed"),
        ("a.gml", 'graph [ directed 1 workdepth "[]" node [ id 0 label "a" ] ]', "holds no JSON object"),
        (
            "a.gml",
            'graph [ directed 1 workdepth "{}" node [ id 0 label "a" ] ]',
            "node a",
        ),
    ],
)
def test_bad_graphml_and_gml(name: str, text: str, words: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_text(text)
    with pytest.raises(WorkdepthError, match=words) as told:
        load(path)
    assert str(path) in str(told.value)


def test_what_flat_formats_cannot_hold(tmp_path: Path) -> None:
    dag = nx.DiGraph([("a", "b")])
    dag.nodes["a"]["notes"] = ["x"]
    with pytest.raises(FileError, match=r"the attribute 'notes' is a list.*save the graph as \.json"):
        save(dag, tmp_path / "a.graphml")
    with pytest.raises(FileError, match="named by neither a text nor an integer"):
        dumps(nx.DiGraph([((0, 1), (1, 1))]))
