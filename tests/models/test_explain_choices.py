"""Explanations of branches, calls, blocks and recursions: shares add up, and say which case, which call."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from click.testing import CliRunner

import workdepth as wd
from choice_graphs import distances, dot, fibonacci, odd_even_sort, switched, total
from workdepth.cli import commands
from workdepth.errors import GraphError
from workdepth.graph.files import save
from workdepth.models.explain import explain_algorithm
from workdepth.report.draw import draw
from workdepth.schedule.longest import longest_cases


def calling() -> wd.Algorithm:
    g = wd.Algorithm("calling")
    n = g.size("n")
    x = g.input("x", n)
    y = g.block("sort", x, shape=n, work=n * 20, span=100, threads=n)
    g.output(g.call(dot(), x, y, m=n) + g.call(total(False), x, n=n))
    return g


def either() -> wd.Algorithm:
    g = wd.Algorithm("either")
    n = g.size("n", low=4)
    x = g.input("x", n)
    g.output(g.branch(x[0], lambda: g.fold(wd.ADD, x), lambda: x[0] + x[1]))
    return g


GRAPHS: dict[str, Callable[[], wd.Algorithm]] = {
    "distances": distances,
    "switched": switched,
    "expected": lambda: switched(probabilities=(0.5, 0.25, 0.25)),
    "either": either,
    "calling": calling,
    "total": total,
    "halves": lambda: total(halves=False),
    "sorted": odd_even_sort,
    "fibonacci": fibonacci,
    "memoised": lambda: fibonacci(memoised=True),
}


@pytest.mark.parametrize(
    "switches", [{}, {"inputs": "loaded"}, {"phases": "sequence"}, {"spawn": "fork-join"}]
)
@pytest.mark.parametrize("name", GRAPHS)
def test_shares_add_up(name: str, switches: dict[str, str]) -> None:
    told = explain_algorithm(GRAPHS[name](), wd.Conventions(**switches))
    for machine, causes in told.causes.items():
        for figure, cause in causes.items():
            if (machine, figure) == ("RAM", "threads"):
                continue
            for n in (4, 8, 16):
                found = sum(s.amount.at(n=n) for s in cause.shares)
                assert found == cause.figure.at(n=n), (machine, figure, n)


def shares(g: wd.Algorithm, machine: str, figure: str) -> list[tuple[str, str, str]]:
    cause = explain_algorithm(g).causes[machine][figure]
    return [(s.path, s.what, str(s.amount)) for s in cause.shares]


def test_a_recursion_is_told_one_level_with_a_row_a_call() -> None:
    assert shares(total(), "RAM", "time") == [
        ("call2", "call at n/2", "n/2 - 1"),
        ("call4", "call at n/2", "n/2 - 1"),
        ("add5", "add", "1"),
    ]
    assert shares(total(), "GPU", "time") == [("call2", "call at n/2", "log2(n) - 1"), ("add5", "add", "1")]
    assert [row[1] for row in shares(fibonacci(memoised=True), "RAM", "time")] == [
        "call at n - 1 and all below, once each",
        "add",
    ]


def test_what_an_exact_figure_needs_is_told_in_full() -> None:
    for g in (total(False), fibonacci()):
        assert all(path for path, _, _ in shares(g, "RAM", "time") + shares(g, "GPU", "time"))


def test_calls_of_others_are_opened_or_one_row() -> None:
    assert [row[:2] for row in shares(calling(), "RAM", "time")] == [
        ("block1", "sort"),
        ("call2/fold1/multiply1", "multiply"),
        ("call2/fold1", "add"),
        ("call3", "call of total"),
        ("add4", "add"),
    ]


def test_the_worst_case_is_entered_and_named() -> None:
    told = explain_algorithm(either())
    assert [(w.path, w.cases, w.always) for w in told.worst] == [("branch1", 2, 1)]
    assert shares(either(), "GPU", "time") == [("branch1/1/fold1", "add", "ceiling(log2(n))")]
    assert told.causes["GPU"]["threads"].where == ("branch1/1/fold1",)
    assert "branch1: of 2 cases, case 1 is the worst" in str(wd.explain(either()))


def test_an_undecided_worst_case_is_told_as_such() -> None:
    g = wd.Algorithm("undecided")
    n, m = g.size("n"), g.size("m")
    x, y = g.input("x", n), g.input("y", m)
    g.output(g.branch(x[0], lambda: g.fold(wd.ADD, x), lambda: g.fold(wd.ADD, y)))
    (worst,) = explain_algorithm(g).worst
    assert worst.by_figure["GPU time"] == (0, 1)
    assert worst.always is None
    told = str(wd.explain(g))
    assert "GPU time: 0 or 1, as the sizes decide" in told
    assert "branch1/0 | branch1/1" in told


def test_expected_work_is_weighted() -> None:
    assert shares(switched(probabilities=(0.5, 0.25, 0.25)), "RAM", "time")[0] == (
        "switch1/0/fold1",
        "add",
        "n/2 - 1/2",
    )


# At a size


def test_at_a_size_the_longest_case_is_taken() -> None:
    assert longest_cases(either(), {"n": 8}) == {"branch1": 1}
    told = wd.explain(either(), at={"n": 8})
    assert told.runs["GPU"].cases == {"branch1": 1}
    assert told.runs["GPU"].time.amount == 3
    assert told.to_json()["steps"]["GPU"]["cases"] == {"branch1": 1}
    assert "GPU, with the cases branch1 = 1:" in str(told)
    other = wd.explain(either(), at={"n": 8}, cases={"branch1": 0})
    assert other.runs["GPU"].time.amount == 1


def test_many_branches_are_chosen_one_after_the_other() -> None:
    g = wd.Algorithm("ten")
    value = g.input("x")
    for _ in range(10):
        value = g.branch(value, lambda v=value: v + 1, lambda v=value: v * v * v)
    g.output(value)
    assert set(longest_cases(g, {}).values()) == {0}


@pytest.mark.parametrize(
    ("cases", "words"),
    [
        ({"branch2": 0}, r"there is no branch 'branch2' \(at either\); the branches are: branch1"),
        ({"branch1": 2}, "branch1 has no case 2.*a whole number below 2"),
        ({"branch1": True}, "branch1 has no case True"),
    ],
)
def test_cases_that_there_are_not(cases: Any, words: str) -> None:
    with pytest.raises(GraphError, match=words):
        longest_cases(either(), {"n": 4}, given=cases)


# Drawn


def test_a_drawing_tells_its_cases() -> None:
    assert "either, n = 8, case of branch1 = 1 (the longest)" in draw(either(), n=8)
    assert "either, n = 8, case of branch1 = 0<" in draw(either(), cases={"branch1": 0}, n=8)
    assert draw(total(False), n=7, mark="span").count("<circle") > 6


def test_commands(tmp_path: Any) -> None:
    save(either(), tmp_path / "either.json")
    save(total(False), tmp_path / "total.json")

    def call(*words: str) -> Any:
        return CliRunner().invoke(commands, [w.replace("@", str(tmp_path)) for w in words])

    told = call("explain", "@/either.json", "--at", "n=8", "--case", "branch1=0")
    assert "with the cases branch1 = 0" in told.output
    assert "for n > 1; each call is one row" in call("explain", "@/total.json").output
    assert "case of branch1 = 0" in call("draw", "@/either.json", "--at", "n=4", "--case", "branch1=0").output
    wrong = call("draw", "@/either.json", "--at", "n=4", "--case", "branch1")
    assert wrong.exit_code == 2
    twice = call("draw", "@/either.json", "--at", "n=4", "--case", "branch1=0", "--case", "branch1=1")
    assert twice.exit_code == 2
    assert call("explain", "@/either.json", "--case", "branch1=0").exit_code == 2
