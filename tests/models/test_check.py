"""wd.check: what it compares, what it says, what it refuses."""

import numpy as np
import pytest

import workdepth as wd
from workdepth.graph.decisions import branches_of, choices_of
from workdepth.library import entries
from workdepth.schedule.points import chosen, up_to
from workdepth.symbolic import Domain, Size


@pytest.mark.parametrize("name", entries())
def test_the_library_has_no_difference(name):
    g = entries()[name].build()
    report = wd.check(g, upto=4 if choices_of(g) else 12)  # there is much to choose at each size
    assert report.results == len(report.points.values)
    # Where not every choice has a probability, nothing is held against what is expected.
    rows = [row for row in report.rows if row.relation != "~" or not branches_of(g)]
    assert all(row.checked == len(report.points.values) for row in rows)


def test_a_bound_prints_its_worst_slack():
    text = str(wd.check(entries()["scan-hillis-steele"].build(), upto=16))
    assert "RAM memory <= 2*n - 1  (bound, at worst 1." in text


def test_a_wrong_result_is_named():
    g = wd.Algorithm("double")
    x = g.input("x", wd.size("n"))
    g.output(g.map(wd.size("n"), lambda i: x[i] * 2))
    assert wd.check(g, oracle=lambda x: x + x, n=[1, 5]).results == 2
    with pytest.raises(wd.CheckError, match=r"output result is .*, the oracle has .* \(at double, n=1\)"):
        wd.check(g, oracle=lambda x: x * 3, n=[1])
    with pytest.raises(wd.CheckError, match="the outputs are result, the oracle's y"):
        wd.check(g, oracle=lambda x: {"y": x}, n=[1])


def test_an_algorithm_without_oracle_says_so():
    g = wd.Algorithm("nameless")
    x = g.input("x", wd.size("n"))
    g.output(g.map(wd.size("n"), lambda i: x[i] * 2))
    assert "no oracle, so not compared" in str(wd.check(g, upto=4))


def test_several_sizes_are_thinned_and_it_says_so():
    found = up_to((Size("n"), Size("m")), 64)
    assert {"n": 6, "m": 5} in found.values
    assert {"n": 64, "m": 64} in found.values
    assert found.words == "all combinations up to 6, all equal up to 64, one large at a time"
    assert len(found.values) < 200


def test_ranges_are_checked_against_the_domain():
    domain = Domain((Size("n", power_of=2),))
    with pytest.raises(wd.WorkdepthError, match="n"):
        chosen(domain, (Size("n", power_of=2),), {"n": [3]})
    with pytest.raises(wd.WorkdepthError, match="size n has no values"):
        chosen(Domain((Size("n"),)), (Size("n"),), {})
    g = entries()["sum"].build()
    for value in (0, -1, 2.5, "8", True):
        with pytest.raises(wd.WorkdepthError, match="n"):
            wd.check(g, n=[value])


def test_a_dag_has_no_formulas_to_check():
    import networkx as nx

    with pytest.raises(wd.WorkdepthError, match="has no formulas to check"):
        wd.check(nx.DiGraph([(1, 2)]))


def test_results_wrap_around_bit_for_bit():
    from workdepth.schedule.results import sample_inputs

    inputs = sample_inputs(entries()["multiply-n"].build(), {"n": 9})
    assert inputs["x"].dtype == np.uint64
    assert (inputs["x"] % 2 == 1).all()
