"""The rules of counting, each on a graph small enough to count by hand."""

from __future__ import annotations

from typing import Any

import networkx as nx
import pytest

from workdepth.errors import ModelError
from workdepth.graph import ops
from workdepth.graph.algorithm import Algorithm
from workdepth.graph.unroll import unroll
from workdepth.schedule.profile import Profile, profile


def dag(edges: Any, **nodes: Any) -> nx.MultiDiGraph:
    """Build a plain DAG; a node may be given as attributes, a bare name of one letter x is an input."""
    g = nx.MultiDiGraph()
    for node in "abcxyz":
        if any(node in edge[:2] for edge in edges) or node in nodes:
            kind = {"kind": "input"} if node in "xyz" else {}
            g.add_node(node, **{**kind, **nodes.get(node, {})})
    for edge in edges:
        g.add_edge(edge[0], edge[1], **(edge[2] if len(edge) > 2 else {}))
    return g


def figures(p: Profile) -> tuple[int, int, int, int]:
    return p.time, p.memory, p.threads, p.work


def test_an_operation_reads_and_writes_in_one_step() -> None:
    g = dag(["xa", "ya"])
    assert figures(profile(g, "GPU")) == (1, 2, 1, 1)
    assert figures(profile(g, "GPU", "separate")) == (1, 3, 1, 1)
    assert profile(g, "GPU").live.tolist() == [2, 1]


def test_an_operand_lives_to_its_last_reader() -> None:
    g = dag(["xa", "ab", "bc", "xc"])
    assert profile(g, "RAM").live.tolist() == [1, 2, 2, 1]
    assert figures(profile(g, "RAM", "separate")) == (3, 3, 1, 3)


def test_a_value_that_is_read_twice_at_once_is_one_word() -> None:
    assert figures(profile(dag(["xa", "xa"]), "GPU")) == (1, 1, 1, 1)


def test_an_operation_of_several_steps_holds_its_operands_and_yields_at_the_end() -> None:
    g = dag(["xa", "xb"], a={"work": 3})
    p = profile(g, "GPU")
    assert p.live.tolist() == [1, 2, 2, 2]
    assert p.busy.tolist() == [0, 2, 1, 1]
    assert figures(p) == (3, 2, 2, 4)
    assert figures(profile(g, "GPU", "separate")) == (3, 3, 2, 4)
    assert profile(g, "RAM").live.tolist() == [1, 1, 1, 2, 2]


def test_an_operation_of_no_work_settles_within_a_boundary() -> None:
    g = dag(["xa", "ab"], a={"work": 0})
    p = profile(g, "GPU", "separate")
    assert figures(p) == (1, 2, 1, 1)
    assert p.live.tolist() == [1, 1]  # x is gone before it counts, a is there from the start


def test_nothing_to_do_takes_no_thread_on_the_gpu() -> None:
    g = dag(["xa"], a={"work": 0})
    assert figures(profile(g, "GPU")) == (0, 1, 0, 0)
    assert figures(profile(g, "RAM")) == (0, 1, 1, 0)


def test_an_input_that_nobody_reads_dies_at_its_birth() -> None:
    assert profile(dag(["xa"], y={}), "GPU").live.tolist() == [1, 1]


def test_sizes_are_words() -> None:
    g = dag(["xa"], x={"size": 5}, a={"size": 3})
    assert figures(profile(g, "GPU")) == (1, 5, 1, 1)
    assert figures(profile(g, "GPU", "separate")) == (1, 8, 1, 1)


def test_an_order_edge_waits_and_holds_nothing() -> None:
    g = dag(["xa", "yb", ("a", "b", {"order": True})])
    p = profile(g, "GPU")
    assert p.live.tolist() == [2, 2, 2]
    assert p.time == 2
    h = dag(["xa", "yb", "ac", ("c", "b", {"order": True})])
    assert profile(h, "GPU").live.tolist() == [2, 2, 2, 2]


def test_outputs_stay_unless_they_are_streamed() -> None:
    g = dag(["xa", "xb", ("a", "b", {"order": True})])
    assert profile(g, "RAM").live.tolist() == [1, 2, 2]
    streamed = profile(g, "RAM", outputs="streamed")
    assert streamed.live.tolist() == [1, 2, 1]  # a counts after step 1, and not before step 2
    assert streamed.memory == 2
    assert profile(g, "RAM", "separate", outputs="streamed").memory == 2
    assert profile(g, "RAM", "separate", outputs="kept").memory == 3


