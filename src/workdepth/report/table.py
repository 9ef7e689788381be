"""Table: what an analysis found, ready to be shown in any format."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any

from workdepth.errors import ModelError, SizeError, WorkdepthError
from workdepth.models import Analysis, Cost
from workdepth.models.figure import Figure

UNIT = "one scalar operation a step; memory in words"


@dataclass(frozen=True)
class Row:
    """One algorithm of a table, with values for its sizes where they were given."""

    analysis: Analysis
    sizes: Mapping[str, int] | None = None

    def value(self, figure: Figure) -> int | Fraction | float | None:
        """Return the value of one of its figures, or None where no sizes were given."""
        return None if self.sizes is None else figure.at(**self.sizes)


@dataclass(frozen=True)
class Table:
    """Costs of one or several algorithms; it prints itself.

    Parameters
    ----------
    rows : tuple of Row
    uncounted : tuple of str
        What was not counted; the models refuse what they have no rule for, so it is empty.

    Examples
    --------
    >>> import workdepth as wd
    >>> table = wd.compare("multiply-n")
    >>> table["GPU"].time.exact
    ceiling(log(n)/log(2))
    >>> table.at(n=1000).rows[0].value(table["GPU"].threads)
    500
    """

    rows: tuple[Row, ...]
    uncounted: tuple[str, ...] = field(default=())

    def __getitem__(self, machine: str) -> Cost:
        """Return the costs on one machine, of the only row."""
        if len(self.rows) != 1:
            names = ", ".join(row.analysis.algorithm for row in self.rows)
            raise ModelError(
                f"the table has {len(self.rows)} algorithms: {names}",
                next_step=f"say which: table.row(name)[{machine!r}]",
            )
        return _on(self.rows[0].analysis, machine)

    def row(self, name: str) -> Analysis:
        """Return the analysis of one algorithm by name.

        Raises
        ------
        ModelError
            When the table has none of that name.
        """
        for row in self.rows:
            if row.analysis.algorithm == name:
                return row.analysis
        names = ", ".join(row.analysis.algorithm for row in self.rows)
        raise ModelError(f"the table has no algorithm {name!r}", next_step=f"choose one of: {names}")

    def at(self, **sizes: int) -> Table:
        """Return the table with values; each row takes the sizes that it has.

        Raises
        ------
        SizeError
            When a size is missing, outside its domain, or of no row.
        """
        _all_known(self, sizes)
        return replace(self, rows=tuple(_valued(row, sizes) for row in self.rows))

    def at_where_possible(self, **sizes: int) -> tuple[Table, list[str]]:
        """Return the table with values where the sizes fit, and a line on each row where they do not."""
        _all_known(self, sizes)
        rows, left = [], []
        for row in self.rows:
            try:
                rows.append(_valued(row, sizes))
            except WorkdepthError as error:
                rows.append(row)
                left.append(f"{row.analysis.algorithm} has no values: {error}")
        return replace(self, rows=tuple(rows)), left

    def __str__(self) -> str:
        import sys

        from workdepth.report.screen import screen
        from workdepth.report.text import text

        return text(self, screen(sys.stdout))

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        """Serve notebooks: plain text, HTML and LaTeX."""
        from workdepth.report.formats import rendered
        from workdepth.report.screen import WIDE

        return {
            "text/plain": rendered(self, "text", WIDE),
            "text/html": rendered(self, "html"),
            "text/latex": rendered(self, "latex"),
        }


def _on(analysis: Analysis, machine: str) -> Cost:
    if machine not in analysis.models:
        raise ModelError(
            f"no model is called {machine!r}", next_step=f"choose one of: {', '.join(analysis.models)}"
        )
    return analysis[machine]


def _all_known(table: Table, sizes: Mapping[str, int]) -> None:
    known = {size.name: None for row in table.rows for size in row.analysis.sizes}
    for name in sizes:
        if name not in known:
            raise SizeError(
                f"unknown size '{name}'", next_step=f"the sizes are: {', '.join(known) or 'none'}"
            )


def _valued(row: Row, sizes: Mapping[str, int]) -> Row:
    own = {s.name: sizes[s.name] for s in row.analysis.sizes if s.name in sizes}
    valued = replace(row, sizes=own)
    # Ask once now, so that a missing size is an error here and not at the printing.
    valued.value(row.analysis["RAM"].time)
    return valued
