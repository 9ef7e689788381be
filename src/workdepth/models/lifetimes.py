"""The life of every array of a scope: where its words come from, who reads them last, who takes them over.

The nodes of a scope are given in *groups* that follow each other in time (one node each on the RAM, one step or
phase on the GPU).  ``Lifetimes`` walks the groups and tells, for each, which words die in which node.  It is
sound always: what it cannot tell exactly it keeps too long, and says so.
"""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import replace

from workdepth.graph.nodes import (
    COMPOSITES,
    Apply,
    Block,
    Branch,
    Constant,
    Empty,
    Fold,
    Gather,
    Index,
    Input,
    Literal,
    Map,
    Port,
    Position,
    Repeat,
    Scan,
    Scatter,
    Solved,
)
from workdepth.graph.scope import Operand
from workdepth.models.access import Reference, Slice, covered, covers, references_of, whole
from workdepth.models.bounded import ONE, ZERO, Bounded
from workdepth.models.called import Called
from workdepth.models.choices import own_results, yields_own
from workdepth.models.counts import copies
from workdepth.models.cutting import windowed
from workdepth.models.doubts import Doubts
from workdepth.models.growing import leading_numbers
from workdepth.models.guards import indicator
from workdepth.models.naming import Holds
from workdepth.models.origin import Origin, made_by, may_name
from workdepth.models.scope import Array, Read, Scope, array_of
from workdepth.models.settling import settles
from workdepth.models.shared import goes_first, leaves_array
from workdepth.models.storage import NEVER, Deaths, Entry, Storage, element_key
from workdepth.models.tiling import Tile, tiles
from workdepth.models.travelling import number_stays
from workdepth.models.waves import wave_of
from workdepth.symbolic import Domain, Expr, nonnegative

NOT_TOLD: Mapping[str, Expr] = {}
TILE = "tile"


