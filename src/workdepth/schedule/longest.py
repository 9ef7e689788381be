"""Which case each branch takes where one unrolled graph is shown: that of the longest time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import product
from math import prod
from typing import Any

from workdepth.errors import GraphError
from workdepth.graph.algorithm import Algorithm
from workdepth.graph.decisions import branches_of, choices_of
from workdepth.graph.nodes import Branch, Choice
from workdepth.graph.unroll import unroll
from workdepth.models import Conventions
from workdepth.schedule.cases import rules
from workdepth.schedule.profile import profile

MOST_TRIED = 64


def longest_cases(
    graph: Algorithm,
    sizes: Mapping[str, int],
    machine: str = "GPU",
    conventions: Conventions | None = None,
    given: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Return a case for each branch: of the longest time, then the most memory, then the most threads.

    With many branches not every choice is tried: one branch after the other takes its worst case, the others
    as they are.  A choice among a range takes its first number, its last, or the one in the middle.

    Parameters
    ----------
    graph : Algorithm
    sizes : mapping
        A value for each size.
    machine : {"GPU", "RAM"}
    conventions : Conventions, optional
    given : mapping, optional
        Cases that are chosen already.

    Raises
    ------
    GraphError
        When ``given`` names a branch or a case that there is not.

    Examples
    --------
    >>> import workdepth as wd
    >>> g = wd.Algorithm("either")
    >>> x = g.input("x", wd.size("n"))
    >>> g.output(g.branch(x[0], lambda: g.fold(wd.ADD, x), lambda: x[0]))
    >>> longest_cases(g, {"n": 8})
    {'branch1': 1}
    """
    conventions = conventions or Conventions()
    branches, choices = branches_of(graph), choices_of(graph)
    _check(graph, branches, choices, given or {})
    found: dict[str, Sequence[Any]] = {path: range(len(kind.cases)) for path, kind in branches.items()}
    found |= {path: [str(e) for e in rules(choice)] for path, choice in choices.items()}
    free = {path: tried for path, tried in found.items() if path not in (given or {})}

    def figures(cases: Mapping[str, Any]) -> tuple[int, ...]:
        unit = unroll(graph, phases=conventions.phases, cases=cases, **sizes)
        told = profile(unit, machine, **conventions.of_schedule())
        return told.time, told.memory, told.threads

    if not free:
        return dict(given or {})
    base = {**{path: tried[0] for path, tried in found.items()}, **(given or {})}
    if prod(len(numbers) for numbers in free.values()) <= MOST_TRIED:
        ways = [dict(zip(free, way, strict=True)) for way in product(*free.values())]
        return max(({**base, **way} for way in ways), key=figures)
    for path, numbers in free.items():
        base = max(({**base, path: k} for k in numbers), key=figures)
    return base


def _check(
    graph: Algorithm,
    found: Mapping[str, Branch],
    choices: Mapping[str, Choice],
    given: Mapping[str, Any],
) -> None:
    where = str(graph.name or "algorithm")
    for path, k in given.items():
        if path in choices or isinstance(k, Mapping):
            continue  # what is given may depend on sizes, or on the calls: unrolling looks at it
        if path not in found:
            raise GraphError(
                f"there is no branch {path!r}",
                where=where,
                next_step=f"the branches are: {_listed([*found, *choices])}",
            )
        cases = len(found[path].cases)
        if isinstance(k, bool) or not isinstance(k, int) or not 0 <= k < cases:
            raise GraphError(
                f"{path} has no case {k!r}", where=where, next_step=f"give a whole number below {cases}"
            )


def _listed(names: Iterable[str]) -> str:
    return ", ".join(names) or "none"


def cases_text(cases: Mapping[str, Any]) -> str:
    """Write a choice of cases.

    Examples
    --------
    >>> cases_text({"branch1": 1, "map2/switch1": 0})
    'branch1 = 1, map2/switch1 = 0'
    """
    return ", ".join(f"{path} = {k}" for path, k in cases.items())
