"""What needs no step: operations of no work settle within the step that makes their operands."""

from __future__ import annotations

from workdepth.graph.nodes import CHOSEN, COMPOSITES, Apply, Branch, Fold, Gather, Scan, Scatter, Solved
from workdepth.models.moves import work_of
from workdepth.models.scope import Scope


def settles(scope: Scope, node: str) -> bool:
    """Say whether a node may be, or have in it, an operation of no work.

    Examples
    --------
    >>> import workdepth as wd
    >>> g = wd.Algorithm()
    >>> x, free = g.input("x"), wd.Op("free", 1, "negative", work=0)
    >>> a, b = g.apply(free, x), x + 1
    >>> settles(Scope(g), a.node), settles(Scope(g), b.node)
    (True, False)
    """
    kind = scope.kinds[node]
    if isinstance(kind, (*CHOSEN, Scatter)):
        return True  # a scatter renews the words of its array before its first step
    if isinstance(kind, Apply | Fold | Scan) and not kind.op.works:
        return True
    if isinstance(kind, Gather):
        return work_of(kind) == 0
    if not isinstance(kind, COMPOSITES):
        return False
    inner = scope.inner(kind.body)
    return any(settles(inner, v) for v in inner.order)


def free_operations(scope: Scope) -> bool:
    """Say whether there are operations of no work: they settle within a step, so its words are only bounded."""
    for kind in {scope.alike.of(kind): kind for kind in scope.kinds.values()}.values():
        if isinstance(kind, Apply | Fold | Scan) and not kind.op.works:
            return True
        if isinstance(kind, Gather | Scatter) and work_of(kind) == 0:
            return True
        if isinstance(kind, Solved) and not kind.exact("settling"):
            return True
        if isinstance(kind, COMPOSITES) and free_operations(scope.inner(kind.body)):
            return True
        if isinstance(kind, Branch) and any(free_operations(scope.inner(case)) for case in kind.cases):
            return True
    return False
