"""Explanations at a size: what lives in the peak step is the memory, the path is the time."""

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import graphs
import workdepth as wd
from strategies import algorithms
from workdepth.models import every_convention
from workdepth.schedule.carried import carried
from workdepth.schedule.path import path_of
from workdepth.schedule.steps import peak_of_memory, peak_of_threads, running

EVERY = every_convention()


def runs(unit, conventions):
    return [carried(unit, machine, conventions) for machine in ("RAM", "GPU")]


def hold(run):
    found = run.profile
    path, words, width = path_of(run), peak_of_memory(run), peak_of_threads(run)
    assert sum(p.amount for p in path.parts) == path.amount == found.time
    assert sum(p.amount for p in words.parts) == words.amount == found.memory
    assert width.amount == found.threads
    assert run.machine == "RAM" or sum(p.amount for p in width.parts) == width.amount
    assert 0 <= words.step <= words.last <= run.times.time


@settings(max_examples=60)
@given(algorithms(), st.sampled_from(EVERY), st.integers(1, 4))
def test_parts_add_up_to_their_figure(g, conventions, size):
    try:
        unit = wd.unroll(g, phases=conventions.phases, **{s.name: max(size, s.low) for s in g.sizes})
    except wd.WorkdepthError:
        return
    for run in runs(unit, conventions):
        hold(run)


@st.composite
def dags(draw):
    g = nx.DiGraph()
    for k in range(draw(st.integers(1, 9))):
        g.add_node(k, work=draw(st.integers(0, 3)), size=draw(st.integers(0, 3)))
        for before in range(k):
            if draw(st.booleans()):
                g.add_edge(before, k, order=draw(st.integers(0, 4)) == 0)
    return g


@settings(max_examples=60)
@given(dags(), st.sampled_from([c for c in EVERY if (c.phases, c.spawn) == ("barrier", "free")]))
def test_plain_dags_too(g, conventions):
    for run in runs(wd.unroll(g), conventions):
        hold(run)


@settings(max_examples=40)
@given(dags())
def test_a_path_is_a_chain_of_edges_without_a_gap(g):
    run = carried(wd.unroll(g), "GPU", wd.Conventions())
    nodes = path_of(run).nodes
    finish, work = run.times.finish, run.unit.work
    begun = 0
    for v in nodes:
        assert finish[v] - work[v] == begun
        begun = finish[v]
    assert begun == run.profile.time


def test_the_step_of_the_peak_under_separate_cells():
    unit = wd.unroll(graphs.multiply_n(), n=8)
    peak = peak_of_memory(carried(unit, "GPU", wd.Conventions(cells="separate")))
    assert (peak.step, peak.steps) == (1, 1)
    assert [(p.path, p.what, p.amount) for p in peak.parts] == [("x", "input", 8), ("fold1", "result", 4)]


def test_long_operations_are_found_without_counting_every_step():
    g = nx.DiGraph()
    g.add_node("a", work=10**9, size=2)
    g.add_node("b", work=10**9, size=3)
    g.add_edge("a", "b")
    for run in runs(wd.unroll(g), wd.Conventions(cells="separate")):
        hold(run)
        assert peak_of_memory(run).step == 2 * 10**9


def test_who_runs_in_a_step():
    run = carried(wd.unroll(graphs.matmul(), n=2, k=4, m=2), "GPU", wd.Conventions())
    assert len(running(run, 1)) == 16
    assert peak_of_threads(run).parts[0].path == "map1/fold1/multiply1"
    assert {run.name(v)[1] for v in running(run, 2)} == {"add"}


@pytest.mark.parametrize("value", [1, 2, 7])
def test_nothing_to_do_is_no_path(value):
    g = wd.Algorithm("names")
    g.output(g.input("x", g.size("n")))
    run = carried(wd.unroll(g, n=value), "GPU", wd.Conventions())
    assert path_of(run).parts == ()
    assert peak_of_threads(run).parts == ()
    assert np.all(run.times.finish == 0)
    hold(run)
