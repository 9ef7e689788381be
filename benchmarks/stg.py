"""The Standard Task Graph set against its published schedule lengths: 180 graphs of 50 tasks on 2, 4, 8, 16 threads.

    python benchmarks/stg.py               all 720 rows, some minutes; writes results/stg.json
    python benchmarks/stg.py --each 10     every tenth row; writes nothing

The set is no part of the project: it is looked for in ../shared/data, or in the folder that WORKDEPTH_REFERENCE names.
The script stops with a complaint where a schedule is shorter than a published optimum, or a bound is above one.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from pathlib import Path
from statistics import mean, median
from typing import Any

from stored import store

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

import workdepth as wd
from stg import FOLDER, THREADS, Row, rows
from workdepth.schedule.threads.bounds import bounds_of
from workdepth.schedule.threads.greedy import list_schedule
from workdepth.schedule.threads.jobs import jobs_of
from workdepth.schedule.threads.priorities import PRIORITIES, ranks


def measured(row: Row, within: float) -> dict[str, Any]:
    """Return what is found of one row, and hold it to what is published."""
    unit = wd.unroll(row.graph())
    jobs = jobs_of(unit)
    greedy = {name: jobs.makespan(list_schedule(jobs, row.threads, ranks(jobs, name))) for name in PRIORITIES}
    bounds = bounds_of(jobs, row.threads)
    begun = time.perf_counter()
    found = wd.schedule(unit, row.threads, within=within)
    seconds = time.perf_counter() - begun
    if found.makespan < row.lower or found.lower_bound > row.upper:
        raise SystemExit(f"{row}: found {found.makespan}, bound {found.lower_bound}: a contradiction")
    return {
        "file": row.file,
        "threads": row.threads,
        "open": row.is_open,
        "makespan": found.makespan,
        "lower_bound": found.lower_bound,
        "status": found.status,
        "found_by": found.found_by,
        "seconds": round(seconds, 3),
        "above_published": found.makespan - row.upper,
        "bounds": {"span": bounds.span, "work": bounds.work, "interval": bounds.interval},
        "greedy": greedy,
    }


def summary(taken: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the shares that are claimed: of the rows whose optimum is published, and of those that are open."""
    known, still_open = ([r for r in taken if r["open"] == is_open] for is_open in (False, True))
    proven = [r for r in known if r["status"] == "optimal"]
    return {
        "rows": len(taken),
        "optimum published": len(known),
        "reached": sum(r["above_published"] == 0 for r in known),
        "proven": len(proven),
        "proven without a solver": sum(r["found_by"] != "exact" for r in proven),
        "bound equals optimum without a search": sum(
            max(r["bounds"].values()) == r["makespan"] for r in known if r["above_published"] == 0
        ),
        "not proven": [
            {k: r[k] for k in ("file", "threads", "makespan", "lower_bound")}
            for r in known
            if r["status"] != "optimal"
        ],
        "open": len(still_open),
        "open: proven": sum(r["status"] == "optimal" for r in still_open),
        "open: shorter than published": sum(r["above_published"] < 0 for r in still_open),
        "open: longer than published": sum(r["above_published"] > 0 for r in still_open),
        "seconds": {
            "median": median(r["seconds"] for r in taken),
            "most": max(r["seconds"] for r in taken),
            "all": round(sum(r["seconds"] for r in taken), 1),
        },
        "found by": dict(Counter(r["found_by"] for r in taken)),
    }


def greedy_table(taken: list[dict[str, Any]]) -> dict[str, Any]:
    """Return, for each priority, how often it hits the published optimum, and its gap in percent."""
    found = {}
    known = [r for r in taken if not r["open"]]
    for name in PRIORITIES:
        gaps = [100 * (r["greedy"][name] / (r["makespan"] - r["above_published"]) - 1) for r in known]
        found[name] = {
            "hits, percent": round(100 * sum(gap == 0 for gap in gaps) / len(gaps), 1),
            "mean gap, percent": round(mean(gaps), 2),
            "worst gap, percent": round(max(gaps), 1),
        }
    return found


def as_lines(taken: list[dict[str, Any]]) -> list[str]:
    """Return a line a row: the first names the columns, those of the greedy schedules last."""
    plain = [key for key in taken[0] if key not in ("bounds", "greedy")]
    lines = [",".join([*plain, *taken[0]["bounds"], *taken[0]["greedy"]])]
    for row in taken:
        cells = [*(row[key] for key in plain), *row["bounds"].values(), *row["greedy"].values()]
        lines.append(",".join(map(str, cells)))
    return lines


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--each", type=int, default=1, help="take every k-th row")
    parser.add_argument("--within", type=float, default=10.0, help="seconds a row")
    asked = parser.parse_args()
    chosen = [row for threads in THREADS for row in rows(threads)][:: asked.each]
    if not chosen:
        raise SystemExit(f"there is no {FOLDER}: set WORKDEPTH_REFERENCE to the folder that holds stg50/")
    taken = []
    for number, row in enumerate(chosen, 1):
        taken.append(measured(row, asked.within))
        if sys.stderr.isatty() or number % 60 == 0:
            print(f"{number} of {len(chosen)} rows", file=sys.stderr)
    told, table = summary(taken), greedy_table(taken)
    for what, value in {**told, **table}.items():
        print(f"{what}: {value}")
    if asked.each == 1:
        store("stg", {"within": asked.within, "summary": told, "greedy": table, "samples": as_lines(taken)})


if __name__ == "__main__":
    main()
