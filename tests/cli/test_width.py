"""``workdepth width``: what it prints and refuses."""

from __future__ import annotations

import json

import pytest


def test_four_figures_under_their_names(command):
    found = command("width", "merge-sort-parallel-merge", "--at", "n=8")
    assert found.exit_code == 0
    lines = found.stdout.splitlines()
    assert lines[0] == "merge-sort-parallel-merge at n=8: work 769, span 141"
    assert [line.split("  ")[1] for line in lines[1:5]] == [
        "average parallelism",
        "minimum threads",
        "threads",
        "width",
    ]


def test_json(command):
    found = json.loads(command("width", "fft", "--at", "n=8", "--format", "json").stdout)
    assert (found["work"], found["span"], found["threads"], found["width"]) == (44, 7, 8, 8)
    assert found["phases"] == "barrier"


def test_a_task_graph_has_its_name_and_its_nodes(command, tmp_path):
    path = tmp_path / "four.stg"
    path.write_text("4\n0 0 0\n1 3 1 0\n2 2 1 0\n3 2 1 0\n4 1 2 1 2\n5 0 2 3 4\n")
    found = command("width", str(path))
    assert found.stdout.startswith("four.stg: work 8, span 4\n")
    assert found.stdout.endswith("as wide are:\n  1\n  2\n  3\n")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["multiply-n"], "size 'n' has no value"),
        (["fft", "--at", "n=3"], "n = 3 is not a power of 2"),
        (["no-such"], "there is no algorithm and no file 'no-such'"),
        (
            ["multiply-n", "--at", "n=8", "--phases", "all"],
            "'all' is not one of: barrier, sequence, dataflow",
        ),
        (["multiply-n", "--at", "n=8", "--case", "branch1=0"], "branch1"),
        (["multiply-n", "--at", "n=2^60"], "unroll it at smaller sizes"),
        (["multiply-n", "--at", "phases=3"], "no size can be given as 'phases' here"),
    ],
)
def test_bad_input_is_one_line_and_two(command, words, said):
    found = command("width", *words)
    assert (found.exit_code, found.stdout) == (2, "")
    assert found.stderr.count("\n") == 1
    assert said in found.stderr


@pytest.mark.parametrize(
    ("name", "size"), [("draw", "cases"), ("frontier", "within"), ("schedule", "threads"), ("width", "self")]
)
def test_a_word_of_the_program_is_no_size(command, name, size):
    found = command(name, "multiply-n", "--at", f"n=4,{size}=3")
    assert found.exit_code == 2
    assert f"no size can be given as '{size}' here" in found.stderr


def test_the_profile_is_drawn(command, tmp_path):
    target = tmp_path / "profile.svg"
    found = command("width", "scan-blelloch", "--at", "n=16", "-o", str(target), "-p", "2", "-p", "4")
    assert found.exit_code == 0
    assert f"drawn: {target}" in found.stderr
    assert "p = 2: 15 to 19 steps" in target.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["-p", "4"], "say where with -o FILE.svg"),
        (["-p", "0", "-o", "a.svg"], "0 is not in the range"),
        (["-o", "a.png"], "written as SVG, not as .png"),
        (["-o", "no/a.svg"], "choose a folder that exists"),
    ],
)
def test_a_picture_that_cannot_be(command, words, said, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    found = command("width", "multiply-n", "--at", "n=8", *words)
    assert found.exit_code == 2
    assert said in found.stderr
