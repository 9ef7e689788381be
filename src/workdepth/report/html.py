"""Tables as HTML: a fragment without scripts, styles or links, for notebooks and pages."""

from __future__ import annotations

from html import escape

from workdepth.report.grid import Cell, Grid, grid
from workdepth.report.notation import UNICODE
from workdepth.report.table import Table

LIMIT = 60


def html(table: Table) -> str:
    """Write a table as an HTML fragment."""
    laid = grid(table, UNICODE, LIMIT)
    lines = ['<table class="workdepth">']
    if laid.title:
        domain = f" ({escape(laid.domain)})" if laid.domain else ""
        lines.append(f"<caption>{escape(laid.title)}{domain}</caption>")
    heads = "".join(f'<th scope="col">{escape(piece.text)}</th>' for piece in laid.head)
    lines += [f"<thead><tr>{heads}</tr></thead>", "<tbody>"]
    lines += [_row(row) for row in laid.rows]
    return "\n".join([*lines, "</tbody>", *_below(laid), "</table>"])


def _row(row: tuple[Cell, ...]) -> str:
    first, *others = row
    cells = "".join(f"<td>{_cell(cell)}</td>" for cell in others)
    return f'<tr><th scope="row">{_cell(first)}</th>{cells}</tr>'


def _cell(cell: Cell) -> str:
    return "<br>".join(f'<span class="{piece.role}">{escape(str(piece))}</span>' for piece in cell)


def _below(laid: Grid) -> list[str]:
    said = [(label, ", ".join(str(piece) for piece in cell)) for label, cell in laid.remarks]
    said += [(f"[{k}]", note) for k, note in enumerate(laid.notes, 1)]
    width = len(laid.head) - 1
    lines = [
        f'<tr><th scope="row">{escape(label)}</th><td colspan="{width}">{escape(text)}</td></tr>'
        for label, text in said
    ]
    return ["<tfoot>", *lines, "</tfoot>"]
