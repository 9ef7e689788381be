"""Running graphs on real numbers."""

from __future__ import annotations

from typing import Any

import networkx as nx
import numpy as np
import pytest

from graphs import bitonic, fft, floyd_warshall, hillis_steele, matmul, multiply_n
from workdepth.errors import GraphError, SizeError
from workdepth.graph import ops
from workdepth.graph.algorithm import Algorithm
from workdepth.graph.ops import Op
from workdepth.graph.run import run

RNG = np.random.default_rng(7)


def elementwise(body: Any) -> Algorithm:
    g = Algorithm("elementwise")
    n = g.size("n")
    x = g.input("x", n)
    g.output(g.map(n, lambda i: body(g, x[i], i)))
    return g


def test_multiply_n_wraps_around_like_numpy() -> None:
    x = RNG.integers(0, 2**31, 37, dtype=np.uint32) | 1
    found = run(multiply_n(), x=x)
    assert found.dtype == np.uint32
    assert found == np.multiply.reduce(x, dtype=np.uint32)


@pytest.mark.parametrize("inner", ["tree", "left", "serial"])
def test_matmul(inner: str) -> None:
    a, b = RNG.integers(0, 9, (5, 7)), RNG.integers(0, 9, (7, 3))
    assert (run(matmul(inner), a=a, b=b) == a @ b).all()


