"""A slice of the Standard Task Graph set against its published optima; the whole is benchmarks/stg.py."""

from __future__ import annotations

import json

import pytest

import workdepth as wd
from stg import FOLDER, ROOT, THREADS, rows
from workdepth.errors import WorkdepthError
from workdepth.graph.files import load
from workdepth.schedule.threads.bounds import bounds_of
from workdepth.schedule.threads.greedy import list_schedule
from workdepth.schedule.threads.jobs import jobs_of
from workdepth.schedule.threads.priorities import PRIORITIES, ranks

NONE = "the Standard Task Graph set is not here: set WORKDEPTH_REFERENCE to the folder that holds stg50/"


def slice_of(threads, each):
    found = rows(threads)[threads % each :: each]
    if not found:
        pytest.skip(NONE)
    return found


@pytest.mark.parametrize("threads", THREADS)
def test_bounds_and_greedy_schedules_lie_on_their_sides_of_the_optimum(threads):
    for row in slice_of(threads, 9):
        jobs = jobs_of(wd.unroll(row.graph()))
        assert bounds_of(jobs, threads).best <= row.upper, row
        for name in PRIORITIES:
            assert jobs.makespan(list_schedule(jobs, threads, ranks(jobs, name))) >= row.lower, (row, name)


@pytest.mark.parametrize("threads", THREADS)
def test_the_published_optimum_is_reached_and_proven(threads):
    pytest.importorskip("ortools")
    for row in slice_of(threads, 30):
        if not row.is_open:
            found = wd.schedule(row.graph(), threads=threads, within=60)
            assert (found.status, found.makespan) == ("optimal", row.upper), row


MANGLED = {
    "cut short": (lambda rows: rows[:20], "tasks, where 50 and 2 dummies are promised"),
    "cut within a row": (
        lambda rows: [*rows[:-1], rows[-1][: len(rows[-1]) // 2]],
        "a row is not task, duration, count and as many predecessors",
    ),
    "a cycle": (
        lambda rows: [*rows[:2], "1 9 1 2", "2 4 1 1", *rows[4:]],
        "cycle",
    ),
    "no task of that number": (
        lambda rows: [*rows[:2], "1 9 1 99", *rows[3:]],
        "task 1 waits for task 99, which there is not",
    ),
}


@pytest.mark.parametrize("case", MANGLED)
def test_a_mangled_task_graph_is_refused(case, tmp_path):
    change, words = MANGLED[case]
    if not (FOLDER / "rand0000.stg").is_file():
        pytest.skip(NONE)
    text = (FOLDER / "rand0000.stg").read_text(encoding="utf-8").splitlines()
    lines = [" ".join(line.split()) for line in text if line.strip() and not line.lstrip().startswith("#")]
    (tmp_path / "x.stg").write_text("\n".join(change(lines)) + "\n", encoding="utf-8")
    with pytest.raises(WorkdepthError, match=words):
        load(tmp_path / "x.stg")


def test_the_stored_full_run_keeps_what_is_promised():
    stored = json.loads((ROOT / "benchmarks/results/stg.json").read_text(encoding="utf-8"))
    told = stored["summary"]
    assert told["rows"] == 720 == len(stored["samples"]) - 1
    assert told["reached"] == told["optimum published"] == 669
    assert told["proven"] >= 0.97 * told["optimum published"]
    assert len(told["not proven"]) == told["optimum published"] - told["proven"]
    assert stored["within"] == 10
    page = (ROOT / "benchmarks/README.md").read_text(encoding="utf-8")
    claim = "all {reached} are reached and {proven} proven, {proven without a solver} without a solver"
    assert claim.format(**told) in " ".join(page.split())
