"""The critical path of an algorithm in symbols: which nodes follow each other in the longest chain.

The timeline of a scope is walked backwards from its end.  Where the longest of several chains depends on the
sizes, all that may be longest are told.  A composite is entered, and what its body does not explain is its own:
the combines of a fold, the levels of a scan, the delay of a spawn.  What cannot be told apart in closed form is
left whole, so that the shares always add up to the span.  Of a branch it is the chain of its worst case, or the
expected time as one link.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from itertools import product

from workdepth.errors import SymbolicError
from workdepth.graph.nodes import COMPOSITES, Apply, Branch, Fold, Range, Repeat, ranges_of
from workdepth.graph.rewriting import without_probabilities
from workdepth.models.bounded import ONE, ZERO, Bounded
from workdepth.models.choices import case_path
from workdepth.models.conventions import Conventions
from workdepth.models.counts import copies, inside, total
from workdepth.models.gpu import Gpu
from workdepth.models.guards import indicator
from workdepth.models.scope import Scope
from workdepth.models.stages import Stage, Timeline
from workdepth.models.storage import Deaths
from workdepth.models.workshares import doing
from workdepth.models.worst import largest
from workdepth.symbolic import Domain, Expr, ceiling, log2, nonnegative, simplify

# In one body so many chains are told apart; of more, the longest stands as one link.
MOST_CHAINS = 8
# Among the last so many nodes an end is sought that is only written in another way.
MOST_COMPARED = 16


@dataclass(frozen=True)
class Link:
    """A stretch of the path: steps of one node, or the longest of several chains."""

    path: str
    what: str
    steps: Expr
    chains: tuple[tuple[Link, ...], ...] = ()

    def through(self, change: Callable[[Expr], Expr]) -> Link:
        """Return the link with all its steps changed."""
        chains = tuple(tuple(x.through(change) for x in chain) for chain in self.chains)
        return replace(self, steps=change(self.steps), chains=chains)


Chain = tuple[Link, ...]


def critical(
    scope: Scope, domain: Domain, conventions: Conventions, ready: Expr = ZERO, path: str = ""
) -> Chain:
    """Return a longest chain of a scope; its steps add up to the span.

    Parameters
    ----------
    scope : Scope
    domain : Domain
    conventions : Conventions
    ready : Expr
        When the sources are there.
    path : str
        The path of the scope.
    """
    return _Walk(scope, domain, conventions, ready, path).chain()


@dataclass
class _Walk:
    scope: Scope
    domain: Domain
    conventions: Conventions
    ready: Expr
    path: str

    def __post_init__(self) -> None:
        gpu, scope = Gpu(self.conventions), self.scope
        self.stages: Mapping[str, Stage] = {
            v: gpu.node(scope, v, ONE, Deaths(), self.domain) for v in scope.order
        }
        sequence = self.conventions.phases == "sequence"
        self.line = Timeline(scope, self.stages, self.domain, sequence, self.ready)
        self.forks = 0

    def chain(self) -> Chain:
        return self._latest(list(self.scope.order), self.line.span().expr)

    def _latest(self, nodes: list[str], when: Expr) -> Chain:
        """Return a chain that ends at ``when``, the largest of the ends of some nodes."""
        backwards: list[Chain] = []
        while when != ZERO:
            if when == self.ready:
                backwards.append((Link(self._named("inputs"), "load", when),))
                break
            node = self._ending(nodes, when)
            if node is None:
                backwards.append(self._either(nodes, when))
                break
            backwards.append(self._node(node))
            earlier = self.line.before[node]
            nodes, when = [v for v in self.scope.order if v in earlier], self.line.start[node].expr
        return tuple(link for links in reversed(backwards) for link in links)

    def _ending(self, nodes: list[str], when: Expr) -> str | None:
        """Return the first node that ends then."""
        for v in nodes:
            if self.line.end[v].expr == when:
                return v
        for v in nodes[-MOST_COMPARED:]:
            if simplify(self.line.end[v].expr - when, self.domain) == ZERO:
                return v
        return None

    def _either(self, nodes: list[str], when: Expr) -> Chain:
        """Return the longest of several chains as one link."""
        rivals = self._rivals({v: self.line.end[v].expr for v in nodes})
        if len(rivals) == 1:
            # It is surely the last, though written in another way.
            return self._latest(rivals, self.line.end[rivals[0]].expr)
        self.forks += len(rivals)
        if not rivals or self.forks > MOST_CHAINS:
            return (Link(self._named("several chains"), "either", when),)
        chains = tuple(self._latest([v], self.line.end[v].expr) for v in rivals)
        return (Link(" | ".join(map(self._named, rivals)), "either", when, chains),)

    def _rivals(self, ends: Mapping[str, Expr]) -> list[str]:
        """Return the nodes whose end no other's is surely at or after."""
        kept: list[str] = []
        for v in ends:
            if any(nonnegative(ends[u] - ends[v], self.domain) for u in kept):
                continue
            kept = [*(u for u in kept if not nonnegative(ends[v] - ends[u], self.domain)), v]
        return kept

    def _named(self, node: str) -> str:
        return f"{self.path}/{node}" if self.path else node

    # Inside a node

    def _node(self, node: str) -> Chain:
        kind, steps, path = self.scope.kinds[node], self.stages[node].duration.expr, self._named(node)
        op, what = getattr(kind, "op", None), doing(kind)
        if steps == ZERO:
            return ()
        if isinstance(kind, Apply):
            own = ONE * kind.op.work
            return self._with_rest((Link(path, what, own),), path, "delay", steps) or (
                Link(path, what, steps),
            )
        if isinstance(kind, Branch):
            return self._branch(kind, path, steps)
        whole = (Link(path, what, steps),)
        if not isinstance(kind, COMPOSITES):
            return whole
        ranges = ranges_of(kind)
        around = inside(self.domain, ranges)
        body = kind.body
        if not isinstance(kind, Repeat) and copies(ranges, self.domain).expr != ONE:
            body = without_probabilities(body)  # of many copies one may well take the longest case
        inner = critical(Scope(body), around, self.conventions, path=path)
        differ = self._indexed(inner, ranges) and not isinstance(kind, Repeat)
        for chain in self._copies(kind, inner, ranges):
            if isinstance(kind, Fold):
                chain = (*chain, Link(path, what, _combines(kind)))
            rest = "delay" if op is None or isinstance(kind, Fold) else what
            found = self._with_rest(chain, path, rest, steps)
            if found is not None and not (differ and any(x.what == "delay" for x in found)):
                return found
        return whole

    def _branch(self, kind: Branch, path: str, steps: Expr) -> Chain:
        """Return the chain of the longest case, or one link where it is not told which that is."""
        if kind.probabilities:
            return (Link(path, "expected", steps),)
        chains = [
            critical(self.scope.inner(case), self.domain, self.conventions, path=case_path(path, kind, k))
            for k, case in enumerate(kind.cases)
        ]
        ends = [sum((x.steps for x in chain), ZERO) for chain in chains]
        worst = largest(ends, self.domain)
        if len(worst) == 1:
            return self._with_rest(chains[worst[0]], path, "delay", steps) or (
                Link(path, doing(kind), steps),
            )
        self.forks += len(worst)
        if self.forks > MOST_CHAINS:
            return (Link(path, doing(kind), steps),)
        named = " | ".join(f"{path}/{k}" for k in worst)
        return (Link(named, "either", steps, tuple(chains[k] for k in worst)),)

    def _copies(self, kind: object, inner: Chain, ranges: tuple[Range, ...]) -> list[Chain]:
        """Return what the chain of a body may be for all its copies or rounds."""
        if isinstance(kind, Repeat):
            return [tuple(x.through(lambda e: total(Bounded(e), ranges, self.domain).expr) for x in inner)]
        if not self._indexed(inner, ranges):
            some = indicator(copies(ranges, self.domain).expr, 1, self.domain)
            return [inner] if some == ONE else [inner, tuple(x.through(lambda e: e * some) for x in inner)]
        corners = product(*(((r.index, r.high - 1), (r.index, r.low)) for r in ranges))
        return [chain for c in corners if (chain := _corner(inner, dict(c))) is not None]

    def _indexed(self, chain: Chain, ranges: tuple[Range, ...]) -> bool:
        used = {name for x in chain for name in x.steps.names}
        return any(r.index in used for r in ranges)

    def _with_rest(self, chain: Chain, path: str, what: str, steps: Expr) -> Chain | None:
        """Return a chain with what it does not explain of some steps, or None where it is not the right one."""
        rest = steps - sum((x.steps for x in chain), ZERO)
        try:
            # Only to decide: simplified, a logarithm might lose the guard that keeps it defined.
            none = simplify(rest, self.domain) == ZERO
            told = none or nonnegative(rest, self.domain)
        except SymbolicError:
            return None
        if not told or (not none and rest.names - self.domain.names):
            return None
        kept = tuple(x for x in chain if x.steps != ZERO)
        return kept if none else (*kept, Link(path, what, rest))


def _combines(kind: Fold) -> Expr:
    """Return the steps of a fold beside those of its leaves."""
    levels = ceiling(log2(kind.over.extent)) if kind.order == "tree" else kind.over.extent - 1
    return levels * kind.op.work


def _corner(chain: Chain, values: Mapping[str, Expr]) -> Chain | None:
    """Return the chain of one copy, or None where a formula has no value there."""
    try:
        return tuple(x.through(lambda e: _at(e, values)) for x in chain)
    except SymbolicError:
        return None


def _at(e: Expr, values: Mapping[str, Expr]) -> Expr:
    """Put in values, from the innermost index outwards: a bound may use an outer index."""
    for name in reversed(list(values)):
        e = e.substitute({name: values[name]})
    return e
