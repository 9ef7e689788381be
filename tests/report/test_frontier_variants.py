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
from workdepth.models import Conventions
from workdepth.report.frontier_variants import TradeOffs, Variant, trade_offs
from workdepth.report.frontier_variants_sets import SETS, matmul_in_blocks, multiply_variants, scan
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
        assert seen.threads == in_chunks.threads.at(n=n, p=p) <= p
        assert best.time.at(n=n, p=p) == min(t for t, _, threads in trees if threads <= p)
        assert best.time.at(n=n, p=p) <= in_chunks.time.at(n=n, p=p)
        cost = tuple(getattr(best, f).at(n=n, p=p) for f in ("time", "memory", "threads"))
        assert cost[2] <= p
        assert any(all(a <= b for a, b in zip(seen, cost, strict=True)) for seen in trees), "it is attained"
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
        "scan-hillis-steele",
        "scan-sklansky, one thread",
    }
    assert at.choose_when(at.variants[2]) == "scan-sequential, one thread beats its bounds"
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


CASES = {
    "sequential": ("scan-sequential", "RAM", {"n": 16}),
    "hillis-steele": ("scan-hillis-steele", "GPU", {"n": 16}),
    "sklansky": (scan("sklansky"), "GPU", {"n": 16}),
    "ladner-fischer": (scan("ladner-fischer"), "GPU", {"n": 16}),
    "brent-kung": (scan("brent-kung"), "GPU", {"n": 16}),
    "blelloch": (scan("blelloch"), "GPU", {"n": 16}),
    "one thread": ("matmul", "RAM", {"n": 2, "m": 3, "t": 2, "b": 4}),
    "one at a time": ("matmul-serial-inner", "GPU", {"n": 2, "m": 3, "t": 2, "b": 4}),
    "blocks of b, k = t*b": (matmul_in_blocks(), "GPU", {"n": 2, "m": 3, "t": 2, "b": 4}),
    "all at once": ("matmul", "GPU", {"n": 2, "m": 3, "t": 2, "b": 4}),
    "plain, one thread": ("attention", "RAM", {"t": 2, "b": 3, "d": 2}),
    "plain": ("attention", "GPU", {"t": 2, "b": 3, "d": 2}),
    "blocks of b keys, n = t*b, one thread": ("attention-blocked", "RAM", {"t": 2, "b": 3, "d": 2}),
    "blocks of b keys, n = t*b": ("attention-blocked", "GPU", {"t": 2, "b": 3, "d": 2}),
    "naive, one thread": ("fibonacci-naive", "RAM", {"n": 9}),
    "naive": ("fibonacci-naive", "GPU", {"n": 9}),
    "memoised, one thread": ("fibonacci-memoised", "RAM", {"n": 9}),
    "memoised": ("fibonacci-memoised", "GPU", {"n": 9}),
}


def own(graph: Any, sizes: dict[str, int]) -> dict[str, int]:
    """Return the sizes that a graph itself has: those of blocks make the whole."""
    whole = sizes | ({"n": sizes["t"] * sizes["b"]} if "n" not in sizes else {})
    whole |= {"k": sizes["t"] * sizes["b"]} if "t" in sizes else {}
    return {size.name: whole[size.name] for size in graph.sizes}


@pytest.mark.parametrize("problem", [name for name in SETS if name != "multiply"])
def test_a_ready_set_is_what_the_unrolled_graphs_cost(problem: str) -> None:
    for variant in trade_offs(problem).variants:
        graph, machine, sizes = CASES[variant.name]
        graph = entry_named(graph).build() if isinstance(graph, str) else graph
        seen = wd.profile(wd.unroll(graph, **own(graph, sizes)), machine)
        for name in ("time", "memory", "threads"):
            figure, truth = getattr(variant, name), getattr(seen, name)
            told = figure.at(**{s.name: sizes[s.name] for s in variant.sizes})
            assert truth == told if figure.relation == "=" else truth <= told, (variant.name, name)


