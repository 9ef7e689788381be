"""Plots are drawn without a window or a warning; speed-up and its bounds are right."""

from __future__ import annotations

import pytest
from measure_sweeps import CURVES, SIZES, noisy

from workdepth.errors import FileError
from workdepth.measure.observations import SampleError
from workdepth.measure.speedup import measured_speedup, speedup_bounds
from workdepth.measure.verdict import judge


def test_bounds_of_a_tree_on_a_device_that_holds_few_threads():
    bounds = speedup_bounds([1023, 7], [10, 3], [512, 4], resident=100)
    assert bounds.work == (512.0, 4.0)
    assert bounds.span == (102.3, 7 / 3)
    assert bounds.resident == (100.0, 100.0)
    assert bounds.greedy == pytest.approx((1023 / (1013 / 100 + 10), 7 / (4 / 4 + 3)))
    for k in range(2):
        assert bounds.greedy[k] <= min(bounds.work[k], bounds.span[k], bounds.resident[k])


def test_no_limit_of_threads_is_no_bound():
    assert speedup_bounds([7], [3], [4]).resident == (float("inf"),)


def test_nothing_to_do_is_refused():
    with pytest.raises(SampleError, match="work must be positive; leave out sizes at which nothing is done"):
        speedup_bounds([0], [1], [1])


def test_speed_up_is_the_ratio_of_medians_in_order_of_size():
    found = measured_speedup(
        [16, 8], [[8.0, 8.1, 900.0], [4.0, 4.1, 4.2]], [[2.0, 2.0, 2.0], [2.0, 2.0, 2.0]]
    )
    assert found.sizes == (8.0, 16.0)
    assert found.ratios == pytest.approx((2.05, 4.05))
    assert all(low <= r <= high for r, (low, high) in zip(found.ratios, found.intervals, strict=True))


@pytest.mark.parametrize("prediction", ["n", "n**2"])
def test_a_verdict_is_drawn(tmp_path, prediction):
    pytest.importorskip("matplotlib")
    from workdepth.report.fit_plot import fit_plot

    samples = noisy(CURVES["n"])
    samples[:2] *= 7
    verdict = judge(prediction, SIZES, samples)
    path = fit_plot(tmp_path / "fit.svg", verdict, SIZES, samples)
    text = path.read_text()
    assert text.startswith("<?xml")
    few = judge("n", SIZES[:2], samples[:2])
    assert fit_plot(tmp_path / "few.png", few, SIZES[:2], samples[:2]).stat().st_size > 5000


def test_a_speed_up_is_drawn(tmp_path):
    pytest.importorskip("matplotlib")
    from workdepth.report.speedup_plot import speedup_plot

    measured = measured_speedup([8, 16], [[4.0, 4.1], [8.0, 8.1]], [[2.0, 2.0], [2.0, 2.1]])
    bounds = speedup_bounds([7, 15], [3, 4], [4, 8], resident=6)
    assert speedup_plot(tmp_path / "s.png", measured, bounds).stat().st_size > 5000
    with pytest.raises(
        SampleError, match="1 bounds but 2 measured points; give work, span and threads at each"
    ):
        speedup_plot(tmp_path / "s.png", measured, speedup_bounds([7], [3], [4]))


def test_a_plot_that_cannot_be_written_is_refused(tmp_path):
    pytest.importorskip("matplotlib")
    from workdepth.report.figures import new_figure, save

    with pytest.raises(FileError, match=r"cannot draw .*fit.tex"):
        save(new_figure(2, 2), tmp_path / "fit.tex")
    with pytest.raises(FileError, match=r"cannot write .*; name a folder that exists"):
        save(new_figure(2, 2), tmp_path / "no" / "fit.png")
