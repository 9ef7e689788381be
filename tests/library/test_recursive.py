"""What recursions cost, as the books say it, and what trading words for time costs."""

from __future__ import annotations

import numpy as np
import pytest

import workdepth as wd
from workdepth.library import entry_named
from workdepth.symbolic import parse_growth

FORK_JOIN = wd.Conventions(spawn="fork-join")

GROWTHS = {
    "merge-sort-serial-merge": {"GPU_work": "n*log(n)", "GPU_time": "n", "RAM_memory": "n"},
    "merge-sort-parallel-merge": {"GPU_work": "n*log(n)", "GPU_time": "log(n)**3", "RAM_memory": "n"},
    "matmul-recursive": {"GPU_work": "n**3", "GPU_time": "log(n)", "RAM_memory": "n**2"},
    "strassen": {"RAM_time": "n**log2(7)", "GPU_time": "log(n)", "RAM_memory": "n**2"},
    "karatsuba": {"RAM_time": "n**log2(3)", "GPU_time": "log(n)", "RAM_memory": "n"},
    "fibonacci-naive": {"RAM_time": "phi**n", "GPU_time": "n", "RAM_memory": "n"},
    "fibonacci-memoised": {"RAM_time": "n", "GPU_time": "n", "RAM_memory": "n", "GPU_threads": "1"},
    "fibonacci-fork-join": {"RAM_time": "phi**n", "GPU_time": "n", "parallelism": "phi**n/n"},
    "fft": {"GPU_work": "n*log(n)", "GPU_time": "log(n)"},
    "bitonic-sort": {"GPU_time": "log(n)**2"},
    "matmul-serial-inner": {"GPU_threads": "m*n", "GPU_time": "k"},
}


@pytest.mark.parametrize("name", GROWTHS)
def test_growths_are_those_of_the_books(name: str) -> None:
    told = dict(GROWTHS[name])
    parallelism = told.pop("parallelism", None)
    wd.assert_growth(name, **told)
    if parallelism is not None:
        assert str(wd.analyze(entry_named(name).build()).parallelism.growth) == parallelism


@pytest.mark.parametrize(
    "text", ["phi**n/n", "3**n*n**2/log(n)", "n**log2(7)/log(n)**2", "n**log2(3)*log(n)"]
)
def test_quotients_of_growths_are_written_as_such(text: str) -> None:
    assert str(parse_growth(text)) == text


@pytest.mark.parametrize(
    ("name", "growth"),
    [
        ("merge-sort-serial-merge", "n"),
        ("merge-sort-parallel-merge", "log(n)**3"),
        ("matmul-recursive", "log(n)**2"),
        ("strassen", "log(n)**2"),
        ("fibonacci-fork-join", "n"),
    ],
)
def test_spans_where_threads_are_spawned(name: str, growth: str) -> None:
    wd.assert_growth(name, FORK_JOIN, GPU_time=growth)


EXACT = {
    "matmul-recursive": ("2*n**3 - n**2", "log2(n) + 1"),
    "strassen": ("7*n**log2(7) - 6*n**2", "4*log2(n) + 1"),
    "karatsuba": ("7*n**log2(3) - 8*n + 2", None),
    "merge-sort-serial-merge": ("12*n*log2(n)", "16*n - 16"),
    "fibonacci-memoised": ("max(0, n - 1)", "max(0, n - 1)"),
}


@pytest.mark.parametrize("name", EXACT)
def test_exact_times(name: str) -> None:
    costs = wd.analyze(entry_named(name).build())
    work, span = EXACT[name]
    assert (str(costs["RAM"].time), costs["RAM"].time.relation) == (work, "=")
    assert span is None or (str(costs["GPU"].time), costs["GPU"].time.relation) == (span, "=")


def test_operations_that_strassen_counts() -> None:
    """Strassen (1969), p. 355: products and sums of matrices of order 2**k, by elements: 7*7**k - 6*4**k."""
    time = wd.analyze(entry_named("strassen").build())["RAM"].time
    assert [time.at(n=2**k) for k in range(4)] == [1, 25, 247, 2017]


def test_karatsuba_needs_fewer_products_from_some_size_on() -> None:
    time = wd.analyze(entry_named("karatsuba").build())["RAM"].time
    schoolbook = [2 * 4**k - 2 ** (k + 1) + 1 for k in range(12)]  # n*n products, (n - 1)**2 sums
    faster = [time.at(n=2**k) < schoolbook[k] for k in range(12)]
    assert faster == sorted(faster)
    assert faster[-1]


def test_fibonacci_takes_one_sum_less_than_its_number() -> None:
    costs = wd.analyze(entry_named("fibonacci-naive").build())
    numbers = [1, 1, 2, 3, 5, 8, 13, 21, 34, 55]
    assert [costs["RAM"].time.at(n=n) for n in range(10)] == [f - 1 for f in numbers]


# A chain whose states are all read again, the last one first: what a backward pass does.


def chain() -> wd.Algorithm:
    """All n states kept, n = k*k."""
    g = wd.Algorithm("chain")
    k = g.size("k", low=2)
    x = g.input("x")
    n = k * k

    def forward(r: object, state: object, kept: object) -> object:
        return state * state + 1, g.map([], lambda: state, into=kept, at=lambda: r)

    end, kept = g.repeat(n, forward, x, g.empty(n))
    g.output(g.repeat(n, lambda r, y: y * 3 + kept[n - 1 - r], end))
    return g


def checkpointed_chain() -> wd.Algorithm:
    """Every k-th state kept; from each, the last one first, the k states after it once more."""
    g = wd.Algorithm("checkpointed-chain")
    k = g.size("k", low=2)
    x = g.input("x")

    def stored(r: object, state: object, kept: object) -> object:
        kept = g.map([], lambda: state, into=kept, at=lambda: r)
        return g.repeat(k, lambda s, state: state * state + 1, state), kept

    end, kept = g.repeat(k, stored, x, g.empty(k))

    def backward(r: object, y: object) -> object:
        def again(s: object, state: object, states: object) -> object:
            after = state * state + 1
            return after, g.map([], lambda: after, into=states, at=lambda: s + 1)

        start = kept[k - 1 - r]
        states = g.repeat(k - 1, again, start, g.map([], lambda: start, into=g.empty(k), at=lambda: 0))[1]
        return g.repeat(k, lambda s, y: y * 3 + states[k - 1 - s], y)

    g.output(g.repeat(k, backward, end))
    return g


@pytest.mark.parametrize("build", [chain, checkpointed_chain])
def test_both_chains_hold(build: object) -> None:
    def oracle(x: np.ndarray, k: int) -> np.ndarray:
        states = [x]
        for _ in range(k * k):
            states.append(states[-1] * states[-1] + 1)
        found = states.pop()
        while states:
            found = found * 3 + states.pop()
        return found

    assert wd.check(build(), oracle=oracle, upto=5).results


@pytest.mark.parametrize("machine", ["RAM", "GPU"])
def test_a_checkpointed_chain_needs_less_memory(machine: str) -> None:
    """Chen et al., Training deep nets with sublinear memory cost, arXiv 1604.06174: sqrt(n) words for n more steps."""
    plain, less = (wd.analyze(build())[machine] for build in (chain, checkpointed_chain))
    assert (str(plain.memory.growth), str(less.memory.growth)) == ("k**2", "k")
    assert str(plain.time.growth) == str(less.time.growth) == "k**2"
    assert all(less.memory.at(k=k) < plain.memory.at(k=k) for k in (4, 10, 100))
