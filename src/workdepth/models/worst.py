"""Which case of a branch is the worst, in which figure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from workdepth.graph.nodes import COMPOSITES, Branch, ranges_of
from workdepth.models.bounded import ONE
from workdepth.models.conventions import Conventions
from workdepth.models.counts import inside, work
from workdepth.models.gpu import Gpu
from workdepth.models.ram import Ram
from workdepth.models.scope import Scope
from workdepth.symbolic import Domain, Expr, nonnegative


@dataclass(frozen=True)
class Worst:
    """The worst cases of one branch.

    Attributes
    ----------
    path : str
        The branch.
    cases : int
        How many cases it has.
    by_figure : mapping
        For each machine and figure ("GPU time") the numbers of the cases that no other surely exceeds: one
        where that is decided, several where the sizes decide.
    """

    path: str
    cases: int
    by_figure: Mapping[str, tuple[int, ...]]

    @property
    def always(self) -> int | None:
        """The case that is the worst in every figure; None where none is."""
        found = set(self.by_figure.values())
        (first, *rest) = found
        return first[0] if not rest and len(first) == 1 else None


def worst_cases(scope: Scope, domain: Domain, conventions: Conventions, path: str = "") -> tuple[Worst, ...]:
    """Return, for each branch of a scope and of its bodies, its worst cases; each by itself, in one copy.

    Examples
    --------
    >>> import workdepth as wd
    >>> g = wd.Algorithm("either")
    >>> x = g.input("x", wd.size("n"))
    >>> g.output(g.branch(x[0], lambda: g.fold(wd.ADD, x), lambda: x[0]))
    >>> [(w.path, w.always) for w in worst_cases(Scope(g), g.domain, wd.Conventions())]
    [('branch1', 1)]
    """
    return tuple(_within(scope, domain, conventions, path))


def _within(scope: Scope, domain: Domain, conventions: Conventions, path: str) -> Iterator[Worst]:
    for node in scope.order:
        kind, at = scope.kinds[node], f"{path}/{node}" if path else node
        if isinstance(kind, COMPOSITES):
            yield from _within(scope.inner(kind.body), inside(domain, ranges_of(kind)), conventions, at)
        elif isinstance(kind, Branch) and len(kind.cases) == 1:
            yield from _within(scope.inner(kind.cases[0]), domain, conventions, at)
        elif isinstance(kind, Branch):
            yield Worst(at, len(kind.cases), _of_branch(scope, kind, domain, conventions))
            for k, case in enumerate(kind.cases):
                yield from _within(scope.inner(case), domain, conventions, f"{at}/{k}")


def _of_branch(
    scope: Scope, kind: Branch, domain: Domain, conventions: Conventions
) -> dict[str, tuple[int, ...]]:
    rows: dict[str, list[Expr]] = {}
    for case in kind.cases:
        for text, e in _figures(scope.inner(case), domain, conventions).items():
            rows.setdefault(text, []).append(e)
    return {text: largest(values, domain) for text, values in rows.items()}


def _figures(scope: Scope, domain: Domain, conventions: Conventions) -> dict[str, Expr]:
    stage = Gpu(conventions).scope(scope, ONE, {}, domain)
    held = Ram(conventions).scope(scope, {}, domain)
    return {
        "RAM time": work(scope, domain).expr,
        "RAM memory": held.peak.expr,
        "GPU time": stage.duration.expr,
        "GPU memory": stage.peak.expr,
        "GPU threads": stage.threads.expr,
    }


def largest(values: list[Expr], domain: Domain) -> tuple[int, ...]:
    """Return the numbers of the values that no other is surely at or above; of equal ones the first.

    Examples
    --------
    >>> from workdepth.symbolic import Size, parse
    >>> n = Domain((Size("n"),))
    >>> largest([parse("n"), parse("n + 1"), parse("5")], n), largest([parse("2"), parse("2")], n)
    ((1, 2), (0,))
    """
    kept: list[int] = []
    for k, value in enumerate(values):
        if any(nonnegative(values[j] - value, domain) for j in kept):
            continue
        kept = [*(j for j in kept if not nonnegative(value - values[j], domain)), k]
    return tuple(kept)
