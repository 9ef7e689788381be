"""The parallelism profile as a picture: how many operations are at work in each step, and what p threads would hold."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from workdepth.errors import FileError, ModelError
from workdepth.report import svg
from workdepth.report.gantt import check_name
from workdepth.report.parallelism import Parallelism
from workdepth.report.scene import title_of

if TYPE_CHECKING:
    from workdepth.report.parallelism import Ids

LEFT, INNER, RIGHT, TOP, HIGH, FOOT = 96.0, 800.0, 224.0, 108.0, 320.0, 84.0
COLUMNS = 800  # beyond so many steps a column is several
Column = tuple[int, int, float, int]  # first boundary, last boundary, mean, most


def profile_picture(
    found: Parallelism, path: str | Path | None = None, *, threads: Iterable[int] = ()
) -> str:
    """Draw the parallelism profile: steps to the right, operations at work upwards, so that the area is the work.

    Parameters
    ----------
    found : Parallelism
    path : str or Path, optional
        Where to write it.
    threads : iterable of int, optional
        Numbers of threads to draw a line for, with the bounds of the time on as many.  What is above the lowest
        is light: in a step as in the picture it would find no thread.

    Returns
    -------
    str
        The SVG.

    Raises
    ------
    ModelError
        When a number of threads is below 1, or there is nothing to do in the graph.
    FileError
        When the file cannot be written, or its name promises another format.

    Examples
    --------
    >>> from workdepth.report.parallelism import parallelism
    >>> picture = profile_picture(parallelism("multiply-n", n=8), threads=[2])
    >>> picture.startswith("<svg"), "p = 2: 4 to 5 steps" in picture
    (True, True)
    """
    check_name(path)
    lines = sorted(set(threads))
    if lines and lines[0] < 1:
        raise ModelError(f"a line for {lines[0]} threads", next_step="give 1 thread or more")
    if not found.span:
        raise ModelError(
            "there is nothing to do, so no step to draw",
            where=found.algorithm,
            next_step="choose larger sizes",
        )
    picture = _drawn(found, columns(found.boundaries, found.busy, found.span), lines)
    if path is not None:
        _write(Path(path), picture)
    return picture


def columns(boundaries: Ids, busy: Ids, span: int) -> list[Column]:
    """Return the steps one by one, or as many equal groups of them as can be seen, with their mean and their most.

    Examples
    --------
    >>> import numpy
    >>> columns(numpy.array([0, 1, 2]), numpy.array([0, 4, 2]), 2)
    [(0, 1, 4.0, 4), (1, 2, 2.0, 2)]
    """
    import numpy as np

    begins = boundaries[1:] - 1
    done = np.concatenate([[0], np.cumsum(np.diff(np.append(begins, span)) * busy[1:])])
    edges = np.unique(np.arange(min(span, COLUMNS) + 1) * span // min(span, COLUMNS))
    work = np.interp(edges, np.append(begins, span), done)
    found = []
    for k in range(len(edges) - 1):
        low, high = int(edges[k]), int(edges[k + 1])
        first, last = np.searchsorted(begins, [low, high - 1], side="right")
        mean = float(work[k + 1] - work[k]) / (high - low)
        found.append((low, high, mean, int(busy[first : last + 1].max())))
    return found


def _drawn(found: Parallelism, shown: list[Column], lines: list[int]) -> str:
    height = TOP + HIGH + FOOT
    title = title_of(found.algorithm, found.sizes)
    figures = _figures(found)
    parts = [svg.words(title, 24, 32, 20, bold=True), svg.words(figures, 24, 56, 13, fill=svg.FAINT)]
    parts += _grid(found) + _areas(found, shown, lines) + _lines(found, lines)
    parts += _legend(height - 22, bool(lines) and lines[0] < found.threads, len(shown) < found.span)
    description = f"The parallelism profile, time to the right, operations at work upwards. {figures}."
    return svg.document(LEFT + INNER + RIGHT, height, f"{title}: parallelism", description, parts)


def _figures(found: Parallelism) -> str:
    told = [] if found.phases == "barrier" else [f"phases={found.phases}"]
    told += [f"{branch}: case {case}" for branch, case in found.cases.items()]
    told += [f"work {found.work}", f"span {found.span}", f"minimum threads {found.least}"]
    told += [f"threads {found.threads}", f"width {found.width}"]
    return ", ".join(told)


def _grid(found: Parallelism) -> list[str]:
    """Draw lines at round times and round counts."""
    foot, right = TOP + HIGH, LEFT + INNER
    parts = [svg.words("steps", right + 12, foot + 14, 12, fill=svg.FAINT)]
    parts.append(svg.words("operations at work", 24, TOP - 16, 12, fill=svg.FAINT))
    for time in range(0, found.span + 1, rounded(found.span / 10)):
        x = LEFT + time * INNER / found.span
        parts.append(svg.element("line", x1=x, x2=x, y1=TOP, y2=foot, stroke=svg.RULE))
        parts.append(svg.words(str(time), x, foot + 14, 12, anchor="middle", fill=svg.FAINT))
    for count in range(0, found.threads + 1, rounded(found.threads / 6)):
        y = foot - count * HIGH / found.threads
        parts.append(svg.element("line", x1=LEFT, x2=right, y1=y, y2=y, stroke=svg.RULE))
        parts.append(svg.words(str(count), LEFT - 10, y, 12, anchor="end", fill=svg.FAINT))
    return parts


def rounded(value: float) -> int:
    """Return the smallest of 1, 2, 5, 10, 20 ... that is no less.

    Examples
    --------
    >>> rounded(0.3), rounded(3), rounded(20), rounded(51)
    (1, 5, 20, 100)
    """
    unit = 1
    while 10 * unit < value:
        unit *= 10
    return next(digit * unit for digit in (1, 2, 5, 10) if digit * unit >= value)


def _areas(found: Parallelism, shown: list[Column], lines: list[int]) -> list[str]:
    """Draw the profile, dark up to the lowest line; of several steps the mean, and the most as a line."""
    parts = [_area(found, [(a, b, mean) for a, b, mean, _ in shown], svg.OP if not lines else svg.WORDS)]
    if lines:
        parts.append(_area(found, [(a, b, min(mean, lines[0])) for a, b, mean, _ in shown], svg.OP))
    if len(shown) < found.span:
        corners = _corners(found, [(a, b, most) for a, b, _, most in shown])
        parts.append(svg.element("polyline", points=corners, fill="none", stroke=svg.OP_EDGE))
    return parts


def _area(found: Parallelism, steps: list[tuple[int, int, float]], fill: str) -> str:
    foot = f"{TOP + HIGH:.2f}"
    around = f"{LEFT:.2f},{foot} {_corners(found, steps)} {LEFT + INNER:.2f},{foot}"
    return svg.element("polygon", points=around, fill=fill, stroke=svg.OP_EDGE, stroke_width=0.8)


def _corners(found: Parallelism, steps: Iterable[tuple[int, int, float]]) -> str:
    wide, high = INNER / found.span, HIGH / found.threads
    corners = [(LEFT + x * wide, TOP + HIGH - count * high) for a, b, count in steps for x in (a, b)]
    return " ".join(f"{x:.2f},{y:.2f}" for x, y in corners)


def _lines(found: Parallelism, lines: list[int]) -> list[str]:
    """Draw the average and a line for each number of threads; labels that would meet are moved apart."""
    told = [(float(found.average), f"work / span = {float(found.average):.4g}", svg.INK)]
    for p in lines:
        least, most = found.bounds_on(p)
        steps = f"{least} steps" if least == most else f"{least} to {most} steps"
        told.append((float(p), f"p = {p}: {steps}", svg.WAIT))
    parts, free = [], TOP + HIGH + 8
    for value, text, colour in sorted(told):
        y = TOP + HIGH - min(value, found.threads * 1.04) * HIGH / found.threads
        free = min(y, free - 16)
        if value <= found.threads:
            dashes = {"stroke": colour, "stroke_dasharray": "6 4", "stroke_width": 1.5}
            parts.append(svg.element("line", x1=LEFT, x2=LEFT + INNER, y1=y, y2=y, **dashes))
        parts.append(svg.words(text, LEFT + INNER + 12, free, 12, fill=colour))
    return parts


def _legend(y: float, cut: bool, grouped: bool) -> list[str]:
    entries = [(svg.OP, "operations at work")]
    entries += [(svg.WORDS, "beyond the lowest number of threads")] if cut else []
    parts, x = [], LEFT
    for fill, text in entries:
        parts.append(
            svg.element("rect", x=x, y=y - 7, width=22.0, height=14.0, fill=fill, stroke=svg.OP_EDGE)
        )
        parts.append(svg.words(text, x + 30, y, 12, fill=svg.FAINT))
        x += 54 + 7 * len(text)
    said = "the area is the work"
    said += "; of several steps the mean, and the most as a line" if grouped else ""
    return [*parts, svg.words(said, x + 6, y, 12, fill=svg.FAINT)]


def _write(path: Path, picture: str) -> None:
    try:
        path.write_text(picture + "\n", encoding="utf-8")
    except OSError as error:
        raise FileError(
            f"the picture cannot be written: {error.strerror or error}",
            where=str(path),
            next_step="choose a folder that exists and may be written",
        ) from error
