"""workdepth schedule: what it prints, draws and refuses."""

from __future__ import annotations

import json
import sys
import xml.etree.ElementTree as ET

import networkx as nx
import pytest

import workdepth as wd
from workdepth.report.gantt import bars_of, gantt, step_words
from workdepth.schedule.threads import search
from workdepth.schedule.witness import moments

STG = "4\n0 0 0\n1 3 1 0\n2 2 1 0\n3 2 1 0\n4 1 2 1 2\n5 0 2 3 4\n"


@pytest.fixture
def stg(tmp_path):
    path = tmp_path / "four.stg"
    path.write_text(STG, encoding="utf-8")
    return str(path)


def test_a_task_graph_on_two_threads(command, stg):
    done = command("schedule", stg, "-p", "2")
    assert done.exit_code == 0, done.output
    assert done.stdout.splitlines() == [
        "four.stg: 2 threads",
        "  time         4, by critical-path",
        "  status       optimal: no schedule is shorter",
        "  bound        4 (span 4, work/p 4, interval load 4)",
        "  uses         2 threads, 3 words",
    ]


def test_one_document(command):
    done = command("schedule", "multiply-n", "--at", "n=16", "-p", "3", "--format", "json")
    found = json.loads(done.stdout)
    assert found["schema"] == "workdepth.schedule/1"
    wanted = {"threads": 3, "memory": None, "makespan": 6, "lower_bound": 6, "gap": 0.0, "status": "optimal"}
    assert {key: found[key] for key in wanted} == wanted
    assert found["sizes"] == {"n": 16}


def test_switches_and_a_priority(command):
    done = command(
        "schedule", "multiply-n", "--at", "n=8", "-p", "2", "--inputs", "loaded", "--method", "depth-first"
    )
    assert done.exit_code == 0
    assert "by depth-first" in done.stdout
    assert "conventions  inputs=loaded" in done.stdout


def test_too_little_memory_tells_the_least(command):
    done = command("schedule", "multiply-n", "--at", "n=8", "--memory", "7", "--format", "json")
    assert done.exit_code == 2
    assert json.loads(done.stdout)["status"] == "infeasible"
    assert done.stderr == (
        "workdepth: 7 words are too few: every schedule needs at least 8; give more with --memory\n"
    )


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("-p", "0"), "the number of threads is 0; give an integer of at least 1"),
        (("-p", "-3"), "the number of threads is -3"),
        (("-p", "two"), "'two' is not a valid integer"),
        (("--memory", "0"), "the number of words of memory is 0"),
        (("--within", "0"), "the limit is 0.0 seconds; give more than 0"),
        (("--within", "nan"), "the limit is nan seconds"),
        (("--method", "best"), "no method is called 'best'; choose one of: auto, greedy, exact"),
        (("--reads", "exclusive"), "reads=exclusive has no rule on p threads"),
        (("-o", "x.png"), "a chart is written as SVG, not as .png"),
        (("-o", "no/such/x.svg"), "the chart cannot be written"),
    ],
)
def test_bad_input(command, words, told):
    done = command("schedule", "multiply-n", "--at", "n=4", *words)
    assert done.exit_code == 2
    assert told in done.stderr
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (STG[: STG.rindex("5 0")], "tasks, where 4 and 2 dummies are promised"),
        (STG.replace("1 3 1 0", "1 3 1 4"), "the graph has a cycle among"),
        (STG.replace("2 2 1 0", "2 2 1 7"), "task 2 waits for task 7, which there is not"),
        ("", "the first line is not the number of tasks"),
    ],
)
def test_a_mangled_task_graph(command, tmp_path, text, told):
    (tmp_path / "bad.stg").write_text(text, encoding="utf-8")
    done = command("schedule", str(tmp_path / "bad.stg"))
    assert (done.exit_code, done.stdout) == (2, "")
    assert told in done.stderr


def test_forward_references_that_make_no_cycle_are_read(command, tmp_path):
    (tmp_path / "odd.stg").write_text(STG.replace("1 3 1 0", "1 3 1 2"), encoding="utf-8")
    assert command("schedule", str(tmp_path / "odd.stg"), "-p", "2").exit_code == 0


