"""How often is the fit right, and the verdict?  Known growth, random parameters, several kinds of noise.

    python benchmarks/proving_ground.py              some minutes; writes results/proving_ground.json
    python benchmarks/proving_ground.py --quick      one seed, nothing written
    python benchmarks/proving_ground.py --docs       the tables of the last runs into the documentation

The rivals run on the same sweeps by `proving_ground_rivals.py`, which may need an environment of its own.
The prices were tuned on seeds below 300 of the families marked so; reported are seeds from 1000 on, and,
apart, families that were not looked at.
"""

from __future__ import annotations

import argparse
import json
import warnings
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
from proving_ground_families import DISTURBANCES, FAMILIES, NOISES, ORDER, Draw, draw
from proving_ground_tables import tables

from workdepth.measure.observations import observe
from workdepth.measure.prediction import predicted_terms
from workdepth.measure.ranking import rank, simplest
from workdepth.measure.solve import Scoring
from workdepth.measure.terms import below, terms_of
from workdepth.measure.verdict import judge

RESULTS = Path(__file__).parent / "results"
OWN, RIVALS = RESULTS / "proving_ground.json", RESULTS / "proving_ground_rivals.json"
PAGE = Path(__file__).parents[1] / "docs" / "explanation" / "the-verdict.md"
START = "<!-- tables: written by benchmarks/proving_ground.py --docs -->"
END = "<!-- end of tables -->"
FIRST_SEED, SEEDS, GRIDS = 1000, 8, (13, 7)


def sweeps(points: int, seeds: int, tuned: bool) -> Iterator[Draw]:
    """All sweeps of one grid: families x noises x seeds; the kind of disturbance goes round with the seed."""
    for family in FAMILIES:
        for noise in NOISES if family.tuned == tuned else ():
            for seed in range(FIRST_SEED, FIRST_SEED + seeds):
                yield draw(family, noise, DISTURBANCES[seed % len(DISTURBANCES)], points, seed)


def with_lower(lead: str, terms: Iterable[str]) -> str:
    """A prediction: a leading term, and those of the terms that it dominates."""
    top = terms_of(lead)[0]
    return " + ".join([lead, *(t for t in terms if below(terms_of(t)[0], top))])


def wrong_lead(sweep: Draw, random: np.random.Generator) -> str:
    """A neighbour of the true class on the list of nine."""
    place = ORDER.index(sweep.family.truth)
    return ORDER[int(random.choice([k for k in (place - 1, place + 1) if 0 <= k < len(ORDER)]))]


def growth(sweep: Draw, basis: Iterable[str] | None) -> str:
    """What `fit` finds, without its bootstrap."""
    scoring = Scoring()
    ranking = rank(observe(sweep.sizes, sweep.samples), predicted_terms(basis), scoring)
    return ranking.layout.growths[int(simplest(ranking.layout, ranking.scores, scoring.near))]


def evaluate(points: int, seeds: int, tuned: bool) -> dict:
    """Accuracy of the fit with and without the predicted terms, and rates of the verdicts."""
    right: dict[str, dict[str, list[bool]]] = defaultdict(lambda: defaultdict(list))
    outcomes: dict[str, Counter] = defaultdict(Counter)
    random = np.random.default_rng(points)
    for sweep in sweeps(points, seeds, tuned):
        family, data = sweep.family, (sweep.sizes, sweep.samples)
        for method, basis in (("workdepth, blind", None), ("workdepth, with the terms", family.terms)):
            hit = growth(sweep, basis) == family.truth
            for key in (
                "all",
                family.group,
                f"{sweep.noise:.0%}",
                sweep.disturbance,
                f"family {family.name}",
            ):
                right[method][key].append(hit)
        other = wrong_lead(sweep, random)
        for mode, lower in (("with the terms", family.terms), ("class only", ())):
            outcomes[f"true, {mode}"][judge(with_lower(family.truth, lower), *data).outcome] += 1
            outcomes[f"wrong, {mode}"][judge(with_lower(other, lower), *data).outcome] += 1
    return {
        "points": points,
        "families": "tuned" if tuned else "held out",
        "accuracy": {m: {k: _percent(v) for k, v in by.items()} for m, by in right.items()},
        "verdicts": {m: {k: 100 * n / c.total() for k, n in sorted(c.items())} for m, c in outcomes.items()},
        "sweeps": len(right["workdepth, blind"]["all"]),
    }


def stored_tables() -> str:
    """The tables of the stored results, with the rivals where they have been run."""
    rivals = json.loads(RIVALS.read_text()) if RIVALS.exists() else None
    return tables(json.loads(OWN.read_text()), rivals)


def _percent(hits: list[bool]) -> float:
    return 100 * sum(hits) / len(hits)


def main() -> None:
    """Run, print, and store."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="one seed; nothing is written")
    parser.add_argument(
        "--docs", action="store_true", help="write the tables of stored results into the docs"
    )
    chosen = parser.parse_args()
    if not chosen.docs:
        warnings.simplefilter("error")
        seeds = 1 if chosen.quick else SEEDS
        runs = [evaluate(points, seeds, tuned) for points in GRIDS for tuned in (True, False)]
        found = {"schema": "workdepth.proving-ground/1", "seeds": [FIRST_SEED, seeds], "runs": runs}
        if chosen.quick:
            print(tables(found, None))
            return
        OWN.write_text(json.dumps(found, indent=1) + "\n")
    text = stored_tables()
    print(text)
    if chosen.docs:
        before, _, rest = PAGE.read_text().partition(START)
        PAGE.write_text(f"{before}{START}\n\n{text}\n{END}{rest.partition(END)[2]}")


if __name__ == "__main__":
    main()
