"""Textbook answers, each compared with the definition size by size."""

from __future__ import annotations

import pytest
from recurrence_cases import wrong

from workdepth.symbolic import Domain, Size, as_expr, parse, parse_growth
from workdepth.symbolic.recurrences import at, recurrence, solve

HALVES = {"A": "ceiling(n/2)", "B": "floor(n/2)"}

# name, value, calls, base, closed form, where, growth
ANSWERS = [
    ("merge sort", "2*A + n - 1", {"A": "n/2"}, {1: 0}, "n*log2(n) - n + 1", "n a power of 2", "n*log(n)"),
    ("merge sort, any n", "A + B + n - 1", HALVES, {1: 0},
     "n*ceiling(log2(n)) - 2**ceiling(log2(n)) + 1", "", "n*log(n)"),
    ("strassen", "7*A + 18*(n/2)**2", {"A": "n/2"}, {1: 1}, "7*7**log2(n) - 6*n**2", "n a power of 2",
     "n**log2(7)"),
    ("karatsuba", "3*A + 4*n", {"A": "n/2"}, {1: 1}, "9*3**log2(n) - 8*n", "n a power of 2", "n**log2(3)"),
    ("matmul in blocks", "8*A + n**2", {"A": "n/2"}, {1: 1}, "2*n**3 - n**2", "n a power of 2", "n**3"),
    ("binary search", "A + 1", {"A": "floor(n/2)"}, {1: 1}, "floor(log2(n)) + 1", "", "log(n)"),
    ("binary search, middle left out", "A + 1", {"A": "floor((n - 1)/2)"}, {0: 0}, "ceiling(log2(n + 2)) - 1", "",
     "log(n)"),
    ("largest half", "max(A, B) + 1", HALVES, {1: 0}, "ceiling(log2(n))", "", "log(n)"),
    ("tournament", "A + B + 1", HALVES, {1: 0}, "n - 1", "", "n"),
    ("pairs", "A + floor(n/2)", {"A": "ceiling(n/2)"}, {1: 0}, "n - 1", "", "n"),
    ("parallel merge", "A + log2(n)**2", {"A": "n/2"}, {1: 0},
     "log2(n)**3/3 + log2(n)**2/2 + log2(n)/6", "n a power of 2", "log(n)**3"),
    ("parallel merge, any n", "A + ceiling(log2(n))**2", {"A": "ceiling(n/2)"}, {1: 0},
     "ceiling(log2(n))**3/3 + ceiling(log2(n))**2/2 + ceiling(log2(n))/6", "", "log(n)**3"),
    ("n log n at each level", "2*A + n*log2(n)", {"A": "n/2"}, {1: 0},
     "n*log2(n)**2/2 + n*log2(n)/2", "n a power of 2", "n*log(n)**2"),
    ("thirds", "2*A + 1", {"A": "n/3"}, {1: 1}, "2*2**(log2(n)/log2(3)) - 1", "n a power of 3",
     "n**(1/log2(3))"),
    ("quarters with a root", "2*A + sqrt(n)", {"A": "n/4"}, {1: 1}, "sqrt(n)*log2(n)/2 + sqrt(n)",
     "n a power of 4", "sqrt(n)*log(n)"),
    ("another size", "2*A + m*n", {"A": "n/2"}, {1: "m"}, "m*n*log2(n) + m*n", "n a power of 2", "m*n*log(n)"),
    ("hanoi", "2*A + 1", {"A": "n - 1"}, {0: 0}, "2**n - 1", "", "2**n"),
    ("chain", "A + 1", {"A": "n - 1"}, {0: 0}, "n", "", "n"),
    ("insertion sort", "A + n - 1", {"A": "n - 1"}, {1: 0}, "n**2/2 - n/2", "", "n**2"),
    ("heap by insertion", "A + ceiling(log2(n))", {"A": "n - 1"}, {1: 0},
     "n*ceiling(log2(n + 1)) - 2**ceiling(log2(n + 1)) + 1", "", "n*log(n)"),
    ("two steps", "A + m", {"A": "n - 2"}, {0: 0, 1: 0}, "m*floor(n/2)", "", "m*n"),
    ("three steps", "2*A", {"A": "n - 3"}, {0: 1, 1: 1, 2: 1}, "2**floor(n/3)", "", "2**(n/3)"),
    ("span of fibonacci", "max(A, B) + 1", {"A": "n - 1", "B": "n - 2"}, {0: 0, 1: 0}, "n - 1", "n >= 1", "n"),
    ("fibonacci", "A + B", {"A": "n - 1", "B": "n - 2"}, {0: 0, 1: 1}, "floor(sqrt(5)*phi**n/5 + 1/2)", "",
     "phi**n"),
    ("fibonacci, calls", "A + B + 1", {"A": "n - 1", "B": "n - 2"}, {0: 1, 1: 1},
     "2*floor(sqrt(5)*phi**n/10 + phi**n/2 + 1/2) - 1", "", "phi**n"),
    ("distinct roots", "5*A - 6*B", {"A": "n - 1", "B": "n - 2"}, {0: 0, 1: 1}, "3**n - 2**n", "", "3**n"),
    ("frames", "A + 1", {"A": "n/2"}, {1: 1}, "log2(n) + 1", "n a power of 2", "log(n)"),
    ("threads", "max(A + B, floor(n/2))", HALVES, {1: 0}, "floor(n/2)", "", "n"),
    ("peak", "max(A + n, B + 2*n)", {"A": "n - 1", "B": "n - 2"}, {0: 0, 1: 1},
     "n**2/2 + n/2 + floor(n/2)", "", "n**2"),
]  # fmt: skip


