"""Schedules on p threads: greedy ones, bounds, the limit of memory, and the shortest by trying all."""

from __future__ import annotations

import importlib.util
import itertools
import signal
from time import monotonic, sleep

import networkx as nx
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import graphs
import workdepth as wd
from workdepth.errors import MissingError, ModelError, SizeError
from workdepth.library import entries
from workdepth.models import every_convention
from workdepth.schedule.longest import longest_cases
from workdepth.schedule.threads import exact, search
from workdepth.schedule.threads.bounds import bounds_of, least_words
from workdepth.schedule.threads.capped import capped_schedule
from workdepth.schedule.threads.greedy import list_schedule
from workdepth.schedule.threads.jobs import jobs_of
from workdepth.schedule.threads.priorities import PRIORITIES, ranks
from workdepth.schedule.witness import replay

PLAIN = [c for c in every_convention() if (c.phases, c.spawn, c.reads) == ("barrier", "free", "concurrent")]
needs_solver = pytest.mark.skipif(importlib.util.find_spec("ortools") is None, reason="no OR-tools")


@st.composite
def dags(draw, most=7):
    g = nx.DiGraph()
    for k in range(draw(st.integers(1, most))):
        kind = draw(st.sampled_from(["op", "op", "op", "input"]))
        work, size = draw(st.sampled_from([0, 1, 1, 1, 2])), draw(st.sampled_from([0, 1, 1, 2]))
        g.add_node(k, kind=kind, work=work, size=size)
        for before in range(k if kind == "op" else 0):
            if draw(st.booleans()):
                g.add_edge(before, k, order=draw(st.integers(0, 5)) == 0)
    return g


def shortest(jobs, threads, memory):
    """The least time of all schedules, by trying every start of every job."""
    horizon, best = sum(jobs.length), None

    def go(start):
        nonlocal best
        job = len(start)
        if job == len(jobs):
            time = jobs.makespan(start)
            if best is None or time < best:
                told = replay(jobs.unit, jobs.witness(start), jobs.conventions)
                if told.threads <= threads and (memory is None or told.memory <= memory):
                    best = time
            return
        earliest = max((start[one] + jobs.length[one] for one in jobs.before[job]), default=0)
        for begun in range(earliest, horizon - jobs.length[job] + 1):
            go([*start, begun])

    go([])
    return best


@needs_solver
@settings(max_examples=25)
@given(dags(5), st.sampled_from(PLAIN), st.integers(1, 3), st.sampled_from([None, 1, 2, 3, 4]))
def test_the_shortest_of_all_schedules(g, conventions, threads, memory):
    unit = wd.unroll(g)
    jobs = jobs_of(unit, conventions)
    assume(sum(jobs.length) <= 6)
    found = wd.schedule(unit, threads, memory, conventions=conventions, within=60)
    best = shortest(jobs, threads, memory)
    assert found.makespan == best
    assert found.status == ("infeasible" if best is None else "optimal")
    if best is None:
        assert found.least_memory > memory


@settings(max_examples=60)
@given(dags(12), st.sampled_from(PLAIN), st.integers(1, 4), st.sampled_from(sorted(PRIORITIES)))
def test_a_list_schedule_keeps_to_the_bounds_of_brent_and_graham(g, conventions, threads, name):
    jobs = jobs_of(wd.unroll(g), conventions)
    start = list_schedule(jobs, threads, ranks(jobs, name))
    told = replay(jobs.unit, jobs.witness(start), conventions)
    bounds = bounds_of(jobs, threads)
    assert told.time == jobs.makespan(start)
    assert told.threads <= threads
    assert told.memory >= least_words(jobs)
    assert max(bounds.span, bounds.work) <= bounds.best == bounds.interval <= told.time
    assert threads * told.time <= jobs.work + (threads - 1) * bounds.span


