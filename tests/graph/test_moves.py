"""Gathers and scatters: results against NumPy, hand-counted figures, what is refused."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

import workdepth as wd
from workdepth.errors import GraphError, SizeError
from workdepth.graph import ops
from workdepth.graph.files import dumps, loads, same
from workdepth.graph.files.pictures import write_dot, write_mermaid
from workdepth.graph.nodes import Gather, Scatter
from workdepth.graph.ops import Op
from workdepth.graph.unroll import PHASES, unroll
from workdepth.graph.wellformed import check_graph
from workdepth.schedule.profile import profile

RNG = np.random.default_rng(11)


def taking() -> wd.Algorithm:
    g = wd.Algorithm("take")
    n, m = wd.size("n"), wd.size("m")
    g.output(g.gather(g.input("a", m), g.input("at", n)))
    return g


def adding(conflicts: str = "serial", op: Op | None = wd.ADD) -> wd.Algorithm:
    g = wd.Algorithm("add-at")
    n, m = wd.size("n"), wd.size("m")
    g.output(g.scatter(g.input("base", m), g.input("at", n), g.input("values", n), op, conflicts=conflicts))
    return g


def histogram() -> wd.Algorithm:
    g = wd.Algorithm("histogram")
    n, m = wd.size("n"), wd.size("m")
    x = g.input("x", n)
    g.output(g.scatter(g.map(m, lambda j: 0), x, g.map(n, lambda i: 1), wd.ADD))
    return g


def list_ranking() -> wd.Algorithm:
    """Wyllie's pointer jumping: the distance of each element to the end of its list."""
    g = wd.Algorithm("list-ranking")
    n = wd.size("n")
    following = g.input("following", n)
    last = g.map(n, lambda i: g.apply(ops.EQUAL, following[i], i))
    rank = g.map(n, lambda i: g.apply(ops.SELECT, last[i], 0, 1))

    def jump(k: Any, rank: Any, to: Any) -> Any:
        beyond = g.gather(rank, to)
        return g.map(n, lambda i: rank[i] + beyond[i]), g.gather(to, to)

    rank, to = g.repeat(wd.ceiling(wd.log2(n)), jump, rank, following)
    g.output(rank)
    g.output(to, "end")  # else the last jump would be work for nothing, and refused
    return g


def figures(g: wd.Algorithm, machine: str, phases: str = "barrier", **sizes: int) -> tuple[int, ...]:
    p = profile(unroll(g, phases=phases, **sizes), machine)
    return p.time, p.memory, p.threads, p.work


# Results


@pytest.mark.parametrize("dtype", ["uint8", "int64", "uint64"])
def test_take(dtype: str) -> None:
    a, at = RNG.random(7), RNG.integers(0, 7, 20).astype(dtype)
    assert (wd.run(taking(), a=a, at=at) == np.take(a, at)).all()


def test_take_rows_by_an_index_of_two_dimensions() -> None:
    g = wd.Algorithm("embedding")
    words, width, n, m = (wd.size(s) for s in ("words", "width", "n", "m"))
    g.output(g.gather(g.input("table", words, width), g.input("at", n, m)))
    table, at = RNG.integers(0, 99, (5, 3)), RNG.integers(0, 5, (2, 4))
    assert (wd.run(g, table=table, at=at) == table[at]).all()
    assert figures(g, "GPU", words=5, width=3, n=2, m=4) == (1, 24, 24, 24)


@pytest.mark.parametrize("dtype", ["uint32", "float64"])
def test_add_at(dtype: str) -> None:
    for n in (1, 5, 40):
        base, values = (RNG.integers(0, 99, k).astype(dtype) for k in (6, n))
        at = RNG.integers(0, 6, n)
        expected = base.copy()
        np.add.at(expected, at, values)
        found = wd.run(adding(), base=base, at=at, values=values)
        assert found.dtype == base.dtype
        assert (found == expected).all()


def test_values_meet_in_the_order_of_the_index() -> None:
    digits = Op("digits", 2, lambda a, b: a * 10 + b)
    found = wd.run(adding(op=digits), base=[0, 0], at=[1, 0, 1, 1], values=[1, 2, 3, 4])
    assert found.tolist() == [2, 134]


