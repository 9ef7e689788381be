"""What unrolling refuses, analysis refuses too: by the same words, with the sizes and indices."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings

import workdepth as wd
from strategies import algorithms
from workdepth.errors import GraphError, ModelError, SizeError, WorkdepthError
from workdepth.graph.inrange import check_ranges
from workdepth.library.entry import entries

n, m = wd.size("n"), wd.size("m")


def refused(act: Callable[[], Any], *words: str, kind: type[WorkdepthError] = GraphError) -> None:
    with pytest.raises(kind) as caught:
        act()
    for word in words:
        assert word in str(caught.value), str(caught.value)
    assert caught.value.exit_code == 2
    assert caught.value.next_step


def mapped(body: Callable[[Any, Any], Any], over: Any = n) -> Callable[[wd.Algorithm], None]:
    def build(g: wd.Algorithm) -> None:
        x = g.input("x", n)
        g.output(g.map(over, lambda i: body(x, i)))

    return build


def written(at: Callable[..., Any], extent: Any, over: Any = n) -> Callable[[wd.Algorithm], None]:
    def build(g: wd.Algorithm) -> None:
        x = g.input("x", over)
        y = g.map(over, lambda i: x[i] + 1, into=g.empty(extent), at=at)
        g.output(g.fold(wd.ADD, y))

    return build


def repeated(times: Any) -> Callable[[wd.Algorithm], None]:
    return lambda g: g.output(g.repeat(times, lambda k, s: s + 1, g.input("x")))


def summed(extent: Any) -> Callable[[wd.Algorithm], None]:
    return lambda g: g.output(g.fold(wd.ADD, g.input("x", extent)))


OUTSIDE = {
    "next": (
        mapped(lambda x, i: x[i] + x[i + 1]),
        "x[i + 1] is out of bounds: index i + 1 of dimension 0 is 1",
    ),
    "minus": (
        mapped(lambda x, i: x[i] + x[-1]),
        "x[-1] is out of bounds",
        "is -1, the extent is 1 (with n = 1, i = 0)",
    ),
    "end": (mapped(lambda x, i: x[i] + x[n]), "x[n] is out of bounds", "(at t/map1/add1)", "larger low"),
    "half": (
        mapped(lambda x, i: x[i], n / 2),
        "the upper bound of i n/2 is not an integer: 1/2 (with n = 1)",
    ),
    "above": (mapped(lambda x, i: x[i], (n, 1)), "the range of i is negative: from 2 to 1 (with n = 2)"),
    "no log": (
        mapped(lambda x, i: x[i], wd.log2(n - 1)),
        "has no value: log2(0) does not exist (with n = 1)",
    ),
    "rounds": (repeated(-3), "the number of rounds is negative: from 0 to -3", "(at t/repeat1)"),
    "few rounds": (repeated(n - 5), "the number of rounds is negative: from 0 to -4 (with n = 1)"),
    "nothing": (summed(0), "the extent 0 of x is 0", "a size is at least 1: declare", "low"),
    "less": (summed(-3), "the extent -3 of x is -3"),
    "one less": (summed(n - 1), "the extent n - 1 of x is 0 (with n = 1)"),
    "empty fold": (
        lambda g: g.output(g.fold(wd.ADD, n - 1, lambda i: i + 1)),
        "a fold over nothing: i runs from 0 to n - 1 (with n = 1)",
        "let repeat start from a value",
    ),
    "same place": (
        written(lambda i: 0, n),
        "two copies of map2 write position [0]: (with n = 2, i = 0) and (with n = 2, i = 1)",
        "a position of its own",
    ),
    "pairs": (written(lambda i: i // 2, n), "two copies of map2 write position [0]"),
    "beyond": (written(lambda i: i + 1, n), "map2 writes out of bounds: position i + 1 of dimension 0 is 1"),
    "output": (lambda g: g.output(g.input("x", n)[n]), "x[n] is out of bounds", "(at t/output)"),
    "deep": (
        mapped(lambda x, i: x.root.repeat(i + 1, lambda k, s: s + x[i + k], x[i])),
        "x[i + k] is out of bounds",
        "is 2, the extent is 2 (with n = 2, i = 1, k = 1)",
        "(at t/map1/repeat1/add1)",
    ),
}


@pytest.mark.parametrize("case", OUTSIDE)
def test_what_is_out_of_bounds_is_refused(case: str) -> None:
    build, *words = OUTSIDE[case]
    g = wd.Algorithm("t")
    build(g)
    refused(lambda: wd.analyze(g), *words)


@pytest.mark.parametrize(
    "build",
    [
        written(lambda i: n - 1 - i, n),
        written(lambda i: i ^ 1, 2, over=2),
        mapped(lambda x, i: x[i // 2] + x[i], (0, n)),
        mapped(lambda x, i: x[n * (n - 1) / 2 - n * (n - 1) / 2 + i]),
        repeated(n - 1),
    ],
)
def test_what_is_in_bounds_passes(build: Callable[[wd.Algorithm], None]) -> None:
    g = wd.Algorithm("t")
    build(g)
    check_ranges(g)


def test_a_size_that_may_be_nothing_has_been_declared_so() -> None:
    g = wd.Algorithm("t")
    k = g.size("k", low=0)
    x = g.input("x", k)
    g.output(g.map(k, lambda i: x[i] + 1))
    check_ranges(g)


def test_writing_a_part_is_no_error() -> None:
    g = wd.Algorithm("t")
    x = g.input("x", n)
    y = g.map(n, lambda i: x[i] + 1, into=g.empty(n + 1))
    g.output(g.map(n, lambda i: y[i] * 2))
    assert wd.analyze(g)["GPU"].time.at(n=4) == 2


@pytest.mark.parametrize("name", entries())
def test_the_library_is_in_bounds(name: str) -> None:
    check_ranges(entries()[name].build())


@settings(max_examples=60)
@given(algorithms())
def test_random_algorithms_are_in_bounds(g: wd.Algorithm) -> None:
    check_ranges(g)


def test_nothing_to_check() -> None:
    g = wd.Algorithm("t")
    summed(n)(g)
    for act in (lambda: wd.check(g, upto=0), lambda: wd.check(g, n=[])):
        refused(act, "no sizes to check at", kind=SizeError)
    refused(lambda: wd.check(g, upto=2.5), "upto is 2.5", kind=SizeError)
    refused(lambda: wd.check(g, upto="many"), "upto is 'many'", kind=SizeError)


def test_an_unknown_switch() -> None:
    g = wd.Algorithm("t")
    summed(n)(g)
    refused(
        lambda: wd.analyze(g, foo="bar"), "there is no switch 'foo'", "phases, cells, inputs", kind=ModelError
    )


def test_an_oracle_of_other_names() -> None:
    g = wd.Algorithm("t")
    summed(n)(g)
    refused(
        lambda: wd.check(g, oracle=lambda y: y.sum(), n=[2]),
        "does not take the inputs by name",
        "let it take: x",
    )


@pytest.mark.parametrize("act", [wd.check, wd.run, wd.analyze, wd.unroll])
def test_a_name_is_no_graph(act: Callable[[Any], Any]) -> None:
    refused(
        lambda: act("sum"), "'sum' is a text, not a graph", "workdepth.library.entry_named('sum').build()"
    )


def test_the_library_is_there_at_first_use() -> None:
    assert wd.library.entry_named("sum").build().name == "sum"
    assert "library" in dir(wd)
