"""Unrolling: order, names, joins and what is refused, each on a graph small enough to see through."""

from __future__ import annotations

from typing import Any

import networkx as nx
import numpy as np
import pytest

from graphs import floyd_warshall, matmul, multiply_n
from workdepth.errors import GraphError, SizeError
from workdepth.graph import ops
from workdepth.graph.algorithm import Algorithm
from workdepth.graph.ops import Op
from workdepth.graph.unit import JOIN, LITERAL, UnitGraph
from workdepth.graph.unroll import unroll
from workdepth.schedule.profile import profile

FREE = Op("free", 1, ops.COPY.function, work=0)


def reads(unit: UnitGraph) -> list[list[int]]:
    """Return the operands of each operation; made values are numbered 100, 101, ... in program order."""
    op = np.flatnonzero(unit.op_code >= 0)
    number = {int(unit.first_value[v]) + k: 100 + n for n, v in enumerate(op) for k in range(1)}
    rows = [unit.operands[unit.operand_start[v] : unit.operand_start[v + 1]] for v in op]
    return [[number.get(int(x), int(x)) for x in row] for row in rows]


def time_of(g: Algorithm, phases: str, **sizes: int) -> int:
    return profile(unroll(g, phases=phases, **sizes), "GPU").time


# Order


def test_a_tree_goes_depth_first_and_carries_the_odd_one_up() -> None:
    assert reads(unroll(multiply_n(), n=7)) == [[0, 1], [2, 3], [100, 101], [4, 5], [103, 6], [102, 104]]


def test_a_left_fold_takes_leaf_after_leaf() -> None:
    g = Algorithm()
    x = g.input("x", g.size("n"))
    g.output(g.fold(ops.SUBTRACT, x, order="left"))
    assert reads(unroll(g, n=4)) == [[0, 1], [100, 2], [101, 3]]


def test_the_leaves_of_a_fold_stand_between_its_combines() -> None:
    g = Algorithm()
    x = g.input("x", g.size("n"))
    g.output(g.fold(ops.ADD, x.shape[0], lambda i: -x[i]))
    assert reads(unroll(g, n=4)) == [[0], [1], [100, 101], [2], [3], [103, 104], [102, 105]]


def test_a_map_is_lexicographic_one_whole_body_after_the_other() -> None:
    g = Algorithm()
    x = g.input("x", 2, 2)
    g.output(g.map([2, 2], lambda i, j: -(x[j, i] + 1)))
    unit = unroll(g)
    one = next(iter(unit.literals))
    assert reads(unit) == [[0, one], [100], [2, one], [102], [1, one], [104], [3, one], [106]]


def test_the_earliest_added_node_whose_operands_are_done_comes_first() -> None:
    g = Algorithm()
    g.add_node("late", kind=ops_node(ops.NEGATE), shapes=((),))  # added first, but reads "early"
    x = g.input("x")
    g.add_node("early", kind=ops_node(ops.EXP), shapes=((),))
    g.add_node("free", kind=ops_node(ops.SQRT), shapes=((),))
    for source, target in (("x", "early"), ("x", "free"), ("early", "late")):
        g.add_edge(source, target, position=0, out=0, index=())
    g.output(value(g, x, "late"))
    g.output(value(g, x, "free"), "other")
    unit = unroll(g)
    assert [unit.ops[c].name for c in unit.op_code if c >= 0] == ["exp", "negate", "sqrt"]


def ops_node(op: Op) -> object:
    from workdepth.graph.nodes import Apply

    return Apply(op)


def value(g: Algorithm, like: object, node: str) -> object:
    from workdepth.graph.value import Value

    return Value(g, g, node, 0, ())


# Names and numbers


def test_a_fold_over_one_leaf_and_a_repeat_of_no_rounds_are_names() -> None:
    assert unroll(multiply_n(), n=1).operations == 0
    g = Algorithm()
    x = g.input("x", 1)
    g.output(g.repeat(g.size("t", low=0), lambda k, s: s + 1, x[0]))
    unit = unroll(g, t=0)
    assert unit.operations == 0
    assert unit.outputs["result"].tolist() == 0


def test_equal_literals_are_one_source_of_no_words() -> None:
    g = Algorithm()
    x = g.input("x", 2)
    g.output(g.map(2, lambda i: (x[i] + 1) * 1 + 1.0 + i))
    unit = unroll(g)
    assert sorted(map(repr, unit.literals.values())) == ["0", "1", "1.0"]
    assert not unit.value_words[[*unit.literals]].any()
    assert (unit.kind[[*unit.literals]] == LITERAL).all()


