"""Where the words of a result come from: made here, named from an operand, or both.

Naming costs nothing, so a body that returns an element of an outer array makes no word; the array that the map
builds of such names lives on in the words of the other.
"""

from __future__ import annotations

from dataclasses import dataclass

from workdepth.graph.nodes import (
    Apply,
    Block,
    Branch,
    Composite,
    Constant,
    Fold,
    Gather,
    Input,
    Map,
    Port,
    Position,
    Repeat,
    Scan,
    Scatter,
    Solved,
)
from workdepth.models.called import Called
from workdepth.models.scope import Array, Scope, array_of
from workdepth.symbolic import Domain, nonnegative


@dataclass(frozen=True)
class Origin:
    """What one array is made of.

    Attributes
    ----------
    own : bool
        Some of its words are made in the scope.
    ports : frozenset of int
        The ports of the scope that some of its elements may be named from.
    index : Position or None
        Where it is nothing but an element or a row of one port, the index that names it.
    """

    own: bool
    ports: frozenset[int] = frozenset()
    index: Position | None = None

    def __or__(self, other: Origin) -> Origin:
        return Origin(self.own or other.own, self.ports | other.ports)


NOWHERE = Origin(False)
HERE = Origin(True)


def origin_of_output(scope: Scope, number: int) -> Origin:
    """Return the origin of what output ``number`` of a body names."""
    (operand,) = scope.operands[scope.outputs[number]]
    return origin(scope, array_of(operand), operand.index)


def made_by(scope: Scope, kind: Composite, out: int) -> Origin:
    """Return the origin, in its body, of a result of a composite node.

    Where it has no index it is the same for all nodes alike, see Note [Alike].
    """
    key = "made", scope.alike.of(kind), out
    found: Origin | None = scope.known.get(key)
    if found is None:
        found = origin_of_output(scope.inner(kind.body), out)
        if found.index is None:
            scope.known[key] = found
    return found


def origin(scope: Scope, array: Array, index: Position = ()) -> Origin:
    """Return the origin of an array of a scope, read at ``index``."""
    node, out = array
    match kind := scope.kinds[node]:
        case Port():
            return Origin(False, frozenset({kind.number}), index)
        case Called() if kind.share == 0:
            return NOWHERE
        case Solved() if not kind.exact("results"):
            return HERE | _of_operands(scope, node)
        case Apply() | Fold() | Scan() | Gather() | Scatter() | Branch() | Block() | Input() | Constant():
            return HERE
        case Map(into=None):
            return _outside(scope, node, made_by(scope, kind, out))
        case Map(into=int(base)):
            return HERE | origin(scope, array_of(scope.operands[node][base]))
        case Repeat():
            state = _outside(scope, node, made_by(scope, kind, out))
            return state | origin(scope, array_of(scope.operands[node][out]))
    return NOWHERE


def _of_operands(scope: Scope, node: str) -> Origin:
    """Return where words come from that a node may name: from any of its operands."""
    found = NOWHERE
    for operand in scope.operands[node]:
        outer = origin(scope, array_of(operand))
        found = found | Origin(outer.own, outer.ports)
    return found


def may_name(scope: Scope, number: int, domain: Domain) -> frozenset[int]:
    """Return the ports that output ``number`` of a body may name words of, at some size.

    A fold over one leaf is a name of it, as the first prefix of a scan always is.
    """
    (operand,) = scope.operands[scope.outputs[number]]
    return _nameable(scope, array_of(operand), domain)


def _nameable(scope: Scope, array: Array, domain: Domain) -> frozenset[int]:
    node, out = array
    found: frozenset[int] = frozenset()
    match kind := scope.kinds[node]:
        case Port():
            return frozenset({kind.number})
        case Fold() if nonnegative(kind.over.extent - 2, domain):
            return found
        case Map() | Fold() | Scan() | Repeat():
            outs = range(len(kind.at)) if isinstance(kind, Map) and kind.into is not None else (out,)
            inner = scope.inner(kind.body)
            for port in {p for k in outs for p in may_name(inner, k, domain)}:
                found |= _nameable(scope, array_of(scope.operands[node][port]), domain)
    start = out if isinstance(kind, Repeat) else kind.into if isinstance(kind, Map) else None
    if start is not None:
        found |= _nameable(scope, array_of(scope.operands[node][start]), domain)
    return found


def _outside(scope: Scope, node: str, inner: Origin) -> Origin:
    """Translate an origin in the body of ``node`` to the scope of ``node``."""
    result = Origin(inner.own)
    for port in inner.ports:
        outer = origin(scope, array_of(scope.operands[node][port]))
        result = result | Origin(outer.own, outer.ports)
    return result
