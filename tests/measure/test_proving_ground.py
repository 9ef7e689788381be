"""The proving ground: its sweeps are the same every time, its tables are what the documentation shows."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
import pytest

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"


@pytest.fixture(scope="module")
def ground():
    sys.path.insert(0, str(BENCHMARKS))
    try:
        import proving_ground

        yield proving_ground
    finally:
        sys.path.remove(str(BENCHMARKS))


def test_there_are_families_of_every_kind(ground):
    families = ground.FAMILIES
    assert len(families) >= 21
    assert {f.group for f in families} == {"pure", "floor", "brent", "piece"}
    assert len({f.name for f in families}) == len(families)
    assert any(not f.tuned for f in families)


def test_the_same_arguments_give_the_same_sweep(ground):
    one, two = (ground.draw(ground.FAMILIES[3], 0.03, "spikes", 13, 5) for _ in range(2))
    assert (one.samples == two.samples).all()
    assert one.samples.shape == (13, 3, 5)
    assert np.isfinite(one.samples).all()


def test_the_fit_is_right_on_a_sweep_of_every_family(ground):
    wrong = []
    for family in ground.FAMILIES:
        sweep = ground.draw(family, 0.01, "plain", 13, 7)
        if ground.growth(sweep, family.terms) != family.truth:
            wrong.append(family.name)
    assert len(wrong) <= 1, wrong


def test_stored_results_reach_the_aims(ground):
    runs = {(r["points"], r["families"]): r for r in json.loads(ground.OWN.read_text())["runs"]}
    for points, terms, blind, mistakes in ((13, 99, 97, 1), (7, 93, 91, 2)):
        run = runs[points, "tuned"]
        assert run["accuracy"]["workdepth, with the terms"]["all"] >= terms
        assert run["accuracy"]["workdepth, blind"]["all"] >= blind
        for prediction, rates in run["verdicts"].items():
            bad = "inconsistent" if prediction.startswith("true") else "consistent"
            assert rates.get(bad, 0.0) <= mistakes, prediction
    for mode in ("with the terms", "class only"):
        assert runs[13, "tuned"]["verdicts"][f"true, {mode}"].get("inconclusive", 0.0) <= 8


def test_the_documentation_shows_the_stored_tables(ground):
    page = ground.PAGE.read_text()
    shown = page.partition(ground.START)[2].partition(ground.END)[0].strip()
    assert shown == ground.stored_tables().strip()
