"""The ring, the functions, the values."""

import copy
import pickle
from fractions import Fraction

import numpy as np
import pytest
from algebra_strategies import build, points, trees, value
from hypothesis import given

from workdepth.errors import SymbolicError
from workdepth.symbolic import (
    Expr,
    affine,
    as_expr,
    ceiling,
    coefficients,
    floor,
    log2,
    maximum_of,
    name,
    parse,
)

n, m, d, i = map(name, "nmdi")


@given(trees, trees, trees)
def test_ring_laws(a, b, c):
    a, b, c = build(a), build(b), build(c)
    assert a + b == b + a
    assert (a + b) + c == a + (b + c)
    assert a * b == b * a
    assert (a * b) * c == a * (b * c)
    assert a * (b + c) == a * b + a * c
    assert a - a == 0
    assert a * 1 == a
    assert hash(a + b) == hash(b + a)


@given(trees, points)
def test_value_is_that_of_plain_python(tree, point):
    assert build(tree).at(point) == value(tree, point)


@given(trees)
def test_text_reads_back(tree):
    x = build(tree)
    assert parse(str(x)) == x
    assert pickle.loads(pickle.dumps(x)) == x
    assert copy.deepcopy(x) == x


@given(trees, points)
def test_arrays_agree_with_single_values(tree, point):
    x = build(tree)
    arrays = {k: np.array([v, v + 1, 2 * v]) for k, v in point.items()}
    found = x.evaluate(arrays)
    for position in range(3):
        at = x.at({k: int(v[position]) for k, v in arrays.items()})
        assert np.ravel(found)[position] == at if isinstance(at, int) else True
        assert float(np.ravel(found)[position]) == pytest.approx(float(at))


@given(trees, points)
def test_substituting_numbers_is_evaluating(tree, point):
    x = build(tree)
    assert x.substitute(point) == x.at(point)


