"""Unrolling and counting by arrays against the slow machine, on random nested algorithms."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings

import slow_machine
from strategies import SIZES, Features, algorithms
from workdepth.graph import rounds
from workdepth.graph.algorithm import Algorithm
from workdepth.graph.plain import as_unit_graph
from workdepth.graph.run import run
from workdepth.graph.unit import JOIN, UnitGraph
from workdepth.graph.unroll import PHASES, unroll
from workdepth.graph.waves import widest_waves
from workdepth.schedule import levels
from workdepth.schedule.profile import SWITCHES, profile

EVERY = algorithms(Features(scan=True, gather=True))
SETTINGS = list(itertools.product(*(SWITCHES[k] for k in ("machine", "cells", "inputs", "outputs"))))
MOST = 150  # operations: the slow machine is slow


@pytest.fixture(params=["rounds at once", "round by round"], autouse=True)
def _both_ways(request: Any, monkeypatch: Any) -> None:
    """Unroll small repeats in both ways, and time waves and nodes in both ways."""
    at_once = request.param == "rounds at once"
    monkeypatch.setattr(rounds, "FEW_ROUNDS", 1 if at_once else 1 << 40)
    monkeypatch.setattr(levels, "NODES_A_WAVE", 0 if at_once else 1 << 40)


def sized(g: Algorithm, *wanted: int) -> dict[str, int]:
    return {s.name: max(s.low, w) for s, w in zip(g.sizes, wanted, strict=True)}


def label(unit: UnitGraph, value: int, rank: Any, producer: Any) -> Any:
    if value in unit.literals:
        return unit.literals[value]
    for name, ids in unit.inputs.items():
        if ids.size and ids.flat[0] <= value <= ids.flat[-1]:
            return (name, *(int(x) for x in np.argwhere(ids == value)[0])) if ids.shape else (name,)
    node = producer[value]
    if unit.kind[node] == JOIN:  # a cell of a renewed array
        cells = unit.moves.cell[unit.moves.cell <= node]
        return "cell", int(rank[node]), int(node - cells.max())
    return int(rank[node]), int(value - unit.first_value[node])


def tasks(unit: UnitGraph) -> list[Any]:
    rank, producer = np.cumsum(unit.op_code >= 0) - 1, unit.producers()
    return [
        (
            unit.ops[unit.op_code[v]].name,
            [
                label(unit, int(x), rank, producer)
                for x in unit.operands[unit.operand_start[v] : unit.operand_start[v + 1]]
            ],
        )
        for v in np.flatnonzero(unit.op_code >= 0)
    ]


@settings(max_examples=80)
@given(EVERY, SIZES, SIZES)
def test_the_same_operations_in_the_same_order(g: Algorithm, n: int, m: int) -> None:
    sizes = sized(g, n, m)
    unit = unroll(g, **sizes)
    assume(unit.operations < MOST)
    walk = slow_machine.walk(g, sizes)
    assert tasks(unit) == [(t.op, [x.label for x in t.reads]) for t in walk.tasks if t.op]
    rank, producer = np.cumsum(unit.op_code >= 0) - 1, unit.producers()
    for name, ids in unit.outputs.items():
        found = {at: label(unit, int(v), rank, producer) for at, v in np.ndenumerate(ids)}
        assert found == {at: cell.label for at, cell in walk.outputs[name].cells.items() if cell}


@settings(max_examples=25)
@given(EVERY, SIZES, SIZES)
def test_the_same_figures_under_every_setting(g: Algorithm, n: int, m: int) -> None:
    sizes = sized(g, n, m)
    for phases in PHASES:
        unit = unroll(g, phases=phases, **sizes)
        assume(unit.operations < MOST)
        for setting in SETTINGS:
            p = profile(unit, *setting)
            figures = p.time, p.memory, p.threads, p.work
            assert figures == slow_machine.figures(g, sizes, phases, *setting), (phases, setting)


@settings(max_examples=40)
@given(EVERY, SIZES, SIZES)
def test_the_same_delays(g: Algorithm, n: int, m: int) -> None:
    sizes = sized(g, n, m)
    for phases in PHASES:
        unit = unroll(g, phases=phases, **sizes)
        assume(unit.operations < MOST)
        for delays in itertools.product(SWITCHES["reads"], SWITCHES["spawn"]):
            p = profile(unit, "GPU", "reuse", "resident", "kept", *delays)
            figures = p.time, p.memory, p.threads, p.work
            assert figures == slow_machine.figures(
                g, sizes, phases, "GPU", "reuse", "resident", "kept", *delays
            ), (phases, delays)


@settings(max_examples=60)
@given(EVERY, SIZES, SIZES)
def test_waves_and_ids_are_topological(g: Algorithm, n: int, m: int) -> None:
    for phases, widest in itertools.product(PHASES, (False, True)):
        unit = unroll(g, phases=phases, **sized(g, n, m))
        unit = widest_waves(unit) if widest else unit
        wave = np.zeros(len(unit), dtype=np.int64)
        wave[unit.waves] = np.repeat(np.arange(len(unit.wave_start) - 1), np.diff(unit.wave_start)) + 1
        assert np.bincount(wave, minlength=1)[0] == unit.sources
        every = np.arange(len(unit))
        for start, before in (
            (unit.operand_start, unit.producers()[unit.operands]),
            (unit.order_start, unit.order),
        ):
            after = np.repeat(every, np.diff(start))
            assert (before < after).all()
            assert (wave[before] < wave[after]).all()
        for begin, end in itertools.pairwise(unit.wave_start):
            assert len(set(unit.op_code[unit.waves[begin:end]].tolist())) == 1


@settings(max_examples=60)
@given(EVERY, SIZES, SIZES)
def test_the_same_numbers(g: Algorithm, n: int, m: int) -> None:
    sizes = sized(g, n, m)
    unit = unroll(g, **sizes)
    assume(unit.operations < MOST)
    rng = np.random.default_rng(1)
    arrays = {k: rng.integers(0, 100, ids.shape).astype(np.uint32) for k, ids in unit.inputs.items()}
    walk = slow_machine.walk(g, sizes, numbers=arrays)
    got = run(g, **arrays, **sizes)
    got = got if isinstance(got, dict) else {next(iter(walk.outputs)): got}
    for name, result in walk.outputs.items():
        for at, cell in result.cells.items():
            assert cell is not None
            assert got[name][at] == np.asarray(cell.number, dtype=got[name].dtype)


@settings(max_examples=25)
@given(EVERY, SIZES, SIZES)
def test_the_networkx_graph_has_the_same_figures(g: Algorithm, n: int, m: int) -> None:
    unit = unroll(g, **sized(g, n, m))
    assume(unit.operations < MOST)
    # A plain DAG outputs what nobody reads: so no output may be read, and none be an input.
    named = unit.output_values()
    assume(not np.isin(named, unit.operands).any())
    assume((named >= unit.sources).all())
    assume((np.diff(unit.first_value) <= 1).all())
    assume(not len(unit.moves.writing()))  # what a scatter's step yields has no place there
    plain = as_unit_graph(unit.to_networkx())
    for setting in SETTINGS:
        p, q = profile(unit, *setting), profile(plain, *setting)
        assert (p.time, p.memory, p.threads, p.work) == (q.time, q.memory, q.threads, q.work), setting