def test_fft() -> None:
    x, n = RNG.random(16).astype(complex), 16
    reverse = [int(f"{i:04b}"[::-1], 2) for i in range(n)]
    found = run(fft(), x=x[reverse], w=np.exp(-2j * np.pi * np.arange(n // 2) / n))
    assert np.allclose(found, np.fft.fft(x))


def test_sorting_scan_and_shortest_paths() -> None:
    x = RNG.integers(0, 99, 32)
    assert (run(bitonic(), x=x) == np.sort(x)).all()
    assert (run(hillis_steele(), x=x) == np.cumsum(x)).all()
    d = RNG.integers(1, 50, (9, 9))
    best = d.copy()
    for k in range(9):
        best = np.minimum(best, best[:, [k]] + best[[k], :])
    assert (run(floyd_warshall(), d=d) == best).all()


@pytest.mark.parametrize("dtype", ["uint8", "uint32", "int16", "float32", "float64", "complex64"])
def test_literals_and_indices_are_weak(dtype: str) -> None:
    found = run(elementwise(lambda g, x, i: x * i + 1), x=np.ones(5, dtype))
    assert found.dtype == np.dtype(dtype)
    assert found.tolist() == [1, 2, 3, 4, 5]


def test_a_float_literal_makes_integers_floats_as_in_numpy() -> None:
    assert run(elementwise(lambda g, x, i: x * 0.5), x=np.array([1, 2], np.int32)).dtype == np.float64
    assert run(elementwise(lambda g, x, i: x * 0.5), x=np.array([1, 2], np.float32)).dtype == np.float32


def test_types_may_differ_within_one_array() -> None:
    h = Algorithm()
    x, y = h.input("x", 2), h.input("y", 2)
    table = h.map(2, lambda i: h.apply(ops.COPY, x[i]), into=h.empty(4), at=lambda i: 2 * i)
    table = h.map(2, lambda i: h.apply(ops.COPY, y[i]), into=table, at=lambda i: 2 * i + 1)
    h.output(h.map(4, lambda i: table[i] + 1))
    found = run(h, x=np.array([1, 2], np.int8), y=np.array([0.5, 1.5], np.float32))
    assert found.dtype == np.float32
    assert found.tolist() == [2, 1.5, 3, 2.5]


def test_comparisons_and_select() -> None:
    g = elementwise(lambda g, x, i: g.apply(ops.SELECT, x < 2, g.apply(ops.COPY, x < 2), x))
    assert run(g, x=np.array([1, 5, 2])).tolist() == [1, 5, 2]


def test_an_op_of_several_results() -> None:
    g = Algorithm()
    x = g.input("x", 2)
    low, high = g.apply(ops.COMPARE_EXCHANGE, x[0], x[1])
    g.output(low, "low")
    g.output(high, "high")
    assert run(g, x=[5, 3]) == {"low": 3, "high": 5}


def test_a_users_op() -> None:
    double = Op("double", 1, lambda a: a + a)
    assert run(elementwise(lambda g, x, i: g.apply(double, x)), x=[1, 2]).tolist() == [2, 4]


def test_inputs_are_not_changed() -> None:
    x = np.arange(8.0)
    run(hillis_steele(), x=x)
    assert (x == np.arange(8.0)).all()


def test_an_output_may_be_an_input_or_a_number() -> None:
    g = Algorithm()
    x = g.input("x", g.size("n"))
    g.output(x)
    g.output(3, "three")
    found = run(g, x=[1.5, 2.5])
    assert found["x" if "x" in found else "result"].tolist() == [1.5, 2.5]
    assert found["three"] == 3


# Sizes


def test_sizes_follow_from_affine_extents() -> None:
    g = Algorithm()
    n, m = g.size("n"), g.size("m")
    x, y = g.input("x", 2 * n + 1), g.input("y", n + 3 * m)
    g.output(g.fold(ops.ADD, x) + g.fold(ops.ADD, y))
    assert run(g, x=np.ones(5), y=np.ones(8)) == 13
    with pytest.raises(GraphError, match=r"x has an extent of 4, but 2\*n \+ 1 is that for no integer n"):
        run(g, x=np.ones(4), y=np.ones(8))


def test_sizes_that_do_not_follow_are_given() -> None:
    g = Algorithm()
    t = g.size("t")
    g.output(g.repeat(t, lambda k, s: s + 1, g.input("x")))
    assert run(g, x=1, t=4) == 5
    with pytest.raises(GraphError, match=r"size 't' does not follow .* of x .*by name: t="):
        run(g, x=1)


# What is refused


@pytest.mark.parametrize(
    ("arrays", "words"),
    [
        ({}, "input 'x' is missing"),
        ({"x": [1], "z": 2}, "there is no input 'z' (at elementwise); the inputs are: x; the sizes: n"),
        ({"x": np.ones((2, 2))}, "x has 2 dimensions where 1 are declared"),
        ({"x": [1, 2], "n": 3}, "x has an extent of 2 where n = 3 is declared (n = 3)"),
        ({"x": [[1], [1, 2]]}, "x is no array"),
        ({"x": ["a", "b"]}, "op 'negate' refuses operands of type <U1"),
        ({"x": np.array([None])}, "op 'negate' refuses operands of type object"),
    ],
)
def test_bad_arrays(arrays: dict[str, Any], words: str) -> None:
    with pytest.raises(GraphError) as caught:
        run(elementwise(lambda g, x, i: -x), **arrays)
    assert words in str(caught.value)


def test_a_literal_that_does_not_fit() -> None:
    with pytest.raises(GraphError, match="op 'add' refuses"):
        run(elementwise(lambda g, x, i: x + 300), x=np.ones(2, np.uint8))
    with pytest.raises(GraphError, match="op 'add' refuses"):
        run(elementwise(lambda g, x, i: x + i * 300), x=np.ones(3, np.uint8))


def test_an_op_that_returns_nonsense() -> None:
    three = Op("three", 1, lambda a: np.ones(3))
    with pytest.raises(GraphError, match=r"op 'three' refuses .* a result of shape \(3,\)"):
        run(elementwise(lambda g, x, i: g.apply(three, x)), x=[1.0, 2.0])


def test_sizes_outside_their_domain() -> None:
    with pytest.raises(SizeError, match="n = 0 is outside its domain"):
        run(multiply_n(), x=[])
    with pytest.raises(SizeError, match="n = 3 is not a power of 2"):
        run(hillis_steele(), x=[1, 2, 3])


def test_a_plain_dag_computes_nothing() -> None:
    with pytest.raises(GraphError, match="a DiGraph names no operations"):
        run(nx.DiGraph())
