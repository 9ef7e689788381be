"""draw: an unrolled graph as a picture, time downwards and threads across."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from workdepth.errors import FileError

# Above this many marks, or steps, each step is a bar.
MARKS, STEPS = 300, 60


def draw(graph: Any, path: str | Path | None = None, /, *, mark: str | None = None, **sizes: int) -> str:
    """Draw a graph at given sizes as SVG.

    Every step of the GPU is a band; inputs are squares, operations discs, outputs ringed.  At the side stand
    the threads and the live words of each step.  A large graph is drawn as one bar a step.

    Parameters
    ----------
    graph : Algorithm, networkx DAG or str
        An algorithm, a plain DAG, or the name of a library algorithm.
    path : str or Path, optional
        Where to write it.
    mark : {"span", "memory", "threads"}, optional
        What to mark: a critical path, the step with most live words, or that with most threads.
    **sizes : int
        A value for each size.

    Returns
    -------
    str
        The SVG.

    Raises
    ------
    SizeError
        When a size is missing, outside its domain, or the graph would not fit in memory.
    FileError
        When the file cannot be written, or its name promises another format.

    Examples
    --------
    >>> from workdepth.report.draw import draw
    >>> picture = draw("multiply-n", n=8)
    >>> picture.startswith("<svg"), picture.count("<circle")
    (True, 11)
    """
    from workdepth.graph.unroll import unroll
    from workdepth.report.compare import graph_of
    from workdepth.report.marking import marking
    from workdepth.report.svg_bars import bars
    from workdepth.report.svg_marks import marks
    from workdepth.schedule.profile import profile

    if path is not None and Path(path).suffix.lower() not in ("", ".svg"):
        raise FileError(
            f"a picture is written as SVG, not as {Path(path).suffix}",
            where=str(path),
            next_step="name the file with .svg; a browser or Inkscape turns it into other formats",
        )
    unit = unroll(graph_of(graph), **sizes)
    found, marked = profile(unit, "GPU"), marking(unit, mark)
    if len(unit) <= MARKS and found.time <= STEPS:
        picture = marks(unit, found, sizes, marked)
    else:
        picture = bars(unit, found, sizes, marked)
    if path is not None:
        _write(Path(path), picture)
    return picture


def _write(path: Path, picture: str) -> None:
    try:
        path.write_text(picture + "\n", encoding="utf-8")
    except OSError as error:
        raise FileError(
            f"the picture cannot be written: {error.strerror or error}",
            where=str(path),
            next_step="choose a folder that exists and may be written",
        ) from error
