"""The parallelism profile: what its columns and lines are, and what is refused."""

from __future__ import annotations

import os
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import workdepth as wd
from workdepth.errors import FileError, ModelError
from workdepth.report.parallelism import parallelism
from workdepth.report.parallelism_picture import COLUMNS, columns, profile_picture
from workdepth.schedule.threads.search import schedule

SVG = "{http://www.w3.org/2000/svg}"


def texts(picture):
    return [element.text for element in ElementTree.fromstring(picture).iter(f"{SVG}text")]


def test_steps_are_columns():
    found = parallelism("scan-blelloch", n=16)
    shown = columns(found.boundaries, found.busy, found.span)
    assert [(high - low, mean, most) for low, high, mean, most in shown] == [
        (1, float(k), k) for k in (8, 4, 2, 1, 1, 2, 4, 8)
    ]


@given(st.lists(st.integers(1, 3000), min_size=1, max_size=6), st.integers(0, 5))
def test_the_area_is_the_work_however_many_steps(works, chained):
    graph = nx.DiGraph()
    for v, work in enumerate(works):
        graph.add_node(v, work=work)
    nx.add_path(graph, range(min(chained, len(works))))
    found = parallelism(graph)
    shown = columns(found.boundaries, found.busy, found.span)
    assert sum((high - low) * mean for low, high, mean, _ in shown) == pytest.approx(found.work)
    assert (shown[0][0], shown[-1][1]) == (0, found.span)
    assert len(shown) == min(found.span, COLUMNS)
    assert max(most for *_, most in shown) == found.threads
    assert all(mean <= most for *_, mean, most in shown)
    assert all(a[1] == b[0] for a, b in pairwise(shown))


def test_each_column_is_what_the_steps_are():
    rng = np.random.default_rng(3)
    graph = nx.DiGraph()
    for v in range(40):
        graph.add_node(v, work=int(rng.integers(1, 100)))
    graph.add_edges_from((v, w) for v in range(40) for w in range(v + 1, 40) if rng.random() < 0.1)
    found = parallelism(graph)
    finish = wd.profile(graph, "GPU").finish
    begun = finish - np.array([graph.nodes[v]["work"] for v in graph])
    for low, high, mean, most in columns(found.boundaries, found.busy, found.span):
        steps = [int(((begun <= s) & (s < finish)).sum()) for s in range(low, high)]
        assert (mean, most) == (pytest.approx(sum(steps) / len(steps)), max(steps))


def test_long_operations_leave_the_later_steps_as_they_are():
    from workdepth.report.svg_bars import rows_of

    graph = nx.DiGraph()
    graph.add_node(0, work=1)
    graph.add_node(1, work=2000)
    assert [row.threads for row in rows_of(wd.profile(graph, "GPU"))][:3] == [0, 2, 1]
    found = parallelism(graph)
    assert columns(found.boundaries, found.busy, found.span)[1][2:] == (1.0, 1)


def test_lines_tell_how_long_so_many_threads_take():
    found = parallelism("scan-blelloch", n=64)
    said = texts(profile_picture(found, threads=[8, 16, 8, 64]))
    assert [t for t in said if t.startswith("p = ")] == [
        "p = 8: 16 to 26 steps",
        "p = 16: 12 to 19 steps",
        "p = 64: 12 steps",
    ]
    assert "work / span = 10.5" in said
    assert "beyond the lowest number of threads" in said
    assert "work 126, span 12, minimum threads 32, threads 32, width 32" in said


@pytest.mark.parametrize("p", [1, 2, 3, 5, 8, 31, 32])
def test_the_schedules_found_lie_between_the_bounds(p):
    from workdepth.library import entry_named

    graph = entry_named("scan-blelloch").build()
    least, most = parallelism(graph, n=32).bounds_on(p)
    assert least <= schedule(graph, p, method="critical-path", n=32).makespan <= most


def test_nothing_is_cut_without_a_line():
    picture = profile_picture(parallelism("multiply-n", n=8))
    assert "beyond the lowest number of threads" not in picture
    assert picture.count("<polygon") == 1


def test_labels_do_not_meet():
    found = parallelism("bitonic-sort", n=16)
    root = ElementTree.fromstring(profile_picture(found, threads=range(1, 8)))
    heights = [float(t.get("y")) for t in root.iter(f"{SVG}text") if t.text.startswith(("p = ", "work / "))]
    assert len(heights) == 8
    assert min(a - b for a, b in pairwise(heights)) >= 15.9


def test_many_steps_stay_a_small_file():
    graph = nx.path_graph(5000, create_using=nx.DiGraph)
    picture = profile_picture(parallelism(graph))
    assert len(picture) < 80_000
    assert "of several steps the mean, and the most as a line" in picture


def test_names_are_escaped():
    found = replace(parallelism("multiply-n", n=8), algorithm="<a&b>")
    assert texts(profile_picture(found))[0] == "<a&b>, n = 8"


def test_complaints(tmp_path):
    found = parallelism("multiply-n", n=8)
    with pytest.raises(ModelError, match="a line for 0 threads; give 1 thread or more"):
        profile_picture(found, threads=[0, 2])
    with pytest.raises(ModelError, match="there is nothing to do, so no step to draw"):
        profile_picture(parallelism("multiply-n", n=1))
    with pytest.raises(FileError, match=r"written as SVG, not as \.png"):
        profile_picture(found, tmp_path / "a.png")
    with pytest.raises(FileError, match="choose a folder that exists"):
        profile_picture(found, tmp_path / "no" / "a.svg")


def test_it_is_written(tmp_path):
    found = parallelism("multiply-n", n=8)
    picture = profile_picture(found, tmp_path / "a.svg")
    assert (tmp_path / "a.svg").read_text(encoding="utf-8") == picture + "\n"


def test_the_picture_of_the_page_is_what_the_command_draws(tmp_path):
    kept = Path(__file__).parents[2] / "docs/images/profile.svg"
    found = parallelism("scan-blelloch", n=64)
    if os.environ.get("WORKDEPTH_REFRESH"):
        profile_picture(found, kept, threads=[8, 16])
    assert kept.read_text(encoding="utf-8") == profile_picture(found, threads=[8, 16]) + "\n"