def test_an_op_of_several_results_yields_consecutive_values() -> None:
    g = Algorithm()
    x = g.input("x", 2)
    low, high = g.apply(ops.COMPARE_EXCHANGE, x[0], x[1])
    g.output(high - low)
    unit = unroll(g)
    assert np.diff(unit.first_value).tolist() == [1, 1, 2, 1]
    assert unit.operands.tolist() == [0, 1, 3, 2]


def test_inputs_and_outputs_are_shaped() -> None:
    unit = unroll(matmul(), n=2, k=3, m=4)
    assert {name: ids.shape for name, ids in unit.inputs.items()} == {"a": (2, 3), "b": (3, 4)}
    assert unit.outputs["result"].shape == (2, 4)


def test_origins_are_paths() -> None:
    unit = unroll(matmul("serial"), n=1, k=1, m=1)
    names = {unit.paths[o] for o, c in zip(unit.origin, unit.op_code, strict=True) if c >= 0}
    assert names == {"map1/repeat2/multiply1", "map1/repeat2/add2"}


def test_waves_depend_on_earlier_waves_only() -> None:
    unit = unroll(floyd_warshall(), n=5)
    wave = np.zeros(len(unit), dtype=int)
    wave[unit.waves] = np.repeat(np.arange(len(unit.wave_start) - 1), np.diff(unit.wave_start)) + 1
    reader = np.repeat(np.arange(len(unit)), np.diff(unit.operand_start))
    assert (wave[unit.producers()[unit.operands]] < wave[reader]).all()


def test_a_loop_may_be_triangular() -> None:
    g = Algorithm()
    n = g.size("n")
    x = g.input("x", n, n)
    g.output(g.map([n, lambda i: (0, i)], lambda i, j: x[i, j] + x[j, i], into=x))
    unit = unroll(g, n=4)
    assert unit.operations == 6
    assert (np.triu(unit.outputs["result"]) == np.triu(unit.inputs["x"])).all()


def test_inner_arrays_may_differ_in_length() -> None:
    g = Algorithm()
    n = g.size("n")
    x = g.input("x", n)

    def prefix(i: object) -> object:
        return g.fold(ops.ADD, g.map(i + 1, lambda j: -x[j]))

    g.output(g.map(n, prefix))
    assert unroll(g, n=5).operations == sum(i + 1 + i for i in range(5))


# Phases


def uneven() -> Algorithm:
    """Copy i of the first map takes i + 1 steps, of the second n - i."""
    g = Algorithm()
    n = g.size("n")
    x = g.input("x", n)
    first = g.map(n, lambda i: g.repeat(i + 1, lambda k, s: -s, x[i]))
    g.output(g.map(n, lambda i: g.repeat(n - i, lambda k, s: -s, first[i])))
    return g


def test_a_phase_starts_when_the_one_it_reads_has_ended() -> None:
    assert time_of(uneven(), "barrier", n=6) == 12
    assert time_of(uneven(), "dataflow", n=6) == 7


def test_phases_that_do_not_read_each_other_overlap_unless_in_sequence() -> None:
    g = Algorithm()
    x = g.input("x", 4)
    g.output(g.map(4, lambda i: -x[i]))
    g.output(g.map(4, lambda i: x[i] + 1), "other")
    assert [time_of(g, phases) for phases in ("barrier", "sequence", "dataflow")] == [1, 2, 1]


def test_a_round_starts_when_the_one_before_has_ended() -> None:
    g = Algorithm()
    x, y = g.input("x"), g.input("y")

    def both(k: Any, s: Any, t: Any) -> tuple[Any, Any]:
        return t + 1, -s + 1  # one step and two, crosswise

    for name, v in zip("ab", g.repeat(4, both, x, y), strict=True):
        g.output(v, name)
    assert time_of(g, "barrier") == 8
    assert time_of(g, "dataflow") == 6


def test_a_phase_waits_for_all_that_is_captured_also_deep_inside() -> None:
    g = Algorithm()
    x = g.input("x", 2)
    late = g.repeat(5, lambda k, s: -s, x[0])
    g.output(g.map(2, lambda i: g.fold(ops.ADD, 2, lambda j: x[j]) + late))
    assert time_of(g, "barrier") == 7
    assert time_of(g, "dataflow") == 6


