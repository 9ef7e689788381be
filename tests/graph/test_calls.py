"""Calls and recursion: built, refused, unrolled, run against Python."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import networkx as nx
import numpy as np
import pytest

import workdepth as wd
from choice_graphs import dot, fibonacci, odd_even_sort, total
from workdepth.errors import GraphError, SizeError
from workdepth.graph.calling import base_of, called
from workdepth.graph.decisions import branches_of
from workdepth.graph.nodes import Call
from workdepth.graph.unroll import unroll
from workdepth.graph.wellformed import check_graph
from workdepth.symbolic import floor, name

RNG = np.random.default_rng(5)


# Run


@pytest.mark.parametrize("n", [1, 2, 4, 8, 64])
def test_a_recursion_by_halves(n: int) -> None:
    x = RNG.integers(0, 99, n)
    assert wd.run(total(), x=x) == x.sum()


@pytest.mark.parametrize("n", range(1, 20))
def test_a_recursion_by_unequal_halves(n: int) -> None:
    x = RNG.integers(0, 99, n)
    g = total(halves=False)
    assert wd.run(g, x=x) == x.sum()
    assert unroll(g, n=n).operations == n - 1


@pytest.mark.parametrize("n", [1, 2, 4, 16])
def test_a_recursion_with_arrays(n: int) -> None:
    x = RNG.integers(0, 9, n)
    assert (wd.run(odd_even_sort(), x=x) == np.sort(x)).all()


def _fibonacci(n: int) -> int:
    a, b = 1, 1
    for _ in range(n - 1):
        a, b = b, a + b
    return b if n else 1


@pytest.mark.parametrize("memoised", [False, True])
@pytest.mark.parametrize("n", [0, 1, 2, 3, 7, 12])
def test_fibonacci(n: int, memoised: bool) -> None:
    assert wd.run(fibonacci(memoised), one=1, n=n) == _fibonacci(n)


def test_memoised_calls_are_made_once() -> None:
    assert [unroll(fibonacci(), n=n).operations for n in (5, 10)] == [7, 88]
    assert [unroll(fibonacci(True), n=n).operations for n in (5, 10)] == [4, 9]


def test_a_base_case_of_several_sizes() -> None:
    g = wd.Algorithm("by fours")
    n = g.size("n")
    x = g.input("x", n)
    g.base(n, 3, lambda: g.fold(wd.ADD, x))
    g.output(
        g.call(g, g.map(floor(n / 2), lambda i: x[i]), n=floor(n / 2))
        + g.fold(wd.ADD, n - floor(n / 2), lambda j: x[j + floor(n / 2)])
    )
    for size in range(1, 18):
        x = RNG.integers(0, 9, size)
        assert wd.run(g, x=x) == x.sum()


def test_a_call_of_another_algorithm_twice() -> None:
    g, callee = wd.Algorithm("two"), dot()
    n, k = g.size("n"), g.size("k")
    x, y = g.input("x", n), g.input("y", k)
    g.output(g.call(callee, x, x, m=n) - g.call(callee, y, y, m=k))
    assert called(g) == (callee,)
    assert wd.run(g, x=[1, 2, 3], y=[3]) == 14 - 9
    assert unroll(g, n=3, k=1).operations == 5 + 1 + 1


def test_a_call_in_a_map() -> None:
    g = wd.Algorithm("norms")
    n, k = g.size("n"), g.size("k")
    a = g.input("a", n, k)
    g.output(g.map(n, lambda i: g.call(dot(), a[i], a[i], m=k)))
    x = RNG.integers(0, 9, (4, 3))
    assert (wd.run(g, a=x) == (x * x).sum(1)).all()


def test_a_recursion_that_is_called_in_a_branch_in_a_map() -> None:
    g, callee = wd.Algorithm("some"), total(halves=False)
    n, k = g.size("n"), g.size("k")
    a = g.input("a", n, k)
    g.output(g.map(n, lambda i: g.branch(a[i, 0], lambda: g.call(callee, a[i], n=k), lambda: 0)))
    x = RNG.integers(0, 3, (6, 5))
    assert (wd.run(g, a=x) == np.where(x[:, 0], x.sum(1), 0)).all()


def test_branches_of_what_is_called_have_paths() -> None:
    inner = wd.Algorithm("inner")
    v = inner.input("v")
    inner.output(inner.branch(v, lambda: v + 1, lambda: v))
    g = wd.Algorithm("outer")
    n = g.size("n")
    x = g.input("x")
    g.base(n, 1, lambda: g.branch(x, lambda: x * 2, lambda: x))
    g.output(g.call(g, g.call(inner, x), n=n - 1))
    assert list(branches_of(g)) == ["call1/branch1", "base/branch1"]
    assert [int(wd.run(g, x=1, n=k)) for k in (1, 2, 5)] == [2, 4, 10]
    unit = unroll(g, n=4, cases={"call1/branch1": 1, "base/branch1": 1})
    assert unit.operations == 4


def test_several_results() -> None:
    pair = wd.Algorithm("pair")
    a, b = pair.input("a"), pair.input("b")
    pair.output(a + b)
    pair.output(a - b, "difference")
    g = wd.Algorithm("twice")
    x, y = g.input("x"), g.input("y")
    s, d = g.call(pair, x, y)
    g.output(s * d)
    assert wd.run(g, x=5, y=3) == 16


# Refused as it is built


def recursive(make: Callable[[wd.Algorithm, Any, Any], Any], base: bool = True) -> Callable[[], Any]:
    def run() -> Any:
        g = wd.Algorithm("bad")
        n = g.size("n")
        x = g.input("x", n)
        if base:
            g.base(n, 1, lambda: x[0])
        return make(g, n, x)

    return run


OTHER = dot()
NOTHING = wd.Algorithm("nothing")


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda g, n, x: g.call(g, x, m=1), "bad has no size 'm'.*its sizes are: n"),
        (lambda g, n, x: g.call(g, x, x), "bad takes 1 inputs, not 2.*give, in this order: x"),
        (lambda g, n, x: g.call(g, x, n=n - 1), r"bad takes x of shape \(n - 1\), not \(n\).*by a map"),
        (lambda g, n, x: g.call(OTHER, x, x), "the size 'm' of dot is not given.*give m=..."),
        (lambda g, n, x: g.call(OTHER, x, m=n), "dot takes 2 inputs, not 1.*a, b"),
        (lambda g, n, x: g.call(OTHER, x, x, m=n, memoised=True), "only a recursion is memoised"),
        (lambda g, n, x: g.call(NOTHING), "nothing has no output yet.*declare its outputs first"),
        (lambda g, n, x: g.call("dot", x), "'dot' is not an algorithm.*call an Algorithm"),
        (lambda g, n, x: g.call(OTHER, x, x, m="n +"), "n \\+"),
        (lambda g, n, x: g.base(n, 1, lambda: x[0]), "a base case stands inside a body, or twice"),
        (lambda g, n, x: g.map(n, lambda i: g.base(n, 1, lambda: x[0])), "stands inside a body, or twice"),
    ],
)
def test_calls_that_are_refused(make: Callable[..., Any], words: str) -> None:
    with pytest.raises(wd.WorkdepthError, match=words):
        recursive(make)()


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (
            lambda g, n, x: g.call(g, x, n=n - 1),
            r"bad calls itself and has no base case.*say first where it ends: base\(n, 1, lambda: ...\)",
        ),
        (lambda g, n, x: g.base(n + 1, 1, lambda: x[0]), r"a base case for n \+ 1 <= 1.*give a size"),
        (lambda g, n, x: g.base(n, 1.5, lambda: x[0]), r"a base case for n <= 1\.5.*a whole number"),
        (lambda g, n, x: g.base(n, True, lambda: x[0]), "a base case for n <= True"),
        (lambda g, n, x: g.base(n, n, lambda: x[0]), "a base case for n <= n"),
        (lambda g, n, x: g.base(n, 1, lambda i: x[0]), "is given 0 arguments"),
        (lambda g, n, x: g.base(n, 1, lambda: "a"), "'a' is not a value"),
        (
            lambda g, n, x: (s := g.fold(wd.ADD, x), g.base(n, 1, lambda: s)),
            "the base case uses fold1.*use inputs, constants and numbers only",
        ),
    ],
)
def test_base_cases_that_are_refused(make: Callable[..., Any], words: str) -> None:
    with pytest.raises(wd.WorkdepthError, match=words):
        recursive(make, base=False)()


# Refused as it is checked


def test_algorithms_that_call_each_other() -> None:
    f, g = wd.Algorithm("f"), wd.Algorithm("g")
    x, y = f.input("x"), g.input("y")
    f.output(x + 1)
    g.output(g.call(f, y))
    node = f.nodes["add2"]
    node["kind"] = Call(g, ())
    f.remove_edge("literal1", "add2")
    f.remove_node("literal1")
    with pytest.raises(GraphError, match=r"call each other.*let one algorithm call itself"):
        check_graph(f)


def test_a_call_of_the_graph_itself_as_another() -> None:
    g = total()
    for node, data in g.nodes(data=True):
        if isinstance(data["kind"], Call):
            g.nodes[node]["kind"] = replace(data["kind"], algorithm=g)
    with pytest.raises(GraphError, match="call each other"):
        check_graph(g)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"algorithm": 7}, "what is called is int, not an Algorithm"),
        ({"sizes": ()}, "a call gives the sizes ; wanted are n"),
        ({"algorithm": OTHER, "sizes": ()}, "wanted are m"),
        (
            {"memoised": True, "algorithm": OTHER, "sizes": (("m", name("n")),)},
            "what is memoised is a recursion",
        ),
        ({"sizes": (("n", 4),)}, "4 is a plain int where an expression is expected"),
        ({"sizes": (("n", name("q")),)}, "names 'q', which is neither a size"),
        ({"sizes": (("n", name("n")),)}, r"gives \(n/2\) where total takes \(n\)"),
    ],
)
def test_fields_that_are_wrong(fields: Any, words: str) -> None:
    g = total()
    g.nodes["call2"]["kind"] = replace(g.nodes["call2"]["kind"], **fields)
    with pytest.raises(GraphError, match=words):
        check_graph(g)


def test_a_base_case_that_is_wrong() -> None:
    g = total()
    base = base_of(g)
    g.graph["base"] = None
    with pytest.raises(GraphError, match="the graph calls itself and has no base case"):
        check_graph(g)
    g.graph["base"] = replace(base, size="k")
    with pytest.raises(GraphError, match="the base case is told by 'k', which is no size"):
        check_graph(g)
    g = total()
    g.nodes["add5"]["shapes"] = ((),)
    h = wd.Algorithm("h")
    n = h.size("n")
    x = h.input("x", n)
    h.base(n, 1, lambda: x[0])
    h.output(h.map(n, lambda i: h.call(h, x, n=n) + x[i]))
    with pytest.raises(GraphError, match=r"the base case yields \(\), the algorithm \(n\)"):
        check_graph(h)


# Refused as it is unrolled


def shrinking(by: Any) -> wd.Algorithm:
    g = wd.Algorithm("shrinks")
    n = g.size("n", low=0)
    one = g.constant("one")
    g.base(n, 1, lambda: one)
    g.output(g.call(g, one, n=by(n)) + 1)
    return g


@pytest.mark.parametrize(
    ("by", "words"),
    [
        (lambda n: n, "shrinks at n = 4 calls itself at n = 4: it does not shrink.*at a smaller size"),
        (lambda n: n + 1, "shrinks at n = 4 calls itself at n = 5: it does not shrink"),
        (lambda n: 2 * n, "it does not shrink"),
        (lambda n: n / 3, r"the size n = n/3 of a call is no integer: 4/3 \(with n = 4\).*floor or ceiling"),
    ],
)
def test_recursions_that_do_not_shrink(by: Any, words: str) -> None:
    with pytest.raises(GraphError, match=words):
        unroll(shrinking(by), n=4)
    with pytest.raises(wd.WorkdepthError):
        wd.analyze(shrinking(by))


def test_a_size_below_its_domain() -> None:
    with pytest.raises(
        SizeError, match=r"shrinks calls itself: n = -5 is outside its domain .*as with low=0"
    ):
        unroll(shrinking(lambda n: n - 9), n=4)


def test_a_recursion_that_is_too_deep() -> None:
    with pytest.raises(GraphError, match=r"calls are nested more than 150 deep.*at smaller sizes"):
        unroll(shrinking(lambda n: n - 1), n=300)


def test_too_many_calls() -> None:
    with pytest.raises(GraphError, match=r"more than 100000, calls and branches.*at smaller sizes"):
        unroll(fibonacci(), n=40)


def test_a_call_whose_size_is_a_loop_index() -> None:
    g = wd.Algorithm("rows")
    n = g.size("n")
    a = g.input("a", n)
    firsts = lambda i: g.map(i, lambda j: a[j])  # noqa: E731
    g.output(g.map(n, lambda i: g.call(dot(), firsts(i), firsts(i), m=i)))
    with pytest.raises(wd.WorkdepthError, match="of a call depends on a loop index"):
        unroll(g, n=4)


# Memoised


def test_memoised_calls_with_other_operands() -> None:
    g = wd.Algorithm("other")
    n = g.size("n", low=0)
    x = g.input("x")
    g.base(n, 1, lambda: x)
    g.output(g.call(g, x + 1, n=n - 1, memoised=True))
    with pytest.raises(
        GraphError, match=r"is memoised, but does not take the inputs as they are.*the inputs them"
    ):
        unroll(g, n=4)


def test_memoised_and_not() -> None:
    g = wd.Algorithm("both")
    n = g.size("n", low=0)
    x = g.input("x")
    g.base(n, 1, lambda: x)
    g.output(g.call(g, x, n=n - 1, memoised=True) + g.call(g, x, n=n - 2))
    with pytest.raises(GraphError, match=r"call2 is not memoised, other calls are.*or none"):
        unroll(g, n=4)


def test_memoised_in_a_body() -> None:
    g = wd.Algorithm("inside")
    n = g.size("n", low=0)
    x = g.input("x")
    g.base(n, 1, lambda: x)
    g.output(g.fold(wd.ADD, 2, lambda i: g.call(g, x, n=n - 1, memoised=True)))
    with pytest.raises(GraphError, match="is memoised, but stands in the body of another node"):
        unroll(g, n=4)


def test_too_many_distinct_calls() -> None:
    with pytest.raises(GraphError, match="more than 20000 distinct calls"):
        unroll(fibonacci(True), n=30_000)


# networkx


def test_networkx_copies_and_views() -> None:
    g = total()
    x = RNG.integers(0, 9, 8)
    for other in (g.copy(), g.subgraph(list(g)).copy(), g.reverse().reverse()):
        assert wd.run(other, x=x) == x.sum()
        assert str(wd.analyze(other)["GPU"].time) == "log2(n)"
    assert nx.is_directed_acyclic_graph(g)
