"""A large graph as a picture: one bar a step, as wide as the threads and words it needs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from workdepth.report import svg
from workdepth.report.marking import NOTHING, Marking
from workdepth.report.scene import figures_text, title_of

LEFT, INNER, RIGHT, TOP, BOTTOM = 128.0, 640.0, 196.0, 92.0, 70.0
ROWS = 40


@dataclass(frozen=True)
class Row:
    """Some steps in a row, and the most that one of them needs."""

    first: int
    last: int
    threads: int
    words: int

    @property
    def name(self) -> str:
        """What stands at its left."""
        if self.last == 0:
            return "start"
        if self.first == self.last:
            return f"step {self.first}"
        return f"steps {self.first}–{self.last}"


def bars(unit: Any, found: Any, sizes: Mapping[str, int], marked: Marking = NOTHING) -> str:
    """Draw each step as a bar: threads dark, live words light, at one scale.

    Parameters
    ----------
    unit : UnitGraph
    found : Profile
    sizes : mapping
    marked : Marking, optional
        The step that stands out; a path is not seen in bars.

    Returns
    -------
    str
    """
    rows = rows_of(found)
    band = 34.0 if len(rows) <= 16 else 22.0
    height = TOP + band * len(rows) + BOTTOM
    title = title_of(unit.name, sizes)
    figures = figures_text(found)
    scale = INNER / max(row.threads + row.words for row in rows)
    parts = [
        svg.words(title, 24, 32, 20, bold=True),
        svg.words(figures, 24, 56, 13, fill=svg.FAINT),
        *_heads(),
    ]
    if marked.step is not None:
        parts.append(svg.words(marked.caption, 24, 74, 13, fill=svg.HOT))
    for number, row in enumerate(rows):
        parts += _bar(row, number, band, scale, found, marked)
    parts += _legend(height - 34, any(row.first < row.last for row in rows))
    told = "; ".join(f"{row.name}: {row.threads} threads, {row.words} live words" for row in rows)
    description = f"The unrolled graph, time downwards, one bar a step. {figures}. {told}."
    return svg.document(LEFT + INNER + RIGHT, height, title, description, parts)


def rows_of(found: Any) -> list[Row]:
    """Return the start, then all steps, or as many equal groups of them as fit a page."""
    import numpy as np

    boundaries, live, busy = found.boundaries, found.live, found.busy
    each = max(1, -(-found.time // ROWS))
    rows = [Row(0, 0, 0, int(live[0]))]
    for first in range(1, found.time + 1, each):
        last = min(first + each - 1, found.time)
        # Where boundaries are left out nothing changes: the one before tells.
        before, begin, end = np.searchsorted(boundaries, [first - 1, first, last], side="right") - 1
        threads = int(busy[begin : end + 1].max())
        rows.append(Row(first, last, threads, int(live[before : end + 1].max())))
    return rows


def _heads() -> list[str]:
    end, y = LEFT + INNER, TOP - 14
    return [
        svg.words("threads", end + 84, y, 12, anchor="end", fill=svg.FAINT),
        svg.words("live words", end + 176, y, 12, anchor="end", fill=svg.FAINT),
    ]


def _bar(row: Row, number: int, band: float, scale: float, found: Any, marked: Marking) -> list[str]:
    y = TOP + band * number
    middle, thick = y + band / 2, band * 0.62
    fill = svg.BAND if number % 2 == 0 else svg.PAPER
    if marked.step is not None and row.first <= marked.step <= row.last:
        fill = svg.GLOW
    parts = [
        svg.element("rect", x=12.0, y=y, width=LEFT + INNER + RIGHT - 24, height=band, fill=fill),
        svg.words(row.name, 26, middle, 13, fill=svg.FAINT),
    ]
    threads, words = row.threads * scale, row.words * scale
    x = LEFT + (INNER - threads - words) / 2
    box = {"y": middle - thick / 2, "height": thick, "stroke_width": 1.0}
    if row.threads:
        parts.append(
            svg.element("rect", x=x, width=max(threads, 1.0), fill=svg.OP, stroke=svg.OP_EDGE, **box)
        )
    if row.words:
        colour = (svg.WORDS, svg.OP_EDGE) if row.last else (svg.INPUT, svg.INPUT_EDGE)
        parts.append(
            svg.element("rect", x=x + threads, width=max(words, 1.0), fill=colour[0], stroke=colour[1], **box)
        )
    end = LEFT + INNER
    if row.last:
        most = row.threads == found.threads
        parts.append(svg.words(str(row.threads), end + 84, middle, 14, anchor="end", bold=most))
    most = row.words == found.memory
    parts.append(svg.words(str(row.words), end + 176, middle, 14, anchor="end", bold=most))
    return parts


def _legend(y: float, grouped: bool) -> list[str]:
    entries = [
        (svg.OP, svg.OP_EDGE, "threads"),
        (svg.WORDS, svg.OP_EDGE, "live words"),
        (svg.INPUT, svg.INPUT_EDGE, "inputs"),
    ]
    out, x = [], 28.0
    for fill, stroke, text in entries:
        out.append(svg.element("rect", x=x, y=y - 7, width=22.0, height=14.0, fill=fill, stroke=stroke))
        out.append(svg.words(text, x + 30, y, 12, fill=svg.FAINT))
        x += 54 + 7 * len(text)
    said = "one scale: width is space, height is time, area is spacetime"
    if grouped:
        said += "; of several steps the most"
    return [*out, svg.words(said, x + 6, y, 12, fill=svg.FAINT)]
