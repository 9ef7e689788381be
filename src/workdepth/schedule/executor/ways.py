"""Where tasks run: each way takes a task and cells, and yields which cell is done and what it came to.

Results come in any order, each cell once.  What one cell raises ends the run; what is done has been yielded.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from typing import Any

from workdepth.errors import MissingError, ModelError

Task = Callable[[Any], Any]
Done = Iterator[tuple[int, Any]]
INSTALL = 'install it: pip install "workdepth[cluster]"'


def serial(task: Task, cells: Sequence[Any], workers: int | None) -> Done:
    """Run one after the other, here."""
    for number, cell in enumerate(cells):
        yield number, task(cell)


def on_cores(task: Task, cells: Sequence[Any], workers: int | None) -> Done:
    """Run in processes of this machine, as many as it has cores unless told."""
    try:
        from joblib import Parallel, delayed
    except ImportError as error:
        raise MissingError("joblib is not installed", where="on=joblib", next_step=INSTALL) from error
    parallel = Parallel(n_jobs=workers or -1, return_as="generator_unordered", batch_size=1)
    yield from parallel(delayed(numbered)(task, number, cell) for number, cell in enumerate(cells))


def on_dask(task: Task, cells: Sequence[Any], workers: int | None) -> Done:
    """Run on a dask cluster made for this call: processes of this machine."""
    distributed = _distributed()
    with ExitStack() as stack:
        cluster = stack.enter_context(
            distributed.LocalCluster(n_workers=workers, threads_per_worker=1, dashboard_address=None)
        )
        yield from on_client(stack.enter_context(distributed.Client(cluster)), task, cells)


def on_client(client: Any, task: Task, cells: Sequence[Any]) -> Done:
    """Run on a dask cluster that is there; what a lost worker held is run again by another."""
    as_completed = _distributed().as_completed
    futures = client.map(numbered, [task] * len(cells), range(len(cells)), list(cells), pure=False)
    try:
        for future in as_completed(futures):
            yield future.result()
            future.release()
    finally:
        client.cancel(futures)


def numbered(task: Task, number: int, cell: Any) -> tuple[int, Any]:
    """Run a task on one cell and say which it was."""
    return number, task(cell)


def _distributed() -> Any:
    try:
        import distributed
    except ImportError as error:
        raise MissingError("dask.distributed is not installed", where="on=dask", next_step=INSTALL) from error
    return distributed


WAYS: dict[str, Callable[[Task, Sequence[Any], int | None], Done]] = {
    "serial": serial,
    "joblib": on_cores,
    "dask": on_dask,
}


def way(on: Any, task: Task, cells: Sequence[Any], workers: int | None) -> Done:
    """Return the results as they come, by the name of a way or on a dask client.

    Raises
    ------
    ModelError
        For another name, or fewer workers than one.
    """
    if workers is not None and workers < 1:
        raise ModelError(f"{workers} workers can run nothing", next_step="give at least 1, or leave it out")
    if isinstance(on, str) and on in WAYS:
        return WAYS[on](task, cells, workers)
    if hasattr(on, "scheduler") and hasattr(on, "submit"):
        return on_client(on, task, cells)
    raise ModelError(f"on is {on!r}", next_step=f"use one of: {', '.join(WAYS)}, or a dask client")
