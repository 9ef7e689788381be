"""Store or recompute: against a naive search, against published numbers, and carried out again."""

from __future__ import annotations

import heapq
from itertools import combinations, product

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import workdepth as wd
from graphs import matmul, multiply_n
from workdepth.errors import CheckError, ModelError
from workdepth.schedule.recompute import carried_out, families, numbers, recomputation
from workdepth.schedule.recompute.chains import chain_of, every_kth, forward_steps, reversal
from workdepth.schedule.recompute.copies import with_copies
from workdepth.schedule.recompute.game import game_of
from workdepth.schedule.recompute.pebbling import least_time
from workdepth.schedule.sequential import least_memory

EVERY = [
    wd.Conventions(cells=cells, inputs=inputs, outputs=outputs)
    for cells, inputs, outputs in product(("reuse", "separate"), ("resident", "loaded"), ("kept", "streamed"))
]
SEPARATE = wd.Conventions(cells="separate", outputs="streamed")


@st.composite
def dags(draw):
    """Small DAGs with sizes and operations of two steps; an input is read, and no output."""
    dag = nx.DiGraph()
    inputs = draw(st.integers(0, 2))
    for v in range(inputs + draw(st.integers(1, 4))):
        kind = "input" if v < inputs else "op"
        dag.add_node(v, kind=kind, size=draw(st.sampled_from([1, 1, 1, 2])))
        if kind == "op":
            dag.nodes[v]["work"] = draw(st.sampled_from([1, 1, 2]))
            dag.add_edges_from((u, v) for u in range(v) if draw(st.booleans()))
    return dag


def by_hand(dag, conventions, memory):
    """The least time, by trying all moves and all ways to drop; None where there is none."""
    inputs = {v for v in dag if dag.nodes[v]["kind"] == "input" and dag.out_degree(v)}
    ops = {v for v in dag if dag.nodes[v]["kind"] == "op"}
    goals = {v for v in ops if not dag.out_degree(v)}
    loaded, separate = conventions.inputs == "loaded", conventions.cells == "separate"
    kept = conventions.outputs == "kept"

    def size(values):
        return sum(dag.nodes[v]["size"] for v in values)

    start = (frozenset() if loaded else frozenset(inputs), frozenset())
    if size(start[0]) > memory:
        return None
    heap, count, best = [(0, 0, start)], 0, {}
    while heap:
        time, _, (there, gone) = heapq.heappop(heap)
        if (there, gone) in best:
            continue
        best[there, gone] = time
        if goals <= (there if kept else gone):
            return time
        for v in ops | (inputs if loaded else set()):
            needs = set(dag.predecessors(v)) if v in ops else set()
            if not needs <= there:
                continue
            steps = dag.nodes[v]["work"] if v in ops else dag.nodes[v]["size"]
            left = gone | ({v} & goals if not kept else set())
            for stay in subsets(there | {v}):
                # What is made and streamed counts at the end of its step, even if it does not stay.
                after = set(stay) | ({v} & goals if not kept else set())
                if separate:
                    before = needs | (set(stay) & there)
                    fits = size(before) + size({v} - before) <= memory if v not in before else False
                    fits = fits and size(after) <= memory
                else:
                    fits = size(after) <= memory
                if fits:
                    count += 1
                    heapq.heappush(heap, (time + steps, count, (frozenset(stay), frozenset(left))))
    return None


def subsets(values):
    return [set(c) for k in range(len(values) + 1) for c in combinations(sorted(values), k)]


@given(dags())
@settings(max_examples=40)
def test_the_search_finds_what_trying_everything_finds(dag):
    for conventions in EVERY:
        game = game_of(wd.unroll(dag), conventions)
        for memory in range(1, 9):
            found = least_time(game, memory, 10**6)
            assert found.lower == by_hand(dag, conventions, memory)
            if memory < game.hungriest():
                assert found.lower is None


