"""One call, three ways: nothing lost, nothing done twice, whatever stops it."""

from __future__ import annotations

import io
import json
import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from workdepth.errors import FileError, MissingError, ModelError
from workdepth.schedule.executor import run_all, ways
from workdepth.schedule.executor.journal import Journal
from workdepth.schedule.executor.progress import Progress

CELLS = [{"p": p, "graph": name} for name in ("fft", "tree") for p in (1, 2, 4)]


def told(cell: dict[str, Any]) -> str:
    return f"{cell['graph']} on {cell['p']}"


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def counted(
    calls: list[Any], stop_at: int | None = None, how: type[BaseException] = KeyboardInterrupt
) -> Any:
    """Return a task that notes its cells, and is interrupted at one."""

    def task(cell: Any) -> str:
        if len(calls) == stop_at:
            raise how
        calls.append(cell)
        return told(cell)

    return task


def test_results_come_in_the_order_of_the_cells(tmp_path: Path) -> None:
    assert run_all(told, CELLS) == [told(cell) for cell in CELLS]
    assert run_all(told, CELLS, into=tmp_path / "a.jsonl") == [told(cell) for cell in CELLS]
    header, *records = lines(tmp_path / "a.jsonl")
    assert header["schema"] == "workdepth.cells/1"
    assert [record["cell"] for record in records] == CELLS


def test_equal_cells_are_one() -> None:
    calls: list[Any] = []
    reversed_keys = {"graph": "fft", "p": 1}
    assert run_all(counted(calls), [CELLS[0], reversed_keys, CELLS[0]]) == ["fft on 1"] * 3
    assert len(calls) == 1


@pytest.mark.parametrize("how", [KeyboardInterrupt, ZeroDivisionError])
def test_what_is_done_is_kept_and_not_done_again(
    tmp_path: Path, capsys: Any, how: type[BaseException]
) -> None:
    path, calls = tmp_path / "a.jsonl", []
    with pytest.raises(how):
        run_all(counted(calls, 2, how), CELLS, into=path)
    assert f"stopped after 2 of 6 cells; they are kept in {path}" in capsys.readouterr().err
    assert run_all(counted(calls), CELLS, into=path) == [told(cell) for cell in CELLS]
    assert calls == CELLS
    assert "2 of 6 cells were done before" in capsys.readouterr().err
    assert run_all(counted(calls), CELLS[:3], into=path) == [told(cell) for cell in CELLS[:3]]
    assert calls == CELLS
    assert len(lines(path)) == 7


def test_a_last_line_that_was_cut_short_is_done_again(tmp_path: Path) -> None:
    path, calls = tmp_path / "a.jsonl", []
    run_all(counted(calls), CELLS, into=path)
    path.write_bytes(path.read_bytes()[:-9])
    calls.clear()
    assert run_all(counted(calls), CELLS, into=path) == [told(cell) for cell in CELLS]
    assert calls == CELLS[-1:]
    assert [record["cell"] for record in lines(path)[1:]] == CELLS


