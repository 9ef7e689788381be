"""The simulator of witnesses against the profile: two ways of counting one schedule."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import graphs
import workdepth as wd
from strategies import Features, algorithms
from workdepth.errors import CheckError
from workdepth.library import entries
from workdepth.models import every_convention
from workdepth.schedule.carried import carried
from workdepth.schedule.levels import spawn_delays
from workdepth.schedule.witness import Replay, Witness, moments, replay

EVERY = every_convention()
PLAIN = [c for c in EVERY if (c.phases, c.spawn) == ("barrier", "free")]


def witness_of(run):
    """The schedule that the profile carries out, as starts."""
    unit, times = run.unit, run.times
    forked = run.machine == "GPU" and run.conventions.spawn == "fork-join"
    lasting = unit.work + spawn_delays(unit) if forked else unit.work
    return Witness(times.finish - lasting, times.loads, times.load_finish - 1)


def hold(unit, conventions):
    for machine in ("RAM", "GPU"):
        run = carried(unit, machine, conventions)
        found, told = replay(unit, witness_of(run), conventions, machine), run.profile
        assert (found.time, found.memory) == (told.time, told.memory)
        assert max(found.threads, machine == "RAM") == told.threads


@settings(max_examples=60)
@given(algorithms(Features(scan=True, gather=True)), st.sampled_from(EVERY), st.integers(1, 4))
def test_random_algorithms(g, conventions, size):
    try:
        unit = wd.unroll(g, phases=conventions.phases, **{s.name: max(size, s.low) for s in g.sizes})
    except wd.WorkdepthError:
        return
    hold(unit, conventions)


@st.composite
def dags(draw):
    g = nx.DiGraph()
    for k in range(draw(st.integers(1, 9))):
        kind = draw(st.sampled_from(["op", "op", "op", "input"]))
        g.add_node(k, kind=kind, work=draw(st.integers(0, 3)), size=draw(st.integers(0, 3)))
        for before in range(k if kind == "op" else 0):
            if draw(st.booleans()):
                g.add_edge(before, k, order=draw(st.integers(0, 4)) == 0)
    return g


@settings(max_examples=150)
@given(dags(), st.sampled_from(PLAIN))
def test_plain_dags(g, conventions):
    hold(wd.unroll(g), conventions)


@pytest.mark.parametrize("name", list(entries()))
def test_the_library(name):
    g = entries()[name].build()
    for size in (2, 4):
        try:
            unit = wd.unroll(g, **{s.name: max(size, s.low) for s in g.sizes})
        except wd.WorkdepthError:
            continue
        for conventions in PLAIN[:: 1 if len(unit) < 300 else 5]:
            hold(unit, conventions)


def test_a_late_start_is_idle_time():
    unit = wd.unroll(nx.DiGraph([("a", "c"), ("b", "c")]))
    assert replay(unit, Witness(np.array([3, 5, 9]))) == Replay(10, 1, 2)


def test_long_operations_are_carried_out_at_once():
    g = nx.DiGraph()
    g.add_node("a", work=10**9, size=2)
    assert replay(wd.unroll(g), Witness(np.array([5]))) == Replay(10**9 + 5, 1, 2)


def test_a_chart_shows_the_words_of_every_step():
    unit = wd.unroll(graphs.multiply_n(), n=4)
    run = carried(unit, "GPU", wd.Conventions())
    assert [(m.boundary, m.busy, m.live) for m in moments(unit, witness_of(run))] == [
        (0, 2, 4),
        (1, 1, 2),
        (2, 0, 1),
    ]


@pytest.mark.parametrize(
    ("starts", "words"),
    [
        ([0, 0, 0], "c starts at 0, but a, which it reads, is done at 1"),
        ([0, 4, 1], "c starts at 1, but b, which it waits for, is done at 5"),
        ([0, 0], "a schedule of 2 nodes, where the graph has 3"),
        ([-1, 0, 3], "a node starts before the start"),
    ],
)
def test_what_is_no_schedule(starts, words):
    g = nx.DiGraph([("a", "c")])
    g.add_edge("b", "c", order=True)
    unit = wd.unroll(nx.DiGraph(g))
    with pytest.raises(CheckError, match=words):
        replay(unit, Witness(np.array(starts)))


def test_every_word_is_loaded_once():
    g = nx.DiGraph()
    g.add_node("x", kind="input", size=2)
    g.add_edge("x", "a")
    unit, loaded = wd.unroll(g), wd.Conventions(inputs="loaded")
    once = Witness(np.array([0, 2]), np.array([0, 0]), np.array([0, 1]))
    assert replay(unit, once, loaded) == Replay(3, 1, 2)
    with pytest.raises(CheckError, match="0 words are loaded, where 2 are to be"):
        replay(unit, Witness(np.array([0, 2])), loaded)
    with pytest.raises(CheckError, match="2 words are loaded, where 0 are to be"):
        replay(unit, once)
    early = Witness(np.array([0, 1]), np.array([0, 0]), np.array([0, 1]))
    with pytest.raises(CheckError, match="a starts at 1, but x, which it reads, is done at 2"):
        replay(unit, early, loaded)


def test_who_only_waits_for_an_input_does_not_wait_for_its_load():
    g = nx.DiGraph()
    g.add_node("x", kind="input")
    g.add_edge("x", "a", order=True)
    g.add_edge("x", "b")
    unit, loaded = wd.unroll(g), wd.Conventions(inputs="loaded")
    late = Witness(np.array([0, 0, 2]), np.array([0]), np.array([1]))
    assert replay(unit, late, loaded) == Replay(3, 1, 2)