@given(dags())
@settings(max_examples=40)
def test_running_everything_once_is_the_end_of_the_curve(dag):
    for conventions in EVERY:
        curve = recomputation(dag, conventions)
        last = curve.points[-1]
        once = least_memory(dag, conventions)
        assert curve.status == "exact"
        assert (last.memory, last.time, last.again) == (once.memory, curve.work, 0)
        assert curve.points[0].memory == curve.least
        times = [p.time for p in curve.points]
        assert times == sorted(times, reverse=True)
        assert len(set(times)) == len(times)


def test_the_numbers_of_revolve():
    assert [forward_steps(10, c) for c in (1, 2, 3, 4)] == [45, 20, 15, 14]
    assert forward_steps(11, 2) == 24


@pytest.mark.parametrize("layers", range(2, 12))
def test_revolve_is_what_the_search_finds(layers):
    game = game_of(wd.unroll(families.forward_backward(layers)), wd.Conventions())
    for stored in range(1, layers):
        found = least_time(game, stored + 2, 10**6)
        assert found.lower == forward_steps(layers, stored) + layers
    assert least_time(game, 2, 10**6).lower is None


@pytest.mark.parametrize("layers", [1, 2, 5, 11, 40])
def test_reversals_take_what_the_formula_says(layers):
    unit = wd.unroll(families.forward_backward(layers))
    chain = chain_of(unit)
    curve = recomputation(families.forward_backward(layers))
    assert (chain.layers, curve.method, curve.status) == (layers, "closed form", "exact")
    for point in curve.points:
        assert carried_out(unit, curve.nodes(point.memory), wd.Conventions(), point.memory) == point.time


@pytest.mark.parametrize("stored", [1, 2, 5, 30])
def test_long_reversals_take_what_the_formula_says(stored):
    steps = list(reversal(300, stored))
    assert sum(kind == "x" for kind, _ in steps) == forward_steps(300, stored)
    assert [i for kind, i in steps if kind == "d"] == list(range(299, -1, -1))


