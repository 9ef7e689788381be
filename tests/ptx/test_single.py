"""One-thread kernels: the plain-Python executor against the machine of lanes."""

from __future__ import annotations

from dataclasses import asdict

import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from test_reference import program

from workdepth import ptx
from workdepth.ptx import module as module_file
from workdepth.ptx.machine import Machine


def both(text: str, kernel: str, grid: int, make_args, monkeypatch) -> ptx.Counts:
    """Launch by both executors; results and counts must agree."""
    module = ptx.load(text)
    first = make_args()
    counts = module[kernel].launch((grid,), (1,), first)
    second = make_args()
    with monkeypatch.context() as patch:
        patch.setattr(module_file, "suits", lambda *_: False)
        # One block after the other, as one thread runs them: blocks may race through global memory.
        patch.setattr(Machine.run, "__defaults__", (1, None))
        lanes = module[kernel].launch((grid,), (1,), second)
    assert [one.tobytes() for one in first] == [one.tobytes() for one in second]
    assert asdict(counts) == asdict(lanes)
    return counts


@settings(max_examples=40, phases=[Phase.generate], derandomize=True, deadline=None)
@given(text=program(), grid=st.integers(1, 3), seed=st.integers(0, 9))
def test_random_programs(text: str, grid: int, seed: int) -> None:
    text = "\n".join(
        line for line in text.split("\n") if not any(word in line for word in ("atom", "shfl", "vote"))
    )

    def make() -> list[np.ndarray]:
        return [
            np.random.default_rng(seed).integers(0, 2**32, 32, dtype=np.uint32),
            np.zeros(grid, np.uint32),
        ]

    with pytest.MonkeyPatch.context() as patch:
        both(text, "k", grid, make, patch)


FLOATS = """
.version 9.0
.target sm_80
.address_size 64
.visible .entry k(.param .u64 x, .param .f64 y) {
  .reg .pred %p<3>; .reg .b32 %r<4>; .reg .f32 %f<9>; .reg .f64 %fd<9>; .reg .b64 %rd<4>;
  ld.param.u64 %rd1, [x]; ld.param.f64 %fd1, [y];
  ld.global.v2.f32 {%f1, %f2}, [%rd1+8];
  add.f32 %f3, %f1, %f2;
  mul.rn.f32 %f4, %f3, %f1;
  fma.rn.f32 %f5, %f4, %f2, %f3;
  cvt.f64.f32 %fd2, %f5;
  div.rn.f64 %fd3, %fd2, %fd1;
  sub.f64 %fd4, %fd3, 0d3FF0000000000000;
  cvt.rn.f32.f64 %f6, %fd4;
  sqrt.rn.f32 %f7, %f5;
  setp.gtu.f32 %p1, %f6, %f7;
  @%p1 neg.f32 %f7, %f7;
  st.global.v2.f32 [%rd1], {%f6, %f7};
  ret;
}"""


def test_floats_and_vectors(monkeypatch: pytest.MonkeyPatch) -> None:
    x = np.array([0, 0, 1.5, 2.25], np.float32)
    args = []

    def make() -> list[np.ndarray]:
        args.append([x.copy(), np.float64(3)])
        return args[-1]

    counts = both(FLOATS, "k", 1, make, monkeypatch)
    total = x[2] + x[3]
    fused = np.float32(float(total * x[2]) * float(x[3]) + float(total))
    assert args[0][0][0] == np.float32(float(fused) / 3 - 1)
    assert args[0][0][1] == -np.sqrt(fused)  # the guard held
    assert (counts.bytes_loaded, counts.bytes_stored, counts.active_threads) == (8, 8, 1)
