"""The one call: a task over many cells, resumed where it stopped."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import closing, nullcontext
from pathlib import Path
from typing import Any

from workdepth.schedule.executor.journal import Journal, key_of
from workdepth.schedule.executor.progress import Progress
from workdepth.schedule.executor.ways import way


def run_all(
    task: Callable[[Any], Any],
    cells: Iterable[Any],
    *,
    on: Any = "serial",
    workers: int | None = None,
    into: str | Path | None = None,
) -> list[Any]:
    """Run a task on every cell and return the results in the order of the cells.

    Parameters
    ----------
    task : function of one cell
        Takes and returns what JSON can hold.  Other processes must be able to import it, or it must be defined
        inside a function.
    cells : iterable
        Numbers, texts, lists, dicts: each is told from the others by its JSON; equal ones are run once.
    on : {"serial", "joblib", "dask"} or dask client
        In this process; in processes of this machine; on a dask cluster, made for the call or given.  The last two
        need the extra ``cluster``.
    workers : int, optional
        How many processes; as many as there are cores if left out.
    into : path, optional
        A file of JSON lines, one a cell, written as soon as it is done.  The same call with the same file, after a
        kill or an interrupt, runs only what is not in it.

    Returns
    -------
    list

    Raises
    ------
    FileError
        When a cell or a result is not JSON, or the file belongs to another task or is in use.
    MissingError
        When the extra ``cluster`` is needed and not installed.
    ModelError
        For an unknown way or no worker.

    Notes
    -----
    The file is written by this process alone, so that nothing is in it twice whatever happens to workers; how far
    the run is goes to stderr.  An error of a task ends the run: what is done is kept, and the error goes up.

    Examples
    --------
    >>> run_all(abs, [-1, 2, -1])
    [1, 2, 1]
    """
    listed = list(cells)
    keys = [key_of(cell) for cell in listed]
    name = f"{getattr(task, '__module__', '')}:{getattr(task, '__qualname__', repr(task))}"
    with nullcontext(Unwritten()) if into is None else Journal(into, name) as journal:
        # Equal cells are one: the first of them is run.
        open_ = {key: cell for key, cell in zip(keys, listed, strict=True) if key not in journal.done}
        progress = Progress(len(set(keys)), len(set(keys)) - len(open_))
        waiting = list(open_)
        try:
            with closing(way(on, task, [open_[key] for key in waiting], workers)) as results:
                for number, result in results:
                    journal.add(waiting[number], result)
                    progress.step()
        except BaseException:
            # Whatever stops the run, ctrl-C too, goes on upwards; here it is only said what is kept.
            progress.stopped(
                "nothing is kept: no file was given" if into is None else f"they are kept in {into}"
            )
            raise
        return [journal.done[key] for key in keys]


class Unwritten:
    """What is done, where no file was asked for."""

    def __init__(self) -> None:
        self.done: dict[str, Any] = {}

    def add(self, key: str, result: Any) -> None:
        """Keep what a cell came to."""
        self.done[key] = result
