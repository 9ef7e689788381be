"""The least memory of one thread: against all orders, against formulas, and carried out again."""

from __future__ import annotations

from itertools import islice, product

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import workdepth as wd
from graphs import matmul, multiply_n
from strategies import Features, algorithms
from workdepth.errors import GraphError, ModelError
from workdepth.schedule.sequential import in_order, least_memory, least_of_unit
from workdepth.schedule.sequential.floor import floor_of, floor_of_large
from workdepth.schedule.sequential.search import search
from workdepth.schedule.sequential.sethi_ullman import sethi_ullman
from workdepth.schedule.sequential.symmetry import canonical_of, symmetries
from workdepth.schedule.sequential.task import task_of
from workdepth.schedule.sequential.trees import least_of_tree
from workdepth.schedule.witness import replay

EVERY = [
    wd.Conventions(cells=cells, inputs=inputs, outputs=outputs)
    for cells, inputs, outputs in product(("reuse", "separate"), ("resident", "loaded"), ("kept", "streamed"))
]
FAR = 10**9


@st.composite
def dags(draw, most=7):
    """Small DAGs with sizes, operations of no and of two steps, order edges, inputs that many or none read."""
    dag = nx.MultiDiGraph()
    for v in range(draw(st.integers(2, most))):
        size, work = draw(st.sampled_from([0, 1, 1, 2, 3])), draw(st.sampled_from([0, 1, 1, 1, 2]))
        if v < 3 and draw(st.booleans()):
            dag.add_node(v, size=size, kind="input")
            continue
        dag.add_node(v, size=size, work=work)
        for u in range(v):
            edge = draw(st.sampled_from(["none", "none", "reads", "reads", "waits"]))
            if edge != "none":
                dag.add_edge(u, v, order=edge == "waits")
    return dag


@st.composite
def trees(draw, most=10):
    """Forests in which every node is read by at most one."""
    dag = nx.MultiDiGraph()
    count = draw(st.integers(2, most))
    for v in range(count):
        kind = draw(st.sampled_from(["op", "op", "op", "input"]))
        size = draw(st.integers(0, 4))
        dag.add_node(v, size=size, kind=kind)
    for v in range(count):
        followers = [u for u in range(v + 1, count) if dag.nodes[u]["kind"] == "op"]
        if followers and draw(st.integers(0, 9)):
            dag.add_edge(v, draw(st.sampled_from(followers[:4])))
    return dag


def every_order(unit):
    """Yield every topological order of what is no source."""
    producer, first = unit.producers(), unit.sources
    needs = {}
    for v in range(first, len(unit)):
        read = producer[unit.operands[unit.operand_start[v] : unit.operand_start[v + 1]]].tolist()
        wait = unit.order[unit.order_start[v] : unit.order_start[v + 1]].tolist()
        needs[v] = {u for u in (*read, *wait) if u >= first}

    def more(order):
        if len(order) == len(needs):
            yield order
        for v in needs.keys() - set(order):
            if needs[v] <= set(order):
                yield from more([*order, v])

    return more([])


def least_by_hand(unit, conventions):
    return min(in_order(unit, order, conventions).memory for order in every_order(unit))


@given(dags())
@settings(max_examples=60)
def test_it_is_the_least_over_all_orders(dag):
    unit = wd.unroll(dag)
    for conventions in EVERY:
        found = least_of_unit(unit, conventions)
        assert found.status == "exact"
        assert found.memory == least_by_hand(unit, conventions)
        assert found.program_order == wd.profile(unit, "RAM", **conventions.of_schedule()).memory
        assert found.gap >= 0


@given(trees())
@settings(max_examples=150)
def test_trees_are_merged_to_what_the_search_finds(dag):
    unit = wd.unroll(dag)
    for conventions in EVERY:
        task = task_of(unit, conventions)
        tree = least_of_tree(task)
        assert tree is not None
        assert tree.memory == search(task, 0, FAR, FAR, lambda done: done).lower
        order = [v + unit.sources for v in tree.order]
        assert in_order(unit, order, conventions).memory == tree.memory


@given(dags(most=9))
@settings(max_examples=100)
def test_floors_are_below_every_order(dag):
    unit = wd.unroll(dag)
    for conventions in EVERY:
        task = task_of(unit, conventions)
        least = search(task, 0, FAR, FAR, lambda done: done).lower
        assert floor_of(task) <= least
        assert floor_of_large(unit, conventions) <= least


