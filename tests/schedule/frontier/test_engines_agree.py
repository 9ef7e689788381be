"""Three ways to the frontier, and the slow obvious one, find the same costs."""

from __future__ import annotations

import random
from itertools import product
from typing import Any

import networkx as nx
import numpy as np
import pytest

import workdepth as wd
from workdepth.errors import CheckError
from workdepth.graph.unroll import unroll
from workdepth.library import entry_named
from workdepth.models.conventions import Conventions
from workdepth.schedule.frontier.budget import Budget
from workdepth.schedule.frontier.configurations import Configurations
from workdepth.schedule.frontier.counting import Counting
from workdepth.schedule.frontier.downsets import Downsets, suits
from workdepth.schedule.frontier.families import forest_of
from workdepth.schedule.frontier.idle import IdleOrNot, may_pay
from workdepth.schedule.frontier.known import Known
from workdepth.schedule.frontier.points import least
from workdepth.schedule.frontier.problem import problem_of, without_waits_for_sources
from workdepth.schedule.frontier.sweep import Sweep, greedy_points
from workdepth.schedule.frontier.symmetry import automorphisms
from workdepth.schedule.frontier.ways import _starts_of
from workdepth.schedule.witness import Witness, replay

SWITCHES = [
    Conventions(cells=cells, inputs=inputs, outputs=outputs)
    for cells, inputs, outputs in product(("reuse", "separate"), ("resident", "loaded"), ("kept", "streamed"))
]


def random_dag(seed: int, jobs: int, most_work: int = 1, idle: float = 0.0) -> nx.MultiDiGraph:
    """Build a plain DAG with sizes, steps and order edges; some of its nodes are inputs, some take no step."""
    rng = random.Random(seed)
    g = nx.MultiDiGraph(name=f"random-{seed}")
    for v in range(jobs):
        is_input = v < 2 and rng.random() < 0.6
        work = 0 if rng.random() < idle else rng.randint(1, most_work)
        g.add_node(v, kind="input" if is_input else "op", work=work, size=rng.choice([1, 1, 1, 2, 3]))
        if is_input:
            continue
        for u in rng.sample(range(v), min(v, rng.choice([0, 1, 2, 2]))):
            order = rng.random() < 0.15 and g.nodes[u]["kind"] == "op"
            g.add_edge(u, v, order=order)
    return g


def by_trying_all(unit: Any, conventions: Conventions, latest: int) -> list[tuple[int, int, int]]:
    """Return the frontier by carrying out every way to start every node and every load."""
    if conventions.inputs == "loaded":
        unit = without_waits_for_sources(unit)
    used = {*unit.operands.tolist(), *unit.output_values().tolist()}
    loads = [v for v in sorted(used) if v < unit.sources for _ in range(int(unit.value_words[v]))]
    loads = np.array(loads if conventions.inputs == "loaded" else [], dtype=np.int64)
    nodes = len(unit) - unit.sources
    found = []
    for starts in product(range(latest), repeat=nodes + len(loads)):
        start = np.zeros(len(unit), dtype=np.int64)
        start[unit.sources :] = starts[:nodes]
        witness = Witness(start, loads, np.array(starts[nodes:], dtype=np.int64))
        try:
            r = replay(unit, witness, conventions)
        except CheckError:
            continue
        found.append((r.time, r.memory, r.threads))
    return least(found)


def by_configurations(unit: Any, conventions: Conventions) -> list[tuple[int, int, int]]:
    problem = problem_of(unit, conventions)
    idle = may_pay(problem) and all(problem.steps)
    search = IdleOrNot(Configurations, problem, Budget(60)) if idle else Configurations(problem, Budget(60))
    costs = search.frontier()
    for cost in costs:
        r = replay(search.problem.unit, search.problem.witness(search.starts(cost)), conventions)
        assert (r.time, r.memory, r.threads) == cost
    return costs


def small_algorithm(seed: int) -> wd.Algorithm:
    """Build a few operations, some of two results, with outputs among the inputs too."""
    rng = random.Random(seed)
    g = wd.Algorithm(f"small-{seed}")
    values: list[Any] = [g.input("x"), g.input("y")]
    for _ in range(rng.choice([1, 2, 2])):
        kind = rng.random()
        if kind < 0.3:
            values.append(-rng.choice(values))
        elif kind < 0.6:
            values.append(rng.choice(values) + rng.choice(values))
        else:
            values.extend(g.apply(wd.COMPARE_EXCHANGE, rng.choice(values), rng.choice(values)))
    for k, value in enumerate(values):
        if k >= 2 or rng.random() < 0.6:
            g.output(value, f"out{k}")
    return g


@pytest.mark.parametrize("conventions", SWITCHES, ids=str)
def test_outputs_that_are_inputs_and_results_that_nobody_reads(conventions: Conventions) -> None:
    seen = 0
    for seed in range(16):
        try:
            unit = unroll(small_algorithm(seed))
        except wd.WorkdepthError:
            continue  # an input that nobody reads
        words = 2 if conventions.inputs == "loaded" else 0
        latest = int(unit.work.sum()) + words + 2
        expected = by_trying_all(unit, conventions, latest)
        assert by_configurations(unit, conventions) == expected
        seen += 1
    assert seen > 6