def test_put() -> None:
    at, values = RNG.permutation(9)[:5], RNG.integers(0, 99, 5)
    base = RNG.integers(100, 200, 9)
    expected = base.copy()
    expected[at] = values
    assert (wd.run(adding("distinct", None), base=base, at=at, values=values) == expected).all()


def test_put_rows() -> None:
    g = wd.Algorithm("rows")
    n = wd.size("n")
    base = g.input("base", n, 2)
    g.output(g.scatter(base, g.input("at", 2), g.input("rows", 2, 2), wd.ADD))
    found = wd.run(g, base=np.zeros((3, 2), int), at=[2, 2], rows=[[1, 2], [3, 4]])
    assert found.tolist() == [[0, 0], [0, 0], [4, 6]]
    assert figures(g, "GPU", n=3)[0] == 2  # the words of a row meet at the same time


def test_histogram_and_list_ranking() -> None:
    x = RNG.integers(0, 6, 30)
    assert (wd.run(histogram(), x=x, m=6) == np.bincount(x, minlength=6)).all()
    order = RNG.permutation(13)
    following, expected = np.empty(13, int), np.empty(13, int)
    following[order] = [*order[1:], order[-1]]
    expected[order] = np.arange(12, -1, -1)
    found = wd.run(list_ranking(), following=following)
    assert (found["result"] == expected).all()
    assert (found["end"] == order[-1]).all()


def test_compaction_into_an_empty_array() -> None:
    """Stable partition by an exclusive scan: every position is written, so every one can be read."""
    g = wd.Algorithm("partition")
    n = wd.size("n")
    x, keep = g.input("x", n), g.input("keep", n)
    before = g.scan(wd.ADD, keep, inclusive=False, method="brent-kung")
    kept = before[n - 1] + keep[n - 1]
    at = g.map(n, lambda i: g.apply(ops.SELECT, keep[i], before[i], kept + i - before[i]))
    g.output(g.scatter(g.empty(n), at, x))
    x, keep = RNG.integers(0, 99, 12), RNG.integers(0, 2, 12)
    assert wd.run(g, x=x, keep=keep).tolist() == [*x[keep == 1], *x[keep == 0]]


def test_one_position_at_a_time() -> None:
    """Binary search: the position is a word; rows of a map search alike."""
    g = wd.Algorithm("search")
    n, m = g.size("n", power_of=2), wd.size("m")
    table, keys = g.input("table", n), g.input("keys", m)

    def halve(k: Any, at: Any, key: Any) -> Any:
        further = at + n / 2 ** (k + 1)
        return g.apply(ops.SELECT, g.gather(table, further) <= key, further, at)

    g.output(g.map(m, lambda i: g.repeat(wd.log2(n), lambda k, at: halve(k, at, keys[i]), 0)))
    table = np.sort(RNG.integers(0, 99, 16))
    keys = RNG.integers(table[0], 99, 9)
    found = wd.run(g, table=table, keys=keys)
    assert (found == np.searchsorted(table, keys, side="right") - 1).all()


def test_rows_of_different_lengths() -> None:
    g = wd.Algorithm("triangle")
    n = wd.size("n")
    at = g.input("at", n, n)
    x = g.input("x", n)
    part = lambda i: g.gather(x, g.map(i + 1, lambda j: at[i, j] % n))  # noqa: E731
    spread = lambda i: g.scatter(g.map(i + 1, lambda j: x[j]), g.map(i + 1, lambda j: i - j), part(i))  # noqa: E731
    g.output(g.map(n, lambda i: g.fold(wd.MAXIMUM, spread(i))))
    other = g.map(n, lambda i: g.map(n, lambda j: at[i, j]))
    g.output(other, "all")
    at, x = RNG.integers(0, 99, (6, 6)), RNG.integers(0, 99, 6)
    found = wd.run(g, at=at, x=x)["result"]
    assert found.tolist() == [x[at[i, : i + 1] % 6].max() for i in range(6)]


# Figures


def test_a_gather_is_one_step_and_holds_its_array() -> None:
    for n in (1, 4, 9):
        for phases in PHASES:
            assert figures(taking(), "GPU", phases, n=n, m=5) == (1, 5 + n, n, n)
            assert figures(taking(), "RAM", phases, n=n, m=5) == (n, 5 + n, 1, n)


