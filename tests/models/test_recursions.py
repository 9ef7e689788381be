"""Recursions in both models: closed forms against the unrolled graph, in every setting."""

from __future__ import annotations

from collections.abc import Callable

import pytest

import workdepth as wd
from workdepth.errors import GraphError, ModelError
from workdepth.library import entry_named
from workdepth.models.conventions import Conventions, every_convention
from workdepth.symbolic import ceiling, floor


def halving() -> wd.Algorithm:
    g = wd.Algorithm("halving")
    n = g.size("n", power_of=2)
    x = g.input("x", n)
    g.base(n, 1, lambda: x[0])
    left = g.call(g, g.map(n / 2, lambda i: x[i]), n=n / 2)
    g.output(left + g.call(g, g.map(n / 2, lambda j: x[j + n / 2]), n=n / 2))
    return g


def uneven() -> wd.Algorithm:
    g = wd.Algorithm("uneven")
    n = g.size("n")
    x = g.input("x", n)
    g.base(n, 1, lambda: x[0])
    low = floor(n / 2)
    left = g.call(g, g.map(low, lambda i: x[i]), n=low)
    g.output(left + g.call(g, g.map(ceiling(n / 2), lambda j: x[j + low]), n=ceiling(n / 2)))
    return g


def doubled(memoised: bool) -> wd.Algorithm:
    g = wd.Algorithm("doubled")
    n = g.size("n", low=0)
    x = g.input("x")
    g.base(n, 1, lambda: x)
    g.output(g.call(g, x, n=n - 1, memoised=memoised) * g.call(g, x, n=n - 2, memoised=memoised))
    return g


def naive() -> wd.Algorithm:
    return doubled(memoised=False)


def once() -> wd.Algorithm:
    return doubled(memoised=True)


def through_others() -> wd.Algorithm:
    dot = wd.Algorithm("dot")
    m = dot.size("m")
    a, b = dot.input("a", m), dot.input("b", m)
    dot.output(dot.fold(wd.ADD, m, lambda i: a[i] * b[i]))
    g = wd.Algorithm("through others")
    n = wd.size("n")
    x = g.input("x", n)
    g.output(g.call(dot, x, x, m=n) + g.call(uneven(), x, n=n))
    return g


def in_a_map() -> wd.Algorithm:
    g = wd.Algorithm("in a map")
    n = g.size("n", power_of=2)
    x = g.input("x", n)
    g.base(n, 1, lambda: x[0])
    halves = g.map(2, lambda q: g.call(g, g.map(n / 2, lambda i: x[q * n / 2 + i]), n=n / 2))
    g.output(g.fold(wd.MAXIMUM, halves))
    return g


def working_bases() -> wd.Algorithm:
    """Memoised calls that reach two base cases, both of which do work, of unequal length."""
    g = wd.Algorithm("working bases")
    n = g.size("n", low=0)
    x = g.input("x")
    g.base(n, 1, lambda: g.repeat(3 - 2 * n, lambda k, s: s + 1, x))
    g.output(g.call(g, x, n=n - 1, memoised=True) * g.call(g, x, n=n - 2, memoised=True))
    return g


def likely() -> wd.Algorithm:
    g = wd.Algorithm("likely")
    n = g.size("n", low=0)
    x = g.input("x")
    g.base(n, 0, lambda: x)
    y = g.call(g, x, n=n - 1)
    g.output(g.branch(y, lambda: y + 1, lambda: y * 2 * 3, probabilities=(0.5, 0.5)))
    return g


def calls_a_likely_one() -> wd.Algorithm:
    g = wd.Algorithm("calls a likely one")
    n = g.size("n", low=0)
    g.output(g.call(likely(), g.input("x"), n=n) + 1)
    return g


def base_that_calls() -> wd.Algorithm:
    twice = wd.Algorithm("twice")
    twice.output(twice.input("a") * 2)
    g = wd.Algorithm("base that calls")
    n = g.size("n", low=0)
    x = g.input("x")
    g.base(n, 0, lambda: g.call(twice, x))
    g.output(g.call(g, x, n=n - 1) + 1)
    return g


APART = 9  # how far apart the settings are that one graph is held to; the graphs take turns


def some_settings(first: int) -> list[Conventions]:
    return list(every_convention())[first % APART :: APART]


BUILT = (
    halving,
    uneven,
    naive,
    once,
    through_others,
    in_a_map,
    working_bases,
    likely,
    calls_a_likely_one,
    base_that_calls,
)


@pytest.mark.parametrize("build", BUILT)
def test_every_setting_holds(build: Callable[[], wd.Algorithm]) -> None:
    g = build()
    for conventions in some_settings(BUILT.index(build)):
        assert wd.check(g, upto=5, conventions=conventions).points.values


