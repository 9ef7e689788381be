"""Other people's graphs, analysed to the figures that they published; skipped, and counted, where they are not."""

from __future__ import annotations

import json
from itertools import islice, product
from pathlib import Path
from typing import Any

import networkx as nx
import numpy as np
import pytest

import workdepth as wd
from stg import DATA

# SorterHunter, the smallest and shallowest known sorting networks: inputs, comparators, layers.
NETWORKS = sorted((DATA / "sorters").glob("*.json"))
# dagbench, classic task graphs: tasks, edges, levels.
GRAPHS = sorted((DATA / "dagbench").glob("*/graph.json"))
MOST_RUNS = 64


def network(data: dict[str, Any]) -> wd.Algorithm:
    """Return the comparators of a network on the words of one array."""
    g = wd.Algorithm(f"sort-{data['N']}")
    x = g.input("x", data["N"])
    words = [x[i] for i in range(data["N"])]
    for layer in data["nw"]:
        for i, j in zip(layer[::2], layer[1::2], strict=True) if isinstance(layer[0], int) else layer:
            words[i], words[j] = g.apply(wd.COMPARE_EXCHANGE, words[i], words[j])
    for i, word in enumerate(words):
        g.output(word, f"y{i}")
    return g


@pytest.mark.skipif(not NETWORKS, reason="the sorting networks are not here")
@pytest.mark.parametrize("path", NETWORKS, ids=lambda p: p.stem)
def test_a_sorting_network_has_its_published_size_and_depth(path: Path) -> None:
    data = json.loads(path.read_text(encoding="utf-8"))
    g = network(data)
    costs = wd.analyze(g)
    assert (costs["RAM"].time.at(), costs["GPU"].time.at()) == (data["L"], data["D"])
    wd.check(g)
    assert wd.width(g).width <= data["N"] // 2, "a word is in one comparator at a time"
    # The 0-1 principle (Knuth, vol. 3, section 5.3.4): what sorts all zeros and ones sorts all numbers.
    for bits in islice(product((0, 1), repeat=data["N"]), 1, None, max(1, 2 ** data["N"] // MOST_RUNS)):
        found = wd.run(g, x=np.array(bits))
        assert [int(found[f"y{i}"]) for i in range(data["N"])] == sorted(bits)


@pytest.mark.skipif(not GRAPHS, reason="the classic task graphs are not here")
@pytest.mark.parametrize("path", GRAPHS, ids=lambda p: p.parent.name)
def test_a_classic_task_graph_has_its_published_levels(path: Path) -> None:
    tasks = json.loads(path.read_text(encoding="utf-8"))["task_graph"]
    told = _statistics(path.with_name("metadata.yaml"))
    dag = nx.DiGraph()
    dag.add_nodes_from((task["name"], {"work": 1}) for task in tasks["tasks"])
    dag.add_edges_from((edge["source"], edge["target"]) for edge in tasks["dependencies"])
    assert (len(dag), dag.number_of_edges()) == (told["num_tasks"], told["num_edges"])
    costs = wd.analyze(dag)
    assert costs["GPU"].time.at() == told["depth"]
    assert costs["GPU"].threads.at() <= wd.width(dag).width
    assert wd.width(dag).width >= told["width"], "a level is a set of which none waits for another"


def _statistics(path: Path) -> dict[str, int]:
    """Return the whole numbers that the page of a graph tells."""
    found = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        key, _, value = line.strip().partition(": ")
        if value.isdecimal():
            found[key] = int(value)
    return found
