"""MULTIPLY-N: the figures that the whole project starts from, under every setting of cells and inputs."""

from math import ceil, floor, log2

import pytest

import workdepth as wd

SIZES = [*range(1, 41), 63, 64, 65, 1000, 2**20, 2**20 + 1]


@pytest.fixture(scope="module")
def multiply_n():
    g = wd.Algorithm("multiply-n")
    g.output(g.fold(wd.MULTIPLY, g.input("x", wd.size("n"))))
    return g


def figures(analysis, n):
    return {
        m: tuple(getattr(analysis[m], f).at(n=n) for f in ("time", "memory", "threads"))
        for m in ("RAM", "GPU")
    }


def lg(n):
    return (n - 1).bit_length()


@pytest.mark.parametrize("n", SIZES)
def test_defaults(multiply_n, n):
    assert figures(wd.analyze(multiply_n), n) == {"RAM": (n - 1, n, 1), "GPU": (lg(n), n, n // 2)}


@pytest.mark.parametrize("n", SIZES[1:])
def test_separate_cells(multiply_n, n):
    found = figures(wd.analyze(multiply_n, cells="separate"), n)
    assert found == {"RAM": (n - 1, n + 1, 1), "GPU": (lg(n), n + n // 2, n // 2)}


@pytest.mark.parametrize("n", SIZES[1:])
def test_loaded_inputs(multiply_n, n):
    found = figures(wd.analyze(multiply_n, inputs="loaded"), n)
    assert found == {"RAM": (2 * n - 1, n.bit_length() - 1 + 1, 1), "GPU": (lg(n) + 1, n, n)}


@pytest.mark.parametrize("n", SIZES[1:])
def test_loaded_inputs_and_separate_cells(multiply_n, n):
    found = figures(wd.analyze(multiply_n, inputs="loaded", cells="separate"), n)
    assert found == {"RAM": (2 * n - 1, n.bit_length() - 1 + 2, 1), "GPU": (lg(n) + 1, n + n // 2, n)}


def test_one_number_is_its_own_product(multiply_n):
    assert figures(wd.analyze(multiply_n), 1) == {"RAM": (0, 1, 1), "GPU": (0, 1, 0)}
    assert figures(wd.analyze(multiply_n, cells="separate"), 1) == {"RAM": (0, 1, 1), "GPU": (0, 1, 0)}


def test_every_figure_is_exact_and_has_its_growth(multiply_n):
    a = wd.analyze(multiply_n)
    assert {f.relation for m in ("RAM", "GPU") for f in a[m].figures().values()} == {"="}
    assert [str(a["RAM"].figures()[f].growth) for f in ("time", "memory", "threads")] == ["n", "n", "1"]
    assert [str(a["GPU"].figures()[f].growth) for f in ("time", "memory", "threads")] == ["log(n)", "n", "n"]
    assert a.speedup_kind == "exponential"
    assert (
        str(a.parallelism.growth) == "n*log(n)**(-1)" or a.parallelism.growth.compare(a.speedup.growth) == "="
    )


def test_figures_are_sympy_expressions(multiply_n):
    import sympy

    time = wd.analyze(multiply_n)["GPU"].time
    assert str(time.exact) == "ceiling(log(n)/log(2))"
    n = next(iter(time.exact.free_symbols))
    assert time.exact.subs(n, 1000) == 10
    assert isinstance(time.exact, sympy.Expr)


def test_space_and_spacetime(multiply_n):
    a = wd.analyze(multiply_n)
    assert a["RAM"].space.at(n=100) == 101
    assert a["GPU"].space.at(n=100) == 150
    assert a["GPU"].spacetime.at(n=100) == 150 * 7
    assert a.speedup.at(n=1) == 1
    assert a.speedup.at(n=8) == pytest.approx(7 / 3)


def test_analysis_does_not_change_the_graph(multiply_n):
    before = (list(multiply_n.nodes(data=True)), list(multiply_n.edges(data=True)), dict(multiply_n.graph))
    wd.analyze(multiply_n, inputs="loaded", cells="separate", outputs="streamed", phases="dataflow")
    assert before == (
        list(multiply_n.nodes(data=True)),
        list(multiply_n.edges(data=True)),
        dict(multiply_n.graph),
    )


def test_floor_and_ceiling_agree_with_real_logarithms(multiply_n):
    a = wd.analyze(multiply_n, inputs="loaded")
    for n in range(2, 60):
        assert a["GPU"].time.at(n=n) == ceil(log2(n)) + 1
        assert a["RAM"].memory.at(n=n) == floor(log2(n)) + 1
