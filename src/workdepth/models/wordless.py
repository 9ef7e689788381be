"""Recursions that are given no words: their memory, and the threads of calls at different sizes, exactly.

Note [Wordless].  Words that live when a call begins end in it only if it reads them.  A recursion without inputs
reads none, so what it holds comes on top of all the rest, and what it leaves are its results: as a block it is
told exactly, and a level of which all is exact gives an exact recurrence.  Three things about all calls at sizes
from ``start`` on are assumed while the level is analysed, and hold by induction: the numbers that their figures
are not below, after how many steps they hold the most words, and that their first step has the most threads.
They are seen at the sizes between ``start`` and ``first``, where calls reach below ``start``, one by one; and the
level that assumes them, at sizes from ``first`` on, has them too.  If calls begin together and hold the most
words after equally many steps, nothing ending in them, then so do they together, in the sum of their words.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from workdepth.graph.algorithm import Algorithm
from workdepth.graph.calling import base_graph
from workdepth.graph.nodes import Base, Block, Constant, Input
from workdepth.models.bounded import NOTHING, ONE, ZERO, Bounded, most
from workdepth.models.called import Called
from workdepth.models.conventions import Conventions
from workdepth.models.counts import work
from workdepth.models.gpu import Gpu
from workdepth.models.origin import NOWHERE, origin_of_output
from workdepth.models.ram import Ram
from workdepth.models.scope import Scope
from workdepth.models.settling import free_operations
from workdepth.models.whole import is_power
from workdepth.symbolic import Domain, Expr, Size, nonnegative

COSTS = ("work", "span", "threads", "memory", "on_one")
MOST_STARTS, MOST_SIZES = 4, 24
NONE: frozenset[str] = frozenset()
WithBlocks = Callable[[Mapping[Expr, Block]], Algorithm]


@dataclass(frozen=True)
class Told:
    """The figures of one level or of one size, and what is assumed of a call beside them."""

    costs: Mapping[str, Bounded]
    share: Expr
    words: Expr
    summit: int | Expr | None
    early: bool

    def block(self, text: str) -> Called:
        """Return the block of a call of this size."""
        costs = {k: b.expr for k, b in self.costs.items()}
        return Called(text, **costs, loose=NONE, share=self.share, summit=self.summit, early=self.early)


@dataclass(frozen=True)
class Unfolded:
    """The level of all sizes above ``upto``, in the names of its calls' figures, and the figures of the others."""

    level: Told
    stops: Mapping[int, Told]
    upto: int

    def exact(self, text: str) -> bool:
        """Say whether a figure is exact at all sizes."""
        return self.level.costs[text].exact and self.hopeful(text)

    def hopeful(self, text: str) -> bool:
        """Say whether a figure may still be exact, with more sizes told one by one."""
        return all(t.costs[text].exact for t in self.stops.values())


def unfolded(
    algorithm: Algorithm,
    base: Base,
    names: Mapping[Expr, Mapping[str, Expr]],
    conventions: Conventions,
    with_blocks: WithBlocks,
) -> Iterator[Unfolded]:
    """Yield a recursion, if it is given no words, with more and more of its sizes told one by one.

    Parameters
    ----------
    algorithm : Algorithm
        Checked, without calls to others.
    base : Base
    names : mapping
        For each smaller size that is called, the names of the figures of its calls.
    conventions : Conventions
    with_blocks : callable
        Puts blocks in the place of the calls, by size.
    """
    if conventions.outputs != "kept" or not _wordless(algorithm) or not _wordless(base.body):
        return
    try:
        yield from _Unfolding(algorithm, base, names, conventions, with_blocks).found()
    except _TooFarError:
        return


def _wordless(graph: Algorithm) -> bool:
    scope = Scope(graph)
    inputs = any(isinstance(kind, Input | Constant) for kind in scope.kinds.values())
    return not inputs and not free_operations(scope)


class _TooFarError(Exception):
    """Not told exactly within a few sizes."""


