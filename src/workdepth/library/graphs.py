"""Lists and graphs: who comes next is data."""

from __future__ import annotations

from typing import Any

from workdepth.graph.algorithm import Algorithm
from workdepth.graph.ops import EQUAL, MINIMUM, SELECT
from workdepth.library.entry import entry
from workdepth.library.sparse import row_starts, sums_by_row
from workdepth.symbolic import Expr, ceiling, log2
from workdepth.symbolic.sizes import size


def _ranks(following: Any) -> Any:
    import numpy

    ranks, ends = numpy.zeros(len(following), dtype=numpy.int64), numpy.arange(len(following))
    for _ in following:
        ranks += following[ends] != ends
        ends = following[ends]
    return {"ranks": ranks, "ends": ends}


def _lists(rng: Any, n: int) -> dict[str, Any]:
    import numpy

    order, following = rng.permutation(n), numpy.arange(n)
    following[order[:-1]] = order[1:]
    cut = order[rng.random(n) < 0.2]  # so that there are several lists
    following[cut] = cut
    return {"following": following}


@entry(
    "list-ranking",
    oracle=_ranks,
    samples=_lists,
    teaches="pointer jumping: every element looks twice as far each round, for n*log(n) work against the n of a walk",
    source="Wyllie, The complexity of parallel computations, Cornell (1979); JaJa (1992), section 3.1",
)
def list_ranking() -> Algorithm:
    """Return how far each element is from the end of its list, and that end; an end is followed by itself."""
    g = Algorithm("list-ranking")
    n = g.size("n", low=2)
    following = g.input("following", n)

    def jump(_r: Expr, ranks: Any, following: Any) -> Any:
        beyond = g.gather(ranks, following)
        return g.map(n, lambda i: ranks[i] + beyond[i]), g.gather(following, following)

    one_step = g.map(n, lambda i: 1 - g.apply(EQUAL, following[i], i))
    ranks, ends = g.repeat(ceiling(log2(n)), jump, one_step, following)
    g.output(ranks, "ranks")
    g.output(ends, "ends")
    return g


def _levels(sources: Any, starts: Any, start: Any, d: int) -> Any:
    import numpy

    distance = numpy.full(len(starts) - 1, d)
    distance[start], queue = 0, [int(start)]
    targets = numpy.repeat(numpy.arange(len(starts) - 1), numpy.diff(starts))
    for vertex in queue:
        for target in targets[sources[: len(targets)] == vertex].tolist():
            if target not in queue and distance[vertex] < d:
                distance[target] = distance[vertex] + 1
                queue.append(target)
    return {"distance": distance, "reached": numpy.isin(numpy.arange(len(distance)), queue).astype(int)}


def _edges(rng: Any, m: int, n: int, d: int) -> dict[str, Any]:
    return {"sources": rng.integers(0, n, m), "starts": row_starts(rng, n, m), "start": rng.integers(0, n)}


@entry(
    "bfs",
    oracle=_levels,
    samples=_edges,
    teaches="a round for each level, over all edges: d*(n + m) work where a queue needs n + m, and d*log(m) time",
    source="CLRS, 4th ed., section 20.2; Kepner and Gilbert, Graph Algorithms in the Language of Linear Algebra (2011)",
)
def bfs() -> Algorithm:
    """Return the distance of each of n vertices from a start, d where it is larger, and whether it is at most d.

    The edges stand by their targets: into vertex i lead those from ``starts[i]`` up to ``starts[i + 1]``. What fills
    m up to a power of two, after the last, is no edge.
    """
    g = Algorithm("bfs")
    m, n, d = g.size("m", power_of=2), size("n"), size("d")
    sources, starts, start = g.input("sources", m), g.input("starts", n + 1), g.input("start")

    def level(_r: Expr, distance: Any, reached: Any) -> Any:
        ahead = g.gather(reached, sources)
        found = sums_by_row(g, m, n, starts, lambda j: ahead[j])
        return g.map(
            n, lambda i: (distance[i] + (1 - reached[i]), g.apply(MINIMUM, reached[i] + found(i), 1))
        )

    there = g.map(n, lambda i: g.apply(SELECT, g.apply(EQUAL, start, i), 1, 0))
    distance, reached = g.repeat(d, level, g.map(n, lambda i: 0), there)
    g.output(distance, "distance")
    g.output(reached, "reached")
    return g
