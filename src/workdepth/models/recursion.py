"""Recursion: one level of it, with the calls as opaque blocks, gives a recurrence for each figure.

Note [Recursion].  The level above the base is analysed like any graph, every call to itself being a block whose
work, span, threads and words are names of unknown numbers.  What comes out is linear in these names, or a
maximum of such: a recurrence, which ``symbolic.recurrences`` solves.  Work and span come out exact where the
level is; the words that a call holds beside its operands are counted as if these stayed until it ends, so
memory is a bound; but see Note [Wordless].  Memoised calls are made once each: their sizes are all sizes below,
or one chain of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from workdepth.errors import ModelError, SymbolicError
from workdepth.graph.algorithm import Algorithm
from workdepth.graph.calling import above_base, base_graph, base_of
from workdepth.graph.nodes import Base, Block, Call, Constant, Input, Solved
from workdepth.graph.rewriting import rewritten
from workdepth.models.access import whole as part
from workdepth.models.bounded import ONE, ZERO, Bounded, most
from workdepth.models.choices import results_of
from workdepth.models.chosen import Chosen, fixed
from workdepth.models.conventions import Conventions
from workdepth.models.counts import work
from workdepth.models.gpu import Gpu
from workdepth.models.ram import Ram
from workdepth.models.remembered import corrected
from workdepth.models.roofing import roof
from workdepth.models.scope import Scope
from workdepth.models.splitting import SplitFigure, Splits, splits
from workdepth.models.storage import Entry
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
from workdepth.symbolic.recurrences import Recurrence, Solution, at, recurrence, solve

MOST_BASES = 64
FIGURES = ("work", "span", "threads", "memory", "on_one", "whole", "whole_on_one", "made")
#: The words beside the inputs, and all words.
PAIRS = (("memory", "whole"), ("on_one", "whole_on_one"))


@dataclass(frozen=True)
class Level:
    """The figures of one level, or of a base case.

    ``memory`` and ``on_one`` are the words beside the inputs, which somebody holds until it ends; ``whole`` and
    ``whole_on_one`` are all words, the inputs too, where these die in it; ``made`` is how many words it makes.
    """

    work: Bounded
    span: Bounded
    threads: Bounded
    memory: Bounded
    on_one: Bounded
    whole: Bounded
    whole_on_one: Bounded
    made: Bounded

    def block(self, text: str, sizes: Mapping[str, Expr]) -> Solved:
        """Return the block that stands for a call to the recursion that has these figures."""
        found = {t: getattr(self, t) for t in FIGURES}
        costs = {t: b.expr.substitute(sizes) for t, b in found.items() if t != "made"}
        return Solved(text, **costs, loose=frozenset(t for t, b in found.items() if not b.exact))


@dataclass(frozen=True)
class Unknown:
    """The calls at one smaller size, and the names of their unknown figures."""

    argument: Expr
    number: int
    inputs: Expr

    def figure(self, text: str) -> Expr:
        """Return the name of a figure of theirs."""
        return name(f"_{text}{self.number}")

    def block(self) -> Solved:
        """Return the block that stands for such a call."""
        costs = {text: self.figure(text) for text in FIGURES if text != "made"}
        return Solved(f"call at {self.argument}", loose=frozenset(), **costs)

    def maker(self) -> Block:
        """Return the block of which only the words that it makes are asked."""
        made = self.figure("made")
        return Block(f"call at {self.argument}", ZERO, ZERO, ZERO, made, made)


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
    level = _level(_with_blocks(graph, unknowns, base, Unknown.block), chosen.within, conventions, made)
    makers = _with_blocks(graph, unknowns, base, Unknown.maker)
    level = replace(level, made=made(Scope(makers), chosen.within))
    if memoised:
        level = Level(**_memoised(graph, level, unknowns, base))
    parts = splits(algorithm, chosen, {str(u.number): u.argument for u in unknowns})
    level = _settled(level, parts.rest)
    recursion = _Recursion(algorithm, base, unknowns, memoised, conventions, parts)
    found = recursion.solved(level, _ends(algorithm, base, conventions, made))
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
    return Level(**found)


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
        for text in self._in_order(level):
            value = self._with_known(text, getattr(level, text), found)
            if text not in ("work", "span"):
                value = _roofed(value, self.domain)
            stops = {k: getattr(end, text) for k, end in ends.items()}
            if self.memoised and text == "span":
                stops = _longest_base(stops)
            try:
                found[text] = self._figure(text, value, stops)
            except ModelError:
                above = _roofed(value, self.domain)
                if above.expr == value.expr:
                    raise
                found[text] = self._figure(text, above, stops)
            if self.memoised and (text != "span" or self.conventions.phases == "sequence"):
                found[text] = _with_other_bases(found[text], stops, self.base)
        return Level(**found)

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

        Another figure is put in where it is known; else all words are at most those beside the operands, and these.
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
                        values[str(u.figure(other))] = u.figure(beside) + u.inputs
        return Bounded(value.expr.substitute(values), exact) if values else value

    def remembered(self, found: Level) -> Level:
        """Return the figures of memoised calls with those that are told better, or with more care."""
        figures = {text: getattr(found, text) for text in FIGURES}
        arguments = tuple(u.argument for u in self.unknowns)
        given = self.algorithm, self.base, arguments, self.conventions, self._put_in, figures
        return replace(found, **corrected(*given))

    def _put_in(self, blocks: Mapping[Expr, Block]) -> Algorithm:
        """Return the graph with blocks, by size, in the place of its calls."""
        return _with_blocks(self.algorithm, self.unknowns, self.base, lambda u: blocks[u.argument])

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
                    value = _Figure(text, calls, stops, base, self.algorithm).solved(exact.level.costs[text])
                except ModelError:
                    continue  # its bound has a closed form, its exact recurrence none
                found = replace(found, **{text: value}) if value.exact else found
            missing = set(filter(exact.hopeful, missing))
            if not missing:
                break
        return found

    def _figure(self, text: str, value: Bounded, stops: Mapping[int, Bounded]) -> Bounded:
        calls = {str(u.figure(text)): u.argument for u in self.unknowns}
        if not value.expr.names & set(calls):
            return self._without_calls(value, stops)
        if self.parts.by is None:
            return _Figure(text, calls, stops, self.base, self.algorithm).solved(value)
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


@dataclass(frozen=True)
class _Figure:
    """One figure of a recursion, to be solved from its level."""

    text: str
    calls: Mapping[str, Expr]
    stops: Mapping[int, Bounded]
    base: Base
    algorithm: Algorithm

    def solved(self, value: Bounded) -> Bounded:
        """Return what solves the recurrence of a level's value."""
        of = _recurrence(self.text, value.expr, self.calls, self.stops, self.base, self.algorithm)
        exact = value.exact and all(b.exact for b in self.stops.values())
        return _solution(of, exact, self.algorithm, self.text)


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


