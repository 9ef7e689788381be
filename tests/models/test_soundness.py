"""Small graphs on which a figure was once wrong: each held to the unrolled graph under its switches."""

import pytest

import workdepth as wd
from held import hold_to_the_graph
from workdepth.models import Conventions
from workdepth.symbolic import floor

FREE = wd.Op("free", 2, "add", work=0, associative=True)
CASES = {}


def case(**switches):
    """File a builder under its name, with the switches under which it was wrong."""
    return lambda build: CASES.setdefault(build.__name__, (build, Conventions(**switches)))


@case(outputs="streamed")
def a_streamed_input_is_there_beside_what_is_made_of_it_at_once(g, n):
    x, y = g.input("x"), g.input("y", n)
    g.output(x, "x")
    g.output(g.map(n, lambda i: y[i] + g.apply(FREE, x, x)), "sums")


@case(outputs="streamed")
def a_streamed_matrix_is_there_beside_sums_made_at_once(g, n):
    x = g.input("x", n, n)
    rows = g.map(n, lambda i: x[i])
    sums = g.map(n, lambda i: g.repeat(n, lambda k, s: g.apply(FREE, s, rows[i, k]), 0))
    g.output(x, "x")
    g.output(g.repeat(n, lambda k, s: s + sums[k], 0), "total")


@case()
def a_word_read_by_many_overlapping_operations_dies_in_the_last(g, n):
    x, y, z = g.input("x"), g.input("y"), g.input("z", n)
    twice = y + y
    thrice = g.apply(wd.COPY, y + twice)
    low, _ = g.apply(wd.COMPARE_EXCHANGE, x, y)
    later = g.apply(wd.COPY, low)
    g.after(later, thrice)
    total = g.repeat(n, lambda k, s: s + z[k], 0)
    g.output(x + total, "total")
    g.output(thrice + later, "pair")


@case()
def a_slice_let_go_in_a_round_may_be_read_beside_it(g, n):
    x, y = g.input("x"), g.input("y", n)
    total = g.repeat(n, lambda k, s: s + y[k], 0)
    low, _ = g.apply(wd.COMPARE_EXCHANGE, x + x, y[0])
    g.output(x, "x")
    g.output(total + low, "total")


@case()
def words_replaced_by_copies_that_differ_go_once(g, n):
    x, y = g.input("x"), g.input("y", n)

    def row(state, i):
        names = g.map(i + 1, lambda j: state[0])
        return state[i] + g.repeat(i + 1, lambda k, s: s + names[k], 0)

    y = g.repeat(n, lambda k, s: g.map(n, lambda i: row(s, i), into=s), y)

    def first(state):
        one = g.apply(wd.COPY, 0)
        return state[0] + (one + (one + x))

    g.output(x, "x")
    g.output(g.repeat(n, lambda k, s: g.map([], lambda: first(s), into=s, at=lambda: 0), y), "y")


@case(cells="separate")
def nodes_of_one_group_need_not_begin_together(g, n):
    x = g.input("x", 2)
    base = g.repeat(n, lambda k, s: g.map([], lambda: s[0] + (x[0] + x[0]), into=s, at=lambda: 0), x)
    total = g.repeat(n, lambda k, s: s + (x[0] + x[0]), 0)
    low, _ = g.apply(wd.COMPARE_EXCHANGE, x[0], x[0])
    g.after(low, total)
    more = total + low
    g.output(g.fold(wd.ADD, base) + more)


@case()
def what_is_made_at_once_beside_another_operation_counts(g, n):
    x, y = g.input("x"), g.input("y", n)
    g.output(x, "x")
    g.output(g.map(n, lambda i: y[i] + g.apply(FREE, x, x)), "sums")
    g.output(g.apply(wd.COPY, 0), "zero")


@case(reads="exclusive", spawn="fork-join")
def copies_that_are_spawned_in_unequal_times_read_out_of_step(g, n):
    x = g.input("x", n, n)

    def pair(i):
        ones = g.map(i + 1, lambda j: x[0, 0] + x[0, 0])
        return g.repeat(i + 1, lambda k, s: s + ones[k], 0)

    g.output(g.map([n, n], lambda i, j: x[i, j] + pair(i)))


@case(inputs="loaded")
def an_input_that_is_only_named_is_loaded_by_its_reader(g, n):
    x, y = g.input("x"), g.input("y", n, n)
    twice = x + x
    rows = g.map(n, lambda i: y[i])
    total = g.fold(wd.ADD, n, lambda i: g.repeat(n, lambda k, s: s + rows[i, k], 0))
    g.output(twice, "twice")
    g.output(y, "y")
    g.output(total, "total")


