"""Recursion: one level of it, with the calls as opaque blocks, gives a recurrence for each figure.

Note [Recursion].  The level above the base is analysed like any graph, every call to itself being a block whose
work, span, threads and words are names of unknown numbers.  What comes out is linear in these names, or a
maximum of such: a recurrence, which ``symbolic.recurrences`` solves.  Work and span come out exact where the
level is.  Words are told twice: those beside the operands, for a call whose operands somebody holds, and all of
them, for one in which all its operands die; a call that takes some of them over is a bound.  What is given no words
at all is told in Note [Wordless].  Memoised calls are made once each: their sizes are all sizes below, or one
chain of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from workdepth.errors import ModelError
from workdepth.graph.algorithm import Algorithm
from workdepth.graph.calling import above_base, base_graph, base_of
from workdepth.graph.nodes import Base, Block, Call
from workdepth.graph.rewriting import rewritten
from workdepth.models.bounded import ZERO, Bounded
from workdepth.models.chosen import Chosen, fixed
from workdepth.models.conventions import Conventions
from workdepth.models.halving import KnownFigure
from workdepth.models.keeping import kept, longest_base, with_other_bases
from workdepth.models.level import (
    FIGURES,
    PAIRS,
    Level,
    Unknown,
    input_nodes,
    inputs_words,
    level_of,
    with_blocks,
)
from workdepth.models.remembered import corrected
from workdepth.models.roofing import roof
from workdepth.models.scope import Scope
from workdepth.models.splitting import SplitFigure, Splits, splits
from workdepth.models.whole import from_the_start, is_power
from workdepth.models.wordless import unfolded
from workdepth.symbolic import (
    Domain,
    Expr,
    Size,
    ceiling,
    log2,
    maximum_of,
    name,
    simplify,
)

MOST_BASES = 64


def is_recursive(algorithm: Algorithm) -> bool:
    """Say whether an algorithm calls itself."""
    return base_of(algorithm) is not None


def solved(
    algorithm: Algorithm,
    conventions: Conventions,
    made: Callable[[Scope, Domain], Bounded],
) -> Level:
    """Return the figures of a recursion at every size of its domain.

    Parameters
    ----------
    algorithm : Algorithm
        Checked, without calls to others.
    conventions : Conventions
    made : callable
        Counts the words that the operations of a scope make together.

    Raises
    ------
    ModelError
        When the calls change more than one size, or a figure has neither a closed form nor a bound.
    """
    base = base_of(algorithm)
    assert base is not None
    unknowns, memoised = _unknowns(algorithm, base)
    around = above_base(algorithm)
    for unknown in unknowns:
        for text in FIGURES:
            around = around.with_size(Size(str(unknown.figure(text)), low=0))
    graph, chosen = fixed(algorithm, around)
    ends = _ends(algorithm, base, conventions, made)
    loose = frozenset[str]().union(*(end.loose for end in ends.values()))
    level = _level_of(graph, unknowns, base, loose, chosen.within, conventions, made)
    makers = with_blocks(graph, unknowns, base, Unknown.maker)
    level = replace(level, made=made(Scope(makers), chosen.within))
    if memoised:
        level = level.having(kept(graph, level, unknowns, base))
    parts = splits(algorithm, chosen, {str(u.number): u.argument for u in unknowns})
    level = _settled(level, parts.rest)
    recursion = _Recursion(algorithm, base, unknowns, memoised, conventions, parts)
    found = recursion.solved(level, ends)
    if memoised:
        found = recursion.remembered(found)
    elif not chosen.choices:
        found = recursion.told(found)
    words = inputs_words(Scope(algorithm))
    if memoised or words == ZERO:  # calls that are kept take the inputs as they are: these stay to the end
        return replace(found, whole=found.memory + words, whole_on_one=found.on_one + words)
    return found


def _settled(level: Level, chosen: Chosen) -> Level:
    """Return a level with each figure at its worst over the choices; work at its mean where that is expected."""
    if not chosen.choices:
        return level
    values = chosen.together([getattr(level, text) for text in FIGURES])
    found = dict(zip(FIGURES, values, strict=True))
    if chosen.expects:
        found["work"] = chosen.mean(level.work)
    return level.having(found)


@dataclass(frozen=True)
class _Recursion:
    """A recursion with what is known of its calls."""

    algorithm: Algorithm
    base: Base
    unknowns: tuple[Unknown, ...]
    memoised: bool
    conventions: Conventions
    parts: Splits

    @property
    def domain(self) -> Domain:
        """What is known above the base, of the choice that splits too."""
        return self.parts.rest.domain

    def solved(self, level: Level, ends: Mapping[int, Level]) -> Level:
        """Return the figures that solve those of a level."""
        found: dict[str, Bounded] = {}
        untold: dict[str, ModelError] = {}
        for text in self._in_order(level):
            value = self._with_known(text, getattr(level, text), found)
            if text not in ("work", "span"):
                value = _roofed(value, self.domain)
            stops = {k: getattr(end, text) for k, end in ends.items()}
            if self.memoised and text == "span":
                stops = longest_base(stops)
            try:
                found[text] = self._figure_or_above(text, value, stops)
            except ModelError as error:
                untold[text] = error
                continue
            if self.memoised and (text != "span" or self.conventions.phases == "sequence"):
                found[text] = with_other_bases(found[text], stops, self.base)
        for text, why in untold.items():
            found[text] = self._by_partner(text, found, why)
        return Level(**found, loose=level.loose)

    def _by_partner(self, text: str, found: Mapping[str, Bounded], error: ModelError) -> Bounded:
        """Return a bound of words from the other way to tell them: the words beside the inputs, or with these."""
        for beside, whole in PAIRS:
            if text == whole and beside in found:
                return (found[beside] + inputs_words(Scope(self.algorithm))).loosened()
            if text == beside and whole in found:
                return found[whole].loosened()
        raise error

    def _figure_or_above(self, text: str, value: Bounded, stops: Mapping[int, Bounded]) -> Bounded:
        """Return a figure, or, where it has no closed form, that of a larger value without guards."""
        try:
            return self._figure(text, value, stops)
        except ModelError:
            above = _roofed(value, self.domain)
            if above.expr == value.expr:
                raise
            return self._figure(text, above, stops)

    def _in_order(self, level: Level) -> Iterator[str]:
        """Yield the figures, words in an order in which those that others are made of come first."""
        yield from ("work", "span", "threads", "made")
        for beside, whole in PAIRS:
            first = whole if not self._calls(beside) & getattr(level, whole).expr.names else beside
            yield from (first, whole if first == beside else beside)

    def _calls(self, text: str) -> frozenset[str]:
        return frozenset(str(u.figure(text)) for u in self.unknowns)

    def _with_known(self, text: str, value: Bounded, known: Mapping[str, Bounded]) -> Bounded:
        """Return a value in which no figure of calls is unknown but its own.

        Another figure is put in where it is known.  Else all words are at most those beside the operands, and these;
        and the words beside the operands are at most all words.
        """
        exact, values = value.exact, dict[str, Expr]()
        for u in self.unknowns:
            for beside, whole in PAIRS:
                for other in {beside, whole} - {text}:
                    if str(u.figure(other)) not in value.expr.names:
                        continue
                    if other in known:
                        exact = exact and known[other].exact
                        values[str(u.figure(other))] = known[other].expr.substitute(
                            {self.base.size: u.argument}
                        )
                    else:
                        exact = False
                        more = u.figure(beside) + u.inputs if other == whole else u.figure(whole)
                        values[str(u.figure(other))] = more
        return Bounded(value.expr.substitute(values), exact) if values else value

    def remembered(self, found: Level) -> Level:
        """Return the figures of memoised calls with those that are told better, or with more care."""
        figures = {text: getattr(found, text) for text in FIGURES}
        arguments = tuple(u.argument for u in self.unknowns)
        given = self.algorithm, self.base, arguments, self.conventions, self._put_in, figures
        return found.having(corrected(*given))

    def _put_in(self, blocks: Mapping[Expr, Block]) -> Algorithm:
        """Return the graph with blocks, by size, in the place of its calls."""
        return with_blocks(self.algorithm, self.unknowns, self.base, lambda u: blocks[u.argument])

    def told(self, found: Level) -> Level:
        """Return the figures with those that are exact where the calls are given no words; see Note [Wordless]."""
        names = {u.argument: {text: u.figure(text) for text in FIGURES} for u in self.unknowns}

        missing = {text for text in ("threads", "memory", "on_one") if not getattr(found, text).exact}
        for exact in unfolded(self.algorithm, self.base, names, self.conventions, self._put_in):
            base = replace(self.base, until=exact.upto)
            for text in sorted(filter(exact.exact, missing)):
                calls = {str(u.figure(text)): u.argument for u in self.unknowns}
                stops = {k: t.costs[text] for k, t in exact.stops.items()}
                missing.remove(text)
                try:
                    value = KnownFigure(text, calls, stops, base, self.algorithm).solved(
                        exact.level.costs[text]
                    )
                except ModelError:
                    continue  # its bound has a closed form, its exact recurrence none
                found = found.having({text: value}) if value.exact else found
            missing = set(filter(exact.hopeful, missing))
            if not missing:
                break
        return found

    def _figure(self, text: str, value: Bounded, stops: Mapping[int, Bounded]) -> Bounded:
        calls = {str(u.figure(text)): u.argument for u in self.unknowns}
        if not value.expr.names & set(calls):
            return self._without_calls(value, stops)
        if self.parts.by is None:
            return KnownFigure(text, calls, stops, self.base, self.algorithm).solved(value)
        split = SplitFigure(text, calls, stops, self.base, self.algorithm, self.parts.by)
        return split.solved(value, expected=self.parts.by.uniform and text == "work")

    def _without_calls(self, value: Bounded, stops: Mapping[int, Bounded]) -> Bounded:
        """Return a figure that none of the calls takes part in."""
        by, size = self.parts.by, self.algorithm.domain.size(self.base.size)
        assert size is not None
        if by is not None:
            value = Chosen((by,), above_base(self.algorithm)).worst(value)
        found = from_the_start(
            value.expr, self.base.until + 1, size, self.algorithm.domain, lambda v: stops[v].expr
        )
        if found is None:
            raise ModelError(f"the base case of {self.algorithm.name or 'the algorithm'} has too many sizes")
        return found.loosened(value.exact and all(b.exact for b in stops.values()))


def _roofed(value: Bounded, domain: Domain) -> Bounded:
    above = roof(value.expr, domain)
    return Bounded(above, value.exact and above == value.expr)


def _unknowns(algorithm: Algorithm, base: Base) -> tuple[tuple[Unknown, ...], bool]:
    """Return the different sizes of the calls, and whether they are memoised."""
    calls: list[Call] = []
    rewritten(algorithm, lambda _, kind: _noted(kind, calls))
    if not calls:
        raise ModelError(
            f"{algorithm.name or 'the algorithm'} has a base case, but never calls itself",
            next_step="call it, or drop the base case",
        )
    arguments: dict[Expr, None] = {}
    for call in calls:
        for text, e in call.sizes:
            if text == base.size:
                arguments[e] = None
            elif e != name(text):
                raise ModelError(
                    f"{algorithm.name or 'the algorithm'} calls itself with another {text}: {e}",
                    next_step=f"let only {base.size} change, which the base case names",
                )
    words = inputs_words(Scope(algorithm))
    found = (Unknown(e, k, words.substitute({base.size: e})) for k, e in enumerate(arguments))
    return tuple(found), any(c.memoised for c in calls)


def _noted(kind: Any, calls: list[Call]) -> Any:
    if isinstance(kind, Call) and kind.algorithm is None:
        calls.append(kind)
    return kind


def _level_of(
    graph: Algorithm,
    unknowns: tuple[Unknown, ...],
    base: Base,
    loose: frozenset[str],
    domain: Domain,
    conventions: Conventions,
    made: Callable[[Scope, Domain], Bounded],
) -> Level:
    """Return one level, of whose calls is told what holds of the base cases and of the level itself."""
    level = level_of(with_blocks(graph, unknowns, base, lambda u: u.block(loose)), domain, conventions, made)
    if level.loose <= loose:
        return replace(level, loose=loose)
    return _level_of(graph, unknowns, base, loose | level.loose, domain, conventions, made)


def _ends(
    algorithm: Algorithm, base: Base, conventions: Conventions, made: Callable[[Scope, Domain], Bounded]
) -> dict[int, Level]:
    """Return the figures of the base case at each of its sizes."""
    graph = base_graph(algorithm, base)
    size = next(s for s in graph.sizes if s.name == base.size)
    values = [
        v for v in range(size.low, base.until + 1) if size.power_of is None or is_power(v, size.power_of)
    ]
    if len(values) > MOST_BASES:
        raise ModelError(
            f"the base case has {len(values)} sizes", next_step=f"let it have at most {MOST_BASES}"
        )
    found = {}
    for v in values:
        at_one, chosen = fixed(graph, graph.domain.with_size(Size(size.name, v, v, size.power_of)))
        level = _settled(level_of(at_one, chosen.within, conventions, made), chosen)
        told = level.having({text: _at(getattr(level, text), size.name, v) for text in FIGURES})
        found[v] = told if takes_all(algorithm) else replace(told, loose=told.loose | {"readings"})
    return found


def takes_all(algorithm: Algorithm) -> bool:
    """Say whether the base case of a recursion takes all inputs and constants."""
    base = base_of(algorithm)
    return base is None or len(input_nodes(Scope(base.body))) == len(input_nodes(Scope(algorithm)))


def _at(quantity: Bounded, size: str, value: int) -> Bounded:
    return Bounded(quantity.expr.substitute({size: value}), quantity.exact)


def readers_delay(operations: Expr, domain: Domain) -> Expr:
    """Return how many steps more a step may last, when all operations read one word."""
    return ceiling(log2(simplify(maximum_of(1, operations), domain)))


__all__ = ["Level", "inputs_words", "is_recursive", "readers_delay", "solved", "takes_all"]
