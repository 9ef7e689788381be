"""The least memory of one thread over all orders, beside that of program order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from workdepth.errors import CheckError, ModelError
from workdepth.graph.naming import check_is_graph
from workdepth.graph.unit import UnitGraph
from workdepth.graph.unroll import unroll
from workdepth.models.conventions import Conventions
from workdepth.schedule.profile import profile
from workdepth.schedule.sequential.beam import beam
from workdepth.schedule.sequential.floor import floor_of, floor_of_large
from workdepth.schedule.sequential.moves import Least
from workdepth.schedule.sequential.order import witness_in_order
from workdepth.schedule.sequential.search import search
from workdepth.schedule.sequential.symmetry import canonical_of
from workdepth.schedule.sequential.task import task_of
from workdepth.schedule.sequential.trees import least_of_tree
from workdepth.schedule.witness import Witness, replay

STATES = 50_000
# Up to so many nodes several orders are followed at a time, so many; above the last number, program order alone.
WIDE, WIDTH, LARGEST = 400, 16, 8_000


@dataclass(frozen=True)
class LeastMemory:
    """The least memory of one thread.

    Attributes
    ----------
    algorithm : str
    sizes : dict
    conventions : Conventions
    memory : int
        The words that the best order found takes.
    lower_bound : int
        No order takes fewer.
    program_order : int
        The words that program order takes: the RAM's memory.
    method : str
        "tree" (Liu), "search", or "program order" where the graph is too large for either.
    order : tuple of int
        The best order: ids of the operations and joins of ``unit``.
    unit : UnitGraph
    """

    algorithm: str
    sizes: dict[str, int]
    conventions: Conventions
    memory: int
    lower_bound: int
    program_order: int
    method: str
    order: tuple[int, ...] = field(repr=False)
    unit: UnitGraph = field(repr=False, compare=False)

    @property
    def status(self) -> str:
        """Return "exact" where no order takes fewer words than the one found, else "bounds"."""
        return "exact" if self.memory == self.lower_bound else "bounds"

    @property
    def gap(self) -> int:
        """How many words more than the best order found program order takes."""
        return self.program_order - self.memory

    @property
    def witness(self) -> Witness:
        """When everything starts in the best order, for `replay` on the RAM."""
        return witness_in_order(self.unit, self.order, self.conventions.inputs == "loaded")

    def __str__(self) -> str:
        sizes = "".join(f", {name}={value}" for name, value in self.sizes.items())
        switches = "".join(f", {k}={v}" for k, v in self.conventions.changed().items())
        least = _words(self.memory) + (
            f", least of all orders ({self.method})"
            if self.status == "exact"
            else f"; no order takes fewer than {self.lower_bound} ({self.method})"
        )
        return (
            f"{self.algorithm}{sizes}: memory of one thread{switches}\n"
            f"  program order  {_words(self.program_order)}\n"
            f"  best order     {least}\n"
            f"  gap            {_words(self.gap)}"
        )

    def to_json(self) -> dict[str, Any]:
        """Return it as plain data."""
        return {
            "schema": "workdepth.least-memory/1",
            "algorithm": self.algorithm,
            "sizes": self.sizes,
            "conventions": self.conventions.as_dict(),
            "memory": self.memory,
            "lower_bound": self.lower_bound,
            "status": self.status,
            "program_order": self.program_order,
            "gap": self.gap,
            "method": self.method,
            "order": list(self.order),
        }


def _words(count: int) -> str:
    return f"{count} word" if count == 1 else f"{count} words"


def least_memory(
    graph: Any,
    conventions: Conventions | None = None,
    *,
    states: int = STATES,
    cases: Mapping[str, Any] | None = None,
    **sizes: int,
) -> LeastMemory:
    """Find the order of operations in which one thread needs the fewest words.

    Every operation runs once; `recomputation` tells what running some again can save.  Trees, and forests, are
    solved at once by Liu's merging; any other graph by a search that ends in an exact answer or, after
    ``states`` states, in bounds.  The answer is carried out again by an independent simulator.

    Parameters
    ----------
    graph : Algorithm or networkx DAG
    conventions : Conventions, optional
        The switches; those that speak of the GPU alone (``reads``, ``spawn``) change nothing.
    states : int
        How many sets of done nodes the search may look at.
    cases : mapping, optional
        The case of each branch and choice, by its path; see :func:`workdepth.unroll`.
    **sizes : int
        The sizes of an Algorithm.

    Returns
    -------
    LeastMemory

    Raises
    ------
    ModelError
        When ``states`` is no positive integer.
    GraphError, SizeError
        When the graph is not well formed, or a size is missing.

    Examples
    --------
    >>> import networkx as nx
    >>> print(least_memory(nx.DiGraph([("a", "e"), ("c", "d"), ("b", "d"), ("d", "e")])))
    plain DAG: memory of one thread
      program order  3 words
      best order     2 words, least of all orders (tree)
      gap            1 word
    """
    check_is_graph(graph)
    if isinstance(states, bool) or not isinstance(states, int) or states < 1:
        raise ModelError(f"states is {states!r}", next_step="give how many states to look at, at least 1")
    conventions = conventions or Conventions()
    check_has_meaning(graph, conventions)
    unit = unroll(graph, phases=conventions.phases, cases=cases, **sizes)
    return least_of_unit(unit, conventions, states=states, sizes=sizes)


def check_has_meaning(graph: Any, conventions: Conventions) -> None:
    """Refuse switches that mean nothing for a plain DAG."""
    from workdepth.graph.algorithm import Algorithm

    for switch in ("phases", "spawn"):
        if not isinstance(graph, Algorithm) and switch in conventions.changed():
            raise ModelError(
                f"{switch}={getattr(conventions, switch)} has no meaning for a plain DAG: it has no phases",
                next_step="leave it at its default",
            )


def least_of_unit(
    unit: UnitGraph, conventions: Conventions, *, states: int = STATES, sizes: dict[str, int] | None = None
) -> LeastMemory:
    """Do the same for a unit graph."""
    switches = {**conventions.of_schedule(), "spawn": "free", "reads": "concurrent"}
    program = profile(unit, "RAM", **switches).memory
    lower, best, method = _best(unit, conventions, program, states)
    order = tuple(range(unit.sources, len(unit)) if best is None else [v + unit.sources for v in best.order])
    memory = program if best is None else best.memory
    found = LeastMemory(
        unit.name, dict(sizes or {}), conventions, memory, lower, program, method, order, unit
    )
    if best is None:  # program order, which `profile` has carried out
        return found
    again = replay(unit, found.witness, conventions, "RAM")
    if again.memory != memory:
        raise CheckError(
            f"the order found takes {again.memory} words when it is carried out, not {memory}",
            where=unit.name,
            next_step="this is an error of the search; please report it",
        )
    return found


def _best(
    unit: UnitGraph, conventions: Conventions, program: int, states: int
) -> tuple[int, Least | None, str]:
    """Return a lower bound, the best order (None: program order), and how it was found."""
    if len(unit) - unit.sources > LARGEST:
        return floor_of_large(unit, conventions), None, "program order"
    task = task_of(unit, conventions)
    tree = least_of_tree(task)
    if tree is not None:
        return tree.memory, tree if tree.memory < program else None, "tree"
    floor = floor_of(task)
    if program == floor:
        return floor, None, "search"
    first = beam(task, 1, lambda done: done)
    if first is not None and first.memory == floor:
        return floor, first, "search"
    canonical = canonical_of(task)
    second = beam(task, WIDTH, canonical) if len(task) <= WIDE else None
    best = min((b for b in (first, second) if b is not None), key=lambda b: b.memory, default=None)
    ceiling = program if best is None else min(program, best.memory)
    found = search(task, floor, ceiling, states, canonical)
    if found.order is not None:
        return found.lower, Least(found.lower, found.order), "search"
    return found.lower, best if best is not None and best.memory < program else None, "search"
