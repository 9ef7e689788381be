"""From a graph to its store-or-recompute curve: the closed form where there is one, else the search."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from math import inf
from typing import Any

from workdepth.errors import CheckError, ModelError
from workdepth.graph.algorithm import Algorithm
from workdepth.graph.naming import check_is_graph
from workdepth.graph.unit import UnitGraph
from workdepth.graph.unroll import unroll
from workdepth.models.conventions import Conventions
from workdepth.schedule.recompute.chains import Chain, chain_of, forward_steps, reversal
from workdepth.schedule.recompute.copies import with_copies
from workdepth.schedule.recompute.corners import Corner, carried, improved
from workdepth.schedule.recompute.curve import Point, Recomputation
from workdepth.schedule.recompute.game import Game, game_of
from workdepth.schedule.recompute.needs import needs_of
from workdepth.schedule.recompute.pebbling import Canonical, least_time
from workdepth.schedule.recompute.symmetry import canonical_states
from workdepth.schedule.sequential.least import check_has_meaning, least_of_unit
from workdepth.schedule.sequential.order import witness_in_order
from workdepth.schedule.witness import replay

STATES = 10_000
# How much more than the time spent the time to come counts in the search for some play; proofs take 1.
GREED = 4
# After so many corners without a play the words below are left open.
PATIENCE = 3
LARGEST = 2_000
WITHIN = 10.0


def recomputation(
    graph: Any,
    conventions: Conventions | None = None,
    *,
    states: int = STATES,
    within: float = WITHIN,
    cases: Mapping[str, Any] | None = None,
    **sizes: int,
) -> Recomputation:
    """Find how fast one thread can be with ever fewer words, when it may run operations again.

    A chain with its backward pass is solved in closed form at any length (Griewank and Walther's Revolve); any other
    graph by a search, which is exact for some twenty to thirty operations and gives bounds beyond.  What it leaves
    open a constraint solver (extra ``solve``) tries to improve, with at most a few copies of each operation.  Every
    schedule that either finds is carried out again by an independent simulator.

    Parameters
    ----------
    graph : Algorithm or networkx DAG
    conventions : Conventions, optional
        The switches ``cells``, ``inputs`` and ``outputs``; only values are asked for, so ``phases`` is "dataflow".
    states : int
        How many states the search may look at for each number of words.
    within : float
        Seconds for the solver, where the search leaves something open; 0 leaves it so.
    cases : mapping, optional
        The case of each branch and choice, by its path; see :func:`workdepth.unroll`.
    **sizes : int
        The sizes of an Algorithm.

    Returns
    -------
    Recomputation

    Raises
    ------
    ModelError
        When the graph has what cannot be run again in parts (order edges, scatters, operations of no work), is too
        large, ``states`` is no positive integer, or ``within`` no number of seconds.

    Examples
    --------
    >>> from workdepth.schedule.recompute import families
    >>> print(recomputation(families.forward_backward(3)))
    forward-backward chain of 3: store or recompute, on one thread
      words   time  again
          3      6      1
          4      5      0
      exact, by closed form: no schedule is better at any corner, none takes fewer words
    """
    check_is_graph(graph)
    if isinstance(states, bool) or not isinstance(states, int) or states < 1:
        raise ModelError(f"states is {states!r}", next_step="give how many states to look at, at least 1")
    if isinstance(within, bool) or not isinstance(within, int | float) or not 0 <= within < inf:
        raise ModelError(f"within is {within!r}", next_step="give seconds for the solver, 0 for none")
    conventions = conventions or Conventions()
    check_has_meaning(graph, conventions)
    unit = unroll(graph, phases="dataflow", cases=cases, **sizes)
    if isinstance(graph, Algorithm):
        conventions = replace(conventions, phases="dataflow", spawn="free")
    chain = chain_of(unit) if (conventions.cells, conventions.inputs) == ("reuse", "resident") else None
    if chain is not None:
        return _of_chain(unit, chain, conventions, sizes)
    return _by_search(unit, conventions, states, within, sizes)


def _of_chain(
    unit: UnitGraph, chain: Chain, conventions: Conventions, sizes: dict[str, int]
) -> Recomputation:
    layers = chain.layers
    once = 2 * layers - 1
    if layers == 1:
        points = [Point(2, 1, 1, 0)]
    else:
        times = [(c + 2, forward_steps(layers, c) + layers) for c in range(1, layers)]
        points = [Point(memory, time, time, time - once) for memory, time in times]

    def play(memory: int) -> tuple[int, ...]:
        return chain.nodes(reversal(layers, max(memory - 2, 1)))

    return Recomputation(
        unit.name,
        sizes,
        conventions,
        once,
        tuple(points),
        points[0].memory,
        "exact",
        "closed form",
        play,
    )


def _by_search(
    unit: UnitGraph, conventions: Conventions, states: int, within: float, sizes: dict[str, int]
) -> Recomputation:
    game = game_of(unit, conventions)
    if len(game.moves) > LARGEST:
        raise ModelError(
            f"{len(game.moves)} operations are too many to search",
            where=unit.name,
            next_step=f"choose sizes with at most {LARGEST}",
        )
    once = least_of_unit(unit, conventions, states=states)
    nodes = _loads_in_order(game, once.order, unit)
    corners = [Corner(once.memory, game.work, nodes)]
    least, reached = _descend(game, corners, states, canonical_states(game, unit, nodes))
    corners = carried(game, corners)
    corners, notes = improved(game, corners, within)
    plays = {corner.memory: corner.nodes for corner in corners if corner.nodes is not None}
    points = _staircase(unit, conventions, corners)
    exact = reached and once.status == "exact" and all(corner.proved(game) for corner in corners)
    return Recomputation(
        unit.name,
        sizes,
        conventions,
        game.work,
        points,
        least,
        "exact" if exact else "bounds",
        "search",
        plays.__getitem__,
        notes,
    )


def _descend(game: Game, corners: list[Corner], states: int, canonical: Canonical) -> tuple[int, bool]:
    """Add corners of ever fewer words; return the fewest not shown to be impossible, and whether all have one."""
    missed, memory = 0, corners[0].memory
    while memory > game.hungriest() and missed < PATIENCE:
        memory -= 1
        found = least_time(game, memory, states, canonical=canonical)
        if found.lower is None:
            return memory + 1, True
        nodes = found.nodes or least_time(game, memory, states, GREED, canonical).nodes
        missed = 0 if nodes else missed + 1
        corners.append(Corner(memory, found.lower, nodes))
    return game.hungriest(), memory == game.hungriest()


def _loads_in_order(game: Game, order: Sequence[int], unit: UnitGraph) -> tuple[int, ...]:
    """Return a one-shot order with each load in front of its first reader."""
    loads = {move.node for move in game.moves if move.node < unit.sources}
    found: list[int] = []
    needs = needs_of(unit)
    for v in order:
        if v in needs:
            first = [x for x in needs[v] if x in loads]
            loads.difference_update(first)
            found += [*first, v]
    return (*found, *sorted(loads))


def _staircase(unit: UnitGraph, conventions: Conventions, corners: list[Corner]) -> tuple[Point, ...]:
    """Return the corners that no other beats, from the fewest words on, each carried out again."""
    points: list[Point] = []
    once = max(corners, key=lambda corner: corner.memory).lower
    for corner in sorted(corners, key=lambda corner: corner.memory):
        if corner.nodes is None:
            continue
        time = carried_out(unit, corner.nodes, conventions, corner.memory)
        if not points or time < points[-1].time:
            points.append(Point(corner.memory, time, corner.lower, time - once, corner.copies))
    return tuple(points)


def carried_out(unit: UnitGraph, nodes: Sequence[int], conventions: Conventions, memory: int) -> int:
    """Carry a play out again and return its time.

    Raises
    ------
    CheckError
        When it takes more words than it should.
    """
    graph = with_copies(unit, nodes)
    again = replace(conventions, inputs="resident")
    order = range(graph.sources, len(graph))
    found = replay(graph, witness_in_order(graph, order, loaded=False), again, "RAM")
    if found.memory > memory:
        raise CheckError(
            f"a schedule for {memory} words takes {found.memory} when it is carried out",
            where=unit.name,
            next_step="this is an error of the search; please report it",
        )
    return found.time