def test_a_scatter_with_conflicts_is_a_chain() -> None:
    for n in (1, 4, 9):
        for phases in PHASES:
            assert figures(adding(), "GPU", phases, n=n, m=5) == (n, 5 + 2 * n, 1, n)
            assert figures(adding("distinct"), "GPU", phases, n=min(n, 5), m=5)[0] == 1
            assert figures(adding(), "RAM", phases, n=n, m=5) == (n, 5 + 2 * n, 1, n)


def test_the_renewed_array_takes_its_words_from_the_start() -> None:
    p = profile(unroll(histogram(), n=5, m=3), "RAM")
    assert p.live.tolist() == [8, 7, 6, 5, 4, 3]
    assert profile(unroll(histogram(), n=5, m=3), "RAM", "separate").memory == 9


def test_a_step_lasts_as_long_as_its_op() -> None:
    slow = Op("slow", 2, "add", work=3)
    assert figures(adding(op=slow), "GPU", n=4, m=2)[0] == 12
    assert figures(adding("distinct", slow), "GPU", n=2, m=2)[0] == 3


def test_many_readers_of_one_word() -> None:
    unit = unroll(taking(), n=8, m=5)
    assert profile(unit, "GPU", reads="exclusive").time == 1 + 3
    assert profile(unit, "GPU", spawn="fork-join").time == 1 + 3


def test_edges_are_few() -> None:
    unit = unroll(taking(), n=300, m=200)
    assert len(unit.operands) + len(unit.order) < 10 * 500


# Files, copies, pictures


@pytest.mark.parametrize("make", [taking, adding, histogram, list_ranking])
def test_copies_files_and_pictures(make: Any) -> None:
    g = make()
    assert same(loads(dumps(g)), g)
    assert same(g.copy(), g)
    assert write_dot(g)
    assert write_mermaid(g)
    sizes = {s.name: 4 for s in g.sizes}
    assert "<svg" in wd.draw(g, **sizes)
    assert len(unroll(g, **sizes).to_networkx())


# What is refused


@pytest.mark.parametrize(
    ("g", "arrays", "words"),
    [
        (
            taking(),
            {"a": [1, 2], "at": [0, 2]},
            "position 2 is outside an array of 2 (index 1 read) (at gather1)",
        ),
        (taking(), {"a": [1, 2], "at": [-1]}, "position -1 is outside an array of 2"),
        (taking(), {"a": [1, 2], "at": [0.5]}, "positions of type float64 are no integers"),
        (adding(), {"base": [1], "at": [3], "values": [1]}, "position 3 is outside an array of 1"),
        (
            adding("distinct", None),
            {"base": [1, 2, 3], "at": [2, 0, 2], "values": [1, 2, 3]},
            "values 0 and 2 both go to position 2, but positions were promised distinct",
        ),
    ],
)
def test_bad_positions(g: wd.Algorithm, arrays: Any, words: str) -> None:
    with pytest.raises(GraphError) as caught:
        wd.run(g, **arrays)
    assert words in str(caught.value)
    assert caught.value.next_step


def test_what_no_data_could_do() -> None:
    with pytest.raises(
        GraphError, match=r"scatter1 scatters to 3 distinct positions of 2 \(with m = 2, n = 3\)"
    ):
        unroll(adding("distinct"), n=3, m=2)
    g = wd.Algorithm("nothing")
    n = g.size("n", low=0)
    g.output(g.gather(g.input("a", n), g.input("at", 1)))
    with pytest.raises(GraphError, match=r"gather\d gathers from an empty array \(with n = 0\)"):
        unroll(g, n=0)


