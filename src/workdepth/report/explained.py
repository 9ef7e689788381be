"""explain: why an algorithm costs what it costs, in symbols and at a size."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from workdepth.errors import ModelError
from workdepth.models import Analysis, Conventions

if TYPE_CHECKING:
    from workdepth.models.causes import Cause
    from workdepth.models.worst import Worst
    from workdepth.schedule.path import Path
    from workdepth.schedule.steps import Moment


@dataclass(frozen=True)
class Run:
    """What one machine did at given sizes, and the case that each branch took."""

    time: Path
    memory: Moment
    threads: Moment
    cases: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Explained:
    """What makes time, memory and threads; it prints itself.

    Attributes
    ----------
    graph : Algorithm or networkx DAG
    analysis : Analysis
        The figures.
    causes : mapping
        In symbols, by machine and figure: ``causes["GPU"]["time"]``; empty for a plain DAG.
    sizes : mapping or None
        The sizes of ``runs``.
    runs : mapping
        At these sizes, by machine: ``runs["GPU"].memory.step``; empty where no sizes were given.
    worst : tuple of Worst
        The worst cases of each branch.
    chosen : mapping
        The number that each choice among a range takes in ``causes``.
    """

    graph: Any
    analysis: Analysis
    causes: Mapping[str, Mapping[str, Cause]]
    sizes: Mapping[str, int] | None
    runs: Mapping[str, Run]
    worst: tuple[Worst, ...] = ()
    chosen: Mapping[str, Any] = field(default_factory=dict)

    def __getitem__(self, machine: str) -> Mapping[str, Cause]:
        """Return the causes on one machine."""
        if machine not in self.causes:
            raise ModelError(
                f"nothing is told in symbols of {machine!r}",
                next_step=f"choose one of: {', '.join(self.causes) or 'none; see runs'}",
            )
        return self.causes[machine]

    def at(self, cases: Mapping[str, Any] | None = None, /, **sizes: int) -> Explained:
        """Return the same with what happens at given sizes, from the unrolled graph.

        Parameters
        ----------
        cases : mapping, optional
            The case of a branch, by its path; branches that are left out take the case of the longest time.
        **sizes : int
            A value for each size.

        Raises
        ------
        SizeError
            When a size is missing, outside its domain, or the graph would not fit in memory.
        GraphError
            When there is no such branch or case, or an opaque block, which cannot be unrolled.
        """
        runs = {m: self._run(m, cases or {}, sizes) for m in ("RAM", "GPU")}
        return replace(self, sizes=dict(sizes), runs=runs)

    def _run(self, machine: str, cases: Mapping[str, Any], sizes: Mapping[str, int]) -> Run:
        from workdepth.graph.algorithm import Algorithm
        from workdepth.graph.unroll import unroll
        from workdepth.schedule.carried import carried
        from workdepth.schedule.longest import longest_cases

        conventions, chosen = self.analysis.conventions, dict(cases)
        phases: dict[str, Any] = {}
        if isinstance(self.graph, Algorithm):
            chosen = longest_cases(self.graph, sizes, machine, conventions, cases)
            phases = {"phases": conventions.phases, "cases": chosen}
        return _run(carried(unroll(self.graph, **phases, **sizes), machine, conventions), chosen)

    def to_json(self) -> dict[str, Any]:
        """Return plain data, schema ``workdepth.explain/1``."""
        from workdepth.report.explain_json import document

        return document(self)

    def __str__(self) -> str:
        import sys

        from workdepth.report.explain_text import text
        from workdepth.report.screen import screen

        return text(self, screen(sys.stdout))


def _run(done: Any, cases: Mapping[str, Any]) -> Run:
    from workdepth.schedule.path import path_of
    from workdepth.schedule.steps import peak_of_memory, peak_of_threads

    return Run(path_of(done), peak_of_memory(done), peak_of_threads(done), cases)


def explain(
    graph: Any,
    conventions: Conventions | None = None,
    *,
    at: Mapping[str, int] | None = None,
    cases: Mapping[str, Any] | None = None,
    **switches: str,
) -> Explained:
    """Tell which nodes make the time, the memory and the threads of an algorithm.

    Parameters
    ----------
    graph : Algorithm, networkx DAG or str
        An algorithm, a plain DAG, or the name of a library algorithm.
    conventions : Conventions, optional
        The switches; single ones may be given by name instead.
    at : mapping, optional
        Sizes at which the unrolled graph is asked too: the very step of each peak, and what is in it.
    cases : mapping, optional
        Then, the case of a branch by its path; by default the one of the longest time.

    Returns
    -------
    Explained
        It prints itself; ``explain(g)["GPU"]["time"].shares`` are the nodes of a critical path, and
        ``explain(g).at(n=8).runs["GPU"].memory`` is the step of the peak.

    Raises
    ------
    WorkdepthError
        When a graph is not well formed, or a name, switch or size is unknown.

    Examples
    --------
    >>> import workdepth as wd
    >>> from workdepth.report.explained import explain
    >>> why = explain("dot", at={"n": 8})
    >>> [(s.path, str(s.amount)) for s in why["GPU"]["time"].shares]
    [('fold1/multiply1', '1'), ('fold1', 'ceiling(log2(n))')]
    >>> [(p.path, p.amount) for p in why.runs["GPU"].time.stretches]
    [('fold1/multiply1', 1), ('fold1', 3)]
    """
    from workdepth.graph.algorithm import Algorithm
    from workdepth.report.compare import conventions_of, graph_of
    from workdepth.schedule.analyze import analyze

    if conventions is not None and switches:
        raise ModelError("conventions are given twice", next_step="give a record or single switches")
    chosen, graph = conventions or conventions_of(switches), graph_of(graph)
    if isinstance(graph, Algorithm):
        from workdepth.models.explain import explain_algorithm

        found = explain_algorithm(graph, chosen)
        told = Explained(graph, found.analysis, found.causes, None, {}, found.worst, found.chosen)
    else:
        # A plain DAG has no sizes, so it is told step by step at once.
        told = Explained(graph, analyze(graph, chosen), {}, None, {}).at()
    return told.at(cases, **at) if at is not None else told
