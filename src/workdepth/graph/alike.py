"""Nodes that are the same but for the names of their indices and of the nodes inside them.

Note [Alike].  A network of ninety-six layers is written as ninety-six bodies, each with indices of its own.  What
one of them costs, holds or reads at a place is what the others do, as long as nothing outside the node tells its
indices by their names: so it is found once.  Two nodes are alike where they become equal once each index that they
bind is called by its depth, and each node inside by its place.  Names that a node does not bind, those of sizes and
of loops around it, stay as they are: nodes in different loops are alike only if they do not use their indices.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import count
from typing import TYPE_CHECKING, Any

from workdepth.graph.nodes import (
    KINDS,
    Apply,
    Block,
    Branch,
    Call,
    Choice,
    Constant,
    Empty,
    Fold,
    Index,
    Input,
    Literal,
    Map,
    Port,
    Repeat,
    Scan,
    Scatter,
)
from workdepth.symbolic import Expr, name
from workdepth.symbolic.atoms import Atom
from workdepth.symbolic.making import atom_expr

if TYPE_CHECKING:
    from workdepth.graph.algorithm import Algorithm

Names = dict[str, Expr]
_BOUND: list[Expr] = []


def _bound(depth: int) -> Expr:
    """Return what an index is called by its depth: a name that nobody can write."""
    while len(_BOUND) <= depth:
        _BOUND.append(atom_expr(Atom("name", (f"#{len(_BOUND)}",))))
    return _BOUND[depth]


class Alike:
    """Numbers of nodes and bodies: two that are alike have the same one, whoever asks.

    It serves one analysis, while the graph is not changed; it keeps what it has numbered alive.

    Examples
    --------
    >>> import workdepth as wd
    >>> g = wd.Algorithm("twice")
    >>> n = g.size("n")
    >>> x = g.input("x", n)
    >>> y = g.map(n, lambda i: x[i] + 1)
    >>> g.output(g.map(n, lambda j: y[j] + 1))
    >>> one, other = (g.nodes[v]["kind"] for v in ("map1", "map2"))
    >>> one == other, Alike().of(one) == Alike().of(other)
    (False, True)
    """

    def __init__(self) -> None:
        self._known: dict[int, tuple[object, int]] = {}

    def of(self, kind: object) -> int:
        """Return the number of a node, by its kind."""
        found = self._known.get(id(kind))
        if found is None:
            found = self._known[id(kind)] = kind, _number(_kind(kind, {}))
        return found[1]

    def of_body(self, body: Algorithm) -> int:
        """Return the number of a body; the indices of loops around it are told by their names."""
        found = self._known.get(id(body))
        if found is None:
            found = self._known[id(body)] = body, _number(_body(body, {}))
        return found[1]

    def of_unchecked(self, kind: object) -> int | None:
        """Return the number of a node that may be anything; None where it cannot be read."""
        try:
            return self.of(kind)
        except (AttributeError, KeyError, TypeError, ValueError, RecursionError):
            return None  # what is wrong with it is for the rules to say


def _kind(kind: Any, names: Names) -> object:
    """Return a kind as plain data, the indices in ``names`` by their depth."""
    if type(kind) not in KINDS:
        return kind
    match kind:
        case Port():
            return "port", _typed(kind.number)
        case Apply():
            return "apply", _op(kind.op, names)
        case Map():
            ranges, inner = _opened(tuple((r.index, r.low, r.high) for r in kind.over), names)
            at = tuple(_all(p, inner) for p in kind.at)
            return "map", ranges, _typed(kind.into), at, _body(kind.body, inner)
        case Fold() | Scan():
            r = kind.over
            ranges, inner = _opened(((r.index, r.low, r.high),), names)
            how = kind.order if isinstance(kind, Fold) else (kind.method, kind.inclusive)
            return "fold", _op(kind.op, names), how, ranges, _body(kind.body, inner)
        case Repeat():
            inner = {**names, kind.index: _bound(len(names))}
            return "repeat", _one(kind.times, names), _typed(kind.carried), _body(kind.body, inner)
        case Choice():
            r = kind.over
            ranges, inner = _opened(((r.index, r.low, r.high),), names)
            return "choice", ranges, kind.uniform, _body(kind.body, inner)
        case Branch():
            cases = tuple(_body(case, names) for case in kind.cases)
            return "branch", cases, _all(kind.probabilities, names)
        case Call():
            sizes = tuple((text, _one(e, names)) for text, e in kind.sizes)
            return "call", _Itself(kind.algorithm), sizes, kind.memoised
        case Block():
            costs = (kind.work, kind.span, kind.threads, kind.memory, kind.on_one)
            return "block", kind.name, _all(costs, names), kind.loose
        case Index():
            return "index", _one(kind.expression, names)
        case Empty():
            return "empty", _all(kind.shape, names)
        case Literal():
            return "literal", _typed(kind.value)
        case Input() | Constant():
            return type(kind), kind.name, _all(kind.shape, names)
        case Scatter() if kind.op is not None:
            return "scatter", _op(kind.op, names), kind.conflicts
    return kind


def _typed(x: object) -> object:
    """Return a number as what it is: 1, 1.0 and True are equal, but not all of them are right everywhere."""
    return x if type(x) is int else (type(x), x)


def _op(op: Any, names: Names) -> object:
    """Return an op: equal ones are not looked for, but a price may name indices."""
    return (_Itself(op), _one(op.work, names)) if op.priced else _Itself(op)


class _Itself:
    """Something that is alike to nothing but itself."""

    __slots__ = ("it",)

    def __init__(self, it: object) -> None:
        self.it = it

    def __hash__(self) -> int:
        return id(self.it)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Itself) and self.it is other.it


_NUMBERS = count()


@lru_cache(maxsize=4096)
def _number(structure: object) -> int:
    """Return the number of a structure; one that is forgotten gets a new one, which nobody has had."""
    return next(_NUMBERS)


def _opened(ranges: tuple[tuple[str, Expr, Expr], ...], names: Names) -> tuple[object, Names]:
    """Return the bounds of loops, and the names inside them."""
    bounds: list[tuple[Expr, Expr]] = []
    inner = dict(names)
    for text, low, high in ranges:
        bounds.append((_one(low, inner), _one(high, inner)))
        inner[text] = _bound(len(inner))
    return tuple(bounds), inner


def _body(body: Algorithm, names: Names) -> object:
    """Return a body as plain data: its nodes in their order, each with what it reads and waits for."""
    place = {node: k for k, node in enumerate(body)}
    found: list[object] = []
    for node, data in body.nodes(data=True):
        kind = data["kind"]
        shapes = tuple([_all(shape, names) for shape in data.get("shapes", ())])
        # Models know a port by its name.
        found.append((node if isinstance(kind, Port) else None, _kind(kind, names), shapes))
    for source, followers in body.adjacency():
        for target, edges in followers.items():
            for edge in edges.values():
                ends = place[source], place[target]
                if edge.get("order"):
                    found.append(ends)
                else:
                    how = _typed(edge["out"]), _typed(edge["position"])
                    found.append((ends, how, _all(edge["index"], names)))
    return tuple(found)


def _all(es: tuple[Expr, ...], names: Names) -> tuple[Expr, ...]:
    return tuple([_one(e, names) for e in es])


def _one(e: Expr, names: Names) -> Expr:
    free = e.names
    if free.isdisjoint(names):
        return e
    if len(free) == 1:
        (text,) = free
        if e == name(text):
            return names[text]
    return e.substitute(names)
