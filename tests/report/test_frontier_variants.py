"""Variants side by side: the formulas against brute force, what beats what, what is refused."""

from __future__ import annotations

import json
from itertools import pairwise
from math import ceil, log2
from typing import Any

import networkx as nx
import pytest

import workdepth as wd
from workdepth.errors import ModelError, SizeError
from workdepth.library import entry_named
from workdepth.report.frontier_variants import multiply_variants, trade_offs
from workdepth.schedule.frontier.frontier import frontier


def chunks(n: int, p: int) -> nx.MultiDiGraph:
    """Build: n numbers in p chunks as equal as can be, each from left to right, then a tree over the p results."""
    g = nx.MultiDiGraph(name="chunks")
    for v in range(n):
        g.add_node(v, kind="input")
    bounds = [k * n // p for k in range(p + 1)]
    row = []
    for low, high in pairwise(bounds):
        last: Any = low
        for v in range(low + 1, high):
            g.add_node(("chunk", v))
            g.add_edges_from([(last, ("chunk", v)), (v, ("chunk", v))])
            last = ("chunk", v)
        row.append(last)
    g.add_node("phase", work=0, size=0)
    g.add_edges_from([(last, "phase") for last in row if isinstance(last, tuple)], order=True)
    while len(row) > 1:
        pairs = [row[k : k + 2] for k in range(0, len(row), 2)]
        row = []
        for pair in pairs:
            if len(pair) == 2:
                node = ("tree", *pair)
                g.add_node(node)
                g.add_edges_from([(pair[0], node), (pair[1], node)])
                g.add_edge("phase", node, order=True)
                row.append(node)
            else:
                row.append(pair[0])
    return g


@pytest.mark.parametrize("n", range(2, 13))
def test_the_formulas_of_chunks_and_of_the_best_tree_hold(n: int) -> None:
    _, in_chunks, best, balanced = multiply_variants()
    trees = frontier(entry_named("multiply-n").build(), n=n, any_tree=True).costs()
    for p in range(1, n + 1):
        seen = wd.profile(wd.unroll(chunks(n, p)), "GPU")
        assert seen.time == in_chunks.time.at(n=n, p=p) == ceil(n / p) - 1 + ceil(log2(p))
        assert seen.memory == in_chunks.memory.at(n=n, p=p)
        assert seen.threads <= p
        assert best.time.at(n=n, p=p) == min(t for t, _, threads in trees if threads <= p)
        assert best.time.at(n=n, p=p) <= in_chunks.time.at(n=n, p=p)
    assert balanced.time.at(n=n) == trees[0][0]


def test_one_thread_and_the_balanced_tree_are_what_the_analysis_finds() -> None:
    ram, gpu = trade_offs("multiply-n").variants
    one, _, _, tree = multiply_variants()
    for figure in ("time", "memory", "threads", "space", "spacetime"):
        assert str(getattr(ram, figure)) == str(getattr(one, figure))
        assert str(getattr(gpu, figure)) == str(getattr(tree, figure))


def test_what_is_beaten_is_said() -> None:
    table = trade_offs("scan-sequential", "scan-hillis-steele", "scan-sklansky")
    said = {v.name: table.choose_when(v) for v in table.variants}
    assert said["scan-hillis-steele"] == "never: scan-sklansky beats it"
    assert said["scan-sklansky"].startswith("least time")
    at = table.at(n=1024)
    assert {v.name for v in at.variants if at.beaten(v)} == {
        "scan-hillis-steele, one thread",
        "scan-hillis-steele",
        "scan-sklansky, one thread",
    }
    assert at.same(at.variants[1]) is at.variants[0]


def test_how_many_products_at_once() -> None:
    table = trade_offs("matmul", "matmul-serial-inner").at(n=32, k=32, m=32)
    said = {v.name: table.choose_when(v) for v in table.variants}
    assert said["matmul"] == "least time"
    assert said["matmul-serial-inner"] == "least spacetime"


def test_each_variant_takes_the_sizes_that_it_has() -> None:
    table = trade_offs("attention", "attention-blocked").at(n=64, d=8, b=8, t=8)
    whole, blocked = table.variants[1], table.variants[3]
    assert table.value(whole, "time") < table.value(blocked, "time")
    assert table.value(whole, "memory") > table.value(blocked, "memory")


def test_it_prints_formulas_and_values() -> None:
    table = trade_offs(*multiply_variants())
    assert "p chunks, then a tree        ⌈log₂ p⌉ + ⌈n/p⌉ - 1" in str(table)
    assert "inputs=loaded" in str(trade_offs("multiply-n", inputs="loaded"))
    assert str(table.at(n=12, p=5)).startswith("variant at n=12, p=5 ")


def test_json() -> None:
    found = trade_offs("multiply-n").at(n=8).to_json()
    assert json.loads(json.dumps(found)) == found
    assert found["rows"][1]["time"] == {
        "exact": "ceiling(log2(n))", "relation": "=", "growth": "log(n)", "value": 3,
    }  # fmt: skip
    assert found["rows"][1]["dominated_by"] is None


def test_complaints() -> None:
    with pytest.raises(ModelError, match="nothing to compare; give one or more"):
        trade_offs()
    with pytest.raises(ModelError, match="conventions are given twice"):
        trade_offs("sum", conventions=wd.Conventions(), cells="separate")
    with pytest.raises(SizeError, match="no variant has the size 'q'; the sizes are: n"):
        trade_offs("sum").at(n=4, q=2)
    with pytest.raises(SizeError, match="n"):
        trade_offs("sum").at()
