"""Maxima, minima and sums against plain loops."""

import time
from itertools import product

import pytest
from algebra_strategies import build, costs, value
from hypothesis import given
from hypothesis import strategies as st

from workdepth.errors import SymbolicError
from workdepth.symbolic import (
    Closed,
    Domain,
    Size,
    maximize,
    maximum,
    minimize,
    minimum,
    name,
    parse,
    summation,
    summation_bound,
)

D = Domain((Size("n"), Size("m")))
n, m = name("n"), name("m")
POINTS = [dict(zip("nm", p, strict=True)) for p in product(range(1, 9), range(1, 6))]


@given(st.lists(costs, min_size=1, max_size=5), st.integers(1, 3))
def test_maximum_and_minimum_of_several(some, budget):
    xs = [build(t) for t in some]
    for allowed in (50, budget):
        up, down = maximum(xs, D, allowed), minimum(xs, D, allowed)
        for point in POINTS:
            values = [value(t, point) for t in some]
            high, low = up.value.at(point), down.value.at(point)
            assert high == max(values) if up.exact else high >= max(values)
            assert low == min(values) if down.exact else low <= min(values)


def test_common_parts_leave_a_maximum():
    assert maximum([n + parse("floor(n/2)"), n, n + m, n + 2], D) == Closed(
        parse("n + max(2, m, floor(n/2))"), True
    )
    assert minimum([1, n], D) == Closed(parse("1"), True)
    assert maximum([Closed(n, False), 1], D) == Closed(n, False)


def test_thousands_of_candidates_end_in_a_bound_soon():
    xs = [k * n + (k * 7919 % 10_007) * m + k % 13 for k in range(10_000)]
    start = time.process_time()
    value_, exact = maximum(xs, D)
    assert time.process_time() - start < 5
    assert not exact
    for point in POINTS[::7]:
        assert value_.at(point) >= max(x.at(point) for x in xs[::50])
    assert maximum([k * n + m for k in range(10_000)], D) == Closed(9999 * n + m, True)


LOOPS = [
    ("n - 2**i", "0", "ceiling(log2(n))"),
    ("i*(n - i)", "0", "n"),
    ("i**2 - n*i", "0", "n"),
    ("max(i, n - i)", "0", "n"),
    ("floor(i/2) + i", "0", "n"),
    ("i ^ 3", "0", "n"),
    ("floor(n/2**i)", "0", "n"),
    ("2**i*n - m", "0", "m"),
    ("i + min(i, n - i)", "0", "n"),
    ("ceiling(log2(i + 1))*i", "0", "n"),
    ("n/(i + 1)", "0", "n"),
    ("(i - m)**2", "0", "n"),
    ("i*2**(-i)", "0", "n"),
    ("m - i", "-m", "n"),
]


@pytest.mark.parametrize(("text", "low", "high"), LOOPS)
def test_extremes_over_a_loop(text, low, high):
    x, first, end = parse(text), parse(low), parse(high)
    up, down = maximize(x, "i", first, end, D), minimize(x, "i", first, end, D)
    assert "i" not in up.value.names | down.value.names
    for point in POINTS:
        values = [x.at({**point, "i": i}) for i in range(first.at(point), end.at(point))]
        if values:
            high_, low_ = up.value.at(point), down.value.at(point)
            assert high_ == max(values) if up.exact else high_ >= max(values)
            assert low_ == min(values) if down.exact else low_ <= min(values)


@given(st.integers(0, 3), st.integers(-3, 3), st.integers(-2, 2), st.integers(0, 2), costs)
def test_extremes_of_random_loops(a, b, c, shift, tree):
    x = parse(f"{a}*i**2 + {b}*i*n + {c}*floor(i/2) + max(i, {b}*n)") + build(tree)
    try:
        up = maximize(x, "i", shift, n + shift, D)
    except SymbolicError:
        return
    for point in POINTS[::3]:
        best = max(x.at({**point, "i": i}) for i in range(shift, point["n"] + shift))
        assert up.value.at(point) == best if up.exact else up.value.at(point) >= best


def test_exact_where_it_should_be():
    assert maximize(parse("n - 2**i"), "i", 0, parse("ceiling(log2(n))"), D) == Closed(n - 1, True)
    assert maximize(parse("i**2 - n*i"), "i", 0, n, D) == Closed(parse("0"), True)
    assert minimize(parse("i*(n - i)"), "i", 0, n, D) == Closed(parse("0"), True)
    assert maximize(n, "i", 0, n, D) == Closed(n, True)


def test_no_bound_is_said():
    with pytest.raises(SymbolicError, match=r"no bound for .* over -n <= i < n; .*split the loop"):
        maximize(parse("n*(i ^ 2)"), "i", -n, n, D)


SUMS = [
    ("1", "0", "n"),
    ("i", "0", "n"),
    ("n*i + m", "1", "n"),
    ("i**3", "m", "n + m"),
    ("i**9", "0", "n"),
    ("2**i", "0", "ceiling(log2(n))"),
    ("n/2**i", "0", "m"),
    ("i*2**i", "0", "n"),
    ("i**2*3**i*n", "1", "n"),
    ("(2/3)**i", "0", "n"),
    ("2**(i + m)*i", "0", "n"),
    ("floor(i/2)", "0", "n"),
    ("floor((i + m)/3)", "0", "n"),
    ("ceiling((i + 1)/3)", "0", "n"),
    ("ceiling(log2(i))", "1", "n + 1"),
    ("ceiling(log2(i + 1))", "0", "n"),
    ("floor(log2(i + 1))", "0", "n"),
    ("floor(log2(i + m))", "0", "n"),
    ("n - 2**i", "0", "floor(log2(n))"),
    ("i*floor(n/2)", "0", "n"),
]


@pytest.mark.parametrize(("text", "low", "high"), SUMS)
def test_sums_in_closed_form(text, low, high):
    x, first, end = parse(text), parse(low), parse(high)
    found = summation(x, "i", first, end, D)
    assert found is not None
    assert found.exact
    for point in POINTS:
        terms = [x.at({**point, "i": i}) for i in range(first.at(point), end.at(point))]
        assert found.value.at(point) == sum(terms)


@pytest.mark.parametrize("text", ["log2(i + 1)", "i*floor(i/2)", "1/(i + 1)", "i ^ 1"])
def test_sums_without_closed_form_are_bounded(text):
    x = parse(text)
    assert summation(x, "i", 0, n, D) is None
    bound = summation_bound(x + name("i"), "i", 0, n, D)
    assert not bound.exact
    for point in POINTS:
        assert bound.value.at(point) >= sum(x.at({**point, "i": i}) + i for i in range(point["n"])) - 1e-9


def test_known_sums():
    assert summation(parse("i"), "i", 0, n, D) == Closed(parse("n**2/2 - n/2"), True)
    halving = summation(parse("n/2**i"), "i", 0, parse("log2(n)"), D)
    assert halving == Closed(2 * n - 2, True)
