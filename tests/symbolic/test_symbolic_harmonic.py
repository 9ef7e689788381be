"""Harmonic numbers: values, laws, bounds, growth, text, sympy."""

from __future__ import annotations

import math
import pickle
from fractions import Fraction

import mpmath
import numpy as np
import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st

import workdepth as wd
from workdepth.errors import SymbolicError
from workdepth.symbolic import (
    Domain,
    Size,
    as_expr,
    ceiling,
    dominates,
    floor,
    from_sympy,
    growth,
    harmonic,
    latex,
    log2,
    maximize,
    name,
    nonnegative,
    parse,
    pretty,
    simplify,
    to_sympy,
)
from workdepth.symbolic.harmonics import GAMMA, LARGEST_EXACT, _gamma, exact, to_digits

n = name("n")
WHOLE = Domain((Size("n", low=0),))
NATURAL = Domain((Size("n"),))


def by_definition(m):
    return sum((Fraction(1, i) for i in range(1, m + 1)), Fraction(0))


@given(st.integers(0, 300))
def test_values_are_sums(m):
    assert harmonic(m) == by_definition(m) == harmonic(n).at({"n": m}) == exact(m)


@given(st.integers(1, LARGEST_EXACT))
def test_neighbours_differ_by_one_over_n(m):
    x = harmonic(n) - harmonic(n - 1)
    assert x.substitute({"n": m}) == Fraction(1, m) == x.at({"n": m})


@pytest.mark.parametrize("m", [LARGEST_EXACT + 1, 2500, 10**4, 10**6, 2**60, 2**60 + 1, 10**30])
def test_large_values_are_right_to_the_last_bit(m):
    with mpmath.workdps(50):
        wanted = float(mpmath.digamma(m + 1) + mpmath.euler)
    assert harmonic(n).at({"n": m}) == wanted == float(harmonic(m))


def test_the_series_meets_the_sum_where_one_takes_over():
    digits = to_digits(LARGEST_EXACT + 1, 50)
    whole = by_definition(LARGEST_EXACT + 1)
    assert abs(Fraction(digits) / whole - 1) < Fraction(1, 10**49)


def test_gamma_by_two_ways():
    assert abs(_gamma(76) - GAMMA) < 10 ** -len(
        "57721566490153286060651209008240243104215933593992359880576723"
    )


def test_rounding_of_large_products_is_decided_by_enough_digits():
    m = 2**61 + 1
    with mpmath.workdps(80):
        wanted = int(mpmath.floor(m * (mpmath.digamma(m + 1) + mpmath.euler)))
    assert floor(n * harmonic(n)).at({"n": m}) == wanted
    assert ceiling(harmonic(n)).at({"n": 10**6}) == 15


def test_arrays():
    found = harmonic(n).evaluate({"n": np.arange(4)})
    assert found.tolist() == [0.0, 1.0, 1.5, float(Fraction(11, 6))]
    assert floor(harmonic(n)).evaluate({"n": np.array([3, 4, 5000])}).tolist() == [1, 2, 9]


@pytest.mark.parametrize("bad", ["harmonic(-1)", "harmonic(1/2)", "harmonic(log2(3))", "harmonic(0 - 5)"])
def test_there_are_no_others(bad):
    with pytest.raises(SymbolicError, match=r"harmonic\(.*\) does not exist; check the sizes: .* at least 0"):
        parse(bad)


@pytest.mark.parametrize(
    ("text", "m"), [("harmonic(n - 3)", 2), ("harmonic(n/2)", 3), ("harmonic(log2(n))", 3)]
)
def test_there_are_no_others_at_sizes(text, m):
    with pytest.raises(SymbolicError, match="does not exist"):
        parse(text).at({"n": m})


def test_only_one_argument():
    with pytest.raises(SymbolicError, match="'harmonic' takes 1 argument"):
        parse("harmonic(n, 2)")


@pytest.mark.parametrize(
    "text",
    ["harmonic(n)", "2*n*harmonic(n) - 4*n", "harmonic(n)**2/n", "harmonic(max(n, m))", "harmonic(5000)"],
)
def test_text_reads_back(text):
    x = parse(text)
    assert parse(str(x)) == x
    assert from_sympy(to_sympy(x)) == x
    assert pickle.loads(pickle.dumps(x)) == x


