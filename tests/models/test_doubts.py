"""Words that are kept too long, or counted twice, for a while only: what comes after is exact again."""

import pytest

import workdepth as wd
from held import hold_in_every_case, hold_to_the_graph
from workdepth.models import every_convention
from workdepth.models.doubts import Doubts

CASES = {}


def case(*exact):
    """File a builder under its name, with the machines on which its memory is exact by default."""
    return lambda build: CASES.setdefault(build.__name__, (build, exact))


def widened(g, n, x):
    """Output four words for each of x, more than there are before."""
    g.output(g.map([4, n], lambda k, i: x[i] + k), "wide")


@case("RAM", "GPU")
def a_scan_over_names_is_over_when_both_are_gone(g, n):
    x = g.input("x", n)
    y = g.map(n, lambda i: x[i] * x[i])
    sums = g.scan(wd.ADD, y, method="sequential")
    widened(g, n, g.map(n, lambda i: y[i] + sums[n - 1 - i]))


@case("RAM", "GPU")
def one_that_leaves_its_last_out_too(g, n):
    x = g.input("x", n)
    sums = g.scan(wd.ADD, g.map(n, lambda i: x[i] * x[i]), method="sequential", inclusive=False)
    widened(g, n, g.map(n, lambda i: sums[n - 1 - i] + 1))


@case("RAM", "GPU")
def what_two_read_at_odd_places_is_gone_in_the_end(g, n):
    x = g.input("x", n + 2)
    widened(g, n, g.map(n, lambda i: x[i] + x[i + 2]))


@case("RAM", "GPU")
def parts_by_name_are_gone_with_the_whole(g, n):
    x = g.input("x", 2 * n)
    low, high = g.map(n, lambda i: x[i]), g.map(n, lambda i: x[i + n])
    widened(g, n, g.map(n, lambda i: low[i] * high[i]))


@case()
def rounds_that_may_be_none_name_their_start(g, n):
    x = g.input("x", n)
    y = g.map(n, lambda i: x[i] + 1)
    z = g.repeat(n - 1, lambda k, s: g.map(n, lambda i: s[i] * s[i]), y)
    widened(g, n, g.map(n, lambda i: z[i] + y[n - 1 - i]))


@case()
def a_part_that_an_output_names_stays_in_doubt(g, n):
    x = g.input("x", 2 * n)
    low = g.map(n, lambda i: x[i])
    g.output(low, "low")
    widened(g, n, g.map(n, lambda i: x[i + n] + 1))


@case()
def what_an_output_keeps_stays_in_doubt(g, n):
    x = g.input("x", n)
    y = g.map(n, lambda i: x[i] * x[i])
    sums = g.scan(wd.ADD, y, method="sequential")
    g.output(sums, "sums")
    widened(g, n, g.map(n, lambda i: y[i] + 1))


def built(name):
    build, exact = CASES[name]
    g = wd.Algorithm(name)
    build(g, wd.size("n"))
    return g, exact


@pytest.mark.parametrize("name", CASES)
def test_no_figure_is_crossed_in_any_setting(name):
    g = built(name)[0]
    for conventions in every_convention():
        hold_to_the_graph(g, conventions)


@pytest.mark.parametrize("name", CASES)
def test_memory_is_exact_where_it_is_told(name):
    g, exact = built(name)
    a = wd.analyze(g)
    assert {m for m in ("RAM", "GPU") if a[m].memory.relation == "="} == set(exact)


def test_a_branch_that_names_what_it_is_given_makes_no_word():
    n = wd.size("n")
    g = wd.Algorithm("names in cases")
    x, y, c = g.input("x", n), g.input("y", n), g.input("c")
    one = g.branch(c, lambda: x[0], lambda: x[0])
    pairs = g.map(n, lambda i: g.apply(wd.COMPARE_EXCHANGE, y[i], y[n - 1 - i]))
    sums = g.map(n, lambda i: pairs[0][i] + pairs[1][i])
    g.output(g.fold(wd.ADD, sums) + one, "sum")
    g.output(x, "x")
    g.output(c, "c")
    assert wd.analyze(g)["GPU"].memory.relation == "<="
    for conventions in every_convention():
        hold_in_every_case(g, conventions)


def test_a_doubt_lasts_until_all_that_it_is_of_has_ended():
    doubts = Doubts()
    doubts.add([(2, ("x", "y"))])
    doubts.passed("x", "z")
    doubts.end("y", 3)
    assert not doubts.sure(10)
    doubts.end("z", 5)
    assert [doubts.sure(k) for k in (1, 2, 5, 6)] == [True, False, False, True]
