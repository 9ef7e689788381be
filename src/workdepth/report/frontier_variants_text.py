"""Variants side by side as text: formulas and classes, or values where sizes were given."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workdepth.report.notation import UNICODE, Notation, formula_text, growth_text, value_text

if TYPE_CHECKING:
    from workdepth.report.frontier_variants import TradeOffs, Variant

HEAD = ("variant", "time", "memory", "threads", "space", "spacetime", "choose when")
LONGEST = 40  # a longer formula is told by its class


def text(table: TradeOffs, notation: Notation = UNICODE) -> str:
    """Write the table.

    Examples
    --------
    >>> import workdepth as wd
    >>> print(text(wd.trade_offs("multiply").at(n=1024, p=32)))
    variant at n=1024, p=32      time  memory  threads  space  spacetime  choose when
    one thread                   1023    1024        1   1025    1048575  least threads, space
    p chunks, then a tree          36    1024       32   1056      38016  between
    the best tree for p threads    36    1024       32   1056      38016  as good as p chunks, then a tree
    balanced tree                  10    1024      512   1536      15360  least time, spacetime
    """
    head = (f"variant{_said(table)}", *HEAD[1:])
    rows = [head, *(_row(table, v, notation) for v in table.variants)]
    widths = [max(len(row[k]) for row in rows) for k in range(len(HEAD))]
    return "\n".join(_line(row, widths, table.sizes is not None) for row in rows)


def _said(table: TradeOffs) -> str:
    """Return the sizes and the switches that a table is of."""
    sizes = ", ".join(f"{k}={v}" for k, v in (table.sizes or {}).items())
    changed = ", ".join(f"{k}={v}" for k, v in table.conventions.changed().items())
    return (f" at {sizes}" if sizes else "") + (f" ({changed})" if changed else "")


def _line(row: tuple[str, ...], widths: list[int], right: bool) -> str:
    cells = []
    for k, (cell, width) in enumerate(zip(row, widths, strict=True)):
        number = right and 0 < k < len(row) - 1
        cells.append(cell.rjust(width) if number else cell.ljust(width))
    return "  ".join(cells).rstrip()


def _row(table: TradeOffs, variant: Variant, notation: Notation) -> tuple[str, ...]:
    names = ("time", "memory", "threads", "space", "spacetime")
    return (variant.name, *(_cell(table, variant, f, notation) for f in names), table.choose_when(variant))


def _cell(table: TradeOffs, variant: Variant, name: str, notation: Notation) -> str:
    figure = getattr(variant, name)
    sign = notation.relations[figure.relation]
    if table.sizes is not None:
        return sign + value_text(table.value(variant, name))
    formula = sign + formula_text(figure, notation)
    return formula if len(formula) <= LONGEST and name != "spacetime" else growth_text(figure, notation)
