"""The life of every array of a scope: where its words come from, who reads them last, who takes them over.

``Lifetimes`` walks the groups of a scope and tells, for each, which words die in which node.  It is sound always:
what it cannot tell exactly it keeps too long, and says so.  What the nodes make stands in ``births``, what they
take over in ``renewals``, who reads what in ``stored``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from workdepth.graph.nodes import (
    COMPOSITES,
    Apply,
    Block,
    Branch,
    Constant,
    Fold,
    Gather,
    Input,
    Map,
    Position,
    Repeat,
    Scan,
    Scatter,
    Solved,
)
from workdepth.models.access import Reference, Slice, covered, whole
from workdepth.models.bounded import ZERO, Bounded
from workdepth.models.called import Called
from workdepth.models.choices import own_results, yields_own
from workdepth.models.cutting import windowed
from workdepth.models.readings import starts_only
from workdepth.models.renewals import Renewals
from workdepth.models.scope import Read, Scope, array_of
from workdepth.models.storage import NEVER, Deaths
from workdepth.models.stored import NOT_TOLD
from workdepth.symbolic import Expr, nonnegative


class Lifetimes(Renewals):
    """The arrays of one scope while its groups pass by.

    Its parameters are those of :class:`~workdepth.models.stored.Stored`.
    """

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
                early = any(_chooses(self.scope, v) for v, _, _ in reads) or self._by_starts(reads)
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
        if role == "dying" and self._by_starts(reads):
            deaths.loosen(-1, key)
        if not (storage.exact and told):
            # Some of its words may never be read: then they are gone from the start.
            deaths.loosen(-1 if unread else self.first(key), key)

    def _by_starts(self, reads: list[Read]) -> bool:
        """Say whether it may be only the start of a branch or call that reads some words."""
        return any(starts_only(self.scope, v, p, self.domain) for v, p, _ in reads)

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
