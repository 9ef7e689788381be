"""Branches, calls, blocks and base cases in files: exact round trips, pictures, and broken files."""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import workdepth as wd
from choice_graphs import distances, dot, fibonacci, odd_even_sort, switched, total
from workdepth.errors import FileError, GraphError, WorkdepthError
from workdepth.graph.algorithm import Algorithm
from workdepth.graph.calling import called
from workdepth.graph.files import dumps, load, loads, same, save


def calling() -> Algorithm:
    """Calls of three kinds, one algorithm twice; a block and a branch with probabilities in what is called."""
    inner = Algorithm("inner")
    m = inner.size("m")
    v = inner.input("v", m)
    read = inner.block("read", v, shape=m, work=m * 3, span=3, threads=m, memory=m + 1)
    inner.output(
        inner.branch(
            v[0], lambda: inner.call(total(False), read, n=m), lambda: read[0], probabilities=(0.25, 0.75)
        )
    )
    g = Algorithm("calling")
    n = g.size("n")
    x, both = g.input("x", n), dot()
    g.output(g.call(both, x, x, m=n) + g.call(both, x, x, m=n) + g.call(inner, x, m=n))
    return g


GRAPHS: dict[str, Callable[[], Algorithm]] = {
    "distances": distances,
    "switched": lambda: switched(probabilities=(0.5, 0.25, 0.25)),
    "total": total,
    "halves": lambda: total(halves=False),
    "sorted": odd_even_sort,
    "fibonacci": fibonacci,
    "memoised": lambda: fibonacci(memoised=True),
    "calling": calling,
}


@pytest.mark.parametrize("name", GRAPHS)
def test_there_and_back(name: str, tmp_path: Path) -> None:
    graph = GRAPHS[name]()
    text = dumps(graph)
    found = loads(text)
    assert same(graph, found)
    assert dumps(found) == text
    for ending in (".json", ".graphml", ".gml"):
        save(graph, tmp_path / f"graph{ending}")
        assert same(graph, load(tmp_path / f"graph{ending}"))


@pytest.mark.parametrize("name", ["switched", "halves", "memoised", "calling"])
def test_the_figures_stay(name: str) -> None:
    graph = GRAPHS[name]()
    one, other = wd.analyze(graph), wd.analyze(loads(dumps(graph)))
    assert one.declared == other.declared
    for machine in ("RAM", "GPU"):
        assert one[machine].figures() == other[machine].figures()


def test_a_loaded_recursion_runs() -> None:
    assert wd.run(loads(dumps(total())), x=[2, 3, 5, 7]) == 17


def test_what_is_called_twice_stands_once() -> None:
    data = json.loads(dumps(calling()))
    assert [one["name"] for one in data["algorithms"]] == ["dot", "total", "inner"]
    assert [one.name for one in called(loads(json.dumps(data)))] == ["dot", "inner"]


def test_graphs_that_call_nothing_have_no_list() -> None:
    assert "algorithms" not in json.loads(dumps(total()))
    assert "base" not in json.loads(dumps(dot()))


def test_a_tower_of_calls_is_written_in_one_line_each() -> None:
    last = Algorithm("a0")
    x = last.input("x")
    last.output(x + 1)
    for k in range(1, 30):
        g = Algorithm(f"a{k}")
        x = g.input("x")
        g.output(g.call(last, g.call(last, x)))
        last = g
    assert len(json.loads(dumps(last))["algorithms"]) == 29


def test_same_sees_cases_calls_and_base_cases() -> None:
    assert same(fibonacci(), fibonacci())
    assert not same(fibonacci(), fibonacci(until=2))
    assert not same(fibonacci(), fibonacci(memoised=True))
    assert not same(switched(), switched(probabilities=(0.5, 0.25, 0.25)))
    assert not same(total(), dot())


# Pictures


def test_dot_draws_cases_in_boxes(tmp_path: Path) -> None:
    save(GRAPHS["switched"](), tmp_path / "g.dot")
    text = (tmp_path / "g.dot").read_text(encoding="utf-8")
    assert "switch1: 3 cases" in text
    assert "case 0, probability 1/2" in text
    assert "case 2, probability 1/4" in text
    assert text.count("subgraph") == 1 + 3 + 2  # the switch, its cases, two folds


def test_mermaid_draws_calls_and_base_cases(tmp_path: Path) -> None:
    save(fibonacci(memoised=True), tmp_path / "g.mmd")
    text = (tmp_path / "g.mmd").read_text(encoding="utf-8")
    assert "call itself at n = n - 2, memoised" in text
    assert "base case n" in text
    save(calling(), tmp_path / "g.mmd")
    assert "call dot at m = n" in (tmp_path / "g.mmd").read_text(encoding="utf-8")


