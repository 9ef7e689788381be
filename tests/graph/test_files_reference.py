"""The Standard Task Graph files, where the reference data is at hand: every one reads, bounds hold."""

from __future__ import annotations

import csv
import os
from pathlib import Path

import pytest

import workdepth as wd
from workdepth.graph.files import load

FOLDER = (
    Path(os.environ.get("WORKDEPTH_REFERENCE") or Path(__file__).parents[3] / "shared" / "data") / "stg50"
)

pytestmark = pytest.mark.skipif(not FOLDER.is_dir(), reason=f"no reference data at {FOLDER}")


def test_brent_s_bounds_hold_for_the_known_optima() -> None:
    """The best schedule on 2 threads takes at least max(work/2, span), at most (work - span)/2 + span."""
    with (FOLDER / "optimal_p2.csv").open(encoding="utf-8") as file:
        rows = [row for row in csv.reader(file) if len(row) == 3 and row[2].isdecimal()]
    assert len(rows) > 100
    for name, _, optimum in rows[::6]:
        costs = wd.analyze(load(FOLDER / name))
        work, span = costs["RAM"].time.at(), costs["GPU"].time.at()
        assert max(work / 2, span) <= int(optimum) <= (work - span) / 2 + span


def test_every_file_reads() -> None:
    for path in sorted(FOLDER.glob("*.stg")):
        assert len(load(path)) == 52
