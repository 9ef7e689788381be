"""The first prefix of a scan, where leaves are names: one word under two names, and with which of them it goes.

Note [Shared].  A scan over words that live on makes a word for each prefix but the first, which is a name of the
first leaf.  Where the leaves' array surely lives at least as long as the prefixes, that word is the leaves' alone,
and the prefixes are an array whose first element takes no word.  So it is where all readers of the prefixes are
done when the last reader of the leaves begins; or where the last reader of both is one map in which copy i reads
leaf i and prefix i, and in it an operation that waits for all that read the prefix, or is one of them, reads the
leaf.
"""

from __future__ import annotations

from workdepth.graph.nodes import Apply, Gather, Map, Scan
from workdepth.models.origin import origin_of_output
from workdepth.models.scope import Array, Scope, array_of
from workdepth.models.stages import Ancestors
from workdepth.symbolic import name

Read = tuple[str, int]


def leaves_array(scope: Scope, node: str, kind: Scan) -> Array | None:
    """Return the array that the leaves of a scan are names of, leaf i being element i, or None."""
    body = scope.inner(kind.body)
    if not kind.inclusive or kind.op.results != 1 or body.order or kind.over.low != 0:
        return None
    made = origin_of_output(body, 0)
    if made.own or len(made.ports) != 1 or made.index != (name(kind.over.index),):
        return None
    operand = scope.operands[node][next(iter(made.ports))]
    if operand.index or scope.shape(array_of(operand)) != scope.shape((node, 0)):
        return None
    return array_of(operand)


def goes_first(scope: Scope, first: Array, second: Array, last: list[str], earlier: list[str]) -> bool:
    """Say whether element 0 of ``first`` is surely read for the last time no later than that of ``second``.

    ``last`` are the nodes that read either in the group in which the second ends; ``earlier`` those that read the
    first before it.
    """
    if not all(_only_reads(scope, v) for v in {*last, *earlier}):
        return False
    reads = {a: [v for v in last if _reads(scope, v, a)] for a in (first, second)}
    if not reads[first]:
        return True
    return len(set(last)) == 1 and bool(reads[second]) and _goes_first_in(scope, last[0], first, second)


def _reads(scope: Scope, node: str, array: Array) -> list[int]:
    return [k for k, o in enumerate(scope.operands[node]) if array_of(o) == array]


def _only_reads(scope: Scope, node: str) -> bool:
    """Say whether a node makes no names of what it reads, nor hands it on."""
    kind = scope.kinds[node]
    if isinstance(kind, Apply | Gather):
        return True
    if not isinstance(kind, Map) or kind.into is not None:
        return False
    body = scope.inner(kind.body)
    made = [origin_of_output(body, k) for k in range(len(body.outputs))]
    return all(m.own and not m.ports for m in made) and all(
        isinstance(body.kinds[v], Apply) for v in body.order
    )


def _goes_first_in(scope: Scope, node: str, first: Array, second: Array) -> bool:
    kind = scope.kinds[node]
    if not isinstance(kind, Map):
        return False
    body, ancestors = scope.inner(kind.body), Ancestors()
    for v in body.order:
        ancestors.add(v, [*(o.node for o in body.operands[v]), *body.waits[v]])
    found = {a: [f"port{k}" for k in _reads(scope, node, a)] for a in (first, second)}
    places = {
        o.index for ops in body.operands.values() for o in ops if o.node in (*found[first], *found[second])
    }
    if any(len(ports) != 1 for ports in found.values()) or len(places) != 1:
        return False
    readers = {a: [v for v in body.order if _reads(body, v, (ports[0], 0))] for a, ports in found.items()}
    return any(all(u == v or ancestors.holds(u, v) for u in readers[first]) for v in readers[second])