def test_reading_what_nobody_has_written() -> None:
    g = wd.Algorithm("holes")
    at, x = g.input("at", 2), g.input("x", 2)
    spread = g.scatter(g.empty(3), at, x)
    g.output(g.map(3, lambda i: spread[i] + 1))
    with pytest.raises(GraphError, match="map3/add2 reads an element that no scatter has written"):
        wd.run(g, at=[0, 2], x=[5, 6])
    h = wd.Algorithm("holes")
    h.output(h.scatter(h.empty(3), h.input("at", 2), h.input("x", 2)))
    with pytest.raises(GraphError, match=r"an output has an element that no scatter has written: \[1\]"):
        wd.run(h, at=[0, 2], x=[5, 6])
    h = wd.Algorithm("holes")
    h.output(h.scatter(h.empty(3), h.input("at", 2), h.input("x", 2), wd.ADD))
    with pytest.raises(GraphError, match="scatter2 reads an element that no scatter has written"):
        wd.run(h, at=[0, 2], x=[5, 6])
    h = wd.Algorithm("holes")
    h.output(h.gather(h.empty(3), h.input("at", 2)))
    with pytest.raises(GraphError, match=r"gather2 reads an element of empty1 before it is written"):
        unroll(h)


def test_the_builder_refuses() -> None:
    g = wd.Algorithm("bad")
    n = wd.size("n")
    x, word, at = g.input("x", n), g.input("word"), g.input("at", 2)
    with pytest.raises(GraphError, match="gather needs an array, and word is one word"):
        g.gather(word, at)
    with pytest.raises(GraphError, match=r"scatter takes values of shape \(2\), not \(n\)"):
        g.scatter(x, at, x)
    with pytest.raises(GraphError, match="without an op the positions of a scatter are distinct"):
        g.scatter(x, at, at, conflicts="serial")
    with pytest.raises(GraphError, match="the conflicts of a scatter are 'some'"):
        g.scatter(x, at, at, wd.ADD, conflicts="some")
    with pytest.raises(GraphError, match="op 'copy' takes 1 operands and has 1 results"):
        g.scatter(x, at, at, ops.COPY)
    with pytest.raises(GraphError, match="where data decides, use gather"):
        x[word]


def changed(g: wd.Algorithm, kind: type, shape: Any = None, **fields: Any) -> wd.Algorithm:
    node = next(v for v, d in g.nodes(data=True) if isinstance(d["kind"], kind))
    g.nodes[node]["kind"] = replace(g.nodes[node]["kind"], **fields)
    if shape is not None:
        g.nodes[node]["shapes"] = (shape,)
    return g


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: changed(taking(), Gather, (wd.size("m"),)), "gather1 yields an array of shape (n), not (m)"),
        (
            lambda: changed(adding(), Scatter, (wd.size("n"),)),
            "scatter1 yields an array of shape (m), not (n)",
        ),
        (lambda: changed(adding(), Scatter, conflicts="none"), "the conflicts of a scatter are 'none'"),
        (lambda: changed(adding(), Scatter, op="add"), "unknown op 'add'"),
        (lambda: changed(adding(), Scatter, op=ops.NEGATE), "op 'negate' takes 1 operands and has 1 results"),
    ],
)
def test_broken_rules(make: Any, words: str) -> None:
    with pytest.raises(GraphError) as caught:
        check_graph(make())
    assert words in str(caught.value)


def test_broken_edges() -> None:
    g = taking()
    g.remove_edge("at", "gather1")
    with pytest.raises(GraphError, match="gather1 takes 2 operands, not 1"):
        check_graph(g)
    g = adding()
    g.edges["values", "scatter1", 0]["index"] = (wd.size("n") - 1,)
    with pytest.raises(GraphError, match=r"scatter1 scatters values of shape \(\) where \(n\) belongs"):
        check_graph(g)
    g = taking()
    g.edges["a", "gather1", 0]["index"] = (wd.size("m") - 1,)
    with pytest.raises(GraphError, match="gather1 moves words of an array, but a is one word"):
        check_graph(g)


def test_too_large() -> None:
    for g in (taking(), adding()):
        with pytest.raises(SizeError, match="GiB"):
            unroll(g, n=3, m=10**12)
        with pytest.raises(SizeError, match="GiB"):
            unroll(g, n=10**12, m=3)


def test_a_gather_from_an_empty_array_is_refused_without_unrolling() -> None:
    g = wd.Algorithm("nothing there")
    g.output(g.gather(g.empty(0), g.input("i", wd.size("n"))))
    with pytest.raises(GraphError, match=r"gather\d gathers from an empty array \(with n = 1\)"):
        wd.analyze(g)