class _Unfolding:
    def __init__(
        self,
        algorithm: Algorithm,
        base: Base,
        names: Mapping[Expr, Mapping[str, Expr]],
        conventions: Conventions,
        with_blocks: WithBlocks,
    ) -> None:
        self.algorithm, self.base, self.names = algorithm, base, names
        self.conventions, self.with_blocks = conventions, with_blocks
        self.size = next(s for s in algorithm.sizes if s.name == base.size)
        self.stops: dict[int, Told] = {}

    def found(self) -> Iterator[Unfolded]:
        """Yield the recursion unfolded to one size more each time."""
        for v in self.base_sizes():
            self.at(v)
        above = self._sizes(self.base.until + 1)
        for _ in range(MOST_STARTS):
            start = next(above)
            first = self._first(start)
            seen = [self.at(v) for v in self._between(start, first)]
            level = self._level(first, seen)
            if level is not None:
                yield Unfolded(level, {v: t for v, t in self.stops.items() if v < first}, first - 1)

    def base_sizes(self) -> Iterator[int]:
        """Yield the sizes of the base case."""
        yield from self._between(self.size.low, self.base.until + 1)

    def _sizes(self, low: int) -> Iterator[int]:
        for v in range(max(low, self.size.low), max(low, self.size.low) + (1 << 12)):
            if self.size.power_of is None or is_power(v, self.size.power_of):
                yield v
        raise _TooFarError

    def _between(self, low: int, high: int) -> Iterator[int]:
        for v in self._sizes(low):
            if v >= high:
                return
            yield v

    def _first(self, start: int) -> int:
        """Return the first size from which on no call is at one below ``start``."""
        for count, v in enumerate(self._sizes(start)):
            if count > MOST_SIZES:
                raise _TooFarError
            later = self.algorithm.domain.with_size(replace(self.size, low=v))
            if all(nonnegative(e - start, later) for e in self.names):
                return v
        raise _TooFarError

    def at(self, size: int) -> Told:
        """Return the figures at one size."""
        if size not in self.stops:
            if len(self.stops) > MOST_SIZES:
                raise _TooFarError
            self.stops[size] = self._at(size)
        return self.stops[size]

    def _at(self, size: int) -> Told:
        fixed = Size(self.size.name, size, size, self.size.power_of)
        if size <= self.base.until:
            graph = base_graph(self.algorithm, self.base)
            return _with_number(self.told(graph, graph.domain.with_size(fixed)), self.size.name, size)
        calls = {e: self.at(int(e.at({self.size.name: size}))) for e in self.names}
        graph = self.with_blocks({e: t.block(f"call at {e}") for e, t in calls.items()})
        return _with_number(self.told(graph, self.algorithm.domain.with_size(fixed)), self.size.name, size)

    def told(self, graph: Algorithm, domain: Domain) -> Told:
        """Return the figures of a graph without inputs."""
        scope = Scope(graph)
        gpu, ram = Gpu(self.conventions), Ram(self.conventions)
        stage = gpu.scope(scope, ONE, {}, domain)
        held = ram.scope(scope, {}, domain)
        share, words = _results(scope, domain)
        sure = share is not None and gpu.won and ram.won and stage.net.exact and held.net.exact
        sure = sure and words == stage.net.expr == held.net.expr
        costs = {
            "work": work(scope, domain),
            "span": stage.duration,
            "threads": stage.threads,
            "memory": most([stage.peak, Bounded(words)], domain).loosened(sure),
            "on_one": most([held.peak, Bounded(words)], domain).loosened(sure),
        }
        return Told(costs, ZERO if share is None else share, words, stage.summit, stage.wide)

    def _level(self, first: int, seen: Sequence[Told]) -> Told | None:
        """Return the level at sizes from ``first`` on, if it has all that is assumed of calls."""
        lows = {text: _least([t.costs[text].expr for t in seen]) for text in COSTS}
        summits, early = {t.summit for t in seen}, all(t.early for t in seen)
        summit = summits.pop() if len(summits) == 1 else None
        if any(t.share != ONE for t in seen):
            return None
        domain = self.algorithm.domain.with_size(replace(self.size, low=first))
        blocks: dict[Expr, Block] = {}
        for argument, figures in self.names.items():
            for text in COSTS:
                domain = domain.with_size(Size(str(figures[text]), low=lows[text]))
            costs = {text: figures[text] for text in COSTS}
            blocks[argument] = Called(f"call at {argument}", **costs, loose=NONE, summit=summit, early=early)
        level = self.told(self.with_blocks(blocks), domain)
        holds = level.share == ONE and (summit is None or level.summit == summit)
        holds = holds and (level.early or not early)
        holds = holds and all(nonnegative(level.costs[t].expr - lows[t], domain) for t in COSTS)
        return level if holds else None


def memoised_level(
    algorithm: Algorithm,
    base: Base,
    arguments: Sequence[Expr],
    conventions: Conventions,
    with_blocks: WithBlocks,
) -> Told | None:
    """Return one call above a base of numbers alone, to which the results of others are as numbers, or None.

    The parameters are those of :func:`unfolded`, with the sizes that are called.
    """
    if conventions.outputs != "kept" or not _wordless(algorithm) or not _wordless(base.body):
        return None
    found = _Unfolding(algorithm, base, {}, conventions, with_blocks)
    ends = [found.at(v) for v in found.base_sizes()]
    if any(t.share != ZERO or any(t.costs[text] != NOTHING for text in COSTS) for t in ends):
        return None
    none = Called("a call made before", ZERO, ZERO, ZERO, ZERO, ZERO, share=ZERO, early=True)
    graph = with_blocks(dict.fromkeys(arguments, none))
    size = replace(found.size, low=base.until + 1)
    level = found.told(graph, algorithm.domain.with_size(size))
    return level if level.share == ONE and base.size not in level.words.names else None


def _least(values: Sequence[Expr]) -> int:
    """Return the least of some values, rounded down; 0 where one is no number."""
    if not values or not all(e.is_number for e in values):
        return 0
    return max(0, min(e.number.__floor__() for e in values))


def _results(scope: Scope, domain: Domain) -> tuple[Expr | None, Expr]:
    """Return 1 if all results are words of their own, 0 if they are numbers, else None; and how many words."""
    shares, words = set(), ZERO
    for k, output in enumerate(scope.outputs):
        (operand,) = scope.operands[output]
        made = origin_of_output(scope, k)
        kind = scope.kinds[operand.node]
        if made == NOWHERE:
            shares.add(ZERO)
            continue
        whole = not operand.index and not made.ports
        if not whole or isinstance(kind, Called) or _named_before(scope, output):
            return None, ZERO
        shares.add(ONE)
        count = ONE
        for extent in scope.shape((operand.node, operand.out)):
            count = count * extent
        words = words + count
    return (shares.pop(), words) if len(shares) == 1 else (None, ZERO)


def _named_before(scope: Scope, output: str) -> bool:
    """Say whether another output names the same array."""
    (operand,) = scope.operands[output]
    others = [scope.operands[o][0] for o in scope.outputs if o != output]
    return any((o.node, o.out) == (operand.node, operand.out) for o in others)


def _with_number(told: Told, size: str, value: int) -> Told:
    costs = {k: Bounded(b.expr.substitute({size: value}), b.exact) for k, b in told.costs.items()}
    return replace(told, costs=costs)
