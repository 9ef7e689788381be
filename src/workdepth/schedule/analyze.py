"""Analysis of whatever a person has: an algorithm in symbols, or a plain DAG in numbers."""

from __future__ import annotations

from typing import Any

from workdepth.errors import ModelError
from workdepth.graph.algorithm import Algorithm
from workdepth.graph.naming import check_is_graph
from workdepth.models import Analysis, Conventions, Cost, analyze_algorithm
from workdepth.models.bounded import Bounded
from workdepth.models.conventions import CHOICES
from workdepth.models.figure import Figure, figure
from workdepth.symbolic import Domain, as_expr


def analyze(graph: Any, conventions: Conventions | None = None, **switches: str) -> Analysis:
    """Derive time, memory and threads on the RAM and on the GPU.

    Parameters
    ----------
    graph : Algorithm or networkx DAG
        An algorithm gives formulas; a plain DAG (attributes ``work``, ``size``, ``kind``, ``order``) gives
        numbers.
    conventions : Conventions, optional
        The switches; single ones may be given by name instead.

    Returns
    -------
    Analysis
        Its figures by machine: ``analyze(g)["GPU"].time``.

    Raises
    ------
    GraphError
        When the graph is not well formed.

    Examples
    --------
    >>> import networkx as nx
    >>> diamond = nx.DiGraph([("a", "b"), ("a", "c"), ("b", "d"), ("c", "d")])
    >>> analyze(diamond)["GPU"].time.at()
    3
    """
    check_is_graph(graph)
    for switch in switches:
        if switch not in CHOICES:
            raise ModelError(
                f"there is no switch {switch!r}", next_step=f"the switches are: {', '.join(CHOICES)}"
            )
    conventions = conventions or Conventions(**switches)
    if isinstance(graph, Algorithm):
        return analyze_algorithm(graph, conventions)
    return _analyze_dag(graph, conventions)


def _analyze_dag(graph: Any, conventions: Conventions) -> Analysis:
    from workdepth.graph.unroll import unroll
    from workdepth.schedule.profile import profile

    for switch in ("phases", "spawn"):
        if switch in conventions.changed():
            raise ModelError(
                f"{switch}={getattr(conventions, switch)} has no meaning for a plain DAG: it has no phases",
                next_step="leave it at its default",
            )
    unit = unroll(graph)
    nothing = Domain(())

    def number(value: int) -> Figure:
        return figure(Bounded(as_expr(int(value))), nothing)

    models = {}
    for machine in ("RAM", "GPU"):
        p = profile(unit, machine, **conventions.of_schedule())
        models[machine] = Cost(number(p.time), number(p.memory), number(p.threads), number(p.work))
    name = graph.graph.get("name") or "dag"
    return Analysis(str(name), (), conventions, models)
