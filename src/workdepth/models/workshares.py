"""The work by node: how many steps all copies of each operation take together."""

from __future__ import annotations

from workdepth.graph.nodes import COMPOSITES, Block, Branch, Range, ranges_of
from workdepth.models.bounded import ONE, ZERO, Bounded
from workdepth.models.choices import case_path
from workdepth.models.counts import inside, total, work, work_of
from workdepth.models.scope import Scope
from workdepth.models.worst import largest
from workdepth.symbolic import Domain, Expr, simplify

Row = tuple[str, str, Bounded]


def work_by_node(scope: Scope, domain: Domain) -> tuple[Row, ...]:
    """Return path, op and steps of every node that does work; the steps add up to the work.

    Of a branch these are those of its worst case, if it is known which that is, or the expected ones.

    Examples
    --------
    >>> from workdepth.library import entry_named
    >>> g = entry_named("dot").build()
    >>> [(path, op, str(steps.expr)) for path, op, steps in work_by_node(Scope(g), g.domain)]
    [('fold1/multiply1', 'multiply', 'n'), ('fold1', 'add', 'n - 1')]
    """
    return tuple(_Rows(domain).of(scope, (), "", ONE))


class _Rows:
    """Collects rows; a row of a case counts by the probability of the case."""

    def __init__(self, domain: Domain) -> None:
        self.domain = domain

    def of(self, scope: Scope, loops: tuple[Range, ...], path: str, weight: Expr) -> list[Row]:
        found: list[Row] = []
        for node in scope.order:
            kind = scope.kinds[node]
            named = f"{path}/{node}" if path else node
            each = work_of(scope, node, inside(self.domain, loops))
            everything = total(Bounded(each.expr * weight, each.exact), loops, self.domain)
            within: list[Row] = []
            if isinstance(kind, COMPOSITES):
                within = self.of(scope.inner(kind.body), (*loops, *ranges_of(kind)), named, weight)
            elif isinstance(kind, Branch):
                within = self._cases(scope, kind, loops, named, weight)
            # What the body does not do is the node's own: the combines of a fold, the levels of a scan.
            own = simplify(everything.expr - sum((r[2].expr for r in within), ZERO), self.domain)
            found += within
            if own != ZERO:
                found.append((named, doing(kind), Bounded(own, everything.exact)))
        return found

    def _cases(
        self, scope: Scope, kind: Branch, loops: tuple[Range, ...], path: str, weight: Expr
    ) -> list[Row]:
        cases = [scope.inner(case) for case in kind.cases]
        if kind.probabilities:
            return [
                row
                for k, (case, p) in enumerate(zip(cases, kind.probabilities, strict=True))
                for row in self.of(case, loops, f"{path}/{k}", weight * p)
            ]
        around = inside(self.domain, loops)
        worst = largest([work(case, around).expr for case in cases], around)
        if len(worst) > 1:
            return []
        return self.of(cases[worst[0]], loops, case_path(path, kind, worst[0]), weight)


def doing(kind: object) -> str:
    """Return what a node is said to do: its op, the name of a block, or its kind."""
    if isinstance(kind, Block):
        return kind.name
    op = getattr(kind, "op", None)
    if op is not None:
        return str(op.name)
    if isinstance(kind, Branch):
        return "worst case" if len(kind.cases) > 1 else "case"
    return type(kind).__name__.lower()
