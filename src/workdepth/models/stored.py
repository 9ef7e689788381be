"""The arrays of a scope and their words: which array names words of which storage, who reads them, and when.

The nodes of a scope are given in *groups* that follow each other in time (one node each on the RAM, one step or
phase on the GPU).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from workdepth.graph.nodes import (
    Apply,
    Constant,
    Empty,
    Index,
    Input,
    Literal,
    Port,
    Position,
)
from workdepth.graph.scope import Operand
from workdepth.models.access import Reference, references_of, whole
from workdepth.models.doubts import Doubts
from workdepth.models.naming import Holds
from workdepth.models.scope import Array, Read, Scope, array_of
from workdepth.models.settling import settles
from workdepth.models.storage import NEVER, Entry, Storage, element_key
from workdepth.symbolic import Domain, Expr, nonnegative

NOT_TOLD: Mapping[str, Expr] = {}


class Stored:
    """The arrays of one scope, their words and their readers.

    Parameters
    ----------
    scope : Scope
        The scope.
    rank : mapping
        The group of each node that does something.
    entries : mapping
        What is known of the sources of the scope, by node.
    scale : Expr
        How many copies of the scope run in lockstep.
    domain : Domain
        What is known of sizes and loop indices.
    streamed : frozenset of int
        The outputs that leave once they are made.
    """

    def __init__(
        self,
        scope: Scope,
        rank: Mapping[str, int],
        entries: Mapping[str, Entry],
        scale: Expr,
        domain: Domain,
        streamed: frozenset[int] = frozenset(),
    ) -> None:
        self.scope, self.rank, self.scale, self.domain = scope, rank, scale, domain
        self.storages: dict[object, Storage] = {}
        self.holds = Holds()
        self._number: dict[object, int] = {}  # the order in which storages came
        self._last: dict[object, float] = {}  # the group of the last reader, where no name has changed since
        self._due: dict[float, set[object]] = {}  # by the group of the last reader, as it was once
        self._wanted: dict[float, set[object]] = {}  # the same of the first reader, of what is loaded
        self._faithful: set[tuple[Array, object]] = set()  # arrays that name each word of a storage once
        self._among_numbers: set[tuple[Array, object]] = set()  # the same, with numbers beside the words
        self._reads = self._read_table()
        self._tilings: dict[Array, bool] = {}
        self._doubts = Doubts()
        self._ends: Mapping[str, Expr] = NOT_TOLD
        self._brief = False
        self._outputs = {array_of(scope.operands[o][0]): k for k, o in enumerate(scope.outputs)}
        self._streamed = {array_of(scope.operands[scope.outputs[k]][0]) for k in streamed}
        for node in scope.sources:
            self._source(node, entries.get(node))
        self._kept: set[Array] = set()
        self._parts: dict[Array, list[Expr]] = {}
        for k, o in enumerate(scope.outputs):
            self._named(scope.operands[o][0], k in streamed)

    def _named(self, operand: Operand, streamed: bool) -> None:
        """Note what an output keeps: a whole array, or (what is left of) some elements of it."""
        array = array_of(operand)
        held = self.holds.get(array, ())
        part = self.storages[held[0][0]].part if len(held) == 1 else None
        free = part.free if part is not None else frozenset(range(len(operand.index)))
        if streamed:
            return
        if any(d in free for d in range(len(operand.index))):
            rest = whole(self.scope.shape(array)[len(operand.index) :], self.scale)
            self._parts.setdefault(array, []).append(rest.words)
        else:
            self._kept.add(array)

    # What is known before the first group

    def _read_table(self) -> Mapping[Array, list[Read]]:
        scope = self.scope
        return scope.reads if tuple(self.rank) == scope.order else scope.read_by(self.rank)

    def _source(self, node: str, entry: Entry | None) -> None:
        kind = self.scope.kinds[node]
        array = (node, 0)
        if isinstance(kind, Literal | Index | Empty) or entry is None or entry.literal:
            self.holds[array] = ()
            if entry is None and isinstance(kind, Port | Input | Constant):
                part = whole(self.scope.shape(array))
                self._hold(array, node, Storage(part.words, part, ends=False))
            return
        stored = Storage(
            entry.part.words, entry.part, entry.dies, entry.loads, at=entry.at, needs=entry.needs
        )
        self._hold(array, node, stored)
        for k, other in enumerate(entry.more):
            words = other.part
            one = Storage(words.words, words, other.dies, other.loads, at=other.at, needs=other.needs)
            before = self.holds[array]
            self._hold(array, element_key(node, k), one)
            self.holds[array] = (*before, *self.holds[array])

    def _hold(self, array: Array, key: object, storage: Storage) -> None:
        self.storages[key] = storage
        self._number[key] = len(self._number)
        self.holds[array] = ((key, storage.words),)
        self._faithful.add((array, key))

    # Who reads what, and when

    def _arrays_of(self, key: object) -> list[Array]:
        return self.holds.of(key)

    def readers(self, key: object) -> list[tuple[str, int, Position]]:
        """Return (node, operand, index) of all that read words of a storage."""
        at = self.storages[key].at
        found = [r for a in self._arrays_of(key) for r in self._reads.get(a, [])]
        return [r for r in found if at is None or r[2] in at or self._is_composite(r[0])]

    def _is_composite(self, node: str) -> bool:
        return not isinstance(self.scope.kinds[node], Apply)

    def last(self, key: object) -> float:
        """Return the group of the last reader of a storage; ``NEVER`` where an output keeps it."""
        found = self._last.get(key)
        return self._last_reader(key) if found is None or self.holds.has_changed(key) else found

    def _last_reader(self, key: object) -> float:
        if any(a in self._kept for a in self._arrays_of(key)) and self.storages[key].at is None:
            return NEVER
        return max((self.rank[r[0]] for r in self.readers(key)), default=-1)

    def first(self, key: object) -> float:
        """Return the group of the first reader of a storage."""
        return min((self.rank[r[0]] for r in self.readers(key)), default=NEVER)

    def _matters(self, key: object) -> bool:
        """Say whether the scope accounts for when a storage ends, or comes; else a name of it makes no difference."""
        storage = self.storages[key]
        return storage.ends or storage.loads

    def _ending_at(self, key: object, node: str) -> bool:
        return self.storages[key].ends and self.last(key) == self.rank[node]

    def _references(self, node: str, position: int, index: Position) -> list[Reference]:
        if not self._is_composite(node):
            return [Reference(index, ())]
        return [replace(r, index=index + r.index) for r in references_of(self.scope.kinds[node], position)]

    def _all_references(self, reads: list[Read]) -> list[Reference]:
        return [ref for v, p, index in reads for ref in self._references(v, p, index)]

    def _may_only_name(self, ref: Reference) -> bool:
        if ref.role == "leaf":
            return not nonnegative(ref.loops[-1].extent - 2, self.domain)
        return ref.role == "name"

    def _may_leave_later(self, key: object) -> bool:
        """Say whether a streamed output may last longer than its readers, who may need no step at all."""
        if not any(a in self._streamed for a in self._arrays_of(key)):
            return False
        return any(
            settles(self.scope, v) or any(self._may_only_name(r) for r in self._references(v, p, index))
            for v, p, index in self.readers(key)
        )
