"""Tables as Markdown."""

from __future__ import annotations

from workdepth.report.grid import Cell, Grid, grid
from workdepth.report.notation import UNICODE
from workdepth.report.table import Table

LIMIT = 60


def markdown(table: Table) -> str:
    """Write a table as GitHub-flavoured Markdown."""
    laid = grid(table, UNICODE, LIMIT)
    title = [
        f"**{_escaped(laid.title)}** ({laid.domain})" if laid.domain else f"**{_escaped(laid.title)}**",
        "",
    ]
    lines = title if laid.title else []
    lines += [_line(tuple((piece,) for piece in laid.head)), "|" + " --- |" * len(laid.head)]
    lines += [_line(row) for row in laid.rows]
    return "\n".join([*lines, "", *_below(laid)])


def _line(row: tuple[Cell, ...]) -> str:
    return "| " + " | ".join(_cell(cell) for cell in row) + " |"


def _cell(cell: Cell) -> str:
    return "<br>".join(_escaped(str(piece)) for piece in cell)


def _below(laid: Grid) -> list[str]:
    remarks = [f"- {label}: {', '.join(_escaped(str(p)) for p in cell)}" for label, cell in laid.remarks]
    return remarks + [f"- \\[{k}\\] {_escaped(note)}" for k, note in enumerate(laid.notes, 1)]


def _escaped(text: str) -> str:
    for mark in "\\|*_<>[]`":
        text = text.replace(mark, "\\" + mark)
    return text
