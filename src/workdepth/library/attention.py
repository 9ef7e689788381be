"""Attention: each position's mean of all values, weighted by how its query meets their keys."""

from __future__ import annotations

from typing import Any

from workdepth.graph.algorithm import Algorithm
from workdepth.graph.ops import ADD, EXP, MAXIMUM
from workdepth.library.entry import entry
from workdepth.symbolic import Expr

LOWEST = -1e300  # below every score: the weight of what stands there is zero


def _attention(q: Any, k: Any, v: Any) -> Any:
    import numpy

    scores = q @ k.T
    weights = numpy.exp(scores - scores.max(axis=1, keepdims=True))
    return weights / weights.sum(axis=1, keepdims=True) @ v


def _rows(rng: Any, n: int, d: int) -> dict[str, Any]:
    return {name: rng.standard_normal((n, d)) for name in ("q", "k", "v")}


def _rows_in_blocks(rng: Any, t: int, b: int, d: int) -> dict[str, Any]:
    return _rows(rng, t * b, d)


@entry(
    "attention",
    oracle=_attention,
    samples=_rows,
    teaches="every position meets every other: quadratic memory, whatever is done with the time",
    source="Vaswani et al., Attention is all you need, NeurIPS 2017, section 3.2.1, without the factor 1/sqrt(d)",
)
def attention() -> Algorithm:
    """Return softmax(q k^T) v for n positions of d numbers."""
    g = Algorithm("attention")
    n, d = g.size("n", low=2), g.size("d", low=2)
    q, k, v = (g.input(text, n, d) for text in "qkv")
    scores = g.map([n, n], lambda i, j: g.fold(ADD, d, lambda c: q[i, c] * k[j, c]))
    top = g.map(n, lambda i: g.fold(MAXIMUM, n, lambda j: scores[i, j]))
    weights = g.map([n, n], lambda i, j: g.apply(EXP, scores[i, j] - top[i]))
    total = g.map(n, lambda i: g.fold(ADD, n, lambda j: weights[i, j]))
    g.output(g.map([n, d], lambda i, c: g.fold(ADD, n, lambda j: weights[i, j] * v[j, c]) / total[i]))
    return g


@entry(
    "attention-blocked",
    oracle=_attention,
    samples=_rows_in_blocks,
    teaches="b keys at a time, and what is kept is scaled anew: n*b scores instead of n*n, for n/b rounds of time",
    source="Dao et al., FlashAttention, NeurIPS 2022, algorithm 1; Milakov and Gimelshein, arXiv 1805.02867 (2018)",
)
def attention_blocked() -> Algorithm:
    """Return softmax(q k^T) v for n = t*b positions of d numbers, over t blocks of b keys one after the other."""
    g = Algorithm("attention-blocked")
    t, b, d = (g.size(text, low=2) for text in "tbd")
    n = t * b
    q, k, v = (g.input(text, n, d) for text in "qkv")

    def block(r: Expr, top: Any, total: Any, mean: Any) -> Any:
        scores = g.map([n, b], lambda i, j: g.fold(ADD, d, lambda c: q[i, c] * k[b * r + j, c]))
        higher = g.map(n, lambda i: g.apply(MAXIMUM, top[i], g.fold(MAXIMUM, b, lambda j: scores[i, j])))
        weights = g.map([n, b], lambda i, j: g.apply(EXP, scores[i, j] - higher[i]))
        shrink = g.map(n, lambda i: g.apply(EXP, top[i] - higher[i]))
        added = g.map(n, lambda i: total[i] * shrink[i] + g.fold(ADD, b, lambda j: weights[i, j]))
        moved = g.map(
            [n, d],
            lambda i, c: mean[i, c] * shrink[i] + g.fold(ADD, b, lambda j: weights[i, j] * v[b * r + j, c]),
        )
        return higher, added, moved

    nothing = (g.map(n, lambda i: LOWEST), g.map(n, lambda i: 0.0), g.map([n, d], lambda i, c: 0.0))
    _, total, mean = g.repeat(t, block, *nothing)
    g.output(g.map([n, d], lambda i, c: mean[i, c] / total[i]))
    return g