@settings(max_examples=60)
@given(dags(12), st.sampled_from(PLAIN), st.integers(1, 4), st.sampled_from(sorted(PRIORITIES)))
def test_a_limit_of_memory_is_kept(g, conventions, threads, name):
    jobs = jobs_of(wd.unroll(g), conventions)
    rank = ranks(jobs, name)
    free = replay(jobs.unit, jobs.witness(list_schedule(jobs, threads, rank)), conventions)
    for limit in range(least_words(jobs), free.memory + 1):
        start = capped_schedule(jobs, threads, limit, rank)
        if start is not None:
            told = replay(jobs.unit, jobs.witness(start), conventions)
            assert told.memory <= limit
            assert told.threads <= threads
    assert capped_schedule(jobs, threads, least_words(jobs) - 1, rank) is None


@settings(max_examples=60)
@given(dags(12), st.sampled_from(PLAIN), st.integers(1, 4), st.sampled_from(search.IN_ORDER))
def test_in_order_what_fits_one_thread_fits_many(g, conventions, threads, name):
    jobs = jobs_of(wd.unroll(g), conventions)
    rank = ranks(jobs, name)
    one = capped_schedule(jobs, 1, 10**6, rank, in_order=True)
    limit = max(replay(jobs.unit, jobs.witness(one), conventions).memory, 1)
    many = capped_schedule(jobs, threads, limit, rank, in_order=True)
    assert many is not None
    assert jobs.makespan(many) <= jobs.makespan(one)


@pytest.mark.parametrize("name", entries())
def test_library_schedules_between_one_thread_and_all(name):
    g = entries()[name].build()
    sizes = {s.name: max(2, s.low) for s in g.sizes}
    unit = wd.unroll(g, cases=longest_cases(g, sizes), **sizes)
    gpu, times = wd.profile(unit, "GPU"), []
    for threads in (1, 2, 3, max(gpu.threads, 1)):
        found = wd.schedule(unit, threads, method="greedy")
        assert found.uses.time == found.makespan >= found.lower_bound >= gpu.time
        times.append(found.makespan)
    assert times[0] == wd.profile(unit, "RAM").time
    assert times[-1] == gpu.time
    assert times == sorted(times, reverse=True)


def test_loads_are_work_on_a_thread():
    loaded = wd.Conventions(inputs="loaded")
    found = [
        wd.schedule(graphs.multiply_n(), p, n=8, conventions=loaded, method="greedy").makespan
        for p in (1, 2, 4, 8)
    ]
    assert found == [15, 8, 5, 4]


@needs_solver
@pytest.mark.parametrize(
    ("cells", "points"),
    [
        ("reuse", {(8, 8): 4, (6, 5): 5, (4, 4): 6, (7, 3): 6, (5, 3): 7, (4, 3): 8, (6, 2): 8, (4, 2): 9}),
        ("separate", {(12, 8): 4, (10, 5): 5, (7, 4): 6, (7, 3): 7, (8, 2): 8, (5, 3): 9, (5, 1): 15}),
    ],
)
def test_points_of_the_frontier_of_multiply_8(cells, points):
    conventions = wd.Conventions(inputs="loaded", cells=cells)
    unit = wd.unroll(graphs.multiply_n(), n=8)
    for (memory, threads), time in points.items():
        found = wd.schedule(unit, threads, memory, conventions=conventions, within=60)
        assert (found.status, found.makespan) == ("optimal", time), (memory, threads)


def test_ties_are_broken_by_the_lowest_number():
    jobs = jobs_of(wd.unroll(nx.DiGraph([("a", "z"), ("b", "z"), ("c", "z")])))
    for name in PRIORITIES:
        assert list_schedule(jobs, 1, ranks(jobs, name)) == [0, 1, 2, 3]


def test_priorities_differ_where_they_should():
    g = nx.DiGraph()
    g.add_node("long", work=5)
    g.add_node("hub", work=1)
    for k in range(3):
        g.add_edge("hub", k)
    nx.add_path(g, ["deep", "c1", "c2", "c3", "c4", "c5"])
    jobs = jobs_of(wd.unroll(g))
    first = {}
    for name in PRIORITIES:
        place = ranks(jobs, name)
        ready = [job for job in range(len(jobs)) if not jobs.before[job]]
        first[name] = jobs.unit.paths[min(ready, key=lambda job: place[job])]
    assert first["critical-path"] == "deep"
    assert first["most-successors"] == "hub"
    assert first["longest-work"] == "long"


