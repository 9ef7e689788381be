"""The formulas of the library, and of some textbook graphs, in black and white."""

import pytest

import workdepth as wd
from workdepth.library import entries

LIBRARY = {
    "multiply-n": ("n - 1", "n", "ceiling(log2(n))", "n", "floor(n/2)"),
    "sum": ("n - 1", "n", "ceiling(log2(n))", "n", "floor(n/2)"),
    "max": ("n - 1", "n", "ceiling(log2(n))", "n", "floor(n/2)"),
    "dot": ("2*n - 1", "2*n", "ceiling(log2(n)) + 1", "2*n", "n"),
    "vector-add": ("n", "2*n", "1", "2*n", "n"),
    "axpy": ("2*n", "2*n + 1", "2", "2*n + 1", "n"),
    "matvec": ("2*m*n - n", "m*n + m", "ceiling(log2(m)) + 1", "m*n + m", "m*n"),
    "horner": ("2*n", "n + 2", "2*n", "n + 2", "1"),
    "scan-sequential": ("n - 1", "n", "n - 1", "n", "min(1, n - 1)"),
}


@pytest.mark.parametrize("name", LIBRARY)
def test_exact_formulas(name):
    a = wd.analyze(entries()[name].build())
    found = [a["RAM"].time, a["RAM"].memory, a["GPU"].time, a["GPU"].memory, a["GPU"].threads]
    assert {f.relation for f in found} == {"="}
    assert tuple(map(str, found)) == LIBRARY[name]


def test_matmul():
    a = wd.analyze(entries()["matmul"].build())
    assert str(a["RAM"].time) == "2*k*m*n - m*n"
    assert str(a["GPU"].time) == "ceiling(log2(k)) + 1"
    assert str(a["GPU"].threads) == "k*m*n"
    assert str(a["GPU"].memory) == "max(k*m + k*n, k*m*n)"
    assert str(a["RAM"].memory.growth) == "k*m + k*n + m*n"
    assert a["RAM"].memory.relation == "="


def test_hillis_steele_trades_work_for_span():
    a = wd.analyze(entries()["scan-hillis-steele"].build())
    assert str(a["RAM"].time.growth) == "n*log(n)"
    assert (str(a["GPU"].time), str(a["GPU"].threads), a["GPU"].threads.relation) == (
        "ceiling(log2(n))",
        "n - 1",
        "=",
    )
    assert (str(a["RAM"].memory), a["RAM"].memory.relation) == ("2*n - 1", "<=")


def test_blelloch_is_work_optimal():
    a = wd.analyze(entries()["scan-blelloch"].build())
    assert (str(a["RAM"].time), str(a["GPU"].time)) == ("2*n - 2", "2*log2(n)")
    assert a["GPU"].threads.at(n=16) == 8


def test_every_entry_says_what_it_teaches_and_where_it_comes_from():
    for e in entries().values():
        assert e.teaches
        assert any(c.isdigit() for c in e.source), e.name
        assert e.build().name == e.name
        assert e.build.__doc__


def square(name):
    n = wd.size("n")
    g = wd.Algorithm(name)
    return g, n, g.input("a", n, n), g.input("b", n, n)


def serial_inner():
    g, n, a, b = square("matmul-serial-inner")
    g.output(g.map([n, n], lambda i, j: g.repeat(n, lambda k, c: c + a[i, k] * b[k, j], 0)))
    return g


def floyd_warshall():
    n = wd.size("n")
    g = wd.Algorithm("floyd-warshall")

    def step(k, d):
        return g.map([n, n], lambda i, j: g.apply(wd.MINIMUM, d[i, j], d[i, k] + d[k, j]))

    g.output(g.repeat(n, step, g.input("d", n, n)))
    return g


def softmax():
    n = wd.size("n")
    g = wd.Algorithm("softmax")
    x = g.input("x", n)
    top = g.fold(wd.MAXIMUM, x)
    e = g.map(n, lambda i: g.apply(wd.EXP, x[i] - top))
    total = g.fold(wd.ADD, e)
    g.output(g.map(n, lambda i: e[i] / total))
    return g


def test_a_serial_inner_loop_holds_n_squared_threads():
    """The figures were found by brute force, on another prototype."""
    a = wd.analyze(serial_inner())
    assert str(a["GPU"].threads) == "n**2"
    for n in range(2, 12):
        assert a["RAM"].memory.at(n=n) == 2 * n * n + n
        assert a["GPU"].memory.at(n=n) == max(2 * n * n, 4 * n * n - 4 * n)
        separate = wd.analyze(serial_inner(), cells="separate")["GPU"].memory
        assert separate.at(n=n) == max(3 * n * n, 5 * n * n - 4 * n)
    wd.check(serial_inner(), n=range(1, 9))


def test_floyd_warshall_on_the_gpu():
    a = wd.analyze(floyd_warshall())
    assert (str(a["GPU"].time), str(a["GPU"].memory), str(a["GPU"].threads)) == ("2*n", "2*n**2", "n**2")
    assert str(wd.analyze(floyd_warshall(), cells="separate")["GPU"].memory) == "3*n**2"
    wd.check(floyd_warshall(), n=range(1, 7))


def test_softmax_reads_an_array_after_a_fold_over_it():
    a = wd.analyze(softmax())
    assert [str(a["RAM"].memory), str(a["GPU"].memory)] == ["n + floor(log2(n))", "n + floor(n/2)"]
    for cells in ("reuse", "separate"):
        wd.check(softmax(), conventions=wd.Conventions(cells=cells), n=range(1, 20))


def test_an_analysis_explains_itself():
    a = wd.analyze(entries()["dot"].build())
    shares = a.explain().causes["GPU"]["time"].shares
    assert [str(share.amount) for share in shares] == ["1", "ceiling(log2(n))"]
    import networkx as nx

    with pytest.raises(wd.WorkdepthError, match="has numbers, not formulas"):
        wd.analyze(nx.DiGraph([("a", "b")])).explain()