@pytest.mark.parametrize(
    ("built", "text"),
    [
        (n * (n - 1) / 2, "n**2/2 - n/2"),
        (ceiling(log2(n)), "ceiling(log2(n))"),
        (2 ** (d + 1), "2*2**d"),
        (2**d * 2**i, "2**(d + i)"),
        (4**d / 2**d, "2**d"),
        (6**d, "6**d"),
        (n + maximum_of(1, n - 1), "n + max(1, n - 1)"),
        (i // 2**d, "floor(i/2**d)"),
        (i % 4, "i - 4*floor(i/4)"),
        (i ^ 2**d, "(2**d ^ i)"),
        (n // 2 // 2, "floor(n/4)"),
        (ceiling(ceiling(n / 2) / 2), "ceiling(n/4)"),
        (ceiling((n + 1) / as_expr(3)), "floor(n/3) + 1"),
        (floor((3 * n + 4) / 2), "n + floor(n/2) + 2"),
        (floor(-n / 2), "-ceiling(n/2)"),
        ((n**2 - 1) / (n + 1), "n - 1"),
        (n / (n + 1) * (n + 1), "n"),
        (1 / (2 * n + 2), "1/(2*(n + 1))"),
        (n**2 * 2 ** (-m), "n**2/2**m"),
        (n ** log2(7), "n**log2(7)"),
        (2 ** log2(n), "n"),
        (3 ** (log2(n) / log2(3)), "n"),
        (log2(8 * n**2), "2*log2(n) + 3"),
        (n ** Fraction(3, 2) * n ** Fraction(1, 2), "n**2"),
        (as_expr(8) ** Fraction(1, 2), "2*sqrt(2)"),
        (maximum_of(n + 1, m + 1, 3, n), "max(3, m + 1, n + 1)"),
        (maximum_of(2 * n, 2 * m), "2*max(m, n)"),
        (maximum_of(maximum_of(n, m), d), "max(d, m, n)"),
        (ceiling(log2(as_expr(5))), "3"),
        (i & 0, "0"),
        ((i << 1) >> 1, "i"),
    ],
)
def test_normal_forms(built, text):
    assert str(built) == text
    assert parse(text) == built


@pytest.mark.parametrize("text", ["N", "S", "I", "E", "O", "Q", "lambda_", "pi", "x1"])
def test_any_identifier_is_a_name(text):
    assert parse(f"{text}**2 + 1").at({text: 3}) == 10
    assert parse(text).names == {text}


def test_no_truth_and_no_order():
    with pytest.raises(TypeError, match=r"the truth of 'n'.*nonnegative"):
        bool(n)
    with pytest.raises(TypeError, match=r"'n' and '3' have no order.*dominates"):
        _ = n < 3
    with pytest.raises(TypeError, match="'n' is symbolic"):
        float(n)
    assert float(log2(as_expr(6))) == pytest.approx(2.584962500721156)
    assert bool(as_expr(2))
    assert as_expr(2) < 3


@pytest.mark.parametrize("x", [1.5, True, None, [1], float("nan"), 1j])
def test_inexact_things_are_refused(x):
    with pytest.raises(SymbolicError, match="is not an exact expression"):
        as_expr(x)


def test_numpy_integers_are_exact():
    assert n + np.int64(3) == n + 3
    assert np.int64(3) * n == 3 * n


@pytest.mark.parametrize(
    ("action", "words"),
    [
        (lambda: n / 0, "division by zero"),
        (lambda: log2(0), r"log2\(0\) does not exist"),
        (lambda: n**m, r"no rule for \(n\)\*\*\(m\)"),
        (lambda: (-2) ** n, "no rule for -2 to the power n"),
        (lambda: (n + m + d + i) ** 99, "too large"),
        (lambda: parse("n").at({}), "'n' has no value"),
        (lambda: parse("n").at({"n": 1.5}), "is not an integer"),
        (lambda: parse("1/n").at({"n": 0}), "division by zero"),
        (lambda: parse("log2(n)").at({"n": 0}), "does not exist"),
        (lambda: parse("2**n").at({"n": 10**9}), "too large"),
        (lambda: parse("n ^ 1").substitute({"n": Fraction(1, 2)}), "has no bits"),
        (lambda: name("1n"), "is not a name"),
        (lambda: n.number, "'n' is not a number"),
    ],
)
def test_complaints(action, words):
    with pytest.raises(SymbolicError, match=words):
        action()


@pytest.mark.parametrize(
    "size", [1, 2, 3, 2**52 + 1, 2**53 - 1, 2**53, 2**53 + 1, 2**60 - 1, 2**62, 2**62 + 1, 2**63 - 1]
)
def test_rounded_logarithms_are_exact(size):
    up, down = (size - 1).bit_length(), size.bit_length() - 1
    assert parse("ceiling(log2(n))").at({"n": size}) == up
    assert parse("floor(log2(n))").at({"n": size}) == down
    assert parse("ceiling(log2(n))").evaluate({"n": np.array([size])}) == up
    assert parse("floor(log2(n))").evaluate({"n": np.array([size])}) == down


def test_rounded_irrational_values():
    assert parse("floor(sqrt(n))").at({"n": 10**40 + 1}) == 10**20
    assert parse("floor(2*log2(n))").at({"n": 3}) == 3
    assert parse("ceiling(log2(n)/log2(3))").at({"n": 3**40}) == 40
    assert parse("floor(n*log2(n))").at({"n": 8}) == 24
    assert parse("log2(n)").at({"n": 8}) == 3
    assert isinstance(parse("log2(n)").at({"n": 7}), float)


def test_overflow_is_an_error():
    with pytest.raises(SymbolicError, match="does not fit into 64 bits"):
        parse("n**4").evaluate({"n": np.array([10**6])})
    with pytest.raises(SymbolicError, match="does not fit into 64 bits"):
        parse("2**n").evaluate({"n": np.array([64])})


def test_index_arrays():
    i_values, d_values = np.arange(8), np.array([[0], [1], [2]])
    found = parse("i ^ 2**d").evaluate({"i": i_values, "d": d_values})
    assert found.tolist() == [[x ^ (1 << s) for x in range(8)] for s in range(3)]
    assert parse("floor(i/2**d)").evaluate({"i": i_values, "d": d_values}).tolist() == [
        [x >> s for x in range(8)] for s in range(3)
    ]


def test_affine_and_coefficients():
    assert affine(parse("b*k + i"), "k") == (name("b"), i)
    assert affine(parse("i**2"), "i") is None
    assert affine(parse("floor(i/2)"), "i") is None
    assert affine(parse("n"), "i") == (0, n)
    assert coefficients(parse("(i + n)**2"), "i") == {2: 1, 1: 2 * n, 0: n**2}


def test_names_are_simultaneous():
    assert parse("n - m").substitute({"n": m, "m": n}) == m - n


def test_expr_of_text():
    assert Expr("n + 1") == n + 1
