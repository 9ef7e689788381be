"""Choices among a range in both models: the mean over all data there is, and the worst, against unrolled graphs."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from fractions import Fraction
from itertools import permutations
from math import factorial

import pytest

import workdepth as wd
from held import hold_in_every_case
from workdepth.errors import ModelError
from workdepth.graph.nodes import Call, Choice
from workdepth.graph.rewriting import rewritten, without_probabilities
from workdepth.graph.run import decided
from workdepth.library import entry_named
from workdepth.library.chance import parted
from workdepth.models.conventions import every_convention
from workdepth.symbolic import simplify

APART = 16  # how far apart the settings are that one graph is held to; the graphs take turns


def linear_search() -> wd.Algorithm:
    g = wd.Algorithm("linear search")
    n = wd.size("n")
    place, x = g.input("place"), g.input("x", n)
    equal = lambda i: g.apply(wd.EQUAL, x[i], 7)  # noqa: E731
    g.output(g.choose(place, n, lambda k: g.fold(wd.MAXIMUM, (0, k + 1), equal, order="left"), uniform=True))
    return g


def insertion_sort() -> wd.Algorithm:
    """Insert the last of n numbers among the others; each goes behind k of them, by k + 1 comparisons at most."""
    g = wd.Algorithm("insertions")
    n = g.size("n")
    x = g.input("x", n)
    g.base(n, 1, lambda: x[0])
    before = g.call(g, g.map(n - 1, lambda i: x[i]), n=n - 1)

    def moved(k):
        return g.repeat(k, lambda r, s: s + 1, before + x[n - 1])

    g.output(g.choose(x[n - 1], n, moved, uniform=True))
    return g


def of_any_case() -> wd.Algorithm:
    """A choice inside a choice, over a range that the outer one decides; not every number as likely."""
    g = wd.Algorithm("in a triangle")
    n = wd.size("n")
    a, b, x = g.input("a"), g.input("b"), g.input("x", n)

    def outer(k):
        return g.choose(b, k + 1, lambda j: g.fold(wd.ADD, (0, n - j), lambda i: x[i] * k))

    g.output(g.choose(a, n, outer))
    return g


def called() -> wd.Algorithm:
    g = wd.Algorithm("calls a search")
    n = wd.size("n")
    place, x = g.input("place"), g.input("x", n, 2)
    rows = [g.map(n, lambda i, c=c: x[i, c]) for c in range(2)]
    found = [g.call(linear_search(), place, row, n=n) for row in rows]
    g.output(found[0] + found[1])
    return g


GRAPHS = (linear_search, insertion_sort, of_any_case, called)


@pytest.mark.parametrize("build", GRAPHS)
def test_figures_hold_in_every_way_to_choose(build):
    g = without_probabilities(build())
    for conventions in list(every_convention())[GRAPHS.index(build) :: APART]:
        hold_in_every_case(g, conventions)


def read_at_its_start() -> wd.Algorithm:
    """No case reads any but the first word of what the choice waits for."""
    g = wd.Algorithm("read at its start")
    n = wd.size("n")
    x, which = g.input("x", n), g.input("which")
    numbers = g.map(2 * n, lambda i: which + i)
    g.output(g.choose(numbers[0], 2, lambda k: x[0] + g.fold(wd.ADD, numbers)))
    return g


def of_what_it_is_told_by() -> wd.Algorithm:
    g = wd.Algorithm("of what it is told by")
    x, which = g.input("x", wd.size("n")), g.input("which")
    g.output(g.choose(which, 2, lambda k: x[0] + which))
    return g


@pytest.mark.parametrize("build", [read_at_its_start, of_what_it_is_told_by])
def test_what_only_the_start_of_a_choice_reads_goes_with_it(build):
    for conventions in (wd.Conventions(), wd.Conventions(cells="separate"), wd.Conventions(inputs="loaded")):
        hold_in_every_case(build(), conventions)


@pytest.mark.parametrize("build", [linear_search, insertion_sort, called])
def test_expected_work_is_the_mean_over_all_ways(build):
    report = wd.check(build(), n=range(1, 6))
    (work,) = (row for row in report.rows if row.machine == "RAM" and row.figure == "work")
    assert (work.relation, work.checked, work.slack) == ("~", 5, 1)


def test_a_linear_search_looks_at_half_of_the_list():
    costs = wd.analyze(linear_search())
    assert str(costs["RAM"].time) == "n"  # (n + 1)/2 are looked at, and one fewer combined
    assert str(costs["GPU"].time) == "n"
    assert costs["GPU"].time.relation == "<="


def test_insertions_are_a_quarter_of_a_square():
    """CLRS, 4th ed., section 2.2: on average half of the sorted part is moved; here one operation more a number."""
    costs = wd.analyze(insertion_sort())
    assert str(costs["RAM"].time) == "n**2/4 + 3*n/4 - 1"
    assert str(wd.analyze(without_probabilities(insertion_sort()))["RAM"].time) == "n**2/2 + n/2 - 1"


# Quicksort, over all orders


def with_comparisons_of(steps: int) -> wd.Algorithm:
    """Quicksort in which a comparison takes so many steps."""
    g = entry_named("quicksort").build()

    def price(_, kind):
        op = getattr(kind, "op", None)
        return replace(kind, op=replace(op, work=steps)) if op is not None and op.name == "less" else kind

    return rewritten(g, price)


def orders(n: int) -> Counter:
    """How often each choice of pivots occurs among all orders of n numbers: by trail of sides, its place."""

    def trails(x, trail, found):
        if len(x) > 1:
            low, high = [y for y in x[1:] if y < x[0]], [y for y in x[1:] if y > x[0]]
            found[trail] = len(low)
            trails(low, (*trail, 0), found)
            trails(high, (*trail, 1), found)
        return found

    return Counter(tuple(sorted(trails(x, (), {}).items())) for x in permutations(range(n)))


def named(g: wd.Algorithm) -> tuple[str, list[str]]:
    """The path of the one choice, and its calls for the smaller and for the larger numbers."""
    (path,) = (str(v) for v, k in g.nodes(data="kind") if isinstance(k, Choice))
    sides = [str(v) for v, k in g.nodes[path]["kind"].body.nodes(data="kind") if isinstance(k, Call)]
    return path, sides


def told(pivots, sides) -> dict[str, int]:
    return {"/".join(sides[s] for s in trail): k for trail, k in pivots}


def mean_over_all_orders(g: wd.Algorithm, n: int) -> Fraction:
    """The mean work of the unrolled graphs of all orders of n numbers."""
    path, sides = named(g)
    total = 0
    for pivots, times in orders(n).items():
        cases = {path: told(pivots, sides)}
        total += times * wd.profile(wd.unroll(g, n=n, cases=cases), "RAM").work
    return Fraction(total, factorial(n))


@pytest.mark.parametrize("n", range(8))
def test_quicksort_over_all_orders(n):
    """All n! orders, one unrolled graph for each way in which pivots fall."""
    costs = wd.analyze(entry_named("quicksort").build())
    assert costs["RAM"].time.relation == "~"
    assert costs["RAM"].time.at(n=n) == mean_over_all_orders(entry_named("quicksort").build(), n)


def test_the_places_of_pivots_are_those_that_running_finds():
    g = entry_named("quicksort").build()
    path, sides = named(g)
    for n in (3, 4):
        found = Counter(tuple(sorted(decided(g, x=x)[path].items())) for x in permutations(range(n)))
        wanted = {tuple(sorted(told(pivots, sides).items())): times for pivots, times in orders(n).items()}
        assert found == wanted


def test_comparisons_of_quicksort():
    """2*(n + 1)*H(n) - 4*n are expected (Knuth, vol. 3, section 5.2.2; CLRS, problem 7-3), n*(n - 1)/2 the worst."""
    n = wd.size("n")
    for change, comparisons in (
        (lambda g: g, 2 * (n + 1) * wd.harmonic(n) - 4 * n),
        (without_probabilities, n * (n - 1) / 2),
    ):
        dear, cheap = (wd.analyze(change(with_comparisons_of(k)))["RAM"].time for k in (2, 1))
        assert simplify(dear.expression - cheap.expression - comparisons, dear.domain) == 0
        assert dear.relation == cheap.relation == ("=" if change is without_probabilities else "~")


def test_two_choices_that_both_decide_sizes_are_refused():
    g = wd.Algorithm("g")
    n = g.size("n", low=0)
    x = g.input("x", n)
    g.base(n, 1, lambda: x)
    rank, others = parted(g, x, n)

    def split(k):
        rest = others(k)

        def again(j):
            left = g.call(g, g.map(k, lambda i: rest[i]), n=k)
            right = g.call(g, g.map(j, lambda i: rest[i]), n=j)
            out = g.map(n, lambda i: x[i])
            out = g.map(k, lambda i: left[i], into=out, at=lambda i: i)
            return g.map(j, lambda i: right[i], into=out, at=lambda i: i)

        return g.choose(rest[0], n - 1, again)

    g.output(g.choose(rank, n, split))
    with pytest.raises(ModelError, match="the calls of g depend on 2 choices; let one choice decide"):
        wd.analyze(g)


# What is told and shown of them


def test_the_worst_case_is_explained():
    why = wd.explain(entry_named("quicksort").build())
    assert {path: str(number) for path, number in why.chosen.items()} == {"choose3": "0"}
    work = why["RAM"]["time"]
    assert [s.what for s in work.shares][-1] == "call at n - 1"
    rest = work.figure.numerator - sum(s.amount.numerator for s in work.shares)
    assert simplify(rest, work.figure.domain) == 0
    assert "choose3: the case k = 0 is told, the worst; what is expected, the table tells" in str(why)


def test_schedules_take_the_cases_that_are_given():
    g = entry_named("quicksort").build()
    chain = wd.schedule(g, threads=1, n=4, cases={"choose3": "n - 1"})
    halves = wd.schedule(g, threads=1, n=4, cases={"choose3": "floor(n/2)"})
    assert (chain.makespan, halves.makespan) == (6 * 6, 6 * 4)
    found = wd.least_memory(g, n=3, cases={"choose3": 0})
    assert (found.program_order, found.memory) == (8, 7)


def test_what_has_no_probabilities_is_at_its_worst():
    g = wd.Algorithm("part likely")
    n = wd.size("n")
    which, which_case, x = g.input("which"), g.input("case"), g.input("x", n)

    def part(k):
        first = lambda: g.fold(wd.ADD, k + 1, lambda i: x[i])  # noqa: E731
        return g.branch(which_case, first, lambda: x[0] + k)

    g.output(g.choose(which, n, part, uniform=True))
    found, likely = (wd.analyze(h)["RAM"].time for h in (g, linear_search()))
    assert (found.relation, found.above) == ("~", True)
    assert (likely.relation, likely.above) == ("~", False)
