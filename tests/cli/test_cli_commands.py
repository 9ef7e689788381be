"""The commands: what they print, where, and with which exit code."""

import json
from xml.etree import ElementTree

import pytest

from workdepth import __version__
from workdepth.cli import COMMANDS
from workdepth.cli.options import SWITCHES
from workdepth.library import entries
from workdepth.models.conventions import CHOICES

DOT = """
import workdepth as wd

def dot():
    n = wd.size("n")
    g = wd.Algorithm("my-dot")
    x, y = g.input("x", n), g.input("y", n)
    g.output(g.fold(wd.ADD, n, lambda i: x[i] * y[i]))
    return g

g = dot()
number = 7
def wrong():
    return 1 / 0
"""


def table_of(command, *words):
    found = command("table", *words, "--format", "json")
    assert found.exit_code == 0, found.output
    return json.loads(found.stdout)["rows"]


def values(row):
    return {
        m: tuple(row["models"][m][f]["value"] for f in ("time", "memory", "threads")) for m in ("RAM", "GPU")
    }


def test_sizes_may_have_letters_of_any_language(command, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine.py").write_text(DOT.replace('size("n")', 'size("größe")'), encoding="utf-8")
    found = command("analyze", "mine.py:g", "--at", "größe=8", "--format", "json")
    assert found.exit_code == 0, found.output
    assert values(json.loads(found.stdout)["rows"][0])["GPU"] == (4, 16, 8)


def test_multiply_n_at_1000(command):
    (row,) = table_of(command, "multiply-n", "--at", "n=1000")
    assert values(row) == {"RAM": (999, 1000, 1), "GPU": (10, 1000, 500)}
    assert row["speedup_kind"] == "exponential"
    assert row["sizes"] == ["n"]
    assert row["conventions"] == {k: v[0] for k, v in CHOICES.items()}
    assert row["uncounted"] == []


def test_multiply_n_loaded(command):
    (row,) = table_of(command, "multiply-n", "--at", "n=1000", "--inputs", "loaded")
    assert values(row) == {"RAM": (1999, 10, 1), "GPU": (11, 1000, 1000)}


def test_multiply_n_separate(command):
    (row,) = table_of(command, "multiply-n", "--at", "n=1000", "--cells", "separate")
    assert values(row)["RAM"][1] == 1001
    assert values(row)["GPU"][1] == 1500


def test_sizes_may_be_powers_and_several(command):
    (row,) = table_of(command, "matvec", "--at", "n=2^10, m=2**3")
    (same,) = table_of(command, "matvec", "--at", "n=1024", "--at", "m=8")
    assert values(row) == values(same)


def test_several_names_are_set_side_by_side(command):
    found = command("table", "multiply-n", "dot")
    assert found.stdout.startswith("algorithm")
    assert "dot" in found.stdout


def test_the_whole_library_at_one_size(command):
    found = command("table", "--all", "--at", "n=1000", "--format", "json")
    rows = json.loads(found.stdout)["rows"]
    assert [row["algorithm"] for row in rows] == list(entries())
    assert "workdepth: scan-blelloch has no values: n = 1000 is not a power of 2" in found.stderr
    assert "value" in rows[list(entries()).index("dot")]["models"]["RAM"]["time"]


@pytest.mark.parametrize("form", ["text", "markdown", "latex", "html", "csv", "json"])
def test_every_format_prints(command, form):
    found = command("table", "multiply-n", "--format", form)
    assert found.exit_code == 0
    assert "multiply-n" in found.stdout
    assert found.stderr == ""


def test_switches_are_those_of_the_models():
    assert tuple(SWITCHES) == tuple(CHOICES)


def test_the_list_names_all(command):
    found = command("list")
    assert all(name in found.stdout for name in entries())
    rows = json.loads(command("list", "--format", "json").stdout)["rows"]
    assert [row["name"] for row in rows] == list(entries())
    assert all(row["sizes"] and row["teaches"] and row["source"] for row in rows)


@pytest.mark.parametrize("columns", ["30", "70", "200"])
def test_the_list_fits(command, monkeypatch, columns):
    monkeypatch.setenv("COLUMNS", columns)
    assert max(map(len, command("list").stdout.splitlines())) <= int(columns)


def test_check_finds_no_difference(command):
    found = command("check", "multiply-n", "dot", "--upto", "6")
    assert found.exit_code == 0
    assert "multiply-n: no difference at 6 sizes (n from 1 to 6); figures: 8 exact" in found.stdout
    assert "results equal NumPy's at 6" in found.stdout


def test_check_of_several_ends_with_the_share_of_exact_figures(command):
    found = command("check", "sum", "scan-hillis-steele", "--upto", "4")
    told = "exact figures: time 4 of 4 (100%), memory 3 of 4 (75%), threads 4 of 4 (100%)"
    assert found.stdout.splitlines()[-1] == told
    assert "exact figures" not in command("check", "sum", "--upto", "4").stdout
    shares = json.loads(command("check", "sum", "--upto", "4", "--format", "json").stdout)["exact"]
    assert shares["memory"] == {"exact": 2, "of": 2}


def test_check_under_every_switch_and_at_one_size(command):
    found = command("check", "multiply-n", "--at", "n=5", "--every-switch", "--format", "json")
    rows = json.loads(found.stdout)["rows"]
    assert found.exit_code == 0
    assert len(rows) == len({tuple(row["conventions"].values()) for row in rows}) == 80
    found = command(
        "check", "multiply-n", "--at", "n=5", "--every-switch", "--cells", "separate", "--phases", "barrier"
    )
    assert found.stdout.count("no difference") == 16


def test_check_fails_with_exit_code_1(command, monkeypatch):
    from workdepth.library import entry

    monkeypatch.setitem(entry._entries, "multiply-n", wrong_entry())
    found = command("check", "multiply-n", "dot", "--upto", "3")
    assert found.exit_code == 1
    assert "multiply-n: DIFFERENT:" in found.stdout
    assert "dot: no difference" in found.stdout
    assert "workdepth: 1 of 2 checks failed" in found.stderr
    rows = json.loads(command("check", "multiply-n", "--upto", "3", "--format", "json").stdout)["rows"]
    assert rows[0]["outcome"] == "different"


def wrong_entry():
    from dataclasses import replace

    return replace(entries()["multiply-n"], oracle=lambda x: 1 + x.sum())


def test_analyze_runs_a_module_and_says_so(command, tmp_path):
    path = tmp_path / "mine.py"
    path.write_text(DOT, encoding="utf-8")
    for name in ("g", "dot"):
        found = command("analyze", f"{path}:{name}", "--at", "n=4")
        assert found.exit_code == 0, found.output
        assert found.stdout.startswith("my-dot")
    assert "RUNS the module" in " ".join(command("analyze", "--help").stdout.split())


def test_analyze_and_table_read_files(command, tmp_path):
    from workdepth.graph.files import save

    save(entries()["dot"].build(), tmp_path / "dot.json")
    for name in ("analyze", "table"):
        found = command(name, str(tmp_path / "dot.json"), "--at", "n=4", "--format", "json")
        assert values(json.loads(found.stdout)["rows"][0])["GPU"] == (3, 8, 4)
    assert command("check", str(tmp_path / "dot.json"), "--upto", "4").exit_code == 0


def test_draw_writes_or_prints(command, tmp_path):
    path = tmp_path / "tree.svg"
    found = command("draw", "multiply-n", "--at", "n=8", "-o", str(path))
    assert (found.exit_code, found.stdout) == (0, "")
    assert f"drawn: {path}" in found.stderr
    printed = command("draw", "multiply-n", "--at", "n=8").stdout
    assert printed == path.read_text(encoding="utf-8")
    ElementTree.fromstring(printed)


def test_doctor_says_what_mends(command):
    found = command("doctor")
    assert found.exit_code == 0
    assert f"{__version__}, on Python" in found.stdout
    rows = {row["what"]: row for row in json.loads(command("doctor", "--format", "json").stdout)["rows"]}
    assert rows["kernels"]["state"] == rows["networkx"]["state"] == "ok"
    assert all(row["mend"] for row in rows.values() if row["state"] != "ok")


def test_help_of_every_command(command):
    for name in COMMANDS:
        found = command(name, "--help")
        assert found.exit_code == 0
        assert found.stdout.startswith(f"Usage: workdepth {name}")
    assert command().exit_code == 0
    assert "tour" in command().stdout
    assert command("--version").stdout == f"workdepth {__version__}\n"


def test_the_tour_goes_from_graph_to_verdict(command, tmp_path):
    path = tmp_path / "tree.svg"
    found = command("tour", "--on", "ptx", "--draw", str(path))
    assert found.exit_code == 0, found.output
    for word in (
        'x = g.input("x", n)',
        "⌈log₂ n⌉",
        "unrolled at 32 sizes",
        "9699690",
        "Verdict: consistent.",
        "workdepth list",
    ):
        assert word in found.stdout
    ElementTree.fromstring(path.read_text(encoding="utf-8"))


def test_the_tour_fits_a_narrow_screen(command, monkeypatch):
    monkeypatch.setenv("COLUMNS", "60")
    shown = command("tour", "--on", "ptx").stdout
    assert max(map(len, shown.splitlines())) <= 60


def test_measure_all(command) -> None:
    found = command("measure", "--all", "--on", "ptx", "--upto", "64", "--format", "json")
    assert found.exit_code == 0
    told = json.loads(found.stdout)
    assert {"multiply-n", "sum", "scan-blelloch"} <= {one["algorithm"] for one in told}
    assert {one["outcome"] for one in told} == {"consistent"}


def test_measure_is_consistent(command):
    found = command("measure", "multiply-n", "--on", "ptx", "--upto", "64", "--format", "json")
    assert found.exit_code == 0
    assert json.loads(found.stdout)["outcome"] == "consistent"
    assert "running the kernels of multiply-n" in found.stderr
    assert "consistent" in command("measure", "multiply-n", "--on", "ptx", "--upto", "64").stdout