def test_the_interval_bound_sees_what_span_and_work_do_not():
    g = nx.DiGraph()
    for k in range(4):  # a chain, then four at once, then a chain: 4 more steps on one thread, 2 on two
        g.add_edge("b", k)
        g.add_edge(k, "y")
    bounds = bounds_of(jobs_of(wd.unroll(g)), 2)
    assert (bounds.span, bounds.work, bounds.interval) == (3, 3, 4)


def test_least_words_under_the_switches():
    g = nx.DiGraph([("x", "a"), ("x", "b"), ("y", "b")])
    g.nodes["x"]["kind"] = g.nodes["y"]["kind"] = "input"
    g.nodes["x"]["size"] = 5
    unit = wd.unroll(g)
    least = {(c.cells, c.inputs, c.outputs): least_words(jobs_of(unit, c)) for c in PLAIN}
    assert least["reuse", "resident", "kept"] == 6
    assert least["separate", "resident", "kept"] == 7
    assert set(least) == set(
        itertools.product(("reuse", "separate"), ("resident", "loaded"), ("kept", "streamed"))
    )


def test_too_little_memory_is_infeasible_without_a_search():
    found = wd.schedule(graphs.matmul(), 4, 7, n=2, k=2, m=2)
    assert (found.status, found.makespan, found.witness, found.gap) == ("infeasible", None, None, None)
    assert found.least_memory == 8
    assert found.to_json()["uses"] is None
    assert "every schedule needs at least 8 words" in str(found)


def test_an_optimal_greedy_schedule_needs_no_solver(monkeypatch):
    monkeypatch.setattr(search, "solve", None)
    found = wd.schedule(graphs.multiply_n(), threads=3, n=64, method="exact")
    assert found.status == "optimal"


HARD = {"threads": 2, "memory": 5, "conventions": wd.Conventions(inputs="loaded"), "n": 8}


def _no_ortools(monkeypatch):
    import sys

    monkeypatch.setitem(sys.modules, "ortools", None)
    monkeypatch.setitem(sys.modules, "ortools.sat.python", None)
    monkeypatch.setattr(search, "_is_installed", lambda: False)


def test_without_a_solver_the_best_is_told_with_its_bound(monkeypatch):
    _no_ortools(monkeypatch)
    found = wd.schedule(graphs.multiply_n(), **HARD)
    assert found.status == "feasible"
    assert found.makespan == 9 > found.lower_bound
    assert found.notes == ("without a solver the search ends here: pip install 'workdepth[solve]'",)


def test_exact_without_a_solver_names_the_install_line(monkeypatch):
    _no_ortools(monkeypatch)
    with pytest.raises(MissingError, match=r"OR-tools is not installed.*pip install 'workdepth\[solve\]'"):
        wd.schedule(graphs.multiply_n(), **HARD, method="exact")


