"""What the nodes of a scope make: words of their own, or names of words of others."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import replace

from workdepth.graph.nodes import (
    Fold,
    Map,
    Repeat,
    Scan,
)
from workdepth.models.access import Reference, covers, whole
from workdepth.models.bounded import ONE, ZERO
from workdepth.models.called import Called
from workdepth.models.guards import indicator
from workdepth.models.origin import Origin, made_by, may_name
from workdepth.models.scope import Array, array_of
from workdepth.models.shared import goes_first, leaves_array
from workdepth.models.storage import NEVER, Deaths, Storage
from workdepth.models.stored import Stored
from workdepth.models.tiling import Tile, tiles
from workdepth.symbolic import nonnegative, simplify

TILE = "tile"


class Births(Stored):
    """The arrays of one scope, to which its nodes add what they make."""

    def _fresh(self, array: Array, deaths: Deaths, exact: bool = True) -> None:
        part = whole(self.scope.shape(array), self.scale)
        self._born(array, Storage(part.words, part, ends=True, exact=exact), deaths)

    def _called(self, node: str, kind: Called, deaths: Deaths) -> None:
        """Give a call that is told exactly its words, if they are not numbers."""
        for out in range(len(self.scope.body.nodes[node]["shapes"])):
            if kind.share == ZERO:
                self.holds[node, out] = ()
            else:
                self._fresh((node, out), deaths, exact=kind.share == ONE)

    def _born(self, array: Array, storage: Storage, deaths: Deaths) -> None:
        if self._only_streamed(array) and self._may_be_name(array):
            # Over one leaf it is a name of what was there before, which leaves no sooner than after the first step.
            deaths.loosen(self._since_named(array))
            self._hold(array, array, replace(storage, ends=False))
            return
        if self._only_streamed(array) and self._may_have_names(array):
            deaths.loosen(self._since_named(array))
        if not self._reads.get(array) and array not in self._kept and array not in self._parts:
            # Nobody reads it: streamed, it leaves after the step that makes it; unnamed, it dies at its birth.
            (deaths.transient if array in self._streamed else deaths.unread).add(array)
            self.holds[array] = ()
            return
        if array in self._parts and not self._reads.get(array):
            self._partly_named(array, deaths)
        if array in self._streamed and self.scope.shape(array):
            deaths.loosen(self.rank[array[0]])  # elements that nobody reads leave sooner than the others
        self._hold(array, array, storage)

    def _partly_named(self, array: Array, deaths: Deaths) -> None:
        """Note that only some elements of an array are named, or none: the others may go before the group ends."""
        node, out = array
        kind = self.scope.kinds[node]
        if isinstance(kind, Repeat):
            made = made_by(self.scope, kind, out)
            if made.own and not made.ports:  # each round makes it anew, so only the last one differs
                deaths.partial.add(array)
                deaths.loosen(self.rank[node] + 1)
                return
        deaths.loosen(self.rank[node])

    def _only_streamed(self, array: Array) -> bool:
        return array in self._streamed and not any(
            (self._reads.get(array), array in self._kept, array in self._parts)
        )

    def _may_be_name(self, array: Array) -> bool:
        """Say whether a fold may be over one leaf that is only a name."""
        kind = self.scope.kinds[array[0]]
        if not isinstance(kind, Fold) or nonnegative(kind.over.extent - 2, self.domain):
            return False
        return bool(may_name(self.scope.inner(kind.body), array[1], self.domain))

    def _may_have_names(self, array: Array) -> bool:
        """Say whether a map may be of folds over one leaf that is only a name."""
        kind = self.scope.kinds[array[0]]
        if not isinstance(kind, Map) or kind.into is not None:
            return False
        return bool(may_name(self.scope.inner(kind.body), array[1], self.domain))

    def _since_named(self, array: Array) -> float:
        """Return the first group from which a fold's leaf may be gone, if it is alone and leaves by this name."""
        node, out = array
        kind = self.scope.kinds[node]
        assert isinstance(kind, Fold | Map)
        ports = may_name(self.scope.inner(kind.body), out, self.domain)
        keys = {k for p in ports for k, _ in self.holds[array_of(self.scope.operands[node][p])]}
        born = [self._since(k) for k in keys]
        others = any(r[0] != node for k in keys if k in self.storages for r in self.readers(k))
        at_once = not others and all(b == self.rank[node] - 1 for b in born)
        return self.rank[node] + 1 if at_once else min(born, default=-1)

    def _since(self, key: object) -> int:
        """Return the group that makes the words of a storage; -1 where these may be there before the first."""
        return self.rank.get(key[0], -1) if isinstance(key, tuple) and key[1] != TILE else -1

    def _mapped(self, node: str, kind: Map, out: int, deaths: Deaths) -> None:
        made = made_by(self.scope, kind, out)
        array = (node, out)
        if made.own:
            self._fresh(array, deaths, exact=not made.ports)
            if made.ports:
                deaths.loosen(self.rank[node], array)
        else:
            self.holds[array] = ()
        for port in made.ports:
            self._name(array, node, kind, port, made, deaths)

    def _name(self, array: Array, node: str, kind: Map, port: int, made: Origin, deaths: Deaths) -> None:
        """Let an array name words of an operand; exact where it names each of them once."""
        operand = self.scope.operands[node][port]
        if self._tiled(array_of(operand), deaths):
            tile = node, TILE
            self._hold(array, tile, self.storages[tile])
            return
        for key, words in self.holds[array_of(operand)]:
            part = self.storages[key].part
            all_of_it = (
                made.index is not None
                and part is not None
                and len(self.holds[array_of(operand)]) == 1
                and not operand.index
                and covers(part, Reference(made.index, kind.over))
                and words == whole(self.scope.shape(array), self.scale).words
            )
            if all_of_it:
                self._faithful.add((array, key))
            elif self._matters(key):
                deaths.loosen(self.first(key), key)
            self.holds[array] = (*self.holds[array], (key, words))

    def _tiled(self, array: Array, deaths: Deaths) -> bool:
        """Say whether an array falls into tiles, each under its own name; see Note [Tiles]."""
        if array not in self._tilings:
            self._tilings[array] = bool(self._divide(array, deaths))
        return self._tilings[array]

    def _divide(self, array: Array, deaths: Deaths) -> tuple[Tile, ...]:
        """Follow the tiles of an array apart, from the first of their names on; what no tile has goes then."""
        held = self.holds[array]
        if len(held) != 1 or array in self._kept or array in self._parts or array in self._streamed:
            return ()
        key = held[0][0]
        storage = self.storages[key]
        plain = whole(self.scope.shape(array), self.scale)
        if not storage.ends or storage.loads or storage.at is not None or storage.part != plain:
            return ()
        if self._arrays_of(key) != [array] or (array, key) not in self._faithful:
            return ()
        found = tiles(self.scope, array, self._reads.get(array, []), self.domain)
        for tile in found:
            part = whole(self.scope.shape((tile.node, 0)), self.scale)
            self.storages[tile.node, TILE] = replace(storage, words=part.words, part=part)
        if found:
            left = storage.words - sum((self.storages[tile.node, TILE].words for tile in found), ZERO)
            if simplify(left, self.domain) != ZERO:
                deaths.late = deaths.late + left
                deaths.loosen(-1)  # it was gone from the start
            self.holds[array] = ()
            del self.storages[key]
        return found

    def _folded(self, node: str, kind: Fold, deaths: Deaths) -> None:
        """Give a fold its words.  Over one leaf that only names a word of another array it makes none."""
        outs = range(kind.op.results)
        if nonnegative(kind.over.extent - 2, self.domain) or not any(
            self._leaf_named(node, kind, k) for k in outs
        ):
            for out in outs:
                self._fresh((node, out), deaths)
        elif all(self._leaf_named(node, kind, k) and not self._outlives(node, kind, k) for k in outs):
            deaths.alias[node] = indicator(kind.over.extent, 2, self.domain)
            for out in outs:
                part = whole((), self.scale * deaths.alias[node])
                self._born((node, out), Storage(part.words, part, ends=True), deaths)
        else:
            # With one leaf the word would live on by this name: count it here, as if it were a copy.
            deaths.loosen(self.rank[node], *((node, out) for out in outs))
            for out in outs:
                self._fresh((node, out), deaths)

    def _scanned(self, node: str, kind: Scan, deaths: Deaths) -> None:
        """Give a scan an array of words: as if its first prefix, a name of its first leaf, were a copy."""
        if self._shares_first(node, kind):
            deaths.alias[node] = kind.over.extent - 1
            part = whole(self.scope.shape((node, 0)), self.scale, numbers=1)
            self._born((node, 0), Storage(part.words, part, ends=True), deaths)
            return
        owned = all(not self._leaf_named(node, kind, out) for out in range(kind.op.results))
        if not (owned and kind.inclusive):
            deaths.loosen(self.rank[node], *((node, out) for out in range(kind.op.results)))
        for out in range(kind.op.results):
            self._fresh((node, out), deaths)

    def _shares_first(self, node: str, kind: Scan) -> bool:
        """Say whether the first prefix is a name of a leaf that surely lives as long; see Note [Shared]."""
        leaves, prefixes = leaves_array(self.scope, node, kind), (node, 0)
        if leaves is None or any(a in kept for a in (leaves, prefixes) for kept in self._all_kept()):
            return False
        held = self.holds[leaves]
        if (
            len(held) != 1
            or self._arrays_of(held[0][0]) != [leaves]
            or (leaves, held[0][0]) not in self._faithful
        ):
            return False
        stored, end = self.storages[held[0][0]], self.last(held[0][0])
        part = stored.part
        whole_words = stored.ends and stored.exact and stored.at is None and part is not None
        if not whole_words or part is None or part.numbers or part.starts or len(part.free) != 1:
            return False
        reads = self._reads.get(prefixes, [])
        if not reads or any(self.rank[v] > end for v, _, _ in reads):
            return False
        last = [v for a in (leaves, prefixes) for v, _, _ in self._reads[a] if self.rank[v] == end]
        earlier = [v for v, _, _ in reads if self.rank[v] < end]
        return goes_first(self.scope, prefixes, leaves, last, earlier)

    def _all_kept(self) -> tuple[Container[Array], ...]:
        return self._kept, self._parts, self._streamed

    def _leaves(self, node: str, kind: Fold | Scan, out: int) -> set[object]:
        """Return the storages that a leaf of a fold may name."""
        ports = made_by(self.scope, kind, out).ports
        return {k for p in ports for k, _ in self.holds[array_of(self.scope.operands[node][p])]}

    def _leaf_named(self, node: str, kind: Fold | Scan, out: int) -> bool:
        held = self._leaves(node, kind, out)
        own = made_by(self.scope, kind, out).own
        return not own and not (held and all(self._ending_at(k, node) for k in held))

    def _outlives(self, node: str, kind: Fold, out: int) -> bool:
        """Say whether a result may be read later than the words that it would name."""
        if (node, out) in self._kept or (node, out) in self._parts:
            return True
        later = max((self.rank[r[0]] for r in self._reads.get((node, out), [])), default=NEVER)
        return any(self.last(k) < later for k in self._leaves(node, kind, out))
