"""Memoised recursion: each call is made once, and its result kept."""

from __future__ import annotations

from collections.abc import Mapping

from workdepth.errors import ModelError
from workdepth.graph.algorithm import Algorithm
from workdepth.graph.nodes import Base
from workdepth.models.bounded import ZERO, Bounded
from workdepth.models.level import FIGURES, Level, Unknown, yielded_words
from workdepth.models.scope import Scope
from workdepth.symbolic import Expr, maximum_of, name


def kept(algorithm: Algorithm, level: Level, unknowns: tuple[Unknown, ...], base: Base) -> dict[str, Bounded]:
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

    kept = yielded_words(Scope(algorithm))
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


def longest_base(stops: Mapping[int, Bounded]) -> dict[int, Bounded]:
    """Return base spans that are all the longest of them, a bound: a later call may wait for any of them."""
    spans = {b.expr for b in stops.values()}
    if len(spans) < 2:
        return dict(stops)
    longest = Bounded(maximum_of(*spans), False)
    return dict.fromkeys(stops, longest)


def with_other_bases(found: Bounded, stops: Mapping[int, Bounded], base: Base) -> Bounded:
    """Add what base cases beside the largest need: memoised calls may reach several, and begin them together."""
    others = sum((b.expr for size, b in stops.items() if size != base.until), ZERO)
    return found if others == ZERO else (found + others).loosened()


def _steps_back(argument: Expr, n: Expr) -> bool:
    return (n - argument).is_number
