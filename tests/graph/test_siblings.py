"""Calls of one body side by side: the same unit graph as one by one, in fewer steps."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

import workdepth as wd
from workdepth.graph.frames import Style
from workdepth.graph.siblings import Arranged
from workdepth.library.recursive import karatsuba, matmul_recursive, merge_sort_parallel_merge, strassen


def one_by_one(style: Style, scope: object) -> Arranged:
    return Arranged(tuple(scope.steps.values()), {})


def after_another() -> wd.Algorithm:
    """Two calls, then two that need both, all of one body; a base case with a literal and a repeat."""
    g = wd.Algorithm("after another")
    n = g.size("n", power_of=2)
    x = g.input("x", n)
    g.base(n, 2, lambda: g.repeat(3, lambda r, s: g.map(n, lambda i: s[i] * 2 + x[i]), x))
    h = n / 2
    low, high = g.map(h, lambda i: x[i]), g.map(h, lambda i: x[i + h])
    a, b = g.call(g, low, n=h), g.call(g, high, n=h)
    c = g.call(g, g.map(h, lambda i: a[i] + b[i]), n=h)
    d = g.call(g, g.map(h, lambda i: a[i] * b[i]), n=h)
    out = g.map(h, lambda i: c[i], into=g.empty(n), at=lambda i: i)
    g.output(g.map(h, lambda i: d[i] - 1, into=out, at=lambda i: i + h))
    return g


def in_a_map() -> wd.Algorithm:
    """Pairs of calls in every copy of a map, their operands rows, names of inputs and numbers."""
    callee = wd.Algorithm("scaled")
    m = callee.size("m")
    y, factor = callee.input("y", m), callee.input("factor")
    callee.output(callee.map(m, lambda i: y[i] * factor))
    g = wd.Algorithm("in a map")
    n, k = g.size("n", low=2), g.size("k", low=2)
    a = g.input("a", n, k)

    def row(i: object) -> object:
        one, two = g.call(callee, a[i], 3, m=k), g.call(callee, a[0], a[i, 1], m=k)
        return g.map(k, lambda j: one[j] - two[j])

    g.output(g.map(n, row))
    return g


CASES = [
    (merge_sort_parallel_merge, {"n": 16}),
    (matmul_recursive, {"n": 4}),
    (strassen, {"n": 4}),
    (karatsuba, {"n": 8}),
    (after_another, {"n": 16}),
    (in_a_map, {"n": 3, "k": 4}),
]


@pytest.mark.parametrize("phases", ["barrier", "dataflow", "sequence"])
@pytest.mark.parametrize(("build", "sizes"), CASES, ids=lambda x: getattr(x, "__name__", ""))
def test_together_and_one_by_one_are_the_same_graph(
    build: Callable[[], wd.Algorithm], sizes: dict[str, int], phases: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    together = wd.unroll(build(), phases=phases, **sizes)
    monkeypatch.setattr(Style, "arranged", one_by_one)
    alone = wd.unroll(build(), phases=phases, **sizes)
    assert together.ops == alone.ops
    for name in ("kind", "op_code", "operand_start", "operands", "order_start", "work", "origin", "spawned"):
        assert np.array_equal(getattr(together, name), getattr(alone, name)), name
    for u in (together, alone):  # the orders of waiting may be noted in another order, and so may waves
        assert sorted(u.waves) == sorted(alone.waves)
    rows = [np.split(u.order, u.order_start[1:-1]) for u in (together, alone)]
    assert all(sorted(set(a)) == sorted(set(b)) for a, b in zip(*rows, strict=True))
    assert len(together.wave_start) <= len(alone.wave_start)


@pytest.mark.parametrize(("build", "sizes"), CASES, ids=lambda x: getattr(x, "__name__", ""))
def test_every_wave_needs_earlier_waves_only(
    build: Callable[[], wd.Algorithm], sizes: dict[str, int]
) -> None:
    unit = wd.unroll(build(), **sizes)
    wave = np.full(len(unit), -1)
    for k, ids in enumerate(np.split(unit.waves, unit.wave_start[1:-1])):
        wave[ids] = k
    for before, after in unit.to_networkx().edges():
        assert wave[before] < wave[after]


def test_a_recursion_of_many_calls_is_opened_by_levels() -> None:
    unit = wd.unroll(matmul_recursive(), n=32)
    assert unit.operations == 2 * 32**3 - 32**2
    assert len(unit.wave_start) < 200  # of 37449 calls


def test_names_in_errors_are_those_of_the_callee() -> None:
    callee = wd.Algorithm("reads beyond")
    m = callee.size("m")
    y = callee.input("y", m)
    callee.output(callee.map(m, lambda i: y[i + 1]))
    g = wd.Algorithm("two calls")
    n = g.size("n")
    a, b = g.input("a", n), g.input("b", n)
    first, second = (g.call(callee, x, m=n) for x in (a, b))
    g.output(g.map(n, lambda i: first[i] + second[i]))
    with pytest.raises(wd.WorkdepthError, match="out of bounds"):
        wd.unroll(g, n=3)


def recursion_beyond() -> wd.Algorithm:
    g = wd.Algorithm("beyond")
    n = g.size("n", power_of=2)
    x = g.input("x", n)
    g.base(n, 1, lambda: x[1])
    low, high = g.map(n / 2, lambda i: x[i]), g.map(n / 2, lambda i: x[i + n / 2])
    g.output(g.call(g, low, n=n / 2) + g.call(g, high, n=n / 2))
    return g


def test_a_sibling_is_not_taken_for_another_in_errors() -> None:
    with pytest.raises(wd.WorkdepthError, match=r"operand 0 of a call\)\[1\] is out of bounds"):
        wd.unroll(recursion_beyond(), n=4)
