"""Explanations in symbols: the shares add up, under every switch, and name the right nodes."""

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import graphs
import workdepth as wd
from strategies import algorithms
from workdepth.library import entry_named
from workdepth.models import every_convention
from workdepth.models.explain import explain_algorithm

EVERY = every_convention()


def points(g):
    for value in (1, 2, 3, 5, 8):
        yield {
            s.name: max(s.power_of ** (value // 2) if s.power_of else value + k, s.low)
            for k, s in enumerate(g.sizes)
        }


def hold(g, conventions):
    told = explain_algorithm(g, conventions)
    for machine, causes in told.causes.items():
        for name, cause in causes.items():
            assert cause.figure == getattr(told.analysis[machine], name)
            if (machine, name) == ("RAM", "threads"):
                continue
            for point in points(g):
                total = sum(s.amount.at(**point) for s in cause.shares)
                assert total == cause.figure.at(**point), (machine, name, point)


@settings(max_examples=20)
@given(algorithms(), st.sampled_from(EVERY))
def test_shares_add_up_to_their_figure(g, conventions):
    hold(g, conventions)


@pytest.mark.parametrize("conventions", EVERY[::5], ids=lambda c: "-".join(c.changed().values()) or "default")
@pytest.mark.parametrize("name", ["multiply-n", "axpy", "horner", "scan-hillis-steele"])
def test_shares_of_the_library_add_up(name, conventions):
    hold(entry_named(name).build(), conventions)


def shares(g, machine, figure, **switches):
    found = explain_algorithm(g, wd.Conventions(**switches)).causes[machine][figure]
    return [(s.path, s.what, str(s.amount)) for s in found.shares]


def test_a_critical_path_goes_from_the_leaves_to_the_combines():
    assert shares(graphs.matmul(), "GPU", "time") == [
        ("map1/fold1/multiply1", "multiply", "1"),
        ("map1/fold1", "add", "ceiling(log2(k))"),
    ]


def test_rounds_count_as_often_as_they_run():
    assert shares(graphs.floyd_warshall(), "GPU", "time") == [
        ("repeat1/map1/add1", "add", "n"),
        ("repeat1/map1/minimum2", "minimum", "n"),
    ]


def test_a_spawn_is_told_as_a_delay():
    assert shares(graphs.matmul(), "GPU", "time", spawn="fork-join")[-1][:2] == ("map1", "delay")


def test_a_load_is_told():
    assert ("inputs", "load", "1") in shares(graphs.multiply_n(), "GPU", "time", inputs="loaded")


def test_exclusive_reads_belong_to_no_node():
    found = shares(graphs.matmul(), "GPU", "time", reads="exclusive")
    assert found[-1] == ("exclusive reads", "delay", "max(ceiling(log2(m)), ceiling(log2(n)))")


def test_the_longest_of_two_chains_is_left_to_the_sizes():
    g = wd.Algorithm("either")
    n, m = g.size("n"), g.size("m")
    g.output(g.fold(wd.ADD, g.input("x", n)) + g.fold(wd.ADD, g.input("y", m)))
    cause = explain_algorithm(g).causes["GPU"]["time"]
    either, last = cause.shares
    assert either.what == "either"
    assert [[str(s.amount) for s in chain] for chain in either.alternatives] == [
        ["ceiling(log2(n))"],
        ["ceiling(log2(m))"],
    ]
    assert (last.path, str(last.amount)) == ("add3", "1")


def test_copies_that_differ_are_told_by_the_longest():
    g = wd.Algorithm("triangle")
    n = g.size("n")
    x = g.input("x", n)
    g.output(g.map(n, lambda i: g.fold(wd.ADD, i + 1, lambda j: x[j] * x[j])))
    assert shares(g, "GPU", "time") == [
        ("map1/fold1/multiply1", "multiply", "1"),
        ("map1/fold1", "add", "ceiling(log2(n))"),
    ]


def test_the_peak_of_memory_names_its_phase_and_what_lives():
    cause = explain_algorithm(graphs.floyd_warshall()).causes["GPU"]["memory"]
    assert cause.where == ("repeat1/map1/add1",)
    assert [(s.path, s.what, str(s.amount)) for s in cause.shares] == [
        ("d", "input", "n**2"),
        ("repeat1/map1/add1", "made", "n**2"),
    ]


def test_inputs_alone_are_the_peak_at_the_start():
    assert explain_algorithm(graphs.multiply_n()).causes["GPU"]["memory"].where == ("start",)


def test_threads_are_followed_into_rounds_that_differ():
    cause = explain_algorithm(graphs.hillis_steele()).causes["GPU"]["threads"]
    assert cause.where == ("repeat1/map1/add1",)
    assert [s.what for s in cause.shares] == ["add"]


def test_work_is_told_by_node():
    assert shares(graphs.matmul(), "RAM", "time") == [
        ("map1/fold1/multiply1", "multiply", "k*m*n"),
        ("map1/fold1", "add", "k*m*n - m*n"),
    ]


def test_limits_are_shares_of_the_growth():
    causes = explain_algorithm(graphs.matmul()).causes
    assert [s.limit for s in causes["GPU"]["time"].shares] == [0, 1]
    assert [s.limit for s in causes["RAM"]["time"].shares] == [Fraction(1, 2), Fraction(1, 2)]
    held = explain_algorithm(graphs.multiply_n(), wd.Conventions(cells="separate")).causes["GPU"]["memory"]
    assert [s.limit for s in held.shares] == [Fraction(2, 3), Fraction(1, 3)]


@pytest.mark.parametrize(
    "make", [graphs.multiply_n, graphs.matmul, graphs.floyd_warshall, graphs.hillis_steele, graphs.jacobi]
)
def test_symbols_and_steps_tell_the_same_path(make):
    g = make()
    sizes = {s.name: 8 for s in g.sizes}
    why = wd.explain(g, at=sizes)
    told = {(s.path, s.what): s.amount.at(**sizes) for s in why["GPU"]["time"].shares}
    assert told == {(p.path, p.what): p.amount for p in why.runs["GPU"].time.parts}
    work = {(s.path, s.what): s.amount.at(**sizes) for s in why["RAM"]["time"].shares}
    assert work == {(p.path, p.what): p.amount for p in why.runs["RAM"].time.parts}
