"""`measure`: right results first, counts beside predictions, verdicts, and what it refuses."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

import workdepth as wd
from workdepth import gpu
from workdepth.errors import CheckError, MissingError, SizeError, WorkdepthError
from workdepth.gpu.device import Availability, DeviceFacts
from workdepth.gpu.timing import PlanTiming
from workdepth.measure import comparing, experiment, subjects, sweep, timed
from workdepth.measure.experiment import measure
from workdepth.models.analysis import analyze_algorithm

NO_GPU = Availability(False, "CuPy is not installed")
DEVICE = DeviceFacts("a device", (9, 0), 132, 2048, 49152, 2**25, 2**33, 13000, 13000)


@pytest.fixture(scope="module")
def counted() -> experiment.Experiment:
    return measure("multiply-n", on="ptx", upto=2**16)


def product(fold=None) -> wd.Algorithm:
    g = wd.Algorithm("multiply-n")
    x = g.input("x", wd.size("n"))
    g.output(fold(g, x) if fold else g.fold(wd.MULTIPLY, x))
    return g


def of(found: experiment.Experiment, kernel: str, figure: str) -> comparing.Comparison:
    (one,) = [c for c in found.comparisons if (c.kernel, c.figure) == (kernel, figure)]
    return one


def test_everything_is_consistent(counted) -> None:
    assert (counted.outcome, counted.exit_code, counted.on) == ("consistent", 0, "ptx")
    assert {one.outcome for one in counted.comparisons} == {"consistent"}
    assert "nothing is claimed beyond them" in counted.reasons[0]


@pytest.mark.parametrize(
    ("kernel", "figure", "formulas"),
    [
        ("multiply_serial", "steps", ("7*n + 4 for 25 sizes from n = 2 to 65536",)),
        ("multiply_serial", "active_threads", ("1 for 26 sizes from n = 1 to 65536",)),
        ("multiply_tree", "steps", ("22*ceiling(log2(n)) for 26 sizes from n = 1 to 65536",)),
        ("multiply_tree", "launches", ("ceiling(log2(n)) for 26 sizes from n = 1 to 65536",)),
        ("multiply_tree", "active_threads", ("floor(n/2) for 26 sizes from n = 1 to 65536",)),
        ("multiply_tree", "operations", ("n - 1 for 26 sizes from n = 1 to 65536",)),
        ("multiply_tree", "words", ("n for 26 sizes from n = 1 to 65536",)),
        ("multiply_block", "barriers", ("ceiling(log2(n)) for 19 sizes from n = 1 to 2048",)),
    ],
)
def test_exact_formulas(counted, kernel: str, figure: str, formulas: tuple[str, ...]) -> None:
    assert of(counted, kernel, figure).formulas == formulas


def test_powers_of_two_have_the_shorter_formula(counted) -> None:
    steps = of(counted, "multiply_block", "steps")
    assert steps.formulas[-1] == "16*log2(n) + 37 for powers of two from n = 2 to 2048"
    assert (steps.relation, steps.growth, steps.prediction) == ("grows like", "log(n)", "ceiling(log2(n))")


def test_raw_counts_are_kept(counted) -> None:
    tree = counted.counts[1]
    assert tree.sizes[:8] == (1, 2, 3, 4, 5, 6, 7, 8)
    assert {100, 1000, 65536} <= set(tree.sizes)
    assert tree.figures["active_threads"] == tuple(n // 2 for n in tree.sizes)
    assert set(tree.figures) == set(sweep.FIGURES)
    assert counted.counts[2].sizes[-1] == 2048


def test_what_varies_is_said(counted) -> None:
    assert counted.varied[1].startswith("multiply_tree, counted: n from 1 to 65536 (")
    assert "held: one launch a level, 256 threads a block" in counted.varied[1]
    assert "held: one block of max(1, floor(n/2)) threads" in counted.varied[2]


def test_json_is_plain_and_whole(counted) -> None:
    data = json.loads(json.dumps(counted.to_json()))
    assert (data["schema"], data["outcome"]) == ("workdepth.measure/1", "consistent")
    assert data["compiler"] == {"nvrtc": "13.0.88", "ptx": "9.0", "arch": "sm_80"}
    assert data["prediction"]["GPU"]["time"] == {
        "exact": "ceiling(log2(n))",
        "relation": "=",
        "growth": "log(n)",
    }
    assert set(data["units"]) == set(data["counts"][0]["figures"])
    assert data["comparisons"][0]["kernel"] == "multiply_serial"
    assert (data["times"], data["speedups"]) == ([], {})


def test_text_is_ascii_and_tells_formulas(counted) -> None:
    shown = str(counted)
    assert shown.isascii()
    assert shown.startswith("multiply-n, measured on ptx: consistent\n")
    assert "multiply_tree (GPU's witness, uint64)" in shown
    assert "active_threads equals GPU threads floor(n/2): consistent; exactly floor(n/2) for " in shown
    assert "compiled by NVRTC 13.0.88" in shown
    assert max(map(len, shown.splitlines())) <= 110


@pytest.mark.parametrize("upto", [1, 3, 4, 7, 16, 300])
def test_a_short_sweep_accuses_nobody(upto: int) -> None:
    found = measure(on="ptx", upto=upto)
    assert found.exit_code == 0
    assert found.outcome == ("consistent" if upto >= 16 else "inconclusive")


def test_a_graph_of_ones_own_is_the_prediction() -> None:
    assert measure(product(), on="ptx", upto=64).outcome == "consistent"


def test_a_serial_fold_predicts_what_the_tree_kernel_does_not_do() -> None:
    serial = product(lambda g, x: g.fold(wd.MULTIPLY, x, order="left"))
    found = measure(serial, on="ptx", upto=256)
    assert (found.outcome, found.exit_code) == ("inconsistent", 1)
    assert of(found, "multiply_serial", "steps").outcome == "consistent"
    assert of(found, "multiply_tree", "launches").reason == "2 at n = 4, predicted = 3"
    assert any("which grows like log(n)" in reason for reason in found.reasons)


def test_a_graph_that_computes_something_else_is_refused() -> None:
    with pytest.raises(CheckError, match=r"the graph multiply-n, n = 2, uint32.*neither counted nor timed"):
        measure(product(lambda g, x: g.fold(wd.ADD, x)), on="ptx")


def test_sizes_of_another_name_and_domain() -> None:
    g = wd.Algorithm("multiply-n")
    g.output(g.fold(wd.MULTIPLY, g.input("x", wd.size("N"))))
    found = measure(g, on="ptx", upto=64)
    assert found.outcome == "consistent"
    assert of(found, "multiply_tree", "steps").formulas[0].startswith("22*ceiling(log2(N)) for ")


def test_a_wrong_kernel_is_never_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = replace(subjects.SUBJECTS["multiply-n"], oracle=lambda x: np.add.reduce(x, dtype=x.dtype))
    with pytest.raises(CheckError, match=r"NumPy's is .*kernel multiply_tree, n = 2, uint32"):
        sweep.prove(wrong, wrong.witnesses[1])


@pytest.mark.parametrize("upto", [0, -1, True, 2.5, "64"])
def test_bad_upto(upto: object) -> None:
    with pytest.raises(SizeError, match=r"upto = .* integer of at least 1"):
        measure(on="ptx", upto=upto)


def test_algorithms_without_kernels() -> None:
    with pytest.raises(WorkdepthError, match=r"no kernels for 'horner'.*that have kernels: multiply-n"):
        measure("horner", on="ptx")
    with pytest.raises(WorkdepthError, match="a list cannot be measured"):
        measure([1], on="ptx")
    with pytest.raises(WorkdepthError, match=r"on = 'cpu'.*choose auto, gpu or ptx"):
        measure(on="cpu")


def test_two_sizes_are_one_too_many() -> None:
    g = wd.Algorithm("multiply-n")
    x, y = g.input("x", wd.size("n")), g.input("y", wd.size("m"))
    g.output(g.apply(wd.MULTIPLY, g.fold(wd.MULTIPLY, x), g.fold(wd.MULTIPLY, y)))
    with pytest.raises(WorkdepthError, match="the graph has 2 sizes"):
        measure(g, on="ptx")


def test_the_package_is_also_the_function() -> None:
    assert wd.measure(on="ptx", upto=4).algorithm == "multiply-n"
    assert wd.measure.measure is measure
    assert callable(wd.fit)
    assert callable(wd.measure.fit)
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = wd.measure.nothing


def test_a_bound_is_held_as_a_bound() -> None:
    figure = analyze_algorithm(product())["GPU"].threads
    sizes, values = (1, 2, 4, 8), (0, 1, 1, 3)
    assert comparing._equality(figure, 1, sizes, values, "n")[0] == "inconsistent"
    assert comparing._equality(replace(figure, relation="<="), 1, sizes, values, "n")[0] == "consistent"
    assert comparing._equality(figure, 4, sizes, (0, 4, 4, 4), "n")[0] == "consistent"


# Without a GPU, and with one that is played


def test_no_gpu(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gpu, "available", lambda: NO_GPU)
    with pytest.raises(MissingError, match=r"no GPU to measure on: CuPy is not installed.*--on ptx") as error:
        measure(on="gpu")
    assert error.value.exit_code == 3
    found = measure(upto=8)
    assert found.notes == ("nothing was timed: CuPy is not installed",)
    assert "nothing was timed" in str(found)


def milliseconds(kernel: str, n: int) -> float:
    if kernel == "multiply_serial":
        return 2e-5 * n + 1e-3
    return 2e-3 * (n - 1).bit_length() + 1e-3


def played(plan, inputs, repeats, module) -> PlanTiming:
    spread = np.random.default_rng(plan.size).normal(1.0, 0.005, repeats)
    samples = tuple((milliseconds(plan.source, plan.size) * spread).tolist())
    answer = np.array([np.multiply.reduce(inputs["x"])])
    return PlanTiming(answer, samples, 3, len(plan.launches), DEVICE, ("launch-bound",))


@pytest.fixture
def device(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gpu, "available", lambda: Availability(True, "1 GPU"))
    monkeypatch.setattr(gpu, "facts", lambda: DEVICE)
    monkeypatch.setattr(gpu, "load", lambda path: None)
    monkeypatch.setattr(gpu, "time_plan", played)


@pytest.mark.usefixtures("device")
def test_a_timed_sweep() -> None:
    found = measure(on="gpu")
    assert (found.on, found.counts) == ("gpu", ())
    serial, tree, block = found.times
    assert serial.sizes[0] == timed.SMALLEST
    assert tree.sizes[-1] == 2**19, "beyond, the device cannot hold all threads at once"
    assert block.sizes[-1] == 2048
    assert all(len(row) == experiment.REPEATS for row in tree.milliseconds)
    assert tree.remarks == ("launch-bound (up to n = 524288)",)
    assert of(found, "multiply_serial", "milliseconds").outcome == "consistent"
    assert of(found, "multiply_tree", "milliseconds").outcome == "consistent"
    assert found.speedups[1000] == pytest.approx(0.021 / 0.021, rel=0.05)
    assert "RAM time / GPU time on the device; predicted to grow like n/log(n)" in str(found)
    data = json.loads(json.dumps(found.to_json()))
    assert data["times"][0]["device"]["name"] == "a device"
    assert len(data["times"][1]["milliseconds"][0]) == experiment.REPEATS


@pytest.mark.usefixtures("device")
def test_counted_and_timed() -> None:
    found = measure(upto=256)
    assert (found.on, found.notes, len(found.counts), len(found.times)) == ("ptx and gpu", (), 3, 3)


@pytest.mark.usefixtures("device")
def test_a_wrong_answer_is_not_timed(monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = lambda *rest, **named: replace(played(*rest, **named), answer=np.array([7], np.uint64))  # noqa: E731
    monkeypatch.setattr(gpu, "time_plan", wrong)
    with pytest.raises(CheckError, match=r"the result is 7.*multiply_serial on the GPU, n = 16, uint64"):
        measure(on="gpu", upto=64)


@pytest.mark.usefixtures("device")
def test_nothing_left_to_time() -> None:
    with pytest.raises(SizeError, match=r"no size from 16 to 8 to time.*upto >= 16"):
        measure(on="gpu", upto=8)


def test_what_is_measured_is_the_library_s_algorithm() -> None:
    """`measure` lies below the library, so it builds the graph itself: it must be the same one."""
    from workdepth.graph.files import same
    from workdepth.library import entries

    for name, subject in subjects.SUBJECTS.items():
        assert subject.held or same(subject.build(), entries()[name].build())