@given(dags(most=9))
@settings(max_examples=60)
def test_symmetry_and_floors_change_no_answer(dag):
    unit = wd.unroll(dag)
    for conventions in EVERY:
        task = task_of(unit, conventions)
        plain = search(task, 0, FAR, FAR, lambda done: done)
        assert search(task, 0, FAR, FAR, canonical_of(task)).lower == plain.lower
        assert least_of_unit(unit, conventions).memory == plain.lower


@given(algorithms(Features(scan=True, gather=True, depth=2)), st.data())
@settings(max_examples=30)
def test_algorithms_of_every_kind_are_carried_out_again(made, data):
    unit = wd.unroll(made, **{s.name: max(2, s.low) for s in made.sizes})
    conventions = data.draw(st.sampled_from(EVERY))
    found = least_of_unit(unit, conventions, states=200)
    assert replay(unit, found.witness, conventions, "RAM").memory == found.memory
    assert found.lower_bound <= found.memory <= found.program_order
    for order in islice(every_order(unit), 20):
        assert in_order(unit, order, conventions).memory >= found.lower_bound


@given(trees(most=12))
@settings(max_examples=60)
def test_labels_of_sethi_and_ullman(dag):
    for v in dag:
        dag.nodes[v].update(size=1, kind="op")
    root = max(dag) + 1
    dag.add_edges_from([(v, root) for v in list(dag) if not dag.out_degree(v)])
    for cells in ("reuse", "separate"):
        assert least_memory(dag, wd.Conventions(cells=cells)).memory == sethi_ullman(dag, cells)


def test_postorder_is_not_always_best_on_a_tree_with_sizes():
    # Two subtrees that both shrink late: halting one at its valley saves the words of the other's hill.
    dag = nx.DiGraph([("a", "b"), ("b", "c"), ("p", "q"), ("q", "r"), ("c", "z"), ("r", "z")])
    nx.set_node_attributes(dag, {"a": 5, "b": 1, "c": 5, "p": 5, "q": 1, "r": 5, "z": 1}, "size")
    found = least_memory(dag)
    assert (found.memory, found.method) == (10, "tree")


@pytest.mark.parametrize("n", [1, 2, 3, 7, 8, 100])
def test_the_product_of_n_numbers_in_closed_form(n):
    loaded = wd.Conventions(inputs="loaded")
    assert least_memory(multiply_n(), loaded, n=n).memory == n.bit_length()
    found = least_memory(multiply_n(), n=n)
    assert (found.memory, found.gap) == (n, 0)


def test_matrix_product():
    found = least_memory(matmul(), wd.Conventions(inputs="loaded", outputs="streamed"), n=2, k=2, m=2)
    assert (found.memory, found.status, found.method) == (6, "exact", "search")


def test_out_of_states_it_gives_bounds_and_says_so():
    found = least_memory(matmul(), wd.Conventions(inputs="loaded"), states=3, n=3, k=3, m=3)
    assert found.status == "bounds"
    assert found.lower_bound < found.memory <= found.program_order
    assert f"no order takes fewer than {found.lower_bound}" in str(found)


def test_symmetries_are_true_and_found():
    unit = wd.unroll(nx.balanced_tree(2, 3, create_using=nx.DiGraph).reverse())
    found = symmetries(task_of(unit, wd.Conventions()))
    assert len(found) >= 7  # one for each pair of siblings at least
    assert all(sorted(to) == list(range(15)) for to in found)


def test_a_graph_that_is_too_large_keeps_program_order():
    found = least_memory(multiply_n(), n=9000)
    assert (found.memory, found.method, found.status) == (9000, "program order", "exact")


def test_it_prints_itself_and_is_plain_data():
    found = least_memory(multiply_n(), wd.Conventions(cells="separate"), n=4)
    assert str(found).splitlines()[0] == "multiply-n, n=4: memory of one thread, cells=separate"
    told = found.to_json()
    assert told["schema"] == "workdepth.least-memory/1"
    assert (told["memory"], told["status"]) == (5, "exact")


def test_bad_input_is_named():
    with pytest.raises(ModelError, match="states is 0; give how many states"):
        least_memory(multiply_n(), states=0, n=3)
    with pytest.raises(ModelError, match="phases=dataflow has no meaning for a plain DAG"):
        least_memory(nx.DiGraph([(0, 1)]), wd.Conventions(phases="dataflow"))
    unit = wd.unroll(nx.DiGraph([(0, 1)]))
    with pytest.raises(GraphError, match="an order of 1 nodes, where there are 2"):
        in_order(unit, [0])
    with pytest.raises(GraphError, match="runs a node before one that it reads"):
        in_order(unit, np.array([1, 0]))
