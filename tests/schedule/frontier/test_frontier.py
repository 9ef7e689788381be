"""The frontier as a person asks for it: the published staircases, switches, limits, complaints."""

from __future__ import annotations

import json
from collections import defaultdict
from itertools import product
from math import ceil, log2
from typing import Any

import networkx as nx
import pytest

import workdepth as wd
from workdepth.errors import ModelError, SizeError
from workdepth.library import entry_named
from workdepth.schedule.frontier.counting import Counting
from workdepth.schedule.frontier.frontier import Frontier, frontier

REUSE = "4:(8,8) 5:(6,5)(8,4) 6:(4,4)(7,3) 7:(5,3) 8:(4,3)(6,2) 9:(4,2) 15:(4,1)"
SEPARATE = "4:(12,8) 5:(10,5)(12,4) 6:(7,4)(10,3) 7:(6,4)(7,3) 8:(6,3)(8,2) 9:(5,3)(6,2) 10:(5,2) 15:(5,1)"


def library(name: str) -> Any:
    return entry_named(name).build()


def written(found: Frontier) -> str:
    """Write a frontier as time:(memory,threads)..."""
    lines = defaultdict(list)
    for time, memory, threads in found.costs():
        lines[time].append(f"({memory},{threads})")
    return " ".join(f"{time}:{''.join(trades)}" for time, trades in lines.items())


def held(found: Frontier) -> None:
    """Carry every witness out again."""
    for point in found:
        seen = found.replay(point)
        assert (seen.time, seen.memory, seen.threads) == point.cost


@pytest.mark.parametrize(("cells", "expected"), [("reuse", REUSE), ("separate", SEPARATE)])
def test_the_tree_of_eight(cells: str, expected: str) -> None:
    found = frontier(library("multiply-n"), n=8, inputs="loaded", cells=cells)
    assert written(found) == expected
    assert found.status == "exact"
    held(found)


def test_the_tree_of_sixteen_and_of_thirty_two() -> None:
    sixteen = frontier(library("multiply-n"), n=16, inputs="loaded", within=600)
    assert (len(sixteen), sixteen.costs()[0], sixteen.costs()[-1]) == (22, (5, 16, 16), (31, 5, 1))
    found = frontier(library("multiply-n"), n=32, inputs="loaded", within=600)
    assert (len(found), found.status) == (50, "exact")
    held(found)
    least = [min(t for t, m, p in found.costs() if m == 6 and p <= k) for k in range(1, 6)]
    assert least == [63, 34, 25, 20, 19]


def test_any_tree_needs_two_words() -> None:
    found = frontier(library("multiply-n"), n=8, inputs="loaded", any_tree=True)
    assert (15, 2, 1) in found.costs()
    assert written(found) == "4:(8,8) 5:(4,4) 6:(4,3) 8:(2,2) 15:(2,1)"
    held(found)


def test_any_tree_that_is_too_large_has_bounds_of_its_own() -> None:
    left = wd.Algorithm("left")
    left.output(left.fold(wd.ADD, left.input("x", left.size("n")), order="left"))
    found = frontier(left, n=700, inputs="loaded", any_tree=True, within=0.2)
    assert found.status == "bounds"
    assert (1399, 2, 1) in found.costs()
    assert all(point.status == "bounds" and point.at_least <= point.time for point in found)
    assert found.points[0].time < 30  # whatever tree the graph has
    held(found)


@pytest.mark.parametrize("n", [2, 3, 4, 5, 6])
@pytest.mark.parametrize("cells", ["reuse", "separate"])
@pytest.mark.parametrize("inputs", ["resident", "loaded"])
def test_any_tree_is_the_best_of_all_trees(n: int, cells: str, inputs: str) -> None:
    if n == 6 and inputs == "loaded":
        n = 5
    every = set()
    for tree in bracketings(0, n):
        g = nx.MultiDiGraph()
        for v in range(n):
            g.add_node(("x", v), kind="input")
        grow(g, tree)
        every |= set(frontier(g, cells=cells, inputs=inputs).costs())
    from workdepth.schedule.frontier.points import least

    found = frontier(library("multiply-n"), n=n, cells=cells, inputs=inputs, any_tree=True)
    assert found.costs() == least(every)
    held(found)


