"""Exact formulas for counts: found where they exist, refused where they do not."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workdepth.errors import SizeError
from workdepth.measure.counts import judge_counts
from workdepth.measure.exact import domain_words, exact_fit
from workdepth.measure.observations import SampleError

POWERS = [2**k for k in range(1, 11)]
EVERY = list(range(1, 65))


def ceiling_log(n):
    return (n - 1).bit_length()


@pytest.mark.parametrize(
    ("sizes", "count", "terms", "text"),
    [
        (POWERS, lambda n: 11 * ceiling_log(n) + 26, "log2(n)", "11*log2(n) + 26 for powers of two"),
        (EVERY, lambda n: n - 1, "n", "n - 1 for every n from 1 to 64"),
        (EVERY, lambda n: n // 2, "floor(n/2)", "floor(n/2) for every n from 1 to 64"),
        (EVERY, ceiling_log, "log(n)", "ceiling(log2(n)) for every n from 1 to 64"),
        (EVERY, lambda n: 0, "n", "0 for every n from 1 to 64"),
        (EVERY, lambda n: 7, (), "7 for every n from 1 to 64"),
        (POWERS, lambda n: 3 * n * ceiling_log(n) - 2 * n, "n*log(n)", "-2*n + 3*n*log2(n) for powers"),
        (range(32, 1025, 32), lambda n: 5 * n // 32 + 1, "n", "5*n/32 + 1 for multiples of 32"),
    ],
)  # fmt: skip
def test_the_formula_and_where_it_holds(sizes, count, terms, text):
    assert str(exact_fit(sizes, [count(n) for n in sizes], terms)).startswith(text)


def test_residues_of_a_named_block():
    sizes = range(1, 200)
    found = exact_fit(sizes, [12 * -(-n // 32) + 4 for n in sizes], "n", blocks=[32])
    assert str(found) == "12*ceiling(n/32) + 4 for every n from 1 to 199"
    found = exact_fit(sizes, [n % 32 + 2 for n in sizes], "n", blocks=[32])
    assert str(found.expression) == "n - 32*floor(n/32) + 2"


def test_a_block_that_nobody_named_is_found():
    sizes = range(1, 150)
    found = exact_fit(sizes, [9 * -(-n // 64) for n in sizes], "n")
    assert str(found.expression) == "9*ceiling(n/64)"


def test_the_smallest_size_from_which_it_holds():
    counts = [15, *(11 * ceiling_log(n) + 26 for n in range(2, 65))]
    found = exact_fit(EVERY, counts, "ceiling(log2(n))")
    assert str(found) == "11*ceiling(log2(n)) + 26 for every n from 2 to 64"
    assert (found.starts_at, found.points) == ({"n": 2}, 63)
    assert found.at(n=1000) == 11 * 10 + 26


def test_rational_coefficients():
    found = exact_fit(EVERY, [n * (n - 1) // 2 for n in EVERY], "n**2")
    assert dict(zip(map(str, found.terms), found.coefficients, strict=True)) == {
        "n**2": Fraction(1, 2),
        "n": Fraction(-1, 2),
    }


def test_counts_of_two_values_have_no_formula_by_chance():
    counts = [18 if n <= 128 else 27 for n in range(65, 150)]
    assert judge_counts("log(n)", range(65, 150), counts).outcome == "inconclusive"


def test_several_sizes():
    points = [(n, m) for n in range(1, 8) for m in range(1, 8)]
    sizes = {"n": [n for n, _ in points], "m": [m for _, m in points]}
    found = exact_fit(sizes, [3 * n * m + 2 * n + 1 for n, m in points], "n*m")
    assert str(found) == "3*m*n + 2*n + 1 for 49 points with n in [1, 7], m in [1, 7]"


def test_counts_without_a_formula_have_none():
    counts = [(n * n * 2654435761) % 97 for n in EVERY]
    assert exact_fit(EVERY, counts, "n") is None


def test_one_wrong_count_in_the_middle_is_not_passed_over():
    counts = [3 * n + 1 for n in EVERY]
    counts[40] += 1
    found = exact_fit(EVERY, counts, "n")
    assert found is None or found.starts_at["n"] > 41


def test_too_few_points_verify_nothing():
    assert exact_fit([4, 8], [1, 2], "n") is None
    assert exact_fit([4, 8, 16], [1, 2, 3], "n") is None


@settings(max_examples=30)
@given(st.integers(-50, 50), st.integers(0, 30), st.integers(0, 500))
def test_every_formula_of_the_terms_is_found_again(a, b, c):
    counts = [a * n + b * ceiling_log(n) + c for n in EVERY]
    found = exact_fit(EVERY, counts, ["n", "ceiling(log2(n))"])
    assert found.points == 64
    assert [found.at(n=n) for n in EVERY] == counts
    assert len(found.terms) <= 3


@pytest.mark.parametrize(
    ("sizes", "counts", "error", "words"),
    [
        (
            [1, 2],
            [1.5, 2],
            SampleError,
            r"the count 1.5 is not an integer \(at row 0\); use fit for measured values",
        ),
        ([1, 1], [3, 4], SampleError, "two counts, 3 and 4, at n = 1; counts must not vary"),
        ([1, 2], [1], SampleError, "2 values of the size n but 1 counts"),
        ([], [], SampleError, "no counts at all; count at least 4 sizes"),
        ([0], [1], SizeError, "the size n = 0 is not an integer of at least 1"),
    ],
)
def test_what_are_no_counts_is_refused(sizes, counts, error, words):
    with pytest.raises(error, match=words):
        exact_fit(sizes, counts, "n")


def test_domains_in_words():
    words = [
        domain_words([{"n": n} for n in sizes])
        for sizes in ([5], [1, 2, 3], [2, 8, 16], [3, 7, 9], [32, 64, 96])
    ]
    assert words == [
        "n = 5 only",
        "every n from 1 to 3",
        "3 powers of two from n = 2 to 16",
        "3 sizes from n = 3 to 9",
        "multiples of 32 from n = 32 to 96",
    ]


def test_a_prediction_is_judged_by_the_exact_formula():
    counts = [11 * ceiling_log(n) + 26 for n in POWERS]
    good = judge_counts("log(n)", POWERS, counts)
    assert str(good) == (
        "consistent with log(n) for n in [2, 1024]: "
        "exactly 11*log2(n) + 26 for powers of two from n = 2 to 1024"
    )
    bad = judge_counts("n", POWERS, counts)
    assert (bad.outcome, bad.exit_code) == ("inconsistent", 1)
    assert bad.reason.endswith("which grows like log(n)")


def test_a_formula_may_be_predicted():
    assert judge_counts("ceiling(log2(n))", EVERY, [ceiling_log(n) for n in EVERY]).outcome == "consistent"
    assert judge_counts("1", EVERY, [0] * 64).outcome == "consistent"


def test_without_a_formula_ratios_are_judged_and_it_is_said():
    counts = [n * ceiling_log(n) + bin(n * 7919).count("1") + 1 for n in EVERY]
    found = judge_counts("n*log(n)", EVERY, counts)
    assert found.outcome == "consistent"
    assert "no exact formula of the terms tried holds" in found.reason
    assert "varies by a factor of 1." in found.reason
    assert judge_counts("n**2", EVERY, counts).outcome == "inconsistent"


def test_few_or_zero_counts_are_inconclusive():
    few = judge_counts("n", [2, 4], [2, 4])
    assert few.outcome == "inconclusive"
    assert few.reason == "counted at 2 sizes only: count at least 4, better 10"
    odd = judge_counts("n", EVERY, [(n * n * 2654435761) % 97 for n in EVERY])
    assert odd.outcome == "inconclusive"
