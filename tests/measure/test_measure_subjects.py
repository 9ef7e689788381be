"""Every algorithm with kernels: consistent verdicts, and the formulas that the counts follow."""

from __future__ import annotations

import pytest

from workdepth.library import entries
from workdepth.measure.experiment import Experiment, measure
from workdepth.measure.subjects import SUBJECTS
from workdepth.models.analysis import analyze_algorithm

ALGORITHMS = sorted(set(SUBJECTS) - {"multiply-n"})


@pytest.fixture(scope="module")
def measured() -> dict[str, Experiment]:
    return {name: measure(name, on="ptx", upto=1024) for name in ALGORITHMS}


@pytest.mark.parametrize("name", ALGORITHMS)
def test_consistent(measured: dict[str, Experiment], name: str) -> None:
    found = measured[name]
    assert found.outcome == "consistent", found.reasons


def test_square_matrices_are_the_library_s_case(measured: dict[str, Experiment]) -> None:
    general = analyze_algorithm(entries()["matmul"].build())
    square = measured["matmul"].analysis
    assert measured["matmul"].notes == ("held of the algorithm: n = k = m: square matrices",)
    for n in (2, 3, 8, 100):
        for figure in ("time", "threads", "work"):
            for machine in ("RAM", "GPU"):
                one, two = (getattr(analysis[machine], figure) for analysis in (square, general))
                assert one.at(n=n) == two.at(n=n, k=n, m=n)


@pytest.mark.parametrize("upto", [1, 7, 16, 100])
def test_short_sweeps_accuse_nobody(upto: int) -> None:
    for name in ALGORITHMS:
        found = measure(name, on="ptx", upto=upto)
        assert found.exit_code == 0, found.reasons


@pytest.mark.parametrize(
    ("name", "kernel", "figure", "formula"),
    [
        ("sum", "sum_serial", "steps", "7*n + 4"),
        ("sum", "sum_tree", "steps", "16*ceiling(log2(n)) + 58"),
        ("sum", "sum_tree", "barriers", "ceiling(log2(n))"),
        ("sum", "sum_tree", "operations", "n - 1"),
        ("max", "max_tree", "operations", "n - 1"),
        ("dot", "dot_tree", "operations", "2*n - 1"),
        ("dot", "dot_serial", "operations", "2*n"),
        ("matmul", "matmul_cube", "launches", "ceiling(log2(n)) + 1"),
        ("matmul", "matmul_cube", "active_threads", "n**3"),
        ("matmul", "matmul_cube", "operations", "2*n**3 - n**2"),
        ("matmul", "matmul_serial", "operations", "2*n**3"),
        ("vector-add", "vector_add", "steps", "22"),
        ("vector-add", "vector_add_serial", "steps", "10*n + 11"),
        ("axpy", "axpy", "operations", "2*n"),
        ("scan-sequential", "scan_serial", "operations", "n - 1"),
        ("scan-hillis-steele", "scan_hillis_steele", "barriers", "ceiling(log2(n))"),
        ("scan-blelloch", "scan_blelloch", "operations", "2*n - 2"),
        ("scan-blelloch", "scan_blelloch", "barriers", "2*log2(n) + 1"),
    ],
)
def test_exact_formulas(
    measured: dict[str, Experiment], name: str, kernel: str, figure: str, formula: str
) -> None:
    (one,) = [c for c in measured[name].comparisons if (c.kernel, c.figure) == (kernel, figure)]
    assert one.formulas[0].startswith(f"{formula} for ")
