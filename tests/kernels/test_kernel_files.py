"""Every kernel file: shipped PTX is current, every architecture compiles, headers and table are true."""

from __future__ import annotations

import pytest

from workdepth import plans, ptx
from workdepth.errors import FileError
from workdepth.plans import paths
from workdepth.ptx.build import SHIPPED_ARCH, built, table
from workdepth.ptx.compile import to_ptx

pytest.importorskip("cuda.bindings.nvrtc")


@pytest.mark.parametrize("name", plans.kernel_names())
def test_shipped_ptx_is_what_the_pinned_compiler_makes(name: str) -> None:
    text = plans.ptx_path(name).read_text(encoding="utf-8")
    assert built(name) == text, "run: python -m workdepth.ptx.build"
    assert f'.file\t1 "{name}.cu"' in text
    assert SHIPPED_ARCH == "compute_80"


@pytest.mark.parametrize("arch", ["compute_75", "compute_80", "compute_90", "compute_100"])
@pytest.mark.parametrize("name", plans.kernel_names())
def test_every_architecture_compiles_and_decodes(name: str, arch: str) -> None:
    module = ptx.load(to_ptx(plans.kernel_path(name), arch))
    assert all(module[kernel].program.blocks for kernel in module.kernels)


@pytest.mark.parametrize("name", plans.kernel_names())
def test_headers_are_whole(name: str) -> None:
    assert plans.header(name).summary.endswith((".", "witness.", "level."))


def test_a_header_that_leaves_something_out(tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "ptx").mkdir()
    (tmp_path / "half.cu").write_text("// Half a header.\n//\n// work: n\n\nvoid f();\n")
    monkeypatch.setattr(paths, "kernel_folder", lambda: tmp_path)
    with pytest.raises(FileError, match=r"the header of half.cu leaves out: span, threads"):
        plans.header("half")


def test_the_readme_s_table_is_the_headers() -> None:
    readme = (paths.kernel_folder() / "README.md").read_text(encoding="utf-8")
    assert table() in readme, "run: python -m workdepth.ptx.build"
