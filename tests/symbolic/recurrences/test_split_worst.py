"""Worst costs of splits: proved ends equal the definition, bounds are never crossed."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from split_cases import wrong

from workdepth.errors import SymbolicError
from workdepth.symbolic import Domain, Size, nonnegative, parse
from workdepth.symbolic.recurrences import mean, split, worst, worst_at
from workdepth.symbolic.recurrences.worst_proof import is_above

HALVES = {"A": "k", "B": "n - 1 - k"}
ZERO = {0: 0, 1: 0}


@pytest.mark.parametrize(
    ("value", "calls", "base", "wanted"),
    [
        ("A + B + n - 1", HALVES, ZERO, "n*(n - 1)/2"),
        ("max(A, B) + 1", HALVES, ZERO, "n - 1"),
        ("max(A, B) + n - 1", HALVES, ZERO, "n*(n - 1)/2"),
        ("A + n - 1", {"A": "k"}, ZERO, "n*(n - 1)/2"),
        ("A + n - 1", {"A": "max(k, n - 1 - k)"}, ZERO, "n*(n - 1)/2"),
        ("A + 1", {"A": "min(k, n - 1 - k)"}, {0: 0}, "ceiling(log2(n + 2)) - 1"),
        ("A + B + 1", HALVES, {0: 1}, "2*n + 1"),
        ("2*A + 2*B + n", HALVES, {0: 0}, "2*2**n - n - 2"),
        ("2*A + B + n", HALVES, {0: 1}, "4*2**n - n - 3"),
        ("A + B + m*n", HALVES, {0: 0, 1: "m"}, "m*n*(n + 1)/2"),
        ("A + B + n**3 + n", HALVES, {0: 0}, "n**4/4 + n**3/2 + 3*n**2/4 + n/2"),
        ("A + k", {"A": "k"}, ZERO, "n*(n - 1)/2"),
        ("A + B + max(k, n - 1 - k)", HALVES, ZERO, "n*(n - 1)/2"),
        ("max(A, B + k, n)", HALVES, ZERO, "n"),
        ("max(n + m, A, B + m)", HALVES, {0: 0, 1: 1}, "m*n - m + 2"),
    ],
)
def test_exact(value, calls, base, wanted):
    found = worst(split(value, calls, base=base))
    assert found.value == parse(wanted)
    assert found.growth_relation == "="
    assert wrong(found, worst_at, 12, {"m": 3}) == []


def test_where_every_part_has_an_element():
    found = worst(split("A + B + n", {"A": "k", "B": "n - k"}, base={1: 0}, low=1))
    assert (str(found), found.exact) == ("T(n) = n**2/2 + n/2 - 1; in n**2", True)
    assert wrong(found, worst_at, 14) == []


def test_a_cutoff():
    whole = Domain((Size("n", low=0),))
    found = worst(split("A + B + n - 1", HALVES, base=5, upto=10, domain=whole))
    assert (str(found.value), found.where) == ("n**2/2 + 9*n/2 - 90", "n >= 10")
    assert wrong(found, worst_at, 24) == []


@pytest.mark.parametrize(
    "value",
    [
        "A + B + n*ceiling(log2(n))",
        "A + B + ceiling(log2(n + 1))",
        "A + B + floor(n/2)",
        "A + B + k*(n - 1 - k)",
        "A + B + 1 - n",
    ],
)
def test_bounds(value):
    found = worst(split(value, HALVES, base=ZERO))
    assert found.value is None
    assert found.bound is not None
    assert found.growth_relation == "<="
    assert wrong(found, worst_at, 16) == []


def test_the_middle_may_be_worse_than_the_ends():
    found = worst(split("A + B + 1", HALVES, base={0: 0, 1: 5}))
    assert found.value is None
    assert wrong(found, worst_at, 14) == []


def test_a_formula_that_is_too_small_is_not_proved():
    of = split("A + B + 1", HALVES, base={0: 0, 1: 5})
    assert not is_above(of, parse("n + 4"), 1)
    assert is_above(of, parse("6*n"), 0)


def test_never_below_the_mean():
    of = split("A + B + n - 1", HALVES, base=ZERO)
    gap = worst(of).value - mean(of).value
    assert nonnegative(gap, Domain((Size("n", low=4),)))


polynomials = st.lists(st.sampled_from((0, 0, 1, 2, 5)), min_size=1, max_size=4).map(
    lambda cs: " + ".join(f"{c}*n**{e}" for e, c in enumerate(cs))
)
values = st.sampled_from(
    ("A", "A + B", "2*A + B", "max(A, B)", "max(A + 1, B)", "max(A + n, B, n)", "A + B + k", "max(A, B) + k")
)


@settings(max_examples=80)
@given(polynomials, st.lists(st.sampled_from((0, 0, 1, 7)), min_size=1, max_size=4), values, st.booleans())
def test_solutions_are_the_definition(f, base, called, whole_parts):
    low = 1 if whole_parts else 0
    calls = {"A": "k", "B": "n - k"} if whole_parts else HALVES
    try:
        found = worst(split(f"{called} + {f}", calls, base={low + i: v for i, v in enumerate(base)}, low=low))
    except SymbolicError:
        return
    assert wrong(found, worst_at, 13) == []


@pytest.mark.parametrize("f", ["0", "1", "n - 1", "n**2", "n**3"])
@pytest.mark.parametrize("called", ["A", "A + B", "max(A, B)"])
def test_ordinary_ones_are_exact(called, f):
    found = worst(split(f"{called} + {f}", HALVES, base=ZERO, domain=Domain((Size("n"),))))
    assert found.exact
    assert wrong(found, worst_at, 13) == []
