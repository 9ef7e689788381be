"""Tables as CSV: one line a figure, for spreadsheets and data frames."""

from __future__ import annotations

import csv as writer
from io import StringIO

from workdepth.report.document import number
from workdepth.report.notation import ASCII, domain_text, formula_text
from workdepth.report.table import Row, Table

HEAD = (
    "algorithm",
    "domain",
    "conventions",
    "model",
    "figure",
    "relation",
    "exact",
    "growth",
    "sizes",
    "value",
)


def csv(table: Table) -> str:
    """Write a table as CSV; ``value`` is empty where no sizes were given."""
    out = StringIO()
    lines = writer.writer(out, lineterminator="\n")
    lines.writerow(HEAD)
    for row in table.rows:
        lines.writerows(_lines(row))
    return out.getvalue().rstrip("\n")


def _harmless(name: str) -> str:
    """Mark a name that a spreadsheet would take for a formula as text."""
    return f"'{name}" if name.startswith(("=", "+", "-", "@", "\t", "\r")) else name


def _lines(row: Row) -> list[tuple[str, ...]]:
    analysis = row.analysis
    conventions = " ".join(f"{k}={v}" for k, v in analysis.conventions.as_dict().items())
    figures = [(m, name, f) for m, cost in analysis.models.items() for name, f in cost.figures().items()]
    figures += [("", "parallelism", analysis.parallelism), ("", "speedup", analysis.speedup)]
    first = (_harmless(analysis.algorithm), domain_text(analysis.sizes, ASCII), conventions)
    at = " ".join(f"{size}={value}" for size, value in (row.sizes or {}).items())
    found: list[tuple[str, ...]] = []
    for machine, name, figure in figures:
        value = row.value(figure)
        shown = "" if value is None else str(number(value))
        exact = formula_text(figure, ASCII)
        found.append((*first, machine, name, figure.relation, exact, str(figure.growth), at, shown))
    return found
