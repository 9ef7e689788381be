"""Calls of one body that do not wait for each other: copies of it, opened and written down together.

Note [Siblings].  The eight products of a matrix product by quarters are one body at one size.  Taken one by one,
all eight would be opened at every level: thousands of bodies for a handful of sizes.  As copies of one body they
are rows of one frame, like those of a map, though each has operands of its own, and its block of ids stands where
it stands in program order.  Only the order in which edges are written down differs: a call comes after all that
does not need it, and before all that does.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from workdepth.graph.nodes import Enclosed

if TYPE_CHECKING:
    from workdepth.graph.scope import Scope, Step


@dataclass(frozen=True)
class Arranged:
    """The steps of a body in an order in which they can be written down, and which of them are siblings.

    Attributes
    ----------
    order : tuple of Step
        Each after those that it reads or waits for.
    siblings : mapping
        For each call that has some, the names of all of them, in program order.
    """

    order: tuple[Step, ...]
    siblings: Mapping[str, tuple[str, ...]]


def arranged(scope: Scope) -> Arranged:
    """Return a body with its calls of one body brought together."""
    rank: dict[str, tuple[int, bool]] = {}
    calls: dict[tuple[int, int], list[str]] = {}
    for name, step in scope.steps.items():
        level = max((_after(rank[node]) for node in _before(step)), default=0)
        rank[name] = level, _joins(scope, step)
        if rank[name][1]:
            calls.setdefault((level, id(step.body)), []).append(name)
    siblings = {name: tuple(names) for names in calls.values() if len(names) > 1 for name in names}
    if not siblings:
        return Arranged(tuple(scope.steps.values()), {})
    return Arranged(tuple(sorted(scope.steps.values(), key=lambda step: rank[step.name])), siblings)


def _before(step: Step) -> Iterable[str]:
    return (*(operand.node for operand in step.operands), *step.order)


def _after(rank: tuple[int, bool]) -> int:
    """Return the least level of a step that needs one of this rank: calls end their level."""
    level, is_call = rank
    return level + is_call


def _joins(scope: Scope, step: Step) -> bool:
    """Say whether a step is a call that can be taken with others: nothing else waits, and it decides nothing."""
    return (
        isinstance(step.kind, Enclosed)
        and not step.kind.decides
        and not step.order
        and step.name not in scope.ordered
    )
