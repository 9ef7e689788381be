"""A choice among a range: how it is built, unrolled, run, written down; what is refused, in which words."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest

import workdepth as wd
from workdepth.errors import GraphError
from workdepth.graph.files import dumps, loads
from workdepth.graph.files.pictures import write_dot
from workdepth.graph.wellformed import check_graph
from workdepth.library import entry_named


def prefix_sum() -> wd.Algorithm:
    """The sum of the first k + 1 of n words, where k is a word of the input."""
    g = wd.Algorithm("prefix sum")
    n = wd.size("n")
    which, x = g.input("which"), g.input("x", n)
    g.output(g.choose(which, n, lambda k: g.fold(wd.ADD, (0, k + 1), lambda i: x[i], order="left")))
    return g


def test_data_decides_when_it_runs():
    g = prefix_sum()
    assert [int(wd.run(g, which=k, x=[2, 3, 5, 7])) for k in range(4)] == [2, 5, 10, 17]


def test_a_recursion_decides_at_every_level():
    g = entry_named("quicksort").build()
    for n in range(5):
        for order in permutations(range(n)):
            assert wd.run(g, x=np.array(order, dtype=np.int64)).tolist() == list(range(n))


def test_a_choice_that_depends_on_another_is_decided_after_it():
    g = wd.Algorithm("two steps")
    n = wd.size("n")
    x = g.input("x", n)
    first = g.choose(g.input("which"), n, lambda k: x[k])
    g.output(g.choose(first, n, lambda j: x[j] + j))
    assert int(wd.run(g, which=2, x=[3, 0, 1, 2])) == 1


@pytest.mark.parametrize(
    ("given", "operations"),
    [(3, 3), ("n - 1", 5), (wd.size("n") / 2, 3), ({"": 4}, 4), ("floor(n/4)", 1)],
)
def test_unroll_takes_a_number_an_expression_or_a_number_for_each_trail(given, operations):
    assert wd.unroll(prefix_sum(), n=6, cases={"choose1": given}).operations == operations


def test_trails_tell_the_calls_of_a_recursion_apart():
    g = entry_named("quicksort").build()
    (path,) = (str(v) for v, k in g.nodes(data="kind") if type(k).__name__ == "Choice")
    left, right = (
        str(v) for v, k in g.nodes[path]["kind"].body.nodes(data="kind") if type(k).__name__ == "Call"
    )
    halves = wd.unroll(g, n=3, cases={path: {"": 1}}).operations
    chain = wd.unroll(g, n=3, cases={path: {"": 2, left: 1}}).operations
    back = wd.unroll(g, n=3, cases={path: {"": 0, right: 0}}).operations
    # Six for each number but the pivot: compared, added up, three for its place, moved; the pivot is moved once.
    assert (halves, chain, back) == (6 * 2, 6 * (2 + 1), 6 * (2 + 1))
    with pytest.raises(GraphError, match=f"no case is chosen for {path} in {right}"):
        wd.unroll(g, n=3, cases={path: {"": 0}})


def test_it_is_written_and_read_and_drawn():
    g = entry_named("quicksort").build()
    again = loads(dumps(g))
    assert dumps(again) == dumps(g)
    assert wd.run(again, x=[3, 1, 2]).tolist() == [1, 2, 3]
    assert "one case, 0 <= k < n, equally likely" in write_dot(g)


# What is refused


def body(g: wd.Algorithm, what):
    n = wd.size("n")
    return g, g.input("which"), g.input("x", n), n, what


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (6, r"case 6 of choose1, whose cases are 0 <= k < 6 .*give a number in the range, or an expression"),
        (-1, "case -1 of choose1"),
        (True, "case True of choose1"),
        ("n", "case 6 of choose1"),
        ("n/4", "n/4 is no integer: 3/2"),
        ("m", "m names m, which has no value at a choice .*use the sizes there: n"),
        ({}, "no case is chosen for choose1 in the whole"),
    ],
)
def test_numbers_outside_the_range_are_refused(given, words):
    with pytest.raises(GraphError, match=words):
        wd.unroll(prefix_sum(), n=6, cases={"choose1": given})


def test_no_number_at_all():
    with pytest.raises(GraphError, match=r"no case is chosen for choose1 .*give cases=\{'choose1': k\}"):
        wd.unroll(prefix_sum(), n=6)


@pytest.mark.parametrize("which", [4, -1, 1.5])
def test_data_that_names_no_case(which):
    with pytest.raises(GraphError, match="a choice over 0 <= k < 4 is given the number"):
        wd.run(prefix_sum(), which=which, x=[2, 3, 5, 7])


def test_shapes_may_not_depend_on_the_number():
    g = wd.Algorithm("g")
    n = wd.size("n")
    which, x = g.input("which"), g.input("x", n)
    with pytest.raises(GraphError, match=r"has the shape \(k\), which k decides .*for every k"):
        g.choose(which, n, lambda k: g.map(k, lambda i: x[i]))


def test_a_condition_is_one_word():
    g = wd.Algorithm("g")
    x = g.input("x", wd.size("n"))
    with pytest.raises(GraphError, match=r"a choice by an array .*give one word"):
        g.choose(x, wd.size("n"), lambda k: x[k])


def test_one_range():
    g = wd.Algorithm("g")
    n = wd.size("n")
    x = g.input("x", n)
    with pytest.raises(GraphError, match="a choice over 2 ranges"):
        g.choose(x[0], [n, n], lambda k, j: x[k])


def test_not_inside_a_loop():
    g = wd.Algorithm("g")
    n = wd.size("n")
    x, y = g.input("x", n), g.input("y", n)
    g.output(g.map(n, lambda i: g.choose(x[i], n, lambda k: y[k] + 1)))
    with pytest.raises(
        GraphError, match=r"chooses among a range of cases inside the loop map1 .*outside of loops"
    ):
        check_graph(g)


def test_a_range_of_nothing():
    g = wd.Algorithm("g")
    n = wd.size("n")
    x = g.input("x", n)
    g.output(g.choose(x[0], n - 1, lambda k: x[k] + 1))
    with pytest.raises(GraphError, match="a choice among nothing: k runs from 0 to n - 1"):
        wd.analyze(g)


def test_copies_that_choose_differently_cannot_run():
    pick = wd.Algorithm("pick")
    m = wd.size("m")
    which, x = pick.input("which"), pick.input("x", m)
    pick.output(pick.choose(which, m, lambda k: x[k] + k))
    g = wd.Algorithm("g")
    n = wd.size("n")
    y, z = g.input("y", n), g.input("z", n)
    g.output(g.map(n, lambda i: g.call(pick, y[i], z, m=n)))
    assert wd.run(g, y=[1, 1], z=[5, 6]).tolist() == [7, 7]
    with pytest.raises(GraphError, match="copies of one choice take different cases: 0 and 1"):
        wd.run(g, y=[0, 1], z=[5, 6])


def test_data_decides_branches_too():
    g = entry_named("quickselect").build()
    cases = wd.decided(g, x=[20, 30, 10, 40], rank=2)
    (outer, inner) = cases
    assert cases[outer][""] == 1  # one number is smaller than the pivot
    assert cases[inner][""] == 2  # so the third smallest is among the larger ones
    found = wd.unroll(g, n=4, cases=cases)
    assert (
        wd.profile(found, "RAM").time
        < wd.profile(wd.unroll(g, n=4, cases={outer: "n - 1", inner: 0}), "RAM").time
    )


def test_a_branch_whose_copies_differ_is_left_out():
    g = wd.Algorithm("copies")
    n = wd.size("n")
    x = g.input("x", n)
    g.output(g.map(n, lambda i: g.branch(x[i], lambda: x[i] + 1, lambda: x[i] * 2)))
    assert wd.decided(g, x=[0, 7]) == {}
    assert wd.decided(g, x=[5, 7]) == {"map1/branch1": {"": 1}}
    with pytest.raises(GraphError, match="no case is chosen for map1/branch1"):
        wd.unroll(g, n=2, cases={"map1/branch1": {"call1": 0}})
