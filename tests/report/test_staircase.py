"""The picture of a frontier: which staircases there are, and where their steps stand."""

from __future__ import annotations

import networkx as nx
import pytest

import workdepth as wd
from workdepth.errors import FileError
from workdepth.library import entry_named
from workdepth.report.staircase import drawn_threads, staircase, stairs


def tree(n: int):
    return wd.frontier(entry_named("multiply-n").build(), n=n, inputs="loaded", within=600)


def test_each_number_of_threads_has_its_stairs():
    found = tree(8)
    assert drawn_threads(found) == [1, 2, 3, 4, 5, 8]
    assert stairs(found, 1) == [(4, 15)]
    assert stairs(found, 3) == [(4, 8), (5, 7), (7, 6)]
    assert stairs(found, 8) == [(4, 6), (6, 5), (8, 4)]


def test_of_many_those_are_drawn_that_lie_apart():
    found = tree(16)
    drawn = drawn_threads(found)
    assert len(drawn) <= 8
    assert (drawn[0], drawn[-1]) == (1, 16)


@pytest.mark.parametrize("ending", ["svg", "png", "pdf"])
def test_it_is_drawn(tmp_path, ending):
    pytest.importorskip("matplotlib")
    path = staircase(tree(4), tmp_path / f"a.{ending}")
    assert path.stat().st_size > 2000


def test_one_point_and_no_time_are_drawn(tmp_path):
    pytest.importorskip("matplotlib")
    alone = wd.frontier(nx.DiGraph([("a", "b")]))
    nothing = wd.frontier(entry_named("multiply-n").build(), n=1)
    assert staircase(alone, tmp_path / "a.svg").exists()
    assert staircase(nothing, tmp_path / "b.svg").exists()


def test_a_file_that_cannot_be(tmp_path):
    pytest.importorskip("matplotlib")
    with pytest.raises(FileError, match=r"end the name in \.png, \.svg or \.pdf"):
        staircase(tree(4), tmp_path / "a.doc")
    with pytest.raises(FileError, match="name a folder that exists"):
        staircase(tree(4), tmp_path / "no" / "a.svg")
