"""Whether a node takes a step at all."""

from __future__ import annotations

from workdepth.graph.move_ops import unit_op
from workdepth.graph.nodes import COMPOSITES, Apply, Block, Branch, Composite, Fold, Gather, Scan, Scatter
from workdepth.models.bounded import ZERO
from workdepth.models.choices import as_maps, kinds_within
from workdepth.models.scope import Scope
from workdepth.symbolic import Domain, nonnegative


def does_work(kind: Composite) -> bool:
    """Say whether the body of a composite has an operation that takes a step."""
    for inner in Scope(kind.body).kinds.values():
        if isinstance(inner, Apply | Fold | Scan) and inner.op.works:
            return True
        if isinstance(inner, Gather | Scatter) and unit_op(inner).works:
            return True
        if isinstance(inner, COMPOSITES) and does_work(inner):
            return True
        if isinstance(inner, Branch) and any(does_work(case) for case in as_maps(inner)):
            return True
        if isinstance(inner, Block) and inner.work != ZERO:
            return True
    return False


def surely_works(kind: Composite, domain: Domain) -> bool:
    """Say whether the body of a composite takes a step, whatever the unknown work of the blocks in it."""
    within = kinds_within(Scope(kind.body))
    return any(
        (not isinstance(k, Block) and _takes_a_step(k))
        or (isinstance(k, Block) and nonnegative(k.work - 1, domain))
        for k in within
    )


def _takes_a_step(kind: object) -> bool:
    if isinstance(kind, Gather | Scatter):
        return unit_op(kind).works
    return isinstance(kind, Apply | Fold | Scan) and kind.op.works
