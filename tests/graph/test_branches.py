"""Branches and switches: built, refused, unrolled case by case, run against Python."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from typing import Any

import networkx as nx
import numpy as np
import pytest

import workdepth as wd
from choice_graphs import distances, switched
from workdepth.errors import GraphError
from workdepth.graph.decisions import branches_of
from workdepth.graph.rewriting import without_probabilities
from workdepth.graph.unroll import unroll
from workdepth.graph.wellformed import check_graph
from workdepth.symbolic import as_expr, name

RNG = np.random.default_rng(11)


# Run


def test_a_branch_in_a_map() -> None:
    x, y = RNG.integers(0, 9, 30), RNG.integers(0, 9, 30)
    assert (wd.run(distances(), x=x, y=y) == np.where(x < y, y - x, 2 * (x - y))).all()


def test_a_switch_of_three() -> None:
    x = np.array([3, 9, 4])
    assert [int(wd.run(switched(), which=k, x=x)) for k in range(3)] == [16, 9, 3]


@pytest.mark.parametrize("number", [3, -1, 10**6])
def test_a_switch_by_no_case(number: int) -> None:
    with pytest.raises(
        GraphError, match=f"a switch of 3 cases is given the number {number}.*let the condition name a case"
    ):
        wd.run(switched(), which=number, x=[1, 2])


def test_any_number_but_0_is_true() -> None:
    g = wd.Algorithm("sign")
    x = g.input("x")
    g.output(g.branch(x, lambda: 1, lambda: 0))
    assert [int(wd.run(g, x=v)) for v in (0, 1, 7, -2)] == [0, 1, 1, 1]


def test_nested_branches() -> None:
    g = wd.Algorithm("middle")
    a, b, c = g.input("a"), g.input("b"), g.input("c")
    less = lambda p, q: g.apply(wd.LESS, p, q)  # noqa: E731

    def below() -> Any:  # a < b
        return g.branch(less(b, c), lambda: b, lambda: g.branch(less(a, c), lambda: c, lambda: a))

    def above() -> Any:
        return g.branch(less(a, c), lambda: a, lambda: g.branch(less(b, c), lambda: c, lambda: b))

    g.output(g.branch(less(a, b), below, above))
    for values in np.ndindex(3, 3, 3):
        assert wd.run(g, a=values[0], b=values[1], c=values[2]) == sorted(values)[1]


def test_branches_in_rounds_and_in_leaves() -> None:
    g = wd.Algorithm("collatz")
    n = g.size("n")
    x, rounds = g.input("x", n), g.size("r")

    def step(_: Any, v: Any) -> Any:
        return g.branch(
            g.apply(wd.REMAINDER, v, 2), lambda: v * 3 + 1, lambda: g.apply(wd.FLOOR_DIVIDE, v, 2)
        )

    after = g.map(n, lambda i: g.repeat(rounds, step, x[i]))
    odd = lambda j: g.branch(g.apply(wd.REMAINDER, after[j], 2), lambda: 1, lambda: 0)  # noqa: E731
    g.output(after)
    g.output(g.fold(wd.ADD, n, odd), "odd")
    x = RNG.integers(1, 99, 20)
    want = x.copy()
    for _ in range(5):
        want = np.where(want % 2, 3 * want + 1, want // 2)
    found = wd.run(g, x=x, r=5)
    assert (found["result"] == want).all()
    assert found["odd"] == (want % 2).sum()


def test_a_branch_of_several_arrays() -> None:
    g = wd.Algorithm("swap")
    n = g.size("n")
    flag, x, y = g.input("flag"), g.input("x", n), g.input("y", n)
    copy = lambda a: g.map(n, lambda i: a[i])  # noqa: E731
    first, second = g.branch(flag, lambda: (copy(y), copy(x)), lambda: (copy(x), copy(y)))
    g.output(first)
    g.output(second, "second")
    found = wd.run(g, flag=1, x=[1, 2], y=[3, 4])
    assert found["result"].tolist() == [3, 4]
    assert found["second"].tolist() == [1, 2]


# Unrolled


def test_a_chosen_case_is_all_there_is() -> None:
    g = switched()
    assert branches_of(g).keys() == {"switch1"}
    assert [unroll(g, n=8, cases={"switch1": k}).operations for k in range(2)] == [7, 7]


def test_a_case_holds_for_all_copies() -> None:
    (path,) = branches_of(distances())
    assert path == "map1/branch2"
    assert [unroll(distances(), n=6, cases={path: k}).operations for k in (0, 1)] == [18, 12]


@pytest.mark.parametrize(
    ("cases", "words"),
    [
        (None, r"no case is chosen for switch1.*give cases=\{'switch1': k\}, with k below 3"),
        ({"switch2": 0}, "no case is chosen for switch1"),
        ({"switch1": 3}, "case 3 of switch1, which has 3.*give a whole number below 3"),
        ({"switch1": -1}, "case -1 of switch1"),
        ({"switch1": True}, "case True of switch1"),
        ({"switch1": 1.0}, r"case 1\.0 of switch1"),
    ],
)
def test_cases_that_there_are_not(cases: Any, words: str) -> None:
    with pytest.raises(GraphError, match=words):
        unroll(switched(), n=4, cases=cases)


def test_probabilities_are_one_a_case_in_the_order_of_the_cases() -> None:
    kind = branches_of(switched(probabilities=(0.5, Fraction(1, 4), 0.25)))["switch1"]
    assert [str(p) for p in kind.probabilities] == ["1/2", "1/4", "1/4"]
    g = wd.Algorithm("often")
    x = g.input("x")
    g.output(g.branch(x, lambda: x, lambda: x + 1, probabilities=(0.9, 0.1)))
    (kind,) = branches_of(g).values()
    assert [str(p) for p in kind.probabilities] == ["1/10", "9/10"]  # case 0 is "otherwise"
    assert not next(iter(branches_of(without_probabilities(g)).values())).probabilities
    assert branches_of(g)["branch1"].probabilities


# Refused as it is built


def build(make: Callable[[wd.Algorithm, Any, Any], Any]) -> Callable[[], Any]:
    def run() -> Any:
        g = wd.Algorithm("bad")
        n = g.size("n")
        x, c = g.input("x", n), g.input("c")
        return make(g, x, c)

    return run


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda g, x, c: g.branch(x, lambda: 1, lambda: 2), "a branch of 2 cases by an array.*give one word"),
        (lambda g, x, c: g.switch(c, lambda: 1), "a switch of 1 cases.*two functions or more"),
        (lambda g, x, c: g.switch(c), "a switch of 0 cases"),
        (
            lambda g, x, c: g.branch(c, lambda: x, lambda: c),
            r"case 1 yields \(n\), case 0 \(\).*values of the same shapes",
        ),
        (
            lambda g, x, c: g.branch(c, lambda: (c, c), lambda: c),
            r"case 1 yields \(\) and \(\), case 0 \(\)",
        ),
        (
            lambda g, x, c: g.branch(c, lambda: 1, lambda: 2, probabilities=(0.5,)),
            "1 probabilities for 2 cases.*one for each case",
        ),
        (
            lambda g, x, c: g.branch(c, lambda: 1, lambda: 2, probabilities=(0.5, 0.6)),
            "the probabilities 3/5, 1/2 sum to 11/10.*sum to 1",
        ),
        (
            lambda g, x, c: g.branch(c, lambda: 1, lambda: 2, probabilities=(1.5, -0.5)),
            "a probability is not between 0 and 1",
        ),
        (lambda g, x, c: g.branch(c, lambda i: i, lambda: 2), "is given 0 arguments.*let it take nothing"),
        (lambda g, x, c: g.branch(c, lambda: "a", lambda: 2), "'a' is not a value of this graph"),
        (lambda g, x, c: g.branch("c", lambda: 1, lambda: 2), "'c' is not a value of this graph"),
        (lambda g, x, c: g.branch(c, lambda: 1, 2), "2"),
        (
            lambda g, x, c: g.branch(c, lambda: 1, lambda: 2, probabilities=("a", "b")),
            "the probabilities b, a sum to a \\+ b",
        ),
        (
            lambda g, x, c: g.branch(c, lambda: 1, lambda: 2, probabilities=0.5),
            "the probabilities are 0.5.*a number for each case",
        ),
        (
            lambda g, x, c: g.branch(c, lambda: 1, lambda: 2, probabilities=(float("nan"), 0.5)),
            "a probability is nan.*between 0 and 1",
        ),
    ],
)
def test_refused(make: Callable[..., Any], words: str) -> None:
    with pytest.raises(wd.WorkdepthError, match=words):
        build(make)()


def test_a_value_does_not_leave_its_case() -> None:
    g = wd.Algorithm("leak")
    x = g.input("x")
    kept = []
    g.branch(x, lambda: kept.append(x + 1) or x, lambda: x)
    with pytest.raises(GraphError, match="belongs to a body that has ended"):
        g.output(kept[0] + 1)


# Refused as it is checked


def changed(**fields: Any) -> wd.Algorithm:
    g = switched()
    g.nodes["switch1"]["kind"] = replace(g.nodes["switch1"]["kind"], **fields)
    return g


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"cases": ()}, "a branch has fewer than two cases"),
        ({"cases": (1, 2)}, "a case of a branch is not an Algorithm"),
        ({"cases": [wd.Algorithm(), wd.Algorithm()]}, "fewer than two cases"),
        ({"probabilities": (0.5, 0.5)}, r"the probabilities are \(0.5, 0.5\)"),
        ({"probabilities": (as_expr(1),)}, "the probabilities 1 are not one a case, with the sum 1"),
        ({"probabilities": (name("q"), 1 - name("q"), as_expr(0))}, "q.* names 'q', which is neither a size"),
        ({"cases": (wd.Algorithm(), wd.Algorithm())}, r"case 0 of switch1 does not yield \(\)"),
    ],
)
def test_fields_that_are_wrong(fields: Any, words: str) -> None:
    with pytest.raises(GraphError, match=words):
        check_graph(changed(**fields))


def test_shapes_that_are_wrong() -> None:
    g = switched()
    g.nodes["switch1"]["shapes"] = ((name("n"),),)
    with pytest.raises(GraphError, match=r"case 0 of switch1 does not yield \(n\)"):
        check_graph(g)


# networkx


def test_networkx_copies_and_views() -> None:
    g = distances()
    x, y = RNG.integers(0, 9, 5), RNG.integers(0, 9, 5)
    for other in (g.copy(), g.subgraph(list(g)).copy(), g.reverse().reverse()):
        assert (wd.run(other, x=x, y=y) == wd.run(g, x=x, y=y)).all()
    assert nx.is_directed_acyclic_graph(g)


def test_many_branches_one_after_the_other() -> None:
    g = wd.Algorithm("forty")
    value = g.input("x")
    for _ in range(40):
        value = g.branch(g.apply(wd.LESS, value, 9), lambda v=value: v + 1, lambda v=value: v * 1 - 1)
    g.output(value)
    assert wd.run(g, x=0) == 8 + (40 - 8 - 0) % 2
    assert wd.analyze(g)["GPU"].time.at() == 40 * 3
