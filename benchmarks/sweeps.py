"""How fast the sweeps over large graphs are, against networkx, rustworkx and the memory of the machine.

    python benchmarks/sweeps.py              all, some minutes; writes results/sweeps.json
    python benchmarks/sweeps.py --only rivals,networkx,floor,unroll,listing

Every row is a ratio within one run: both sides alternate, times are of the thread, medians are shown and all samples
kept.  A ratio counts only if both sides agree.  Compiled loops are warm: their first use is timed apart.
"""

from __future__ import annotations

import argparse
import gc
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import networkx as nx
import numpy as np
import rustworkx as rx
from numba import njit
from stored import RESULTS, load, store

from workdepth.schedule.profile import Profile, profile
from workdepth.schedule.sweeps.dependences import Dependences, dependences, generations
from workdepth.schedule.sweeps.engine import kernel
from workdepth.schedule.sweeps.from_edges import from_edges
from workdepth.schedule.sweeps.list_schedule import list_schedule

Edges = tuple[np.ndarray, np.ndarray, int]


def grid(n: int) -> Edges:
    """Every cell reads the one above and the one to its left."""
    k = int(n**0.5)
    v = np.arange(k * k)
    below, right = v[v >= k], v[v % k > 0]
    return np.concatenate([below - k, right - 1]), np.concatenate([below, right]), k * k


def tree(n: int) -> Edges:
    """A balanced reduction of pairs."""
    leaves = (n + 1) // 2
    return np.arange(2 * leaves - 2), leaves + np.arange(2 * leaves - 2) // 2, 2 * leaves - 1


def chain(n: int) -> Edges:
    return np.arange(n - 1), np.arange(1, n), n


