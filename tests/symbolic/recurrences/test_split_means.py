"""Expected costs of splits: closed forms equal the definition, bounds are never crossed."""

from __future__ import annotations

from fractions import Fraction
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from split_cases import wrong

from workdepth.symbolic import Domain, Size, growth, parse
from workdepth.symbolic.recurrences import mean, mean_at, split

HALVES = {"A": "k", "B": "n - 1 - k"}
LARGER = {"A": "max(k, n - 1 - k)"}
ZERO = {0: 0, 1: 0}


@pytest.mark.parametrize(
    ("value", "calls", "base", "wanted"),
    [
        ("A + B + n - 1", HALVES, ZERO, "2*(n + 1)*harmonic(n) - 4*n"),
        ("A + n - 1", {"A": "k"}, ZERO, "2*n - 2*harmonic(n)"),
        ("A + n - 1", {"A": "n - 1 - k"}, ZERO, "2*n - 2*harmonic(n)"),
        ("A + 1", {"A": "k"}, {0: 0}, "harmonic(n)"),
        ("A + B + 1", HALVES, {0: 0}, "n"),
        ("A + B", HALVES, {0: 1, 1: 1}, "2*(n + 1)/3"),
        ("2*A + m*n", {"A": "k"}, {0: 0}, "2*m*(n + 1)*harmonic(n) - 3*m*n"),
        ("3*A + n", {"A": "k"}, {0: 0}, "3*n**2/4 + n/4"),
        ("A + B + k", HALVES, {0: 0}, "(n + 1)*harmonic(n) - 2*n"),
    ],
)
def test_closed_forms(value, calls, base, wanted):
    found = mean(split(value, calls, base=base))
    assert found.value == parse(wanted)
    assert wrong(found, mean_at, 14, {"m": 3}) == []


def test_where_every_part_has_an_element():
    found = mean(split("A + B + n", {"A": "k", "B": "n - k"}, base={1: 0}, low=1))
    assert (str(found), found.exact) == ("T(n) = -2*n + 2*n*harmonic(n); in n*log(n)", True)
    assert wrong(found, mean_at, 20) == []


def test_quicksort_on_all_orders():
    """The average over all orders of the comparisons that quicksort makes, its first element being the pivot."""

    def comparisons(x):
        if len(x) < 2:
            return 0
        parts = [[y for y in x if y < x[0]], [y for y in x if y > x[0]]]
        return len(x) - 1 + sum(map(comparisons, parts))

    found = mean(split("A + B + n - 1", HALVES, base=ZERO))
    for m in range(1, 7):
        costs = [comparisons(order) for order in permutations(range(m))]
        assert found.value.at({"n": m}) == Fraction(sum(costs), len(costs))


def test_from_which_size_on_is_told():
    found = mean(split("A + B + n - 1", HALVES, base={0: 3, 1: 0, 2: 7}))
    assert (found.where, found.domain.size("n").low, found.exact) == ("n >= 3", 3, False)
    asked = mean(split("A + 1", {"A": "k"}, base={0: 5, 1: 0}, domain=Domain((Size("n", low=2),))))
    assert (asked.where, asked.exact) == ("", True)
    assert wrong(found, mean_at, 14) == wrong(asked, mean_at, 14) == []


def test_a_cutoff():
    below = split("A + B + n - 1", HALVES, base="n*(n - 1)/2", upto=9, domain=Domain((Size("n", low=0),)))
    found = mean(below)
    assert found.where == "n >= 10"
    assert wrong(found, mean_at, 30) == []


@pytest.mark.parametrize(
    ("value", "calls", "low", "wanted", "known"),
    [
        ("A + n - 1", LARGER, 0, "4*n", "n"),
        ("A + m*n", LARGER, 0, "4*m*n", "m*n"),
        ("A + n + 50", LARGER, 0, "100*n", "n"),
        ("A + n**2", LARGER, 0, "12*n**2/5", "n**2"),
        ("A + 1", LARGER, 0, "5*log2(n + 1)/2", "log(n)"),
        ("A + n - 1", {"A": "max(k, n - k)"}, 1, "4*n - 4", "n"),
    ],
)
def test_the_larger_part_is_bounded(value, calls, low, wanted, known):
    base = dict.fromkeys(range(low, 2), 0)
    found = mean(split(value, calls, base=base, low=low))
    assert found.value is None
    assert found.bound == parse(wanted)
    assert (str(found.growth), found.growth_relation) == (known, "=")
    assert wrong(found, mean_at, 30, {"m": 3}) == []


def test_the_bound_of_the_larger_part_is_near():
    of = split("A + n - 1", LARGER, base=ZERO)
    assert mean_at(of, 150) > Fraction(9, 10) * Fraction(mean(of).bound.at({"n": 150})) - 60


@pytest.mark.parametrize(
    ("value", "known", "relation"),
    [
        ("A + B + n*ceiling(log2(n))", "n*log(n)**2", "="),
        ("A + B + log2(n)", "n", "="),
        ("A + B + sqrt(n)", "n", "="),
        ("A + B + floor(n/2)", "n*log(n)", "="),
        ("A + B + max(n, 5)", "n*log(n)", "="),
        ("A + B + max(k, n - 1 - k)", "n*log(n)", "<="),
        ("3*A/2 + 1", "sqrt(n)", "="),
        ("3*A/2 + n", "n", "="),
        ("A/2 + n", "n", "="),
        ("A/4 + B/4 + 1", "1", "="),
    ],
)
def test_bounds_with_their_class(value, known, relation):
    found = mean(split(value, HALVES, base={0: 0}))
    assert found.value is None
    assert (str(found.growth), found.growth_relation) == (known, relation)
    assert wrong(found, mean_at, 30) == []


polynomials = st.lists(st.sampled_from((0, 0, 1, 2, 5)), min_size=1, max_size=4).map(
    lambda cs: " + ".join(f"{c}*n**{e}" for e, c in enumerate(cs))
)
bases = st.lists(st.sampled_from((0, 0, 1, 2, 7)), min_size=1, max_size=4)


@settings(max_examples=60)
@given(polynomials, bases, st.sampled_from(("A", "A + B", "2*A", "B", "A/2 + B/2", "2*A + B")), st.booleans())
def test_closed_forms_are_the_definition(f, values, called, whole_parts):
    low = 1 if whole_parts else 0
    calls = {"A": "k", "B": "n - k"} if whole_parts else HALVES
    base = {low + i: v for i, v in enumerate(values)}
    found = mean(split(f"{called} + {f}", calls, base=base, low=low))
    assert found.value is not None
    assert found.growth == growth(found.value)
    assert found.domain.size("n").low <= max(base) + 1
    assert wrong(found, mean_at, max(base) + 8) == []


@settings(max_examples=40)
@given(polynomials, bases, st.booleans())
def test_bounds_of_the_larger_part_hold(f, values, whole_parts):
    low = 1 if whole_parts else 0
    calls = {"A": "max(k, n - k)"} if whole_parts else LARGER
    found = mean(split(f"A + {f}", calls, base={low + i: v for i, v in enumerate(values)}, low=low))
    assert wrong(found, mean_at, 24) == []