def bracketings(low: int, high: int) -> list[Any]:
    """Return every way to bracket low..high-1 with an operation of two operands."""
    if high - low == 1:
        return [low]
    found: list[Any] = []
    for middle in range(low + 1, high):
        found += product(bracketings(low, middle), bracketings(middle, high))
    return found


def grow(g: Any, tree: Any) -> Any:
    if isinstance(tree, int):
        return ("x", tree)
    left, right = (grow(g, part) for part in tree)
    g.add_node(tree, kind="op")
    g.add_edge(left, tree, position=0)
    g.add_edge(right, tree, position=1)
    return tree


def test_one_thread_is_the_ram_and_no_limit_the_gpu() -> None:
    for name, sizes in (("multiply-n", {"n": 7}), ("dot", {"n": 4}), ("scan-blelloch", {"n": 4})):
        for cells in ("reuse", "separate"):
            found = frontier(library(name), cells=cells, **sizes)
            unit = wd.unroll(library(name), **sizes)
            assert found.status == "exact"
            for machine in ("RAM", "GPU"):
                seen = wd.profile(unit, machine, cells=cells)
                assert any(
                    t <= seen.time and m <= seen.memory and p <= seen.threads for t, m, p in found.costs()
                )
            assert found.costs()[0][0] == wd.profile(unit, "GPU").time
            assert found.costs()[-1][0] == wd.profile(unit, "RAM").time


def test_with_resident_inputs_any_tree_reaches_the_closed_form() -> None:
    for n in range(2, 13):
        found = frontier(library("multiply-n"), n=n, any_tree=True)
        for p in range(1, n + 1):
            k = max(0, ceil(n / p) - 2)
            best = min(t for t, _, threads in found.costs() if threads <= p)
            assert best == k + ceil(log2(n - k * p))


def test_a_graph_of_nothing_to_do() -> None:
    found = frontier(library("multiply-n"), n=1)
    assert found.costs() == [(0, 1, 0)]
    assert frontier(library("multiply-n"), n=1, inputs="loaded").costs() == [(1, 1, 1)]
    held(found)


def test_phases_hold_back_operations_and_no_loads() -> None:
    g = wd.Algorithm("two-phases")
    x = g.input("x", 4)
    y = g.map(4, lambda i: -x[i])
    g.output(g.fold(wd.ADD, y))
    barrier, dataflow = (frontier(g, inputs="loaded", phases=p) for p in ("barrier", "dataflow"))
    assert barrier.costs()[0] == dataflow.costs()[0] == (4, 4, 4)
    # All four must be negated before any two are added: four words, where dataflow needs three.
    assert min(m for _, m, _ in barrier.costs()) == 4
    assert min(m for _, m, _ in dataflow.costs()) == 3
    held(barrier)


def test_fork_join_waits_and_takes_no_thread() -> None:
    g = library("vector-add")
    free, forked = frontier(g, n=4), frontier(g, n=4, spawn="fork-join")
    assert [(t + 2, m, p) for t, m, p in free.costs()] == forked.costs()
    held(forked)


def test_a_point_says_how_sure_it_is() -> None:
    found = frontier(library("matvec"), n=8, m=8, inputs="loaded", within=0.5)
    assert found.status == "bounds"
    assert found.note
    for point in found:
        assert point.at_least <= point.time
    held(found)


def test_a_very_large_graph_has_its_two_machines() -> None:
    found = frontier(library("multiply-n"), n=20_000)
    assert found.costs() == [(15, 20_000, 10_000), (19_999, 20_000, 1)]
    assert "too many to search" in found.note


@pytest.mark.parametrize(
    ("name", "n"), [("multiply-n", 300), ("scan-sequential", 600), ("vector-add", 150), ("horner", 250)]
)
def test_larger_graphs_are_never_worse_than_the_table(name: str, n: int) -> None:
    found = frontier(library(name), n=n, inputs="loaded", within=0.5)
    unit = wd.unroll(library(name), n=n)
    for machine in ("RAM", "GPU"):
        seen = wd.profile(unit, machine, inputs="loaded")
        assert any(t <= seen.time and m <= seen.memory and p <= seen.threads for t, m, p in found.costs())
    held(found)


