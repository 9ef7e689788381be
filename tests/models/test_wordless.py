"""Recursions that are given no words: their memory and threads against the unrolled graph, in every setting."""

import os

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import workdepth as wd
from workdepth.library import entry_named
from workdepth.models import every_convention

EVERY = every_convention()
MORE = int(os.environ.get("WORKDEPTH_EXAMPLES", "1"))
SLOW = wd.Op("slow", 2, "add", work=3)


def hold(g, settings, values):
    for conventions in settings:
        analysis = wd.analyze(g, conventions)
        for n in values:
            unit = wd.unroll(g, phases=conventions.phases, n=n)
            for machine in ("RAM", "GPU"):
                truth = wd.profile(unit, machine, **conventions.of_schedule())
                for name in ("time", "memory", "threads", "work"):
                    figure, found = getattr(analysis[machine], name), getattr(truth, name)
                    told = figure.at(n=n)
                    right = told == found if figure.relation == "=" else told >= found
                    assert right, (machine, name, str(figure), n, conventions)


def counting(ends, combine, back=(1, 2), until=1, low=0, memoised=False):
    """A recursion over n, with a base that ``ends`` makes and a level that ``combine`` makes of calls."""
    g = wd.Algorithm("counting")
    n = g.size("n", low=low)
    g.base(n, until, lambda: ends(g, n))
    g.output(combine(g, [g.call(g, n=n - k, memoised=memoised) for k in back], n))
    return g


CASES = {
    "numbers at the end": lambda: counting(lambda g, n: n, lambda g, c, n: c[0] + c[1]),
    "words at the end": lambda: counting(lambda g, n: g.apply(wd.COPY, n), lambda g, c, n: c[0] + c[1]),
    "the smaller first": lambda: counting(lambda g, n: n, lambda g, c, n: c[0] * c[1], back=(2, 1)),
    "three of one size": lambda: counting(lambda g, n: n, lambda g, c, n: c[0] + c[1] + c[2], (1, 1, 1), 2),
    "one call": lambda: counting(lambda g, n: g.apply(wd.COPY, n), lambda g, c, n: c[0] + 1, (1,)),
    "slow sums": lambda: counting(lambda g, n: n, lambda g, c, n: g.apply(SLOW, *c)),
    "read twice": lambda: counting(lambda g, n: n, lambda g, c, n: (c[0] + 1) * (c[0] + c[1])),
    "beside other words": lambda: counting(
        lambda g, n: g.apply(wd.COPY, n), lambda g, c, n: c[0] + (c[1] + g.fold(wd.ADD, 4, lambda i: i * i))
    ),
    "made once": lambda: counting(lambda g, n: n, lambda g, c, n: c[0] + c[1], memoised=True),
    "made once, of two": lambda: counting(
        lambda g, n: n, lambda g, c, n: (c[0] + 1) * (c[1] + c[0]), back=(1, 2), until=2, memoised=True
    ),
    "made once, with words at the end": lambda: counting(
        lambda g, n: g.apply(wd.COPY, n), lambda g, c, n: c[0] + c[1], memoised=True
    ),
    "made once, beside other words": lambda: counting(
        lambda g, n: n,
        lambda g, c, n: (c[0] + c[1]) + g.fold(wd.ADD, 8, lambda i: g.apply(wd.COPY, i)),
        memoised=True,
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_each_setting_holds(name):
    number = list(CASES).index(name)  # each case has settings of its own, to be quick; all are taken
    hold(CASES[name](), EVERY[number :: len(CASES)], range(8))


@pytest.mark.parametrize(
    ("name", "on_one", "at_once"),
    [
        ("fibonacci-naive", "floor(n/2)", "floor(-sqrt(5)*phi**n/10 + phi**n/2 + 1/2)"),
        ("fibonacci-fork-join", "floor(n/2) + 1", "floor(sqrt(5)*phi**n/10 + phi**n/2 + 1/2)"),
    ],
)
def test_fibonacci_numbers_are_told_exactly(name, on_one, at_once):
    a = wd.analyze(entry_named(name).build())
    found = a["RAM"].memory, a["GPU"].memory, a["GPU"].threads
    assert [(str(f), f.relation) for f in found] == [(on_one, "="), (at_once, "="), (at_once, "=")]


def test_calls_made_once_are_told_exactly():
    a = wd.analyze(entry_named("fibonacci-memoised").build())
    found = a["RAM"].memory, a["GPU"].memory, a["GPU"].threads
    assert [(str(f), f.relation) for f in found] == [
        ("max(0, n - 1)", "="),
        ("max(0, n - 1)", "="),
        ("min(1, max(0, n - 1))", "="),
    ]


def test_what_need_not_wait_runs_beside_the_calls():
    time = wd.analyze(CASES["made once, beside other words"]())["GPU"].time
    assert (time.relation, time.at(n=6)) == ("<=", 25)


def test_a_recursion_that_is_given_words_keeps_its_bound():
    g = wd.Algorithm("given")
    n, x = g.size("n", low=0), g.input("x")
    g.base(n, 1, lambda: x)
    g.output(g.call(g, x, n=n - 1) * g.call(g, x, n=n - 2))
    assert wd.analyze(g)["RAM"].memory.relation == "<="


@st.composite
def recursions(draw):
    until = draw(st.integers(0, 2))
    back = draw(st.lists(st.integers(1, min(until + 1, 2)), min_size=1, max_size=2))
    ops = [draw(st.sampled_from((wd.ADD, wd.MULTIPLY, SLOW))) for _ in range(4)]
    word, left, extra = (draw(st.booleans()) for _ in range(3))

    def combine(g, calls, n):
        found = list(calls)
        if extra:
            found.insert(draw(st.integers(0, len(found))), g.fold(wd.ADD, 4, lambda i: g.apply(wd.COPY, i)))
        while len(found) > 1:
            k = 0 if left else len(found) - 2
            found[k : k + 2] = [g.apply(ops[len(found) % 4], *found[k : k + 2])]
        return found[0] if extra or len(calls) > 1 else found[0] + 1

    return counting(lambda g, n: g.apply(wd.COPY, n) if word else n, combine, back, until)


@settings(max_examples=12 * MORE)
@given(recursions(), st.sampled_from(EVERY))
def test_figures_hold_on_the_unrolled_graph(g, conventions):
    hold(g, [conventions], range(7))
