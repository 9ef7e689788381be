"""Maxima in which one case leads from some size on, or none does: values, bounds, classes, against the definition."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from recurrence_cases import sizes_of, wrong

from workdepth.errors import SymbolicError
from workdepth.symbolic import growth, parse
from workdepth.symbolic.recurrences import recurrence, solve
from workdepth.symbolic.recurrences.rebasing import stages

HALF = {"A": "n/2"}
HALVES = {"A": "ceiling(n/2)", "B": "floor(n/2)"}
STEPS = {"A": "n - 1", "B": "n - 2"}
POWER = "n a power of 2"

# value, calls, base, closed form, where, growth
LED = [
    ("max(1, 2*A)", HALF, {1: 0}, "floor(n/2)", POWER, "n"),
    ("max(3, 2*A)", HALF, {1: 0}, "3*floor(n/2)", POWER, "n"),
    ("max(1, A + B)", HALVES, {1: 0}, "floor(n/2)", POWER, "n"),
    ("max(1, 2*A)", {"A": "floor(n/2)"}, {1: 0}, "floor(2**floor(log2(n))/2)", "", "n"),
    ("max(7*A, 10*(n/2)**2)", HALF, {1: 1}, "floor(10*7**log2(n)/7)", POWER, "n**log2(7)"),
    ("max(7*A + 5*n**2/2, 17*n**2/4)", HALF, {1: 1}, "13*7**log2(n)/3 - 10*n**2/3", POWER, "n**log2(7)"),
    ("max(3*A + n, 4*n - 3)", HALF, {1: 1}, "3*3**log2(n) - 2*n", POWER, "n**log2(3)"),
    ("max(2*A, 2*n + 4, n)", HALF, {1: 1}, "4*n", POWER + ", n >= 2", "n"),
    ("max(A + B, 2*n + 4, n)", HALVES, {1: 1}, "4*n", POWER + ", n >= 2", "n"),
    ("max(8*A, 4*n**2 + 9)", HALF, {1: 1}, "25*n**3/8", POWER + ", n >= 2", "n**3"),
    ("max(m*n + 4, 2*A)", HALF, {1: 1}, "m*n + 2*n", POWER + ", n >= 2", "m*n"),
    ("max(2*A, A + n, 8)", HALF, {1: 1}, "4*n", POWER + ", n >= 2", "n"),
    ("max(3*A, A + n)", HALF, {1: 1}, "3**log2(n)", POWER, "n**log2(3)"),
    ("max(3*n, A + B)", HALVES, {1: 1}, "3*n", "n >= 2", "n"),
    ("2*A + max(12*n - 7, n + 3)", HALF, {1: 0}, "12*n*log2(n) - 7*n + 7", POWER, "n*log(n)"),
    ("A + min(2, n - 2) + 3", HALF, {1: 1}, "5*log2(n) - 1", POWER + ", n >= 2", "log(n)"),
    ("max(1, A + B)", STEPS, {0: 0, 1: 0}, "floor(phi**n/2 - sqrt(5)*phi**n/10 + 1/2)", "", "phi**n"),
    ("max(2, B + 1, A + 1, A + B)", STEPS, {0: 1, 1: 1}, "floor(sqrt(5)*phi**n/10 + phi**n/2 + 1/2)", "",
     "phi**n"),
]  # fmt: skip


@pytest.mark.parametrize(("value", "calls", "base", "closed", "where", "growth"), LED)
def test_the_case_that_leads_in_the_end(value, calls, base, closed, where, growth):
    found = solve(recurrence(value, calls, base=base))
    assert (found.value, found.where) == (parse(closed), where)
    assert (str(found.growth), found.growth_relation) == (growth, "=")
    assert wrong(found) == []


# value, calls, base, bound, growth
BOUNDED = [
    ("max(1, A + B)", HALVES, {1: 0}, "n/2", "n"),
    ("max(7*A, 10*(n/2)**2)", {"A": "floor(n/2)"}, {1: 1}, "10*7**ceiling(log2(n))/7", "n**log2(7)"),
    ("max(A + n, n**2)", {"A": "floor(n/2)"}, {1: 1}, "n**2", "n**2"),
]


@pytest.mark.parametrize(("value", "calls", "base", "bound", "growth"), BOUNDED)
def test_bounds_of_the_right_class(value, calls, base, bound, growth):
    found = solve(recurrence(value, calls, base=base))
    assert found.bound == parse(bound)
    assert (str(found.growth), found.growth_relation) == (growth, "=")
    assert wrong(found) == []


CALLS = (HALF, HALVES, {"A": "floor(n/2)"}, {"A": "ceiling(n/2)"}, {"A": "n/3"}, STEPS, {"A": "n - 1"})
ADDED = (
    "0",
    "1",
    "3",
    "n",
    "2*n + 4",
    "n**2",
    "5*n**2/2",
    "log2(n)",
    "n*log2(n)",
    "n - 1",
    "m",
    "m*n",
    "sqrt(n)",
)


@st.composite
def maxima(draw):
    """Draw a maximum of a few cases, with calls or without, its calls, its base."""
    calls = draw(st.sampled_from(CALLS))
    cases = [draw(st.sampled_from(ADDED))]
    for _ in range(draw(st.integers(1, 2))):
        called = [f"{draw(st.sampled_from((1, 1, 2, 3, 7)))}*{p}" for p in calls]
        kept = called[: draw(st.integers(1, len(called)))]
        cases.append(f"{' + '.join(kept)} + {draw(st.sampled_from(ADDED))}")
    start = 0 if calls is STEPS else 1
    values = draw(st.lists(st.sampled_from((0, 1, 2, 9)), min_size=2, max_size=3))
    return f"max({', '.join(cases)})", calls, {start + i: v for i, v in enumerate(values)}


@settings(max_examples=60)
@given(maxima())
def test_maxima_hold(drawn):
    value, calls, base = drawn
    found = solve(recurrence(value, calls, base=base))
    assert wrong(found, 36) == []
    if found.exact and found.growth_relation == "=":
        assert growth(found.value) == found.growth


@settings(max_examples=30)
@given(maxima())
def test_a_longer_base_changes_nothing(drawn):
    value, calls, base = drawn
    of = recurrence(value, calls, base=base)
    expected = sizes_of(solve(of), 30)
    for stage in stages(of):
        assert sizes_of(_Solved(stage), 30) == expected


class _Solved:
    """A recurrence where a solution is asked for."""

    def __init__(self, recurrence):
        self.recurrence = recurrence


def test_a_case_without_a_class_is_an_error():
    with pytest.raises(SymbolicError, match="no method solves"):
        solve(recurrence("max(1, 2*A)", {"A": "floor(sqrt(n))"}, base={1: 0}))