def _with_blocks(
    algorithm: Algorithm, unknowns: Iterable[Unknown], base: Base, as_block: Callable[[Unknown], Block]
) -> Algorithm:
    by_size = {u.argument: as_block(u) for u in unknowns}

    def change(_: str, kind: Any) -> Any:
        if isinstance(kind, Call) and kind.algorithm is None:
            return by_size[dict(kind.sizes)[base.size]]
        return kind

    return rewritten(algorithm, change)


def _level(
    graph: Algorithm, domain: Domain, conventions: Conventions, made: Callable[[Scope, Domain], Bounded]
) -> Level:
    """Return the figures of one level: its inputs are held by who calls it."""
    scope = Scope(graph)
    gpu, ram = Gpu(conventions), Ram(conventions)
    stage = gpu.scope(scope, ONE, {}, domain)
    held = ram.scope(scope, {}, domain)
    operations = work(scope, domain).loosened(gpu.won and ram.won)
    memory, on_one = (_words(x.peak, x.net, ZERO, scope, domain) for x in (stage, held))
    inputs = {v: Entry(part(scope.shape((v, 0))), dies=True) for v in input_nodes(scope)}
    words = inputs_words(scope)
    ending = Gpu(conventions).scope(scope, ONE, inputs, domain), Ram(conventions).scope(scope, inputs, domain)
    whole, whole_on_one = (_words(x.peak, x.net, words, scope, domain) for x in ending)
    figures = operations, stage.duration, stage.threads, memory, on_one, whole, whole_on_one
    return Level(*figures, made(scope, domain))


def _words(peak: Bounded, net: Bounded, inputs: Expr, scope: Scope, domain: Domain) -> Bounded:
    """Return the most words of a level with those of its inputs: those that it yields are its own, if it is exact."""
    yielded = _outputs(scope)
    told = net.exact and simplify(inputs + net.expr - yielded, domain) == ZERO
    return most([(peak + inputs).loosened(told), Bounded(yielded, told)], domain)


def _outputs(scope: Scope) -> Expr:
    """Return the words that a level yields: counted as its own, though some may be names."""
    total = ZERO
    for output in scope.outputs:
        (operand,) = scope.operands[output]
        words = ONE
        for extent in scope.shape((operand.node, operand.out))[len(operand.index) :]:
            words = words * extent
        total = total + words
    return total


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
        level = _settled(_level(at_one, chosen.within, conventions, made), chosen)
        found[v] = Level(*(_at(getattr(level, text), size.name, v) for text in FIGURES))
    return found


def _at(quantity: Bounded, size: str, value: int) -> Bounded:
    return Bounded(quantity.expr.substitute({size: value}), quantity.exact)


