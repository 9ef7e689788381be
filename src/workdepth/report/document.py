"""Tables as JSON, schema ``workdepth.table/1``."""

from __future__ import annotations

import json as encoder
from fractions import Fraction
from typing import Any

from workdepth.models import Analysis
from workdepth.models.figure import Figure
from workdepth.report.notation import ASCII, formula_text
from workdepth.report.table import Row, Table

SCHEMA = "workdepth.table/1"


def json(table: Table) -> str:
    """Write a table as a JSON document."""
    return encoder.dumps(document(table), indent=2)


def document(table: Table) -> dict[str, Any]:
    """Return a table as plain data.

    Examples
    --------
    >>> import workdepth as wd
    >>> row = document(wd.compare("multiply-n").at(n=1000))["rows"][0]
    >>> row["models"]["GPU"]["time"]
    {'exact': 'ceiling(log2(n))', 'relation': '=', 'growth': 'log(n)', 'value': 10}
    """
    return {"schema": SCHEMA, "rows": [_row(row, table.uncounted) for row in table.rows]}


def _row(row: Row, uncounted: tuple[str, ...]) -> dict[str, Any]:
    analysis: Analysis = row.analysis
    models = {
        machine: {name: _figure(row, figure) for name, figure in cost.figures().items()}
        for machine, cost in analysis.models.items()
    }
    found = {
        "algorithm": analysis.algorithm,
        "sizes": [size.name for size in analysis.sizes],
        "conventions": analysis.conventions.as_dict(),
        "models": models,
        "parallelism": _figure(row, analysis.parallelism),
        "speedup": _figure(row, analysis.speedup),
        "speedup_kind": analysis.speedup_kind,
        "uncounted": list(uncounted),
    }
    return {**found, "declared": list(analysis.declared)} if analysis.declared else found


def _figure(row: Row, figure: Figure) -> dict[str, Any]:
    found: dict[str, Any] = {
        "exact": formula_text(figure, ASCII),
        "relation": figure.relation,
        "growth": str(figure.growth),
    }
    value = row.value(figure)
    return found if value is None else {**found, "value": number(value)}


def number(value: int | Fraction | float) -> int | float:
    """Return a number that JSON has: an integer exactly, a fraction as a float, or whole where it is huge."""
    if not isinstance(value, Fraction):
        return value
    try:
        return float(value)
    except OverflowError:
        return round(value)
