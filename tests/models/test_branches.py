"""Branches and blocks in both models, against the unrolled graph in every choice of cases."""

from __future__ import annotations

from collections.abc import Callable

import pytest

import workdepth as wd
from workdepth.models.conventions import Conventions, every_convention


def either() -> wd.Algorithm:
    g = wd.Algorithm("either")
    n = wd.size("n")
    x, y = g.input("x", n), g.input("y")
    g.output(g.branch(g.apply(wd.LESS, x[0], y), lambda: g.fold(wd.ADD, x), lambda: x[0] * y))
    return g


def in_each_copy() -> wd.Algorithm:
    g = wd.Algorithm("in each copy")
    n = wd.size("n")
    x, y = g.input("x", n), g.input("y", n)
    less = lambda i: g.apply(wd.LESS, x[i], y[i])  # noqa: E731
    g.output(g.map(n, lambda i: g.branch(less(i), lambda: y[i] - x[i], lambda: (x[i] - y[i]) * 2)))
    return g


def in_rounds() -> wd.Algorithm:
    g = wd.Algorithm("in rounds")
    n, m = wd.size("n"), wd.size("m")
    x, s = g.input("x", m), g.input("s")
    g.output(g.repeat(n, lambda k, s: g.switch(s, lambda: s + k, lambda: g.fold(wd.ADD, x), lambda: s), s))
    return g


def nested() -> wd.Algorithm:
    g = wd.Algorithm("nested")
    n = wd.size("n")
    x, y = g.input("x", n), g.input("y")

    def inner() -> object:
        doubled = g.map(n, lambda i: x[i] * 2)
        return g.branch(y, lambda: g.fold(wd.MAXIMUM, doubled), lambda: doubled[0])

    g.output(g.branch(x[0], inner, lambda: y))
    return g


def likely() -> wd.Algorithm:
    g = wd.Algorithm("likely")
    x = g.input("x", wd.size("n"))
    g.output(g.branch(x[0], lambda: g.fold(wd.ADD, x), lambda: x[0] + 1, probabilities=(0.25, 0.75)))
    return g


APART = 9  # how far apart the settings are that one graph is held to; the graphs take turns


def some_settings(first: int) -> list[Conventions]:
    return list(every_convention())[first % APART :: APART]


BUILT = (either, in_each_copy, in_rounds, nested, likely)


@pytest.mark.parametrize("build", BUILT)
def test_every_setting_holds_in_every_case(build: Callable[[], wd.Algorithm]) -> None:
    g = build()
    for conventions in some_settings(BUILT.index(build)):
        report = wd.check(g, upto=4, conventions=conventions)
        assert len(report.points.values) >= 4


def test_a_case_that_is_the_worst_in_all_figures_keeps_them_exact() -> None:
    time = wd.analyze(in_each_copy())["GPU"].time
    assert (str(time), time.relation) == ("3", "=")
    each = wd.analyze(either())["GPU"]
    assert {each.time.relation, each.threads.relation} == {"<="}, "a product is longer than no sum at n = 1"


def test_expected_work_is_an_estimate_and_memory_the_worst_case() -> None:
    costs = wd.analyze(likely())
    assert (str(costs["RAM"].time), costs["RAM"].time.relation) == ("n/4 + 1/2", "~")
    assert str(costs["GPU"].threads) == "max(1, floor(n/2))"


def test_forty_branches_in_sequence_keep_forty_maxima() -> None:
    g = wd.Algorithm("chain")
    v = g.input("v")
    for k in range(40):
        a, b = wd.size(f"a{k}"), wd.size(f"b{k}")
        one = lambda a=a, v=v: g.repeat(a, lambda q, s: s + 1, v)  # noqa: E731
        other = lambda b=b, v=v: g.repeat(b, lambda q, s: s * 2, v)  # noqa: E731
        v = g.branch(v, one, other)
    g.output(v)
    time = wd.analyze(g)["GPU"].time
    assert str(time).count("max(") == 40
    assert time.at(**{f"{c}{k}": k + 1 if c == "a" else 3 for c in "ab" for k in range(40)}) == sum(
        max(k + 1, 3) for k in range(40)
    )


def test_a_block_counts_as_declared() -> None:
    g = wd.Algorithm("sorted sum")
    n = wd.size("n")
    y = g.block("sort", g.input("x", n), shape=n, work=n * 20, span=100, threads=n, memory=2 * n)
    g.output(g.fold(wd.ADD, y))
    costs = wd.analyze(g)
    assert str(costs["RAM"].time) == "21*n - 1"
    assert str(costs["GPU"].memory) == "3*n"
    assert costs.declared == ("block1 (sort): work 20*n, span 100, threads n, memory 2*n",)
    with pytest.raises(
        wd.errors.GraphError, match="opaque block: its costs are declared, it has no operations"
    ):
        wd.unroll(g, n=4)


def test_an_op_priced_by_a_size_costs_it_in_every_setting() -> None:
    n, k = wd.size("n"), wd.size("k")
    longer = wd.Op("longer", 2, "maximum", work=k, associative=True)
    g = wd.Algorithm("longest")
    x = g.input("x", n)
    g.output(g.fold(longer, n, lambda i: g.apply(wd.Op("load-key", 1, "abs", work=2 * k), x[i])))
    costs = wd.analyze(g)
    assert str(costs["GPU"].time) == "2*k + k*ceiling(log2(n))"
    assert costs.declared == ("op longer: work k", "op load-key: work 2*k")
    for conventions in some_settings(3):
        wd.check(g, n=range(1, 5), k=range(1, 3), conventions=conventions)


def test_a_price_is_a_whole_number_of_at_least_one() -> None:
    n = wd.size("n")
    g = wd.Algorithm("halved")
    x = g.input("x", n)
    g.output(g.map(n, lambda i: g.apply(wd.Op("half", 1, "abs", work=n / 2), x[i])))
    with pytest.raises(wd.errors.GraphError, match=r"the price n/2 of op 'half' is 3/2 \(with n = 3\)"):
        wd.unroll(g, n=3)


def test_a_price_is_tried_at_the_smallest_sizes() -> None:
    n = wd.size("n")
    g = wd.Algorithm("cheap")
    x = g.input("x", n)
    g.output(g.map(n, lambda i: g.apply(wd.Op("less", 1, "abs", work=n - 1), x[i])))
    with pytest.raises(wd.errors.GraphError, match=r"the price n - 1 of op 'less' is 0 \(with n = 1\)"):
        wd.analyze(g)
