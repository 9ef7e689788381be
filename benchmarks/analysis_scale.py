"""How the cost of an analysis grows with the graph: operations, maps, nested folds, sizes.

    python benchmarks/analysis_scale.py      writes benchmarks/results/analysis_scale.json

Every sample is a fresh process, so that nothing is remembered; only the analysis is timed, in seconds of processor
time.  The ratio of two sizes of a family says more than either: a linear analysis keeps it near the ratio of sizes.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

from stored import store

import workdepth as wd

REPEATS = 3


def chain(count: int) -> wd.Algorithm:
    """Return ``count`` scalar operations, each of which reads the one before it."""
    g = wd.Algorithm(f"chain-{count}")
    x, y = g.input("x"), g.input("y")
    for k in range(count):
        x = x * y if k % 2 == 0 else x + y
    g.output(x)
    return g


def independent(count: int) -> wd.Algorithm:
    """Return ``count`` scalar operations that do not read each other."""
    g = wd.Algorithm(f"independent-{count}")
    x, y = g.input("x"), g.input("y")
    for k in range(count):
        g.output(x * y, f"z{k}")
    return g


def maps(count: int) -> wd.Algorithm:
    """Return ``count`` maps of n points, each of which reads the one before it."""
    g = wd.Algorithm(f"maps-{count}")
    n = wd.size("n")
    x = g.input("x", n)
    for _ in range(count):
        x = _mapped(g, n, x)
    g.output(x)
    return g


def _mapped(g: wd.Algorithm, n: Any, x: Any) -> Any:
    return g.map(n, lambda i: x[i] * 2)


def folds(count: int) -> wd.Algorithm:
    """Return ``count`` folds over n, each inside the one before it."""
    g = wd.Algorithm(f"folds-{count}")
    n = wd.size("n")
    x = g.input("x", n)

    def level(left: int) -> Any:
        return g.fold(wd.ADD, n, lambda i: level(left - 1) if left > 1 else x[i] * 2)

    g.output(level(count))
    return g


def sizes(count: int) -> wd.Algorithm:
    """Return the sum of ``count`` inputs, each of a size of its own."""
    g = wd.Algorithm(f"sizes-{count}")
    sums = [
        g.fold(wd.ADD, wd.size(f"n{k}"), _element(g.input(f"x{k}", wd.size(f"n{k}")))) for k in range(count)
    ]
    found = sums[0]
    for each in sums[1:]:
        found = found + each
    g.output(found)
    return g


def _element(x: Any) -> Callable[[Any], Any]:
    return lambda i: x[i]


def tiles(depth: int) -> wd.Algorithm:
    """Return a product of matrices in ``depth`` levels of tiles: only depth 1 and 2."""
    g = wd.Algorithm(f"tiles-{depth}")
    b, t = wd.size("b"), wd.size("t")
    n = b * t
    x, y = g.input("x", n, n), g.input("y", n, n)

    def row(p: Any, q: Any) -> Any:
        if depth == 1:
            return g.fold(wd.ADD, n, lambda k: x[p, k] * y[k, q])
        return g.fold(wd.ADD, t, lambda s: g.fold(wd.ADD, b, lambda k: x[p, s * b + k] * y[s * b + k, q]))

    g.output(g.map([t, t], lambda i, j: g.map([b, b], lambda u, v: row(i * b + u, j * b + v))))
    return g


FAMILIES: dict[str, tuple[Callable[[int], wd.Algorithm], tuple[int, int]]] = {
    "chain": (chain, (300, 3000)),
    "independent": (independent, (300, 3000)),
    "maps": (maps, (50, 500)),
    "folds": (folds, (20, 60)),
    "sizes": (sizes, (10, 100)),
    "tiles": (tiles, (1, 2)),
}


def one(family: str, count: int) -> float:
    """Analyze once; return seconds of processor time."""
    wd.analyze(chain(1))  # imports are not the question
    graph = FAMILIES[family][0](count)
    begin = time.process_time()
    wd.analyze(graph)
    return time.process_time() - begin


def in_fresh_process(family: str, count: int) -> float:
    """Return the seconds of one analysis that remembers nothing."""
    words = [sys.executable, __file__, "--one", family, str(count)]
    return float(subprocess.run(words, capture_output=True, check=True, text=True).stdout)


def main() -> None:
    """Time each family at two sizes, print and store the ratios."""
    rows, samples = {}, {}
    for family, (_, counts) in FAMILIES.items():
        taken = {count: [in_fresh_process(family, count) for _ in range(REPEATS)] for count in counts}
        few, many = (min(taken[count]) for count in counts)
        small, large = counts
        print(f"{family}: {small} in {few:.3f} s, {large} in {many:.3f} s: {many / few:.1f} times")
        rows[f"analysis of {family}: {large} / {small}"] = {
            "value": many / few,
            "goal": None,
            "unit": "times",
        }
        rows[f"analysis of {family}: {large}"] = {"value": many, "goal": None, "unit": "s of processor time"}
        samples[family] = {str(count): found for count, found in taken.items()}
    store("analysis_scale", {"rows": rows, "samples": samples})


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        print(one(sys.argv[2], int(sys.argv[3])))
    else:
        main()
