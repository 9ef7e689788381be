"""What is refused, by its words."""

from __future__ import annotations

import pytest

from workdepth.errors import SizeError, SymbolicError
from workdepth.symbolic.recurrences import at, evaluating, recurrence, solve

REFUSED = [
    ("A + 1", {"A": "ceiling(n/2)"}, {0: 0}, r"at n = 1: it calls T\(1\).*add a base case for n up to 1"),
    ("A + 1", {"A": "ceiling(2*n/3) + 1"}, {1: 0}, "does not shrink at n = 5: .*base case for n up to 5"),
    ("A + 1", {"A": "n"}, {1: 0}, r"T\(n\) does not shrink: it is not smaller than n"),
    ("A + 1", {"A": "n + 1"}, {1: 0}, "does not shrink"),
    ("A + 1", {"A": "2*n"}, {1: 0}, "does not shrink"),
    ("A + 1", {"A": "n - 2"}, {1: 0}, r"at n = 2 asks for T\(0\), below the smallest n, 1.*base case for n = 0"),
    ("A + 1", {"A": "floor(n/3)"}, {1: 0}, r"at n = 2 asks for T\(0\)"),
    ("A*B", {"A": "n - 1", "B": "n - 2"}, {0: 1, 1: 1}, "not linear in the recursive calls"),
    ("A**2", {"A": "n - 1"}, {0: 1}, "not linear"),
    ("n*A", {"A": "n - 1"}, {0: 1}, "not linear"),
    ("min(A, n)", {"A": "n - 1"}, {0: 1}, "not linear"),
    ("A", {"A": "n - 1"}, {}, "without a base case"),
    ("A", {"A": "n - 1"}, {0: 1, 2: 1}, "no base case for n = 1"),
]  # fmt: skip


@pytest.mark.parametrize(("value", "calls", "base", "words"), REFUSED)
def test_what_is_no_recursion(value, calls, base, words):
    with pytest.raises(SymbolicError, match=words):
        recurrence(value, calls, base=base)


def test_a_base_without_an_end():
    with pytest.raises(SymbolicError, match="has no end; say upto="):
        recurrence("A", {"A": "n - 1"}, base=0)


@pytest.mark.parametrize("argument", ["sqrt(n)", "floor(sqrt(n))"])
def test_roots_are_refused_with_the_way_out(argument):
    of = recurrence("2*A + 1", {"A": argument}, base={1: 0})
    with pytest.raises(SymbolicError, match=r"no method solves .*write n = 2\*\*m and recur on m"):
        solve(of)


def test_a_symbolic_number_of_calls():
    with pytest.raises(SymbolicError, match=r"'m\*T\(n - 1\)': the number of calls is symbolic"):
        solve(recurrence("m*A + 1", {"A": "n - 1"}, base={0: 0}))


def test_calls_of_two_kinds():
    with pytest.raises(
        SymbolicError, match=r"no method solves a recursion with T\(n - 1\), T\(floor\(n/2\)\)"
    ):
        solve(recurrence("A + B", {"A": "n - 1", "B": "floor(n/2)"}, base={0: 1}))


def test_sizes_that_do_not_divide():
    with pytest.raises(SymbolicError, match=r"T\(n/2\) asks for T\(3/2\) at n = 3; round it"):
        at(recurrence("A + 1", {"A": "n/2"}, base={1: 0}), 3)


def test_an_extra_without_a_value():
    of = recurrence("A + n/log2(n)", {"A": "floor(n/2)"}, base={0: 1})
    with pytest.raises(SymbolicError, match=r"has no value: division by zero.*at n = 1.*let the base reach"):
        at(of, 8)


def test_sizes_below_the_smallest():
    with pytest.raises(SizeError, match=r"n = 0 is no size of"):
        at(recurrence("A + 1", {"A": "n - 1"}, base={1: 0}), 0)


def test_too_many_sizes(monkeypatch):
    monkeypatch.setattr(evaluating, "MOST_SIZES", 1000)
    with pytest.raises(SymbolicError, match="more than 1000 sizes"):
        at(recurrence("A + 1", {"A": "n - 1"}, base={1: 0}), 10**7)
