"""How long unrolling, counting and running take, by algorithm and size.

    python benchmarks/unroll.py            one size each, then against networkx; writes results/unroll.json
    python benchmarks/unroll.py --sweep    n = 1..64 of each, as `check --upto 64` does it

Times are of the processor, the best of three; nothing here is a test.  The rival is networkx, which builds the
same nodes and edges from plain lists, without any attribute.
"""

from __future__ import annotations

import argparse
import gc
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import networkx as nx
import numpy as np
from stored import store

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from graphs import bitonic, fft, floyd_warshall, hillis_steele, jacobi, matmul, multiply_n, tree_by_hand
from workdepth.errors import SizeError
from workdepth.graph import ops
from workdepth.graph.algorithm import Algorithm
from workdepth.graph.run import compute
from workdepth.graph.unit import UnitGraph
from workdepth.graph.unroll import unroll
from workdepth.schedule.profile import profile


def edit_distance() -> Algorithm:
    """Row by row, cell by cell: all in sequence, the worst case for arrays."""
    g = Algorithm("edit-distance")
    n, m = g.size("n"), g.size("m")
    x, y, top = g.input("x", n), g.input("y", m), g.input("t", m + 1)

    def row(i: Any, before: Any) -> Any:
        first = g.apply(ops.ADD, before[0], 1)
        start = g.map([], lambda: first, into=g.empty(m + 1), at=lambda: 0)

        def cell(j: Any, now: Any) -> Any:
            change = before[j] + g.apply(ops.EQUAL, x[i], y[j])
            best = g.apply(ops.MINIMUM, change, g.apply(ops.MINIMUM, before[j + 1], now[j]) + 1)
            return g.map([], lambda: best, into=now, at=lambda: j + 1)

        return g.repeat(m, cell, start)

    g.output(g.repeat(n, row, top))
    return g


CASES: list[tuple[Callable[[], Algorithm], tuple[str, ...], int]] = [
    (multiply_n, ("n",), 2**20),
    (matmul, ("n", "k", "m"), 64),
    (lambda: matmul("serial"), ("n", "k", "m"), 64),
    (floyd_warshall, ("n",), 64),
    (jacobi, ("n", "t"), 256),
    (hillis_steele, ("n",), 2**14),
    (tree_by_hand, ("n",), 2**16),
    (fft, ("n",), 2**14),
    (bitonic, ("n",), 2**12),
    (edit_distance, ("n", "m"), 128),
]


def best(work: Callable[[], Any], times: int = 3) -> tuple[float, Any]:
    found, result = float("inf"), None
    for _ in range(times):
        gc.collect()
        begin = time.process_time()
        result = work()
        found = min(found, time.process_time() - begin)
    return found, result


def in_networkx(unit: UnitGraph) -> Callable[[], nx.MultiDiGraph]:
    """Return what builds the same graph in networkx, from lists that are made before the clock runs."""
    plain = unit.to_networkx()
    nodes, edges = list(plain), list(plain.edges())

    def build() -> nx.MultiDiGraph:
        graph = nx.MultiDiGraph()
        graph.add_nodes_from(nodes)
        graph.add_edges_from(edges)
        return graph

    return build


def against_networkx() -> None:
    """Print and store the ratio of building in networkx to unrolling, at about 2**17 operations or fewer."""
    rows, found = {}, {}
    for make, sizes in (
        (multiply_n, {"n": 2**17}),
        (matmul, dict.fromkeys(("n", "k", "m"), 40)),
        (fft, {"n": 2**12}),
    ):
        g = make()
        seconds, unit = best(lambda g=g, sizes=sizes: unroll(g, **sizes))
        rival, _ = best(in_networkx(unit))
        found[g.name] = {"sizes": sizes, "operations": unit.operations, "unroll": seconds, "networkx": rival}
        rows[f"building in networkx / unrolling, {g.name}, {unit.operations:,} operations"] = {
            "value": rival / seconds, "goal": None, "unit": "times"}  # fmt: skip
        print(
            f"{g.name:16}{unit.operations:12} operations: networkx takes {rival / seconds:.1f} times as long"
        )
    store("unroll", {"rows": rows, "cases": found})


def one_size() -> None:
    columns = ("algorithm", "size", "operations", "unroll", "GPU", "RAM", "run", "ops/s unrolled")
    print("{:16}{:>9}{:>12}{:>9}{:>9}{:>9}{:>9}{:>16}".format(*columns))
    for make, names, n in CASES:
        g, sizes = make(), dict.fromkeys(names, n)
        seconds, unit = best(lambda g=g, sizes=sizes: unroll(g, **sizes))
        gpu, _ = best(lambda unit=unit: profile(unit, "GPU"))
        ram, _ = best(lambda unit=unit: profile(unit, "RAM"))
        flow = unroll(g, phases="dataflow", **sizes)
        arrays = {k: np.ones(ids.shape) for k, ids in flow.inputs.items()}
        run, _ = best(lambda flow=flow, arrays=arrays: compute(flow, arrays), 1)
        rate = f"{unit.operations / seconds:,.0f}"
        print(f"{g.name:16}{n:9}{unit.operations:12}{seconds:9.3f}{gpu:9.3f}{ram:9.3f}{run:9.3f}{rate:>16}")


def sweep(most: int) -> None:
    print(f"{'algorithm':16}{'sizes':>6}{'operations':>12}{'seconds':>9}")
    total = 0.0
    for make, names, _ in CASES:
        g, begin, done, operations = make(), time.perf_counter(), 0, 0
        for n in range(1, most + 1):
            try:
                unit = unroll(g, **dict.fromkeys(names, n))
            except SizeError:
                continue
            for machine in ("RAM", "GPU"):
                profile(unit, machine)
            done, operations = done + 1, operations + unit.operations
        seconds = time.perf_counter() - begin
        total += seconds
        print(f"{g.name:16}{done:6}{operations:12}{seconds:9.2f}")
    print(f"{'all':16}{'':18}{total:9.2f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--sweep", action="store_true")
    parser.add_argument("--upto", type=int, default=64)
    chosen = parser.parse_args()
    if chosen.sweep:
        sweep(chosen.upto)
    else:
        one_size()
        against_networkx()


if __name__ == "__main__":
    main()