@case(inputs="loaded")
def a_fold_over_one_leaf_loads_nothing(g, n):
    x, y = g.input("x", n, n), g.input("y", 2)
    total = g.fold(wd.ADD, n, lambda j: g.fold(wd.ADD, n, lambda i: x[i, j]))
    g.output(total + g.repeat(2, lambda k, s: s + y[k], 0))


@case()
def an_element_that_an_output_keeps_stays_when_its_array_goes(g, n):
    x = g.input("x", n, n)
    first = g.fold(wd.ADD, n, lambda i: g.repeat(n, lambda k, s: s + x[i, k], 0))
    rows = g.map(n, lambda i: x[i])
    most = g.fold(wd.MAXIMUM, n, lambda j: g.fold(wd.MAXIMUM, n, lambda i: rows[i, j]))
    g.after(most, first)
    both = first + most
    low, high = g.apply(wd.COMPARE_EXCHANGE, g.apply(wd.COPY, both), 0)
    g.output(low + both, "sum")
    g.output(high, "high")
    g.output(x[n - 1, n - 1], "corner")


@case(reads="exclusive")
def folds_over_one_leaf_may_be_the_same_word(g, n):
    x = g.input("x", n, n)
    both = g.map(2, lambda i: g.fold(wd.ADD, n, lambda j: g.fold(wd.ADD, n, lambda k: x[j, k])))
    g.output(g.fold(wd.ADD, 2, lambda i: g.apply(wd.COPY, both[i])))


@case(outputs="streamed", cells="separate")
def a_streamed_fold_over_one_leaf_is_there_in_the_first_step(g, n):
    x, y = g.input("x", n, n), g.input("y", n)
    g.output(g.fold(wd.ADD, n, lambda j: g.fold(wd.ADD, n, lambda i: x[i, j])), "sum")
    g.output(g.repeat(n, lambda k, s: s + y[k], 0), "total")


@case(outputs="streamed")
def a_streamed_fold_over_one_leaf_keeps_no_word_that_is_read_before(g, n):
    x = g.input("x", n, n)
    low, high = g.apply(wd.COMPARE_EXCHANGE, x[0, 0], 0)
    g.output(low + high, "first")
    g.output(g.fold(wd.ADD, n, lambda j: g.fold(wd.ADD, n, lambda i: x[i, j])), "sum")


@case(cells="separate")
def slow_and_quick_operations_yield_in_different_steps(g, n):
    slow = wd.Op("slow", 2, "maximum", work=2, associative=True)
    x, y = g.input("x", n), g.input("y", n)
    g.output(g.fold(slow, x) + g.fold(wd.ADD, y))


@case(inputs="loaded")
def leaves_that_load_words_for_later_pile_them_up(g, n):
    x = g.input("x", n, n)
    first = g.fold(wd.ADD, n, lambda i: g.repeat(n, lambda k, s: s + x[i, k], 0), order="left")
    rows = g.map(n, lambda i: g.repeat(n, lambda k, s: s + x[i, k], 0))
    g.output(first + g.repeat(n, lambda k, s: s + rows[k], 0))


@case(spawn="fork-join", inputs="loaded")
def rounds_of_growing_folds_may_be_none(g, n):
    table, b = g.input("l", n, n), g.input("b", n)
    start = g.map([], lambda: g.apply(wd.COPY, b[0]), into=g.empty(n), at=lambda: 0)

    def row(r, x):
        known = lambda: b[r + 1] - g.fold(wd.ADD, r + 1, lambda j: table[r + 1, j] * x[j])  # noqa: E731
        return g.map([], known, into=x, at=lambda: r + 1)

    g.output(g.repeat(n - 1, row, start), "x")
    g.output(table, "l")


@case(outputs="streamed", cells="separate")
def a_streamed_element_is_there_beside_what_a_scatter_puts_in_its_place(g, n):
    x, y = g.input("x", 2), g.input("y", n)
    places, zeros = lambda: g.map(2, lambda i: i), lambda: g.map(2, lambda i: 0)
    z = g.repeat(2, lambda k, s: g.scatter(s, places(), zeros()), x)
    g.output(g.repeat(2, lambda k, s: s + z[k], 0), "sum")
    g.output(y, "y")
    g.output(x[0], "first")


