"""What a beginner writes wrong: each is refused by what is wrong, where, and what to do."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import workdepth as wd
from workdepth.errors import GraphError, SizeError, WorkdepthError
from workdepth.graph.ops import Op

n = wd.size("n")


def refused(act: Callable[[], Any], *words: str, kind: type[WorkdepthError] = GraphError) -> None:
    with pytest.raises(kind) as caught:
        act()
    for word in words:
        assert word in str(caught.value), str(caught.value)
    assert caught.value.next_step


def start() -> tuple[wd.Algorithm, Any]:
    g = wd.Algorithm("g")
    return g, g.input("x", n)


# A body that raises


@pytest.mark.parametrize("kind", ["map", "fold", "scan", "repeat"])
def test_an_error_in_a_body_leaves_its_scope(kind: str) -> None:
    g, x = start()

    def wrong(i: Any, *state: Any) -> Any:
        g.map(n, lambda j: 1 / 0)

    build = {
        "map": lambda: g.map(n, wrong),
        "fold": lambda: g.fold(wd.ADD, n, wrong),
        "scan": lambda: g.scan(wd.ADD, n, wrong),
        "repeat": lambda: g.repeat(n, wrong, x[0]),
    }
    with pytest.raises(ZeroDivisionError):
        build[kind]()
    g.output(g.fold(wd.ADD, n, lambda i: x[i]))
    assert wd.run(g, x=[1, 2]) == 3


def test_a_body_that_returns_what_is_no_value_leaves_its_scope() -> None:
    g, x = start()
    refused(lambda: g.map(n, lambda i: None), "None is not a value of this graph", "use inputs, results")
    refused(lambda: g.map(n, lambda i: ()), "a body returns nothing")
    g.output(g.fold(wd.ADD, x))
    assert wd.run(g, x=[1, 2]) == 3


# Values


def test_values_are_not_compared() -> None:
    _, x = start()
    for act in (
        lambda: x[0] == 1,
        lambda: x[0] != x[1],
        lambda: x[0] in [x[1]],
        lambda: np.float64(1) == x[0],
    ):
        refused(act, "cannot be compared by == or !=", "the op equal, and select")
    assert len({x, x}) == 1
    assert x in [x]


def test_operators_with_a_number_on_the_left() -> None:
    g = wd.Algorithm("operators")
    x = g.input("x", n)
    each: list[Callable[[Any], Any]] = [
        lambda a: 7 // a,
        lambda a: 7 % a,
        lambda a: 2**a,
        lambda a: a & 1,
        lambda a: 6 | a,
        lambda a: np.int64(6) ^ a,
        lambda a: a > 2,
        lambda a: a >= 3,
        lambda a: np.int64(3) > a,
        lambda a: np.int32(7) // a,
        lambda a: np.float64(2) * a,
        lambda a: a * np.float32(0.5),
        lambda a: np.float64(2) < a,
    ]
    for k, act in enumerate(each):
        g.output(g.map(n, lambda i, act=act: act(x[i])), f"y{k}")
    found = wd.run(g, x=np.array([1, 3, 5]))
    for k, act in enumerate(each):
        assert found[f"y{k}"].tolist() == act(np.array([1, 3, 5])).tolist()


def test_an_index_left_of_a_comparison() -> None:
    g, x = start()
    g.output(g.map(n, lambda i: i < x[i]))
    assert wd.run(g, x=[0, 2, 1]).tolist() == [False, True, False]


def test_numpy_does_not_take_values() -> None:
    _, x = start()
    refused(lambda: np.sqrt(x[0]), "NumPy's sqrt does not take x[0]", "use the op of that name with apply")
    refused(lambda: np.add.reduce(x), "NumPy's add does not take x")
    refused(lambda: np.array([1, 2]) * x[0], "NumPy's multiply does not take x[0]")
    refused(lambda: math.sqrt(x[0]), "x[0] is no number", "workdepth.SQRT")


def test_a_value_prints_in_a_few_words() -> None:
    g, x = start()
    assert repr(x[n - 1]) == "<value x[n - 1] of g>"
    assert repr(wd.Algorithm().input("y")) == "<value y of an algorithm>"
    refused(lambda: g.input("y", x[0]), "<value x[0] of g> is no size", "x.shape")


# Ops and bodies


@pytest.mark.parametrize("op", ["add", np.add, max, None])
def test_what_is_no_op(op: Any) -> None:
    g, x = start()
    acts: list[Callable[[], Any]] = [
        lambda: g.apply(op, x[0], x[1]),
        lambda: g.fold(op, x),
        lambda: g.scan(op, x),
        lambda: g.fold(op, n, lambda i: x[i], order="left"),
    ]
    for act in acts:
        refused(act, "is not an op (at g)", "op_named('add')" if op == "add" else "workdepth.ADD")
    refused(lambda: g.scatter(x, x, x, np.add), "add is not an op")


def test_functions_of_the_wrong_parameters() -> None:
    g, x = start()
    refused(
        lambda: g.map(n, lambda i, j: x[i]), "<lambda>(i, j) is given 1 argument ", "one index for each range"
    )
    refused(lambda: g.map([n, n], lambda i: x[i]), "<lambda>(i) is given 2 arguments")
    refused(lambda: g.fold(wd.ADD, n, lambda: x[0]), "<lambda>() is given 1 argument")
    refused(
        lambda: g.repeat(n, lambda s: s, x[0]),
        "is given 2 arguments",
        "the round, then each value of the state",
    )
    refused(
        lambda: g.map([n, lambda: n], lambda i, j: x[i]), "<lambda>() is given 1 argument", "before its own"
    )
    refused(lambda: g.map(n, x), "<value x of g> is not a function", "one index for each range")
    refused(lambda: g.map(n, 5), "5 is not a function")
    refused(lambda: g.map(n, max), "the function max does not say what it takes", "write one that takes")
    refused(lambda: g.map(n, lambda i: x[i], into=x, at=5), "5 is not a function")
    refused(lambda: g.map(n, lambda i: x[i], into=x, at=lambda: 0), "<lambda>() is given 1 argument")
    refused(lambda: g.map(n, lambda i: x[i], at=lambda i: i), "no array to write into", "into=")
    refused(lambda: g.map(n, lambda i: x[i], into=5), "5 is no array to write into", "empty(...)")


def test_what_is_no_range_or_extent() -> None:
    g, x = start()
    refused(lambda: g.map((1, 2, 3), lambda i: x[i]), "(1, 2, 3) is not a range", "(low, high)")
    refused(lambda: g.map(x, lambda i: x[i]), "<value x of g> is no size", "x.shape")
    refused(lambda: g.input("y", [1, 2, 3]), "[1, 2, 3] is not one extent", "write 1, 2, 3, without brackets")
    refused(lambda: g.input("y", (n, n)), "(n, n) is not one extent", "write n, n, without brackets")
    refused(lambda: g.input("y", np.array([3])), "an array of NumPy is no size or index")
    refused(lambda: g.repeat(np.arange(2), lambda k, s: s, x[0]), "an array of NumPy is no size or index")
    refused(lambda: x[np.array([1, 2])], "an array of NumPy")
    refused(lambda: g.after(x, 5), "5 is not a value, and only values wait for each other", "returned")
    refused(lambda: g.after(5, x), "5 is not a value")


# Names


def test_names_of_inputs_and_sizes() -> None:
    g, x = start()
    refused(lambda: g.input(5), "an input is called 5", 'input("x", n)')
    refused(lambda: g.input(""), "an input is called ''")
    refused(lambda: g.input(n, "x"), "an input is called n", "name it first, then give its extents")
    refused(lambda: g.constant(n, "x"), "an input is called n")
    refused(lambda: g.output(x, 5), "an output is called 5", "by a text")
    refused(lambda: g.fold(wd.ADD, x, order="up"), "the order of a fold is 'up'", "tree, left")
    refused(lambda: g.size(5), "a size is called 5")
    refused(lambda: wd.Algorithm(5), "an algorithm is called 5")
    g.map(n, lambda i: x[i])
    refused(lambda: g.input("i"), "'i' is both an input and a loop index")
    for text in ("max", "min", "log2", "floor", "ceiling"):
        refused(
            lambda text=text: g.size(text), f"no size can be called {text!r}", "a function in expressions"
        )
    h = wd.Algorithm("h")
    i = h.input("i", n)
    h.output(h.map(n, lambda i_: i[i_]))
    h.output(h.map(n, lambda i: x if i is None else i), "indices")
    assert wd.run(h, i=[5, 6])["indices"].tolist() == [0, 1]


def test_domains_that_are_none() -> None:
    g = wd.Algorithm("g")
    refused(lambda: g.size("n", low=1.5), "'n': low is 1.5", "give an integer", kind=SizeError)
    refused(lambda: g.size("n", high="8"), "'n': high is '8'", kind=SizeError)
    refused(lambda: g.size("n", power_of=2.0), "'n': power_of is 2.0", kind=SizeError)
    refused(lambda: g.size("n", 5, 7, 2), "no power of 2 between 5 and 7 for 'n'", kind=SizeError)
    assert g.size("n", 5, np.int64(8), 2) is not None


def test_ops_that_are_none() -> None:
    refused(lambda: Op("", 1, "sin"), "an op is called ''", "name it")
    refused(lambda: Op(3, 1, "sin"), "an op is called 3")
    refused(lambda: Op("a", 1, 3), "op 'a': the function is 3", "NumPy")
    refused(lambda: Op("a", 1, "sin", work=10**30), "op 'a': work is above 1000000000")
    refused(lambda: Op("a", 10**9, "sin"), "op 'a': arity is above 1000")


@pytest.mark.parametrize("number", [np.int32(2), np.uint8(2), np.float32(2), np.float64(2)])
def test_scalars_of_numpy_are_literals(number: Any) -> None:
    g, x = start()
    g.output(g.map(n, lambda i: x[i] * number))
    assert wd.run(g, x=[1, 2]).tolist() == [2, 4]


# Running


def broken(a: Any) -> Any:
    raise KeyError("lost")


@pytest.mark.parametrize(
    ("function", "words"),
    [
        ("no_such", "op 'odd': NumPy has no function 'no_such'"),
        (broken, "op 'odd' refuses operands of type int64: 'lost'"),
        (lambda a: None, "a NoneType, no numbers"),
        (lambda a: "text", "a str, no numbers"),
        (lambda a: [[1], [2, 3]], "a list, no numbers"),
        (lambda a: np.zeros(7), "a result of shape (7,)"),
    ],
)
def test_an_op_that_fails_is_named(function: Any, words: str) -> None:
    g, x = start()
    g.output(g.map(n, lambda i: g.apply(Op("odd", 1, function), x[i])))
    refused(lambda: wd.run(g, x=np.array([1, 2])), words, *["map1/odd1"] * (function != "no_such"))


def test_an_op_of_two_results_that_yields_one() -> None:
    g, x = start()
    g.output(g.map(n, lambda i: g.apply(Op("odd", 1, lambda a: None, results=2), x[i])[0]))
    refused(lambda: wd.run(g, x=np.array([1, 2])), "a NoneType for 2 results", "map1/odd1")


def test_a_size_of_400_digits() -> None:
    g, x = start()
    g.output(g.fold(wd.ADD, x))
    refused(lambda: wd.unroll(g, n=10**400), "n has 1329 bits, too many to unroll", kind=SizeError)
