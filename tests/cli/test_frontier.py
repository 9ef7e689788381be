"""``workdepth frontier``: what it prints, draws and refuses."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest


def run(capsys: Any, *words: str) -> tuple[int, str, str]:
    from workdepth.cli import commands

    with pytest.raises(SystemExit) as left:
        commands.main(["frontier", *words], prog_name="workdepth")
    shown = capsys.readouterr()
    return int(left.value.code or 0), shown.out, shown.err


def test_the_staircase_as_text(capsys):
    code, out, err = run(capsys, "multiply-n", "--at", "n=8", "--inputs", "loaded")
    assert (code, err) == (0, "")
    assert out.startswith("multiply-n at n=8 (inputs=loaded): 10 best trades, exact\n")
    assert "   5  6 words, 5 threads\n      8 words, 4 threads\n" in out


def test_as_json(capsys):
    code, out, _ = run(capsys, "multiply-n", "--at", "n=8", "--inputs", "loaded", "--format", "json")
    found = json.loads(out)
    assert code == 0
    assert found["status"] == "exact"
    assert found["points"][-1] == {"time": 15, "memory": 4, "threads": 1, "status": "exact"}
    assert found["conventions"]["cells"] == "reuse"


def test_any_tree(capsys):
    code, out, _ = run(capsys, "multiply-n", "--at", "n=8", "--inputs", "loaded", "--any-tree")
    assert code == 0
    assert "  15  2 words, 1 thread\n" in out


@pytest.mark.parametrize("ending", ["svg", "png"])
def test_the_picture(capsys, tmp_path, ending):
    pytest.importorskip("matplotlib")
    target = tmp_path / f"staircase.{ending}"
    code, _, err = run(capsys, "multiply-n", "--at", "n=8", "--inputs", "loaded", "-o", str(target))
    assert code == 0
    assert f"drawn: {target}" in err
    assert target.stat().st_size > 5000


def test_a_file_has_its_name(capsys, tmp_path):
    path = tmp_path / "diamond.gml"
    path.write_text(
        "graph [ directed 1\n"
        + "".join(f'node [ id {v} label "{v}" ]\n' for v in range(4))
        + "".join(f"edge [ source {a} target {b} ]\n" for a, b in ((0, 1), (0, 2), (1, 3), (2, 3)))
        + "]\n"
    )
    code, out, _ = run(capsys, str(path))
    assert code == 0
    assert out.startswith("diamond.gml: 2 best trades, exact")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["multiply-n"], "n"),
        (["multiply-n", "--at", "n=8", "--within", "0"], "within is 0.0, no number of seconds above 0"),
        (["multiply-n", "--at", "n=8", "--reads", "exclusive"], "no rule for reads=exclusive"),
        (["vector-add", "--at", "n=8", "--any-tree"], "the association of vector-add cannot be freed"),
        (["no-such", "--at", "n=8"], "there is no algorithm and no file 'no-such'"),
        (["multiply-n", "--at", "n=8", "-o", "a.doc"], "end the name in .png, .svg or .pdf"),
        (["multiply-n", "--at", "n=8", "-o", "no/a.svg"], "there is no folder no; name a folder that exists"),
        (["multiply-n", "--at", "n=2^90"], "unroll it at smaller sizes"),
    ],
)
def test_bad_input_is_one_line_and_two(capsys, words, said):
    code, out, err = run(capsys, *words)
    assert (code, out) == (2, "")
    assert err.startswith("workdepth: ")
    assert err.count("\n") == 1
    assert said in err


def test_an_interrupt_shows_what_is_known(capsys, monkeypatch):
    from workdepth.schedule.frontier.counting import Counting

    def stop(self):
        raise KeyboardInterrupt

    monkeypatch.setattr(Counting, "frontier", stop)
    code, out, err = run(capsys, "multiply-n", "--at", "n=8", "--inputs", "loaded")
    assert code == 130
    assert "best known trades, bounds" in out
    assert "interrupted; what was known then is shown" in err


def test_no_picture_without_matplotlib(capsys, monkeypatch, tmp_path):
    import sys

    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    code, _, err = run(capsys, "multiply-n", "--at", "n=4", "-o", str(Path(tmp_path) / "a.svg"))
    assert code == 3
    assert "pip install 'workdepth[plot]'" in err
