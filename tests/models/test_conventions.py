"""The switches, the relations, and what they refuse."""

import pytest

import workdepth as wd
from workdepth.models import Conventions
from workdepth.models.figure import joined
from workdepth.models.speedup import speedup_kind
from workdepth.symbolic import parse_growth


def test_an_unknown_choice_names_the_known_ones():
    with pytest.raises(
        wd.WorkdepthError, match="phases cannot be 'wavefront'; choose one of: barrier, sequence, dataflow"
    ):
        Conventions(phases="wavefront")


def test_only_changed_switches_are_shown():
    assert Conventions().changed() == {}
    assert Conventions(inputs="loaded").changed() == {"inputs": "loaded"}


def two_maps():
    n = wd.size("n")
    g = wd.Algorithm("two-maps")
    x, y = g.input("x", n), g.input("y", n)
    a, b = g.map(n, lambda i: x[i] + 1), g.map(n, lambda i: y[i] * 2)
    g.output(a, "a")
    g.output(b, "b")
    return g


def test_sequence_makes_phases_wait_for_each_other():
    together, apart = wd.analyze(two_maps()), wd.analyze(two_maps(), phases="sequence")
    assert (str(together["GPU"].time), str(together["GPU"].threads)) == ("1", "2*n")
    assert (str(apart["GPU"].time), str(apart["GPU"].threads)) == ("2", "n")


def test_dataflow_is_a_bound_in_symbols():
    n = wd.size("n")
    g = wd.Algorithm("two-rounds")
    x = g.input("x", n)
    y = g.map(n, lambda i: g.fold(wd.ADD, i + 1, lambda j: x[i] * 1))
    g.output(g.map(n, lambda i: y[i] + 1))
    a = wd.analyze(g, phases="dataflow")
    assert a["GPU"].time.relation == "<="
    assert wd.check(g, conventions=Conventions(phases="dataflow"), n=range(1, 9)).rows


def test_one_phase_is_exact_under_dataflow_too():
    g = wd.Algorithm("multiply-n")
    g.output(g.fold(wd.MULTIPLY, g.input("x", wd.size("n"))))
    a = wd.analyze(g, phases="dataflow")
    assert [f.relation for f in (a["GPU"].time, a["GPU"].memory, a["GPU"].threads)] == ["=", "=", "="]


def test_streamed_outputs_leave():
    n = wd.size("n")
    g = wd.Algorithm("copy")
    x = g.input("x", n)
    g.output(g.map(n, lambda i: x[0] + x[i]))
    kept = wd.analyze(g, inputs="loaded")["RAM"].memory
    streamed = wd.analyze(g, inputs="loaded", outputs="streamed")["RAM"].memory
    assert streamed.at(n=64) <= kept.at(n=64)


@pytest.mark.parametrize(
    ("relations", "expected"),
    [(("=", "="), "="), (("=", "<="), "<="), (("<=", "<="), "<="), (("<=", ">="), "~"), (("~", "="), "~")],
)
def test_relations_combine(relations, expected):
    assert joined(*relations) == expected


def test_a_bound_divided_into_something_bounds_from_below():
    n = wd.size("n")
    g = wd.Algorithm("triangle")
    x = g.input("x", n)
    g.output(g.map(n, lambda i: g.fold(wd.ADD, i + 1, lambda j: x[j] * x[i])))
    a = wd.analyze(g)
    assert a["GPU"].work.relation == "="
    if a["GPU"].time.relation == "<=":
        assert a.parallelism.relation == ">="


@pytest.mark.parametrize(
    ("ram", "gpu", "kind"),
    [
        ("1", "1", "constant"),
        ("n", "n", "constant"),
        ("n", "1", "unbounded"),
        ("n", "log(n)", "exponential"),
        ("n**3", "log(n)**2", "exponential"),
        ("n*log(n)", "sqrt(n)", "polynomial"),
        ("n*m", "n + m", "polynomial"),
        ("2**n", "n", "exponential"),
        ("2**n", "2**n", "constant"),
    ],
)
def test_kinds_of_speedup(ram, gpu, kind):
    assert speedup_kind(parse_growth(ram), parse_growth(gpu)) == kind


