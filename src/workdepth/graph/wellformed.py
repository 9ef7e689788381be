"""The rules of a well-formed graph, as a table: a name, what is looked for, and what to do about it.

Checked before anything is derived or unrolled.  What depends on the sizes (bounds, positions written twice,
elements that nobody reads) is found by unrolling.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from workdepth.errors import GraphError
from workdepth.graph import choice_rules, rules
from workdepth.graph.algorithm import Algorithm
from workdepth.graph.alike import Alike
from workdepth.graph.calling import base_graph, base_of, called
from workdepth.graph.naming import check_size_name
from workdepth.graph.nodes import (
    CHOSEN,
    COMPOSITES,
    MOVES,
    PHASES,
    SOURCES,
    Apply,
    Branch,
    Constant,
    Fold,
    Input,
    Output,
    Port,
    Scan,
    Scatter,
    ranges_of,
)
from workdepth.graph.place import Place
from workdepth.graph.scope import program_order
from workdepth.symbolic import Size

DEEPEST = 100


@dataclass(frozen=True)
class Rule:
    """A row: ``finds`` says what is wrong with a node of some ``kinds``, or returns None."""

    name: str
    finds: Callable[[Place, str], str | None]
    next_step: str
    kinds: tuple[type, ...] = (object,)


RULES: tuple[Rule, ...] = (
    Rule("kind", rules.unknown_kind, "give it a kind of workdepth.graph.nodes as attribute `kind`"),
    Rule(
        "place",
        rules.misplaced,
        "declare inputs at the top; name outer values in a body by a port",
        (Input, Constant, Port),
    ),
    Rule(
        "op",
        rules.unknown_op,
        "use an Op: one of the standard ones, or workdepth.Op(...)",
        (Apply, Fold, Scan, Scatter),
    ),
    Rule("fields", rules.bad_field, "build it with workdepth.Algorithm, or mend the field"),
    Rule(
        "choices",
        choice_rules.wrong_choice,
        "build it with branch, switch, choose, base and call, outside of loops, or mend the field",
        CHOSEN,
    ),
    Rule("expressions", rules.not_an_expression, "make it an expression with as_expr or parse"),
    Rule(
        "shapes", rules.wrong_shapes, "give the attribute `shapes` one tuple of expressions for each result"
    ),
    Rule("index names", rules.index_taken, "give each loop index a name of its own", COMPOSITES),
    Rule("names", rules.undeclared_name, "declare it as a size, or use an index inside its loop only"),
    Rule(
        "own index", rules.shape_of_own_index, "give the array extents that hold for every copy", COMPOSITES
    ),
    Rule(
        "order edges",
        rules.order_into_source,
        "let operations and composite nodes wait, nothing else",
        (*SOURCES, Output),
    ),
    Rule("positions", rules.wrong_positions, "give each operand position one edge, from 0 up"),
    Rule("results", rules.wrong_out, "let `out` of the edge name a result that there is"),
    Rule("indices", rules.too_many_indices, "give at most one index for each dimension"),
    Rule("scalars", rules.array_operand, "apply the op to elements, inside map", (Apply,)),
    Rule(
        "moves",
        rules.wrong_move,
        "give values and result the shape that the index and the array ask for",
        MOVES,
    ),
    Rule(
        "tree", rules.unordered_tree, 'use order="left" or "sequential", or an associative op', (Fold, Scan)
    ),
    Rule("ports", rules.unbound_port, "give the node an operand of that number and shape", (Port,)),
    Rule(
        "body outputs",
        rules.wrong_body_outputs,
        'name the outputs of a body "0", "1", ..., as many as are taken',
        COMPOSITES,
    ),
    Rule(
        "body shapes",
        rules.wrong_body_shapes,
        "let a body yield words or arrays of the extents that are taken",
        COMPOSITES,
    ),
    Rule(
        "calls",
        choice_rules.wrong_call_shapes,
        "give what is called its inputs, and cases the same results",
        CHOSEN,
    ),
    Rule(
        "use", rules.reaches_no_output, "drop it, or output what it yields", (Input, Constant, Apply, *PHASES)
    ),
)


_ORDERED = 1 + next(k for k, rule in enumerate(RULES) if rule.name == "indices")
BEFORE_ORDER, AFTER_ORDER = RULES[:_ORDERED], RULES[_ORDERED:]


def check_graph(graph: Algorithm, alike: Alike | None = None) -> None:
    """Raise for the first rule that a graph breaks; nothing is changed or kept.

    Parameters
    ----------
    graph : Algorithm
    alike : Alike, optional
        Where it is noted which nodes are alike, for who asks next.

    Raises
    ------
    GraphError
        Naming the node, what is wrong with it and what to do.

    Examples
    --------
    >>> import workdepth as wd
    >>> g = wd.Algorithm("dot")
    >>> x = g.input("x", wd.size("n"))
    >>> check_graph(g)
    Traceback (most recent call last):
    ...
    workdepth.errors.GraphError: the graph has no output (at dot); declare one with output(...)
    """
    _check(graph, graph.sizes, (), alike or Alike())


def _check(graph: Algorithm, sizes: tuple[Size, ...], around: tuple[Algorithm, ...], alike: Alike) -> None:
    """Check a graph, what it calls and its base case; ``around`` are the algorithms that call it."""
    name = str(graph.name or "algorithm")
    taken: dict[str, str] = {s.name: "a size" for s in sizes}
    for s in sizes:
        check_size_name(s.name, (), name)
    _check_scopes(graph, taken, alike)
    for callee in called(graph):
        if any(callee is other for other in (*around, graph)):
            raise GraphError(
                f"{name} and {callee.name or 'another algorithm'} call each other",
                where=name,
                next_step="let one algorithm call itself",
            )
        _check(callee, callee.sizes, (*around, graph), alike)
    base = base_of(graph)
    if base is not None:
        what = choice_rules.wrong_base(graph)
        if what is not None:
            raise GraphError(what, where=name, next_step="declare it with base(size, until, body)")
        _check_scopes(base_graph(graph, base), taken, alike)


def _check_scopes(graph: Algorithm, taken: dict[str, str], alike: Alike) -> None:
    _Checked(taken, alike).scope(Place.top(graph))


@dataclass(frozen=True)
class _Checked:
    """What has been looked at: the names of indices that are taken, and bodies that need no second look.

    A body needs none where one alike, of a node of the same shapes that is handed the same in the same loops, has
    been looked at; see Note [Alike].  Only how its indices are called is a question of its own.
    """

    taken: dict[str, str]
    alike: Alike
    seen: set[object] = field(default_factory=set)

    def scope(self, place: Place) -> None:
        """Check a scope before its bodies, so that a body is looked at only where its owner is sound."""
        if place.depth > DEEPEST:
            raise GraphError(
                f"bodies are nested more than {DEEPEST} deep",
                where=str(place.root.name or "algorithm"),
                next_step="a body may not contain itself; use repeat for what repeats",
            )
        _check_outputs(place)
        for rule in BEFORE_ORDER:
            _apply(rule, place.nodes_of(rule.kinds), place)
        program_order(place.graph)
        known = {node for node in place.nodes_of(COMPOSITES) if self._holds(place, node)}
        for rule in AFTER_ORDER:
            nodes = place.nodes_of(rule.kinds)
            _apply(
                rule, nodes if rule.kinds is not COMPOSITES else [v for v in nodes if v not in known], place
            )
        _claim_indices(place, self.taken)
        for node in place.graph:
            kind = place.kind(node)
            if isinstance(kind, COMPOSITES):
                if node not in known or not self._claimed(kind.body, place.where(node)):
                    self.scope(place.inside(node))
            elif isinstance(kind, Branch):
                for k, case in enumerate(kind.cases):
                    self.scope(place.of_case(node, case, k))

    def _holds(self, place: Place, node: str) -> bool:
        """Say whether the body of a node needs no second look, and note it."""
        number = self.alike.of_unchecked(place.kind(node))
        if number is None:
            return False
        handed = tuple(place.read_shape(source, edge) for source, edge in place.reads(node))
        key = number, place.shapes(node), handed, place.names
        if key in self.seen:
            return True
        self.seen.add(key)
        return False

    def _claimed(self, body: Algorithm, where: str) -> bool:
        """Say whether all indices below have names of their own, and claim these; else none is claimed."""
        found = list(_indices(body))
        if len(set(found)) < len(found) or not all(_is_free(text, self.taken) for text in found):
            return False
        self.taken.update(dict.fromkeys(found, f"an index in {where}"))
        return True


def _indices(body: Algorithm) -> Iterator[Any]:
    """Yield the indices of all loops in a body."""
    for _, kind in body.nodes(data="kind"):
        if isinstance(kind, COMPOSITES):
            yield from (r.index for r in ranges_of(kind))
            yield from _indices(kind.body)
        elif isinstance(kind, Branch):
            for case in kind.cases:
                yield from _indices(case)


def _is_free(text: Any, taken: dict[str, str]) -> bool:
    return isinstance(text, str) and text.isidentifier() and text not in taken


def _apply(rule: Rule, nodes: Iterable[str], place: Place) -> None:
    for node in nodes:
        what = rule.finds(place, node)
        if what is not None:
            raise GraphError(what, where=place.where(node), next_step=rule.next_step)


def _check_outputs(place: Place) -> None:
    names = place.output_names()
    if not names:
        what = "the graph has no output" if place.owner is None else "the body has no output"
        step = "declare one with output(...)" if place.owner is None else "return a value from its function"
        raise GraphError(what, where=place.where(), next_step=step)
    twice = next((n for n, count in Counter(names).items() if count > 1), None)
    if twice is not None:
        raise GraphError(
            f"two outputs are called {twice!r}", where=place.where(), next_step="name each output once"
        )


def _claim_indices(place: Place, taken: dict[str, str]) -> None:
    for node in place.graph:
        kind = place.kind(node)
        for r in ranges_of(kind) if isinstance(kind, COMPOSITES) else ():
            if r.index in taken:
                raise GraphError(
                    f"the index {r.index!r} of {node} is {taken[r.index]} already",
                    where=place.where(node),
                    next_step="give each loop index a name of its own in the whole graph",
                )
            taken[r.index] = f"an index of {place.where(node)}"
