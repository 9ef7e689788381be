"""The unrolled truth of an algorithm that chooses: every way to choose, the largest figure of all.

A branch takes one case in all its copies at a time, a choice among a range one number for each trail of calls.  So
with much to choose not every way can be tried, and the most of those that are tried is what an exact figure must
equal; of choices among a range then all take the first number, the last, or the one in the middle.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import islice, product
from math import prod
from typing import Any

from workdepth.graph.choosing import read_at
from workdepth.graph.deciding import Undecided
from workdepth.graph.decisions import branches_of, choices_of
from workdepth.graph.nodes import Branch, Choice
from workdepth.graph.unroll import unroll
from workdepth.models import Conventions
from workdepth.schedule.profile import Profile, profile
from workdepth.symbolic import Expr, floor

MOST_CHOICES = 256
MOST_ORDERS = 720  # ways to choose one number after the other: six numbers in any order
FIGURES = ("time", "memory", "threads", "work")


@dataclass(frozen=True)
class Way:
    """A way to choose, as ``unroll`` takes it, and how likely it is where every number of a range is as likely."""

    cases: Mapping[str, Any]
    chance: Fraction


@dataclass(frozen=True)
class Ways:
    """The ways that are tried at some sizes, and whether these are all."""

    tried: tuple[Way, ...]
    complete: bool


def ways(graph: Any, point: Mapping[str, int]) -> Ways:
    """Return ways to choose a case for each branch and each choice; without any the one empty way.

    Examples
    --------
    >>> import workdepth as wd
    >>> g = wd.Algorithm("either")
    >>> x = g.input("x", wd.size("n"))
    >>> g.output(g.choose(g.input("which"), wd.size("n"), lambda k: x[k] + k, uniform=True))
    >>> [(dict(way.cases), str(way.chance)) for way in ways(g, {"n": 2}).tried]
    [({'choose1': {'': 0}}, '1/2'), ({'choose1': {'': 1}}, '1/2')]
    """
    branches, choices = branches_of(graph), choices_of(graph)
    several = product(*(range(len(kind.cases)) for kind in branches.values()))
    found: list[Way] = []
    complete = True
    for way in islice(several, MOST_CHOICES):
        chosen = dict(zip(branches, way, strict=True))
        numbered = list(_numbered(graph, point, chosen, choices))
        complete = complete and all(isinstance(n, Way) for n in numbered)
        found += [n if isinstance(n, Way) else Way(n, Fraction(0)) for n in numbered]
    whole = prod(len(kind.cases) for kind in branches.values()) <= MOST_CHOICES >= len(found)
    return Ways(tuple(found[:MOST_CHOICES]), complete and whole)


def _numbered(
    graph: Any, point: Mapping[str, int], cases: dict[str, int], choices: Mapping[str, Choice]
) -> Iterator[Way | dict[str, Any]]:
    """Yield ways to choose numbers beside some cases: all of them, or those of a few rules."""
    if not choices:
        yield Way(cases, Fraction(1))
    elif all(_orders(graph, point, cases, last) <= MOST_ORDERS for last in (False, True)):
        yield from _trees(graph, point, cases, {})
    else:
        for rule in zip(*(rules(choice) for choice in choices.values()), strict=True):
            yield {**cases, **dict(zip(choices, rule, strict=True))}


def rules(choice: Choice) -> tuple[Expr, Expr, Expr]:
    """Return the first number of a choice, the last, and the one in the middle."""
    low, last = choice.over.low, choice.over.high - 1
    return low, last, floor((low + last) / 2)


Numbers = dict[tuple[str, str], int]


def _next(
    graph: Any, point: Mapping[str, int], cases: Mapping[str, int], numbers: Numbers
) -> Undecided | None:
    waiting: list[Undecided] = []
    read_at(graph, dict(point), cases, numbers, waiting)
    return waiting[0] if waiting else None


def _orders(graph: Any, point: Mapping[str, int], cases: Mapping[str, int], last: bool) -> int:
    """Return how many numbers all choices have together, where each takes its first or its last; or enough."""
    numbers: Numbers = {}
    found = 1
    while found <= MOST_ORDERS and (at := _next(graph, point, cases, numbers)) is not None:
        numbers[at.key, at.trail] = at.high - 1 if last else at.low
        found *= at.high - at.low
    return found


def _trees(graph: Any, point: Mapping[str, int], cases: dict[str, int], numbers: Numbers) -> Iterator[Way]:
    at = _next(graph, point, cases, numbers)
    if at is None:
        yield Way({**cases, **_by_key(numbers)}, Fraction(1))
        return
    for k in range(at.low, at.high):
        for way in _trees(graph, point, cases, {**numbers, (at.key, at.trail): k}):
            yield replace(way, chance=way.chance / (at.high - at.low))


def _by_key(numbers: Numbers) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = {}
    for (key, trail), k in numbers.items():
        found.setdefault(key, {})[trail] = k
    return found


@dataclass(frozen=True)
class Truth:
    """What the ways that were tried have in common.

    Attributes
    ----------
    worst : mapping
        For each machine the profile whose figures are the largest of all.
    expected_work : Fraction or None
        The mean work, with each way as likely as it is; None where not all ways were tried, or a choice has no
        probabilities.
    """

    worst: Mapping[str, Profile]
    expected_work: Fraction | None


def truth(graph: Any, conventions: Conventions, point: Mapping[str, int]) -> Truth:
    """Unroll a graph in every way to choose.

    The expectation is linear, so it is that of branches which take one case in all their copies.

    Examples
    --------
    >>> import workdepth as wd
    >>> g = wd.Algorithm("either")
    >>> n = wd.size("n")
    >>> x = g.input("x", n)
    >>> g.output(g.choose(x[0], n, lambda k: g.fold(wd.ADD, k + 1, lambda i: x[i]), uniform=True))
    >>> found = truth(g, wd.Conventions(), {"n": 8})
    >>> found.worst["GPU"].time, found.worst["RAM"].time, str(found.expected_work)
    (3, 7, '7/2')
    """
    most: dict[str, Profile] = {}
    found, branches = ways(graph, point), branches_of(graph)
    likely = found.complete and all(kind.probabilities for kind in branches.values())
    likely = likely and all(choice.uniform for choice in choices_of(graph).values())
    total = Fraction(0)
    for way in found.tried:
        unit = unroll(graph, phases=conventions.phases, cases=way.cases, **point)
        for machine in ("RAM", "GPU"):
            one = profile(unit, machine, **conventions.of_schedule())
            most[machine] = _larger(most[machine], one) if machine in most else one
            if likely and machine == "RAM":
                total += _chance(way, branches, point) * one.work
    return Truth(most, total if likely else None)


def _chance(way: Way, branches: Mapping[str, Branch], point: Mapping[str, int]) -> Fraction:
    chance = way.chance
    for path, kind in branches.items():
        chance *= Fraction(kind.probabilities[way.cases[path]].at(dict(point)))
    return chance


def worst(graph: Any, conventions: Conventions, point: Mapping[str, int]) -> Mapping[str, Profile]:
    """Return, for each machine, the profile whose figures are the largest of all ways to choose.

    Examples
    --------
    >>> import workdepth as wd
    >>> g = wd.Algorithm("either")
    >>> x = g.input("x", wd.size("n"))
    >>> g.output(g.branch(x[0], lambda: g.fold(wd.ADD, x), lambda: x[0]))
    >>> worst(g, wd.Conventions(), {"n": 8})["GPU"].time
    3
    """
    return truth(graph, conventions, point).worst


def _larger(a: Profile, b: Profile) -> Profile:
    return replace(a, **{name: max(getattr(a, name), getattr(b, name)) for name in FIGURES})
