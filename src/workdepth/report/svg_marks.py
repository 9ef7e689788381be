"""A small graph as a picture: every input and operation a mark, every step a band."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from workdepth.report import svg
from workdepth.report.marking import NOTHING, Marking
from workdepth.report.placing import Layout, Spot, layout
from workdepth.report.scene import Mark, Scene, scene

LEFT, RIGHT, TOP, BOTTOM = 92.0, 176.0, 92.0, 72.0
NARROWEST = 320.0
# The usual size of a label, and the smallest that can be read.
LABEL, SMALLEST = 13.0, 7.0


@dataclass(frozen=True)
class _Frame:
    """The measures of one picture: how wide a unit and how high a band is."""

    scene: Scene
    placed: Layout
    unit: float
    band: float
    marked: Marking

    @property
    def radius(self) -> float:
        return min(17.0, self.unit * 0.38)

    def half(self, mark: Mark) -> float:
        """Half the width of a mark: wide enough for its label, as far as there is room."""
        needed = label_width(mark.label) / 2
        return max(self.radius, min(needed + 8, self.unit * 0.44)) if needed else self.radius

    @property
    def inner(self) -> float:
        return max(NARROWEST, (self.placed.width + 1) * self.unit)

    @property
    def right(self) -> float:
        return LEFT + self.inner

    def x(self, spot: Spot) -> float:
        free = self.inner - self.placed.width * self.unit
        return LEFT + free / 2 + self.placed.across[spot] * self.unit

    def y(self, step: int) -> float:
        return TOP + (step + 0.5) * self.band


def marks(unit: Any, found: Any, sizes: Mapping[str, int], marked: Marking = NOTHING) -> str:
    """Draw every input and every operation.

    Parameters
    ----------
    unit : UnitGraph
    found : Profile
    sizes : mapping
    marked : Marking, optional
        What stands out.

    Returns
    -------
    str
    """
    shown = scene(unit, found, sizes)
    placed = layout(shown)
    longest = max(label_width(mark.label) for mark in shown.marks)
    width = min(max(46.0, longest + 30), max(15.0, 1060 / (placed.width + 1)))
    frame = _Frame(shown, placed, width, max(50.0, min(64.0, width * 1.9)), marked)
    parts = [
        *_bands(frame),
        *_waits(frame),
        *_wires(frame),
        *_chain(frame),
        *_marks(frame),
        *_heads(frame),
        *_legend(frame),
    ]
    height = TOP + frame.band * (shown.time + 1) + BOTTOM
    return svg.document(frame.right + RIGHT, height, shown.title, _description(shown, marked), parts)


def _description(shown: Scene, marked: Marking) -> str:
    steps = [
        f"step {s}: {shown.threads_of[s]} threads, {shown.words_of[s]} live words"
        for s in range(1, shown.time + 1)
    ]
    return (
        f"The unrolled graph, time downwards, threads across. {shown.figures}. "
        f"Start: {shown.words_of[0]} live words; {'; '.join(steps)}."
        f"{f' {marked.caption}.' if marked.caption else ''}"
    )


def _heads(frame: _Frame) -> list[str]:
    shown = frame.scene
    y = TOP - 14
    return [
        svg.words(shown.title, 24, 32, 20, bold=True),
        svg.words(shown.figures, 24, 56, 13, fill=svg.FAINT),
        *([svg.words(frame.marked.caption, 24, 74, 13, fill=svg.HOT)] if frame.marked.caption else []),
        svg.words("threads", frame.right + 74, y, 12, anchor="end", fill=svg.FAINT),
        svg.words("live words", frame.right + 156, y, 12, anchor="end", fill=svg.FAINT),
    ]


def _bands(frame: _Frame) -> list[str]:
    out = []
    shown = frame.scene
    for step in range(shown.time + 1):
        y = frame.y(step)
        fill = svg.BAND if step % 2 == 0 else svg.PAPER
        fill = svg.GLOW if step == frame.marked.step else fill
        out.append(
            svg.element(
                "rect",
                x=12.0,
                y=y - frame.band / 2,
                width=frame.right + RIGHT - 24,
                height=frame.band,
                fill=fill,
            )
        )
        out.append(svg.words("start" if step == 0 else f"step {step}", 26, y, 13, fill=svg.FAINT))
        threads, words = shown.threads_of[step], shown.words_of[step]
        if step:
            most = threads == shown.threads
            out.append(svg.words(str(threads), frame.right + 74, y, 14, anchor="end", bold=most))
        most = words == shown.memory
        out.append(svg.words(str(words), frame.right + 156, y, 14, anchor="end", bold=most))
    return out


def _wires(frame: _Frame) -> list[str]:
    """Draw every value from who makes it to who reads it, and the outputs to the end."""
    outputs = {mark.node for mark in frame.scene.marks if mark.output}
    lines = [
        _curve(frame.x(a), frame.y(a.step), frame.x(b), frame.y(b.step))
        for a, b in frame.placed.links
        if a.step != b.step
    ]
    end = TOP + (frame.scene.time + 1) * frame.band
    for spot in frame.placed.across:
        if spot.step == frame.scene.time and spot.node in outputs:
            lines.append(f"M{frame.x(spot):.1f} {frame.y(spot.step):.1f}V{end:.1f}")
    path = "".join(dict.fromkeys(lines))
    return [svg.element("path", d=path, fill="none", stroke=svg.WIRE, stroke_width=1.3)] if lines else []


def _chain(frame: _Frame) -> list[str]:
    """Draw the marked path from operation to operation."""
    marks = {mark.node: mark for mark in frame.scene.marks}
    spots = [(Spot(marks[v].first, v, False), marks[v].last) for v in frame.marked.chain if v in marks]
    lines = [
        _curve(frame.x(a), frame.y(last), frame.x(b), frame.y(b.step))
        for (a, last), (b, _) in pairwise(spots)
    ]
    path = "".join(lines)
    return [svg.element("path", d=path, fill="none", stroke=svg.HOT, stroke_width=3.0)] if lines else []


def _curve(x: float, y: float, to_x: float, to_y: float) -> str:
    if abs(x - to_x) < 0.5:
        return f"M{x:.1f} {y:.1f}V{to_y:.1f}"
    bend = (to_y - y) * 0.45
    return f"M{x:.1f} {y:.1f}C{x:.1f} {y + bend:.1f} {to_x:.1f} {to_y - bend:.1f} {to_x:.1f} {to_y:.1f}"


def _waits(frame: _Frame) -> list[str]:
    first = {mark.node: Spot(mark.first, mark.node, False) for mark in frame.scene.marks}
    last = {mark.node: Spot(mark.last, mark.node, False) for mark in frame.scene.marks}
    lines = [
        _curve(frame.x(last[a]), frame.y(last[a].step), frame.x(first[b]), frame.y(first[b].step))
        for a, b in frame.scene.waits
    ]
    if not lines:
        return []
    return [
        svg.element(
            "path", d="".join(lines), fill="none", stroke=svg.WAIT, stroke_width=1.4, stroke_dasharray="5 4"
        )
    ]


def _marks(frame: _Frame) -> list[str]:
    """Draw all marks, each kind with labels if all of them can be read, else with none."""
    legible = {
        kind: all(_size(m.label, 2 * frame.half(m)) >= SMALLEST for m in frame.scene.marks if m.kind == kind)
        for kind in {mark.kind for mark in frame.scene.marks}
    }
    return [_mark(frame, mark, legible[mark.kind]) for mark in frame.scene.marks]


def _mark(frame: _Frame, mark: Mark, labelled: bool) -> str:
    x, y = frame.x(Spot(mark.first, mark.node, False)), frame.y(mark.first)
    half, end = frame.half(mark), frame.y(mark.last)
    parts = [svg.tip(mark.tip + (", an output" if mark.output else ""))]
    shape = _round if mark.kind == "op" else _square
    if mark.node in frame.marked.nodes:
        ring = 7.0 if mark.output else 3.5
        parts.append(shape(x, y, end, half + ring, frame.radius + ring, svg.HOT))
    if mark.output:
        parts.append(shape(x, y, end, half + 3.5, frame.radius + 3.5, svg.PAPER))
    parts.append(shape(x, y, end, half, frame.radius, svg.OP if mark.kind == "op" else svg.INPUT))
    if labelled and mark.label:
        fill = svg.PAPER if mark.kind == "op" else svg.INK
        size = _size(mark.label, 2 * half)
        parts.append(svg.words(mark.label, x, (y + end) / 2, size, anchor="middle", fill=fill))
    return svg.element("g", "".join(parts))


def _square(x: float, y: float, end: float, half: float, r: float, fill: str) -> str:
    # A square looks larger than a disc of the same width.
    half, r = half * 0.88, r * 0.88
    box = {"x": x - half, "y": y - r, "width": 2 * half, "height": end - y + 2 * r, "rx": 3.0}
    return svg.element("rect", **box, fill=fill, stroke=svg.INPUT_EDGE, stroke_width=1.3)


def _round(x: float, y: float, end: float, half: float, r: float, fill: str) -> str:
    edge = {"fill": fill, "stroke": svg.OP_EDGE, "stroke_width": 1.3}
    if end <= y and half <= r:
        return svg.element("circle", cx=x, cy=y, r=r, **edge)
    box = {"x": x - half, "y": y - r, "width": 2 * half, "height": end - y + 2 * r, "rx": r}
    return svg.element("rect", **box, **edge)


def label_width(text: str) -> float:
    """Return about how wide a label is at its usual size."""
    return 0.6 * LABEL * len(text) if len(text) > 2 else 0.0


def _size(text: str, room: float) -> float:
    """Return how large a label can be in its mark."""
    if len(text) == 1:
        return room * 0.6
    return min(LABEL, 0.86 * room / (0.6 * max(1, len(text))))


def _legend(frame: _Frame) -> list[str]:
    y = TOP + frame.band * (frame.scene.time + 1) + 40
    kinds = {mark.kind for mark in frame.scene.marks}
    entries = []
    if kinds - {"op"}:
        entries.append((_square(0, 0, 0, 9, 9, svg.INPUT), "input"))
    if "op" in kinds:
        entries.append((_round(0, 0, 0, 8, 8, svg.OP), "operation, one thread"))
    if any(mark.output for mark in frame.scene.marks):
        entries.append((_round(0, 0, 0, 9, 9, svg.PAPER) + _round(0, 0, 0, 6, 6, svg.OP), "output"))
    line = {"x1": -11, "x2": 11, "y1": 0, "y2": 0, "stroke_width": 1.4}
    entries.append((svg.element("line", **line, stroke=svg.WIRE), "value"))
    if frame.scene.waits:
        entries.append((svg.element("line", **line, stroke=svg.WAIT, stroke_dasharray="5 4"), "waits for"))
    out, x = [], 36.0
    for drawn, text in entries:
        out.append(svg.element("g", drawn, transform=f"translate({x:.0f} {y:.0f})"))
        out.append(svg.words(text, x + 18, y, 12, fill=svg.FAINT))
        x += 40 + 6.6 * len(text)
    return out