def test_json_has_the_agreed_fields() -> None:
    found = frontier(library("multiply-n"), n=4, inputs="loaded").to_json()
    assert json.loads(json.dumps(found)) == found
    assert found["status"] == "exact"
    assert found["conventions"]["inputs"] == "loaded"
    assert found["points"][0] == {"time": 3, "memory": 4, "threads": 4, "status": "exact"}


def test_nothing_is_changed() -> None:
    g = library("multiply-n")
    before = sorted(map(str, g.nodes(data=True)))
    frontier(g, n=4)
    assert sorted(map(str, g.nodes(data=True))) == before


class TestComplaints:
    def test_exclusive_reads(self) -> None:
        with pytest.raises(ModelError, match=r"no rule for reads=exclusive.*leave reads at concurrent"):
            frontier(library("multiply-n"), n=4, reads="exclusive")

    def test_phases_of_a_plain_dag(self) -> None:
        with pytest.raises(ModelError, match="phases=sequence has no meaning for a plain DAG"):
            frontier(nx.DiGraph([("a", "b")]), phases="sequence")

    @pytest.mark.parametrize("within", [0, -1, float("nan"), float("inf"), "soon", True])
    def test_no_time(self, within: Any) -> None:
        with pytest.raises(SizeError, match="no number of seconds above 0; give seconds"):
            frontier(library("multiply-n"), n=4, within=within)

    def test_conventions_twice(self) -> None:
        with pytest.raises(ModelError, match="as a record, and cells by name; give either"):
            frontier(library("multiply-n"), wd.Conventions(), n=4, cells="separate")

    @pytest.mark.parametrize(
        ("name", "sizes", "why"),
        [
            ("vector-add", {"n": 4}, "more than one fold, or a value is read twice"),
            ("matvec", {"n": 2, "m": 2}, "more than one fold, or a value is read twice"),
            ("multiply-n", {"n": 1}, "more than one fold"),
        ],
    )
    def test_no_association_to_free(self, name: str, sizes: dict[str, int], why: str) -> None:
        with pytest.raises(ModelError, match=f"cannot be freed: .*{why}"):
            frontier(library(name), any_tree=True, **sizes)

    def test_leaves_that_differ(self) -> None:
        g = wd.Algorithm("uneven")
        x = g.input("x", 3)
        h = g.input("h")
        g.output(g.apply(wd.ADD, g.apply(wd.ADD, -x[0], x[1]), -(x[2] * h)))
        with pytest.raises(ModelError, match="cannot be freed"):
            frontier(g, any_tree=True, inputs="loaded")

    def test_a_missing_size(self) -> None:
        with pytest.raises(wd.WorkdepthError, match="n"):
            frontier(library("multiply-n"))


class TestInterrupted:
    """Ctrl-C keeps what is known, and says so."""

    def test_in_a_search_that_proves_all(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def stop(self: Any) -> None:
            raise KeyboardInterrupt

        monkeypatch.setattr(Counting, "frontier", stop)
        found = frontier(library("multiply-n"), n=8, inputs="loaded")
        assert found.interrupted
        assert found.status == "bounds"
        assert "interrupted" in found.note
        held(found)

    def test_in_the_walk_over_the_grid(self, monkeypatch: pytest.MonkeyPatch) -> None:
        pytest.importorskip("ortools", reason="the extra 'solve' is not installed")
        from workdepth.schedule.frontier.sweep import Sweep

        def stop(self: Any, threads: int) -> None:
            raise KeyboardInterrupt

        monkeypatch.setattr(Sweep, "walk", stop)
        found = frontier(library("matvec"), n=6, m=6)
        assert found.interrupted
        assert found.points
        held(found)


def test_without_a_solver_it_says_what_would_help(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("workdepth.schedule.frontier.ways.available", lambda: False)
    found = frontier(library("matvec"), n=6, m=6, inputs="loaded", within=2)
    assert found.status == "bounds"
    assert "pip install 'workdepth[solve]'" in found.note
    held(found)
