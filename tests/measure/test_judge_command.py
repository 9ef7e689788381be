"""The command ``workdepth judge`` on timings of CPython that were recorded, and on bad files."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from workdepth.cli.judge import judge
from workdepth.errors import FileError, SymbolicError

RECORDED = Path(__file__).parents[2] / "benchmarks" / "results"


def run(*arguments):
    return CliRunner().invoke(judge, [str(a) for a in arguments])


def test_sorted_is_neither_linear_nor_quadratic():
    result = run(RECORDED / "cpython_sorted.csv", "--prediction", "n*log(n)")
    assert result.exit_code == 0
    assert "n*log(n) for n in [256, 1048576]" in result.output
    result = run(RECORDED / "cpython_sorted.csv", "--prediction", "n**2", "--format", "json")
    found = json.loads(result.stdout)
    assert (result.exit_code, found["outcome"]) == (1, "inconsistent")
    assert found["schema"] == "workdepth.judge/1"
    assert found["fit"]["growth"] == "n*log(n)"


def test_a_dictionary_lookup_does_not_grow():
    result = run(RECORDED / "cpython_dict_lookup.csv", "-p", "1")
    assert result.exit_code == 0
    assert "consistent with 1 for n in [64, 524288]" in result.output


def test_inconclusive_is_no_failure_but_warns(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("n,a,b\n16,1,1\n32,2,2\n")
    result = run(path, "-p", "n")
    assert result.exit_code == 0
    assert "warning: inconclusive: 2 different sizes cannot tell growth classes apart" in result.stderr
    assert "inconclusive on n for n in [16, 32]" in result.stdout


@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [
        (["missing.csv", "-p", "n"], FileError, "cannot read missing.csv"),
        ([RECORDED / "cpython_sorted.csv", "-p", "n +"], SymbolicError, "n +"),
        ([RECORDED / "cpython_sorted.csv", "-p", "n*m"], FileError, "has no size 'm'"),
    ],
)
def test_bad_input_is_one_message(arguments, error, words):
    result = run(*arguments)
    assert isinstance(result.exception, error)
    assert words in str(result.exception)


def test_a_parameter_is_name_equals_value():
    result = run(RECORDED / "cpython_sorted.csv", "-p", "n", "--where", "block")
    assert result.exit_code == 2
    assert "'block' is not NAME=VALUE: the sign = is missing" in result.output
