"""Figures on demand: work against another algorithm, time on p threads, the class NC."""

from __future__ import annotations

from typing import Any

from workdepth.errors import ModelError, WorkdepthError
from workdepth.models import Analysis, Conventions, Figure
from workdepth.models.bounded import Bounded
from workdepth.models.brent import OnThreads
from workdepth.models.brent import on_threads as bounds
from workdepth.models.figure import figure
from workdepth.report.compare import compare, graph_of


def work_against(graph: Any, sequential: Any) -> Figure:
    """Return the work of a parallel algorithm over that of a sequential one.

    Parameters
    ----------
    graph : Algorithm, networkx DAG or str
        The parallel algorithm; a name is one of the library.
    sequential : Algorithm, networkx DAG or str
        What it is held against: an algorithm, its name, or a formula for its operations in the sizes of
        ``graph``, as ``"n - 1"``.

    Returns
    -------
    Figure
        The ratio.  Where its growth class is 1 the algorithm is work-efficient (Blelloch, Prefix sums and their
        applications, 1990).

    Raises
    ------
    ModelError
        When the sequential algorithm has sizes that the parallel one has not, or there is no such name or
        formula.

    Examples
    --------
    >>> ratio = work_against("scan-hillis-steele", "scan-sequential")
    >>> str(ratio.growth), ratio.at(n=8)
    ('log(n)', Fraction(17, 7))
    """
    analysis = _analysis(graph)
    return analysis["GPU"].work.over(_operations(sequential, analysis))


def _analysis(graph: Any) -> Analysis:
    return compare(graph).rows[0].analysis


def _operations(sequential: Any, analysis: Analysis) -> Figure:
    from workdepth.library import entries

    domain = analysis["GPU"].work.domain
    if isinstance(sequential, str) and sequential not in entries():
        return _formula(sequential, analysis)
    other = _analysis(sequential)
    foreign = [s.name for s in other.sizes if s.name not in domain.names]
    if foreign:
        raise ModelError(
            f"{other.algorithm} has the size {foreign[0]}, which {analysis.algorithm} has not",
            next_step="give the operations as a formula in its sizes",
        )
    operations = other["RAM"].time
    return figure(Bounded(operations.numerator), domain, operations.relation)


def _formula(text: str, analysis: Analysis) -> Figure:
    from workdepth.symbolic import parse

    domain = analysis["GPU"].work.domain
    try:
        found = parse(text)
    except WorkdepthError as error:
        raise ModelError(
            f"{text!r} is no library algorithm and no formula: {error.what}",
            next_step="see 'workdepth list', or write a formula like 'n - 1'",
        ) from error
    unknown = sorted(found.names - domain.names)
    if unknown:
        raise ModelError(
            f"{text!r} is no library algorithm, and as a formula has the unknown size {unknown[0]}",
            where=analysis.algorithm,
            next_step=f"the sizes are: {', '.join(sorted(domain.names)) or 'none'}",
        )
    return figure(Bounded(found), domain)


def on_threads(
    graph: Any, p: int | None = None, conventions: Conventions | None = None, **switches: str
) -> OnThreads:
    """Bound the time on p threads: max(work/p, span) <= T_p <= (work - span)/p + span.

    Parameters
    ----------
    graph : Algorithm, networkx DAG or str
    p : int, optional
        How many threads; a symbol otherwise.
    conventions : Conventions, optional
        The switches; single ones may be given by name instead.

    Returns
    -------
    OnThreads
        ``lower`` and ``upper`` are figures with their relations; ``at(n=1024, p=4)`` gives numbers.

    Raises
    ------
    ModelError
        When p is no positive integer, or a switch adds delays.

    Examples
    --------
    >>> print(on_threads("sum", p=4).at(n=1024))
    (Fraction(1023, 4), Fraction(1053, 4))
    """
    return bounds(compare(graph, conventions=conventions, **switches).rows[0].analysis, p)


def nc_class(graph: Any) -> str | None:
    """Return the class NC that an algorithm shows its problem to be in, or None where none follows.

    Parameters
    ----------
    graph : Algorithm or str

    Returns
    -------
    str or None
        ``NC1``: the span is O(log n) with polynomial work; ``NC2``: O(log(n)**2); and so on.

    Examples
    --------
    >>> nc_class("multiply-n"), nc_class("horner")
    ('NC1', None)
    """
    from workdepth.graph.algorithm import Algorithm
    from workdepth.models.classes import nc_class as of

    found = graph_of(graph)
    if not isinstance(found, Algorithm):
        raise ModelError(
            "a plain DAG has no sizes, so it has no growth and no class", next_step="give an Algorithm"
        )
    return of(found, _analysis(found))
