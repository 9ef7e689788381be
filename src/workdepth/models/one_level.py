"""What is explained of an algorithm that calls: other algorithms opened, of a recursion one level.

The calls of that level are blocks whose costs are the figures found for the smaller sizes; so a call is one row,
and the rows of a level add up to its figures.  Of memoised calls the one that makes all the others stands for
what they cost together; the others only read what is kept.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from workdepth.graph.algorithm import Algorithm
from workdepth.graph.calling import above_base, base_of
from workdepth.graph.decisions import choices_of
from workdepth.graph.nodes import Base, Block, Call
from workdepth.graph.rewriting import rewritten, with_calls_opened, with_ports_in_place
from workdepth.models.analysis import _results, _with_recursions
from workdepth.models.bounded import ZERO
from workdepth.models.chosen import at_ends
from workdepth.models.conventions import Conventions
from workdepth.models.counts import work
from workdepth.models.recursion import Level, solved
from workdepth.models.scope import Scope
from workdepth.models.worst import largest
from workdepth.symbolic import Domain, Expr, name


def one_level(algorithm: Algorithm, conventions: Conventions) -> tuple[Algorithm, Domain, Mapping[str, Expr]]:
    """Return a graph without calls, of which the figures are explained, for which sizes, and its choices.

    A choice among a range takes the end of it where there is more work; no number is looked at between the ends.

    Parameters
    ----------
    algorithm : Algorithm
        Checked.
    conventions : Conventions

    Examples
    --------
    >>> import workdepth as wd
    >>> g = wd.Algorithm("halves")
    >>> n = g.size("n", power_of=2)
    >>> x = g.input("x", n)
    >>> g.base(n, 1, lambda: x[0])
    >>> left = g.call(g, g.map(n / 2, lambda i: x[i]), n=n / 2)
    >>> g.output(left + g.fold(wd.ADD, n / 2, lambda i: x[i + n / 2]))
    >>> level, domain, chosen = one_level(g, wd.Conventions())
    >>> level.nodes["call2"]["kind"].name, domain.size("n").low, chosen
    ('call at n/2', 2, {})
    """
    opened = _with_recursions(with_calls_opened(with_ports_in_place(algorithm)), conventions)
    base = base_of(opened)
    if base is None:
        return _at_worst_end(opened, algorithm.domain, lambda graph: graph)
    level = solved(opened, conventions, _results)
    return _at_worst_end(
        opened,
        above_base(algorithm),
        lambda graph: rewritten(graph, _Calls(level, base, graph).as_block),
    )


def _at_worst_end(
    graph: Algorithm, domain: Domain, with_blocks: Callable[[Algorithm], Algorithm]
) -> tuple[Algorithm, Domain, Mapping[str, Expr]]:
    choices = choices_of(graph)
    if not choices:
        return with_blocks(graph), domain, {}
    ends = [with_blocks(at_ends(graph, last)) for last in (False, True)]
    last = largest([work(Scope(end), domain).expr for end in ends], domain)[0] == 1
    numbers = {path: c.over.high - 1 if last else c.over.low for path, c in choices.items()}
    return ends[last], domain, numbers


class _Calls:
    """The blocks that stand for the calls of one level."""

    def __init__(self, level: Level, base: Base, graph: Algorithm) -> None:
        self.level, self.base = level, base
        arguments: list[Expr] = []
        rewritten(graph, lambda _, kind: self._noted(kind, arguments))
        before = name(base.size) - 1
        self.chain = before if before in arguments else next(iter(arguments), before)
        self.made = False

    def _argument(self, kind: Call) -> Expr:
        return dict(kind.sizes)[self.base.size]

    def _noted(self, kind: Any, arguments: list[Expr]) -> Any:
        if isinstance(kind, Call):
            arguments.append(self._argument(kind))
        return kind

    def as_block(self, _: str, kind: Any) -> Any:
        """Return the block in the place of a call; any other kind as it is."""
        if not isinstance(kind, Call):
            return kind
        argument = self._argument(kind)
        if not kind.memoised:
            return self.level.block(f"call at {argument}", dict(kind.sizes))
        if argument == self.chain and not self.made:
            self.made = True
            return self.level.block(f"call at {argument} and all below, once each", dict(kind.sizes))
        return Block(f"call at {argument}, kept", ZERO, ZERO, ZERO, ZERO, ZERO)