@pytest.mark.parametrize("problem", list(SETS))
def test_a_ready_set_prints_formulas_and_values(problem: str) -> None:
    from workdepth.cli.options import Sizes

    table = trade_offs(problem)
    assert str(table).startswith("variant ")
    at = table.at(**Sizes().convert(SETS[problem].at, None, None))
    assert all(at.value(v, "spacetime") > 0 for v in at.variants)
    sizes = {frozenset(s.name for s in v.sizes) for v in table.variants}
    assert len(sizes) == 1 or problem == "multiply"


def test_matmul_in_blocks_is_correct_and_its_figures_hold() -> None:
    import numpy as np

    g = matmul_in_blocks()
    x, y = np.arange(12).reshape(2, 6), np.arange(18).reshape(6, 3)
    assert (wd.run(g, x=x, y=y, t=2, b=3) == x @ y).all()
    for t, b in ((1, 1), (1, 4), (3, 1), (2, 3)):
        seen = wd.profile(wd.unroll(g, n=2, m=2, t=t, b=b))
        assert seen.time == wd.compare(g)["GPU"].time.at(n=2, m=2, t=t, b=b)


def row(name: str, *figures: tuple[str, int]) -> Variant:
    from workdepth.models.bounded import Bounded
    from workdepth.models.figure import figure
    from workdepth.symbolic import Domain, as_expr

    made = [figure(Bounded(as_expr(value)), Domain(()), relation) for relation, value in figures]
    return Variant(name, *made)


def said(*rows: Variant) -> list[str]:
    table = TradeOffs(rows, None, Conventions()).at()
    return [table.choose_when(v) for v in table.variants]


def test_what_hangs_on_a_bound_is_told_apart() -> None:
    exact, loose = row("exact", ("=", 5), ("=", 5), ("=", 2)), row("loose", ("=", 6), ("<=", 6), ("=", 2))
    assert said(exact, loose)[0] == "least time, threads; least known memory, space, spacetime"
    assert said(exact, loose)[1] == "exact beats its bounds"
    assert said(loose, exact)[0] == "exact beats its bounds"


def test_a_bound_beats_what_is_above_it() -> None:
    bound, worse = row("bound", ("<=", 5), ("=", 5), ("=", 2)), row("worse", ("=", 6), ("=", 5), ("=", 2))
    assert said(bound, worse)[1] == "never: bound beats it"


def test_equal_bounds_are_no_equal_figures() -> None:
    one, other = row("one", ("=", 5), ("<=", 5), ("=", 2)), row("other", ("=", 5), ("<=", 5), ("=", 2))
    assert said(one, other)[1] == "bounded like one"
    same = row("same", ("=", 5), ("=", 5), ("=", 2))
    assert said(same, row("twin", ("=", 5), ("=", 5), ("=", 2)))[1] == "as good as same"


def test_whoever_takes_time_has_a_thread() -> None:
    one, many = row("one", ("=", 9), ("=", 5), ("=", 1)), row("many", ("=", 5), ("=", 5), ("<=", 4))
    assert said(one, many)[0] == "least threads, space"
    assert said(one, row("none", ("<=", 5), ("=", 5), ("<=", 4)))[0].startswith("least known threads")


def test_more_threads_than_numbers_are_refused() -> None:
    with pytest.raises(SizeError, match=r"p = 20 is more than n = 10 .*; choose p <= n"):
        trade_offs("multiply").at(n=10, p=20)
    with pytest.raises(ModelError, match="the formulas of chunks are those of the default switches"):
        trade_offs("multiply", inputs="loaded")


def test_linear_work_is_what_the_scans_say() -> None:
    from workdepth.report.frontier_variants_sets import SCANS

    for method, known in SCANS.items():
        work = wd.compare(scan(method))["GPU"].work.growth
        assert ("linear work" in known) == (str(work) == "n"), method


def test_exclusive_reads_turn_the_scans_around() -> None:
    seen = {
        m: wd.profile(wd.unroll(scan(m), n=256), reads="exclusive").time
        for m in ("hillis-steele", "sklansky")
    }
    assert seen["hillis-steele"] < seen["sklansky"]


def test_one_that_is_given_twice_is_as_good_as_itself() -> None:
    table = trade_offs("sum", "sum").at(n=8)
    assert [table.choose_when(v) for v in table.variants][2:] == [
        "as good as sum, one thread",
        "as good as sum",
    ]
