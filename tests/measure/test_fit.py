"""The fit on sweeps whose growth is known, and on input that is no sweep."""

from __future__ import annotations

import numpy as np
import pytest
from measure_sweeps import CURVES, SIZES, noisy

from workdepth.errors import SizeError, SymbolicError
from workdepth.measure.fit import fit
from workdepth.measure.observations import SampleError


@pytest.mark.parametrize("growth", CURVES)
def test_growth_is_found_without_a_prediction(growth):
    assert fit(SIZES, noisy(CURVES[growth])).growth == growth


@pytest.mark.parametrize("growth", CURVES)
def test_the_unit_of_the_samples_does_not_matter(growth):
    samples = noisy(CURVES[growth])
    assert fit(SIZES, samples * 1e9).growth == fit(SIZES, samples).growth == growth


def test_terms_coefficients_and_intervals():
    found = fit(SIZES, noisy(CURVES["n"]))
    assert found.terms == ("n", "1")
    assert found.coefficients == pytest.approx((2e-9, 3e-6), rel=0.05)
    for value, (low, high) in zip((2e-9, 3e-6), found.intervals, strict=True):
        assert low < value < high
    assert found.starts_at == {"n": 256}
    assert found.extrapolation < 0.03
    assert found.share > 0.99
    assert sum(found.shares.values()) == pytest.approx(1)


def test_coefficients_are_positive_where_a_negative_one_would_fit_better():
    found = fit(SIZES, noisy(lambda n: 1e-9 * n * (1 - 5e-2 * np.log2(n) / 20)))
    assert all(c > 0 for c in found.coefficients)


def test_the_regime_starts_where_the_small_sizes_are_left_out():
    samples = noisy(CURVES["n"], noise=0.005)
    samples[:3] *= np.array([9.0, 5.0, 3.0])[:, None, None]
    found = fit(SIZES, samples)
    assert found.growth == "n"
    assert found.starts_at["n"] > 256


def test_a_cache_that_is_outgrown_is_not_growth():
    found = fit(SIZES, noisy(lambda n: 1e-9 * n * (1 if n <= 2**14 else 2.5)))
    assert (found.growth, found.shape) == ("n", "step")
    assert found.terms == ("n", "n beyond 1.64e+04")


def test_the_analyzers_terms_are_hypotheses():
    def curve(n):
        return 2e-6 * np.log2(n) ** 2 + 1e-9 * n * np.log2(n)

    found = fit(SIZES, noisy(curve), ["log(n)**2", "n*log(n)"])
    assert set(found.terms) == {"n*log(n)", "log(n)**2"}


def test_several_sizes():
    points = [(a, b) for a in (64, 128, 256, 512) for b in (16, 64, 256, 1024)]
    sizes = {"n": [a for a, _ in points], "m": [b for _, b in points]}
    samples = [[1e-6 + a * b * 1e-9 * x for x in (1, 1.01, 0.99, 1.005)] for a, b in points]
    assert fit(sizes, samples, "m*n").growth == "m*n"
    samples = [[(a + b) * 1e-9 * x for x in (1, 1.01, 0.99, 1.005)] for a, b in points]
    assert fit(sizes, samples, "m + n").growth == "m + n"


def test_a_size_of_another_name_is_the_predictions():
    assert fit(SIZES, noisy(CURVES["n"]), "k").growth == "k"


def test_rows_in_any_order_and_rows_of_one_size_are_one_sweep():
    samples = noisy(CURVES["n*log(n)"])
    order = np.random.default_rng(1).permutation(len(SIZES))
    shuffled = fit([SIZES[k] for k in order], samples[order])
    assert shuffled == fit(SIZES, samples)
    twice = fit(SIZES * 2, [*samples[:, :1], *samples[:, 1:]])
    assert twice.growth == "n*log(n)"


def test_samples_are_not_changed():
    samples = noisy(CURVES["n"])
    before = samples.copy()
    fit(SIZES, samples)
    assert (samples == before).all()


@pytest.mark.parametrize("scale", [1e-300, 1e-12, 1.0, 1e250])
def test_values_of_any_magnitude(scale):
    assert fit(SIZES, noisy(CURVES["n"]) * scale).growth == "n"


def test_exponential_growth():
    sizes = list(range(4, 40, 3))
    assert fit(sizes, noisy(lambda n: 2.0**n, sizes), "2**n").growth == "2**n"


@pytest.mark.parametrize(
    ("sizes", "samples", "error", "words"),
    [
        (
            [8, 16],
            [[1], [2]],
            SampleError,
            "2 different sizes cannot tell growth classes apart; measure at least 5",
        ),
        ([8] * 9, [[1, 2]] * 9, SampleError, "1 different sizes"),
        ([1, 2, 3], [[1]] * 4, SampleError, "3 values of the size n but 4 rows of samples; give one row"),
        ([], [], SampleError, "no samples at all; measure at least 4 sizes"),
        ([0, 1], [[1], [2]], SizeError, "the size n = 0 is not an integer of at least 1"),
        ([1.5, 2], [[1], [2]], SizeError, "the size n = 1.5 is not an integer"),
        (["x", 2], [[1], [2]], SizeError, "the size n = 'x' is no number"),
        (7, [[1]], SampleError, "sizes: 7 is no sequence; give a list"),
        ({}, [[1]], SizeError, "no sizes at all"),
        ([1, 2], [[1], []], SampleError, r"a size without a sample \(at row 1\); measure it or leave it out"),
        ([1, 2], [[1], ["fast"]], SampleError, r"a sample is no number \(at row 1\)"),
    ],
)
def test_what_is_no_sweep_is_refused(sizes, samples, error, words):
    with pytest.raises(error, match=words):
        fit(sizes, samples)


@pytest.mark.parametrize("bad", [float("nan"), float("inf"), 0.0, -1e-6])
def test_a_time_that_is_none_is_refused_with_its_row(bad):
    samples = noisy(CURVES["n"])
    samples[3, 0, 2] = bad
    with pytest.raises(
        SampleError, match=r"is not a positive finite time \(at row 3\); leave out failed runs"
    ):
        fit(SIZES, samples)


def test_values_of_too_many_orders_are_refused():
    with pytest.raises(SampleError, match="the values go from 1e-200 to 1; fit no more than 100 orders"):
        fit([1, 2, 3, 4, 5], [[1.0], [1.0], [1.0], [1.0], [1e-200]])


def test_a_prediction_in_another_size_is_refused():
    with pytest.raises(SymbolicError, match="the size m of the prediction was not measured; use n, or give"):
        fit(SIZES, noisy(CURVES["n"]), "m*n")
    with pytest.raises(SymbolicError, match="an empty prediction; write one like"):
        fit(SIZES, noisy(CURVES["n"]), [])
