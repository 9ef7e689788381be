"""Width and minimum threads against the definitions, on graphs small enough to try everything."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphs import fft, floyd_warshall, matmul, multiply_n
from workdepth.graph.unroll import unroll
from workdepth.schedule.minimum_threads import interval_load, minimum_of, minimum_threads, most_busy
from workdepth.schedule.profile import profile
from workdepth.schedule.sweeps.dependences import Dependences, earliest_finish, latest_finish
from workdepth.schedule.width import width, width_of


@st.composite
def dags(draw: st.DrawFn, most: int = 12, longest: int = 2) -> Dependences:
    work = draw(st.lists(st.integers(0, longest), min_size=1, max_size=most))
    rows: list[list[int]] = [[]]
    rows += [draw(st.lists(st.integers(0, v - 1), max_size=3)) for v in range(1, len(work))]
    start = np.cumsum([0, *map(len, rows)], dtype=np.int64)
    before = np.array([u for row in rows for u in row], dtype=np.int64)
    return Dependences(np.array(work, dtype=np.int64), start, before)


def closed(dag: Dependences) -> list[set[int]]:
    """Return all that each node waits for, at any distance."""
    found: list[set[int]] = []
    for v in range(len(dag)):
        near = set(dag.before[dag.start[v] : dag.start[v + 1]].tolist())
        found.append(near.union(*(found[u] for u in near)))
    return found


def independent(nodes: Any, above: list[set[int]]) -> bool:
    return not any(u in above[v] or v in above[u] for u, v in combinations(nodes, 2))


@given(dags())
def test_width_is_the_largest_antichain(dag: Dependences) -> None:
    above = closed(dag)
    operations = np.flatnonzero(dag.work > 0).tolist()
    found = width_of(dag, "plain")
    assert len(found.antichain) == found.width
    assert independent(found.antichain.tolist(), above)
    assert not any(independent(nodes, above) for nodes in combinations(operations, found.width + 1))


@given(dags(most=40, longest=1))
def test_width_is_the_least_number_of_chains(dag: Dependences) -> None:
    above = closed(dag)
    pairs = nx.Graph()
    operations = np.flatnonzero(dag.work > 0).tolist()
    pairs.add_nodes_from(("out", v) for v in operations)
    pairs.add_edges_from((("out", u), ("in", v)) for v in operations for u in above[v] if dag.work[u] > 0)
    matched = nx.bipartite.hopcroft_karp_matching(pairs, [("out", v) for v in operations])
    assert width_of(dag).width == len(operations) - len(matched) // 2


@given(dags(most=40))
def test_compiled_width_is_the_same(dag: Dependences) -> None:
    pytest.importorskip("numba")
    assert width_of(dag, "compiled").width == width_of(dag, "plain").width


def test_known_widths() -> None:
    assert int(width(fft(), n=16, phases="dataflow")) == 8  # butterflies of two results
    assert int(width(multiply_n(), n=9)) == 4
    assert int(width(matmul(), n=3, k=3, m=3)) == 27
    assert int(width(floyd_warshall(), n=5)) == 25
    assert str(width(nx.DiGraph([("a", "b"), ("a", "c")]))) == "2"


def test_nodes_that_are_not_counted_are_passed() -> None:
    g = nx.DiGraph([("a", "j"), ("b", "j"), ("j", "c"), ("j", "d")])
    assert int(width(g)) == 2
    g.nodes["j"]["work"] = 0
    assert int(width(g)) == 2  # two chains, both through the join
    g.nodes["a"]["kind"] = "input"
    assert int(width(g)) == 2
    assert width(nx.path_graph(3, nx.DiGraph)).antichain.shape == (1,)


def test_a_graph_without_work_has_no_width() -> None:
    g = nx.DiGraph()
    g.add_node("x", work=0)
    assert int(width(g)) == 0
    found = minimum_threads(g)
    assert (found.threads, found.lower_bound, found.span, found.status) == (0, 0, 0, "exact")


def fewest(dag: Dependences, span: int) -> int:
    """Return the least number of threads that keep the span, trying every schedule."""
    latest = (latest_finish(dag, span) - dag.work).tolist()
    work, rows = dag.work.tolist(), np.split(dag.before, dag.start[1:-1])
    load, start = [0] * span, [0] * len(dag)

    def fits(v: int, threads: int) -> bool:
        if v == len(dag):
            return True
        begin = max((start[u] + work[u] for u in rows[v].tolist()), default=0)
        for step in range(begin, latest[v] + 1):
            own = range(step, step + work[v])
            if all(load[t] < threads for t in own):
                start[v] = step
                for t in own:
                    load[t] += 1
                done = fits(v + 1, threads)
                for t in own:
                    load[t] -= 1
                if done:
                    return True
        return False

    return next(threads for threads in range(len(dag) + 1) if fits(0, threads))


@given(dags(most=8, longest=3))
def test_minimum_threads_against_every_schedule(dag: Dependences) -> None:
    span = int(earliest_finish(dag).max())
    found = minimum_of(dag)
    least = fewest(dag, span)
    assert found.lower_bound <= least <= found.threads
    assert found.span == span
    assert found.threads <= width_of(dag).width
    finish = found.start + dag.work
    waiting = np.repeat(np.arange(len(dag)), np.diff(dag.start))
    assert np.all(finish[dag.before] <= found.start[waiting])
    assert int(finish.max()) <= span
    assert most_busy(found.start, dag.work) == found.threads


@given(dags(most=30, longest=4))
def test_minimum_threads_are_at_most_threads_and_work(dag: Dependences) -> None:
    early = earliest_finish(dag)
    found = minimum_of(dag)
    assert found.lower_bound <= found.threads <= most_busy(early - dag.work, dag.work) <= dag.work.sum()


def test_where_fewer_threads_than_the_earliest_schedule_do() -> None:
    unit = unroll(matmul(), n=2, k=3, m=2)
    found = minimum_threads(unit)
    assert (profile(unit).threads, found.threads, found.status, int(width(unit))) == (12, 8, "exact", 12)
    assert str(found) == "8"


def test_operations_that_always_overlap() -> None:
    three_and_twos = Dependences(
        np.array([3, 2, 2, 2]), np.zeros(5, dtype=np.int64), np.zeros(0, dtype=np.int64)
    )
    found = minimum_of(three_and_twos)
    assert (found.threads, found.status) == (4, "exact")


def test_bounds_that_do_not_meet_are_said() -> None:
    dag = Dependences(np.array([3, 1, 3, 2, 3]), np.array([0, 0, 1, 1, 1, 1]), np.array([0]))
    found = minimum_of(dag)
    assert (found.span, found.lower_bound, found.threads, found.status) == (4, 3, 4, "bounds")
    assert str(found) == "3 to 4"
    assert fewest(dag, 4) == 4


def test_interval_load_of_many_points_and_long_work() -> None:
    first, latest = np.zeros(3, dtype=np.int64), np.zeros(3, dtype=np.int64)
    assert interval_load(first, latest, np.full(3, 10**6), 10**6) == 3
    assert interval_load(first, latest, np.full(3, 10**8), 10**8) == 3
    assert interval_load(np.array([0, 0]), np.array([5000, 0]), np.array([5000, 10000]), 10000) == 2