def test_a_plain_dag_has_numbers_and_no_phases():
    import networkx as nx

    dag = nx.DiGraph([("a", "c"), ("b", "c"), ("c", "d")])
    a = wd.analyze(dag)
    assert [a["GPU"].figures()[f].at() for f in ("time", "threads", "work")] == [3, 2, 4]
    assert a["RAM"].time.at() == 4
    with pytest.raises(wd.WorkdepthError, match="phases=dataflow has no meaning for a plain DAG"):
        wd.analyze(dag, phases="dataflow")


def test_exclusive_reads_copy_a_word_by_a_tree():
    n = wd.size("n")
    g = wd.Algorithm("scale")
    a, x = g.input("a"), g.input("x", n)
    g.output(g.map(n, lambda i: a * x[i]))
    exclusive = wd.analyze(g, reads="exclusive")
    assert str(exclusive["GPU"].time) == "ceiling(log2(n)) + 1"
    assert str(exclusive["RAM"].time) == "n"
    assert exclusive["GPU"].work.at(n=9) == 9
    wd.check(g, conventions=Conventions(reads="exclusive"), n=range(1, 20))


@pytest.mark.parametrize(
    ("name", "time"),
    [
        ("multiply-n", "2*ceiling(log2(n))"),
        ("vector-add", "ceiling(log2(n)) + 1"),
        ("horner", "2*n"),
        ("scan-blelloch", "log2(n)**2 + log2(n)"),
    ],
)
def test_fork_join_waits_for_its_threads(name, time):
    from workdepth.library import entries

    g = entries()[name].build()
    assert str(wd.analyze(g, spawn="fork-join")["GPU"].time) == time
    wd.check(g, conventions=Conventions(spawn="fork-join"), upto=16)


def test_matmul_reads_each_word_many_times():
    from workdepth.library import entries

    g = entries()["matmul"].build()
    time = wd.analyze(g, reads="exclusive")["GPU"].time
    assert (str(time), time.relation) == (
        "ceiling(log2(k)) + max(ceiling(log2(m)), ceiling(log2(n))) + 1",
        "=",
    )
    wd.check(g, conventions=Conventions(reads="exclusive"), upto=9)


def test_fork_join_has_no_meaning_without_phases():
    with pytest.raises(wd.WorkdepthError, match="spawn=fork-join has no meaning under phases=dataflow"):
        Conventions(spawn="fork-join", phases="dataflow")
    import networkx as nx

    with pytest.raises(wd.WorkdepthError, match="spawn=fork-join has no meaning for a plain DAG"):
        wd.analyze(nx.DiGraph([("a", "b")]), spawn="fork-join")


def test_a_chain_reads_the_same_word_one_step_after_the_other():
    n = wd.size("n")
    g = wd.Algorithm("times-n")
    x = g.input("x")
    g.output(g.fold(wd.ADD, n, lambda i: x, order="left"))
    assert str(wd.analyze(g, reads="exclusive")["GPU"].time) == "n - 1"
    wd.check(g, conventions=Conventions(reads="exclusive"), n=range(1, 9))


def test_one_word_under_two_names_is_read_twice():
    n = wd.size("n")
    g = wd.Algorithm("two-names")
    x = g.input("x")
    a, b = g.repeat(n, lambda r, a, b: (b + (x + x), a + b), x, x)
    g.output(a + b)
    wd.check(g, conventions=Conventions(reads="exclusive"), n=range(1, 6))


def test_a_word_named_many_times_is_not_an_array_to_take_over():
    n = wd.size("n")
    g = wd.Algorithm("broadcast")
    x, y = g.input("x"), g.input("y")
    named = g.map(n, lambda i: x)
    renewed = g.repeat(n, lambda r, s: g.map([], lambda: s[0] + y, into=s, at=lambda: 0), named)
    g.output(g.repeat(n, lambda r, s: s + renewed[r], 0), "sum")
    g.output(x, "x")
    g.output(y, "y")
    wd.check(g, conventions=Conventions(outputs="streamed"), n=range(1, 6))
