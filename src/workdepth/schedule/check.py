"""Check: every figure of both machines against the unrolled graph, every result against its oracle."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from workdepth.errors import CheckError, GraphError
from workdepth.graph.algorithm import Algorithm
from workdepth.graph.calling import base_of, called
from workdepth.graph.decisions import choices_of
from workdepth.graph.naming import check_is_graph
from workdepth.graph.oracles import Oracle, Sampler, oracle_of
from workdepth.graph.unroll import count_opened
from workdepth.models import Analysis, Conventions, Figure
from workdepth.schedule.analyze import analyze
from workdepth.schedule.cases import truth
from workdepth.schedule.points import Points, affordable, chosen, fewer, up_to
from workdepth.schedule.profile import Profile
from workdepth.schedule.results import compare_results

FIGURES = ("time", "memory", "threads", "work")


@dataclass
class Row:
    """What the check found of one figure: over how many sizes, and how far a bound was from the truth at worst.

    ``slack`` is the largest ratio of bound to truth, 1 for exact figures, with the sizes where it was reached.
    """

    machine: str
    figure: str
    formula: str
    relation: str
    checked: int = 0
    slack: Fraction = Fraction(1)
    slack_at: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Report:
    """A check in which nothing differed.

    Attributes
    ----------
    algorithm : str
        Its name.
    conventions : Conventions
        The switches.
    points : Points
        The sizes.
    rows : tuple of Row
        One for each figure.
    results : int
        At how many sizes the outputs of ``run`` were compared with the oracle; 0 where there is none.
    """

    algorithm: str
    conventions: Conventions
    points: Points
    rows: tuple[Row, ...]
    results: int

    def __str__(self) -> str:
        lines = [f"{self.algorithm}: no difference at {len(self.points.values)} sizes ({self.points.words})"]
        lines += [f"  {r.machine} {r.figure} {r.relation} {r.formula}{_slack(r)}" for r in self.rows]
        if self.results:
            lines.append(f"  results equal the oracle's at {self.results} sizes")
        else:
            lines.append("  results: no oracle, so not compared")
        return "\n".join(lines)


def check(
    graph: Any,
    *,
    oracle: Oracle | None = None,
    samples: Sampler | None = None,
    upto: int = 64,
    conventions: Conventions | None = None,
    **ranges: Iterable[int],
) -> Report:
    """Compare every figure of both models with the unrolled graph, and the results with an oracle.

    Parameters
    ----------
    graph : Algorithm
        What to check.
    oracle : callable, optional
        Takes the inputs by name, and the sizes that it has parameters for; returns the result or a dict of
        results; by default the one registered under the algorithm's name, if any.
    samples : callable, optional
        Takes NumPy's random generator and the sizes by name, returns a dict of input arrays: where an input
        holds positions, or must be sorted.  By default odd unsigned integers, or what is registered.
    upto : int
        The largest size, where no ranges are given; sizes of more than 600,000 operations are
        left out, of recursions those of more than 150,000, or of 2,000 calls that are opened one by one.
    conventions : Conventions, optional
        The switches.
    **ranges : iterables of int
        The values of each size; all combinations are checked.

    Returns
    -------
    Report
        What was checked, with the worst slack of each bound.

    Raises
    ------
    CheckError
        At the first difference: it names size, figure and both values.

    Examples
    --------
    >>> import workdepth as wd
    >>> g = wd.Algorithm("multiply-n")
    >>> g.output(g.fold(wd.MULTIPLY, g.input("x", wd.size("n"))))
    >>> report = check(g, n=range(1, 9))
    >>> len(report.points.values), {row.relation for row in report.rows}
    (8, {'='})
    """
    check_is_graph(graph)
    if not isinstance(graph, Algorithm):
        raise GraphError(
            f"a {type(graph).__name__} has no formulas to check",
            next_step="check an Algorithm; the figures of a plain DAG are computed on the graph itself",
        )
    conventions = conventions or Conventions()
    analysis = analyze(graph, conventions)
    if ranges:
        points = chosen(graph.domain, graph.sizes, ranges)
    else:
        points = _affordable(graph, analysis, upto, conventions.phases)
    rows = {
        (machine, name): Row(machine, name, str(figure), figure.relation)
        for machine in ("RAM", "GPU")
        for name, figure in analysis[machine].figures().items()
        if name in FIGURES
    }
    estimated = any(row.relation == "~" for row in rows.values()) and conventions.inputs == "resident"
    oracle = oracle or oracle_of(str(graph.name))
    for point in points.values:
        found = truth(graph, conventions, point)
        for machine, profile in found.worst.items():
            _compare(analysis, machine, profile, point, rows, found.expected_work if estimated else None)
        if oracle is not None:
            compare_results(graph, oracle, point, samples)
    results = len(points.values) if oracle is not None else 0
    return Report(str(graph.name), conventions, points, tuple(rows.values()), results)


def _affordable(graph: Algorithm, analysis: Analysis, upto: int, phases: str) -> Points:
    points = up_to(graph.sizes, upto)
    if choices_of(graph):
        points = fewer(points)
    calls = None
    if base_of(graph) is not None or called(graph):

        def calls(point: dict[str, int]) -> int:
            return count_opened(graph, point, phases)

    return affordable(points, lambda point: analysis["RAM"].work.at(**point), calls)


def _compare(
    analysis: Analysis,
    machine: str,
    truth: Profile,
    point: dict[str, int],
    rows: dict[tuple[str, str], Row],
    expectation: Fraction | None,
) -> None:
    for name in FIGURES:
        figure: Figure = getattr(analysis[machine], name)
        row = rows[machine, name]
        told, found = figure.at(**point), getattr(truth, name)
        if figure.relation == "~":
            if expectation is None or not (name == "work" or (machine == "RAM" and name == "time")):
                continue  # an estimate that nothing is held against; the row counts no size
            found = expectation
        wrong = figure.relation == "~" and (told < found if figure.above else told != found)
        if wrong or (figure.relation == "=" and told != found) or (figure.relation == "<=" and told < found):
            raise CheckError(
                f"{machine} {name} {figure.relation} {figure} gives {told}, the unrolled graph has {found}",
                where=f"{analysis.algorithm}, {_sizes(point)}",
                next_step="this is an error of the model, or of an op's declared facts; please report it",
            )
        row.checked += 1
        slack = Fraction(told) / found if found else Fraction(told + 1)
        if slack > row.slack:
            row.slack, row.slack_at = slack, dict(point)


def _sizes(point: dict[str, int]) -> str:
    return ", ".join(f"{k}={v}" for k, v in point.items()) or "no sizes"


def _slack(row: Row) -> str:
    if row.relation == "=":
        return ""
    if row.relation == "~":
        told = "equal at every size" if row.slack == 1 else f"at most {float(row.slack):.2f} times the truth"
        return f"  (expectation, {told if row.checked else 'not compared'})"
    if row.slack == 1:
        return "  (bound, always reached)"
    return f"  (bound, at worst {float(row.slack):.2f} times the truth, at {_sizes(row.slack_at)})"