def by_downsets(unit: Any, conventions: Conventions) -> list[tuple[int, int, int]]:
    problem = problem_of(unit, conventions)
    assert suits(problem)
    search = Downsets(problem, Budget(60))
    costs = search.frontier()
    for cost in costs:
        r = replay(problem.unit, problem.witness(search.starts(cost)), conventions)
        assert (r.time, r.memory, r.threads) == cost
    return costs


def by_counts(unit: Any, conventions: Conventions) -> list[tuple[int, int, int]]:
    problem = problem_of(unit, conventions)
    forest = forest_of(problem)
    assert forest is not None
    search = Counting(forest, Budget(60))
    costs = search.frontier()
    for cost in costs:
        starts = _starts_of(forest, problem, search.schedule(cost))
        r = replay(problem.unit, problem.witness(starts), conventions)
        assert (r.time, r.memory, r.threads) == cost
    return costs


def by_solver(unit: Any, conventions: Conventions) -> list[tuple[int, int, int]]:
    pytest.importorskip("ortools", reason="the extra 'solve' is not installed")
    known = Known(problem_of(unit, conventions))
    greedy_points(known, Budget(5))
    sweep = Sweep(known, Budget(60))
    sweep.run()
    assert sweep.finished()
    assert all(known.exact(cost) for cost in known.points())
    return known.points()


@pytest.mark.parametrize("conventions", SWITCHES, ids=str)
@pytest.mark.parametrize("seed", range(6))
def test_configurations_find_what_trying_all_finds(seed: int, conventions: Conventions) -> None:
    for most_work, idle in ((1, 0.0), (2, 0.0), (1, 0.4)):
        unit = unroll(random_dag(seed, 4, most_work, idle))
        loads = conventions.inputs == "loaded"
        words = int(unit.value_words[: unit.sources].sum()) if loads else 0
        jobs = len(unit) - unit.sources + words
        if jobs > 5:
            continue
        latest = int(unit.work.sum()) + words
        assert by_configurations(unit, conventions) == by_trying_all(unit, conventions, latest + 2)


@pytest.mark.parametrize("conventions", SWITCHES, ids=str)
@pytest.mark.parametrize("seed", range(4))
def test_alike_sets_need_one_search(seed: int, conventions: Conventions) -> None:
    unit = unroll(random_dag(200 + seed, 9))
    assert by_downsets(unit, conventions) == by_configurations(unit, conventions)


@pytest.mark.parametrize("conventions", SWITCHES, ids=str)
@pytest.mark.parametrize(("name", "sizes"), [("matvec", (2, 2)), ("matmul", (2, 1, 2)), ("multiply-n", (8,))])
def test_alike_sets_of_symmetric_graphs(name: str, sizes: Any, conventions: Conventions) -> None:
    graph = entry_named(name).build()
    names = {"matvec": ("n", "m"), "matmul": ("n", "k", "m"), "multiply-n": ("n",)}[name]
    unit = unroll(graph, **dict(zip(names, sizes, strict=True)))
    assert len(automorphisms(problem_of(unit, conventions))) > 1
    assert by_downsets(unit, conventions) == by_configurations(unit, conventions)


@pytest.mark.parametrize("conventions", SWITCHES, ids=str)
@pytest.mark.parametrize("seed", range(3))
def test_the_solver_finds_what_configurations_find(seed: int, conventions: Conventions) -> None:
    for most_work, idle in ((1, 0.0), (3, 0.2)):
        unit = unroll(random_dag(100 + seed, 7, most_work, idle))
        assert by_solver(unit, conventions) == by_configurations(unit, conventions)


@pytest.mark.parametrize("conventions", SWITCHES, ids=str)
@pytest.mark.parametrize("name", ["multiply-n", "dot"])
def test_counts_find_what_configurations_find(name: str, conventions: Conventions) -> None:
    for n in (2, 3, 4, 5, 7) if name == "multiply-n" else (1, 2, 3, 4):
        unit = unroll(entry_named(name).build(), n=n)
        assert by_counts(unit, conventions) == by_configurations(unit, conventions)


@pytest.mark.parametrize("conventions", SWITCHES, ids=str)
@pytest.mark.parametrize("seed", range(4))
def test_counts_hold_in_any_forest(seed: int, conventions: Conventions) -> None:
    rng = random.Random(seed)
    g = nx.MultiDiGraph()
    for v in range(7):
        g.add_node(v, kind="op", size=rng.choice([1, 1, 2]))
    for v in range(6):
        if rng.random() < 0.85:
            g.add_edge(v, rng.randint(v + 1, 6))
    unit = unroll(g)
    assert by_counts(unit, conventions) == by_configurations(unit, conventions)


@pytest.mark.parametrize("cells", ["reuse", "separate"])
def test_the_solver_finds_a_tree(cells: str) -> None:
    conventions = Conventions(inputs="loaded", cells=cells)
    unit = unroll(entry_named("multiply-n").build(), n=5)
    assert by_solver(unit, conventions) == by_counts(unit, conventions)