def _memoised(
    algorithm: Algorithm, level: Level, unknowns: tuple[Unknown, ...], base: Base
) -> dict[str, Bounded]:
    """Return the figures of a level whose calls are made once each, by size, and whose results are kept.

    The sizes form one chain: all that are smaller, or those of the one argument.  The calls are then one after
    the other, each starting when those that it reads are done.
    """
    n = name(base.size)
    chain = next((u for u in unknowns if u.argument == n - 1), unknowns[0] if len(unknowns) == 1 else None)
    if chain is None:
        raise ModelError(
            f"the memoised calls of {algorithm.name or 'the algorithm'} are at"
            f" {', '.join(str(u.argument) for u in unknowns)}",
            next_step=f"let one of them be at {n - 1}, or all at one size",
        )
    nothing = {str(u.figure(text)): 0 for u in unknowns for text in FIGURES}

    def own(text: str) -> Bounded:
        found: Bounded = getattr(level, text)
        return Bounded(found.expr.substitute(nothing), found.exact)

    kept = _outputs(Scope(algorithm))
    before = {text: chain.figure(text) for text in FIGURES}
    whole = len(unknowns) == 1 or all(_steps_back(u.argument, n) for u in unknowns)
    return {
        "work": (own("work") + before["work"]).loosened(whole),
        "span": own("span") + maximum_of(*(u.figure("span") for u in unknowns)),
        "threads": Bounded(maximum_of(before["threads"], own("threads").expr), own("threads").exact),
        "memory": (own("memory") + before["memory"] + kept).loosened(),
        "on_one": (own("on_one") + before["on_one"] + kept).loosened(),
        "whole": (own("whole") + before["memory"] + kept).loosened(),
        "whole_on_one": (own("whole_on_one") + before["on_one"] + kept).loosened(),
        "made": own("made") + before["made"],
    }


def _longest_base(stops: Mapping[int, Bounded]) -> dict[int, Bounded]:
    """Return base spans that are all the longest of them, a bound: a later call may wait for any of them."""
    spans = {b.expr for b in stops.values()}
    if len(spans) < 2:
        return dict(stops)
    longest = Bounded(maximum_of(*spans), False)
    return dict.fromkeys(stops, longest)


def _with_other_bases(found: Bounded, stops: Mapping[int, Bounded], base: Base) -> Bounded:
    """Add what base cases beside the largest need: memoised calls may reach several, and begin them together."""
    others = sum((b.expr for size, b in stops.items() if size != base.until), ZERO)
    return found if others == ZERO else (found + others).loosened()


def _steps_back(argument: Expr, n: Expr) -> bool:
    return (n - argument).is_number


def _recurrence(
    text: str,
    value: Expr,
    calls: Mapping[str, Expr],
    ends: Mapping[int, Bounded],
    base: Base,
    algorithm: Algorithm,
) -> Recurrence:
    stops = {k: b.expr for k, b in ends.items()}
    try:
        return recurrence(value, calls, base=stops, upto=base.until, size=base.size, domain=algorithm.domain)
    except SymbolicError as error:
        raise ModelError(
            f"the {text} of {algorithm.name or 'the recursion'} is no recurrence that can be solved: {error.what}",
            next_step=error.next_step or "write it with calls at one or two smaller sizes",
        ) from error


def _solution(of: Recurrence, exact: bool, algorithm: Algorithm, text: str) -> Bounded:
    try:
        found = solve(of)
    except SymbolicError as error:
        raise ModelError(
            f"the {text} of {algorithm.name or 'the recursion'} has no closed form: {of}; {error.what}",
            next_step="declare the size as a power of what it is divided by",
        ) from error
    for value, low, holds in _candidates(found):
        whole = from_the_start(value, low, of.declared, of.domain, lambda v: at(of, v))
        if whole is not None:
            return Bounded(whole.expr, exact and holds and whole.exact)
    raise ModelError(
        f"the {text} of {algorithm.name or 'the recursion'} has neither a closed form nor a bound for all sizes: {of}",
        next_step="declare the size as a power of what it is divided by, or with a larger low",
    )


def _candidates(found: Solution) -> Iterator[tuple[Expr, int, bool]]:
    """Yield formulas, from which size on they hold, and whether they are exact there."""
    kept = found.recurrence.declared.power_of
    holds = found.domain.size(found.recurrence.size)
    if found.value is not None and holds is not None and holds.power_of == kept:
        yield found.value, holds.low, True
    if found.bound is not None:
        yield found.bound, found.bound_low, False


def inputs_words(scope: Scope) -> Expr:
    """Return the words of all inputs and constants."""
    return sum((results_of(scope, node) for node in input_nodes(scope)), ZERO)


def input_nodes(scope: Scope) -> list[str]:
    """Return the inputs and constants of a scope."""
    return [node for node, kind in scope.kinds.items() if isinstance(kind, Input | Constant)]


def readers_delay(operations: Expr, domain: Domain) -> Expr:
    """Return how many steps more a step may last, when all operations read one word."""
    return ceiling(log2(simplify(maximum_of(1, operations), domain)))


__all__ = ["Level", "inputs_words", "is_recursive", "readers_delay", "solved"]
