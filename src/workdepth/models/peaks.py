"""Which phase holds the peak: of memory, with the arrays that live in it; of threads, with who works in it.

A figure of a scope is the largest over its phases.  The phase that reaches it is found, and the body of its
node is entered where the same figure is found again, down to the node that makes the words or does the work.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from workdepth.errors import WorkdepthError
from workdepth.graph.nodes import Apply, Block, Branch, Constant, Input, Map, Port, Repeat
from workdepth.models.bounded import ZERO
from workdepth.models.choices import case_path
from workdepth.models.conventions import Conventions
from workdepth.models.walk import Call, Phase, phases, within
from workdepth.models.workshares import doing
from workdepth.symbolic import Domain, Expr, Size, nonnegative, simplify
from workdepth.symbolic.structure import atoms_of


@dataclass(frozen=True)
class Words:
    """Some words that live at a peak, or that have been let go by then (negative)."""

    path: str
    what: str
    words: Expr


@dataclass(frozen=True)
class Peak:
    """Where a figure is at its most: the path of a node, and what makes it."""

    path: str
    parts: tuple[Words, ...]


@dataclass(frozen=True)
class Search:
    """A figure followed down one call.

    ``path`` is that of its scope, ``ports`` the paths of the arrays outside that its ports stand for.
    """

    call: Call
    conventions: Conventions
    path: str = ""
    ports: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def phases(self) -> list[Phase]:
        """The phases of the call."""
        return phases(self.call, self.conventions)

    def _named(self, *nodes: str) -> str:
        text = " + ".join(nodes)
        return f"{self.path}/{text}" if self.path and text else text or self.path

    def _same(self, a: Expr, b: Expr) -> bool:
        return a == b or simplify(a - b, self.call.domain) == ZERO

    def _inner(self, call: Call, node: str) -> Search:
        outside = self.call.scope.operands[node]
        named = {v: k.number for v, k in call.scope.kinds.items() if isinstance(k, Port)}
        ports = {v: self.ports.get(outside[k].node, self._named(outside[k].node)) for v, k in named.items()}
        path, kind = self._named(node), self.call.scope.kinds[node]
        if isinstance(kind, Branch):
            number = next(k for k, case in enumerate(kind.cases) if case is call.scope.body)
            path = case_path(path, kind, number)
        return replace(self, call=call, path=path, ports=ports)

    # Memory

    def memory(self) -> list[Peak]:
        """Return the peak of the words above those at the start; several where the sizes decide."""
        target = self.call.peak.expr
        if not self.path and self._same(target, ZERO):
            return [Peak("start", self._sources())]
        tops = [(p, p.current.expr + p.peak.expr) for p in self.phases]
        reaching = next((k for k, (_, top) in enumerate(tops) if self._same(top, target)), None)
        if reaching is not None:
            return [self._of_phase(reaching, tops[reaching][1])]
        if self._same(target, ZERO):
            return [Peak(self._named(), ())]
        rivals = _undominated(list(enumerate(top for _, top in tops)), self.call.domain)
        peaks = [self._of_phase(k, top) for k, top in rivals]
        if not any(nonnegative(top, self.call.domain) for _, top in rivals):
            peaks.append(Peak("start", self._sources()))
        return peaks

    def _sources(self) -> tuple[Words, ...]:
        return tuple(
            Words(v, _role(self.call, v), e.part.words)
            for v, e in self.call.entries.items()
            if e.dies and not e.loads and not self.path
        )

    def _of_phase(self, number: int, top: Expr) -> Peak:
        phase = phases(self.call, self.conventions, number)[number]
        parts = self._held(phase)
        base = ZERO if self.path else sum((w.words for w in self._sources()), ZERO)
        rest = base + top - sum((w.words for w in parts), ZERO)
        if len(phase.nodes) != 1:
            return Peak(self._named(*phase.nodes), (*parts, *self._rest(phase, rest)))
        (node,) = phase.nodes
        entered = self._enter(phase, node)
        deeper = entered.memory()[0] if entered is not None else None
        if deeper is None or not all(self._closed(w.words) for w in deeper.parts):
            return Peak(self._named(node), (*parts, *self._rest(phase, rest)))
        rest = rest - sum((w.words for w in deeper.parts), ZERO)
        left = simplify(rest, self.call.domain)
        earlier = () if left == ZERO else (Words(self._named(node), "earlier", left),)
        return Peak(deeper.path, (*parts, *earlier, *deeper.parts))

    def _held(self, phase: Phase) -> tuple[Words, ...]:
        """Return what lives when a phase begins; inside a body also what has been let go by then."""
        found = []
        for key, words in phase.held.items():
            source = isinstance(key, str)
            if source and self.path:
                continue  # the scope outside has told it
            name = key if isinstance(key, str) else key[0]  # type: ignore[index]
            found.append(Words(self._named(name), _role(self.call, name), words))
        if self.path:
            for port, gone in sorted(phase.gone.items()):
                found.append(Words(self.ports.get(port, self._named(port)), "let go", -gone))
        return tuple(found)

    def _rest(self, phase: Phase, rest: Expr) -> tuple[Words, ...]:
        left = simplify(rest, self.call.domain)
        kinds = [self.call.scope.kinds[v] for v in phase.nodes]
        what = kinds[0].name if len(kinds) == 1 and isinstance(kinds[0], Block) else "made"
        return () if left == ZERO else (Words(self._named(*phase.nodes), what, left),)

    def _enter(self, phase: Phase, node: str) -> Search | None:
        """Return the search in the body of a node, if the peak is surely there."""
        kind = self.call.scope.kinds[node]
        if isinstance(kind, Apply):
            return None
        calls = within(self.call, node, phase.deaths, self.conventions)
        calls = [c for c in calls if self._closed(c.peak.expr)]
        for call in calls:
            if self._same(call.peak.expr, phase.peak.expr):
                return self._inner(call, node)
        # Copies or rounds before the last have left words behind.
        if isinstance(kind, Repeat) or (isinstance(kind, Map) and self.call.machine == "RAM"):
            holding = [c for c in calls if c.peak.expr != ZERO]
            inner = [self._inner(c, node) for c in holding]
            if (
                all(self._below(c, phase) for c in holding)
                and len({search.memory()[0].path for search in inner}) == 1
            ):
                return max(inner, key=lambda search: _when_large(search.call.peak.expr, self.call.domain))
        return None

    def _below(self, call: Call, phase: Phase) -> bool:
        return nonnegative(phase.peak.expr - call.peak.expr, self.call.domain)

    def _closed(self, e: Expr) -> bool:
        return e.names <= self.call.domain.names

    # Threads

    def threads(self) -> list[Peak]:
        """Return who makes the most operations in a step; several where the sizes decide."""
        target = self.call.threads.expr
        found = self.phases
        each = [(k, p.threads.expr) for k, p in enumerate(found)]
        reaching = next(([(k, t)] for k, t in each if self._same(t, target)), [])
        return [self._workers(found[k], t) for k, t in reaching or _undominated(each, self.call.domain)]

    def _workers(self, phase: Phase, threads: Expr) -> Peak:
        if len(phase.nodes) != 1:
            path = self._named(*phase.nodes)
            each = [Words(self._named(v), self._doing(v), s.threads.expr) for v, s in phase.stages.items()]
            if self._same(sum((w.words for w in each), ZERO), threads):
                return Peak(path, tuple(w for w in each if w.words != ZERO))
            return Peak(path, (Words(path, "together", threads),))
        (node,) = phase.nodes
        if not isinstance(self.call.scope.kinds[node], Apply):
            calls = within(self.call, node, phase.deaths, self.conventions)
            for call in calls:
                if self._same(call.threads.expr, threads):
                    return self._inner(call, node).threads()[0]
            alike = self._alike(node, calls)
            if alike is not None:
                return Peak(alike.path, (replace(alike, words=threads),))
        path = self._named(node)
        return Peak(path, (Words(path, self._doing(node), threads),))

    def _doing(self, node: str) -> str:
        kind = self.call.scope.kinds[node]
        return doing(kind)

    def _alike(self, node: str, calls: list[Call]) -> Words | None:
        """Return the one who is widest in all copies or rounds, though they differ or may be none."""
        if not isinstance(self.call.scope.kinds[node], Map | Repeat):
            return None
        widest = {
            (peak.parts[0] if len(peak.parts) == 1 else None)
            for call in calls
            for peak in self._inner(call, node).threads()
        }
        paths = {(w.path, w.what) for w in widest if w is not None}
        return next(iter(widest)) if len(paths) == 1 and None not in widest else None


def _role(call: Call, node: str) -> str:
    kind = call.scope.kinds[node]
    if isinstance(kind, Input | Constant):
        return type(kind).__name__.lower()
    op = getattr(kind, "op", None)
    return op.name if op is not None else "array"


def _undominated(tops: list[tuple[int, Expr]], domain: Domain) -> list[tuple[int, Expr]]:
    """Return the phases, by number, that no other is surely at or above; at large sizes the highest first."""
    kept: list[tuple[int, Expr]] = []
    for number, top in tops:
        if any(nonnegative(other - top, domain) for _, other in kept):
            continue
        kept = [(k, t) for k, t in kept if not nonnegative(top - t, domain)]
        kept.append((number, top))
    return sorted(kept, key=lambda pair: -_when_large(pair[1], domain))


def _when_large(e: Expr, domain: Domain) -> float:
    """Return a value at large sizes: which of several rivals stands first, no more."""
    try:
        large = 1 << (
            5 if any(atom.kind == "power" for atom in atoms_of(e)) else 20
        )  # phi**n is soon too large
        return float(e.at({s.name: _large(s, large) for s in domain.sizes}))
    except (WorkdepthError, OverflowError):
        return 0.0


def _large(size: Size, large: int) -> int:
    if size.high is not None:
        return min(size.high, max(large, size.low))
    value, base = 1, size.power_of or 2
    while value < max(large, size.low):
        value *= base
    return value