def test_rounds_that_only_rename_wait_for_what_they_captured() -> None:
    g = Algorithm()
    x = g.input("x", 2)
    late = g.repeat(5, lambda k, s: -s, x[0])
    first, second = g.repeat(2, lambda k, a, b: (b, a), x[1], late)
    g.output(-first)
    g.output(second, "other")
    assert time_of(g, "barrier") == 6
    assert time_of(g, "dataflow") == 5


def test_an_apply_is_no_phase() -> None:
    g = Algorithm()
    x = g.input("x")
    late = g.repeat(5, lambda k, s: -s, x)
    g.output((-x) + late)
    assert profile(unroll(g), "GPU").finish.max() == 6
    assert time_of(g, "sequence") == 6


def test_an_order_edge_makes_wait_without_reading() -> None:
    g = Algorithm()
    x = g.input("x", 2)
    first = g.map(2, lambda i: -x[i])
    second = g.map(2, lambda i: x[i] + 1)
    g.after(second, first)
    g.output(first)
    g.output(second, "other")
    assert [time_of(g, phases) for phases in ("barrier", "sequence", "dataflow")] == [2, 2, 2]


def test_dataflow_has_no_joins() -> None:
    assert not (unroll(matmul("serial"), n=2, k=2, m=2, phases="dataflow").kind == JOIN).any()


def test_joins_are_few() -> None:
    unit = unroll(matmul(), n=4, k=4, m=4)
    assert np.count_nonzero(unit.kind == JOIN) == 2 + 2 * 16
    assert len(unit.order) < 4 * len(unit)


# What is refused


def refused(g: Algorithm, *words: str, error: type = GraphError, **sizes: int) -> None:
    with pytest.raises(error) as caught:
        unroll(g, **sizes)
    for word in words:
        assert word in str(caught.value)


def test_an_index_out_of_bounds_names_everything() -> None:
    g = Algorithm("shift")
    n = g.size("n")
    x = g.input("x", n)
    g.output(g.map(n, lambda i: -x[i + 1]))
    refused(
        g,
        "x[i + 1] is out of bounds",
        "dimension 0 is 4",
        "extent is 4",
        "n = 4, i = 3",
        "map1/negate1",
        n=4,
    )


def test_a_negative_index_is_no_python_index() -> None:
    g = Algorithm()
    x = g.input("x", 3)
    g.output(g.map(3, lambda i: -x[i - 1]))
    refused(g, "index i - 1", "is -1", "i = 0")


