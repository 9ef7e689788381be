"""The CuPy launcher without a GPU: what it checks, what it would launch, what it keeps."""

from __future__ import annotations

import sys

import numpy as np
import pytest
from fake_cupy import fake

from workdepth import gpu, plans
from workdepth.errors import FileError, MissingError
from workdepth.plans import LaunchError


@pytest.fixture
def cupy(monkeypatch: pytest.MonkeyPatch):
    stand_in = fake()
    monkeypatch.setitem(sys.modules, "cupy", stand_in)
    return stand_in


def test_without_cupy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "cupy", None)
    found = gpu.available()
    assert not found
    assert 'CuPy is not installed: pip install "workdepth[cuda13]"' in found.reason
    for ask in (
        gpu.facts,
        lambda: gpu.load("void f();\n"),
        lambda: gpu.time_plan(plans.multiply_tree(1), {"x": ONE}),
    ):
        with pytest.raises(MissingError, match=r"no GPU to use \(CuPy is not installed.*--on ptx") as error:
            ask()
        assert error.value.exit_code == 3


ONE = np.ones(1, np.uint64)


def test_without_a_device(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "cupy", fake(devices=0))
    assert "finds no usable NVIDIA GPU or driver" in gpu.available().reason
    with pytest.raises(MissingError, match=r"no GPU to use"):
        gpu.facts()


def test_facts(cupy) -> None:
    assert gpu.available().reason == "1 GPU(s)"
    facts = gpu.facts()
    assert (facts.name, facts.compute_capability, facts.l2_bytes) == ("Fake GPU", (9, 0), 2**20)


def test_the_same_source_is_compiled(cupy) -> None:
    gpu.load(plans.kernel_path("multiply_tree"))
    ((code, options, backend),) = cupy.sources
    assert code == plans.kernel_path("multiply_tree").read_text()
    assert "--std=c++17" in options
    assert backend == "nvrtc"
    with pytest.raises(FileError, match=r"cannot read nowhere.cu"):
        gpu.load("nowhere.cu")


STRIDED = object()


@pytest.mark.parametrize(
    ("args", "words"),
    [
        ((np.zeros(3),), "a NumPy array, which lies in the host's memory"),
        ((3,), "3 of Python type int (at argument 0 of kernel k); pass a NumPy scalar"),
        ((STRIDED,), "not C-contiguous"),
    ],
)
def test_arguments_are_checked(cupy, args: tuple, words: str) -> None:
    kernel = gpu.load("void k();\n")["k"]
    if args[0] is STRIDED:
        args = (cupy.asarray(np.zeros((4, 4)))[:, :2],)
    with pytest.raises(LaunchError) as error:
        kernel.launch((1,), (1,), args)
    assert words in str(error.value)
    assert not cupy.log


def test_shapes_are_checked_and_large_shared_memory_asked_for(cupy) -> None:
    kernel = gpu.load("void k();\n")["k"]
    with pytest.raises(LaunchError, match=r"outside CUDA's limits"):
        kernel.launch((1,), (2048,))
    with pytest.raises(LaunchError, match=r"-1 bytes of shared memory"):
        kernel.launch((1,), (1,), (), -1)
    kernel.launch((2, 3), (4,), (np.int32(1),), 100_000)
    assert cupy.log == [("k", (2, 3, 1), (4, 1, 1), 100_000)]
    assert kernel.function.max_dynamic_shared_size_bytes == 100_000


def test_a_plan_is_timed_and_every_sample_kept(cupy) -> None:
    x = np.arange(9, dtype=np.uint64) * 2 + 1
    found = gpu.time_plan(plans.multiply_tree(9), {"x": x}, repeats=5, warmups=2)
    assert found.answer[0] == np.multiply.reduce(x)
    assert found.milliseconds == (0.5,) * 5
    assert (found.launches, found.warmups, found.device.name) == (4, 2, "Fake GPU")
    assert len(cupy.log) == 4 * 7
    assert cupy.log[0] == ("multiply_tree_u64", (1, 1, 1), (256, 1, 1), 0)
    assert any("L2 cache" in remark for remark in found.remarks)
    assert not any("launch-bound" in remark for remark in found.remarks)


@pytest.mark.gpu
@pytest.mark.skipif(not gpu.available(), reason="no NVIDIA GPU and CuPy here")
@pytest.mark.parametrize("method", sorted(plans.MULTIPLY))
@pytest.mark.parametrize("n", [1, 2, 1000, 2048])
def test_on_a_device(method: str, n: int) -> None:
    x = np.random.default_rng(n).integers(0, 2**63, n, dtype=np.uint64) | np.uint64(1)
    found = gpu.time_plan(plans.MULTIPLY[method](n), {"x": x}, repeats=3)
    assert found.answer[0] == np.multiply.reduce(x)
    assert len(found.milliseconds) == 3
