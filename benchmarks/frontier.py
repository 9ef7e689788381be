"""What a frontier costs: families by counts, small graphs by configurations, larger ones by the solver in 30 s.

    python benchmarks/frontier.py            writes benchmarks/results/frontier.json (some five minutes)

Seconds are of wall time, of one run each: what is asked is whether a frontier ends, and how much of it is proven.
"""

from __future__ import annotations

import random
import time
from typing import Any

import networkx as nx
from stored import store

import workdepth as wd
from workdepth.library import entry_named
from workdepth.schedule.frontier.frontier import Frontier

WITHIN = 30.0
LIBRARY = [
    ("multiply-n", {"n": 8}, {"inputs": "loaded"}, 60.0),
    ("multiply-n", {"n": 16}, {"inputs": "loaded"}, 60.0),
    ("multiply-n", {"n": 32}, {"inputs": "loaded"}, 60.0),
    ("multiply-n", {"n": 32}, {"inputs": "loaded", "cells": "separate"}, 60.0),
    ("multiply-n", {"n": 32}, {"inputs": "loaded", "any_tree": True}, 60.0),
    ("dot", {"n": 16}, {"inputs": "loaded"}, None),
    ("matvec", {"n": 3, "m": 3}, {"inputs": "loaded"}, None),
    ("matmul", {"n": 2, "k": 2, "m": 2}, {"inputs": "loaded"}, None),
    ("fft", {"n": 8}, {}, None),
    ("scan-sklansky", {"n": 16}, {"inputs": "loaded"}, None),
    ("edit-distance", {"n": 3, "m": 3}, {}, None),
    ("floyd-warshall", {"n": 3}, {}, None),
    ("matmul", {"n": 3, "k": 3, "m": 3}, {}, None),
]


def layered(seed: int, layers: int, width: int) -> Any:
    """Build layers of operations, each of which reads two of the layer before."""
    rng = random.Random(seed)
    g = nx.MultiDiGraph(name=f"layers-{layers}x{width}")
    for at in range(layers):
        for k in range(width):
            g.add_node((at, k))
            for j in rng.sample(range(width), 2) if at else []:
                g.add_edge((at - 1, j), (at, k))
    return g


def measured(graph: Any, **asked: Any) -> tuple[float, Frontier]:
    begin = time.perf_counter()
    found = wd.frontier(graph, within=WITHIN, **asked)
    return time.perf_counter() - begin, found


def row(seconds: float, found: Frontier, goal: float | None) -> dict[str, Any]:
    proven = sum(p.status == "exact" for p in found)
    return {
        "value": seconds, "unit": "s", "goal": goal, "status": found.status, "method": found.method,
        "points": len(found), "exact_points": proven,
        "time_proven_least": sum(p.at_least == p.time for p in found),
    }  # fmt: skip


def main() -> None:
    rows: dict[str, Any] = {}
    asked = [(name, entry_named(name).build(), sizes | more, goal) for name, sizes, more, goal in LIBRARY]
    asked += [
        (f"layers {a}x{b}", layered(1, a, b), {}, None) for a, b in ((5, 6), (10, 5), (10, 10), (20, 10))
    ]
    for name, graph, given, goal in asked:
        seconds, found = measured(graph, **given)
        told = f"{name} {', '.join(f'{k}={v}' for k, v in given.items())}".strip()
        rows[told] = row(seconds, found, goal)
        print(f"{told}: {seconds:.1f} s, {found.status}, {rows[told]['exact_points']} of {len(found)} proven")
    store("frontier", {"within": WITHIN, "rows": rows})


if __name__ == "__main__":
    main()