def test_two_copies_may_not_write_one_position() -> None:
    g = Algorithm()
    x = g.input("x", 4)
    g.output(g.map(4, lambda i: -x[i], into=x, at=lambda i: i // 2))
    refused(g, "two copies of map1 write position [0]", "i = 0", "and (with i = 1)", "position of its own")


def test_two_outputs_of_one_copy_may_not_write_one_position() -> None:
    g = Algorithm()
    x = g.input("x", 2)
    g.output(g.map(2, lambda i: (-x[i], x[i] + 1), into=x, at=lambda i: [i, i]))
    refused(g, "write position [0]")


def test_a_write_out_of_bounds() -> None:
    g = Algorithm()
    x = g.input("x", 4)
    g.output(g.map(4, lambda i: -x[i], into=x, at=lambda i: i + 1))
    refused(g, "map1 writes out of bounds", "position i + 1", "is 4, the extent is 4", "i = 3")


def test_what_is_not_written_may_not_be_read() -> None:
    g = Algorithm()
    x = g.input("x", 2)
    table = g.map((1, 3), lambda i: -x[i - 1], into=g.empty(3))
    g.output(g.map(3, lambda j: table[j] + 1))
    refused(g, "map3/add2 reads map2[j] before it is written (with j = 0)", "write it first")


def test_what_is_not_written_may_not_be_output() -> None:
    g = Algorithm()
    x = g.input("x", 2)
    g.output(g.map((1, 3), lambda i: -x[i - 1], into=g.empty(3)))
    refused(g, "output 'result' has an element that is never written: map2[0]")


def test_an_empty_map_is_fine_and_a_negative_range_is_not() -> None:
    g = Algorithm()
    n = g.size("n")
    x = g.input("x", n)
    g.output(g.map((2, n), lambda i: x[i - 2] + x[i], into=x))
    assert unroll(g, n=2).operations == 0
    refused(g, "the range of i is negative: from 2 to 1", "n = 1", "larger low", n=1)


def test_a_fold_over_nothing() -> None:
    g = Algorithm()
    n = g.size("n", low=0)
    g.output(g.fold(ops.ADD, g.input("x", n)))
    refused(g, "a fold over nothing: i", "runs from 0 to n (with n = 0)", "larger low", n=0)


def test_a_negative_number_of_rounds() -> None:
    g = Algorithm()
    n = g.size("n")
    g.output(g.repeat(n - 2, lambda k, s: -s, g.input("x")))
    refused(g, "the number of rounds is negative: from 0 to -1", n=1)


def test_a_bound_that_is_no_integer() -> None:
    g = Algorithm()
    n = g.size("n")
    x = g.input("x", n)
    g.output(g.map(n / 2, lambda i: x[2 * i] + x[2 * i + 1]))
    refused(g, "the upper bound of i n/2 is not an integer", "floor or ceiling", n=3)


def test_an_input_that_nobody_reads() -> None:
    g = Algorithm()
    n = g.size("n")
    x = g.input("x", n)
    g.output(g.map(n - 1, lambda i: -x[i]))
    refused(g, "x[2] is never read (with n = 3)", "every input is read", n=3)


def test_an_operation_that_reaches_no_output() -> None:
    g = Algorithm()
    n = g.size("n", low=2)
    x = g.input("x", n)
    y = g.map(n, lambda i: -x[i])
    g.output(g.map((1, n), lambda i: -y[i]))
    refused(g, "the result of map1/negate1 is never used (with n = 3, i = 0)", "every operation reaches", n=3)


def test_sizes_are_checked() -> None:
    refused(multiply_n(), "size 'n' has no value", error=SizeError)
    refused(multiply_n(), "n = 0 is outside its domain", error=SizeError, n=0)
    refused(multiply_n(), "unknown size 'm'", error=SizeError, n=2, m=2)


@pytest.mark.parametrize("n", [10**12, 10**30])
def test_a_hostile_size_is_refused_before_anything_is_made(n: int) -> None:
    refused(matmul(), "nodes: would need", "GiB, the limit is 2 GiB", error=SizeError, n=n, k=n, m=n)
    g = Algorithm()
    x = g.input("x", 2)
    g.output(g.map(g.size("n"), lambda i: x[0] + x[1]))
    refused(g, f"at least {n} nodes", error=SizeError, n=n)


def test_copies_of_large_tables_are_refused_before_they_are_made() -> None:
    g = Algorithm()
    n = g.size("n")
    x, y = g.input("x", n), g.input("y", n)
    g.output(g.map(n, lambda i: g.map([], lambda: y[0] + y[i], into=x, at=lambda: i)))
    refused(g, "arrays of 10000000000 elements", "GiB", "map", error=SizeError, n=10**5)
    h = Algorithm()
    x = h.input("x", n)
    h.output(h.repeat(n, lambda k, s: h.map([], lambda: -s[k], into=s, at=lambda: k), x))
    refused(h, "arrays of 1000000 elements in each of 1000000 rounds", "repeat", error=SizeError, n=10**6)
    h = Algorithm()
    h.output(h.map(2, lambda i: h.apply(ops.COPY, i), into=h.empty(h.size("n"))))
    refused(h, "arrays of 1000000000000 elements", error=SizeError, n=10**12)


def test_an_empty_array_of_negative_extent() -> None:
    g = Algorithm()
    n = g.size("n")
    g.output(g.map(n, lambda i: g.apply(ops.COPY, i), into=g.empty(n - 3)))
    refused(g, "an empty array has the extents -1", n=2)


def test_many_small_rounds_are_quick() -> None:
    g = Algorithm()
    n = g.size("n")
    x, z = g.input("x", n), g.input("z")
    g.output(g.repeat(n, lambda k, s: s * z + x[k], 0))
    assert unroll(g, n=10**5).operations == 2 * 10**5


def test_a_range_far_out_is_refused() -> None:
    g = Algorithm()
    n = g.size("n")
    x = g.input("x")
    g.output(g.map((n, n + 2), lambda i: x + i))
    refused(g, "beyond 64 bits", error=SizeError, n=10**30)


def test_an_unknown_setting_of_phases() -> None:
    with pytest.raises(GraphError, match="phases is 'none'; use one of: barrier, sequence, dataflow"):
        unroll(multiply_n(), n=2, phases="none")


def test_nothing_is_changed() -> None:
    g = floyd_warshall()
    before = nx.to_dict_of_dicts(g), dict(g.nodes(data=True)), dict(g.graph)
    unroll(g, n=3)
    assert before == (nx.to_dict_of_dicts(g), dict(g.nodes(data=True)), dict(g.graph))
