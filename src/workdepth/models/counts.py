"""Counting points and operations: sums over index ranges, the same on both machines."""

from __future__ import annotations

from collections.abc import Iterable

from workdepth.graph.nodes import Apply, Block, Branch, Fold, Gather, Map, Range, Repeat, Scan, Scatter
from workdepth.models.bounded import NOTHING, ONE, Bounded, expected, most
from workdepth.models.moves import words_of
from workdepth.models.moves import work_of as moving_work
from workdepth.models.prefix import shape_of
from workdepth.models.scope import Scope
from workdepth.symbolic import Domain, summation, summation_bound


def inside(domain: Domain, ranges: Iterable[Range]) -> Domain:
    """Return what is known inside loops: each index within its bounds."""
    for r in ranges:
        domain = domain.with_index(r.index, r.low, r.high)
    return domain


def total(quantity: Bounded, ranges: tuple[Range, ...], domain: Domain) -> Bounded:
    """Return the sum of a quantity over index ranges, the last one innermost."""
    for k in range(len(ranges) - 1, -1, -1):
        r = ranges[k]
        around = inside(domain, ranges[:k])
        if r.index not in quantity.expr.names:
            quantity = quantity.times(r.extent)
            continue
        closed = summation(quantity.expr, r.index, r.low, r.high, around)
        if closed is None:
            closed = summation_bound(quantity.expr, r.index, r.low, r.high, around)
        quantity = Bounded(closed.value, quantity.exact and closed.exact)
    return quantity


def copies(ranges: tuple[Range, ...], domain: Domain) -> Bounded:
    """Return how many points the ranges have together.

    Examples
    --------
    >>> from workdepth.symbolic import Size, as_expr, name
    >>> rows = Range("i", as_expr(0), name("n"))
    >>> str(copies((rows, Range("j", name("i"), name("n"))), Domain((Size("n"),))).expr)
    'n**2/2 + n/2'
    """
    return total(Bounded(ONE), ranges, domain)


def work(scope: Scope, domain: Domain) -> Bounded:
    """Return the total work of a scope: the sum over its operations (CLRS, 4th ed., section 26.1)."""
    found = NOTHING
    for node in scope.order:
        found = found + work_of(scope, node, domain)
    return found


def work_of(scope: Scope, node: str, domain: Domain) -> Bounded:
    """Return the work of one node of a scope."""
    kind = scope.kinds[node]
    if isinstance(kind, Gather | Scatter):
        return Bounded(ONE * words_of(scope, node) * moving_work(kind))
    if isinstance(kind, Branch):
        return _branch(scope, kind, domain)
    if isinstance(kind, Block):
        return Bounded(kind.work, kind.exact("work"))
    return _work_of(scope, kind, domain)


def _branch(scope: Scope, kind: Branch, domain: Domain) -> Bounded:
    """Return the work of the worst case, or the expected work (linear, so exact however the cases come)."""
    cases = [work(scope.inner(case), domain) for case in kind.cases]
    return expected(cases, kind.probabilities) if kind.probabilities else most(cases, domain)


def _work_of(scope: Scope, kind: object, domain: Domain) -> Bounded:
    match kind:
        case Apply():
            return Bounded(ONE * kind.op.work)
        case Map() | Fold() | Scan() | Repeat():
            key = "work", scope.alike.of(kind), domain
            if key not in scope.known:
                scope.known[key] = _work_of_copies(scope, kind, domain)
            found: Bounded = scope.known[key]
            return found
    raise TypeError(kind)


def _work_of_copies(scope: Scope, kind: Map | Fold | Scan | Repeat, domain: Domain) -> Bounded:
    """Return the work of copies of a body; it looks at nothing outside the node, so see Note [Alike]."""
    match kind:
        case Map():
            each = work(scope.inner(kind.body), inside(domain, kind.over))
            return total(each, kind.over, domain)
        case Fold():
            each = work(scope.inner(kind.body), inside(domain, (kind.over,)))
            combines = (kind.over.extent - 1) * kind.op.work
            return total(each, (kind.over,), domain) + combines
        case Scan():
            each = work(scope.inner(kind.body), inside(domain, (kind.over,)))
            leaves = total(each, (kind.over,), domain)
            return leaves + shape_of(kind, domain).size.times(kind.op.work)
        case Repeat():
            rounds = (Range(kind.index, ONE * 0, kind.times),)
            return total(work(scope.inner(kind.body), inside(domain, rounds)), rounds, domain)
    raise TypeError(kind)
