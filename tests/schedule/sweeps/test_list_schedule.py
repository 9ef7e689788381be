"""Greedy schedules: by hand, both ways alike, within Graham's bounds, and never idle."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workdepth.errors import ModelError
from workdepth.schedule.sweeps.dependences import Dependences, earliest_finish
from workdepth.schedule.sweeps.list_schedule import list_schedule


def dag(work: list[int], *edges: tuple[int, int]) -> Dependences:
    rows = [[u for u, v in edges if v == w] for w in range(len(work))]
    start = np.cumsum([0, *map(len, rows)], dtype=np.int64)
    return Dependences(
        np.array(work, dtype=np.int64), start, np.array([u for row in rows for u in row], dtype=np.int64)
    )


@st.composite
def dags(draw: st.DrawFn) -> Dependences:
    longest = draw(st.sampled_from([1, 3, 500]))
    work = draw(st.lists(st.integers(0, longest), min_size=1, max_size=40))
    edges = [
        (draw(st.integers(0, v - 1)), v) for v in range(1, len(work)) for _ in range(draw(st.integers(0, 2)))
    ]
    return dag(work, *edges)


def test_by_hand() -> None:
    fork = dag([1, 4, 1, 1, 1], (0, 1), (0, 2), (2, 3), (3, 4))
    assert list_schedule(fork, 1).tolist() == [0, 1, 5, 6, 7]
    assert list_schedule(fork, 2).tolist() == [0, 1, 1, 2, 3]
    assert list_schedule(fork, 1, np.array([0, 0, 9, 9, 9])).tolist() == [0, 4, 1, 2, 3]


def test_equals_go_by_id_and_nodes_of_no_work_take_no_thread() -> None:
    assert list_schedule(dag([1, 1, 1, 1]), 3).tolist() == [0, 0, 0, 1]
    assert list_schedule(dag([0, 0, 2, 0], (0, 2), (2, 3)), 1).tolist() == [0, 0, 0, 2]


def test_priorities_at_the_ends_of_the_range() -> None:
    ends = np.array([-(2**63), 2**63 - 1, 0])
    assert list_schedule(dag([1, 1, 1]), 1, ends).tolist() == [2, 0, 1]


@given(dags(), st.integers(1, 6), st.sampled_from([0, 5, 10**9]), st.randoms(use_true_random=False))
def test_both_ways_alike(graph: Dependences, threads: int, spread: int, random: object) -> None:
    pytest.importorskip("numba")
    priority = np.array([random.randint(-spread, spread) for _ in graph.work])  # type: ignore[attr-defined]
    plain = list_schedule(graph, threads, priority, "plain")
    assert plain.tolist() == list_schedule(graph, threads, priority, "compiled").tolist()


@given(dags(), st.integers(1, 6))
def test_greedy(graph: Dependences, threads: int) -> None:
    start = list_schedule(graph, threads)
    finish, span = start + graph.work, int(earliest_finish(graph).max())
    end, total = int(finish.max()), int(graph.work.sum())
    assert max(span, -(-total // threads)) <= end <= (total - span) / threads + span
    waiting = np.repeat(np.arange(len(graph)), np.diff(graph.start))
    assert np.all(finish[graph.before] <= start[waiting])
    for step in range(min(end, 60)):
        busy = np.count_nonzero((start <= step) & (step < finish))
        ready = [
            v
            for v in np.flatnonzero((start > step) & (graph.work > 0))
            if np.all(finish[graph.before[graph.start[v] : graph.start[v + 1]]] <= step)
        ]
        assert busy == threads or (busy < threads and not ready)


def test_as_many_threads_as_wanted_reach_the_span() -> None:
    graph = dag([1, 2, 3, 4], (0, 1), (0, 2), (1, 3))
    assert (list_schedule(graph, 4) + graph.work).tolist() == earliest_finish(graph).tolist()


def test_refusals() -> None:
    with pytest.raises(ModelError, match="0 threads can run nothing; give at least 1"):
        list_schedule(dag([1]), 0)
    with pytest.raises(ModelError, match="2 priorities for 1 nodes; give one for each node"):
        list_schedule(dag([1]), 1, np.array([1, 2]))
    with pytest.raises(ModelError, match="priorities of type float64; give integers"):
        list_schedule(dag([1]), 1, np.array([0.5]))