def test_a_header_that_was_cut_short(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(b'{"schema": "workd')
    assert run_all(told, CELLS[:1], into=path) == ["fft on 1"]
    assert len(lines(path)) == 2


@pytest.mark.filterwarnings("ignore")  # later Pythons warn of forks beside threads
@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_a_run_that_is_killed_goes_on_from_there(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"

    def suicide(cell: Any) -> str:
        if cell == CELLS[3]:
            os.kill(os.getpid(), signal.SIGKILL)
        return told(cell)

    child = os.fork()
    if not child:
        run_all(suicide, CELLS, into=path)
        os._exit(0)
    assert os.waitpid(child, 0)[1] == signal.SIGKILL
    calls: list[Any] = []

    def again(cell: Any) -> str:
        calls.append(cell)
        return told(cell)

    again.__qualname__ = suicide.__qualname__
    assert run_all(again, CELLS, into=path) == [told(cell) for cell in CELLS]
    assert calls == CELLS[3:]


def test_files_that_are_something_else(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    run_all(told, CELLS[:1], into=path)
    with pytest.raises(FileError, match=r"holds what .*told has done, not builtins:abs .*give another path"):
        run_all(abs, [1], into=path)
    whole = path.read_text(encoding="utf-8")
    for text, wrong in (
        ("no json\n", "line 1 is no JSON"),
        ("[]\n", "line 1 is no object"),
        ('{"schema": "other"}\n', "does not begin with the schema workdepth.cells/1"),
        (whole + '{"cell": 1}\n', "line 3 is no cell with its result"),
        (whole + "{\n", "line 3 is no JSON"),
    ):
        path.write_text(text, encoding="utf-8")
        with pytest.raises(FileError, match=wrong):
            run_all(told, CELLS[:1], into=path)
        assert path.read_text(encoding="utf-8") == text
    with pytest.raises(FileError, match="cannot be written"):
        run_all(told, CELLS, into=tmp_path)


def test_two_runs_do_not_write_into_one_file(tmp_path: Path) -> None:
    pytest.importorskip("fcntl")
    path = tmp_path / "a.jsonl"
    with (
        Journal(path, "x"),
        pytest.raises(FileError, match="another run is writing here"),
        Journal(path, "x"),
    ):
        pass
    with Journal(path, "x") as journal:
        journal.add("1", 2)
        with pytest.raises(FileError, match="1 is done twice"):
            journal.add("1", 2)


def test_what_json_cannot_hold() -> None:
    with pytest.raises(FileError, match=r"\{1\} cannot be written as JSON"):
        run_all(told, [{1}])
    with pytest.raises(FileError, match="nan cannot be written as JSON"):
        run_all(told, [float("nan")])


def test_a_result_that_json_cannot_hold(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="the result of 1 cannot be written as JSON"):
        run_all(lambda cell: {cell}, [1], into=tmp_path / "a.jsonl")


def test_ways_that_are_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ModelError, match="on is 'moon'; use one of: serial, joblib, dask, or a dask client"):
        run_all(told, CELLS, on="moon")
    with pytest.raises(ModelError, match="0 workers can run nothing"):
        run_all(told, CELLS, on="joblib", workers=0)
    monkeypatch.setitem(__import__("sys").modules, "joblib", None)
    with pytest.raises(MissingError, match=r'joblib is not installed .*pip install "workdepth\[cluster\]"'):
        run_all(told, CELLS, on="joblib")
    monkeypatch.setitem(__import__("sys").modules, "distributed", None)
    with pytest.raises(MissingError, match=r"dask.distributed is not installed .*pip install"):
        run_all(told, CELLS, on="dask")


def test_progress() -> None:
    plain = io.StringIO()
    progress = Progress(40, 0, plain)
    for _ in range(40):
        progress.step()
    assert plain.getvalue().splitlines() == ["1 of 40 cells", *(f"{4 * k} of 40 cells" for k in range(1, 11))]

    class Screen(io.StringIO):
        def isatty(self) -> bool:
            return True

    screen = Screen()
    progress = Progress(2, 0, screen)
    progress.step()
    progress.stopped("kept")
    assert screen.getvalue() == "\r1 of 2 cells\nstopped after 1 of 2 cells; kept\n"


def on_others() -> Callable[[dict[str, Any]], str]:
    """Return a task that other processes get by value."""

    def task(cell: dict[str, Any]) -> str:
        return f"{cell['graph']} on {cell['p']}"

    return task


@pytest.mark.filterwarnings("ignore")
def test_on_cores(tmp_path: Path) -> None:
    pytest.importorskip("joblib")
    path = tmp_path / "a.jsonl"
    assert run_all(on_others(), CELLS[:2], into=path) == ["fft on 1", "fft on 2"]
    assert run_all(on_others(), CELLS, on="joblib", workers=2, into=path) == [told(cell) for cell in CELLS]
    assert sorted(record["cell"]["p"] for record in lines(path)[1:]) == [1, 1, 2, 2, 4, 4]


@pytest.mark.filterwarnings("ignore")
def test_a_cluster_that_loses_a_worker(tmp_path: Path) -> None:
    distributed = pytest.importorskip("distributed")
    marker, path = tmp_path / "died", tmp_path / "a.jsonl"

    def deadly(cell: dict[str, Any]) -> str:
        """Kill the first worker that meets one cell, while it works."""
        import os
        import signal

        if cell == {"p": 2, "graph": "tree"} and not os.path.exists(marker):
            open(marker, "w").close()
            os.kill(os.getpid(), signal.SIGKILL)
        return f"{cell['graph']} on {cell['p']}"

    cluster = distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, dashboard_address=None, silence_logs=50, memory_limit=0
    )
    with cluster, distributed.Client(cluster) as client:
        assert run_all(deadly, CELLS, on=client, into=path) == [told(cell) for cell in CELLS]
    assert marker.exists()
    cells = [record["cell"] for record in lines(path)[1:]]
    assert sorted(map(told, cells)) == sorted(map(told, CELLS))


def test_a_client_is_told_by_what_it_does() -> None:
    with pytest.raises(ModelError, match="on is 3"):
        ways.way(3, told, CELLS, None)