class Lifetimes:
    """The arrays of one scope while its groups pass by.

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

    # The walk

    def unread(self) -> Bounded:
        """Return the words that end in the scope but that nothing in it reads or keeps: they go at the start."""
        gone, exact = ZERO, True
        for key, storage in list(self.storages.items()):
            arrays = self._arrays_of(key)
            named = any(a in self._kept or a in self._parts for a in arrays)
            if not storage.ends or storage.loads or named or self.readers(key):
                continue
            if any(a in self._streamed for a in arrays):
                exact = False  # it is there for the first step, then it leaves; counted to the end
                continue
            gone = gone + storage.words
            self.storages[key] = replace(storage, ends=False)
        return Bounded(gone, exact)

    def enter(
        self, group: int, nodes: tuple[str, ...], ends: Mapping[str, Expr] = NOT_TOLD, brief: bool = False
    ) -> Deaths:
        """Account for one group: give its results their words, and tell what dies in it.

        ``ends`` tells when each node of the group ends, where that is known; ``brief`` that a composite among
        several nodes lasts one step, so that what dies in it dies at its end.
        """
        deaths = Deaths()
        self._ends, self._brief = ends, brief
        self._file()
        starting = [k for k in self._wanted.get(group, ()) if k in self.storages and self.first(k) == group]
        for key in sorted(starting, key=self._number.__getitem__):
            self._assign(key, group, deaths, "loading")
        before = self._ending(group)  # a name made in this group may keep some of these
        for node in nodes:
            self._results(node, deaths)
            for array in [a for a in deaths.unread if a[0] == node and self._is_composite(node)]:
                self._partly_named(array, deaths)
        for key in dict.fromkeys([*before, *self._ending(group)]):
            if key in self.storages:
                self._end(key, group, deaths)
        for node in nodes:
            kind = self.scope.kinds[node]
            if isinstance(kind, Solved):
                self._yielded(node, kind, deaths)
        self._doubts.add(deaths.doubts)
        return deaths

    def _yielded(self, node: str, kind: Solved, deaths: Deaths) -> None:
        """Note that what a call yields may be names of its operands, where these do not all end in it."""
        gone = sum((part.words for part in deaths.dying.get(node, {}).values()), ZERO)
        if not yields_own(self.scope, node, kind, gone, self.scale):
            outs = range(len(self.scope.body.nodes[node]["shapes"]))
            deaths.loosen(self.rank[node], *((node, out) for out in outs))

    def sure(self, group: float) -> bool:
        """Say, when all groups have passed, whether the words of one were exact; see Note [Doubts]."""
        return self._doubts.sure(group)

    def sure_after(self) -> bool:
        """Say whether the words that are left when all groups have passed are exact."""
        return self._doubts.sure(NEVER)

    def _matters(self, key: object) -> bool:
        """Say whether the scope accounts for when a storage ends, or comes; else a name of it makes no difference."""
        storage = self.storages[key]
        return storage.ends or storage.loads

    def _ending(self, group: int) -> list[object]:
        self._file()
        some = (k for k in self._due.get(group, ()) if k in self.storages and self.storages[k].ends)
        return sorted((k for k in some if self.last(k) == group), key=self._number.__getitem__)

    def _file(self) -> None:
        """File the storages whose arrays have changed by the groups of their last and first readers."""
        for key in self.holds.changed():
            if key in self.storages:
                last = self._last[key] = self._last_reader(key)
                self._due.setdefault(last, set()).add(key)
                if self.storages[key].loads:
                    self._wanted.setdefault(self.first(key), set()).add(key)

    def _end(self, key: object, group: int, deaths: Deaths) -> None:
        storage = self.storages[key]
        if self._may_leave_later(key):
            self.storages[key] = replace(storage, ends=False)
            deaths.loosen(self.first(key))
            return
        named = any(self._parts.get(a) for a in self._arrays_of(key))
        if self.last(key) == group and not (named and storage.at is None):
            self._assign(key, group, deaths, "dying")
            self.storages[key] = replace(storage, ends=False)
            self._doubts.end(key, group)
            return
        # A name made in this group lives on: it inherits the words that it names, the rest goes.
        inherited = ZERO
        heirs = 0
        for array in self._arrays_of(key):
            held = self.holds[array]
            last = max((self.rank[r[0]] for r in self._reads.get(array, [])), default=-1)
            if last > group or array in self._kept:
                share = sum((w for k, w in held if k == key), ZERO)
                inherited, heirs = inherited + share, heirs + (share != 0)
            else:
                # An output names some elements of an array that is not read any more.
                inherited = inherited + sum(self._parts.get(array, []), ZERO)
                heirs += len(self._parts.get(array, []))
        if heirs > 1 or not nonnegative(storage.words - inherited, self.domain):
            inherited, exact = storage.words, inherited == storage.words and heirs == 1
        else:
            exact = inherited == storage.words
        deaths.late = deaths.late + (storage.words - inherited)
        if not exact:
            deaths.loosen(self.first(key), key)
        part = storage.part if inherited == storage.words and heirs == 1 else None
        self.storages[key] = replace(storage, words=inherited, part=part, exact=storage.exact and exact)

    def _may_leave_later(self, key: object) -> bool:
        """Say whether a streamed output may last longer than its readers, who may need no step at all."""
        if not any(a in self._streamed for a in self._arrays_of(key)):
            return False
        return any(
            settles(self.scope, v) or any(self._may_only_name(r) for r in self._references(v, p, index))
            for v, p, index in self.readers(key)
        )

    def _assign(self, key: object, group: int, deaths: Deaths, role: str) -> None:
        """Tell the one node of the group that reads the storage that it dies, or is loaded, there."""
        storage = self.storages[key]
        reads = [r for r in self.readers(key) if self.rank[r[0]] == group]
        targets = {r[0] for r in reads}
        if role == "dying":
            reads = self._latest(reads)
        node = reads[-1][0]
        operands = sorted({r[1] for r in reads if r[0] == node})
        composite = self._is_composite(node)
        if isinstance(self.scope.kinds[node], Gather | Scatter):
            operands = operands[
                :1
            ]  # what a gather reads twice it holds to its end; a scatter's steps read in turn
        if isinstance(self.scope.kinds[node], Branch) and operands[0] == 0:
            operands = (
                operands[1:] or operands
            )  # its start reads the condition, before any case reads the rest
        crowded = len(targets) > 1 and not self._together({r[0] for r in reads})
        named = any(not self._words_once(v, p, key) for v, p, _ in reads)
        if storage.part is None or named or crowded or (composite and len(operands) > 1):
            if role == "dying":
                deaths.late = deaths.late + storage.words
                early = any(_chooses(self.scope, v) for v, _, _ in reads)
                deaths.loosen(-1 if early else self.first(key), key)
            else:
                deaths.loosen(self.first(key))
                deaths.loading.setdefault(node, {})[operands[0]] = replace(whole((), storage.words), loops=())
            return
        table = deaths.dying if role == "dying" else deaths.loading
        table.setdefault(node, {})[operands[0]] = storage.part
        if role == "loading" and self._loaded_later(node, self._all_references(reads)):
            deaths.loosen(self.first(key))
        told, unread = self._told(storage.part, reads)
        if storage.at is not None:
            told = set(storage.needs) <= {r[2] for r in reads}
        if not (storage.exact and told):
            # Some of its words may never be read: then they are gone from the start.
            deaths.loosen(-1 if unread else self.first(key), key)

    def _told(self, part: Slice, reads: list[Read]) -> tuple[bool, bool]:
        """Say whether some reads surely take in all of a part, and whether one of them may take in less.

        It depends on the readers only, so see Note [Alike]; which of several is which node must be told apart.
        """
        kinds = [self.scope.kinds[r[0]] for r in reads]
        first = {id(kind): k for k, kind in reversed(list(enumerate(kinds)))}
        readers = tuple(
            (self.scope.alike.of(kind) if isinstance(kind, COMPOSITES) else None, first[id(kind)], r[1], r[2])
            for kind, r in zip(kinds, reads, strict=True)
        )
        key = "told", part, readers, self.domain
        if key not in self.scope.known:
            refs = self._all_references(reads)
            told = covered(part, refs) or windowed(part, refs, self.domain)
            self.scope.known[key] = told, any(r.role == "partial" for r in refs)
        found: tuple[bool, bool] = self.scope.known[key]
        return found

    def _all_references(self, reads: list[Read]) -> list[Reference]:
        return [ref for v, p, index in reads for ref in self._references(v, p, index)]

    def _words_once(self, node: str, position: int, key: object) -> bool:
        """Say whether a node finds each word of a storage once in an operand, where its indices say."""
        operand = self.scope.operands[node][position]
        if (array_of(operand), key) in self._faithful:
            return True
        # Among numbers the indices of the words are shifted: only what reads all of it is told.
        among = (array_of(operand), key) in self._among_numbers
        return among and not operand.index and isinstance(self.scope.kinds[node], Gather) and position == 0

    def _latest(self, reads: list[tuple[str, int, Position]]) -> list[tuple[str, int, Position]]:
        """Return the reads of one group that end last, if the ends are told; else all of them."""
        if len({r[0] for r in reads}) < 2 or not all(r[0] in self._ends for r in reads):
            return reads
        for end in {self._ends[r[0]] for r in reads}:
            if all(nonnegative(end - self._ends[r[0]], self.domain) for r in reads):
                return [r for r in reads if self._ends[r[0]] == end]
        return reads

    def _together(self, nodes: set[str]) -> bool:
        """Say whether some nodes of a group surely let go what they read in the same step."""
        ends = {self._ends.get(v) for v in nodes}
        at_ends = self._brief or not any(self._is_composite(v) for v in nodes)
        return len(ends) == 1 and None not in ends and at_ends

    def _loaded_later(self, node: str, refs: list[Reference]) -> bool:
        """Say whether an input that a node names may be loaded after it, by the operation that reads it.

        It makes no difference where nothing comes after.
        """
        if not any(isinstance(self.scope.kinds[v], Input | Constant) for v in self.scope.sources):
            return False  # the scope outside has told it
        return any(self._may_only_name(r) for r in refs) and not (
            self.rank[node] == max(self.rank.values()) and _alone(self.scope, node)
        )

    def _may_only_name(self, ref: Reference) -> bool:
        if ref.role == "leaf":
            return not nonnegative(ref.loops[-1].extent - 2, self.domain)
        return ref.role == "name"

    def _references(self, node: str, position: int, index: Position) -> list[Reference]:
        if not self._is_composite(node):
            return [Reference(index, ())]
        return [replace(r, index=index + r.index) for r in references_of(self.scope.kinds[node], position)]

    # What a node makes

    def _results(self, node: str, deaths: Deaths) -> None:
        match kind := self.scope.kinds[node]:
            case Apply():
                for out in range(kind.op.results):
                    self._fresh((node, out), deaths)
            case Map(into=None):
                for out in range(len(self.scope.body.nodes[node]["shapes"])):
                    self._mapped(node, kind, out, deaths)
            case Map():
                self._renewed(node, kind, deaths)
            case Fold():
                self._folded(node, kind, deaths)
            case Scan():
                self._scanned(node, kind, deaths)
            case Gather():
                self._fresh((node, 0), deaths)
            case Called():
                self._called(node, kind, deaths)
            case Branch() | Block():
                for out in range(len(self.scope.body.nodes[node]["shapes"])):
                    self._fresh((node, out), deaths, exact=isinstance(kind, Solved))
                    if isinstance(kind, Branch) and not own_results(self.scope, kind):
                        deaths.loosen(self.rank[node], (node, out))  # counted as words, though a name may do
            case Scatter():
                self._scattered(node, deaths)
            case Repeat():
                for out in range(kind.carried):
                    self._state(node, kind, out, deaths)

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

    def _since_named(self, array: Array) -> float:
        """Return the first group from which a fold's leaf may be gone, if it is alone and leaves by this name."""
        node, out = array
        kind = self.scope.kinds[node]
        assert isinstance(kind, Fold)
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
        if self._tiled(array_of(operand)):
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

    def _tiled(self, array: Array) -> bool:
        """Say whether an array falls into tiles, each under its own name; see Note [Tiles]."""
        if array not in self._tilings:
            self._tilings[array] = bool(self._divide(array))
        return self._tilings[array]

    def _divide(self, array: Array) -> tuple[Tile, ...]:
        """Follow the tiles of an array apart, from the first of their names on."""
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
            self.holds[array] = ()
            del self.storages[key]
        return found

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

    def _ending_at(self, key: object, node: str) -> bool:
        return self.storages[key].ends and self.last(key) == self.rank[node]

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


def _chooses(scope: Scope, node: str) -> bool:
    """Say whether a node is a branch or has one in it: the start of a branch may be the last to read a word."""
    kind = scope.kinds[node]
    if isinstance(kind, Branch):
        return True
    return isinstance(kind, COMPOSITES) and any(
        _chooses(inner, v) for inner in (scope.inner(kind.body),) for v in inner.order
    )


def _alone(scope: Scope, node: str) -> bool:
    """Say whether there is nothing in the bodies of a node but one composite in another."""
    kind = scope.kinds[node]
    if not isinstance(kind, COMPOSITES):
        return False
    inner = scope.inner(kind.body)
    return not inner.order or (len(inner.order) == 1 and _alone(inner, inner.order[0]))
