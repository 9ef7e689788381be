"""Tables as text for a terminal or a file: as wide as the screen allows, else as a list."""

from __future__ import annotations

from collections.abc import Callable
from io import StringIO
from typing import TYPE_CHECKING, Any

from workdepth.report.grid import Cell, Grid, grid, sheets
from workdepth.report.screen import Screen
from workdepth.report.table import Table

if TYPE_CHECKING:
    from rich.console import Console

# The longest formula in a cell: the first of these with which the table fits the screen.
LIMITS = (52, 40, 30, 22, 16)
# Narrower than this nothing can be laid out; lines are then longer than the screen, and nothing is lost.
NARROWEST = 24
_STYLES = {"name": "bold", "growth": "cyan", "value": "green", "exact": "", "plain": ""}


def text(table: Table, screen: Screen) -> str:
    """Write a table for a screen.

    Parameters
    ----------
    table : Table
    screen : Screen

    Returns
    -------
    str
        Without a newline at the end.

    Examples
    --------
    >>> import workdepth as wd
    >>> print(text(wd.compare("vector-add"), Screen(width=30)).splitlines()[0])
    vector-add
    """
    for limit in LIMITS:
        laid = grid(table, screen.notation, limit)
        shown = _grid_text(laid, screen)
        if screen.width is None or _width(laid) <= screen.width:
            return shown
    return "\n\n".join(_list_text(laid, screen) for laid in sheets(table, screen.notation))


def _width(laid: Grid) -> int:
    """Return how wide the cells are side by side; remarks and notes may be broken, cells not."""
    columns = zip(*[[(piece,) for piece in laid.head], *laid.rows], strict=True)
    widths = [max((len(str(p)) for cell in column for p in cell), default=0) for column in columns]
    return sum(widths) + 2 * len(widths)


def _grid_text(laid: Grid, screen: Screen) -> str:
    console = _console(screen)
    if laid.title:
        console.print(_title(laid))
        console.print()
    console.print(_cells(laid, screen))
    console.print()
    _print_remarks(console, laid, _joined)
    return _written(console)


def _title(laid: Grid) -> Any:
    from rich.text import Text

    return Text("   ").join([_styled(laid.title, "name"), _styled(laid.domain, "plain")])


def _list_text(laid: Grid, screen: Screen) -> str:
    """Write a sheet for a narrow screen: one machine after the other, one figure a paragraph."""
    console = _console(screen)
    console.print(_styled(laid.title, "name"))
    sizes = {p.text: None for p in laid.head if p.role == "value" and p.text != "value"}
    for said in (laid.domain, *(f"values at {text}" for text in sizes)):
        if said:
            console.print(_styled(said, "plain"))
    columns = 1 + (len(laid.head) - 1) // 2
    for machine in (1, columns):
        console.print()
        console.print(_styled(laid.head[machine].text, "name"))
        part = _plain_grid(screen)
        for row in laid.rows:
            cells = row[machine : machine + columns - 1]
            part.add_row("", row[0][0].text, _stacked(tuple(piece for cell in cells for piece in cell)))
        console.print(part)
    console.print()
    _print_remarks(console, laid, _stacked)
    return _written(console)


def _print_remarks(console: Console, laid: Grid, together: Callable[[Cell], Any]) -> None:
    from rich.table import Table as RichTable

    part = RichTable.grid(padding=(0, 2, 0, 0))
    part.add_column(no_wrap=True)
    part.add_column(overflow="fold")
    for label, cell in laid.remarks:
        part.add_row(label, together(cell))
    for number, note in enumerate(laid.notes, 1):
        part.add_row(f"[{number}]", _styled(note, "exact"))
    console.print(part)


def _cells(laid: Grid, screen: Screen) -> Any:
    from rich import box
    from rich.table import Table as RichTable

    style = box.SIMPLE_HEAD if screen.unicode else _ascii_box()
    part = RichTable(
        box=style, padding=(0, 2, 0, 0), show_edge=False, pad_edge=False, collapse_padding=True, expand=False
    )
    for piece in laid.head:
        side = "right" if piece.role == "value" else "left"
        part.add_column(_styled(str(piece), piece.role), no_wrap=True, overflow="fold", justify=side)
    stacked = any(len(cell) > 1 for row in laid.rows for cell in row)
    for number, row in enumerate(laid.rows):
        part.add_row(*(_stacked(cell) for cell in row), end_section=stacked and number % 2 == 1)
    return part


def _ascii_box() -> Any:
    from rich.box import Box

    blank, rule = "    \n", " -- \n"
    return Box(blank * 2 + rule + blank * 5, ascii=True)


def _plain_grid(screen: Screen) -> Any:
    from rich.table import Table as RichTable

    part = RichTable.grid(padding=(0, 1, 0, 0))
    part.add_column(width=1)
    part.add_column(no_wrap=True)
    part.add_column(overflow="fold")
    return part


def _styled(text: str, role: str) -> Any:
    from rich.text import Text

    return Text(text, style=_STYLES[role])


def _stacked(cell: Cell) -> Any:
    from rich.text import Text

    # A value that stands alone in its column needs no sign.
    signs = {"value": "= "} if len(cell) > 1 else {}
    return Text("\n").join(_styled(signs.get(p.role, "") + str(p), p.role) for p in cell)


def _joined(cell: Cell) -> Any:
    from rich.text import Text

    return Text("  ").join(_styled(str(piece), piece.role) for piece in cell)


def _console(screen: Screen) -> Console:
    from rich.console import Console

    return Console(
        file=StringIO(),
        width=max(screen.width or 100_000, NARROWEST),
        force_terminal=screen.colour,
        color_system="standard" if screen.colour else None,
        legacy_windows=False,
        markup=False,
        highlight=False,
        emoji=False,
    )


def _written(console: Console) -> str:
    lines = console.file.getvalue().splitlines()  # type: ignore[attr-defined]
    return "\n".join(line.rstrip() for line in lines)
