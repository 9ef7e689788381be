"""SVG by hand: elements, text, colours that differ in shade as well as in hue."""

from __future__ import annotations

from typing import Any
from xml.sax.saxutils import escape, quoteattr

INK, FAINT, RULE = "#1c2733", "#5b6875", "#d5dbe1"
BAND, PAPER = "#f3f6f9", "#ffffff"
INPUT, INPUT_EDGE = "#ffd27a", "#8a5a00"
OP, OP_EDGE = "#1d5f86", "#0d3a55"
WIRE, WAIT = "#75828f", "#b0455b"
WORDS = "#cfe3ef"
HOT, GLOW = "#c2410c", "#ffe8d6"
FONT = "system-ui, -apple-system, 'Segoe UI', 'DejaVu Sans', sans-serif"


def element(name: str, inner: str = "", /, **attributes: Any) -> str:
    """Return an element; ``class_`` and ``font_size`` become ``class`` and ``font-size``."""
    shown = "".join(
        f" {key.rstrip('_').replace('_', '-')}={quoteattr(_number(value))}"
        for key, value in attributes.items()
        if value is not None
    )
    return f"<{name}{shown}>{inner}</{name}>" if inner else f"<{name}{shown}/>"


def words(
    text: str, x: float, y: float, size: float, *, anchor: str = "start", fill: str = INK, bold: bool = False
) -> str:
    """Return a text whose middle line is at y."""
    return element(
        "text",
        escape(_legal(text)),
        x=x,
        y=y + 0.35 * size,
        font_size=size,
        text_anchor=None if anchor == "start" else anchor,
        fill=fill,
        font_weight="600" if bold else None,
    )


def tip(text: str) -> str:
    """Return what a pointer at rest shows."""
    return element("title", escape(_legal(text)))


def document(width: float, height: float, title: str, description: str, parts: list[str]) -> str:
    """Return a whole picture, on paper of its own, with its title and description for readers of screens."""
    head = [
        element("title", escape(_legal(title)), id="title"),
        element("desc", escape(_legal(description)), id="desc"),
        element("rect", width=width, height=height, fill=PAPER),
    ]
    return element(
        "svg",
        "\n" + "\n".join([*head, *parts]) + "\n",
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {_number(width)} {_number(height)}",
        width=width,
        height=height,
        role="img",
        aria_labelledby="title desc",
        font_family=FONT,
    )


def _number(value: Any) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)


def _legal(text: str) -> str:
    """Leave out what XML 1.0 does not allow, such as control characters and lone surrogates."""
    return "".join(c for c in text if c >= " " and not "\ud800" <= c <= "\udfff" and c not in "\ufffe\uffff")
