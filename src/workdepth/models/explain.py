"""Why the figures of an algorithm are what they are: the nodes behind time, memory and threads, in symbols."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import count, islice

from workdepth.errors import SymbolicError
from workdepth.graph.algorithm import Algorithm
from workdepth.graph.decisions import choices_of
from workdepth.graph.rewriting import without_probabilities
from workdepth.models.analysis import Analysis, _inputs, _streamed, analyze_algorithm
from workdepth.models.bounded import ONE, ZERO
from workdepth.models.causes import Cause, Share, share
from workdepth.models.conventions import Conventions
from workdepth.models.critical import Chain, Link, critical
from workdepth.models.figure import Figure
from workdepth.models.one_level import one_level
from workdepth.models.peaks import Peak, Search
from workdepth.models.scope import Scope
from workdepth.models.walk import Call, WatchedGpu, WatchedRam
from workdepth.models.workshares import work_by_node
from workdepth.models.worst import Worst, worst_cases
from workdepth.symbolic import Domain, Expr, Size, nonnegative, simplify

MOST_TRIED = 40


@dataclass(frozen=True)
class Explanation:
    """What makes the figures of one algorithm.

    Attributes
    ----------
    analysis : Analysis
        The figures.
    causes : mapping
        By machine and figure: ``causes["GPU"]["time"]``.
    worst : tuple of Worst
        The worst cases of each branch.
    chosen : mapping
        The number that each choice among a range takes in what is told: the end of its range with more work.
    """

    analysis: Analysis
    causes: Mapping[str, Mapping[str, Cause]]
    worst: tuple[Worst, ...] = ()
    chosen: Mapping[str, Expr] = field(default_factory=dict)


def explain_algorithm(algorithm: Algorithm, conventions: Conventions | None = None) -> Explanation:
    """Tell which nodes make the time, the memory and the threads of an algorithm on both machines.

    Of a recursion one level is told, above its base case; each call in it is one row.

    Parameters
    ----------
    algorithm : Algorithm
        A well-formed algorithm.
    conventions : Conventions, optional
        The switches; the defaults otherwise.

    Returns
    -------
    Explanation

    Raises
    ------
    GraphError
        When the graph is not well formed.

    Examples
    --------
    >>> from workdepth.library import entry_named
    >>> why = explain_algorithm(entry_named("dot").build())
    >>> [(s.path, str(s.amount)) for s in why.causes["GPU"]["time"].shares]
    [('fold1/multiply1', '1'), ('fold1', 'ceiling(log2(n))')]
    """
    conventions = conventions or Conventions()
    if any(choice.uniform for choice in choices_of(algorithm).values()):
        algorithm = without_probabilities(algorithm)
    analysis = analyze_algorithm(algorithm, conventions)
    level, domain, chosen = one_level(algorithm, conventions)
    scope, most = Scope(level), Scope(without_probabilities(level))
    one = _Explainer(scope, most, domain, conventions, analysis)
    ram = {"time": one.work(), "memory": one.memory("RAM"), "threads": one.alone()}
    gpu = {"time": one.span(), "memory": one.memory("GPU"), "threads": one.threads()}
    return Explanation(analysis, {"RAM": ram, "GPU": gpu}, worst_cases(scope, domain, conventions), chosen)


def _vanishes(e: Expr, domain: Domain) -> bool:
    """Say whether an expression is 0 at the smallest sizes, all growing together."""
    points = [
        dict(zip((s.name for s in domain.sizes), values, strict=True))
        for values in zip(*(_smallest(s) for s in domain.sizes), strict=False)
    ]
    try:
        return bool(points) and all(e.at(point) == 0 for point in points)
    except SymbolicError:
        return False


def _smallest(size: Size) -> list[int]:
    found = count(size.low) if size.power_of is None else (size.power_of**k for k in count())
    first = list(islice((v for v in found if v >= size.low), MOST_TRIED))
    return first if size.high is None else [v for v in first if v <= size.high]


@dataclass(frozen=True)
class _Explainer:
    scope: Scope
    most: Scope  # every branch in its worst case, as memory and threads are told
    domain: Domain
    conventions: Conventions
    analysis: Analysis

    @property
    def loaded(self) -> bool:
        return self.conventions.inputs == "loaded"

    def _cause(self, found: Figure, where: tuple[str, ...], shares: list[Share], what: str) -> Cause:
        """Return a cause; what its shares do not tell stands as one more, so that they add up."""
        told = sum((s.amount.numerator for s in shares), ZERO)
        left = self._rest(found, told)
        if what == "bound" and left != ZERO and nonnegative(-left, self.domain):
            what = "closer"
        rest = self._share("", what, left, found)
        return Cause(found, where, tuple(s for s in (*shares, rest) if s.amount.numerator != ZERO))

    def _rest(self, found: Figure, told: Expr) -> Expr:
        """Return what shares do not tell.

        Note [Nothing left].  An exact figure is the largest of its chains, or solves its recurrence; so where
        shares of it make it up at many sizes, they do at all, in whatever way it is written.
        """
        rest = simplify(found.numerator - told, self.domain)
        return ZERO if rest != ZERO and found.relation == "=" and _vanishes(rest, self.domain) else rest

    def _share(self, path: str, what: str, amount: Expr, found: Figure, exact: bool = True) -> Share:
        # What makes a bound is itself no more than a bound.
        return share(path, what, amount, found.numerator, self.domain, exact and found.relation == "=")

    # Time

    def work(self) -> Cause:
        found = self.analysis["RAM"].time
        rows = work_by_node(self.scope, self.domain)
        shares = [self._share(path, op, steps.expr, found, steps.exact) for path, op, steps in rows]
        return self._cause(
            found, tuple(s.path for s in shares[:1]), shares, "load" if self.loaded else "bound"
        )

    def span(self) -> Cause:
        found = self.analysis["GPU"].time
        chain = critical(self.scope, self.domain, self.conventions, self._ready())
        shares = [self._of_link(link, found) for link in chain]
        exclusive = self.conventions.reads == "exclusive"
        rest = "delay" if exclusive else "load" if self.loaded else "bound"
        cause = self._cause(found, tuple(s.path for s in shares), shares, rest)
        if not exclusive or not cause.shares or cause.shares[-1].path:
            return cause
        # Steps last longer for all, so these delays belong to no node.
        return replace(cause, shares=(*cause.shares[:-1], replace(cause.shares[-1], path="exclusive reads")))

    def _of_link(self, link: Link, found: Figure) -> Share:
        one = self._share(link.path, link.what, link.steps, found)
        alternatives = tuple(self._chain(chain, found) for chain in link.chains)
        return Share(one.path, one.what, one.amount, one.limit, alternatives)

    def _chain(self, chain: Chain, found: Figure) -> tuple[Share, ...]:
        return tuple(self._of_link(link, found) for link in chain)

    def _ready(self) -> Expr:
        return ONE if self.loaded and _inputs(self.scope, False) else ZERO

    # Memory and threads

    @cached_property
    def _gpu(self) -> Search:
        return self._search("GPU")

    def _search(self, machine: str) -> Search:
        streamed = _streamed(self.most, self.conventions)
        entries = _inputs(self.most, self.loaded and machine == "RAM")
        calls: list[Call]
        if machine == "GPU":
            gpu = WatchedGpu(self.conventions)
            gpu.scope(self.most, ONE, entries, self.domain, streamed, self._ready())
            calls = gpu.calls
        else:
            ram = WatchedRam(self.conventions)
            ram.scope(self.most, entries, self.domain, streamed)
            calls = ram.calls
        return Search(calls[0], self.conventions)

    def memory(self, machine: str) -> Cause:
        found = self.analysis[machine].memory
        search = self._gpu if machine == "GPU" else self._search(machine)
        return self._of_peaks(found, search.memory(), "bound")

    def threads(self) -> Cause:
        found = self.analysis["GPU"].threads
        peaks = self._gpu.threads()
        most = sum((w.words for w in peaks[0].parts), ZERO) if peaks else ZERO
        words = sum((e.part.words for e in _inputs(self.scope, False).values()), ZERO)
        if self.loaded and simplify(found.numerator - words, self.domain) == ZERO and most != words:
            return Cause(found, ("inputs",), (self._share("inputs", "load", words, found),))
        cause = self._of_peaks(found, peaks, "load" if self.loaded else "bound")
        if cause.shares and cause.shares[-1].what == "load":
            # The loads are as many, or more, at some sizes.
            return Cause(found, (*cause.where, "inputs"), cause.shares)
        return cause

    def alone(self) -> Cause:
        """Return the cause of the one thread of the RAM."""
        return Cause(self.analysis["RAM"].threads, (), ())

    def _of_peaks(self, found: Figure, peaks: list[Peak], rest: str) -> Cause:
        if not peaks:
            return self._cause(found, (), [], rest)
        shares = [self._share(w.path, w.what, w.words, found) for w in peaks[0].parts]
        if len(peaks) > 1:
            rest = "either"
        return self._cause(found, tuple(dict.fromkeys(p.path for p in peaks)), shares, rest)