@pytest.mark.parametrize(
    ("build", "time", "span"),
    [
        (halving, "n - 1", "log2(n)"),
        (uneven, "n - 1", "ceiling(log2(n))"),
        (once, "max(0, n - 1)", "max(0, n - 1)"),
        (through_others, "3*n - 1", "ceiling(log2(n)) + 2"),
        (in_a_map, "n - 1", "log2(n)"),
    ],
)
def test_time_and_span_are_exact(build: Callable[[], wd.Algorithm], time: str, span: str) -> None:
    costs = wd.analyze(build())
    assert (str(costs["RAM"].time), costs["RAM"].time.relation) == (time, "=")
    assert (str(costs["GPU"].time), costs["GPU"].time.relation) == (span, "=")


def test_naive_calls_grow_as_phi_to_the_n() -> None:
    costs = wd.analyze(naive())
    assert str(costs["RAM"].time.growth) == "phi**n"
    assert [costs["RAM"].time.at(n=k) for k in range(8)] == [0, 0, 1, 2, 4, 7, 12, 20]
    assert str(costs["GPU"].time) == "max(0, n - 1)"


def test_more_than_one_size_that_changes_is_refused() -> None:
    g = wd.Algorithm("two")
    n, m = g.size("n", low=0), g.size("m", low=0)
    x = g.input("x")
    g.base(n, 0, lambda: x)
    g.output(g.call(g, x, n=n - 1, m=m + 1) + 1)
    with pytest.raises(ModelError, match=r"two calls itself with another m: m \+ 1; let only n change"):
        wd.analyze(g)


def test_a_base_without_a_call_is_refused() -> None:
    g = wd.Algorithm("idle")
    n = g.size("n")
    x = g.input("x", n)
    g.base(n, 1, lambda: x[0])
    g.output(g.fold(wd.ADD, x))
    with pytest.raises(ModelError, match="idle has a base case, but never calls itself"):
        wd.analyze(g)


def test_a_recursion_that_does_not_shrink_is_refused_by_both() -> None:
    g = wd.Algorithm("endless")
    n = g.size("n", low=0)
    x = g.input("x")
    g.base(n, 0, lambda: x)
    g.output(g.call(g, x, n=ceiling(n / 2)) + 1)
    for ask in (wd.analyze, lambda g: wd.unroll(g, n=4)):
        with pytest.raises(GraphError, match="endless at n = 1 calls itself at n = 1: it does not shrink"):
            ask(g)


@pytest.mark.parametrize("name", ["karatsuba", "strassen", "merge-sort-serial-merge", "fibonacci-fork-join"])
def test_the_library_holds_where_threads_are_spawned(name: str) -> None:
    found = wd.check(entry_named(name).build(), upto=8, conventions=Conventions(spawn="fork-join"))
    assert found.points.values


@pytest.mark.parametrize("build", [likely, calls_a_likely_one])
def test_an_expected_time_is_an_estimate_in_a_recursion_too(build: Callable[[], wd.Algorithm]) -> None:
    costs = wd.analyze(build())
    assert {costs[m].time.relation for m in ("RAM", "GPU")} == {"~"}
    assert costs["RAM"].work.at(n=4) == 6 + (build is calls_a_likely_one)


def test_a_base_case_loads_only_what_it_takes() -> None:
    g = wd.Algorithm("takes one")
    n = g.size("n")
    x, y = g.input("x"), g.input("y")
    g.base(n, 1, lambda: x)
    g.output(g.call(g, x, y, n=n - 1) + y)
    time = wd.analyze(g, inputs="loaded")["RAM"].time
    assert (str(time), time.relation) == ("n + 1", "<=")
    assert wd.check(g, upto=4, conventions=Conventions(inputs="loaded"))


def pairs_of_calls() -> wd.Algorithm:
    g = wd.Algorithm("pairs of calls")
    n = g.size("n")
    x = g.input("x", n)
    g.base(n, 1, lambda: g.map(n, lambda i: g.apply(wd.COPY, x[i])))
    low = g.call(g, g.map(n - 1, lambda i: x[i]), n=n - 1)
    high = g.call(g, g.map(n - 1, lambda i: x[i + 1]), n=n - 1)
    sums = g.map(n - 1, lambda i: low[i] + high[i])
    g.output(g.map(n - 1, lambda i: sums[i], into=g.map(n, lambda i: x[i]), at=lambda i: i + 1))
    return g


def test_without_phases_all_that_calls_make_may_be_there_at_once() -> None:
    g = wd.Algorithm("sum of pairs")
    n = wd.size("n")
    g.output(g.fold(wd.ADD, g.call(pairs_of_calls(), g.input("x", n), n=n)))
    assert wd.check(g, n=range(1, 8), conventions=Conventions(phases="dataflow"))


def test_words_that_grow_as_a_logarithm_are_told_from_size_0_on() -> None:
    """A logarithm has no value at 0, where the base case has its own."""
    g = wd.Algorithm("logarithmic words")
    n = g.size("n", low=0)
    x = g.input("x")
    g.base(n, 1, lambda: x)
    g.output(g.call(g, x, n=n - 1) + n + g.fold(wd.ADD, (0, n), lambda i: g.apply(wd.COPY, i)))
    assert str(wd.analyze(g)["RAM"].memory) == "floor(log2(max(2, n))) + 2"
    assert wd.check(g, upto=6)
