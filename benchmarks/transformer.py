"""A flat transformer of 96 layers: deriving all figures, beside composing them eagerly in sympy.

    python benchmarks/transformer.py            writes benchmarks/results/transformer.json

The rival is given, free of charge, the figures of every node of one layer, as sympy expressions; it only adds up the
work and the span and takes the maximum of the threads and of the words live after each node (one Max a node), in
program order.  Ours begins with the graph: it checks it, derives the figures of every node and composes both models.
Seconds are of processor time; bodies kept from an earlier analysis are forgotten before each.  The
same layer as the body of one Repeat is analysed beside it.
"""

from __future__ import annotations

import time
from statistics import median
from typing import Any

from stored import store

import workdepth as wd
from workdepth.models import gpu, ram
from workdepth.models.bounded import ONE
from workdepth.models.conventions import Conventions
from workdepth.models.counts import work_of
from workdepth.models.gpu import Gpu
from workdepth.models.scope import Scope
from workdepth.symbolic import to_sympy

LAYERS = 96
REPEATS = 3


def layer(g: wd.Algorithm, n: Any, d: Any, h: Any, x: Any, w: dict[str, Any]) -> Any:
    """Add one layer of attention and of a two-step network, both with a residual."""

    def product(a: Any, b: Any, rows: Any, inner: Any, columns: Any) -> Any:
        return g.map([rows, columns], lambda i, j: g.fold(wd.ADD, inner, lambda k: a[i, k] * b[k, j]))

    q, k, v = (product(x, w[text], n, d, d) for text in ("q", "k", "v"))
    scores = g.map([n, n], lambda i, j: g.fold(wd.ADD, d, lambda t: q[i, t] * k[j, t]))
    largest = g.map(n, lambda i: g.fold(wd.MAXIMUM, n, lambda j: scores[i, j]))
    weights = g.map([n, n], lambda i, j: g.apply(wd.EXP, scores[i, j] - largest[i]))
    sums = g.map(n, lambda i: g.fold(wd.ADD, n, lambda j: weights[i, j]))
    mixed = product(weights, v, n, n, d)
    scaled = g.map([n, d], lambda i, j: mixed[i, j] / sums[i])
    added = g.map([n, d], lambda i, j: scaled[i, j] + x[i, j])
    hidden = product(added, w["up"], n, d, h)
    positive = g.map([n, h], lambda i, j: g.apply(wd.MAXIMUM, hidden[i, j], 0))
    back = product(positive, w["down"], n, h, d)
    return g.map([n, d], lambda i, j: back[i, j] + added[i, j])


def transformer(layers: int, flat: bool = True) -> wd.Algorithm:
    """Return the layers one after the other, or as rounds of one body; all use the same weights."""
    g = wd.Algorithm(f"transformer-{layers}")
    n, d, h = wd.size("n"), wd.size("d"), wd.size("h")
    x = g.input("x", n, d)
    w = {text: g.input(text, d, d) for text in ("q", "k", "v")}
    w |= {"up": g.input("up", d, h), "down": g.input("down", h, d)}
    if flat:
        for _ in range(layers):
            x = layer(g, n, d, h, x, w)
        g.output(x)
    else:
        g.output(g.repeat(layers, lambda r, x: layer(g, n, d, h, x, w), x))
    return g


def figures_of_a_layer() -> list[tuple[Any, ...]]:
    """Return duration, threads, work, words above and words left of every node, as sympy expressions."""
    import sympy

    g = transformer(1)
    scope, gpu = Scope(g), Gpu(Conventions())
    found = []
    for v in scope.order:
        stage = gpu.stage(scope, v, ONE, g.domain)
        quantities = (stage.duration, stage.threads, work_of(scope, v, g.domain), stage.peak, stage.net)
        positive = {s: sympy.Symbol(s.name, positive=True, integer=True) for s in _symbols(quantities)}
        found.append(tuple(to_sympy(q.expr).xreplace(positive) for q in quantities))
    return found


def _symbols(quantities: tuple[Any, ...]) -> set[Any]:
    return {s for q in quantities for s in to_sympy(q.expr).free_symbols}


def eagerly(nodes: list[tuple[Any, ...]], layers: int) -> tuple[Any, ...]:
    """Compose the figures of layers, each sum and maximum taken at once."""
    import sympy

    span = work = threads = peak = live = sympy.Integer(0)
    for _ in range(layers):
        for duration, wide, steps, above, left in nodes:
            span, work = sympy.expand(span + duration), sympy.expand(work + steps)
            threads = sympy.Max(threads, wide)
            peak = sympy.Max(peak, sympy.expand(live + above))
            live = sympy.expand(live + left)
        live = sympy.expand(live - sum(node[4] for node in nodes))  # a layer leaves as much as it took
    return span, work, threads, peak


def timed(function: Any, *given: Any) -> float:
    gpu.RETAINED.forget()
    ram.RETAINED.forget()
    begin = time.process_time()
    function(*given)
    return time.process_time() - begin


def main() -> None:
    from sympy.core.cache import clear_cache

    nodes = figures_of_a_layer()
    flat, rounds, rival = [], [], []
    for _ in range(REPEATS):
        flat.append(timed(wd.analyze, transformer(LAYERS)))
        rounds.append(timed(wd.analyze, transformer(LAYERS, flat=False)))
        clear_cache()
        rival.append(timed(eagerly, nodes, LAYERS))
    ours, one, theirs = median(flat), median(rounds), median(rival)
    print(f"{LAYERS} flat layers of {len(nodes)} nodes: ours {ours:.2f} s, sympy eagerly {theirs:.2f} s")
    print(f"the same as rounds of one body: {one * 1e3:.0f} ms")
    rows = {
        f"eager sympy / deriving {LAYERS} flat layers from the graph": {
            "value": theirs / ours,
            "goal": 50,
            "unit": "times",
        },
        f"eager sympy / deriving {LAYERS} rounds of one layer": {
            "value": theirs / one,
            "goal": 50,
            "unit": "times",
        },
    }
    store("transformer", {"rows": rows, "samples": {"flat": flat, "rounds": rounds, "sympy": rival}})


if __name__ == "__main__":
    main()
