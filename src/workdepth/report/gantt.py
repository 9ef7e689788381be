"""A schedule as a picture: what each thread does and when, and below it how many words live."""

from __future__ import annotations

import heapq
from collections import Counter
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from workdepth.errors import FileError, ModelError
from workdepth.report import svg
from workdepth.report.scene import SYMBOLS, title_of

LEFT, INNER, RIGHT, TOP, CURVE, FOOT = 116.0, 800.0, 96.0, 96.0, 110.0, 64.0
# Above these, single operations are not seen: the threads are one curve.
BARS, LANES = 3000, 64


@dataclass(frozen=True)
class Bar:
    """One operation or load on one thread; the longest of its labels that fits stands in it."""

    lane: int
    begin: int
    end: int
    labels: tuple[str, ...]
    is_load: bool


def gantt(found: Any, path: str | Path | None = None) -> str:
    """Draw the schedule that was found: a lane a thread, time to the right, live words below.

    Parameters
    ----------
    found : Schedule
        What ``wd.schedule`` returns.
    path : str or Path, optional
        Where to write it.

    Returns
    -------
    str
        The SVG.

    Raises
    ------
    ModelError
        When no schedule was found.
    FileError
        When the file cannot be written, or its name promises another format.

    Examples
    --------
    >>> import workdepth as wd
    >>> from workdepth.library import entry_named
    >>> picture = gantt(wd.schedule(entry_named("multiply-n").build(), threads=2, n=8))
    >>> picture.startswith("<svg"), picture.count("<title>")
    (True, 7)
    """
    from workdepth.schedule.witness import moments

    if found.witness is None:
        raise ModelError(
            "there is no schedule to draw", where=found.algorithm, next_step="give more words or time"
        )
    check_name(path)
    bars = bars_of(found.unit, found.witness)
    words = step_words(moments(found.unit, found.witness, found.conventions), found.conventions.cells)
    picture = _drawn(found, bars, words)
    if path is not None:
        _write(Path(path), picture)
    return picture


def check_name(path: str | Path | None) -> None:
    """Refuse a name that promises another format than SVG.

    Raises
    ------
    FileError
    """
    if path is not None and Path(path).suffix.lower() not in ("", ".svg"):
        raise FileError(
            f"a chart is written as SVG, not as {Path(path).suffix}",
            where=str(path),
            next_step="name the file with .svg; a browser or Inkscape turns it into other formats",
        )


def _write(path: Path, picture: str) -> None:
    try:
        path.write_text(picture + "\n", encoding="utf-8")
    except OSError as error:
        raise FileError(
            f"the chart cannot be written: {error.strerror or error}",
            where=str(path),
            next_step="choose a folder that exists and may be written",
        ) from error


def bars_of(unit: Any, witness: Any) -> list[Bar]:
    """Put every operation and load on the lowest thread that is free when it starts."""
    spans = [
        (int(witness.start[v]), int(witness.start[v] + unit.work[v]), v, False)
        for v in range(unit.sources, len(unit))
        if unit.work[v]
    ]
    spans += [
        (begun, begun + 1, value, True)
        for value, begun in zip(witness.loads.tolist(), witness.load_start.tolist(), strict=True)
    ]
    free: list[int] = []
    running: list[tuple[int, int]] = []
    lanes, bars = 0, []
    for begin, end, node, is_load in sorted(spans):
        while running and running[0][0] <= begin:
            heapq.heappush(free, heapq.heappop(running)[1])
        if not free:
            heapq.heappush(free, lanes)
            lanes += 1
        lane = heapq.heappop(free)
        heapq.heappush(running, (end, lane))
        bars.append(Bar(lane, begin, end, _labels(unit, node, is_load), is_load))
    return bars


def _labels(unit: Any, node: int, is_load: bool) -> tuple[str, ...]:
    path = unit.paths[int(unit.origin[node])]
    code = int(unit.op_code[node])
    if is_load:
        return f"load {path}", path
    if code < 0:
        return (path,)
    op = unit.ops[code].name
    return f"{path}: {op}", op, SYMBOLS.get(op, op)


