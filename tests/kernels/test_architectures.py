"""The multiply kernels in both dialects of PTX: the same results from compute_75 to compute_120."""

from __future__ import annotations

import numpy as np
import pytest

from workdepth import plans, ptx
from workdepth.ptx.compile import to_ptx

pytest.importorskip("cuda.bindings.nvrtc")


@pytest.mark.parametrize("arch", ["compute_75", "compute_90", "compute_100", "compute_120"])
@pytest.mark.parametrize("method", sorted(plans.MULTIPLY))
def test_results(method: str, arch: str) -> None:
    plan = plans.MULTIPLY[method](101)
    x = np.random.default_rng(5).integers(0, 2**63, 101, dtype=np.uint64) | np.uint64(1)
    found = ptx.count_plan(plan, {"x": x}, ptx.load(to_ptx(plans.kernel_path(method), arch)))
    assert found.answer[0] == np.multiply.reduce(x)
    assert found.counts.active_threads == (1 if method == "multiply_serial" else 50)
