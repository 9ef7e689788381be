"""Counters by line, block and warp; grids estimated from some blocks; independence of the chunk's size."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import numpy as np
import pytest

from workdepth import ptx
from workdepth.ptx import LaunchError, machine

SOURCE = (Path(__file__).parent / "corpus" / "classics.cu").read_text()


@pytest.fixture(scope="module")
def classics() -> ptx.Module:
    pytest.importorskip("cuda.bindings.nvrtc")
    return ptx.compile(SOURCE)


def transposed(classics: ptx.Module) -> ptx.Profile:
    x, y = np.ones((64, 64), np.float32), np.zeros((64, 64), np.float32)
    return classics["transpose"].profile((2, 2), (32, 8), (x, y, np.int32(64)))


def test_lines_name_their_cost(classics: ptx.Module) -> None:
    profile = transposed(classics)
    writes = next(
        line for line in profile.lines if line.text.startswith("for (int k = 0; k < 32; k += 8) y[")
    )
    assert (writes.shared_load_wavefronts, writes.shared_load_conflicts) == (4096, 4096 - 128)
    assert (writes.global_store_requests, writes.sectors_per_request) == (128, 4.0)
    reads = next(line for line in profile.lines if "tile[threadIdx.y + k][threadIdx.x] = x" in line.text)
    assert (reads.shared_store_conflicts, reads.global_load_sectors) == (0, 512)
    assert sum(line.instructions for line in profile.lines) == profile.counts.instructions
    assert sum(line.warp_instructions for line in profile.lines) == profile.counts.warp_instructions


def test_blocks_and_warps_add_up(classics: ptx.Module) -> None:
    x, y = np.ones(1000, np.float32), np.ones(1000, np.float32)
    profile = classics["saxpy"].profile((8,), (144,), (np.int32(1000), np.float32(2), x, y))
    assert profile.blocks["instructions"].sum() == profile.counts.instructions
    assert profile.warps["warp_instructions"].sum() == profile.counts.warp_instructions
    assert list(profile.blocks["active_threads"]) == [144] * 6 + [136, 0]
    assert profile.blocks["steps"].max() == profile.counts.steps
    assert len(profile.warps["steps"]) == 8 * 5


def test_a_profile_counts_what_a_launch_counts(classics: ptx.Module) -> None:
    launched = classics["transpose"].launch(
        (2, 2), (32, 8), (np.ones((64, 64), np.float32), np.zeros((64, 64), np.float32), np.int32(64))
    )
    assert asdict(transposed(classics).counts) == asdict(launched)


def test_without_line_information_lines_are_the_ptx_s() -> None:
    module = ptx.load(".version 9.0\n.target sm_80\n.visible .entry k() {\n ret;\n}")
    (line,) = module["k"].profile((1,), (32,)).lines
    assert (line.file, line.line, line.instructions, line.sectors_per_request) == ("PTX", 4, 32, 0.0)


@pytest.mark.parametrize("lanes", [1, 300, 1000])
def test_counts_do_not_depend_on_the_chunk(
    classics: ptx.Module, lanes: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def mandelbrot() -> dict:
        out = np.zeros((32, 32), np.int32)
        return asdict(classics["mandelbrot"].launch((2, 4), (16, 8), (out, np.int32(32)))) | {
            "out": out.sum()
        }

    whole = mandelbrot()
    monkeypatch.setattr(machine.Machine.run, "__defaults__", (lanes, None))
    assert mandelbrot() == whole


def test_a_sample_of_blocks_estimates_the_grid(classics: ptx.Module) -> None:
    def args() -> tuple:
        return np.int32(100), np.float32(2), np.ones(8192, np.float32), np.ones(8192, np.float32)

    whole = classics["saxpy"].launch((64,), (128,), args())
    every = classics["saxpy"].sample((64,), (128,), args(), blocks=100)
    assert (every.relation, every.blocks_run, asdict(every.counts)) == ("=", 64, asdict(whole))
    full = (np.int32(8192), *args()[1:])
    some = classics["saxpy"].sample((64,), (128,), full, blocks=4)
    assert (some.relation, some.blocks_run, some.blocks) == ("~", 4, 64)
    assert asdict(some.counts) == asdict(classics["saxpy"].launch((64,), (128,), full))
    with pytest.raises(LaunchError, match=r"a sample of 0 blocks"):
        classics["saxpy"].sample((64,), (128,), full, blocks=0)