@pytest.mark.parametrize(("value", "calls", "base", "closed", "where", "growth"), [a[1:] for a in ANSWERS])
def test_closed_forms(value, calls, base, closed, where, growth):
    found = solve(recurrence(value, calls, base=base))
    assert found.value == parse(closed)
    assert found.where == where
    assert found.exact == (not where)
    assert str(found.growth) == growth
    assert parse_growth(growth) == found.growth
    assert found.growth_relation == "="
    assert wrong(found) == []


# what has a class, and a bound, but no closed form
CLASSES = [
    ("A + B + n", {"A": "floor(n/5)", "B": "floor(7*n/10)"}, {0: 0, 1: 1}, "10*n", "n", "="),
    ("A + B + n", {"A": "floor(n/3)", "B": "n - floor(n/3)"}, {1: 1, 2: 2}, None, "n*log(n)", "="),
    ("2*A + n/log2(n)", {"A": "floor(n/2)"}, {1: 1}, None, "n*log(log(n))", "="),
    ("A + B + 1", {"A": "floor(n/2)", "B": "floor(n/3)"}, {0: 0, 1: 1}, "6*n", "n**(197/250)", "~"),
    ("A + B + C", {"A": "n - 1", "B": "n - 2", "C": "n - 3"}, {0: 0, 1: 0, 2: 1}, None, "(1839/1000)**n", "~"),
    ("A + B + 1", {"A": "floor(n/2)", "B": "floor(n/4)"}, {0: 0, 1: 1, 2: 1, 3: 1}, "?", "n**log2(phi)", "="),
    ("4*A + n", {"A": "floor(2*n/3)"}, {0: 0, 1: 1}, "?", "n**(2/(log2(3) - 1))", "="),
    ("A + log2(n)", {"A": "n - 1"}, {1: 0}, "n*log2(n) - log2(n)", "n*log(n)", "="),
]  # fmt: skip


@pytest.mark.parametrize(("value", "calls", "base", "bound", "growth", "relation"), CLASSES)
def test_classes_and_bounds(value, calls, base, bound, growth, relation):
    found = solve(recurrence(value, calls, base=base))
    assert (str(found.growth), found.growth_relation) == (growth, relation)
    assert parse_growth(growth) == found.growth
    assert ("rounded" in found.note) == (relation == "~")
    if bound not in (None, "?"):
        assert found.bound == parse(bound)
    assert wrong(found) == []


@pytest.mark.parametrize("base", [2, 3, 4])
def test_declared_powers_make_a_closed_form_exact(base):
    sizes = Domain((Size("n", power_of=base),))
    found = solve(recurrence("2*A + n", {"A": f"n/{base}"}, base={1: 0}, domain=sizes))
    assert found.exact
    assert found.where == ""
    assert wrong(found, 300) == []


def test_calls_that_leave_declared_powers_are_asked_at_whole_sizes():
    sizes = Domain((Size("n", power_of=3),))
    found = solve(recurrence("A + n", {"A": "floor(n/2)"}, base={1: 0}, domain=sizes))
    assert wrong(found, 300) == []
    assert found.where == "n a power of 2"


def test_a_large_size_is_evaluated_without_recursion():
    chain = recurrence("A + 1", {"A": "n - 1"}, base={0: 0})
    assert at(chain, 5_000) == 5_000


def test_other_sizes_stay_or_are_put_in():
    of = recurrence("2*A + m", {"A": "floor(n/2)"}, base={1: "k"})
    assert at(of, 4) == as_expr("4*k + 3*m")
    assert at(of, 4, {"m": 2, "k": 1}) == 10


def test_a_cost_that_is_less_at_powers_has_the_class_of_all_sizes():
    bits = solve(recurrence("A + n - 2*floor(n/2)", {"A": "floor(n/2)"}, base={1: 1}))
    assert (str(bits.value), bits.where) == ("1", "n a power of 2")
    assert (str(bits.growth), bits.growth_relation) == ("log(n)", "<=")
    assert wrong(bits) == []


# maxima that one case leads at powers only
PEAKS = [
    ("max(A + n, B + n, 2*n)", "2*n", "n a power of 2, n >= 2"),
    ("max(A + n, B + n + ceiling(n/2), 2*n)", "3*n - 2", "n a power of 2"),
    ("max(A, B + ceiling(n/2)) + 1", "n + log2(n)", "n a power of 2"),
    ("max(A + B, 1)", "n", ""),
]


@pytest.mark.parametrize(("value", "closed", "where"), PEAKS)
def test_peaks(value, closed, where):
    found = solve(recurrence(value, HALVES, base={1: 1}))
    assert (found.value, found.where) == (parse(closed), where)
    assert str(found.growth) == "n"
    assert wrong(found) == []


def test_text():
    of = recurrence("max(2*A, B + n) + 1", {"A": "n - 1", "B": "n - 2"}, base="n", upto=2)
    assert str(of) == "T(n) = max(2*T(n - 1) + 1, T(n - 2) + n + 1) for n > 2; T(n) = n for n <= 2"