@needs_solver
def test_a_search_that_is_interrupted_keeps_what_it_has(monkeypatch):
    def stopped(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(search, "solve", stopped)
    found = wd.schedule(graphs.multiply_n(), **HARD)
    assert found.interrupted
    assert (found.status, found.makespan) == ("feasible", 9)
    assert found.notes == ("interrupted: what was found so far",)


@needs_solver
def test_ctrl_c_during_the_solver_is_heard_and_what_it_has_is_kept():
    class Engine:
        stopped = False

        def solve(self, model):
            sleep(0.2)  # the main thread waits by now
            signal.raise_signal(signal.SIGINT)  # comes to it, as from a keyboard
            end = monotonic() + 20
            while not self.stopped and monotonic() < end:
                sleep(0.01)
            return "feasible" if self.stopped else "never told to stop"

        def stop_search(self):
            self.stopped = True

    # What is started in the background ignores ctrl-C, and so would these tests.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        assert exact._run(Engine(), None) == ("feasible", True)
    finally:
        signal.signal(signal.SIGINT, before)


@needs_solver
def test_the_solver_tells_what_it_knows_when_time_is_over(monkeypatch):
    jobs = jobs_of(wd.unroll(graphs.multiply_n(), n=8), HARD["conventions"])
    told = exact.solve(jobs, 2, 3, lower=8, upper=15, hint=None, until=monotonic() + 30)
    assert told.status == "infeasible"
    told = exact.solve(jobs, 2, 4, lower=8, upper=15, hint=None, until=monotonic() + 60)
    assert (told.status, told.lower) == ("optimal", 9)


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"threads": 0}, "the number of threads is 0; give an integer of at least 1"),
        ({"threads": 1.5}, "the number of threads is 1.5"),
        ({"threads": True}, "the number of threads is True"),
        ({"memory": 0}, "the number of words of memory is 0"),
        ({"within": 0}, "the limit is 0 seconds; give more than 0"),
        ({"within": float("nan")}, "the limit is nan seconds"),
        ({"within": float("inf")}, "the limit is inf seconds"),
        ({"within": "5"}, "the limit is '5' seconds"),
        ({"method": "best"}, "no method is called 'best'; choose one of: auto, greedy, exact, critical-path"),
        ({"conventions": wd.Conventions(reads="exclusive")}, "reads=exclusive has no rule on p threads"),
    ],
)
def test_what_makes_no_sense(asked, words):
    with pytest.raises(ModelError, match=words):
        wd.schedule(graphs.multiply_n(), **{"n": 4, **asked})


def test_threads_and_words_without_end():
    found = wd.schedule(graphs.multiply_n(), 2**70, 2**70, n=8)
    assert (found.status, found.makespan, found.threads, found.memory) == ("optimal", 3, 2**70, 2**70)


@needs_solver
def test_work_that_is_too_large_for_the_solver_is_still_scheduled():
    g = nx.DiGraph()
    for k, work in enumerate((7, 5, 5, 4, 4, 3, 3, 3)):
        g.add_node(k, work=work << 36, size=1 << 39)
    found = wd.schedule(g, 3, 1 << 42, within=1)
    assert found.makespan >= found.lower_bound
    assert found.status in ("optimal", "feasible")
    assert not found.interrupted


def test_an_unrolled_graph_has_no_sizes():
    with pytest.raises(ModelError, match="an unrolled graph has no sizes, but n is given"):
        wd.schedule(wd.unroll(graphs.multiply_n(), n=4), n=4)


@pytest.mark.parametrize("switch", [{"spawn": "fork-join"}, {"phases": "sequence"}])
def test_a_plain_dag_has_no_phases(switch):
    with pytest.raises(ModelError, match="has no meaning for a plain DAG"):
        wd.schedule(nx.DiGraph([("a", "b")]), conventions=wd.Conventions(**switch))


def test_what_would_not_fit_is_said_before_it_is_made(monkeypatch):
    monkeypatch.setattr(search, "BYTES_A_NODE", 1 << 60)
    with pytest.raises(SizeError, match=r"a schedule of 9 nodes needs about .* GiB"):
        wd.schedule(graphs.multiply_n(), n=4)


def test_an_unknown_priority():
    with pytest.raises(ModelError, match="no priority is called 'best'; choose one of: critical-path"):
        ranks(jobs_of(wd.unroll(graphs.multiply_n(), n=4)), "best")


def test_it_prints_itself():
    found = wd.schedule(graphs.multiply_n(), threads=2, n=8)
    assert str(found).splitlines() == [
        "multiply-n, n=8: 2 threads",
        "  time         4, by critical-path",
        "  status       optimal: no schedule is shorter",
        "  bound        4 (span 3, work/p 4, interval load 4)",
        "  uses         2 threads, 8 words",
    ]


def test_nothing_to_do_takes_no_time():
    g = wd.Algorithm("names")
    g.output(g.input("x", g.size("n")))
    found = wd.schedule(g, n=3)
    assert (found.makespan, found.status, found.gap, found.uses.memory) == (0, "optimal", 0.0, 3)