def random(n: int) -> Edges:
    """Layers of 1000 nodes, each node reading two of the layer before."""
    rng, wide = np.random.default_rng(1), 1000
    target = np.repeat(np.arange(wide, n), 2)
    return rng.integers(0, wide, len(target)) + (target // wide - 1) * wide, target, n


FAMILIES: dict[str, Callable[[int], Edges]] = {"grid": grid, "tree": tree, "chain": chain, "random": random}


def costs(edges: Edges) -> np.ndarray:
    """Return works from 1 to 4, 0 for nodes that read nothing: the span is then the heaviest path of edges."""
    _, target, count = edges
    work = np.random.default_rng(0).integers(1, 5, count)
    entrance = np.ones(count, dtype=bool)
    entrance[target] = False
    work[entrance] = 0
    return work


def in_networkx(edges: Edges, work: np.ndarray) -> nx.DiGraph:
    source, target, _ = edges
    graph = nx.DiGraph()
    graph.add_nodes_from((v, {"work": w}) for v, w in enumerate(work.tolist()))
    graph.add_weighted_edges_from(zip(source.tolist(), target.tolist(), work[target].tolist(), strict=True))
    return graph


def by_networkx(graph: nx.DiGraph) -> tuple[int, int]:
    generations = sum(1 for _ in nx.topological_generations(graph))
    return generations, int(nx.dag_longest_path_length(graph, weight="weight"))


def by_rustworkx(graph: rx.PyDiGraph) -> tuple[int, int]:
    longest = rx.dag_weighted_longest_path_length(graph, lambda u, v, w: w)
    return len(rx.topological_generations(graph)), int(longest)


def by_workdepth(unit: Any) -> tuple[int, int]:
    """Work, span, threads, memory, the profiles of both, and the generations."""
    found = profile(unit, engine="compiled")
    return int(generations(dependences(unit), "compiled").max()) + 1, found.time


def seconds(call: Callable[[], Any]) -> tuple[float, Any]:
    """Return the time of one call, over as many as make a tenth of a second, and its answer."""
    gc.collect()
    begin, times = time.thread_time(), 0
    while times == 0 or time.thread_time() - begin < 0.1:
        found, times = call(), times + 1
    return (time.thread_time() - begin) / times, found


def alternate(calls: dict[str, Callable[[], Any]], times: int) -> dict[str, list[float]]:
    """Return the seconds of each, taken in turns; all must give the same answer."""
    samples: dict[str, list[float]] = {name: [] for name in calls}
    for _ in range(times):
        answers = set()
        for name, call in calls.items():
            taken, found = seconds(call)
            samples[name].append(taken)
            answers.add(found)
        assert len(answers) == 1, answers
    return samples


def row(value: float, goal: float | None, unit: str = "times", at_least: bool = True) -> dict[str, Any]:
    return {"value": value, "goal": goal, "unit": unit, "at_least": at_least}


def ratio(samples: dict[str, list[float]], slow: str, fast: str) -> float:
    return statistics.median(samples[slow]) / statistics.median(samples[fast])


def rivals() -> tuple[dict[str, Any], dict[str, Any]]:
    """10**5 nodes, arrays on our side, each rival's own graph on its side."""
    rows, raw = {}, {}
    for name, make in FAMILIES.items():
        edges = make(10**5)
        work = costs(edges)
        unit, graph = from_edges(*edges[:2], nodes=edges[2], work=work), in_networkx(edges, work)
        rust = rx.PyDiGraph()
        rust.add_nodes_from(range(edges[2]))
        source, target = edges[0].tolist(), edges[1].tolist()
        rust.add_edges_from(list(zip(source, target, work[edges[1]].astype(float).tolist(), strict=True)))
        calls = {
            "networkx": lambda graph=graph: by_networkx(graph),
            "rustworkx": lambda rust=rust: by_rustworkx(rust),
            "workdepth": lambda unit=unit: by_workdepth(unit),
        }
        calls["workdepth"]()
        samples = alternate(calls, 5)
        raw[name] = {"nodes": edges[2], "edges": len(source), "samples": samples}
        for rival, goal in (("networkx", 100), ("rustworkx", 5)):
            rows[f"{rival} / sweep, {name} of 10^5 nodes"] = row(ratio(samples, rival, "workdepth"), goal)
    return rows, raw


def from_networkx() -> tuple[dict[str, Any], dict[str, Any]]:
    """10**6 nodes, from a networkx graph, reading it included."""
    edges = grid(10**6)
    work = costs(edges)
    gc.disable()
    graph = in_networkx(edges, work)
    gc.enable()
    calls = {
        "networkx": lambda: int(by_networkx(graph)[1]),
        "workdepth": lambda: profile(graph, engine="compiled").time,
    }
    calls["workdepth"]()
    samples = alternate(calls, 3)
    found = row(ratio(samples, "networkx", "workdepth"), 10)
    return {"networkx / reading its graph and sweeping, grid of 10^6 nodes": found}, {"samples": samples}


def floor() -> tuple[dict[str, Any], dict[str, Any]]:
    """A grid of 10**7 nodes against the time to copy as many bytes as its arrays and the results have."""
    edges = grid(10**7)
    unit = from_edges(*edges[:2], nodes=edges[2])
    block = np.ones(64 << 20)
    copy = np.empty_like(block)
    np.copyto(copy, block)
    arrays = [unit.kind, unit.work, unit.operand_start, unit.operands, unit.order_start, unit.first_value]
    touched = sum(a.nbytes for a in (*arrays, unit.value_words)) + 2 * 8 * len(unit)  # finish and last reads
    profile(unit, engine="compiled")
    samples: dict[str, list[float]] = {"copy": [], "sweep": []}
    for _ in range(7):
        samples["copy"].append(seconds(lambda: np.copyto(copy, block))[0])
        samples["sweep"].append(seconds(lambda: profile(unit, engine="compiled"))[0])
    least = touched * statistics.median(samples["copy"]) / (2 * block.nbytes)
    taken = statistics.median(samples["sweep"])
    raw = {"nodes": len(unit), "bytes": touched, "copied": 2 * block.nbytes, "samples": samples}
    name = "sweep / copying as many bytes, grid of 10^7 nodes"
    return {name: row(taken / least, 8, at_least=False)}, raw


@njit
def queue_sweep(
    first: Any, after: Any, waiting: Any, work: Any, queue: Any, top: int, finish: Any, level: Any
) -> int:
    """Kahn's sweep with a queue: what a graph needs whose ids are in no order."""
    head, latest = 0, 0
    while head < top:
        v = queue[head]
        head += 1
        end = finish[v] + work[v]
        finish[v] = end
        latest = max(latest, end)
        for k in range(first[v], first[v + 1]):
            w = after[k]
            finish[w] = max(finish[w], end)
            level[w] = max(level[w], level[v] + 1)
            waiting[w] -= 1
            if waiting[w] == 0:
                queue[top] = w
                top += 1
    return latest


@njit
def last_reads(first: Any, after: Any, finish: Any, death: Any) -> None:
    for v in range(len(finish)):
        for k in range(first[v], first[v + 1]):
            death[v] = max(death[v], finish[after[k]])


def by_queue(dag: Dependences, size: np.ndarray) -> tuple[int, int, int]:
    """Work, span, levels and the profiles of threads and words, from a graph whose ids tell nothing."""
    waiting = np.diff(dag.start)
    entrances = np.flatnonzero(waiting == 0)
    queue, finish = np.empty(len(dag), dtype=np.int64), np.zeros(len(dag), dtype=np.int64)
    queue[: len(entrances)] = entrances
    level, death = np.zeros(len(dag), dtype=np.int64), np.zeros(len(dag), dtype=np.int64)
    first, after = dag.followers
    end = queue_sweep(first, after, waiting, dag.work, queue, len(entrances), finish, level)
    last_reads(first, after, finish, death)
    live, results, busy = np.zeros((3, end + 2), dtype=np.int64)
    named, ids = np.diff(first) == 0, np.arange(len(dag) + 1)
    kernel("count", True)(
        0, dag.work, ids, size, finish, death, named, end + 1, live, np.zeros(1, np.int64), results, busy
    )
    kernel("sum_up", True)(live, busy)
    return end, int(live.max()), int(busy.max())


def figures(found: Profile) -> tuple[int, int, int]:
    return found.time, found.memory, found.threads


def listing() -> tuple[dict[str, Any], dict[str, Any]]:
    """List schedules of 10**6 nodes against sweeps of the same graph."""
    rows, raw = {}, {}
    for name in ("grid", "tree", "random"):
        edges = FAMILIES[name](10**6)
        unit = from_edges(*edges[:2], nodes=edges[2], work=costs(edges))
        dag = dependences(unit)
        calls: dict[str, Callable[[], Any]] = {
            "queue": lambda dag=dag, unit=unit: by_queue(dag, unit.value_words),
            "sweep": lambda unit=unit: figures(profile(unit, engine="compiled")),
        }
        assert calls["queue"]() == calls["sweep"]()
        for p in (1, 32, 1024, 10**6):
            calls[f"p={p}"] = lambda dag=dag, p=p: list_schedule(dag, p, engine="compiled")
        samples: dict[str, list[float]] = {key: [] for key in calls}
        for call in calls.values():
            call()
        for _ in range(5):
            for key, call in calls.items():
                samples[key].append(seconds(call)[0])
        raw[name] = {"nodes": edges[2], "samples": samples}
        for p in (1, 32, 1024, 10**6):
            value = ratio(samples, f"p={p}", "queue")
            rows[f"list schedule / sweep with a queue, {name} of 10^6 nodes, p = {p}"] = row(
                value, 1.5, at_least=False
            )
        worst = max(ratio(samples, f"p={p}", "sweep") for p in (1, 32, 1024, 10**6))
        rows[f"list schedule / sweep in order, {name} of 10^6 nodes, worst p"] = row(worst, None)
    return rows, raw


CHILD = """
import resource, sys, time
sys.path.insert(0, {tests!r})
import graphs, numpy as np
from workdepth.graph.unroll import unroll
g = graphs.{name}()
unroll(g, **dict.fromkeys(g.domain.names, 8))
begin = time.process_time()
unit = unroll(g, **dict.fromkeys(g.domain.names, {n}))
taken = time.process_time() - begin
arrays = [a for a in vars(unit).values() if isinstance(a, np.ndarray)]
arrays += [*unit.inputs.values(), *unit.outputs.values()]
print(len(unit), taken, sum(a.nbytes for a in arrays), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024)
"""


def unrolling() -> tuple[dict[str, Any], dict[str, Any]]:
    """Unrolling about 10**6 nodes, each in a process of its own."""
    rows, raw = {}, {}
    tests = str(Path(__file__).parents[1] / "tests")
    cases = {
        "multiply_n": 2**19,
        "matmul": 80,
        "floyd_warshall": 100,
        "jacobi": 720,
        "fft": 2**17,
        "bitonic": 2**14,
    }
    for name, n in cases.items():
        taken = []
        for _ in range(3):
            text = CHILD.format(tests=tests, name=name, n=n)
            out = subprocess.run(
                [sys.executable, "-c", text], capture_output=True, text=True, check=True
            ).stdout
            nodes, spent, kept, peak = out.split()
            taken.append(float(spent))
        count = int(nodes)
        raw[name] = {"nodes": count, "seconds": taken, "bytes": int(kept), "peak_of_process": int(peak)}
        each = statistics.median(taken) / count * 1e6
        rows[f"unrolling, {name} of {count:,} nodes"] = row(each, 1, "microseconds a node", at_least=False)
        rows[f"kept, {name} of {count:,} nodes"] = row(int(kept) / count, 100, "bytes a node", at_least=False)
    return rows, raw


def shown(rows: dict[str, Any]) -> dict[str, Any]:
    """Return the rows for the table: of each kind the worst."""
    found = {}
    for begin, told in (
        ("networkx / sweep", "networkx / sweep, 10^5 nodes, least of grid, tree, chain, random"),
        ("rustworkx / sweep", "rustworkx / sweep, 10^5 nodes, least of grid, tree, chain, random"),
        ("networkx / reading", "networkx / reading its graph and sweeping, grid of 10^6 nodes"),
        ("sweep / copying", "sweep / copying as many bytes, grid of 10^7 nodes"),
        ("list schedule / sweep with a queue", "list schedule / sweep with a queue, 10^6 nodes, most of 12"),
        ("unrolling", "unrolling about 10^6 nodes, most of six algorithms"),
        ("kept", "arrays of about 10^6 nodes unrolled, most of six algorithms"),
    ):
        alike = [row for what, row in rows.items() if what.startswith(begin)]
        if alike:
            worst = min if alike[0]["at_least"] else max
            found[told] = worst(alike, key=lambda row: row["value"])
    return found


PARTS = {"rivals": rivals, "networkx": from_networkx, "floor": floor, "unroll": unrolling, "listing": listing}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--only", default=",".join(PARTS))
    chosen = parser.parse_args().only.split(",")
    known = load("sweeps") if (RESULTS / "sweeps.json").exists() else {"parts": {}}
    parts = dict(known["parts"])
    for name in chosen:
        rows, raw = PARTS[name]()
        parts[name] = {"rows": rows, "raw": raw}
        for what, found in rows.items():
            goal = (
                ""
                if found["goal"] is None
                else f"   (goal: {'at least' if found['at_least'] else 'at most'} {found['goal']})"
            )
            print(f"{what:75}{found['value']:10.2f} {found['unit']}{goal}", flush=True)
    rows = {what: found for name in PARTS if name in parts for what, found in parts[name]["rows"].items()}
    store("sweeps", {"shown": shown(rows), "rows": rows, "parts": parts})


if __name__ == "__main__":
    main()
