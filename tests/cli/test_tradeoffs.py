"""``workdepth tradeoffs``: what it prints and refuses."""

from __future__ import annotations

import json

import pytest

from workdepth.report.frontier_variants_sets import SETS


def test_without_a_name_the_sets_are_listed(command):
    found = command("tradeoffs")
    assert [line.split()[0] for line in found.stdout.splitlines()] == list(SETS)
    rows = json.loads(command("tradeoffs", "--format", "json").stdout)["rows"]
    assert [row["name"] for row in rows] == list(SETS)


def test_a_set_at_sizes(command):
    found = command("tradeoffs", "scans", "--at", "n=1024")
    assert found.exit_code == 0
    lines = found.stdout.splitlines()
    assert lines[0].startswith("variant at n=1024  time  memory  threads")
    assert lines[2].endswith("sklansky beats it; reads=exclusive")


def test_formulas_in_ascii(command):
    found = command("tradeoffs", "multiply")
    assert found.exit_code == 0
    assert "n - 1" in found.stdout


def test_json(command):
    found = json.loads(command("tradeoffs", "multiply", "--at", "n=1000,p=30", "--format", "json").stdout)
    assert found["schema"] == "workdepth.trade-offs/1"
    assert found["sizes"] == {"n": 1000, "p": 30}
    assert [row["time"]["value"] for row in found["rows"]] == [999, 38, 38, 10]


def test_names_and_files_side_by_side(command, tmp_path):
    path = tmp_path / "four.stg"
    path.write_text("4\n0 0 0\n1 3 1 0\n2 2 1 0\n3 2 1 0\n4 1 2 1 2\n5 0 2 3 4\n")
    found = command("tradeoffs", str(path), "sum", "--at", "n=8")
    assert "four.stg, one thread" in found.stdout
    assert "sum, one thread" in found.stdout


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["no-such"], "there is no algorithm and no file 'no-such'"),
        (["scans", "--at", "n=100"], "n = 100 is not a power of 2"),
        (["scans", "--at", "q=4"], "no variant has the size 'q'; the sizes are: n"),
        (["attentions", "--at", "t=8"], "size 'b' has no value"),
        (["multiply", "--at", "n=10,p=20"], "p = 20 is more than n = 10"),
        (["multiply", "--inputs", "loaded"], "leave the switches out"),
        (["fibonacci", "--at", "n=2^20"], "too large"),
    ],
)
def test_bad_input_is_one_line_and_two(command, words, said):
    found = command("tradeoffs", *words)
    assert (found.exit_code, found.stdout) == (2, "")
    assert found.stderr.count("\n") == 1
    assert said in found.stderr
