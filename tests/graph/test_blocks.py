"""Opaque blocks: costs as declared, told under these words, and never unrolled."""

from __future__ import annotations

import json
from typing import Any

import pytest

import workdepth as wd
from workdepth.errors import GraphError
from workdepth.graph.unroll import unroll
from workdepth.report.formats import rendered
from workdepth.report.screen import WIDE


def sorted_sum() -> wd.Algorithm:
    g = wd.Algorithm("sorted sum")
    n = g.size("n")
    x = g.input("x", n)
    g.output(g.fold(wd.ADD, g.block("sort", x, shape=n, work=n * 20, span=100, threads=n, on_one=n + 3)))
    return g


LINE = "block1 (sort): work 20*n, span 100, threads n, memory n (n + 3 on one thread)"


def test_costs_are_taken_as_declared() -> None:
    found = wd.analyze(sorted_sum())
    assert str(found["GPU"].time) == "ceiling(log2(n)) + 100"
    assert str(found["RAM"].time) == "21*n - 1"
    assert (str(found["GPU"].threads), str(found["GPU"].memory)) == ("n", "2*n")
    assert str(found["RAM"].memory) == "2*n + 3"


def test_what_is_declared_is_told() -> None:
    g = sorted_sum()
    assert wd.analyze(g).declared == (LINE,)
    table = wd.compare(g)
    assert "declared, not derived  block1 (sort)" in rendered(table, "text", WIDE)
    assert json.loads(rendered(table, "json", WIDE))["rows"][0]["declared"] == [LINE]
    assert f"declared, not derived: {LINE}" in " ".join(str(wd.explain(g)).split()), "wrapped or not"
    assert wd.explain(g).to_json()["declared"] == [LINE]


def test_nothing_is_declared_of_other_graphs() -> None:
    table = wd.compare("dot")
    assert wd.analyze(table.rows[0].analysis.graph).declared == ()
    assert "declared" not in rendered(table, "text", WIDE)
    assert "declared" not in json.loads(rendered(table, "json", WIDE))["rows"][0]


def test_blocks_in_bodies_cases_base_cases_and_calls() -> None:
    inner = wd.Algorithm("inner")
    v = inner.input("v")
    inner.output(inner.block("deep", v, work=7, span=7, threads=1))
    g = wd.Algorithm("outer")
    n = g.size("n")
    x = g.input("x", n)
    g.base(n, 1, lambda: g.block("end", x, work=2, span=2, threads=1))
    y = g.map(n, lambda i: g.block("each", x[i], work=3, span=3, threads=1))
    case = g.branch(y[0], lambda: g.block("case", y, work=5, span=5, threads=1), lambda: y[0])
    g.output(g.call(inner, case) + g.call(g, g.map(n - 1, lambda j: x[j]), n=n - 1))
    names = [line.split(":")[0] for line in wd.analyze(g).declared[:3]]
    assert names == ["map1/block1 (each)", "branch2/1/block1 (case)", "base/block1 (end)"]
    assert wd.analyze(g).declared[3].startswith("inner: block1 (deep)")


def test_a_block_is_not_unrolled_or_run() -> None:
    with pytest.raises(
        GraphError, match=r"block1 is an opaque block: its costs are declared.*analyse the graph"
    ):
        unroll(sorted_sum(), n=4)
    with pytest.raises(GraphError, match="opaque block"):
        wd.run(sorted_sum(), x=[1, 2])


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"work": "n +"}, "n"),
        ({"work": None}, "None"),
        ({"span": -1}, "the span of a block is -1 .*block 'b'.*a whole number of at least 0"),
        ({"threads": wd.size("n") / wd.size("n") / 2}, "the threads of a block is 1/2"),
        ({"threads": 0.5}, "0.5"),
    ],
)
def test_costs_that_are_none(fields: dict[str, Any], words: str) -> None:
    g = wd.Algorithm("bad")
    n = g.size("n")
    given = {"work": 1, "span": 1, "threads": 1, "shape": n, **fields}
    with pytest.raises(wd.WorkdepthError, match=words):
        g.block("b", g.input("x", n), **given)