def step_words(moments: list[Any], cells: str) -> list[tuple[int, int, int]]:
    """Return the words that the steps need, as (begin, end, words): the most of them is the memory."""
    found = []
    for now, then in pairwise(moments):
        after = max(then.before + then.results if cells == "separate" else then.before, then.live)
        if now.boundary == 0:
            after = max(after, now.live) if then.boundary == 1 else after
        if then.boundary - now.boundary > 1:
            found.append((now.boundary, then.boundary - 1, then.before))
        found.append((then.boundary - 1, then.boundary, after))
    return found


def _drawn(found: Any, bars: list[Bar], words: list[tuple[int, int, int]]) -> str:
    lanes = max((bar.lane for bar in bars), default=-1) + 1
    single = len(bars) <= BARS and lanes <= LANES
    tall = max(min(26.0, 420.0 / max(lanes, 1)), 5.0) if single else 2.0
    middle = TOP + (lanes * tall if single else CURVE)
    height = middle + 44 + CURVE + FOOT
    scale = INNER / max(found.makespan, 1)
    title, told = title_of(found.algorithm, found.sizes), _figures(found)
    parts = [svg.words(title, 24, 32, 20, bold=True), svg.words(told, 24, 56, 13, fill=svg.FAINT)]
    parts += _grid(found, scale, middle, height)
    parts += _lanes(bars, lanes, tall, scale) if single else _busy(bars, scale, middle)
    parts += _words(found, words, scale, middle + 44)
    parts += _legend(found, height - 22)
    description = f"A Gantt chart, time to the right, a lane a thread; below it the live words. {told}."
    return svg.document(LEFT + INNER + RIGHT, height, f"{title}: schedule", description, parts)


def _figures(found: Any) -> str:
    uses = found.uses
    limit = "" if found.memory is None else f" of at most {found.memory}"
    return (
        f"time {uses.time} ({found.status}, bound {found.lower_bound}), by {found.found_by}; "
        f"threads {uses.threads} of {found.threads}; memory {uses.memory}{limit} words"
    )


def _grid(found: Any, scale: float, middle: float, height: float) -> list[str]:
    """Draw thin lines at round times, from the lanes to the foot of the curve."""
    each = _round(found.makespan / 10)
    foot = height - FOOT
    parts = [svg.words("steps", LEFT + INNER + 30, foot + 14, 12, fill=svg.FAINT)]
    for time in range(0, found.makespan + 1, each):
        x = LEFT + time * scale
        parts.append(svg.element("line", x1=x, x2=x, y1=TOP - 8, y2=foot, stroke=svg.RULE))
        parts.append(svg.words(str(time), x, foot + 14, 12, anchor="middle", fill=svg.FAINT))
    return parts


def _round(value: float) -> int:
    """Return the smallest of 1, 2, 5, 10, 20 ... that is no less."""
    unit = 1
    while True:
        for digit in (1, 2, 5):
            if digit * unit >= value:
                return digit * unit
        unit *= 10


def _lanes(bars: list[Bar], lanes: int, tall: float, scale: float) -> list[str]:
    parts = []
    for lane in range(lanes):
        y = TOP + lane * tall
        fill = svg.BAND if lane % 2 == 0 else svg.PAPER
        parts.append(svg.element("rect", x=LEFT, y=y, width=INNER, height=tall, fill=fill, fill_opacity=0.6))
        if tall >= 12 or lane in (0, lanes - 1):
            parts.append(
                svg.words(f"thread {lane + 1}", LEFT - 10, y + tall / 2, 12, anchor="end", fill=svg.FAINT)
            )
    for bar in bars:
        parts += _bar(bar, tall, scale)
    return parts


