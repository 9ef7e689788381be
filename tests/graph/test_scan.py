"""Scans: results against NumPy, hand-counted figures, what is refused."""

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
from workdepth.graph.nodes import Scan
from workdepth.graph.op_rules import METHOD_NAMES
from workdepth.graph.ops import Op
from workdepth.graph.prefix import METHODS, network
from workdepth.graph.unroll import PHASES, unroll
from workdepth.graph.wellformed import check_graph
from workdepth.schedule.profile import profile

BOTH = pytest.mark.parametrize("inclusive", [True, False])
EACH = pytest.mark.parametrize("method", METHODS)
RNG = np.random.default_rng(5)


def prefixes(op: Op = ops.ADD, method: str = "hillis-steele", inclusive: bool = True) -> wd.Algorithm:
    g = wd.Algorithm("prefixes")
    g.output(g.scan(op, g.input("x", g.size("n")), method=method, inclusive=inclusive))
    return g


@BOTH
@EACH
def test_sums_as_numpy_has_them(method: str, inclusive: bool) -> None:
    g = prefixes(ops.ADD, method, inclusive)
    for n in (*range(1, 20), 64, 100):
        x = RNG.integers(0, 2**31, n, dtype=np.uint32)
        expected = np.add.accumulate(x, dtype=np.uint32)
        if not inclusive:
            expected = np.concatenate([[0], expected[:-1]])
        found = wd.run(g, x=x)
        assert found.dtype == np.uint32 or (n == 1 and not inclusive)  # then it is a lone literal
        assert (found == expected).all()


@EACH
def test_left_stays_left(method: str) -> None:
    first = Op("first", 2, lambda a, b: a, associative=True)
    last = Op("last", 2, lambda a, b: b, associative=True)
    x = RNG.integers(0, 99, 13)
    assert wd.run(prefixes(first, method), x=x).tolist() == [x[0]] * 13
    assert wd.run(prefixes(last, method), x=x).tolist() == x.tolist()


@EACH
def test_an_op_of_two_results(method: str) -> None:
    def best(a: Any, i: Any, b: Any, j: Any) -> Any:
        return np.maximum(a, b), np.where(a >= b, i, j)

    g = wd.Algorithm("running-argmax")
    x = g.input("x", wd.size("n"))
    op = Op("argmax", 4, best, results=2, associative=True)
    for k, array in enumerate(g.scan(op, wd.size("n"), lambda i: (x[i], i), method=method)):
        g.output(array, f"y{k}")
    found = wd.run(g, x=[3, 1, 4, 1, 5, 9, 2, 6])
    assert found["y0"].tolist() == [3, 3, 4, 4, 5, 9, 9, 9]
    assert found["y1"].tolist() == [0, 0, 2, 2, 4, 5, 5, 5]


@BOTH
@EACH
def test_rows_of_different_lengths(method: str, inclusive: bool) -> None:
    g = wd.Algorithm("triangle")
    n = wd.size("n")
    x = g.input("x", n)
    sums = g.map(
        n,
        lambda i: g.fold(
            ops.MAXIMUM,
            g.scan(ops.ADD, i + 1, lambda j: x[j] * 2, method=method, inclusive=inclusive),
        ),
    )
    g.output(sums)
    x = RNG.integers(1, 50, 9)
    expected = np.add.accumulate(2 * x)
    if not inclusive:
        expected = np.concatenate([[0], expected[:-1]])
    assert (wd.run(g, x=x) == expected).all()
    for phases in PHASES:
        assert unroll(g, n=9, phases=phases).operations == sum(
            i + network(method, i, inclusive).size + i - 1 for i in range(1, 10)
        )


@EACH
def test_over_nothing(method: str) -> None:
    for inclusive in (True, False):
        g = wd.Algorithm("nothing")
        g.size("n", low=0)
        g.output(g.scan(wd.ADD, g.input("x", wd.size("n")), method=method, inclusive=inclusive))
        assert wd.run(g, x=np.zeros(0)).shape == (0,)


@BOTH
@EACH
def test_figures_of_the_unrolled_graph(method: str, inclusive: bool) -> None:
    """Work, span and threads are the network's; in place takes n words, Hillis-Steele's copies apart."""
    g = prefixes(ops.ADD, method, inclusive)
    for n in (1, 2, 3, 8, 13):
        shape = network(method, n, inclusive)
        gpu, ram = (profile(unroll(g, n=n), machine) for machine in ("GPU", "RAM"))
        assert (gpu.time, gpu.threads, gpu.work) == (shape.depth, shape.widest, shape.size)
        assert (ram.time, ram.threads, ram.work) == (shape.size, 1, shape.size)
        # Without a step there is no time in which the last leaf of an exclusive scan would be held.
        words = n if shape.depth or inclusive else n - 1
        assert gpu.memory == words
        assert ram.memory == words or method == "hillis-steele"


