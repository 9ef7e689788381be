"""Recursions that go on with one part of several: their expected work is bounded by the larger part, or refused."""

from __future__ import annotations

from fractions import Fraction

import pytest

import workdepth as wd
from workdepth.errors import ModelError

SIZES = 40


def narrowing(sizes, steps=1, low=0):
    """Look at each of n numbers, then go on with a part: of any of the sizes that a pivot k leaves."""
    g = wd.Algorithm("narrowing")
    n = g.size("n", low=0)
    x, which, rank = g.input("x", n), g.input("which"), g.input("rank")
    g.base(n, 1, lambda: g.repeat(n, lambda i, s: s + x[i], which + rank))

    def narrowed(k):
        seen = g.repeat(steps, lambda r, s: s + 1, g.fold(wd.ADD, x))

        def part(m):
            return lambda: g.call(g, g.map(m, lambda i: x[i]), which, seen, n=m)

        return g.switch(which, *(part(m) for m in sizes(k, n)))

    g.output(g.choose(rank, (low, n), narrowed, uniform=True))
    return g


def dearest(added, sizes, upto, low=0):
    """The mean over k of the dearest part, by definition."""
    found = [Fraction(v) for v in (1, 2)]
    for n in range(2, upto + 1):
        costs = [max(found[m] for m in sizes(k, n)) + added(n) for k in range(low, n)]
        found.append(sum(costs) / len(costs))
    return found


@pytest.mark.parametrize(
    ("sizes", "low"),
    [
        (lambda k, n: (k, n - 1 - k), 0),
        (lambda k, n: (n - 1 - k, k), 0),
        (lambda k, n: (k, n - k), 1),
    ],
)
@pytest.mark.parametrize("steps", [1, 7])
def test_the_larger_part_bounds_what_is_expected(sizes, low, steps):
    g = narrowing(sizes, steps, low=low)
    work = wd.analyze(g)["RAM"].work
    assert (work.relation, work.above, str(work.growth)) == ("~", True, "n")
    truth = dearest(lambda n: n - 1 + steps, sizes, SIZES, low)
    assert all(truth[n] <= work.at(n=n) for n in range(SIZES + 1))


def test_one_size_in_all_cases_has_a_mean_of_its_own():
    """What two cases call at one size is no choice of sizes: the mean is exact."""
    found = wd.analyze(narrowing(lambda k, n: (k, k)))["RAM"].work
    truth = dearest(lambda n: n, lambda k, n: (k, k), SIZES)
    assert all(truth[n] == found.at(n=n) for n in range(SIZES + 1))


@pytest.mark.parametrize(
    "sizes", [lambda k, n: (k, wd.floor(k / 2)), lambda k, n: (k, wd.floor(n / 2)), lambda k, n: (k, 1)]
)
def test_other_sizes_are_refused(sizes):
    """Whether a cost falls somewhere is not known; so the larger size need not be the dearer one."""
    with pytest.raises(ModelError, match="the work of narrowing has no closed form"):
        wd.analyze(narrowing(sizes))