def test_three_notations():
    x = 2 * harmonic(n) ** 2 / n
    assert (str(x), pretty(x), latex(x)) == (
        "2*harmonic(n)**2/n",
        "2·H(n)²/n",
        r"\frac{2 \cdot H_{n}^{2}}{n}",
    )


def test_sympy_knows_it():
    k = sympy.Symbol("n", integer=True, positive=True)
    assert to_sympy(harmonic(n)) == sympy.harmonic(k)
    assert from_sympy(sympy.harmonic(k, 1)) == harmonic(n)
    assert [to_sympy(harmonic(m)) for m in range(6)] == [sympy.harmonic(m) for m in range(6)]
    with pytest.raises(SymbolicError, match="no exact rule for 'harmonic'"):
        from_sympy(sympy.harmonic(k, 2))


def test_large_numbers_stay_as_they_are_in_sympy():
    x = harmonic(2**60) + 1
    assert from_sympy(to_sympy(x)) == x
    assert parse(str(x)) == x


def test_public_name():
    assert wd.harmonic is harmonic
    assert wd.parse("harmonic(n)") == harmonic(n)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("harmonic(n)", "log(n)"),
        ("n*harmonic(n) - n", "n*log(n)"),
        ("harmonic(n)**2 + sqrt(n)", "sqrt(n)"),
        ("harmonic(n**2) + log2(n)", "log(n)"),
        ("harmonic(n*m)", "log(m) + log(n)"),
        ("n/harmonic(n)", "n/log(n)"),
    ],
)
def test_growth(text, wanted):
    assert str(growth(parse(text))) == wanted


def test_substitution_and_nesting():
    x = harmonic(n + 1)
    assert x.substitute({"n": 2}) == Fraction(11, 6)
    assert x.substitute({"n": name("m") - 1}) == harmonic(name("m"))
    assert floor(harmonic(n)).substitute({"n": 4}) == 2
    assert simplify(harmonic(n) + harmonic(n) - 2 * harmonic(n), NATURAL) == 0


@pytest.mark.parametrize(
    "text",
    [
        "harmonic(n)",
        "n - harmonic(n)",
        "harmonic(n + 1) - harmonic(n)",
        "ceiling(log2(n + 1)) - harmonic(n)",
        "2*(n + 1)*harmonic(n) - 4*n",
        "2*n - 2*harmonic(n)",
        "n**2 - n*harmonic(n)",
        "harmonic(2*n) - harmonic(n)",
    ],
)
def test_proved_to_be_at_least_0(text):
    assert nonnegative(parse(text), WHOLE)
    assert all(parse(text).at({"n": m}) >= 0 for m in range(60))


@pytest.mark.parametrize(
    "text", ["harmonic(n) - 1", "harmonic(n) - n", "harmonic(n) - log2(n + 1)", "-harmonic(n)"]
)
def test_what_is_false_is_not_proved(text):
    assert not nonnegative(parse(text), WHOLE)


def test_bounds_of_the_prover_are_true():
    for m in range(1, 400):
        h = float(exact(m))
        assert 2 * m / (m + 1) <= h + 1e-12
        assert 0.69 * math.log2(m + 1) <= h <= 0.7 * math.log2(m) + 1 + 1e-12
        assert h <= (m + 1) / 2
        assert exact(m) <= Fraction(m, 5) + Fraction(77, 60)


def test_over_a_loop_the_last_is_the_largest():
    found = maximize(harmonic(name("i") + 1), "i", 0, n, NATURAL)
    assert (found.value, found.exact) == (harmonic(n), True)
    assert dominates(harmonic(n), harmonic(n - 1), NATURAL)


def test_logarithms_of_it_and_of_numbers():
    assert math.isclose(float(log2(harmonic(n)).at({"n": 4})), math.log2(25 / 12))
    assert as_expr("harmonic(3)*n") == Fraction(11, 6) * n
