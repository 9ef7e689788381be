"""Algorithms whose sizes data decides: what they cost over all orders of few numbers."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import cache
from itertools import permutations

import pytest

import workdepth as wd
from workdepth.graph.decisions import branches_of, choices_of
from workdepth.library import entry_named
from workdepth.symbolic import parse

GROWTHS = {
    "quicksort": {"RAM_time": "n*log(n)", "GPU_time": "n**2", "RAM_memory": "n", "GPU_threads": "n"},
    "quickselect": {"RAM_time": "n", "GPU_time": "n**2", "GPU_threads": "n"},
}
FORMULAS = {"quicksort": ("12*n*harmonic(n) + 12*harmonic(n) - 24*n", False), "quickselect": ("24*n", True)}
SWITCHES = (
    {"cells": "separate"},
    {"inputs": "loaded", "outputs": "streamed"},
    {"reads": "exclusive"},
    {"spawn": "fork-join"},
    {"phases": "sequence"},
    {"phases": "dataflow"},
)


@pytest.mark.parametrize("name", GROWTHS)
def test_growths_are_those_of_the_books(name):
    wd.assert_growth(name, **GROWTHS[name])


@pytest.mark.parametrize("name", FORMULAS)
def test_expected_work_is_marked_as_such(name):
    formula, above = FORMULAS[name]
    work = wd.analyze(entry_named(name).build())["RAM"].work
    assert (work.relation, work.above) == ("~", above)
    assert work.expression == parse(formula)


@pytest.mark.parametrize("name", FORMULAS)
@pytest.mark.parametrize("switches", SWITCHES, ids=lambda s: "-".join(s.values()))
def test_they_hold_under_other_switches(name, switches):
    wd.check(entry_named(name).build(), conventions=wd.Conventions(**switches), upto=4)


# Quickselect: which part is looked at depends on the rank, which is given before anything is known of the pivots.

LOWER, PIVOT, UPPER = range(3)


@cache
def level(n: int, side: int) -> int:
    """The work of one level, of an unrolled graph in which the part looked at is empty."""
    g = entry_named("quickselect").build()
    (choice,), (branch,) = choices_of(g), branches_of(g)
    at = {LOWER: 0, PIVOT: 0, UPPER: n - 1}[side]
    unit = wd.unroll(g, n=n, cases={choice: at, branch: side})
    return wd.profile(unit, "RAM").work


def work(x: tuple[int, ...], rank: int) -> int:
    """The work of finding a rank in a list: level by level, as Hoare's method goes."""
    if len(x) < 2:
        return len(x)
    low, high = (tuple(y for y in x if (y < x[0]) is smaller and y != x[0]) for smaller in (True, False))
    if rank < len(low):
        return level(len(x), LOWER) + work(low, rank)
    if rank == len(low):
        return level(len(x), PIVOT)
    return level(len(x), UPPER) + work(high, rank - len(low) - 1)


def with_the_dearer_part(n: int) -> list[Fraction]:
    """The mean over pivots of the dearer part, at every size up to n: at least the mean for every rank."""
    found = [Fraction(0), Fraction(1)]
    for m in range(2, n + 1):
        parts = [((k, LOWER), (m - 1 - k, UPPER)) for k in range(m)]
        costs = [max(found[size] + level(m, side) for size, side in both if size) for both in parts]
        found.append(sum(costs) / m)
    return found


def expected() -> Callable[[int], Fraction]:
    time = wd.analyze(entry_named("quickselect").build())["RAM"].time
    return lambda n: Fraction(time.at(n=n))


@pytest.mark.parametrize("n", range(1, 7))
def test_quickselect_over_all_orders(n):
    orders = list(permutations(range(n)))
    most = max(Fraction(sum(work(x, rank) for x in orders), len(orders)) for rank in range(n))
    assert most <= with_the_dearer_part(n)[n] <= expected()(n)


def test_a_rank_chosen_for_its_order_is_dearer():
    """Devroye, On the probabilistic worst-case time of Find, Algorithmica 31, 2001: such a mean is another thing."""
    orders = list(permutations(range(7)))
    chosen = Fraction(sum(max(work(x, rank) for rank in range(7)) for x in orders), len(orders))
    assert chosen > with_the_dearer_part(7)[7]


def test_a_level_costs_the_same_wherever_the_pivot_falls():
    g = entry_named("quickselect").build()
    (choice,), (branch,) = choices_of(g), branches_of(g)
    one = wd.unroll(g, n=4, cases={choice: "1", branch: LOWER})
    assert wd.profile(one, "RAM").work == level(4, LOWER) + 1


def test_the_bound_of_quickselect_comes_near():
    """The larger part is 3/4 of the whole on average, so six steps a number come to 24 at last."""
    told = expected()
    ratios = [told(n) / truth for n, truth in enumerate(with_the_dearer_part(80)) if n > 20]
    assert 1 < ratios[-1] < Fraction(9, 8)
    assert ratios == sorted(ratios, reverse=True)
