"""compare: time, memory and threads of algorithms on both machines, as one table."""

from __future__ import annotations

from typing import Any

from workdepth.errors import CheckError, ModelError
from workdepth.models import Analysis, Conventions
from workdepth.models.figure import Figure
from workdepth.report.table import Row, Table
from workdepth.symbolic import parse_growth

_AGAINST = {"<": "slower than", ">": "faster than", "incomparable": "which cannot be compared with"}


def compare(*graphs: Any, conventions: Conventions | None = None, **switches: str) -> Table:
    """Analyze algorithms and set them side by side.

    Parameters
    ----------
    *graphs : Algorithm, networkx DAG or str
        An algorithm, a plain DAG, or the name of a library algorithm.
    conventions : Conventions, optional
        The switches; single ones may be given by name instead.

    Returns
    -------
    Table
        It prints itself; ``table["GPU"].time`` is a figure.

    Raises
    ------
    WorkdepthError
        When a graph is not well formed, or a name or switch is unknown.

    Examples
    --------
    >>> import workdepth as wd
    >>> table = wd.compare("multiply-n", inputs="loaded")
    >>> str(table["GPU"].time), str(table["GPU"].time.growth)
    ('ceiling(log2(n)) + 1', 'log(n)')
    """
    from workdepth.schedule.analyze import analyze

    if not graphs:
        raise ModelError("there is nothing to compare", next_step="give one or more algorithms")
    if conventions is not None and switches:
        raise ModelError("conventions are given twice", next_step="give a record or single switches")
    chosen = conventions or conventions_of(switches)
    return Table(tuple(Row(analyze(graph_of(g), chosen)) for g in graphs))


def conventions_of(switches: dict[str, str]) -> Conventions:
    """Return the record of some switches.

    Raises
    ------
    ModelError
        For a switch or a setting that there is not.
    """
    from workdepth.models.conventions import CHOICES

    for name in switches:
        if name not in CHOICES:
            raise ModelError(
                f"no switch is called {name!r}", next_step=f"choose one of: {', '.join(CHOICES)}"
            )
    return Conventions(**switches)


def every_convention(fixed: dict[str, str]) -> list[Conventions]:
    """Return the settings that have a meaning, of the switches that are not fixed.

    Examples
    --------
    >>> len(every_convention({"phases": "barrier"}))
    32
    """
    from workdepth.models.conventions import every_convention as every

    conventions_of(fixed)
    return [c for c in every() if fixed.items() <= c.as_dict().items()]


def graph_of(graph: Any) -> Any:
    """Return a graph as it is, or the library algorithm of a name."""
    if not isinstance(graph, str):
        return graph
    from workdepth.library import entry_named

    return entry_named(graph).build()


def assert_growth(graph: Any, conventions: Conventions | None = None, **expected: str) -> None:
    """Hold an algorithm to growth classes, in a test suite of one's own.

    Parameters
    ----------
    graph : Algorithm, networkx DAG or str
    conventions : Conventions, optional
    **expected : str
        Machine and figure to growth class: ``GPU_time="log(n)"``, ``RAM_memory="n"``; also ``speedup`` and
        ``parallelism``.

    Raises
    ------
    CheckError
        When a class differs: the message names figure, expected and found.

    Examples
    --------
    >>> import workdepth as wd
    >>> wd.assert_growth("multiply-n", GPU_time="log(n)", RAM_memory="n")
    >>> wd.assert_growth("multiply-n", GPU_time="1")
    Traceback (most recent call last):
        ...
    workdepth.errors.CheckError: GPU_time grows like log(n), faster than the expected 1 (at multiply-n); ...
    """
    analysis = compare(graph, conventions=conventions).rows[0].analysis
    for name, text in expected.items():
        _hold(analysis, name, text)


def _hold(analysis: Analysis, name: str, text: str) -> None:
    figure = _figure(analysis, name)
    wanted = parse_growth(text)
    found = figure.growth
    relation = found.compare(wanted)
    if relation == "=":
        return
    bound = "" if figure.relation == "=" else f" (a bound, {figure.relation})"
    raise CheckError(
        f"{name} grows like {found}{bound}, {_AGAINST[relation]} the expected {wanted}",
        where=analysis.algorithm,
        next_step=f"its formula is {figure}: mend the algorithm or the expectation",
    )


def _figure(analysis: Analysis, name: str) -> Figure:
    known = {
        f"{m}_{f}": figure for m, cost in analysis.models.items() for f, figure in cost.figures().items()
    }
    known |= {"parallelism": analysis.parallelism, "speedup": analysis.speedup}
    if name not in known:
        raise ModelError(f"no figure is called {name!r}", next_step=f"choose one of: {', '.join(known)}")
    return known[name]
