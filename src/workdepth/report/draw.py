"""draw: an unrolled graph as a picture, time downwards and threads across."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from workdepth.errors import FileError, GraphError

# Above this many marks, or steps, each step is a bar.
MARKS, STEPS = 300, 60


def draw(
    graph: Any,
    path: str | Path | None = None,
    /,
    *,
    mark: str | None = None,
    cases: Mapping[str, Any] | None = None,
    **sizes: int,
) -> str:
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
    cases : mapping, optional
        The case of a branch, by its path; by default the one of the longest time.  The title tells all cases.
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
    GraphError
        When there is no such branch or case, or an opaque block, which cannot be unrolled.
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
    drawn = graph_of(graph)
    chosen = chosen_cases(drawn, cases or {}, sizes)
    unit = unroll(drawn, **({"cases": chosen} if chosen else {}), **sizes)
    told = {f"case of {b}": k if b in (cases or {}) else f"{k} (the longest)" for b, k in chosen.items()}
    title: dict[str, Any] = {**sizes, **told}
    found, marked = profile(unit, "GPU"), marking(unit, mark)
    if len(unit) <= MARKS and found.time <= STEPS:
        picture = marks(unit, found, title, marked)
    else:
        picture = bars(unit, found, title, marked)
    if path is not None:
        _write(Path(path), picture)
    return picture


def chosen_cases(graph: Any, given: Mapping[str, int], sizes: Mapping[str, int]) -> dict[str, int]:
    """Return the case of every branch that is drawn; a plain DAG has none.

    Raises
    ------
    GraphError
        When there is no such branch or case.
    """
    from workdepth.graph.algorithm import Algorithm
    from workdepth.schedule.longest import longest_cases

    if not isinstance(graph, Algorithm):
        if given:
            raise GraphError("a plain DAG has no branches", where=str(graph), next_step="leave the cases out")
        return {}
    return longest_cases(graph, sizes, given=given)


def _write(path: Path, picture: str) -> None:
    try:
        path.write_text(picture + "\n", encoding="utf-8")
    except OSError as error:
        raise FileError(
            f"the picture cannot be written: {error.strerror or error}",
            where=str(path),
            next_step="choose a folder that exists and may be written",
        ) from error