def test_a_solver_that_is_missing_is_exit_code_3(command, monkeypatch):
    monkeypatch.setitem(sys.modules, "ortools.sat.python", None)
    words = ("schedule", "multiply-n", "--at", "n=8", "-p", "2", "--inputs", "loaded", "--memory", "5")
    done = command(*words, "--method", "exact")
    assert done.exit_code == 3
    assert "OR-tools is not installed" in done.stderr
    assert "pip install 'workdepth[solve]'" in done.stderr
    monkeypatch.setattr(search, "_is_installed", lambda: False)
    done = command(*words)
    assert done.exit_code == 0
    assert "without a solver the search ends here: pip install 'workdepth[solve]'" in done.stdout


def test_an_interrupted_search_shows_what_it_has(command, monkeypatch):
    def stopped(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(search, "_exact", stopped)
    done = command("schedule", "multiply-n", "--at", "n=8", "-p", "2", "--inputs", "loaded", "--memory", "5")
    assert done.exit_code == 130
    assert "feasible" in done.stdout
    assert done.stderr == "workdepth: interrupted; the best that was found so far is shown\n"


def test_the_chart_is_drawn(command, tmp_path):
    path = tmp_path / "chart.svg"
    done = command("schedule", "multiply-n", "--at", "n=8", "-p", "2", "--memory", "8", "-o", str(path))
    assert done.exit_code == 0
    assert done.stderr == f"drawn: {path}\n"
    picture = path.read_text(encoding="utf-8")
    ET.fromstring(picture)
    for words in ("multiply-n, n = 8", "thread 2", "8 words", "limit 8", "live words"):
        assert words in picture


@pytest.mark.parametrize("cells", ["reuse", "separate"])
@pytest.mark.parametrize("inputs", ["resident", "loaded"])
@pytest.mark.parametrize("outputs", ["kept", "streamed"])
def test_a_chart_shows_the_figures_that_are_told(cells, inputs, outputs):
    g = nx.DiGraph([("x", "a"), ("a", "b"), ("x", "c"), ("b", "d"), ("c", "d"), ("c", "e")])
    g.nodes["x"]["kind"] = "input"
    g.nodes["b"]["work"] = 4
    conventions = wd.Conventions(cells=cells, inputs=inputs, outputs=outputs)
    found = wd.schedule(g, 2, conventions=conventions)
    bars = bars_of(found.unit, found.witness)
    assert max(bar.lane for bar in bars) + 1 == found.uses.threads
    for one in bars:
        together = [b for b in bars if b.lane == one.lane and b.begin < one.end and one.begin < b.end]
        assert together == [one]
    words = step_words(moments(found.unit, found.witness, conventions), cells)
    assert max(count for _, _, count in words) == found.uses.memory
    assert [begin for begin, _, _ in words[1:]] == [end for _, end, _ in words[:-1]]
    ET.fromstring(gantt(found))


def test_many_operations_are_one_curve():
    from workdepth.library import entry_named

    found = wd.schedule(entry_named("multiply-n").build(), 100, n=4000, method="greedy")
    picture = gantt(found)
    assert "100 threads" in picture
    assert len(picture) < 20_000


def test_no_schedule_is_no_chart():
    from workdepth.errors import ModelError
    from workdepth.library import entry_named

    found = wd.schedule(entry_named("multiply-n").build(), 2, 3, n=8)
    with pytest.raises(ModelError, match="there is no schedule to draw"):
        gantt(found)


@pytest.mark.parametrize("name", ["schedule", "memory", "frontier"])
def test_a_case_is_taken_for_what_chooses_and_told(command, name):
    found = command(name, "quicksort", "--at", "n=2")
    assert found.exit_code == 0
    assert "of the cases those of the longest time: choose3 = 0; others with --case" in found.stderr
    given = command(name, "quicksort", "--at", "n=2", "--case", "choose3=n - 1")
    assert given.exit_code == 0
    assert "of the cases" not in given.stderr
