"""Whatever is thrown at the fit and the readers: a verdict or a named error, never a crash or a warning."""

from __future__ import annotations

import json

from hypothesis import given, settings
from hypothesis import strategies as st

from workdepth.errors import WorkdepthError
from workdepth.measure.counts import judge_counts
from workdepth.measure.exact import exact_fit
from workdepth.measure.samples import read_samples
from workdepth.measure.verdict import judge

OUTCOMES = {"consistent", "inconsistent", "inconclusive"}
TIMES = st.floats(min_value=1e-30, max_value=1e30, allow_nan=False)
ANY_TIMES = st.one_of(TIMES, st.floats(), st.none(), st.just("x"))
PREDICTIONS = st.sampled_from(["1", "log(n)", "n", "n*log(n) + n", "n**2", "n**3", "2**n", "sqrt(n)"])


@st.composite
def sweeps(draw, times):
    sizes = draw(st.lists(st.integers(1, 2**40), min_size=1, max_size=9))
    rows = [draw(st.lists(times, min_size=1, max_size=4)) for _ in sizes]
    return sizes, rows


def judged(*arguments):
    """The outcome and nothing, or nothing and the words of the error."""
    try:
        return judge(*arguments).outcome, ""
    except WorkdepthError as error:
        return "", str(error)


@settings(max_examples=15)
@given(PREDICTIONS, sweeps(TIMES))
def test_any_positive_times_get_a_verdict(prediction, sweep):
    assert judge(prediction, *sweep).outcome in OUTCOMES


@settings(max_examples=40)
@given(sweeps(ANY_TIMES))
def test_anything_else_is_a_named_error(sweep):
    verdict, words = judged("n", *sweep)
    assert verdict in OUTCOMES or any(w in words for w in ("no number", "positive finite time", "go from"))


@settings(max_examples=20)
@given(st.dictionaries(st.integers(1, 10**6), st.integers(0, 10**15), min_size=1, max_size=12))
def test_any_counts_get_a_verdict_and_a_formula_is_true(known):
    sizes, counts = list(known), list(known.values())
    assert judge_counts("n*log(n)", sizes, counts).outcome in OUTCOMES
    found = exact_fit(sizes, counts, "n*log(n)")
    if found is not None:
        after = [(n, c) for n, c in known.items() if n >= found.starts_at["n"]]
        assert all(found.at(n=n) == c for n, c in after)


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=6),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(
        st.sampled_from(
            ["benchmarks", "results", "stats", "real_time", "states", "name", "command", "times", "params"]
        ),
        inner,
        max_size=4,
    ),
    max_leaves=12,
)


@settings(max_examples=100)
@given(st.one_of(st.text(max_size=80), JSON.map(json.dumps), st.text("0123456789,.;\n-e#n", max_size=60)))
def test_any_file_is_read_or_refused_by_name(tmp_path_factory, text):
    path = tmp_path_factory.mktemp("files") / "timings"
    path.write_text(text, encoding="utf-8", errors="replace")
    try:
        sweep = read_samples(path)
    except WorkdepthError:
        return
    assert any(judged("n", sweep.sizes, sweep.samples))


@settings(max_examples=40)
@given(st.text("n*log()+-/0123456789 m_'[]{}:.", max_size=30))
def test_any_prediction_is_read_or_refused(text):
    assert any(judged(text, [2**k for k in range(6)], [[1.0]] * 6))
