"""The unrolled truth of an algorithm with branches: every choice of cases, the largest figure of all.

A branch takes one case in all its copies at a time; so with many branches not every choice can be tried, and the
most of those that are tried is what an exact figure must equal.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from fractions import Fraction
from itertools import islice, product
from typing import Any

from workdepth.graph.choosing import branches_of
from workdepth.graph.unroll import unroll
from workdepth.models import Conventions
from workdepth.schedule.profile import Profile, profile

MOST_CHOICES = 256
FIGURES = ("time", "memory", "threads", "work")


def choices(graph: Any) -> Iterator[dict[str, int]]:
    """Yield choices of a case for each branch; without branches the one empty choice."""
    found = branches_of(graph)
    ways = product(*(range(len(kind.cases)) for kind in found.values()))
    for way in islice(ways, MOST_CHOICES):
        yield dict(zip(found, way, strict=True))


def worst(graph: Any, conventions: Conventions, point: Mapping[str, int]) -> dict[str, Profile]:
    """Return, for each machine, the profile whose figures are the largest of all choices.

    Examples
    --------
    >>> import workdepth as wd
    >>> g = wd.Algorithm("either")
    >>> x = g.input("x", wd.size("n"))
    >>> g.output(g.branch(x[0], lambda: g.fold(wd.ADD, x), lambda: x[0]))
    >>> worst(g, wd.Conventions(), {"n": 8})["GPU"].time
    3
    """
    most: dict[str, Profile] = {}
    for cases in choices(graph):
        unit = unroll(graph, phases=conventions.phases, cases=cases, **point)
        for machine in ("RAM", "GPU"):
            found = profile(unit, machine, **conventions.of_schedule())
            most[machine] = _larger(most[machine], found) if machine in most else found
    return most


def _larger(a: Profile, b: Profile) -> Profile:
    return replace(a, **{name: max(getattr(a, name), getattr(b, name)) for name in FIGURES})


def expected_work(graph: Any, point: Mapping[str, int]) -> Fraction | None:
    """Return the expected work of an algorithm whose branches all have probabilities; None where one has none.

    The expectation is linear, so it is that of branches which take one case in all their copies.
    """
    found = branches_of(graph)
    if not all(kind.probabilities for kind in found.values()):
        return None
    total = Fraction(0)
    for cases in choices(graph):
        chance = Fraction(1)
        for path, k in cases.items():
            chance *= Fraction(found[path].probabilities[k].at(dict(point)))
        if chance:
            total += chance * profile(unroll(graph, cases=cases, **point), "RAM").work
    return total
