"""What may be wrong with a branch, a call or a base case: one function a rule, each returns the complaint or None."""

from __future__ import annotations

from workdepth.graph.algorithm import Algorithm
from workdepth.graph.calling import base_of, declared_inputs, output_shapes, substituted
from workdepth.graph.nodes import COMPOSITES, Branch, Call, Choice, Shape
from workdepth.graph.place import Place
from workdepth.symbolic import Expr


def wrong_choice(place: Place, node: str) -> str | None:
    """Check the fields of a branch or call."""
    kind = place.kind(node)
    if isinstance(kind, Branch):
        return _wrong_branch(kind)
    if isinstance(kind, Choice):
        return _in_loop(place, node)
    if isinstance(kind, Call):
        return _wrong_call(place, node, kind)
    return None


def _in_loop(place: Place, node: str) -> str | None:
    """Check that a choice among a range stands in no loop, whose copies would all choose."""
    inner: Place | None = place
    while inner is not None and inner.outer is not None and inner.owner is not None:
        owner = inner.outer.kind(inner.owner)
        if isinstance(owner, COMPOSITES) and not isinstance(owner, Choice):
            return f"{node} chooses among a range of cases inside the loop {inner.owner}"
        inner = inner.outer
    return None


def _wrong_branch(kind: Branch) -> str | None:
    if not isinstance(kind.cases, tuple) or len(kind.cases) < 2:
        return "a branch has fewer than two cases"
    if not all(isinstance(c, Algorithm) for c in kind.cases):
        return "a case of a branch is not an Algorithm"
    given = kind.probabilities
    if not isinstance(given, tuple) or not all(isinstance(p, Expr) for p in given):
        return f"the probabilities are {given!r}"
    if given and (len(given) != len(kind.cases) or sum(given[1:], given[0]) != 1):
        return f"the probabilities {', '.join(map(str, given))} are not one a case, with the sum 1"
    return None


def _wrong_call(place: Place, node: str, kind: Call) -> str | None:
    if kind.algorithm is not None and not isinstance(kind.algorithm, Algorithm):
        return f"what is called is {type(kind.algorithm).__name__}, not an Algorithm"
    if kind.algorithm is None and base_of(place.root) is None:
        return "the graph calls itself and has no base case"
    callee = kind.algorithm or place.root
    known = tuple(s.name for s in callee.sizes)
    if tuple(text for text, _ in kind.sizes) != known:
        return f"a call gives the sizes {', '.join(t for t, _ in kind.sizes)}; wanted are {', '.join(known)}"
    if kind.memoised and (kind.algorithm is not None or len(place.shapes(node)) != 1):
        return "what is memoised is a recursion with one result"
    return None


def wrong_call_shapes(place: Place, node: str) -> str | None:
    """Check that a call gives each input what it takes, and that cases and calls yield what their node says."""
    kind = place.kind(node)
    if isinstance(kind, Call):
        callee, sizes = kind.algorithm or place.root, dict(kind.sizes)
        wanted = [substituted(k.shape, sizes) for k in declared_inputs(callee)]
        given = [place.read_shape(source, edge) for source, edge in place.reads(node)]
        if given != wanted:
            return f"{node} gives {_shapes(given)} where {callee.name or 'the algorithm'} takes {_shapes(wanted)}"
        base = base_of(place.root) if kind.algorithm is None else None
        found = output_shapes(base.body if base is not None else callee)
        if tuple(substituted(s, sizes) for s in found) != place.shapes(node):
            return f"{node} has the shapes {_shapes(place.shapes(node))}, what it calls yields others"
    if isinstance(kind, Branch):
        for k, case in enumerate(kind.cases):
            if place.of_case(node, case, k).output_shapes() != list(place.shapes(node)):
                return f"case {k} of {node} does not yield {_shapes(place.shapes(node))}"
    return None


def wrong_base(graph: Algorithm) -> str | None:
    """Check that the base case of a recursion yields what the algorithm does, and that there is a call."""
    base = base_of(graph)
    if base is None:
        return None
    if base.size not in {s.name for s in graph.sizes}:
        return f"the base case is told by {base.size!r}, which is no size"
    if output_shapes(base.body) != output_shapes(graph):
        yielded, wanted = _shapes(output_shapes(base.body)), _shapes(output_shapes(graph))
        return f"the base case yields {yielded}, the algorithm {wanted}"
    return None


def _shapes(shapes: object) -> str:
    assert isinstance(shapes, list | tuple)
    return " and ".join(_text(s) for s in shapes) or "nothing"


def _text(shape: Shape) -> str:
    return f"({', '.join(map(str, shape))})"
