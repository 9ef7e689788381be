"""Random nested algorithms of all node kinds, under every switch, held to the unrolled graph and to the laws."""

import os

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import workdepth as wd
from held import FIGURES, hold_in_every_case, hold_to_the_graph, points, unrolled
from strategies import Features, algorithms
from workdepth.models import Conventions, every_convention

EVERY = every_convention()
# A deeper run: WORKDEPTH_EXAMPLES=20 makes twenty times as many.
MORE = int(os.environ.get("WORKDEPTH_EXAMPLES", "1"))
DELAY_FREE = Conventions()


@settings(max_examples=60 * MORE)
@given(algorithms(Features(work=False, scan=True, gather=True)), st.sampled_from(EVERY))
def test_figures_hold_on_the_unrolled_graph(g, conventions):
    hold_to_the_graph(g, conventions)


@settings(max_examples=40 * MORE)
@given(algorithms(Features(scan=True)), st.sampled_from(EVERY))
def test_figures_hold_with_ops_of_any_work(g, conventions):
    hold_to_the_graph(g, conventions)


@settings(max_examples=30 * MORE)
@given(algorithms(Features(work=False, choice=True, depth=2)), st.sampled_from(EVERY))
def test_figures_hold_with_branches_and_calls(g, conventions):
    hold_in_every_case(g, conventions)


@settings(max_examples=60 * MORE)
@given(algorithms())
def test_laws_of_work_and_span(g):
    a = wd.analyze(g)
    for point in points(g):
        if unrolled(g, "barrier", point) is None:
            continue
        value = {m: {f: getattr(a[m], f).at(**point) for f in FIGURES} for m in ("RAM", "GPU")}
        work, span = value["GPU"]["work"], value["GPU"]["time"]
        assert span <= work, "the span is a chain of the work"
        assert value["RAM"]["time"] == work
        assert span <= value["RAM"]["time"]
        assert value["RAM"]["threads"] == 1
        if a["GPU"].threads.relation == "=":
            assert value["GPU"]["threads"] <= work
            if a["GPU"].time.relation == "=" and span:
                assert value["GPU"]["threads"] * span >= work, "all work fits under threads x span"


@settings(max_examples=60 * MORE)
@given(algorithms(), st.sampled_from(EVERY))
def test_every_free_name_is_a_declared_size(g, conventions):
    a = wd.analyze(g, conventions)
    declared = {s.name for s in g.sizes}
    for machine in ("RAM", "GPU"):
        for figure in a[machine].figures().values():
            assert figure.expression.names <= declared


@pytest.mark.parametrize("machine", ["RAM", "GPU"])
def test_a_wrong_formula_is_caught(machine, monkeypatch):
    """The check can fail: a figure that is off by one at one size is named."""
    from workdepth.models.figure import Figure

    g = wd.Algorithm("multiply-n")
    g.output(g.fold(wd.MULTIPLY, g.input("x", wd.size("n"))))
    honest = Figure.at

    def wrong(self, **sizes):
        return honest(self, **sizes) + (sizes == {"n": 7})

    monkeypatch.setattr(Figure, "at", wrong)
    with pytest.raises(
        wd.CheckError, match=r"RAM time = n - 1 gives 7, the unrolled graph has 6 \(at multiply-n, n=7\)"
    ):
        wd.check(g, n=range(1, 9))
