"""The errors of medians: from repeats, from processes, and from what neither shows."""

from __future__ import annotations

import numpy as np
import pytest
from measure_sweeps import SIZES

from workdepth.measure.observations import UNKNOWN_NOISE, noise_of, observe


def spread(shape, noise=0.05, seed=3):
    return np.exp(noise * np.random.default_rng(seed).standard_normal((len(SIZES), *shape)))


def test_the_noise_of_one_sample_is_found():
    assert noise_of(observe(SIZES, spread((1, 101)))).sample == pytest.approx(0.05, rel=0.15)


def test_more_repeats_give_smaller_errors_but_never_none():
    few, many = (noise_of(observe(SIZES, spread((1, r)))).typical for r in (5, 500))
    assert many < few
    assert many > 0.01


def test_processes_that_differ_count_more_than_repeats_that_agree():
    samples = spread((3, 20), noise=0.001) * np.exp(
        0.1 * np.random.default_rng(1).standard_normal((len(SIZES), 3, 1))
    )
    noise = noise_of(observe(SIZES, samples))
    assert noise.between == pytest.approx(0.1, rel=0.4)
    assert noise.typical > 0.05
    assert noise_of(observe(SIZES, samples.reshape(len(SIZES), 60))).between is None


def test_one_disturbed_process_does_not_spoil_the_sweep():
    samples = spread((3, 5), noise=0.01)
    calm = noise_of(observe(SIZES, samples)).typical
    samples[4, 1] *= 3
    shaken = noise_of(observe(SIZES, samples))
    assert shaken.typical < 1.5 * calm
    assert observe(SIZES, samples).medians()[4] == pytest.approx(1, rel=0.05)


def test_samples_that_follow_each_other_widen_the_error():
    loose = np.random.default_rng(9).standard_normal((len(SIZES), 200))
    tied = np.copy(loose)
    for k in range(1, 200):
        tied[:, k] = 0.9 * tied[:, k - 1] + 0.4 * loose[:, k]
    free, bound = (noise_of(observe(SIZES, np.exp(0.05 * x))).inside.mean() for x in (loose, tied))
    assert bound > 2 * free


def test_one_repeat_has_an_assumed_noise():
    assert (noise_of(observe(SIZES, spread((1, 1)))).errors == UNKNOWN_NOISE).all()


def test_rows_may_differ_in_length():
    found = observe([8, 16, 8], [[[1.0, 2.0], [3.0]], [4.0], [5.0]])
    assert [len(row) for row in found.rows] == [3, 1]
    assert (found.repeats, found.processes) == (1, 1)
    assert found.span() == "n in [8, 16]"


def test_samples_without_any_spread_still_have_an_error():
    assert noise_of(observe(SIZES, [[n * 1.0] * 5 for n in SIZES])).typical > 0.003