def test_a_block_is_drawn_as_declared(tmp_path: Path) -> None:
    g = Algorithm("opaque")
    g.output(g.block("sort", g.input("x"), work=1, span=1, threads=1))
    save(g, tmp_path / "g.dot")
    assert "sort (declared)" in (tmp_path / "g.dot").read_text(encoding="utf-8")


# Broken files


def _node(data: dict[str, Any], kind: str) -> dict[str, Any]:
    graphs = [data, *data.get("algorithms", [])]
    return next(node for graph in graphs for node in graph["nodes"] if node["kind"] == kind)


@pytest.mark.parametrize(
    ("change", "error", "words"),
    [
        (
            lambda d: _node(d, "call").update(algorithm=9),
            FileError,
            "names algorithm 9, and 3 stand before it",
        ),
        (lambda d: _node(d, "call").update(algorithm="dot"), FileError, "'dot' stands where an integer"),
        (lambda d: _node(d, "call").update(sizes=[]), FileError, "a list of 0 stands where an object"),
        (lambda d: _node(d, "call").update(sizes={}), GraphError, "a call gives the sizes ; wanted are m"),
        (lambda d: _node(d, "call").update(sizes={"m": 3}), FileError, "3 stands where a text belongs"),
        (lambda d: _node(d, "call").update(memoised=1), FileError, "1 stands where true or false"),
        (lambda d: _node(d, "call").update(memoised=True), GraphError, "what is memoised is a recursion"),
        (lambda d: _node(d, "call").update(algorithm=None), GraphError, "calls itself and has no base case"),
        (lambda d: _node(d, "call").pop("algorithm"), FileError, "the field 'algorithm' is missing"),
        (lambda d: d["algorithms"].reverse(), FileError, "names algorithm 1, and 0 stand before it"),
        (lambda d: d["algorithms"].append(d["algorithms"][0]), FileError, "algorithm 3 of the list is never"),
        (
            lambda d: d.update(algorithms=3),
            FileError,
            r"3 stands where a list belongs \(at f.json/algorithms",
        ),
        (lambda d: d.pop("algorithms"), FileError, "names algorithm 0, and 0 stand before it"),
        (lambda d: _node(d, "branch").update(cases=[]), GraphError, "fewer than two cases"),
        (lambda d: _node(d, "branch").update(cases=3), FileError, "3 stands where a list belongs"),
        (lambda d: _node(d, "branch")["cases"].pop(), GraphError, "fewer than two cases"),
        (lambda d: _node(d, "branch").update(probabilities=["1/2"]), GraphError, "are not one a case"),
        (lambda d: _node(d, "branch").update(probabilities=[0.5]), FileError, "0.5 stands where a text"),
        (lambda d: _node(d, "block").update(work=3), FileError, "3 stands where a text belongs"),
        (lambda d: _node(d, "block").update(work="k"), GraphError, "k names 'k', which is neither"),
        (lambda d: _node(d, "block").update(loose=["time"]), FileError, "'time' is no cost of a block"),
        (lambda d: _node(d, "block").update(loose="work"), FileError, "'work' stands where a list belongs"),
        (lambda d: d["algorithms"][1]["base"].update(size="k"), GraphError, "told by 'k', which is no size"),
        (lambda d: d["algorithms"][1]["base"].update(until=-1), FileError, "-1 stands where an integer"),
        (lambda d: d["algorithms"][1]["base"].pop("body"), FileError, "the field 'body' is missing"),
        (lambda d: d["algorithms"][1].pop("base"), GraphError, "calls itself and has no base case"),
        (
            lambda d: _node(d, "branch")["cases"][0].update(base=d["algorithms"][1]["base"]),
            FileError,
            "a body has no base case of its own",
        ),
    ],
)
def test_changes(change: Callable[[dict[str, Any]], Any], error: type[Exception], words: str) -> None:
    data = json.loads(dumps(calling()))
    change(data)
    with pytest.raises(error, match=words) as told:
        loads(json.dumps(data), where="f.json")
    assert "f.json" in str(told.value)


def test_files_with_something_else_in_some_place() -> None:
    draw = random.Random(3)
    goods = [json.loads(dumps(GRAPHS[name]())) for name in ("switched", "halves", "memoised", "calling")]
    others = [None, True, -1, 0, 10**30, 0.5, "", "n", "n - 1", [], {}, [[]], ["n"], {"n": "n"}]
    for _ in range(200):
        data = copy.deepcopy(draw.choice(goods))
        place: Any = data
        while True:
            key = draw.choice(list(place) if isinstance(place, dict) else range(len(place)))
            inner = place[key]
            if not isinstance(inner, dict | list) or not inner or draw.random() < 0.1:
                break
            place = inner
        place[key] = draw.choice(others)
        try:
            loads(json.dumps(data))
        except WorkdepthError as error:
            assert error.what  # noqa: PT017