@pytest.mark.parametrize(("layers", "k"), [(9, 3), (16, 4), (17, 4), (30, 5), (7, 7), (7, 1)])
def test_every_kth_state_is_a_bound(layers, k):
    unit = wd.unroll(families.forward_backward(layers))
    memory = -(-layers // k) + k
    time = carried_out(unit, chain_of(unit).nodes(every_kth(layers, k)), wd.Conventions(), memory)
    assert time < 3 * layers
    assert recomputation(families.forward_backward(layers)).at(memory).time <= time


def test_a_chain_with_a_turn_is_no_chain():
    dag = families.forward_backward(4)
    dag.add_edge("x1", "d2")
    assert chain_of(wd.unroll(dag)) is None
    assert chain_of(wd.unroll(families.tree(2))) is None
    assert recomputation(dag).method == "search"


def test_seven_nodes_are_enough_for_recomputation_to_help():
    chain = families.forward_backward(3)
    assert len(chain) == 7
    assert [(p.memory, p.time) for p in recomputation(chain).points] == [(3, 6), (4, 5)]


def test_the_butterfly_of_four_points():
    curve = recomputation(families.butterfly(4), SEPARATE)
    assert [(p.memory, p.time) for p in curve.points] == [(4, 15), (5, 13), (6, 12)]
    assert curve.status == "exact"


def test_a_matrix_product_in_half_the_words():
    curve = recomputation(matmul(), wd.Conventions(inputs="loaded", outputs="streamed"), n=2, k=2, m=2)
    assert [(p.memory, p.time) for p in curve.points] == [(3, 25), (4, 22), (5, 21), (6, 20)]
    assert (curve.status, curve.conventions.phases) == ("exact", "dataflow")


CELLS = ["reuse", "separate"]


def least_words(dag, cells):
    return recomputation(dag, wd.Conventions(cells=cells, outputs="streamed")).least


@pytest.mark.parametrize("cells", CELLS)
@pytest.mark.parametrize("height", [1, 2, 3])
def test_pebbling_numbers_of_trees_and_pyramids(height, cells):
    assert least_words(families.tree(height), cells) == numbers.of_tree(height, cells)
    assert least_words(families.pyramid(height), cells) == numbers.of_pyramid(height, cells)


@pytest.mark.parametrize("cells", CELLS)
@pytest.mark.parametrize(("rows", "columns"), [(2, 2), (2, 5), (3, 3), (3, 5), (4, 4)])
def test_pebbling_numbers_of_grids(rows, columns, cells):
    assert least_words(families.grid(rows, columns), cells) == numbers.of_grid(rows, columns, cells)


@pytest.mark.parametrize("cells", CELLS)
@pytest.mark.parametrize("points", [2, 4])
def test_pebbling_numbers_of_butterflies(points, cells):
    assert least_words(families.butterfly(points), cells) == numbers.of_butterfly(points, cells)


@pytest.mark.parametrize("height", [2, 3, 4])
def test_on_trees_and_pyramids_recomputation_saves_nothing(height):
    for dag in (families.tree(min(height, 3)), families.pyramid(height)):
        assert len(recomputation(dag).points) == 1


def test_gathers_hold_their_array_each_time():
    g = wd.Algorithm("pick")
    x, at = g.input("x", 3), g.input("at", 2)
    picked = g.gather(x, at)
    g.output(g.map(2, lambda i: picked[i] + picked[i]))
    loaded = wd.Conventions(inputs="loaded", outputs="streamed")
    curve = recomputation(g, loaded)
    assert curve.status == "exact"
    assert (
        curve.points[-1].memory
        == least_memory(g, wd.Conventions(phases="dataflow", inputs="loaded", outputs="streamed")).memory
    )


def test_out_of_states_it_gives_bounds_and_says_so():
    curve = recomputation(families.butterfly(4), SEPARATE, states=8, within=0)
    assert curve.status == "bounds"
    assert "bounds, by search: no schedule takes fewer than" in str(curve)
    for point in curve.points:
        assert point.lower_bound <= point.time


def test_it_prints_itself_and_is_plain_data():
    curve = recomputation(families.forward_backward(100))
    assert "..." in str(curve)
    assert str(curve).count("\n") < 30
    told = curve.to_json()
    assert told["schema"] == "workdepth.recomputation/1"
    assert told["points"][0] == {
        "memory": 3,
        "time": 5050,
        "lower_bound": 5050,
        "again": 4851,
        "status": "exact",
        "best_with_copies": None,
    }
    assert told["notes"] == []
    assert curve.at(2) is None
    assert curve.at(10**6).again == 0


def test_bad_input_is_named():
    waiting = nx.DiGraph()
    waiting.add_edge("a", "b", order=True)
    with pytest.raises(ModelError, match="b waits for a without reading it, so that it cannot be run again"):
        recomputation(waiting)
    idle = nx.DiGraph([("a", "b")])
    idle.nodes["a"]["work"] = 0
    with pytest.raises(ModelError, match=r"a takes no step.*ask for least_memory"):
        recomputation(idle)
    with pytest.raises(ModelError, match="states is -1; give how many states"):
        recomputation(multiply_n(), states=-1, n=3)
    for within in (-1, True, "long", float("nan")):
        with pytest.raises(ModelError, match=r"within is .*; give seconds for the solver, 0 for none"):
            recomputation(multiply_n(), within=within, n=3)
    with pytest.raises(ModelError, match=r"9999 operations are too many to search.*choose sizes"):
        recomputation(multiply_n(), n=10_000)
    with pytest.raises(ModelError, match=r"no corner of the curve has 7 words.*choose one of: 3, 4"):
        recomputation(families.forward_backward(3)).nodes(7)
    named = wd.Algorithm("named")
    named.output(named.input("x"))
    with pytest.raises(ModelError, match="streamed before the first step"):
        recomputation(named, wd.Conventions(outputs="streamed"))


def test_a_play_that_lies_is_found_out():
    unit = wd.unroll(nx.DiGraph([("a", "b"), ("a", "c")]))
    with pytest.raises(CheckError, match="node 1 needs value 0, which was not made before"):
        with_copies(unit, [1])
    with pytest.raises(CheckError, match="an output needs value 2"):
        with_copies(unit, [0, 1])
    with pytest.raises(CheckError, match="a schedule for 1 words takes 2"):
        carried_out(unit, [0, 1, 2], wd.Conventions(), 1)
