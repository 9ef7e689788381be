"""Explanations as JSON, schema ``workdepth.explain/1``."""

from __future__ import annotations

from typing import Any

from workdepth.models.causes import Cause, Share
from workdepth.models.figure import Figure
from workdepth.models.worst import Worst
from workdepth.report.document import number
from workdepth.report.explained import Explained, Run
from workdepth.report.notation import ASCII, formula_text
from workdepth.schedule.carried import Part
from workdepth.schedule.steps import Moment

SCHEMA = "workdepth.explain/1"


def document(told: Explained) -> dict[str, Any]:
    """Return an explanation as plain data.

    ``shares`` are in symbols, each with its ``limit``: the share as all sizes grow at one pace, or null.
    ``at`` and ``steps`` are there where sizes were given: parts in words, operations or steps.  ``branches``
    are there where there are branches: the numbers of the worst cases; ``chosen`` tells which number each
    choice among a range takes in the shares; ``declared`` is there where a block is opaque.

    Examples
    --------
    >>> from workdepth.report.explained import explain
    >>> found = document(explain("multiply-n", at={"n": 8}))
    >>> found["models"]["GPU"]["time"]["shares"][0]["amount"]["exact"]
    'ceiling(log2(n))'
    >>> found["steps"]["GPU"]["memory"]["step"], found["steps"]["GPU"]["time"]["path"][0]["value"]
    (0, 3)
    """
    analysis = told.analysis
    found: dict[str, Any] = {
        "schema": SCHEMA,
        "algorithm": analysis.algorithm,
        "sizes": [size.name for size in analysis.sizes],
        "conventions": analysis.conventions.as_dict(),
        "models": {
            machine: {name: _cause(cause) for name, cause in causes.items()}
            for machine, causes in told.causes.items()
        },
    }
    if analysis.declared:
        found["declared"] = list(analysis.declared)
    if told.chosen:
        found["chosen"] = {path: str(number) for path, number in told.chosen.items()}
    if told.worst:
        found["branches"] = [_branch(worst) for worst in told.worst]
    if told.runs:
        found["at"] = dict(told.sizes or {})
        found["steps"] = {machine: _run(run) for machine, run in told.runs.items()}
    return found


def _branch(worst: Worst) -> dict[str, Any]:
    by_figure = {text: list(cases) for text, cases in worst.by_figure.items()}
    return {"path": worst.path, "cases": worst.cases, "worst": by_figure}


def _figure(figure: Figure) -> dict[str, str]:
    return {
        "exact": formula_text(figure, ASCII),
        "relation": figure.relation,
        "growth": str(figure.growth),
    }


def _cause(cause: Cause) -> dict[str, Any]:
    return {
        "figure": _figure(cause.figure),
        "where": list(cause.where),
        "shares": [_share(share) for share in cause.shares],
    }


def _share(share: Share) -> dict[str, Any]:
    found = {
        "path": share.path,
        "what": share.what,
        "amount": _figure(share.amount),
        "limit": None if share.limit is None else number(share.limit),
    }
    if share.alternatives:
        found["alternatives"] = [[_share(link) for link in chain] for chain in share.alternatives]
    return found


def _run(run: Run) -> dict[str, Any]:
    time = {"value": run.time.amount, "parts": _parts(run.time.parts, run.time.amount)}
    path = [{"path": p.path, "what": p.what, "value": p.amount} for p in run.time.stretches]
    found = {"time": {**time, "path": path}, "memory": _moment(run.memory), "threads": _moment(run.threads)}
    return {**found, "cases": dict(run.cases)} if run.cases else found


def _moment(moment: Moment) -> dict[str, Any]:
    return {
        "value": moment.amount,
        "step": moment.step,
        "last_step": moment.last,
        "steps": moment.steps,
        "parts": _parts(moment.parts, moment.amount),
    }


def _parts(parts: tuple[Part, ...], whole: int) -> list[dict[str, Any]]:
    return [
        {"path": p.path, "what": p.what, "value": p.amount, "share": p.amount / whole if whole else 0.0}
        for p in parts
    ]
