"""A critical path of a unit graph, by the names of the algorithm's nodes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from workdepth.graph.unit import OP
from workdepth.schedule.carried import Carried, Part, parts_of


@dataclass(frozen=True)
class Path:
    """What makes the time of a schedule.

    Attributes
    ----------
    amount : int
        The time.
    parts : tuple of Part
        Steps by origin, on the RAM of all operations, on the GPU of one critical path; they add up to the time.
    stretches : tuple of Part
        On the GPU the path itself, from the start to the end: operations of one origin in a row.
    nodes : tuple of int
        The operations of the path, as ids of the unit graph.
    """

    amount: int
    parts: tuple[Part, ...]
    stretches: tuple[Part, ...] = ()
    nodes: tuple[int, ...] = ()


def path_of(run: Carried) -> Path:
    """Return what makes the time: all the work on the RAM, a longest chain on the GPU.

    Where several chains are longest, values go before mere waiting, and what was added first before the rest.

    Examples
    --------
    >>> import workdepth as wd
    >>> from workdepth.graph.unroll import unroll
    >>> from workdepth.schedule.carried import carried
    >>> g = wd.Algorithm("dot")
    >>> x, y = g.input("x", wd.size("n")), g.input("y", wd.size("n"))
    >>> g.output(g.fold(wd.ADD, wd.size("n"), lambda i: x[i] * y[i]))
    >>> path = path_of(carried(unroll(g, n=8), "GPU", wd.Conventions()))
    >>> [(p.path, p.what, p.amount) for p in path.stretches]
    [('fold1/multiply1', 'multiply', 1), ('fold1', 'add', 3)]
    """
    if run.machine == "RAM":
        return Path(run.profile.time, parts_of(_all_work(run)))
    chain = _chain(run)
    stretches = _in_a_row(_written(run, chain))
    nodes = tuple(v for v, _ in chain if run.unit.kind[v] == OP and run.unit.work[v] > 0)
    reads = run.profile.time - run.times.time
    if reads:
        # Steps last longer for all, so these delays belong to no node.
        stretches = (*stretches, Part("exclusive reads", "delay", reads))
    parts = parts_of((p.path, p.what, p.amount) for p in stretches)
    return Path(run.profile.time, parts, stretches, nodes)


def _all_work(run: Carried) -> Iterable[tuple[str, str, int]]:
    import numpy as np

    working = np.flatnonzero(run.unit.work > 0)
    yield from run.named(working, run.unit.work[working])
    loads = run.producer[run.times.loads]
    yield from ((path, "load", words) for path, _, words in run.named(loads, np.ones_like(loads)))


def _chain(run: Carried) -> list[tuple[int, int]]:
    """Return a longest chain from its first node to its last, each with the delay before it."""
    import numpy as np

    unit, finish = run.unit, run.times.finish
    if not run.times.time:
        return []
    v: int | None = int(np.flatnonzero(finish == run.times.time)[0])
    found: list[tuple[int, int]] = []
    while v is not None:
        before = _latest(run, v)
        begun = int(finish[v]) - int(unit.work[v])
        found.append((v, 0 if v < unit.sources else begun - (0 if before is None else int(finish[before]))))
        v = before if before is not None and finish[before] > 0 else None
    return found[::-1]


def _latest(run: Carried, v: int) -> int | None:
    """Return what a node waited for longest: the first such operand, or else what it only waits for."""
    unit, finish = run.unit, run.times.finish
    values = unit.operands[unit.operand_start[v] : unit.operand_start[v + 1]]
    before = [
        *run.producer[values].tolist(),
        *unit.order[unit.order_start[v] : unit.order_start[v + 1]].tolist(),
    ]
    return max(before, key=lambda u: int(finish[u]), default=None)


def _written(run: Carried, chain: list[tuple[int, int]]) -> Iterable[tuple[str, str, int]]:
    for v, delay in chain:
        path, what = run.name(v)
        if delay:
            yield path, "delay", delay
        if v < run.unit.sources:
            yield path, "load", int(run.times.finish[v])
        elif run.unit.work[v]:
            yield path, what, int(run.unit.work[v])


def _in_a_row(entries: Iterable[tuple[str, str, int]]) -> tuple[Part, ...]:
    found: list[Part] = []
    for path, what, steps in entries:
        if found and (found[-1].path, found[-1].what) == (path, what):
            found[-1] = Part(path, what, found[-1].amount + steps)
        else:
            found.append(Part(path, what, steps))
    return tuple(found)
