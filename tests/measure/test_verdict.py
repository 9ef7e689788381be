"""Three outcomes, each with its reason; never a wrong verdict on bad data."""

from __future__ import annotations

import numpy as np
import pytest
from measure_sweeps import CURVES, SIZES, noisy

from workdepth.measure.verdict import judge

CLASSES = tuple(CURVES)


@pytest.mark.parametrize("growth", CLASSES)
def test_a_true_prediction_is_consistent(growth):
    verdict = judge(growth, SIZES, noisy(CURVES[growth]))
    assert verdict.outcome == "consistent", verdict
    assert verdict.exit_code == 0
    assert str(verdict).startswith(f"consistent with {growth} for n in [256, 1048576]: fits with residual")


@pytest.mark.parametrize("place", range(1, len(CLASSES)))
def test_a_neighbour_is_never_consistent(place):
    for told, true in ((place, place - 1), (place - 1, place)):
        verdict = judge(CLASSES[told], SIZES, noisy(CURVES[CLASSES[true]]))
        assert verdict.outcome != "consistent", verdict


def test_a_wrong_prediction_is_refuted_with_what_fits():
    verdict = judge("n**2", SIZES, noisy(CURVES["n"]))
    assert (verdict.outcome, verdict.exit_code) == ("inconsistent", 1)
    assert "n fits with residual" in verdict.reason
    assert "n**2 is chosen in" in verdict.reason


def test_a_floor_that_hides_the_growth_is_named():
    verdict = judge("n + 1", SIZES, noisy(lambda n: 1.0 + 0.2 * n / SIZES[-1], noise=0.003))
    assert verdict.outcome == "inconclusive"
    assert (
        "launch floor is 83% of the value at the largest n: n is hardly seen; sweep further" in verdict.reason
    )


def test_no_growth_at_all_does_not_refute():
    verdict = judge("n", SIZES, noisy(CURVES["1"]))
    assert verdict.outcome == "inconclusive"
    assert verdict.reason == "the value hardly grows over this range: n is not seen; sweep further"


def test_a_lower_predicted_term_that_is_all_there_is_does_not_refute():
    verdict = judge("n + log(n)", SIZES, noisy(CURVES["log(n)"]))
    assert verdict.outcome == "inconclusive"
    assert "log(n) is nearly all of the value: n is not seen" in verdict.reason


def test_two_classes_that_cannot_be_told_apart_and_what_would():
    sizes = [2**k for k in range(10, 15)]
    verdict = judge("n*log(n)", sizes, noisy(lambda n: 1e-9 * n * np.log2(n), sizes, noise=0.5))
    assert verdict.outcome == "inconclusive"
    assert "cannot be told apart here: " in verdict.reason


def test_what_the_machine_adds_is_said():
    stepped = noisy(lambda n: 1e-9 * n * (1 if n <= 2**14 else 2.5))
    assert judge("n", SIZES, stepped).reason.endswith(
        "its price rises at some size, as where a cache is outgrown"
    )
    floored = noisy(lambda n: max(1e-5, 1e-9 * n))
    assert judge("n", SIZES, floored).reason.endswith("below some size a constant floor hides it")


def test_nothing_fits_is_no_refutation():
    random = np.random.default_rng(3)
    clean = [10 ** random.uniform(0, 3) for _ in SIZES]
    verdict = judge("n", SIZES, [[c, c * 1.01, c * 0.99, c] for c in clean])
    assert verdict.outcome == "inconclusive"
    assert "no hypothesis fits" in verdict.reason
    assert "several regimes, or a disturbed machine" in verdict.reason


@pytest.mark.parametrize(
    ("sizes", "words"),
    [
        (
            [8, 16],
            "2 different sizes cannot tell growth classes apart: measure at least 5, better 12 doublings",
        ),
        ([8] * 6, "one size cannot tell growth classes apart"),
        ([1] * 6, "one size cannot tell growth classes apart"),
        ([100, 101, 102, 103, 104, 105], "n grows only 1.05-fold: sweep at least 8-fold"),
    ],
)
def test_too_little_is_inconclusive(sizes, words):
    verdict = judge("n", sizes, [[n * 1.0, n * 1.01] for n in sizes])
    assert verdict.outcome == "inconclusive"
    assert words in verdict.reason


def test_one_repeat_is_judged_with_an_assumed_noise():
    samples = noisy(CURVES["n"])[:, 0, :1]
    assert judge("n", SIZES, samples).outcome != "inconsistent"
    assert judge("n**2", SIZES, samples).outcome != "consistent"
    assert judge("n", SIZES, samples[:, 0]).outcome == judge("n", SIZES, samples).outcome


def test_a_thousandfold_outlier_changes_nothing():
    samples = noisy(CURVES["n"])
    samples[5, 1, 2] *= 1000
    assert judge("n", SIZES, samples).outcome == "consistent"
    assert judge("n**2", SIZES, samples).outcome == "inconsistent"


@pytest.mark.parametrize("row", [0, 5, 12])
def test_a_size_measured_a_thousandfold_too_long_gives_no_wrong_verdict(row):
    samples = noisy(CURVES["n"])
    samples[row] *= 1000
    assert judge("n", SIZES, samples).outcome != "inconsistent"
    assert judge("n**3", SIZES, samples).outcome != "consistent"


def test_unsorted_rows_are_judged_alike():
    samples = noisy(CURVES["n"])
    assert judge("n", SIZES[::-1], samples[::-1]) == judge("n", SIZES, samples)


def test_sizes_from_one_on():
    sizes = [2**k for k in range(10)]
    assert judge("n", sizes, noisy(lambda n: 1e-9 + 1e-9 * n, sizes)).outcome == "consistent"
    steps = noisy(lambda n: 1e-6 * max(np.log2(n), 0.3), sizes)
    assert judge("log(n)", sizes, steps).outcome != "inconsistent"


def test_nothing_is_claimed_beyond_the_range():
    assert judge("n", SIZES, noisy(CURVES["n"])).span == "n in [256, 1048576]"


def test_noise_free_times_and_exponentials():
    assert judge("n", SIZES, [[n * 1e-9] * 5 for n in SIZES]).outcome == "consistent"
    sizes = list(range(4, 40, 3))
    assert judge("2**n", sizes, noisy(lambda n: 2.0**n, sizes)).outcome == "consistent"
    assert judge("2**n", sizes, noisy(lambda n: n**2.0, sizes)).outcome == "inconsistent"


def test_processes_that_differ_widen_the_errors():
    samples = noisy(CURVES["n*log(n)"], noise=0.002)
    shaken = samples * np.exp(0.2 * np.random.default_rng(5).standard_normal((len(SIZES), 3, 1)))
    assert judge("n*log(n)", SIZES, shaken).fit.error > 5 * judge("n*log(n)", SIZES, samples).fit.error
