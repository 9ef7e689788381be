"""One carried-out schedule, with what it takes to explain it: when things finish, and how long each word lives."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from workdepth.graph.unit import CONSTANT, INPUT, UnitGraph
from workdepth.models import Conventions
from workdepth.schedule.levels import Times, gpu_times, ram_times
from workdepth.schedule.liveness import Lives, lives_of
from workdepth.schedule.profile import Profile, profile

Ids = NDArray[np.int64]


@dataclass(frozen=True)
class Part:
    """How much one node of the algorithm contributes to a figure.

    Attributes
    ----------
    path : str
        The node, by names: ``map1/fold1/multiply1``.
    what : str
        The op, or ``input``, ``constant``, ``load``, ``result`` (of an op, where its words come on top), ``delay``.
    amount : int
        Steps, words or operations.
    """

    path: str
    what: str
    amount: int


@dataclass(frozen=True, eq=False)
class Carried:
    """A unit graph on one machine.

    Attributes
    ----------
    unit : UnitGraph
    machine : str
    conventions : Conventions
    profile : Profile
        Its figures.
    times : Times
        When nodes and loads finish; steps are numbered by these, the delays of exclusive reads left out.
    """

    unit: UnitGraph
    machine: str
    conventions: Conventions
    profile: Profile
    times: Times

    @cached_property
    def lives(self) -> Lives:
        """From when to when each word lives."""
        return lives_of(self.unit, self.times, streamed=self.conventions.outputs == "streamed")

    @cached_property
    def producer(self) -> Ids:
        """The node that yields each value."""
        return self.unit.producers()

    def name(self, node: int) -> tuple[str, str]:
        """Return the path of a node, and what it does."""
        unit = self.unit
        path = unit.paths[int(unit.origin[node])]
        if unit.kind[node] == INPUT:
            return path, "input"
        if unit.kind[node] == CONSTANT:
            return path, "constant"
        code = int(unit.op_code[node])
        return path, unit.ops[code].name if code >= 0 else "operation"

    def named(self, nodes: Ids, amounts: Ids) -> list[tuple[str, str, int]]:
        """Return the path and op of nodes with their amounts, added up by origin, in the order of the nodes."""
        unit = self.unit
        which = np.stack([unit.origin[nodes], unit.op_code[nodes]]).astype(np.int64)
        _, first, group = np.unique(which, axis=1, return_index=True, return_inverse=True)
        sums = np.zeros(len(first), dtype=np.int64)
        np.add.at(sums, group.ravel(), amounts)
        return [(*self.name(int(nodes[first[k]])), int(sums[k])) for k in np.argsort(first).tolist()]


def carried(unit: UnitGraph, machine: str, conventions: Conventions) -> Carried:
    """Carry a unit graph out on "RAM" or "GPU" under the switches.

    Parameters
    ----------
    unit : UnitGraph
    machine : str
    conventions : Conventions

    Returns
    -------
    Carried
    """
    found = profile(unit, machine, **conventions.of_schedule())
    loaded, forked = conventions.inputs == "loaded", conventions.spawn == "fork-join"
    times = ram_times(unit, loaded) if machine == "RAM" else gpu_times(unit, loaded, forked)
    return Carried(unit, machine, conventions, found, times)


def parts_of(entries: Iterable[tuple[str, str, int]]) -> tuple[Part, ...]:
    """Add up amounts by path and role, the largest first.

    Examples
    --------
    >>> [(p.path, p.amount) for p in parts_of([("a", "add", 1), ("b", "add", 2), ("a", "add", 3)])]
    [('a', 4), ('b', 2)]
    """
    found: dict[tuple[str, str], int] = {}
    for path, what, amount in entries:
        found[path, what] = found.get((path, what), 0) + amount
    parts = [Part(path, what, amount) for (path, what), amount in found.items() if amount]
    return tuple(sorted(parts, key=lambda p: -p.amount))
