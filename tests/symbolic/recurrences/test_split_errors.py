"""What is no split, and what is not solved, is refused in words."""

from __future__ import annotations

import pytest

from workdepth.errors import SizeError, SymbolicError
from workdepth.symbolic import Domain, Size
from workdepth.symbolic.recurrences import mean, mean_at, split, worst, worst_at

HALVES = {"A": "k", "B": "n - 1 - k"}


@pytest.mark.parametrize(
    ("value", "calls", "more", "words"),
    [
        ("A + 1", {"A": "k"}, {"base": {}}, "without a base case.*base={1: 0}"),
        ("A + 1", {"A": "k"}, {"base": 0}, "the base '0' has no end; say upto"),
        ("A + 1", {"A": "k"}, {"base": {1: 0}}, r"asks for T\(0\), below the smallest n, 1; add a base case"),
        ("A + 1", {"A": "k + 1"}, {"base": {0: 0}}, "does not shrink at n = 1, k = 0: it calls T.1.; narrow"),
        ("A + 1", {"A": "n"}, {"base": {0: 0}}, "does not shrink"),
        ("A + 1", {"A": "2*k"}, {"base": {0: 0}}, "does not shrink at n = 2, k = 1"),
        ("A + 1", {"A": "k/2"}, {"base": {0: 0}}, "'k/2' is 1/2 at n = 2, k = 1, no whole number"),
        ("A + 1", {"A": "m"}, {"base": {0: 0}}, "is m at n = 1, k = 0, no whole number"),
        ("A + 1", {"A": "k"}, {"base": {0: 0, 2: 0}}, "no base case for n = 1"),
        ("A + 1", {"A": "k"}, {"base": {1: 0}, "low": 1, "high": 2, "upto": 0}, "the base ends at 0"),
        ("A + 1", {"A": "k"}, {"base": {0: 0}, "low": 1}, "there is no k with 1 <= k < n at n = 1"),
        ("A + 1", {"A": "k"}, {"base": {0: 0}, "high": "m"}, "depends on m; give its ends in n"),
        ("A*B", HALVES, {"base": {0: 0}}, "not linear in the recursive calls"),
        ("n*A", HALVES, {"base": {0: 0}}, "not linear in the recursive calls"),
        ("k*A", HALVES, {"base": {0: 0}}, "a number of times that depends on k"),
        ("A + 1", {"A": "k"}, {"base": {0: 0}, "index": "n"}, "'n' has two meanings"),
        ("k + 1", {"k": "n - 1"}, {"base": {0: 0}}, "'k' has two meanings"),
    ],
)
def test_no_split(value, calls, more, words):
    with pytest.raises(SymbolicError, match=words):
        split(value, calls, **more)


def test_an_index_is_no_size():
    sizes = Domain((Size("n", low=0), Size("k")))
    with pytest.raises(SymbolicError, match="'k' has two meanings in a split; name the size"):
        split("A + 1", {"A": "k"}, base={0: 0}, domain=sizes)


@pytest.mark.parametrize(
    ("value", "calls", "words"),
    [
        ("max(A, B) + 1", HALVES, "the mean of a maximum is no maximum of means"),
        ("A + 1", {"A": "n - 1"}, "no call depends on the index; solve it as a recurrence"),
        ("A + 1", {"A": "floor(k/2)"}, "do not run once through all sizes below; call it at k and n - 1 - k"),
        ("A + B + n", {"A": "max(k, n - 1 - k)", "B": "k"}, "do not run once through all sizes below"),
        ("A - B + n", HALVES, "call it a positive number of times"),
        ("m*A + n", HALVES, "call it a positive number of times"),
        ("A + B + 2**n", HALVES, r"'2\*\*n' is no polynomial in n; add powers of n"),
        ("A + B + n/harmonic(n)", HALVES, "is no polynomial in n"),
        ("A + B + floor(n/2) - n", HALVES, "is not proved to be at least 0"),
        ("50*A + n", HALVES, "a mean with 50 calls .* is not solved; stay below 40"),
    ],
)
def test_no_mean(value, calls, words):
    with pytest.raises(SymbolicError, match=words):
        mean(split(value, calls, base={0: 0, 1: 0}))


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("A - B + n", "may take away; add what calls cost"),
        ("A + B + n/harmonic(n)", "no k is proved to be the worst of .*; evaluate it with worst_at"),
    ],
)
def test_no_worst(value, words):
    with pytest.raises(SymbolicError, match=words):
        worst(split(value, HALVES, base={0: 0, 1: 0}))


@pytest.mark.parametrize("at", [mean_at, worst_at])
def test_no_size(at):
    of = split("A + B + 1", HALVES, base={0: 0})
    for bad in (-1, True, 2.0, "3"):
        with pytest.raises(SizeError, match=r"is no size of .*; give an integer >= 0"):
            at(of, bad)
    with pytest.raises(SymbolicError, match="all splits of more than 2000 sizes"):
        at(of, 10**9)


def test_other_sizes_may_stay():
    of = split("A + B + m", HALVES, base={0: 0, 1: "p"})
    assert str(mean_at(of, 2)) == "m + p"
    assert (mean_at(of, 2, {"m": 3}) - 3).names == {"p"}
    assert worst_at(of, 2, {"m": 3, "p": 4}) == 7


def test_a_split_and_a_solution_say_what_they_are():
    of = split("A + B + n - 1", HALVES, base={0: 0, 1: 0})
    assert str(of) == ("T(n) = T(k) + T(n - k - 1) + n - 1 for one of 0 <= k < n, n > 1; T(0) = 0, T(1) = 0")
    assert str(mean(split("A + n - 1", {"A": "max(k, n - 1 - k)"}, base={0: 0}))) == "T(n) <= 4*n; in n"
    assert (of.smallest, of.count, of.base_at(1)) == (0, of.n, 0)
