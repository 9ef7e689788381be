"""Explanations as they are printed: golden texts, JSON, marks on drawings; figures on demand."""

import json
from fractions import Fraction
from xml.etree import ElementTree

import networkx as nx
import pytest

import workdepth as wd
from workdepth.errors import ModelError, SizeError, WorkdepthError
from workdepth.report.draw import draw
from workdepth.report.explain_text import text
from workdepth.report.screen import Screen
from workdepth.report.svg import GLOW, HOT

SVG = "{http://www.w3.org/2000/svg}"
AT = {"dot": {"n": 8}, "multiply-n": {"n": 8}, "horner": {"n": 30}}


def either():
    g = wd.Algorithm("either")
    n, m = g.size("n"), g.size("m")
    g.output(g.fold(wd.ADD, g.input("x", n)) + g.fold(wd.ADD, g.input("y", m)))
    return g


@pytest.mark.parametrize("name", AT)
def test_texts_are_as_kept(golden, name):
    golden(f"explain.{name}.txt", text(wd.explain(name, at=AT[name]), Screen()))


def test_switches_and_choices_are_as_kept(golden):
    told = wd.explain(either(), at={"n": 3, "m": 5}, cells="separate", reads="exclusive")
    golden("explain.either.txt", text(told, Screen()))


@pytest.mark.parametrize("width", [40, 80])
def test_narrow_and_plain_screens_are_as_kept(golden, width):
    shown = text(wd.explain("dot", at={"n": 8}), Screen(width, unicode=False))
    golden(f"explain.dot.{width}.ascii.txt", shown)
    assert shown.isascii()
    assert max(map(len, shown.splitlines())) <= width


def test_the_document_is_as_kept(golden):
    golden("explain.dot.json.txt", json.dumps(wd.explain("dot", at={"n": 4}).to_json(), indent=2))


def test_a_document_has_its_schema_and_survives_json():
    found = json.loads(json.dumps(wd.explain(either(), at={"n": 3, "m": 5}).to_json()))
    assert found["schema"] == "workdepth.explain/1"
    assert found["models"]["GPU"]["time"]["shares"][0]["alternatives"][1][0]["path"] == "fold2"
    for machine in ("RAM", "GPU"):
        memory = found["steps"][machine]["memory"]
        assert sum(part["value"] for part in memory["parts"]) == memory["value"]
        assert sum(part["share"] for part in memory["parts"]) == pytest.approx(1)


def test_long_lists_are_cut_and_say_so():
    g = nx.path_graph(40, create_using=nx.DiGraph)
    shown = text(wd.explain(g), Screen())
    assert "and 29 more" in shown
    assert "29 more stretches" in shown


def test_names_from_files_cannot_steer_the_terminal():
    g = nx.DiGraph([("a\x1b[31m", "b")])
    assert "\x1b" not in text(wd.explain(g), Screen())


def test_a_plain_dag_is_told_step_by_step():
    told = wd.explain(nx.DiGraph([("a", "b"), ("a", "c"), ("b", "d"), ("c", "d")]))
    assert [p.path for p in told.runs["GPU"].time.stretches] == ["a", "b", "d"]
    with pytest.raises(ModelError, match=r"nothing is told in symbols of 'GPU'; .*none; see runs"):
        told["GPU"]


def test_bad_input_is_told():
    with pytest.raises(SizeError, match="size 'n' has no value; give n="):
        wd.explain("dot", at={})
    with pytest.raises(ModelError, match="no switch is called 'cell'"):
        wd.explain("dot", cell="separate")
    with pytest.raises(ModelError, match="conventions are given twice"):
        wd.explain("dot", wd.Conventions(), cells="separate")
    with pytest.raises(WorkdepthError, match="no algorithm is called 'dott'"):
        wd.explain("dott")
    with pytest.raises(ModelError, match=r"nothing is told in symbols of 'TPU'; choose one of: RAM, GPU"):
        wd.explain("dot")["TPU"]


# Marks


def drawn(mark, **sizes):
    return draw("dot", mark=mark, **sizes)


def fills(picture, colour):
    return [e for e in ElementTree.fromstring(picture).iter() if e.get("fill") == colour and not e.text]


def test_a_critical_path_is_marked():
    picture = drawn("span", n=6)
    assert len(fills(picture, HOT)) == 4
    assert "marked: a critical path, 4 steps" in picture