def test_in_program_order() -> None:
    """Leaves in ascending order, then the levels, ascending: Hillis and Steele keep old values meanwhile."""
    for n in range(2, 40):
        kept = max(min(2**d, n - 2 ** (d + 1)) for d in range(n.bit_length()))
        assert profile(unroll(prefixes(), n=n), "RAM").memory == n + max(kept, 0)


def test_an_exclusive_scan_holds_its_last_leaf_to_the_end() -> None:
    g = wd.Algorithm("held")
    n = wd.size("n")
    x = g.input("x", n)
    g.output(g.scan(wd.ADD, n, lambda i: x[i] * 2, method="sequential", inclusive=False))
    p = profile(unroll(g, n=5), "GPU")
    # Five products, all there until the last of three sums; then the four that are named.
    assert p.live.tolist() == [5, 5, 5, 5, 4]
    assert (p.time, p.work) == (4, 8)


def test_the_methods_are_named_once() -> None:
    assert tuple(METHODS) == METHOD_NAMES


def test_copies_files_and_pictures() -> None:
    for method in METHODS:
        g = prefixes(ops.ADD, method, inclusive=False)
        assert same(loads(dumps(g)), g)
        assert same(g.copy(), g)
        assert f"scan add ({method}, exclusive)" in write_dot(g)
        assert "scan add" in write_mermaid(g)
    assert not same(prefixes(method="sklansky"), prefixes(method="brent-kung"))
    assert "<svg" in wd.draw(g, n=4)


# What is refused


@pytest.mark.parametrize(
    ("op", "options", "words"),
    [
        (wd.ADD, {"method": "kogge"}, "the method of a scan is 'kogge'"),
        (wd.ADD, {"inclusive": 1}, "inclusive or not, but 1 is neither"),
        (ops.SUBTRACT, {}, "'subtract' is not associative, so hillis-steele would change the result"),
        (wd.MAXIMUM, {"inclusive": False}, "'maximum' has no neutral element for an exclusive scan"),
        (
            Op("two", 4, "add", results=2, associative=True, neutral=0),
            {"inclusive": False},
            "'two' has 2 results, and no neutral element for each",
        ),
    ],
)
def test_a_bad_scan(op: Op, options: Any, words: str) -> None:
    g = wd.Algorithm("bad")
    x = g.input("x", wd.size("n"))
    with pytest.raises(GraphError, match=words) as caught:
        g.scan(op, x, **options)
    assert caught.value.next_step
    good = prefixes()
    node = next(v for v, d in good.nodes(data=True) if isinstance(d["kind"], Scan))
    kind = replace(good.nodes[node]["kind"], op=op, **options)
    good.nodes[node].update(kind=kind, shapes=good.nodes[node]["shapes"] * op.results)
    if op.results == 1:
        with pytest.raises(GraphError, match=words):
            check_graph(good)


def test_other_bad_scans() -> None:
    g = wd.Algorithm("bad")
    n = wd.size("n")
    x = g.input("x", n, n)
    with pytest.raises(GraphError, match="scan of 'add' needs an array of one dimension"):
        g.scan(wd.ADD, x)
    with pytest.raises(GraphError, match="scan of 'add' combines scalars"):
        g.scan(wd.ADD, n, lambda i: x[i])
    with pytest.raises(GraphError, match="scan takes one range"):
        g.scan(wd.ADD, [n, n], lambda i, j: x[i, j])
    h = prefixes()
    h.nodes["scan1"]["shapes"] = ((n + 1,),)
    with pytest.raises(GraphError, match=r"scan1 yields prefixes over i, not \(n \+ 1\)"):
        check_graph(h)
    h = prefixes()
    h.nodes["scan1"]["kind"] = replace(h.nodes["scan1"]["kind"], op=ops.COPY)
    with pytest.raises(GraphError, match="'copy' takes 1 operands; to scan 1 results"):
        check_graph(h)


def test_too_large() -> None:
    for method in METHODS:
        with pytest.raises(SizeError, match="GiB"):
            unroll(prefixes(method=method), n=10**12)
    with pytest.raises(SizeError, match=r"at least .* nodes"):
        unroll(prefixes(), n=10**7)
