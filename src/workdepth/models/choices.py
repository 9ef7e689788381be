"""Branches and opaque blocks: the worst case of each figure, the expected time, costs as declared.

A branch holds all that any case needs until it starts; what its cases let go of sooner is not told, so its
words are exact only where they need nothing that dies in it.  Its figures are those of one case where that one
is the worst in all of them, at every size; else each is its own maximum, a bound.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from workdepth.graph.nodes import CHOSEN, COMPOSITES, Block, Branch, Map
from workdepth.models.bounded import ONE, ZERO
from workdepth.models.called import Called
from workdepth.models.origin import origin_of_output
from workdepth.models.scope import Scope, array_of
from workdepth.symbolic import Domain, Expr, nonnegative


def results_of(scope: Scope, node: str) -> Expr:
    """Return the words of all results of a node."""
    total = ZERO
    for shape in scope.body.nodes[node]["shapes"]:
        words = ZERO + 1
        for extent in shape:
            words = words * extent
        total = total + words
    kind = scope.kinds[node]
    return total * kind.share if isinstance(kind, Called) else total


def taken_whole(scope: Scope, node: str, gone: Expr, scale: Expr = ONE) -> bool:
    """Say whether all words of all operands of a node are those that die in it."""
    operands = ZERO
    for operand in scope.operands[node]:
        words = scale
        for extent in scope.shape(array_of(operand))[len(operand.index) :]:
            words = words * extent
        operands = operands + words
    return operands == gone


def case_path(path: str, kind: Branch, number: int) -> str:
    """Return the path of a case: the number tells cases apart where there are several."""
    return f"{path}/{number}" if len(kind.cases) > 1 else path


def yields_own(scope: Scope, node: str, kind: Block, gone: Expr, scale: Expr = ONE) -> bool:
    """Say whether what a block yields counts as words of its own, ``gone`` being the words that die in it."""
    if kind.exact("results"):
        return True
    return kind.exact("taken") and taken_whole(scope, node, gone, scale)


def as_maps(kind: Branch) -> tuple[Map, ...]:
    """Return each case as a map of one copy."""
    return tuple(Map(case, ()) for case in kind.cases)


def own_results(scope: Scope, kind: Branch) -> bool:
    """Say whether every case makes each word that it yields."""
    for case in kind.cases:
        inner = scope.inner(case)
        for k in range(len(inner.outputs)):
            made = origin_of_output(inner, k)
            if not made.own or made.ports:
                return False
    return True


def one_wins(cases: Sequence[Sequence[Expr]], domain: Domain) -> bool:
    """Say whether, at every size, some case is at least as large in all figures as every other.

    So it is where of any two one is never the smaller in any figure, or where their figures differ by
    multiples of one difference.

    Examples
    --------
    >>> from workdepth.symbolic import Size, parse
    >>> n_and_m = Domain((Size("n"), Size("m")))
    >>> one_wins([(parse("n"), parse("2*n")), (parse("m"), parse("2*m"))], n_and_m)
    True
    >>> one_wins([(parse("n"), parse("1")), (parse("1"), parse("n"))], n_and_m)
    False
    """
    return all(
        _ordered([x - y for x, y in zip(a, b, strict=True)], domain)
        for k, a in enumerate(cases)
        for b in cases[:k]
    )


def _ordered(differences: Iterable[Expr], domain: Domain) -> bool:
    some = [d for d in differences if d != ZERO]
    if not some:
        return True
    if all(nonnegative(d, domain) for d in some) or all(nonnegative(-d, domain) for d in some):
        return True
    return all(_positive_multiple(d, some[0]) for d in some[1:])


def _positive_multiple(d: Expr, of: Expr) -> bool:
    """Say whether ``d`` is ``of`` times a positive number."""
    if set(d.terms) != set(of.terms):
        return False
    ratios = {d.terms[m] / of.terms[m] for m in of.terms}
    return len(ratios) == 1 and next(iter(ratios)) > 0


def has_choice(scope: Scope) -> bool:
    """Say whether there is a branch or an opaque block in a scope, or in a body of it."""
    return any(isinstance(kind, CHOSEN) for kind in kinds_within(scope))


def kinds_within(scope: Scope) -> Iterable[object]:
    """Yield the kinds of all nodes of a scope and of the bodies below it."""
    for kind in scope.kinds.values():
        yield kind
        bodies = (
            (kind.body,) if isinstance(kind, COMPOSITES) else kind.cases if isinstance(kind, Branch) else ()
        )
        for body in bodies:
            yield from kinds_within(scope.inner(body))
