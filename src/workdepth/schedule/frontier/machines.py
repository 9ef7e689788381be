"""The two schedules that every graph has at once: the RAM's, one thread, and the GPU's, as early as can be."""

from __future__ import annotations

from workdepth.graph.unit import UnitGraph
from workdepth.models.conventions import Conventions
from workdepth.schedule.frontier.points import Cost
from workdepth.schedule.frontier.problem import without_waits_for_sources
from workdepth.schedule.levels import gpu_times, ram_times, spawn_delays
from workdepth.schedule.witness import Witness, replay


def machine_points(unit: UnitGraph, conventions: Conventions) -> list[tuple[Cost, int, Witness]]:
    """Return cost, lower bound on the time and witness of the schedules of the GPU and of the RAM.

    Examples
    --------
    >>> import networkx as nx, workdepth as wd
    >>> unit = wd.unroll(nx.DiGraph([("a", "c"), ("b", "c")]))
    >>> [(cost, low) for cost, low, _ in machine_points(unit, wd.Conventions())]
    [((2, 2, 2), 2), ((3, 2, 1), 3)]
    """
    loaded, forked = conventions.inputs == "loaded", conventions.spawn == "fork-join"
    if loaded:
        unit = without_waits_for_sources(unit)
    gpu, ram = gpu_times(unit, loaded, forked), ram_times(unit, loaded)
    both = [gpu] if forked else [gpu, ram]  # the RAM spawns nothing, and waits for no delay
    work = int(unit.work.sum()) + len(gpu.loads)
    found = []
    for times in both:
        lasting = unit.work + spawn_delays(unit) if forked else unit.work
        witness = Witness(times.finish - lasting, times.loads, times.load_finish - 1)
        seen = replay(unit, witness, conventions)
        low = max(gpu.time, -(-work // max(seen.threads, 1)))
        found.append(((seen.time, seen.memory, seen.threads), low, witness))
    return found
