"""The table of benchmarks is what the stored results say, and every stored result keeps what it promises."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[1] / "benchmarks"


@pytest.fixture
def summary(monkeypatch):
    monkeypatch.syspath_prepend(str(FOLDER))
    yield importlib.import_module("summary")
    for name in ("summary", "stored"):
        sys.modules.pop(name, None)


def test_the_page_shows_the_stored_results(summary):
    page = summary.PAGE.read_text(encoding="utf-8")
    assert page.partition(summary.START)[2].partition(summary.END)[0] == summary.table(), (
        "run benchmarks/summary.py"
    )


def test_goals_were_reached(summary):
    for name in (*summary.AT_MOST, "unroll"):
        for what, row in summary.load(name)["rows"].items():
            assert row["goal"] is None or row["value"] <= row["goal"], what
    for what, row in summary.load("ptx_machine")["rows"].items():
        assert row["instructions_per_second"] >= row["goal"], what


def test_samples_are_kept_raw(summary):
    assert all(len(taken) >= 10 for taken in summary.load("startup")["samples"].values())
    assert all(len(taken) >= 10 for taken in summary.load("analysis")["samples"].values())
