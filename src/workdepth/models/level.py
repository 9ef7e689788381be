"""One level of a recursion: its figures, and the blocks that stand for its calls."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from workdepth.graph.algorithm import Algorithm
from workdepth.graph.nodes import Base, Block, Call, Constant, Input, Solved
from workdepth.graph.rewriting import rewritten
from workdepth.models.access import whole as part
from workdepth.models.bounded import ONE, ZERO, Bounded, most
from workdepth.models.choices import results_of
from workdepth.models.conventions import Conventions
from workdepth.models.counts import work
from workdepth.models.gpu import Gpu
from workdepth.models.ram import Ram
from workdepth.models.readings import all_read
from workdepth.models.scope import Scope
from workdepth.models.sequence import Holding
from workdepth.models.settling import free_operations
from workdepth.models.stages import Stage
from workdepth.models.storage import Entry
from workdepth.symbolic import Domain, Expr, name, simplify

FIGURES = ("work", "span", "threads", "memory", "on_one", "whole", "whole_on_one", "made")
#: The words beside the inputs, and all words.
PAIRS = (("memory", "whole"), ("on_one", "whole_on_one"))


@dataclass(frozen=True)
class Level:
    """The figures of one level, or of a base case.

    ``memory`` and ``on_one`` are the words beside the inputs, which somebody holds until it ends; ``whole`` and
    ``whole_on_one`` are all words, the inputs too, where these die in it; ``made`` is how many words it makes.
    ``loose`` is what is not told of what it yields, and when: see ``Solved``.
    """

    work: Bounded
    span: Bounded
    threads: Bounded
    memory: Bounded
    on_one: Bounded
    whole: Bounded
    whole_on_one: Bounded
    made: Bounded
    loose: frozenset[str] = frozenset()

    def having(self, figures: Mapping[str, Bounded]) -> Level:
        """Return the same with some other figures, by name."""
        found: dict[str, Any] = dict(figures)
        return replace(self, **found)

    def with_figures(self, found: Mapping[str, Bounded]) -> Level:
        """Return the level with some figures in the place of its own."""
        values: dict[str, Any] = dict(found)
        return replace(self, **values)

    def block(self, text: str, sizes: Mapping[str, Expr]) -> Solved:
        """Return the block that stands for a call to the recursion that has these figures."""
        found = {t: getattr(self, t) for t in FIGURES}
        costs = {t: b.expr.substitute(sizes) for t, b in found.items()}
        loose = self.loose | {t for t, b in found.items() if not b.exact}
        return Solved(text, **costs, loose=loose)


@dataclass(frozen=True)
class Unknown:
    """The calls at one smaller size, and the names of their unknown figures."""

    argument: Expr
    number: int
    inputs: Expr

    def figure(self, text: str) -> Expr:
        """Return the name of a figure of theirs."""
        return name(f"_{text}{self.number}")

    def block(self, loose: frozenset[str]) -> Solved:
        """Return the block that stands for such a call."""
        costs = {text: self.figure(text) for text in FIGURES}
        return Solved(f"call at {self.argument}", loose=loose, **costs)

    def maker(self) -> Block:
        """Return the block of which only the words that it makes are asked."""
        made = self.figure("made")
        return Block(f"call at {self.argument}", ZERO, ZERO, ZERO, made, made)


def with_blocks(
    algorithm: Algorithm, unknowns: Iterable[Unknown], base: Base, as_block: Callable[[Unknown], Block]
) -> Algorithm:
    """Return a graph in which a block stands for each call to itself, by the size that it is at."""
    by_size = {u.argument: as_block(u) for u in unknowns}

    def change(_: str, kind: Any) -> Any:
        if isinstance(kind, Call) and kind.algorithm is None:
            return by_size[dict(kind.sizes)[base.size]]
        return kind

    return rewritten(algorithm, change)


def level_of(
    graph: Algorithm, domain: Domain, conventions: Conventions, made: Callable[[Scope, Domain], Bounded]
) -> Level:
    """Return the figures of one level: its inputs are held by who calls it."""
    scope = Scope(graph)
    gpu, ram = Gpu(conventions), Ram(conventions)
    stage = gpu.scope(scope, ONE, {}, domain)
    held = ram.scope(scope, {}, domain)
    operations = work(scope, domain).loosened(gpu.won and ram.won)
    memory, on_one = (_words(x, ZERO, scope, domain) for x in (stage, held))
    inputs = {v: Entry(part(scope.shape((v, 0))), dies=True) for v in input_nodes(scope)}
    words = inputs_words(scope)
    ending = Gpu(conventions).scope(scope, ONE, inputs, domain), Ram(conventions).scope(scope, inputs, domain)
    whole, whole_on_one = (_words(x, words, scope, domain) for x in ending)
    figures = operations, stage.duration, stage.threads, memory, on_one, whole, whole_on_one
    loose = {"settling"} if free_operations(scope) else set()
    if not all(_yields(x.net, ZERO, scope, domain) for x in (stage, held)):
        loose.add("results")
        loose |= set() if all(_yields(x.net, words, scope, domain) for x in ending) else {"taken"}
    if not all(all_read(scope, (v, 0), domain) for v in input_nodes(scope)):
        loose.add("readings")
    return Level(*figures, made(scope, domain), frozenset(loose))


def _words(of: Stage | Holding, inputs: Expr, scope: Scope, domain: Domain) -> Bounded:
    """Return the most words of a level with those of its inputs: those that it yields are its own, if it is exact."""
    told = _yields(of.net, inputs, scope, domain) and not free_operations(scope)
    return most([(of.peak + inputs).loosened(told), Bounded(yielded_words(scope), told)], domain)


def yielded_words(scope: Scope) -> Expr:
    """Return the words that a level yields: counted as its own, though some may be names."""
    total = ZERO
    for output in scope.outputs:
        (operand,) = scope.operands[output]
        words = ONE
        for extent in scope.shape((operand.node, operand.out))[len(operand.index) :]:
            words = words * extent
        total = total + words
    return total


def _yields(net: Bounded, inputs: Expr, scope: Scope, domain: Domain) -> bool:
    """Say whether all that is left of a level, and of the inputs that end in it, are words that it yields."""
    return net.exact and simplify(inputs + net.expr - yielded_words(scope), domain) == ZERO


def inputs_words(scope: Scope) -> Expr:
    """Return the words of all inputs and constants."""
    return sum((results_of(scope, node) for node in input_nodes(scope)), ZERO)


def input_nodes(scope: Scope) -> list[str]:
    """Return the inputs and constants of a scope."""
    return [node for node, kind in scope.kinds.items() if isinstance(kind, Input | Constant)]
