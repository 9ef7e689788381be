"""How long the exact width takes, by family and size, against networkx and against OR-Tools' flow.

    python benchmarks/width.py               writes results/width.json

Times are of the thread, the median of three.  networkx closes the graph and matches; OR-Tools solves the same flow as
we do, its network built from arrays.  All that run must agree.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable
from typing import Any

import networkx as nx
import numpy as np
from stored import store
from sweeps import Edges, chain, grid, random, tree

from workdepth.schedule.sweeps.dependences import Dependences, dependences
from workdepth.schedule.sweeps.from_edges import from_edges
from workdepth.schedule.width import width_of


def fft(n: int) -> Edges:
    """Levels of butterflies with about n nodes in all."""
    bits = 2
    while (2 << bits) * (bits + 2) <= n:
        bits += 1
    wide = 1 << bits
    target = np.arange(wide, wide * (bits + 1))
    before = target - wide
    partner = before ^ (1 << (target // wide - 1))
    return np.stack([before, partner], 1).ravel(), np.repeat(target, 2), wide * (bits + 1)


def sparse(n: int) -> Edges:
    """Each node reads two nodes before it, drawn evenly from the last 300."""
    rng = np.random.default_rng(2)
    target = np.repeat(np.arange(1, n), 2)
    return target - rng.integers(1, np.minimum(target, 300) + 1), target, n


FAMILIES: dict[str, Callable[[int], Edges]] = {
    "grid": grid,
    "tree": tree,
    "chain": chain,
    "layers": random,
    "fft": fft,
    "sparse": sparse,
}


def by_networkx(dag: Dependences) -> int:
    graph = nx.DiGraph()
    graph.add_nodes_from(range(len(dag)))
    graph.add_edges_from(
        zip(dag.before.tolist(), np.repeat(np.arange(len(dag)), np.diff(dag.start)).tolist(), strict=True)
    )
    closed = nx.transitive_closure_dag(graph)
    pairs = nx.Graph()
    pairs.add_nodes_from(("out", v) for v in closed)
    pairs.add_edges_from((("out", u), ("in", v)) for u, v in closed.edges)
    found = nx.bipartite.hopcroft_karp_matching(pairs, [("out", v) for v in closed])
    return len(dag) - len(found) // 2


def by_ortools(dag: Dependences) -> int:
    from ortools.graph.python.max_flow import SimpleMaxFlow

    n = len(dag)
    v, target = np.arange(n), np.repeat(np.arange(n), np.diff(dag.start))
    tail = np.concatenate([np.full(n, 2 * n), dag.before, n + v, n + v])
    head = np.concatenate([v, n + target, v, np.full(n, 2 * n + 1)])
    room = np.concatenate([np.ones(n, int), np.full(len(target) + n, n), np.ones(n, int)])
    flow = SimpleMaxFlow()
    flow.add_arcs_with_capacity(tail, head, room)
    assert flow.solve(2 * n, 2 * n + 1) == flow.OPTIMAL
    return n - flow.optimal_flow()


def timed(call: Callable[[], Any], times: int) -> tuple[list[float], Any]:
    samples = []
    for _ in range(times):
        begin = time.thread_time()
        found = call()
        samples.append(time.thread_time() - begin)
    return samples, found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.parse_args()
    rows: dict[str, Any] = {}
    raw: dict[str, Any] = {}
    width_of(dependences(from_edges([0], [1])), "compiled")
    for n in (1_000, 10_000, 100_000, 1_000_000):
        for name, make in FAMILIES.items():
            if n == 1_000_000 and name == "sparse":
                continue
            edges = make(n)
            dag = dependences(from_edges(*edges[:2], nodes=edges[2]))
            ours, found = timed(lambda dag=dag: width_of(dag, "compiled").width, 3)
            samples = {"workdepth": ours}
            if n <= 100_000:
                samples["ortools"], other = timed(lambda dag=dag: by_ortools(dag), 1)
                assert other == found, (name, other, found)
            if n <= 1_000 and name not in ("chain",):
                samples["networkx"], other = timed(lambda dag=dag: by_networkx(dag), 1)
                assert other == found, (name, other, found)
            raw[f"{name} {n}"] = {
                "nodes": edges[2],
                "edges": len(edges[0]),
                "width": found,
                "samples": samples,
            }
            middle = {key: statistics.median(values) for key, values in samples.items()}
            goal = 5 if n == 100_000 else None
            rows[f"width, {name} of {edges[2]:,} nodes"] = {
                "value": middle["workdepth"], "goal": goal, "unit": "seconds", "at_least": False}  # fmt: skip
            told = "  ".join(f"{key} {value:8.3f} s" for key, value in middle.items())
            print(f"{name:8}{edges[2]:10,} nodes, width {found:8,}: {told}", flush=True)
    worst = max((row for row in rows.values() if row["goal"] is not None), key=lambda row: row["value"])
    shown = {"exact width of about 10^5 nodes, longest of six families": worst}
    store("width", {"shown": shown, "rows": rows, "cases": raw})


if __name__ == "__main__":
    main()
