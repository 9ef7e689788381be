r"""Tables as LaTeX: a displayed ``array``, which papers (with amsmath) and notebooks both set."""

from __future__ import annotations

from workdepth.report.grid import Cell, Grid, Piece, grid
from workdepth.report.notation import LATEX
from workdepth.report.table import Table

# LaTeX is three to four times as long as what it prints: \left\lceil, \frac.
LIMIT = 200


def latex(table: Table) -> str:
    """Write a table as LaTeX."""
    laid = grid(table, LATEX, LIMIT)
    width = len(laid.head)
    lines = [r"\[", rf"\begin{{array}}{{{'l' * width}}}"]
    if laid.title:
        title = f"{laid.title}: {laid.domain}" if laid.domain else laid.title
        lines.append(rf"\multicolumn{{{width}}}{{l}}{{{_words(title)}}} \\")
    lines.append(" & ".join(_words(piece.text) for piece in laid.head) + r" \\")
    lines.append(r"\hline")
    lines += [_line(row) for row in laid.rows]
    lines.append(r"\hline")
    for label, cell in _below(laid):
        shown = r",\; ".join(_piece(piece) for piece in cell)
        lines.append(rf"{_words(label)} & \multicolumn{{{width - 1}}}{{l}}{{{shown}}} \\")
    return "\n".join([*lines, r"\end{array}", r"\]"])


def _below(laid: Grid) -> list[tuple[str, Cell]]:
    notes = [(f"[{k}]", (Piece(note, "exact"),)) for k, note in enumerate(laid.notes, 1)]
    return [*laid.remarks, *notes]


def _line(row: tuple[Cell, ...]) -> str:
    return " & ".join(_cell(cell) for cell in row) + r" \\"


def _cell(cell: Cell) -> str:
    if len(cell) < 2:
        return "".join(_piece(piece) for piece in cell)
    stacked = r" \\ ".join(_piece(piece) for piece in cell)
    return rf"\begin{{array}}{{@{{}}l@{{}}}} {stacked} \end{{array}}"


def _piece(piece: Piece) -> str:
    return piece.mark + (piece.text if piece.role in ("exact", "growth") else _words(piece.text))


def _words(text: str) -> str:
    for mark, safe in _SAFE.items():
        text = text.replace(mark, safe)
    return rf"\text{{{text}}}" if text else ""


_SAFE = {
    "\\": "/",
    "{": r"\{",
    "}": r"\}",
    "_": r"\_",
    "#": r"\#",
    "%": r"\%",
    "&": r"\&",
    "$": r"\$",
    "^": r"\^{}",
    "~": r"\~{}",
    "≥": r"$\ge$",
    "≤": r"$\le$",
    "×": r"$\times$",
    "·": r"$\cdot$",
}
