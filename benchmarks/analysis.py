"""What an analysis costs: independent of how often a block is repeated; the whole library, first and again.

    python benchmarks/analysis.py            writes benchmarks/results/analysis.json

Every sample of a block is a fresh process, so that nothing is remembered; building and analyzing are timed, not
importing.  Seconds are of processor time; the medians count, all samples are kept.
"""

from __future__ import annotations

import subprocess
import sys
import time
from statistics import median
from typing import Any

from stored import store

import workdepth as wd
from workdepth.library import entries, entry_named

TIMES = (2, 96)  # one round is no loop: nothing is carried, and it takes two thirds of the time
REPEATS = 11


def repeated(times: int) -> wd.Algorithm:
    """Return a block of a map, a matrix product and a map again, repeated; its state is an n x d array."""
    g = wd.Algorithm(f"block-{times}")
    n, d = wd.size("n"), wd.size("d")
    x, w = g.input("x", n, d), g.input("w", d, d)

    def block(k: Any, x: Any) -> Any:
        scaled = g.map([n, d], lambda i, j: x[i, j] * 2)
        mixed = g.map([n, d], lambda i, j: g.fold(wd.ADD, d, lambda t: scaled[i, t] * w[t, j]))
        return g.map([n, d], lambda i, j: mixed[i, j] + x[i, j])

    g.output(g.repeat(times, block, x))
    return g


def one(times: int) -> float:
    """Build and analyze once; return seconds of processor time."""
    wd.analyze(entry_named("vector-add").build())  # imports are not the question
    begin = time.process_time()
    wd.analyze(repeated(times))
    return time.process_time() - begin


def in_fresh_process(times: int) -> float:
    words = [sys.executable, __file__, "--one", str(times)]
    return float(subprocess.run(words, capture_output=True, check=True, text=True).stdout)


def library() -> dict[str, dict[str, float]]:
    """Return seconds for each algorithm of the library, analyzed first and again."""
    found = {}
    for name, entry in entries().items():
        graph, taken = entry.build(), []
        for _ in range(2):
            begin = time.process_time()
            wd.analyze(graph)
            taken.append(time.process_time() - begin)
        found[name] = {"first": taken[0], "again": taken[1]}
    return found


def main() -> None:
    samples: dict[int, list[float]] = {times: [] for times in TIMES}
    for _ in range(REPEATS):
        for times in TIMES:
            samples[times].append(in_fresh_process(times))
    few, often = (median(samples[times]) for times in TIMES)
    each = library()
    first = sum(t["first"] for t in each.values())
    again = sum(t["again"] for t in each.values())
    print(f"a block twice {few * 1e3:.0f} ms, 96 times {often * 1e3:.0f} ms: {often / few:.3f} times")
    print(f"the library of {len(each)}: first {first:.2f} s, again {again:.2f} s")
    middle = {which: median(t[which] for t in each.values()) for which in ("first", "again")}
    slowest = max(each, key=lambda name: each[name]["again"])
    rows = {
        "analysis of a block repeated 96 times / twice": {"value": often / few, "goal": 1.1, "unit": "times"},
        f"analysis of the whole library of {len(each)}": {"value": first, "goal": None, "unit": "s of processor time"},
        "the same once more, with what is remembered": {"value": again, "goal": None, "unit": "s of processor time"},
        "a library algorithm, first, median": {"value": middle["first"] * 1e3, "goal": None, "unit": "ms"},
        "a library algorithm, again, median": {"value": middle["again"] * 1e3, "goal": None, "unit": "ms"},
        f"the slowest, again: {slowest}": {"value": each[slowest]["again"] * 1e3, "goal": None, "unit": "ms"},
    }  # fmt: skip
    store("analysis", {"rows": rows, "samples": {str(k): v for k, v in samples.items()}, "library": each})


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        print(one(int(sys.argv[2])))
    else:
        main()
