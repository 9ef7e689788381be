"""Each rule of a well-formed graph, tested by its words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings

from graphs import bitonic, fft, floyd_warshall, hillis_steele, jacobi, matmul, multiply_n, tree_by_hand
from strategies import algorithms
from workdepth.errors import GraphError
from workdepth.graph import ops
from workdepth.graph.algorithm import Algorithm
from workdepth.graph.nodes import Apply, Fold, Index, Input, Literal, Map, Output, Port, Range, Repeat
from workdepth.graph.ops import Op
from workdepth.graph.unroll import unroll
from workdepth.graph.wellformed import RULES, check_graph
from workdepth.symbolic import as_expr, name

PAIR = Op("pair", 4, ops.ADD.function, results=2, associative=True)


def sample() -> Algorithm:
    """x[n, m] -> map1 over i: fold1 over j of x[i, j] * 2; y -> negate; two outputs."""
    g = Algorithm("sample")
    n, m = g.size("n"), g.size("m")
    x, y = g.input("x", n, m), g.input("y")
    g.output(g.map(n, lambda i: g.fold(ops.ADD, m, lambda j: x[i, j] * 2)))
    g.output(-y, "other")
    return g


def rounds() -> Algorithm:
    g = Algorithm("rounds")
    n = g.size("n")
    x = g.input("x", n)
    g.output(g.repeat(n, lambda k, s: g.map(n, lambda i: -s[i], into=s), x))
    return g


def find(g: Algorithm, kind: type) -> tuple[Algorithm, str]:
    """Return the first node of a kind, and the scope that it is in."""
    for node, d in g.nodes(data=True):
        if isinstance(d["kind"], kind):
            return g, node
    for _, d in g.nodes(data=True):
        if hasattr(d["kind"], "body"):
            try:
                return find(d["kind"].body, kind)
            except LookupError:
                continue
    raise LookupError(kind)


def change(g: Algorithm, kind: type, **fields: Any) -> Algorithm:
    scope, node = find(g, kind)
    scope.nodes[node]["kind"] = replace(scope.nodes[node]["kind"], **fields)
    return g


def edge(g: Algorithm, kind: type, **fields: Any) -> Algorithm:
    """Change the edge at position 0 into the first node of a kind."""
    scope, node = find(g, kind)
    for _, _, d in scope.in_edges(node, data=True):
        if d.get("position") == 0:
            d.update(fields)
    return g


def shapes(g: Algorithm, kind: type, *new: Any) -> Algorithm:
    scope, node = find(g, kind)
    scope.nodes[node]["shapes"] = new
    return g


def with_node(g: Algorithm, node: str, **attributes: Any) -> Algorithm:
    g.add_node(node, **attributes)
    return g


def with_edge(g: Algorithm, u: str, v: str, **attributes: Any) -> Algorithm:
    g.add_edge(u, v, **attributes)
    return g


def body(g: Algorithm, kind: type) -> Algorithm:
    scope, node = find(g, kind)
    found: Algorithm = scope.nodes[node]["kind"].body
    return found


def built(make: Callable[[Algorithm], Any]) -> Algorithm:
    g = Algorithm("built")
    make(g)
    return g


def over(kind: type, low: Any, high: Any) -> Any:
    return Range("j", low, high)


n, m, i = name("n"), name("m"), name("i")
BAD: dict[str, tuple[Callable[[], Algorithm], str]] = {
    "no kind": (lambda: with_node(sample(), "z"), "node 'z' has no kind (at sample/z)"),
    "unknown kind": (lambda: with_node(sample(), "z", kind="sum"), "is of the unknown kind str"),
    "input in a body": (
        lambda: (g := sample(), body(g, Map).add_node("z", kind=Input("z", ()), shapes=((),)))[0],
        "z is declared inside a body",
    ),
    "port at the top": (
        lambda: with_node(sample(), "z", kind=Port(0), shapes=((),)),
        "z is a port, but no node owns",
    ),
    "unknown op": (lambda: change(sample(), Apply, op="times"), "unknown op 'times'"),
    "bad literal": (lambda: change(sample(), Literal, value="2"), "the literal '2' is no number"),
    "bad port number": (lambda: change(sample(), Port, number=-1), "the port number is -1"),
    "bad order": (lambda: change(sample(), Fold, order="right"), "order of a fold is 'right'"),
    "bad into": (lambda: change(rounds(), Map, into="x"), "a map writes into operand 'x'"),
    "at without into": (lambda: change(sample(), Map, at=((n,),)), "but nothing to write into"),
    "carries nothing": (lambda: change(rounds(), Repeat, carried=0), "a repeat carries 0 values"),
    "no body": (lambda: change(sample(), Map, body=None), "the body is NoneType"),
    "nameless output": (lambda: change(sample(), Output, name=1), "the name 1 is not a text"),
    "named body output": (
        lambda: (g := sample(), change(body(g, Map), Output, name="y"))[0],
        "the outputs of the body of map1 are y",
    ),
    "text as bound": (
        lambda: change(sample(), Fold, over=Range("j", as_expr(0), "m")),  # type: ignore[arg-type]
        "'m' is a plain str where an expression is expected",
    ),
    "number as index": (lambda: edge(sample(), Output, index=(0,)), "0 is a plain int where"),
    "text as extent": (lambda: shapes(sample(), Map, ("n",)), "the extent 'n' of map1 is a plain str"),
    "no shapes": (lambda: shapes(sample(), Apply), "negate2 has 1 results and 0 shapes"),
    "another shape": (lambda: shapes(sample(), Input, (m, n)), "the shape of x is (n, m) and (m, n)"),
    "array of an op": (lambda: shapes(sample(), Apply, (n,)), "yields words, but has the shape (n)"),
    "index is a size": (
        lambda: change(sample(), Map, over=(Range("n", as_expr(0), n),)),
        "the index 'n' of map1 is a size already",
    ),
    "index of an outer loop": (
        lambda: change(sample(), Fold, over=Range("i", as_expr(0), m)),
        "the index 'i' of fold1 is an index around it already",
    ),
    "index that is no name": (
        lambda: change(sample(), Map, over=(Range("2i", as_expr(0), n),)),
        "the index '2i' of map1 is not a name",
    ),
    "index twice": (
        lambda: built(
            lambda g: (
                g.output(g.map(2, lambda i: g.apply(ops.COPY, i))),
                g.output(g.map(3, lambda j: g.apply(ops.COPY, j)), "b"),
                change_second(g),
            )
        ),
        "the index 'i' of map2 is an index of built/map1 already",
    ),
    "undeclared": (
        lambda: shapes(change(sample(), Input, shape=(n, name("k"))), Input, (n, name("k"))),
        "k names 'k', which is neither a size nor a loop index; known here: m, n",
    ),
    "index outside": (
        lambda: edge(sample(), Output, index=(i,)),
        "i uses the index 'i' outside its loop; known here: m, n",
    ),
    "own index": (
        lambda: built(
            lambda g: g.output(g.map([g.size("n"), lambda i: i + 1], lambda i, j: g.apply(ops.COPY, j)))
        ),
        "the extent i + 1 of map1 depends on its own index 'i'",
    ),
    "order into a source": (
        lambda: with_edge(sample(), "map1", "y", order=True),
        "y cannot wait for map1: it takes no step",
    ),
    "missing position": (lambda: edge(sample(), Output, position=1), "has no operand at position 0"),
    "position that is none": (lambda: edge(sample(), Output, position=None), "has the position None"),
    "doubled position": (
        lambda: with_edge(sample(), "y", "negate2", position=0, out=0, index=()),
        "negate2 has 2 operands at position 0",
    ),
    "too many operands": (
        lambda: with_edge(sample(), "y", "negate2", position=1, out=0, index=()),
        "negate2 takes 1 operands, not 2",
    ),
    "operand of an input": (
        lambda: with_edge(sample(), "y", "x", position=0, out=0, index=()),
        "x takes 0 operands, not 1",
    ),
    "too few for the state": (
        lambda: shapes(change(rounds(), Repeat, carried=2), Repeat, (n,), (n,)),
        "repeat1 carries 2 values and has 1 operands",
    ),
    "into nothing": (lambda: change(rounds(), Map, into=3), "writes into operand 3, but has 1"),
    "no such result": (lambda: edge(sample(), Output, out=1), "reads result 1 of map1, which has 1"),
    "too many indices": (
        lambda: edge(sample(), Output, index=(as_expr(0), as_expr(0))),
        "reads map1[0, 0]: 2 indices for 1 dimensions",
    ),
    "array operand": (
        lambda: (g := sample(), change_edge_source(g))[0],
        "negate2 takes words, but x gives an array of shape (n, m)",
    ),
    "tree of subtract": (lambda: change(sample(), Fold, op=ops.SUBTRACT), "'subtract' is not associative"),
    "fold of a unary op": (
        lambda: change(sample(), Fold, op=ops.COPY),
        "'copy' takes 1 operands; to fold 1",
    ),
    "unbound port": (lambda: change(sample(), Port, number=3), "names operand 3 of map1, which has 1"),
    "two ports for one": (
        lambda: (g := sample(), body(g, Map).add_node("z", kind=Port(0), shapes=((n, m),)))[0],
        "port0 and z name the same operand 0 of map1",
    ),
    "port of another shape": (
        lambda: shapes(sample(), Port, (n,)),
        "port0 has the shape (n), operand 0 of map1 has (n, m)",
    ),
    "cycle": (lambda: loop(), "the graph has a cycle through"),
    "no output": (lambda: built(lambda g: g.input("x")), "the graph has no output"),
    "no output of a body": (
        lambda: (g := sample(), body(g, Fold).remove_node("out:0"))[0],
        "the body of fold1 has 0 outputs for 1 results",
    ),
    "output twice": (
        lambda: change(sample(), Output, name="other"),
        "two outputs are called 'other'",
    ),
    "body outputs not from 0": (
        lambda: (g := sample(), change(body(g, Map), Output, name="1"))[0],
        "the outputs of the body of map1 are 1",
    ),
    "too few body outputs": (
        lambda: change(rounds(), Map, at=((i,), (i + 1,))),
        "has 1 outputs for 2 positions to write at",
    ),
    "results of a fold": (
        lambda: shapes(change(sample(), Fold, op=PAIR), Fold, (), ()),
        "has 1 outputs for 2 results",
    ),
    "fold of rows": (
        lambda: (g := sample(), whole_rows(body(g, Fold)))[0],
        "fold1 folds words, but its body yields an array of shape (n, m)",
    ),
    "state changes shape": (
        lambda: built(
            lambda g: g.output(g.repeat(2, lambda k, s: g.map(3, lambda i: -s[0]), g.input("x", 1)))
        ),
        "state 0 of repeat1 has the shape (1) at first and (3) after a round",
    ),
    "another result": (lambda: shapes(sample(), Map, (m,)), "map1 makes an array of shape (n), not (m)"),
    "rows into words": (
        lambda: built(
            lambda g: g.output(
                g.map(
                    2,
                    lambda i: g.map(2, lambda j: g.apply(ops.COPY, j)),
                    into=g.input("x", 2, 2),
                    at=lambda i: (i, i),
                )
            )
        ),
        "writes an array of shape (2) where one of shape () belongs",
    ),
    "too many places": (
        lambda: change(rounds(), Map, at=((i, i),)),
        "writes at (i, i) into an array of 1 dimensions",
    ),
    "dead operation": (
        lambda: built(lambda g: (g.output(g.input("x")), g.apply(ops.NEGATE, 1))),
        "nothing reads negate2, so it reaches no output",
    ),
    "dead input": (
        lambda: built(lambda g: (g.output(g.input("x")), g.input("y", 3))),
        "nothing reads y, so it reaches no output",
    ),
    "dead operation in a body": (
        lambda: built(
            lambda g: g.output(g.map(2, lambda i: (g.apply(ops.NEGATE, i), g.apply(ops.COPY, i))[1]))
        ),
        "nothing reads negate2, so it reaches no output (at built/map1/negate2)",
    ),
    "bottomless": (lambda: bottomless(), "bodies are nested more than 100 deep"),
}


def row_of(g: Algorithm) -> Callable[[Any], Any]:
    return lambda i: g.map(2, lambda j: g.apply(ops.COPY, j))


def change_second(g: Algorithm) -> None:
    kind = g.nodes["map2"]["kind"]
    copy = next(node for node, d in kind.body.nodes(data=True) if isinstance(d["kind"], Index))
    kind.body.nodes[copy]["kind"] = Index(i)
    g.nodes["map2"]["kind"] = replace(kind, over=(Range("i", as_expr(0), as_expr(3)),))


def change_edge_source(g: Algorithm) -> None:
    g.remove_edge("y", "negate2")
    g.remove_node("y")
    g.add_edge("x", "negate2", position=0, out=0, index=())


def whole_rows(inner: Algorithm) -> None:
    inner.remove_edge(*next(iter(inner.in_edges("out:0"))))
    port = next(node for node, d in inner.nodes(data=True) if isinstance(d["kind"], Port))
    inner.add_edge(port, "out:0", position=0, out=0, index=())


def loop() -> Algorithm:
    g = Algorithm()
    for node in "ab":
        g.add_node(node, kind=Apply(ops.NEGATE), shapes=((),))
    g.add_edge("a", "b", position=0, out=0, index=())
    g.add_edge("b", "a", position=0, out=0, index=())
    g.add_node("out", kind=Output("y"), shapes=())
    g.add_edge("a", "out", position=0, out=0, index=())
    return g


def bottomless() -> Algorithm:
    g = Algorithm()

    def deeper(level: int) -> Any:
        if level == 0:
            return g.apply(ops.COPY, 1)
        return g.map(1, lambda i: deeper(level - 1)[0] if level > 1 else deeper(0))

    g.output(deeper(101))
    return g


@pytest.mark.parametrize("case", BAD)
def test_a_broken_rule_is_named(case: str) -> None:
    make, words = BAD[case]
    g = make()
    for check in (check_graph, unroll):
        with pytest.raises(GraphError) as caught:
            check(g)
        assert words in str(caught.value)
        assert caught.value.next_step


@pytest.mark.parametrize(
    "make",
    [bitonic, fft, floyd_warshall, hillis_steele, jacobi, matmul, multiply_n, tree_by_hand, sample, rounds],
)
def test_good_graphs_pass(make: Callable[[], Algorithm]) -> None:
    check_graph(make())
    check_graph(make().copy())


def test_a_body_that_contains_itself() -> None:
    g = sample()
    inner = body(g, Map)
    change(inner, Fold, body=inner, over=Range("z", as_expr(0), as_expr(2)))
    with pytest.raises(GraphError):
        check_graph(g)


@settings(max_examples=50)
@given(algorithms())
def test_random_graphs_pass(g: Algorithm) -> None:
    check_graph(g)


def test_rules_have_names_of_their_own() -> None:
    assert len({rule.name for rule in RULES}) == len(RULES)