@case(reads="exclusive")
def a_number_has_no_readers_to_wait_for(g, n):
    x = g.input("x", n)
    g.output(g.repeat(2, lambda k, s, t: (t + x[0], g.apply(wd.ADD, s, t)), x[0] + x[0], 0)[1])


@case(phases="sequence", cells="separate", inputs="loaded", outputs="streamed")
def a_streamed_name_of_a_word_in_a_tile_was_there_before_its_tile(g, n):
    x = g.constant("x", n + 1)
    first = g.map(n, lambda i: x[i])
    g.output(g.fold(wd.ADD, first), "first")
    last = g.map(1, lambda i: x[i + n])
    g.output(g.fold(wd.ADD, 1, lambda i: last[i]), "last")


@case(outputs="streamed")
def a_streamed_result_is_there_while_what_takes_no_step_settles(g, n):
    x = g.constant("x", 2)
    g.output(x[0] + x[1], "sum")
    g.output(g.apply(FREE, x[0], x[1]), "free")
    g.output(g.apply(wd.MAXIMUM, x[0], x[1]), "most")


def twice_named() -> wd.Algorithm:
    """Yields two names of what it is given, at the base."""
    g = wd.Algorithm("twice named")
    n, x = g.size("n"), g.input("x")
    g.base(n, 1, lambda: (x, x))
    first, second = g.call(g, x, n=n - 1)
    g.output(first + second, "sum")
    g.output(g.apply(wd.COPY, x), "copy")
    return g


@case()
def what_a_call_yields_may_be_names_of_what_lives_on(g, n):
    x = g.input("x")
    total, copy = g.call(twice_named(), x, n=n)
    g.output(total + 1, "total")
    g.output(copy, "copy")
    g.output(x, "x")


def settling() -> wd.Algorithm:
    g = wd.Algorithm("settling")
    n, x = g.size("n"), g.input("x")
    g.base(n, 1, lambda: x)
    more = x + 1
    g.output(g.apply(FREE, g.call(g, more, n=n - 1), g.call(g, x, n=n - 1)))
    return g


@case(phases="sequence")
def operations_of_no_work_settle_in_recursions_too(g, n):
    g.output(g.call(settling(), g.input("x"), n=n))


def one_of_two() -> wd.Algorithm:
    """Reads one of two words at its base."""
    g = wd.Algorithm("one of two")
    n, x = g.size("n"), g.input("x", 2)
    g.base(n, 1, lambda: g.apply(wd.COPY, x[0]))
    total = g.fold(wd.ADD, x)
    g.output(g.call(g, x, n=n - 1) + total)
    return g


@case()
def the_start_of_a_call_may_be_the_last_to_read_a_word(g, n):
    x = g.input("x", 2)
    g.output(g.call(one_of_two(), g.map(2, lambda i: x[i]), n=n))


@case()
def a_map_may_be_of_no_folds(g, n):
    x = g.input("x", n, n)
    g.output(g.map(floor(n / 2), lambda i: g.fold(wd.ADD, n, lambda j: x[i, j])), "half")
    g.output(g.fold(wd.ADD, n, lambda i: g.fold(wd.ADD, n, lambda j: x[i, j])), "total")


@case(outputs="streamed")
def a_streamed_map_of_folds_over_one_leaf_may_be_of_names(g, n):
    x, y = g.input("x", n, n), g.input("y")
    sums = g.map(n + 2, lambda i: y + i)
    g.output(g.map(n, lambda i: g.fold(wd.ADD, n, lambda j: x[i, j])), "rows")
    g.output(g.fold(wd.ADD, sums) + y, "total")


def one_of_all() -> wd.Algorithm:
    g = wd.Algorithm("one of all")
    n = g.size("n")
    x = g.input("x", n)
    g.base(n, 1, lambda: g.apply(wd.COPY, x[0]))
    g.output(g.call(g, g.map(n - 1, lambda i: x[i]), n=n - 1))
    return g


@case(cells="separate", inputs="loaded")
def a_call_loads_what_it_is_given_as_it_goes(g, n):
    x = g.input("x", n)
    g.output(g.call(one_of_all(), x, n=n) + 1, "one")
    g.output(x, "x")


@pytest.mark.parametrize("name", CASES)
def test_figures_hold_where_they_were_once_wrong(name):
    build, conventions = CASES[name]
    g = wd.Algorithm(name)
    build(g, g.size("n"))
    hold_to_the_graph(g, conventions)
