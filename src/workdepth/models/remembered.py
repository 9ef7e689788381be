"""Memoised calls: which of their figures are exact, and what a level that does not wait for them makes of these.

Note [Remembered].  Each call is made once, in a phase that starts when the calls that it reads are done, and all
results are kept.  If every node of the level waits for the call of the size before, one call follows the other,
that of the level itself the last.  The k-th of them then holds, beside k - 1 results, what it makes itself; to it
the results of others are as numbers, for none of them ends.  Where that is the same for all sizes and the base
makes numbers only, memory is exact, and the most threads are those of any call.  If a node of the level does not
wait, it may run beside calls that are smaller: then the time is only bounded, and threads by those of two calls.
"""

from __future__ import annotations

from collections.abc import Mapping

from workdepth.graph.algorithm import Algorithm
from workdepth.graph.nodes import Base, Call
from workdepth.models.bounded import ZERO, Bounded
from workdepth.models.conventions import Conventions
from workdepth.models.guards import guarded
from workdepth.models.scope import Scope
from workdepth.models.stages import Ancestors
from workdepth.models.wordless import Told, WithBlocks, memoised_level
from workdepth.symbolic import Domain, Expr, maximum_of, name

FIGURES = ("threads", "memory", "on_one")


def corrected(
    algorithm: Algorithm,
    base: Base,
    arguments: tuple[Expr, ...],
    conventions: Conventions,
    with_blocks: WithBlocks,
    found: Mapping[str, Bounded],
) -> dict[str, Bounded]:
    """Return what is told better of a recursion with memoised calls, or must be told with more care.

    Parameters
    ----------
    algorithm : Algorithm
        Checked, without calls to others.
    base : Base
    arguments : tuple of Expr
        The smaller sizes that are called.
    conventions : Conventions
    with_blocks : callable
        Puts blocks in the place of the calls, by size.
    found : mapping
        Its figures as they are told of all graphs.
    """
    before = name(base.size) - 1
    if not all(_waits(Scope(algorithm), before)):
        return {"span": found["span"].loosened(), "threads": found["threads"].times(2).loosened()}
    told = (
        memoised_level(algorithm, base, arguments, conventions, with_blocks) if before in arguments else None
    )
    return {} if told is None else _of_all(told, base, algorithm.domain)


def _waits(scope: Scope, before: Expr) -> list[bool]:
    """Say of each node that is no call whether it waits for a call at a size."""
    ancestors, found = Ancestors(), []
    calls = {v for v, kind in scope.kinds.items() if isinstance(kind, Call)}
    chain = {v for v in calls if before in dict(scope.kinds[v].sizes).values()}  # type: ignore[union-attr]
    for v in scope.order:
        ancestors.add(v, [*(o.node for o in scope.operands[v]), *scope.waits[v]])
        if v not in calls:
            found.append(any(ancestors.holds(c, v) for c in chain))
    return found


def _of_all(told: Told, base: Base, domain: Domain) -> dict[str, Bounded]:
    """Return the exact figures of all calls together, from those of each, where these do not differ."""
    found, calls = {}, name(base.size) - base.until
    for text in FIGURES:
        each = told.costs[text]
        if each.exact and base.size not in each.expr.names:
            kept = ZERO if text == "threads" else calls * told.words
            first = each.expr if text == "threads" else each.expr - told.words
            # In no calls there is nothing, and the words of so many results are 0 or less.
            found[text] = Bounded(maximum_of(0, kept) + guarded(first, calls, 1, domain))
    return found
