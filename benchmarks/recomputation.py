"""How long the least memory of one thread and the store-or-recompute curve take, and how far they are proved.

    python benchmarks/recomputation.py     writes results/recomputation.json

Times are of the processor, one run each; nothing here is a test.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from stored import store

import workdepth as wd
from workdepth.library import entry_named
from workdepth.schedule.recompute import families
from workdepth.schedule.recompute.chains import forward_steps
from workdepth.schedule.recompute.game import game_of
from workdepth.schedule.recompute.pebbling import least_time

LOADED = wd.Conventions(inputs="loaded")
SEPARATE = wd.Conventions(inputs="loaded", cells="separate", outputs="streamed")

MEMORY: list[tuple[str, wd.Conventions, dict[str, int]]] = [
    ("multiply-n", LOADED, {"n": 2048}),
    ("matvec", LOADED, {"n": 4, "m": 4}),
    ("matmul", LOADED, {"n": 2, "m": 2, "k": 2}),
    ("floyd-warshall", LOADED, {"n": 3}),
    ("bitonic-sort", SEPARATE, {"n": 8}),
    ("fft", SEPARATE, {"n": 16}),
    ("edit-distance", wd.Conventions(), {"n": 6, "m": 6}),
]
CURVES: list[tuple[str, Any, wd.Conventions, dict[str, int]]] = [
    ("butterfly of 4", families.butterfly(4), SEPARATE, {}),
    ("butterfly of 8", families.butterfly(8), SEPARATE, {}),
    ("pyramid of height 5", families.pyramid(5), SEPARATE, {}),
    ("grid of 5 x 5", families.grid(5, 5), SEPARATE, {}),
    ("matmul 2 x 2", "matmul", wd.Conventions(inputs="loaded", outputs="streamed"), {"n": 2, "m": 2, "k": 2}),
    ("chain of 1000 layers", families.forward_backward(1000), wd.Conventions(), {}),
]


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    begin = time.process_time()
    found = work()
    return time.process_time() - begin, found


def memory() -> list[dict[str, Any]]:
    rows = []
    for name, conventions, sizes in MEMORY:
        graph = entry_named(name).build()
        seconds, found = timed(lambda g=graph, c=conventions, s=sizes: wd.least_memory(g, c, **s))
        rows.append(
            {**found.to_json(), "order": None, "operations": found.unit.operations, "seconds": seconds}
        )
        print(
            f"{name:16}{found.unit.operations:7} operations: program order {found.program_order}, "
            f"best {found.memory}, at least {found.lower_bound} ({found.method}), {seconds:.2f} s"
        )
    return rows


def curves() -> list[dict[str, Any]]:
    rows = []
    for name, graph, conventions, sizes in CURVES:
        graph = entry_named(graph).build() if isinstance(graph, str) else graph
        seconds, found = timed(lambda g=graph, c=conventions, s=sizes: wd.recomputation(g, c, **s))
        first, last = found.points[0], found.points[-1]
        ends = [[p.memory, p.time] for p in (first, last)]
        rows.append(
            {
                "name": name,
                "status": found.status,
                "ends": ends,
                "corners": len(found.points),
                "seconds": seconds,
            }
        )
        print(
            f"{name:22}{len(found.points):5} corners, {found.status}: {last.memory} words in {last.time} steps "
            f"to {first.memory} in {first.time}, {seconds:.2f} s"
        )
    return rows


def revolve(most: int = 11) -> dict[str, Any]:
    """Search every chain of up to so many layers with every number of words; count where the formula agrees."""
    agreed = states = 0
    pairs = [(layers, stored) for layers in range(2, most + 1) for stored in range(1, layers)]
    begin = time.process_time()
    for layers, stored in pairs:
        game = game_of(wd.unroll(families.forward_backward(layers)), wd.Conventions())
        found = least_time(game, stored + 2, 10**6)
        agreed += found.lower == forward_steps(layers, stored) + layers
        states += found.states
    seconds = time.process_time() - begin
    print(f"Revolve: the search agrees at {agreed} of {len(pairs)} pairs, {states} states, {seconds:.2f} s")
    return {"agreed": agreed, "pairs": len(pairs), "states": states, "seconds": seconds}


def main() -> None:
    store("recomputation", {"memory": memory(), "curves": curves(), "revolve": revolve()})


if __name__ == "__main__":
    main()
