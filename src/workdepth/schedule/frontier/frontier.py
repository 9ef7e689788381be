"""The frontier of an algorithm: what time, memory and threads can be traded for each other, and how sure that is.

Ways to it, the first that fits: counts (symmetric families), configurations (small graphs), a constraint solver
with bounds carried over the grid (extra ``solve``), greedy schedules and bounds (anything else).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from workdepth.errors import ModelError, SizeError
from workdepth.graph.unit import UnitGraph
from workdepth.models.conventions import CHOICES, Conventions
from workdepth.schedule.frontier.points import Cost
from workdepth.schedule.witness import Replay, Witness, replay

EXACT, BOUNDS = "exact", "bounds"


@dataclass(frozen=True)
class Point:
    """One best trade: a schedule that nothing beats, or that nothing known beats.

    Attributes
    ----------
    time, memory, threads : int
    status : {"exact", "bounds"}
        Whether it is shown that no schedule is as good in all three and better in one.
    at_least : int
        A time that no schedule of as much memory and as many threads is below; the time itself where it is exact.
    unit : UnitGraph
        The graph that the witness schedules: where the association is free, with the tree that it chose.
    witness : Witness
        When everything starts.
    """

    time: int
    memory: int
    threads: int
    status: str
    at_least: int
    unit: UnitGraph = field(repr=False, compare=False)
    witness: Witness = field(repr=False, compare=False)

    @property
    def cost(self) -> Cost:
        """Time, memory, threads."""
        return self.time, self.memory, self.threads

    @property
    def space(self) -> int:
        """Memory and threads together."""
        return self.memory + self.threads


@dataclass(frozen=True)
class Frontier:
    """All best trades of time, memory and threads at given sizes; prints itself.

    Attributes
    ----------
    algorithm : str
    sizes : dict
    conventions : Conventions
    points : tuple of Point
        By time, then memory.
    status : {"exact", "bounds"}
        Exact where no best trade is missing and each is shown to be one.
    method : str
        How it was found.
    note : str
        Why it is not exact, or ended early; else empty.
    any_tree : bool
        Whether the association of the fold was free.
    interrupted : bool
        Whether a person ended it.
    """

    algorithm: str
    sizes: dict[str, int]
    conventions: Conventions
    points: tuple[Point, ...]
    status: str
    method: str
    note: str = ""
    any_tree: bool = False
    interrupted: bool = False

    def __iter__(self) -> Iterator[Point]:
        return iter(self.points)

    def __len__(self) -> int:
        return len(self.points)

    def costs(self) -> list[Cost]:
        """Return (time, memory, threads) of all points."""
        return [p.cost for p in self.points]

    def replay(self, point: Point) -> Replay:
        """Carry the witness of a point out again, with the independent simulator."""
        return replay(point.unit, point.witness, self.conventions)

    def to_json(self) -> dict[str, Any]:
        """Return it as plain data, for JSON; witnesses left out."""
        return {
            "schema": "workdepth.frontier/1",
            "algorithm": self.algorithm,
            "sizes": self.sizes,
            "conventions": self.conventions.as_dict(),
            "any_tree": self.any_tree,
            "status": self.status,
            "method": self.method,
            "note": self.note,
            "points": [
                {"time": p.time, "memory": p.memory, "threads": p.threads, "status": p.status}
                | ({} if p.status == EXACT else {"at_least": p.at_least})
                for p in self.points
            ],
        }

    def __str__(self) -> str:
        from workdepth.schedule.frontier.text import text

        return text(self)


def frontier(
    graph: Any,
    conventions: Conventions | None = None,
    *,
    any_tree: bool = False,
    within: float = 30.0,
    cases: Mapping[str, Any] | None = None,
    **given: Any,
) -> Frontier:
    """Find every best trade of time, memory and threads that the schedules of a graph can make.

    Parameters
    ----------
    graph : Algorithm or networkx DAG
    conventions : Conventions, optional
        The switches; single ones may be given by name instead.
    any_tree : bool
        Whether the association of the fold that the graph is may be chosen, too.
    within : float
        Seconds to search; then what is known is returned, marked as bounds.
    cases : mapping, optional
        The case of each branch and choice, by its path; see :func:`workdepth.unroll`.
    **given : int or str
        A value for each size, and switches by name.

    Returns
    -------
    Frontier

    Raises
    ------
    ModelError
        For a switch that the frontier has no rule for, or an association that cannot be freed.
    SizeError
        When a size is outside its domain, or the graph would not fit in memory.

    Examples
    --------
    >>> import workdepth as wd
    >>> g = wd.Algorithm("multiply-n")
    >>> g.output(g.fold(wd.MULTIPLY, g.input("x", wd.size("n"))))
    >>> frontier(g, n=4, inputs="loaded").costs()
    [(3, 4, 4), (4, 3, 3), (4, 4, 2), (5, 3, 2), (7, 3, 1)]

    Notes
    -----
    Every witness is carried out by a simulator that shares no code with the searches.  Time and memory of a
    search: Hong and Kung (1981) show that even the least memory is hard to find, so that limits are needed.
    """
    from workdepth.schedule.frontier.ways import Search

    _check_seconds(within)
    switches = {k: v for k, v in given.items() if k in CHOICES}
    sizes = {k: v for k, v in given.items() if k not in CHOICES}
    if conventions is not None and switches:
        raise ModelError(
            f"conventions are given as a record, and {', '.join(switches)} by name",
            next_step="give either",
        )
    conventions = conventions or Conventions(**switches)
    return Search(_unrolled(graph, conventions, sizes, cases), conventions, sizes, any_tree, within).found()


def _check_seconds(within: float) -> None:
    if isinstance(within, bool) or not isinstance(within, int | float) or not 0 < within < float("inf"):
        raise SizeError(
            f"within is {within!r}, no number of seconds above 0", next_step="give seconds, as within=30"
        )


def _unrolled(
    graph: Any, conventions: Conventions, sizes: dict[str, Any], cases: Mapping[str, Any] | None
) -> UnitGraph:
    from workdepth.graph.algorithm import Algorithm
    from workdepth.graph.unroll import unroll

    if isinstance(graph, UnitGraph):
        return graph
    changed = conventions.changed()
    for switch in ("phases", "spawn"):
        if not isinstance(graph, Algorithm) and switch in changed:
            raise ModelError(
                f"{switch}={changed[switch]} has no meaning for a plain DAG: it has no phases",
                next_step="leave it at its default",
            )
    return unroll(graph, phases=conventions.phases, cases=cases, **sizes)
