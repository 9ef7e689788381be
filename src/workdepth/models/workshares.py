"""The work by node: how many steps all copies of each operation take together."""

from __future__ import annotations

from workdepth.graph.nodes import COMPOSITES, Range, ranges_of
from workdepth.models.bounded import ZERO, Bounded
from workdepth.models.counts import _work_of as work_of
from workdepth.models.counts import inside, total
from workdepth.models.scope import Scope
from workdepth.symbolic import Domain, simplify

Row = tuple[str, str, Bounded]


def work_by_node(scope: Scope, domain: Domain) -> tuple[Row, ...]:
    """Return path, op and steps of every node that does work; the steps add up to the work.

    Examples
    --------
    >>> from workdepth.library import entry_named
    >>> g = entry_named("dot").build()
    >>> [(path, op, str(steps.expr)) for path, op, steps in work_by_node(Scope(g), g.domain)]
    [('fold1/multiply1', 'multiply', 'n'), ('fold1', 'add', 'n - 1')]
    """
    return tuple(_rows(scope, domain, (), ""))


def _rows(scope: Scope, domain: Domain, loops: tuple[Range, ...], path: str) -> list[Row]:
    found: list[Row] = []
    for node in scope.order:
        kind = scope.kinds[node]
        named = f"{path}/{node}" if path else node
        everything = total(work_of(kind, inside(domain, loops)), loops, domain)
        within: list[Row] = []
        if isinstance(kind, COMPOSITES) and hasattr(kind, "body"):
            within = _rows(Scope(kind.body), domain, (*loops, *ranges_of(kind)), named)
        # What the body does not do is the node's own: the combines of a fold, the levels of a scan.
        own = simplify(everything.expr - sum((r[2].expr for r in within), ZERO), domain)
        found += within
        if own != ZERO:
            op = getattr(kind, "op", None)
            what = op.name if op is not None else type(kind).__name__.lower()
            found.append((named, what, Bounded(own, everything.exact)))
    return found