def _bar(bar: Bar, tall: float, scale: float) -> list[str]:
    x, y, wide = LEFT + bar.begin * scale, TOP + bar.lane * tall, (bar.end - bar.begin) * scale
    fill, edge, ink = (
        (svg.INPUT, svg.INPUT_EDGE, svg.INK) if bar.is_load else (svg.OP, svg.OP_EDGE, svg.PAPER)
    )
    when = f"step {bar.end}" if bar.end - bar.begin == 1 else f"steps {bar.begin + 1} to {bar.end}"
    box = svg.element(
        "rect",
        svg.tip(f"{bar.labels[0]}, {when}"),
        x=x,
        y=y + 1,
        width=wide,
        height=tall - 2,
        fill=fill,
        stroke=edge,
        stroke_width=min(1.0, wide / 4),
    )
    label = next((text for text in bar.labels if 6.4 * len(text) < wide - 4), None)
    if label is None or tall < 14:
        return [box]
    return [box, svg.words(label, x + wide / 2, y + tall / 2, 11, anchor="middle", fill=ink)]


def _busy(bars: list[Bar], scale: float, foot: float) -> list[str]:
    """Draw how many threads work in each step, where single operations would not be seen."""
    change: Counter[int] = Counter()
    for bar in bars:
        change[bar.begin] += 1
        change[bar.end] -= 1
    times = sorted(change)
    steps, count = [], 0
    for now, then in pairwise(times):
        count += change[now]
        steps.append((now, then, count))
    most = max(count for _, _, count in steps)
    parts = [svg.words(f"{most} threads", LEFT - 10, foot - CURVE + 6, 12, anchor="end", fill=svg.FAINT)]
    return [*parts, _area(steps, scale, foot, CURVE / most, svg.OP, svg.OP_EDGE)]


def _words(found: Any, words: list[tuple[int, int, int]], scale: float, top: float) -> list[str]:
    foot = top + CURVE
    most = max(found.memory or 0, found.uses.memory, 1)
    parts = [_area(words, scale, foot, CURVE / most, svg.WORDS, svg.OP_EDGE)]
    peak = foot - found.uses.memory * CURVE / most
    parts.append(svg.words(f"{found.uses.memory} words", LEFT - 10, peak, 12, anchor="end", fill=svg.FAINT))
    parts.append(svg.words("0", LEFT - 10, foot, 12, anchor="end", fill=svg.FAINT))
    if found.memory is not None:
        y = foot - found.memory * CURVE / most
        line = {"stroke": svg.WAIT, "stroke_dasharray": "6 4", "stroke_width": 1.5}
        parts.append(svg.element("line", x1=LEFT, x2=LEFT + INNER, y1=y, y2=y, **line))
        parts.append(svg.words(f"limit {found.memory}", LEFT + INNER + 12, y, 12, fill=svg.WAIT))
    return parts


def _area(
    steps: list[tuple[int, int, int]], scale: float, foot: float, unit: float, fill: str, edge: str
) -> str:
    """Draw a staircase: each step as high as its count."""
    points = [(LEFT, foot)]
    for begin, end, count in steps:
        points += [(LEFT + begin * scale, foot - count * unit), (LEFT + end * scale, foot - count * unit)]
    points.append((points[-1][0], foot))
    drawn = " ".join(f"{x:.2f},{y:.2f}" for x, y in points)
    return svg.element("polygon", points=drawn, fill=fill, stroke=edge, stroke_width=1.0)


def _legend(found: Any, y: float) -> list[str]:
    entries = [(svg.OP, svg.OP_EDGE, "operation")]
    entries += [(svg.INPUT, svg.INPUT_EDGE, "load")] if len(found.witness.loads) else []
    entries.append((svg.WORDS, svg.OP_EDGE, "live words"))
    parts, x = [], LEFT
    for fill, edge, text in entries:
        parts.append(svg.element("rect", x=x, y=y - 7, width=22.0, height=14.0, fill=fill, stroke=edge))
        parts.append(svg.words(text, x + 30, y, 12, fill=svg.FAINT))
        x += 54 + 7 * len(text)
    return parts
