"""The words of a scope as they are followed: what a scope is told, what is stored, what dies in a group."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from workdepth.graph.nodes import Position
from workdepth.models.access import Slice
from workdepth.models.bounded import ZERO, Bounded
from workdepth.models.scope import Array
from workdepth.symbolic import Expr

NEVER = math.inf
#: The group from which on words are in doubt, and the storages that end it, all of them; none: it never ends.
Doubt = tuple[float, tuple[object, ...]]
_PART = "\0"  # in no name of a node


@dataclass(frozen=True)
class Entry:
    """What a scope is told of one port: the part that it accounts for, and whether it dies or is loaded in it.

    ``at``, where given, restricts the part to the elements at these indices; other references are to other
    elements, and the figures are exact where the last reader reads those of ``needs``.  ``literal`` says that
    there are no words at all.  ``more`` are further parts of the same port, that die each for itself.
    """

    part: Slice
    dies: bool = False
    loads: bool = False
    at: tuple[Position, ...] | None = None
    needs: tuple[Position, ...] = ()
    literal: bool = False
    more: tuple[Entry, ...] = ()


def element_key(node: str, number: int) -> str:
    """Return the name of a further part of a source; see :func:`source_of`."""
    return f"{node}{_PART}{number}"


def source_of(key: str) -> str:
    """Return the source that a part of it belongs to.

    Examples
    --------
    >>> source_of(element_key("port0", 1)), source_of("port0")
    ('port0', 'port0')
    """
    return key.partition(_PART)[0]


@dataclass(frozen=True)
class Storage:
    """Some words that are born and die together: ``part`` where their shape is known, else only their number."""

    words: Expr
    part: Slice | None
    ends: bool
    loads: bool = False
    exact: bool = True
    at: tuple[Position, ...] | None = None
    needs: tuple[Position, ...] = ()


@dataclass
class Deaths:
    """What dies in a group.

    Attributes
    ----------
    dying, loading : dict
        For each node and operand, the part that dies in it or is loaded by it.
    late : Bounded
        Words that are let go when the group has ended, because no node of it could be told to.
    moved : set of (node, operand)
        Operands that the node takes over: the base of a map, the state of a repeat.
    transient : set of (node, out)
        Results that nobody reads and that leave after the step that makes them.
    unread : set of (node, out)
        Results that nobody reads or names: they die at their birth.
    gained : Expr
        Words that are counted in two places from the end of the group on.
    partial : set of (node, out)
        States of which only some elements are named, and none read: in the last round the others go early.
    alias : dict
        For folds over one leaf that is only a name: the words they make, 0 or 1.
    doubts : list
        Since when, and until the end of which storages, words may be fewer than told: see Note [Doubts].
    """

    dying: dict[str, dict[int, Slice]] = field(default_factory=dict)
    loading: dict[str, dict[int, Slice]] = field(default_factory=dict)
    late: Bounded = field(default_factory=lambda: Bounded(ZERO))
    moved: set[tuple[str, int]] = field(default_factory=set)
    transient: set[Array] = field(default_factory=set)
    unread: set[Array] = field(default_factory=set)
    gained: Expr = ZERO
    partial: set[Array] = field(default_factory=set)
    alias: dict[str, Expr] = field(default_factory=dict)
    doubts: list[Doubt] = field(default_factory=list)

    def concern(self, node: str) -> bool:
        """Say whether a node is told anything: else it is as if nothing died."""
        tables = (self.dying, self.loading, self.alias)
        sets = (self.moved, self.transient, self.unread)
        return (
            bool(self.partial)
            or any(node in t for t in tables)
            or any(v == node for found in sets for v, _ in found)
        )

    def loosen(self, since: float, *until: object) -> None:
        """Note that words are kept too long, from the group ``since`` to the end of some storages, or of all."""
        self.doubts.append((since, until))