def test_a_streamed_output_that_is_read_later_dies_at_its_last_read() -> None:
    g = Algorithm()
    x = g.input("x")
    y = -x
    z = -(y + 1)
    g.output(y)
    g.output(z, "z")
    assert profile(unroll(g), "RAM").live.tolist() == [1, 1, 2, 2]
    assert profile(unroll(g), "RAM", outputs="streamed").live.tolist() == [1, 1, 1, 1]


def test_a_streamed_output_that_is_an_input_counts_at_the_start_alone() -> None:
    g = Algorithm()
    x, y = g.input("x"), g.input("y")
    g.output(x)
    g.output(-y + 1, "z")
    assert profile(unroll(g), "RAM").live.tolist() == [2, 2, 2]
    assert profile(unroll(g), "RAM", outputs="streamed").live.tolist() == [2, 1, 1]


def test_the_gpu_loads_all_in_the_first_step() -> None:
    g = dag(["xa", "ya", "ab", "zb"])
    p = profile(g, "GPU", inputs="loaded")
    assert figures(p) == (3, 3, 3, 5)
    assert p.live.tolist() == [0, 3, 2, 1]
    assert profile(g, "GPU", "separate", "loaded").memory == 4


def test_the_ram_loads_a_word_just_before_its_first_reader() -> None:
    g = dag(["xa", "ya", "ab", "zb", "xb"])
    p = profile(g, "RAM", inputs="loaded")
    assert figures(p) == (5, 3, 1, 5)
    assert p.live.tolist() == [0, 1, 2, 2, 3, 1]


def test_words_that_only_outputs_name_are_loaded_at_the_end() -> None:
    g = Algorithm()
    x, y = g.input("x", 2), g.input("y")
    g.output(x)
    g.output(-y, "z")
    p = profile(unroll(g), "RAM", inputs="loaded")
    assert figures(p) == (4, 3, 1, 4)
    assert p.live.tolist() == [0, 1, 1, 2, 3]


def test_a_load_takes_a_step_a_word() -> None:
    g = dag(["xa"], x={"size": 3})
    assert figures(profile(g, "RAM", inputs="loaded")) == (4, 3, 1, 4)
    assert figures(profile(g, "GPU", inputs="loaded")) == (2, 3, 3, 4)


def test_a_result_that_nobody_reads_is_a_result_and_no_more() -> None:
    g = Algorithm()
    x = g.input("x", 2)
    low, _ = g.apply(ops.COMPARE_EXCHANGE, x[0], x[1])
    g.output(low)
    assert profile(unroll(g), "GPU").memory == 2
    assert profile(unroll(g), "GPU", "separate").memory == 4


def test_a_phase_waits_for_loads_too() -> None:
    g = Algorithm()
    x = g.input("x", 2)
    g.output(g.map(2, lambda i: g.apply(ops.NEGATE, i) + x[i]))
    assert profile(unroll(g), "GPU", inputs="loaded").time == 3
    assert profile(unroll(g, phases="dataflow"), "GPU", inputs="loaded").time == 2


def test_long_operations_take_no_room() -> None:
    g = dag(["xa", "ab", "xb"], a={"work": 10**9}, b={"work": 10**9})
    assert figures(profile(g, "GPU")) == (2 * 10**9, 2, 1, 2 * 10**9)
    assert figures(profile(g, "GPU", "separate")) == (2 * 10**9, 3, 1, 2 * 10**9)
    assert figures(profile(g, "RAM", "separate", "loaded", "streamed")) == (
        2 * 10**9 + 1,
        3,
        1,
        2 * 10**9 + 1,
    )
    assert len(profile(g, "GPU").live) < 20


def test_an_unknown_setting() -> None:
    with pytest.raises(ModelError, match="cells is 'own'; use one of: reuse, separate"):
        profile(dag(["xa"]), "GPU", "own")
    with pytest.raises(ModelError, match="machine is 'TPU'; use one of: RAM, GPU"):
        profile(dag(["xa"]), "TPU")
