"""Loops that double or halve: the number of rounds is found from the loop."""

from __future__ import annotations

import pytest

import workdepth as wd


@pytest.mark.parametrize("low", [1, 2, 3])
def test_doubling_takes_the_rounds_that_the_loop_takes(low: int) -> None:
    n = wd.size("n")
    loop = wd.doubling(low, n)
    for end in range(low, 70):
        s, rounds = low, 0
        while s < end:
            assert loop.value(wd.symbolic.as_expr(rounds)).at({"n": end}) == s
            s, rounds = 2 * s, rounds + 1
        assert loop.times.at({"n": end}) == rounds


@pytest.mark.parametrize("up", [False, True])
def test_halving_takes_the_rounds_that_the_loop_takes(up: bool) -> None:
    n = wd.size("n")
    loop = wd.halving(n, up=up)
    for high in range(1, 70):
        s, rounds = high, 0
        while s > 1:
            assert loop.value(wd.symbolic.as_expr(rounds)).at({"n": high}) == s
            s, rounds = (s + up) // 2, rounds + 1
        assert loop.times.at({"n": high}) == rounds


def test_a_halving_loop_has_a_logarithm_in_its_time() -> None:
    n = wd.size("n")
    g = wd.Algorithm("halving")
    g.output(g.repeat(wd.halving(n, up=True), lambda s, v: v * 3 + s, g.input("v")))
    assert str(wd.analyze(g)["GPU"].time) == "2*ceiling(log2(n))"
    wd.check(g, n=range(1, 40))


def test_a_halving_loop_around_a_map_is_linear() -> None:
    n = wd.size("n")
    g = wd.Algorithm("shrinking")
    x = g.input("x", n)
    g.output(g.repeat(wd.doubling(1, n), lambda s, x: g.map((s, n), lambda i: x[i] + x[i - s], into=x), x))
    assert wd.run(g, x=[1] * 9).tolist() == list(range(1, 10))
    wd.check(g, n=range(1, 20))


def test_a_loop_that_doubles_starts_at_a_number() -> None:
    with pytest.raises(
        wd.errors.GraphError, match="a loop that doubles starts at 0; start it at a whole number"
    ):
        wd.doubling(0, wd.size("n"))
