"""Every example runs by itself, prints something, and warns of nothing."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[1] / "examples"
EXAMPLES = sorted(FOLDER.glob("*.py"))


def ran(path, folder, *before):
    done = subprocess.run(
        [sys.executable, "-W", "error", *before, str(path)],
        cwd=folder,
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stderr == ""
    return done.stdout


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda p: p.name)
def test_it_runs(path, tmp_path):
    assert ran(path, tmp_path).strip()
    assert not list(tmp_path.iterdir()), "an example leaves nothing behind"


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda p: p.name)
def test_it_is_short_and_says_what_it_shows(path):
    text = path.read_text(encoding="utf-8")
    assert text.startswith('"""')
    assert len(text.splitlines()) <= 40


def test_they_are_numbered_without_a_gap():
    assert [p.name[:2] for p in EXAMPLES] == [f"{k:02}" for k in range(1, len(EXAMPLES) + 1)]


def test_a_kernel_is_counted_without_the_compiler(tmp_path):
    hidden = tmp_path / "without_compiler.py"
    example = FOLDER / "06_count_a_kernel.py"
    hidden.write_text(
        "import sys, runpy\nsys.modules['cuda.bindings'] = None\n"
        f"runpy.run_path({str(example)!r}, run_name='__main__')\n",
        encoding="utf-8",
    )
    told = ran(hidden, tmp_path)
    assert (
        'skipped the own kernel: the CUDA compiler NVRTC is not installed; pip install "workdepth[ptx]"'
        in told
    )
    assert "tree of 1000: 10 launches, 500 threads" in told
