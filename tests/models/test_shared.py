"""One word under two names: the first prefix of a scan and the first leaf; and arrays that begin with a number."""

import pytest

import workdepth as wd
from held import hold_in_every_setting

CASES = {}


def case(*exact):
    """File a builder under its name, with the machines on which its memory is exact by default."""
    return lambda build: CASES.setdefault(build.__name__, (build, exact))


def squares(g, n):
    x = g.input("x", n)
    return g.map(n, lambda i: x[i] * x[i])


def both(g, n, combine, method="sequential"):
    y = squares(g, n)
    sums = g.scan(wd.ADD, y, method=method)
    g.output(g.map(n, lambda i: combine(y, sums, i)))


@case("RAM", "GPU")
def the_leaf_is_read_after_the_prefix(g, n):
    both(g, n, lambda y, sums, i: (sums[i] + 1) * y[i])


@case("RAM", "GPU")
def the_leaf_is_read_with_the_prefix(g, n):
    both(g, n, lambda y, sums, i: sums[i] * y[i])


@case()
def the_prefix_is_read_after_the_leaf(g, n):
    both(g, n, lambda y, sums, i: (y[i] + 1) * sums[i])


@case()
def the_leaf_is_read_elsewhere(g, n):
    both(g, n, lambda y, sums, i: (sums[i] + 1) * y[n - 1 - i])


@case()
def the_two_are_read_apart(g, n):
    both(g, n, lambda y, sums, i: (sums[i] + 1) - (y[i] * 2) * 3)


@case("GPU")
def by_hillis_and_steele(g, n):
    both(g, n, lambda y, sums, i: (sums[i] + 1) * y[i], method="hillis-steele")


@case("RAM", "GPU")
def the_leaves_last_longer(g, n):
    y = squares(g, n)
    sums = g.scan(wd.ADD, y, method="sequential")
    more = g.map(n, lambda i: sums[i] + 1)
    g.output(g.map(n, lambda i: y[i] * more[n - 1 - i]))


@case()
def prefixes_are_gathered_before(g, n):
    y = squares(g, n)
    sums = g.scan(wd.ADD, y, method="sequential")
    places = g.map(n, lambda i: g.apply(wd.REMAINDER, i, n))
    found = g.gather(sums, places)
    g.output(g.map(n, lambda i: (sums[i] + found[i]) * y[i]))


@case()
def a_prefix_is_named(g, n):
    y = squares(g, n)
    sums = g.scan(wd.ADD, y, method="sequential")
    named = g.map(n, lambda i: sums[i])
    both = g.map(n, lambda i: (sums[i] + 1) * y[i])
    g.output(g.map(n, lambda i: both[i] + named[i]))


@case()
def the_prefixes_are_kept(g, n):
    y = squares(g, n)
    sums = g.scan(wd.ADD, y, method="sequential")
    g.output(sums, "sums")
    g.output(g.map(n, lambda i: sums[i] * y[i]), "products")


@case("RAM", "GPU")
def an_array_that_begins_with_a_number(g, n):
    x = g.input("x", n)
    filled = g.repeat(
        n,
        lambda k, t: g.map([], lambda: t[k] + x[k], into=t, at=lambda: k + 1),
        g.map(n + 1, lambda j: j),
    )
    g.output(g.map(n + 1, lambda j: filled[j] * 2))


def built(name):
    build, exact = CASES[name]
    g = wd.Algorithm(name)
    build(g, wd.size("n"))
    return g, exact


@pytest.mark.parametrize("name", CASES)
def test_no_figure_is_crossed_in_any_setting(name):
    hold_in_every_setting(built(name)[0])


@pytest.mark.parametrize("name", CASES)
def test_memory_is_exact_where_it_is_told(name):
    g, exact = built(name)
    a = wd.analyze(g)
    assert {m for m in ("RAM", "GPU") if a[m].memory.relation == "="} >= set(exact), [
        (str(a[m].memory), a[m].memory.relation) for m in ("RAM", "GPU")
    ]
