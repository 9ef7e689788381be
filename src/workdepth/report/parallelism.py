"""How parallel a graph is: four figures that all go by "how many threads", side by side under their own names."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from workdepth.graph.unit import UnitGraph

    Ids = NDArray[np.int64]

MOST_NAMES = 8  # groups of an antichain that are printed; the others are counted
SAID = {
    "average parallelism": "work / span",
    "minimum threads": "the fewest that keep the span",
    "threads": "the most at once where all starts as early as it may: the GPU's",
    "width": "the most operations of which none waits for another",
}


@dataclass(frozen=True)
class Member:
    """An operation of an antichain: its number in the unit graph, the node that it comes from, its op."""

    id: int
    node: str
    op: str | None

    @property
    def name(self) -> str:
        """The node, with its op where there is one."""
        return self.node if self.op is None else f"{self.node}: {self.op}"


@dataclass(frozen=True)
class Parallelism:
    """How parallel a graph is at one size; prints itself.

    Attributes
    ----------
    algorithm : str
    sizes, cases : dict
        The cases are those that the branches take.
    phases : str
        How it was unrolled.
    work, span : int
    minimum, minimum_bound : int
        So many threads keep the span, and fewer than the bound never do; where the two are equal it is exact.
    threads : int
        Of the earliest schedule.
    width : int
    antichain : tuple of Member
        As many operations as the width, of which none waits for another.
    boundaries, busy : int64
        The profile: how many operations are at work in the step that ends at each of some boundaries.  Between
        these it is as at the one before.
    """

    algorithm: str
    sizes: Mapping[str, int]
    cases: Mapping[str, Any]
    phases: str
    work: int
    span: int
    minimum: int
    minimum_bound: int
    threads: int
    width: int
    antichain: tuple[Member, ...]
    boundaries: Ids = field(repr=False, compare=False)
    busy: Ids = field(repr=False, compare=False)

    def bounds_on(self, threads: int) -> tuple[int, int]:
        """Return the time that p threads need at least, and that a greedy schedule takes at most.

        max(work/p, span) <= T_p <= (work - span)/p + span (Brent 1974, Graham 1966), and as many threads as the
        earliest schedule has are enough for the span.

        Examples
        --------
        >>> found = parallelism("multiply-n", n=8)
        >>> found.bounds_on(2), found.bounds_on(4)
        ((4, 5), (3, 3))
        """
        if threads >= self.threads:
            return self.span, self.span
        least = max(-(-self.work // threads), self.span)
        return least, (self.work - self.span) // threads + self.span

    @property
    def average(self) -> Fraction:
        """Work / span; 1 where there is nothing to do."""
        return Fraction(self.work, self.span) if self.span else Fraction(1)

    @property
    def status(self) -> str:
        """Whether the minimum of threads is known: ``exact``, or ``bounds``."""
        return "exact" if self.minimum == self.minimum_bound else "bounds"

    @property
    def least(self) -> str:
        """The minimum of threads in words."""
        exact = self.minimum == self.minimum_bound
        return str(self.minimum) if exact else f"{self.minimum_bound} to {self.minimum}"

    def grouped(self) -> dict[str, int]:
        """Return how many operations of the antichain each node has, by its name."""
        return dict(Counter(member.name for member in self.antichain))

    def to_json(self) -> dict[str, Any]:
        """Return it as plain data, for JSON."""
        from workdepth.report.document import number

        return {
            "schema": "workdepth.width/1",
            "algorithm": self.algorithm,
            "sizes": dict(self.sizes),
            "cases": dict(self.cases),
            "phases": self.phases,
            "work": self.work,
            "span": self.span,
            "average_parallelism": number(self.average),
            "minimum_threads": {
                "value": self.minimum,
                "lower_bound": self.minimum_bound,
                "status": self.status,
            },
            "threads": self.threads,
            "width": self.width,
            "antichain": [{"id": m.id, "node": m.node, "op": m.op} for m in self.antichain],
        }

    def __str__(self) -> str:
        return "\n".join([heading(self), *_rows(self), *_antichain(self)])


def parallelism(
    graph: Any, /, *, phases: str = "barrier", cases: Mapping[str, Any] | None = None, **sizes: int
) -> Parallelism:
    """Tell how parallel a graph is: its average parallelism, minimum threads, threads and width.

    Where there is something to do none of them is more than the next.

    Parameters
    ----------
    graph : Algorithm, networkx DAG or str
        An algorithm, a plain DAG, or the name of a library algorithm.
    phases : {"barrier", "sequence", "dataflow"}
        How to unroll.
    cases : mapping, optional
        The case of a branch, by its path; by default the one of the longest time.
    **sizes : int
        A value for each size.

    Returns
    -------
    Parallelism

    Raises
    ------
    SizeError
        When a size is missing or outside its domain, or the graph would not fit in memory.
    ModelError
        For a setting of ``phases`` that there is not.

    Examples
    --------
    >>> found = parallelism("multiply-n", n=8)
    >>> float(found.average), found.minimum, found.threads, found.width
    (2.3333333333333335, 4, 4, 4)
    >>> found.grouped()
    {'fold1: multiply': 4}
    """
    from workdepth.graph.unroll import unroll
    from workdepth.report.compare import conventions_of, graph_of
    from workdepth.report.draw import chosen_cases
    from workdepth.schedule.minimum_threads import minimum_of
    from workdepth.schedule.profile import profile
    from workdepth.schedule.sweeps.dependences import dependences
    from workdepth.schedule.width import width_of

    conventions_of({"phases": phases})
    drawn = graph_of(graph)
    chosen = chosen_cases(drawn, cases or {}, sizes)
    unit = unroll(drawn, phases=phases, **({"cases": chosen} if chosen else {}), **sizes)
    dag, seen = dependences(unit), profile(unit, "GPU")
    wide, least = width_of(dag), minimum_of(dag)
    return Parallelism(
        algorithm=unit.name,
        sizes=sizes,
        cases=chosen,
        phases=phases,
        work=seen.work,
        span=seen.time,
        minimum=least.threads,
        minimum_bound=least.lower_bound,
        threads=seen.threads,
        width=wide.width,
        antichain=members(unit, wide.antichain),
        boundaries=seen.boundaries,
        busy=seen.busy,
    )


def members(unit: UnitGraph, ids: Any) -> tuple[Member, ...]:
    """Return operations of a unit graph by name."""
    found = []
    for v in ids.tolist():
        code = int(unit.op_code[v])
        found.append(
            Member(v, str(unit.paths[int(unit.origin[v])]), unit.ops[code].name if code >= 0 else None)
        )
    return tuple(found)


def heading(found: Parallelism) -> str:
    """Return what was looked at, its work and its span."""
    sizes = ", ".join(f"{name}={value}" for name, value in found.sizes.items())
    told = [f"phases={found.phases}"] if found.phases != "barrier" else []
    told += [f"{branch}: case {case}" for branch, case in found.cases.items()]
    where = (f" at {sizes}" if sizes else "") + (f" ({', '.join(told)})" if told else "")
    return f"{found.algorithm}{where}: work {found.work}, span {found.span}"


def _rows(found: Parallelism) -> list[str]:
    average = f"{float(found.average):.2f}" if found.average.denominator > 1 else str(found.average)
    values = dict(zip(SAID, (average, found.least, str(found.threads), str(found.width)), strict=True))
    name, value = max(map(len, values)), max(map(len, values.values()))
    return [f"  {n:<{name}}  {v:>{value}}  {SAID[n]}" for n, v in values.items()]


def _antichain(found: Parallelism) -> list[str]:
    """Name the operations of the antichain; those of one node are counted."""
    groups = list(found.grouped().items())
    if not groups:
        return []
    named = [name if count == 1 else f"{name} x {count}" for name, count in groups[:MOST_NAMES]]
    left = sum(count for _, count in groups[MOST_NAMES:])
    named += [f"and {left} more"] if left else []
    return ["as wide are:", *(f"  {text}" for text in named)]
