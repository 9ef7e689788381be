"""The proving ground's results as Markdown tables."""

from __future__ import annotations

COLUMNS = ("all", "pure", "floor", "brent", "piece", "1%", "3%", "10%", "plain", "spikes", "drift", "tails")
OUTCOMES = ("consistent", "inconclusive", "inconsistent")


def tables(found: dict, rivals: dict | None) -> str:
    """Accuracy and verdicts, for each grid and set of families."""
    parts = []
    for run in found["runs"]:
        rows = dict(run["accuracy"])
        for other in rivals["runs"] if rivals else ():
            if (other["points"], other["families"]) == (run["points"], run["families"]):
                rows |= other["accuracy"]
        what = f"{run['points']} sizes, {run['families']} families, {run['sweeps']} sweeps"
        parts.append(f"**{what}: per cent right**\n\n{_accuracy(rows)}")
    parts.append(f"**Verdicts, per cent**\n\n{_verdicts(found['runs'])}")
    if rivals is None:
        parts.append("The rivals have not been run: see `proving_ground_rivals.py`.")
    elif rivals["absent"]:
        parts.append(f"Absent, so not run: {', '.join(rivals['absent'])}.")
    return "\n\n".join(parts) + "\n"


def _accuracy(rows: dict[str, dict[str, float]]) -> str:
    lines = [_line(["method", *COLUMNS]), _line(["---"] * (len(COLUMNS) + 1))]
    for method, by in sorted(rows.items(), key=lambda row: -row[1]["all"]):
        cells = [f"{by[c]:.0f}" if c in by else "-" for c in COLUMNS[1:]]
        lines.append(_line([method, f"{by['all']:.1f}", *cells]))
    return "\n".join(lines)


def _verdicts(runs: list[dict]) -> str:
    lines = [_line(["sizes", "families", "prediction", *OUTCOMES]), _line(["---"] * 6)]
    for run in runs:
        for prediction, rates in run["verdicts"].items():
            cells = [f"{rates.get(o, 0.0):.1f}" for o in OUTCOMES]
            lines.append(_line([str(run["points"]), run["families"], prediction, *cells]))
    return "\n".join(lines)


def _line(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"
