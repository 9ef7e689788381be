"""What the algorithms of each topic cost, in black and white; how their inputs are made."""

from fractions import Fraction
from itertools import permutations

import numpy as np
import pytest

import workdepth as wd
from workdepth.graph.oracles import register_oracle, sampler_of
from workdepth.library import entries, entry_named
from workdepth.schedule.results import sample_inputs


def figures(name, **switches):
    a = wd.analyze(entry_named(name).build(), **switches)
    return a["RAM"].time, a["RAM"].memory, a["GPU"].time, a["GPU"].memory, a["GPU"].threads


EXACT = {
    "bitonic-sort": ("n*log2(n)**2/4 + n*log2(n)/4", "n", "log2(n)**2/2 + log2(n)/2", "n", "n/2"),
    "attention": (
        "4*d*n**2 + 3*n**2 - 2*n",
        None,
        "ceiling(log2(d)) + 3*ceiling(log2(n)) + 5",
        "d*n**2 + d*n",
        "d*n**2",
    ),
}


@pytest.mark.parametrize("name", EXACT)
def test_exact_formulas_of_later_topics(name):
    for figure, text in zip(figures(name), EXACT[name], strict=True):
        assert figure.relation == "="
        assert text is None or str(figure) == text


def test_comparators_are_as_many_as_knuth_counts():
    """Knuth, The Art of Computer Programming, vol. 3, 2nd ed., section 5.3.4: of both of Batcher's networks."""
    for n, bitonic, odd_even in ((2, 1, 1), (4, 6, 5), (8, 24, 19), (16, 80, 63), (32, 240, 191)):
        assert figures("bitonic-sort")[0].at(n=n) == bitonic
        assert figures("odd-even-merge-sort")[0].at(n=n) == odd_even
        rounds = (n.bit_length() - 1) * n.bit_length() // 2
        assert figures("bitonic-sort")[2].at(n=n) == figures("odd-even-merge-sort")[2].at(n=n) == rounds


GROWTHS = {
    "bitonic-sort": {"GPU_work": "n*log(n)**2", "GPU_time": "log(n)**2", "RAM_memory": "n"},
    "odd-even-merge-sort": {"GPU_work": "n*log(n)**2", "GPU_time": "log(n)**2", "GPU_threads": "n"},
    "rank-sort": {"GPU_work": "n**2", "GPU_time": "log(n)", "GPU_threads": "n**2", "RAM_memory": "n"},
    "quicksort-by-segments": {
        "GPU_work": "d*n",
        "GPU_time": "d*log(n)",
        "GPU_memory": "n",
        "GPU_threads": "n",
    },
    "binary-search": {"RAM_time": "log(n)", "GPU_time": "log(n)", "RAM_memory": "n"},
    "csr-matvec": {"RAM_time": "n + z", "GPU_time": "log(z)", "RAM_memory": "m + n + z"},
    "list-ranking": {"GPU_work": "n*log(n)", "GPU_time": "log(n)", "RAM_memory": "n", "GPU_threads": "n"},
    "bfs": {"GPU_work": "d*m + d*n", "GPU_time": "d*log(m)", "RAM_memory": "m + n"},
    "fft": {"GPU_work": "n*log(n)", "GPU_time": "log(n)", "RAM_memory": "n", "GPU_memory": "n"},
    "histogram": {"GPU_work": "n", "GPU_time": "n", "RAM_memory": "m + n"},
    "edit-distance": {"GPU_work": "m*n", "GPU_time": "m*n", "RAM_memory": "m + n"},
    "edit-distance-antidiagonal": {"GPU_work": "n**2", "GPU_time": "n", "GPU_threads": "n"},
    "attention": {"GPU_work": "d*n**2", "GPU_time": "log(d) + log(n)"},
    "attention-blocked": {"GPU_work": "b**2*d*t**2", "GPU_memory": "b**2*d*t"},
}


@pytest.mark.parametrize("name", GROWTHS)
def test_growths_of_later_topics(name):
    wd.assert_growth(name, **GROWTHS[name])


