"""Tables: golden texts in every format, and what the table itself answers."""

import csv
import json

import networkx as nx
import pytest
from report_cases import both, long, product

import workdepth as wd
from workdepth.errors import CheckError, ModelError, SizeError, WorkdepthError
from workdepth.report.formats import FORMATS, rendered
from workdepth.report.screen import Screen, screen, showable
from workdepth.report.text import text

TABLES = {"product": product, "long": long, "both": both}


@pytest.mark.parametrize("name", TABLES)
@pytest.mark.parametrize("form", FORMATS)
def test_formats_are_as_kept(golden, name, form):
    golden(f"{name}.{form}.txt", rendered(TABLES[name](), form))


@pytest.mark.parametrize("form", FORMATS)
def test_values_are_as_kept(golden, form):
    golden(f"product-at.{form}.txt", rendered(product(inputs="loaded").at(n=1000), form))


@pytest.mark.parametrize("width", [40, 80, 120])
@pytest.mark.parametrize("unicode", [True, False])
@pytest.mark.parametrize("name", TABLES)
def test_widths_are_as_kept(golden, name, width, unicode):
    shown = text(TABLES[name](), Screen(width, unicode))
    golden(f"{name}.{width}.{'unicode' if unicode else 'ascii'}.txt", shown)
    assert max(map(len, shown.splitlines())) <= width
    assert unicode or shown.isascii()


def test_the_library_prints_exact_forms_growth_and_domain():
    shown = text(wd.compare("multiply-n"), Screen())
    for word in ("⌈log₂ n⌉", "O(log n)", "⌊n/2⌋", "n: integer ≥ 1", "uncounted    none", "memory in words"):
        assert word in shown


def test_nothing_is_lost_however_narrow():
    for width in (1, 5, 12, 20, 33, 79):
        shown = text(long(), Screen(width))
        letters = "".join(shown.split())
        assert "n+8" in letters
        assert "…" not in shown


def test_long_formulas_stand_below_whole():
    shown = text(long(), Screen())
    assert "≤ [1]" in shown
    assert "⌈log₂(n + 2)⌉·⌊n/2⌋" in shown.split("[1]")[-1]
    assert "memory + threads" in shown


def test_bounds_and_powers_are_marked():
    shown = text(long(), Screen(unicode=False))
    assert "<= [1]" in shown
    assert "n: power of 2; m: integer >= 1" in shown


def test_changed_conventions_are_printed_and_defaults_not():
    assert "conventions" not in text(product(), Screen())
    assert "inputs=loaded (the others at their defaults)" in text(product(inputs="loaded"), Screen())


def test_colour_only_where_asked():
    assert "\x1b[" not in text(product(), Screen())
    assert "\x1b[" in text(product(), Screen(colour=True))


def test_json_has_the_schema():
    row = json.loads(rendered(product().at(n=1000), "json"))["rows"][0]
    assert list(row) == [
        "algorithm", "sizes", "conventions", "models", "parallelism", "speedup", "speedup_kind", "uncounted",
    ]  # fmt: skip
    assert list(row["models"]["GPU"]) == ["time", "memory", "threads", "work", "space", "spacetime"]
    assert row["models"]["GPU"]["time"] == {
        "exact": "ceiling(log2(n))", "relation": "=", "growth": "log(n)", "value": 10,
    }  # fmt: skip
    assert row["speedup"]["value"] == 99.9
    assert "value" not in json.loads(rendered(product(), "json"))["rows"][0]["models"]["RAM"]["time"]


def test_exact_forms_of_json_and_csv_read_back():
    lines = list(csv.DictReader(rendered(both().at(n=8, m=3), "csv").splitlines()))
    assert len(lines) == 2 * 14
    for line in lines:
        expression = wd.parse(line["exact"])
        assert float(expression.at({"n": 8, "m": 3})) == pytest.approx(float(line["value"]))


def test_markdown_tables_have_equal_rows():
    for line in rendered(both(), "markdown").splitlines():
        if line.startswith("|"):
            assert line.replace("\\|", "").count("|") == 8


def test_hostile_names_are_only_shown():
    g = nx.DiGraph([("<script>", "a|b")], name="<script>alert(1)</script>|x\x1b[31m[bold]")
    table = wd.compare(g)
    for form in FORMATS:
        shown = rendered(table, form)
        assert "\x1b" not in shown or form == "csv"
    assert r"x\x1b[31m" in rendered(table, "text")
    assert "<script>" not in rendered(table, "html")
    assert "[bold]" in rendered(table, "text")


def test_a_name_is_no_formula_for_a_spreadsheet():
    shown = rendered(wd.compare(nx.DiGraph([(1, 2)], name="=1+1")), "csv")
    assert shown.splitlines()[1].startswith("'=1+1,")


