"""Tables that are filled front by front: how much of them lives, against the unrolled graph in every setting."""

import pytest

import workdepth as wd
from held import hold_in_every_setting
from workdepth.library import entry_named

CASES = {}


def case(ram, gpu):
    """File a builder under its name, with the growth classes of its memory on the two machines."""
    return lambda build: CASES.setdefault(build.__name__, (build, {"RAM": ram, "GPU": gpu}))


def row_by_row(g, n, table, back=1):
    """Fill a table of n + back rows, each from those above it."""

    def row(k, t):
        cell = lambda j: sum((t[k + b, j] for b in range(1, back)), t[k, j] + j)  # noqa: E731
        return g.map(n, cell, into=t, at=lambda j: (k + back, j))

    return g.repeat(n, row, table)


def numbers(g, n, rows):
    return g.map([n + rows, n], lambda i, j: i + j)


def summed(g, n, t, row):
    g.output(g.fold(wd.ADD, n, lambda j: t[row, j]))


@case("n", "n")
def rows_of_numbers(g, n):
    summed(g, n, row_by_row(g, n, numbers(g, n, 1)), n)


@case("n", "n")
def rows_that_look_back_two(g, n):
    summed(g, n, row_by_row(g, n, numbers(g, n, 2), 2), n + 1)


@case("n", "n")
def two_of_the_last_rows_are_read(g, n):
    t = row_by_row(g, n, numbers(g, n, 2), 2)
    g.output(g.map(n, lambda j: t[n + 1, j] + t[n, j]))


@case("n**2", "n**2")
def a_row_before_the_last_is_read(g, n):
    t = row_by_row(g, n, numbers(g, n, 1))
    g.output(g.map(n, lambda j: t[n, j] + t[n - 1, j]))


@case("n**2", "n**2")
def the_whole_is_kept(g, n):
    g.output(row_by_row(g, n, numbers(g, n, 1)))


@case("n", "n")
def the_first_row_is_words(g, n):
    x = g.input("x", n)
    first = g.map(n, lambda j: x[j] + 1, into=numbers(g, n, 1), at=lambda j: (0, j))
    summed(g, n, row_by_row(g, n, first), n)


@case("n", "n")
def the_first_row_is_named(g, n):
    x = g.input("x", n)
    first = g.map(n, lambda j: x[j], into=numbers(g, n, 1), at=lambda j: (0, j))
    summed(g, n, row_by_row(g, n, first), n)
    g.output(x, "x")


@case("n", "n")
def aslant_the_other_way(g, n):
    def front(k, t):
        cell = lambda p: t[p, n + p - k] * 2 + t[p, n + p - k + 1]  # noqa: E731
        return g.map(k + 1, cell, into=t, at=lambda p: (p, n + p - k - 1))

    t = g.repeat(n, front, g.map([n, n + 2], lambda i, j: i * j))
    g.output(g.map(n, lambda p: t[p, p] + 1))


@case("n**2", "n**2")
def a_row_reads_itself(g, n):
    def row(k, t):
        return g.map(n, lambda j: t[k, j] + t[k + 1, j], into=t, at=lambda j: (k + 1, j))

    summed(g, n, g.repeat(n, row, numbers(g, n, 1)), n)


def built(name):
    build, growths = CASES[name]
    g = wd.Algorithm(name)
    build(g, wd.size("n"))
    return g, growths


@pytest.mark.parametrize("name", CASES)
def test_no_figure_is_crossed_in_any_setting(name):
    hold_in_every_setting(built(name)[0])


@pytest.mark.parametrize("name", CASES)
def test_growth(name):
    g, growths = built(name)
    a = wd.analyze(g)
    assert {m: str(a[m].memory.growth) for m in ("RAM", "GPU")} == growths


def test_the_edit_distance_on_anti_diagonals_takes_linear_memory():
    a = wd.analyze(entry_named("edit-distance-antidiagonal").build())
    assert {str(a[m].memory.growth) for m in ("RAM", "GPU")} == {"n"}
