"""Rounds in sequence with a state: what a ``Repeat`` holds, on either machine.

The state dies in every round and is made anew (in the first round only if its initial value ends there); a
captured array that the round's index slices is let go slice by slice, any other in the last round (rule R3).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property

from workdepth.graph.nodes import Map, Range, Repeat
from workdepth.models.access import Slice, whole
from workdepth.models.bounded import ZERO, Bounded
from workdepth.models.counts import inside, total
from workdepth.models.cutting import cut
from workdepth.models.growing import leading_numbers, writes_words
from workdepth.models.guards import guarded
from workdepth.models.highest import highest
from workdepth.models.origin import NOWHERE, Origin, made_by, origin
from workdepth.models.scope import Scope, array_of
from workdepth.models.sequence import Holding, run_of
from workdepth.models.storage import Entry
from workdepth.models.waves import Wave, wave_of
from workdepth.symbolic import Domain, Expr, affine, maximum_of

Parts = Mapping[int, Slice]
Body = Callable[[Mapping[str, Entry], Domain], Holding]


@dataclass(frozen=True)
class Rounds:
    """One ``Repeat`` of a scope, ``scale`` copies of it in lockstep; ``all_named`` if all its results are wanted."""

    scope: Scope
    node: str
    kind: Repeat
    domain: Domain
    scale: Expr
    all_named: bool = True

    def run(self, body: Body, dying: Parts, loading: Parts, moved: frozenset[int]) -> Holding:
        """Return the holding of all rounds, one round being given by ``body``."""
        loop = Range(self.kind.index, ZERO, self.kind.times)
        within = inside(self.domain, (loop,))
        state = range(self.kind.carried)
        upfront = sum((p.words for k, p in loading.items() if k in state), ZERO)
        late = sum((p.words for k, p in dying.items() if k in state), ZERO)
        captured = {k: p for k, p in dying.items() if k not in state}
        deaths = cut(self.kind, captured, loop, self.domain, loading, numbers=True)
        loads = cut(self.kind, {k: p for k, p in loading.items() if k not in state}, loop)

        def round_of(first: bool, last: bool) -> Holding:
            entries = self._entries(
                {**deaths.slices(first), **(deaths.rest if last else {})},
                {**loads.sliced, **(loads.rest if first else {})},
            )
            entries |= {f"port{p}": e for p, e in deaths.entries(last, first).items()}
            for k in state:
                known = self._state(k, first, moved)
                if known is not None:
                    entries[f"port{k}"] = known
            one = self._mended(self._without_fronts(body(entries, within)), first, moved)
            return one.loosened(self.all_named) if last else one

        variants = [round_of(*v) for v in ((True, False), (False, False), (False, True), (True, True))]
        run = self._run(loop, variants)
        run = Holding(run.peak + upfront, run.net + (upfront - late))
        between = sum((w.words for w in self._waves.values()), ZERO) * self.scale
        if between != ZERO:
            # The fronts behind a round, as many as there ever are: before it, and when it has ended.
            run = Holding(run.peak + between, run.net + between).loosened()
        told = deaths.told and loads.told and late == ZERO
        return self._grown(run.settled(told).loosened(upfront == ZERO))

    @cached_property
    def _waves(self) -> Mapping[int, Wave]:
        found = {k: wave_of(self.scope, self.node, k, self.domain) for k in range(self.kind.carried)}
        return {k: wave for k, wave in found.items() if wave is not None}

    def _without_fronts(self, one: Holding) -> Holding:
        """Let go, when a round has ended, what it has written of a wave: that is counted between the rounds."""
        written = sum((w.each.expr for w in self._waves.values()), ZERO) * self.scale
        return Holding(one.peak, one.net + written * -1)

    def _run(self, loop: Range, variants: list[Holding]) -> Holding:
        first, middle, last, only = variants
        names = {n for h in variants for n in h.peak.expr.names | h.net.expr.names}
        if loop.index not in names:
            return run_of(loop.extent, first, middle, last, only, self.domain)
        return self._changing(loop, variants)

    def _changing(self, loop: Range, variants: list[Holding]) -> Holding:
        """Return the holding of rounds that differ with their number."""
        same = len(set(variants)) == 1
        highest = [self._highest(h.peak, loop) for h in variants]
        nets = [h.net for h in variants]
        if not any(loop.index in n.expr.names for n in nets):
            first, middle, last, only = (Holding(p, n) for p, n in zip(highest, nets, strict=True))
            run = run_of(loop.extent, first, middle, last, only, self.domain)
            return run.loosened(same and nets[0].expr == ZERO)
        grown = Bounded(maximum_of(0, *(n.expr for n in nets)), False)
        everything = total(grown, (loop,), self.domain)
        if same:
            net = total(nets[0], (loop,), self.domain)
        else:
            net = everything
        peak = maximum_of(*(h.expr for h in highest)) + everything.expr
        return Holding(Bounded(peak, False), net)

    def _highest(self, quantity: Bounded, loop: Range) -> Bounded:
        if loop.index not in quantity.expr.names:
            return quantity
        found = highest(quantity, loop, self.domain)
        # In no rounds nothing is held, so a bound over rounds that may not exist is cut off.
        return Bounded(guarded(found.expr, self.kind.times, 1, self.domain), found.exact)

    # The entries of one round

    def _entries(self, dying: Parts, loading: Parts) -> dict[str, Entry]:
        entries = {f"port{p}": Entry(s, dies=True) for p, s in dying.items()}
        for p, s in loading.items():
            entries[f"port{p}"] = Entry(s, dies=p in dying, loads=True)
        return entries

    def _made(self, k: int) -> Origin:
        return made_by(self.scope, self.kind, k)

    def _literal(self, k: int) -> bool:
        return origin(self.scope, array_of(self.scope.operands[self.node][k])) == NOWHERE

    def _growing(self, k: int) -> bool:
        """Say whether the state starts without words and is filled round by round."""
        return self._literal(k) and k in self._made(k).ports and k not in self._waves

    def _state(self, k: int, first: bool, moved: frozenset[int]) -> Entry | None:
        numbers = 0 if first else leading_numbers(self.scope, self.node, k, self.domain)
        part = whole(self.scope.inner(self.kind.body).shape((f"port{k}", 0)), self.scale, numbers)
        if self._growing(k) or (first and self._literal(k)) or k in self._waves:
            return Entry(part, literal=True)
        if first and k not in moved:
            return None
        return Entry(part, dies=True)

    def _mended(self, one: Holding, first: bool, moved: frozenset[int]) -> Holding:
        """Count a state that only names words of others as words of its own, from the end of the round."""
        extra = ZERO
        named = [p for k in range(self.kind.carried) for p in self._made(k).ports if not self._growing(k)]
        for k in range(self.kind.carried):
            ports = self._made(k).ports
            borrowed = any(p >= self.kind.carried or named.count(p) > 1 for p in ports)
            held = first and any(p not in moved and p < self.kind.carried for p in ports)
            nameless = not self._made(k).own and not ports
            if (borrowed or held or nameless) and not self._growing(k) and k not in self._waves:
                extra = extra + whole(self.scope.shape((self.node, k)), self.scale).words
        if extra == ZERO:
            return one
        return Holding(
            Bounded(maximum_of(one.peak.expr, one.net.expr + extra), False),
            Bounded(one.net.expr + extra, False),
        )

    def _grown(self, run: Holding) -> Holding:
        """Let a state that was filled round by round count as full, exactly so where it is."""
        missing = ZERO
        exact = True
        for k in range(self.kind.carried):
            if self._growing(k):
                numbers = leading_numbers(self.scope, self.node, k, self.domain)
                full = whole(self.scope.shape((self.node, k)), self.scale, numbers).words
                written = self._written(k)
                missing = missing + full - (written if written is not None else ZERO)
                exact = exact and written == full
        if exact:
            return run
        return Holding(
            Bounded(maximum_of(run.peak.expr, run.net.expr + missing), False),
            Bounded(run.net.expr + missing, False),
        )

    def _written(self, k: int) -> Expr | None:
        """Return how many words of a growing state are written, where no position is written twice."""
        body = self.scope.inner(self.kind.body)
        (operand,) = body.operands[body.outputs[k]]
        writer = body.kinds[operand.node]
        if not isinstance(writer, Map) or writer.into is None or operand.index:
            return None
        base = body.operands[operand.node][writer.into]
        if array_of(base) != (f"port{k}", 0) or len(writer.at) != 1 or not writes_words(body, operand.node):
            return None
        loops = {r.index for r in writer.over}
        for e in writer.at[0]:
            parts = affine(e, self.kind.index) if not (e.names & loops) else None
            if parts is not None and parts[0] in (1, -1):
                rounds = (Range(self.kind.index, ZERO, self.kind.times),)
                points = total(Bounded(self.scale), (*rounds, *writer.over), self.domain)
                return points.expr if points.exact else None
        return None