def test_floyd_warshall_by_convention():
    """CLRS, 4th ed., exercise 26.2-6: n log n where threads are spawned; n where they are there."""
    wd.assert_growth("floyd-warshall", GPU_time="n")
    wd.assert_growth("floyd-warshall", wd.Conventions(spawn="fork-join"), GPU_time="n*log(n)")


@pytest.mark.parametrize("machine", ["RAM", "GPU"])
def test_blocks_of_attention_need_less_memory(machine):
    plain, blocked = (wd.analyze(entry_named(name).build()) for name in ("attention", "attention-blocked"))
    for t, b, d in ((8, 8, 4), (16, 8, 8), (64, 16, 64)):
        assert blocked[machine].memory.at(t=t, b=b, d=d) < plain[machine].memory.at(n=t * b, d=d)


@pytest.mark.parametrize(("n", "expected"), [(2, Fraction(1)), (4, Fraction(7, 3))])
def test_rounds_that_quicksort_needs_over_all_orders(n, expected):
    """r(n) = 1 + the mean over all pivots of the larger of both sides' rounds; none where one number is left."""
    g, needed = entry_named("quicksort-by-segments").build(), []
    for order in permutations(range(n)):
        rounds = 0
        while True:
            rounds += 1
            found = wd.run(g, x=np.array(order), d=rounds)
            if np.array_equal(found["first"], found["last"]):
                break
        assert found["sorted"].tolist() == list(range(n))
        needed.append(rounds)
    assert Fraction(sum(needed), len(needed)) == expected


@pytest.mark.parametrize(
    "name",
    ["rank-sort", "quicksort-by-segments", "histogram", "csr-matvec", "bfs", "list-ranking", "binary-search"],
)
@pytest.mark.parametrize(
    "switches",
    [
        {"cells": "separate"},
        {"inputs": "loaded", "outputs": "streamed"},
        {"reads": "exclusive"},
        {"spawn": "fork-join"},
        {"phases": "sequence"},
        {"phases": "dataflow"},
    ],
    ids=lambda s: "-".join(s.values()),
)
def test_what_data_decides_holds_under_other_switches(name, switches):
    wd.check(entry_named(name).build(), conventions=wd.Conventions(**switches), upto=5)


@pytest.mark.parametrize("name", [e.name for e in entries().values() if e.samples])
def test_samples_are_drawn_the_same_way_each_time(name):
    g = entry_named(name).build()
    sizes = {s.name: 4 for s in g.sizes}
    one, two = sample_inputs(g, sizes), sample_inputs(g, sizes)
    assert one.keys() == two.keys()
    assert all(np.array_equal(one[k], two[k]) for k in one)


def picking(text="picking"):
    n = wd.size("n")
    g = wd.Algorithm(text)
    g.output(g.gather(g.input("x", n), g.input("i", n)))
    return g


def test_positions_need_samples_and_take_them():
    def pick(x, i):
        return x[i]

    with pytest.raises(wd.WorkdepthError, match=r"is outside an array.*drawn at random"):
        wd.check(picking(), oracle=pick, n=[3])
    drawn = {"samples": lambda rng, n: {"i": rng.integers(0, n, n)}}
    assert wd.check(picking(), oracle=pick, n=[1, 3], **drawn).results == 2
    register_oracle("registered picking", pick, **drawn)
    assert wd.check(picking("registered picking"), n=[3]).results == 1
    register_oracle("registered picking", pick)
    assert sampler_of("registered picking") is None


def test_an_oracle_may_ask_for_sizes():
    n, m = wd.size("n"), wd.size("m")
    g = wd.Algorithm("repeated")
    x = g.input("x", n)
    g.output(g.map([n, m], lambda i, j: x[i] + j))
    report = wd.check(g, oracle=lambda x, m: x[:, None] + np.arange(m, dtype=x.dtype), n=[2], m=[3])
    assert report.results == 1


def test_wrong_samples_are_named():
    def pick(x, i):
        return x[i]

    with pytest.raises(wd.WorkdepthError, match="what makes the inputs does not take the sizes by name"):
        wd.check(picking(), oracle=pick, samples=lambda rng: {}, n=[3])
    with pytest.raises(wd.WorkdepthError, match="what makes the inputs makes 'j', which is none"):
        wd.check(picking(), oracle=pick, samples=lambda rng, n: {"j": [0]}, n=[3])
