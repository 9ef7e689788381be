"""Scan, Gather and Scatter in the models, held to the unrolled graph."""

import pytest

import workdepth as wd
from workdepth.graph.prefix import METHODS
from workdepth.models import Conventions

SETTINGS = [
    Conventions(),
    Conventions(cells="separate"),
    Conventions(inputs="loaded"),
    Conventions(outputs="streamed", reads="exclusive"),
    Conventions(spawn="fork-join"),
]


def scan(method, inclusive, power_of=None, computed=False):
    g = wd.Algorithm("scan")
    n = g.size("n", power_of=power_of)
    x = g.input("x", n)
    leaves = (n, lambda i: x[i] * 2) if computed else (x,)
    g.output(g.scan(wd.ADD, *leaves, method=method, inclusive=inclusive))
    return g


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("inclusive", [True, False])
@pytest.mark.parametrize("computed", [True, False])
def test_scans_hold_at_every_size(method, inclusive, computed):
    for conventions in SETTINGS:
        wd.check(
            scan(method, inclusive, computed=computed), conventions=conventions, n=[1, 2, 3, 4, 7, 12, 33]
        )


@pytest.mark.parametrize(
    ("method", "work", "span", "threads"),
    [
        ("sequential", "n - 1", "n - 1", "min(1, n - 1)"),
        ("hillis-steele", "-n + n*log2(n) + 1", "log2(n)", "n - 1"),
        ("sklansky", "n*log2(n)/2", "log2(n)", "floor(n/2)"),
        ("brent-kung", "2*n - log2(n) - 2", "max(2*log2(n) - 2, log2(n))", "floor(n/2)"),
    ],
)
def test_closed_forms_at_powers_of_two(method, work, span, threads):
    a = wd.analyze(scan(method, True, power_of=2))
    found = (a["RAM"].time, a["GPU"].time, a["GPU"].threads)
    assert {f.relation for f in found} == {"="}
    for figure, text in zip(found, (work, span, threads), strict=True):
        for n in (1, 2, 4, 64, 1024):
            assert figure.at(n=n) == wd.parse(text).at({"n": n})


@pytest.mark.parametrize("method", METHODS)
def test_snirs_law(method):
    """Snir, Depth-size trade-offs for parallel prefix computation, Journal of Algorithms 7(2), 1986: the theorem."""
    a = wd.analyze(scan(method, True, power_of=2))
    for n in (2, 4, 8, 64, 1024):
        assert a["RAM"].time.at(n=n) + a["GPU"].time.at(n=n) >= 2 * n - 2


def gathered(g, n, m):
    g.output(g.gather(g.input("x", n), g.input("i", m)))


def scattered(g, n, m):
    g.output(g.scatter(g.input("h", m), g.input("i", m), g.input("v", m)))


def histogram(g, n, m):
    g.output(g.scatter(g.input("h", n), g.input("i", m), g.input("v", m), op=wd.ADD, conflicts="serial"))


def ranking(g, n, m):
    d, following = g.input("d", n), g.input("next", n)

    def jump(r, d, following):
        beyond = g.gather(d, following)
        return g.map(n, lambda i: d[i] + beyond[i]), g.gather(following, following)

    ranks, ends = g.repeat(wd.ceiling(wd.log2(n)), jump, d, following)
    g.output(ranks, "ranks")
    g.output(ends, "ends")


@pytest.mark.parametrize("build", [gathered, scattered, histogram, ranking])
def test_moves_hold_at_every_size(build):
    for conventions in SETTINGS:
        g = wd.Algorithm(f"moves-{build.__name__}")
        build(g, wd.size("n"), wd.size("m"))
        ranges = {s.name: [1, 2, 3, 5, 8] for s in g.sizes}
        wd.check(g, conventions=conventions, **ranges)


def test_a_gather_takes_one_step_and_a_histogram_one_a_word():
    n, m = wd.size("n"), wd.size("m")
    gather, bins = wd.Algorithm("gather"), wd.Algorithm("histogram")
    gathered(gather, n, m)
    histogram(bins, n, m)
    assert [str(wd.analyze(gather)[k].time) for k in ("RAM", "GPU")] == ["m", "1"]
    assert [str(wd.analyze(bins)[k].time) for k in ("RAM", "GPU")] == ["m", "m"]
    assert str(wd.analyze(bins)["GPU"].threads) == "1"