def test_the_step_with_most_words_is_marked():
    picture = drawn("memory", n=6)
    assert len(fills(picture, HOT)) == 12
    assert len(fills(picture, GLOW)) == 1
    assert "marked: where most words live, 12" in picture


def test_the_step_with_most_threads_is_marked():
    assert len(fills(drawn("threads", n=6), HOT)) == 6


@pytest.mark.parametrize("mark", ["memory", "threads"])
def test_large_drawings_mark_the_step(mark):
    assert len(fills(drawn(mark, n=1000), GLOW)) == 1


def test_without_a_mark_nothing_changes():
    assert drawn(None, n=6) == draw("dot", n=6)
    assert HOT not in drawn(None, n=6)


def test_nothing_to_do_is_nothing_to_mark():
    assert "marked: nothing, there is no operation" in draw("multiply-n", mark="threads", n=1)


def test_an_unknown_mark_is_refused():
    with pytest.raises(ModelError, match="'depth' cannot be marked; choose one of: span, memory, threads"):
        drawn("depth", n=6)


# Figures on demand


def test_time_on_p_threads_lies_between_brents_bounds():
    bounds = wd.on_threads("matmul")
    assert (bounds.lower.relation, bounds.upper.relation) == (">=", "<=")
    assert bounds.at(n=2, k=4, m=2, p=1) == (28, 28)
    assert bounds.at(n=2, k=4, m=2, p=7) == (4, Fraction(46, 7))
    assert wd.on_threads("matmul", 7).at(n=2, k=4, m=2) == (4, Fraction(46, 7))
    assert str(wd.on_threads("sum").lower) == "max(ceiling(log2(n)), n/p - 1/p)"


def test_greedy_schedules_keep_the_bounds():
    for p in (1, 2, 3, 8):
        low, high = wd.on_threads("sum", p).at(n=16)
        # A tree of 16 leaves, level by level on p threads.
        steps = sum(-(-width // p) for width in (8, 4, 2, 1))
        assert low <= steps <= high


def test_a_size_called_p_is_not_taken_for_the_threads():
    g = wd.Algorithm("p-sum")
    g.output(g.fold(wd.ADD, g.input("x", g.size("p"))))
    assert wd.on_threads(g).threads == "p_threads"
    assert wd.on_threads(g).at(p=5, p_threads=2) == (3, Fraction(7, 2))


@pytest.mark.parametrize("p", [0, -1, 1.5, True, "4"])
def test_a_number_of_threads_is_a_positive_integer(p):
    with pytest.raises(ModelError, match=r"the number of threads is .*; give an integer of at least 1"):
        wd.on_threads("sum", p)


@pytest.mark.parametrize("switch", [{"reads": "exclusive"}, {"spawn": "fork-join"}])
def test_brents_bounds_are_not_claimed_with_delays(switch):
    with pytest.raises(ModelError, match=r"adds delays, which are no work .*at its default"):
        wd.on_threads("sum", **switch)


def test_work_against_a_sequential_algorithm():
    assert str(wd.work_against("sum", "multiply-n")) == "1"
    assert str(wd.work_against("scan-hillis-steele", "scan-sequential").growth) == "log(n)"
    assert wd.work_against("scan-blelloch", "n - 1").at(n=8) == 2
    assert wd.work_against("sum", "n").relation == "="


def test_work_against_what_is_not_there():
    with pytest.raises(ModelError, match="matmul has the size k, which dot has not; give the operations as"):
        wd.work_against("dot", "matmul")
    with pytest.raises(ModelError, match="no library algorithm, and as a formula has the unknown size q"):
        wd.work_against("dot", "q + 1")
    with pytest.raises(ModelError, match="no library algorithm and no formula"):
        wd.work_against("dot", "n +")


def test_the_class_nc_where_it_follows():
    found = {name: wd.nc_class(name) for name in ("multiply-n", "matmul", "vector-add", "horner")}
    assert found == {"multiply-n": "NC1", "matmul": "NC1", "vector-add": "NC0", "horner": None}


def test_the_class_nc_speaks_of_the_words_of_the_input():
    g = wd.Algorithm("powers")
    g.output(g.repeat(wd.log2(g.size("n", power_of=2)), lambda r, x: x * x, g.input("x")))
    assert wd.nc_class(g) is None
    with pytest.raises(ModelError, match="a plain DAG has no sizes"):
        wd.nc_class(nx.DiGraph([("a", "b")]))