def test_a_plain_dag_has_numbers_and_no_growth():
    g = nx.DiGraph([("a", "b"), ("a", "c")], name="fork")
    shown = text(wd.compare(g), Screen())
    assert "O(" not in shown
    assert shown.startswith("fork")


def test_costs_of_the_only_row():
    table = wd.compare("multiply-n")
    assert str(table["GPU"].threads) == "floor(n/2)"
    with pytest.raises(ModelError, match=r"no model is called 'TPU'; choose one of: RAM, GPU"):
        table["TPU"]
    with pytest.raises(ModelError, match=r"the table has 2 algorithms: multiply-n, long; say which"):
        both()["GPU"]
    assert both().row("long").algorithm == "long"
    with pytest.raises(ModelError, match="no algorithm 'short'"):
        both().row("short")


def test_values_ask_for_all_sizes_and_only_them():
    with pytest.raises(SizeError, match="size 'm' has no value"):
        both().at(n=8)
    with pytest.raises(SizeError, match="unknown size 'k'; the sizes are: n, m"):
        both().at(n=8, m=2, k=1)
    found, left = both().at_where_possible(n=8)
    assert found.rows[0].sizes == {"n": 8}
    assert found.rows[1].sizes is None
    assert left == ["long has no values: size 'm' has no value; give m=..., with m >= 1"]


def test_huge_values_are_written():
    shown = text(product().at(n=10**30), Screen())
    assert "1.0000e+30" in shown
    json.loads(rendered(product().at(n=10**30), "json"))


def test_compare_refuses_nonsense():
    with pytest.raises(ModelError, match="there is nothing to compare"):
        wd.compare()
    with pytest.raises(ModelError, match="no switch is called 'colour'; choose one of: phases"):
        wd.compare("multiply-n", colour="red")
    with pytest.raises(ModelError, match="conventions are given twice"):
        wd.compare("multiply-n", conventions=wd.Conventions(), inputs="loaded")
    with pytest.raises(WorkdepthError, match="no algorithm is called 'nothing'"):
        wd.compare("nothing")


def test_assert_growth_names_figure_expected_and_found():
    wd.assert_growth("multiply-n", GPU_time="log(n)", RAM_time="n", GPU_threads="n", speedup="n/log(n)")
    with pytest.raises(
        CheckError, match=r"GPU_time grows like log\(n\), slower than the expected n \(at mul"
    ):
        wd.assert_growth("multiply-n", GPU_time="n")
    with pytest.raises(CheckError, match=r"RAM_time grows like n, faster than the expected log\(n\)"):
        wd.assert_growth("multiply-n", RAM_time="O(log(n))")
    with pytest.raises(ModelError, match="no figure is called 'CPU_time'; choose one of: RAM_time"):
        wd.assert_growth("multiply-n", CPU_time="n")


def test_notebooks_get_three_forms():
    bundle = product()._repr_mimebundle_()
    assert sorted(bundle) == ["text/html", "text/latex", "text/plain"]
    assert bundle["text/html"].startswith("<table")


def test_the_table_prints_itself(capsys):
    print(product())
    assert capsys.readouterr().out.startswith("multiply-n   n: integer")


class _Stream:
    def __init__(self, encoding, tty=True):
        self.encoding, self.tty = encoding, tty

    def isatty(self):
        return self.tty


def test_a_table_says_what_is_expected():
    told = "work is the mean over what data decides; bounds beside it are of the worst case"
    assert told in text(wd.compare("quicksort"), Screen())
    assert told.replace("the mean", "a bound of the mean") in text(wd.compare("quickselect"), Screen())
    assert "expected" not in text(wd.compare("sum"), Screen())


def test_screens_are_read_from_stream_and_environment(monkeypatch):
    monkeypatch.setenv("TERM", "xterm")
    assert screen(_Stream("utf-8")) == Screen(80, True, True)
    assert screen(_Stream("ascii", tty=False)) == Screen(None, False, False)
    assert screen(_Stream("latin-1")).unicode is False
    assert screen(_Stream(None)).unicode is False
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "44")
    assert screen(_Stream("utf-8")) == Screen(44, True, False)
    for nonsense in ("0", "wide", "-3", ""):
        monkeypatch.setenv("COLUMNS", nonsense)
        assert screen(_Stream("utf-8", tty=False)).width is None


def test_what_cannot_be_shown_is_escaped():
    assert showable("n ≥ 1", _Stream("ascii")) == r"n \u2265 1"
    assert showable("n ≥ 1", _Stream("utf-8")) == "n ≥ 1"
    assert showable("n ≥ 1", _Stream("no-such-encoding")) == r"n \u2265 1"


def test_an_expectation_against_the_worst_is_at_least_a_speed_up():
    assert "at least constant" in text(wd.compare("quicksort"), Screen())
    assert "at least" not in text(wd.compare("multiply-n"), Screen())
