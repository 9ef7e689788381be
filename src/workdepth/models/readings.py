"""What surely reads each word: not the start of a branch or of a call, which waits for more than is read in it.

Note [Readings].  A branch starts when all that it is given is complete, so its start reads what no operation of
the case may read, and so does the start of a call whose base case leaves words unread.  Such a word goes before
the first step that follows, within the step before: it is not there any more when that step ends.
"""

from __future__ import annotations

from dataclasses import replace

from workdepth.graph.nodes import COMPOSITES, Branch, Map, Solved
from workdepth.models.access import Reference, covered, references_of, whole
from workdepth.models.cutting import windowed
from workdepth.models.scope import Array, Read, Scope, array_of
from workdepth.models.tiling import tiles
from workdepth.symbolic import Domain


def all_read(scope: Scope, array: Array, domain: Domain) -> bool:
    """Say whether each word of an array is surely read by an operation, or named by an output.

    Examples
    --------
    >>> import workdepth as wd
    >>> g = wd.Algorithm()
    >>> n = wd.size("n")
    >>> x, y = g.input("x", n), g.input("y", n)
    >>> g.output(g.branch(x[0], lambda: g.fold(wd.ADD, y), lambda: y[0]))
    >>> all_read(Scope(g), ("y", 0), g.domain)
    False
    """
    if any(array_of(scope.operands[o][0]) == array and not scope.operands[o][0].index for o in scope.outputs):
        return True
    reads = [r for r in scope.reads.get(array, []) if not starts_only(scope, r[0], r[1], domain)]
    part = whole(scope.shape(array))
    refs = [ref for r in reads for ref in _references(scope, r)]
    told = [ref for ref in refs if ref.role in ("read", "leaf")]
    if covered(part, told) or windowed(part, told, domain):
        return True
    names = [r[0] for r in reads if covered(part, [x for x in _references(scope, r) if x.role == "name"])]
    if any(isinstance(scope.kinds[v], Map) and all_read(scope, (v, 0), domain) for v in names):
        return True
    found = tiles(scope, array, reads, domain)
    return bool(found) and all(all_read(scope, (tile.node, 0), domain) for tile in found)


def starts_only(scope: Scope, node: str, position: int, domain: Domain) -> bool:
    """Say whether it may be only the start of a branch or call, in a node, that reads some words of an operand."""
    kind = scope.kinds[node]
    if isinstance(kind, Branch):
        return position == 0 or not all(_read_in(scope.inner(case), position, domain) for case in kind.cases)
    if isinstance(kind, Solved):
        return not kind.exact("readings")
    return isinstance(kind, COMPOSITES) and _has_start(scope, node)


def _read_in(case: Scope, position: int, domain: Domain) -> bool:
    port = f"port{position}"
    return port in case.kinds and all_read(case, (port, 0), domain)


def _has_start(scope: Scope, node: str) -> bool:
    kind = scope.kinds[node]
    if isinstance(kind, Branch) or (isinstance(kind, Solved) and not kind.exact("readings")):
        return True
    if not isinstance(kind, COMPOSITES):
        return False
    key = "starts", scope.alike.of(kind)
    if key not in scope.known:
        inner = scope.inner(kind.body)
        scope.known[key] = any(_has_start(inner, v) for v in inner.order)
    found: bool = scope.known[key]
    return found


def _references(scope: Scope, read: Read) -> list[Reference]:
    node, position, index = read
    kind = scope.kinds[node]
    if not isinstance(kind, COMPOSITES):
        return [Reference(index, ())]
    return [replace(r, index=index + r.index) for r in references_of(kind, position)]
