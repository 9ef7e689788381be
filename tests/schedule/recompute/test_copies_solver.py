"""The solver with copies: as fast as the exact search where few copies suffice, never better, carried out again."""

from __future__ import annotations

from itertools import product

import networkx as nx
import pytest

import workdepth as wd
from workdepth.errors import MissingError
from workdepth.schedule.recompute import carried_out, copies_solver, corners, families, recomputation
from workdepth.schedule.recompute.copies_solver import fastest_with
from workdepth.schedule.recompute.corners import Corner, carried, improved
from workdepth.schedule.recompute.game import game_of
from workdepth.schedule.recompute.pebbling import least_time

SECONDS = 30.0
SEPARATE = wd.Conventions(cells="separate", outputs="streamed")
EVERY = [
    wd.Conventions(cells=cells, inputs=inputs, outputs=outputs)
    for cells, inputs, outputs in product(("reuse", "separate"), ("resident", "loaded"), ("kept", "streamed"))
]


def sized():
    """Sizes, two steps, an input, and an output that is read again."""
    dag = nx.DiGraph([("x", "a"), ("x", "b"), ("a", "c"), ("b", "c"), ("a", "d"), ("c", "d"), ("x", "e")])
    dag.add_edges_from([("d", "e"), ("b", "f")])
    dag.nodes["x"]["kind"] = "input"
    dag.nodes["a"]["size"] = 2
    dag.nodes["b"]["work"] = 2
    return dag


@pytest.fixture(autouse=True)
def _solver():
    pytest.importorskip("ortools")


@pytest.mark.parametrize("dag", [families.forward_backward(3), sized(), families.tree(2)], ids=str)
@pytest.mark.parametrize("conventions", EVERY, ids=lambda c: "-".join(c.changed().values()) or "default")
def test_it_finds_what_the_search_finds(dag, conventions):
    unit = wd.unroll(dag)
    game = game_of(unit, conventions)
    for memory in range(game.hungriest(), game.hungriest() + 4):
        best = least_time(game, memory, 10**6)
        if best.lower is None and len(game.moves) > 6:
            continue  # true, but slow to prove
        found = fastest_with(game, memory, 2, None, SECONDS)
        assert found.best
        if best.lower is None:
            assert found.nodes is None
            continue
        assert found.lower <= best.lower
        if max(best.nodes.count(v) for v in best.nodes) <= 2:
            assert carried_out(unit, found.nodes, conventions, memory) == best.lower


@pytest.mark.parametrize(("memory", "copies", "time"), [(6, 2, 9), (5, 2, 10), (4, 2, 11), (4, 3, 11)])
def test_revolve_with_few_copies(memory, copies, time):
    unit = wd.unroll(families.forward_backward(5))
    found = fastest_with(game_of(unit, wd.Conventions()), memory, copies, None, SECONDS)
    assert (len(found.nodes), found.lower, found.best) == (time, time, True)


def test_what_is_best_with_two_copies_is_no_bound_for_more():
    game = game_of(wd.unroll(families.forward_backward(5)), wd.Conventions())
    best = least_time(game, 3, 10**6)
    assert best.lower == 15  # something runs four times
    found = fastest_with(game, 3, 2, best.nodes, SECONDS)
    assert (found.nodes, found.lower, found.best) == (None, 11, True)


def test_a_play_that_is_known_is_where_it_begins():
    game = game_of(wd.unroll(families.forward_backward(5)), wd.Conventions())
    best = least_time(game, 4, 10**6).nodes
    found = fastest_with(game, 4, 2, best, SECONDS)
    assert (len(found.nodes), found.best) == (len(best), True)


def test_where_the_search_gives_out_the_solver_goes_on():
    game = game_of(wd.unroll(families.forward_backward(5)), wd.Conventions())
    (found,), notes = improved(game, [Corner(4, 9, None)], SECONDS)
    assert (game.time(found.nodes), found.lower, found.copies, notes) == (11, 11, 2, ())
    assert improved(game, [Corner(4, 9, None)], 0) == ([Corner(4, 9, None)], ())


def test_a_curve_with_the_solver_lies_between_the_search_cut_short_and_the_truth():
    dag = families.butterfly(4)
    short, true = recomputation(dag, SEPARATE, states=8, within=0), recomputation(dag, SEPARATE)
    curve = recomputation(dag, SEPARATE, states=8, within=1.0)
    assert (short.status, true.status) == ("bounds", "exact")
    for point in curve.points:
        assert point.lower_bound <= true.at(point.memory).time <= point.time
    for point in short.points:
        assert curve.at(point.memory).time <= point.time


def test_bounds_and_plays_are_carried():
    game = game_of(wd.unroll(families.forward_backward(3)), wd.Conventions())
    play = least_time(game, 3, 10**6).nodes
    found = carried(game, [Corner(5, 5, None), Corner(4, 6, None), Corner(3, 5, play)])
    assert [(c.memory, c.lower, c.nodes) for c in found] == [(5, 5, play), (4, 6, play), (3, 6, play)]
    assert [c.proved(game) for c in found] == [False, True, True]


def test_a_corner_that_is_best_with_few_copies_says_so():
    point = wd.schedule.recompute.Point(3, 15, 11, 6, 2)
    curve = recomputation(families.forward_backward(3))
    told = str(type(curve)("g", {}, wd.Conventions(), 9, (point,), 3, "bounds", "search", curve.play, ("a",)))
    assert "at least 11, none faster with at most 2 copies" in told
    assert told.endswith("  note: a")


def test_without_the_solver_it_is_a_note(monkeypatch):
    monkeypatch.setattr(corners, "available", lambda: False)
    curve = recomputation(families.butterfly(4), states=8)
    assert curve.notes == (
        "the solver, which may narrow the bounds, is not installed: pip install 'workdepth[solve]'",
    )
    assert "note: the solver" in str(curve)
    monkeypatch.setitem(__import__("sys").modules, "ortools.sat.python", None)
    with pytest.raises(MissingError, match=r"the solver is not installed.*pip install 'workdepth\[solve\]'"):
        copies_solver.solver()
