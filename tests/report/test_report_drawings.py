"""Drawings: what is in them, that they are XML, that nothing overlaps, and that large ones stay small."""

import re
from itertools import pairwise
from xml.etree import ElementTree

import networkx as nx
import pytest

import workdepth as wd
from workdepth.errors import FileError, SizeError
from workdepth.graph.unroll import unroll
from workdepth.report.draw import draw
from workdepth.report.placing import LANE, MARK, layout
from workdepth.report.scene import scene
from workdepth.report.svg_bars import rows_of
from workdepth.schedule.profile import profile

SVG = "{http://www.w3.org/2000/svg}"
ALGORITHMS = ["multiply-n", "dot", "scan-sequential", "scan-hillis-steele", "scan-blelloch", "horner", "axpy"]


def shown(name, **sizes):
    from workdepth.library import entry_named

    unit = unroll(entry_named(name).build(), **sizes)
    return scene(unit, profile(unit, "GPU"), sizes)


def texts(picture):
    return [element.text for element in ElementTree.fromstring(picture).iter(f"{SVG}text")]


def test_a_tree_shows_its_title_steps_threads_and_words():
    picture = draw("multiply-n", n=8)
    said = texts(picture)
    assert said.count("×") == 7
    assert [f"x{c}" for c in "₀₁₂₃₄₅₆₇"] == [t for t in said if t.startswith("x")]
    for word in (
        "multiply-n, n = 8",
        "start",
        "step 1",
        "step 3",
        "threads",
        "live words",
        "input",
        "output",
    ):
        assert word in said
    assert "time 3 steps, memory 8 words, 4 threads, work 7" in said


def test_it_is_told_to_those_who_do_not_see_it():
    root = ElementTree.fromstring(draw("multiply-n", n=8))
    assert root.get("role") == "img"
    assert root.find(f"{SVG}title").text == "multiply-n, n = 8"
    assert "step 2: 2 threads, 4 live words" in root.find(f"{SVG}desc").text
    tips = [t.text for t in root.iter(f"{SVG}title")]
    assert "input x₀" in tips
    assert any(t.startswith("multiply, step 3") and t.endswith("an output") for t in tips)


def test_inputs_and_operations_differ_in_shape_and_shade():
    root = ElementTree.fromstring(draw("multiply-n", n=4))
    groups = list(root.iter(f"{SVG}g"))
    squares = [g for g in groups if g.find(f"{SVG}rect") is not None and g.find(f"{SVG}title") is not None]
    discs = [g for g in groups if g.find(f"{SVG}circle") is not None and g.find(f"{SVG}title") is not None]
    assert (len(squares), len(discs)) == (4, 3)
    light, dark = squares[0].find(f"{SVG}rect").get("fill"), discs[0].find(f"{SVG}circle").get("fill")
    assert brightness(light) - brightness(dark) > 0.4


def brightness(colour):
    red, green, blue = (int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("name", ALGORITHMS)
@pytest.mark.parametrize("n", [1, 2, 8, 16])
def test_nothing_overlaps_and_every_live_word_stands_in_its_step(name, n):
    found = shown(name, n=n)
    placed = layout(found)
    for step in range(found.time + 1):
        row = sorted((x, spot) for spot, x in placed.across.items() if spot.step == step)
        for (x, a), (y, b) in pairwise(row):
            assert y - x >= (LANE if a.lane else MARK) + (LANE if b.lane else MARK) - 1e-9
        assert found.words_of[step] <= found.memory
    assert max(found.words_of) == found.memory
    assert max(found.threads_of) == found.threads
    assert min(placed.across.values()) == 0


def test_a_tree_is_drawn_without_crossings_and_even():
    found = shown("multiply-n", n=16)
    placed = layout(found)
    inputs = [placed.across[s] for s in placed.across if s.step == 0]
    assert sorted(inputs) == [float(k) for k in range(16)]
    root = next(x for spot, x in placed.across.items() if spot.step == 4)
    assert root == 7.5


def test_a_plain_dag_with_long_operations_and_waits():
    g = nx.DiGraph(name="build")
    g.add_node("source", kind="input", size=4)
    g.add_node("compile", work=3)
    g.add_edges_from([("source", "compile"), ("compile", "test"), ("compile", "pack")])
    g.add_edge("test", "pack", order=True)
    picture = draw(g)
    assert {"compile", "test", "pack", "waits for", "step 5"} <= set(texts(picture))
    assert "stroke-dasharray" in picture
    assert "compile, steps 1 to 3" in picture


def test_a_large_graph_is_bars_and_stays_small():
    picture = draw("multiply-n", n=4096)
    assert len(picture) < 20_000
    said = texts(picture)
    assert {"2048", "4096", "step 12"} <= set(said)
    widths = [float(w) for w in re.findall(r'width="([\d.]+)" fill="#1d5f86"', picture)]
    assert widths[0] == pytest.approx(2 * widths[1], abs=0.02)


def test_many_steps_are_grouped():
    found = profile(unroll(wd.library.entry_named("horner").build(), n=500), "GPU")
    rows = rows_of(found)
    assert rows[0].name == "start"
    assert rows[1].name == "steps 1–25"
    assert rows[-1].last == 1000
    assert all(a.last + 1 == b.first for a, b in pairwise(rows))
    assert max(row.words for row in rows) == found.memory
    assert "of several steps the most" in draw("horner", n=500)


def test_long_operations_are_grouped_too():
    g = nx.DiGraph([("a", "b")], name="slow")
    nx.set_node_attributes(g, {"a": 100_000, "b": 7}, "work")
    found = profile(unroll(g), "GPU")
    rows = rows_of(found)
    assert rows[-1].last == 100_007
    assert {row.threads for row in rows[1:]} == {1}
    ElementTree.fromstring(draw(g))


def test_hostile_names_stay_text():
    g = nx.DiGraph([('<a href="x">&', "b\x00\x1b")], name="]]><script>")
    picture = draw(g)
    ElementTree.fromstring(picture)
    assert "<script>" not in picture


def test_errors_say_what_and_what_next(tmp_path):
    with pytest.raises(SizeError, match=r"size 'n' has no value; give n=\.\.\., with n >= 1"):
        draw("multiply-n")
    with pytest.raises(SizeError, match="GiB"):
        draw("multiply-n", n=10**12)
    with pytest.raises(FileError, match=r"the picture cannot be written: .*; choose a folder that exists"):
        draw("multiply-n", tmp_path / "none" / "tree.svg", n=2)
    with pytest.raises(
        FileError, match=r"a picture is written as SVG, not as .png .*; name the file with .svg"
    ):
        draw("multiply-n", tmp_path / "tree.png", n=2)
    assert list(tmp_path.iterdir()) == []


def test_it_is_written_and_returned(tmp_path):
    path = tmp_path / "tree.svg"
    picture = draw("multiply-n", path, n=4)
    assert path.read_text(encoding="utf-8") == picture + "\n"
    assert draw("multiply-n", n=4) == picture
