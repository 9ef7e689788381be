"""The stored measurements of sweeps and width keep what they promise, and hold all raw samples."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

RESULTS = Path(__file__).parents[3] / "benchmarks" / "results"


@pytest.fixture(params=["sweeps", "width"])
def stored(request: pytest.FixtureRequest) -> dict[str, Any]:
    return json.loads((RESULTS / f"{request.param}.json").read_text(encoding="utf-8"))


def test_goals_were_reached(stored: dict[str, Any]) -> None:
    for what, row in stored["rows"].items():
        if row["goal"] is not None:
            reached = row["value"] >= row["goal"] if row["at_least"] else row["value"] <= row["goal"]
            assert reached, what


def test_what_is_shown_is_among_the_rows(stored: dict[str, Any]) -> None:
    assert stored["shown"]
    assert all(row in stored["rows"].values() for row in stored["shown"].values())
