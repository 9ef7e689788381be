"""What is written into, and states: who takes the words of an array over.

A node that is the last to read an array may put what it makes in the place of its words (rule R4 of the
composition); else it makes an array of its own, that may name words of the other.
"""

from __future__ import annotations

from dataclasses import replace

from workdepth.graph.nodes import (
    Map,
    Repeat,
)
from workdepth.models.access import Reference, covers, whole
from workdepth.models.births import Births
from workdepth.models.bounded import ONE, ZERO
from workdepth.models.counts import copies
from workdepth.models.growing import leading_numbers
from workdepth.models.origin import Origin, made_by
from workdepth.models.scope import Array, array_of
from workdepth.models.storage import Deaths, Storage
from workdepth.models.travelling import number_stays
from workdepth.models.waves import wave_of
from workdepth.symbolic import Expr, nonnegative


class Renewals(Births):
    """The arrays of one scope, of which some take the place of others."""

    def _renewed(self, node: str, kind: Map, deaths: Deaths) -> None:
        assert kind.into is not None
        array = (node, 0)
        base = self.holds[array_of(self.scope.operands[node][kind.into])]
        origins = [made_by(self.scope, kind, k) for k in range(len(kind.at))]
        own = sum(1 for o in origins if o.own)
        made = copies(kind.over, self.domain).times(self.scale * own)
        full = whole(self.scope.shape(array), self.scale)
        foreign = {p for o in origins for p in o.ports if p != kind.into}
        if not base:
            part = full if made.expr == full.words else None
            if not own and self._names_all(array, node, kind, origins):
                return
            self._born(array, Storage(made.expr, part, True, exact=made.exact), deaths)
            self._also_names(array, node, foreign, deaths)
            return
        if self._takes_over(node, kind.into, base):
            deaths.moved.add((node, kind.into))
            if not self._keeps_overwritten(node, kind, base[0][0]):
                self._also_output(base[0][0], deaths)
            self._drop(base[0][0], array, Storage(full.words, full, ends=True), deaths)
            self._also_names(array, node, foreign, deaths)
            return
        self._born(array, Storage(made.expr, None, ends=True, exact=False), deaths)
        self.holds[array] = (*self.holds[array], *base)
        self._also_names(array, node, foreign, deaths)
        deaths.loosen(self.rank[node], array, *(k for k, _ in base if self._matters(k)))

    def _names_all(self, array: Array, node: str, kind: Map, origins: list[Origin]) -> bool:
        """Let an array of numbers name all words of one operand, each once, if that is all that is written."""
        (made, *others) = origins
        if others or made.index is None or len(made.ports) != 1 or array in self._streamed:
            return False
        operand = self.scope.operands[node][next(iter(made.ports))]
        held = self.holds[array_of(operand)]
        if len(held) != 1 or operand.index or (array_of(operand), held[0][0]) not in self._faithful:
            return False
        part = self.storages[held[0][0]].part
        if part is None or part.numbers or part.starts or not covers(part, Reference(made.index, kind.over)):
            return False
        self.holds[array] = held
        self._among_numbers.add((array, held[0][0]))
        return True

    def _also_names(self, array: Array, node: str, ports: set[int], deaths: Deaths) -> None:
        """Let an array that is written into keep alive what it may name from other operands."""
        for port in sorted(ports):
            named = self.holds[array_of(self.scope.operands[node][port])]
            self.holds[array] = (*self.holds[array], *named)
            deaths.loosen(self.rank[node], array, *(k for k, _ in named if self._matters(k)))

    def _takes_over(self, node: str, operand: int, held: tuple[tuple[object, Expr], ...]) -> bool:
        """Say whether the node may take the words of an operand over: they are whole, and end in it alone."""
        if len(held) != 1 or not self._ending_at(held[0][0], node) or self._may_leave_later(held[0][0]):
            return False
        key = held[0][0]
        storage = self.storages[key]
        rank = self.rank[node]
        others = [r for r in self.readers(key) if self.rank[r[0]] == rank and r[:2] != (node, operand)]
        part = storage.part
        complete = (
            part is not None
            and part.free == frozenset(range(len(part.shape)))
            and part.scale == self.scale
            and not part.numbers
            and not part.starts
        )
        array = array_of(self.scope.operands[node][operand])
        named_once = (array, key) in self._faithful
        return complete and not others and named_once

    def _also_output(self, key: object, deaths: Deaths) -> None:
        """Count elements that an output names apart from the array that is taken over."""
        shares = [w for a in self._arrays_of(key) for w in self._parts.get(a, [])]
        if shares:
            deaths.gained = deaths.gained + sum(shares, ZERO)
            deaths.loosen(self.first(key))

    def _keeps_overwritten(self, node: str, kind: Map, key: object) -> bool:
        """Say whether all that outputs name of an array is the word that a number is written over, for good."""
        if self.scale != ONE or len(self._arrays_of(key)) != 1 or len(kind.at) != 1:
            return False
        (array,) = self._arrays_of(key)
        named = [self.scope.operands[o][0] for o in self.scope.outputs]
        indices = [o.index for o in named if array_of(o) == array]
        return indices == [kind.at[0]] and not self._streamed and number_stays(self.scope, node, self.domain)

    def _drop(self, key: object, array: Array, successor: Storage, deaths: Deaths) -> None:
        """Let ``successor`` take the place of a storage."""
        old = self.storages.pop(key)
        self._doubts.passed(key, array)
        if array in self._streamed or (array in self._parts and not self._reads.get(array)):
            deaths.loosen(self.rank[array[0]])
        for a in self._arrays_of(key):
            self.holds[a] = tuple(h for h in self.holds[a] if h[0] != key)
        self._hold(array, array, replace(successor, exact=old.exact and successor.exact))

    def _scattered(self, node: str, deaths: Deaths) -> None:
        """Give a scatter its array: the words of the base, where they end here, or words of its own."""
        array, held = (node, 0), self.holds[array_of(self.scope.operands[node][0])]
        full = whole(self.scope.shape(array), self.scale)
        if self._takes_over(node, 0, held) and not self.scope.operands[node][0].index:
            deaths.moved.add((node, 0))
            self._also_output(held[0][0], deaths)
            self._drop(held[0][0], array, Storage(full.words, full, ends=True), deaths)
            return
        if held:
            deaths.loosen(self.rank[node], array)
        self._fresh(array, deaths)

    def _state(self, node: str, kind: Repeat, out: int, deaths: Deaths) -> None:
        array = (node, out)
        held = self.holds[array_of(self.scope.operands[node][out])]
        wave = wave_of(self.scope, node, out, self.domain)
        if wave is not None:
            # What no round writes keeps its name.
            self._born(array, Storage(wave.words * self.scale, None, ends=True, exact=False), deaths)
            self.holds[array] = (*self.holds[array], *held)
            deaths.loosen(self.rank[node], array, *(k for k, _ in held if self._matters(k)))
            return
        part = whole(self.scope.shape(array), self.scale, leading_numbers(self.scope, node, out, self.domain))
        made = Storage(part.words, part, ends=True)
        if held and self._takes_over(node, out, held) and not self.scope.operands[node][out].index:
            deaths.moved.add((node, out))
            self._also_output(held[0][0], deaths)
            self._drop(held[0][0], array, made, deaths)
            return
        self._born(array, made, deaths)
        if held and not nonnegative(kind.times - 1, self.domain):
            deaths.loosen(self.rank[node], array)
