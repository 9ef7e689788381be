"""Every row of the truth table, by value."""

from __future__ import annotations

from fractions import Fraction
from math import log2

import pytest

import truth_programs
import workdepth as wd
from truth_table import CASES, LAWS, Case, Theta
from workdepth.library import entries
from workdepth.schedule.points import up_to
from workdepth.symbolic import growth, parse, parse_growth

SIZES = 33

# What the other sources know and this table must hold: programs and laws, by the number of their row.
ROWS = {
    *(1, 2, 3, 4, 6, 7, 8, 9, 11, 13, 14, 15, 16, 18, 19, 21, 22, 23, 25, 37, 38, 39, 41, 43, 44, 45, 46, 48),
    *(
        51,
        55,
        58,
        60,
        62,
        63,
        64,
        65,
        66,
        68,
        69,
        70,
        73,
        74,
        76,
        80,
        82,
        83,
        89,
        90,
        91,
        92,
        97,
        99,
        100,
        102,
    ),
}


def named(case: Case) -> str:
    return case.name


def figure_of(analysis, name):
    if name == "parallelism":
        return analysis.parallelism
    if name == "stack":
        return analysis["RAM"].memory
    return getattr(analysis["GPU"], {"span": "time"}.get(name, name))


def equal_at_every_size(case, name, figure, text, points):
    assert figure.relation == ("<=" if case.worst else "="), f"{name} is {figure.relation} {figure}"
    for point in points:
        told = parse(text).at(point)
        assert figure.at(**point) == told, (case.name, name, point)


@pytest.mark.parametrize("case", CASES, ids=named)
def test_a_row(case):
    g = case.build()
    analysis = wd.analyze(g, **case.switches)
    points = [case.at] if case.at else up_to(g.sizes, SIZES).values
    for name, said in case.says.items():
        figure = figure_of(analysis, name)
        if isinstance(said, Theta):
            assert figure.growth.compare(parse_growth(said.text)) == "=", (name, str(figure.growth))
        elif name in case.here:
            assert case.because, f"{name}: why another value?"
            equal_at_every_size(case, name, figure, case.here[name], points)
            assert case.at or figure.growth.compare(growth(said, g.domain)) == "=", name
        else:
            equal_at_every_size(case, name, figure, said, points)


@pytest.mark.parametrize(
    ("build", "switches"),
    [pytest.param(c.build, c.switches, id=c.name) for c in CASES if not c.at],
)
def test_the_unrolled_graph_has_the_same_figures(build, switches):
    wd.check(build(), conventions=wd.Conventions(**switches), upto=5)


@pytest.mark.parametrize("name", truth_programs.ORACLES)
def test_the_program_computes_what_it_says(name):
    oracle, samples = truth_programs.ORACLES[name]
    assert wd.check(getattr(truth_programs, name)(), oracle=oracle, samples=samples, upto=9).results


def greedy(unit, threads):
    """Steps of a schedule that leaves no thread idle while an operation is ready; all operations take one step."""
    dag = unit.to_networkx()
    waiting = {v: dag.in_degree(v) for v in dag}
    ready, steps = [v for v in dag if not waiting[v]], 0
    while ready:
        free = [v for v in ready if not dag.nodes[v]["work"]]
        taken = free or ready[:threads]
        steps += not free
        ready = [v for v in ready if v not in taken]
        for _, w in dag.edges(taken):
            waiting[w] -= 1
            ready += [w] * (not waiting[w])
    return steps


@pytest.mark.parametrize(
    "name", ["sum", "axpy", "horner", "scan-blelloch", "bitonic-sort", "rank-sort", "fft"]
)
@pytest.mark.parametrize("p", [1, 2, 3, 8])
def test_no_greedy_schedule_is_longer_than_the_bound(name, p):
    """Row 63: Brent (1974); CLRS, 3rd ed., theorem 27.1 and exercise 27.1-3."""
    g = entries()[name].build()
    gpu = wd.analyze(g)["GPU"]
    for n in (2, 4, 8):
        work, span = gpu.work.at(n=n), gpu.time.at(n=n)
        bound = Fraction(work - span, p) + span
        assert max(Fraction(work, p), span) <= greedy(wd.unroll(g, n=n), p) <= bound
        assert wd.on_threads(g, p).at(n=n)[1] == bound


#: Algorithms that have a word which depends on all of n inputs, by operations of at most two operands.
MEET = ("multiply-n", "sum", "max", "horner", "scan-sequential", "scan-hillis-steele", "scan-sklansky")


@pytest.mark.parametrize("name", MEET)
def test_inputs_meet_in_a_logarithm_at_best(name):
    """Row 83: Demmel, CS267, lecture 14."""
    time = wd.analyze(entries()[name].build())["GPU"].time
    assert all(time.at(n=n) >= log2(n) for n in (2, 4, 64, 1024))


def test_every_row_is_here():
    found = {case.number for case in CASES}
    assert found | LAWS.keys() == ROWS
    assert not found & LAWS.keys()
    assert len(ROWS) == 54


def test_few_figures_of_the_sources_are_not_ours():
    """Counts of accesses to arrays, the memory of one array alone, and expected spans are none of our figures."""
    apart = {case.number: sorted(case.apart) for case in CASES if case.apart}
    expected = {76: ["span"], 82: ["span"]}
    assert apart == expected | {
        62: ["memory"],
        68: ["memory"],
        97: ["accesses"],
        99: ["accesses"],
        100: ["accesses"],
    }


@pytest.mark.parametrize("number", [76, 82])
def test_expected_work_is_an_expectation(number):
    (case,) = (case for case in CASES if case.number == number and case.apart)
    assert wd.analyze(case.build())["GPU"].work.relation == "~"


def test_every_row_has_a_source():
    assert all(case.source for case in CASES)
