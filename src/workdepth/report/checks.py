"""Checks as text and as JSON."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from workdepth.errors import CheckError
from workdepth.models import Conventions
from workdepth.report.document import number
from workdepth.report.notation import ASCII, Notation
from workdepth.report.screen import Screen
from workdepth.schedule.check import Report, Row
from workdepth.symbolic import parse

SCHEMA = "workdepth.check/1"
SHARED = ("time", "memory", "threads")
KINDS = {"=": "exact", "~": "expected", "<=": "bound"}


@dataclass(frozen=True)
class Outcome:
    """What came of the check of one algorithm: a report, or the first difference."""

    algorithm: str
    conventions: Conventions
    report: Report | None
    difference: str = ""

    @property
    def exit_code(self) -> int:
        """1 where something differs."""
        return 1 if self.report is None else 0


def outcome(
    name: str, graph: Any, oracle: Any, conventions: Conventions, upto: int, sizes: Mapping[str, int]
) -> Outcome:
    """Check one algorithm, and keep the difference if there is one.

    Parameters
    ----------
    name : str
        What it is called in the result.
    graph : Algorithm
    oracle : callable or None
    conventions : Conventions
    upto : int
        The largest size, where no sizes are given.
    sizes : mapping
        The only sizes to check at.
    """
    from workdepth.schedule.check import check

    ranges = {size: [value] for size, value in sizes.items()}
    try:
        found = check(graph, oracle=oracle, upto=upto, conventions=conventions, **ranges)
    except CheckError as error:
        return Outcome(name, conventions, None, str(error))
    return Outcome(name, conventions, found)


def outcome_text(found: Outcome, screen: Screen) -> str:
    """Write an outcome: a line, and one more for each bound."""
    changed = ", ".join(f"{k}={v}" for k, v in found.conventions.changed().items())
    head = f"{found.algorithm} ({changed})" if changed else found.algorithm
    if found.report is None:
        return f"{head}: DIFFERENT: {found.difference}"
    report = found.report
    relations = Counter(KINDS.get(row.relation, "bound") for row in report.rows)
    figures = ", ".join(f"{relations[kind]} {kind}" for kind in KINDS.values() if relations[kind])
    results = f"results equal NumPy's at {report.results}" if report.results else "results not compared"
    first = f"{head}: no difference at {_many(len(report.points.values))} ({report.points.words}); "
    lines = [f"{first}figures: {figures}; {results}"]
    lines += [f"  {_bound(row, screen.notation)}" for row in report.rows if row.relation != "="]
    return "\n".join(lines)


def _many(count: int) -> str:
    return f"{count} size" if count == 1 else f"{count} sizes"


def _bound(row: Row, notation: Notation) -> str:
    formula = row.formula if notation is ASCII else notation.formula(parse(row.formula))
    shown = formula if len(formula) <= 60 else "(long)"
    where = ", ".join(f"{k} = {v}" for k, v in row.slack_at.items())
    reached = "always reached" if row.relation != "~" else "the mean over all data, wherever all was tried"
    if not row.checked:
        reached = "not compared"
    worst = f"at worst {float(row.slack):.3g} times the truth, at {where}" if where else reached
    return f"{row.machine} {row.figure} {notation.relations[row.relation]}{shown}: {worst}"


def exact_shares(found: list[Outcome]) -> dict[str, tuple[int, int]]:
    """Return how many figures are exact, and how many there are, of each kind.

    Parameters
    ----------
    found : list of Outcome
        A check in which something differed has no figures.

    Returns
    -------
    dict
        From time, memory and threads, both machines together, to a pair of counts.

    Examples
    --------
    >>> from workdepth.library import entry_named
    >>> entry = entry_named("scan-hillis-steele")
    >>> exact_shares([outcome(entry.name, entry.build(), entry.oracle, Conventions(), 4, {})])
    {'time': (2, 2), 'memory': (1, 2), 'threads': (2, 2)}
    """
    rows = [row for one in found if one.report is not None for row in one.report.rows]
    return {
        name: (
            sum(row.relation == "=" for row in rows if row.figure == name),
            sum(row.figure == name for row in rows),
        )
        for name in SHARED
    }


def shares_text(found: list[Outcome]) -> str:
    """Write how many figures are exact: a line to end a check of several algorithms with."""
    shares = [
        f"{name} {exact} of {count} ({exact / count:.0%})"
        for name, (exact, count) in exact_shares(found).items()
        if count
    ]
    return f"exact figures: {', '.join(shares)}" if shares else "no figures"


def outcomes_document(found: list[Outcome]) -> dict[str, Any]:
    """Return outcomes as plain data, schema ``workdepth.check/1``."""
    shares = {name: {"exact": exact, "of": count} for name, (exact, count) in exact_shares(found).items()}
    return {"schema": SCHEMA, "rows": [_document(one) for one in found], "exact": shares}


def _document(found: Outcome) -> dict[str, Any]:
    row: dict[str, Any] = {
        "name": found.algorithm,
        "conventions": found.conventions.as_dict(),
        "outcome": "different" if found.report is None else "no difference",
    }
    if found.report is None:
        return {**row, "difference": found.difference}
    return {
        **row,
        "sizes": found.report.points.words,
        "checked": len(found.report.points.values),
        "results": found.report.results,
        "figures": [_figure(one) for one in found.report.rows],
    }


def _figure(row: Row) -> dict[str, Any]:
    shown = {"model": row.machine, "figure": row.figure, "exact": row.formula, "relation": row.relation}
    if row.relation == "=":
        return shown
    return {**shown, "slack": number(row.slack), "slack_at": row.slack_at}
