"""The layout of a table, before any format: a sheet for one algorithm, a summary for several.

A sheet has one line a figure and the two machines side by side.  A summary has one line a machine, and its
cells stack the exact form, the growth class and the value.  Formulas that are too long for a cell stand
below, numbered.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from workdepth.models import Analysis
from workdepth.models.figure import Figure
from workdepth.report.notation import Notation, domain_text, formula_text, growth_text, value_text
from workdepth.report.screen import printable
from workdepth.report.table import UNIT, Row, Table


@dataclass(frozen=True)
class Piece:
    """A text, its role (``name``, ``exact``, ``growth``, ``value``, ``plain``), and the mark of a bound."""

    text: str
    role: str = "plain"
    mark: str = ""

    def __str__(self) -> str:
        return self.mark + self.text


Cell = tuple[Piece, ...]

# The longest formula in a cell of several lines.
PARAGRAPH = 120
# The longest heading of a column of values.
HEAD = 12


@dataclass(frozen=True)
class Grid:
    """A table as cells.

    Attributes
    ----------
    title, domain : str
    head : tuple of Piece
    rows : tuple of tuple of Cell
    remarks : tuple of (str, Cell)
        What is said below: speed-up, unit, conventions, what was not counted.
    notes : tuple of str
        Long formulas; the first is number 1.
    """

    title: str
    domain: str
    head: tuple[Piece, ...]
    rows: tuple[tuple[Cell, ...], ...]
    remarks: tuple[tuple[str, Cell], ...]
    notes: tuple[str, ...]


@dataclass
class _Writer:
    """Writes cells of one table, and keeps the formulas that are too long for them."""

    notation: Notation
    limit: int | None
    notes: list[str] = field(default_factory=list)

    def exact(self, figure: Figure, instead: str = "") -> Piece:
        """Write a formula, or ``instead``, or the number of the note that holds it."""
        shown, mark = formula_text(figure, self.notation), self.notation.relations[figure.relation]
        if self.limit is None or len(mark + shown) <= self.limit:
            return Piece(shown, "exact", mark)
        if instead:
            return Piece(instead, "plain", mark)
        if shown not in self.notes:
            self.notes.append(shown)
        return Piece(f"[{self.notes.index(shown) + 1}]", "plain", mark)

    def growth(self, figure: Figure) -> Piece:
        """Write a growth class."""
        return Piece(growth_text(figure, self.notation), "growth")

    def pieces(self, row: Row, figure: Figure, instead: str = "") -> Cell:
        """Write all there is to say of one figure of a row."""
        found = [self.exact(figure, instead)]
        if row.analysis.sizes:
            found.append(self.growth(figure))
        if (value := row.value(figure)) is not None and row.analysis.sizes:
            found.append(Piece(value_text(value), "value"))
        return tuple(found)


def grid(table: Table, notation: Notation, limit: int | None) -> Grid:
    """Lay a table out: a sheet for one row, a summary for several.

    Parameters
    ----------
    table : Table
    notation : Notation
    limit : int or None
        The longest formula that a cell holds.

    Returns
    -------
    Grid
    """
    writer = _Writer(notation, limit)
    return _sheet(table, writer) if len(table.rows) == 1 else _summary(table, writer)


def sheets(table: Table, notation: Notation) -> list[Grid]:
    """Lay each row out as a sheet of its own, for cells of several lines."""
    return [_sheet(Table((row,), table.uncounted), _Writer(notation, PARAGRAPH)) for row in table.rows]


def at_text(row: Row) -> str:
    """Say the sizes that the values of a row are for."""
    return ", ".join(f"{name} = {value_text(value)}" for name, value in (row.sizes or {}).items())


def _sheet(table: Table, writer: _Writer) -> Grid:
    (row,) = table.rows
    analysis = row.analysis
    under = [Piece("growth", "growth")] if analysis.sizes else []
    domain, at = domain_text(analysis.sizes, writer.notation), at_text(row)
    if at:
        under.append(Piece(at if len(at) <= HEAD else "value", "value"))
        domain += f"; values at {at}" if len(at) > HEAD else ""
    head = [Piece("")]
    for machine in analysis.models:
        head += [Piece(machine, "name"), *under]
    costs = [cost.figures() for cost in analysis.models.values()]
    instead = {"space": "memory + threads", "spacetime": f"space {writer.notation.times} time"}
    rows = []
    for name in costs[0]:
        cells: list[Cell] = [(Piece(name, "name"),)]
        for figures in costs:
            cells += [(piece,) for piece in writer.pieces(row, figures[name], instead.get(name, ""))]
        rows.append(tuple(cells))
    remarks = [("speed-up", _speedup(row, writer))]
    remarks.append(("parallelism", writer.pieces(row, analysis.parallelism)))
    return Grid(
        printable(analysis.algorithm),
        domain,
        tuple(head),
        tuple(rows),
        (*remarks, *_remarks(table)),
        tuple(writer.notes),
    )


def _speedup(row: Row, writer: _Writer) -> Cell:
    sizes = row.analysis.sizes
    if not sizes:
        return writer.pieces(row, row.analysis.speedup)
    together = " (all sizes growing together)" if len(sizes) > 1 else ""
    return (*writer.pieces(row, row.analysis.speedup), Piece(_kind(row.analysis) + together, "name"))


def _kind(analysis: Analysis) -> str:
    """Return the kind of a speed-up: a lower bound where what is expected stands against the worst."""
    expected = analysis["RAM"].time.relation == "~" and analysis["GPU"].time.relation == "<="
    return f"at least {analysis.speedup_kind}" if expected else analysis.speedup_kind


FIGURES = ("time", "memory", "threads", "work")


def _summary(table: Table, writer: _Writer) -> Grid:
    head = tuple(Piece(text, "name") for text in ("algorithm", "model", *FIGURES, "speed-up"))
    rows: list[tuple[Cell, ...]] = []
    for row in table.rows:
        analysis = row.analysis
        name: Cell = (
            Piece(printable(analysis.algorithm), "name"),
            Piece(domain_text(analysis.sizes, writer.notation)),
        )
        if row.sizes:
            name += (Piece(at_text(row)),)
        kind: Cell = (Piece(_kind(analysis)),) if analysis.sizes else writer.pieces(row, analysis.speedup)
        for machine, cost in analysis.models.items():
            figures = cost.figures()
            cells = [writer.pieces(row, figures[f]) for f in FIGURES]
            first = machine == next(iter(analysis.models))
            rows.append((name if first else (), (Piece(machine, "name"),), *cells, kind if first else ()))
    return Grid("", "", head, tuple(rows), tuple(_remarks(table)), tuple(writer.notes))


def _remarks(table: Table) -> Iterable[tuple[str, Cell]]:
    changed = {f"{k}={v}": None for row in table.rows for k, v in row.analysis.conventions.changed().items()}
    if changed:
        yield "conventions", (Piece(", ".join(changed) + " (the others at their defaults)"),)
    yield "unit", (Piece(UNIT),)
    if told := _expected(table):
        yield "expected", (Piece(told),)
    several = len(table.rows) > 1
    for row in table.rows:
        for line in row.analysis.declared:
            told = f"{row.analysis.algorithm}: {line}" if several else line
            yield "declared, not derived", (Piece(printable(told)),)
    yield "uncounted", (Piece(", ".join(table.uncounted) or "none"),)


def _expected(table: Table) -> str:
    """Say what is expected, where work is an expectation."""
    works = [cost.work for row in table.rows for cost in row.analysis.models.values()]
    means = {"a bound of the mean" if w.above else "the mean" for w in works if w.relation == "~"}
    if not means:
        return ""
    told = " or ".join(sorted(means, key=len))
    return f"work is {told} over what data decides; bounds beside it are of the worst case"
