"""Words that are let go one by one: through windows, in tiles, by gathers and scatters, beside numbers."""

import pytest

import workdepth as wd
from held import hold_to_the_graph
from workdepth.models import every_convention

CASES = {}


def case(*exact, low=1):
    """File a builder under its name, with the machines on which its memory is exact by default."""
    return lambda build: CASES.setdefault(build.__name__, (build, exact, low))


@case("RAM", "GPU")
def neighbours_are_seen_through_a_window(g, n):
    x = g.input("x", n + 1)
    g.output(g.map(n, lambda i: x[i] + x[i + 1]))


@case("RAM")
def a_window_of_three_may_run_backwards(g, n):
    x = g.input("x", n + 2)
    g.output(g.map((1, n + 1), lambda i: x[n - i] + x[n - i + 1] * x[n - i + 2]))


@case("RAM", "GPU")
def rounds_look_through_a_window(g, n):
    x = g.input("x", n + 1)
    g.output(g.repeat(n, lambda k, s: s + x[k] * x[k + 1], 0))


@case()
def a_window_with_a_gap_is_a_bound(g, n):
    x = g.input("x", n + 2)
    g.output(g.map(n, lambda i: x[i] + x[i + 2]))
    g.output(x[n], "other")


@case()
def rounds_take_a_tile_each(g, n):
    m = g.size("m", low=2)
    x = g.input("x", n * m)
    rows = g.repeat(n, lambda r, s: s + g.fold(wd.ADD, m, lambda j: x[m * r + j]), 0)
    g.output(rows)


@case("RAM", "GPU")
def a_gather_reads_its_index_word_by_word(g, n):
    x, places = g.input("x", 3), g.map(n, lambda i: g.apply(wd.REMAINDER, i, 3))
    found = g.gather(x, places)
    g.output(g.map(n, lambda i: found[i] + 1))


@case("RAM", "GPU")
def a_gather_of_rows_lets_a_place_go_with_its_last_word(g, n):
    x, places = g.input("x", 3, 2), g.map(n, lambda i: g.apply(wd.REMAINDER, i, 3))
    g.output(g.gather(x, places))


@case("RAM", "GPU")
def what_points_into_itself_is_held_to_the_end(g, n):
    x = g.input("x", n)
    g.output(g.gather(x, x))


@case("RAM", "GPU")
def a_scatter_has_room_from_its_start(g, n):
    x = g.input("x", n)
    g.output(g.scatter(g.empty(n), g.map(n, lambda i: n - 1 - i), x))


@case("RAM", "GPU")
def a_serial_scatter_into_what_ends_needs_no_room(g, n):
    counts, x = g.input("counts", 3), g.map(n, lambda i: g.apply(wd.REMAINDER, i, 3))
    g.output(g.scatter(counts, x, g.map(n, lambda i: 1), wd.ADD))


@case("RAM", "GPU", low=2)
def a_row_made_from_the_one_above_begins_with_a_number(g, n):
    a = g.input("a", n)

    def row(i, above):
        def step(j, below):
            cell = above[j] + above[j + 1] * below[j] + a[j]
            return g.map([], lambda: cell, into=below, at=lambda: j + 1)

        return g.repeat(n, step, g.map(n + 1, lambda j: i))

    g.output(a, "a")
    g.output(g.repeat(n, row, g.map(n + 1, lambda j: j))[n], "last")


@case()
def a_state_may_be_filled_with_names(g, n):
    x = g.input("x", n)
    filled = g.repeat(
        n, lambda j, s: g.map([], lambda: x[j], into=s, at=lambda: j + 1), g.map(n + 1, lambda j: j)
    )
    g.output(x, "x")
    g.output(g.map(n, lambda i: filled[i] + 1), "y")


@case()
def rounds_that_may_be_none_leave_a_number(g, n):
    x = g.input("x", n + 1, n)
    sums = g.map(n + 1, lambda i: g.repeat(n - 1, lambda k, s: s + x[i, k + 1] * x[i, k], 0))
    copies = g.map([n + 1, n], lambda i, j: g.apply(wd.COPY, x[i, j]))
    g.output(x, "x")
    g.output(g.fold(wd.ADD, n + 1, lambda i: sums[i], order="left"), "sum")
    g.output(g.fold(wd.ADD, n, lambda j: copies[0, j]), "copied")
    g.output(g.map([n, n], lambda i, j: copies[i + 1, j] + 1), "rest")


@case()
def free_results_wait_for_the_next_step(g, n):
    free = wd.Op("free", 2, "add", work=0, associative=True)
    x = g.input("x", n + 1)
    g.output(x, "x")
    g.output(g.map(n, lambda i: g.apply(free, x[i], x[i + 1])), "y")


def build_of(name):
    build, exact, low = CASES[name]
    g = wd.Algorithm(name)
    build(g, g.size("n", low=low))
    return g, exact


@pytest.mark.parametrize("name", CASES)
def test_figures_hold_under_every_switch(name):
    g, _ = build_of(name)
    for conventions in every_convention()[::5]:
        hold_to_the_graph(g, conventions)


@pytest.mark.parametrize("name", CASES)
def test_memory_is_exact_where_it_can_be(name):
    g, exact = build_of(name)
    analysis = wd.analyze(g)
    for machine in exact:
        assert analysis[machine].memory.relation == "=", (machine, str(analysis[machine].memory))


def test_rounds_alone_are_no_single_phase():
    g = wd.Algorithm()
    n = g.size("n")
    x = g.input("x", n)
    g.output(g.repeat(n, lambda k, s: s + g.apply(wd.COPY, x[k]), 0))
    assert wd.analyze(g, phases="dataflow")["GPU"].time.relation == "<="


EXACT = {
    "histogram": {"RAM": "m + n", "GPU": "m + n"},
    "list-ranking": {"RAM": "3*n", "GPU": "3*n"},
    "fft": {"RAM": "5*n/2", "GPU": "5*n/2"},
    "scan-blelloch": {"RAM": "n", "GPU": "n"},
    "csr-matvec": {"RAM": "m + n + 2*z + 1", "GPU": "m + n + 2*z + 1"},
}


@pytest.mark.parametrize("name", EXACT)
def test_memory_of_the_library(name):
    from workdepth.library import entry_named

    analysis = wd.analyze(entry_named(name).build())
    for machine, text in EXACT[name].items():
        memory = analysis[machine].memory
        assert (str(memory), memory.relation) == (text, "=")


@pytest.mark.parametrize(("name", "text"), [("odd-even-merge-sort", "n/2"), ("bfs", "max(2*n, m)")])
def test_threads_of_what_begins_together(name, text):
    from workdepth.library import entry_named

    threads = wd.analyze(entry_named(name).build())["GPU"].threads
    assert (str(threads), threads.relation) == (text, "=")
